//! What is known of every value of the graph, and the program so far.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_onnx::{Attribute, DataType, Model, Node, Tensor};
use countersign_shared::exact::analysis::Analysis;
use countersign_shared::exact::dims::{Dims, DimsError};
use countersign_shared::exact::interface::{Input, Interface};
use countersign_shared::exact::num::int_of_bits;
use countersign_shared::exact::reason::Reason;
use countersign_shared::exact::step::{Op, Operand, Reference, Step};
use countersign_shared::exact::Program;

use crate::chain::Pending;
use crate::{fault, Fault, Refused};

/// A value of the graph.
#[derive(Clone)]
pub(crate) enum Value {
    /// A leaf of the trace in a shape.
    Leaf { leaf: u32, dims: Dims },
    /// A constant: an initialiser, or a Constant node's. `source` is the name that it was defined by, which numbers it.
    Constant { source: String, tensor: Arc<Tensor> },
    /// Inside a chain that becomes one step.
    Pending(Pending),
}

pub(crate) struct Builder {
    values: HashMap<String, Value>,
    /// How often each value is read; outputs of the graph count too.
    readers: HashMap<String, u32>,
    /// Operators that read a value.
    read_by: HashMap<String, Vec<String>>,
    numbers: HashMap<String, u32>,
    weights: Vec<Vec<u32>>,
    steps: Vec<Step>,
    inputs: u32,
    analysis: Analysis,
}

/// A shape within bounds.
pub(crate) fn sizes(dims: &[usize]) -> Result<Dims, Fault> {
    let narrow: Option<Vec<u32>> = dims.iter().map(|size| u32::try_from(*size).ok()).collect();
    let dims = narrow
        .ok_or(DimsError::Elements)
        .and_then(|dims| Dims::new(&dims));
    dims.map_err(|error| (Reason::Size, error.to_string()))
}

impl Builder {
    pub(crate) fn new(model: &Model, inputs: &[Input]) -> Result<Self, Refused> {
        let mut builder = Self {
            values: HashMap::new(),
            readers: HashMap::new(),
            read_by: HashMap::new(),
            numbers: HashMap::new(),
            weights: Vec::new(),
            steps: Vec::new(),
            inputs: 0,
            analysis: Analysis::default(),
        };
        for input in inputs {
            let (name, dims) = (input.name.as_str(), input.dims);
            let leaf = builder.inputs;
            builder
                .analysis
                .input(dims, i64::from(input.lo), i64::from(input.hi))
                .map_err(|(reason, detail)| Refused::new(reason, name, detail))?;
            builder
                .values
                .insert(name.to_owned(), Value::Leaf { leaf, dims });
            builder.inputs += 1;
        }
        for initializer in &model.graph.initializers {
            let value = Value::Constant {
                source: initializer.name.clone(),
                tensor: Arc::clone(&initializer.tensor),
            };
            builder.values.insert(initializer.name.clone(), value);
        }
        for node in &model.graph.nodes {
            for name in node.inputs.iter().filter(|name| !name.is_empty()) {
                *builder.readers.entry(name.clone()).or_default() += 1;
                let operators = builder.read_by.entry(name.clone()).or_default();
                operators.push(node.op_type.clone());
            }
        }
        for output in &model.graph.outputs {
            *builder.readers.entry(output.name.clone()).or_default() += 1;
            builder.read_by.entry(output.name.clone()).or_default();
        }
        Ok(builder)
    }

    /// Whether the value's one reader is a node of this operator.
    pub(crate) fn only_reader(&self, name: &str, operator: &str) -> bool {
        let one = self.readers.get(name) == Some(&1);
        let by = self.read_by.get(name).map(Vec::as_slice);
        one && matches!(by, Some([only]) if only == operator)
    }

    /// A value that no chain hides.
    pub(crate) fn value(&self, name: &str) -> Result<&Value, Fault> {
        match self.any(name)? {
            Value::Pending(_) => fault(
                Reason::MissingClip,
                format!("{name} is inside an unfinished requantisation or index"),
            ),
            value => Ok(value),
        }
    }

