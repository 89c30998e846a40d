//! Softmax and normalisations.

use super::arithmetic::Binary;
use super::builder::{exact_steps, Builder, Id, Setting};
use super::movement::axis;
use super::node::Op;
use super::refusal::Why;

/// Softmax. Before opset 13 it works on the input as a matrix, split at `axis`; since, along `axis`.
pub(crate) fn softmax(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let at = axis(
        op.int("axis", if op.opset < 13 { 1 } else { -1 }),
        dims.len(),
    )?;
    let (left, right): (usize, usize) = (dims[..at].iter().product(), dims[at..].iter().product());
    if op.opset < 13 {
        let x = b.reshape(x, &[left, right])?;
        let y = along(b, x, 1)?;
        return b.reshape(y, &dims);
    }
    along(b, x, at)
}

fn along(b: &mut Builder, x: Id, at: usize) -> Result<Id, Why> {
    let dims = b.dims(x).to_vec();
    // wonnx starts one step per slice, without a bound check.
    exact_steps(dims[..at].iter().product())?;
    exact_steps(dims[at + 1..].iter().product())?;
    if b.dtype(x) != countersign_onnx::DataType::F32 {
        return Err(Why::Integers);
    }
    b.emit_f32(
        "Softmax",
        vec![x.into()],
        dims,
        vec![("axis", Setting::Int(at as i64))],
    )
}

/// BatchNormalization with constant parameters: one multiplication and one addition, computed in f64 at load time.
pub(crate) fn batch(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    op.only_int("training_mode", 0)?;
    op.only_int("spatial", 1)?;
    let x = op.x(0)?;
    let rank = b.dims(x).len();
    if rank < 2 {
        return Err(Why::Rank(rank));
    }
    let channels = b.dims(x)[1];
    let parameter = |index: usize| -> Result<Vec<f64>, Why> {
        let (_, values) = b.known_floats(op.x(index)?, "parameters")?;
        if values.len() != channels {
            return Err(Why::Dims { what: "parameters" });
        }
        Ok(values.into_iter().map(f64::from).collect())
    };
    let (scales, biases, means, variances) =
        (parameter(1)?, parameter(2)?, parameter(3)?, parameter(4)?);
    let epsilon = f64::from(op.float("epsilon", 1e-5));
    let exact: Vec<f64> = scales
        .iter()
        .zip(&variances)
        .map(|(scale, variance)| scale / (variance + epsilon).sqrt())
        .collect();
    let offsets = exact
        .iter()
        .zip(&biases)
        .zip(&means)
        .map(|((factor, bias), mean)| (bias - mean * factor) as f32);
    let offsets = offsets.collect();
    let factors = exact.iter().map(|factor| *factor as f32).collect();
    let mut dims = vec![1; rank];
    dims[1] = channels;
    let (factors, offsets) = (b.floats(&dims, factors)?, b.floats(&dims, offsets)?);
    let scaled = b.binary(Binary::Mul, x, factors)?;
    b.binary(Binary::Add, scaled, offsets)
}

/// LogSoftmax: x − log Σexp(x).
pub(crate) fn log_softmax(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let at = axis(
        op.int("axis", if op.opset < 13 { 1 } else { -1 }),
        dims.len(),
    )?;
    if op.opset < 13 {
        let (left, right) = (dims[..at].iter().product(), dims[at..].iter().product());
        let x = b.reshape(x, &[left, right])?;
        let y = log_along(b, x, 1)?;
        return b.reshape(y, &dims);
    }
    log_along(b, x, at)
}

/// Log-probabilities along an axis.
pub(crate) fn log_along(b: &mut Builder, x: Id, at: usize) -> Result<Id, Why> {
    let largest = b.reduce("ReduceMax", x, &[at], true)?;
    let centred = b.binary(Binary::Sub, x, largest)?;
    let powers = b.unary("Exp", centred)?;
    let sum = b.reduce("ReduceSum", powers, &[at], true)?;
    let log = b.unary("Log", sum)?;
    b.binary(Binary::Sub, centred, log)
}

