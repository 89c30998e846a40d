//! Choosing elements: TopK, NonZero, Compress, Unique.

use std::cmp::Ordering;

use countersign_onnx::DataType;

use super::number::Number;
use crate::call::{compute, moved, one, tensor, Call, Outputs};
use crate::shape::{self, around, size};

/// TopK-1 (k as attribute), -10, -11, -24. Ties go to the lower index; unsorted order is not defined by ONNX, so ours is
/// the sorted one; NaN counts as the greatest.
pub(crate) fn top_k(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let axis = shape::axis(call.int("axis", -1), input.rank())?;
    let (outer, length, inner) = around(input.dims(), axis);
    let k = size(if call.since >= 10 {
        call.int_input(1)?
    } else {
        call.int("k", -1)
    })?;
    let (largest, _sorted) = (call.flag("largest", true)?, call.flag("sorted", true)?);
    if k > length {
        return Err(compute(format!(
            "{k} of {length} elements cannot be chosen"
        )));
    }
    let mut dims = input.dims().to_vec();
    dims[axis] = k;
    let count = call.reserve(&dims, DataType::I64)?;
    for_type!(input.dtype(), numbers, T => {
        let elements = call.elements::<T>(0)?;
        let mut values = vec![<T as countersign_onnx::Element>::ZERO; count];
        let mut indices = vec![0i64; count];
        let mut order: Vec<usize> = Vec::with_capacity(length);
        for row in 0..outer {
            for offset in 0..inner {
                let at = |i: usize| elements[(row * length + i) * inner + offset];
                order.clear();
                order.extend(0..length);
                order.sort_by(|i, j| {
                    let by_value = at(*i).order(at(*j));
                    (if largest { by_value.reverse() } else { by_value }).then(i.cmp(j))
                });
                for (position, index) in order.iter().take(k).enumerate() {
                    let slot = (row * k + position) * inner + offset;
                    values[slot] = at(*index);
                    indices[slot] = *index as i64;
                }
            }
        }
        Ok(vec![tensor(dims.clone(), values)?, tensor(dims, indices)?])
    })
}

/// NonZero-9, -13.
pub(crate) fn non_zero(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let found: Vec<usize> = for_type!(input.dtype(), all, T => {
        let zero = <T as countersign_onnx::Element>::ZERO;
        Ok(call.elements::<T>(0)?.iter().enumerate().filter(|(_, x)| **x != zero).map(|(i, _)| i).collect())
    })?;
    let dims = [input.rank(), found.len()];
    call.reserve(&dims, DataType::I64)?;
    let own = shape::strides(input.dims());
    let mut out = Vec::with_capacity(dims[0] * dims[1]);
    for (dim, stride) in input.dims().iter().zip(own) {
        out.extend(found.iter().map(|offset| (offset / stride % dim) as i64));
    }
    one(dims.to_vec(), out)
}

/// Compress-9, -11.
pub(crate) fn compress(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let chosen = call.elements::<bool>(1)?;
    let (dims, axis) = if call.has("axis") {
        (
            input.dims().to_vec(),
            shape::axis(call.int("axis", 0), input.rank())?,
        )
    } else {
        (vec![input.len()], 0)
    };
    let (outer, length, inner) = around(&dims, axis);
    if chosen.len() > length {
        return Err(compute("the condition is longer than the axis"));
    }
    let positions: Vec<usize> = (0..chosen.len()).filter(|i| chosen[*i]).collect();
    let mut out_dims = dims;
    out_dims[axis] = positions.len();
    let count = call.reserve(&out_dims, input.dtype())?;
    for_bits!(input.dtype(), T => {
        let elements = call.bits::<T>(0)?;
        let mut out: Vec<T> = Vec::with_capacity(count);
        for row in 0..outer {
            for position in &positions {
                let from = (row * length + position) * inner;
                out.extend_from_slice(&elements[from..from + inner]);
            }
        }
        moved(input.dtype(), out_dims, out)
    })
}

/// Unique-11: values, first indices, inverse, counts.
pub(crate) fn unique(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let sorted = call.flag("sorted", true)?;
    let axis = if call.has("axis") {
        Some(shape::axis(call.int("axis", 0), input.rank())?)
    } else {
        None
    };
    let (outer, length, inner) = match axis {
        Some(axis) => around(input.dims(), axis),
        None => (1, input.len(), 1),
    };
    for_type!(input.dtype(), numbers, T => {
        let elements = call.elements::<T>(0)?;
        let row = |i: usize| (0..outer).flat_map(move |o| (0..inner).map(move |k| (o * length + i) * inner + k));
        let compare = |i: usize, j: usize| {
            row(i).zip(row(j)).map(|(a, b)| elements[a].order(elements[b])).find(|o| *o != Ordering::Equal).unwrap_or(Ordering::Equal)
        };
        let mut order: Vec<usize> = (0..length).collect();
        order.sort_by(|i, j| compare(*i, *j).then(i.cmp(j)));
        // Groups of equal slices; each group's first member is its least index.
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for index in order {
            match groups.last_mut() {
                Some(group) if compare(group[0], index) == Ordering::Equal => group.push(index),
                _ => groups.push(vec![index]),
            }
        }
        if !sorted {
            groups.sort_by_key(|group| group[0]);
        }
        let mut dims = axis.map_or_else(|| vec![0], |_| input.dims().to_vec());
        dims[axis.unwrap_or(0)] = groups.len();
        let mut values: Vec<T> = Vec::with_capacity(call.reserve(&dims, input.dtype())?);
        for o in 0..outer {
            for group in &groups {
                let from = (o * length + group[0]) * inner;
                values.extend_from_slice(&elements[from..from + inner]);
            }
        }
        let mut inverse = vec![0i64; length];
        for (number, group) in groups.iter().enumerate() {
            group.iter().for_each(|index| inverse[*index] = number as i64);
        }
        Ok(vec![
            tensor(dims, values)?,
            tensor(vec![groups.len()], groups.iter().map(|g| g[0] as i64).collect())?,
            tensor(vec![length], inverse)?,
            tensor(vec![groups.len()], groups.iter().map(|g| g.len() as i64).collect())?,
        ])
    })
}
