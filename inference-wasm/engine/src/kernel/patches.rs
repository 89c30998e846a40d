//! Convolutions over a padded copy of the image.
//!
//! The copy holds the padding, and the last dimension sorted by its position modulo the stride, so that whatever the
//! stride, the elements that one tap meets along a row of the output lie side by side.

use std::borrow::Cow;

use super::gemm::{copy, multiply, Columns, Matrix, NR};
use super::window::{advance, Window};
use crate::op::number::Number;

/// Where a window's taps lie in the padded copy of one channel.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Elements of one channel's copy.
    plane: usize,
    /// Where each row of the output starts.
    rows: Vec<usize>,
    /// The offset of each tap.
    taps: Vec<usize>,
    /// Elements in a row of the output.
    width: usize,
    /// Elements of one phase of the last dimension.
    phase: usize,
    /// Distances in the copy, the last dimension's left out.
    strides: Vec<usize>,
    /// Nothing is padded or skipped: the image is its own copy.
    plain: bool,
}

/// The offsets of `counts` positions that are `steps[axis]` apart in each dimension, in row-major order.
fn offsets(counts: &[usize], steps: &[usize]) -> Vec<usize> {
    let mut at = vec![0; counts.len()];
    (0..counts.iter().product())
        .map(|_| {
            let offset = at.iter().zip(steps).map(|(at, step)| at * step).sum();
            advance(&mut at, counts);
            offset
        })
        .collect()
}

impl Layout {
    /// The dimensions of one channel's copy; `None` if they are too large for a number. The window is not empty.
    pub fn padded(window: &Window) -> Option<Vec<usize>> {
        let mut dims = Vec::with_capacity(window.input.len());
        for axis in 0..window.input.len() {
            let sum = window.input[axis].checked_add(window.begin[axis])?;
            // With `ceil_mode` the last window reaches further than the padding.
            let steps = window.output[axis].saturating_sub(1);
            let reach = (window.kernel[axis] - 1).checked_mul(window.dilations[axis])?;
            let last = steps
                .checked_mul(window.strides[axis])?
                .checked_add(reach)?;
            dims.push(sum.checked_add(window.end[axis])?.max(last.checked_add(1)?));
        }
        let (last, stride) = (dims.last_mut()?, last_stride(window));
        *last = last.div_ceil(stride).checked_mul(stride)?;
        Some(dims)
    }

    /// The layout for a window whose `padded` dimensions and output are within bounds.
    pub fn of(window: &Window, padded: &[usize]) -> Self {
        let last = padded.len() - 1;
        let strides: Vec<usize> = (0..last)
            .map(|axis| padded[axis + 1..].iter().product())
            .collect();
        let stride = last_stride(window);
        let phase = padded[last] / stride;
        let scaled = |factors: &[usize]| -> Vec<usize> {
            factors.iter().zip(&strides).map(|(a, b)| a * b).collect()
        };
        let rows = offsets(&window.output[..last], &scaled(&window.strides[..last]));
        let outer = offsets(&window.kernel[..last], &scaled(&window.dilations[..last]));
        let inner = (0..window.kernel[last]).map(|tap| {
            let reach = tap * window.dilations[last];
            reach % stride * phase + reach / stride
        });
        let inner: Vec<usize> = inner.collect();
        let taps = outer
            .iter()
            .flat_map(|outer| inner.iter().map(move |inner| outer + inner))
            .collect();
        Self {
            plane: padded.iter().product(),
            rows,
            taps,
            width: window.output[last],
            phase,
            strides,
            plain: stride == 1 && padded == window.input,
        }
    }

