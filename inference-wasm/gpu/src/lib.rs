//! The Fast lane: ONNX models on WebGPU, by wonnx, as far as they are known to be right there.
//!
//! - [`lower`]: rewrites a model into what wonnx computes rightly, or refuses it with node and operator. Runs anywhere.
//! - [`feed`]: tensors to what the lowered model is fed with, and back.
//! - `session` (in a browser): the lowered model on the device, the device's errors and its loss.
//! - `web` (in a browser): what the worker calls.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod feed;
pub mod lower;

#[cfg(target_arch = "wasm32")]
mod session;
#[cfg(target_arch = "wasm32")]
mod web;
