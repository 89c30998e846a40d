//! What an operator's implementation sees of its node.

use std::sync::Arc;

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::{Attribute, Bits, Data, DataType, Element, Node, Tensor};

use crate::budget::Budget;
use crate::shape::element_count;

/// The result of an operator: its outputs in order. Fewer than the node names is a fault; more are dropped.
pub(crate) type Outputs = Result<Vec<Tensor>, EngineError>;

/// One execution of a node.
pub(crate) struct Call<'a> {
    pub node: &'a Node,
    /// The version of the definition in force.
    pub since: u32,
    /// The inputs, widened if the operator's line in the table says so.
    pub inputs: Vec<Option<Arc<Tensor>>>,
    /// The inputs' types before that.
    pub kinds: Vec<Option<DataType>>,
    pub budget: &'a Budget,
}

/// An error about what is fed to the node.
pub(crate) fn compute(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::Compute, message)
}

/// An error about something that this engine does not do.
pub(crate) fn unsupported(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::Unsupported, message)
}

/// An error about an element type that this engine does not take here.
pub(crate) fn unsupported_type(dtype: DataType) -> EngineError {
    unsupported(format!("the element type {dtype} is not supported here"))
}

impl Call<'_> {
    /// Input `index`, which the definition requires.
    pub fn input(&self, index: usize) -> Result<&Tensor, EngineError> {
        self.optional(index)
            .ok_or_else(|| compute(format!("input {index} is missing")))
    }

    /// Input `index` if it is there.
    pub fn optional(&self, index: usize) -> Option<&Tensor> {
        self.inputs.get(index)?.as_deref()
    }

    /// Input `index` for keeps: without a copy if nobody else needs it.
    pub fn take(&mut self, index: usize) -> Result<Tensor, EngineError> {
        let held = self.inputs.get_mut(index).and_then(Option::take);
        let held = held.ok_or_else(|| compute(format!("input {index} is missing")))?;
        Ok(Arc::try_unwrap(held).unwrap_or_else(|shared| (*shared).clone()))
    }

    /// Input `index` for keeps, if nobody else needs it.
    pub fn take_sole(&mut self, index: usize) -> Option<Tensor> {
        let held = self.inputs.get_mut(index)?;
        match Arc::try_unwrap(held.take()?) {
            Ok(tensor) => Some(tensor),
            Err(shared) => {
                *held = Some(shared);
                None
            }
        }
    }

    /// The elements of input `index` as `T`.
    pub fn elements<T: Element>(&self, index: usize) -> Result<&[T], EngineError> {
        let tensor = self.input(index)?;
        tensor
            .elements()
            .ok_or_else(|| unsupported_type(tensor.dtype()))
    }

    /// The bits of the elements of input `index`.
    pub fn bits<B: Bits>(&self, index: usize) -> Result<&[B], EngineError> {
        let tensor = self.input(index)?;
        tensor
            .data()
            .bits()
            .ok_or_else(|| unsupported_type(tensor.dtype()))
    }

    /// The type that input `index` has outside of the operator.
    pub fn kind(&self, index: usize) -> Option<DataType> {
        self.kinds.get(index).copied().flatten()
    }

    /// Input `index` as a list of integers.
    pub fn ints(&self, index: usize) -> Result<Vec<i64>, EngineError> {
        let tensor = self.input(index)?;
        self.reserve(tensor.dims(), DataType::I64)?;
        tensor
            .to_i64()
            .ok_or_else(|| unsupported_type(tensor.dtype()))
    }

    /// Input `index` as a list of integers if it is there.
    pub fn optional_ints(&self, index: usize) -> Result<Option<Vec<i64>>, EngineError> {
        match self.optional(index) {
            Some(_) => self.ints(index).map(Some),
            None => Ok(None),
        }
    }

    /// Input `index` as one integer.
    pub fn int_input(&self, index: usize) -> Result<i64, EngineError> {
        match self.ints(index)?.as_slice() {
            [value] => Ok(*value),
            values => Err(compute(format!(
                "input {index} must hold one element, not {}",
                values.len()
            ))),
        }
    }

    /// An INT attribute.
    pub fn int(&self, name: &str, default: i64) -> i64 {
        match self.node.attributes.get(name) {
            Some(Attribute::Int(value)) => *value,
            _ => default,
        }
    }

    /// An INT attribute that is 0 or 1.
    pub fn flag(&self, name: &str, default: bool) -> Result<bool, EngineError> {
        match self.int(name, i64::from(default)) {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(unsupported(format!(
                "attribute \"{name}\" is {other}, not 0 or 1"
            ))),
        }
    }

    /// Whether an attribute is given.
    pub fn has(&self, name: &str) -> bool {
        self.node.attributes.contains_key(name)
    }

    /// A FLOAT attribute.
    pub fn float(&self, name: &str, default: f32) -> f32 {
        match self.node.attributes.get(name) {
            Some(Attribute::Float(value)) => *value,
            _ => default,
        }
    }

    /// An INTS attribute.
    pub fn int_list(&self, name: &str) -> Option<&[i64]> {
        match self.node.attributes.get(name) {
            Some(Attribute::Ints(values)) => Some(values),
            _ => None,
        }
    }

    /// A FLOATS attribute.
    pub fn float_list(&self, name: &str) -> Option<&[f32]> {
        match self.node.attributes.get(name) {
            Some(Attribute::Floats(values)) => Some(values),
            _ => None,
        }
    }

    /// A STRING attribute.
    pub fn string(&self, name: &str, default: &'static str) -> Result<&str, EngineError> {
        match self.node.attributes.get(name) {
            Some(Attribute::String(value)) => std::str::from_utf8(value)
                .map_err(|_| unsupported(format!("attribute \"{name}\" is not UTF-8"))),
            _ => Ok(default),
        }
    }

    /// The attribute's value is none that this engine knows.
    pub fn unknown_value<T>(&self, name: &str, value: &str) -> Result<T, EngineError> {
        Err(unsupported(format!(
            "attribute \"{name}\" has the unknown value \"{value}\""
        )))
    }

    /// The number of elements of a tensor about to be made, within the budget.
    pub fn reserve(&self, dims: &[usize], dtype: DataType) -> Result<usize, EngineError> {
        let count = element_count(dims)?;
        self.budget
            .check((count as u64).saturating_mul(dtype.size() as u64))?;
        Ok(count)
    }

    /// Counts steps of work.
    pub fn steps(&self, steps: usize) -> Result<(), EngineError> {
        self.budget.steps(steps as u64)
    }

    /// How many outputs the node names.
    pub fn wanted(&self) -> usize {
        self.node.outputs.len()
    }

    /// Whether output `index` is wanted.
    pub fn wants(&self, index: usize) -> bool {
        self.node
            .outputs
            .get(index)
            .is_some_and(|name| !name.is_empty())
    }
}

