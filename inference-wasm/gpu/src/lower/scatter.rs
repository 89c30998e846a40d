//! Selecting and placing single elements at indices that are known: a Gather of the flattened input.

use super::arithmetic::Binary;
use super::builder::{Builder, Id};
use super::movement::{axis, strides};
use super::node::Op;
use super::refusal::Why;
use super::shape::lengths;

/// Lowers an operator of this file; `None` if it is not one.
pub(crate) fn lower(b: &mut Builder, op: &Op<'_>) -> Result<Option<Id>, Why> {
    Ok(Some(match op.node.op_type.as_str() {
        "GatherElements" => gather_elements(b, op)?,
        "GatherND" => gather_nd(b, op)?,
        "ScatterElements" | "Scatter" => scatter_elements(b, op)?,
        "ScatterND" => scatter_nd(b, op)?,
        "Compress" => compress(b, op)?,
        "ReverseSequence" => reverse_sequence(b, op)?,
        "SpaceToDepth" => space_to_depth(b, op)?,
        "CenterCropPad" => center_crop_pad(b, op)?,
        "Trilu" => trilu(b, op)?,
        "CumSum" => cumulative(b, op)?,
        _ => return Ok(None),
    }))
}

/// The elements of `x` at these positions of its row-major order, in new dimensions.
pub(crate) fn pick(b: &mut Builder, x: Id, positions: &[usize], dims: &[usize]) -> Result<Id, Why> {
    let count = b.dims(x).iter().product();
    let flat = b.reshape(x, &[count])?;
    let taken = b.take(flat, 0, positions)?;
    b.reshape(taken, dims)
}

/// Two values one after the other, as a vector.
pub(crate) fn joined(b: &mut Builder, x: Id, y: Id) -> Result<Id, Why> {
    if b.dtype(x) != b.dtype(y) {
        return Err(Why::Type(b.dtype(y)));
    }
    let mut parts = Vec::new();
    for part in [x, y] {
        let count = b.dims(part).iter().product();
        parts.push(b.reshape(part, &[count])?);
    }
    b.concat(&parts, 0)
}

fn at(index: i64, length: usize) -> Result<usize, Why> {
    axis(index, length).map_err(|_| Why::Dims { what: "indices" })
}

/// The coordinate of `position` along an axis.
fn coordinate(position: usize, dims: &[usize], axis: usize) -> usize {
    position / strides(dims)[axis] % dims[axis]
}

/// Where each index of GatherElements or ScatterElements points in `dims`.
fn element_positions(
    b: &Builder,
    op: &Op<'_>,
    dims: &[usize],
) -> Result<(Vec<usize>, Vec<usize>), Why> {
    let along = axis(op.int("axis", 0), dims.len())?;
    let index_dims = b.must_know(op.x(1)?, "indices")?.dims().to_vec();
    let fits = index_dims.len() == dims.len()
        && (0..dims.len()).all(|i| i == along || index_dims[i] <= dims[i]);
    if !fits {
        return Err(Why::Dims { what: "indices" });
    }
    let steps = strides(dims);
    let own = strides(&index_dims);
    let positions = b.known_ints(op.x(1)?, "indices")?;
    let positions = positions.iter().enumerate().map(|(flat, index)| {
        let mut position = at(*index, dims[along])? * steps[along];
        for i in (0..dims.len()).filter(|i| *i != along) {
            position += flat / own[i] % index_dims[i] * steps[i];
        }
        Ok(position)
    });
    Ok((positions.collect::<Result<_, Why>>()?, index_dims))
}

fn gather_elements(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let (positions, out) = element_positions(b, op, &dims)?;
    pick(b, x, &positions, &out)
}

/// Refuses all reductions but `none`.
fn unreduced(op: &Op<'_>) -> Result<(), Why> {
    match op.text("reduction", "none").as_str() {
        "none" => Ok(()),
        other => Err(Why::Attribute {
            name: "reduction",
            value: other.to_owned(),
        }),
    }
}

/// Places `updates` at `positions` of `x`. ONNX leaves open what happens where one is named twice, so that is refused.
fn place(b: &mut Builder, x: Id, updates: Id, positions: &[usize]) -> Result<Id, Why> {
    let dims = b.dims(x).to_vec();
    let count: usize = dims.iter().product();
    if b.dims(updates).iter().product::<usize>() != positions.len() {
        return Err(Why::Dims { what: "updates" });
    }
    let mut from: Vec<usize> = (0..count).collect();
    for (update, position) in positions.iter().enumerate() {
        match from.get_mut(*position) {
            Some(slot) if *slot < count => *slot = count + update,
            _ => return Err(Why::Dims { what: "indices" }),
        }
    }
    let both = joined(b, x, updates)?;
    pick(b, both, &from, &dims)
}

