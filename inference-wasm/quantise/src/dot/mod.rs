//! Sums of products with constant weights: convolutions, matrix products, averages over windows, and what is folded into them.

mod emit;

pub(crate) use emit::{emit, Scales};

use countersign_onnx::{Attribute, Node};

use crate::emit::ints;
use crate::graph::{float, input, int, limits, output, refuse, Graph};
use crate::QuantiseError;

/// The bound of EXACT 1.4.
pub(crate) const LIMIT: f64 = (1 << 24) as f64;

/// How the products are laid out.
pub(crate) enum Form {
    /// A convolution; `dims` of its weight, one spatial axis or two.
    Conv {
        dims: Vec<usize>,
        group: usize,
        attributes: Vec<(&'static str, Attribute)>,
    },
    /// A matrix product of a matrix of rows.
    Rows,
}

/// `channels` sums over `terms` products each.
pub(crate) struct Dot {
    pub x: String,
    pub form: Form,
    /// `channels × terms`.
    pub weight: Vec<f64>,
    pub bias: Vec<f64>,
    /// The value that this computes in the end.
    pub result: String,
    pub clip: (f64, f64),
    /// Nodes that need not be looked at again.
    pub folded: Vec<usize>,
    /// All weights are one and the same: an average.
    pub average: Option<usize>,
}

impl Dot {
    pub fn terms(&self) -> usize {
        self.weight.len() / self.bias.len().max(1)
    }

