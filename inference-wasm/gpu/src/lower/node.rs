//! A node of the model while it is lowered.

use countersign_onnx::{Attribute, Node, Tensor};
use std::sync::Arc;

use super::builder::Id;
use super::refusal::Why;

/// A node with its inputs found. Its attributes are those of ONNX's definition: the schema was checked before.
pub(crate) struct Op<'a> {
    pub node: &'a Node,
    /// The model's opset.
    pub opset: u32,
    /// The inputs; `None` where an optional one is left out.
    pub inputs: Vec<Option<Id>>,
}

impl Op<'_> {
    /// A required input.
    pub fn x(&self, index: usize) -> Result<Id, Why> {
        self.optional(index).ok_or(Why::Missing { index })
    }

    /// An optional input.
    pub fn optional(&self, index: usize) -> Option<Id> {
        self.inputs.get(index).copied().flatten()
    }

    /// All inputs of a variadic operator.
    pub fn all(&self) -> Result<Vec<Id>, Why> {
        (0..self.inputs.len()).map(|index| self.x(index)).collect()
    }

    pub fn int(&self, name: &str, default: i64) -> i64 {
        match self.node.attributes.get(name) {
            Some(Attribute::Int(value)) => *value,
            _ => default,
        }
    }

    pub fn float(&self, name: &str, default: f32) -> f32 {
        self.optional_float(name).unwrap_or(default)
    }

    pub fn optional_float(&self, name: &str) -> Option<f32> {
        match self.node.attributes.get(name) {
            Some(Attribute::Float(value)) => Some(*value),
            _ => None,
        }
    }

    pub fn ints(&self, name: &str) -> Option<&[i64]> {
        match self.node.attributes.get(name) {
            Some(Attribute::Ints(values)) => Some(values),
            _ => None,
        }
    }

    pub fn text(&self, name: &str, default: &'static str) -> String {
        match self.node.attributes.get(name) {
            Some(Attribute::String(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
            _ => default.to_owned(),
        }
    }

    pub fn tensor(&self, name: &str) -> Option<Arc<Tensor>> {
        match self.node.attributes.get(name) {
            Some(Attribute::Tensor(tensor)) => Some(tensor.clone()),
            _ => None,
        }
    }

    /// Lengths (kernel, strides, dilations, pads) as numbers that are not negative.
    pub fn lengths(&self, name: &'static str, default: Vec<usize>) -> Result<Vec<usize>, Why> {
        let Some(values) = self.ints(name) else {
            return Ok(default);
        };
        if values.len() != default.len() {
            return Err(Why::Dims { what: "attributes" });
        }
        values
            .iter()
            .map(|value| usize::try_from(*value))
            .collect::<Result<_, _>>()
            .map_err(|_| Why::Attribute {
                name,
                value: format!("{values:?}"),
            })
    }

    /// Refuses all values of an attribute but one.
    pub fn only_int(&self, name: &'static str, value: i64) -> Result<(), Why> {
        match self.int(name, value) {
            same if same == value => Ok(()),
            other => Err(Why::Attribute {
                name,
                value: other.to_string(),
            }),
        }
    }
}
