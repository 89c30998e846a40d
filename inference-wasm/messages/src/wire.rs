//! The messages.

use countersign_abi::NamedTensor;
use parity_scale_codec::{Decode, Encode};

use crate::{
    DeviceChoice, Fallback, GpuProbe, Lie, ModelInfo, Progress, RunError, RunOutcome, Sha256,
    Staged, Staging, Turn,
};

/// The longest input file that the app takes. The engine needs it in its memory as a whole.
pub const MAX_INPUT_BYTES: u64 = 256 << 20;

/// The longest manifest (PROTOCOL 3.1).
pub const MAX_MANIFEST_BYTES: usize = 12 << 10;

/// From the page to the worker. The blobs of each message are said at its variant.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Request {
    /// Start the engine. One blob: its module. Answered by [`Answer::Ready`].
    Engine {
        /// The engine's identity.
        sha256: Sha256,
    },
    /// Ask the browser for WebGPU. No blobs. Answered by [`Answer::Probe`].
    Probe,
    /// Start the GPU module. One blob: the module. Answered by [`Answer::Ready`].
    Gpu {
        /// The module's identity.
        sha256: Sha256,
    },
    /// Check and load a model. One blob per path. Answered by [`Answer::Model`].
    Model {
        /// The manifest's bytes.
        manifest: Vec<u8>,
        /// The manifest's path of each blob.
        paths: Vec<String>,
    },
    /// Run. One blob for each file of the input. Answered by [`Answer::Outcome`].
    Run {
        /// What to run on.
        input: InputHead,
        /// Where.
        device: DeviceChoice,
        /// Why the page has already given up the GPU; the worker then uses the engine and reports this reason.
        fallback: Option<Fallback>,
        /// The seed of all salts (PROTOCOL 2.4).
        seed: [u8; 32],
        /// The Exact lane, if it is that.
        exact: Option<ExactRun>,
    },
    /// Load an ONNX file without a manifest, as `tensors/1`: what its owner wants to try. One blob per path, the ONNX file
    /// first, then its external data. Answered by [`Answer::Model`].
    Bare {
        /// The name of each blob; external data under the `location` that the ONNX file names.
        paths: Vec<String>,
    },
    /// Make a false claim about the loaded model. No blobs. Answered by [`Answer::Staged`].
    Stage {
        /// From what.
        staging: Box<Staging>,
        /// Where to lie; none: the worker looks for a place that changes the output.
        lie: Option<Lie>,
    },
    /// Look at a game about a false claim as both players. No blobs. Answered by [`Answer::Turn`].
    Turn {
        /// What the claim was made from.
        staging: Box<Staging>,
        /// Where it lies.
        lie: Lie,
        /// The game's state as the contract keeps it, encoded.
        game: Vec<u8>,
    },
    /// Compile the loaded model's exact program from its file and compare it with the registered one, before a bond depends on
    /// it (EXACT 2.6). No blobs. Answered by [`Answer::Ready`].
    Recompile {
        /// The root that the registry names.
        root: Sha256,
    },
}

/// A run of the Exact lane (EXACT 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExactRun {
    /// The root that the registry names: a file that compiles to another program is refused.
    pub root: Sha256,
    /// Whether an input outside its declared interval is run too and reported, as a verifier wants it; else it is refused.
    pub judge: bool,
}

impl Request {
    /// How many blobs come with this request.
    pub fn blobs(&self) -> usize {
        match self {
            Self::Engine { .. }
            | Self::Gpu { .. }
            | Self::Run {
                input: InputHead::File,
                ..
            } => 1,
            Self::Probe
            | Self::Stage { .. }
            | Self::Turn { .. }
            | Self::Recompile { .. }
            | Self::Run {
                input: InputHead::Tensors(_),
                ..
            } => 0,
            Self::Run {
                input: InputHead::Files(names),
                ..
            } => names.len(),
            Self::Model { paths, .. } | Self::Bare { paths } => paths.len(),
        }
    }
}

/// A run's input, without a file's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum InputHead {
    /// The bytes of the message's only blob.
    File,
    /// Tensors.
    Tensors(Vec<NamedTensor>),
    /// The bytes of the message's blobs, one file each, under these names.
    Files(Vec<String>),
}

/// From the worker to the page. Each request gets any number of [`Event::Progress`] and then one of the other two.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Event {
    /// How far it is.
    Progress(Progress),
    /// The answer.
    Done(Answer),
    /// There is none.
    Failed(RunError),
    /// The GPU device or its module is lost for this worker; the page starts another one and asks again.
    GpuLost {
        /// The browser's words.
        detail: String,
    },
}

/// What a request is answered with.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Answer {
    /// The module runs, or the program is the registered one.
    Ready,
    /// What the browser says about WebGPU.
    Probe(GpuProbe),
    /// The model is loaded.
    Model(Box<ModelInfo>),
    /// The run is finished.
    Outcome(Box<RunOutcome>),
    /// The false claim is ready to be signed.
    Staged(Box<Staged>),
    /// The game was looked at.
    Turn(Box<Turn>),
}
