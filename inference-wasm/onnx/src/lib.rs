//! One strict ONNX loader for all lanes (PROTOCOL 3.3), and the typed graph that the engine and the GPU lowering consume.
//!
//! [`load`] turns the bytes of a `ModelProto` into a [`Model`], or says by a [`LoadError`] what is wrong with them. It
//! guarantees, for the main graph and every subgraph:
//! - no unknown protobuf field, no singular field given twice, no wire type that does not belong to its field;
//! - every tensor holds exactly as many elements as its dimensions say, in its true type (nothing is narrowed);
//! - every value has one definition, and is defined before it is used;
//! - the imported `ai.onnx` opset is in [`OPSETS`];
//! - all counts and sizes are within [`LoadLimits`].
//!
//! It looks at no operator: whether a node means something is decided by the lane that executes it. What ONNX itself says about
//! operators is in [`schema`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod attribute;
mod check;
mod context;
mod data;
mod error;
mod ir;
mod message;
pub mod schema;
mod tensor;
mod wire;

pub use attribute::Attribute;
pub use check::OPSETS;
pub use data::{Bits, Data, DataType, Element, Tensor};
pub use error::{GraphError, LoadError};
pub use half::f16;
pub use ir::{Dim, Graph, Initializer, Model, Node, ValueInfo};
pub use tensor::tensor_from_bytes;

/// Bounds on a model file. Everything that exceeds one is refused before memory is taken for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadLimits {
    /// Nodes, those of subgraphs included.
    pub nodes: u32,
    /// Bytes of all tensors in the file and its external data together, in memory.
    pub tensor_bytes: u64,
}

impl Default for LoadLimits {
    /// 100,000 nodes, 1 GiB.
    fn default() -> Self {
        Self {
            nodes: 100_000,
            tensor_bytes: 1 << 30,
        }
    }
}

/// The most dimensions that a tensor may have.
pub const MAX_RANK: usize = 16;
/// How deep graphs may be nested in attributes; the main graph is at depth 0.
pub const MAX_DEPTH: u32 = 8;
/// The longest name of a node, value, operator or attribute, in bytes.
pub const MAX_NAME: usize = 4096;

/// A file of external data: the `location` that the model may name, and its bytes.
#[derive(Clone, Copy, Debug)]
pub struct ExternalFile<'a> {
    /// The path, relative to the model, with `/` between its parts.
    pub location: &'a str,
    /// The whole file.
    pub data: &'a [u8],
}

/// Reads a model.
///
/// `external` lists the files that tensors of the model may refer to; any other location is refused.
///
/// # Errors
/// [`LoadError`] with what is wrong and where.
pub fn load(
    bytes: &[u8],
    external: &[ExternalFile<'_>],
    limits: LoadLimits,
) -> Result<Model, LoadError> {
    let model = message::model(bytes, &mut context::Context::new(external, limits))?;
    check::model(&model)?;
    Ok(model)
}

/// What a model file says about itself, `metadata_props`, in its order; keys may repeat. [`load`] says whether the rest of the
/// file is well formed.
///
/// # Errors
/// [`LoadError`] if the file or one of the entries is malformed.
pub fn metadata(bytes: &[u8]) -> Result<Vec<(String, String)>, LoadError> {
    message::metadata(bytes)
}
