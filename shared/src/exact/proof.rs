//! Proofs of one element or one segment (EXACT 6): operands by data root and path, their chunks by
//! path, and nothing else. A proof has no lengths: they follow from the step and the tree sizes.

use super::element::Plan;
use super::loads::{Fault, Loads};
use super::num::{at, div, narrow, rem};
use super::read::{Reader, Short};
use super::step::{Reference, Step};
use super::tree::path_length;
use super::CHUNK_ELEMENTS;
use crate::crypto::Crypto;
use crate::merkle::{self, Hash};
use alloc::vec::Vec;
use core::fmt;

/// The trees that operands are proved to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Roots {
    /// Root over the trace's data roots.
    pub trace: Hash,
    /// Leaves of the trace.
    pub leaves: u32,
    /// Root over the initialisers' data roots.
    pub weights: Hash,
    /// Number of initialisers.
    pub initialisers: u32,
}

/// An operand in a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotProof {
    /// Position among the operands.
    pub slot: u8,
    /// The operand's data root.
    pub root: Hash,
    /// From that root to the trace root or the weights root.
    pub path: Vec<Hash>,
}

/// A chunk in a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkProof {
    /// Position of its operand.
    pub slot: u8,
    /// Which chunk of the operand.
    pub index: u32,
    /// Its bytes.
    pub chunk: Vec<u8>,
    /// From the chunk to the operand's data root.
    pub path: Vec<Hash>,
}

/// A decoded proof.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Proof {
    /// Operands, ascending.
    pub slots: Vec<SlotProof>,
    /// Chunks, ascending by operand and index.
    pub chunks: Vec<ChunkProof>,
}

/// Why a proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum ProofError {
    /// The bytes end too early.
    Short,
    /// Bytes are left over.
    Trailing(u32),
    /// Operands or chunks are not in ascending order.
    Order,
    /// The step has no such operand, or a chunk's operand is not in the proof.
    Slot(u8),
    /// The operand has no such chunk.
    Chunk {
        /// Position of the operand.
        slot: u8,
        /// The chunk named.
        index: u32,
    },
    /// An operand's data root is not in the trace or among the weights.
    OperandRoot(u8),
    /// A chunk is not under its operand's data root.
    ChunkRoot {
        /// Position of the operand.
        slot: u8,
        /// The chunk.
        index: u32,
    },
    /// The element cannot be computed.
    Fault(Fault),
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str("the proof ends too early"),
            Self::Trailing(bytes) => write!(f, "{bytes} bytes follow the proof's end"),
            Self::Order => f.write_str("the proof's operands or chunks are not ascending"),
            Self::Slot(slot) => write!(f, "the proof has no operand {slot}"),
            Self::Chunk { slot, index } => write!(f, "operand {slot} has no chunk {index}"),
            Self::OperandRoot(slot) => {
                write!(f, "operand {slot} is not the tensor that the step reads")
            }
            Self::ChunkRoot { slot, index } => {
                write!(f, "chunk {index} is not a part of operand {slot}")
            }
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl core::error::Error for ProofError {}

impl From<Short> for ProofError {
    fn from(Short: Short) -> Self {
        Self::Short
    }
}

impl From<Fault> for ProofError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What a proof is about: an element, or the terms `from` to `to` of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The element of the step's output.
    pub element: u32,
    /// The first term; 0 for a direct operator.
    pub from: u32,
    /// The term after the last; 0 for a direct operator.
    pub to: u32,
    /// The running value before the first term; `None`: the start value.
    pub begin: Option<i32>,
}

impl Question {
    /// The value that is asked for.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn value(&self, plan: &Plan<'_>, loads: &mut impl Loads) -> Result<i32, Fault> {
        match plan.terms() {
            None => plan.element(self.element, loads),
            Some(_) => plan.fold(
                self.element,
                (self.from, self.to),
                self.begin,
                loads,
                |_, _| (),
            ),
        }
    }
}

