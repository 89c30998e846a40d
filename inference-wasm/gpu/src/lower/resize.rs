//! Resize and Upsample: one axis after the other, each output a weighted sum of a few inputs along the axis. Positions and
//! weights are those of the engine's `op/resize.rs`, computed when the model is loaded.

use super::arithmetic::Binary;
use super::builder::{Builder, Id};
use super::movement::axis;
use super::node::Op;
use super::refusal::Why;
use super::shape::lengths;

/// The most inputs that one output may be made of (antialiasing takes more the smaller the scale is).
const TAPS: usize = 64;
/// The longest axis that is resized.
const LONGEST: f64 = 65_536.0;

/// How positions of the output map to the input.
#[derive(Clone, Copy, PartialEq)]
enum Transform {
    HalfPixel,
    HalfPixelSymmetric,
    PytorchHalfPixel,
    AlignCorners,
    Asymmetric,
}

/// Which inputs an output is made of.
#[derive(Clone, Copy, PartialEq)]
enum Filter {
    Nearest(Rounding),
    Linear,
    Cubic(f64),
}

#[derive(Clone, Copy, PartialEq)]
enum Rounding {
    HalfDown,
    HalfUp,
    Floor,
    Ceil,
}

struct Plan {
    transform: Transform,
    filter: Filter,
    antialias: bool,
    exclude_outside: bool,
    scales: Vec<f64>,
    sizes: Vec<usize>,
}

fn refuse<T>(name: &'static str, value: impl Into<String>) -> Result<T, Why> {
    let value = value.into();
    Err(Why::Attribute { name, value })
}

/// Lowers Resize or Upsample with scales or sizes that are known.
pub(crate) fn resize(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let old = op.node.op_type == "Upsample" || op.opset < 11;
    let plan = if old {
        old_plan(b, op, &dims)?
    } else {
        plan(b, op, &dims)?
    };
    let mut y = x;
    for at in 0..dims.len() {
        y = along(b, y, at, &plan)?;
    }
    Ok(y)
}

fn checked(scales: &[f64], dims: &[usize]) -> Result<Vec<usize>, Why> {
    let sizes = dims.iter().zip(scales).map(|(dim, scale)| {
        let size = (*dim as f64 * scale).floor();
        let fits = scale.is_finite() && (1.0..=LONGEST).contains(&size);
        fits.then_some(size as usize)
            .ok_or(Why::Dims { what: "scales" })
    });
    sizes.collect()
}

fn known_scales(b: &Builder, id: Id) -> Result<Vec<f64>, Why> {
    let (_, scales) = b.known_floats(id, "scales")?;
    Ok(scales.into_iter().map(f64::from).collect())
}

/// Upsample, and Resize of opset 10.
fn old_plan(b: &Builder, op: &Op<'_>, dims: &[usize]) -> Result<Plan, Why> {
    let scales = match op.optional(1) {
        Some(input) => known_scales(b, input)?,
        None => match op.node.attributes.get("scales") {
            Some(countersign_onnx::Attribute::Floats(scales)) => {
                scales.iter().map(|scale| f64::from(*scale)).collect()
            }
            _ => return Err(Why::Missing { index: 1 }),
        },
    };
    if scales.len() != dims.len() || scales.iter().any(|scale| *scale < 1.0) {
        return refuse("scales", format!("{scales:?}"));
    }
    let filter = match op.text("mode", "nearest").as_str() {
        "nearest" => Filter::Nearest(Rounding::Floor),
        "linear" => Filter::Linear,
        other => return refuse("mode", other),
    };
    Ok(Plan {
        transform: Transform::Asymmetric,
        filter,
        antialias: false,
        exclude_outside: false,
        sizes: checked(&scales, dims)?,
        scales,
    })
}