/// A tensor of these parts.
pub(crate) fn tensor<T: Element>(
    dims: Vec<usize>,
    elements: Vec<T>,
) -> Result<Tensor, EngineError> {
    from_data(dims, T::wrap(elements))
}

/// A tensor of these parts.
pub(crate) fn from_data(dims: Vec<usize>, data: Data) -> Result<Tensor, EngineError> {
    let count = data.len();
    Tensor::new(dims, data).ok_or_else(|| {
        EngineError::new(
            ErrorCode::Internal,
            format!("{count} elements were computed for a tensor of another size"),
        )
    })
}

/// A tensor of a type from its elements' bits.
pub(crate) fn from_bits<B: Bits>(
    dtype: DataType,
    dims: Vec<usize>,
    bits: Vec<B>,
) -> Result<Tensor, EngineError> {
    let data = Data::from_bits(dtype, bits).ok_or_else(|| unsupported_type(dtype))?;
    from_data(dims, data)
}

/// One output from its elements' bits.
pub(crate) fn moved<B: Bits>(dtype: DataType, dims: Vec<usize>, bits: Vec<B>) -> Outputs {
    Ok(vec![from_bits(dtype, dims, bits)?])
}

/// One output.
pub(crate) fn one<T: Element>(dims: Vec<usize>, elements: Vec<T>) -> Outputs {
    Ok(vec![tensor(dims, elements)?])
}
