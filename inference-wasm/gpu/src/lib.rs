//! The Fast lane: ONNX models on WebGPU, by wonnx, as far as they are known to be right there.
//!
//! - [`lower`]: rewrites a model into what wonnx computes rightly, or refuses it with node and operator. Runs anywhere.
//! - `session` (in a browser): the lowered model on the device, its errors and the device's loss.
//! - `web` (in a browser): what the worker calls.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod lower;





