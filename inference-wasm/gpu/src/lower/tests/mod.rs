//! Lowered models compute what the models compute: both are run on the engine, which was compared with ONNX's own tests.
//! What wonnx then makes of the lowered one is tested in a browser.

mod compositions;
mod families;
mod forms;
mod kernels;
mod refusals;
mod tables;

use std::collections::HashMap;

use countersign_abi::{
    ElementType, FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, RunRequest, Task,
};
use countersign_engine::Engine;
use countersign_onnx::{load, Data, LoadLimits, Model, Tensor};

use super::proto::Message;
use super::{lower, Lowered, Refusal};

/// An attribute of a node under test.
#[derive(Clone)]
pub(crate) enum At {
    Int(i64),
    Ints(Vec<i64>),
    Float(f32),
    Text(&'static str),
}

/// A node under test: operator, inputs, outputs, attributes.
pub(crate) struct N(
    pub &'static str,
    pub Vec<&'static str>,
    pub Vec<&'static str>,
    pub Vec<(&'static str, At)>,
);

/// A model under test, with the input `x` and the outputs `y…`.
pub(crate) struct Case {
    pub opset: u64,
    pub input: (ElementType, Vec<u64>),
    pub nodes: Vec<N>,
    pub constants: Vec<(&'static str, Tensor)>,
    pub outputs: Vec<(&'static str, ElementType)>,
}

/// A model with one node from `x` to `y`.
pub(crate) fn one(
    op: &'static str,
    dims: &[u64],
    constants: Vec<(&'static str, Tensor)>,
    attributes: Vec<(&'static str, At)>,
) -> Case {
    let inputs = std::iter::once("x").chain(constants.iter().map(|(name, _)| *name));
    Case {
        opset: 17,
        input: (ElementType::F32, dims.to_vec()),
        nodes: vec![N(op, inputs.collect(), vec!["y"], attributes)],
        constants,
        outputs: vec![("y", ElementType::F32)],
    }
}

impl Case {
    pub fn opset(mut self, opset: u64) -> Self {
        self.opset = opset;
        self
    }

    pub fn fed(mut self, dtype: ElementType) -> Self {
        self.input.0 = dtype;
        self
    }

    /// The model as a file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut graph = Message::default();
        for (index, N(op, inputs, outputs, attributes)) in self.nodes.iter().enumerate() {
            let mut node = Message::default();
            inputs.iter().for_each(|name| node.text(1, name));
            outputs.iter().for_each(|name| node.text(2, name));
            node.text(3, &format!("n{index}"));
            node.text(4, op);
            for (name, value) in attributes {
                node.message(5, &attribute(name, value));
            }
            graph.message(1, &node);
        }
        graph.text(2, "case");
        for (name, tensor) in &self.constants {
            let mut out = Message::default();
            tensor
                .dims()
                .iter()
                .for_each(|dim| out.number(1, *dim as u64));
            out.number(2, tensor.dtype() as u64);
            out.text(8, name);
            out.bytes(9, &tensor.data().to_le_bytes());
            graph.message(5, &out);
        }
        graph.message(11, &info("x", self.input.0, Some(&self.input.1)));
        for (name, dtype) in &self.outputs {
            graph.message(12, &info(name, *dtype, None));
        }
        let mut opset = Message::default();
        opset.number(2, self.opset);
        let mut model = Message::default();
        model.number(1, 8);
        model.message(7, &graph);
        model.message(8, &opset);
        model.0
    }

    pub fn lower(&self) -> Result<Lowered, Refusal> {
        lower(&parse(&self.bytes()), &HashMap::new())
    }

    /// The operators of the lowered model, in order.
    pub fn forms(&self) -> Vec<String> {
        let lowered = parse(&self.lower().unwrap().model);
        lowered
            .graph
            .nodes
            .into_iter()
            .map(|node| node.op_type)
            .collect()
    }

    /// Asserts that the lowered model computes what the model computes.
    pub fn agrees(&self) {
        self.agrees_on(&numbers(self.input.1.iter().product::<u64>() as usize));
    }

    /// The same, on these numbers.
    pub fn agrees_on(&self, numbers: &[f32]) {
        let lowered = self.lower().unwrap_or_else(|refusal| panic!("{refusal}"));
        let whole: Vec<i64> = numbers.iter().map(|number| *number as i64).collect();
        let data = match self.input.0 {
            ElementType::F32 => Data::F32(numbers.to_vec()),
            ElementType::I64 => Data::I64(whole),
            _ => Data::I32(whole.iter().map(|number| *number as i32).collect()),
        };
        let given = NamedTensor {
            name: "x".into(),
            dtype: self.input.0,
            dims: self.input.1.clone(),
            data: data.to_le_bytes(),
        };
        let truth = execute(self.bytes(), given.clone());
        let data = crate::feed::elements(&lowered.feeds[0], std::slice::from_ref(&given)).unwrap();
        let fed = NamedTensor {
            name: lowered.feeds[0].lowered.clone(),
            dtype: ElementType::F32,
            data: Data::F32(data).to_le_bytes(),
            ..given
        };
        let ours = execute(lowered.model.clone(), fed);
        for (fetch, truth) in lowered.fetches.iter().zip(&truth) {
            let ours = ours
                .iter()
                .find(|tensor| tensor.name == fetch.lowered)
                .unwrap();
            let dims: Vec<u64> = fetch.dims.iter().map(|dim| *dim as u64).collect();
            assert_eq!(dims, truth.dims, "{}", self.nodes[0].0);
            let (ours, truth) = (floats(&ours.data), floats(&truth.data));
            assert_eq!(ours.len(), truth.len());
            for (index, (a, b)) in ours.iter().zip(&truth).enumerate() {
                let near = (a - b).abs() <= 1e-5 * b.abs().max(1.0);
                assert!(
                    a == b || near,
                    "{}: element {index} is {a}, must be {b}",
                    self.nodes[0].0
                );
            }
        }
    }

    /// Asserts that the model is refused at this node, with these words.
    pub fn refused(&self, node: &str, words: &str) {
        let refusal = self.lower().unwrap_err();
        assert_eq!(refusal.node, node);
        let text = refusal.to_string();
        assert!(text.contains(words), "{text}");
    }
}

pub(crate) fn parse(bytes: &[u8]) -> Model {
    load(bytes, &[], LoadLimits::default()).unwrap()
}

fn execute(model: Vec<u8>, input: NamedTensor) -> Vec<NamedTensor> {
    let mut engine = Engine::new();
    let file = ModelFile {
        role: FileRole::Model,
        path: "model.onnx".into(),
        data: model,
    };
    let request = LoadRequest {
        task: Task::Tensors1,
        files: vec![file],
        declared: None,
        limits: Limits::default(),
    };
    engine.load(&request).unwrap();
    let request = RunRequest {
        input: Input::Tensors(vec![input]),
        seed: [0; 32],
    };
    engine.run(request).unwrap().outputs
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes
        .chunks_exact(4)
        .map(|c| f32::from_le_bytes([c[0], c[1], c[2], c[3]]))
        .collect()
}

/// Numbers between −3 and 3 in no order, none twice in a row.
pub(super) fn numbers(count: usize) -> Vec<f32> {
    (0..count)
        .map(|at| ((at * 2_654_435 + 977) % 6007) as f32 / 1001.0 - 3.0)
        .collect()
}

pub(super) fn f32s(dims: &[usize], values: &[f32]) -> Tensor {
    Tensor::new(dims.to_vec(), Data::F32(values.to_vec())).unwrap()
}

/// Weights of these dimensions, between −0.75 and 0.75.
pub(super) fn weights(dims: &[usize]) -> Tensor {
    let values: Vec<f32> = numbers(dims.iter().product())
        .iter()
        .rev()
        .map(|v| v / 4.0)
        .collect();
    f32s(dims, &values)
}

pub(super) fn i64s(values: &[i64]) -> Tensor {
    Tensor::vector(values.to_vec())
}

fn attribute(name: &str, value: &At) -> Message {
    let mut out = Message::default();
    out.text(1, name);
    match value {
        At::Float(value) => {
            out.varint(2 << 3 | 5);
            out.0.extend_from_slice(&value.to_le_bytes());
            out.number(20, 1);
        }
        At::Int(value) => {
            out.number(3, *value as u64);
            out.number(20, 2);
        }
        At::Text(value) => {
            out.text(4, value);
            out.number(20, 3);
        }
        At::Ints(values) => {
            values.iter().for_each(|value| out.number(8, *value as u64));
            out.number(20, 7);
        }
    }
    out
}

fn info(name: &str, dtype: ElementType, dims: Option<&[u64]>) -> Message {
    let mut tensor = Message::default();
    tensor.number(1, u64::from(dtype.code()));
    if let Some(dims) = dims {
        let mut shape = Message::default();
        for dim in dims {
            let mut out = Message::default();
            out.number(1, *dim);
            shape.message(1, &out);
        }
        tensor.message(2, &shape);
    }
    let mut kind = Message::default();
    kind.message(1, &tensor);
    let mut out = Message::default();
    out.text(1, name);
    out.message(2, &kind);
    out
}
