//! How far something is.

use core::fmt;
use parity_scale_codec::{Decode, Encode};

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Stage {
    /// Files are downloaded; counted in bytes.
    Download,
    /// Files are hashed against their digests and read; counted in bytes.
    Verify,
    /// A WebAssembly module is compiled.
    Compile,
    /// The model is parsed and checked.
    Load,
    /// Shaders and buffers are made on the GPU.
    GpuLoad,
    /// GPU and engine are compared on a fixed input.
    SelfTest,
    /// The input is turned into tensors.
    Prepare,
    /// The model is executed.
    Run,
    /// Result and commitments are computed.
    Commit,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Download => "Downloading",
            Self::Verify => "Checking hashes",
            Self::Compile => "Compiling",
            Self::Load => "Loading the model",
            Self::GpuLoad => "Loading the model onto the GPU",
            Self::SelfTest => "Comparing the GPU with the engine",
            Self::Prepare => "Preparing the input",
            Self::Run => "Running",
            Self::Commit => "Computing commitments",
        })
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Bytes done so far; 0 for stages that are not counted.
    pub done: u64,
    /// Bytes in all, where known.
    pub total: Option<u64>,
}

impl Progress {
    /// A stage that is not counted.
    pub const fn stage(stage: Stage) -> Self {
        Self {
            stage,
            done: 0,
            total: None,
        }
    }

    /// A stage counted in bytes.
    pub const fn bytes(stage: Stage, done: u64, total: u64) -> Self {
        Self {
            stage,
            done,
            total: Some(total),
        }
    }

    /// The done part, 0 to 1, where the whole is known and not nothing.
    pub fn fraction(&self) -> Option<f64> {
        match self.total {
            // Lengths stay far below 2^53, so the conversion is exact.
            Some(total) if total > 0 => Some((self.done as f64 / total as f64).min(1.0)),
            _ => None,
        }
    }
}
