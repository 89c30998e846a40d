//! The show: what the chain says decides the next step, each step is one transaction, and after each the chain is read again.
//! So a step that failed, a reload and a tab that was left all go on in the same way.

use super::note::{staging, Note};
use super::offer::Offer;
use super::step::{attester, said, Action, Facts, Stage};
use crate::browser::{clock, random};
use crate::pages::sign::transaction::Transaction;
use crate::state::chain::{ChainState, Link, Ready};
use crate::state::release::Release;
use crate::state::worker::Worker;
use crate::text::words::Words;
use crate::text::{lie as text, sign as sign_text};
use crate::wallet::dev;
use countersign_client::transport::Transport as _;
use countersign_client::unit::Unit;
use countersign_messages::page::WorkerHandle;
use countersign_messages::{Scene, Staged};
use countersign_shared::attester::Lane;
use countersign_shared::deploy::Deployment;
use countersign_shared::exact::claim::Standing;
use countersign_shared::id::{BlockHash, Commitment, EasSalt, EngineId, EthAddress, ReceiptId};
use countersign_shared::receipt::{Receipt, Run, Statement};
use countersign_shared::Software;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::sync::Arc;

/// Who lies.
pub const LIAR: &str = "//Eve";
/// Who objects.
pub const CHALLENGER: &str = "//Ferdie";
/// Between two steps that come by themselves, in milliseconds: time to see what changed.
const PACE: u32 = 1200;

/// Where the show stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Nothing was asked for.
    Idle,
    /// Model and engine are fetched.
    Loading,
    /// The lie is made.
    Staging,
    /// The chain is read.
    Reading,
    /// A step is under way.
    Acting(Action),
    /// The next step waits to be asked for.
    Paused(Action),
    /// It stopped.
    Failed(Words),
    /// It is over.
    Over(Standing),
}

impl State {
    /// A stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Loading => "loading",
            Self::Staging => "staging",
            Self::Reading => "reading",
            Self::Acting(_) => "acting",
            Self::Paused(_) => "paused",
            Self::Failed(_) => "failed",
            Self::Over(_) => "over",
        }
    }

    /// Whether something is going on.
    pub const fn is_busy(&self) -> bool {
        matches!(
            self,
            Self::Loading | Self::Staging | Self::Reading | Self::Acting(_)
        )
    }
}

/// The show, as the page sees it.
#[derive(Clone, Copy)]
pub struct Show {
    /// Where it stands.
    pub state: RwSignal<State>,
    /// The transaction under way.
    pub transaction: RwSignal<Transaction>,
    /// Whether each step waits to be asked for.
    pub by_hand: RwSignal<bool>,
    /// The false claim.
    pub staged: RwSignal<Option<Arc<Staged>>>,
    /// What was seen in the moves so far.
    pub scenes: RwSignal<Vec<Scene>>,
    /// What the chain says.
    pub facts: RwSignal<Facts>,
    /// The picture.
    pub digit: RwSignal<usize>,
    /// Whether the tab could keep what it needs to go on after a reload.
    pub kept: RwSignal<bool>,
    told: StoredValue<Told, LocalStorage>,
}

/// What the page was told when it opened, and the game of this tab.
struct Told {
    chain: ChainState,
    release: Release,
    worker: Worker,
    offer: Option<Rc<Offer>>,
    note: Option<Note>,
}

impl Show {
    /// In what amounts are said.
    pub fn unit(self) -> Unit {
        self.told.with_value(|told| told.chain.unit())
    }

    /// A show that has not begun.
    pub fn new(chain: ChainState, release: Release, worker: Worker) -> Self {
        let told = Told {
            chain,
            release,
            worker,
            offer: None,
            note: None,
        };
        Self {
            state: RwSignal::new(State::Idle),
            transaction: RwSignal::new(Transaction::Idle),
            by_hand: RwSignal::new(false),
            staged: RwSignal::new(None),
            scenes: RwSignal::new(Vec::new()),
            facts: RwSignal::new(Facts::default()),
            digit: RwSignal::new(7),
            kept: RwSignal::new(true),
            told: StoredValue::new_local(told),
        }
    }

    /// What the chain offers; an unfinished game of this tab, if there is one.
    pub fn offer(self, offer: Rc<Offer>) -> Option<Note> {
        let note = Note::kept(offer.place).filter(|note| note.model() == offer.model.id);
        self.told.update_value(|told| told.offer = Some(offer));
        note
    }

    /// Makes a false claim and shows how it loses.
    pub fn begin(self) {
        self.clear();
        self.go();
    }

    /// Goes on with an unfinished game.
    pub fn resume(self, note: Note) {
        self.clear();
        if let Ok(digit) = usize::try_from(note.digit) {
            self.digit.set(digit);
        }
        self.told.update_value(|told| told.note = Some(note));
        self.go();
    }

    fn clear(self) {
        self.told.update_value(|told| told.note = None);
        self.staged.set(None);
        self.scenes.set(Vec::new());
        self.facts.set(Facts::default());
        self.transaction.set(Transaction::Idle);
    }

