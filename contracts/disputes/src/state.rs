//! The rules of EXACT 5 and 6 over a store. What a move must contain, who has won and who gets what
//! is `shared`'s (X6); here stands who may call, and that every unit of value is accounted for (X5).
//!
//! Every method is total (C1) and, when it refuses, has written nothing. Each first checks, then
//! computes all that is to be written, then writes, and moves value last.
//!
//! All cells are written at their full length by whoever opens a claim or a game, and never removed:
//! so no storage deposit passes between the sides.

use crate::world::World;
use countersign_contracts_common::list::{self, List};
use countersign_contracts_common::store::{Cell, Store};
use countersign_shared::attester::{Attester, Lane};
use countersign_shared::chain::{Moment, Page};
use countersign_shared::crypto::Crypto;
use countersign_shared::deploy::Deployment;
use countersign_shared::disputes::{
    Assertion, ClaimRecord, DisputesError, DisputesSetup, GameRecord, Ledger, Padded, Progress,
    BURN,
};
use countersign_shared::exact::claim::{Claim, ClaimError, Payout};
use countersign_shared::exact::game::{Moment as By, Subject};
use countersign_shared::exact::{Move, Refusal, Side};
use countersign_shared::id::{AccountId, ReceiptId};
use countersign_shared::receipt::{verify_claim, Receipt};
use countersign_shared::status::{Facts, Key, Status};

type Result<T> = core::result::Result<T, DisputesError>;

/// Claims by receipt.
struct Claims;
impl List for Claims {
    type Key = ReceiptId;
    type Value = ClaimRecord;
    const SPACE: u32 = 0x10;
}

/// Games by receipt and number.
struct Games;
impl Cell for Games {
    type Key = (ReceiptId, u32);
    type Value = Padded;
    const SPACE: u32 = 0x20;
}

/// What accounts can withdraw. A cell is made when its account stakes something, and stays.
struct Dues;
impl Cell for Dues {
    type Key = AccountId;
    type Value = u128;
    const SPACE: u32 = 0x30;
}

/// The one ledger.
struct Sums;
impl Cell for Sums {
    type Key = ();
    type Value = Ledger;
    const SPACE: u32 = 0x40;
}

/// The rules over a store, the host's cryptography and the chain around.
#[derive(Clone, Debug)]
pub struct Disputes<S, C, W> {
    setup: DisputesSetup,
    contract: AccountId,
    store: S,
    crypto: C,
    world: W,
}

impl<S: Store, C: Crypto, W: World> Disputes<S, C, W> {
    /// The rules over what `store` holds, for the contract whose account is `contract`.
    pub const fn new(
        setup: DisputesSetup,
        contract: AccountId,
        store: S,
        crypto: C,
        world: W,
    ) -> Self {
        Self {
            setup,
            contract,
            store,
            crypto,
            world,
        }
    }

    /// What the facts are kept in.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The chain around.
    pub const fn world(&self) -> &W {
        &self.world
    }

    /// The chain around, for tests to change.
    pub const fn world_mut(&mut self) -> &mut W {
        &mut self.world
    }

