//! Countersign's rules (PROTOCOL 1 to 5, EXACT), written once: identifiers, encodings, digests, files,
//! verification. Everything else, the contracts included, calls them.
//!
//! Without the feature `software` the crate brings no cryptography: every function that needs
//! some takes a [`Crypto`], so that contracts supply their host's. No floating point, no
//! `unsafe`, no panics: every fault is a typed reason whose `Display` is a plain sentence.
//!
//! | module | PROTOCOL | what |
//! | --- | --- | --- |
//! | [`id`], [`attester`] | 4.5 | a type per identifier, [`EthAddress`](id::EthAddress) with EIP-55, [`Attester`], [`Lane`] |
//! | [`tensor`], [`item`] | 1, 2.1 | canonical tensors, data roots (also piece by piece), committed items |
//! | [`commit`] | 2.2 to 2.4 | [`Committed`](commit::Committed): salts, commitment, openings |
//! | [`merkle`] | 5.4 | RFC 6962 roots and paths |
//! | [`manifest`] | 3.1, 3.2 | `countersign/manifest/1`; `ModelId::compute` |
//! | [`kat`] | 3.1 | a model's known answers |
//! | [`json`] | 3.1, 4.9 | strict I-JSON and RFC 8785 |
//! | [`deploy`], [`eip712`], [`typed_data`], [`text`] | 4.1 to 4.3, 4.7, 5.3, 5.6 | what wallets sign |
//! | [`signature`] | 4.6 | signatures and the rules that make them count |
//! | [`receipt`] | 4.1, 4.8 | [`Receipt`](receipt::Receipt), and [`Verified`](receipt::Verified), which only verification mints |
//! | [`files`] | 4.9 | receipts, openings, anchor proofs, bundles, links |
//! | [`mod@reference`] | 4.1 | whether a receipt truly used an earlier one's result |
//! | [`status`] | 5.5, 5.6 | the verdict on a receipt, for contract and client |
//! | [`eas`], [`account`], [`cid`] | 4.5, 4.8 | EAS's attestations, SS58, CIDs: how others show things |
//! | [`sign`] | 4.6, 4.7 | signing without a wallet (feature `software`) |
//! | [`exact`] | EXACT | programs, proofs and the game of the Exact lane |
//! | `chain` | 5 | the contracts' messages in SCALE (feature `scale`) |
//! | `disputes` | EXACT 5, 6 | the messages, records and ledger of the disputes contract (feature `scale`) |
//!
//! The way of one run: build [`item::Item`]s, commit to each side with
//! [`commit::Committed::new`], state it in a [`receipt::Statement`], let a wallet sign
//! [`typed_data::receipt`] or [`text::receipt`], read its answer with
//! [`signature::Signature::from_ethereum_wallet`] or
//! [`from_substrate_wallet`](signature::Signature::from_substrate_wallet), and call
//! [`Receipt::verify`](receipt::Receipt::verify) before anything is kept. A verifier begins with
//! [`files::File::parse`] or [`files::Bundle::from_link`].
//!
//! ```
//! # #[cfg(feature = "software")] {
//! use countersign_shared::commit::{Committed, Side};
//! use countersign_shared::id::Seed;
//! use countersign_shared::item::{Item, Name};
//! use countersign_shared::Software;
//!
//! let file = Item::file(Name::new(Name::FILE)?, b"what was fed", &Software);
//! let seed = Seed::new([7; 32]); // fresh random bytes, kept by the user
//! let input = Committed::new(Side::Input, &seed, vec![file], &Software)?;
//! assert_eq!(input.count(), 1);
//! # }
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![warn(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic
)]

extern crate alloc;

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
#[cfg(feature = "scale")]
pub mod disputes;
pub mod eas;
pub mod eip712;
pub mod exact;
pub mod files;
pub mod hex;
pub mod id;
pub mod item;
pub mod json;
pub mod kat;
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
pub mod typed_data;

pub use attester::{Attester, Lane};
pub use crypto::Crypto;
#[cfg(feature = "software")]
pub use crypto::Software;
