//! An ONNX model of the exact profile while it grows, node by node. The importer is asked after each: what it refuses is not added,
//! and it says which leaf of the trace a value is, and of which shape.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_exact::import;
use countersign_onnx::{
    Attribute, Data, DataType, Dim, Graph, Initializer, Model, Node, Tensor, ValueInfo,
};
use countersign_shared::exact::Program;

/// The most outputs of a program (EXACT, constants).
const PORTS: usize = 8;

/// A value of whole numbers that anybody may read.
#[derive(Clone, Debug)]
pub struct Shown {
    pub name: String,
    pub dims: Vec<usize>,
    /// Its leaf of the trace.
    pub leaf: u32,
}

/// An input with its interval.
#[derive(Clone, Debug)]
pub struct Port {
    pub name: String,
    pub dims: Vec<usize>,
    pub lo: i32,
    pub hi: i32,
}

#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub opset: u32,
    pub inputs: Vec<Port>,
    pub values: Vec<Shown>,
    nodes: Vec<Node>,
    constants: Vec<Initializer>,
    named: usize,
}

impl Draft {
    /// A model whose values are its inputs so far.
    pub fn new(opset: u32, inputs: Vec<Port>) -> Self {
        // Leaves are numbered in the order of the names (EXACT 2.1), which is that of the list.
        let values = (0..).zip(&inputs).map(|(leaf, port)| Shown {
            name: port.name.clone(),
            dims: port.dims.clone(),
            leaf,
        });
        Self {
            opset,
            values: values.collect(),
            inputs,
            ..Self::default()
        }
    }

    fn name(&mut self, letter: char) -> String {
        self.named += 1;
        format!("{letter}{}", self.named)
    }

    /// A constant, as an initialiser or as a node.
    pub fn constant(&mut self, tensor: Tensor, as_node: bool) -> String {
        let name = self.name('c');
        let tensor = Arc::new(tensor);
        if as_node {
            let value = ("value", Attribute::Tensor(tensor));
            self.push("Constant", &[], vec![value], &name);
        } else {
            let name = name.clone();
            self.constants.push(Initializer { name, tensor });
        }
        name
    }

    pub fn floats(&mut self, dims: &[usize], values: Vec<f32>) -> String {
        let tensor = Tensor::new(dims.to_vec(), Data::F32(values)).expect("as many as the shape");
        self.constant(tensor, false)
    }

    pub fn number(&mut self, value: f32) -> String {
        self.constant(Tensor::scalar(value), false)
    }

    pub fn integers(&mut self, values: impl IntoIterator<Item = i64>) -> String {
        self.constant(
            Tensor::vector(values.into_iter().collect::<Vec<_>>()),
            false,
        )
    }

    fn push(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<(&str, Attribute)>,
        output: &str,
    ) {
        let index = self.nodes.len();
        let attributes = attributes.into_iter();
        self.nodes.push(Node {
            // Nodes without a name are told by their number.
            name: if index.is_multiple_of(3) {
                String::new()
            } else {
                format!("{operator} {index}")
            },
            index,
            op_type: operator.to_owned(),
            domain: String::new(),
            inputs: inputs.iter().map(|name| (*name).to_owned()).collect(),
            outputs: vec![output.to_owned()],
            attributes: attributes
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        });
    }

    /// A node; gives the name of what it computes.
    pub fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<(&str, Attribute)>,
    ) -> String {
        let output = self.name('v');
        self.push(operator, inputs, attributes, &output);
        output
    }

    /// Makes `name` a value for readers, unless the importer refuses what leads to it, or it has more than `most` elements.
    pub fn show(&mut self, name: &str, most: usize) -> bool {
        let Ok(program) = import(&self.model(&[name]), &self.metadata()) else {
            return false;
        };
        let output = &program.interface.outputs[0];
        let dims = output.dims.sizes().iter().map(|size| *size as usize);
        let shown = Shown {
            name: name.to_owned(),
            dims: dims.collect(),
            leaf: output.leaf,
        };
        let fits = shown.dims.iter().product::<usize>() <= most;
        if fits {
            self.values.push(shown);
        }
        fits
    }

    /// The values that no node reads: the ends of the graph, at most as many as a program may have outputs.
    pub fn ends(&self) -> Vec<&Shown> {
        let read: BTreeSet<&str> = self
            .nodes
            .iter()
            .flat_map(|node| node.inputs.iter().map(String::as_str))
            .collect();
        let ends = self.computed().into_iter();
        let ends: Vec<_> = ends
            .filter(|value| !read.contains(value.name.as_str()))
            .collect();
        ends.into_iter().rev().take(PORTS).rev().collect()
    }

    /// Every value but the inputs.
    pub fn computed(&self) -> Vec<&Shown> {
        self.values.iter().skip(self.inputs.len()).collect()
    }

    pub fn metadata(&self) -> Vec<(String, String)> {
        let ports = self.inputs.iter();
        ports
            .map(|Port { name, lo, hi, .. }| {
                (format!("countersign.interval/{name}"), format!("{lo} {hi}"))
            })
            .collect()
    }

    /// The model with these outputs.
    pub fn model(&self, outputs: &[&str]) -> Model {
        let info = |name: &str, dims: Option<&[usize]>| ValueInfo {
            name: name.to_owned(),
            dtype: Some(DataType::F32),
            dims: dims.map(|dims| dims.iter().map(|size| Dim::Fixed(*size)).collect()),
        };
        let dims = |name: &str| {
            let value = self.values.iter().find(|value| value.name == name);
            value.map(|value| value.dims.as_slice())
        };
        Model {
            ir_version: 8,
            producer: "countersign".to_owned(),
            opsets: BTreeMap::from([(String::new(), self.opset)]),
            graph: Graph {
                name: "random".to_owned(),
                nodes: self.nodes.clone(),
                inputs: self
                    .inputs
                    .iter()
                    .map(|port| info(&port.name, Some(&port.dims)))
                    .collect(),
                outputs: outputs.iter().map(|name| info(name, dims(name))).collect(),
                initializers: self.constants.clone(),
                value_info: Vec::new(),
            },
        }
    }

    /// The program whose outputs are the ends.
    pub fn program(&self) -> Program {
        let ends: Vec<&str> = self.ends().iter().map(|end| end.name.as_str()).collect();
        import(&self.model(&ends), &self.metadata()).expect("every part was imported")
    }
}
