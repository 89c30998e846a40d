//! One run of a claim's program, for all moves of all its games.
//!
//! A thread of its own holds program, input and the trace's roots from the first question on. What a single move needs beyond the roots (one
//! tensor, the operands of one step) is computed again up to there; a trace of tensors would not fit into memory.

use crate::failure::Failure;
use countersign_shared::exact::game::Game;
use countersign_shared::exact::player::{PlayError, Player, Receipt};
use countersign_shared::exact::run::{honest, RunError};
use countersign_shared::exact::{Move, Program, Sizes};
use countersign_shared::id::DataRoot;
use countersign_shared::Software;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Arc;

enum Ask {
    Roots,
    Assert(Box<Receipt>, Box<Game>),
    Challenge(Box<Game>, Vec<Move>),
}

enum Told {
    Roots(Result<Vec<DataRoot>, RunError>),
    Move(Box<Result<Option<Move>, PlayError>>),
}

/// The thread's two ends; it ends when they are dropped.
pub struct Brain {
    ask: Sender<Ask>,
    told: Receiver<Told>,
}

impl Brain {
    /// Nothing runs before the first question.
    pub fn new(program: Arc<Program>, inputs: Arc<Vec<Vec<u32>>>) -> Self {
        let (ask, asked) = channel::<Ask>();
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let Ok(mut next) = asked.recv() else { return };
            let player = Player::new(&program, &inputs, &honest, &Software);
            loop {
                let answer = match &next {
                    Ask::Roots => Told::Roots(player.roots().map(<[DataRoot]>::to_vec)),
                    Ask::Assert(receipt, game) => {
                        Told::Move(Box::new(player.assert(&Sizes::EXACT, receipt, game)))
                    }
                    Ask::Challenge(game, earlier) => {
                        Told::Move(Box::new(player.challenge(&Sizes::EXACT, game, earlier)))
                    }
                };
                if tell.send(answer).is_err() {
                    return;
                }
                match asked.recv() {
                    Ok(ask) => next = ask,
                    Err(_) => return,
                }
            }
        });
        Self { ask, told }
    }

    /// The data roots of all leaves of the trace.
    pub fn roots(&self) -> Result<Result<Vec<DataRoot>, RunError>, Failure> {
        match self.answer(Ask::Roots)? {
            Told::Roots(roots) => Ok(roots),
            Told::Move(_) => Err(stopped()),
        }
    }

    /// The asserter's next move.
    pub fn assert(
        &self,
        receipt: &Receipt,
        game: &Game,
    ) -> Result<Result<Option<Move>, PlayError>, Failure> {
        self.made(Ask::Assert(
            Box::new(receipt.clone()),
            Box::new(game.clone()),
        ))
    }

    /// The challenger's next move.
    pub fn challenge(
        &self,
        game: &Game,
        earlier: Vec<Move>,
    ) -> Result<Result<Option<Move>, PlayError>, Failure> {
        self.made(Ask::Challenge(Box::new(game.clone()), earlier))
    }

    fn made(&self, ask: Ask) -> Result<Result<Option<Move>, PlayError>, Failure> {
        match self.answer(ask)? {
            Told::Move(made) => Ok(*made),
            Told::Roots(_) => Err(stopped()),
        }
    }

    fn answer(&self, ask: Ask) -> Result<Told, Failure> {
        self.ask.send(ask).map_err(|_| stopped())?;
        self.told.recv().map_err(|_| stopped())
    }
}

fn stopped() -> Failure {
    Failure::Play {
        reason: "the run of the program was cut off".to_owned(),
    }
}
