//! Conv and ConvTranspose.

use countersign_abi::EngineError;
use countersign_onnx::Element;

use super::linear::{narrowed, widened};
use super::number::{Float, Number};
use crate::call::{compute, one, Call, Outputs};
use crate::kernel::gemm::{multiply, Columns, Matrix};
use crate::kernel::window::{advance, positive_list, Window};
use crate::shape::size;

/// An image as the matrix of its windows, without ever making that matrix: row (channel, tap), column (output position).
pub(crate) struct Patches<'a, T> {
    image: &'a [T],
    window: &'a Window,
    /// What is read outside of the image.
    outside: T,
    /// For every tap and axis: the offset from the window's start.
    taps: Vec<Vec<usize>>,
}

impl<'a, T: Number> Patches<'a, T> {
    pub fn new(image: &'a [T], window: &'a Window, outside: T) -> Self {
        let mut tap = vec![0; window.kernel.len()];
        let taps = (0..window.kernel_len())
            .map(|_| {
                let offsets = tap
                    .iter()
                    .zip(&window.dilations)
                    .map(|(tap, dilation)| tap * dilation)
                    .collect();
                advance(&mut tap, &window.kernel);
                offsets
            })
            .collect();
        Self {
            image,
            window,
            outside,
            taps,
        }
    }
}

impl<T: Number> Columns<T> for Patches<'_, T> {
    fn pack(&self, from: usize, column: usize, width: usize, out: &mut [T]) {
        let window = self.window;
        let rank = window.output.len();
        // The window's start of each column, before the padding is taken off.
        let mut starts = vec![0; width * rank];
        for (offset, start) in starts.chunks_exact_mut(rank.max(1)).enumerate() {
            let mut rest = column + offset;
            for axis in (0..rank).rev() {
                start[axis] = rest % window.output[axis] * window.strides[axis];
                rest /= window.output[axis];
            }
        }
        let (taps, plane) = (self.taps.len(), window.input_len());
        for (row, out) in out.chunks_exact_mut(width).enumerate() {
            let (channel, tap) = ((from + row) / taps, &self.taps[(from + row) % taps]);
            let image = &self.image[channel * plane..(channel + 1) * plane];
            for (slot, start) in out.iter_mut().zip(starts.chunks_exact(rank.max(1))) {
                let mut at = 0;
                let mut inside = true;
                for axis in 0..rank {
                    let position = (start[axis] + tap[axis]).wrapping_sub(window.begin[axis]);
                    inside &= position < window.input[axis];
                    at = at * window.input[axis] + position.min(window.input[axis]);
                }
                *slot = if inside { image[at] } else { self.outside };
            }
        }
    }
}

/// Dimensions of a convolution, checked.
pub(crate) struct Shapes {
    pub groups: usize,
    /// Input channels per group.
    pub channels: usize,
    /// Output channels per group.
    pub filters: usize,
    pub window: Window,
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
        Ok(Self {
            groups,
            channels: *per_group,
            filters: filters / groups,
            window,
            dims,
        })
    }

    /// Products per output element.
    pub fn depth(&self) -> usize {
        self.channels * self.window.kernel_len()
    }

    /// The convolution; `out` starts as the bias.
    pub fn convolve<T: Number>(&self, image: &[T], weights: &[T], outside: T, out: &mut [T]) {
        let (depth, columns) = (self.depth(), self.window.output_len());
        let plane = self.window.input_len();
        if depth == 0 || columns == 0 || self.filters == 0 {
            return;
        }
        for (index, out) in out.chunks_exact_mut(self.filters * columns).enumerate() {
            let (batch, group) = (index / self.groups, index % self.groups);
            let first = (batch * self.groups + group) * self.channels;
            let image = &image[first * plane..(first + self.channels) * plane];
            let weights =
                &weights[group * self.filters * depth..(group + 1) * self.filters * depth];
            let patches = Patches::new(image, &self.window, outside);
            multiply(
                self.filters,
                columns,
                depth,
                Matrix::rows(weights, depth),
                &patches,
                out,
            );
        }
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
    let mut at = vec![0; spatial.len()];
    let mut tap = vec![0; kernel.len()];
    for batch in 0..*batches {
        for channel in 0..*channels {
            let group = channel / (channels / groups);
            for position in 0..positions {
                let value = x[(batch * channels + channel) * positions + position];
                for index in 0..taps {
                    let mut target = Some(0usize);
                    for axis in 0..at.len() {
                        let here = (at[axis] * strides[axis] + tap[axis] * dilations[axis])
                            .checked_sub(begin[axis]);
                        target = target
                            .zip(here.filter(|h| *h < output[axis]))
                            .map(|(t, h)| t * output[axis] + h);
                    }
                    if let Some(target) = target {
                        for filter in 0..*per_group {
                            let weight = w[(channel * per_group + filter) * taps + index];
                            let slot = &mut out
                                [(batch * filters + group * per_group + filter) * plane + target];
                            *slot = slot.add(value.mul(weight));
                        }
                    }
                    advance(&mut tap, kernel);
                }
                advance(&mut at, spatial);
            }
        }
    }
    one(dims, narrowed::<T>(out))
}
