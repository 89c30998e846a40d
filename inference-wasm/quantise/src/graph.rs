//! The float model as it is read here: which nodes matter, who reads what.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use countersign_onnx::{Attribute, Model, Node, Tensor};

use crate::probe::{Probe, Seen};
use crate::QuantiseError;

pub(crate) struct Graph<'m> {
    pub model: &'m Model,
    probe: &'m Probe,
    /// For each output of the graph, the value that stands for it.
    pub outputs: Vec<(String, String)>,
    /// Nodes that an output needs, by value.
    readers: HashMap<&'m str, Vec<&'m Node>>,
    by_output: HashMap<&'m str, &'m Node>,
    live: HashSet<usize>,
}

/// A refusal of a node.
pub(crate) fn refuse<T>(node: &Node, why: impl Into<String>) -> Result<T, QuantiseError> {
    Err(QuantiseError::Node {
        node: node.label(),
        why: why.into(),
    })
}

impl<'m> Graph<'m> {
    pub fn new(model: &'m Model, probe: &'m Probe) -> Result<Self, QuantiseError> {
        let mut graph = Self {
            model,
            probe,
            outputs: Vec::new(),
            readers: HashMap::new(),
            by_output: HashMap::new(),
            live: HashSet::new(),
        };
        for node in &model.graph.nodes {
            for name in &node.outputs {
                graph.by_output.insert(name, node);
            }
        }
        for output in &model.graph.outputs {
            let source = graph.source(&output.name);
            graph.outputs.push((output.name.clone(), source.to_owned()));
        }
        let mut open: Vec<&str> = model
            .graph
            .outputs
            .iter()
            .map(|output| graph.source(&output.name))
            .collect();
        while let Some(name) = open.pop() {
            let node = graph.by_output.get(name).copied();
            let Some(node) = node.filter(|_| graph.constant(name).is_none()) else {
                continue;
            };
            if graph.live.insert(node.index) {
                for name in node.inputs.iter().filter(|name| !name.is_empty()) {
                    graph.readers.entry(name).or_default().push(node);
                    open.push(name);
                }
            }
        }
        Ok(graph)
    }

    /// The value that an output stands for: a Softmax at the end changes no decision and is left out.
    fn source(&self, output: &'m str) -> &'m str {
        let mut name = output;
        while let Some(node) = self.by_output.get(name) {
            let passes = matches!(
                node.op_type.as_str(),
                "Identity" | "Dropout" | "Softmax" | "LogSoftmax"
            );
            match node.inputs.first() {
                Some(input) if passes => name = input,
                _ => break,
            }
        }
        name
    }

    /// Whether a Softmax stands between an output and the value that stands for it.
    pub fn softmax(&self, output: &str, source: &str) -> bool {
        let mut name = output;
        while let Some(node) = self.by_output.get(name).filter(|_| name != source) {
            if node.op_type == "Softmax" {
                return true;
            }
            name = node.inputs.first().map_or(source, String::as_str);
        }
        false
    }

    /// The nodes that matter, in the file's order.
    pub fn nodes(&self) -> impl Iterator<Item = &'m Node> + '_ {
        let nodes = self.model.graph.nodes.iter();
        nodes.filter(|node| self.live.contains(&node.index))
    }

    pub fn readers(&self, name: &str) -> &[&'m Node] {
        self.readers.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn is_output(&self, name: &str) -> bool {
        self.outputs.iter().any(|(_, source)| source == name)
    }

    /// The one node that reads the value, if it is no output.
    pub fn only_reader(&self, name: &str) -> Option<&'m Node> {
        match self.readers(name) {
            [only] if !self.is_output(name) => Some(only),
            _ => None,
        }
    }

    pub fn constant(&self, name: &str) -> Option<&'m Arc<Tensor>> {
        self.probe.constants.get(name)
    }

    /// A constant's elements.
    pub fn numbers(&self, name: &str) -> Option<Vec<f64>> {
        let elements = self.constant(name)?.elements::<f32>()?;
        Some(elements.iter().map(|element| f64::from(*element)).collect())
    }

    /// A constant of one element.
    pub fn scalar(&self, name: &str) -> Option<f64> {
        match self.numbers(name)?.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// A constant with one number for each of `channels` channels of a value of rank `rank`, or one for all.
    pub fn per_channel(&self, name: &str, rank: usize, channels: usize) -> Option<Vec<f64>> {
        let (tensor, numbers) = (self.constant(name)?, self.numbers(name)?);
        if let [only] = numbers.as_slice() {
            return Some(vec![*only; channels]);
        }
        let dims = tensor.dims();
        let offset = rank.checked_sub(dims.len())?;
        let fits = dims.iter().enumerate().all(|(axis, size)| {
            let wanted = if axis + offset == 1 { channels } else { 1 };
            *size == wanted
        });
        (fits && numbers.len() == channels).then_some(numbers)
    }

    pub fn seen(&self, node: &Node, name: &str) -> Result<&'m Seen, QuantiseError> {
        match self.probe.seen.get(name) {
            Some(seen) if seen.lo.is_finite() && seen.hi.is_finite() => Ok(seen),
            Some(_) => refuse(node, format!("{name} is not finite on the samples")),
            None => refuse(node, format!("{name} is not float32")),
        }
    }
}

/// The node's first input, or a refusal.
pub(crate) fn input(node: &Node, index: usize) -> Result<&str, QuantiseError> {
    match node.input(index) {
        Some(name) => Ok(name),
        None => refuse(node, format!("input {index} is missing")),
    }
}

/// The node's only output.
pub(crate) fn output(node: &Node) -> &str {
    node.outputs.first().map_or("", String::as_str)
}

pub(crate) fn float(node: &Node, name: &str, default: f32) -> f64 {
    match node.attributes.get(name) {
        Some(Attribute::Float(value)) => f64::from(*value),
        _ => f64::from(default),
    }
}

pub(crate) fn int(node: &Node, name: &str, default: i64) -> i64 {
    match node.attributes.get(name) {
        Some(Attribute::Int(value)) => *value,
        _ => default,
    }
}

/// Limits of a Relu or Clip.
pub(crate) fn limits(graph: &Graph<'_>, node: &Node) -> Option<(f64, f64)> {
    if node.op_type == "Relu" {
        return Some((0.0, f64::INFINITY));
    }
    if node.op_type != "Clip" {
        return None;
    }
    let limit = |index: usize, name: &str, default: f64| match node.input(index) {
        Some(input) => graph.scalar(input),
        None => match node.attributes.get(name) {
            Some(Attribute::Float(value)) => Some(f64::from(*value)),
            _ => Some(default),
        },
    };
    Some((
        limit(1, "min", f64::NEG_INFINITY)?,
        limit(2, "max", f64::INFINITY)?,
    ))
}
