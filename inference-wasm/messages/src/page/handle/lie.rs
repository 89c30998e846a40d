//! False claims, and games about them.

use std::rc::Rc;

use super::super::live::Ended;
use super::{unexpected, Report, WorkerHandle};
use crate::{Answer, Lie, Request, RunError, Staged, Staging, Turn};

impl WorkerHandle {
    /// Makes a false claim about the loaded model, at a place of the worker's choice unless one is given.
    ///
    /// # Errors
    /// [`RunError::NoModel`], [`RunError::NotExact`], [`RunError::OtherProgram`], [`RunError::Outside`], [`RunError::Game`],
    /// [`RunError::Cancelled`], [`RunError::Crashed`], and those of [`start`](Self::start).
    pub async fn stage(&self, staging: &Staging, lie: Option<Lie>) -> Result<Staged, RunError> {
        let staging = Box::new(staging.clone());
        match self.ask(Request::Stage { staging, lie }).await? {
            Answer::Staged(staged) => Ok(*staged),
            other => Err(unexpected(&other)),
        }
    }

    /// Looks at a game about a false claim as both players; `game` is the contract's state of it, encoded.
    ///
    /// # Errors
    /// As [`stage`](Self::stage).
    pub async fn turn(&self, staging: &Staging, lie: Lie, game: Vec<u8>) -> Result<Turn, RunError> {
        let staging = Box::new(staging.clone());
        match self.ask(Request::Turn { staging, lie, game }).await? {
            Answer::Turn(turn) => Ok(*turn),
            other => Err(unexpected(&other)),
        }
    }

    /// Asks something about the loaded model that needs no files; once more if the worker crashes.
    pub(super) async fn ask(&self, request: Request) -> Result<Answer, RunError> {
        match self.ask_once(request.clone()).await {
            Err(Ended::Crashed(detail)) => {
                self.end(&Ended::Crashed(detail));
                self.ask_once(request).await.map_err(RunError::from)
            }
            other => other.map_err(RunError::from),
        }
    }

    async fn ask_once(&self, request: Request) -> Result<Answer, Ended> {
        let model = self.state.borrow().model.clone();
        let model = model.ok_or(Ended::Failed(RunError::NoModel))?;
        let silent: Report = Rc::new(|_| ());
        self.up_once(&silent).await?;
        if !self.live(|live| live.has_model) {
            self.give_model(&model, &silent).await?;
        }
        self.call(request, Vec::new(), silent).await
    }
}
