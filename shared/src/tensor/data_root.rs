//! Data roots (1.2).

use crate::crypto::Crypto;
use crate::id::DataRoot;
use crate::merkle::{self, RootBuilder};
use crate::number::wide;
use alloc::vec::Vec;

/// Bytes per leaf of a data root.
pub const CHUNK: usize = 256;
/// Leaves that are hashed together.
const GROUP: usize = 64;

/// The data root of bytes held in memory (1.2).
#[must_use]
pub fn data_root(crypto: &impl Crypto, data: &[u8]) -> DataRoot {
    let mut hasher = DataRootHasher::new();
    hasher.update(crypto, data);
    hasher.finish(crypto)
}

/// A data root computed piece by piece, so that a large file need not be in memory.
#[derive(Clone, Debug, Default)]
pub struct DataRootHasher {
    tree: RootBuilder,
    pending: Vec<u8>,
    length: u64,
}

impl DataRootHasher {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes read so far.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether nothing was read yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Reads the next bytes.
    pub fn update(&mut self, crypto: &impl Crypto, data: &[u8]) {
        self.length = self.length.saturating_add(wide(data.len()));
        let mut rest = data;
        if !self.pending.is_empty() {
            let missing = CHUNK.saturating_sub(self.pending.len());
            let (head, tail) = rest.split_at(missing.min(rest.len()));
            self.pending.extend_from_slice(head);
            rest = tail;
            if self.pending.len() == CHUNK {
                self.tree
                    .push(crypto, merkle::leaf_hash(crypto, &self.pending));
                self.pending.clear();
            }
        }
        // Few at a time: their hashes are in memory together.
        for group in rest.chunks(CHUNK.saturating_mul(GROUP)) {
            let leaves = merkle::leaf_hashes(crypto, group, CHUNK);
            self.tree.push_all(crypto, &leaves);
        }
        self.pending
            .extend_from_slice(rest.chunks_exact(CHUNK).remainder());
    }

    /// The root over everything read.
    #[must_use]
    pub fn finish(mut self, crypto: &impl Crypto) -> DataRoot {
        if !self.pending.is_empty() {
            self.tree
                .push(crypto, merkle::leaf_hash(crypto, &self.pending));
        }
        DataRoot::new(self.tree.root(crypto))
    }
}
