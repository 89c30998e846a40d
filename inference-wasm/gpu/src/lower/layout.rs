//! Operators that select, repeat and rearrange elements.

use super::builder::{Builder, Id};
use super::movement::{axis, broadcast};
use super::node::Op;
use super::refusal::Why;
use super::shape::{lengths, to_i64};

/// Lowers an operator of this file.
pub(crate) fn lower(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    match op.node.op_type.as_str() {
        "Gather" => gather(b, op),
        "Slice" => slice(b, op),
        "Expand" => {
            let wanted = lengths(&b.known_ints(op.x(1)?, "shapes")?)?;
            let x = op.x(0)?;
            let dims = broadcast(b.dims(x), &wanted)?;
            b.expand(x, &dims)
        }
        "Tile" => tile(b, op),
        "Pad" => pad(b, op),
        "DepthToSpace" => depth_to_space(b, op),
        _ => Err(Why::Operator),
    }
}

/// Gather with constant indices, or by computed ones from a table.
fn gather(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let at = axis(op.int("axis", 0), dims.len())?;
    let index = op.x(1)?;
    if b.known(index).is_none() && b.dtype(index) != countersign_onnx::DataType::F32 {
        if let Some(found) = b.lookup(x, index)? {
            return Ok(found);
        }
    }
    let index_dims = b.must_know(op.x(1)?, "indices")?.dims().to_vec();
    let indices = b
        .known_ints(op.x(1)?, "indices")?
        .iter()
        .map(|index| axis(*index, dims[at]).map_err(|_| Why::Dims { what: "indices" }))
        .collect::<Result<Vec<_>, _>>()?;
    let taken = b.take(x, at, &indices)?;
    let dims: Vec<usize> = dims[..at]
        .iter()
        .chain(&index_dims)
        .chain(&dims[at + 1..])
        .copied()
        .collect();
    b.reshape(taken, &dims)
}

/// Slice: starts and ends are attributes before opset 10, inputs since.
fn slice(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let mut y = op.x(0)?;
    let dims = b.dims(y).to_vec();
    let list = |index: usize, name: &'static str| match op.optional(index) {
        Some(input) => b.known_ints(input, name).map(Some),
        None => Ok(op.ints(name).map(<[i64]>::to_vec)),
    };
    let starts = list(1, "starts")?.ok_or(Why::Missing { index: 1 })?;
    let ends = list(2, "ends")?.ok_or(Why::Missing { index: 2 })?;
    let axes = list(3, "axes")?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = list(4, "steps")?.unwrap_or_else(|| vec![1; starts.len()]);
    if ends.len() != starts.len() || axes.len() != starts.len() || steps.len() != starts.len() {
        return Err(Why::Dims { what: "bounds" });
    }
    for (((start, end), at), step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
        let at = axis(*at, dims.len())?;
        let indices = sliced(dims[at], *start, *end, *step)?;
        // Lists of dimensions may well be empty, but nothing on the GPU.
        if indices.is_empty() && b.known(y).is_none() {
            return Err(Why::Empty);
        }
        y = b.take(y, at, &indices)?;
    }
    Ok(y)
}

/// The indices that a slice of an axis of length `length` selects.
fn sliced(length: usize, start: i64, end: i64, step: i64) -> Result<Vec<usize>, Why> {
    let length = to_i64(length)?;
    let from_end = |bound: i64| {
        if bound < 0 {
            bound.saturating_add(length)
        } else {
            bound
        }
    };
    let (start, end) = (from_end(start), from_end(end));
    let mut indices = Vec::new();
    match step {
        0 => return Err(Why::Dims { what: "steps" }),
        1.. => {
            let (mut at, end) = (start.clamp(0, length), end.clamp(0, length));
            while at < end {
                indices.push(at as usize);
                at = at.saturating_add(step);
            }
        }
        _ => {
            let (mut at, end) = (start.clamp(-1, length - 1), end.clamp(-1, length - 1));
            while at > end {
                indices.push(at as usize);
                at = at.saturating_add(step);
            }
        }
    }
    Ok(indices)
}

/// Split: lengths are an attribute before opset 13, then an input; without them the parts are equal, the last may be shorter.
pub(crate) fn split(b: &mut Builder, op: &Op<'_>) -> Result<Vec<Id>, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let at = axis(op.int("axis", 0), dims.len())?;
    let parts = op.node.outputs.len();
    let listed = match op.optional(1) {
        Some(input) => Some(b.known_ints(input, "lengths")?),
        None => op.ints("split").map(<[i64]>::to_vec),
    };
    let listed = match listed {
        Some(listed) => lengths(&listed)?,
        None => {
            let part = dims[at].div_ceil(parts);
            (0..parts)
                .map(|i| part.min(dims[at].saturating_sub(i * part)))
                .collect()
        }
    };
    if listed.len() != parts || listed.iter().sum::<usize>() != dims[at] || listed.contains(&0) {
        return Err(Why::Dims { what: "lengths" });
    }
    let mut from = 0;
    listed
        .iter()
        .map(|length| {
            let indices: Vec<usize> = (from..from + length).collect();
            from += length;
            b.take(x, at, &indices)
        })
        .collect()
}

