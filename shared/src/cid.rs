//! CIDv1 of a file's bytes: codec raw, SHA-256, base32. A gateway's name for a file of one block.

use crate::id::FileHash;
use alloc::string::String;
use alloc::vec::Vec;

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Version 1, codec raw, multihash SHA-256 of 32 bytes.
const HEAD: [u8; 4] = [0x01, 0x55, 0x12, 0x20];

/// The CID's bytes.
#[must_use]
pub fn to_bytes(hash: &FileHash) -> Vec<u8> {
    [HEAD.as_slice(), hash.as_ref()].concat()
}

/// The CID's text: `b` and 58 characters.
#[must_use]
pub fn to_text(hash: &FileHash) -> String {
    let mut text = String::from("b");
    for group in to_bytes(hash).chunks(5) {
        let mut bits = 0_u64;
        for position in 0..5 {
            bits = (bits << 8) | u64::from(group.get(position).copied().unwrap_or(0));
        }
        let digits = group.len().saturating_mul(8).div_ceil(5);
        for shift in [35_u32, 30, 25, 20, 15, 10, 5, 0].into_iter().take(digits) {
            let digit = usize::try_from((bits >> shift) & 31).unwrap_or(0);
            text.push(char::from(ALPHABET.get(digit).copied().unwrap_or(b'a')));
        }
    }
    text
}

/// The hash in a CID's text; `None` unless [`to_text`] writes exactly this text.
#[must_use]
pub fn from_text(text: &str) -> Option<FileHash> {
    let mut bytes = Vec::with_capacity(36);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for character in text.strip_prefix('b')?.bytes() {
        let digit = ALPHABET.iter().position(|other| *other == character)?;
        bits = ((bits << 5) | u32::try_from(digit).ok()?) & 0xfff;
        count = count.saturating_add(5);
        if let Some(rest) = count.checked_sub(8) {
            count = rest;
            bytes.push(u8::try_from((bits >> rest) & 0xff).ok()?);
        }
    }
    let hash = FileHash::new(bytes.strip_prefix(&HEAD)?.try_into().ok()?);
    (to_text(&hash) == text).then_some(hash)
}
