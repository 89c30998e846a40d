//! 1.1: canonical values, on their bits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_shared::item::{Item, ItemError, Name, NameError};
use countersign_shared::tensor::{canonicalise, DataType, Header, Tensor, TensorError};
use countersign_shared::Software;
use proptest::prelude::*;

fn canonical<const N: usize>(dtype: DataType, mut bytes: [u8; N]) -> [u8; N] {
    canonicalise(dtype, &mut bytes).unwrap();
    bytes
}

#[test]
fn special_values() {
    let f16 = |bits: u16| u16::from_le_bytes(canonical(DataType::Float16, bits.to_le_bytes()));
    for (bits, expected) in [
        (0x8000, 0),
        (0x7c00, 0x7c00),
        (0xfc00, 0xfc00),
        (0x7c01, 0x7e00),
        (0xffff, 0x7e00),
        (0x8001, 0x8001),
        (0x3c00, 0x3c00),
    ] {
        assert_eq!(f16(bits), expected, "{bits:x}");
    }
    let f32 = |bits: u32| u32::from_le_bytes(canonical(DataType::Float32, bits.to_le_bytes()));
    for (bits, expected) in [
        (0x8000_0000, 0),
        (0x7f80_0000, 0x7f80_0000),
        (0xff80_0000, 0xff80_0000),
        (0x7f80_0001, 0x7fc0_0000),
        (0xffff_ffff, 0x7fc0_0000),
        (0x8000_0001, 0x8000_0001),
    ] {
        assert_eq!(f32(bits), expected, "{bits:x}");
    }
    let f64 = |bits: u64| u64::from_le_bytes(canonical(DataType::Float64, bits.to_le_bytes()));
    for (bits, expected) in [
        (1 << 63, 0),
        (0x7ff0_0000_0000_0000, 0x7ff0_0000_0000_0000),
        (0xfff0_0000_0000_0001, 0x7ff8_0000_0000_0000),
        (u64::MAX, 0x7ff8_0000_0000_0000),
        ((1 << 63) | 1, (1 << 63) | 1),
    ] {
        assert_eq!(f64(bits), expected, "{bits:x}");
    }
    for dtype in [DataType::Int32, DataType::Uint8, DataType::Int64] {
        assert_eq!(canonical(dtype, [0xff; 8]), [0xff; 8]);
    }
    let error = TensorError::NotBool {
        element: 2,
        value: 2,
    };
    assert_eq!(
        Tensor::new(DataType::Bool, vec![3], vec![0, 1, 2]),
        Err(error)
    );
}

#[test]
fn sizes() {
    let length = |dims: &[u64]| Header::new(DataType::Float32, dims.to_vec()).map(|h| h.byte_len());
    assert_eq!(length(&[]), Ok(4));
    assert_eq!(length(&[2, 3]), Ok(24));
    assert_eq!(length(&[0, 3]), Ok(0));
    assert_eq!(length(&[1 << 62]), Err(TensorError::Overflow));
    // Whatever the order, and even with a zero among them.
    assert_eq!(length(&[u64::MAX, u64::MAX, 0]), Err(TensorError::Overflow));
    assert_eq!(length(&[0, u64::MAX, u64::MAX]), Err(TensorError::Overflow));
    assert_eq!(length(&vec![1; 255]), Ok(4));
    assert_eq!(length(&vec![1; 256]), Err(TensorError::Rank(256)));
    let error = TensorError::Length {
        expected: 8,
        found: 7,
    };
    assert_eq!(
        Tensor::new(DataType::Float32, vec![2], vec![0; 7]),
        Err(error)
    );
}

#[test]
fn refused_types_and_names() {
    // string, complex64, complex128, bfloat16, float8 and sub-byte types.
    for number in [0, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 255] {
        assert_eq!(DataType::from_number(number), None);
    }
    for dtype in DataType::ALL {
        assert_eq!(DataType::from_number(dtype.number()), Some(dtype));
        assert_eq!(DataType::from_name(dtype.name()), Some(dtype));
    }
    assert_eq!(Name::new(""), Err(NameError::Length(0)));
    assert_eq!(Name::new("x".repeat(256)), Err(NameError::Length(256)));
    assert!(Name::new("x".repeat(255)).is_ok());
    for control in ["a\u{0}", "\n", "\u{7f}", "\u{85}"] {
        assert_eq!(Name::new(control), Err(NameError::Control));
    }
}

#[test]
fn items_are_decoded_strictly() {
    let tensor = Tensor::new(DataType::Uint8, vec![2], vec![1, 2]).unwrap();
    let item = Item::tensor(Name::new("x").unwrap(), &tensor, &Software);
    let bytes = item.to_bytes();
    assert_eq!(Item::from_bytes(&bytes), Ok(item));
    for length in 0..bytes.len() {
        assert_eq!(Item::from_bytes(&bytes[..length]), Err(ItemError::Short));
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(Item::from_bytes(&longer), Err(ItemError::Trailing));
    let altered = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        Item::from_bytes(&bytes).unwrap_err()
    };
    assert_eq!(altered(0, 2), ItemError::Kind(2));
    assert_eq!(altered(3, 0xff), ItemError::NameEncoding);
    assert_eq!(altered(3, 7), ItemError::Name(NameError::Control));
    assert_eq!(altered(4, 8), ItemError::DataType(8));
    assert!(matches!(
        altered(6, 3),
        ItemError::Tensor(TensorError::Length { .. })
    ));
}

proptest! {
    /// Canonicalising twice changes nothing, and no canonical float is −0 or an odd NaN.
    #[test]
    fn canonicalising_is_idempotent(bits in prop::collection::vec(any::<u32>(), 0..20)) {
        let mut once: Vec<u8> = bits.iter().flat_map(|bits| bits.to_le_bytes()).collect();
        canonicalise(DataType::Float32, &mut once).unwrap();
        let mut twice = once.clone();
        canonicalise(DataType::Float32, &mut twice).unwrap();
        prop_assert_eq!(&once, &twice);
        for (before, after) in bits.iter().zip(once.chunks_exact(4)) {
            let after = f32::from_le_bytes(after.try_into().unwrap());
            let before = f32::from_bits(*before);
            if before.is_nan() {
                prop_assert_eq!(after.to_bits(), 0x7fc0_0000);
            } else if before == 0.0 {
                prop_assert_eq!(after.to_bits(), 0);
            } else {
                prop_assert_eq!(after.to_bits(), before.to_bits());
            }
        }
    }
}
