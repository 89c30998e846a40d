//! The game's state and clocks (EXACT 6). What each move must contain is in `rules`.

use super::moves::{Move, Side};
use super::names::PhaseName;
use super::refusal::Refusal;
use super::rules;
use crate::crypto::Crypto;
use crate::id::{Commitment, ModelId};
use crate::merkle::Hash;
use alloc::vec::Vec;

pub use super::state::{Expected, Known, KnownInput, Node, Range, Target, Tree};

/// Sizes of what one move posts. Every deployment uses [`Sizes::EXACT`]; smaller ones let tests
/// walk through all phases with tiny programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The most children of an opening.
    pub arity: u32,
    /// The most running values.
    pub sums: u32,
    /// The most terms that a proof recomputes.
    pub segment: u32,
}

impl Sizes {
    /// ARITY, SUMS and SEG.
    pub const EXACT: Self = Self {
        arity: 64,
        sums: 1024,
        segment: 8,
    };

    /// Terms between two running values of a range of `terms`.
    #[must_use]
    pub fn stride(&self, terms: u32) -> u32 {
        self.segment.max(terms.div_ceil(self.sums.max(1))).max(1)
    }
}

/// What the receipt at stake says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Subject {
    /// The model.
    pub model: ModelId,
    /// Commitment to the inputs.
    pub input: Commitment,
    /// Commitment to the outputs.
    pub output: Commitment,
}

/// Whose turn it is, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Phase {
    /// The asserter opens the trace.
    Trace,
    /// The challenger picks one of these children.
    Pick {
        /// The opened node.
        node: Node,
        /// Its children.
        children: Vec<Hash>,
    },
    /// The asserter opens this node.
    Open {
        /// The picked node.
        node: Node,
        /// What its children fold to.
        expected: Expected,
    },
    /// The asserter reveals this chunk.
    Reveal {
        /// The chunk of the target's output.
        chunk: u32,
        /// What it hashes to.
        expected: Expected,
    },
    /// The challenger says which element is wrong.
    Element {
        /// The chunk of the target's output.
        chunk: u32,
        /// Its elements.
        values: Vec<i32>,
    },
    /// The asserter posts running values.
    Sums {
        /// Of these terms.
        range: Range,
    },
    /// The challenger says which segment is wrong.
    Segment {
        /// The terms that the values are of.
        range: Range,
        /// The running values.
        values: Vec<i32>,
    },
    /// The game is over.
    Won(Side),
}

impl Phase {
    /// Who has to move; `None` when the game is over.
    #[must_use]
    pub fn side(&self) -> Option<Side> {
        match self {
            Self::Trace | Self::Open { .. } | Self::Reveal { .. } | Self::Sums { .. } => {
                Some(Side::Asserter)
            }
            Self::Pick { .. } | Self::Element { .. } | Self::Segment { .. } => {
                Some(Side::Challenger)
            }
            Self::Won(_) => None,
        }
    }

    /// Which phase it is.
    #[must_use]
    pub fn kind(&self) -> PhaseName {
        match self {
            Self::Trace => PhaseName::Trace,
            Self::Pick { .. } => PhaseName::Pick,
            Self::Open { .. } => PhaseName::Open,
            Self::Reveal { .. } => PhaseName::Reveal,
            Self::Element { .. } => PhaseName::Element,
            Self::Sums { .. } => PhaseName::Sums,
            Self::Segment { .. } => PhaseName::Segment,
            Self::Won(_) => PhaseName::Over,
        }
    }

    /// The phase's name in EXACT.md.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind().text()
    }
}

/// A game between one challenger and the asserter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Game {
    /// Number of moves made; every move names it.
    pub turn: u32,
    /// Block of the challenge or of the last move.
    pub last: u32,
    /// Blocks that the asserter has left.
    pub asserter_clock: u32,
    /// Blocks that the challenger has left.
    pub challenger_clock: u32,
    /// What is to be done.
    pub phase: Phase,
    /// From `open_trace` on.
    pub known: Option<Known>,
    /// From the pick of a leaf of the trace on.
    pub target: Option<Target>,
}

impl Game {
    /// A challenge in `block`; both sides have `clock` blocks for all of their moves.
    #[must_use]
    pub fn new(block: u32, clock: u32) -> Self {
        Self {
            turn: 0,
            last: block,
            asserter_clock: clock,
            challenger_clock: clock,
            phase: Phase::Trace,
            known: None,
            target: None,
        }
    }

    /// Who won, once it is over.
    #[must_use]
    pub fn winner(&self) -> Option<Side> {
        match self.phase {
            Phase::Won(side) => Some(side),
            _ => None,
        }
    }

    /// Blocks that a side has left for its moves.
    #[must_use]
    pub fn clock(&self, side: Side) -> u32 {
        match side {
            Side::Asserter => self.asserter_clock,
            Side::Challenger => self.challenger_clock,
        }
    }

    /// One move. A refused one changes nothing.
    ///
    /// # Errors
    /// [`Refusal`]: what is wrong with the move.
    pub fn play(
        &mut self,
        sizes: &Sizes,
        subject: &Subject,
        by: Moment,
        made: &Move,
        crypto: &impl Crypto,
    ) -> Result<(), Refusal> {
        let to_move = self.phase.side().ok_or(Refusal::Over)?;
        if by.side != to_move {
            return Err(Refusal::NotYourTurn);
        }
        if by.turn != self.turn {
            return Err(Refusal::Turn {
                expected: self.turn,
                found: by.turn,
            });
        }
        let used = by.block.checked_sub(self.last).ok_or(Refusal::Past)?;
        let left = self.clock(to_move).checked_sub(used);
        let left = left.ok_or(Refusal::TooLate)?;
        let turn = self.turn.checked_add(1).ok_or(Refusal::Over)?;
        let effect = rules::effect(self, sizes, subject, made, crypto)?;
        if let Some(known) = effect.known {
            self.known = Some(known);
        }
        if let Some(target) = effect.target {
            self.target = Some(target);
        }
        self.phase = effect.phase;
        self.turn = turn;
        self.last = by.block;
        match to_move {
            Side::Asserter => self.asserter_clock = left,
            Side::Challenger => self.challenger_clock = left,
        }
        Ok(())
    }

    /// Ends the game against the side that let its clock run out. By anyone.
    ///
    /// # Errors
    /// [`Refusal::Over`]; [`Refusal::InTime`] while that side may still move.
    pub fn timeout(&mut self, block: u32) -> Result<Side, Refusal> {
        let late = self.phase.side().ok_or(Refusal::Over)?;
        let used = block.checked_sub(self.last).ok_or(Refusal::Past)?;
        if used <= self.clock(late) {
            return Err(Refusal::InTime);
        }
        self.phase = Phase::Won(late.other());
        Ok(late.other())
    }
}

/// Who moves, in answer to what, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Moment {
    /// The side that the caller is.
    pub side: Side,
    /// The turn number that the caller saw.
    pub turn: u32,
    /// The current block.
    pub block: u32,
}
