//! The steps of the show: what the chain says decides the next one, and each is one transaction.

use super::note::Note;
use super::offer::Offer;
use super::show::{Show, CHALLENGER, LIAR};
use crate::pages::sign::transaction::Transaction;
use crate::state::chain::Ready;
use crate::text::words::Words;
use crate::text::{en, lie as text, lie_moves as moves};
use crate::wallet::dev;
use countersign_client::contracts::{disputes, Message};
use countersign_client::signer::Sr25519;
use countersign_client::stake::Terms;
use countersign_client::transport::web::Fetch;
use countersign_client::Chain;
use countersign_messages::page::WorkerHandle;
use countersign_messages::Next;
use countersign_shared::chain::Moment;
use countersign_shared::disputes::{ClaimRecord, DisputesError, GameRecord};
use countersign_shared::exact::claim::Standing;
use countersign_shared::exact::names::PhaseName;
use countersign_shared::id::{AccountId, ReceiptId, Sr25519Public};
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::Attester;
use leptos::prelude::Set;
use parity_scale_codec::{Decode, Encode};
use std::rc::Rc;

/// What is done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The false receipt is anchored.
    Anchor,
    /// And put at stake.
    Stake,
    /// The challenger opens a game.
    Challenge,
    /// A move of the game in this phase.
    Move(PhaseName),
    /// The side to move is late.
    Timeout,
    /// The bond of a game that another one's win stopped.
    Settle,
    /// What is due is fetched.
    Withdraw,
}

impl Action {
    /// In a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Anchor => moves::ANCHOR,
            Self::Stake => moves::STAKE,
            Self::Challenge => moves::CHALLENGE,
            Self::Move(phase) => moves::waits(phase),
            Self::Timeout => moves::TIMEOUT,
            Self::Settle => moves::SETTLE,
            Self::Withdraw => moves::WITHDRAW,
        }
        .get()
    }
}

/// What the chain says of the claim.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The receipt.
    pub receipt: Option<ReceiptId>,
    /// When it was anchored.
    pub anchored: Option<Moment>,
    /// When it was put at stake.
    pub asserted: Option<Moment>,
    /// When the game began.
    pub opened: Option<Moment>,
    /// The blocks of the first moves, as far as this tab made them.
    pub blocks: Vec<u32>,
    /// What the challenger fetched, and where.
    pub paid: Option<(u128, u32)>,
    /// All that the contract burned.
    pub burned: u128,
}

/// A claim that is being shown, with what every step needs.
pub struct Stage {
    /// The chain.
    pub ready: Rc<Ready>,
    /// Contract and model.
    pub offer: Rc<Offer>,
    /// The worker.
    pub handle: WorkerHandle,
    /// What the tab keeps.
    pub note: Note,
    /// What the liar signed.
    pub receipt: Verified<Receipt>,
}

/// The chain as it is now, and what follows.
pub struct Found {
    /// What to do; nothing once it is over.
    pub action: Option<Action>,
    /// How the claim stands.
    pub standing: Standing,
    game: Option<(u32, GameRecord)>,
    next: Option<Next>,
}

/// An error of another crate, as a sentence.
pub fn said(error: impl ToString) -> Words {
    Words::english(en::sentence(&error.to_string()))
}