fn tile(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let mut y = op.x(0)?;
    let repeats = lengths(&b.known_ints(op.x(1)?, "repeats")?)?;
    let dims = b.dims(y).to_vec();
    if repeats.len() != dims.len() {
        return Err(Why::Dims { what: "repeats" });
    }
    for (at, count) in repeats.iter().enumerate() {
        let indices: Vec<usize> = (0..*count).flat_map(|_| 0..dims[at]).collect();
        if indices.is_empty() {
            return Err(Why::Empty);
        }
        y = b.take(y, at, &indices)?;
    }
    Ok(y)
}

/// Pad: amounts and value are attributes before opset 11, inputs since; axes are an input since opset 18.
fn pad(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let mut y = op.x(0)?;
    let rank = b.dims(y).len();
    let amounts = match op.optional(1) {
        Some(input) => b.known_ints(input, "amounts")?,
        None => op.ints("pads").ok_or(Why::Missing { index: 1 })?.to_vec(),
    };
    let value = match op.optional(2) {
        Some(input) => *b
            .known_floats(input, "values")?
            .1
            .first()
            .ok_or(Why::Empty)?,
        None => op.float("value", 0.0),
    };
    let axes = match op.optional(3) {
        Some(input) => b.known_ints(input, "axes")?,
        None => (0..rank as i64).collect(),
    };
    if amounts.len() != axes.len() * 2 {
        return Err(Why::Dims { what: "amounts" });
    }
    let mode = op.text("mode", "constant");
    for (i, at) in axes.iter().enumerate() {
        let at = axis(*at, rank)?;
        let both = [amounts[i], amounts[axes.len() + i]];
        // What is less than 0 is cut off, before the other end is padded: only where no element is looked up.
        let cut =
            both.map(|amount| usize::try_from(amount.checked_neg().unwrap_or(0)).unwrap_or(0));
        if cut != [0, 0] {
            let length = b.dims(y)[at];
            let end = length.checked_sub(cut[1]).filter(|end| *end > cut[0]);
            let end = end.filter(|_| mode == "constant").ok_or(Why::Attribute {
                name: "pads",
                value: "less than 0".to_owned(),
            })?;
            y = b.take(y, at, &(cut[0]..end).collect::<Vec<_>>())?;
        }
        let both = lengths(&both.map(|amount| amount.max(0)))?;
        let (before, after, length) = (both[0], both[1], b.dims(y)[at]);
        if before == 0 && after == 0 {
            continue;
        }
        if mode == "constant" && b.dtype(y) == countersign_onnx::DataType::F32 {
            y = b.pad(y, at, before, after, value)?;
            continue;
        }
        let source = |position: usize| -> Result<usize, Why> {
            let wrong = Why::Dims { what: "amounts" };
            let last = length - 1;
            Ok(match (mode.as_str(), position.checked_sub(before)) {
                (_, Some(inside)) if inside < length => inside,
                ("edge", None) => 0,
                ("edge", Some(_)) => last,
                ("reflect", None) => Some(before - position)
                    .filter(|i| *i <= last)
                    .ok_or(wrong)?,
                ("reflect", Some(beyond)) => (2 * last).checked_sub(beyond).ok_or(wrong)?,
                ("wrap", None) => (length - (before - position) % length) % length,
                ("wrap", Some(beyond)) => beyond % length,
                (other, _) => {
                    return Err(Why::Attribute {
                        name: "mode",
                        value: other.to_owned(),
                    })
                }
            })
        };
        let indices = (0..before + length + after)
            .map(source)
            .collect::<Result<Vec<_>, _>>()?;
        y = b.take(y, at, &indices)?;
    }
    Ok(y)
}

fn depth_to_space(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let block = usize::try_from(op.int("blocksize", 0)).unwrap_or(0);
    let &[n, c, h, w] = b.dims(x) else {
        return Err(Why::Rank(b.dims(x).len()));
    };
    if block == 0 || c % (block * block) != 0 {
        return Err(Why::Dims { what: "blocks" });
    }
    let out = c / (block * block);
    let (split, perm) = match op.text("mode", "DCR").as_str() {
        "DCR" => ([n, block, block, out, h, w], [0, 3, 4, 1, 5, 2]),
        "CRD" => ([n, out, block, block, h, w], [0, 1, 4, 2, 5, 3]),
        other => {
            return Err(Why::Attribute {
                name: "mode",
                value: other.to_owned(),
            })
        }
    };
    let y = b.reshape(x, &split)?;
    let y = b.transpose(y, &perm)?;
    b.reshape(y, &[n, out, h * block, w * block])
}
