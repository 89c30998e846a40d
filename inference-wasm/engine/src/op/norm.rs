//! Normalisations.

use countersign_abi::EngineError;
use countersign_onnx::{Element, Tensor};

use super::number::{Float, Number};
use crate::call::{compute, one, tensor, unsupported, Call, Outputs};
use crate::kernel::sum::sum;
use crate::shape::{self, around, axes, broadcast, broadcast_strides, size, strides, walk};

/// Mean and 1 / √(variance + ε) of a row.
fn moments<T: Float>(row: &[T], epsilon: T::Wide) -> (T::Wide, T::Wide) {
    let count = T::Wide::of_usize(row.len());
    let mean = sum(row, T::Wide::ZERO, |x| x.widen()).over(count);
    let spread = sum(row, T::Wide::ZERO, |x| {
        let d = x.widen().sub(mean);
        d.mul(d)
    });
    (
        mean,
        T::Wide::ONE.over(spread.over(count).add(epsilon).sqrt()),
    )
}

/// The elements of input `index` read as if broadcast to `dims`.
fn broadcast_to<T: Element>(
    call: &Call<'_>,
    index: usize,
    dims: &[usize],
) -> Result<Option<Vec<T>>, EngineError> {
    let Some(input) = call.optional(index) else {
        return Ok(None);
    };
    if broadcast(&[input.dims(), dims])? != dims {
        return Err(compute(format!(
            "the shape {:?} does not broadcast to {dims:?}",
            input.dims()
        )));
    }
    let elements = call.elements::<T>(index)?;
    let mut out = Vec::with_capacity(call.reserve(dims, T::DTYPE)?);
    walk(dims, [&broadcast_strides(input.dims(), dims)], |[at]| {
        out.push(elements[at])
    });
    Ok(Some(out))
}

/// `stash_type`: the precision of the first stage must be the one that we compute in.
fn check_stash<T: Float>(call: &Call<'_>) -> Result<(), EngineError> {
    let stash = call.int("stash_type", 1);
    if stash == <T::Wide as Element>::DTYPE as i64 {
        return Ok(());
    }
    Err(unsupported(format!(
        "stash_type {stash} for {} would change its precision",
        T::DTYPE
    )))
}

/// LayerNormalization-17.
pub(crate) fn layer(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => {
        check_stash::<T>(call)?;
        type W = <T as Float>::Wide;
        let dims = call.input(0)?.dims().to_vec();
        let axis = shape::axis(call.int("axis", -1), dims.len())?;
        let row: usize = dims[axis..].iter().product();
        let epsilon = W::of(call.float("epsilon", 1e-5));
        let x = call.elements::<T>(0)?;
        // Usually there is one for every element of a row; then the same ones serve all rows.
        let same = |index: usize| call.optional(index).is_none_or(|t| t.dims() == &dims[axis..]);
        let shared = same(1) && same(2);
        let span = if shared { dims[axis..].to_vec() } else { dims.clone() };
        let scale = broadcast_to::<T>(call, 1, &span)?.ok_or_else(|| compute("the scale is missing"))?;
        let bias = broadcast_to::<T>(call, 2, &span)?;
        let mut out: Vec<T> = Vec::with_capacity(x.len());
        let (mut means, mut inverses): (Vec<W>, Vec<W>) = (Vec::new(), Vec::new());
        for row in x.chunks_exact(row.max(1)) {
            let (mean, inverse) = moments(row, epsilon);
            let first = if shared { 0 } else { out.len() };
            let scaled = row.iter().zip(&scale[first..]).map(|(x, scale)| {
                T::narrow(x.widen().sub(mean).mul(inverse)).mul(*scale)
            });
            match &bias {
                Some(bias) => out.extend(scaled.zip(&bias[first..]).map(|(x, bias)| x.add(*bias))),
                None => out.extend(scaled),
            }
            means.push(mean);
            inverses.push(inverse);
        }
        let mut kept = dims.clone();
        kept[axis..].fill(1);
        Ok(vec![tensor(dims, out)?, tensor(kept.clone(), means)?, tensor(kept, inverses)?])
    })
}

/// RMSNormalization-23.
pub(crate) fn rms(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => {
        check_stash::<T>(call)?;
        type W = <T as Float>::Wide;
        let dims = call.input(0)?.dims().to_vec();
        let axis = shape::axis(call.int("axis", -1), dims.len())?;
        let row: usize = dims[axis..].iter().product();
        let epsilon = W::of(call.float("epsilon", 1e-5));
        let x = call.elements::<T>(0)?;
        let scale = broadcast_to::<T>(call, 1, &dims)?.ok_or_else(|| compute("the scale is missing"))?;
        let mut out: Vec<T> = Vec::with_capacity(x.len());
        for row in x.chunks_exact(row.max(1)) {
            let squares = row.iter().fold(W::ZERO, |sum, x| sum.add(x.widen().mul(x.widen())));
            let root = squares.over(W::of_usize(row.len())).add(epsilon).sqrt();
            for x in row {
                out.push(T::narrow(x.widen().over(root)).mul(scale[out.len()]));
            }
        }
        one(dims, out)
    })
}

