//! Reductions.

use super::builder::{Builder, Id};
use super::movement::axis;
use super::node::Op;
use super::refusal::Why;

/// ReduceSum, ReduceMean, ReduceMax, ReduceMin. Axes are an attribute before opset 18 (ReduceSum: 13), then an input.
pub(crate) fn reduce(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
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
    if axes.is_empty() {
        if op.int("noop_with_empty_axes", 0) != 0 {
            return Ok(x);
        }
        axes = (0..rank).collect();
    }
    let name = match op.node.op_type.as_str() {
        "ReduceSum" => "ReduceSum",
        "ReduceMean" => "ReduceMean",
        "ReduceMax" => "ReduceMax",
        "ReduceMin" => "ReduceMin",
        _ => return Err(Why::Operator),
    };
    if rank == 0 {
        return Ok(x);
    }
    b.reduce(name, x, &axes, op.int("keepdims", 1) != 0)
}
