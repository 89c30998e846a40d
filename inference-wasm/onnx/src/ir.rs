//! The typed graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Attribute, DataType, Tensor};

/// A loaded model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// `ir_version`.
    pub ir_version: i64,
    /// The program that wrote the file; may be empty.
    pub producer: String,
    /// Imported opset versions by domain; `ai.onnx` is written as the empty domain.
    pub opsets: BTreeMap<String, u32>,
    /// The main graph.
    pub graph: Graph,
}

impl Model {
    /// The imported version of `ai.onnx`, in [`OPSETS`](crate::OPSETS); 0 if the model uses none.
    pub fn opset(&self) -> u32 {
        self.opsets.get("").copied().unwrap_or(0)
    }
}

/// A graph, the main one or one in an attribute.
///
/// Values are named. In the main graph every name has one definition: an input, an initializer or a node's output. A
/// subgraph sees the names of the graphs around it as of its node's position, and does not redefine them.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// Its name; may be empty.
    pub name: String,
    /// The nodes in the order of the file, which is topological.
    pub nodes: Vec<Node>,
    /// What must be fed: inputs without those that an initializer of the same name gives a value (those are constants here).
    pub inputs: Vec<ValueInfo>,
    /// The outputs, each defined by a node, an input, an initializer or (in a subgraph) a graph around it.
    pub outputs: Vec<ValueInfo>,
    /// The parameters.
    pub initializers: Vec<Initializer>,
    /// What the file claims about other values. A claim: nothing was computed from it.
    pub value_info: Vec<ValueInfo>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Initializer {
    /// The value it defines.
    pub name: String,
    /// Its elements.
    pub tensor: Arc<Tensor>,
}

/// A node: one use of an operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name; may be empty, need not be unique.
    pub name: String,
    /// Its position in its graph.
    pub index: usize,
    /// The operator.
    pub op_type: String,
    /// The operator's domain; `ai.onnx` is written as the empty domain.
    pub domain: String,
    /// The values it reads; the empty name is an optional input that is left out.
    pub inputs: Vec<String>,
    /// The values it defines; the empty name is an optional output that is not wanted.
    pub outputs: Vec<String>,
    /// Its attributes by name.
    pub attributes: BTreeMap<String, Attribute>,
}

impl Node {
    /// How messages name the node: `name (Operator)`, or `node 3 (Operator)` if it has no name.
    pub fn label(&self) -> String {
        if self.name.is_empty() {
            format!("node {} ({})", self.index, self.op_type)
        } else {
            format!("{} ({})", self.name, self.op_type)
        }
    }

    /// The name of input `index`, `None` where it is left out.
    pub fn input(&self, index: usize) -> Option<&str> {
        self.inputs
            .get(index)
            .map(String::as_str)
            .filter(|name| !name.is_empty())
    }
}

/// What a file says about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueInfo {
    /// The value's name.
    pub name: String,
    /// Its element type; inputs of the main graph always have one.
    pub dtype: Option<DataType>,
    /// Its dimensions; `None` if even their number is open.
    pub dims: Option<Vec<Dim>>,
}

/// A dimension as a file declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dim {
    /// A fixed size.
    Fixed(usize),
    /// A named size: equal names are equal sizes.
    Symbol(String),
    /// Any size.
    Unknown,
}
