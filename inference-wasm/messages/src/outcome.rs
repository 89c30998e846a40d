//! What the worker answers.

use countersign_abi::{Description, Item, NamedTensor};
use parity_scale_codec::{Decode, Encode};

use crate::{Device, Lane, Reason, Sha256};

/// One finished run: all that a receipt and a result view need.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RunOutcome {
    /// Where it ran.
    pub device: Device,
    /// Why there.
    pub reason: Reason,
    /// The adapter's name, for runs on the GPU.
    pub adapter: Option<String>,
    /// The SHA-256 of the module that executed the model: the engine's, or the GPU module's (PROTOCOL 3.4).
    pub engine: Sha256,
    /// Whether the model was executed; `false` where the task knows the answer without it (an empty file).
    pub executed: bool,
    /// The commitment to the input (PROTOCOL 2.3, side 0).
    pub input: Sha256,
    /// The commitment to the output (PROTOCOL 2.3, side 1).
    pub output: Sha256,
    /// The items under `input`, in the order of their leaves.
    pub input_items: Vec<Item>,
    /// The items under `output`, in the order of their leaves.
    pub output_items: Vec<Item>,
    /// The model's outputs, canonical, in the model's order.
    pub outputs: Vec<NamedTensor>,
    /// The post-processed result, RFC 8785 JSON; `None` for tasks without post-processing.
    pub result: Option<Vec<u8>>,
    /// How long everything took.
    pub timings: Timings,
    /// What the worker holds.
    pub memory: Memory,
    /// Whether it was a run of the Exact lane: the model's file compiles to the registered program, and what went in and
    /// came out are its inputs and outputs.
    pub exact: bool,
    /// The first element of the input that the Exact lane does not take; only where that was asked for.
    pub outside: Option<Outside>,
}

/// An element of an input that is no integer in the interval that the model declares (EXACT 1.2).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Outside {
    /// The input's name.
    pub input: String,
    /// The element's number, row-major, from 0.
    pub element: u32,
    /// The least value.
    pub lo: i32,
    /// The greatest value.
    pub hi: i32,
}

impl RunOutcome {
    /// The lane of a receipt for this run.
    pub const fn lane(&self) -> Lane {
        if self.exact {
            Lane::Exact
        } else {
            self.device.lane()
        }
    }
}

/// Wall-clock times in microseconds. A stage that did not happen is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Timings {
    /// Reading and loading the model where this run had to (a first run on the GPU, a restart).
    pub load: u64,
    /// Comparing the GPU with the engine; once per model and device.
    pub self_test: u64,
    /// Turning the input into tensors. On the engine this is part of `run`.
    pub prepare: u64,
    /// Executing the model.
    pub run: u64,
    /// Post-processing and commitments. On the engine this is part of `run`.
    pub commit: u64,
    /// From the request's arrival in the worker to the answer.
    pub total: u64,
}

/// Linear memory in bytes, as far as the worker can see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Memory {
    /// The engine's.
    pub engine: u64,
    /// The worker module's own.
    pub worker: u64,
    /// The GPU module's; 0 where it is not loaded. Buffers on the GPU are not counted.
    pub gpu: u64,
}

/// A model that was checked and loaded.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ModelInfo {
    /// The SHA-256 of the manifest's bytes; zero for a model without one ([`Request::Bare`](crate::Request::Bare)).
    pub manifest: Sha256,
    /// What the engine says about the model.
    pub description: Description,
    /// Microseconds for reading, hashing and loading.
    pub load: u64,
}

/// What the browser says about WebGPU, before anything is downloaded for it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum GpuProbe {
    /// There is an adapter.
    Available {
        /// Vendor, architecture and description as far as the browser tells them; may be empty.
        adapter: String,
        /// Whether it is a program that stands in for graphics hardware.
        software: bool,
    },
    /// There is none.
    Unavailable(crate::Fallback),
}
