//! The web worker that the page talks to by `countersign-messages`.
//!
//! It executes nothing whose bytes do not hash to the digest that it was told to expect (R2), and what it answers is what ran:
//! the commitments come from the engine, over the very tensors that were fed and came out (R1). It has no network: the
//! bootstrap that the page puts before it takes that away before this module exists (P1).
//!
//! - [`manifest`]: a manifest as the engine's load request.
//! - [`compare`]: whether the GPU agrees with the engine.
//! - [`known`]: known answers that a manifest lists.
//! - [`liar`]: a false claim and both players of the game about it.
//! - [`probe`]: the fixed inputs of the self-test.
//! - in a browser: `blob` (reading and hashing), `engine` and `gpu` (the two modules), `model`, `run`, `selftest`, `serve`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod compare;
pub mod known;
pub mod liar;
pub mod manifest;
pub mod probe;

#[cfg(target_arch = "wasm32")]
mod blob;
#[cfg(target_arch = "wasm32")]
mod engine;
#[cfg(target_arch = "wasm32")]
mod exact;
#[cfg(target_arch = "wasm32")]
mod gpu;
#[cfg(target_arch = "wasm32")]
mod lie;
#[cfg(target_arch = "wasm32")]
mod model;
#[cfg(target_arch = "wasm32")]
mod run;
#[cfg(target_arch = "wasm32")]
mod selftest;
#[cfg(target_arch = "wasm32")]
mod serve;
