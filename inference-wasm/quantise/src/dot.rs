//! Sums of products with constant weights: convolutions, matrix products, averages over windows, and what is folded into them.

use countersign_onnx::{Attribute, Node};

use crate::emit::{ints, Emitter};
use crate::graph::{float, input, int, limits, output, refuse, Graph};
use crate::{Bound, QuantiseError};

/// The bound of EXACT 1.4.
pub(crate) const LIMIT: f64 = (1 << 24) as f64;
/// The greatest shift of a requantisation (EXACT 1.5).
const MAX_SHIFT: u32 = 24;

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

/// What goes in and is wanted, as integers.
pub(crate) struct Scales<'a> {
    /// The emitted operand.
    pub x: &'a str,
    /// Its unit.
    pub x_scale: f64,
    /// Its largest magnitude.
    pub x_most: f64,
    /// Means of its channels in the float model.
    pub means: &'a [f64],
    /// The unit of the result.
    pub scale: f64,
    /// What is added to every sum, in the float model's unit: a table's index begins at 0.
    pub shift: f64,
    /// The result's limits.
    pub limits: (i64, i64),
}

/// Emits the sums and their requantisation.
pub(crate) fn emit(
    dot: &Dot,
    scales: &Scales<'_>,
    label: &str,
    emitter: &mut Emitter,
) -> Result<(String, Bound), QuantiseError> {
    let terms = dot.terms().max(1);
    let (mut weights, mut biases, mut shifts) = (Vec::new(), Vec::new(), Vec::new());
    let mut bound = Bound {
        node: label.to_owned(),
        terms,
        largest: 0,
        shifts: (MAX_SHIFT, 0),
        weight: 0,
    };
    for (channel, (row, bias)) in dot.weight.chunks(terms).zip(&dot.bias).enumerate() {
        let mut last = f64::INFINITY;
        let fit = (0..=MAX_SHIFT).rev().find_map(|shift| {
            let unit = scales.scale / (1_u64 << shift) as f64;
            let (integers, bias) = cut(dot, scales, channel, row, *bias, unit, shift);
            let sum: f64 = integers.iter().map(|weight| weight.abs()).sum();
            last = sum * scales.x_most + bias.abs();
            (last < LIMIT).then_some((integers, bias, shift, last))
        });
        let Some((integers, bias, shift, sum)) = fit else {
            return Err(QuantiseError::Bound {
                node: label.to_owned(),
                channel,
                value: last,
            });
        };
        let float = row.iter().fold(0.0_f64, |sum, weight| sum + weight.abs());
        let moves = float * scales.x_most * scales.x_scale >= scales.scale / 2.0;
        if moves && integers.iter().all(|weight| *weight == 0.0) {
            return Err(QuantiseError::Node {
                node: label.to_owned(),
                why: format!(
                    "all weights of its output channel {channel} vanish where {terms} terms stay below the bound; \
                     try fewer levels, or a narrower input"
                ),
            });
        }
        let most = integers
            .iter()
            .fold(0.0_f64, |most, weight| most.max(weight.abs()));
        bound.largest = bound.largest.max(sum as i64);
        bound.weight = bound.weight.max(most as i64);
        bound.shifts = (bound.shifts.0.min(shift), bound.shifts.1.max(shift));
        weights.extend(integers);
        biases.push(bias);
        shifts.push(shift);
    }
    let channels = biases.len();
    let bias = emitter.constant(vec![channels], &biases);
    let (sums, rank) = match &dot.form {
        Form::Conv {
            dims, attributes, ..
        } => {
            let weight = emitter.constant(dims.clone(), &weights);
            let attributes = attributes.clone();
            (
                emitter.node("Conv", &[scales.x, &weight, &bias], attributes),
                dims.len(),
            )
        }
        Form::Rows => {
            let weight = emitter.constant(vec![channels, terms], &weights);
            let attributes = vec![("transB", Attribute::Int(1))];
            (
                emitter.node("Gemm", &[scales.x, &weight, &bias], attributes),
                2,
            )
        }
    };
    Ok((
        emitter.requantise(&sums, &shifts, rank, scales.limits),
        bound,
    ))
}

/// A channel's weights and bias as integers where one step of a sum is `unit`.
fn cut(
    dot: &Dot,
    scales: &Scales<'_>,
    channel: usize,
    row: &[f64],
    bias: f64,
    unit: f64,
    shift: u32,
) -> (Vec<f64>, f64) {
    let weight_unit = unit / scales.x_scale;
    let integers: Vec<f64> = row
        .iter()
        .map(|weight| libm::rint(weight / weight_unit))
        .collect();
    // What rounding the weights moves the sum by on average, taken back.
    let moved: f64 = row
        .iter()
        .zip(&integers)
        .enumerate()
        .map(|(term, (weight, integer))| {
            let mean = scales.means.get(dot.channel(channel, term));
            (weight - integer * weight_unit) * mean.copied().unwrap_or(0.0)
        })
        .sum();
    let half = if shift == 0 {
        0.0
    } else {
        (1_u64 << (shift - 1)) as f64
    };
    let bias = libm::rint((bias + moved + scales.shift) / unit) + half;
    (integers, bias)
}
