//! What a float model's values are on the samples: shapes, ranges, means, and what is constant.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_abi::{ElementType, NamedTensor};
use countersign_onnx::{Attribute, Data, DataType, Dim, Graph, Model, Tensor, ValueInfo};

use crate::{QuantiseError, Runner};

/// The model's inputs of one run, in the model's order.
pub type Sample = Vec<Tensor>;

/// A value over all samples.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub dims: Vec<usize>,
    pub lo: f64,
    pub hi: f64,
    /// The mean of each channel (axis 1); of all elements where there is no such axis.
    pub means: Vec<f64>,
}

pub(crate) struct Probe {
    pub seen: HashMap<String, Seen>,
    /// Values that depend on no input, or on its shape alone.
    pub constants: HashMap<String, Arc<Tensor>>,
    /// Whether all elements of an input are multiples of a step: the values themselves decide.
    pub samples: Vec<Sample>,
}

/// Runs the model on every sample with all its values as outputs.
pub(crate) fn probe(
    model: &Model,
    samples: &[Sample],
    runner: &mut dyn Runner,
) -> Result<Probe, QuantiseError> {
    let wrong = |why: String| QuantiseError::Samples(why);
    let Some(first) = samples.first() else {
        return Err(wrong("there is none".to_owned()));
    };
    let inputs = &model.graph.inputs;
    for (index, sample) in samples.iter().enumerate() {
        let fits = sample.len() == inputs.len()
            && sample
                .iter()
                .zip(first)
                .all(|(one, other)| one.dims() == other.dims() && one.dtype() == DataType::F32);
        if !fits {
            let count = inputs.len();
            return Err(wrong(format!(
                "sample {index} is not {count} float32 tensors of the first one's shapes"
            )));
        }
    }
    let constants = constants(&model.graph);
    let names = names(&model.graph);
    let open: Vec<&str> = model
        .graph
        .nodes
        .iter()
        .filter(|node| node.op_type != "Constant")
        .flat_map(|node| node.outputs.iter().map(String::as_str))
        .filter(|name| !name.is_empty())
        .collect();
    runner
        .load(crate::write(&opened(model, first, &names, &open), &[]))
        .map_err(QuantiseError::Engine)?;
    let mut probe = Probe {
        seen: HashMap::new(),
        constants,
        samples: samples.to_vec(),
    };
    let mut sums = HashMap::new();
    for sample in samples {
        for (port, tensor) in inputs.iter().zip(sample) {
            see(&mut probe, &mut sums, &port.name, tensor);
        }
        let fed = inputs.iter().zip(sample).map(|(port, tensor)| NamedTensor {
            name: names.get(port.name.as_str()).cloned().unwrap_or_default(),
            dtype: ElementType::F32,
            dims: tensor.dims().iter().map(|size| *size as u64).collect(),
            data: tensor.data().to_le_bytes(),
        });
        let given = runner.run(fed.collect()).map_err(QuantiseError::Engine)?;
        for (name, tensor) in open.iter().zip(given) {
            let tensor = to_tensor(tensor)?;
            see(&mut probe, &mut sums, name, &tensor);
            let depends = depends(&model.graph, name, &probe.constants);
            if !depends {
                probe.constants.insert((*name).to_owned(), Arc::new(tensor));
            }
        }
    }
    for (name, (sum, count)) in sums {
        if let Some(seen) = probe.seen.get_mut(&name) {
            seen.means = sum.iter().map(|sum| sum / count).collect();
        }
    }
    Ok(probe)
}

/// A tensor that came from an engine.
pub(crate) fn to_tensor(named: NamedTensor) -> Result<Tensor, QuantiseError> {
    let dims: Vec<usize> = named.dims.iter().map(|size| *size as usize).collect();
    let dtype = DataType::from_code(i64::from(named.dtype.code()));
    let tensor = dtype.and_then(|dtype| Tensor::new(dims, Data::from_le_bytes(dtype, &named.data)));
    tensor.ok_or_else(|| QuantiseError::Engine(format!("{} is malformed", named.name)))
}

/// Initialisers and Constant nodes.
fn constants(graph: &Graph) -> HashMap<String, Arc<Tensor>> {
    let mut constants: HashMap<String, Arc<Tensor>> = graph
        .initializers
        .iter()
        .map(|one| (one.name.clone(), Arc::clone(&one.tensor)))
        .collect();
    for node in graph.nodes.iter().filter(|node| node.op_type == "Constant") {
        if let (Some(name), Some(Attribute::Tensor(tensor))) =
            (node.outputs.first(), node.attributes.get("value"))
        {
            constants.insert(name.clone(), Arc::clone(tensor));
        }
    }
    constants
}

