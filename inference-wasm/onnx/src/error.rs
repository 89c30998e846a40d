//! Why a file is not a model that we take.

use std::fmt;

/// What is wrong with a model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// The bytes end inside of a field.
    Truncated {
        /// The protobuf message that is cut off.
        message: &'static str,
    },
    /// The bytes are not protobuf.
    Malformed {
        /// The protobuf message that cannot be read.
        message: &'static str,
        /// What was found.
        what: &'static str,
    },
    /// A field that the message does not have.
    UnknownField {
        /// The protobuf message.
        message: &'static str,
        /// The field's number.
        field: u32,
    },
    /// A singular field that occurs twice.
    DuplicateField {
        /// The protobuf message.
        message: &'static str,
        /// The field's number.
        field: u32,
    },
    /// A field with another wire type than its own.
    WireType {
        /// The protobuf message.
        message: &'static str,
        /// The field's number.
        field: u32,
    },
    /// A string that is not UTF-8.
    Utf8 {
        /// The protobuf message.
        message: &'static str,
        /// The field's number.
        field: u32,
    },
    /// A part that must be there is not.
    Missing {
        /// The part.
        what: &'static str,
        /// Where it is missing.
        place: String,
    },
    /// Something that the format allows and we do not take.
    Unsupported {
        /// What it is.
        what: String,
    },
    /// A bound is exceeded.
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        value: u64,
        /// How much there may be.
        bound: u64,
    },
    /// A tensor contradicts itself.
    Tensor {
        /// Its name; may be empty.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// An attribute contradicts itself.
    Attribute {
        /// Its name.
        name: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The graph is no graph.
    Graph(GraphError),
}

/// What is wrong with a graph whose parts are all right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphError {
    /// A value with two definitions.
    Redefined {
        /// The value's name.
        value: String,
    },
    /// A node uses a value that is defined nowhere, or only later.
    Undefined {
        /// The value's name.
        value: String,
        /// The node that uses it.
        node: String,
    },
    /// An output of the graph that nothing defines.
    OutputUndefined {
        /// The output's name.
        value: String,
    },
    /// A node without an operator.
    NoOperator {
        /// The node.
        node: String,
    },
    /// A node uses a domain that the model does not import.
    NotImported {
        /// The node.
        node: String,
        /// The domain.
        domain: String,
    },
    /// A name that is empty where it must not be.
    EmptyName {
        /// What has no name.
        what: &'static str,
    },
}

impl LoadError {
    /// Whether the file may be a good model that merely uses something we do not take.
    pub fn is_unsupported(&self) -> bool {
        matches!(self, Self::Unsupported { .. })
    }

    /// Whether a bound was exceeded.
    pub fn is_limit(&self) -> bool {
        matches!(self, Self::Limit { .. })
    }
}

impl From<GraphError> for LoadError {
    fn from(error: GraphError) -> Self {
        Self::Graph(error)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { message } => {
                write!(
                    f,
                    "the model file is cut off inside of a {message}: fetch it again"
                )
            }
            Self::Malformed { message, what } => {
                write!(
                    f,
                    "the model file is not an ONNX file: {what} in a {message}"
                )
            }
            Self::UnknownField { message, field } => {
                write!(f, "field {field} of {message} is not known to this version")
            }
            Self::DuplicateField { message, field } => {
                write!(f, "field {field} of {message} is given twice")
            }
            Self::WireType { message, field } => {
                write!(
                    f,
                    "field {field} of {message} has a wrong wire type: the model file is damaged"
                )
            }
            Self::Utf8 { message, field } => {
                write!(
                    f,
                    "field {field} of {message} is not UTF-8: the model file is damaged"
                )
            }
            Self::Missing { what, place } => write!(f, "{what} is missing in {place}"),
            Self::Unsupported { what } => write!(f, "not supported: {what}"),
            Self::Limit { what, value, bound } => {
                write!(f, "the model has {value} {what}, at most {bound} are taken")
            }
            Self::Tensor { name, what } => write!(f, "tensor \"{name}\": {what}"),
            Self::Attribute { name, what } => write!(f, "attribute \"{name}\": {what}"),
            Self::Graph(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redefined { value } => write!(f, "the value \"{value}\" is defined twice"),
            Self::Undefined { value, node } => {
                write!(
                    f,
                    "{node} uses the value \"{value}\", which is not defined before it"
                )
            }
            Self::OutputUndefined { value } => {
                write!(f, "nothing defines the graph's output \"{value}\"")
            }
            Self::NoOperator { node } => write!(f, "{node} names no operator"),
            Self::NotImported { node, domain } => {
                write!(
                    f,
                    "{node} uses the domain \"{domain}\", which the model does not import"
                )
            }
            Self::EmptyName { what } => write!(f, "{what} has no name"),
        }
    }
}

impl std::error::Error for LoadError {}
impl std::error::Error for GraphError {}
