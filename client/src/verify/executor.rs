//! What runs a model for the verifier, and why it did not.

use crate::deployed::Model;
use crate::lists::Engine;
use core::fmt;
use countersign_abi::{EngineError, Input, RunResponse};
use countersign_shared::id::ExactRoot;

/// Runs models on an engine: wasmtime on the command line, a worker in the page.
#[allow(async_fn_in_trait)]
pub trait Executor {
    /// Runs `model` on `engine` with `input`. MUST execute nothing whose bytes do not hash to the digests that the
    /// list and the manifest give (R2). The seed of the salts does not matter: items are compared, not commitments.
    ///
    /// # Errors
    /// [`ExecutorError`].
    async fn run(
        &self,
        engine: &Engine,
        model: &Model,
        input: &Input,
    ) -> Result<RunResponse, ExecutorError>;

    /// Computes a run of the Exact lane (EXACT 4). Any engine does, because all give the same bits (X1). MUST refuse unless
    /// the model's file compiles to the exact program of `root`.
    ///
    /// # Errors
    /// [`ExecutorError`].
    async fn exact(
        &self,
        engine: &Engine,
        model: &Model,
        root: ExactRoot,
        input: &Input,
    ) -> Result<ExactRun, ExecutorError>;
}

/// What became of a run of the Exact lane.
#[derive(Debug, Clone, PartialEq)]
pub struct ExactRun {
    /// What went in and what came out.
    pub response: RunResponse,
    /// The first element of the input that no true claim has (EXACT 4.3).
    pub outside: Option<OutsideInterval>,
}

/// An element of an input that is no integer in the interval that the model declares (EXACT 1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideInterval {
    /// The input's name.
    pub input: String,
    /// The element's number, row-major, from 0.
    pub element: u32,
    /// The least value.
    pub lo: i32,
    /// The greatest value.
    pub hi: i32,
}

impl fmt::Display for OutsideInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            input,
            element,
            lo,
            hi,
        } = self;
        write!(
            f,
            "element {element} of the input {input} is no integer from {lo} to {hi}"
        )
    }
}

/// Why an engine did not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecutorError {
    /// The engine's bytes are not at hand.
    EngineUnavailable {
        /// Where they were looked for and what happened.
        reason: String,
    },
    /// The engine's bytes have another digest: refused (R2).
    EngineDiffers,
    /// The manifest names a task that this version does not know how to run.
    Task {
        /// The task's name.
        name: String,
    },
    /// A file of the model is not at hand.
    FileUnavailable {
        /// Its path in the manifest.
        path: String,
        /// Where it was looked for and what happened.
        reason: String,
    },
    /// A file of the model has another size or digest: refused (R2).
    FileDiffers {
        /// Its path in the manifest.
        path: String,
    },
    /// The engine answered with an error.
    Engine(EngineError),
    /// The engine stopped in a way that it must not.
    Crashed {
        /// What is known about it.
        reason: String,
    },
    /// The engine took longer than allowed.
    TimedOut {
        /// The limit.
        seconds: u32,
    },
    /// The user stopped it.
    Cancelled,
    /// What was given is not what the exact program takes.
    Inputs {
        /// What is missing, or of another type.
        reason: String,
    },
    /// The registry names no exact program of the model.
    NoExactRoot,
    /// The model has no exact program.
    NotExact {
        /// What is outside the profile.
        reason: String,
    },
    /// The model's file has another exact program than the registry names.
    OtherProgram {
        /// The root that the file gives.
        found: ExactRoot,
    },
    /// The Exact lane takes no such input.
    Outside(OutsideInterval),
}

impl fmt::Display for ExecutorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EngineUnavailable { reason } => write!(f, "the engine is not at hand: {reason}"),
            Self::EngineDiffers => f.write_str(
                "the engine file's bytes do not have the SHA-256 that its list names, so it was not executed",
            ),
            Self::Task { name } => write!(
                f,
                "the task {name} is unknown to this version: a newer one may know it"
            ),
            Self::FileUnavailable { path, reason } => {
                write!(f, "the model's file {path} is not at hand: {reason}")
            }
            Self::FileDiffers { path } => write!(
                f,
                "the model's file {path} has another size or SHA-256 than the manifest names, so it was not executed"
            ),
            Self::Engine(error) => error.fmt(f),
            Self::Crashed { reason } => write!(f, "the engine stopped: {reason}"),
            Self::TimedOut { seconds } => write!(f, "the engine was stopped after {seconds} seconds"),
            Self::Cancelled => f.write_str("the run was cancelled"),
            Self::Inputs { reason } => write!(f, "the inputs are not those of the model: {reason}"),
            Self::NoExactRoot => {
                f.write_str("the model has no exact program: the registry names no exact root")
            }
            Self::NotExact { reason } => write!(f, "the model has no exact program: {reason}"),
            Self::OtherProgram { found } => write!(
                f,
                "the model's file gives the exact root {found}, and the registry names another one: do not use this model"
            ),
            Self::Outside(outside) => write!(f, "{outside}, and the Exact lane takes nothing else"),
        }
    }
}

impl core::error::Error for ExecutorError {}

impl From<EngineError> for ExecutorError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}
