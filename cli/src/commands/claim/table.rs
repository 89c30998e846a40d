//! What an account is to do in the games of one claim, on either side.

use super::brain::Brain;
use super::contract::Contract;
use super::kept::Kept;
use crate::failure::Failure;
use countersign_client::contracts::disputes;
use countersign_client::rpc::Block;
use countersign_client::signer::{Signer, Sr25519};
use countersign_client::submit::Underway;
use countersign_client::ChainError;
use countersign_shared::disputes::{ClaimRecord, GameRecord};
use countersign_shared::exact::claim::Standing;
use countersign_shared::exact::player::{PlayError, Receipt};
use countersign_shared::exact::{Game, Moment, Move, Side};
use countersign_shared::id::ReceiptId;
use countersign_shared::Software;
use std::path::Path;

/// The most transactions that are on their way at once. Finality takes several blocks: whoever waits for it after each answers few games
/// within one clock.
const AT_ONCE: usize = 32;

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
    /// The input as it lies here, where making it canonical changed it: for the claim of somebody who committed to that.
    pub given: Option<&'a Brain>,
    /// What the asserter's first move shows; a challenger has none.
    pub secrets: Option<&'a Receipt>,
    /// Where a challenger keeps the openings.
    pub folder: &'a Path,
}

/// What there was to do.
#[derive(Debug)]
pub enum Found {
    /// Transactions were sent; what they did.
    Acted(Vec<String>),
    /// The other side is to move, or the window to challenge is open.
    Waiting,
    /// As [`Found::Waiting`] in some games, while in another nothing can be done, and why.
    Stuck(Failure),
    /// There will be nothing to do any more.
    Nothing,
}

/// A game of the account that is not settled.
struct Own {
    number: u32,
    side: Side,
    record: GameRecord,
}