/// Batches, channels and elements per channel of an image.
fn image(dims: &[usize]) -> Result<(usize, usize, usize), EngineError> {
    match dims {
        [batches, channels, spatial @ ..] => Ok((*batches, *channels, spatial.iter().product())),
        [batches] => Ok((*batches, 1, 1)),
        [] => Err(compute("a batch dimension is needed")),
    }
}

/// A float input with one element per channel, in the wide type.
fn per_channel<W: Float>(
    call: &Call<'_>,
    index: usize,
    channels: usize,
) -> Result<Vec<W>, EngineError> {
    let input = call.input(index)?;
    if input.dims() != [channels] {
        return Err(compute(format!(
            "input {index} has the shape {:?}, not [{channels}]",
            input.dims()
        )));
    }
    for_type!(input.dtype(), floats, S => {
        if S::DTYPE == countersign_onnx::DataType::F64 && W::DTYPE != countersign_onnx::DataType::F64 {
            return Err(unsupported("a float64 parameter for a narrower input"));
        }
        Ok(input.elements::<S>().unwrap_or_default().iter().map(|x| W::from_f64(x.to_f64())).collect())
    })
}

/// BatchNormalization-7, -9, -14, -15: inference, and from version 14 on training mode.
pub(crate) fn batch(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => {
        type W = <T as Float>::Wide;
        let dims = call.input(0)?.dims().to_vec();
        let (batches, channels, plane) = image(&dims)?;
        let epsilon = W::of(call.float("epsilon", 1e-5));
        let (scale, bias) = (per_channel::<W>(call, 1, channels)?, per_channel::<W>(call, 2, channels)?);
        let (mut mean, mut variance) = (per_channel::<W>(call, 3, channels)?, per_channel::<W>(call, 4, channels)?);
        let training = call.flag("training_mode", false)?;
        if !training && call.wanted() > 1 {
            return Err(unsupported("BatchNormalization with several outputs in inference"));
        }
        let x = call.elements::<T>(0)?;
        let (kept_mean, kept_variance) = (mean.clone(), variance.clone());
        if training {
            let count = W::of_usize(batches * plane);
            for channel in 0..channels {
                let row = (0..batches).flat_map(|b| &x[(b * channels + channel) * plane..][..plane]).map(|x| x.widen());
                mean[channel] = row.clone().fold(W::ZERO, |sum, x| sum.add(x)).over(count);
                variance[channel] = row.fold(W::ZERO, |sum, x| {
                    let d = x.sub(mean[channel]);
                    sum.add(d.mul(d))
                }).over(count);
            }
        }
        let roots: Vec<W> = variance.iter().map(|v| v.add(epsilon).sqrt()).collect();
        let mut out: Vec<T> = Vec::with_capacity(x.len());
        for (index, x) in x.chunks_exact(plane.max(1)).enumerate() {
            let channel = index % channels;
            let (mean, root, scale, bias) = (mean[channel], roots[channel], scale[channel], bias[channel]);
            out.extend(x.iter().map(|x| T::narrow(x.widen().sub(mean).over(root).mul(scale).add(bias))));
        }
        let mut outputs = one(dims, out)?;
        if training {
            let momentum = W::of(call.float("momentum", 0.9));
            let kind = call.kind(3).unwrap_or(W::DTYPE);
            for (kept, current) in [(kept_mean, mean), (kept_variance, variance)] {
                let blended: Vec<W> = kept.iter().zip(current).map(|(k, c)| k.mul(momentum).add(c.mul(W::ONE.sub(momentum)))).collect();
                outputs.push(super::cast::convert(tensor(vec![channels], blended)?, kind)?);
            }
        }
        Ok(outputs)
    })
}

/// Groups of channels, each normalised by its own moments, then scaled and shifted by channel.
fn grouped<T: Float>(call: &Call<'_>, groups: usize) -> Outputs {
    let dims = call.input(0)?.dims().to_vec();
    let (_, channels, plane) = image(&dims)?;
    if groups == 0 || channels % groups != 0 {
        return Err(compute(format!(
            "{channels} channels do not make {groups} groups"
        )));
    }
    let (scale, bias) = (call.elements::<T>(1)?, call.elements::<T>(2)?);
    if scale.len() != channels || bias.len() != channels {
        return Err(compute(format!(
            "a scale and a bias are needed for each of {channels} channels"
        )));
    }
    let epsilon = T::Wide::of(call.float("epsilon", 1e-5));
    let row = channels / groups * plane;
    let x = call.elements::<T>(0)?;
    let mut out: Vec<T> = Vec::with_capacity(x.len());
    for row in x.chunks_exact(row.max(1)) {
        let (mean, inverse) = moments(row, epsilon);
        for part in row.chunks_exact(plane.max(1)) {
            let channel = out.len() / plane.max(1) % channels;
            let (scale, bias) = (scale[channel], bias[channel]);
            out.extend(part.iter().map(|x| {
                T::narrow(x.widen().sub(mean).mul(inverse))
                    .mul(scale)
                    .add(bias)
            }));
        }
    }
    one(dims, out)
}

