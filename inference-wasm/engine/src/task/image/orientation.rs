//! The orientation in EXIF data (EXIF 2.3, tag 0x0112): the only thing that is read of it.

/// 1 to 8; 1 (upright) if there is none, or the data are damaged.
pub(super) fn read(exif: &[u8]) -> u16 {
    find(exif)
        .filter(|value| (1..=8).contains(value))
        .unwrap_or(1)
}

fn find(exif: &[u8]) -> Option<u16> {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let little = match tiff.get(..4)? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let two = |at: usize| -> Option<u16> {
        let bytes = [*tiff.get(at)?, *tiff.get(at.checked_add(1)?)?];
        Some(if little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    };
    let four = |at: usize| -> Option<usize> {
        let (first, second) = (two(at)?, two(at.checked_add(2)?)?);
        let (high, low) = if little {
            (second, first)
        } else {
            (first, second)
        };
        usize::try_from(u32::from(high) << 16 | u32::from(low)).ok()
    };
    let directory = four(4)?;
    for entry in 0..usize::from(two(directory)?) {
        let at = directory.checked_add(2 + 12 * entry)?;
        // One value of the type SHORT.
        if two(at)? == 0x0112 && two(at + 2)? == 3 && four(at + 4)? == 1 {
            return two(at + 8);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orientation_is_read_in_both_byte_orders() {
        let little = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0";
        assert_eq!((read(little), read(big)), (6, 3));
        for end in 0..little.len() - 3 {
            assert_eq!(read(&little[..end]), 1);
        }
        assert_eq!(read(b"II\x2a\0\xff\xff\xff\xff"), 1);
    }
}