    /// Puts a receipt at stake (EXACT 5.1); answers its id.
    ///
    /// # Errors
    /// In this order: `Value`, `Receipt`, `Lane`, `NotAttester` and the authorisation's, `ClaimExists`,
    /// `ReceiptsContract`, `Receipt`, `NotAnchored`, `Revoked`, `Disowned`, `RegistryContract`, the
    /// model's, `Overflow`, `ListFull`.
    pub fn assert(
        &mut self,
        caller: AccountId,
        now: Moment,
        value: u128,
        assertion: &Assertion,
    ) -> Result<ReceiptId> {
        self.exactly_the_bond(value)?;
        let receipt = Receipt {
            deployment: self.deployment_of(self.setup.receipts),
            statement: assertion.statement,
            attester: assertion.attester,
            signature: assertion.signature,
        };
        let verified = receipt
            .verify(&self.crypto)
            .map_err(|reason| DisputesError::Receipt(reason.into()))?;
        // That lane and engine belong together is part of verification.
        let run = assertion.statement.run;
        if run.lane != Lane::Exact {
            return Err(DisputesError::Lane);
        }
        let id = verified.id();
        self.may_assert(&caller, assertion, &id)?;
        if self.claim(&id).is_some() {
            return Err(DisputesError::ClaimExists);
        }
        let facts = self.world.facts(
            &assertion.attester,
            &verified.digest(),
            &assertion.signature,
            assertion.batch.as_ref(),
        );
        let facts = facts.ok_or(DisputesError::ReceiptsContract)?;
        let facts = facts.map_err(DisputesError::Receipt)?;
        let anchored = facts.earliest_anchor();
        if anchored.is_none() {
            return Err(DisputesError::NotAnchored);
        }
        if facts.revoked.is_some() {
            return Err(DisputesError::Revoked);
        }
        // An expired receipt may be put at stake: EXACT 5.1 does not ask.
        let status = Status::of(&Facts {
            now: now.seconds,
            expiration: 0,
            anchored,
            revoked: facts.revoked,
            disowned: facts.disowned,
        });
        if !matches!(status.key, Key::Held | Key::Unaffected(_)) {
            return Err(DisputesError::Disowned);
        }
        let model = self.world.model(&run.model);
        let model = model.ok_or(DisputesError::RegistryContract)?;
        let model = model.ok_or(DisputesError::ModelUnknown)?;
        if model.deprecated.is_some() {
            return Err(DisputesError::ModelDeprecated);
        }
        if model.exact_root.is_zero() {
            return Err(DisputesError::NotExact);
        }
        let subject = Subject {
            model: run.model,
            input: run.input,
            output: run.output,
        };
        let record = ClaimRecord {
            asserter: caller,
            attester: assertion.attester,
            claim: Claim::new(subject, now.block),
            games: 0,
            asserted: now,
        };
        let ledger = self.received()?;
        list::append::<Claims>(&mut self.store, &id, &record)
            .map_err(|_| DisputesError::ListFull)?;
        self.store.set::<Sums>(&(), &ledger);
        self.open_due(&caller);
        Ok(id)
    }

    /// Only the attester can put a receipt at stake, else anyone could do so and play badly (EXACT 5.1).
    fn may_assert(
        &self,
        caller: &AccountId,
        assertion: &Assertion,
        receipt: &ReceiptId,
    ) -> Result<()> {
        match (&assertion.attester, &assertion.authorisation) {
            (Attester::Sr25519(public), None) => {
                if public.to_bytes() != caller.to_bytes() {
                    return Err(DisputesError::NotAttester);
                }
                Ok(())
            }
            (Attester::Sr25519(_), Some(_)) => Err(DisputesError::AuthorisationUnwanted),
            (Attester::Secp256k1(_), None) => Err(DisputesError::AuthorisationMissing),
            (Attester::Secp256k1(address), Some(signature)) => verify_claim(
                &self.deployment_of(self.contract),
                address,
                receipt,
                caller,
                signature,
                &self.crypto,
            )
            .map_err(|error| DisputesError::Authorisation(error.into())),
        }
    }

    /// Opens a game on a claim (EXACT 5.2); answers its number.
    ///
    /// # Errors
    /// `Value`, `ClaimUnknown`, `Claim`, `Overflow`, `Record`.
    pub fn challenge(
        &mut self,
        caller: AccountId,
        now: Moment,
        value: u128,
        receipt: &ReceiptId,
    ) -> Result<u32> {
        self.exactly_the_bond(value)?;
        let mut record = self.known(receipt)?;
        let contest = record.claim.challenge(&self.setup.terms(), now.block)?;
        let number = record.games;
        record.games = number
            .checked_add(1)
            .ok_or(DisputesError::Claim(ClaimError::Full))?;
        let ledger = self.received()?;
        let game = Padded::new(GameRecord {
            challenger: caller,
            opened: now,
            contest,
        })?;
        list::replace::<Claims>(&mut self.store, receipt, &record);
        self.store.set::<Games>(&(*receipt, number), &game);
        self.store.set::<Sums>(&(), &ledger);
        self.open_due(&caller);
        Ok(number)
    }

    /// A move in a game (EXACT 6).
    ///
    /// # Errors
    /// `ClaimUnknown`, `GameUnknown`, `NotASide`, `Claim`, `Overflow`, `Record`.
    pub fn play(
        &mut self,
        caller: AccountId,
        now: Moment,
        place: (&ReceiptId, u32),
        turn: u32,
        made: &Move,
    ) -> Result<Progress> {
        let mut record = self.known(place.0)?;
        let mut game = self.contest(place)?;
        let side = side_of(&caller, &record, &game)?;
        let by = By {
            side,
            turn,
            block: now.block,
        };
        let terms = self.setup.terms();
        let payout = record
            .claim
            .play(&terms, &mut game.contest, by, made, &self.crypto)?;
        let progress = progress(&game, side, Some(made));
        self.keep(place, &record, game, &payout)?;
        Ok(progress)
    }