fn plan(b: &Builder, op: &Op<'_>, dims: &[usize]) -> Result<Plan, Why> {
    let transform = match op
        .text("coordinate_transformation_mode", "half_pixel")
        .as_str()
    {
        "half_pixel" => Transform::HalfPixel,
        "half_pixel_symmetric" => Transform::HalfPixelSymmetric,
        "pytorch_half_pixel" => Transform::PytorchHalfPixel,
        "align_corners" => Transform::AlignCorners,
        "asymmetric" => Transform::Asymmetric,
        other => return refuse("coordinate_transformation_mode", other),
    };
    let filter = match op.text("mode", "nearest").as_str() {
        "nearest" => {
            let rounding = op.text("nearest_mode", "round_prefer_floor");
            Filter::Nearest(match rounding.as_str() {
                "round_prefer_floor" => Rounding::HalfDown,
                "round_prefer_ceil" => Rounding::HalfUp,
                "floor" => Rounding::Floor,
                "ceil" => Rounding::Ceil,
                other => return refuse("nearest_mode", other),
            })
        }
        "linear" => Filter::Linear,
        "cubic" => Filter::Cubic(f64::from(op.float("cubic_coeff_a", -0.75))),
        other => return refuse("mode", other),
    };
    let given = match op.ints("axes") {
        Some(list) => list
            .iter()
            .map(|at| axis(*at, dims.len()))
            .collect::<Result<Vec<_>, _>>()?,
        None => (0..dims.len()).collect(),
    };
    let filled = |index: usize| op.optional(index).filter(|id| !b.dims(*id).contains(&0));
    let mut plan = Plan {
        transform,
        filter,
        antialias: op.int("antialias", 0) != 0,
        exclude_outside: op.int("exclude_outside", 0) != 0,
        scales: vec![1.0; dims.len()],
        sizes: dims.to_vec(),
    };
    match (filled(2), filled(3)) {
        (Some(scales), None) => {
            let scales = known_scales(b, scales)?;
            if scales.len() != given.len() {
                return refuse("scales", format!("{scales:?}"));
            }
            for (at, scale) in given.iter().zip(scales) {
                plan.scales[*at] = scale;
            }
            plan.sizes = checked(&plan.scales, dims)?;
        }
        (None, Some(sizes)) => {
            let sizes = lengths(&b.known_ints(sizes, "sizes")?)?;
            if sizes.len() != given.len() {
                return refuse("sizes", format!("{sizes:?}"));
            }
            for (at, size) in given.iter().zip(sizes) {
                plan.scales[*at] = size as f64 / dims[*at] as f64;
                plan.sizes[*at] = size;
            }
            keep_aspect(op, &given, dims, &mut plan)?;
            let fits = |size: &usize| *size > 0 && (*size as f64) <= LONGEST;
            if !plan.sizes.iter().all(fits) {
                return refuse("sizes", format!("{:?}", plan.sizes));
            }
        }
        _ => return Err(Why::Missing { index: 3 }),
    }
    Ok(plan)
}

fn keep_aspect(op: &Op<'_>, given: &[usize], dims: &[usize], plan: &mut Plan) -> Result<(), Why> {
    let scales = given.iter().map(|at| plan.scales[*at]);
    let scale = match op.text("keep_aspect_ratio_policy", "stretch").as_str() {
        "stretch" => return Ok(()),
        "not_larger" => scales.fold(f64::INFINITY, f64::min),
        "not_smaller" => scales.fold(0.0, f64::max),
        other => return refuse("keep_aspect_ratio_policy", other),
    };
    for at in given {
        plan.scales[*at] = scale;
        plan.sizes[*at] = (scale * dims[*at] as f64 + 0.5).floor() as usize;
    }
    Ok(())
}

impl Plan {
    /// Where an output position lies in the input.
    fn origin(&self, at: usize, length: usize, position: usize) -> f64 {
        let (scale, x, n) = (self.scales[at], position as f64, length as f64);
        let full = scale * n;
        match self.transform {
            Transform::PytorchHalfPixel if full == 1.0 => -0.5,
            Transform::HalfPixel | Transform::PytorchHalfPixel => (x + 0.5) / scale - 0.5,
            Transform::HalfPixelSymmetric => {
                let adjustment = self.sizes[at] as f64 / full;
                n / 2.0 * (1.0 - adjustment) + (x + 0.5) / scale - 0.5
            }
            Transform::AlignCorners if full == 1.0 => 0.0,
            Transform::AlignCorners => x * (n - 1.0) / (full - 1.0),
            Transform::Asymmetric => x / scale,
        }
    }

