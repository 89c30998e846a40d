//! SS58: how Substrate shows accounts. For display and input only, never signed (4.5).

use crate::id::AccountId;
use alloc::string::String;
use alloc::vec::Vec;
use blake2::{Blake2b512, Digest as _};
use core::fmt;

/// The prefix of chains without one of their own.
pub const GENERIC_PREFIX: u16 = 42;

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Why a text is no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ss58Error {
    /// A character that base58 does not have.
    Character,
    /// Not an account of 32 bytes.
    Length,
    /// A prefix in a form that nobody writes.
    Prefix,
    /// The checksum fails: mistyped.
    Checksum,
}

impl fmt::Display for Ss58Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Character => "the account holds a character that SS58 does not use",
            Self::Length => "the account has the wrong length for SS58",
            Self::Prefix => "the account's SS58 prefix is malformed",
            Self::Checksum => "the account's checksum fails; was it mistyped?",
        })
    }
}

impl core::error::Error for Ss58Error {}

fn checksum(body: &[u8]) -> [u8; 2] {
    let hash = Blake2b512::new()
        .chain_update(b"SS58PRE")
        .chain_update(body)
        .finalize();
    let mut bytes = [0; 2];
    for (to, from) in bytes.iter_mut().zip(hash) {
        *to = from;
    }
    bytes
}

/// The text of an account under a chain's prefix; `None` above 16383, the greatest prefix.
#[must_use]
pub fn encode(account: &AccountId, prefix: u16) -> Option<String> {
    let mut body = match prefix {
        0..=63 => Vec::from([u8::try_from(prefix).ok()?]),
        64..=16_383 => {
            let [high, low] = prefix.to_be_bytes();
            Vec::from([(low >> 2) | 0b0100_0000, high | (low << 6)])
        }
        _ => return None,
    };
    body.extend_from_slice(account.as_ref());
    let sum = checksum(&body);
    body.extend_from_slice(&sum);
    Some(base58_encode(&body))
}

/// The account and the prefix of a text.
///
/// # Errors
/// [`Ss58Error`].
pub fn decode(text: &str) -> Result<(AccountId, u16), Ss58Error> {
    // 2 bytes of prefix, 32 of account, 2 of checksum have at most 50 digits.
    if text.len() > 50 {
        return Err(Ss58Error::Length);
    }
    let bytes = base58_decode(text).ok_or(Ss58Error::Character)?;
    let (prefix, prefix_length) = match bytes.as_slice() {
        [first @ 0..=63, ..] => (u16::from(*first), 1),
        [first @ 64..=127, second, ..] => {
            let low = (first << 2) | (second >> 6);
            let high = second & 0b0011_1111;
            (u16::from_be_bytes([high, low]), 2)
        }
        _ => return Err(Ss58Error::Prefix),
    };
    if prefix_length == 2 && prefix < 64 {
        return Err(Ss58Error::Prefix);
    }
    let end = bytes.len().checked_sub(2).ok_or(Ss58Error::Length)?;
    let (body, sum) = bytes.split_at_checked(end).ok_or(Ss58Error::Length)?;
    let account = body.get(prefix_length..).ok_or(Ss58Error::Length)?;
    let account: [u8; 32] = account.try_into().map_err(|_| Ss58Error::Length)?;
    if checksum(body) != sum {
        return Err(Ss58Error::Checksum);
    }
    Ok((AccountId::new(account), prefix))
}

fn base58_encode(bytes: &[u8]) -> String {
    // Digits of the number in base 58, least significant first.
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry = carry.saturating_add(u32::from(*digit) << 8);
            *digit = u8::try_from(carry % 58).unwrap_or(0);
            carry /= 58;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 58).unwrap_or(0));
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let leading = core::iter::repeat_n(0, zeros);
    leading
        .chain(digits.into_iter().rev())
        .filter_map(|digit| ALPHABET.get(usize::from(digit)).copied().map(char::from))
        .collect()
}

fn base58_decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::new();
    for character in text.bytes() {
        let digit = ALPHABET.iter().position(|other| *other == character)?;
        let mut carry = u32::try_from(digit).ok()?;
        for byte in &mut bytes {
            carry = carry.saturating_add(u32::from(*byte).saturating_mul(58));
            *byte = u8::try_from(carry & 0xff).unwrap_or(0);
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push(u8::try_from(carry & 0xff).unwrap_or(0));
            carry >>= 8;
        }
    }
    let zeros = text
        .bytes()
        .take_while(|character| *character == b'1')
        .count();
    bytes.extend(core::iter::repeat_n(0, zeros));
    bytes.reverse();
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{base58_encode, checksum, decode, Ss58Error};
    use alloc::vec;

    /// One text per account and prefix: a small prefix is not written in two bytes.
    #[test]
    fn prefixes_have_one_form() {
        for prefix in [0_u8, 42, 63] {
            let mut body = vec![(prefix >> 2) | 0b0100_0000, prefix << 6];
            body.extend_from_slice(&[7; 32]);
            let sum = checksum(&body);
            body.extend_from_slice(&sum);
            assert_eq!(decode(&base58_encode(&body)), Err(Ss58Error::Prefix));
        }
    }
}
