//! Files that were given at once: which are receipts, which proofs belong to which receipt, and which file a receipt commits to.
//!
//! Nothing here is a verdict. What this module does not recognise for sure is left for a person to say.

use super::document::{as_link, bundle};
use crate::npy;
use countersign_shared::commit::Side;
use countersign_shared::files::{File, FileError, Format};
use countersign_shared::id::ReceiptId;
use countersign_shared::item::{Item, Kind};
use countersign_shared::tensor::{DataType, Tensor};
use countersign_shared::Software;

/// What a file is, by its bytes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A receipt, a bundle or a link, also one of a version that this program does not know.
    Document,
    /// An opening or an anchor proof.
    Proof,
    /// Nothing of ours: it may be what a model ran on.
    Other,
}

impl Part {
    /// What `bytes` are.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        match Format::of(bytes) {
            Ok(Format::Receipt | Format::Bundle) | Err(FileError::UnsupportedVersion(_)) => {
                Self::Document
            }
            Ok(Format::Opening | Format::Anchor) => Self::Proof,
            _ if is_link(bytes) => Self::Document,
            _ => Self::Other,
        }
    }
}

/// A web address without a part behind the # is text like any other, and so is a page of Markdown; text can be an input.
fn is_link(bytes: &[u8]) -> bool {
    as_link(bytes).is_some_and(|link| {
        let fragment = link.split_once('#').map_or("", |(_, fragment)| fragment);
        !fragment.is_empty() && !link.contains(char::is_whitespace)
    })
}

/// A receipt whose signature holds, with what belongs to it.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// Its id.
    pub receipt: ReceiptId,
    /// The earlier receipt that it names.
    pub reference: Option<ReceiptId>,
    /// Positions of its proofs among those given.
    pub proofs: Vec<usize>,
    inputs: Vec<Item>,
}

impl Gathered {
    /// Reads and verifies a document, and picks the proofs that hold for it. `None` where the document itself does not hold:
    /// the verdict on it says why.
    pub fn of<P: AsRef<[u8]>>(document: &[u8], proofs: &[P]) -> Option<Self> {
        let verified = bundle(document).ok()?.verify(&Software).ok()?;
        let receipt = verified.receipt();
        let mut openings = verified.openings().to_vec();
        let mut belonging = Vec::new();
        for (position, proof) in proofs.iter().enumerate() {
            match File::parse(proof.as_ref(), &Software) {
                Ok(File::Opening(opening)) => {
                    if let Ok(opened) = opening.verify(receipt, &Software) {
                        openings.push(opened);
                        belonging.push(position);
                    }
                }
                Ok(File::Anchor(anchor)) if anchor.verify(receipt, &Software).is_ok() => {
                    belonging.push(position);
                }
                _ => {}
            }
        }
        let mut inputs = openings
            .iter()
            .filter(|opened| opened.side() == Side::Input)
            .flat_map(|opened| opened.items().cloned())
            .fold(Vec::new(), |mut items: Vec<Item>, item| {
                if !items.contains(&item) {
                    items.push(item);
                }
                items
            });
        // A model that ran on a file is run on it again: what it was fed is made from the file.
        let is_file = |item: &Item| matches!(item.kind(), Kind::File { .. });
        if inputs.iter().any(is_file) {
            inputs.retain(is_file);
        }
        Some(Self {
            receipt: receipt.id(),
            reference: receipt.statement.reference(),
            proofs: belonging,
            inputs,
        })
    }

    /// Under which name the receipt commits to this very file as an input, as far as its inputs are opened.
    #[must_use]
    pub fn input(&self, file: &[u8]) -> Option<&str> {
        let found = self
            .inputs
            .iter()
            .find(|item| matches!(item.kind(), Kind::File { .. }) && item.matches(file, &Software));
        found.map(|item| item.name().as_str())
    }

    /// The names of the tensors that the model was given, in the receipt's order, as far as they are opened.
    pub fn tensors(&self) -> impl Iterator<Item = &str> {
        let tensors = self.inputs.iter();
        let tensors = tensors.filter(|item| matches!(item.kind(), Kind::Tensor(_)));
        tensors.map(|item| item.name().as_str())
    }

    /// The names of the inputs whose tensor this NPY file holds: more than one where the receipt commits to the same
    /// tensor more than once.
    #[must_use]
    pub fn tensor(&self, file: &[u8]) -> Vec<&str> {
        let Ok(given) = npy::read("", file) else {
            return Vec::new();
        };
        let canonical = DataType::from_number(given.dtype.code())
            .and_then(|dtype| Tensor::new(dtype, given.dims, given.data).ok());
        let Some(tensor) = canonical else {
            return Vec::new();
        };
        let root = tensor.data_root(&Software);
        let is_it = |item: &&Item| {
            matches!(item.kind(), Kind::Tensor(header) if header == tensor.header())
                && item.data_root() == root
        };
        let found = self.inputs.iter().filter(is_it);
        found.map(|item| item.name().as_str()).collect()
    }
}
