//! Salted commitments to a run's inputs and outputs (2.2 to 2.4).

use crate::crypto::{hmac_sha256, tagged, tagged_bytes, Crypto};
use crate::id::{Commitment, Salt, Seed};
use crate::item::Item;
use crate::merkle::{self, Hash};
use alloc::vec::Vec;
use core::fmt;

/// Which end of a run is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Side 0: what was fed.
    Input,
    /// Side 1: what came out.
    Output,
}

impl Side {
    /// The byte of 2.3.
    #[must_use]
    pub const fn to_u8(self) -> u8 {
        match self {
            Self::Input => 0,
            Self::Output => 1,
        }
    }

    /// The side of a byte.
    #[must_use]
    pub const fn from_u8(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Input),
            1 => Some(Self::Output),
            _ => None,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "input",
            Self::Output => "output",
        })
    }
}

/// Why items cannot be committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitError {
    /// There are none.
    NoItems,
    /// More than 32 bits can count.
    TooMany,
    /// Two items of one kind have one name.
    Duplicate,
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoItems => "there is nothing to commit to",
            Self::TooMany => "there are more items than can be counted in 32 bits",
            Self::Duplicate => "two items of one kind have the same name",
        })
    }
}

impl core::error::Error for CommitError {}

/// `salt_side` of 2.4.
#[must_use]
pub fn side_salt(seed: &Seed, side: Side, crypto: &impl Crypto) -> [u8; 32] {
    let message = tagged_bytes("countersign/salt/1", &[&[side.to_u8()]]);
    hmac_sha256(crypto, seed.expose(), &message)
}

/// `salt_i` of 2.4.
#[must_use]
pub fn item_salt(side_salt: &[u8; 32], index: u32, name: &str, crypto: &impl Crypto) -> Salt {
    let mut message = Vec::from(index.to_le_bytes());
    message.extend_from_slice(name.as_bytes());
    Salt::new(hmac_sha256(crypto, side_salt, &message))
}

/// The hash of `leaf_i = salt_i ‖ item_i` (2.2).
#[must_use]
pub fn leaf_hash(salt: &Salt, item: &Item, crypto: &impl Crypto) -> Hash {
    let mut leaf = Vec::from(salt.to_bytes());
    leaf.extend_from_slice(&item.to_bytes());
    merkle::leaf_hash(crypto, &leaf)
}

/// The commitment over a root of `count` leaves (2.3).
#[must_use]
pub fn commitment(side: Side, count: u32, root: &Hash, crypto: &impl Crypto) -> Commitment {
    let parts: [&[u8]; 3] = [&[side.to_u8()], &count.to_le_bytes(), root];
    Commitment::new(tagged(crypto, "countersign/commitment/1", &parts))
}

/// A commitment together with all that opens it. Whoever holds it knows the salts.
#[derive(Clone, PartialEq, Eq)]
pub struct Committed {
    side: Side,
    count: u32,
    leaves: Vec<(Item, Salt)>,
    hashes: Vec<Hash>,
    commitment: Commitment,
}

impl fmt::Debug for Committed {
    /// Without the salts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Committed")
            .field("side", &self.side)
            .field("count", &self.count)
            .field("commitment", &self.commitment)
            .finish_non_exhaustive()
    }
}

impl Committed {
    /// Sorts the items and commits to them.
    ///
    /// # Errors
    /// [`CommitError`] if there are none, too many, or two of one kind and name.
    pub fn new(
        side: Side,
        seed: &Seed,
        mut items: Vec<Item>,
        crypto: &impl Crypto,
    ) -> Result<Self, CommitError> {
        if items.is_empty() {
            return Err(CommitError::NoItems);
        }
        let count = u32::try_from(items.len()).map_err(|_| CommitError::TooMany)?;
        items.sort_by(|left, right| left.order().cmp(&right.order()));
        let mut pairs = items.iter().zip(items.iter().skip(1));
        if pairs.any(|(left, right)| left.order() == right.order()) {
            return Err(CommitError::Duplicate);
        }
        let side_salt = side_salt(seed, side, crypto);
        let mut leaves = Vec::with_capacity(items.len());
        let mut hashes = Vec::with_capacity(items.len());
        for (index, item) in (0_u32..).zip(items) {
            let salt = item_salt(&side_salt, index, item.name().as_str(), crypto);
            hashes.push(leaf_hash(&salt, &item, crypto));
            leaves.push((item, salt));
        }
        let commitment = commitment(side, count, &merkle::root(crypto, &hashes), crypto);
        Ok(Self {
            side,
            count,
            leaves,
            hashes,
            commitment,
        })
    }

    /// Which end of the run.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// Number of items.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The value that the receipt carries.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        self.commitment
    }

    /// The items in their committed order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.leaves.iter().map(|(item, _)| item)
    }

    /// The position of an item.
    #[must_use]
    pub fn position(&self, wanted: &Item) -> Option<u32> {
        (0_u32..)
            .zip(&self.leaves)
            .find(|(_, (item, _))| item == wanted)
            .map(|(index, _)| index)
    }

    /// Opens one item: gives its salt away. `None` if there is no such item.
    #[must_use]
    pub fn open(&self, index: u32, crypto: &impl Crypto) -> Option<OpenedItem> {
        let position = usize::try_from(index).ok()?;
        let (item, salt) = self.leaves.get(position)?;
        let path = merkle::prove(crypto, &self.hashes, position)?;
        Some(OpenedItem {
            index,
            item: item.clone(),
            salt: *salt,
            path,
        })
    }
}

/// One item with what proves it: a part of an opening file (4.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedItem {
    /// Position among the committed items.
    pub index: u32,
    /// The item itself.
    pub item: Item,
    /// Its salt.
    pub salt: Salt,
    /// Hashes from the leaf to the root.
    pub path: Vec<Hash>,
}

impl OpenedItem {
    /// The commitment that this item is a part of, if it is one of `count` on that side.
    /// `None` if index, count and path do not fit one another.
    #[must_use]
    pub fn rebuild(&self, side: Side, count: u32, crypto: &impl Crypto) -> Option<Commitment> {
        let leaf = leaf_hash(&self.salt, &self.item, crypto);
        let (size, index) = (u64::from(count), u64::from(self.index));
        let root = merkle::root_of_path(crypto, size, index, leaf, &self.path)?;
        Some(commitment(side, count, &root, crypto))
    }
}