    pub(crate) fn any(&self, name: &str) -> Result<&Value, Fault> {
        let value = self.values.get(name);
        value.ok_or_else(|| (Reason::MissingValue, format!("there is no value {name}")))
    }

    /// A required input of a node.
    pub(crate) fn input<'n>(&self, node: &'n Node, index: usize) -> Result<&'n str, Fault> {
        let name = node.input(index);
        name.ok_or_else(|| (Reason::MissingValue, format!("input {index} is missing")))
    }

    /// An input as an operand of a step: constants are numbered when first used.
    pub(crate) fn operand(&mut self, name: &str) -> Result<Operand, Fault> {
        match self.value(name)?.clone() {
            Value::Leaf { leaf, dims } => Ok(Operand {
                reference: Reference::Leaf(leaf),
                dims,
            }),
            Value::Constant { source, tensor } => {
                let dims = sizes(tensor.dims())?;
                let number = self.number(&source, &tensor, name)?;
                Ok(Operand {
                    reference: Reference::Initialiser(number),
                    dims,
                })
            }
            Value::Pending(_) => fault(Reason::MissingClip, name),
        }
    }

    fn number(&mut self, source: &str, tensor: &Tensor, name: &str) -> Result<u32, Fault> {
        if let Some(number) = self.numbers.get(source) {
            return Ok(*number);
        }
        let bits = bits(tensor, name)?;
        let number = u32::try_from(self.weights.len()).unwrap_or(u32::MAX);
        self.weights.push(bits);
        self.numbers.insert(source.to_owned(), number);
        Ok(number)
    }

    /// The shape of a value that no chain hides.
    pub(crate) fn dims(&self, name: &str) -> Result<Dims, Fault> {
        match self.value(name)? {
            Value::Leaf { dims, .. } => Ok(*dims),
            Value::Constant { tensor, .. } => sizes(tensor.dims()),
            Value::Pending(_) => fault(Reason::MissingClip, name),
        }
    }

    pub(crate) fn constant(&self, name: &str) -> Result<&Tensor, Fault> {
        match self.any(name)? {
            Value::Constant { tensor, .. } => Ok(tensor),
            _ => fault(Reason::NotConstant, format!("{name} must be constant")),
        }
    }

    /// A constant list of integers: a shape, axes, pads.
    pub(crate) fn integers(&self, name: &str) -> Result<Vec<i64>, Fault> {
        let tensor = self.constant(name)?;
        let list = tensor.to_i64();
        list.ok_or_else(|| (Reason::DataType, format!("{name} must hold integers")))
    }

    /// A constant f32 with one element, as an integer.
    pub(crate) fn scalar(&self, name: &str) -> Result<i32, Fault> {
        let bits = bits(self.constant(name)?, name)?;
        let [only] = bits.as_slice() else {
            return fault(Reason::Attribute, format!("{name} must have one element"));
        };
        let value = int_of_bits(*only);
        value.ok_or_else(|| {
            let value = f32::from_bits(*only);
            let reason = if whole(value) {
                Reason::Interval
            } else {
                Reason::NonIntegerWeight
            };
            (reason, format!("{name} = {value} is no integer below 2^24"))
        })
    }

    /// Adds a step as the value `output`.
    pub(crate) fn step(
        &mut self,
        output: &str,
        op: Op,
        operands: Vec<Operand>,
        dims: Dims,
        attributes: Vec<i32>,
    ) -> Result<(), Fault> {
        let leaf = self.push(op, operands, dims, attributes)?;
        self.define(output, Value::Leaf { leaf, dims });
        Ok(())
    }

    /// Adds a step without naming it.
    pub(crate) fn push(
        &mut self,
        op: Op,
        operands: Vec<Operand>,
        dims: Dims,
        attributes: Vec<i32>,
    ) -> Result<u32, Fault> {
        let step = Step {
            op,
            operands,
            dims,
            attributes,
        };
        let added = self.analysis.step(&step, &self.weights);
        added.map_err(|wrong| self.beyond(&step, wrong))?;
        let steps = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        self.steps.push(step);
        Ok(self.inputs.saturating_add(steps))
    }

    /// Names the fault of constants that are integers, but of 2^24 or more: a bound is broken, not EXACT 1.5.
    fn beyond(&self, step: &Step, wrong: Fault) -> Fault {
        if wrong.0 != Reason::NonIntegerWeight {
            return wrong;
        }
        let constants = step.operands.iter().filter_map(|operand| {
            let Reference::Initialiser(number) = operand.reference else {
                return None;
            };
            self.weights.get(usize::try_from(number).ok()?)
        });
        let mut beyond = None;
        for bits in constants.flatten() {
            let value = f32::from_bits(*bits);
            if !whole(value) {
                return wrong;
            }
            beyond = beyond.or(int_of_bits(*bits).is_none().then_some(value));
        }
        let Some(value) = beyond else { return wrong };
        let reason = match step.op {
            Op::Conv | Op::MatMul => Reason::Bound,
            _ => Reason::Interval,
        };
        let detail = format!("a constant of {value} reaches 2^24 in magnitude");
        (reason, detail)
    }

    pub(crate) fn define(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }

    pub(crate) fn finish(self, interface: Interface) -> Program {
        Program {
            interface,
            steps: self.steps,
            weights: self.weights,
        }
    }
}

