//! Gather and Scatter in their forms.

use countersign_abi::EngineError;
use countersign_onnx::{DataType, Element};

use super::number::Number;
use crate::call::{compute, from_bits, from_data, moved, Call, Outputs};
use crate::shape::{self, around, element_count, strides};

/// An index that may count from the end.
fn index(value: i64, length: usize) -> Result<usize, EngineError> {
    let resolved = if value < 0 {
        value.checked_add(length as i64)
    } else {
        Some(value)
    };
    resolved
        .and_then(|value| usize::try_from(value).ok())
        .filter(|value| *value < length)
        .ok_or_else(|| compute(format!("index {value} lies outside of {length} elements")))
}

/// Gather-1, -11, -13.
pub(crate) fn gather(call: &mut Call<'_>) -> Outputs {
    let (data, indices) = (call.input(0)?, call.input(1)?);
    let axis = shape::axis(call.int("axis", 0), data.rank())?;
    let (outer, length, inner) = around(data.dims(), axis);
    let positions = call
        .ints(1)?
        .into_iter()
        .map(|value| index(value, length))
        .collect::<Result<Vec<_>, _>>()?;
    let mut dims = data.dims()[..axis].to_vec();
    dims.extend(indices.dims());
    dims.extend(&data.dims()[axis + 1..]);
    let count = call.reserve(&dims, data.dtype())?;
    for_bits!(data.dtype(), T => {
        let elements = call.bits::<T>(0)?;
        let mut out: Vec<T> = Vec::with_capacity(count);
        for row in 0..outer {
            for position in &positions {
                let from = (row * length + position) * inner;
                out.extend_from_slice(&elements[from..from + inner]);
            }
        }
        moved(data.dtype(), dims, out)
    })
}

/// Where each element of `indices` points in `data` when it replaces the coordinate of one axis.
fn along(
    data: &[usize],
    indices: &[usize],
    positions: &[i64],
    axis: usize,
) -> Result<Vec<usize>, EngineError> {
    let fits =
        data.len() == indices.len() && (0..data.len()).all(|i| i == axis || indices[i] <= data[i]);
    if !fits {
        return Err(compute(format!(
            "indices of shape {indices:?} do not fit data of shape {data:?}"
        )));
    }
    let own = strides(data);
    let mut at = vec![0; indices.len()];
    let mut out = Vec::with_capacity(positions.len());
    for value in positions {
        let position = index(*value, data[axis])?;
        out.push(
            (0..data.len())
                .map(|i| if i == axis { position } else { at[i] } * own[i])
                .sum(),
        );
        crate::kernel::window::advance(&mut at, indices);
    }
    Ok(out)
}

/// GatherElements-11, -13.
pub(crate) fn gather_elements(call: &mut Call<'_>) -> Outputs {
    let (data, indices) = (call.input(0)?, call.input(1)?);
    let axis = shape::axis(call.int("axis", 0), data.rank())?;
    let offsets = along(data.dims(), indices.dims(), &call.ints(1)?, axis)?;
    call.reserve(indices.dims(), data.dtype())?;
    for_bits!(data.dtype(), T => {
        let elements = call.bits::<T>(0)?;
        moved(data.dtype(), indices.dims().to_vec(), offsets.iter().map(|offset| elements[*offset]).collect::<Vec<T>>())
    })
}

/// Offsets of the slices that rows of `indices` name, and the slices' length.
fn slices(
    data: &[usize],
    indices: &[usize],
    positions: &[i64],
    batch: usize,
) -> Result<(Vec<usize>, usize), EngineError> {
    let fault = || {
        compute(format!(
            "indices of shape {indices:?} do not fit data of shape {data:?}"
        ))
    };
    let (depth, lead) = indices.split_last().ok_or_else(fault)?;
    if *depth == 0
        || batch + depth > data.len()
        || batch > lead.len()
        || data[..batch] != lead[..batch]
    {
        return Err(fault());
    }
    let own = strides(data);
    let per_batch: usize = lead[batch..].iter().product();
    let step: usize = data[batch..].iter().product();
    let mut out = Vec::new();
    for (row, coordinates) in positions.chunks_exact(*depth).enumerate() {
        let mut offset = row / per_batch.max(1) * step;
        for (axis, value) in coordinates.iter().enumerate() {
            offset += index(*value, data[batch + axis])? * own[batch + axis];
        }
        out.push(offset);
    }
    Ok((out, data[batch + depth..].iter().product()))
}

/// GatherND-11, -12, -13.
pub(crate) fn gather_nd(call: &mut Call<'_>) -> Outputs {
    let (data, indices) = (call.input(0)?, call.input(1)?);
    let batch = shape::size(call.int("batch_dims", 0))?;
    let (offsets, length) = slices(data.dims(), indices.dims(), &call.ints(1)?, batch)?;
    let depth = indices.dims().last().copied().unwrap_or(0);
    let mut dims = indices.dims()[..indices.rank() - 1].to_vec();
    dims.extend(&data.dims()[batch + depth..]);
    let count = call.reserve(&dims, data.dtype())?;
    for_bits!(data.dtype(), T => {
        let elements = call.bits::<T>(0)?;
        let mut out: Vec<T> = Vec::with_capacity(count);
        for offset in offsets {
            out.extend_from_slice(&elements[offset..offset + length]);
        }
        moved(data.dtype(), dims, out)
    })
}

/// What happens where several updates, or an update and the data, meet.
#[derive(Clone, Copy, PartialEq)]
enum Meet {
    Replace,
    Add,
    Mul,
    Max,
    Min,
}

