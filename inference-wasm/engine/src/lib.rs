//! The deterministic CPU engine (the Replay lane): executes ONNX models from the input's bytes to the commitments.
//!
//! # Why the same bits come out everywhere
//! One thread; every sum in a fixed order; IEEE 754 operations with one rounding each, never fused or relaxed;
//! mathematical functions from the crate `libm`, not from the platform; no decision that rests on a NaN's bits or sign;
//! tensors that leave or enter are canonical (PROTOCOL 1.1). Types are never narrowed: int64 stays int64.
//!
//! # Never silently wrong
//! Every node is checked against ONNX's own definition, then against the table of what is computed here
//! ([`supported`]). What is not in both is refused with node, operator and reason.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod budget;
mod call;
mod commit;
mod engine;
mod exec;
mod host;
mod kernel;
mod op;
#[cfg(test)]
mod plain;
mod shape;
mod table;
mod task;
#[cfg(target_family = "wasm")]
mod wasm;

pub use engine::Engine;
pub use host::answer;
pub use table::{supported, Supported, Types};