/// Whether a value depends on what an input holds. The shapes are the samples', so a Shape is constant.
fn depends(graph: &Graph, value: &str, constants: &HashMap<String, Arc<Tensor>>) -> bool {
    let node = graph
        .nodes
        .iter()
        .find(|node| node.outputs.iter().any(|name| name == value));
    let Some(node) = node.filter(|node| node.op_type != "Shape") else {
        return node.is_none();
    };
    let mut read = node.inputs.iter().filter(|name| !name.is_empty());
    read.any(|name| !constants.contains_key(name))
}

/// A short name for every value: any text may be an ONNX name, not every one an item's (PROTOCOL 2.1).
fn names(graph: &Graph) -> HashMap<String, String> {
    let inputs = graph.inputs.iter().map(|port| port.name.as_str());
    let fixed = graph.initializers.iter().map(|one| one.name.as_str());
    let computed = graph.nodes.iter().flat_map(|node| &node.outputs);
    let all = inputs.chain(fixed).chain(computed.map(String::as_str));
    all.enumerate()
        .filter(|(_, name)| !name.is_empty())
        .map(|(index, name)| (name.to_owned(), format!("v{index}")))
        .collect()
}

/// The model with the samples' shapes, short names, and the values of `open` as its outputs.
fn opened(model: &Model, sample: &Sample, names: &HashMap<String, String>, open: &[&str]) -> Model {
    let short = |name: &String| names.get(name).cloned().unwrap_or_default();
    let mut model = model.clone();
    let mut types: HashMap<String, DataType> = HashMap::new();
    let graph = &mut model.graph;
    for (port, tensor) in graph.inputs.iter_mut().zip(sample) {
        types.insert(port.name.clone(), DataType::F32);
        port.dims = Some(tensor.dims().iter().map(|size| Dim::Fixed(*size)).collect());
        port.name = short(&port.name);
    }
    for one in &mut graph.initializers {
        types.insert(one.name.clone(), one.tensor.dtype());
        one.name = short(&one.name);
    }
    for node in &mut graph.nodes {
        let dtype = match (
            node.op_type.as_str(),
            node.attributes.get("value"),
            node.attributes.get("to"),
        ) {
            ("Constant", Some(Attribute::Tensor(tensor)), _) => tensor.dtype(),
            ("Shape", ..) => DataType::I64,
            ("Cast", _, Some(Attribute::Int(code))) => {
                DataType::from_code(*code).unwrap_or(DataType::F32)
            }
            _ => {
                let first = node.inputs.first().and_then(|name| types.get(name));
                first.copied().unwrap_or(DataType::F32)
            }
        };
        for name in node.outputs.iter_mut().filter(|name| !name.is_empty()) {
            types.insert(name.clone(), dtype);
            *name = short(name);
        }
        for name in node.inputs.iter_mut().filter(|name| !name.is_empty()) {
            *name = short(name);
        }
    }
    graph.outputs = open
        .iter()
        .map(|name| ValueInfo {
            name: short(&(*name).to_owned()),
            dtype: types.get(*name).copied(),
            dims: None,
        })
        .collect();
    graph.value_info.clear();
    model
}

/// Takes a tensor into the ranges and means.
fn see(
    probe: &mut Probe,
    sums: &mut HashMap<String, (Vec<f64>, f64)>,
    name: &str,
    tensor: &Tensor,
) {
    let Some(elements) = tensor.elements::<f32>() else {
        return;
    };
    let dims = tensor.dims();
    let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
    for element in elements {
        lo = lo.min(f64::from(*element));
        hi = hi.max(f64::from(*element));
    }
    let channels = dims.get(1).copied().unwrap_or(1).max(1);
    let inner: usize = dims.iter().skip(2).product::<usize>().max(1);
    let (sum, count) = sums
        .entry(name.to_owned())
        .or_insert_with(|| (vec![0.0; channels], 0.0));
    for (index, run) in elements.chunks(inner).enumerate() {
        if let Some(sum) = sum.get_mut(index % channels) {
            *sum += run.iter().map(|element| f64::from(*element)).sum::<f64>();
        }
    }
    *count += elements.len() as f64 / channels as f64;
    let seen = probe.seen.entry(name.to_owned()).or_insert_with(|| Seen {
        dims: dims.to_vec(),
        lo,
        hi,
        means: Vec::new(),
    });
    seen.lo = seen.lo.min(lo);
    seen.hi = seen.hi.max(hi);
}
