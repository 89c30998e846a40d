//! `countersign/anchor/1`: where a receipt stands in an anchored batch (5.4).

use super::schema::{fault, hashes_to_json, Fields};
use super::{read_file, FieldFault, FileError, Format};
use crate::crypto::Crypto;
use crate::id::{BatchRoot, ReceiptId, SealedId};
use crate::json::{Integer, Value};
use crate::merkle::{self, Hash, MAX_DEPTH};
use crate::receipt::{Receipt, Verified};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

const KEYS: [&str; 6] = ["format", "index", "path", "receipt", "root", "size"];

/// The greatest batch: 2^32 receipts.
pub const MAX_BATCH: u64 = 1 << 32;

/// An anchor proof as it arrived; [`AnchorProof::verify`] says whether it proves anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorProof {
    /// The receipt that it is for.
    pub receipt: ReceiptId,
    /// Root of the batch.
    pub root: BatchRoot,
    /// Number of receipts in the batch: with the root, the key of the anchor.
    pub size: u64,
    /// Position of this one.
    pub index: u64,
    /// Hashes from the leaf to the root.
    pub path: Vec<Hash>,
}

/// Why an anchor proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorError {
    /// It is for another receipt.
    OtherReceipt {
        /// Which one.
        proof: ReceiptId,
        /// The one that was given.
        receipt: ReceiptId,
    },
    /// The size is not 1 to 2^32.
    Size(u64),
    /// The index is not below the size.
    Index,
    /// The path's length is not what index and size demand.
    PathLength,
    /// The path leads to another root: sealed id, path or root differ from what was anchored.
    Root,
}

impl fmt::Display for AnchorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherReceipt { .. } => "the anchor proof belongs to another receipt",
            Self::Size(_) => "the anchor proof's size is not between 1 and 2^32",
            Self::Index => "the anchor proof's index is not below its size",
            Self::PathLength => {
                "the anchor proof's path has the wrong length for its index and size"
            }
            Self::Root => "the anchor proof does not lead to its root, or it was altered",
        })
    }
}

impl core::error::Error for AnchorError {}

/// A verified receipt's place in a batch.
///
/// A root does not commit to the size of its tree, so a path may lead to the root for a wrong
/// size too. The chain, asked for the *pair* of root and size, then knows no such batch: only
/// that answer makes this an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchored {
    sealed: SealedId,
    root: BatchRoot,
    size: u64,
}

impl Anchored {
    /// What is in the batch.
    #[must_use]
    pub fn sealed(&self) -> SealedId {
        self.sealed
    }

    /// Root of the batch.
    #[must_use]
    pub fn root(&self) -> BatchRoot {
        self.root
    }

    /// Number of receipts in the batch.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// The root that a sealed receipt's path leads to (5.4). The contract asks the same.
///
/// # Errors
/// [`AnchorError::Size`], [`AnchorError::Index`], [`AnchorError::PathLength`].
pub fn batch_root(
    sealed: &SealedId,
    size: u64,
    index: u64,
    path: &[Hash],
    crypto: &impl Crypto,
) -> Result<BatchRoot, AnchorError> {
    if size == 0 || size > MAX_BATCH {
        return Err(AnchorError::Size(size));
    }
    if index >= size {
        return Err(AnchorError::Index);
    }
    let leaf = merkle::leaf_hash(crypto, sealed.as_ref());
    merkle::root_of_path(crypto, size, index, leaf, path)
        .map(BatchRoot::new)
        .ok_or(AnchorError::PathLength)
}

impl AnchorProof {
    /// The proof of position `index` in a batch of sealed receipts; `None` if there is no such
    /// position.
    #[must_use]
    pub fn new(
        receipt: ReceiptId,
        batch: &[SealedId],
        index: usize,
        crypto: &impl Crypto,
    ) -> Option<Self> {
        let leaves: Vec<Hash> = batch
            .iter()
            .map(|sealed| merkle::leaf_hash(crypto, sealed.as_ref()))
            .collect();
        Some(Self {
            receipt,
            root: BatchRoot::new(merkle::root(crypto, &leaves)),
            size: u64::try_from(leaves.len()).ok()?,
            index: u64::try_from(index).ok()?,
            path: merkle::prove(crypto, &leaves, index)?,
        })
    }

    /// Follows the path from the verified receipt's sealed id to the root.
    ///
    /// # Errors
    /// [`AnchorError`].
    pub fn verify(
        &self,
        receipt: &Verified<Receipt>,
        crypto: &impl Crypto,
    ) -> Result<Anchored, AnchorError> {
        if self.receipt != receipt.id() {
            return Err(AnchorError::OtherReceipt {
                proof: self.receipt,
                receipt: receipt.id(),
            });
        }
        let sealed = receipt.sealed();
        let root = batch_root(&sealed, self.size, self.index, &self.path, crypto)?;
        if root != self.root {
            return Err(AnchorError::Root);
        }
        Ok(Anchored {
            sealed,
            root,
            size: self.size,
        })
    }

    /// Reads a `countersign/anchor/1` file.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn from_file(bytes: &[u8]) -> Result<Self, FileError> {
        read_file(
            bytes,
            Format::Anchor,
            |value| Self::from_json(value, ""),
            Self::to_json,
        )
    }

    /// The canonical file.
    #[must_use]
    pub fn to_file(&self) -> String {
        self.to_json().to_canonical()
    }

    /// The file as JSON, which bundles nest.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::from([
            ("format", Value::from(Format::Anchor.name())),
            ("index", number(self.index)),
            ("path", hashes_to_json(&self.path)),
            ("receipt", Value::from(self.receipt.to_string())),
            ("root", Value::from(self.root.to_string())),
            ("size", number(self.size)),
        ])
    }

    pub(crate) fn from_json(value: &Value, path: &str) -> Result<Self, FileError> {
        let fields = Fields::of_file(value, path, Format::Anchor, &KEYS, &[])?;
        let size = fields.number("size", MAX_BATCH)?;
        let index = fields.number("index", MAX_BATCH)?;
        if size == 0 {
            return fault(fields.at("size"), FieldFault::Range);
        }
        if index >= size {
            return fault(fields.at("index"), FieldFault::Range);
        }
        Ok(Self {
            receipt: fields.id("receipt")?,
            root: fields.id("root")?,
            size,
            index,
            path: fields.hashes("path", MAX_DEPTH)?,
        })
    }
}

/// Batches are far smaller than JSON's greatest integer; a greater one is written as `null`,
/// which no reader takes.
fn number(value: u64) -> Value {
    i64::try_from(value)
        .ok()
        .and_then(Integer::new)
        .map_or(Value::Null, Value::Integer)
}