/// InstanceNormalization-6, -22.
pub(crate) fn instance(call: &mut Call<'_>) -> Outputs {
    let (_, channels, _) = image(call.input(0)?.dims())?;
    for_type!(call.input(0)?.dtype(), floats, T => grouped::<T>(call, channels))
}

/// GroupNormalization-21.
pub(crate) fn group(call: &mut Call<'_>) -> Outputs {
    let groups = size(call.int("num_groups", 0))?;
    for_type!(call.input(0)?.dtype(), floats, T => {
        check_stash::<T>(call)?;
        grouped::<T>(call, groups)
    })
}

/// LRN-1, -13: x / (bias + α / size · Σ x²)^β over neighbouring channels.
pub(crate) fn local_response(call: &mut Call<'_>) -> Outputs {
    let width = size(call.int("size", 0))?;
    for_type!(call.input(0)?.dtype(), floats, T => {
        type W = <T as Float>::Wide;
        let dims = call.input(0)?.dims().to_vec();
        let (_, channels, plane) = image(&dims)?;
        let (alpha, beta) = (W::of(call.float("alpha", 1e-4)), W::of(call.float("beta", 0.75)));
        let bias = W::of(call.float("bias", 1.0));
        let factor = alpha.over(W::of_usize(width.max(1)));
        let (before, after) = (width.saturating_sub(1) / 2, width / 2);
        let x = call.elements::<T>(0)?;
        call.steps(x.len().saturating_mul(width))?;
        let out: Vec<T> = x.iter().enumerate().map(|(at, x0)| {
            let channel = at / plane % channels;
            let first = at - channel * plane;
            let squares = (channel.saturating_sub(before)..=(channel + after).min(channels - 1)).fold(W::ZERO, |sum, c| {
                let x = x[first + c * plane].widen();
                sum.add(x.mul(x))
            });
            T::narrow(x0.widen().over(bias.add(factor.mul(squares)).raised(beta)))
        }).collect();
        one(dims, out)
    })
}

/// LpNormalization-1, -22: x / ‖x‖ along an axis; 0 where the norm is 0.
pub(crate) fn lp(call: &mut Call<'_>) -> Outputs {
    let p = call.int("p", 2);
    if ![1, 2].contains(&p) {
        return Err(unsupported(format!("LpNormalization with p = {p}")));
    }
    for_type!(call.input(0)?.dtype(), floats, T => {
        type W = <T as Float>::Wide;
        let dims = call.input(0)?.dims().to_vec();
        let (outer, length, inner) = around(&dims, shape::axis(call.int("axis", -1), dims.len())?);
        let x = call.elements::<T>(0)?;
        let mut out = x.to_vec();
        for row in 0..outer {
            for offset in 0..inner {
                let at = |i: usize| (row * length + i) * inner + offset;
                let norm = (0..length).fold(W::ZERO, |sum, i| {
                    let x = x[at(i)].widen();
                    sum.add(if p == 1 { x.magnitude() } else { x.mul(x) })
                });
                let norm = if p == 1 { norm } else { norm.sqrt() };
                for i in 0..length {
                    out[at(i)] = if norm == W::ZERO { T::ZERO } else { T::narrow(x[at(i)].widen().over(norm)) };
                }
            }
        }
        one(dims, out)
    })
}

/// MeanVarianceNormalization-9, -13: (x − mean) / (√variance + 10⁻⁹), as ONNX's function body has it.
pub(crate) fn mean_variance(call: &mut Call<'_>) -> Outputs {
    let input: &Tensor = call.input(0)?;
    let reduced = axes(call.int_list("axes").unwrap_or(&[0, 2, 3]), input.rank())?;
    for_type!(input.dtype(), floats, T => {
        type W = <T as Float>::Wide;
        let dims = input.dims().to_vec();
        let kept: Vec<usize> = (0..dims.len()).map(|i| if reduced.contains(&i) { 1 } else { dims[i] }).collect();
        let count = W::of_usize(reduced.iter().map(|axis| dims[*axis]).product());
        let x = call.elements::<T>(0)?;
        let (own, to) = (strides(&dims), broadcast_strides(&kept, &dims));
        let groups = kept.iter().product();
        let (mut means, mut squares) = (vec![W::ZERO; groups], vec![W::ZERO; groups]);
        walk(&dims, [&own, &to], |[from, to]| {
            let x = x[from].widen();
            means[to] = means[to].add(x);
            squares[to] = squares[to].add(x.mul(x));
        });
        means.iter_mut().for_each(|sum| *sum = sum.over(count));
        squares.iter_mut().for_each(|sum| *sum = sum.over(count));
        let mut out: Vec<T> = Vec::with_capacity(x.len());
        walk(&dims, [&own, &to], |[from, to]| {
            let deviation = squares[to].sub(means[to].mul(means[to])).sqrt();
            out.push(T::narrow(x[from].widen().sub(means[to]).over(deviation.add(W::from_f64(1e-9)))));
        });
        one(dims, out)
    })
}
