//! `countersign/opening/1`: some of a receipt's committed items, shown to somebody.

use super::schema::{fault, hashes_to_json, Fields};
use super::{read_file, FieldFault, FileError, Format};
use crate::commit::{Committed, OpenedItem, Side};
use crate::crypto::Crypto;
use crate::hex;
use crate::id::ReceiptId;
use crate::item::Item;
use crate::json::Value;
use crate::merkle::MAX_DEPTH;
use crate::receipt::{Receipt, Verified};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

const KEYS: [&str; 5] = ["count", "format", "items", "receipt", "side"];
const ITEM_KEYS: [&str; 4] = ["index", "item", "path", "salt"];

/// An opening as it arrived; [`Opening::verify`] says whether it opens anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The receipt whose commitment it opens.
    pub receipt: ReceiptId,
    /// Which of its two commitments.
    pub side: Side,
    /// How many items that commitment has.
    pub count: u32,
    /// The items shown, indices ascending.
    pub items: Vec<OpenedItem>,
}

/// Why an opening opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningError {
    /// It is for another receipt.
    OtherReceipt {
        /// Which one.
        opening: ReceiptId,
        /// The one that was given.
        receipt: ReceiptId,
    },
    /// It shows no item.
    Empty,
    /// Indices, or the items' kinds and names, are not strictly ascending (2.2).
    Order {
        /// Index of the item.
        index: u32,
    },
    /// An item does not lead to the receipt's commitment: item, salt, path, count or side differ
    /// from what was committed.
    Commitment {
        /// Index of the item.
        index: u32,
    },
}

impl fmt::Display for OpeningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherReceipt { .. } => f.write_str("the opening belongs to another receipt"),
            Self::Empty => f.write_str("the opening shows no item"),
            Self::Order { index } => {
                write!(f, "item {index} of the opening is not in ascending order")
            }
            Self::Commitment { index } => write!(
                f,
                "item {index} of the opening is not what the receipt commits to, or it was altered"
            ),
        }
    }
}

impl core::error::Error for OpeningError {}

/// Items that a verified receipt commits to; only verification makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    receipt: ReceiptId,
    side: Side,
    count: u32,
    items: Vec<OpenedItem>,
}

impl Opened {
    /// The receipt.
    #[must_use]
    pub fn receipt(&self) -> ReceiptId {
        self.receipt
    }

    /// Which commitment.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// How many items that commitment has.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The items shown.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().map(|opened| &opened.item)
    }

    /// The items with their indices and salts.
    #[must_use]
    pub fn opened(&self) -> &[OpenedItem] {
        &self.items
    }

    /// Whether every item of the commitment is shown: then nothing else was committed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        usize::try_from(self.count).is_ok_and(|count| count == self.items.len())
    }
}

impl Opening {
    /// Opens items of a receipt; each salt given away lets its item be guessed at and checked.
    /// `None` if there is no item at some index, or none is wanted.
    #[must_use]
    pub fn new(
        receipt: ReceiptId,
        committed: &Committed,
        indices: &[u32],
        crypto: &impl Crypto,
    ) -> Option<Self> {
        let mut indices = indices.to_vec();
        indices.sort_unstable();
        indices.dedup();
        let items: Option<Vec<OpenedItem>> = indices
            .iter()
            .map(|index| committed.open(*index, crypto))
            .collect();
        let items = items.filter(|items| !items.is_empty())?;
        Some(Self {
            receipt,
            side: committed.side(),
            count: committed.count(),
            items,
        })
    }

    /// Opens all items of one side of a receipt.
    #[must_use]
    pub fn complete(
        receipt: ReceiptId,
        committed: &Committed,
        crypto: &impl Crypto,
    ) -> Option<Self> {
        let indices: Vec<u32> = (0..committed.count()).collect();
        Self::new(receipt, committed, &indices, crypto)
    }

    /// Rebuilds the receipt's commitment from every item shown.
    ///
    /// # Errors
    /// [`OpeningError`].
    pub fn verify(
        self,
        receipt: &Verified<Receipt>,
        crypto: &impl Crypto,
    ) -> Result<Opened, OpeningError> {
        if self.receipt != receipt.id() {
            return Err(OpeningError::OtherReceipt {
                opening: self.receipt,
                receipt: receipt.id(),
            });
        }
        if self.items.is_empty() {
            return Err(OpeningError::Empty);
        }
        let committed = match self.side {
            Side::Input => receipt.statement.run.input,
            Side::Output => receipt.statement.run.output,
        };
        let pairs = self.items.iter().zip(self.items.iter().skip(1));
        for (left, right) in pairs {
            if left.index >= right.index || left.item.order() >= right.item.order() {
                return Err(OpeningError::Order { index: right.index });
            }
        }
        for item in &self.items {
            if item.rebuild(self.side, self.count, crypto) != Some(committed) {
                return Err(OpeningError::Commitment { index: item.index });
            }
        }
        let Self {
            receipt,
            side,
            count,
            items,
        } = self;
        Ok(Opened {
            receipt,
            side,
            count,
            items,
        })
    }

    /// Reads a `countersign/opening/1` file.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn from_file(bytes: &[u8]) -> Result<Self, FileError> {
        read_file(
            bytes,
            Format::Opening,
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
        let item = |opened: &OpenedItem| {
            Value::from([
                ("index", Value::from(opened.index)),
                ("item", Value::from(hex::encode(&opened.item.to_bytes()))),
                ("path", hashes_to_json(&opened.path)),
                ("salt", Value::from(opened.salt.to_string())),
            ])
        };
        Value::from([
            ("count", Value::from(self.count)),
            ("format", Value::from(Format::Opening.name())),
            ("items", Value::Array(self.items.iter().map(item).collect())),
            ("receipt", Value::from(self.receipt.to_string())),
            ("side", Value::from(u32::from(self.side.to_u8()))),
        ])
    }

    pub(crate) fn from_json(value: &Value, path: &str) -> Result<Self, FileError> {
        let fields = Fields::of_file(value, path, Format::Opening, &KEYS, &[])?;
        let count = fields.number32("count")?;
        let side = match fields.number("side", 1)? {
            0 => Side::Input,
            _ => Side::Output,
        };
        let mut items: Vec<OpenedItem> = Vec::new();
        for (position, value) in fields.array("items")?.iter().enumerate() {
            let path = format!("{}[{position}]", fields.at("items"));
            let item = read_item(value, &path, count)?;
            if items.last().is_some_and(|last| last.index >= item.index) {
                return fault(format!("{path}.index"), FieldFault::Order);
            }
            items.push(item);
        }
        if items.is_empty() {
            return fault(fields.at("items"), FieldFault::Count);
        }
        Ok(Self {
            receipt: fields.id("receipt")?,
            side,
            count,
            items,
        })
    }
}

fn read_item(value: &Value, path: &str, count: u32) -> Result<OpenedItem, FileError> {
    let fields = Fields::closed(value, path, &ITEM_KEYS, &[])?;
    let index = fields.number32("index")?;
    if index >= count {
        return fault(fields.at("index"), FieldFault::Range);
    }
    let item = match Item::from_bytes(&fields.bytes("item")?) {
        Ok(item) => item,
        Err(error) => return fault(fields.at("item"), FieldFault::Item(error)),
    };
    Ok(OpenedItem {
        index,
        item,
        salt: fields.id("salt")?,
        path: fields.hashes("path", MAX_DEPTH)?,
    })
}
