//! The graph under construction: values, and the operators that compute them on the GPU.

use std::sync::Arc;

use countersign_onnx::{DataType, Tensor};

use super::refusal::Why;

/// A value of the graph under construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Id(usize);

/// Whole numbers up to this magnitude are exact in f32.
pub(crate) const EXACT: i64 = 1 << 24;

/// wonnx starts at most this many workgroups along one dimension; beyond, it rounds up to whole workgroups.
const MAX_WORKGROUPS: usize = 65_535;

#[derive(Clone, Debug)]
struct Value {
    dims: Vec<usize>,
    /// The ONNX type. On the GPU everything is f32; integers and bool are whole numbers up to 2^24.
    dtype: DataType,
    source: Source,
    /// A value from which this one differs by broadcasting alone.
    narrow: Option<Id>,
    /// A value of which this one is a transposition, and how.
    transposed: Option<(Id, Vec<usize>)>,
}

#[derive(Clone, Debug)]
enum Source {
    Input(usize),
    Constant(Arc<Tensor>),
    Node,
    /// The same numbers under another type.
    Alias(Id),
}

/// An input of an operator on the GPU.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    /// A value.
    Value(Id),
    /// A constant vector of int64 that wonnx reads at load time: dimensions, axes, indices.
    Indices(Vec<i64>),
}

impl From<Id> for Operand {
    fn from(id: Id) -> Self {
        Self::Value(id)
    }
}

/// An attribute of an operator on the GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Int(i64),
    Ints(Vec<i64>),
}

/// An operator on the GPU; it has one output.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// The operator, of opset 13.
    pub op: &'static str,
    /// The label of the model's node that this is a part of.
    pub label: String,
    pub inputs: Vec<Operand>,
    pub output: Id,
    pub settings: Vec<(&'static str, Setting)>,
}

/// The graph under construction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Builder {
    values: Vec<Value>,
    steps: Vec<Step>,
    inputs: usize,
    /// The label of the node that is being lowered.
    pub label: String,
}

impl Builder {
    fn push(&mut self, value: Value) -> Id {
        self.values.push(value);
        Id(self.values.len() - 1)
    }

    fn value(&self, id: Id) -> &Value {
        // Ids are only made by `push`, and values are never removed.
        &self.values[id.0]
    }

    /// An input of the model.
    pub fn input(&mut self, dtype: DataType, dims: Vec<usize>) -> Result<Id, Why> {
        if dtype.is_float() && dtype != DataType::F32 {
            return Err(Why::Type(dtype));
        }
        non_empty(&dims)?;
        let source = Source::Input(self.inputs);
        self.inputs += 1;
        Ok(self.push(Value {
            dims,
            dtype,
            source,
            narrow: None,
            transposed: None,
        }))
    }

    /// A constant.
    pub fn constant(&mut self, tensor: impl Into<Arc<Tensor>>) -> Id {
        let tensor = tensor.into();
        self.push(Value {
            dims: tensor.dims().to_vec(),
            dtype: tensor.dtype(),
            source: Source::Constant(tensor),
            narrow: None,
            transposed: None,
        })
    }

    /// A constant of f32 in these dimensions.
    pub fn floats(&mut self, dims: &[usize], elements: Vec<f32>) -> Result<Id, Why> {
        let tensor = Tensor::new(dims.to_vec(), countersign_onnx::Data::F32(elements));
        Ok(self.constant(tensor.ok_or(Why::Dims { what: "constants" })?))
    }

    /// A constant of f32 of rank 0, which broadcasts against everything and never changes its rank.
    pub fn number(&mut self, value: f32) -> Id {
        self.constant(Tensor::scalar(value))
    }

    /// A constant of f32 that is everywhere the same.
    pub fn filled(&mut self, dims: &[usize], value: f32) -> Result<Id, Why> {
        self.floats(dims, vec![value; dims.iter().product()])
    }

    /// The dimensions of a value.
    pub fn dims(&self, id: Id) -> &[usize] {
        &self.value(id).dims
    }

    /// The ONNX type of a value.
    pub fn dtype(&self, id: Id) -> DataType {
        self.value(id).dtype
    }

    /// The elements of a value that is known when the model is loaded.
    pub fn known(&self, id: Id) -> Option<Arc<Tensor>> {
        match &self.value(id).source {
            Source::Constant(tensor) => Some(tensor.clone()),
            _ => None,
        }
    }

    /// The same, or a refusal that names the input.
    pub fn must_know(&self, id: Id, input: &'static str) -> Result<Arc<Tensor>, Why> {
        self.known(id).ok_or(Why::Computed { input })
    }

    /// The f32 elements of a value that must be known.
    pub fn known_floats(&self, id: Id, input: &'static str) -> Result<(Vec<usize>, Vec<f32>), Why> {
        let tensor = self.must_know(id, input)?;
        let elements = tensor.elements::<f32>().ok_or(Why::Type(tensor.dtype()))?;
        Ok((tensor.dims().to_vec(), elements.to_vec()))
    }

