//! Sizes that once ended in a panic, an endless loop or too much memory.
#![allow(clippy::unwrap_used)]

use countersign_onnx::{Data, Tensor};

#[test]
fn a_tensor_without_elements_has_small_dimensions() {
    assert!(Tensor::new(vec![1, 32, 0, 128], Data::F32(Vec::new())).is_some());
    assert!(Tensor::new(vec![1 << 31, 1 << 31, 0], Data::F32(Vec::new())).is_none());
}
