//! Sampling images at computed places: GridSample, AffineGrid, RoiAlign; and NonMaxSuppression, MaxUnpool, Col2Im.

use countersign_abi::EngineError;
use countersign_onnx::{DataType, Element};

use super::linear::{narrowed, widened};
use super::number::{Float, Number};
use crate::call::{compute, one, unsupported, Call, Outputs};
use crate::kernel::window::{advance, positive_list};
use crate::shape::{element_count, size, strides};

/// What lies outside of the image.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outside {
    Zeros,
    Border,
    Reflection,
}

/// A coordinate reflected at the borders until it is inside.
fn reflect(x: f64, low: f64, high: f64) -> f64 {
    let span = high - low;
    if span <= 0.0 {
        return low;
    }
    let (distance, from_low) = if x < low {
        (low - x, true)
    } else if x > high {
        (x - high, false)
    } else {
        return x;
    };
    let turns = (distance / span).floor();
    let rest = distance - turns * span;
    if (turns % 2.0 == 0.0) == from_low {
        low + rest
    } else {
        high - rest
    }
}

/// GridSample-16, -20, -22.
pub(crate) fn grid_sample(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => grid_of::<T>(call))
}

fn grid_of<T: Float>(call: &Call<'_>) -> Outputs {
    let align = call.flag("align_corners", false)?;
    // Version 16 called the modes bilinear and bicubic.
    let taps = match call.string(
        "mode",
        if call.since < 20 {
            "bilinear"
        } else {
            "linear"
        },
    )? {
        "nearest" => 1,
        "bilinear" | "linear" => 2,
        "bicubic" | "cubic" => 4,
        other => return call.unknown_value("mode", other),
    };
    let outside = match call.string("padding_mode", "zeros")? {
        "zeros" => Outside::Zeros,
        "border" => Outside::Border,
        "reflection" => Outside::Reflection,
        other => return call.unknown_value("padding_mode", other),
    };
    let (image, grid) = (call.input(0)?, call.input(1)?);
    let ([batches, channels, spatial @ ..], [grids, places @ .., coordinates]) =
        (image.dims(), grid.dims())
    else {
        return Err(compute("image and grid need more dimensions"));
    };
    let rank = spatial.len();
    if batches != grids
        || *coordinates != rank
        || places.len() != rank
        || rank == 0
        || spatial.contains(&0)
    {
        return Err(compute(format!(
            "a grid of shape {:?} does not fit {:?}",
            grid.dims(),
            image.dims()
        )));
    }
    let mut dims = vec![*batches, *channels];
    dims.extend(places);
    let count = call.reserve(&dims, T::DTYPE)?;
    let window = usize::saturating_pow(taps, rank as u32);
    let points: usize = places.iter().product();
    // The taps of one place, before and after an axis; and places cost something even without channels.
    call.reserve(&[window, 6], DataType::F64)?;
    call.steps(
        count
            .max(points.saturating_mul(*batches))
            .saturating_mul(window),
    )?;
    let own = strides(spatial);
    let plane: usize = spatial.iter().product();
    let pixels = widened::<T>(image);
    let positions: Vec<f64> = for_type!(grid.dtype(), floats, G => Ok(grid.elements::<G>().unwrap_or_default().iter().map(|x| x.to_f64()).collect()))?;
    if positions.iter().any(|x| !x.is_finite()) {
        return Err(compute("a place in the grid is not finite"));
    }
    let beyond = |(index, n): (usize, &f64)| {
        let length = spatial[rank - 1 - index % rank];
        let (low, high) = borders(length, align);
        let x = position(*n, length, align);
        x < low || x > high
    };
    if taps == 4 && outside != Outside::Zeros && positions.iter().enumerate().any(beyond) {
        return Err(unsupported(
            "cubic sampling outside of the image: implementations differ in whether the place or every pixel is brought back",
        ));
    }
    let mut out = vec![T::Wide::ZERO; count];
    for batch in 0..*batches {
        for point in 0..points {
            // Offsets and weights of every tap, shared by all channels.
            let mut mix: Vec<(Option<usize>, f64)> = vec![(Some(0), 1.0)];
            for axis in 0..rank {
                let n = positions[(batch * points + point) * rank + rank - 1 - axis];
                let line = line(n, spatial[axis], taps, align, outside);
                let mut wider = Vec::with_capacity(mix.len() * line.len());
                for (offset, weight) in &mix {
                    for (at, share) in &line {
                        wider.push((
                            offset.zip(*at).map(|(offset, at)| offset + at * own[axis]),
                            weight * share,
                        ));
                    }
                }
                mix = wider;
            }
            for channel in 0..*channels {
                let pixels = &pixels[(batch * channels + channel) * plane..][..plane];
                let sum = mix
                    .iter()
                    .fold(T::Wide::ZERO, |sum, (offset, weight)| match offset {
                        Some(offset) => sum.add(pixels[*offset].mul(T::Wide::from_f64(*weight))),
                        None => sum,
                    });
                out[(batch * channels + channel) * points + point] = sum;
            }
        }
    }
    one(dims, narrowed::<T>(out))
}