    /// The whole numbers of a value that must be known.
    pub fn known_ints(&self, id: Id, input: &'static str) -> Result<Vec<i64>, Why> {
        let tensor = self.must_know(id, input)?;
        tensor.to_i64().ok_or(Why::Type(tensor.dtype()))
    }

    /// The same value under another type.
    pub fn alias(&mut self, id: Id, dtype: DataType) -> Id {
        let value = Value {
            dims: self.dims(id).to_vec(),
            dtype,
            source: Source::Alias(id),
            narrow: None,
            transposed: None,
        };
        self.push(value)
    }

    /// Notes that `wide` is `narrow` broadcast.
    pub fn note_narrow(&mut self, wide: Id, narrow: Id) {
        self.values[wide.0].narrow = Some(narrow);
    }

    /// What `id` was broadcast from, if it was.
    pub fn narrow(&self, id: Id) -> Option<Id> {
        self.value(id).narrow
    }

    /// Notes that axis `i` of `y` is axis `perm[i]` of `x`.
    pub fn note_transposed(&mut self, y: Id, x: Id, perm: &[usize]) {
        self.values[y.0].transposed = Some((x, perm.to_vec()));
    }

    /// What `id` is a transposition of, if it is one.
    pub fn transposed(&self, id: Id) -> Option<(Id, Vec<usize>)> {
        self.value(id).transposed.clone()
    }

    /// Adds an operator.
    pub fn emit(
        &mut self,
        op: &'static str,
        inputs: Vec<Operand>,
        dims: Vec<usize>,
        dtype: DataType,
        settings: Vec<(&'static str, Setting)>,
    ) -> Result<Id, Why> {
        non_empty(&dims)?;
        for input in &inputs {
            if let Operand::Value(id) = input {
                non_empty(self.dims(*id))?;
            }
        }
        let source = Source::Node;
        let output = self.push(Value {
            dims,
            dtype,
            source,
            narrow: None,
            transposed: None,
        });
        let label = self.label.clone();
        self.steps.push(Step {
            op,
            label,
            inputs,
            output,
            settings,
        });
        Ok(output)
    }

    /// Adds an operator on f32.
    pub fn emit_f32(
        &mut self,
        op: &'static str,
        inputs: Vec<Operand>,
        dims: Vec<usize>,
        settings: Vec<(&'static str, Setting)>,
    ) -> Result<Id, Why> {
        self.emit(op, inputs, dims, DataType::F32, settings)
    }

    /// The value whose numbers `id` has.
    pub fn resolve(&self, mut id: Id) -> Id {
        while let Source::Alias(of) = self.value(id).source {
            id = of;
        }
        id
    }

    /// Whether the value comes from a node or an input, and not from the file.
    pub fn is_computed(&self, id: Id) -> bool {
        !matches!(self.value(self.resolve(id)).source, Source::Constant(_))
    }

    /// The step that computes a value.
    pub fn made_by(&self, id: Id) -> Option<&Step> {
        self.steps.iter().rev().find(|step| step.output == id)
    }

    /// The steps without those that no output needs, in order.
    pub fn needed(&self, outputs: &[Id]) -> Vec<&Step> {
        let mut wanted = vec![false; self.values.len()];
        for id in outputs {
            wanted[self.resolve(*id).0] = true;
        }
        let mut kept = Vec::new();
        for step in self.steps.iter().rev() {
            if wanted[step.output.0] {
                for input in &step.inputs {
                    if let Operand::Value(id) = input {
                        wanted[self.resolve(*id).0] = true;
                    }
                }
                kept.push(step);
            }
        }
        kept.reverse();
        kept
    }

    /// The name of a value in the lowered model.
    pub fn name(&self, id: Id) -> String {
        let id = self.resolve(id);
        match self.value(id).source {
            Source::Input(index) => input_name(index),
            Source::Constant(_) => format!("c{}", id.0),
            Source::Node | Source::Alias(_) => format!("v{}", id.0),
        }
    }
}

/// The name of an input in the lowered model.
pub(crate) fn input_name(index: usize) -> String {
    format!("i{index}")
}

/// The name of an output in the lowered model.
pub(crate) fn output_name(index: usize) -> String {
    format!("o{index}")
}

/// Refuses tensors without elements, which have no buffers.
pub(crate) fn non_empty(dims: &[usize]) -> Result<(), Why> {
    if dims.contains(&0) {
        Err(Why::Empty)
    } else {
        Ok(())
    }
}

/// Refuses a number of parallel steps that wonnx would round up: shaders without a bound check would then write where
/// they must not.
pub(crate) fn exact_steps(steps: usize) -> Result<(), Why> {
    let size = steps.div_ceil(MAX_WORKGROUPS).max(1);
    if steps.is_multiple_of(size) {
        Ok(())
    } else {
        Err(Why::Size { steps })
    }
}