/// Whether a number is an integer, however large.
fn whole(value: f32) -> bool {
    value.is_finite() && value.fract() == 0.0
}

/// f32 elements as bits, −0 as +0 (EXACT 2.3).
pub(crate) fn bits(tensor: &Tensor, name: &str) -> Result<Vec<u32>, Fault> {
    let Some(elements) = tensor.elements::<f32>() else {
        return fault(
            Reason::DataType,
            format!("{name} is {}, not {}", tensor.dtype(), DataType::F32),
        );
    };
    let positive = |bits: u32| if bits == 1 << 31 { 0 } else { bits };
    Ok(elements
        .iter()
        .map(|value| positive(value.to_bits()))
        .collect())
}

/// An integer attribute, or its default.
pub(crate) fn int(node: &Node, name: &str, default: i64) -> Result<i64, Fault> {
    match node.attributes.get(name) {
        None => Ok(default),
        Some(Attribute::Int(value)) => Ok(*value),
        Some(_) => fault(Reason::Attribute, format!("{name} must be an integer")),
    }
}

/// A list attribute.
pub(crate) fn ints(node: &Node, name: &str) -> Result<Option<Vec<i64>>, Fault> {
    match node.attributes.get(name) {
        None => Ok(None),
        Some(Attribute::Ints(values)) => Ok(Some(values.clone())),
        Some(_) => fault(
            Reason::Attribute,
            format!("{name} must be a list of integers"),
        ),
    }
}

/// A text attribute, or its default.
pub(crate) fn text<'n>(node: &'n Node, name: &str, default: &'static str) -> Result<&'n str, Fault>
where
    'static: 'n,
{
    match node.attributes.get(name) {
        None => Ok(default),
        Some(Attribute::String(bytes)) => std::str::from_utf8(bytes)
            .map_err(|_| (Reason::Attribute, format!("{name} is no text"))),
        Some(_) => fault(Reason::Attribute, format!("{name} must be a text")),
    }
}

/// A number that goes into a step's attributes.
pub(crate) fn attribute(value: i64, what: &str) -> Result<i32, Fault> {
    i32::try_from(value)
        .or_else(|_| fault(Reason::Attribute, format!("{what} = {value} is too large")))
}

/// The position of an axis, which may count from the end.
pub(crate) fn axis(value: i64, rank: usize) -> Result<usize, Fault> {
    let rank64 = i64::try_from(rank).unwrap_or(0);
    let from_start = if value < 0 {
        value.checked_add(rank64)
    } else {
        Some(value)
    };
    let found = from_start
        .and_then(|axis| usize::try_from(axis).ok())
        .filter(|axis| *axis < rank);
    found.ok_or_else(|| (Reason::Attribute, format!("there is no axis {value}")))
}
