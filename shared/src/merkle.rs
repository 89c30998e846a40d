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

/// `H(00 ‖ entry)` of entries of `size` bytes that lie one after another; what remains behind the last whole one is left out.
#[must_use]
pub fn leaf_hashes(crypto: &impl Crypto, entries: &[u8], size: usize) -> Vec<Hash> {
    let mut hashes = Vec::new();
    let mut messages = [(); 4].map(|()| alloc::vec![0_u8; size.saturating_add(1)]);
    for group in entries.chunks(size.saturating_mul(4).max(1)) {
        let whole = group.chunks_exact(size.max(1));
        if whole.len() < 4 {
            hashes.extend(whole.map(|entry| leaf_hash(crypto, entry)));
            continue;
        }
        for (message, entry) in messages.iter_mut().zip(whole) {
            for (to, from) in message.iter_mut().skip(1).zip(entry) {
                *to = *from;
            }
        }
        let [a, b, c, d] = &messages;
        hashes.extend(crypto.sha256_of_four([a, b, c, d]));
    }
    hashes
}

/// The level above hashes of an even number.
fn parents(crypto: &impl Crypto, level: &[Hash]) -> Vec<Hash> {
    let mut above = Vec::with_capacity(level.len() / 2);
    for eight in level.chunks(8) {
        let pairs = eight.chunks_exact(2);
        if pairs.len() < 4 {
            above.extend(pairs.filter_map(|pair| match pair {
                [left, right] => Some(node_hash(crypto, left, right)),
                _ => None,
            }));
            continue;
        }
        let mut messages = [[1_u8; 65]; 4];
        for (message, pair) in messages.iter_mut().zip(pairs) {
            for (to, from) in message.iter_mut().skip(1).zip(pair.iter().flatten()) {
                *to = *from;
            }
        }
        let [a, b, c, d] = &messages;
        above.extend(crypto.sha256_of_four([a, b, c, d]));
    }
    above
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
        self.push_complete(crypto, 0, leaf);
    }

    /// Adds the hashes of the next leaves: the same tree as one after another, with four hashes at a time.
    pub fn push_all(&mut self, crypto: &impl Crypto, leaves: &[Hash]) {
        let mut rest = leaves;
        while !rest.is_empty() {
            // The largest complete subtree that begins here and is there.
            let aligned = match self.leaves {
                0 => u32::MAX,
                leaves => leaves.trailing_zeros(),
            };
            let height = rest.len().ilog2().min(aligned);
            let count = 1_usize.checked_shl(height).unwrap_or(1);
            let (head, tail) = rest.split_at(count.min(rest.len()));
            let mut level = head.to_vec();
            while level.len() > 1 {
                level = parents(crypto, &level);
            }
            for hash in level {
                self.push_complete(crypto, height, hash);
            }
            rest = tail;
        }
    }

    /// Adds the root of a complete subtree of 2^height leaves.
    fn push_complete(&mut self, crypto: &impl Crypto, height: u32, root: Hash) {
        let added = 1_u64.checked_shl(height).unwrap_or(0);
        let (mut height, mut hash) = (height, root);
        while let Some((peak_height, peak)) = self.peaks.last().copied() {
            if peak_height != height {
                break;
            }
            self.peaks.pop();
            hash = node_hash(crypto, &peak, &hash);
            height = height.saturating_add(1);
        }
        self.peaks.push((height, hash));
        self.leaves = self.leaves.saturating_add(added);
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

#[cfg(all(test, feature = "software"))]
mod tests {
    use super::*;
    use crate::crypto::Software;

    #[test]
    fn leaves_pushed_together_make_the_tree_of_leaves_pushed_alone() {
        let hash = |number: usize| Software.sha256(&number.to_le_bytes());
        let leaves: Vec<Hash> = (0..200).map(hash).collect();
        for count in 0..=leaves.len() {
            let Some(leaves) = leaves.get(..count) else {
                continue;
            };
            let alone = root(&Software, leaves);
            for split in [0, 1, 2, 3, 5, 16, 63, 64, 100] {
                let (head, tail) = leaves.split_at(split.min(count));
                let mut builder = RootBuilder::new();
                builder.push_all(&Software, head);
                builder.push_all(&Software, tail);
                assert_eq!(
                    builder.root(&Software),
                    alone,
                    "{count} leaves, {split} first"
                );
                assert_eq!(builder.len(), count as u64);
            }
        }
    }

    #[test]
    fn entries_are_hashed_alike_alone_and_together() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for size in [1, 7, 256] {
            let alone: Vec<Hash> = bytes
                .chunks_exact(size)
                .map(|entry| leaf_hash(&Software, entry))
                .collect();
            assert_eq!(leaf_hashes(&Software, &bytes, size), alone);
        }
    }
}
