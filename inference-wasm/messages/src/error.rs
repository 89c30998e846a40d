//! What can go wrong between the page and the worker.

use core::fmt;
use countersign_abi::EngineError;
use parity_scale_codec::{Decode, Encode};

use crate::{hex, Fallback, Outside, Sha256};

/// Why there is no outcome. Its text is a sentence for the user: what is wrong and, where possible, what to do.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum RunError {
    /// The user cancelled; the model stays available.
    Cancelled,
    /// A file could not be downloaded.
    Download {
        /// What was wanted: a URL or a path.
        what: String,
        /// What happened: a status, or the browser's words.
        detail: String,
    },
    /// The bytes are not those that were promised; nothing was executed (R2).
    Digest {
        /// Which file.
        what: String,
        /// The digest it must have.
        expected: Sha256,
        /// The digest it has.
        actual: Sha256,
    },
    /// The file does not have the promised length; nothing was executed (R2).
    Size {
        /// Which file.
        what: String,
        /// The length it must have, in bytes.
        expected: u64,
        /// The length it has, in bytes.
        actual: u64,
    },
    /// The manifest is not one, or asks for something this version does not know.
    Manifest {
        /// What is wrong with it.
        detail: String,
    },
    /// The manifest lists a file that was not given.
    MissingFile {
        /// Its path in the manifest.
        path: String,
    },
    /// The input is larger than this app takes.
    InputTooLarge {
        /// Its length in bytes.
        size: u64,
        /// The most this app takes, in bytes.
        limit: u64,
    },
    /// A run was asked for before a model was loaded.
    NoModel,
    /// The engine refused: the model, or the input.
    Engine(EngineError),
    /// The engine itself failed (a trap). It was started afresh; the run gave nothing.
    EngineTrap {
        /// The engine's last words.
        detail: String,
    },
    /// The engine module cannot be used: not WebAssembly, or not this interface.
    EngineModule {
        /// What is wrong with it.
        detail: String,
    },
    /// The model has no exact program, or the run is none of it.
    NotExact {
        /// What is outside the profile.
        reason: String,
    },
    /// The model's file has another exact program than the registry names.
    OtherProgram {
        /// The root that the file gives.
        found: Sha256,
    },
    /// The Exact lane takes no such input.
    Outside(Outside),
    /// A false claim cannot be made, or the game about it not played on.
    Game {
        /// Why, as the rules or the players say it.
        reason: String,
    },
    /// The user asked for the GPU and nothing else, and it cannot be used.
    Gpu(Fallback),
    /// The browser could not read a file that the user gave (moved, changed or deleted since).
    Unreadable {
        /// Which file.
        what: String,
        /// The browser's words.
        detail: String,
    },
    /// The worker ended unexpectedly, more than once.
    Crashed {
        /// The last words.
        detail: String,
    },
    /// The two ends do not understand one another: parts of different versions.
    Protocol {
        /// What was not understood.
        detail: String,
    },
}

/// The kind of a [`RunError`], as a stable name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode(&'static str);

impl ErrorCode {
    /// The name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl RunError {
    /// The kind of error.
    pub const fn code(&self) -> ErrorCode {
        ErrorCode(match self {
            Self::Cancelled => "cancelled",
            Self::Download { .. } => "download",
            Self::Digest { .. } => "digest",
            Self::Size { .. } => "size",
            Self::Manifest { .. } => "manifest",
            Self::MissingFile { .. } => "missing-file",
            Self::InputTooLarge { .. } => "input-too-large",
            Self::NoModel => "no-model",
            Self::Engine(_) => "engine",
            Self::EngineTrap { .. } => "engine-trap",
            Self::EngineModule { .. } => "engine-module",
            Self::NotExact { .. } => "not-exact",
            Self::OtherProgram { .. } => "other-program",
            Self::Outside(_) => "outside",
            Self::Game { .. } => "game",
            Self::Gpu(_) => "gpu",
            Self::Unreadable { .. } => "unreadable",
            Self::Crashed { .. } => "crashed",
            Self::Protocol { .. } => "protocol",
        })
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("The run was cancelled."),
            Self::Download { what, detail } => write!(
                f,
                "{what} could not be downloaded ({detail}). Check the connection, or download it yourself and drop it here."
            ),
            Self::Digest { what, expected, actual } => write!(
                f,
                "{what} is not the file that was registered: its SHA-256 is {}, it must be {}. It was not executed.",
                hex(actual),
                hex(expected)
            ),
            Self::Size { what, expected, actual } => write!(
                f,
                "{what} is not the file that was registered: it has {actual} bytes, it must have {expected}. It was not executed."
            ),
            Self::Manifest { detail } => write!(f, "The model's manifest cannot be used: {detail}."),
            Self::MissingFile { path } => write!(f, "The model's file {path} is missing. Load all files that the manifest lists."),
            Self::InputTooLarge { size, limit } => write!(
                f,
                "The input has {size} bytes; this app takes at most {limit}. Use the command line program for larger ones."
            ),
            Self::NoModel => f.write_str("No model is loaded. Choose a model first."),
            Self::Engine(error) => write!(f, "The engine refused: {error}."),
            Self::EngineTrap { detail } => write!(
                f,
                "The engine failed and was started afresh: {detail}. Nothing was computed; please report this model and input."
            ),
            Self::EngineModule { detail } => write!(f, "The engine module cannot be used: {detail}. Reload the page."),
            Self::NotExact { reason } => write!(
                f,
                "The registry says that this model is in the exact profile, and it is not: {reason}. Do not use this model."
            ),
            Self::OtherProgram { found } => write!(
                f,
                "The model's file gives the exact root {}, and the registry names another one. Do not use this model.",
                hex(found)
            ),
            Self::Outside(Outside { input, element, lo, hi }) => write!(
                f,
                "Element {element} of the input {input} is no whole number from {lo} to {hi}, and this model takes nothing else."
            ),
            Self::Game { reason } => write!(f, "The game cannot be played from here: {reason}."),
            Self::Gpu(why) => write!(f, "{why} Choose the engine instead."),
            Self::Unreadable { what, detail } => write!(
                f,
                "{what} could not be read ({detail}). If it was moved or changed since you chose it, choose it again."
            ),
            Self::Crashed { detail } => write!(f, "The worker ended unexpectedly: {detail}. Try again, or use a smaller input."),
            Self::Protocol { detail } => write!(f, "The page and its worker are of different versions: {detail}. Reload the page."),
        }
    }
}

impl std::error::Error for RunError {}

impl From<EngineError> for RunError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}
