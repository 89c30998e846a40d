//! Conv and ConvTranspose.

use countersign_abi::EngineError;
use countersign_onnx::{DataType, Element};

use super::linear::{narrowed, widened};
use super::number::{Float, Number};
use crate::call::{compute, one, unsupported, Call, Outputs};
use crate::kernel::gemm::{multiply, Matrix};
use crate::kernel::patches::{Convolution, Layout};
use crate::kernel::window::{advance, positive_list, Window};
use crate::shape::size;

/// Dimensions of a convolution, checked.
pub(crate) struct Shapes {
    pub groups: usize,
    /// Input channels per group.
    pub channels: usize,
    /// Output channels per group.
    pub filters: usize,
    pub window: Window,
    layout: Layout,
    /// The output's dimensions.
    pub dims: Vec<usize>,
}

impl Shapes {
    pub fn of(call: &Call<'_>, image: &[usize], weights: &[usize]) -> Result<Self, EngineError> {
        let ([batches, channels, spatial @ ..], [filters, per_group, kernel @ ..]) =
            (image, weights)
        else {
            return Err(compute(
                "image and weights need a batch and a channel dimension",
            ));
        };
        let groups = size(call.int("group", 1))?;
        if groups == 0
            || channels % groups != 0
            || filters % groups != 0
            || channels / groups != *per_group
            || spatial.is_empty()
        {
            return Err(compute(format!(
                "an image of shape {image:?} does not fit weights of shape {weights:?} in {groups} groups"
            )));
        }
        if call
            .int_list("kernel_shape")
            .is_some_and(|list| !list.iter().map(|d| *d as usize).eq(kernel.iter().copied()))
        {
            return Err(compute(format!(
                "kernel_shape is not that of the weights, {kernel:?}"
            )));
        }
        let window = Window::of(call, spatial, kernel)?;
        let mut dims = vec![*batches, *filters];
        dims.extend(&window.output);
        // The copy with the padding, and the offsets of its rows, are held beside the tensors.
        let padded = Layout::padded(&window).ok_or_else(|| compute("a pad is too large"))?;
        let mut held = vec![*per_group];
        held.extend(&padded);
        call.reserve(&held, DataType::F64)?;
        call.reserve(&dims, DataType::F64)?;
        call.reserve(kernel, DataType::F64)?;
        let layout = Layout::of(&window, &padded);
        Ok(Self {
            groups,
            channels: *per_group,
            filters: filters / groups,
            window,
            layout,
            dims,
        })
    }

    /// Products per output element.
    pub fn depth(&self) -> usize {
        self.channels * self.window.kernel_len()
    }

    /// The convolution; `out` starts as the bias.
    pub fn convolve<T: Number>(&self, image: &[T], weights: &[T], outside: T, out: &mut [T]) {
        let convolution = Convolution {
            groups: self.groups,
            channels: self.channels,
            filters: self.filters,
            window: &self.window,
            layout: &self.layout,
        };
        convolution.run(image, weights, outside, out);
    }
}

/// Conv-1, -11, -22.
pub(crate) fn conv(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => conv_of::<T>(call))
}

fn conv_of<T: Float>(call: &Call<'_>) -> Outputs {
    let (image, weights) = (call.input(0)?, call.input(1)?);
    let shapes = Shapes::of(call, image.dims(), weights.dims())?;
    let count = call.reserve(&shapes.dims, T::DTYPE)?;
    call.steps(count.saturating_mul(shapes.depth()))?;
    let mut out = with_bias::<T>(
        call,
        2,
        shapes.groups * shapes.filters,
        shapes.window.output_len(),
        count,
    )?;
    shapes.convolve(
        &widened::<T>(image),
        &widened::<T>(weights),
        T::Wide::ZERO,
        &mut out,
    );
    one(shapes.dims, narrowed::<T>(out))
}

/// An output that holds the bias, if there is one.
fn with_bias<T: Float>(
    call: &Call<'_>,
    index: usize,
    filters: usize,
    plane: usize,
    count: usize,
) -> Result<Vec<T::Wide>, EngineError> {
    let mut out = vec![T::Wide::ZERO; count];
    if let Some(bias) = call.optional(index) {
        if bias.dims() != [filters] {
            return Err(compute(format!(
                "a bias of shape {:?} does not fit {filters} filters",
                bias.dims()
            )));
        }
        let bias = widened::<T>(bias);
        if plane > 0 {
            for (index, plane) in out.chunks_exact_mut(plane).enumerate() {
                plane.fill(bias[index % filters]);
            }
        }
    }
    Ok(out)
}

/// ConvTranspose-1, -11, -22.
pub(crate) fn conv_transpose(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => transpose_of::<T>(call))
}