/// A normalised coordinate in pixels.
fn position(n: f64, length: usize, align: bool) -> f64 {
    let size = length as f64;
    if align {
        (n + 1.0) / 2.0 * (size - 1.0)
    } else {
        ((n + 1.0) * size - 1.0) / 2.0
    }
}

/// Where an image begins and ends.
fn borders(length: usize, align: bool) -> (f64, f64) {
    let size = length as f64;
    if align {
        (0.0, size - 1.0)
    } else {
        (-0.5, size - 0.5)
    }
}

/// The positions that a normalised coordinate reads along one axis, with their weights; `None` reads 0.
fn line(
    n: f64,
    length: usize,
    taps: usize,
    align: bool,
    outside: Outside,
) -> Vec<(Option<usize>, f64)> {
    let size = length as f64;
    let mut x = position(n, length, align);
    let (low, high) = borders(length, align);
    if taps == 1 {
        x = f64::from((x as f32).round_ties_even());
    }
    if x < low || x > high {
        match outside {
            Outside::Zeros => {}
            Outside::Border => x = x.clamp(0.0, size - 1.0),
            Outside::Reflection => x = reflect(x, low, high),
        }
    }
    let pixel = |at: f64| -> Option<usize> {
        let at = match outside {
            Outside::Zeros if at < 0.0 || at > size - 1.0 => return None,
            Outside::Zeros => at,
            Outside::Border => at.clamp(0.0, size - 1.0),
            Outside::Reflection => reflect(at, low, high).trunc().clamp(0.0, size - 1.0),
        };
        Some(at as usize)
    };
    if taps == 1 {
        return vec![(pixel(x), 1.0)];
    }
    let base = x.floor();
    let part = x - base;
    if taps == 2 {
        return vec![(pixel(base), 1.0 - part), (pixel(base + 1.0), part)];
    }
    let a = -0.75;
    let far = |d: f64| ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a;
    let near = |d: f64| ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0;
    let weights = [
        far(part + 1.0),
        near(part),
        near(1.0 - part),
        far(2.0 - part),
    ];
    (0..4)
        .map(|i| (pixel(base - 1.0 + i as f64), weights[i]))
        .collect()
}

/// AffineGrid-20.
pub(crate) fn affine_grid(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => affine_of::<T>(call))
}

fn affine_of<T: Float>(call: &Call<'_>) -> Outputs {
    let align = call.flag("align_corners", false)?;
    let theta = call.input(0)?;
    let target = call
        .ints(1)?
        .into_iter()
        .map(size)
        .collect::<Result<Vec<_>, _>>()?;
    let [batches, _, spatial @ ..] = &*target else {
        return Err(compute("the size needs a batch and a channel dimension"));
    };
    let rank = spatial.len();
    if ![2, 3].contains(&rank) || theta.dims() != [*batches, rank, rank + 1] || spatial.contains(&0)
    {
        return Err(compute(format!(
            "a matrix of shape {:?} does not fit the size {target:?}",
            theta.dims()
        )));
    }
    if align && spatial.contains(&1) {
        return Err(unsupported(
            "align_corners with a single position: ONNX does not say where it lies",
        ));
    }
    let mut dims = vec![*batches];
    dims.extend(spatial);
    dims.push(rank);
    let mut out: Vec<T::Wide> = Vec::with_capacity(call.reserve(&dims, T::DTYPE)?);
    let matrix = widened::<T>(theta);
    let place = |index: usize, length: usize| {
        let (i, n) = (index as f64, length as f64);
        T::Wide::from_f64(if align {
            -1.0 + i * 2.0 / (n - 1.0)
        } else {
            -1.0 + (2.0 * i + 1.0) / n
        })
    };
    for batch in 0..*batches {
        let mut at = vec![0; rank];
        for _ in 0..spatial.iter().product() {
            for row in 0..rank {
                let line = &matrix[(batch * rank + row) * (rank + 1)..][..rank + 1];
                let sum = (0..rank).fold(T::Wide::ZERO, |sum, column| {
                    let axis = rank - 1 - column;
                    sum.add(line[column].mul(place(at[axis], spatial[axis])))
                });
                out.push(sum.add(line[rank]));
            }
            advance(&mut at, spatial);
        }
    }
    one(dims, narrowed::<T>(out))
}

