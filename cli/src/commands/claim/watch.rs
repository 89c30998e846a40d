//! A watchtower: runs every claim again whose input it has, challenges the false ones, and plays all their games.

use super::asked::Asked;
use super::brain::Brain;
use super::cases::Cases;
use super::contract::{contract, Contract};
use super::judge::{judge, Judged};
use super::play::passing;
use super::say::Said;
use super::table::{Found, Table};
use crate::args::{Global, Watch};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::setup;
use countersign_client::contracts::disputes;
use countersign_client::rpc::Block;
use countersign_client::signer::{Signer, Sr25519};
use countersign_client::ChainError;
use countersign_shared::disputes::ClaimRecord;
use countersign_shared::exact::claim::Standing;
use countersign_shared::id::ReceiptId;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// After this, a claim that could not be judged is looked at again: a model's file may have come, or its source be back.
const AGAIN: Duration = Duration::from_secs(600);

/// What is known of a claim.
enum State {
    /// It could not be judged then with what was here.
    Unwatched(Instant),
    /// Nothing to do: it is true, closed, or the account's own.
    Rest,
    /// It is false; the run proves it.
    False(Brain),
}

/// One pass over the chain.
struct Seen {
    at: Block,
    claims: Vec<(ReceiptId, ClaimRecord)>,
    /// Claims with games of the account that are not settled.
    playing: BTreeSet<ReceiptId>,
    /// Claims that the account challenged, however that ended.
    challenged: BTreeSet<ReceiptId>,
    /// How many of the account's bonds are at stake.
    staked: u32,
}

struct Tower<'a> {
    global: &'a Global,
    args: &'a Watch,
    contract: &'a Contract<'a>,
    signer: Sr25519,
    folder: PathBuf,
    cases: Cases,
    states: BTreeMap<ReceiptId, State>,
    said: Said,
    /// The folders could be read once.
    begun: bool,
}

/// `countersign claim watch`.
pub fn run(global: &Global, args: &Watch) -> Result<Outcome, Failure> {
    let signer = args.account.key()?;
    let chain = global.chain()?;
    let contract = contract(global, &chain, args.disputes.as_deref())?;
    let folder = args.state.clone();
    let mut tower = Tower {
        global,
        args,
        contract: &contract,
        signer,
        folder: folder.unwrap_or_else(|| setup::cache().join("claims")),
        cases: Cases::new(args.cases.clone()),
        states: BTreeMap::new(),
        said: Said::new(global.json),
        begun: false,
    };
    tower.said.line(
        "watching",
        None,
        format!(
            "each challenge stakes {} of the chain's smallest unit, at most {} at once",
            contract.setup.bond, args.max_bonds
        ),
    );
    loop {
        match tower.look() {
            Ok(true) => continue,
            Ok(false) if args.once => break,
            Ok(false) => tower.said.better(None),
            // A node that restarts is no reason to stop: what was sent is seen at the next look.
            Err(Failure::Chain(error)) if passing(&error) && !args.once => {
                tower
                    .said
                    .once("trouble", None, format!("{error}; trying again"));
            }
            Err(error) => return Err(error),
        }
        std::thread::sleep(Duration::from_secs(u64::from(args.every)));
    }
    let watched = tower.states.len();
    Ok(Outcome::ok(
        format!("nothing more to do now; claims seen: {watched}"),
        json!({ "event": "stopped", "claims": watched }),
    ))
}