fn meet(call: &Call<'_>) -> Result<Meet, EngineError> {
    Ok(match call.string("reduction", "none")? {
        "none" => Meet::Replace,
        "add" => Meet::Add,
        "mul" => Meet::Mul,
        "max" => Meet::Max,
        "min" => Meet::Min,
        other => return call.unknown_value("reduction", other),
    })
}

/// Writes runs of `length` updates at offsets.
fn write(call: &mut Call<'_>, offsets: &[usize], length: usize) -> Outputs {
    let meet = meet(call)?;
    if meet == Meet::Replace && has_duplicates(offsets) {
        return Err(compute(
            "two updates go to the same place: ONNX does not say which one stays",
        ));
    }
    let updates = call
        .inputs
        .get(2)
        .cloned()
        .flatten()
        .ok_or_else(|| compute("input 2 is missing"))?;
    if updates.len() != offsets.len() * length {
        return Err(compute("the updates do not fit the indices"));
    }
    let (dims, mut data) = call.take(0)?.into_parts();
    if data.dtype() == DataType::Bool {
        if meet != Meet::Replace {
            return Err(crate::call::unsupported("a reduction of bools"));
        }
        if let Some(elements) = bool::slice_mut(&mut data) {
            place(
                elements,
                updates.elements().unwrap_or_default(),
                offsets,
                length,
                |_, new| new,
            );
        }
        return Ok(vec![from_data(dims, data)?]);
    }
    for_type!(data.dtype(), numbers, T => {
        if let Some(elements) = T::slice_mut(&mut data) {
            place(elements, updates.elements::<T>().unwrap_or_default(), offsets, length, |old, new| match meet {
                Meet::Replace => new,
                Meet::Add => old.add(new),
                Meet::Mul => old.mul(new),
                Meet::Max => old.greater_of(new),
                Meet::Min => old.lesser_of(new),
            });
        }
        Ok(())
    })?;
    Ok(vec![from_data(dims, data)?])
}

fn place<T: Copy>(
    elements: &mut [T],
    updates: &[T],
    offsets: &[usize],
    length: usize,
    f: impl Fn(T, T) -> T,
) {
    for (row, offset) in offsets.iter().enumerate() {
        for index in 0..length {
            let slot = &mut elements[offset + index];
            *slot = f(*slot, updates[row * length + index]);
        }
    }
}

fn has_duplicates(offsets: &[usize]) -> bool {
    let mut sorted = offsets.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

/// ScatterElements-11, -13, -16, -18, and Scatter-9.
pub(crate) fn scatter_elements(call: &mut Call<'_>) -> Outputs {
    let (data, indices, updates) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let axis = shape::axis(call.int("axis", 0), data.rank())?;
    if indices.dims() != updates.dims() {
        return Err(compute("indices and updates differ in shape"));
    }
    let offsets = along(data.dims(), indices.dims(), &call.ints(1)?, axis)?;
    write(call, &offsets, 1)
}

/// ScatterND-11, -13, -16, -18.
pub(crate) fn scatter_nd(call: &mut Call<'_>) -> Outputs {
    let (data, indices) = (call.input(0)?, call.input(1)?);
    let (offsets, length) = slices(data.dims(), indices.dims(), &call.ints(1)?, 0)?;
    write(call, &offsets, length)
}

/// TensorScatter-24: writes an update into a cache, row by row of the batch, at the row's position.
pub(crate) fn tensor_scatter(call: &mut Call<'_>) -> Outputs {
    let (cache, update) = (call.input(0)?, call.input(1)?);
    let axis = shape::axis(call.int("axis", -2), cache.rank())?;
    let circular = match call.string("mode", "linear")? {
        "linear" => false,
        "circular" => true,
        other => return call.unknown_value("mode", other),
    };
    let fits = cache.rank() == update.rank()
        && axis > 0
        && (0..cache.rank()).all(|i| i == axis || cache.dims()[i] == update.dims()[i]);
    if !fits {
        return Err(compute(format!(
            "an update of shape {:?} does not fit {:?}",
            update.dims(),
            cache.dims()
        )));
    }
    let (length, new) = (cache.dims()[axis], update.dims()[axis]);
    let batches = cache.dims()[0];
    let starts = call.optional_ints(2)?.unwrap_or_else(|| vec![0; batches]);
    if starts.len() != batches || new > length {
        return Err(compute(
            "the write indices or the update do not fit the cache",
        ));
    }
    let middle = element_count(&cache.dims()[1..axis])?;
    let inner = element_count(&cache.dims()[axis + 1..])?;
    let mut offsets = Vec::new();
    for (batch, start) in starts.iter().enumerate() {
        let start = shape::size(*start)?;
        for row in 0..middle {
            for step in 0..new {
                let position = start
                    .checked_add(step)
                    .ok_or_else(|| compute("a write index is too large"))?;
                let position = if circular {
                    position % length
                } else {
                    position
                };
                if position >= length {
                    return Err(compute(format!(
                        "position {position} lies outside of a cache of {length}"
                    )));
                }
                offsets.push(((batch * middle + row) * length + position) * inner);
            }
        }
    }
    for_bits!(cache.dtype(), T => {
        let mut elements = call.bits::<T>(0)?.to_vec();
        place(&mut elements, call.bits::<T>(1)?, &offsets, inner, |_, new| new);
        Ok(vec![from_bits(cache.dtype(), cache.dims().to_vec(), elements)?])
    })
}