    /// Ends a game whose side to move let its clock run out (EXACT 6). By anyone.
    ///
    /// # Errors
    /// `ClaimUnknown`, `GameUnknown`, `Claim`, `Overflow`, `Record`.
    pub fn timeout(&mut self, now: Moment, place: (&ReceiptId, u32)) -> Result<Progress> {
        let mut record = self.known(place.0)?;
        let mut game = self.contest(place)?;
        let late = game.contest.game.phase.side();
        let terms = self.setup.terms();
        let payout = record.claim.timeout(&terms, &mut game.contest, now.block)?;
        // A game without a side to move is over, which `timeout` refused.
        let late = late.ok_or(DisputesError::Claim(Refusal::Over.into()))?;
        let progress = progress(&game, late, None);
        self.keep(place, &record, game, &payout)?;
        Ok(progress)
    }

    /// Gives the challenger of a stopped game its bond back (EXACT 5.3). By anyone.
    ///
    /// # Errors
    /// `ClaimUnknown`, `GameUnknown`, `Claim`, `Overflow`, `Record`.
    pub fn settle(&mut self, place: (&ReceiptId, u32)) -> Result<()> {
        let mut record = self.known(place.0)?;
        let mut game = self.contest(place)?;
        let terms = self.setup.terms();
        let payout = record.claim.settle(&terms, &mut game.contest)?;
        self.keep(place, &record, game, &payout)
    }

    /// Closes a claim that nobody refuted in time (EXACT 5.4). By anyone.
    ///
    /// # Errors
    /// `ClaimUnknown`, `Claim`, `Overflow`.
    pub fn finalise(&mut self, now: Moment, receipt: &ReceiptId) -> Result<()> {
        let mut record = self.known(receipt)?;
        let payout = record.claim.finalise(&self.setup.terms(), now.block)?;
        let ledger = self.booked(&payout)?;
        let due = self.due(&record.asserter);
        let due = due
            .checked_add(payout.asserter)
            .ok_or(DisputesError::Overflow)?;
        list::replace::<Claims>(&mut self.store, receipt, &record);
        self.store.set::<Sums>(&(), &ledger);
        self.store.set::<Dues>(&record.asserter, &due);
        Ok(())
    }

    /// Sends the caller what is due to it; answers how much.
    ///
    /// # Errors
    /// `NothingDue`, `Overflow`, `TransferFailed`.
    pub fn withdraw(&mut self, caller: &AccountId) -> Result<u128> {
        let due = self.due(caller);
        if due == 0 {
            return Err(DisputesError::NothingDue);
        }
        let before = self.ledger();
        let after = before.pay(due).ok_or(DisputesError::Overflow)?;
        self.store.set::<Sums>(&(), &after);
        self.store.set::<Dues>(caller, &0);
        if !self.world.transfer(caller, due) {
            self.store.set::<Sums>(&(), &before);
            self.store.set::<Dues>(caller, &due);
            return Err(DisputesError::TransferFailed);
        }
        Ok(due)
    }

    /// Burns what could not be burned when a game ended; answers how much. By anyone.
    ///
    /// # Errors
    /// `NothingDue`, `Overflow`, `TransferFailed`.
    pub fn burn(&mut self) -> Result<u128> {
        let before = self.ledger();
        let amount = before.burning;
        if amount == 0 {
            return Err(DisputesError::NothingDue);
        }
        let after = before.burn().ok_or(DisputesError::Overflow)?;
        self.store.set::<Sums>(&(), &after);
        if !self.world.transfer(&BURN, amount) {
            self.store.set::<Sums>(&(), &before);
            return Err(DisputesError::TransferFailed);
        }
        Ok(amount)
    }

    /// A claim.
    pub fn claim(&self, receipt: &ReceiptId) -> Option<ClaimRecord> {
        list::find::<Claims>(&self.store, receipt)
    }

    /// The claims, oldest first.
    pub fn claims(&self, start: u32, limit: u32) -> Page<(ReceiptId, ClaimRecord)> {
        list::page::<Claims>(&self.store, start, limit)
    }

