//! Claims and what is at stake (EXACT 5.2 to 5.5): who gets what, without a chain. Whether a
//! receipt may be put at stake at all (5.1) is the contract's to check. Every claim ends (X4), and what comes in is held, due,
//! burned or paid out (X5).

use super::game::{Game, Moment, Subject};
use super::moves::{Move, Side};
use super::refusal::Refusal;
use super::Sizes;
use crate::crypto::Crypto;
use core::fmt;

/// What a deployment fixes for all of its claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Blocks during which a claim can be challenged.
    pub window: u32,
    /// Blocks that each side has for all its moves in one game.
    pub clock: u32,
    /// What the asserter stakes once, and every challenger.
    pub bond: u128,
    /// [`Sizes::EXACT`].
    pub sizes: Sizes,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Standing {
    /// Neither.
    Open,
    /// The window is over, and no game was lost.
    Final,
    /// A game was lost: a proof or a clock. For ever.
    False,
}

/// A receipt at stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Claim {
    /// What the receipt says.
    pub subject: Subject,
    /// The block of the assertion.
    pub start: u32,
    /// What became of it.
    pub standing: Standing,
    /// Games that are neither won nor settled.
    pub open_games: u32,
}

/// Where staked value goes. Payouts are pulled: these are amounts due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Payout {
    /// To the asserter.
    pub asserter: u128,
    /// To the challenger of the game at hand.
    pub challenger: u128,
    /// To the account that nobody holds.
    pub burned: u128,
}

/// Why a call on a claim is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum ClaimError {
    /// The claim is final or false.
    Closed(Standing),
    /// The window for challenges is over.
    WindowOver,
    /// The window for challenges is not over.
    WindowOpen,
    /// Games are open.
    GamesOpen(u32),
    /// The block is before the assertion.
    Past,
    /// As many games as can be counted.
    Full,
    /// The claim is not false, or the game was already decided or settled.
    NothingToSettle,
    /// The move is refused.
    Move(Refusal),
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(Standing::False) => f.write_str("the claim was proved false"),
            Self::Closed(_) => f.write_str("the claim is final"),
            Self::WindowOver => f.write_str("the time to challenge the claim is over"),
            Self::WindowOpen => f.write_str("the claim can still be challenged"),
            Self::GamesOpen(games) => write!(f, "{games} games on the claim are still open"),
            Self::Past => f.write_str("the block is earlier than the claim"),
            Self::Full => f.write_str("the claim has too many games"),
            Self::NothingToSettle => {
                f.write_str("only games that another challenger's win stopped are settled, once")
            }
            Self::Move(refusal) => refusal.fmt(f),
        }
    }
}

impl core::error::Error for ClaimError {}

impl From<Refusal> for ClaimError {
    fn from(refusal: Refusal) -> Self {
        Self::Move(refusal)
    }
}

/// A game with its place in a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Contest {
    /// The game.
    pub game: Game,
    /// Whether its bonds were given to somebody.
    pub settled: bool,
}

impl Claim {
    /// A claim asserted in `block`.
    #[must_use]
    pub fn new(subject: Subject, block: u32) -> Self {
        Self {
            subject,
            start: block,
            standing: Standing::Open,
            open_games: 0,
        }
    }

    /// A new game, for a bond. Any number may run at once.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub fn challenge(&mut self, terms: &Terms, block: u32) -> Result<Contest, ClaimError> {
        self.open()?;
        let age = block.checked_sub(self.start).ok_or(ClaimError::Past)?;
        if age > terms.window {
            return Err(ClaimError::WindowOver);
        }
        self.open_games = self.open_games.checked_add(1).ok_or(ClaimError::Full)?;
        Ok(Contest {
            game: Game::new(block, terms.clock),
            settled: false,
        })
    }

    /// A move in one of the claim's games.
    ///
    /// # Errors
    /// [`ClaimError`]; then nothing changed.
    pub fn play(
        &mut self,
        terms: &Terms,
        contest: &mut Contest,
        by: Moment,
        made: &Move,
        crypto: &impl Crypto,
    ) -> Result<Payout, ClaimError> {
        self.open()?;
        contest
            .game
            .play(&terms.sizes, &self.subject, by, made, crypto)?;
        Ok(self.pay(terms, contest))
    }

    /// Ends a game whose side to move let its clock run out.
    ///
    /// # Errors
    /// [`ClaimError`]; then nothing changed.
    pub fn timeout(
        &mut self,
        terms: &Terms,
        contest: &mut Contest,
        block: u32,
    ) -> Result<Payout, ClaimError> {
        self.open()?;
        contest.game.timeout(block)?;
        Ok(self.pay(terms, contest))
    }

    /// Gives a challenger its bond back when another one won first.
    ///
    /// # Errors
    /// [`ClaimError::NothingToSettle`].
    pub fn settle(&mut self, terms: &Terms, contest: &mut Contest) -> Result<Payout, ClaimError> {
        if self.standing != Standing::False || contest.settled {
            return Err(ClaimError::NothingToSettle);
        }
        contest.settled = true;
        self.open_games = self.open_games.saturating_sub(1);
        Ok(Payout {
            challenger: terms.bond,
            ..Payout::default()
        })
    }

    /// Closes a claim that nobody could refute, and returns its bond.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub fn finalise(&mut self, terms: &Terms, block: u32) -> Result<Payout, ClaimError> {
        self.open()?;
        let age = block.checked_sub(self.start).ok_or(ClaimError::Past)?;
        if age <= terms.window {
            return Err(ClaimError::WindowOpen);
        }
        if self.open_games > 0 {
            return Err(ClaimError::GamesOpen(self.open_games));
        }
        self.standing = Standing::Final;
        Ok(Payout {
            asserter: terms.bond,
            ..Payout::default()
        })
    }

    fn open(&self) -> Result<(), ClaimError> {
        match self.standing {
            Standing::Open => Ok(()),
            closed => Err(ClaimError::Closed(closed)),
        }
    }

    /// The loser's bond: half to the winner, the rest burned. A challenger that wins has its own
    /// back at once, the asserter's stays at stake until the claim is closed.
    fn pay(&mut self, terms: &Terms, contest: &mut Contest) -> Payout {
        let Some(winner) = contest.game.winner() else {
            return Payout::default();
        };
        contest.settled = true;
        self.open_games = self.open_games.saturating_sub(1);
        let half = terms.bond >> 1;
        // Half of a bond is not more than the bond, and the chain's whole issue fits a u128 twice.
        let burned = terms.bond.saturating_sub(half);
        match winner {
            Side::Asserter => Payout {
                asserter: half,
                challenger: 0,
                burned,
            },
            Side::Challenger => {
                self.standing = Standing::False;
                Payout {
                    asserter: 0,
                    challenger: terms.bond.saturating_add(half),
                    burned,
                }
            }
        }
    }
}
