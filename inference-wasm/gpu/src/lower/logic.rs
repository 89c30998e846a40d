//! Truth values, comparisons and choices. A bool on the GPU is 0 or 1.

use countersign_onnx::{Data, DataType, Tensor};

use super::arithmetic::{Binary, Extreme};
use super::builder::{Builder, Id};
use super::movement::broadcast;
use super::node::Op;
use super::refusal::Why;

/// Lowers an operator of this file; `None` if it is not one.
pub(crate) fn lower(b: &mut Builder, op: &Op<'_>) -> Result<Option<Id>, Why> {
    Ok(Some(match op.node.op_type.as_str() {
        "Not" => not(b, op.x(0)?)?,
        "And" => {
            let (x, y) = bools(b, op)?;
            let both = b.binary(Binary::Mul, x, y)?;
            b.truth(both)
        }
        "Or" => {
            let (x, y) = bools(b, op)?;
            let sum = b.binary(Binary::Add, x, y)?;
            let any = b.unary_or_fold("Sign", sum)?;
            b.truth(any)
        }
        "Greater" => greater(b, op.x(0)?, op.x(1)?)?,
        "Less" => greater(b, op.x(1)?, op.x(0)?)?,
        "GreaterOrEqual" => {
            let less = greater(b, op.x(1)?, op.x(0)?)?;
            not(b, less)?
        }
        "LessOrEqual" => {
            let greater = greater(b, op.x(0)?, op.x(1)?)?;
            not(b, greater)?
        }
        "Where" => choose(b, op)?,
        _ => return Ok(None),
    }))
}

impl Builder {
    /// A value of zeros and ones as bool; constants become constants.
    fn truth(&mut self, x: Id) -> Id {
        match self.known(x) {
            Some(tensor) => match tensor.elements::<f32>() {
                Some(values) => {
                    let flags = values.iter().map(|value| *value != 0.0).collect();
                    match Tensor::new(tensor.dims().to_vec(), Data::Bool(flags)) {
                        Some(flags) => self.constant(flags),
                        None => x,
                    }
                }
                None => x,
            },
            None => self.alias(x, DataType::Bool),
        }
    }

    /// Sign or Relu, at once on constants.
    fn unary_or_fold(&mut self, op: &'static str, x: Id) -> Result<Id, Why> {
        let Some(tensor) = self.known(x) else {
            return self.unary(op, x);
        };
        let values = tensor.elements::<f32>().ok_or(Why::Integers)?;
        let one = |value: f32| match op {
            "Sign" if value > 0.0 => 1.0,
            "Sign" if value < 0.0 => -1.0,
            "Sign" => 0.0,
            _ => value.max(0.0),
        };
        let values = values.iter().map(|value| one(*value)).collect();
        let dims = tensor.dims().to_vec();
        self.floats(&dims, values)
    }
}

fn bools(b: &mut Builder, op: &Op<'_>) -> Result<(Id, Id), Why> {
    let (x, y) = (op.x(0)?, op.x(1)?);
    for operand in [x, y] {
        if b.dtype(operand) != DataType::Bool {
            return Err(Why::Type(b.dtype(operand)));
        }
    }
    Ok((b.as_f32(x)?, b.as_f32(y)?))
}

fn not(b: &mut Builder, x: Id) -> Result<Id, Why> {
    if b.dtype(x) != DataType::Bool {
        return Err(Why::Type(b.dtype(x)));
    }
    let x = b.as_f32(x)?;
    let y = b.minus_from(1.0, x)?;
    Ok(b.truth(y))
}

/// x > y: the sign of the difference. Differences of whole numbers are exact; two computed numbers of f32 might both be
/// infinite, so one of them must be a finite constant.
fn greater(b: &mut Builder, x: Id, y: Id) -> Result<Id, Why> {
    if b.dtype(x) != b.dtype(y) {
        return Err(Why::Type(b.dtype(y)));
    }
    if b.dtype(x) == DataType::F32 {
        let finite = |id: Id| {
            b.known(id)
                .and_then(|t| t.elements::<f32>().map(|v| v.iter().all(|v| v.is_finite())))
                == Some(true)
        };
        if !finite(x) && !finite(y) {
            return Err(Why::Computed { input: "operands" });
        }
    }
    let (x, y) = (b.as_f32(x)?, b.as_f32(y)?);
    let difference = b.binary(Binary::Sub, x, y)?;
    let sign = b.unary_or_fold("Sign", difference)?;
    let above = b.unary_or_fold("Relu", sign)?;
    Ok(b.truth(above))
}

/// Where: elements are picked if the condition is known; else max(min(x, m), min(y, −m)) with m = ±∞, which
/// lets no number of the other side through, not even an infinite one.
fn choose(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let (condition, x, y) = (op.x(0)?, op.x(1)?, op.x(2)?);
    if b.dtype(condition) != DataType::Bool || b.dtype(x) != b.dtype(y) {
        return Err(Why::Type(b.dtype(y)));
    }
    let dims = broadcast(b.dims(x), b.dims(y))?;
    let dims = broadcast(&dims, b.dims(condition))?;
    let (x, y) = (b.expand(x, &dims)?, b.expand(y, &dims)?);
    let condition = b.expand(condition, &dims)?;
    if let Some(known) = b.known(condition) {
        let flags = known.elements::<bool>().ok_or(Why::Empty)?;
        let count = flags.len();
        let positions: Vec<usize> = (0..count)
            .map(|at| if flags[at] { at } else { count + at })
            .collect();
        let (x, y) = (b.reshape(x, &[count])?, b.reshape(y, &[count])?);
        let both = b.concat(&[x, y], 0)?;
        return super::scatter::pick(b, both, &positions, &dims);
    }
    if b.dtype(x) != DataType::F32 {
        return Err(Why::Integers);
    }
    let condition = b.as_f32(condition)?;
    let centred = b.plus(condition, -0.5)?;
    let mask = b.times(centred, f32::INFINITY)?;
    let inverse = b.times(centred, f32::NEG_INFINITY)?;
    let x = b.extreme(Extreme::Min, x, mask)?;
    let y = b.extreme(Extreme::Min, y, inverse)?;
    b.extreme(Extreme::Max, x, y)
}
