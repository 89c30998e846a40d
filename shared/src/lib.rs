//! Countersign's identifiers, encodings, digests and verification rules, written once.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![warn(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "software")]
pub mod account;
pub mod attester;
mod base64url;
#[cfg(feature = "scale")]
pub mod chain;
pub mod cid;
pub mod commit;
pub mod crypto;
pub mod deploy;
pub mod eas;
pub mod eip712;
pub mod files;
pub mod hex;
pub mod id;
pub mod item;
pub mod json;
pub mod manifest;
pub mod merkle;
mod model;
mod number;
pub mod receipt;
pub mod reference;
#[cfg(feature = "software")]
pub mod sign;
pub mod signature;
pub mod status;
pub mod tensor;
pub mod text;

pub use attester::{Attester, Lane};
pub use crypto::Crypto;
#[cfg(feature = "software")]
pub use crypto::Software;
