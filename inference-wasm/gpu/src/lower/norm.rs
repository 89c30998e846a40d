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

/// LayerNormalization (opset 17), first output only.
pub(crate) fn layer(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    op.only_int("stash_type", 1)?;
    let x = op.x(0)?;
    let rank = b.dims(x).len();
    let from = axis(op.int("axis", -1), rank)?;
    let axes: Vec<usize> = (from..rank).collect();
    let mean = b.reduce("ReduceMean", x, &axes, true)?;
    let centred = b.binary(Binary::Sub, x, mean)?;
    let square = b.binary(Binary::Mul, centred, centred)?;
    let variance = b.reduce("ReduceMean", square, &axes, true)?;
    let variance = b.plus(variance, op.float("epsilon", 1e-5))?;
    let deviation = b.unary("Sqrt", variance)?;
    let normal = b.binary(Binary::Div, centred, deviation)?;
    let scaled = b.binary(Binary::Mul, normal, op.x(1)?)?;
    match op.optional(2) {
        Some(bias) => b.binary(Binary::Add, scaled, bias),
        None => Ok(scaled),
    }
}