    /// The copies of some channels of which all were read from `image`; without one where there is nothing to copy.
    pub fn copies<'a, T: Copy>(&self, window: &Window, image: &'a [T], outside: T) -> Cow<'a, [T]> {
        if self.plain {
            return Cow::Borrowed(image);
        }
        let channels = image.len() / window.input_len().max(1);
        let mut copy = vec![outside; channels * self.plane];
        self.fill(window, image, &mut copy);
        Cow::Owned(copy)
    }

    /// Folds what each tap meets into every element of one channel's output, tap by tap in ascending order, together with
    /// the factor that belongs to the tap.
    pub fn fold<T: Copy>(
        &self,
        copy: &[T],
        factors: &[T],
        out: &mut [T],
        f: impl Fn(T, T, T) -> T,
    ) {
        for (row, out) in self.rows.iter().zip(out.chunks_exact_mut(self.width)) {
            let (wide, rest) = out.as_chunks_mut::<16>();
            let done = wide.len() * 16;
            self.strip(copy, factors, *row, wide, &f);
            let (narrow, rest) = rest.as_chunks_mut::<4>();
            let end = done + narrow.len() * 4;
            self.strip(copy, factors, row + done, narrow, &f);
            let (single, _) = rest.as_chunks_mut::<1>();
            self.strip(copy, factors, row + end, single, &f);
        }
    }

    #[inline(always)]
    fn strip<T: Copy, const N: usize>(
        &self,
        copy: &[T],
        factors: &[T],
        start: usize,
        out: &mut [[T; N]],
        f: &impl Fn(T, T, T) -> T,
    ) {
        for (index, out) in out.iter_mut().enumerate() {
            let mut states = *out;
            let start = start + index * N;
            for (factor, tap) in factors.iter().zip(&self.taps) {
                let from = &copy[start + tap..][..N];
                for (state, x) in states.iter_mut().zip(from) {
                    *state = f(*state, *factor, *x);
                }
            }
            *out = states;
        }
    }

    /// Whether the convolution is a product with the image itself.
    fn pointwise(&self, window: &Window) -> bool {
        self.plain && self.taps.len() == 1 && window.output == window.input
    }

    /// Copies channels; `copy` holds `outside` wherever the padding is.
    fn fill<T: Copy>(&self, window: &Window, image: &[T], copy: &mut [T]) {
        let (Some((last, outer)), Some(begin)) = (window.input.split_last(), window.begin.last())
        else {
            return;
        };
        let stride = last_stride(window);
        let starts: Vec<usize> = offsets(outer, &self.strides);
        let shift: usize = window
            .begin
            .iter()
            .zip(&self.strides)
            .map(|(a, b)| a * b)
            .sum();
        let planes = image.chunks_exact((starts.len() * last).max(1));
        for (from, to) in planes.zip(copy.chunks_exact_mut(self.plane)) {
            for (from, start) in from.chunks_exact((*last).max(1)).zip(&starts) {
                let to = &mut to[shift + start..][..self.phase * stride];
                if stride == 1 {
                    to[*begin..begin + last].copy_from_slice(from);
                    continue;
                }
                for first in 0..stride.min(*last) {
                    let position = begin + first;
                    let to = &mut to[position % stride * self.phase + position / stride..];
                    for (to, from) in to.iter_mut().zip(from[first..].iter().step_by(stride)) {
                        *to = *from;
                    }
                }
            }
        }
    }
}

/// The stride of the last dimension; 1 where there is only one step, so that a huge one takes no memory.
fn last_stride(window: &Window) -> usize {
    match (window.output.last(), window.strides.last()) {
        (Some(2..), Some(stride)) => *stride,
        _ => 1,
    }
}

/// The padded copy as the matrix of its windows: row (channel, tap), column (output position).
struct Patches<'a, T> {
    copy: &'a [T],
    layout: &'a Layout,
}