    /// The next step, and those after it unless each waits to be asked for. A press too many does nothing.
    pub fn go(self) {
        if self.state.with_untracked(State::is_busy) {
            return;
        }
        // What was fetched and made once is there.
        let first = self.staged.with_untracked(Option::is_none);
        self.state.set(if first {
            State::Loading
        } else {
            State::Reading
        });
        spawn_local(async move {
            let release = self.told.try_with_value(|told| told.release);
            let _no_reload = release.map(Release::busy);
            if let Err(words) = self.drive().await {
                let _ = self.state.try_set(State::Failed(words));
            }
        });
    }

    async fn drive(self) -> Result<(), Words> {
        let mut stage = self.stage().await?;
        let _ = self.state.try_set(State::Reading);
        let mut found = stage.look(self).await?;
        loop {
            let Some(action) = found.action else {
                Note::forget();
                let _ = self.state.try_set(State::Over(found.standing));
                return Ok(());
            };
            let _ = self.state.try_set(State::Acting(action));
            stage.act(self, action, &found).await?;
            let kept = stage.note.keep();
            let _ = self.kept.try_set(kept);
            let note = stage.note.clone();
            let there = self.told.try_update_value(|told| told.note = Some(note));
            if there.is_none() {
                // The page was left: what is kept can be gone on with.
                return Ok(());
            }
            let _ = self.transaction.try_set(Transaction::Idle);
            found = stage.look(self).await?;
            let Some(action) = found.action else { continue };
            if !self.by_hand.try_get_untracked().unwrap_or(true) {
                stage.ready.chain.rpc().transport().pause(PACE).await;
            }
            if self.by_hand.try_get_untracked().unwrap_or(true) {
                let _ = self.state.try_set(State::Paused(action));
                return Ok(());
            }
        }
    }

    /// Worker, model, lie and receipt; those of an unfinished game where there is one.
    async fn stage(self) -> Result<Stage, Words> {
        let gone = || Words::from(text::UNREAD);
        let told = self.told.try_with_value(|told| {
            let link = told.chain.link.get_untracked();
            (
                link,
                told.offer.clone(),
                told.worker.clone(),
                told.note.clone(),
            )
        });
        let (link, offer, worker, note) = told.ok_or_else(gone)?;
        let ready = match link {
            Link::Ready(ready) => ready,
            Link::Down(outage) => return Err(outage.reason.words().sentence()),
            Link::Connecting | Link::Unlisted(_) => return Err(sign_text::NO_CHAIN_YET.into()),
        };
        let offer = offer.ok_or_else(gone)?;
        let loaded = worker.load(&offer.model, |_, _| ()).await.map_err(said)?;
        let handle = loaded.handle;
        if self.staged.try_get_untracked().flatten().is_none() {
            let _ = self.state.try_set(State::Staging);
        }
        let note = match note {
            Some(note) => {
                if self.staged.try_get_untracked().flatten().is_none() {
                    let staging = note.staging(&offer.model).ok_or_else(gone)?;
                    let staged = handle.stage(&staging, Some(note.lie)).await;
                    let _ = self.staged.try_set(Some(Arc::new(staged.map_err(said)?)));
                }
                note
            }
            None => self.claim(&ready, &offer, &handle).await?,
        };
        // From here on a failure goes on with this claim, not with another one.
        let known = note.clone();
        let _ = self.told.try_update_value(|told| told.note = Some(known));
        let account = dev::key(LIAR).map_err(|error| Words::from(error.to_string()))?;
        let receipt = Receipt {
            deployment: note.deployment(),
            statement: note.statement,
            attester: attester(&account),
            signature: note.signature,
        };
        Ok(Stage {
            ready,
            offer,
            handle,
            receipt: receipt.verify(&Software).map_err(said)?,
            note,
        })
    }

    /// Makes the lie and signs the receipt that tells it.
    async fn claim(
        self,
        ready: &Ready,
        offer: &Offer,
        handle: &WorkerHandle,
    ) -> Result<Note, Words> {
        let fresh = || random::bytes32().map_err(|error| Words::from(error.to_string()));
        let (seed, digit) = (fresh()?, self.digit.try_get_untracked().unwrap_or(0));
        let staging = staging(&offer.model, digit, seed);
        let staging = staging.ok_or_else(|| Words::from(text::NO_MODEL))?;
        let staged = handle.stage(&staging, None).await.map_err(said)?;
        let beacon = ready.chain.finalised().await.map_err(said)?;
        let statement = Statement {
            run: Run {
                model: offer.model.id,
                engine: EngineId::EXACT,
                input: Commitment::new(staged.input),
                output: Commitment::new(staged.output),
                beacon: BlockHash::new(beacon.hash),
                lane: Lane::Exact,
            },
            recipient: EthAddress::ZERO,
            time: clock::seconds(),
            expiration: 0,
            reference: ReceiptId::ZERO,
            salt: EasSalt::new(fresh()?),
        };
        let lie = staged.lie;
        let _ = self.staged.try_set(Some(Arc::new(staged)));
        let deployment = Deployment {
            genesis: offer.place.0,
            contract: offer.place.1,
        };
        let (_, signature) = dev::sign_receipt(LIAR, &statement, &deployment)
            .map_err(|error| Words::from(error.to_string()))?;
        Ok(Note {
            place: offer.place,
            digit: u32::try_from(digit).unwrap_or(0),
            seed,
            lie,
            statement,
            signature,
            blocks: Vec::new(),
            paid: None,
        })
    }
}
