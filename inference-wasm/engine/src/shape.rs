//! Dimensions, axes, strides, broadcasting.

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::MAX_RANK;

use crate::call::compute;

/// The largest product of the other dimensions of a tensor without elements.
pub(crate) const MOST_AROUND_NOTHING: usize = 1 << 24;

/// The number of elements; refused above what memory can address.
pub(crate) fn element_count(dims: &[usize]) -> Result<usize, EngineError> {
    if dims.len() > MAX_RANK {
        return Err(EngineError::new(
            ErrorCode::Limit,
            format!(
                "a tensor would have {} dimensions, at most {MAX_RANK} are taken",
                dims.len()
            ),
        ));
    }
    if dims.contains(&0) {
        // Loops over the other dimensions end, and their products fit into 32 bits.
        let others = dims.iter().filter(|dim| **dim != 0);
        return others
            .copied()
            .try_fold(1usize, usize::checked_mul)
            .filter(|product| *product <= MOST_AROUND_NOTHING)
            .map(|_| 0)
            .ok_or_else(|| {
                EngineError::new(
                    ErrorCode::Limit,
                    format!("a tensor without elements has the dimensions {dims:?}, which are too large"),
                )
            });
    }
    dims.iter()
        .try_fold(1usize, |count, dim| count.checked_mul(*dim))
        .ok_or_else(|| EngineError::new(ErrorCode::Limit, "a tensor would have too many elements"))
}

/// An axis that may count from the end.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize, EngineError> {
    let resolved = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(resolved)
        .ok()
        .filter(|axis| *axis < rank)
        .ok_or_else(|| compute(format!("axis {axis} does not exist in {rank} dimensions")))
}

/// Axes that may count from the end, each once.
pub(crate) fn axes(list: &[i64], rank: usize) -> Result<Vec<usize>, EngineError> {
    let mut resolved = Vec::with_capacity(list.len());
    for value in list {
        let value = axis(*value, rank)?;
        if resolved.contains(&value) {
            return Err(compute(format!("axis {value} is named twice")));
        }
        resolved.push(value);
    }
    Ok(resolved)
}

/// A size from a model's integer.
pub(crate) fn size(value: i64) -> Result<usize, EngineError> {
    usize::try_from(value).map_err(|_| compute(format!("{value} is no size")))
}

/// Row-major strides in elements.
pub(crate) fn strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1usize; dims.len()];
    for index in (1..dims.len()).rev() {
        strides[index - 1] = strides[index].saturating_mul(dims[index]);
    }
    strides
}

/// The dimensions of several tensors broadcast together, by NumPy's rules.
pub(crate) fn broadcast(shapes: &[&[usize]]) -> Result<Vec<usize>, EngineError> {
    let rank = shapes.iter().map(|dims| dims.len()).max().unwrap_or(0);
    let mut out = vec![1; rank];
    for dims in shapes {
        for (slot, dim) in out[rank - dims.len()..].iter_mut().zip(*dims) {
            if *slot == 1 {
                *slot = *dim;
            } else if *dim != 1 && *dim != *slot {
                return Err(compute(format!("the shapes {shapes:?} do not broadcast")));
            }
        }
    }
    Ok(out)
}

/// Strides with which a tensor of `dims` is read as one of `out`; broadcast dimensions have stride 0.
pub(crate) fn broadcast_strides(dims: &[usize], out: &[usize]) -> Vec<usize> {
    let own = strides(dims);
    let lead = out.len() - dims.len();
    (0..out.len())
        .map(|index| match index.checked_sub(lead) {
            Some(inner) if dims[inner] != 1 => own[inner],
            _ => 0,
        })
        .collect()
}

/// Calls `visit` for every index of `dims` in row-major order with the offsets that the strides give.
pub(crate) fn walk<const N: usize>(
    dims: &[usize],
    strides: [&[usize]; N],
    mut visit: impl FnMut([usize; N]),
) {
    walk_rows(dims, strides, |mut offset, steps, length| {
        for _ in 0..length {
            visit(offset);
            for (offset, step) in offset.iter_mut().zip(steps) {
                *offset += step;
            }
        }
    });
}