impl Own {
    /// Blocks that are left for the own move; the greatest number where the other side is to move.
    fn left(&self, block: u32) -> u32 {
        let game = &self.record.contest.game;
        if game.phase.side() == Some(self.side) {
            let used = block.saturating_sub(game.last);
            game.clock(self.side).saturating_sub(used)
        } else {
            u32::MAX
        }
    }
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
        let did = "nobody refuted the claim in time";
        Ok(Found::Acted(vec![did.to_owned()]))
    }

    /// The account's games that are not settled, that with the least time left for an own move first.
    fn games(&self, claim: &ClaimRecord, at: Block) -> Result<Vec<Own>, Failure> {
        let own = self.signer.account();
        let mut games = Vec::new();
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
            if !record.contest.settled {
                games.push(Own {
                    number,
                    side,
                    record,
                });
            }
        }
        games.sort_by_key(|game| (game.left(at.number), game.number));
        Ok(games)
    }

    /// Looks at every game and does what is to be done in each, the most pressing first. One game's trouble is not the others': it
    /// is said when there is nothing to do in any.
    pub fn look(&self) -> Result<Found, Failure> {
        let at = self.contract.finalised()?;
        let claim = self.contract.claim_at(self.receipt, at)?;
        let games = self.games(&claim, at)?;
        let (mut waiting, mut trouble, mut begun) = (false, None, Vec::new());
        for game in &games {
            match self.act(&claim, game, at.number) {
                Ok(Some(sent)) => begun.push(sent),
                Ok(None) => waiting |= claim.claim.standing == Standing::Open,
                Err(error) => {
                    let away = matches!(&error, Failure::Chain(ChainError::Rpc(_)));
                    trouble = trouble.or(Some(error));
                    if away {
                        break;
                    }
                }
            }
            if begun.len() >= AT_ONCE {
                break;
            }
        }
        let mut did = Vec::new();
        for (what, underway) in begun {
            match self.contract.arrive(underway) {
                Ok(()) => did.push(what),
                Err(error) => trouble = trouble.or(Some(error)),
            }
        }
        if !did.is_empty() {
            return Ok(Found::Acted(did));
        }
        match trouble {
            Some(error) if waiting => Ok(Found::Stuck(error)),
            Some(error) => Err(error),
            None if waiting => Ok(Found::Waiting),
            None => self.defend(&claim, at.number),
        }
    }

    /// A move, a late opponent's end, or a stopped game's bond: what was sent, and is on its way.
    fn act(
        &self,
        claim: &ClaimRecord,
        own: &Own,
        block: u32,
    ) -> Result<Option<(String, Underway)>, Failure> {
        let (number, side, game) = (own.number, own.side, &own.record.contest.game);
        if claim.claim.standing == Standing::False {
            if side == Side::Asserter {
                return Ok(None);
            }
            let settle = disputes::settle(self.receipt, number);
            let ((), underway) = self.contract.begin(self.signer, &settle)?;
            let did =
                format!("game {number}: stopped by another challenger's win; the bond is back");
            return Ok(Some((did, underway)));
        }
        let Some(to_move) = game.phase.side() else {
            return Ok(None);
        };
        let late = block.saturating_sub(game.last) > game.clock(to_move);
        match (to_move == side, late) {
            (false, false) => return Ok(None),
            (false, true) => {
                let timeout = disputes::timeout(self.receipt, number);
                let (_, underway) = self.contract.begin(self.signer, &timeout)?;
                let did = format!("game {number}: the other side let its clock run out");
                return Ok(Some((did, underway)));
            }
            (true, true) => return Err(Failure::Late { game: number }),
            (true, false) => {}
        }
        let made = self.made(number, side, game)?;
        let by = Moment {
            side,
            turn: game.turn,
            block,
        };
        // What the rules refuse here is no move: whatever the chain refuses after this, it has gone on.
        let terms = self.contract.setup.terms();
        let (subject, mut after) = (&claim.claim.subject, game.clone());
        after
            .play(&terms.sizes, subject, by, &made, &Software)
            .map_err(|refusal| Failure::Play {
                reason: format!("game {number}: {refusal}"),
            })?;
        let play = disputes::play(self.receipt, number, game.turn, &made);
        let (progress, underway) = self.contract.begin(self.signer, &play)?;
        let end = match progress.winner {
            Some(winner) if winner == side => ", and won",
            Some(_) => ", and lost",
            None => "",
        };
        let (turn, name) = (game.turn, made.name());
        let did = format!("game {number}, turn {turn}: {name}{end}");
        Ok(Some((did, underway)))
    }

    /// The own next move.
    fn made(&self, number: u32, side: Side, game: &Game) -> Result<Move, Failure> {
        let brain = self.brain.ok_or_else(|| Failure::Play {
            reason: format!("game {number} waits for a move, and its input is not here"),
        })?;
        let made = match (side, self.secrets) {
            (Side::Asserter, Some(secrets)) => brain.assert(secrets, game)?,
            (Side::Asserter, None) => return Err(Failure::NoRun),
            (Side::Challenger, _) => {
                let mut kept =
                    Kept::open(self.folder, &self.contract.account, &self.receipt, number)?;
                let earlier = kept.earlier(game)?;
                let mut made = None;
                if let Some(given) = self.given {
                    let proof = given.challenge(game, earlier.clone())?;
                    made = matches!(proof, Ok(Some(Move::ProveInput(_)))).then_some(proof);
                }
                let made = match made {
                    Some(proof) => proof,
                    None => brain.challenge(game, earlier)?,
                };
                if let Ok(Some(made)) = &made {
                    kept.note(game.turn, made)?;
                }
                made
            }
        };
        match made {
            Ok(Some(made)) => Ok(made),
            Err(PlayError::NothingDiffers) => Err(Failure::NoCase),
            // It is this side's turn, so that there is a move.
            Ok(None) => Err(Failure::Play {
                reason: PlayError::OtherGame.to_string(),
            }),
            Err(error) => Err(Failure::Play {
                reason: error.to_string(),
            }),
        }
    }
}
