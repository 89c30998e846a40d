//! Functions of single elements that wonnx lacks or that overflow there, made of those that are right.
//!
//! min(x, 0) is written −Relu(−x). No form multiplies by a mask where the other factor may be infinite.

use super::arithmetic::Binary;
use super::builder::{Builder, Id};
use super::function::{softplus, tanh};
use super::node::Op;
use super::reduce::at_least_one;
use super::refusal::Why;

/// Lowers an operator of this file; `None` if it is not one.
pub(crate) fn lower(b: &mut Builder, op: &Op<'_>) -> Result<Option<Id>, Why> {
    let name = op.node.op_type.as_str();
    Ok(Some(match name {
        "Acosh" => acosh(b, op.x(0)?)?,
        "Asinh" => asinh(b, op.x(0)?)?,
        "Atanh" => atanh(b, op.x(0)?)?,
        "Sinh" => sinh(b, op.x(0)?)?,
        "Elu" => elu(b, op.x(0)?, op.float("alpha", 1.0), 1.0)?,
        "Celu" => {
            let alpha = op.float("alpha", 1.0);
            if !(alpha.is_finite() && alpha > 0.0) {
                return Err(refuse("alpha", alpha));
            }
            elu(b, op.x(0)?, alpha, alpha)?
        }
        "Selu" => {
            let y = elu(b, op.x(0)?, op.float("alpha", 1.673_263_2), 1.0)?;
            b.times(y, op.float("gamma", 1.050_701))?
        }
        "Mish" => {
            let x = op.x(0)?;
            let soft = softplus(b, x)?;
            let gate = tanh(b, soft)?;
            b.binary(Binary::Mul, x, gate)?
        }
        "Swish" => {
            let x = op.x(0)?;
            let scaled = b.times(x, op.float("alpha", 1.0))?;
            let gate = b.unary("Sigmoid", scaled)?;
            b.binary(Binary::Mul, x, gate)?
        }
        "ThresholdedRelu" => thresholded(b, op.x(0)?, op.float("alpha", 1.0))?,
        "Shrink" => shrink(b, op.x(0)?, op.float("lambd", 0.5), op.float("bias", 0.0))?,
        _ => return Ok(None),
    }))
}

fn refuse(name: &'static str, value: f32) -> Why {
    Why::Attribute {
        name,
        value: value.to_string(),
    }
}

/// min(x, 0).
fn below_zero(b: &mut Builder, x: Id) -> Result<Id, Why> {
    let y = b.unary("Neg", x)?;
    let y = b.unary("Relu", y)?;
    b.unary("Neg", y)
}

/// max(x, 0) + alpha · (exp(min(x, 0) / scale) − 1): Elu, and Celu with scale = alpha.
fn elu(b: &mut Builder, x: Id, alpha: f32, scale: f32) -> Result<Id, Why> {
    let low = below_zero(b, x)?;
    let low = b.times(low, 1.0 / scale)?;
    let low = b.unary("Exp", low)?;
    let low = b.plus(low, -1.0)?;
    let low = b.times(low, alpha)?;
    let high = b.unary("Relu", x)?;
    b.binary(Binary::Add, high, low)
}

/// log x + log(1 + √((x − 1)/x · (x + 1)/x)): x² would overflow, and √(1 − 1/x²) loses all digits near 1.
fn acosh(b: &mut Builder, x: Id) -> Result<Id, Why> {
    let less = b.plus(x, -1.0)?;
    let less = b.binary(Binary::Div, less, x)?;
    let more = b.plus(x, 1.0)?;
    let more = b.binary(Binary::Div, more, x)?;
    let root = b.binary(Binary::Mul, less, more)?;
    let root = b.unary("Sqrt", root)?;
    let inner = b.plus(root, 1.0)?;
    let inner = b.unary("Log", inner)?;
    let outer = b.unary("Log", x)?;
    b.binary(Binary::Add, outer, inner)
}

/// sign(x) · (log m + log(|x|/m + √((x/m)² + 1/m²))) with m near max(1, |x|).
fn asinh(b: &mut Builder, x: Id) -> Result<Id, Why> {
    let distance = b.unary("Abs", x)?;
    let scale = at_least_one(b, distance)?;
    let part = b.binary(Binary::Div, distance, scale)?;
    let one = b.unary("Reciprocal", scale)?;
    let part_square = b.binary(Binary::Mul, part, part)?;
    let one_square = b.binary(Binary::Mul, one, one)?;
    let root = b.binary(Binary::Add, part_square, one_square)?;
    let root = b.unary("Sqrt", root)?;
    let inner = b.binary(Binary::Add, part, root)?;
    let inner = b.unary("Log", inner)?;
    let outer = b.unary("Log", scale)?;
    let value = b.binary(Binary::Add, outer, inner)?;
    let sign = b.unary("Sign", x)?;
    b.binary(Binary::Mul, sign, value)
}

/// log((1 + x) / (1 − x)) / 2.
fn atanh(b: &mut Builder, x: Id) -> Result<Id, Why> {
    let above = b.plus(x, 1.0)?;
    let below = b.minus_from(1.0, x)?;
    let ratio = b.binary(Binary::Div, above, below)?;
    let log = b.unary("Log", ratio)?;
    b.times(log, 0.5)
}

/// exp(x − log 2) − exp(−x − log 2), which is finite as long as sinh is.
fn sinh(b: &mut Builder, x: Id) -> Result<Id, Why> {
    let up = b.plus(x, -std::f32::consts::LN_2)?;
    let up = b.unary("Exp", up)?;
    let down = b.unary("Neg", x)?;
    let down = b.plus(down, -std::f32::consts::LN_2)?;
    let down = b.unary("Exp", down)?;
    b.binary(Binary::Sub, up, down)
}

/// 1 where x > bound, else 0.
fn above(b: &mut Builder, x: Id, bound: f32) -> Result<Id, Why> {
    let over = b.plus(x, -bound)?;
    let sign = b.unary("Sign", over)?;
    b.unary("Relu", sign)
}

/// x where x > alpha ≥ 0, else 0.
fn thresholded(b: &mut Builder, x: Id, alpha: f32) -> Result<Id, Why> {
    if !(alpha.is_finite() && alpha >= 0.0) {
        return Err(refuse("alpha", alpha));
    }
    let mask = above(b, x, alpha)?;
    let positive = b.unary("Relu", x)?;
    b.binary(Binary::Mul, mask, positive)
}

/// x − bias where x > lambd, x + bias where x < −lambd, else 0; lambd ≥ 0.
fn shrink(b: &mut Builder, x: Id, lambd: f32, bias: f32) -> Result<Id, Why> {
    if !(lambd.is_finite() && lambd >= 0.0 && bias.is_finite()) {
        return Err(refuse("lambd", lambd));
    }
    let high_mask = above(b, x, lambd)?;
    let high = b.unary("Relu", x)?;
    let high = b.plus(high, -bias)?;
    let high = b.binary(Binary::Mul, high_mask, high)?;
    let turned = b.unary("Neg", x)?;
    let low_mask = above(b, turned, lambd)?;
    let low = below_zero(b, x)?;
    let low = b.plus(low, bias)?;
    let low = b.binary(Binary::Mul, low_mask, low)?;
    b.binary(Binary::Add, high, low)
}
