//! How one question to a signer stands. It can always be left: a wallet that stays silent stops nobody, and what it
//! answers after that is thrown away.

use super::{Asking, WalletError};
use leptos::prelude::*;

/// The states of a question.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Nobody is asked.
    Idle,
    /// The signer is asked for something: it may be locked, or wait for its owner.
    Asking(Asking),
    /// It did not sign: refused, locked, gone, another account. Nothing counts as signed.
    Failed(WalletError),
}

/// The question of a page.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<State>,
    /// Counts the questions: an answer to an older one is not taken.
    round: RwSignal<u32>,
}

impl Session {
    /// Nobody is asked yet.
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(State::Idle),
            round: RwSignal::new(0),
        }
    }

    /// How it stands.
    pub fn state(self) -> State {
        self.state.get()
    }

    /// Whether an answer is waited for.
    pub fn is_asking(self) -> bool {
        self.state.with(|state| matches!(state, State::Asking(_)))
    }

    /// Begins to ask; nothing while an answer is waited for.
    pub fn begin(self) -> Option<Turn> {
        let busy = self
            .state
            .with_untracked(|state| matches!(state, State::Asking(_)));
        if busy {
            return None;
        }
        let round = self.round.get_untracked().wrapping_add(1);
        self.round.set(round);
        self.state.set(State::Asking(Asking::Connect));
        Some(Turn {
            session: self,
            round,
        })
    }

    /// Waits no longer. A later answer is thrown away.
    pub fn stop(self) {
        self.round.update(|round| *round = round.wrapping_add(1));
        self.state.set(State::Idle);
    }

    /// What could not even be asked.
    pub fn fail(self, error: WalletError) {
        self.state.set(State::Failed(error));
    }
}

/// One question.
#[derive(Clone, Copy)]
pub struct Turn {
    session: Session,
    round: u32,
}

impl Turn {
    /// Whether somebody still waits for the answer. Nobody does once the page was left.
    pub fn is_waited_for(self) -> bool {
        self.session.round.try_get_untracked() == Some(self.round)
    }

    /// Whether it was left by pressing a button. A page that is gone stopped nothing.
    pub fn was_stopped(self) -> bool {
        let round = self.session.round.try_get_untracked();
        round.is_some_and(|round| round != self.round)
    }

    /// What the signer is asked for now.
    pub fn asking(self, what: Asking) {
        if self.is_waited_for() {
            self.session.state.set(State::Asking(what));
        }
    }

    /// The answer, if somebody still waits for it and it is one.
    pub fn settle<T>(self, answer: Result<T, WalletError>) -> Option<T> {
        if !self.is_waited_for() {
            return None;
        }
        match answer {
            Ok(answer) => {
                self.session.state.set(State::Idle);
                Some(answer)
            }
            Err(error) => {
                self.session.state.set(State::Failed(error));
                None
            }
        }
    }
}
