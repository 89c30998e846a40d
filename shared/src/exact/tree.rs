//! Openings of Merkle trees (EXACT 4.4) and the lengths of paths.

use super::num::{at, narrow};
use crate::crypto::Crypto;
use crate::merkle::{self, Hash};
use alloc::vec::Vec;

/// Leaves under each child but the last of a node with `leaves` leaves: the least power of two of
/// which at most `arity` are needed.
#[must_use]
pub fn child_leaves(leaves: u32, arity: u32) -> u32 {
    let mut size = 1_u32;
    // Ends: the size doubles until 2^31, and an arity below 2 never stops earlier.
    while leaves.div_ceil(size) > arity.max(2) {
        size = size.saturating_mul(2);
    }
    size
}

/// How many children an opening has.
#[must_use]
pub fn children(leaves: u32, arity: u32) -> u32 {
    leaves.div_ceil(child_leaves(leaves, arity))
}

/// First leaf and number of leaves of child `index`, counted within the node; `None` if there is
/// no such child.
#[must_use]
pub fn child(leaves: u32, arity: u32, index: u32) -> Option<(u32, u32)> {
    let size = child_leaves(leaves, arity);
    let first = index.checked_mul(size)?;
    let left = leaves.checked_sub(first).filter(|left| *left > 0)?;
    Some((first, left.min(size)))
}

/// The opening of a node: the roots of its aligned subtrees.
#[must_use]
pub fn opening(crypto: &impl Crypto, leaves: &[Hash], arity: u32) -> Vec<Hash> {
    let size = at(child_leaves(narrow(leaves.len()), arity));
    leaves
        .chunks(size)
        .map(|subtree| merkle::root(crypto, subtree))
        .collect()
}

/// The node over its children. They stand over aligned powers of two, so they fold as leaves do.
#[must_use]
pub fn fold(crypto: &impl Crypto, children: &[Hash]) -> Hash {
    merkle::root(crypto, children)
}

/// The number of hashes on the path of leaf `index` in a tree of `size` leaves.
#[must_use]
pub fn path_length(index: u32, size: u32) -> usize {
    let mut length = 0_usize;
    let (mut position, mut last) = (index, size.saturating_sub(1));
    while last > 0 {
        if position & 1 == 1 || position < last {
            length = length.saturating_add(1);
        }
        position >>= 1;
        last >>= 1;
    }
    length
}

/// A tree of which every node is known by its range of leaves.
pub trait Nodes {
    /// The root of the aligned subtree of leaves `first` to `end` (excluded), `None` if unknown.
    fn node(&self, first: u32, end: u32) -> Option<Hash>;
}

/// The path of leaf `index` to the root of a tree of `size` leaves whose nodes are looked up.
#[must_use]
pub fn path(nodes: &impl Nodes, size: u32, index: u32) -> Option<Vec<Hash>> {
    if index >= size {
        return None;
    }
    let mut path = Vec::new();
    let mut width = 1_u32;
    while width < size {
        // Sizes are at most 2^26 leaves, so doubling stays in range.
        let double = width.checked_mul(2)?;
        let parent = index & !double.checked_sub(1)?;
        let first = if index & width == 0 {
            parent.checked_add(width)?
        } else {
            parent
        };
        if first < size {
            path.push(nodes.node(first, first.checked_add(width)?.min(size))?);
        }
        width = double;
    }
    Some(path)
}