/// What normalising along axes gives: the normalised value, the mean, and 1 / √(variance + epsilon).
fn normal(b: &mut Builder, x: Id, axes: &[usize], epsilon: f32) -> Result<[Id; 3], Why> {
    let mean = b.reduce("ReduceMean", x, axes, true)?;
    let centred = b.binary(Binary::Sub, x, mean)?;
    let square = b.binary(Binary::Mul, centred, centred)?;
    let variance = b.reduce("ReduceMean", square, axes, true)?;
    let variance = b.plus(variance, epsilon)?;
    let deviation = b.unary("Sqrt", variance)?;
    let normal = b.binary(Binary::Div, centred, deviation)?;
    let inverse = b.unary("Reciprocal", deviation)?;
    Ok([normal, mean, inverse])
}

/// LayerNormalization (opset 17): the value, the mean, and 1 / √(variance + epsilon).
pub(crate) fn layer(b: &mut Builder, op: &Op<'_>) -> Result<Vec<Id>, Why> {
    op.only_int("stash_type", 1)?;
    let x = op.x(0)?;
    let rank = b.dims(x).len();
    let from = axis(op.int("axis", -1), rank)?;
    let axes: Vec<usize> = (from..rank).collect();
    let [normal, mean, inverse] = normal(b, x, &axes, op.float("epsilon", 1e-5))?;
    let mut y = b.binary(Binary::Mul, normal, op.x(1)?)?;
    if let Some(bias) = op.optional(2) {
        y = b.binary(Binary::Add, y, bias)?;
    }
    same_dims(b, x, y)?;
    Ok(vec![y, mean, inverse])
}

/// Refuses parameters that would broadcast the input.
fn same_dims(b: &Builder, x: Id, y: Id) -> Result<(), Why> {
    if b.dims(x) == b.dims(y) {
        Ok(())
    } else {
        Err(Why::Dims { what: "parameters" })
    }
}

/// RMSNormalization (opset 23): x / √(mean x² + epsilon) · scale.
pub(crate) fn root_mean_square(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    op.only_int("stash_type", 1)?;
    let x = op.x(0)?;
    let rank = b.dims(x).len();
    let axes: Vec<usize> = (axis(op.int("axis", -1), rank)?..rank).collect();
    let square = b.binary(Binary::Mul, x, x)?;
    let mean = b.reduce("ReduceMean", square, &axes, true)?;
    let mean = b.plus(mean, op.float("epsilon", 1e-5))?;
    let root = b.unary("Sqrt", mean)?;
    let normal = b.binary(Binary::Div, x, root)?;
    let y = b.binary(Binary::Mul, normal, op.x(1)?)?;
    same_dims(b, x, y)?;
    Ok(y)
}

/// A vector of one number per channel, ready to broadcast against [N, C, …].
fn per_channel(b: &mut Builder, vector: Id, x: Id) -> Result<Id, Why> {
    let dims = b.dims(x).to_vec();
    if dims.len() < 3 || b.dims(vector) != [dims[1]] {
        return Err(Why::Dims { what: "parameters" });
    }
    let mut wide = vec![1; dims.len()];
    wide[1] = dims[1];
    b.reshape(vector, &wide)
}

/// InstanceNormalization: each channel of each sample by itself.
pub(crate) fn instance(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let axes: Vec<usize> = (2..b.dims(x).len()).collect();
    let (scale, bias) = (per_channel(b, op.x(1)?, x)?, per_channel(b, op.x(2)?, x)?);
    let [normal, ..] = normal(b, x, &axes, op.float("epsilon", 1e-5))?;
    let scaled = b.binary(Binary::Mul, normal, scale)?;
    b.binary(Binary::Add, scaled, bias)
}

