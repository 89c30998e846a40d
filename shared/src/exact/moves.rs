//! The moves of a game (EXACT 6), each below 16 KiB (X3).

use super::names::MoveName;
use super::program::Preimage;
use crate::id::{AccountId, DataRoot, ManifestHash, Salt};
use crate::merkle::Hash;
use alloc::vec::Vec;

/// Who moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Side {
    /// Who put the receipt at stake.
    Asserter,
    /// Who says that it is false.
    Challenger,
}

impl Side {
    /// The opponent.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Asserter => Self::Challenger,
            Self::Challenger => Self::Asserter,
        }
    }
}

/// An input or output of the receipt, and where the trace holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct PortOpening {
    /// The salt of its item (PROTOCOL 2.4).
    pub salt: Salt,
    /// Its data root.
    pub root: DataRoot,
    /// From its leaf to the child of the trace that holds it.
    pub path: Vec<Hash>,
}

/// The first move: the trace behind a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct OpenTrace {
    /// Who registered the model.
    pub publisher: AccountId,
    /// Hash of the model's manifest.
    pub manifest: ManifestHash,
    /// What the model's exact root is the hash of.
    pub preimage: Preimage,
    /// One for each input.
    pub inputs: Vec<PortOpening>,
    /// One for each output.
    pub outputs: Vec<PortOpening>,
    /// The opening of the trace.
    pub children: Vec<Hash>,
}

/// The step that a picked leaf is the output of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct StepOpening {
    /// Its encoding.
    pub step: Vec<u8>,
    /// From it to the program root.
    pub path: Vec<Hash>,
}

/// An element of an input that no true claim has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct InputProof {
    /// The input.
    pub input: u32,
    /// The chunk of it.
    pub index: u32,
    /// The chunk's bytes.
    pub chunk: Vec<u8>,
    /// The element within the chunk.
    pub element: u32,
    /// From the chunk to the input's data root.
    pub path: Vec<Hash>,
}

/// A move. Indices are positions within what was posted last: a child, an element of the chunk,
/// a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Move {
    /// By the asserter, first.
    OpenTrace(alloc::boxed::Box<OpenTrace>),
    /// By the challenger: this child differs. The step comes with it when the child is a leaf
    /// of the trace.
    Pick {
        /// The child.
        child: u32,
        /// Its step.
        step: Option<StepOpening>,
    },
    /// By the challenger, instead of picking in the trace.
    ProveInput(InputProof),
    /// By the asserter: the picked node's children.
    Open {
        /// Exactly the opening's children.
        children: Vec<Hash>,
    },
    /// By the asserter: the picked chunk.
    Reveal {
        /// Its bytes.
        chunk: Vec<u8>,
    },
    /// By the challenger: this element of a long dot product differs.
    PickElement {
        /// Within the chunk.
        element: u32,
    },
    /// By the asserter: running values.
    OpenSums {
        /// One for each stride of the range.
        values: Vec<i32>,
    },
    /// By the challenger: this segment differs, and is too long to prove.
    PickSegment {
        /// Among the posted values.
        segment: u32,
    },
    /// By the challenger: the value is another one.
    Prove {
        /// The element within the chunk, or the segment among the posted values.
        index: u32,
        /// The encoded [`Proof`](super::proof::Proof).
        proof: Vec<u8>,
    },
}

impl Move {
    /// Which move it is.
    #[must_use]
    pub fn kind(&self) -> MoveName {
        match self {
            Self::OpenTrace(_) => MoveName::OpenTrace,
            Self::Pick { .. } => MoveName::Pick,
            Self::ProveInput(_) => MoveName::ProveInput,
            Self::Open { .. } => MoveName::Open,
            Self::Reveal { .. } => MoveName::Reveal,
            Self::PickElement { .. } => MoveName::PickElement,
            Self::OpenSums { .. } => MoveName::OpenSums,
            Self::PickSegment { .. } => MoveName::PickSegment,
            Self::Prove { .. } => MoveName::Prove,
        }
    }

    /// The move's name in EXACT.md.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind().text()
    }
}