impl<T: Number> Columns<T> for Patches<'_, T> {
    fn pack(&self, from: usize, column: usize, width: usize, out: &mut [T]) {
        let layout = self.layout;
        // Pieces of the columns that lie in one row of the output: place in the panel, length, start in the copy.
        let mut pieces = [(0, 0, 0); NR];
        let (mut count, mut done) = (0, 0);
        while done < width {
            let (row, x) = (
                (column + done) / layout.width,
                (column + done) % layout.width,
            );
            let length = (width - done).min(layout.width - x);
            pieces[count] = (done, length, layout.rows[row] + x);
            count += 1;
            done += length;
        }
        let taps = layout.taps.len();
        let (mut channel, mut tap) = (from / taps, from % taps);
        for out in out.as_chunks_mut::<NR>().0 {
            let base = channel * layout.plane + layout.taps[tap];
            if count == 1 {
                let start = base + pieces[0].2;
                copy(&self.copy[start..start + width], out);
            } else {
                for (place, length, start) in &pieces[..count] {
                    let from = &self.copy[base + start..][..*length];
                    for (to, from) in out[*place..].iter_mut().zip(from) {
                        *to = *from;
                    }
                }
            }
            tap += 1;
            if tap == taps {
                (channel, tap) = (channel + 1, 0);
            }
        }
    }
}

/// A convolution with groups; all sizes were checked.
pub(crate) struct Convolution<'a> {
    pub groups: usize,
    /// Channels and filters per group.
    pub channels: usize,
    pub filters: usize,
    pub window: &'a Window,
    pub layout: &'a Layout,
}

