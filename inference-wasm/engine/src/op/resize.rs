//! Resize and Upsample: one axis after the other, each output a weighted sum of inputs along the axis.

use countersign_abi::EngineError;
use countersign_onnx::Element;

use super::number::{Float, Number};
use crate::call::{compute, one, unsupported, Call, Outputs};
use crate::shape::{self, around, axes, size};

/// How positions of the output map to the input.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Transform {
    HalfPixel,
    HalfPixelSymmetric,
    PytorchHalfPixel,
    AlignCorners,
    Asymmetric,
    CropAndResize,
}

/// Which inputs an output is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Filter {
    Nearest(Rounding),
    Linear,
    Cubic(f64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Rounding {
    HalfDown,
    HalfUp,
    Floor,
    Ceil,
}

/// What the node asks for.
struct Plan {
    transform: Transform,
    filter: Filter,
    antialias: bool,
    exclude_outside: bool,
    extrapolation: f64,
    /// Per axis of the input: scale, output size, region.
    scales: Vec<f64>,
    sizes: Vec<usize>,
    region: Vec<(f64, f64)>,
}

/// Upsample-7, -9: nearest or linear, by whole or fractional scales of at least 1.
pub(crate) fn upsample(call: &mut Call<'_>) -> Outputs {
    let filter = match call.string("mode", "nearest")? {
        "nearest" => Filter::Nearest(Rounding::Floor),
        "linear" => Filter::Linear,
        other => return call.unknown_value("mode", other),
    };
    let scales: Vec<f64> = match call.float_list("scales") {
        Some(scales) => scales.iter().map(|scale| f64::from(*scale)).collect(),
        None => call
            .elements::<f32>(1)?
            .iter()
            .map(|scale| f64::from(*scale))
            .collect(),
    };
    if scales.iter().any(|scale| *scale < 1.0) {
        return Err(unsupported("Upsample with a scale below 1"));
    }
    scaled(call, filter, Transform::Asymmetric, scales)
}

/// Resize-10: as Upsample, but also downwards where that is unambiguous.
fn resize_10(call: &mut Call<'_>) -> Outputs {
    let scales: Vec<f64> = call
        .elements::<f32>(1)?
        .iter()
        .map(|scale| f64::from(*scale))
        .collect();
    let filter = match call.string("mode", "nearest")? {
        "nearest" => Filter::Nearest(Rounding::Floor),
        "linear" => Filter::Linear,
        other => return call.unknown_value("mode", other),
    };
    if scales
        .iter()
        .any(|scale| *scale < 1.0 && (1.0 / scale).fract() != 0.0)
    {
        return Err(unsupported(
            "Resize of opset 10 with a scale below 1: ONNX does not say how it rounds",
        ));
    }
    scaled(call, filter, Transform::Asymmetric, scales)
}

fn scaled(call: &mut Call<'_>, filter: Filter, transform: Transform, scales: Vec<f64>) -> Outputs {
    let dims = call.input(0)?.dims().to_vec();
    if scales.len() != dims.len() {
        return Err(compute("a scale is needed for every dimension"));
    }
    let plan = Plan {
        transform,
        filter,
        antialias: false,
        exclude_outside: false,
        extrapolation: 0.0,
        sizes: sizes_of(&dims, &scales)?,
        region: vec![(0.0, 1.0); dims.len()],
        scales,
    };
    interpolate(call, &plan)
}

fn sizes_of(dims: &[usize], scales: &[f64]) -> Result<Vec<usize>, EngineError> {
    if scales
        .iter()
        .any(|scale| !(scale.is_finite() && *scale > 0.0))
    {
        return Err(compute("a scale must be above 0"));
    }
    Ok(dims
        .iter()
        .zip(scales)
        .map(|(dim, scale)| (*dim as f64 * scale).floor() as usize)
        .collect())
}

/// Resize-10, -11, -13, -18, -19.
pub(crate) fn resize(call: &mut Call<'_>) -> Outputs {
    if call.since < 11 {
        return resize_10(call);
    }
    let transform = match call.string("coordinate_transformation_mode", "half_pixel")? {
        "half_pixel" => Transform::HalfPixel,
        "half_pixel_symmetric" => Transform::HalfPixelSymmetric,
        "pytorch_half_pixel" => Transform::PytorchHalfPixel,
        "align_corners" => Transform::AlignCorners,
        "asymmetric" => Transform::Asymmetric,
        "tf_crop_and_resize" => Transform::CropAndResize,
        other => return call.unknown_value("coordinate_transformation_mode", other),
    };
    let filter = match call.string("mode", "nearest")? {
        "nearest" => Filter::Nearest(match call.string("nearest_mode", "round_prefer_floor")? {
            "round_prefer_floor" => Rounding::HalfDown,
            "round_prefer_ceil" => Rounding::HalfUp,
            "floor" => Rounding::Floor,
            "ceil" => Rounding::Ceil,
            other => return call.unknown_value("nearest_mode", other),
        }),
        "linear" => Filter::Linear,
        "cubic" => Filter::Cubic(f64::from(call.float("cubic_coeff_a", -0.75))),
        other => return call.unknown_value("mode", other),
    };
    let dims = call.input(0)?.dims().to_vec();
    let given = match call.int_list("axes") {
        Some(list) => axes(list, dims.len())?,
        None => (0..dims.len()).collect(),
    };
    let filled = |index: usize| call.optional(index).filter(|input| !input.is_empty());
    let mut plan = Plan {
        transform,
        filter,
        antialias: call.flag("antialias", false)?,
        exclude_outside: call.flag("exclude_outside", false)?,
        extrapolation: f64::from(call.float("extrapolation_value", 0.0)),
        scales: vec![1.0; dims.len()],
        sizes: dims.clone(),
        region: vec![(0.0, 1.0); dims.len()],
    };
    match (filled(2), filled(3)) {
        (Some(_), None) => {
            let scales = call.elements::<f32>(2)?;
            check_length(scales.len(), given.len())?;
            given
                .iter()
                .zip(scales)
                .for_each(|(axis, scale)| plan.scales[*axis] = f64::from(*scale));
            plan.sizes = sizes_of(&dims, &plan.scales)?;
        }
        (None, Some(_)) => {
            let sizes = call.ints(3)?;
            check_length(sizes.len(), given.len())?;
            for (axis, wanted) in given.iter().zip(sizes) {
                plan.sizes[*axis] = size(wanted)?;
                plan.scales[*axis] = plan.sizes[*axis] as f64 / dims[*axis] as f64;
            }
            keep_aspect(call, &given, &dims, &mut plan)?;
        }
        _ => return Err(compute("either scales or sizes must be given")),
    }
    if transform == Transform::CropAndResize {
        let roi = filled(1).ok_or_else(|| compute("the region of interest is missing"))?;
        let roi: Vec<f64> = for_type!(roi.dtype(), floats, T => Ok(roi.elements::<T>().unwrap_or_default().iter().map(|x| x.to_f64()).collect()))?;
        check_length(roi.len(), 2 * given.len())?;
        for (index, axis) in given.iter().enumerate() {
            plan.region[*axis] = (roi[index], roi[given.len() + index]);
        }
    }
    // ONNX's text takes position 0 for a result of length 1, its reference implementation −0.5, or what the scale says.
    let plain = !plan.antialias && !matches!(plan.filter, Filter::Cubic(_));
    let open = |axis: usize| {
        let same = plain && plan.scales[axis] * dims[axis] as f64 == 1.0;
        plan.sizes[axis] == 1 && dims[axis] > 1 && !same
    };
    if transform == Transform::PytorchHalfPixel && (0..dims.len()).any(open) {
        return Err(unsupported(
            "pytorch_half_pixel to a single position: ONNX's text and its reference implementation differ",
        ));
    }
    interpolate(call, &plan)
}

fn check_length(found: usize, expected: usize) -> Result<(), EngineError> {
    if found == expected {
        return Ok(());
    }
    Err(compute(format!(
        "{expected} numbers are needed, {found} are given"
    )))
}

fn keep_aspect(
    call: &Call<'_>,
    given: &[usize],
    dims: &[usize],
    plan: &mut Plan,
) -> Result<(), EngineError> {
    let scales = given.iter().map(|axis| plan.scales[*axis]);
    let scale = match call.string("keep_aspect_ratio_policy", "stretch")? {
        "stretch" => return Ok(()),
        "not_larger" => scales.fold(f64::INFINITY, |least, scale| least.lesser_of(scale)),
        "not_smaller" => scales.fold(0.0, |greatest: f64, scale| greatest.greater_of(scale)),
        other => return call.unknown_value("keep_aspect_ratio_policy", other),
    };
    for axis in given {
        plan.scales[*axis] = scale;
        plan.sizes[*axis] = (scale * dims[*axis] as f64 + 0.5).floor() as usize;
    }
    Ok(())
}

/// The inputs of one output position with their weights, or `None` where the region ends.
type Taps = Option<Vec<(usize, f64)>>;

impl Plan {
    /// Where an output position lies in the input.
    fn origin(&self, axis: usize, length: usize, position: usize) -> f64 {
        let (scale, x, n) = (self.scales[axis], position as f64, length as f64);
        let full = scale * n;
        match self.transform {
            Transform::HalfPixel => (x + 0.5) / scale - 0.5,
            Transform::PytorchHalfPixel if full == 1.0 => -0.5,
            Transform::PytorchHalfPixel => (x + 0.5) / scale - 0.5,
            Transform::HalfPixelSymmetric => {
                let adjustment = self.sizes[axis] as f64 / full;
                n / 2.0 * (1.0 - adjustment) + (x + 0.5) / scale - 0.5
            }
            Transform::AlignCorners if full == 1.0 => 0.0,
            Transform::AlignCorners => x * (n - 1.0) / (full - 1.0),
            Transform::Asymmetric => x / scale,
            Transform::CropAndResize => {
                let (start, end) = self.region[axis];
                let span = (end - start) * (n - 1.0);
                start * (n - 1.0)
                    + if full == 1.0 {
                        span / 2.0
                    } else {
                        x * span / (full - 1.0)
                    }
            }
        }
    }

    fn taps(&self, axis: usize, length: usize, position: usize) -> Taps {
        let x = self.origin(axis, length, position);
        if self.transform == Transform::CropAndResize && (x < 0.0 || x > (length - 1) as f64) {
            return None;
        }
        let shrink = if self.antialias {
            self.scales[axis].lesser_of(1.0)
        } else {
            1.0
        };
        let (reach, weight): (f64, &dyn Fn(f64) -> f64) = match self.filter {
            Filter::Nearest(rounding) => return Some(vec![(nearest(x, length, rounding), 1.0)]),
            Filter::Linear => (1.0, &|d: f64| (1.0 - d).greater_of(0.0)),
            Filter::Cubic(a) => (2.0, &move |d: f64| cubic(d, a)),
        };
        let radius = (reach / shrink).ceil();
        let base = x.floor();
        let mut taps = Vec::new();
        let mut total = 0.0;
        let mut offset = 1.0 - radius;
        while offset <= radius {
            let at = base + offset;
            let inside = at >= 0.0 && at <= (length - 1) as f64;
            let mut weight = weight(((at - x) * shrink).abs());
            if self.exclude_outside && !inside {
                weight = 0.0;
            }
            total += weight;
            taps.push((at.clamp(0.0, (length - 1) as f64) as usize, weight));
            offset += 1.0;
        }
        if (self.antialias || self.exclude_outside) && total != 0.0 {
            taps.iter_mut().for_each(|(_, weight)| *weight /= total);
        }
        Some(taps)
    }
}

fn nearest(x: f64, length: usize, rounding: Rounding) -> usize {
    let whole = match rounding {
        Rounding::HalfDown => (x - 0.5).ceil(),
        Rounding::HalfUp => (x + 0.5).floor(),
        Rounding::Floor => x.floor(),
        Rounding::Ceil => x.ceil(),
    };
    whole.clamp(0.0, (length - 1) as f64) as usize
}

fn cubic(d: f64, a: f64) -> f64 {
    if d <= 1.0 {
        ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0
    } else if d < 2.0 {
        ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a
    } else {
        0.0
    }
}

fn interpolate(call: &mut Call<'_>, plan: &Plan) -> Outputs {
    let input = call.input(0)?;
    let kind = input.dtype();
    if input.is_empty() {
        return Err(unsupported("resizing an empty tensor"));
    }
    call.reserve(&plan.sizes, kind)?;
    if matches!(plan.filter, Filter::Nearest(_)) && plan.transform != Transform::CropAndResize {
        return for_type!(kind, all, T => {
            let (mut dims, mut data) = (input.dims().to_vec(), call.elements::<T>(0)?.to_vec());
            for axis in 0..dims.len() {
                data = along(call, &mut dims, data, axis, plan, |row, taps| match taps.as_deref() {
                    Some([(at, _)]) => row(*at),
                    _ => T::ZERO,
                })?;
            }
            one(dims, data)
        });
    }
    for_type!(kind, floats, T => {
        type W = <T as Float>::Wide;
        let mut dims = input.dims().to_vec();
        let mut data: Vec<W> = call.elements::<T>(0)?.iter().map(|x| x.widen()).collect();
        for axis in 0..dims.len() {
            data = along(call, &mut dims, data, axis, plan, |row, taps| match taps {
                Some(taps) => taps.iter().fold(W::ZERO, |sum, (at, weight)| sum.add(row(*at).mul(W::from_f64(*weight)))),
                None => W::from_f64(plan.extrapolation),
            })?;
        }
        one(dims, data.into_iter().map(T::narrow).collect())
    })
}

/// Resizes one axis.
fn along<E: Element>(
    call: &Call<'_>,
    dims: &mut [usize],
    data: Vec<E>,
    axis: usize,
    plan: &Plan,
    mix: impl Fn(&dyn Fn(usize) -> E, &Taps) -> E,
) -> Result<Vec<E>, EngineError> {
    let (outer, length, inner) = around(dims, axis);
    let wanted = plan.sizes[axis];
    if wanted == length && plan.scales[axis] == 1.0 && plan.region[axis] == (0.0, 1.0) {
        return Ok(data);
    }
    let taps: Vec<Taps> = (0..wanted)
        .map(|position| plan.taps(axis, length, position))
        .collect();
    let work: usize = taps
        .iter()
        .map(|taps| taps.as_ref().map_or(1, Vec::len))
        .sum();
    call.steps(outer.saturating_mul(inner).saturating_mul(work))?;
    dims[axis] = wanted;
    let mut out = Vec::with_capacity(shape::element_count(dims)?);
    for row in 0..outer {
        for taps in &taps {
            for offset in 0..inner {
                out.push(mix(&|at| data[(row * length + at) * inner + offset], taps));
            }
        }
    }
    Ok(out)
}
