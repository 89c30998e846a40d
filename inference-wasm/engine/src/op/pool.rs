//! Poolings.

use countersign_abi::EngineError;
use countersign_onnx::Element;

use super::number::{Float, Number};
use crate::call::{compute, one, unsupported, Call, Outputs};
use crate::kernel::patches::Layout;
use crate::kernel::sum::sum;
use crate::kernel::window::{advance, Window};
use crate::shape::size;

/// Batches × channels, and the elements of each.
fn planes(dims: &[usize]) -> Result<(usize, usize), EngineError> {
    let [batches, channels, spatial @ ..] = dims else {
        return Err(compute("a batch and a channel dimension are needed"));
    };
    Ok((batches * channels, spatial.iter().product()))
}

/// Every plane reduced to one element.
fn global<T: Float>(call: &Call<'_>, f: impl Fn(&[T]) -> T) -> Outputs {
    let input = call.input(0)?;
    let (count, plane) = planes(input.dims())?;
    if plane == 0 {
        return Err(compute("the planes to pool are empty"));
    }
    let mut dims = input.dims().to_vec();
    dims[2..].fill(1);
    let out: Vec<T> = call.elements::<T>(0)?.chunks_exact(plane).map(f).collect();
    debug_assert_eq!(out.len(), count);
    one(dims, out)
}

/// GlobalAveragePool-1, -22.
pub(crate) fn global_average(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => global::<T>(call, |plane| {
        let sum = sum(plane, <T as Float>::Wide::ZERO, |x| x.widen());
        T::narrow(sum.over(Float::of_usize(plane.len())))
    }))
}

/// GlobalMaxPool-1, -22.
pub(crate) fn global_max(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => global::<T>(call, |plane| {
        plane.iter().fold(T::LOWEST, |peak, x| peak.greater_of(*x))
    }))
}

/// GlobalLpPool-2, -22.
pub(crate) fn global_lp(call: &mut Call<'_>) -> Outputs {
    let p = call.int("p", 2);
    for_type!(call.input(0)?.dtype(), floats, T => global::<T>(call, |plane| T::narrow(norm(plane.iter().map(|x| x.widen()), p))))
}

/// The p-norm.
fn norm<T: Float>(elements: impl Iterator<Item = T>, p: i64) -> T {
    match p {
        1 => elements.fold(T::ZERO, |sum, x| sum.add(x.magnitude())),
        2 => elements.fold(T::ZERO, |sum, x| sum.add(x.mul(x))).sqrt(),
        _ => {
            let p = T::from_f64(p as f64);
            elements
                .fold(T::ZERO, |sum, x| sum.add(x.magnitude().raised(p)))
                .raised(T::ONE.over(p))
        }
    }
}

/// The window that the node's attributes describe.
fn window(call: &Call<'_>) -> Result<Window, EngineError> {
    let [_, _, spatial @ ..] = call.input(0)?.dims() else {
        return Err(compute("a batch and a channel dimension are needed"));
    };
    let kernel = call
        .int_list("kernel_shape")
        .unwrap_or_default()
        .iter()
        .map(|d| size(*d))
        .collect::<Result<Vec<_>, _>>()?;
    let window = Window::of(call, spatial, &kernel)?;
    let same = call.string("auto_pad", "NOTSET")?.starts_with("SAME");
    for axis in 0..kernel.len() {
        let extent = window.extent(axis)?;
        let covered = (window.output[axis].max(1) - 1)
            .saturating_mul(window.strides[axis])
            .saturating_add(extent);
        if same && covered.saturating_add(1) < window.input[axis] {
            return Err(unsupported(
                "auto_pad SAME with strides that are longer than the kernel: implementations differ in where the windows begin",
            ));
        }
        if window.begin[axis] >= extent || window.end[axis] >= extent {
            return Err(compute("a pad is as large as the kernel"));
        }
    }
    Ok(window)
}

/// Calls `visit` for every output element of every plane with the offsets, in the plane, of what its window covers.
fn slide<T: Element>(
    call: &Call<'_>,
    window: &Window,
    mut visit: impl FnMut(&[T], &[usize], &[usize]),
) -> Result<(), EngineError> {
    let input = call.elements::<T>(0)?;
    let plane = window.input_len();
    if plane == 0 {
        return Err(compute("the planes to pool are empty"));
    }
    let (rank, taps) = (window.kernel.len(), window.kernel_len());
    call.steps(
        (input.len() / plane)
            .saturating_mul(window.output_len())
            .saturating_mul(taps),
    )?;
    let mut covered = Vec::with_capacity(taps.min(plane));
    for plane in input.chunks_exact(plane) {
        let mut at = vec![0; rank];
        for _ in 0..window.output_len() {
            covered.clear();
            let mut tap = vec![0; rank];
            for _ in 0..taps {
                let offset = (0..rank).try_fold(0, |offset, axis| {
                    Some(offset * window.input[axis] + window.source(axis, at[axis], tap[axis])?)
                });
                covered.extend(offset);
                advance(&mut tap, &window.kernel);
            }
            visit(plane, &covered, &at);
            advance(&mut at, &window.output);
        }
    }
    Ok(())
}

fn output_dims(call: &Call<'_>, window: &Window) -> Result<Vec<usize>, EngineError> {
    let mut dims = call.input(0)?.dims()[..2].to_vec();
    dims.extend(&window.output);
    call.reserve(&dims, call.input(0)?.dtype())?;
    Ok(dims)
}

