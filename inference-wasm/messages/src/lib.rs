//! What the page and its worker say to one another.
//!
//! A message is a small SCALE-encoded head ([`Request`], [`Event`]) and, from the page to the worker, a list of `Blob`s that the
//! head refers to by position. Blobs cross by reference: model files and the user's own file are read by the worker
//! alone, so the page never holds their bytes, and a worker that was cancelled or has crashed is given them again
//! at no cost.
//!
//! - This crate's root: the messages, for both ends, testable anywhere.
//! - `js`: the messages as JavaScript values.
//! - `page`: [`page::WorkerHandle`], all that the app has to know of the worker.
//!
//! What the worker answers is what ran (R1): it computes commitments from the tensors that it fed and got, and it
//! executes nothing whose bytes do not hash to the digest that it was told to expect (R2).

mod device;
mod error;
mod lie;
mod outcome;
mod progress;
mod wire;

#[cfg(feature = "js")]
pub mod js;
#[cfg(feature = "page")]
pub mod page;

pub use countersign_abi as abi;
pub use device::{Device, DeviceChoice, Fallback, Lane, Reason};
pub use error::{ErrorCode, RunError};
pub use lie::{Leaf, Lie, Next, Output, Part, Proof, Scene, Staged, Staging, Term, Turn};
pub use outcome::{GpuProbe, Memory, ModelInfo, Outside, RunOutcome, Timings};
pub use progress::{Progress, Stage};
pub use wire::{Answer, Event, ExactRun, InputHead, Request, MAX_INPUT_BYTES, MAX_MANIFEST_BYTES};

/// SHA-256 of some bytes.
pub type Sha256 = [u8; 32];

/// A digest as people and files write it: `0x` and 64 lower-case digits.
pub fn hex(digest: &[u8]) -> String {
    use core::fmt::Write as _;
    let mut text = String::with_capacity(2 + digest.len() * 2);
    text.push_str("0x");
    for byte in digest {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests;
