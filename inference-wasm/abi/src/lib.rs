//! The messages of the Countersign engine, for the module itself and for everybody who hosts it.
//!
//! # The module's exports (normative)
//!
//! The engine is one WebAssembly module without imports. All numbers are little-endian, all pointers are `u32`.
//!
//! | export | meaning |
//! | --- | --- |
//! | `memory` | the linear memory |
//! | `cs_init()` | called once, right after instantiation |
//! | `cs_alloc(len: u32) -> u32` | a buffer of `len` bytes for a request; 0 when there is no memory for it or it exceeds [`MAX_REQUEST`] |
//! | `cs_free(ptr: u32, len: u32)` | gives a buffer back: a request's, or a response's |
//! | `cs_call(op: u32, ptr: u32, len: u32) -> u64` | runs [`Op`] `op` on the SCALE-encoded request at `ptr`; returns `ptr << 32 \| len` of the SCALE-encoded [`Response`] |
//!
//! The request buffer stays the caller's and may be freed as soon as `cs_call` has returned; the response buffer is freed by
//! the caller with `cs_free`. Every response is a [`Response`] of the type named at the operation in [`Op`].
//!
//! A panic traps. The instance is then only good for one more call: [`Op::LastPanic`], which returns the panic's message
//! from a static buffer without allocating anything but the response. The host then starts a fresh instance.
//!
//! The engine holds at most one model. Nothing but the model is kept between calls.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod error;
mod load;
mod run;
mod tensor;

pub use error::{EngineError, ErrorCode};
pub use load::{
    Declared, Description, Dim, FileRole, Limits, LoadRequest, ModelFile, OperatorUse, Port, Task,
};
pub use run::{
    FinishRequest, Input, Item, NamedFile, PrepareRequest, PrepareResponse, RunRequest, RunResponse,
};
pub use tensor::{ElementType, NamedTensor};

pub use parity_scale_codec::{Decode, Encode};

use alloc::string::String;

/// What `cs_call` returns, SCALE-encoded.
pub type Response<T> = Result<T, EngineError>;

/// The longest request in bytes: `cs_alloc` has no buffer for a longer one. 512 MiB.
pub const MAX_REQUEST: u32 = 512 << 20;

/// The version of this interface. It is part of [`Description`], so that a host can tell an old module.
pub const ABI_VERSION: u32 = 1;

/// The operations of `cs_call`; the number is the first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Op {
    /// [`LoadRequest`] to [`Response`]`<`[`Description`]`>`: parses and checks a model and keeps it, in place of an earlier one.
    Load = 1,
    /// [`RunRequest`] to [`Response`]`<`[`RunResponse`]`>`: pre-processing, model, post-processing, commitments.
    Run = 2,
    /// Empty request to [`Response`]`<`[`Description`]`>` of the loaded model.
    Describe = 3,
    /// Empty request to [`Response`]`<()>`: drops the model. Without a model it does nothing.
    Unload = 4,
    /// Empty request to [`Response`]`<Option<String>>`: the message of the panic that trapped this instance, if any.
    LastPanic = 5,
    /// [`PrepareRequest`] to [`Response`]`<`[`PrepareResponse`]`>`: pre-processing only, for a model that runs elsewhere (the GPU).
    Prepare = 6,
    /// [`FinishRequest`] to [`Response`]`<`[`RunResponse`]`>`: post-processing and commitments for outputs computed elsewhere.
    Finish = 7,
}

impl Op {
    /// The operation with this number.
    ///
    /// # Errors
    /// [`ErrorCode::Request`] for a number that is no operation.
    pub fn from_number(number: u32) -> Result<Self, EngineError> {
        Ok(match number {
            1 => Op::Load,
            2 => Op::Run,
            3 => Op::Describe,
            4 => Op::Unload,
            5 => Op::LastPanic,
            6 => Op::Prepare,
            7 => Op::Finish,
            _ => {
                return Err(EngineError::new(
                    ErrorCode::Request,
                    alloc::format!("operation {number} does not exist: this engine knows 1 to 7"),
                ))
            }
        })
    }
}

/// Decodes a request or response and refuses bytes that are left over.
///
/// # Errors
/// [`ErrorCode::Request`] if the bytes are not exactly one encoded `T`.
pub fn decode_all<T: Decode>(mut bytes: &[u8]) -> Result<T, EngineError> {
    let value = T::decode(&mut bytes).map_err(|error| {
        EngineError::new(
            ErrorCode::Request,
            alloc::format!("the message cannot be decoded: {error}"),
        )
    })?;
    if bytes.is_empty() {
        Ok(value)
    } else {
        Err(EngineError::new(
            ErrorCode::Request,
            String::from("the message is longer than its content"),
        ))
    }
}

#[cfg(test)]
mod tests;
