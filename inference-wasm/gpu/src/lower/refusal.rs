//! Why a model does not go onto the GPU.

use std::fmt;

use countersign_onnx::schema::SchemaError;
use countersign_onnx::DataType;

/// A node that is not known to be right on the GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The node's name; its position where it has none; empty where it is not about one node.
    pub node: String,
    /// The operator; `the model` where it is not about one node.
    pub operator: String,
    /// The reason.
    pub why: Why,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operator, self.why)
    }
}

impl std::error::Error for Refusal {}

/// The reason of a [`Refusal`], as the end of a sentence that begins with the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no lowering for the operator.
    Operator,
    /// The node is not what ONNX defines.
    Schema(SchemaError),
    /// A value of an attribute for which there is no lowering.
    Attribute {
        /// The attribute.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// An input that must be known when the model is loaded, and is computed.
    Computed {
        /// What the input is.
        input: &'static str,
    },
    /// A required input that is left out.
    Missing {
        /// Its position.
        index: usize,
    },
    /// A value that no earlier node defines.
    Undefined {
        /// Its name.
        name: String,
    },
    /// An element type that the GPU cannot represent.
    Type(DataType),
    /// Integers that are computed with: the GPU holds them as f32, exact only while they are copied and compared.
    Integers,
    /// Integers beyond 2^24, which f32 does not represent.
    TooLarge,
    /// Integer arithmetic on constants that overflows or divides by zero.
    Overflow,
    /// Dimensions that do not fit the operator.
    Dims {
        /// What does not fit.
        what: &'static str,
    },
    /// A dimension of an input that is not fixed.
    Open {
        /// The input.
        input: String,
    },
    /// A tensor without elements.
    Empty,
    /// A tensor so large that wonnx's shaders would write outside of it.
    Size {
        /// The number of parallel steps asked for.
        steps: usize,
    },
    /// Another number of dimensions than there is a lowering for.
    Rank(usize),
    /// An output that does not depend on any input.
    ConstantOutput,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("(no lowering)"),
            Self::Schema(error) => write!(f, "({error})"),
            Self::Attribute { name, value } => write!(f, "with {name} = {value}"),
            Self::Computed { input } => write!(f, "with {input} that are computed at run time"),
            Self::Missing { index } => write!(f, "without input {index}"),
            Self::Undefined { name } => write!(f, "with the undefined value {name}"),
            Self::Type(dtype) => write!(f, "on {dtype}"),
            Self::Integers => f.write_str("on integers"),
            Self::TooLarge => f.write_str("with integers beyond 2^24"),
            Self::Overflow => f.write_str("with integers that overflow"),
            Self::Dims { what } => write!(f, "with {what} that do not fit"),
            Self::Open { input } => write!(f, "with an open dimension of input {input}"),
            Self::Empty => f.write_str("on a tensor without elements"),
            Self::Size { steps } => write!(f, "on a tensor that takes {steps} parallel steps"),
            Self::Rank(rank) => write!(f, "on a tensor of rank {rank}"),
            Self::ConstantOutput => f.write_str("with an output that does not depend on its input"),
        }
    }
}