/// GroupNormalization (opset 21; in 18 to 20 scale and bias were one number per group).
pub(crate) fn group(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    if op.opset < 21 {
        return Err(Why::Operator);
    }
    op.only_int("stash_type", 1)?;
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let groups = usize::try_from(op.int("num_groups", 0)).unwrap_or(0);
    if dims.len() < 3 || groups == 0 || !dims[1].is_multiple_of(groups) {
        return Err(Why::Dims { what: "groups" });
    }
    let inner = dims[1..].iter().product::<usize>() / groups;
    let (scale, bias) = (per_channel(b, op.x(1)?, x)?, per_channel(b, op.x(2)?, x)?);
    let grouped = b.reshape(x, &[dims[0], groups, inner])?;
    let [normal, ..] = normal(b, grouped, &[2], op.float("epsilon", 1e-5))?;
    let normal = b.reshape(normal, &dims)?;
    let scaled = b.binary(Binary::Mul, normal, scale)?;
    b.binary(Binary::Add, scaled, bias)
}

/// MeanVarianceNormalization: (x − mean) / (√variance + 10⁻⁹).
pub(crate) fn mean_variance(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let rank = b.dims(x).len();
    let axes = op.ints("axes").unwrap_or(&[0, 2, 3]).iter();
    let axes = axes
        .map(|at| axis(*at, rank))
        .collect::<Result<Vec<_>, _>>()?;
    let mean = b.reduce("ReduceMean", x, &axes, true)?;
    let centred = b.binary(Binary::Sub, x, mean)?;
    let square = b.binary(Binary::Mul, centred, centred)?;
    let variance = b.reduce("ReduceMean", square, &axes, true)?;
    let deviation = b.unary("Sqrt", variance)?;
    let deviation = b.plus(deviation, 1e-9)?;
    b.binary(Binary::Div, centred, deviation)
}

/// LpNormalization: x / ‖x‖ along an axis, 0 where the norm is 0.
pub(crate) fn lp(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let at = axis(op.int("axis", -1), b.dims(x).len())?;
    let norm = match op.int("p", 2) {
        1 => {
            let distance = b.unary("Abs", x)?;
            b.reduce("ReduceSum", distance, &[at], true)?
        }
        2 => super::reduce::euclidean(b, x, &[at], true)?,
        other => {
            return Err(Why::Attribute {
                name: "p",
                value: other.to_string(),
            })
        }
    };
    // 0 / tiny is 0; a norm that is smaller than this is no normal number.
    let tiny = b.number(f32::MIN_POSITIVE);
    let norm = b.extreme(super::arithmetic::Extreme::Max, norm, tiny)?;
    b.binary(Binary::Div, x, norm)
}

/// LRN: x / (bias + alpha / size · Σ of the squares of the nearest `size` channels)^beta.
pub(crate) fn local_response(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    const MOST: usize = 64;
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let size = usize::try_from(op.int("size", 0)).unwrap_or(0);
    let bias = op.float("bias", 1.0);
    let (alpha, beta) = (op.float("alpha", 1e-4), op.float("beta", 0.75));
    if dims.len() < 2 || !(1..=MOST).contains(&size) {
        return Err(Why::Dims { what: "windows" });
    }
    // A power of what may be negative has no form here.
    if !(bias > 0.0 && alpha >= 0.0) {
        return Err(Why::Attribute {
            name: "bias",
            value: bias.to_string(),
        });
    }
    let square = b.binary(Binary::Mul, x, x)?;
    let padded = b.pad(square, 1, (size - 1) / 2, size / 2, 0.0)?;
    let mut sum = None;
    for from in 0..size {
        let part = b.take(padded, 1, &(from..from + dims[1]).collect::<Vec<_>>())?;
        sum = Some(match sum {
            None => part,
            Some(sum) => b.binary(Binary::Add, sum, part)?,
        });
    }
    let sum = b.times(sum.ok_or(Why::Empty)?, alpha / size as f32)?;
    let base = b.plus(sum, bias)?;
    let log = b.unary("Log", base)?;
    let exponent = b.times(log, -beta)?;
    let factor = b.unary("Exp", exponent)?;
    b.binary(Binary::Mul, x, factor)
}
