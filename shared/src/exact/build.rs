//! Making proofs: which chunks a question needs, and their paths.

use super::element::Plan;
use super::loads::{Fault, Loads, Whole};
use super::num::{at, div};
use super::program::{chunk_hashes, element_bytes};
use super::proof::{ChunkProof, Proof, Question, SlotProof};
use super::step::{Reference, Step};
use super::tree::{self, child, child_leaves, Nodes};
use super::CHUNK_ELEMENTS;
use crate::crypto::Crypto;
use crate::id::DataRoot;
use crate::merkle::{self, Hash};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

/// Loads from whole tensors, and remembers which chunks were needed.
struct Recorder<'a> {
    whole: Whole<'a>,
    needed: BTreeSet<(u8, u32)>,
}

impl Loads for Recorder<'_> {
    fn bits(&mut self, slot: usize, index: u32) -> Result<u32, Fault> {
        let bits = self.whole.bits(slot, index)?;
        if let Ok(slot) = u8::try_from(slot) {
            self.needed.insert((slot, div(index, CHUNK_ELEMENTS)));
        }
        Ok(bits)
    }
}

/// The trees that a proof's paths run through.
pub struct Trees<'a, T> {
    /// The asserter's trace.
    pub trace: &'a T,
    /// Its number of leaves.
    pub leaves: u32,
    /// Data roots of the leaves that may be read.
    pub roots: &'a [DataRoot],
    /// Data roots of the initialisers.
    pub weights: &'a [DataRoot],
    /// Their hashes as leaves of the weights' tree.
    pub weight_hashes: &'a [Hash],
}

/// The proof of a question about `step`, whose operands are given as f32 bits, and the value that
/// it shows. `None` if a path cannot be built.
///
/// # Errors
/// [`Fault`]: the value cannot be computed.
pub fn build<T: Nodes>(
    step: &Step,
    question: &Question,
    operands: &[&[u32]],
    trees: &Trees<'_, T>,
    crypto: &impl Crypto,
) -> Result<Option<(Proof, i32)>, Fault> {
    let plan = Plan::new(step)?;
    let mut recorder = Recorder {
        whole: Whole::new(operands.to_vec()),
        needed: BTreeSet::new(),
    };
    let value = question.value(&plan, &mut recorder)?;
    let proof = collect(step, operands, &recorder.needed, trees, crypto);
    Ok(proof.map(|proof| (proof, value)))
}

fn collect<T: Nodes>(
    step: &Step,
    operands: &[&[u32]],
    needed: &BTreeSet<(u8, u32)>,
    trees: &Trees<'_, T>,
    crypto: &impl Crypto,
) -> Option<Proof> {
    let mut proof = Proof::default();
    let mut hashes: BTreeMap<u8, Vec<Hash>> = BTreeMap::new();
    for (slot, index) in needed {
        let elements = *operands.get(usize::from(*slot))?;
        if !hashes.contains_key(slot) {
            let operand = step.operands.get(usize::from(*slot))?;
            let (root, path) = match operand.reference {
                Reference::Leaf(leaf) => (
                    trees.roots.get(at(leaf))?,
                    tree::path(trees.trace, trees.leaves, leaf)?,
                ),
                Reference::Initialiser(number) => (
                    trees.weights.get(at(number))?,
                    merkle::prove(crypto, trees.weight_hashes, at(number))?,
                ),
            };
            proof.slots.push(SlotProof {
                slot: *slot,
                root: root.to_bytes(),
                path,
            });
            hashes.insert(*slot, chunk_hashes(crypto, elements));
        }
        let chunk = elements.chunks(at(CHUNK_ELEMENTS)).nth(at(*index))?;
        proof.chunks.push(ChunkProof {
            slot: *slot,
            index: *index,
            chunk: element_bytes(chunk),
            path: merkle::prove(crypto, hashes.get(slot)?, at(*index))?,
        });
    }
    Some(proof)
}

/// One posted opening of a node of the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedNode {
    /// The first leaf under the node.
    pub first: u32,
    /// Leaves under it.
    pub leaves: u32,
    /// Its children.
    pub children: Vec<Hash>,
}

/// The asserter's trace as a challenger knows it: before `equal` it is the challenger's own, and
/// elsewhere what was posted. Clients keep every opening of the trace for this.
pub struct Mixed<'a, C> {
    /// Hashes of the challenger's own leaves.
    pub own: &'a [Hash],
    /// All leaves before this one are equal.
    pub equal: u32,
    /// What the asserter posted.
    pub posted: &'a [PostedNode],
    /// Sizes of openings.
    pub arity: u32,
    /// Hashes.
    pub crypto: &'a C,
}

impl<C: Crypto> Nodes for Mixed<'_, C> {
    fn node(&self, first: u32, end: u32) -> Option<Hash> {
        if end <= self.equal {
            return Some(merkle::root(self.crypto, self.own.get(at(first)..at(end))?));
        }
        if let Some(posted) = self.posted(first, end) {
            return Some(posted);
        }
        // The left half of a tree is the largest power of two below its size: the recursion ends
        // because both halves are smaller, and at single leaves.
        let leaves = end.checked_sub(first)?;
        let left = leaves.checked_add(1)? / 2;
        if leaves < 2 {
            return None;
        }
        let middle = first.checked_add(left.checked_next_power_of_two()?)?;
        Some(merkle::node_hash(
            self.crypto,
            &self.node(first, middle)?,
            &self.node(middle, end)?,
        ))
    }
}

impl<C> Mixed<'_, C> {
    fn posted(&self, first: u32, end: u32) -> Option<Hash> {
        self.posted.iter().find_map(|node| {
            let within = first.checked_sub(node.first)?;
            let size = child_leaves(node.leaves, self.arity);
            let index = div(within, size);
            let (start, leaves) = child(node.leaves, self.arity, index)?;
            let from = node.first.checked_add(start)?;
            let exact = from == first && from.checked_add(leaves)? == end;
            exact.then(|| node.children.get(at(index)).copied())?
        })
    }
}

/// A tree of which every leaf is known.
pub struct Own<'a, C> {
    /// The leaves' hashes.
    pub leaves: &'a [Hash],
    /// Hashes.
    pub crypto: &'a C,
}

impl<C: Crypto> Nodes for Own<'_, C> {
    fn node(&self, first: u32, end: u32) -> Option<Hash> {
        let leaves = self.leaves.get(at(first)..at(end))?;
        Some(merkle::root(self.crypto, leaves))
    }
}
