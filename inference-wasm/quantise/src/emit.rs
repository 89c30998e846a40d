//! The nodes of the exact model as they come to be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_onnx::{
    Attribute, Data, DataType, Dim, Graph, Initializer, Model, Node, Tensor, ValueInfo,
};

/// The opset of what is written: within EXACT 1.1, and old enough for every runtime in use.
const OPSET: u32 = 17;
/// ONNX's IR version that came with it.
const IR_VERSION: i64 = 8;

#[derive(Default)]
pub(crate) struct Emitter {
    nodes: Vec<Node>,
    initializers: Vec<Initializer>,
    /// Names that inputs and outputs have.
    pub taken: BTreeSet<String>,
    count: usize,
}

pub(crate) fn ints(values: impl IntoIterator<Item = i64>) -> Attribute {
    Attribute::Ints(values.into_iter().collect())
}

impl Emitter {
    fn name(&mut self, letter: &str) -> String {
        loop {
            let name = format!("{letter}{}", self.count);
            self.count += 1;
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }

    fn initializer(&mut self, tensor: Option<Tensor>) -> String {
        let name = self.name("c");
        if let Some(tensor) = tensor {
            self.initializers.push(Initializer {
                name: name.clone(),
                tensor: Arc::new(tensor),
            });
        }
        name
    }

    /// A constant of integers as float32; all are below 2^24 and so exact.
    pub fn constant(&mut self, dims: Vec<usize>, values: &[f64]) -> String {
        let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
        self.initializer(Tensor::new(dims, Data::F32(values)))
    }

    /// A shape.
    pub fn shape(&mut self, dims: &[usize]) -> String {
        let values = dims.iter().map(|size| *size as i64).collect();
        self.initializer(Some(Tensor::vector::<i64>(values)))
    }

    /// A node with one output, whose name is the answer.
    pub fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<(&str, Attribute)>,
    ) -> String {
        let output = self.name("q");
        self.named(operator, inputs, attributes, output.clone());
        output
    }

    fn named(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<(&str, Attribute)>,
        output: String,
    ) {
        let attributes: BTreeMap<String, Attribute> = attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        self.nodes.push(Node {
            name: String::new(),
            index: self.nodes.len(),
            op_type: operator.to_owned(),
            domain: String::new(),
            inputs: inputs.iter().map(|name| (*name).to_owned()).collect(),
            outputs: vec![output],
            attributes,
        });
    }

    /// `Mul(2^-s)`, Floor, Clip: one step (EXACT 1.6). The rounding term is in `x` already. One shift for all, or one for each
    /// channel (axis 1) of a value of rank `rank`.
    pub fn requantise(
        &mut self,
        x: &str,
        shifts: &[u32],
        rank: usize,
        (lo, hi): (i64, i64),
    ) -> String {
        let factors: Vec<f64> = shifts
            .iter()
            .map(|shift| 1.0 / (1_u64 << shift) as f64)
            .collect();
        let dims = match factors.len() {
            1 => Vec::new(),
            channels => (1..rank)
                .map(|axis| if axis == 1 { channels } else { 1 })
                .collect(),
        };
        let scale = self.constant(dims, &factors);
        let (lo, hi) = (
            self.constant(Vec::new(), &[lo as f64]),
            self.constant(Vec::new(), &[hi as f64]),
        );
        let scaled = self.node("Mul", &[x, &scale], Vec::new());
        let floored = self.node("Floor", &[&scaled], Vec::new());
        self.node("Clip", &[&floored, &lo, &hi], Vec::new())
    }

    /// The model: inputs and outputs with their shapes. An output is another name of what was emitted.
    pub fn finish(
        mut self,
        inputs: &[(String, Vec<usize>)],
        outputs: &[(String, String, Vec<usize>)],
    ) -> Model {
        for (name, value, _) in outputs {
            self.named("Identity", &[value], Vec::new(), name.clone());
        }
        let port = |name: &String, dims: &Vec<usize>| ValueInfo {
            name: name.clone(),
            dtype: Some(DataType::F32),
            dims: Some(dims.iter().map(|size| Dim::Fixed(*size)).collect()),
        };
        Model {
            ir_version: IR_VERSION,
            producer: "countersign quantise".to_owned(),
            opsets: BTreeMap::from([(String::new(), OPSET)]),
            graph: Graph {
                name: "exact".to_owned(),
                nodes: self.nodes,
                inputs: inputs.iter().map(|(name, dims)| port(name, dims)).collect(),
                outputs: outputs
                    .iter()
                    .map(|(name, _, dims)| port(name, dims))
                    .collect(),
                initializers: self.initializers,
                value_info: Vec::new(),
            },
        }
    }
}