impl Stage {
    /// Reads the chain; what it says decides what comes next.
    pub async fn look(&self, show: Show) -> Result<Found, Words> {
        let (chain, contract) = (&self.ready.chain, self.offer.contract);
        let receipt = self.receipt.id();
        let at = chain.finalised().await.map_err(said)?;
        let deployed = self.ready.deployed().await.map_err(said)?;
        let known = deployed.facts(&self.receipt, None, at).await;
        let anchored = known.map_err(said)?.anchored;
        let claim = chain.read(contract, &disputes::claim(receipt), at).await;
        let claim: Option<ClaimRecord> = claim.map_err(said)?;
        let account = dev::account(CHALLENGER).map_err(|error| Words::from(error.to_string()))?;
        let mut game = None;
        for number in (0..claim.map_or(0, |claim| claim.games)).rev() {
            let record = chain
                .read(contract, &disputes::game(receipt, number), at)
                .await;
            let record: Option<GameRecord> = record.map_err(said)?;
            let own = record.filter(|record| record.challenger == account);
            if let Some(record) = own {
                game = Some((number, record));
                break;
            }
        }
        let mut next = None;
        if let Some((_, record)) = &game {
            let staging = self.note.staging(&self.offer.model);
            let staging = staging.ok_or_else(|| Words::from(text::UNREAD))?;
            let state = record.contest.game.encode();
            let turn = self.handle.turn(&staging, self.note.lie, state);
            let turn = turn.await.map_err(said)?;
            let _ = show.scenes.try_set(turn.scenes);
            next = turn.next;
        }
        let due = chain.read(contract, &disputes::due(account), at).await;
        let due: u128 = due.map_err(said)?;
        let ledger = chain.read(contract, &disputes::ledger(), at).await;
        let ledger = ledger.map_err(said)?;
        let _ = show.facts.try_set(Facts {
            receipt: claim.map(|_| receipt),
            anchored,
            asserted: claim.map(|claim| claim.asserted),
            opened: game.as_ref().map(|(_, record)| record.opened),
            blocks: self.note.blocks.clone(),
            paid: self.note.paid,
            burned: ledger.burned.saturating_add(ledger.burning),
        });
        let standing = claim.map_or(Standing::Open, |claim| claim.claim.standing);
        let action = match (anchored, &claim, &game) {
            (None, _, _) => Some(Action::Anchor),
            (_, None, _) => Some(Action::Stake),
            (_, _, None) => (standing == Standing::Open).then_some(Action::Challenge),
            (_, _, Some((_, record))) => {
                let playing = &record.contest.game;
                let late = playing.phase.side().is_some_and(|side| {
                    at.number.saturating_sub(playing.last) > playing.clock(side)
                });
                match playing.winner() {
                    None if standing == Standing::Open && late => Some(Action::Timeout),
                    None if standing == Standing::Open => Some(Action::Move(playing.phase.kind())),
                    None if !record.contest.settled => Some(Action::Settle),
                    _ => (due > 0 && self.note.paid.is_none()).then_some(Action::Withdraw),
                }
            }
        };
        Ok(Found {
            action,
            standing,
            game,
            next,
        })
    }

    /// One transaction.
    pub async fn act(&mut self, show: Show, action: Action, found: &Found) -> Result<(), Words> {
        let key = |uri| dev::key(uri).map_err(|error| Words::from(error.to_string()));
        let (liar, challenger) = (key(LIAR)?, key(CHALLENGER)?);
        let (receipt, setup) = (self.receipt.id(), self.offer.setup);
        let number = found.game.as_ref().map_or(0, |(number, _)| *number);
        let report = move |progress| {
            let _ = show.transaction.try_set(Transaction::of(progress));
        };
        let _ = show.transaction.try_set(Transaction::Trying);
        let ready = Rc::clone(&self.ready);
        let (chain, contract) = (&ready.chain, self.offer.contract);
        let place = (chain, contract);
        match action {
            Action::Anchor => {
                let deployed = self.ready.deployed().await.map_err(said)?;
                let done = deployed.anchor(&liar, &self.receipt, report).await;
                done.map(|_| ()).map_err(said)
            }
            Action::Stake => {
                let terms = Terms { setup, claim: None };
                let what = (&self.receipt, None);
                let done = chain.stake(&liar, contract, &terms, what, report).await;
                done.map(|_| ()).map_err(said)
            }
            Action::Challenge => {
                let message = disputes::challenge(receipt, setup.bond);
                send(show, place, &challenger, &message).await.map(|_| ())
            }
            Action::Move(_) => {
                let (Some((number, record)), Some(next)) = (&found.game, &found.next) else {
                    return Err(text::UNREAD.into());
                };
                let mover = if next.challenger { &challenger } else { &liar };
                let turn = record.contest.game.turn;
                let message = disputes::play_encoded(receipt, *number, turn, &next.made);
                let (_, block) = send(show, place, mover, &message).await?;
                // After a reload the blocks of earlier moves are not known: none is better than a wrong one.
                if u32::try_from(self.note.blocks.len()) == Ok(turn) {
                    self.note.blocks.push(block);
                }
                Ok(())
            }
            Action::Timeout => {
                let message = disputes::timeout(receipt, number);
                send(show, place, &challenger, &message).await.map(|_| ())
            }
            Action::Settle => {
                let message = disputes::settle(receipt, number);
                send(show, place, &challenger, &message).await.map(|_| ())
            }
            Action::Withdraw => {
                let message = disputes::withdraw();
                let paid = send(show, place, &challenger, &message).await?;
                self.note.paid = Some(paid);
                Ok(())
            }
        }
    }
}

/// Sends a message; what the contract answered, and the block.
async fn send<R: Decode>(
    show: Show,
    (chain, contract): (&Chain<Fetch>, AccountId),
    signer: &Sr25519,
    message: &Message<Result<R, DisputesError>>,
) -> Result<(R, u32), Words> {
    let report = move |progress| {
        let _ = show.transaction.try_set(Transaction::of(progress));
    };
    let sent = chain.send(signer, contract, message, report).await;
    let sent = sent.map_err(said)?;
    Ok((sent.answer, sent.block.number))
}

/// Whom a key signs for.
pub fn attester(key: &Sr25519) -> Attester {
    Attester::Sr25519(Sr25519Public::new(key.public()))
}
