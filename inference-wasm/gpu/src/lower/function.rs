//! Functions of single elements that wonnx lacks, or has wrongly.

use countersign_onnx::DataType;

use super::arithmetic::Binary;
use super::builder::{Builder, Id};
use super::node::Op;
use super::refusal::Why;

/// Powers with a constant exponent that are products, roots or reciprocals.
pub(crate) fn power(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let (_, exponent) = b.known_floats(op.x(1)?, "exponents")?;
    match exponent.as_slice() {
        [2.0] => b.binary(Binary::Mul, x, x),
        [3.0] => {
            let square = b.binary(Binary::Mul, x, x)?;
            b.binary(Binary::Mul, square, x)
        }
        [1.0] => Ok(x),
        [0.5] => b.unary("Sqrt", x),
        [-1.0] => b.unary("Reciprocal", x),
        [-0.5] => {
            let root = b.unary("Sqrt", x)?;
            b.unary("Reciprocal", root)
        }
        other => Err(Why::Attribute {
            name: "exponent",
            value: format!("{other:?}"),
        }),
    }
}

pub(crate) fn prelu(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    leaky(b, op.x(0)?, op.x(1)?)
}

/// max(x, 0) + min(x, 0) · slope. LeakyRelu too: wonnx fuses its own with a Conv before it, wrongly.
pub(crate) fn leaky(b: &mut Builder, x: Id, slope: Id) -> Result<Id, Why> {
    if b.dtype(x) != DataType::F32 || b.dtype(slope) != DataType::F32 {
        return Err(Why::Integers);
    }
    let dims = b.dims(x).to_vec();
    if super::movement::broadcast(&dims, b.dims(slope))? != dims {
        return Err(Why::Dims { what: "slopes" });
    }
    b.emit_f32("PRelu", vec![x.into(), slope.into()], dims, vec![])
}

/// max(x, 0) + log(1 + exp(−|x|)), which does not overflow.
pub(crate) fn softplus(b: &mut Builder, x: Id) -> Result<Id, Why> {
    let distance = b.unary("Abs", x)?;
    let negative = b.unary("Neg", distance)?;
    let small = b.unary("Exp", negative)?;
    let small = b.plus(small, 1.0)?;
    let small = b.unary("Log", small)?;
    let large = b.unary("Relu", x)?;
    b.binary(Binary::Add, large, small)
}

/// sign(x) · (1 − e) / (1 + e) with e = exp(−2|x|). WGSL's own tanh may be wrong by 1e-5, and a normalisation behind it
/// makes much of that.
pub(crate) fn tanh(b: &mut Builder, x: Id) -> Result<Id, Why> {
    let distance = b.unary("Abs", x)?;
    let exponent = b.times(distance, -2.0)?;
    let e = b.unary("Exp", exponent)?;
    let above = b.minus_from(1.0, e)?;
    let below = b.plus(e, 1.0)?;
    let value = b.binary(Binary::Div, above, below)?;
    let sign = b.unary("Sign", x)?;
    b.binary(Binary::Mul, sign, value)
}

/// Abramowitz and Stegun, 7.1.26: within 1.5e-7.
pub(crate) fn erf(b: &mut Builder, x: Id) -> Result<Id, Why> {
    const P: f32 = 0.327_591_1;
    const A: [f32; 5] = [
        1.061_405_4,
        -1.453_152,
        1.421_413_8,
        -0.284_496_74,
        0.254_829_6,
    ];
    let distance = b.unary("Abs", x)?;
    let t = b.times(distance, P)?;
    let t = b.plus(t, 1.0)?;
    let t = b.unary("Reciprocal", t)?;
    let mut poly = b.number(A[0]);
    for coefficient in &A[1..] {
        let next = b.binary(Binary::Mul, poly, t)?;
        poly = b.plus(next, *coefficient)?;
    }
    let poly = b.binary(Binary::Mul, poly, t)?;
    let square = b.binary(Binary::Mul, x, x)?;
    let negative = b.unary("Neg", square)?;
    let gauss = b.unary("Exp", negative)?;
    let tail = b.binary(Binary::Mul, poly, gauss)?;
    let value = b.minus_from(1.0, tail)?;
    let sign = b.unary("Sign", x)?;
    b.binary(Binary::Mul, sign, value)
}

/// Gelu (opset 20): x/2 · (1 + erf(x/√2)), or its tanh approximation.
pub(crate) fn gelu(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let inner = match op.text("approximate", "none").as_str() {
        "none" => {
            let scaled = b.times(x, std::f32::consts::FRAC_1_SQRT_2)?;
            erf(b, scaled)?
        }
        "tanh" => {
            let square = b.binary(Binary::Mul, x, x)?;
            let cube = b.binary(Binary::Mul, square, x)?;
            let cube = b.times(cube, 0.044_715)?;
            let sum = b.binary(Binary::Add, x, cube)?;
            // √(2/π)
            let sum = b.times(sum, 0.797_884_6)?;
            tanh(b, sum)?
        }
        other => {
            return Err(Why::Attribute {
                name: "approximate",
                value: other.to_owned(),
            })
        }
    };
    let gate = b.plus(inner, 1.0)?;
    let half = b.times(x, 0.5)?;
    b.binary(Binary::Mul, half, gate)
}

pub(crate) fn hard_sigmoid(b: &mut Builder, x: Id, alpha: f32, beta: f32) -> Result<Id, Why> {
    let y = b.times(x, alpha)?;
    let y = b.plus(y, beta)?;
    b.clip(y, Some(0.0), Some(1.0))
}
