//! Files (4.9): receipts, openings, anchor proofs, bundles, and links.
//!
//! All are RFC 8785 with closed schemas. Reading one: its `format` first, then the strict JSON,
//! the closed schema, and a comparison with what writing it again gives; only then any crypto.
//! So a file in which any bit was changed is refused with the reason (R3).

use crate::attester::AttesterError;
use crate::crypto::Crypto;
use crate::hex::HexError;
use crate::id::{AddressError, EthAddress};
use crate::item::ItemError;
use crate::json::{self, Fault, JsonError, Value};
use crate::receipt::{Receipt, RunError};
use crate::signature::SignatureError;
use alloc::string::String;
use core::fmt;

mod anchor;
mod bundle;
mod opening;
mod receipt;
pub(crate) mod schema;

pub use anchor::{batch_root, AnchorError, AnchorProof, Anchored, MAX_BATCH};
pub use bundle::{contradiction, Bundle, BundleError, LinkError, VerifiedBundle};
pub use opening::{Opened, Opening, OpeningError};
pub(crate) use receipt::{message_to_json, Message};

/// Longer files are refused unread, in bytes.
pub const MAX_BYTES: usize = 8 << 20;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `countersign/receipt/1`
    Receipt,
    /// `countersign/opening/1`
    Opening,
    /// `countersign/anchor/1`
    Anchor,
    /// `countersign/bundle/1`
    Bundle,
    /// `countersign/manifest/1` (3.1)
    Manifest,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Receipt,
        Self::Opening,
        Self::Anchor,
        Self::Bundle,
        Self::Manifest,
    ];

    /// The text under the key `format`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receipt => "countersign/receipt/1",
            Self::Opening => "countersign/opening/1",
            Self::Anchor => "countersign/anchor/1",
            Self::Bundle => "countersign/bundle/1",
            Self::Manifest => "countersign/manifest/1",
        }
    }

    /// Reads the `format` of a file and nothing else.
    ///
    /// # Errors
    /// [`FileError::TooLarge`], [`FileError::Json`] if the bytes are no JSON,
    /// [`FileError::NotOurs`], [`FileError::UnsupportedVersion`].
    pub fn of(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > MAX_BYTES {
            return Err(FileError::TooLarge);
        }
        let Some(text) = json::peek(bytes, "format") else {
            return Err(match json::parse(bytes) {
                Err(error) => FileError::Json(error),
                Ok(_) => FileError::NotOurs,
            });
        };
        Self::of_text(text)
    }

    fn of_text(text: String) -> Result<Self, FileError> {
        if let Some(format) = Self::ALL.into_iter().find(|format| format.name() == text) {
            return Ok(format);
        }
        Err(if is_ours(&text) {
            FileError::UnsupportedVersion(text)
        } else {
            FileError::NotOurs
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `countersign/NAME/NUMBER`: lower-case letters, digits and hyphens; a number without leading
/// zeros.
fn is_ours(text: &str) -> bool {
    let mut parts = text.split('/');
    let (Some("countersign"), Some(name), Some(number), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let name_fits = !name.is_empty() && name.bytes().all(plain);
    let number_fits = !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (number == "0" || !number.starts_with('0'));
    name_fits && number_fits
}

/// Why a file is refused before any signature is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// Longer than [`MAX_BYTES`].
    TooLarge,
    /// No JSON, or not as strict as ours: damaged, altered, or no file of ours at all.
    Json(JsonError),
    /// JSON, but not a file of ours.
    NotOurs,
    /// A file of ours in a version that this program does not know.
    UnsupportedVersion(String),
    /// A file of ours, but of another kind than was asked for.
    OtherFormat {
        /// What was asked for.
        expected: Format,
        /// What it is.
        found: Format,
    },
    /// A field breaks its rule.
    Field {
        /// Which, as in `items[2].salt`.
        path: String,
        /// How.
        fault: FieldFault,
    },
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the file is longer than 8 MiB; no file of ours is"),
            Self::Json(error) if error.fault == Fault::NotCanonical => {
                write!(f, "the file was altered: {error}")
            }
            Self::Json(error) => {
                write!(
                    f,
                    "the file is damaged, or it is not a Countersign file: {error}"
                )
            }
            Self::NotOurs => f.write_str("this is not a Countersign file"),
            Self::UnsupportedVersion(format) => {
                write!(
                    f,
                    "this program does not know the format {format:?}; a newer one may"
                )
            }
            Self::OtherFormat { expected, found } => {
                write!(f, "this is a {found} file, not a {expected} file")
            }
            Self::Field { path, fault } => write!(f, "the file was altered: {path}: {fault}"),
        }
    }
}

impl core::error::Error for FileError {}

impl From<JsonError> for FileError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

/// How a field breaks its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldFault {
    /// It is not there.
    Missing,
    /// It does not belong there.
    Unknown,
    /// It is of another JSON type than this.
    Type(&'static str),
    /// It must be exactly this.
    Constant(&'static str),
    /// It is not the hexadecimal that belongs there.
    Hex(HexError),
    /// It is not an address with its checksum.
    Address(AddressError),
    /// It is not a 64-bit number as decimal text without leading zeros.
    Decimal,
    /// It is outside its range.
    Range,
    /// It is not what genesis hash and contract give (4.3): for another chain or contract.
    VerifyingContract {
        /// What they give.
        expected: EthAddress,
    },
    /// It names nobody who can sign.
    Attester(AttesterError),
    /// It describes no run.
    Run(RunError),
    /// It has another length than the attester's signatures.
    Signature(SignatureError),
    /// It is no item.
    Item(ItemError),
    /// It is not greater than the one before it.
    Order,
    /// It has fewer or more entries or characters than it may.
    Count,
    /// It holds characters that it must not hold.
    Characters,
    /// It is neither a plain relative path nor, where that is possible, an `https://` address.
    Path,
    /// It is none of the words that may stand there.
    Choice,
    /// Two of its entries have the same name.
    Repeated,
}

impl fmt::Display for FieldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it is missing"),
            Self::Unknown => f.write_str("there is no such field"),
            Self::Type(expected) => write!(f, "it is not {expected}"),
            Self::Constant(expected) => write!(f, "it must be {expected}"),
            Self::Hex(error) => error.fmt(f),
            Self::Address(error) => error.fmt(f),
            Self::Decimal => {
                f.write_str("it is not a 64-bit number written in decimal without leading zeros")
            }
            Self::Range => f.write_str("it is out of range"),
            Self::VerifyingContract { .. } => f.write_str(
                "it does not follow from the genesis hash and the contract: \
                 the receipt is for another chain or contract",
            ),
            Self::Attester(error) => error.fmt(f),
            Self::Run(error) => error.fmt(f),
            Self::Signature(error) => error.fmt(f),
            Self::Item(error) => error.fmt(f),
            Self::Order => f.write_str("it is not in ascending order"),
            Self::Count => f.write_str("it has too few or too many entries or characters"),
            Self::Characters => f.write_str("it holds characters that are not allowed there"),
            Self::Path => f.write_str("it is not a plain relative path or an https address"),
            Self::Choice => f.write_str("it is none of the words that may stand there"),
            Self::Repeated => f.write_str("two of its entries have the same name"),
        }
    }
}

