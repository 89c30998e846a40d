//! A false claim, staged to show how it loses (EXACT 6): what the page asks, and what the worker makes of it. The worker is
//! given everything each time and keeps nothing, so that one that was started afresh goes on where the other ended.

use countersign_abi::NamedTensor;
use parity_scale_codec::{Decode, Encode};

use crate::Sha256;

/// What a false claim is made from.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Staging {
    /// The exact root that the registry names: a file that compiles to another program is refused.
    pub root: Sha256,
    /// The account that registered the model.
    pub publisher: [u8; 32],
    /// The seed of the receipt's salts (PROTOCOL 2.4).
    pub seed: [u8; 32],
    /// The inputs.
    pub input: Vec<NamedTensor>,
}

/// One number of one tensor that the liar does not compute but make up. All later tensors are computed from it as they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Lie {
    /// The leaf of the trace (EXACT 2.1).
    pub leaf: u32,
    /// The element, row-major.
    pub element: u32,
    /// What is added to it.
    pub added: i32,
}

/// A false claim, ready to be signed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Staged {
    /// Where it lies.
    pub lie: Lie,
    /// The number that the network computes there.
    pub truth: i32,
    /// Commitment to the inputs.
    pub input: Sha256,
    /// Commitment to the outputs that follow from the lie.
    pub output: Sha256,
    /// Every leaf of the trace, the inputs first.
    pub leaves: Vec<Leaf>,
    /// The outputs, as they are and as they are claimed to be.
    pub outputs: Vec<Output>,
}

/// A tensor of the trace.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Leaf {
    /// The input's name, or the name of the operator that computes it (EXACT 2.4).
    pub name: String,
    /// Its shape.
    pub dims: Vec<u32>,
}

/// An output, both ways.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// What the network computes.
    pub truth: Vec<i32>,
    /// What follows from the lie.
    pub claimed: Vec<i32>,
}

/// A state of the game, looked at by both players.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Turn {
    /// What was seen in the moves so far, one for each.
    pub scenes: Vec<Scene>,
    /// The move to make now; none once the game is over.
    pub next: Option<Next>,
}

/// A move to make.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Next {
    /// Whether it is the challenger's; else the liar's.
    pub challenger: bool,
    /// The move, encoded as the contract takes it.
    pub made: Vec<u8>,
}

/// What a move shows.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Scene {
    /// The liar opened the trace, or a part of it: tensors.
    Tensors(Vec<Part>),
    /// The liar opened the tensor, or a part of it: chunks.
    Chunks(Vec<Part>),
    /// The challenger picked one of the parts.
    Pick {
        /// Its position.
        part: u32,
    },
    /// The liar revealed a chunk.
    Numbers {
        /// Which one of the tensor.
        chunk: u32,
        /// What it says stands there.
        claimed: Vec<i32>,
        /// What the network computes.
        own: Vec<i32>,
    },
    /// The challenger named one of the numbers.
    Number {
        /// Its position in the chunk.
        position: u32,
    },
    /// The liar posted running sums.
    Sums {
        /// The first term.
        from: u32,
        /// The term after the last.
        to: u32,
        /// Terms between two sums.
        stride: u32,
        /// What it says the sums are.
        claimed: Vec<i32>,
        /// What the network computes, from the same beginning.
        own: Vec<i32>,
    },
    /// The challenger named a segment between two sums that is still too long to prove.
    Segment {
        /// Its position.
        position: u32,
    },
    /// The challenger handed in a proof.
    Proof(Proof),
    /// The challenger showed that an input is outside its interval.
    Input,
}

/// A child of an opened node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Part {
    /// The first leaf or chunk under it.
    pub first: u32,
    /// How many are under it.
    pub count: u32,
    /// Whether the liar's fingerprint is another one than the network's.
    pub differs: bool,
}

/// What a proof recomputes, as it stands in the bytes that the contract gets.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Proof {
    /// The element of the tensor.
    pub element: u32,
    /// Which number it was called by: the element in the chunk, or the segment.
    pub position: u32,
    /// The value before the first term; none for an operator that has no terms, and for a maximum.
    pub begin: Option<i32>,
    /// The first term.
    pub from: u32,
    /// The terms; one for an operator that has none.
    pub terms: Vec<Term>,
    /// What they give.
    pub computed: i32,
    /// What was claimed.
    pub claimed: i32,
}

/// A term of a sum, a maximum, or all that an operator without terms reads.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Term {
    /// The numbers that it reads; empty for padding.
    pub read: Vec<i32>,
    /// The value after it.
    pub value: i32,
}
