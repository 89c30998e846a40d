//! Whether the loaded model is what the registry says of it.

use super::{unexpected, WorkerHandle};
use crate::{Answer, Request, RunError, Sha256};

impl WorkerHandle {
    /// Compiles the loaded model's exact program from its file, and refuses another one than that of `root`.
    ///
    /// # Errors
    /// [`RunError::NoModel`], [`RunError::NotExact`], [`RunError::OtherProgram`], [`RunError::Unreadable`],
    /// [`RunError::Cancelled`], [`RunError::Crashed`], and those of [`start`](Self::start).
    pub async fn recompile(&self, root: Sha256) -> Result<(), RunError> {
        match self.ask(Request::Recompile { root }).await? {
            Answer::Ready => Ok(()),
            other => Err(unexpected(&other)),
        }
    }
}
