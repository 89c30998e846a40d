//! The page's end: what the app calls.
//!
//! ```ignore
//! let worker = WorkerHandle::new(Assets::fetch("/assets/assets.json").await?);
//! worker.start(|progress| show(progress)).await?;                  // optional: the first call does it too
//! let info = worker.load_model(manifest, files, |progress| show(progress)).await?;
//! let outcome = worker.run(RunRequest { input, device, seed }, |progress| show(progress)).await?;
//! worker.cancel();                                                 // from anywhere, answers at once
//! ```
//!
//! A handle is cheap to clone; all clones mean the same worker. Requests are served one after the other.

mod assets;
mod download;
mod handle;
mod live;

pub use assets::{parse_digest, Asset, Assets};
pub use download::{download, Expected};
pub use handle::WorkerHandle;

use crate::{abi::NamedTensor, DeviceChoice};
use web_sys::Blob;

/// A model's file, from wherever the page has it: a download, a cache, a file that was dropped.
/// A `File` is a `Blob`. The worker checks length and SHA-256 against the manifest before anything else.
#[derive(Clone, Debug)]
pub struct ModelFile {
    /// Its path in the manifest.
    pub path: String,
    /// Its bytes, by reference.
    pub data: Blob,
}

/// What to run on.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file, for tasks with pre-processing. Only the worker reads it.
    File(Blob),
    /// The model's inputs.
    Tensors(Vec<NamedTensor>),
    /// Several files by name, for tasks that take the result of an earlier run too (`file` and `from`).
    Files(Vec<(String, Blob)>),
}

/// One run.
#[derive(Clone)]
pub struct RunRequest {
    /// What to run on.
    pub input: Input,
    /// Where to run.
    pub device: DeviceChoice,
    /// 32 fresh random bytes: the seed of the receipt's salts (PROTOCOL 2.4). The caller keeps it, and keeps it secret.
    pub seed: [u8; 32],
    /// The Exact lane, if it is that.
    pub exact: Option<crate::ExactRun>,
}
