//! Functions of one value: a run of elementwise nodes with nothing but constants beside it.

use std::collections::{HashMap, HashSet};

use countersign_onnx::Node;

use crate::graph::{float, limits, output, Graph};

/// Nodes that together are one function of the value they begin at.
pub(crate) struct Function<'m> {
    start: String,
    nodes: Vec<&'m Node>,
    /// The value that it computes.
    pub result: String,
}

/// The longest function of `start` that nothing else looks into, if it is more than limits.
pub(crate) fn function<'m>(graph: &Graph<'m>, start: &str) -> Option<Function<'m>> {
    if graph.is_output(start) {
        return None;
    }
    let mut inside: HashSet<&str> = HashSet::from([start]);
    let mut nodes: Vec<&'m Node> = Vec::new();
    let mut found = None;
    for node in graph.nodes() {
        let read = || node.inputs.iter().filter(|name| !name.is_empty());
        let fits = elementwise(node)
            && read().any(|name| inside.contains(name.as_str()))
            && read().all(|name| inside.contains(name.as_str()) || graph.scalar(name).is_some());
        if !fits {
            continue;
        }
        nodes.push(node);
        inside.insert(output(node));
        // Closed: all that is computed so far ends here.
        let closed = inside
            .iter()
            .filter(|name| **name != output(node))
            .all(|name| {
                !graph.is_output(name)
                    && graph
                        .readers(name)
                        .iter()
                        .all(|reader| nodes.iter().any(|node| node.index == reader.index))
            });
        if closed {
            found = Some(nodes.clone());
        }
        if graph.is_output(output(node)) {
            break;
        }
    }
    let nodes = found?;
    let bends = nodes.iter().any(|node| limits(graph, node).is_none());
    let result = output(nodes.last()?).to_owned();
    bends.then(|| Function {
        start: start.to_owned(),
        nodes,
        result,
    })
}

fn elementwise(node: &Node) -> bool {
    const ALL: [&str; 17] = [
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Clip",
        "Relu",
        "HardSigmoid",
        "HardSwish",
        "Sigmoid",
        "Tanh",
        "Exp",
        "Erf",
        "Neg",
        "Abs",
        "LeakyRelu",
        "Identity",
        "Softplus",
    ];
    node.domain.is_empty() && ALL.contains(&node.op_type.as_str())
}

impl Function<'_> {
    /// The nodes that need not be looked at again.
    pub fn indices(&self) -> impl Iterator<Item = usize> + '_ {
        self.nodes.iter().map(|node| node.index)
    }

    /// The function at `x`, in binary64.
    pub fn at(&self, graph: &Graph<'_>, x: f64) -> f64 {
        let mut values: HashMap<&str, f64> = HashMap::from([(self.start.as_str(), x)]);
        let mut last = x;
        for node in &self.nodes {
            let value = |index: usize| {
                let name = node.input(index)?;
                values.get(name).copied().or_else(|| graph.scalar(name))
            };
            let (a, b) = (value(0).unwrap_or(0.0), value(1).unwrap_or(0.0));
            last = apply(graph, node, a, b);
            values.insert(output(node), last);
        }
        last
    }
}

fn apply(graph: &Graph<'_>, node: &Node, a: f64, b: f64) -> f64 {
    let hard = |alpha: f64, beta: f64| (alpha * a + beta).clamp(0.0, 1.0);
    match node.op_type.as_str() {
        "Add" => a + b,
        "Sub" => a - b,
        "Mul" => a * b,
        "Div" => a / b,
        "HardSigmoid" => hard(float(node, "alpha", 0.2), float(node, "beta", 0.5)),
        "HardSwish" => a * hard(1.0 / 6.0, 0.5),
        "Sigmoid" => 1.0 / (1.0 + libm::exp(-a)),
        "Tanh" => libm::tanh(a),
        "Exp" => libm::exp(a),
        "Erf" => libm::erf(a),
        "Neg" => -a,
        "Abs" => a.abs(),
        "Softplus" => libm::log1p(libm::exp(a)),
        "LeakyRelu" if a < 0.0 => a * float(node, "alpha", 0.01),
        "Relu" | "Clip" => {
            let (lo, hi) = limits(graph, node).unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
            a.max(lo).min(hi)
        }
        _ => a,
    }
}