fn scatter_elements(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    unreduced(op)?;
    let (x, updates) = (op.x(0)?, op.x(2)?);
    let dims = b.dims(x).to_vec();
    let (positions, _) = element_positions(b, op, &dims)?;
    place(b, x, updates, &positions)
}

/// Where the tuples of an index tensor point: starts of slices of `inner` elements.
fn tuple_starts(
    indices: &[i64],
    tuple: usize,
    dims: &[usize],
    batches: &[usize],
) -> Result<(Vec<usize>, usize), Why> {
    let rank = batches.len();
    if tuple == 0 || rank + tuple > dims.len() {
        return Err(Why::Dims { what: "indices" });
    }
    let steps = strides(dims);
    let inner = dims[rank + tuple..].iter().product();
    let per_batch = indices.len() / tuple / batches.iter().product::<usize>().max(1);
    let starts = indices.chunks(tuple).enumerate().map(|(number, tuple)| {
        let batch = number / per_batch.max(1);
        let own = strides(batches);
        let mut start = 0;
        for i in 0..rank {
            start += batch / own[i] % batches[i] * steps[i];
        }
        for (i, index) in tuple.iter().enumerate() {
            start += at(*index, dims[rank + i])? * steps[rank + i];
        }
        Ok(start)
    });
    Ok((starts.collect::<Result<_, Why>>()?, inner))
}

fn gather_nd(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let index_dims = b.must_know(op.x(1)?, "indices")?.dims().to_vec();
    let indices = b.known_ints(op.x(1)?, "indices")?;
    let rank = usize::try_from(op.int("batch_dims", 0)).unwrap_or(usize::MAX);
    let Some((tuple, outer)) = index_dims.split_last() else {
        return Err(Why::Rank(0));
    };
    if rank > outer.len() || rank >= dims.len() || outer[..rank] != dims[..rank] {
        return Err(Why::Dims { what: "batches" });
    }
    let (starts, inner) = tuple_starts(&indices, *tuple, &dims, &dims[..rank])?;
    let positions: Vec<usize> = starts.iter().flat_map(|s| *s..s + inner).collect();
    let out: Vec<usize> = outer.iter().chain(&dims[rank + tuple..]).copied().collect();
    pick(b, x, &positions, &out)
}

fn scatter_nd(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    unreduced(op)?;
    let (x, updates) = (op.x(0)?, op.x(2)?);
    let dims = b.dims(x).to_vec();
    let tuple = *b
        .must_know(op.x(1)?, "indices")?
        .dims()
        .last()
        .ok_or(Why::Rank(0))?;
    let indices = b.known_ints(op.x(1)?, "indices")?;
    let (starts, inner) = tuple_starts(&indices, tuple, &dims, &[])?;
    let positions: Vec<usize> = starts.iter().flat_map(|s| *s..s + inner).collect();
    place(b, x, updates, &positions)
}

fn compress(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let mut x = op.x(0)?;
    let condition = b.must_know(op.x(1)?, "conditions")?;
    let flags = condition.elements::<bool>().ok_or(Why::Empty)?;
    let chosen: Vec<usize> = (0..flags.len()).filter(|i| flags[*i]).collect();
    let along = match op.node.attributes.contains_key("axis") {
        true => axis(op.int("axis", 0), b.dims(x).len())?,
        false => {
            let count = b.dims(x).iter().product();
            x = b.reshape(x, &[count])?;
            0
        }
    };
    if chosen.is_empty() {
        return Err(Why::Empty);
    }
    b.take(x, along, &chosen)
}

fn reverse_sequence(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let (batch, time) = (op.int("batch_axis", 1), op.int("time_axis", 0));
    let (batch, time) = (axis(batch, dims.len())?, axis(time, dims.len())?);
    let sequences = lengths(&b.known_ints(op.x(1)?, "lengths")?)?;
    if batch == time
        || sequences.len() != dims[batch]
        || sequences.iter().any(|length| *length > dims[time])
    {
        return Err(Why::Dims { what: "lengths" });
    }
    let step = strides(&dims)[time];
    let positions: Vec<usize> = (0..dims.iter().product())
        .map(|position| {
            let length = sequences[coordinate(position, &dims, batch)];
            let now = coordinate(position, &dims, time);
            if now < length {
                position - now * step + (length - 1 - now) * step
            } else {
                position
            }
        })
        .collect();
    pick(b, x, &positions, &dims)
}

