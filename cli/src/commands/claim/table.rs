//! What an account is to do in the games of one claim, on either side.

use super::brain::Brain;
use super::contract::Contract;
use super::kept::Kept;
use crate::failure::Failure;
use countersign_client::contracts::disputes;
use countersign_client::signer::{Signer, Sr25519};
use countersign_shared::disputes::{ClaimRecord, GameRecord};
use countersign_shared::exact::claim::Standing;
use countersign_shared::exact::player::{PlayError, Receipt};
use countersign_shared::exact::Side;
use countersign_shared::id::ReceiptId;
use std::path::Path;

/// Everything that a player knows.
pub struct Table<'a> {
    /// Where the games are.
    pub contract: &'a Contract<'a>,
    /// Whose moves.
    pub signer: &'a Sr25519,
    /// The claim.
    pub receipt: ReceiptId,
    /// The own run; without it no move can be made, and what needs none still is.
    pub brain: Option<&'a Brain>,
    /// What the asserter's first move shows; a challenger has none.
    pub secrets: Option<&'a Receipt>,
    /// Where a challenger keeps the openings.
    pub folder: &'a Path,
}

/// What there was to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A transaction was sent; what it did.
    Acted(String),
    /// The other side is to move, or the window to challenge is open.
    Waiting,
    /// There will be nothing to do any more.
    Nothing,
}

impl Table<'_> {
    /// An asserter answers challenges as long as there can be any, then closes the claim.
    fn defend(&self, claim: &ClaimRecord, block: u32) -> Result<Found, Failure> {
        if claim.asserter != self.signer.account() || claim.claim.standing != Standing::Open {
            return Ok(Found::Nothing);
        }
        let age = block.saturating_sub(claim.claim.start);
        if claim.claim.open_games > 0 || age <= self.contract.setup.window {
            return Ok(Found::Waiting);
        }
        self.contract
            .send(self.signer, &disputes::finalise(self.receipt))?;
        Ok(Found::Acted("nobody refuted the claim in time".to_owned()))
    }

    /// Looks at every game, and does what is to be done in the first that waits for this account.
    pub fn look(&self) -> Result<Found, Failure> {
        let at = self.contract.finalised()?;
        let claim = self.contract.claim_at(self.receipt, at)?;
        let own = self.signer.account();
        let mut found = Found::Nothing;
        for number in 0..claim.games {
            let game = disputes::game(self.receipt, number);
            let Some(record) = self.contract.read(&game, at)? else {
                continue;
            };
            let side = match (claim.asserter == own, record.challenger == own) {
                (true, _) => Side::Asserter,
                (false, true) => Side::Challenger,
                (false, false) => continue,
            };
            if record.contest.settled {
                continue;
            }
            if claim.claim.standing == Standing::False {
                if side == Side::Challenger {
                    self.contract
                        .send(self.signer, &disputes::settle(self.receipt, number))?;
                    return Ok(Found::Acted(format!(
                        "game {number}: stopped by another challenger's win; the bond is back"
                    )));
                }
                continue;
            }
            if let Some(did) = self.act(number, &record, side, at.number)? {
                return Ok(Found::Acted(did));
            }
            found = Found::Waiting;
        }
        match found {
            Found::Nothing => self.defend(&claim, at.number),
            found => Ok(found),
        }
    }

    /// A move, or a late opponent's end; what was sent.
    fn act(
        &self,
        number: u32,
        record: &GameRecord,
        side: Side,
        block: u32,
    ) -> Result<Option<String>, Failure> {
        let game = &record.contest.game;
        if game.phase.side() != Some(side) {
            if block.saturating_sub(game.last) <= game.clock(side.other()) {
                return Ok(None);
            }
            self.contract
                .send(self.signer, &disputes::timeout(self.receipt, number))?;
            return Ok(Some(format!(
                "game {number}: the other side let its clock run out"
            )));
        }
        let brain = self.brain.ok_or_else(|| Failure::Play {
            reason: format!("game {number} waits for a move, and its input is not here"),
        })?;
        let made = match (side, self.secrets) {
            (Side::Asserter, Some(secrets)) => brain.assert(secrets, game)?,
            (Side::Asserter, None) => return Err(Failure::NoRun),
            (Side::Challenger, _) => {
                let mut kept =
                    Kept::open(self.folder, &self.contract.account, &self.receipt, number)?;
                let made = brain.challenge(game, kept.earlier(game)?)?;
                if let Ok(Some(made)) = &made {
                    kept.note(game.turn, made)?;
                }
                made
            }
        };
        let made = match made {
            Ok(Some(made)) => made,
            Ok(None) => return Ok(None),
            Err(PlayError::NothingDiffers) => return Err(Failure::NoCase),
            Err(error) => {
                return Err(Failure::Play {
                    reason: error.to_string(),
                })
            }
        };
        let sent = self.contract.send(
            self.signer,
            &disputes::play(self.receipt, number, game.turn, &made),
        )?;
        let end = match sent.winner {
            Some(winner) if winner == side => ", and won",
            Some(_) => ", and lost",
            None => "",
        };
        let (turn, name) = (game.turn, made.name());
        Ok(Some(format!("game {number}, turn {turn}: {name}{end}")))
    }
}
