//! Lower-case hexadecimal with the `0x` prefix, the only form that Countersign writes or reads.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Why a text is not the hexadecimal that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// The text does not begin with `0x`.
    Prefix,
    /// A character other than `0-9` and `a-f`; capitals are refused too.
    Digit,
    /// The number of bytes differs from the one asked for, or half a byte is left over.
    Length,
}

impl fmt::Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prefix => "the hexadecimal text does not begin with 0x",
            Self::Digit => "the hexadecimal text holds a character other than 0-9 and a-f",
            Self::Length => "the hexadecimal text has the wrong length",
        })
    }
}

impl core::error::Error for HexError {}

fn digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble & 0x0f), 16).unwrap_or('0')
}

/// Writes `bytes` without a prefix.
pub fn write_bare(f: &mut impl fmt::Write, bytes: &[u8]) -> fmt::Result {
    for byte in bytes {
        f.write_char(digit(byte >> 4))?;
        f.write_char(digit(*byte))?;
    }
    Ok(())
}

/// `0x` and two lower-case digits per byte.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2).saturating_add(2));
    text.push_str("0x");
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(*byte));
    }
    text
}

fn value(character: u8) -> Result<u8, HexError> {
    match character {
        b'0'..=b'9' => Ok(character.wrapping_sub(b'0')),
        b'a'..=b'f' => Ok(character.wrapping_sub(b'a').wrapping_add(10)),
        _ => Err(HexError::Digit),
    }
}

/// Reads `0x` and an even number of lower-case digits.
///
/// # Errors
/// [`HexError`] for anything else.
pub fn decode(text: &str) -> Result<Vec<u8>, HexError> {
    let digits = text.strip_prefix("0x").ok_or(HexError::Prefix)?.as_bytes();
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks(2) {
        match pair {
            [high, low] => bytes.push((value(*high)? << 4) | value(*low)?),
            _ => return Err(HexError::Length),
        }
    }
    Ok(bytes)
}

/// Reads exactly `N` bytes.
///
/// # Errors
/// [`HexError`] for anything else.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    decode(text)?.try_into().map_err(|_| HexError::Length)
}
