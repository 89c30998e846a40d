//! `countersign/bundle/1`: a receipt with its openings and anchor proofs; and links, which carry
//! a bundle behind a `#`, where no server sees it.

use super::schema::Fields;
use super::{read_file, AnchorError, AnchorProof, Anchored, FileError, Format};
use super::{Opened, Opening, OpeningError};
use crate::base64url;
use crate::commit::{OpenedItem, Side};
use crate::crypto::Crypto;
use crate::json::Value;
use crate::receipt::{Reason, Receipt, Verified};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

const KEYS: [&str; 4] = ["anchors", "format", "openings", "receipt"];

/// A bundle as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The receipt.
    pub receipt: Receipt,
    /// Openings of its commitments.
    pub openings: Vec<Opening>,
    /// Its places in anchored batches.
    pub anchors: Vec<AnchorProof>,
}

/// A bundle of which every part was verified; only [`Bundle::verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedBundle {
    receipt: Verified<Receipt>,
    openings: Vec<Opened>,
    anchors: Vec<Anchored>,
}

impl VerifiedBundle {
    /// The receipt.
    #[must_use]
    pub fn receipt(&self) -> &Verified<Receipt> {
        &self.receipt
    }

    /// What its commitments hold.
    #[must_use]
    pub fn openings(&self) -> &[Opened] {
        &self.openings
    }

    /// Its places in batches; the chain is asked elsewhere.
    #[must_use]
    pub fn anchors(&self) -> &[Anchored] {
        &self.anchors
    }
}

/// Why a bundle does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleError {
    /// The receipt does not.
    Receipt(Reason),
    /// An opening does not.
    Opening {
        /// Its position in the bundle.
        position: usize,
        /// Why.
        error: OpeningError,
    },
    /// Two openings of one side contradict each other: the attester committed to items whose
    /// kinds and names are not strictly ascending (2.2), to show one to some and another to
    /// others.
    Contradiction(Side),
    /// An anchor proof does not.
    Anchor {
        /// Its position in the bundle.
        position: usize,
        /// Why.
        error: AnchorError,
    },
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receipt(error) => error.fmt(f),
            Self::Opening { error, .. } => error.fmt(f),
            Self::Contradiction(side) => write!(
                f,
                "the receipt's {side} commitment is ambiguous: its items are not in ascending order"
            ),
            Self::Anchor { error, .. } => error.fmt(f),
        }
    }
}

impl core::error::Error for BundleError {}

/// Why a link carries no bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It has no `#`.
    NoFragment,
    /// What follows the `#` is not base64url without padding.
    Encoding,
    /// The bytes are no bundle.
    File(FileError),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFragment => {
                f.write_str("the link carries no receipt: it has no part behind a #")
            }
            Self::Encoding => f.write_str(
                "the link is damaged: what follows the # is not base64url; was it cut off?",
            ),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for LinkError {}

impl Bundle {
    /// Reads a `countersign/bundle/1` file. Nothing is verified yet.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn from_file(bytes: &[u8], crypto: &impl Crypto) -> Result<Self, FileError> {
        let read = |value: &Value| Self::from_json(value, crypto);
        read_file(bytes, Format::Bundle, read, |bundle| bundle.to_json(crypto))
    }

    /// The canonical file.
    #[must_use]
    pub fn to_file(&self, crypto: &impl Crypto) -> String {
        self.to_json(crypto).to_canonical()
    }

    /// `#` and the file in base64url without padding: a page's address plus this is a link.
    #[must_use]
    pub fn to_fragment(&self, crypto: &impl Crypto) -> String {
        format!("#{}", base64url::encode(self.to_file(crypto).as_bytes()))
    }

    /// Reads a link, or its part from the `#` on.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn from_link(link: &str, crypto: &impl Crypto) -> Result<Self, LinkError> {
        let (_, fragment) = link.split_once('#').ok_or(LinkError::NoFragment)?;
        let bytes = base64url::decode(fragment).ok_or(LinkError::Encoding)?;
        Self::from_file(&bytes, crypto).map_err(LinkError::File)
    }

    /// Verifies the receipt, and every opening and anchor proof against it.
    ///
    /// # Errors
    /// [`BundleError`] of the first part that does not hold.
    pub fn verify(self, crypto: &impl Crypto) -> Result<VerifiedBundle, BundleError> {
        let receipt = self.receipt.verify(crypto).map_err(BundleError::Receipt)?;
        let mut openings = Vec::with_capacity(self.openings.len());
        for (position, opening) in self.openings.into_iter().enumerate() {
            let opened = opening.verify(&receipt, crypto);
            openings.push(opened.map_err(|error| BundleError::Opening { position, error })?);
        }
        if let Some(side) = contradiction(&openings) {
            return Err(BundleError::Contradiction(side));
        }
        let mut anchors = Vec::with_capacity(self.anchors.len());
        for (position, anchor) in self.anchors.iter().enumerate() {
            let anchored = anchor.verify(&receipt, crypto);
            anchors.push(anchored.map_err(|error| BundleError::Anchor { position, error })?);
        }
        Ok(VerifiedBundle {
            receipt,
            openings,
            anchors,
        })
    }

    fn to_json(&self, crypto: &impl Crypto) -> Value {
        let anchors = self.anchors.iter().map(AnchorProof::to_json).collect();
        let openings = self.openings.iter().map(Opening::to_json).collect();
        Value::from([
            ("anchors", Value::Array(anchors)),
            ("format", Value::from(Format::Bundle.name())),
            ("openings", Value::Array(openings)),
            ("receipt", self.receipt.to_json(crypto)),
        ])
    }

    fn from_json(value: &Value, crypto: &impl Crypto) -> Result<Self, FileError> {
        let fields = Fields::of_file(value, "", Format::Bundle, &KEYS, &[])?;
        let mut openings = Vec::new();
        for (position, opening) in fields.array("openings")?.iter().enumerate() {
            openings.push(Opening::from_json(
                opening,
                &format!("openings[{position}]"),
            )?);
        }
        let mut anchors = Vec::new();
        for (position, anchor) in fields.array("anchors")?.iter().enumerate() {
            anchors.push(AnchorProof::from_json(
                anchor,
                &format!("anchors[{position}]"),
            )?);
        }
        let receipt = Receipt::from_json(fields.value("receipt")?, "receipt", crypto)?;
        Ok(Self {
            receipt,
            openings,
            anchors,
        })
    }
}

/// The side of a receipt whose openings, taken together, break the order that a single one must
/// keep (2.2); `None` if all agree. All openings are of one receipt.
#[must_use]
pub fn contradiction(openings: &[Opened]) -> Option<Side> {
    let sides = [Side::Input, Side::Output];
    sides.into_iter().find(|side| contradict(openings, *side))
}

fn contradict(openings: &[Opened], side: Side) -> bool {
    let mut items: Vec<&OpenedItem> = openings
        .iter()
        .filter(|opened| opened.side() == side)
        .flat_map(Opened::opened)
        .collect();
    items.sort_by_key(|opened| opened.index);
    items.dedup();
    let neighbours = items.iter().zip(items.iter().skip(1));
    neighbours
        .into_iter()
        .any(|(left, right)| left.index == right.index || left.item.order() >= right.item.order())
}
