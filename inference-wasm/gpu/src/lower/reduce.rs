//! Reductions.

use countersign_onnx::DataType;

use super::arithmetic::Binary;
use super::builder::{Builder, Id};
use super::movement::axis;
use super::node::Op;
use super::refusal::Why;

/// All Reduce operators. Axes are an attribute before opset 18 (ReduceSum: 13), then an input.
pub(crate) fn reduce(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let mut x = op.x(0)?;
    let rank = b.dims(x).len();
    let listed = match op.optional(1) {
        Some(input) => Some(b.known_ints(input, "axes")?),
        None => op.ints("axes").map(<[i64]>::to_vec),
    };
    let mut axes = listed
        .unwrap_or_default()
        .iter()
        .map(|listed| axis(*listed, rank))
        .collect::<Result<Vec<_>, _>>()?;
    axes.sort_unstable();
    axes.dedup();
    let name = op.node.op_type.as_str();
    let plain = matches!(name, "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin");
    if axes.is_empty() {
        if op.int("noop_with_empty_axes", 0) != 0 {
            // The definitions disagreed on whether the other operators still take squares and logarithms then.
            return if plain {
                Ok(x)
            } else {
                Err(Why::Attribute {
                    name: "noop_with_empty_axes",
                    value: "1".to_owned(),
                })
            };
        }
        axes = (0..rank).collect();
    }
    if b.dtype(x) != DataType::F32 {
        return Err(Why::Integers);
    }
    let keep = op.int("keepdims", 1) != 0;
    if rank == 0 {
        if plain {
            return Ok(x);
        }
        x = b.reshape(x, &[1])?;
        let y = by_name(b, name, x, &[0], false)?;
        return b.reshape(y, &[]);
    }
    by_name(b, name, x, &axes, keep)
}

fn by_name(b: &mut Builder, name: &str, x: Id, axes: &[usize], keep: bool) -> Result<Id, Why> {
    match name {
        "ReduceSum" => b.reduce("ReduceSum", x, axes, keep),
        "ReduceMean" => b.reduce("ReduceMean", x, axes, keep),
        "ReduceMax" => b.reduce("ReduceMax", x, axes, keep),
        "ReduceMin" => b.reduce("ReduceMin", x, axes, keep),
        "ReduceL1" => {
            let distance = b.unary("Abs", x)?;
            b.reduce("ReduceSum", distance, axes, keep)
        }
        "ReduceSumSquare" => {
            let square = b.binary(Binary::Mul, x, x)?;
            b.reduce("ReduceSum", square, axes, keep)
        }
        "ReduceL2" => euclidean(b, x, axes, keep),
        "ReduceLogSum" => {
            let sum = b.reduce("ReduceSum", x, axes, keep)?;
            b.unary("Log", sum)
        }
        "ReduceLogSumExp" => {
            let sum = log_sum_exp(b, x, axes)?;
            dropped(b, sum, axes, keep)
        }
        "ReduceProd" => product(b, x, axes, keep),
        _ => Err(Why::Operator),
    }
}

/// Takes reduced axes away, unless they are kept.
fn dropped(b: &mut Builder, x: Id, axes: &[usize], keep: bool) -> Result<Id, Why> {
    if keep {
        return Ok(x);
    }
    let dims: Vec<usize> = b
        .dims(x)
        .iter()
        .enumerate()
        .filter(|(at, _)| !axes.contains(at))
        .map(|(_, dim)| *dim)
        .collect();
    b.reshape(x, &dims)
}

/// √Σx², with everything divided by max(1, max|x|) before it is squared: squares beyond 2^127 would be infinite.
pub(crate) fn euclidean(b: &mut Builder, x: Id, axes: &[usize], keep: bool) -> Result<Id, Why> {
    let distance = b.unary("Abs", x)?;
    let largest = b.reduce("ReduceMax", distance, axes, true)?;
    let scale = at_least_one(b, largest)?;
    let scaled = b.binary(Binary::Div, x, scale)?;
    let square = b.binary(Binary::Mul, scaled, scaled)?;
    let sum = b.reduce("ReduceSum", square, axes, true)?;
    let root = b.unary("Sqrt", sum)?;
    let y = b.binary(Binary::Mul, root, scale)?;
    dropped(b, y, axes, keep)
}

/// A number near max(1, x), for x ≥ 0: what is divided by it is multiplied by the same number later.
pub(crate) fn at_least_one(b: &mut Builder, x: Id) -> Result<Id, Why> {
    let above = b.plus(x, -1.0)?;
    let above = b.unary("Relu", above)?;
    b.plus(above, 1.0)
}

/// log Σexp(x), axes kept: with the largest element taken out, so that nothing overflows.
pub(crate) fn log_sum_exp(b: &mut Builder, x: Id, axes: &[usize]) -> Result<Id, Why> {
    let largest = b.reduce("ReduceMax", x, axes, true)?;
    let centred = b.binary(Binary::Sub, x, largest)?;
    let powers = b.unary("Exp", centred)?;
    let sum = b.reduce("ReduceSum", powers, axes, true)?;
    let log = b.unary("Log", sum)?;
    b.binary(Binary::Add, log, largest)
}

/// The product: the first half times the second, again and again.
fn product(b: &mut Builder, x: Id, axes: &[usize], keep: bool) -> Result<Id, Why> {
    let dims = b.dims(x).to_vec();
    let outer: Vec<usize> = (0..dims.len()).filter(|at| !axes.contains(at)).collect();
    let perm: Vec<usize> = outer.iter().chain(axes).copied().collect();
    let rows: usize = outer.iter().map(|at| dims[*at]).product();
    let mut length: usize = axes.iter().map(|at| dims[*at]).product();
    let y = b.transpose(x, &perm)?;
    let mut y = b.reshape(y, &[rows, length])?;
    while length > 1 {
        if length % 2 == 1 {
            y = b.pad(y, 1, 0, 1, 1.0)?;
            length += 1;
        }
        let half = length / 2;
        let first = b.take(y, 1, &(0..half).collect::<Vec<_>>())?;
        let second = b.take(y, 1, &(half..length).collect::<Vec<_>>())?;
        y = b.binary(Binary::Mul, first, second)?;
        length = half;
    }
    let kept: Vec<usize> = (0..dims.len())
        .filter(|at| keep || !axes.contains(at))
        .map(|at| if axes.contains(&at) { 1 } else { dims[at] })
        .collect();
    b.reshape(y, &kept)
}