/// Any file that somebody may drop onto the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum File {
    /// A receipt alone.
    Receipt(Receipt),
    /// An opening.
    Opening(Opening),
    /// An anchor proof.
    Anchor(AnchorProof),
    /// A receipt with openings and anchor proofs.
    Bundle(Bundle),
}

impl File {
    /// Reads a file of whatever kind.
    ///
    /// # Errors
    /// [`FileError`]; a manifest is [`FileError::OtherFormat`].
    pub fn parse(bytes: &[u8], crypto: &impl Crypto) -> Result<Self, FileError> {
        match Format::of(bytes)? {
            Format::Receipt => Receipt::from_file(bytes, crypto).map(Self::Receipt),
            Format::Opening => Opening::from_file(bytes).map(Self::Opening),
            Format::Anchor => AnchorProof::from_file(bytes).map(Self::Anchor),
            Format::Bundle => Bundle::from_file(bytes, crypto).map(Self::Bundle),
            Format::Manifest => Err(FileError::OtherFormat {
                expected: Format::Receipt,
                found: Format::Manifest,
            }),
        }
    }
}

/// `format` first, then strict canonical JSON, then `read`, then `write` must give the same bytes.
pub(crate) fn read_file<T>(
    bytes: &[u8],
    expected: Format,
    read: impl FnOnce(&Value) -> Result<T, FileError>,
    write: impl FnOnce(&T) -> Value,
) -> Result<T, FileError> {
    let found = Format::of(bytes)?;
    if found != expected {
        return Err(FileError::OtherFormat { expected, found });
    }
    let value = json::parse_canonical(bytes)?;
    let parsed = read(&value)?;
    if write(&parsed).to_canonical().as_bytes() == bytes {
        Ok(parsed)
    } else {
        Err(FileError::Json(JsonError {
            at: 0,
            fault: Fault::NotCanonical,
        }))
    }
}
