//! The run that this tab holds: what a receipt is made from. It lives in memory only; its seed opens the commitments.

use super::answer::Answer;
use super::media::Media;
use crate::text::faults;
use crate::text::language::{language, Language};
use core::fmt;
use countersign_client::verify::Model;
use countersign_messages::RunOutcome;
use countersign_shared::commit::{CommitError, Committed, Side};
use countersign_shared::id::{Commitment, EngineId, Seed};
use countersign_shared::item::{Item, ItemError};
use countersign_shared::receipt::Run;
use countersign_shared::{Lane, Software};
use leptos::prelude::*;
use std::sync::Arc;

/// A finished run.
#[derive(Clone)]
pub struct Finished {
    /// The model.
    pub model: Model,
    /// The name of the file that it ran on, for this tab only.
    pub input_name: String,
    /// The file as it can be shown.
    pub media: Option<Media>,
    /// The run whose result this one used.
    pub earlier: Option<Arc<Finished>>,
    /// The input in words of the command line, where all of it came from files.
    pub files: Option<Vec<String>>,
    /// What the worker answered.
    pub outcome: Arc<RunOutcome>,
    /// What fixes and opens the input.
    pub input: Committed,
    /// What fixes and opens the output.
    pub output: Committed,
}

/// Why a run cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnsoundRun {
    /// The worker's items cannot be read.
    Item(ItemError),
    /// The worker's items cannot be committed to.
    Commit(CommitError),
    /// The worker's commitment is not that of its items.
    Differs,
}

impl fmt::Display for UnsoundRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if language() == Language::German {
            return f.write_str(&faults::unsound(self));
        }
        match self {
            Self::Item(error) => write!(f, "The worker's answer cannot be read: {error}. Run the model again."),
            Self::Commit(error) => write!(f, "The worker's answer cannot be signed: {error}. Run the model again."),
            Self::Differs => f.write_str(
                "The worker's commitments are not those of what it says it fed and got. Nothing was signed; reload the page and report this.",
            ),
        }
    }
}

impl Finished {
    /// Takes a run's outcome and rebuilds both commitments from the seed, so that what is opened later is what was signed.
    ///
    /// # Errors
    /// [`UnsoundRun`].
    pub fn new(
        model: Model,
        input_name: String,
        outcome: RunOutcome,
        seed: [u8; 32],
        media: Option<Media>,
        earlier: Option<Arc<Finished>>,
        files: Option<Vec<String>>,
    ) -> Result<Self, UnsoundRun> {
        let seed = Seed::new(seed);
        let rebuild = |side, items: &[countersign_messages::abi::Item], expected: [u8; 32]| {
            let items: Result<Vec<Item>, ItemError> = items
                .iter()
                .map(|item| Item::from_bytes(&item.encoded))
                .collect();
            let committed =
                Committed::new(side, &seed, items.map_err(UnsoundRun::Item)?, &Software)
                    .map_err(UnsoundRun::Commit)?;
            if committed.commitment() == Commitment::new(expected) {
                Ok(committed)
            } else {
                Err(UnsoundRun::Differs)
            }
        };
        let input = rebuild(Side::Input, &outcome.input_items, outcome.input)?;
        let output = rebuild(Side::Output, &outcome.output_items, outcome.output)?;
        Ok(Self {
            model,
            input_name,
            media,
            earlier,
            files,
            outcome: Arc::new(outcome),
            input,
            output,
        })
    }

    /// The run's part of a receipt.
    pub fn run(&self, beacon: countersign_shared::id::BlockHash) -> Run {
        Run {
            model: self.model.id,
            engine: self.engine(),
            input: self.input.commitment(),
            output: self.output.commitment(),
            beacon,
            lane: self.lane(),
        }
    }

    /// What it answered, in its task's terms.
    pub fn answer(&self) -> Option<Answer> {
        Answer::read(self.model.manifest.task, self.outcome.result.as_deref()?)
    }

    /// What the receipt names as its engine: in the Exact lane none, because all give the same bits (EXACT 4.2).
    pub fn engine(&self) -> EngineId {
        match self.lane() {
            Lane::Exact => EngineId::EXACT,
            Lane::Fast | Lane::Replay => EngineId::new(self.outcome.engine),
        }
    }

    /// How the run may be checked.
    pub fn lane(&self) -> Lane {
        match self.outcome.lane() {
            countersign_messages::Lane::Fast => Lane::Fast,
            countersign_messages::Lane::Replay => Lane::Replay,
            countersign_messages::Lane::Exact => Lane::Exact,
        }
    }
}

/// The newest finished run of this tab.
pub type FinishedRun = RwSignal<Option<Arc<Finished>>>;

#[derive(Clone, Copy)]
struct State {
    newest: FinishedRun,
    later: FinishedRun,
    history: RwSignal<Vec<Arc<Finished>>>,
}

/// How many runs the tab remembers: each holds its outputs.
const REMEMBERED: usize = 20;

/// Puts it into the context.
pub fn provide() {
    provide_context(State {
        newest: RwSignal::new(None),
        later: RwSignal::new(None),
        history: RwSignal::new(Vec::new()),
    });
}

/// The run that is to be signed as soon as the one before it is.
pub fn use_later() -> FinishedRun {
    use_context::<State>().map_or_else(|| RwSignal::new(None), |state| state.later)
}

/// The runs of this tab, newest last.
pub fn use_history() -> RwSignal<Vec<Arc<Finished>>> {
    use_context::<State>().map_or_else(|| RwSignal::new(Vec::new()), |state| state.history)
}

/// Remembers a run; the oldest are forgotten.
pub fn remember(history: RwSignal<Vec<Arc<Finished>>>, run: &Arc<Finished>) {
    let _ = history.try_update(|runs| {
        runs.push(Arc::clone(run));
        let surplus = runs.len().saturating_sub(REMEMBERED);
        runs.drain(..surplus);
    });
}

/// The newest finished run, from the context.
pub fn use_finished() -> FinishedRun {
    use_context::<State>().map_or_else(|| RwSignal::new(None), |state| state.newest)
}