/// RoiAlign-10, -16, -22.
pub(crate) fn roi_align(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => roi_of::<T>(call))
}

fn roi_of<T: Float>(call: &Call<'_>) -> Outputs {
    let half = match call.string(
        "coordinate_transformation_mode",
        if call.since < 16 {
            "output_half_pixel"
        } else {
            "half_pixel"
        },
    )? {
        "half_pixel" => 0.5,
        "output_half_pixel" => 0.0,
        other => return call.unknown_value("coordinate_transformation_mode", other),
    };
    let average = match call.string("mode", "avg")? {
        "avg" => true,
        "max" => false,
        other => return call.unknown_value("mode", other),
    };
    let [batches, channels, height, width] = *call.input(0)?.dims() else {
        return Err(compute("an image of four dimensions is needed"));
    };
    let [count, 4] = *call.input(1)?.dims() else {
        return Err(compute("four numbers are needed for every region"));
    };
    let owners = call
        .ints(2)?
        .into_iter()
        .map(size)
        .collect::<Result<Vec<_>, _>>()?;
    let (rows, columns) = (
        size(call.int("output_height", 1))?,
        size(call.int("output_width", 1))?,
    );
    let ratio = size(call.int("sampling_ratio", 0))?;
    if owners.len() != count
        || owners.iter().any(|owner| *owner >= batches)
        || rows == 0
        || columns == 0
        || height == 0
        || width == 0
    {
        return Err(compute("regions, batch indices and output size do not fit"));
    }
    let dims = vec![count, channels, rows, columns];
    let mut out: Vec<T> = Vec::with_capacity(call.reserve(&dims, T::DTYPE)?);
    let scale = f64::from(call.float("spatial_scale", 1.0));
    let (pixels, regions) = (widened::<T>(call.input(0)?), widened::<T>(call.input(1)?));
    for (region, owner) in owners.iter().enumerate() {
        let corner = |i: usize| regions[region * 4 + i].to_f64() * scale - half;
        if !(0..4).all(|i| corner(i).is_finite()) {
            return Err(compute("a region is not finite"));
        }
        let (left, top) = (corner(0), corner(1));
        let (mut wide, mut high) = (corner(2) - left, corner(3) - top);
        if half == 0.0 {
            (wide, high) = (wide.greater_of(1.0), high.greater_of(1.0));
        }
        let (bin_high, bin_wide) = (high / rows as f64, wide / columns as f64);
        let samples = |bin: f64| {
            if ratio > 0 {
                ratio
            } else {
                bin.ceil().greater_of(0.0) as usize
            }
        };
        let (down, across) = (samples(bin_high), samples(bin_wide));
        call.steps(
            rows.saturating_mul(columns)
                .saturating_mul(down)
                .saturating_mul(across)
                .saturating_mul(channels * 4),
        )?;
        for channel in 0..channels {
            let plane = &pixels[(owner * channels + channel) * height * width..][..height * width];
            for row in 0..rows {
                for column in 0..columns {
                    let mut sum = T::Wide::ZERO;
                    let mut peak: Option<T::Wide> = None;
                    for i in 0..down {
                        let y =
                            top + row as f64 * bin_high + (i as f64 + 0.5) * bin_high / down as f64;
                        for j in 0..across {
                            let x = left
                                + column as f64 * bin_wide
                                + (j as f64 + 0.5) * bin_wide / across as f64;
                            for (at, weight) in bilinear(y, x, height, width) {
                                let value = plane[at].mul(T::Wide::from_f64(weight));
                                sum = sum.add(value);
                                peak = Some(peak.map_or(value, |peak| peak.greater_of(value)));
                            }
                        }
                    }
                    let samples = T::Wide::from_f64((down as f64 * across as f64).max(1.0));
                    out.push(T::narrow(if average {
                        sum.over(samples)
                    } else {
                        peak.unwrap_or(T::Wide::ZERO)
                    }));
                }
            }
        }
    }
    one(dims, out)
}