/// Pads and output sizes of a ConvTranspose.
fn transposed_size(
    call: &Call<'_>,
    input: &[usize],
    kernel: &[usize],
    strides: &[usize],
    dilations: &[usize],
) -> Result<(Vec<usize>, Vec<usize>), EngineError> {
    let rank = input.len();
    let list = |name: &str| -> Result<Vec<usize>, EngineError> {
        call.int_list(name)
            .unwrap_or_default()
            .iter()
            .map(|value| size(*value))
            .collect()
    };
    let extra = list("output_padding")?;
    let wanted = list("output_shape")?;
    let pads = list("pads")?;
    let auto = call.string("auto_pad", "NOTSET")?;
    let wrong = [
        (extra.len(), rank),
        (wanted.len(), rank),
        (pads.len(), 2 * rank),
    ];
    if wrong
        .iter()
        .any(|(length, expected)| *length != 0 && length != expected)
    {
        return Err(compute(
            "pads, output_padding or output_shape does not fit the dimensions",
        ));
    }
    let (mut begin, mut out) = (vec![0; rank], vec![0; rank]);
    for axis in 0..rank {
        let extra = extra.get(axis).copied().unwrap_or(0);
        let full = input[axis]
            .checked_sub(1)
            .and_then(|steps| steps.checked_mul(strides[axis]))
            .and_then(|span| {
                span.checked_add((kernel[axis] - 1).checked_mul(dilations[axis])?)?
                    .checked_add(1 + extra)
            })
            .ok_or_else(|| compute("the input is empty or the result too large"))?;
        let target = match (wanted.get(axis), auto) {
            (Some(target), _) => Some(*target),
            (None, "SAME_UPPER" | "SAME_LOWER") => Some(input[axis].saturating_mul(strides[axis])),
            (None, "NOTSET" | "VALID") => None,
            (None, other) => return call.unknown_value("auto_pad", other),
        };
        match target {
            Some(target) if wanted.is_empty() && target > full => {
                return Err(unsupported(format!(
                    "auto_pad {auto} where the kernel reaches {full} of {target} elements: implementations differ"
                )))
            }
            Some(target) => {
                let total = full.saturating_sub(target);
                begin[axis] = if auto == "SAME_UPPER" {
                    total / 2
                } else {
                    total - total / 2
                };
                out[axis] = target;
            }
            None => {
                begin[axis] = pads.get(axis).copied().unwrap_or(0);
                let end = pads.get(axis + rank).copied().unwrap_or(0);
                out[axis] = full
                    .checked_sub(begin[axis].saturating_add(end))
                    .ok_or_else(|| compute("the pads are larger than the result"))?;
            }
        }
    }
    Ok((begin, out))
}

fn transpose_of<T: Float>(call: &Call<'_>) -> Outputs {
    let (image, weights) = (call.input(0)?, call.input(1)?);
    let ([batches, channels, spatial @ ..], [inner, per_group, kernel @ ..]) =
        (image.dims(), weights.dims())
    else {
        return Err(compute(
            "image and weights need a batch and a channel dimension",
        ));
    };
    let groups = size(call.int("group", 1))?;
    if groups == 0
        || channels != inner
        || channels % groups != 0
        || spatial.len() != kernel.len()
        || kernel.contains(&0)
        || spatial.is_empty()
    {
        return Err(compute(format!(
            "an image of shape {:?} does not fit weights of shape {:?}",
            image.dims(),
            weights.dims()
        )));
    }
    if call
        .int_list("kernel_shape")
        .is_some_and(|list| !list.iter().map(|d| *d as usize).eq(kernel.iter().copied()))
    {
        return Err(compute(format!(
            "kernel_shape is not that of the weights, {kernel:?}"
        )));
    }
    let strides = positive_list(call, "strides", spatial.len())?;
    let dilations = positive_list(call, "dilations", spatial.len())?;
    let (begin, output) = transposed_size(call, spatial, kernel, &strides, &dilations)?;
    let filters = per_group * groups;
    let mut dims = vec![*batches, filters];
    dims.extend(&output);
    let count = call.reserve(&dims, T::DTYPE)?;
    let taps: usize = kernel.iter().product();
    call.steps(image.len().saturating_mul(taps).saturating_mul(*per_group))?;
    let plane: usize = output.iter().product();
    let mut out = with_bias::<T>(call, 2, filters, plane, count)?;
    let (x, w) = (widened::<T>(image), widened::<T>(weights));
    let positions: usize = spatial.iter().product();
    // Per tap and filter the sum over the channels, then the taps where they overlap, both in ascending order.
    let (inner, rows) = (channels / groups, per_group * taps);
    call.reserve(&[rows.saturating_add(2), positions], DataType::F64)?;
    let mut products = vec![T::Wide::ZERO; rows * positions];
    if positions == 0 || inner == 0 || rows == 0 || plane == 0 {
        return one(dims, narrowed::<T>(out));
    }
    for (index, out) in out.chunks_exact_mut(per_group * plane).enumerate() {
        let group = index % groups;
        let x = &x[index * inner * positions..][..inner * positions];
        let w = &w[group * inner * rows..][..inner * rows];
        products.fill(T::Wide::ZERO);
        multiply(
            rows,
            positions,
            inner,
            Matrix::rows(w, rows).transposed(),
            &Matrix::rows(x, positions),
            &mut products,
        );
        let mut tap = vec![0; kernel.len()];
        for index in 0..taps {
            let first: Vec<usize> = tap.iter().zip(&dilations).map(|(t, d)| t * d).collect();
            let targets = targets(spatial, &first, &strides, &begin, &output);
            for (filter, out) in out.chunks_exact_mut(plane).enumerate() {
                let sums = &products[(filter * taps + index) * positions..][..positions];
                for (target, sum) in targets.iter().zip(sums) {
                    if let Some(slot) = out.get_mut(*target) {
                        *slot = slot.add(*sum);
                    }
                }
            }
            advance(&mut tap, kernel);
        }
    }
    one(dims, narrowed::<T>(out))
}

/// Where each position of the input lands in the output by a tap that is `first` away from the first one; outside of the
/// output `usize::MAX`.
fn targets(
    input: &[usize],
    first: &[usize],
    strides: &[usize],
    begin: &[usize],
    output: &[usize],
) -> Vec<usize> {
    let mut at = vec![0; input.len()];
    (0..input.iter().product())
        .map(|_| {
            let target = (0..at.len()).try_fold(0, |target, axis| {
                let here = (at[axis] * strides[axis] + first[axis]).checked_sub(begin[axis])?;
                (here < output[axis]).then_some(target * output[axis] + here)
            });
            advance(&mut at, input);
            target.unwrap_or(usize::MAX)
        })
        .collect()
}
