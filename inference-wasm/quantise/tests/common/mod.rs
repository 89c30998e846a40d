//! The engine as a runner, and small float models with weights that only look random.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_abi::{
    FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, RunRequest, Task,
};
use countersign_engine::Engine;
use countersign_onnx::{
    Attribute, Data, DataType, Dim, Graph, Initializer, Model, Node, Tensor, ValueInfo,
};
use countersign_quantise::{Runner, Sample};
use std::collections::BTreeMap;
use std::sync::Arc;

pub struct Native(pub Engine);

impl Runner for Native {
    fn load(&mut self, onnx: Vec<u8>) -> Result<(), String> {
        let request = LoadRequest {
            task: Task::Tensors1,
            files: vec![ModelFile {
                role: FileRole::Model,
                path: "model.onnx".to_owned(),
                data: onnx,
            }],
            declared: None,
            limits: Limits::default(),
        };
        let loaded = self.0.load(&request).map(drop);
        loaded.map_err(|error| error.to_string())
    }

    fn run(&mut self, inputs: Vec<NamedTensor>) -> Result<Vec<NamedTensor>, String> {
        let request = RunRequest {
            input: Input::Tensors(inputs),
            seed: [0; 32],
        };
        let response = self.0.run(request).map_err(|error| error.to_string())?;
        Ok(response.outputs)
    }
}

/// Numbers from -1 to 1 that only look random: xorshift64*.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let top = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40;
        (top as f32 / (1_u32 << 23) as f32) - 1.0
    }

    pub fn tensor(&mut self, dims: &[usize], scale: f32) -> Tensor {
        let count = dims.iter().product();
        let elements = (0..count).map(|_| self.next() * scale).collect();
        Tensor::new(dims.to_vec(), Data::F32(elements)).unwrap()
    }
}

/// A float model as it is written down here.
pub struct Net {
    pub model: Model,
    pub numbers: Numbers,
}

pub fn ints(values: &[i64]) -> Attribute {
    Attribute::Ints(values.to_vec())
}

impl Net {
    pub fn new(input: &[usize]) -> Self {
        let mut dims: Vec<Dim> = input.iter().map(|size| Dim::Fixed(*size)).collect();
        dims[0] = Dim::Symbol("n".to_owned());
        Self {
            model: Model {
                ir_version: 8,
                producer: String::new(),
                opsets: BTreeMap::from([(String::new(), 17)]),
                graph: Graph {
                    name: String::new(),
                    nodes: Vec::new(),
                    inputs: vec![ValueInfo {
                        name: "x".to_owned(),
                        dtype: Some(DataType::F32),
                        dims: Some(dims),
                    }],
                    outputs: Vec::new(),
                    initializers: Vec::new(),
                    value_info: Vec::new(),
                },
            },
            numbers: Numbers(0x1234_5678_9abc_def1),
        }
    }

    pub fn constant(&mut self, tensor: Tensor) -> String {
        let name = format!("c{}", self.model.graph.initializers.len());
        self.model.graph.initializers.push(Initializer {
            name: name.clone(),
            tensor: Arc::new(tensor),
        });
        name
    }

    pub fn floats(&mut self, dims: &[usize], scale: f32) -> String {
        let tensor = self.numbers.tensor(dims, scale);
        self.constant(tensor)
    }

    pub fn scalar(&mut self, value: f32) -> String {
        self.constant(Tensor::scalar(value))
    }

    pub fn node(&mut self, op: &str, inputs: &[&str], attributes: &[(&str, Attribute)]) -> String {
        let index = self.model.graph.nodes.len();
        let output = format!("y{index}");
        self.model.graph.nodes.push(Node {
            name: String::new(),
            index,
            op_type: op.to_owned(),
            domain: String::new(),
            inputs: inputs.iter().map(|name| (*name).to_owned()).collect(),
            outputs: vec![output.clone()],
            attributes: attributes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        });
        output
    }

    /// A convolution with `cout` outputs and padding that keeps the size.
    pub fn conv(&mut self, x: &str, [cout, cin]: [usize; 2], size: usize, group: i64) -> String {
        let per_group = cin / usize::try_from(group).unwrap();
        let scale = 1.5 / ((per_group * size * size) as f32).sqrt();
        let weight = self.floats(&[cout, per_group, size, size], scale);
        let bias = self.floats(&[cout], 0.2);
        let pad = i64::try_from(size / 2).unwrap();
        let attributes = [("pads", ints(&[pad; 4])), ("group", Attribute::Int(group))];
        self.node("Conv", &[x, &weight, &bias], &attributes)
    }

    pub fn norm(&mut self, x: &str, channels: usize) -> String {
        let (gamma, beta) = (self.floats(&[channels], 1.0), self.floats(&[channels], 0.3));
        let mean = self.floats(&[channels], 0.3);
        let variance: Vec<f32> = (0..channels)
            .map(|_| 0.5 + self.numbers.next().abs())
            .collect();
        let variance = self.constant(Tensor::vector(variance));
        self.node(
            "BatchNormalization",
            &[x, &gamma, &beta, &mean, &variance],
            &[],
        )
    }

    pub fn output(&mut self, name: &str) -> Vec<u8> {
        self.model.graph.outputs = vec![ValueInfo {
            name: name.to_owned(),
            dtype: Some(DataType::F32),
            dims: None,
        }];
        countersign_quantise::write(&self.model, &[])
    }
}

pub fn samples(dims: &[usize], count: usize, seed: u64) -> Vec<Sample> {
    let mut numbers = Numbers(seed);
    (0..count)
        .map(|_| {
            let tensor = numbers.tensor(dims, 127.0);
            let elements = tensor.elements::<f32>().unwrap();
            let whole = elements.iter().map(|one| one.round()).collect();
            vec![Tensor::new(dims.to_vec(), Data::F32(whole)).unwrap()]
        })
        .collect()
}
