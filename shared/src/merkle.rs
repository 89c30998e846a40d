//! Merkle trees of RFC 6962: `leaf = H(00 ‖ entry)`, `node = H(01 ‖ left ‖ right)`,
//! the empty tree `H("")`. A root does not commit to its tree's size: whoever checks a path
//! must know the size from elsewhere.

use crate::crypto::Crypto;
use alloc::vec::Vec;

/// A SHA-256 hash inside a tree.
pub type Hash = [u8; 32];

/// Paths are at most this long: trees have at most 2^32 leaves (5.4).
pub const MAX_DEPTH: usize = 32;

/// `H(00 ‖ entry)`.
#[must_use]
pub fn leaf_hash(crypto: &impl Crypto, entry: &[u8]) -> Hash {
    // Most leaves are chunks of a data root: those need no heap.
    let mut chunk = [0_u8; 257];
    if let Some(prefixed) = chunk.get_mut(..=entry.len()) {
        for (to, from) in prefixed.iter_mut().skip(1).zip(entry) {
            *to = *from;
        }
        return crypto.sha256(prefixed);
    }
    let mut bytes = Vec::with_capacity(entry.len().saturating_add(1));
    bytes.push(0);
    bytes.extend_from_slice(entry);
    crypto.sha256(&bytes)
}

/// `H(01 ‖ left ‖ right)`.
#[must_use]
pub fn node_hash(crypto: &impl Crypto, left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1_u8; 65];
    let children = left.iter().chain(right);
    for (to, from) in bytes.iter_mut().skip(1).zip(children) {
        *to = *from;
    }
    crypto.sha256(&bytes)
}

/// The root of a tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root(crypto: &impl Crypto) -> Hash {
    crypto.sha256(&[])
}

/// A root built leaf by leaf, holding one hash per level.
#[derive(Clone, Debug, Default)]
pub struct RootBuilder {
    /// Roots of complete subtrees, the largest first; the number is the subtree's height.
    peaks: Vec<(u32, Hash)>,
    leaves: u64,
}

impl RootBuilder {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many leaves were pushed.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.leaves
    }

    /// Whether no leaf was pushed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.leaves == 0
    }

    /// Adds the hash of the next leaf.
    pub fn push(&mut self, crypto: &impl Crypto, leaf: Hash) {
        let mut height = 0_u32;
        let mut hash = leaf;
        while let Some((peak_height, peak)) = self.peaks.last().copied() {
            if peak_height != height {
                break;
            }
            self.peaks.pop();
            hash = node_hash(crypto, &peak, &hash);
            height = height.saturating_add(1);
        }
        self.peaks.push((height, hash));
        self.leaves = self.leaves.saturating_add(1);
    }

    /// The root over all leaves pushed so far.
    #[must_use]
    pub fn root(&self, crypto: &impl Crypto) -> Hash {
        let mut peaks = self.peaks.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = peaks.next() else {
            return empty_root(crypto);
        };
        peaks.fold(last, |right, left| node_hash(crypto, &left, &right))
    }
}

/// The root over leaf hashes.
#[must_use]
pub fn root(crypto: &impl Crypto, leaves: &[Hash]) -> Hash {
    let mut builder = RootBuilder::new();
    for leaf in leaves {
        builder.push(crypto, *leaf);
    }
    builder.root(crypto)
}

/// The audit path of leaf `index`, from the leaf to the root; `None` if there is no such leaf.
#[must_use]
pub fn prove(crypto: &impl Crypto, leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let mut level = leaves.to_vec();
    let mut position = index;
    while level.len() > 1 {
        if let Some(sibling) = level.get(position ^ 1) {
            path.push(*sibling);
        }
        level = level
            .chunks(2)
            .filter_map(|pair| match pair {
                [left, right] => Some(node_hash(crypto, left, right)),
                [odd] => Some(*odd),
                _ => None,
            })
            .collect();
        position /= 2;
    }
    Some(path)
}

/// The root that a path leads to. `None` unless `index < size` and the path has exactly the
/// length that index and size demand.
#[must_use]
pub fn root_of_path(
    crypto: &impl Crypto,
    size: u64,
    index: u64,
    leaf: Hash,
    path: &[Hash],
) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let mut hash = leaf;
    let mut siblings = path.iter();
    let mut position = index;
    let mut last = size.checked_sub(1)?;
    while last > 0 {
        if position & 1 == 1 {
            hash = node_hash(crypto, siblings.next()?, &hash);
        } else if position < last {
            hash = node_hash(crypto, &hash, siblings.next()?);
        }
        position >>= 1;
        last >>= 1;
    }
    siblings.next().is_none().then_some(hash)
}
