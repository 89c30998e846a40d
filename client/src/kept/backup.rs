//! An encrypted backup of kept receipts. The cipher is the caller's (a browser's WebCrypto); what is encrypted and what
//! stands before it is decided here.
//!
//! ```text
//! "countersign/backup" ‖ version u8 = 1 ‖ rounds u32be ‖ salt (16) ‖ nonce (12) ‖ AES-256-GCM ciphertext with its tag (16)
//! ```
//!
//! The key is PBKDF2-HMAC-SHA-256 of the passphrase (UTF-8) with `salt` and `rounds`, 32 bytes; everything before the
//! ciphertext is its additional data, so no bit of it can be changed. The plain text is RFC 8785:
//! `{"format":"countersign/backup/1","receipts":[…]}` with `countersign/kept/1` objects.

use super::file::closed;
use super::{Kept, KeptError};
use core::fmt;
use countersign_shared::json::{self, Value};

const MAGIC: &[u8; 18] = b"countersign/backup";
const VERSION: u8 = 1;
const FORMAT: &str = "countersign/backup/1";
/// Rounds of PBKDF2 that this program writes (OWASP's figure for HMAC-SHA-256).
pub const ROUNDS: u32 = 600_000;
/// More rounds than this would hold a browser for minutes.
const MAX_ROUNDS: u32 = 10_000_000;
/// Length of the tag behind the ciphertext, in bytes.
const TAG: usize = 16;
/// Greater backups are refused unread, in bytes.
pub const MAX_BYTES: usize = 256 << 20;
/// Bytes before the ciphertext.
const HEADER: usize = 18 + 1 + 4 + 16 + 12;

/// What stands before the ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Rounds of PBKDF2.
    pub rounds: u32,
    /// Its salt.
    pub salt: [u8; 16],
    /// The cipher's nonce: never used twice with one key.
    pub nonce: [u8; 12],
}

/// Why a backup cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub enum BackupError {
    /// It is none.
    NotOurs,
    /// A newer program wrote it.
    Unsupported(u8),
    /// Its rounds are out of the range that is safe and bearable.
    Rounds(u32),
    /// Cut off.
    Short,
    /// Longer than any.
    TooLarge,
    /// What was encrypted is no list of receipts.
    Contents,
    /// One of its receipts cannot be read.
    Receipt {
        /// Its place, from 1.
        place: usize,
        /// Why.
        error: KeptError,
    },
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOurs => f.write_str("This file is not a backup of receipts."),
            Self::Unsupported(version) => write!(
                f,
                "This backup has version {version}, which this page does not know. A newer one may; nothing is wrong with the file."
            ),
            Self::Rounds(rounds) => write!(
                f,
                "This backup asks for {rounds} rounds of key derivation, which is outside of what this page takes. It was not made by it, or was altered."
            ),
            Self::Short => f.write_str("This backup is cut off: it is shorter than any backup."),
            Self::TooLarge => f.write_str("This file is longer than any backup that this page takes."),
            Self::Contents => f.write_str("The backup was opened, and holds no list of receipts."),
            Self::Receipt { place, error } => {
                write!(f, "Receipt {place} in the backup cannot be read: {error}. Nothing was imported.")
            }
        }
    }
}

impl core::error::Error for BackupError {}

impl Header {
    /// The bytes before the ciphertext; also its additional data.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.rounds.to_be_bytes());
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(&self.nonce);
        bytes
    }

    /// Reads a backup's header; the rest is the ciphertext.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn read(file: &[u8]) -> Result<(Self, &[u8]), BackupError> {
        if file.len() > MAX_BYTES {
            return Err(BackupError::TooLarge);
        }
        let rest = file.strip_prefix(MAGIC).ok_or(BackupError::NotOurs)?;
        let (version, rest) = rest.split_first().ok_or(BackupError::Short)?;
        if *version != VERSION {
            return Err(BackupError::Unsupported(*version));
        }
        let (rounds, rest) = rest.split_first_chunk::<4>().ok_or(BackupError::Short)?;
        let (salt, rest) = rest.split_first_chunk::<16>().ok_or(BackupError::Short)?;
        let (nonce, rest) = rest.split_first_chunk::<12>().ok_or(BackupError::Short)?;
        if rest.len() < TAG {
            return Err(BackupError::Short);
        }
        let rounds = u32::from_be_bytes(*rounds);
        if !(ROUNDS..=MAX_ROUNDS).contains(&rounds) {
            return Err(BackupError::Rounds(rounds));
        }
        let header = Self {
            rounds,
            salt: *salt,
            nonce: *nonce,
        };
        Ok((header, rest))
    }
}

/// What is encrypted.
#[must_use]
pub fn contents(receipts: &[Kept]) -> Vec<u8> {
    let receipts = receipts.iter().map(Kept::to_json).collect();
    let value = Value::from([
        ("format", FORMAT.into()),
        ("receipts", Value::Array(receipts)),
    ]);
    value.to_canonical().into_bytes()
}

/// Reads what was encrypted: every receipt or none.
///
/// # Errors
/// [`BackupError::Contents`], [`BackupError::Receipt`].
pub fn read_contents(bytes: &[u8]) -> Result<Vec<Kept>, BackupError> {
    let value = json::parse_canonical(bytes).map_err(|_| BackupError::Contents)?;
    let object = value.as_object().ok_or(BackupError::Contents)?;
    closed(object, &["format", "receipts"], "format").map_err(|_| BackupError::Contents)?;
    if object.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(BackupError::Contents);
    }
    let receipts = object.get("receipts").and_then(Value::as_array);
    let receipts = receipts.ok_or(BackupError::Contents)?.iter().enumerate();
    receipts
        .map(|(place, value)| {
            let place = place.saturating_add(1);
            Kept::from_json(value).map_err(|error| BackupError::Receipt { place, error })
        })
        .collect()
}
