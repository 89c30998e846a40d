//! base64url without padding (RFC 4648, section 5), read strictly.

use alloc::string::String;
use alloc::vec::Vec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Encodes without padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for group in bytes.chunks(3) {
        let mut bits = 0_u32;
        for position in 0..3 {
            bits = (bits << 8) | u32::from(group.get(position).copied().unwrap_or(0));
        }
        for shift in [18_u32, 12, 6, 0]
            .into_iter()
            .take(group.len().saturating_add(1))
        {
            let digit = usize::try_from((bits >> shift) & 63).unwrap_or(0);
            text.push(char::from(ALPHABET.get(digit).copied().unwrap_or(b'A')));
        }
    }
    text
}

/// Decodes exactly what [`encode`] writes; `None` for padding, other characters, an impossible
/// length, or bits left over that are not zero.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len().div_ceil(4).saturating_mul(3));
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for character in group {
            let digit = ALPHABET.iter().position(|other| other == character)?;
            bits = (bits << 6) | u32::try_from(digit).ok()?;
        }
        let (count, bits) = match group.len() {
            4 => (3, bits),
            3 if bits & 0b11 == 0 => (2, bits << 6),
            2 if bits & 0b1111 == 0 => (1, bits << 12),
            _ => return None,
        };
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(count));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    /// RFC 4648, section 10, without padding.
    #[test]
    fn known_texts() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
    }

    /// One text per value: no padding, no other alphabet, no bits left over.
    #[test]
    fn strict() {
        for text in [
            "Zg==", "Zh", "Zm9", "Z", "Zm9vY", "Zm+v", "Zm/v", "Zm 8", "Zm8\n", "Zmé",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