impl Convolution<'_> {
    /// `out` starts as the bias; every element adds its products by channel and tap in ascending order, those with the
    /// padding included.
    pub fn run<T: Number>(&self, image: &[T], weights: &[T], outside: T, out: &mut [T]) {
        let (layout, columns) = (self.layout, self.window.output_len());
        let depth = self.channels * layout.taps.len();
        let plane = self.window.input_len();
        if depth == 0 || columns == 0 || self.filters == 0 {
            return;
        }
        let pointwise = layout.pointwise(self.window);
        let mut padded = if layout.plain {
            Vec::new()
        } else {
            vec![outside; self.channels * layout.plane]
        };
        for (index, out) in out.chunks_exact_mut(self.filters * columns).enumerate() {
            let (batch, group) = (index / self.groups, index % self.groups);
            let first = (batch * self.groups + group) * self.channels;
            let image = &image[first * plane..(first + self.channels) * plane];
            let weights =
                &weights[group * self.filters * depth..(group + 1) * self.filters * depth];
            let copy = if layout.plain {
                image
            } else {
                layout.fill(self.window, image, &mut padded);
                &padded
            };
            if self.channels == 1 && self.filters <= 2 {
                let filters = weights.chunks_exact(depth);
                for (out, weights) in out.chunks_exact_mut(columns).zip(filters) {
                    layout.fold(copy, weights, out, |sum, w, x| sum.add(w.mul(x)));
                }
                continue;
            }
            let left = Matrix::rows(weights, depth);
            if pointwise {
                let right = Matrix::rows(image, columns);
                multiply(self.filters, columns, depth, left, &right, out);
            } else {
                let right = Patches { copy, layout };
                multiply(self.filters, columns, depth, left, &right, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (groups, channels, filters), input, kernel, strides, dilations, begin, end
    type Case = (
        [usize; 3],
        Vec<usize>,
        Vec<usize>,
        Vec<usize>,
        Vec<usize>,
        Vec<usize>,
        Vec<usize>,
    );

    /// The definition, index by index.
    fn plain(conv: &Convolution<'_>, image: &[f32], weights: &[f32], out: &mut [f32]) {
        let window = conv.window;
        let (columns, taps, plane) = (window.output_len(), window.kernel_len(), window.input_len());
        for (index, out) in out.chunks_exact_mut(columns).enumerate() {
            let filter = index % (conv.groups * conv.filters);
            let batch = index / (conv.groups * conv.filters);
            let mut at = vec![0; window.input.len()];
            for slot in out {
                for channel in 0..conv.channels {
                    let from =
                        (batch * conv.groups + filter / conv.filters) * conv.channels + channel;
                    let mut tap = vec![0; at.len()];
                    for t in 0..taps {
                        let source = (0..at.len()).try_fold(0, |offset, axis| {
                            let position = window.source(axis, at[axis], tap[axis])?;
                            Some(offset * window.input[axis] + position)
                        });
                        let x = source.map_or(0.0, |source| image[from * plane + source]);
                        *slot += weights[(filter * conv.channels + channel) * taps + t] * x;
                        advance(&mut tap, &window.kernel);
                    }
                }
                advance(&mut at, &window.output);
            }
        }
    }

    #[test]
    fn convolutions_give_the_bits_of_plain_loops() {
        let v = |list: &[usize]| list.to_vec();
        let cases: Vec<Case> = vec![
            (
                [1, 3, 5],
                v(&[7, 9]),
                v(&[3, 3]),
                v(&[1, 1]),
                v(&[1, 1]),
                v(&[1, 1]),
                v(&[1, 1]),
            ),
            (
                [1, 3, 5],
                v(&[7, 9]),
                v(&[1, 1]),
                v(&[1, 1]),
                v(&[1, 1]),
                v(&[0, 0]),
                v(&[0, 0]),
            ),
            (
                [1, 4, 6],
                v(&[6, 5]),
                v(&[1, 1]),
                v(&[2, 2]),
                v(&[1, 1]),
                v(&[0, 0]),
                v(&[0, 0]),
            ),
            (
                [4, 1, 1],
                v(&[8, 40]),
                v(&[3, 5]),
                v(&[1, 1]),
                v(&[1, 1]),
                v(&[1, 2]),
                v(&[1, 2]),
            ),
            (
                [4, 1, 2],
                v(&[8, 41]),
                v(&[3, 3]),
                v(&[2, 3]),
                v(&[1, 2]),
                v(&[0, 3]),
                v(&[2, 1]),
            ),
            (
                [2, 3, 4],
                v(&[9, 4]),
                v(&[2, 4]),
                v(&[2, 2]),
                v(&[2, 1]),
                v(&[1, 2]),
                v(&[0, 3]),
            ),
            (
                [1, 1, 20],
                v(&[64]),
                v(&[16]),
                v(&[8]),
                v(&[1]),
                v(&[4]),
                v(&[4]),
            ),
            (
                [1, 9, 20],
                v(&[5]),
                v(&[3]),
                v(&[2]),
                v(&[1]),
                v(&[1]),
                v(&[1]),
            ),
            (
                [1, 2, 3],
                v(&[4, 3, 5]),
                v(&[2, 2, 3]),
                v(&[1, 2, 2]),
                v(&[1, 1, 1]),
                v(&[0, 1, 1]),
                v(&[1, 0, 1]),
            ),
        ];
        let mut state = 7u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0 - 0.5
        };
        for ([groups, channels, filters], input, kernel, strides, dilations, begin, end) in cases {
            let output = (0..input.len())
                .map(|i| {
                    let extent = (kernel[i] - 1) * dilations[i] + 1;
                    (input[i] + begin[i] + end[i] - extent) / strides[i] + 1
                })
                .collect();
            let window = Window {
                input,
                kernel,
                strides,
                dilations,
                begin,
                end,
                output,
            };
            let padded = Layout::padded(&window).unwrap();
            let layout = Layout::of(&window, &padded);
            let conv = Convolution {
                groups,
                channels,
                filters,
                window: &window,
                layout: &layout,
            };
            let batches = 2;
            let image: Vec<f32> = (0..batches * groups * channels * window.input_len())
                .map(|_| next())
                .collect();
            let weights: Vec<f32> = (0..groups * filters * channels * window.kernel_len())
                .map(|_| next())
                .collect();
            let mut expected: Vec<f32> = (0..batches * groups * filters * window.output_len())
                .map(|_| next())
                .collect();
            let mut found = expected.clone();
            plain(&conv, &image, &weights, &mut expected);
            conv.run(&image, &weights, 0.0, &mut found);
            let bits = |list: &[f32]| list.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&found), bits(&expected), "{window:?}");
        }
    }
}
