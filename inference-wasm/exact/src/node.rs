//! One node: which operator it is, and the arithmetic ones.

use countersign_onnx::{Attribute, Node};
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::reason::Reason;
use countersign_shared::exact::step::Op;

use crate::builder::{int, sizes, Builder, Value};
use crate::{chain, fault, layout, window, Fault};

/// Adds what the node computes.
pub(crate) fn convert(builder: &mut Builder, node: &Node) -> Result<(), Fault> {
    if !node.domain.is_empty() {
        let detail = format!("{} of the domain \"{}\"", node.op_type, node.domain);
        return fault(Reason::UnsupportedOperator, detail);
    }
    let wanted: Vec<&String> = node
        .outputs
        .iter()
        .filter(|name| !name.is_empty())
        .collect();
    let (first, [output]) = (node.outputs.first(), wanted.as_slice()) else {
        if operator(&node.op_type).is_none() {
            return fault(Reason::UnsupportedOperator, &node.op_type);
        }
        return fault(Reason::Pattern, "a node has exactly one output");
    };
    let (output, is_first) = (output.as_str(), first == wanted.first().copied());
    match operator(&node.op_type) {
        Some(convert) if is_first => convert(builder, node, output),
        Some(_) => fault(Reason::Pattern, "only a node's first output can be used"),
        None => fault(Reason::UnsupportedOperator, &node.op_type),
    }
}

type Convert = fn(&mut Builder, &Node, &str) -> Result<(), Fault>;

fn operator(name: &str) -> Option<Convert> {
    Some(match name {
        "Conv" => window::conv,
        "Gemm" => gemm,
        "MatMul" => mat_mul,
        "Add" => |builder, node, output| binary(builder, node, output, Op::Add),
        "Mul" => chain::mul,
        "AveragePool" => window::average_pool,
        "GlobalAveragePool" => window::global_average_pool,
        "ReduceSum" => window::reduce_sum,
        "MaxPool" => window::max_pool,
        "Relu" => relu,
        "Clip" => chain::clip,
        "Floor" => chain::floor,
        "Pad" => layout::pad,
        "Concat" => layout::concat,
        "Transpose" => layout::transpose,
        "Resize" => layout::resize,
        "Cast" => chain::cast,
        "Gather" => chain::gather,
        "Constant" => constant,
        "Reshape" => layout::reshape,
        "Flatten" => layout::flatten,
        "Squeeze" => layout::squeeze,
        "Unsqueeze" => layout::unsqueeze,
        "Identity" => layout::identity,
        _ => return None,
    })
}

/// The shape that two shapes repeat to.
pub(crate) fn broadcast(left: &Dims, right: &Dims) -> Result<Dims, Fault> {
    let rank = left.rank().max(right.rank());
    let size = |dims: &Dims, back: usize| dims.sizes().iter().rev().nth(back).copied().unwrap_or(1);
    let mut out = Vec::new();
    for back in (0..rank).rev() {
        match (size(left, back), size(right, back)) {
            (1, size) | (size, 1) => out.push(size),
            (one, other) if one == other => out.push(one),
            _ => {
                let detail = format!("{left:?} and {right:?} do not repeat to one shape");
                return fault(Reason::Attribute, detail);
            }
        }
    }
    Dims::new(&out).map_err(|error| (Reason::Size, error.to_string()))
}

/// Add, and Mul outside of chains.
pub(crate) fn binary(
    builder: &mut Builder,
    node: &Node,
    output: &str,
    op: Op,
) -> Result<(), Fault> {
    let p = builder.operand(builder.input(node, 0)?)?;
    let q = builder.operand(builder.input(node, 1)?)?;
    let dims = broadcast(&p.dims, &q.dims)?;
    builder.step(output, op, vec![p, q], dims, Vec::new())
}

fn relu(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let x = builder.operand(builder.input(node, 0)?)?;
    builder.step(output, Op::Clip, vec![x], x.dims, vec![0, (1 << 24) - 1])
}

fn gemm(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let one = |name: &str| match node.attributes.get(name) {
        None => true,
        Some(Attribute::Float(value)) => value.to_bits() == 1.0_f32.to_bits(),
        Some(_) => false,
    };
    let transposed = int(node, "transB", 0)?;
    if !one("alpha")
        || !one("beta")
        || int(node, "transA", 0)? != 0
        || !(0..=1).contains(&transposed)
    {
        return fault(
            Reason::Attribute,
            "alpha and beta must be 1, transA must be 0",
        );
    }
    let mut operands = vec![
        builder.operand(builder.input(node, 0)?)?,
        builder.operand(builder.input(node, 1)?)?,
    ];
    if let Some(bias) = node.input(2) {
        operands.push(builder.operand(bias)?);
    }
    let ([a, b, ..], flip) = (operands.as_slice(), transposed == 1) else {
        return fault(Reason::MissingValue, "a factor is missing");
    };
    let (&[rows, _], &[first, second]) = (a.dims.sizes(), b.dims.sizes()) else {
        return fault(Reason::Attribute, "Gemm's factors have two axes");
    };
    let columns = if flip { first } else { second };
    let dims = Dims::new(&[rows, columns]).map_err(|error| (Reason::Size, error.to_string()))?;
    builder.step(output, Op::MatMul, operands, dims, vec![i32::from(flip)])
}

fn mat_mul(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let a = builder.operand(builder.input(node, 0)?)?;
    let b = builder.operand(builder.input(node, 1)?)?;
    let (Some((rows, batch_a)), Some((columns, batch_b))) = (split(&a.dims, 1), split(&b.dims, 0))
    else {
        return fault(Reason::Attribute, "MatMul's factors have at least two axes");
    };
    let outer = broadcast(&batch_a, &batch_b)?;
    let mut out = outer.sizes().to_vec();
    out.extend([rows, columns]);
    let dims = Dims::new(&out).map_err(|error| (Reason::Size, error.to_string()))?;
    builder.step(output, Op::MatMul, vec![a, b], dims, vec![0])
}

/// The last axis but `back`, and the axes before the last two.
fn split(dims: &Dims, back: usize) -> Option<(u32, Dims)> {
    let outer = dims.rank().checked_sub(2)?;
    let size = dims.sizes().iter().rev().nth(back).copied()?;
    Some((size, Dims::new(dims.sizes().get(..outer)?).ok()?))
}

fn constant(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    use countersign_onnx::Tensor;
    use std::sync::Arc;
    let mut attributes = node.attributes.iter();
    let (Some((name, value)), None) = (attributes.next(), attributes.next()) else {
        return fault(Reason::Attribute, "a Constant has exactly one value");
    };
    let tensor = match (name.as_str(), value) {
        ("value", Attribute::Tensor(tensor)) => Arc::clone(tensor),
        ("value_float", Attribute::Float(value)) => Arc::new(Tensor::scalar(*value)),
        ("value_floats", Attribute::Floats(values)) => Arc::new(Tensor::vector(values.clone())),
        ("value_int", Attribute::Int(value)) => Arc::new(Tensor::scalar(*value)),
        ("value_ints", Attribute::Ints(values)) => Arc::new(Tensor::vector(values.clone())),
        _ => return fault(Reason::Attribute, format!("{name} of a Constant")),
    };
    // Empty constants are parameters that are left out; as operands they are refused by size.
    if !tensor.is_empty() {
        sizes(tensor.dims())?;
    }
    let source = output.to_owned();
    builder.define(output, Value::Constant { source, tensor });
    Ok(())
}
