//! What both contracts stand on, and the only place that touches the host.
//!
//! - [`store`]: cells of typed keys and values behind a trait, so that the rules run on a chain and in
//!   plain tests alike;
//! - [`list`]: append-only lists made of such cells, read in pages;
//! - [`host`]: that trait and [`countersign_shared::crypto::Crypto`] by the functions of pallet-contracts.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::arithmetic_side_effects))]

pub mod host;
pub mod list;
pub mod store;

/// What an accepted message answers, and whether it changed anything: repeating it does not (C3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect<T> {
    /// The answer for the caller.
    pub answer: T,
    /// Whether something was written, which is when an event is due.
    pub changed: bool,
}

impl<T> Effect<T> {
    /// Something was written.
    pub const fn new(answer: T) -> Self {
        Self {
            answer,
            changed: true,
        }
    }

    /// All stood there already.
    pub const fn repeated(answer: T) -> Self {
        Self {
            answer,
            changed: false,
        }
    }
}
