//! Where a model runs, and why there.

use core::fmt;
use parity_scale_codec::{Decode, Encode};

/// Where the user wants a run to happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub enum DeviceChoice {
    /// On the GPU where that is known to be right, else on the engine; the outcome says which and why. Not on a software
    /// adapter: the engine is faster than a GPU that the same processor pretends to be.
    #[default]
    Auto,
    /// On the pinned engine: the Replay lane.
    Engine,
    /// On the GPU or not at all: the Fast lane, or [`RunError::Gpu`](crate::RunError::Gpu).
    Gpu,
    /// As [`Self::Auto`], on a software adapter too.
    PreferGpu,
}

/// Where a run happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Device {
    /// The CPU, in the pinned engine.
    Engine,
    /// WebGPU.
    Gpu,
}

impl Device {
    /// The lane of a receipt for a run on this device.
    pub const fn lane(self) -> Lane {
        match self {
            Self::Engine => Lane::Replay,
            Self::Gpu => Lane::Fast,
        }
    }
}

/// How a run can be checked (PROTOCOL 4.1). The numbers are those of the receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Lane {
    /// By re-running within a tolerance; no claim on bits.
    #[codec(index = 0)]
    Fast,
    /// By re-executing bit for bit.
    #[codec(index = 1)]
    Replay,
    /// By computing it with anything, and by proving a false result to a contract (EXACT).
    #[codec(index = 2)]
    Exact,
}

impl Lane {
    /// The lane's number in a receipt.
    pub const fn number(self) -> u8 {
        match self {
            Self::Fast => 0,
            Self::Replay => 1,
            Self::Exact => 2,
        }
    }

    /// The lane's name in a receipt's text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Replay => "replay",
            Self::Exact => "exact",
        }
    }
}

/// Why a run happened where it did.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Reason {
    /// The user asked for this device.
    Asked,
    /// The GPU was there and passed its self-test on this model.
    Automatic,
    /// The GPU was wanted and could not be used.
    Fallback(Fallback),
    /// The task knows the answer without the model (an empty file), so there was nothing for the GPU to do.
    NotNeeded,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked => f.write_str("You chose this device."),
            Self::Automatic => {
                f.write_str("The GPU is available and agrees with the engine on this model.")
            }
            Self::Fallback(why) => write!(f, "{why} The engine ran the model instead."),
            Self::NotNeeded => {
                f.write_str("This input needs no run of the model: the engine knows the answer.")
            }
        }
    }
}

/// Why the GPU cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Fallback {
    /// The browser has no WebGPU, or not for this page.
    NoApi,
    /// WebGPU has no adapter to offer.
    NoAdapter,
    /// The adapter is software, and nobody asked for it.
    SoftwareAdapter {
        /// Its name, as far as the browser tells it.
        adapter: String,
    },
    /// The model uses something that is not known to be right on the GPU.
    Unsupported {
        /// The node's name in the model.
        node: String,
        /// Its operator, with what is unsupported about it.
        operator: String,
    },
    /// The GPU refused the model: a limit, a shader, memory.
    Refused {
        /// The browser's words.
        detail: String,
    },
    /// The GPU's answers on a fixed input differ from the engine's by more than the model's tolerance, or it could not
    /// answer at all.
    SelfTest {
        /// What differed, with numbers.
        detail: String,
    },
    /// The device was lost, or the GPU module crashed, more than once.
    DeviceLost {
        /// What the browser said.
        detail: String,
    },
    /// The GPU module could not be loaded.
    NoModule {
        /// What went wrong.
        detail: String,
    },
}

impl Fallback {
    /// A stable name for tests, statistics and style sheets.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoApi => "no-api",
            Self::NoAdapter => "no-adapter",
            Self::SoftwareAdapter { .. } => "software-adapter",
            Self::Unsupported { .. } => "unsupported",
            Self::Refused { .. } => "refused",
            Self::SelfTest { .. } => "self-test",
            Self::DeviceLost { .. } => "device-lost",
            Self::NoModule { .. } => "no-module",
        }
    }
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoApi => f.write_str("This browser has no WebGPU."),
            Self::NoAdapter => f.write_str("WebGPU found no graphics adapter on this machine."),
            Self::SoftwareAdapter { adapter } => {
                let name = if adapter.is_empty() {
                    "its name is not told"
                } else {
                    adapter
                };
                write!(
                    f,
                    "This browser's graphics adapter is software ({name}), slower than the engine."
                )
            }
            Self::Unsupported { node, operator } if node.is_empty() => {
                write!(f, "{operator} is not known to be right on the GPU.")
            }
            Self::Unsupported { node, operator } => {
                write!(
                    f,
                    "{operator} at “{node}” is not known to be right on the GPU."
                )
            }
            Self::Refused { detail } => write!(f, "The GPU refused this model: {detail}."),
            Self::SelfTest { detail } => {
                write!(f, "The GPU failed its self-test on this model: {detail}.")
            }
            Self::DeviceLost { detail } => write!(f, "The GPU was lost during the run: {detail}."),
            Self::NoModule { detail } => write!(f, "The GPU module could not be loaded: {detail}."),
        }
    }
}