impl Tower<'_> {
    /// Moves first, then one new claim: a long run must not let a clock run out. Whether anything was done.
    fn look(&mut self) -> Result<bool, Failure> {
        pollster::block_on(self.contract.chain.still_the_same())?;
        let (new, unusable) = match self.cases.look() {
            // A folder that goes away later is no reason to leave the games.
            Err(error) if self.begun => {
                self.said.once("trouble", None, error.to_string());
                (BTreeSet::new(), Vec::new())
            }
            found => found?,
        };
        self.begun = true;
        for why in unusable {
            self.said.line("unusable", None, why);
        }
        for receipt in new {
            if matches!(self.states.get(&receipt), Some(State::Unwatched(_))) {
                self.states.remove(&receipt);
                self.said.better(Some(receipt));
            }
        }
        let seen = self.see()?;
        let mut acted = false;
        for receipt in &seen.playing {
            acted |= self.play(*receipt, &seen)?;
        }
        for (receipt, record) in &seen.claims {
            if record.claim.standing != Standing::Open {
                self.close(*receipt, record, &seen);
            } else if self.unjudged(receipt) {
                if self.meet(*receipt, record)? {
                    return Ok(true);
                }
            } else if matches!(self.states.get(receipt), Some(State::False(_)))
                && self.challenge(*receipt, record, &seen)?
            {
                return Ok(true);
            }
        }
        Ok(acted)
    }

    /// All claims at the newest finalised block, and the account's games.
    fn see(&self) -> Result<Seen, Failure> {
        let at = self.contract.finalised()?;
        let own = self.signer.account();
        let mut seen = Seen {
            at,
            claims: self.contract.claims(at)?,
            playing: BTreeSet::new(),
            challenged: BTreeSet::new(),
            staked: 0,
        };
        for (receipt, record) in &seen.claims {
            // The games of a closed claim matter only while one is not settled.
            if record.claim.standing != Standing::Open && record.claim.open_games == 0 {
                continue;
            }
            for number in 0..record.games {
                let game = disputes::game(*receipt, number);
                let game = self.contract.read(&game, at)?;
                let Some(game) = game.filter(|game| game.challenger == own) else {
                    continue;
                };
                seen.challenged.insert(*receipt);
                if !game.contest.settled {
                    seen.playing.insert(*receipt);
                    seen.staked = seen.staked.saturating_add(1);
                }
            }
        }
        Ok(seen)
    }

    /// What is to be done in the account's games on one claim.
    fn play(&mut self, receipt: ReceiptId, seen: &Seen) -> Result<bool, Failure> {
        // After a restart the run is not there yet.
        if !self.states.contains_key(&receipt) {
            let found = seen.claims.iter().find(|(id, _)| *id == receipt);
            if let Some((_, record)) = found.filter(|(_, r)| r.claim.standing == Standing::Open) {
                self.meet(receipt, record)?;
            }
        }
        let brain = match self.states.get(&receipt) {
            Some(State::False(brain)) => Some(brain),
            _ => None,
        };
        let table = Table {
            contract: self.contract,
            signer: &self.signer,
            receipt,
            brain,
            given: None,
            secrets: None,
            folder: &self.folder,
        };
        match table.look() {
            Ok(Found::Acted(did)) => {
                for did in did {
                    self.said.line("played", Some(receipt), did);
                }
                Ok(true)
            }
            Ok(Found::Waiting | Found::Nothing) => Ok(false),
            Ok(Found::Stuck(error)) | Err(error) => self.trouble(receipt, error).map(|()| false),
        }
    }

    /// Whether a claim was not looked at yet, or too long ago for what was missing then.
    fn unjudged(&self, receipt: &ReceiptId) -> bool {
        match self.states.get(receipt) {
            None => true,
            Some(State::Unwatched(then)) => {
                then.elapsed() >= AGAIN && self.cases.of(receipt).next().is_some()
            }
            Some(State::Rest | State::False(_)) => false,
        }
    }

    /// A claim that was not judged before. Whether that took a run.
    fn meet(&mut self, receipt: ReceiptId, record: &ClaimRecord) -> Result<bool, Failure> {
        let mut ran = false;
        let mut why = "no folder holds its bundle with the input".to_owned();
        let mut state = State::Unwatched(Instant::now());
        if record.asserter == self.signer.account() {
            why = "it is this account's own, and `claim play` answers for it".to_owned();
            state = State::Rest;
        } else {
            let (files, subject) = (&self.args.engine.files, &record.claim.subject);
            for case in self.cases.of(&receipt) {
                ran = true;
                match judge(self.global, files, subject, case) {
                    Ok(Judged::True) => {
                        self.said.checked(receipt, true, "checked: true".to_owned());
                        self.states.insert(receipt, State::Rest);
                        return Ok(ran);
                    }
                    Ok(Judged::False { why, brain }) => {
                        let text = format!("checked: false, because {why}");
                        self.said.checked(receipt, false, text);
                        self.states.insert(receipt, State::False(brain));
                        return Ok(ran);
                    }
                    Ok(Judged::Unknown(unknown)) => why = unknown,
                    Err(Failure::Chain(error)) => return Err(error.into()),
                    Err(error) => why = error.to_string(),
                }
            }
        }
        let text = format!("not watched: {why}");
        self.said.once("not-watched", Some(receipt), text);
        self.states.insert(receipt, state);
        Ok(ran)
    }

    /// Stakes a bond on a false claim, unless that was done, is too late, or would be one too many.
    fn challenge(
        &mut self,
        receipt: ReceiptId,
        record: &ClaimRecord,
        seen: &Seen,
    ) -> Result<bool, Failure> {
        let asked = Asked::new(&self.folder, &self.contract.account, &receipt);
        if seen.challenged.contains(&receipt) {
            asked.forget()?;
            return Ok(false);
        }
        let age = seen.at.number.saturating_sub(record.claim.start);
        let staked = seen.staked.saturating_add(self.pending(seen)?);
        let hindered = if asked.pending(seen.at.number)? {
            Some("a challenge was sent and may still be taken; waiting".to_owned())
        } else if age > self.contract.setup.window {
            Some("not challenged: the time for it is over".to_owned())
        } else if staked >= self.args.max_bonds {
            Some(format!(
                "not challenged yet: bonds at stake are {staked} (--max-bonds)"
            ))
        } else {
            None
        };
        if let Some(text) = hindered {
            self.said.once("waiting", Some(receipt), text);
            return Ok(false);
        }
        asked.note(seen.at.number)?;
        let message = disputes::challenge(receipt, self.contract.setup.bond);
        match self.contract.send(&self.signer, &message) {
            Ok(game) => {
                asked.forget()?;
                let text = format!("challenged: game {game} is open");
                self.said.line("challenged", Some(receipt), text);
                Ok(true)
            }
            Err(Failure::Chain(error)) => {
                // Refused before it was sent, or in a block: there is no game. Anything else may still become one.
                if matches!(
                    error,
                    ChainError::Contract(_)
                        | ChainError::Signer(_)
                        | ChainError::Failed { .. }
                        | ChainError::Expired { .. }
                ) {
                    asked.forget()?;
                }
                self.trouble(receipt, error.into()).map(|()| false)
            }
            Err(error) => Err(error),
        }
    }

    /// Bonds that may be on their way.
    fn pending(&self, seen: &Seen) -> Result<u32, Failure> {
        let mut pending = 0_u32;
        for (receipt, record) in &seen.claims {
            let asked = Asked::new(&self.folder, &self.contract.account, receipt);
            let open = record.claim.standing == Standing::Open;
            if open && !seen.challenged.contains(receipt) && asked.pending(seen.at.number)? {
                pending = pending.saturating_add(1);
            }
        }
        Ok(pending)
    }

    /// A claim that is final or false; its run is dropped when no own game needs it.
    fn close(&mut self, receipt: ReceiptId, record: &ClaimRecord, seen: &Seen) {
        if seen.playing.contains(&receipt) {
            return;
        }
        if matches!(self.states.get(&receipt), Some(State::False(_))) {
            let word = super::word(record.claim.standing);
            let text = format!("the claim is {word}");
            self.said.line("closed", Some(receipt), text);
        }
        self.states.insert(receipt, State::Rest);
    }

    /// One claim's trouble is not the others'; a chain that is away or another one is.
    fn trouble(&mut self, receipt: ReceiptId, error: Failure) -> Result<(), Failure> {
        match error {
            Failure::Chain(error)
                if passing(&error) || matches!(error, ChainError::OtherChain { .. }) =>
            {
                Err(error.into())
            }
            error => {
                self.said.once("trouble", Some(receipt), error.to_string());
                Ok(())
            }
        }
    }
}
