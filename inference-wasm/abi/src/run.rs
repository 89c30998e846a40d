//! Running a model.

use alloc::{string::String, vec::Vec};
use core::fmt;
use parity_scale_codec::{Decode, Encode};

use crate::NamedTensor;

/// What a run gets.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Input {
    /// The model's inputs, by name, in any order. The only kind for `tensors/1`.
    #[codec(index = 0)]
    Tensors(Vec<NamedTensor>),
    /// A file's bytes, for tasks with pre-processing (`magika/1`).
    #[codec(index = 1)]
    File(Vec<u8>),
    /// Several files, for tasks that take more than one (`text-recognition/1`: `file`, the picture, and `from`, the
    /// result of the run before).
    #[codec(index = 2)]
    Files(Vec<NamedFile>),
}

/// A file with the name under which it is committed to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NamedFile {
    /// `file`, `from`, or a name of the manifest's.
    pub name: String,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// The request of [`Op::Run`](crate::Op::Run).
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct RunRequest {
    /// What to run on.
    pub input: Input,
    /// The seed of all salts (PROTOCOL 2.4): 32 fresh random bytes per receipt, which the caller keeps secret and keeps.
    pub seed: [u8; 32],
}

impl fmt::Debug for RunRequest {
    /// Leaves the seed out: it must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunRequest")
            .field("input", &self.input)
            .finish_non_exhaustive()
    }
}

/// One item of a commitment (PROTOCOL 2.1), in the order of its leaves.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Item {
    /// Its name: the tensor's, `file` or `result`.
    pub name: String,
    /// The encoded item: kind, name, header, byte length, data root.
    pub encoded: Vec<u8>,
}

/// The response of [`Op::Run`](crate::Op::Run) and [`Op::Finish`](crate::Op::Finish).
///
/// Everything in it is canonical (PROTOCOL 1.1): what was committed is what is returned.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RunResponse {
    /// Whether the model was executed, once or more often. A task may know the answer without it (`magika/1`: an empty file); then
    /// `outputs` is empty and the output commitment covers `result` alone.
    pub executed: bool,
    /// The items under `input`, in the order of their leaves.
    pub input_items: Vec<Item>,
    /// The items under `output`, in the order of their leaves.
    pub output_items: Vec<Item>,
    /// The model's outputs, in the model's order; none if the task executes the model several times (PROTOCOL 2.1).
    pub outputs: Vec<NamedTensor>,
    /// The post-processed result: RFC 8785 JSON without floats. `None` for `tensors/1`.
    pub result: Option<Vec<u8>>,
    /// The commitment to the input (PROTOCOL 2.3, side 0).
    pub input: [u8; 32],
    /// The commitment to the output (PROTOCOL 2.3, side 1).
    pub output: [u8; 32],
}

/// The request of [`Op::Prepare`](crate::Op::Prepare).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PrepareRequest {
    /// What is to be run on.
    pub input: Input,
}

/// The response of [`Op::Prepare`](crate::Op::Prepare).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PrepareResponse {
    /// The canonical tensors to feed, in the model's order; `None` if the task knows the answer without the model
    /// (then [`FinishRequest::outputs`] must be `None` too). A task that executes the model several times has no such
    /// tensors: [`Op::Prepare`](crate::Op::Prepare) refuses it as [`ErrorCode::Unsupported`](crate::ErrorCode::Unsupported).
    pub tensors: Option<Vec<NamedTensor>>,
}

/// The request of [`Op::Finish`](crate::Op::Finish).
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct FinishRequest {
    /// The input that was given to [`Op::Prepare`](crate::Op::Prepare).
    pub input: Input,
    /// The model's outputs, computed elsewhere from the prepared tensors; `None` if there was nothing to compute.
    pub outputs: Option<Vec<NamedTensor>>,
    /// As in [`RunRequest::seed`].
    pub seed: [u8; 32],
}

impl fmt::Debug for FinishRequest {
    /// Leaves the seed out: it must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FinishRequest")
            .field("input", &self.input)
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
}
