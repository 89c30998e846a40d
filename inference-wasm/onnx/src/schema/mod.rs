//! ONNX's own definitions of the `ai.onnx` operators, as data: arity, element types, attributes, by version.
//!
//! [`check_node`] refuses a node that its definition does not allow. Every lane calls it before it looks at the node.

#[rustfmt::skip]
mod table;

use std::fmt;

use crate::{Attribute, DataType, Node};

/// One version of an operator's definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The operator.
    pub name: &'static str,
    /// The opset version in which this definition came into force.
    pub since: u32,
    /// Whether ONNX has withdrawn the operator with this version.
    pub deprecated: bool,
    /// The least number of inputs.
    pub min_inputs: u32,
    /// The least number of outputs.
    pub min_outputs: u32,
    /// The inputs; a variadic one is the last.
    pub inputs: &'static [Formal],
    /// The outputs; a variadic one is the last.
    pub outputs: &'static [Formal],
    /// The attributes: name, kind, whether it must be given.
    pub attributes: &'static [(&'static str, Kind, bool)],
}

/// An input or output of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formal {
    types: u16,
    variable: u8,
    occurrence: Occurrence,
}

/// How often an input or output occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// Once.
    Single,
    /// Once or not at all.
    Optional,
    /// Any number of times from here on.
    Variadic,
}

/// The kind of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// FLOAT.
    Float,
    /// INT.
    Int,
    /// STRING.
    String,
    /// TENSOR.
    Tensor,
    /// GRAPH.
    Graph,
    /// FLOATS.
    Floats,
    /// INTS.
    Ints,
    /// STRINGS.
    Strings,
    /// A kind that the loader refuses.
    Other,
}

impl Kind {
    fn matches(self, attribute: &Attribute) -> bool {
        matches!(
            (self, attribute),
            (Self::Float, Attribute::Float(_))
                | (Self::Int, Attribute::Int(_))
                | (Self::String, Attribute::String(_))
                | (Self::Tensor, Attribute::Tensor(_))
                | (Self::Graph, Attribute::Graph(_))
                | (Self::Floats, Attribute::Floats(_))
                | (Self::Ints, Attribute::Ints(_))
                | (Self::Strings, Attribute::Strings(_))
        )
    }
}

/// Shorthand of the table.
const fn f(types: u16, variable: u8, occurrence: Occurrence) -> Formal {
    Formal {
        types,
        variable,
        occurrence,
    }
}

impl Formal {
    /// Whether the definition allows this element type here.
    pub const fn allows(&self, dtype: DataType) -> bool {
        self.types & (1 << dtype as u16) != 0
    }

    /// The type variable: inputs and outputs with the same one have the same element type. `None` if it is free.
    pub fn variable(&self) -> Option<u8> {
        (self.variable != u8::MAX).then_some(self.variable)
    }

    /// How often it occurs.
    pub const fn occurrence(&self) -> Occurrence {
        self.occurrence
    }
}

/// Why a node is not what its operator's definition allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaError {
    /// No definition of the operator is known.
    UnknownOperator {
        /// The domain; empty for `ai.onnx`.
        domain: String,
        /// The operator.
        name: String,
        /// The model's opset version of the domain.
        opset: u32,
    },
    /// ONNX withdrew the operator before this opset.
    Deprecated {
        /// The operator.
        name: String,
        /// The version that withdrew it.
        since: u32,
    },
    /// An attribute that the definition does not have.
    UnknownAttribute {
        /// The attribute.
        name: String,
        /// The version of the definition.
        since: u32,
    },
    /// An attribute of another kind than the definition's.
    AttributeKind {
        /// The attribute.
        name: String,
        /// The kind that the node gives.
        kind: &'static str,
    },
    /// A required attribute that is missing.
    MissingAttribute {
        /// The attribute.
        name: &'static str,
    },
    /// Too few or too many inputs or outputs.
    Arity {
        /// `inputs` or `outputs`.
        what: &'static str,
        /// How many the node has.
        count: usize,
    },
    /// A required input that is left out.
    MissingInput {
        /// Its position.
        index: usize,
    },
    /// An element type that the definition does not allow.
    InputType {
        /// The input's position.
        index: usize,
        /// The type it has.
        dtype: DataType,
    },
    /// Two inputs that must have the same element type and do not.
    MixedTypes {
        /// The second input's position.
        index: usize,
        /// The type it has.
        dtype: DataType,
        /// The type it must have.
        expected: DataType,
    },
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperator {
                domain,
                name,
                opset,
            } if domain.is_empty() => {
                write!(f, "ai.onnx has no operator {name} at opset {opset}")
            }
            Self::UnknownOperator {
                domain,
                name,
                opset,
            } => {
                write!(
                    f,
                    "the operator {name} of domain {domain} (version {opset}) is not supported"
                )
            }
            Self::Deprecated { name, since } => {
                write!(f, "{name} was withdrawn in opset {since}")
            }
            Self::UnknownAttribute { name, since } => {
                write!(
                    f,
                    "the operator's definition of opset {since} has no attribute \"{name}\""
                )
            }
            Self::AttributeKind { name, kind } => {
                write!(f, "attribute \"{name}\" must not be of the kind {kind}")
            }
            Self::MissingAttribute { name } => write!(f, "attribute \"{name}\" is missing"),
            Self::Arity { what, count } => write!(f, "it cannot have {count} {what}"),
            Self::MissingInput { index } => write!(f, "input {index} is missing"),
            Self::InputType { index, dtype } => {
                write!(f, "input {index} must not have the element type {dtype}")
            }
            Self::MixedTypes {
                index,
                dtype,
                expected,
            } => {
                write!(
                    f,
                    "input {index} has the element type {dtype} where {expected} is needed"
                )
            }
        }
    }
}