/// Dimensions and strides with neighbours joined wherever all strides allow it; dimensions of 1 are left out.
fn joined<const N: usize>(dims: &[usize], strides: [&[usize]; N]) -> (Vec<usize>, [Vec<usize>; N]) {
    let mut out: Vec<usize> = Vec::with_capacity(dims.len());
    let mut steps: [Vec<usize>; N] = std::array::from_fn(|_| Vec::with_capacity(dims.len()));
    for (axis, dim) in dims.iter().enumerate() {
        if *dim == 1 {
            continue;
        }
        let joins = steps
            .iter()
            .zip(strides)
            .all(|(steps, own)| steps.last().is_some_and(|s| *s == own[axis] * dim));
        match out.last_mut() {
            Some(last) if joins => {
                *last *= dim;
                for (steps, own) in steps.iter_mut().zip(strides) {
                    if let Some(step) = steps.last_mut() {
                        *step = own[axis];
                    }
                }
            }
            _ => {
                out.push(*dim);
                for (steps, own) in steps.iter_mut().zip(strides) {
                    steps.push(own[axis]);
                }
            }
        }
    }
    (out, steps)
}

/// Calls `visit` for every innermost row of `dims`, as long as the strides allow, in row-major order: offsets where the row
/// starts, steps along it, its length.
pub(crate) fn walk_rows<const N: usize>(
    dims: &[usize],
    strides: [&[usize]; N],
    mut visit: impl FnMut([usize; N], [usize; N], usize),
) {
    if dims.contains(&0) {
        return;
    }
    let (dims, strides) = joined(dims, strides);
    let Some((inner, outer)) = dims.split_last() else {
        visit([0; N], [0; N], 1);
        return;
    };
    let steps: [usize; N] = std::array::from_fn(|i| strides[i].last().copied().unwrap_or(0));
    let mut index = vec![0; outer.len()];
    let mut base = [0; N];
    loop {
        visit(base, steps, *inner);
        let mut level = outer.len();
        loop {
            if level == 0 {
                return;
            }
            level -= 1;
            index[level] += 1;
            if index[level] < outer[level] {
                for (base, stride) in base.iter_mut().zip(&strides) {
                    *base += stride[level];
                }
                break;
            }
            index[level] = 0;
            for (base, stride) in base.iter_mut().zip(&strides) {
                *base -= stride[level] * (outer[level] - 1);
            }
        }
    }
}

/// A tensor seen as `outer × axis × inner`.
pub(crate) fn around(dims: &[usize], axis: usize) -> (usize, usize, usize) {
    (
        dims[..axis].iter().product(),
        dims[axis],
        dims[axis + 1..].iter().product(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broadcasting_follows_numpy() {
        assert_eq!(broadcast(&[&[2, 1, 3], &[4, 1]]).unwrap(), [2, 4, 3]);
        assert_eq!(broadcast(&[&[0], &[1]]).unwrap(), [0]);
        assert!(broadcast(&[&[2], &[3]]).is_err());
        assert_eq!(broadcast_strides(&[4, 1], &[2, 4, 3]), [0, 1, 0]);
    }

    #[test]
    fn walking_visits_in_row_major_order() {
        let mut seen = Vec::new();
        walk(&[2, 3], [&[1, 2]], |[offset]| seen.push(offset));
        assert_eq!(seen, [0, 2, 4, 1, 3, 5]);
        // Joined where possible: one row.
        let mut rows = Vec::new();
        walk_rows(
            &[2, 1, 3],
            [&[3, 7, 1], &[0, 0, 0]],
            |start, steps, length| rows.push((start, steps, length)),
        );
        assert_eq!(rows, [([0, 0], [1, 0], 6)]);
        walk(&[2, 0], [&[1, 2]], |_: [usize; 1]| {
            panic!("there is nothing to visit")
        });
    }
}