/// The four pixels around a place and their weights; zero weights outside.
fn bilinear(y: f64, x: f64, height: usize, width: usize) -> [(usize, f64); 4] {
    if y < -1.0 || y > height as f64 || x < -1.0 || x > width as f64 {
        return [(0, 0.0); 4];
    }
    let split = |v: f64, n: usize| {
        let v = v.greater_of(0.0);
        let low = v as usize;
        if low >= n - 1 {
            (n - 1, n - 1, 0.0)
        } else {
            (low, low + 1, v - low as f64)
        }
    };
    let ((y0, y1, ly), (x0, x1, lx)) = (split(y, height), split(x, width));
    let (hy, hx) = (1.0 - ly, 1.0 - lx);
    [
        (y0 * width + x0, hy * hx),
        (y0 * width + x1, hy * lx),
        (y1 * width + x0, ly * hx),
        (y1 * width + x1, ly * lx),
    ]
}

/// A box by its corners.
type Corners = [f32; 4];

fn corners(raw: &[f32], centred: bool) -> Corners {
    if centred {
        let (x, y, w, h) = (raw[0], raw[1], raw[2] / 2.0, raw[3] / 2.0);
        [y - h, x - w, y + h, x + w]
    } else {
        [
            raw[0].lesser_of(raw[2]),
            raw[1].lesser_of(raw[3]),
            raw[0].greater_of(raw[2]),
            raw[1].greater_of(raw[3]),
        ]
    }
}

fn overlaps(a: &Corners, b: &Corners, threshold: f32) -> bool {
    let high = a[2].lesser_of(b[2]) - a[0].greater_of(b[0]);
    let wide = a[3].lesser_of(b[3]) - a[1].greater_of(b[1]);
    if high <= 0.0 || wide <= 0.0 {
        return false;
    }
    let area = |c: &Corners| (c[2] - c[0]) * (c[3] - c[1]);
    let shared = high * wide;
    let union = area(a) + area(b) - shared;
    area(a) > 0.0 && area(b) > 0.0 && union > 0.0 && shared / union > threshold
}

/// NonMaxSuppression-10, -11: equal scores keep their order.
pub(crate) fn non_max_suppression(call: &mut Call<'_>) -> Outputs {
    let centred = call.flag("center_point_box", false)?;
    let (boxes, scores) = (call.elements::<f32>(0)?, call.elements::<f32>(1)?);
    let ([batches, count, 4], [score_batches, classes, score_count]) =
        (call.input(0)?.dims(), call.input(1)?.dims())
    else {
        return Err(compute(
            "boxes need four numbers each, scores three dimensions",
        ));
    };
    if batches != score_batches
        || count != score_count
        || scores.iter().chain(boxes).any(|x| x.is_nan())
    {
        return Err(compute("boxes and scores do not fit, or are undefined"));
    }
    let limit = call
        .optional(2)
        .map(|_| call.int_input(2))
        .transpose()?
        .unwrap_or(0)
        .max(0);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let number = |index: usize| -> Result<Option<f32>, EngineError> {
        call.optional(index)
            .map(|_| call.elements::<f32>(index))
            .transpose()
            .map(|list| list.and_then(|list| list.first().copied()))
    };
    let (threshold, least) = (number(3)?.unwrap_or(0.0), number(4)?);
    let mut out = Vec::new();
    for batch in 0..*batches {
        let boxes: Vec<Corners> = boxes[batch * count * 4..][..count * 4]
            .chunks_exact(4)
            .map(|raw| corners(raw, centred))
            .collect();
        for class in 0..*classes {
            let scores = &scores[(batch * classes + class) * count..][..*count];
            let mut order: Vec<usize> = (0..*count)
                .filter(|i| least.is_none_or(|least| scores[*i] > least))
                .collect();
            order.sort_by(|i, j| scores[*j].order(scores[*i]).then(i.cmp(j)));
            let mut chosen: Vec<usize> = Vec::new();
            for candidate in order {
                if chosen.len() >= limit {
                    break;
                }
                call.steps(chosen.len() + 1)?;
                if !chosen
                    .iter()
                    .any(|kept| overlaps(&boxes[*kept], &boxes[candidate], threshold))
                {
                    chosen.push(candidate);
                    out.extend([batch as i64, class as i64, candidate as i64]);
                }
            }
        }
    }
    one(vec![out.len() / 3, 3], out)
}