impl Proof {
    /// The encoding. Counts that a byte cannot hold are cut, so such proofs are refused.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::from([u8::try_from(self.slots.len()).unwrap_or(u8::MAX)]);
        for slot in &self.slots {
            bytes.push(slot.slot);
            bytes.extend_from_slice(&slot.root);
            bytes.extend(slot.path.iter().flatten());
        }
        bytes.push(u8::try_from(self.chunks.len()).unwrap_or(u8::MAX));
        for chunk in &self.chunks {
            bytes.push(chunk.slot);
            bytes.extend_from_slice(&chunk.index.to_le_bytes());
            bytes.extend_from_slice(&chunk.chunk);
            bytes.extend(chunk.path.iter().flatten());
        }
        bytes
    }

    /// Decodes a proof about `step` and checks every path in it.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn verified(
        bytes: &[u8],
        step: &Step,
        roots: &Roots,
        crypto: &impl Crypto,
    ) -> Result<Self, ProofError> {
        let mut reader = Reader(bytes);
        let mut proof = Self::default();
        for _ in 0..reader.u8()? {
            let slot = read_slot(&mut reader, step, roots, crypto)?;
            let last = proof.slots.last();
            if last.is_some_and(|last| last.slot >= slot.slot) {
                return Err(ProofError::Order);
            }
            proof.slots.push(slot);
        }
        for _ in 0..reader.u8()? {
            let chunk = proof.read_chunk(&mut reader, step, crypto)?;
            let last = proof.chunks.last();
            if last.is_some_and(|last| (last.slot, last.index) >= (chunk.slot, chunk.index)) {
                return Err(ProofError::Order);
            }
            proof.chunks.push(chunk);
        }
        if !reader.is_empty() {
            return Err(ProofError::Trailing(narrow(reader.0.len())));
        }
        Ok(proof)
    }

    fn read_chunk(
        &self,
        reader: &mut Reader<'_>,
        step: &Step,
        crypto: &impl Crypto,
    ) -> Result<ChunkProof, ProofError> {
        let (slot, index) = (reader.u8()?, reader.u32()?);
        let root = self.slots.iter().find(|given| given.slot == slot);
        let operand = step.operands.get(usize::from(slot));
        let (Some(root), Some(operand)) = (root, operand) else {
            return Err(ProofError::Slot(slot));
        };
        let elements = operand.dims.chunk_elements(index);
        let elements = elements.ok_or(ProofError::Chunk { slot, index })?;
        let chunk = reader.bytes(at(elements.saturating_mul(4)))?.to_vec();
        let size = operand.dims.chunks();
        let path = reader.hashes(path_length(index, size))?;
        let leaf = merkle::leaf_hash(crypto, &chunk);
        let (size, position) = (u64::from(size), u64::from(index));
        if merkle::root_of_path(crypto, size, position, leaf, &path) != Some(root.root) {
            return Err(ProofError::ChunkRoot { slot, index });
        }
        Ok(ChunkProof {
            slot,
            index,
            chunk,
            path,
        })
    }
}

fn read_slot(
    reader: &mut Reader<'_>,
    step: &Step,
    roots: &Roots,
    crypto: &impl Crypto,
) -> Result<SlotProof, ProofError> {
    let slot = reader.u8()?;
    let operand = step.operands.get(usize::from(slot));
    let operand = operand.ok_or(ProofError::Slot(slot))?;
    let (tree, size, index) = match operand.reference {
        Reference::Leaf(leaf) => (roots.trace, roots.leaves, leaf),
        Reference::Initialiser(number) => (roots.weights, roots.initialisers, number),
    };
    let root = reader.array()?;
    let path = reader.hashes(path_length(index, size))?;
    let leaf = merkle::leaf_hash(crypto, &root);
    let (size, index) = (u64::from(size), u64::from(index));
    if merkle::root_of_path(crypto, size, index, leaf, &path) != Some(tree) {
        return Err(ProofError::OperandRoot(slot));
    }
    Ok(SlotProof { slot, root, path })
}

impl Loads for &Proof {
    fn bits(&mut self, slot: usize, index: u32) -> Result<u32, Fault> {
        let chunk = div(index, CHUNK_ELEMENTS);
        let missing = Fault::Missing {
            slot: narrow(slot),
            chunk,
        };
        let key = (u8::try_from(slot).map_err(|_| missing)?, chunk);
        let found = self
            .chunks
            .binary_search_by(|given| (given.slot, given.index).cmp(&key));
        let found = found.ok().and_then(|found| self.chunks.get(found));
        let within = at(rem(index, CHUNK_ELEMENTS).saturating_mul(4));
        let bytes = found.and_then(|found| found.chunk.get(within..within.saturating_add(4)));
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_le_bytes).ok_or(missing)
    }
}

/// The value that a proof shows. Whoever compares it with the claimed one knows who is right.
///
/// # Errors
/// [`ProofError`]: the proof is refused.
pub fn proved(
    bytes: &[u8],
    step: &Step,
    question: &Question,
    roots: &Roots,
    crypto: &impl Crypto,
) -> Result<i32, ProofError> {
    let plan = Plan::new(step)?;
    let proof = Proof::verified(bytes, step, roots, crypto)?;
    Ok(question.value(&plan, &mut &proof)?)
}