    /// The input channel of a term, for means: terms of a convolution go through input channels and then the kernel.
    fn channel(&self, output: usize, term: usize) -> usize {
        match &self.form {
            Form::Rows => term,
            Form::Conv { dims, group, .. } => {
                let area: usize = dims.iter().skip(2).product::<usize>().max(1);
                let per_group = dims.get(1).copied().unwrap_or(1);
                let group_size = (self.bias.len() / (*group).max(1)).max(1);
                output / group_size * per_group + term / area
            }
        }
    }
}

/// Reads a node as sums of products, with the nodes after it that fold into it.
pub(crate) fn read(graph: &Graph<'_>, node: &Node) -> Result<Option<Dot>, QuantiseError> {
    let dot = match node.op_type.as_str() {
        "Conv" => conv(graph, node)?,
        "MatMul" | "Gemm" => rows(graph, node)?,
        "GlobalAveragePool" | "AveragePool" => average(graph, node)?,
        "BatchNormalization" => alone(graph, node)?,
        _ => return Ok(None),
    };
    fold(graph, dot).map(Some)
}

fn weight(
    graph: &Graph<'_>,
    node: &Node,
    index: usize,
) -> Result<(Vec<usize>, Vec<f64>), QuantiseError> {
    let name = input(node, index)?;
    match (graph.constant(name), graph.numbers(name)) {
        (Some(tensor), Some(numbers)) => Ok((tensor.dims().to_vec(), numbers)),
        _ => refuse(node, format!("{name} is no float32 constant")),
    }
}

/// Attributes of a window, with nothing left to a default that the profile does not have.
fn window(
    node: &Node,
    names: &[&'static str],
) -> Result<Vec<(&'static str, Attribute)>, QuantiseError> {
    if let Some(Attribute::String(mode)) = node.attributes.get("auto_pad") {
        if !matches!(mode.as_slice(), b"" | b"NOTSET" | b"VALID") {
            return refuse(node, "auto_pad: write the pads out (EXACT 1.9)");
        }
    }
    if int(node, "ceil_mode", 0) != 0 {
        return refuse(node, "ceil_mode is not in the profile (EXACT 1.9)");
    }
    let kept = names
        .iter()
        .filter_map(|name| Some((*name, node.attributes.get(*name)?.clone())));
    Ok(kept.collect())
}

pub(crate) const WINDOW: [&str; 4] = ["kernel_shape", "strides", "pads", "dilations"];

fn conv(graph: &Graph<'_>, node: &Node) -> Result<Dot, QuantiseError> {
    let (dims, numbers) = weight(graph, node, 1)?;
    let channels = dims.first().copied().unwrap_or(0);
    let bias = match node.input(2) {
        Some(_) => weight(graph, node, 2)?.1,
        None => vec![0.0; channels],
    };
    if dims.len() < 3 || dims.len() > 4 || bias.len() != channels {
        return refuse(node, "its weight or bias has no convolution's shape");
    }
    let group = int(node, "group", 1).max(1);
    let mut attributes = window(node, &WINDOW)?;
    attributes.push(("group", Attribute::Int(group)));
    Ok(Dot {
        x: input(node, 0)?.to_owned(),
        form: Form::Conv {
            dims,
            group: group as usize,
            attributes,
        },
        weight: numbers,
        bias,
        result: output(node).to_owned(),
        clip: (f64::NEG_INFINITY, f64::INFINITY),
        folded: vec![node.index],
        average: None,
    })
}

fn rows(graph: &Graph<'_>, node: &Node) -> Result<Dot, QuantiseError> {
    let gemm = node.op_type == "Gemm";
    let plain = float(node, "alpha", 1.0) == 1.0
        && float(node, "beta", 1.0) == 1.0
        && int(node, "transA", 0) == 0;
    if !plain {
        return refuse(node, "alpha and beta must be 1, transA 0");
    }
    let x = input(node, 0)?;
    if graph.seen(node, x)?.dims.len() != 2 {
        return refuse(node, "its first factor is no matrix");
    }
    let (dims, numbers) = weight(graph, node, 1)?;
    let &[first, second] = dims.as_slice() else {
        return refuse(node, "its second factor is no matrix");
    };
    let flipped = gemm && int(node, "transB", 0) == 1;
    let (terms, channels) = if flipped {
        (second, first)
    } else {
        (first, second)
    };
    let weight = if flipped {
        numbers
    } else {
        let place = |index: usize| (index % terms) * channels + index / terms;
        (0..numbers.len())
            .filter_map(|index| numbers.get(place(index)).copied())
            .collect()
    };
    let bias = match node.input(2).filter(|_| gemm) {
        None => vec![0.0; channels],
        Some(name) => match graph.per_channel(name, 2, channels) {
            Some(bias) => bias,
            None => return refuse(node, "its bias is no row of constants"),
        },
    };
    Ok(Dot {
        x: x.to_owned(),
        form: Form::Rows,
        weight,
        bias,
        result: output(node).to_owned(),
        clip: (f64::NEG_INFINITY, f64::INFINITY),
        folded: vec![node.index],
        average: None,
    })
}

/// A depthwise convolution with one kernel for all channels.
fn depthwise(
    x: &str,
    node: &Node,
    kernel: Vec<usize>,
    channels: usize,
    mut attributes: Vec<(&'static str, Attribute)>,
) -> Dot {
    let area: usize = kernel.iter().product();
    attributes.push(("group", Attribute::Int(channels as i64)));
    attributes.retain(|(name, _)| *name != "kernel_shape");
    attributes.push(("kernel_shape", ints(kernel.iter().map(|size| *size as i64))));
    let dims = [channels, 1].into_iter().chain(kernel).collect();
    Dot {
        x: x.to_owned(),
        form: Form::Conv {
            dims,
            group: channels,
            attributes,
        },
        weight: vec![1.0 / area as f64; channels * area],
        bias: vec![0.0; channels],
        result: output(node).to_owned(),
        clip: (f64::NEG_INFINITY, f64::INFINITY),
        folded: vec![node.index],
        average: Some(area),
    }
}

fn average(graph: &Graph<'_>, node: &Node) -> Result<Dot, QuantiseError> {
    let x = input(node, 0)?;
    let dims = &graph.seen(node, x)?.dims;
    let (Some(channels), true) = (dims.get(1), (3..=4).contains(&dims.len())) else {
        return refuse(node, "only one or two spatial axes");
    };
    if node.op_type == "GlobalAveragePool" {
        let kernel = dims.iter().skip(2).copied().collect();
        return Ok(depthwise(x, node, kernel, *channels, Vec::new()));
    }
    let attributes = window(node, &WINDOW)?;
    let padded = matches!(node.attributes.get("pads"), Some(Attribute::Ints(pads)) if pads.iter().any(|pad| *pad != 0));
    if padded && int(node, "count_include_pad", 0) != 1 {
        return refuse(node, "padding must be counted (EXACT 1.7)");
    }
    let Some(Attribute::Ints(kernel)) = node.attributes.get("kernel_shape") else {
        return refuse(node, "kernel_shape is missing");
    };
    let kernel = kernel.iter().map(|size| *size as usize).collect();
    Ok(depthwise(x, node, kernel, *channels, attributes))
}

/// A batch norm that follows no sum of products.
fn alone(graph: &Graph<'_>, node: &Node) -> Result<Dot, QuantiseError> {
    let x = input(node, 0)?;
    let dims = &graph.seen(node, x)?.dims;
    let (Some(channels), true) = (dims.get(1), (3..=4).contains(&dims.len())) else {
        return refuse(node, "only one or two spatial axes");
    };
    let Some((factor, shift)) = norm(graph, node, *channels) else {
        return refuse(node, "its parameters are no constants");
    };
    let kernel = dims.iter().skip(2).map(|_| 1).collect();
    let mut dot = depthwise(x, node, kernel, *channels, Vec::new());
    (dot.weight, dot.bias, dot.average) = (factor, shift, None);
    Ok(dot)
}

/// Batch norm in inference (ONNX BatchNormalization 15) as factor and shift of each channel.
fn norm(graph: &Graph<'_>, node: &Node, channels: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let of = |index: usize| {
        let numbers = graph.numbers(node.input(index)?)?;
        (numbers.len() == channels).then_some(numbers)
    };
    let (gamma, beta, mean, variance) = (of(1)?, of(2)?, of(3)?, of(4)?);
    let epsilon = float(node, "epsilon", 1e-5);
    let factor: Vec<f64> = gamma
        .iter()
        .zip(&variance)
        .map(|(gamma, variance)| gamma / (variance + epsilon).sqrt())
        .collect();
    let shift = factor.iter().zip(&mean).zip(&beta);
    let shift = shift
        .map(|((factor, mean), beta)| beta - mean * factor)
        .collect();
    Some((factor, shift))
}

/// Takes in the nodes after it: norms, constants per channel, limits.
fn fold(graph: &Graph<'_>, mut dot: Dot) -> Result<Dot, QuantiseError> {
    let channels = dot.bias.len();
    let rank = match &dot.form {
        Form::Rows => 2,
        Form::Conv { dims, .. } => dims.len(),
    };
    while let Some(node) = graph.only_reader(&dot.result) {
        let other = node
            .inputs
            .iter()
            .find(|name| **name != dot.result)
            .and_then(|name| graph.per_channel(name, rank, channels));
        let first = node.input(0) == Some(dot.result.as_str());
        let open = dot.clip == (f64::NEG_INFINITY, f64::INFINITY);
        let (factor, shift) = match (node.op_type.as_str(), other) {
            ("Identity" | "Dropout", _) => (vec![1.0; channels], vec![0.0; channels]),
            ("BatchNormalization", _) if open && first => match norm(graph, node, channels) {
                Some(found) => found,
                None => break,
            },
            ("Add", Some(other)) if open => (vec![1.0; channels], other),
            ("Sub", Some(other)) if open && first => {
                (vec![1.0; channels], other.iter().map(|one| -one).collect())
            }
            ("Mul", Some(other)) if open => (other, vec![0.0; channels]),
            ("Div", Some(other)) if open && first => (
                other.iter().map(|one| 1.0 / one).collect(),
                vec![0.0; channels],
            ),
            ("Relu" | "Clip", _) if first => {
                let Some((lo, hi)) = limits(graph, node) else {
                    break;
                };
                dot.clip = (dot.clip.0.max(lo), dot.clip.1.min(hi));
                (vec![1.0; channels], vec![0.0; channels])
            }
            _ => break,
        };
        let terms = dot.terms();
        let finite = factor.iter().chain(&shift).all(|number| number.is_finite());
        if !finite {
            return refuse(node, "a factor or summand is not finite");
        }
        if factor.iter().any(|one| *one != 1.0) {
            dot.average = None;
        }
        for (row, factor) in dot.weight.chunks_mut(terms.max(1)).zip(&factor) {
            row.iter_mut().for_each(|weight| *weight *= factor);
        }
        for ((bias, factor), shift) in dot.bias.iter_mut().zip(&factor).zip(&shift) {
            *bias = *bias * factor + shift;
        }
        dot.folded.push(node.index);
        dot.result = output(node).to_owned();
    }
    Ok(dot)
}