    /// The inputs of one output position with their weights.
    fn taps(&self, at: usize, length: usize, position: usize) -> Vec<(usize, f64)> {
        let x = self.origin(at, length, position);
        let last = (length - 1) as f64;
        let reach = match self.filter {
            Filter::Nearest(rounding) => return vec![(nearest(x, last, rounding), 1.0)],
            Filter::Linear => 1.0,
            Filter::Cubic(_) => 2.0,
        };
        let shrink = if self.antialias {
            self.scales[at].min(1.0)
        } else {
            1.0
        };
        let radius = (reach / shrink).ceil();
        let base = x.floor();
        let (mut taps, mut total, mut offset) = (Vec::new(), 0.0, 1.0 - radius);
        while offset <= radius && taps.len() <= TAPS {
            let at = base + offset;
            let mut weight = self.weight(((at - x) * shrink).abs());
            if self.exclude_outside && !(0.0..=last).contains(&at) {
                weight = 0.0;
            }
            total += weight;
            taps.push((at.clamp(0.0, last) as usize, weight));
            offset += 1.0;
        }
        if (self.antialias || self.exclude_outside) && total != 0.0 {
            taps.iter_mut().for_each(|(_, weight)| *weight /= total);
        }
        taps
    }

    fn weight(&self, d: f64) -> f64 {
        match self.filter {
            Filter::Cubic(a) if d <= 1.0 => ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0,
            Filter::Cubic(a) if d < 2.0 => ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a,
            Filter::Cubic(_) => 0.0,
            _ => (1.0 - d).max(0.0),
        }
    }
}

fn nearest(x: f64, last: f64, rounding: Rounding) -> usize {
    let whole = match rounding {
        Rounding::HalfDown => (x - 0.5).ceil(),
        Rounding::HalfUp => (x + 0.5).floor(),
        Rounding::Floor => x.floor(),
        Rounding::Ceil => x.ceil(),
    };
    whole.clamp(0.0, last) as usize
}

/// Resizes one axis: for each tap, the inputs that it takes, times its weights.
fn along(b: &mut Builder, x: Id, at: usize, plan: &Plan) -> Result<Id, Why> {
    let length = b.dims(x)[at];
    let wanted = plan.sizes[at];
    if wanted == length && plan.scales[at] == 1.0 {
        return Ok(x);
    }
    let taps: Vec<Vec<(usize, f64)>> = (0..wanted)
        .map(|position| plan.taps(at, length, position))
        .collect();
    if let Filter::Nearest(_) = plan.filter {
        let indices: Vec<usize> = taps.iter().map(|taps| taps[0].0).collect();
        return b.take(x, at, &indices);
    }
    let most = taps.iter().map(Vec::len).max().unwrap_or(0);
    if most > TAPS {
        return refuse("antialias", "1 with so small a scale");
    }
    let mut weight_dims = vec![1; b.dims(x).len()];
    weight_dims[at] = wanted;
    let mut sum = None;
    for tap in 0..most {
        let of = |taps: &Vec<(usize, f64)>| taps.get(tap).copied().unwrap_or((0, 0.0));
        let weights: Vec<f32> = taps.iter().map(|taps| of(taps).1 as f32).collect();
        if weights.iter().all(|weight| *weight == 0.0) {
            continue;
        }
        let indices: Vec<usize> = taps.iter().map(|taps| of(taps).0).collect();
        let taken = b.take(x, at, &indices)?;
        let weights = b.floats(&weight_dims, weights)?;
        let part = b.binary(Binary::Mul, taken, weights)?;
        sum = Some(match sum {
            None => part,
            Some(sum) => b.binary(Binary::Add, sum, part)?,
        });
    }
    sum.ok_or(Why::Empty)
}
