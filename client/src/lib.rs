//! Countersign's side of the chain, and the verdict on a receipt, for the page (wasm32) and the command line alike.
//!
//! - [`transport`], [`rpc`], [`chain`]: JSON-RPC, and what a chain shows at a block
//! - [`contracts`], [`extrinsic`], [`signer`], [`submit`]: contract messages, read or sent
//! - [`cost`]: what a message will cost
//! - [`deploy`]: putting contracts on a chain
//! - [`deployed`], [`deploy`]: the contracts of a deployment, and how they get there
//! - [`kept`]: receipts in their owner's keeping, their batches and backups
//! - [`explore`]: what an explorer shows, from plain RPC
//! - [`stake`]: putting a receipt at stake
//! - [`lists`]: the deployments and engines that a verifier ships with
//! - [`unit`]: how amounts are said
//! - [`verify`](mod@verify), [`messages`], [`language`]: the verdict on a receipt and its words
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod chain;
pub mod contracts;
pub mod cost;
pub mod deploy;
pub mod deployed;
mod error;
pub mod explore;
pub mod extrinsic;
mod handover;
pub mod kept;
pub mod language;
pub mod lists;
pub mod messages;
pub mod metadata;
pub mod npy;
mod plain;
pub mod rpc;
pub mod signer;
pub mod stake;
pub mod submit;
pub mod transport;
pub mod unit;
pub mod verify;

pub use chain::Chain;
pub use error::{ChainError, Expected, Outcome};
pub use plain::plain;
pub use transport::{RpcError, Transport};
pub use verify::verify;