/// MaxPool-1, -8, -10, -11, -12, -22. Ties in the indices go to the first element.
pub(crate) fn max(call: &mut Call<'_>) -> Outputs {
    let window = window(call)?;
    let dims = output_dims(call, &window)?;
    let column_major = call.flag("storage_order", false)?;
    for_type!(call.input(0)?.dtype(), numbers, T => {
        if call.wanted() == 1 {
            let out = over_windows(call, &window, T::LOWEST, T::LOWEST, |best: T, _, x| {
                if x > best || x.is_nan() { x } else { best }
            })?;
            return one(dims, out);
        }
        let mut out: Vec<T> = Vec::new();
        let mut indices: Vec<i64> = Vec::new();
        let outputs = window.output_len().max(1);
        slide::<T>(call, &window, |plane, covered, _| {
            let mut best: Option<usize> = None;
            for offset in covered {
                let better = best.is_none_or(|b| plane[*offset] > plane[b] || (plane[*offset].is_nan() && !plane[b].is_nan()));
                if better {
                    best = Some(*offset);
                }
            }
            let base = out.len() / outputs * plane.len();
            out.push(best.map_or(T::LOWEST, |b| plane[b]));
            let inside = best.map_or(0, |b| if column_major { turned(b, &window.input) } else { b });
            indices.push((base + inside) as i64);
        })?;
        let mut outputs = one(dims.clone(), out)?;
        if call.wanted() > 1 {
            outputs.extend(one(dims, indices)?);
        }
        Ok(outputs)
    })
}

/// A row-major offset as a column-major one.
fn turned(mut offset: usize, dims: &[usize]) -> usize {
    let mut position = vec![0; dims.len()];
    for (slot, dim) in position.iter_mut().zip(dims).rev() {
        *slot = offset % dim;
        offset /= dim;
    }
    position
        .iter()
        .zip(dims)
        .rev()
        .fold(0, |offset, (position, dim)| offset * dim + position)
}

/// How many elements of a window at a position lie in the input or its padding.
fn padded_len(window: &Window, at: &[usize]) -> usize {
    (0..at.len())
        .map(|axis| {
            let end = window.input[axis] + window.begin[axis] + window.end[axis];
            (0..window.kernel[axis])
                .filter(|tap| at[axis] * window.strides[axis] + tap * window.dilations[axis] < end)
                .count()
        })
        .product()
}

/// How many elements of a window at a position lie in the input.
fn covered_len(window: &Window, at: &[usize]) -> usize {
    (0..at.len())
        .map(|axis| {
            (0..window.kernel[axis])
                .filter(|tap| window.source(axis, at[axis], *tap).is_some())
                .count()
        })
        .product()
}

/// Every window folded, tap by tap in ascending order; `outside` stands where there is no input.
fn over_windows<T: Number>(
    call: &Call<'_>,
    window: &Window,
    start: T,
    outside: T,
    f: impl Fn(T, T, T) -> T,
) -> Result<Vec<T>, EngineError> {
    let (input, plane, taps) = (
        call.elements::<T>(0)?,
        window.input_len(),
        window.kernel_len(),
    );
    if plane == 0 {
        return Err(compute("the planes to pool are empty"));
    }
    let (planes, outputs) = (input.len() / plane, window.output_len());
    call.steps(planes.saturating_mul(outputs).saturating_mul(taps))?;
    let padded = Layout::padded(window).ok_or_else(|| compute("a pad is too large"))?;
    call.reserve(&padded, T::DTYPE)?;
    call.reserve(&window.kernel, T::DTYPE)?;
    let layout = Layout::of(window, &padded);
    let factors = vec![start; taps];
    let mut out = vec![start; planes * outputs];
    for (plane, out) in input
        .chunks_exact(plane)
        .zip(out.chunks_exact_mut(outputs.max(1)))
    {
        let copy = layout.copies(window, plane, outside);
        layout.fold(&copy, &factors, out, &f);
    }
    Ok(out)
}

/// AveragePool-7, -10, -11, -19, -22.
pub(crate) fn average(call: &mut Call<'_>) -> Outputs {
    let window = window(call)?;
    let dims = output_dims(call, &window)?;
    let include_pad = call.flag("count_include_pad", false)?;
    for_type!(call.input(0)?.dtype(), floats, T => {
        let mut out = over_windows(call, &window, T::ZERO, T::ZERO, |sum: T, _, x| sum.add(x))?;
        let mut at = vec![0; window.output.len()];
        let counts: Vec<T> = (0..window.output_len()).map(|_| {
            let count = if include_pad { padded_len(&window, &at) } else { covered_len(&window, &at) };
            advance(&mut at, &window.output);
            T::of_usize(count)
        }).collect();
        for plane in out.chunks_exact_mut(counts.len().max(1)) {
            plane.iter_mut().zip(&counts).for_each(|(sum, count)| *sum = sum.over(*count));
        }
        one(dims, out)
    })
}

/// LpPool-2, -11, -18, -22.
pub(crate) fn lp(call: &mut Call<'_>) -> Outputs {
    let window = window(call)?;
    let dims = output_dims(call, &window)?;
    let p = call.int("p", 2);
    for_type!(call.input(0)?.dtype(), floats, T => {
        let mut out: Vec<T> = Vec::new();
        slide::<T>(call, &window, |plane, covered, _| {
            out.push(T::narrow(norm(covered.iter().map(|offset| plane[*offset].widen()), p)));
        })?;
        one(dims, out)
    })
}