/// MaxUnpool-9, -11, -22.
pub(crate) fn max_unpool(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let [batches, channels, spatial @ ..] = input.dims() else {
        return Err(compute("a batch and a channel dimension are needed"));
    };
    let kernel = call
        .int_list("kernel_shape")
        .unwrap_or_default()
        .iter()
        .map(|d| size(*d))
        .collect::<Result<Vec<_>, _>>()?;
    let steps = positive_list(call, "strides", spatial.len())?;
    let pads = call
        .int_list("pads")
        .map_or_else(|| vec![0; 2 * spatial.len()], <[i64]>::to_vec);
    if kernel.len() != spatial.len()
        || pads.len() != 2 * spatial.len()
        || call.input(1)?.dims() != input.dims()
    {
        return Err(compute("kernel, pads or indices do not fit the input"));
    }
    let mut natural = vec![*batches, *channels];
    for axis in 0..spatial.len() {
        let wide = |x: usize| i128::from(x as u64);
        let full = (wide(spatial[axis]) - 1) * wide(steps[axis]) + wide(kernel[axis]);
        let cut = full - i128::from(pads[axis]) - i128::from(pads[axis + spatial.len()]);
        natural.push(usize::try_from(cut).map_err(|_| compute(format!("{cut} is no size")))?);
    }
    if natural.contains(&0) && !input.is_empty() {
        return Err(compute("there is no place for the input's elements"));
    }
    let dims = match call.optional_ints(2)? {
        Some(given) => given.into_iter().map(size).collect::<Result<Vec<_>, _>>()?,
        None => natural.clone(),
    };
    if dims.len() != natural.len() || dims.iter().zip(&natural).any(|(d, n)| d < n) {
        return Err(compute(format!(
            "an output of shape {dims:?} does not hold {natural:?}"
        )));
    }
    let count = call.reserve(&dims, input.dtype())?;
    let own = strides(&dims);
    for_type!(input.dtype(), floats, T => {
        let mut out = vec![T::ZERO; count];
        for (value, index) in call.elements::<T>(0)?.iter().zip(call.ints(1)?) {
            let mut rest = size(index)?;
            let mut at = 0;
            for axis in (0..natural.len()).rev() {
                at += rest % natural[axis] * own[axis];
                rest /= natural[axis];
            }
            if rest > 0 {
                return Err(compute(format!("index {index} lies outside of {natural:?}")));
            }
            out[at] = *value;
        }
        one(dims, out)
    })
}

/// Col2Im-18.
pub(crate) fn col2im(call: &mut Call<'_>) -> Outputs {
    let list = |index: usize| {
        call.ints(index)?
            .into_iter()
            .map(size)
            .collect::<Result<Vec<_>, EngineError>>()
    };
    let (image, block) = (list(1)?, list(2)?);
    let rank = image.len();
    let (steps, dilations) = (
        positive_list(call, "strides", rank)?,
        positive_list(call, "dilations", rank)?,
    );
    let pads = match call.int_list("pads") {
        Some(pads) => pads
            .iter()
            .map(|p| size(*p))
            .collect::<Result<Vec<_>, _>>()?,
        None => vec![0; 2 * rank],
    };
    let [batches, rows, columns] = *call.input(0)?.dims() else {
        return Err(compute("an input of three dimensions is needed"));
    };
    let taps = element_count(&block)?;
    if block.len() != rank || pads.len() != 2 * rank || taps == 0 || rows % taps != 0 {
        return Err(compute("blocks, pads and input do not fit"));
    }
    let mut slots = Vec::with_capacity(rank);
    for axis in 0..rank {
        let reach = (block[axis] - 1).saturating_mul(dilations[axis]);
        let room = image[axis]
            .checked_add(pads[axis])
            .and_then(|sum| sum.checked_add(pads[axis + rank]))
            .and_then(|sum| sum.checked_sub(reach.saturating_add(1)));
        slots.push(
            room.ok_or_else(|| compute("a block is larger than the image"))? / steps[axis] + 1,
        );
    }
    if element_count(&slots)? != columns {
        return Err(compute(format!(
            "{columns} columns where the image has {slots:?} blocks"
        )));
    }
    let channels = rows / taps;
    let mut dims = vec![batches, channels];
    dims.extend(&image);
    let count = call.reserve(&dims, call.input(0)?.dtype())?;
    let plane: usize = image.iter().product();
    for_type!(call.input(0)?.dtype(), floats, T => {
        let x = call.elements::<T>(0)?;
        let mut out = vec![T::ZERO; count];
        for stack in 0..batches * channels {
            let mut tap = vec![0; rank];
            for index in 0..taps {
                let mut slot = vec![0; rank];
                for column in 0..columns {
                    let target = (0..rank).try_fold(0, |at, axis| {
                        let here = (slot[axis] * steps[axis] + tap[axis] * dilations[axis]).checked_sub(pads[axis])?;
                        (here < image[axis]).then_some(at * image[axis] + here)
                    });
                    if let Some(target) = target {
                        let slot = &mut out[stack * plane + target];
                        *slot = slot.add(x[(stack * taps + index) * columns + column]);
                    }
                    advance(&mut slot, &slots);
                }
                advance(&mut tap, &block);
            }
        }
        one(dims, out)
    })
}
