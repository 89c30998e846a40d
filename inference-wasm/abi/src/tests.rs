//! Tests of the encodings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use alloc::{string::ToString, vec};

#[test]
fn element_types_are_encoded_as_onnx_codes() {
    for kind in ElementType::ALL {
        assert_eq!(kind.encode(), vec![kind.code()]);
        assert_eq!(ElementType::from_code(kind.code()), Some(kind));
        assert_eq!(ElementType::from_name(kind.name()), Some(kind));
    }
    assert_eq!(ElementType::from_code(8), None);
}

#[test]
fn requests_survive_the_way() {
    let request = RunRequest {
        input: Input::Tensors(vec![NamedTensor {
            name: "x".to_string(),
            dtype: ElementType::I64,
            dims: vec![2],
            data: vec![0; 16],
        }]),
        seed: [7; 32],
    };
    assert_eq!(
        decode_all::<RunRequest>(&request.encode()).unwrap(),
        request
    );
    let mut longer = request.encode();
    longer.push(0);
    assert_eq!(
        decode_all::<RunRequest>(&longer).unwrap_err().code,
        ErrorCode::Request
    );
}

#[test]
fn the_seed_stays_out_of_debug_output() {
    let request = RunRequest {
        input: Input::File(vec![]),
        seed: [0xAB; 32],
    };
    let shown = alloc::format!("{request:?}");
    assert!(!shown.contains("171") && !shown.to_lowercase().contains("ab, "));
}

#[test]
fn operations_have_fixed_numbers() {
    for number in 1..=7 {
        assert_eq!(Op::from_number(number).unwrap() as u32, number);
    }
    assert_eq!(Op::from_number(0).unwrap_err().code, ErrorCode::Request);
}