fn space_to_depth(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let block = usize::try_from(op.int("blocksize", 0)).unwrap_or(0);
    let &[n, c, h, w] = b.dims(x) else {
        return Err(Why::Rank(b.dims(x).len()));
    };
    // DCR is all there was before opset 27, and is the default since.
    if block == 0 || h % block != 0 || w % block != 0 || op.text("mode", "DCR") != "DCR" {
        return Err(Why::Dims { what: "blocks" });
    }
    let y = b.reshape(x, &[n, c, h / block, block, w / block, block])?;
    let y = b.transpose(y, &[0, 3, 5, 1, 2, 4])?;
    b.reshape(y, &[n, c * block * block, h / block, w / block])
}

fn center_crop_pad(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let mut y = op.x(0)?;
    let rank = b.dims(y).len();
    let wanted = lengths(&b.known_ints(op.x(1)?, "shapes")?)?;
    let axes: Vec<i64> = match op.ints("axes") {
        Some(axes) => axes.to_vec(),
        None => (0..rank as i64).collect(),
    };
    if axes.len() != wanted.len() {
        return Err(Why::Dims { what: "axes" });
    }
    for (along, target) in axes.iter().zip(wanted) {
        let along = axis(*along, rank)?;
        let length = b.dims(y)[along];
        if target == 0 {
            return Err(Why::Empty);
        }
        if target < length {
            let start = (length - target) / 2;
            y = b.take(y, along, &(start..start + target).collect::<Vec<_>>())?;
        } else if target > length {
            if b.dtype(y) != countersign_onnx::DataType::F32 {
                return Err(Why::Integers);
            }
            let before = (target - length) / 2;
            y = b.pad(y, along, before, target - length - before, 0.0)?;
        }
    }
    Ok(y)
}

/// Trilu: what is on the other side of the diagonal becomes 0.
fn trilu(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let [.., rows, columns] = dims[..] else {
        return Err(Why::Rank(dims.len()));
    };
    let diagonal = match op.optional(1) {
        Some(k) => *b.known_ints(k, "diagonals")?.first().ok_or(Why::Empty)?,
        None => 0,
    };
    if b.dtype(x) != countersign_onnx::DataType::F32 {
        return Err(Why::Integers);
    }
    let upper = op.int("upper", 1) != 0;
    let count: usize = dims.iter().product();
    let positions: Vec<usize> = (0..count)
        .map(|position| {
            let (row, column) = (position / columns % rows, position % columns);
            let over = (column as i64)
                .saturating_sub(row as i64)
                .saturating_sub(diagonal);
            let kept = if upper { over >= 0 } else { over <= 0 };
            if kept {
                position
            } else {
                count
            }
        })
        .collect();
    let zero = b.number(0.0);
    let both = joined(b, x, zero)?;
    pick(b, both, &positions, &dims)
}

/// CumSum: x plus x moved by 1, plus that moved by 2, by 4 …
fn cumulative(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let mut y = op.x(0)?;
    if b.dtype(y) != countersign_onnx::DataType::F32 {
        return Err(Why::Integers);
    }
    let along = *b.known_ints(op.x(1)?, "axes")?.first().ok_or(Why::Empty)?;
    let along = axis(along, b.dims(y).len())?;
    let length = b.dims(y)[along];
    let backwards: Vec<usize> = (0..length).rev().collect();
    let reverse = op.int("reverse", 0) != 0;
    if reverse {
        y = b.take(y, along, &backwards)?;
    }
    if op.int("exclusive", 0) != 0 {
        y = moved(b, y, along, 1)?;
    }
    let mut by = 1;
    while by < length {
        let other = moved(b, y, along, by)?;
        y = b.binary(Binary::Add, y, other)?;
        by *= 2;
    }
    if reverse {
        y = b.take(y, along, &backwards)?;
    }
    Ok(y)
}

/// `x` moved along an axis, with zeros before it.
fn moved(b: &mut Builder, x: Id, along: usize, by: usize) -> Result<Id, Why> {
    let length = b.dims(x)[along];
    let padded = b.pad(x, along, by, 0, 0.0)?;
    b.take(padded, along, &(0..length).collect::<Vec<_>>())
}