    /// A game.
    pub fn game(&self, receipt: &ReceiptId, number: u32) -> Option<GameRecord> {
        let game = self.store.get::<Games>(&(*receipt, number));
        game.map(Padded::into_inner)
    }

    /// What an account can withdraw.
    pub fn due(&self, account: &AccountId) -> u128 {
        self.store.get::<Dues>(account).unwrap_or_default()
    }

    /// The ledger.
    pub fn ledger(&self) -> Ledger {
        self.store.get::<Sums>(&()).unwrap_or_default()
    }

    /// Writes the ledger's cell at its full length, so that its deposit is the deployer's.
    pub fn begin(&mut self) {
        self.store.set::<Sums>(&(), &Ledger::default());
    }

    fn deployment_of(&self, contract: AccountId) -> Deployment {
        Deployment {
            genesis: self.setup.genesis,
            contract,
        }
    }

    fn exactly_the_bond(&self, value: u128) -> Result<()> {
        if value != self.setup.bond {
            return Err(DisputesError::Value);
        }
        Ok(())
    }

    fn known(&self, receipt: &ReceiptId) -> Result<ClaimRecord> {
        self.claim(receipt).ok_or(DisputesError::ClaimUnknown)
    }

    fn contest(&self, (receipt, number): (&ReceiptId, u32)) -> Result<GameRecord> {
        self.game(receipt, number).ok_or(DisputesError::GameUnknown)
    }

    fn received(&self) -> Result<Ledger> {
        let ledger = self.ledger().receive(self.setup.bond);
        ledger.ok_or(DisputesError::Overflow)
    }

    fn booked(&self, payout: &Payout) -> Result<Ledger> {
        self.ledger().book(payout).ok_or(DisputesError::Overflow)
    }

    /// Makes the account's cell, at the caller's cost, before anything is due to it.
    fn open_due(&mut self, account: &AccountId) {
        if self.store.get::<Dues>(account).is_none() {
            self.store.set::<Dues>(account, &0);
        }
    }

    /// Writes a claim and a game of it, books what becomes due, then tries to burn. A transfer that
    /// fails is no reason to refuse the move: the amount stays in the ledger for [`Disputes::burn`].
    fn keep(
        &mut self,
        (receipt, number): (&ReceiptId, u32),
        record: &ClaimRecord,
        game: GameRecord,
        payout: &Payout,
    ) -> Result<()> {
        let challenger = game.challenger;
        let game = Padded::new(game)?;
        let moves_value = *payout != Payout::default();
        let ledger = self.booked(payout)?;
        let credit = |account: &AccountId, amount: u128| {
            let due = self.due(account).checked_add(amount);
            due.ok_or(DisputesError::Overflow)
        };
        // One account can be both sides: then one credit is the sum.
        let (asserter_due, challenger_due) = if record.asserter == challenger {
            let both = payout.asserter.checked_add(payout.challenger);
            let both = both.ok_or(DisputesError::Overflow)?;
            let due = credit(&challenger, both)?;
            (due, due)
        } else {
            (
                credit(&record.asserter, payout.asserter)?,
                credit(&challenger, payout.challenger)?,
            )
        };
        list::replace::<Claims>(&mut self.store, receipt, record);
        self.store.set::<Games>(&(*receipt, number), &game);
        if moves_value {
            self.store.set::<Sums>(&(), &ledger);
            self.store.set::<Dues>(&record.asserter, &asserter_due);
            self.store.set::<Dues>(&challenger, &challenger_due);
            // What fails here stays in the ledger, and `burn` tries again.
            let _burned_or_later = self.burn();
        }
        Ok(())
    }
}

/// Which side the caller is. Who plays against itself moves for whichever side is to move.
fn side_of(caller: &AccountId, record: &ClaimRecord, game: &GameRecord) -> Result<Side> {
    match (*caller == record.asserter, *caller == game.challenger) {
        (true, true) => Ok(game.contest.game.phase.side().unwrap_or(Side::Asserter)),
        (true, false) => Ok(Side::Asserter),
        (false, true) => Ok(Side::Challenger),
        (false, false) => Err(DisputesError::NotASide),
    }
}

fn progress(game: &GameRecord, side: Side, made: Option<&Move>) -> Progress {
    Progress {
        turn: game.contest.game.turn,
        side,
        made: made.map(Move::kind),
        winner: game.contest.game.winner(),
    }
}