impl std::error::Error for SchemaError {}

/// All definitions of `ai.onnx` operators in force at opset 7 or later, by name, then version.
pub fn all() -> &'static [Schema] {
    table::SCHEMAS
}

/// The definition of an `ai.onnx` operator that is in force at an opset version.
pub fn lookup(name: &str, opset: u32) -> Option<&'static Schema> {
    let start = table::SCHEMAS.partition_point(|schema| schema.name < name);
    table::SCHEMAS[start..]
        .iter()
        .take_while(|schema| schema.name == name)
        .filter(|schema| schema.since <= opset)
        .last()
}

/// The definition of a node's operator, if the node obeys it: known attributes of the right kinds, required ones there,
/// arity. `opset` is the model's version of `ai.onnx`.
///
/// # Errors
/// [`SchemaError`]; a domain other than `ai.onnx` is an unknown operator.
pub fn check_node(node: &Node, opset: u32) -> Result<&'static Schema, SchemaError> {
    let unknown = || SchemaError::UnknownOperator {
        domain: node.domain.clone(),
        name: node.op_type.clone(),
        opset,
    };
    if !node.domain.is_empty() {
        return Err(unknown());
    }
    let schema = lookup(&node.op_type, opset).ok_or_else(unknown)?;
    if schema.deprecated {
        return Err(SchemaError::Deprecated {
            name: node.op_type.clone(),
            since: schema.since,
        });
    }
    for (name, value) in &node.attributes {
        let Some((_, kind, _)) = schema.attributes.iter().find(|(known, ..)| known == name) else {
            return Err(SchemaError::UnknownAttribute {
                name: name.clone(),
                since: schema.since,
            });
        };
        if !kind.matches(value) {
            return Err(SchemaError::AttributeKind {
                name: name.clone(),
                kind: value.kind(),
            });
        }
    }
    for (name, _, required) in schema.attributes {
        if *required && !node.attributes.contains_key(*name) {
            return Err(SchemaError::MissingAttribute { name });
        }
    }
    arity(
        "inputs",
        node.inputs.len(),
        schema.inputs,
        schema.min_inputs,
    )?;
    arity(
        "outputs",
        node.outputs.len(),
        schema.outputs,
        schema.min_outputs,
    )?;
    for (index, formal) in schema.inputs.iter().enumerate() {
        if formal.occurrence == Occurrence::Single && node.input(index).is_none() {
            return Err(SchemaError::MissingInput { index });
        }
    }
    Ok(schema)
}

fn arity(
    what: &'static str,
    count: usize,
    formals: &[Formal],
    least: u32,
) -> Result<(), SchemaError> {
    let open = formals
        .last()
        .is_some_and(|last| last.occurrence == Occurrence::Variadic);
    if count < least as usize || (!open && count > formals.len()) {
        return Err(SchemaError::Arity { what, count });
    }
    Ok(())
}

impl Schema {
    /// The definition of input `index`.
    pub fn input(&self, index: usize) -> Option<&'static Formal> {
        formal(self.inputs, index)
    }

    /// The definition of output `index`.
    pub fn output(&self, index: usize) -> Option<&'static Formal> {
        formal(self.outputs, index)
    }

    /// Checks the element types of a node's inputs, `None` where one is left out.
    ///
    /// # Errors
    /// [`SchemaError::InputType`] or [`SchemaError::MixedTypes`].
    pub fn check_types(
        &self,
        inputs: impl IntoIterator<Item = Option<DataType>>,
    ) -> Result<(), SchemaError> {
        let mut bound: [Option<DataType>; 16] = [None; 16];
        for (index, dtype) in inputs.into_iter().enumerate() {
            let (Some(dtype), Some(formal)) = (dtype, self.input(index)) else {
                continue;
            };
            if !formal.allows(dtype) {
                return Err(SchemaError::InputType { index, dtype });
            }
            let Some(slot) = formal
                .variable()
                .and_then(|v| bound.get_mut(usize::from(v)))
            else {
                continue;
            };
            match slot {
                Some(expected) if *expected != dtype => {
                    return Err(SchemaError::MixedTypes {
                        index,
                        dtype,
                        expected: *expected,
                    })
                }
                _ => *slot = Some(dtype),
            }
        }
        Ok(())
    }
}

fn formal(formals: &'static [Formal], index: usize) -> Option<&'static Formal> {
    formals.get(index).or_else(|| {
        formals
            .last()
            .filter(|last| last.occurrence == Occurrence::Variadic)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_lookup() {
        assert!(all()
            .windows(2)
            .all(|w| (w[0].name, w[0].since) < (w[1].name, w[1].since)));
    }

    #[test]
    fn the_definition_in_force_is_found() {
        assert_eq!(lookup("Softmax", 12).unwrap().since, 11);
        assert_eq!(lookup("Softmax", 13).unwrap().since, 13);
        assert_eq!(lookup("Conv", 27).unwrap().since, 22);
        assert!(lookup("Swish", 23).is_none());
        assert!(lookup("NoSuchOperator", 20).is_none());
        assert!(lookup("Upsample", 11).unwrap().deprecated);
    }
}
