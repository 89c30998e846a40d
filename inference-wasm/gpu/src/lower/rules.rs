//! Which operator is lowered by which rule.

use countersign_onnx::{Data, DataType, Tensor};

use super::arithmetic::{Binary, Extreme};
use super::builder::{Builder, Id};
use super::node::Op;
use super::refusal::Why;
use super::{conv, matmul, norm, pool, reduce, shape};

/// The operators of wonnx with one operand that are right as they are.
/// Left out for that reason: Acosh, Asinh, Atanh, Sinh, Celu, Elu, Softplus (it overflows; see [`softplus`]).
const UNARY: [&str; 19] = [
    "Abs",
    "Acos",
    "Asin",
    "Atan",
    "Ceil",
    "Cos",
    "Cosh",
    "Exp",
    "Floor",
    "Log",
    "Neg",
    "Reciprocal",
    "Relu",
    "Round",
    "Sigmoid",
    "Sin",
    "Softsign",
    "Sqrt",
    "Tan",
];

/// Lowers one node: its outputs, in order. The operators are those of the domain `ai.onnx` at [`Op::opset`].
pub(crate) fn lower(b: &mut Builder, op: &Op<'_>) -> Result<Vec<Id>, Why> {
    if !op.node.domain.is_empty() {
        return Err(Why::Operator);
    }
    let name = op.node.op_type.as_str();
    if let Some(name) = UNARY.iter().find(|unary| **unary == name) {
        return Ok(vec![b.unary(name, op.x(0)?)?]);
    }
    let one = match name {
        "Tanh" => tanh(b, op.x(0)?)?,
        "Sign" => b.unary("Sign", op.x(0)?)?,
        "Add" => b.binary(Binary::Add, op.x(0)?, op.x(1)?)?,
        "Sub" => b.binary(Binary::Sub, op.x(0)?, op.x(1)?)?,
        "Mul" => b.binary(Binary::Mul, op.x(0)?, op.x(1)?)?,
        "Div" => b.binary(Binary::Div, op.x(0)?, op.x(1)?)?,
        "Pow" => power(b, op)?,
        "PRelu" => prelu(b, op)?,
        "LeakyRelu" => {
            let slope = b.number(op.float("alpha", 0.01));
            leaky(b, op.x(0)?, slope)?
        }
        "Softplus" => softplus(b, op.x(0)?)?,
        "Erf" => erf(b, op.x(0)?)?,
        "Gelu" => gelu(b, op)?,
        "HardSigmoid" => hard_sigmoid(b, op.x(0)?, op.float("alpha", 0.2), op.float("beta", 0.5))?,
        "HardSwish" => {
            let gate = hard_sigmoid(b, op.x(0)?, 1.0 / 6.0, 0.5)?;
            b.binary(Binary::Mul, op.x(0)?, gate)?
        }
        "Sum" | "Mean" => sum(b, op)?,
        "Max" | "Min" => {
            let which = if name == "Max" {
                Extreme::Max
            } else {
                Extreme::Min
            };
            let all = op.all()?;
            let first = *all.first().ok_or(Why::Missing { index: 0 })?;
            all[1..]
                .iter()
                .try_fold(first, |best, next| b.extreme(which, best, *next))?
        }
        "Clip" => clip(b, op)?,
        "Equal" => b.equal(op.x(0)?, op.x(1)?)?,
        "Cast" => cast(b, op)?,
        "OneHot" => one_hot(b, op)?,
        "Identity" => op.x(0)?,
        "Dropout" if op.node.outputs.len() == 1 => dropout(b, op)?,
        "Conv" => conv::conv(b, op)?,
        "ConvTranspose" => conv::conv_transpose(b, op)?,
        "MaxPool" | "AveragePool" if op.node.outputs.len() == 1 => pool::pool(b, op)?,
        "GlobalAveragePool" | "GlobalMaxPool" => pool::global(b, op)?,
        "MatMul" => matmul::matmul(b, op.x(0)?, op.x(1)?)?,
        "Gemm" => matmul::gemm(b, op)?,
        "Softmax" => norm::softmax(b, op)?,
        "BatchNormalization" if op.node.outputs.len() == 1 => norm::batch(b, op)?,
        "LayerNormalization" if op.node.outputs.len() == 1 => norm::layer(b, op)?,
        "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" => reduce::reduce(b, op)?,
        "Split" => return shape::split(b, op),
        _ => shape::lower(b, op)?,
    };
    Ok(vec![one])
}

/// Powers with a constant exponent that are products, roots or reciprocals.
fn power(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
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

fn prelu(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    leaky(b, op.x(0)?, op.x(1)?)
}

/// max(x, 0) + min(x, 0) · slope. LeakyRelu too: wonnx fuses its own with a Conv before it, wrongly.
fn leaky(b: &mut Builder, x: Id, slope: Id) -> Result<Id, Why> {
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
fn softplus(b: &mut Builder, x: Id) -> Result<Id, Why> {
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
fn tanh(b: &mut Builder, x: Id) -> Result<Id, Why> {
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
fn gelu(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
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

fn hard_sigmoid(b: &mut Builder, x: Id, alpha: f32, beta: f32) -> Result<Id, Why> {
    let y = b.times(x, alpha)?;
    let y = b.plus(y, beta)?;
    b.clip(y, Some(0.0), Some(1.0))
}

fn sum(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let all = op.all()?;
    let first = *all.first().ok_or(Why::Missing { index: 0 })?;
    let total = all[1..]
        .iter()
        .try_fold(first, |sum, next| b.binary(Binary::Add, sum, *next))?;
    if op.node.op_type == "Mean" {
        b.times(total, 1.0 / all.len() as f32)
    } else {
        Ok(total)
    }
}

/// Clip: bounds are attributes before opset 11, optional inputs since.
fn clip(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    if op.opset < 11 {
        return b.clip(x, op.optional_float("min"), op.optional_float("max"));
    }
    let mut bounds = [None, None];
    let mut computed = false;
    for (bound, input) in bounds.iter_mut().zip([op.optional(1), op.optional(2)]) {
        match input.map(|id| b.known_floats(id, "bounds")) {
            Some(Ok((_, values))) => *bound = Some(*values.first().ok_or(Why::Empty)?),
            Some(Err(Why::Computed { .. })) => computed = true,
            Some(Err(why)) => return Err(why),
            None => {}
        }
    }
    if !computed {
        return b.clip(x, bounds[0], bounds[1]);
    }
    let mut y = x;
    for (which, input) in [
        (Extreme::Max, op.optional(1)),
        (Extreme::Min, op.optional(2)),
    ] {
        if let Some(bound) = input {
            y = b.extreme(which, y, bound)?;
        }
    }
    Ok(y)
}

/// Cast: constants at once; on the GPU only where every value keeps its number.
fn cast(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let from = b.dtype(x);
    let code = op.int("to", 0);
    let to = DataType::from_code(code).ok_or_else(|| Why::Attribute {
        name: "to",
        value: DataType::name_of_code(code),
    })?;
    if from == to {
        return Ok(x);
    }
    if let Some(tensor) = b.known(x) {
        let data = cast_known(&tensor, to).ok_or(Why::Type(to))?;
        let tensor =
            Tensor::new(tensor.dims().to_vec(), data).ok_or(Why::Dims { what: "constants" })?;
        return Ok(b.constant(tensor));
    }
    match (from, to) {
        // A whole number below 2^24 is the same number as f32, and in any type that holds all values of its own.
        (_, DataType::F32) => b.as_f32(x),
        (from, to) if widens(from, to) => Ok(b.alias(x, to)),
        (_, to) => Err(Why::Type(to)),
    }
}

/// Whether `to` holds every value of the integer type `from`.
fn widens(from: DataType, to: DataType) -> bool {
    use DataType::{Bool, I16, I32, I64, I8, U16, U32, U64, U8};
    matches!(
        (from, to),
        (Bool, U8 | I8 | U16 | I16 | U32 | I32 | U64 | I64)
            | (U8, U16 | I16 | U32 | I32 | U64 | I64)
            | (I8, I16 | I32 | I64)
            | (U16, U32 | I32 | U64 | I64)
            | (I16, I32 | I64)
            | (U32, U64 | I64)
            | (I32, I64)
    )
}

/// The casts of constants that shape computations and parameters need: between int32 and int64, from bool and integers to
/// f32. Nothing wraps: what does not fit is refused.
fn cast_known(tensor: &Tensor, to: DataType) -> Option<Data> {
    let whole = tensor.to_i64();
    Some(match (tensor.data(), to) {
        (Data::Bool(values), DataType::F32) => {
            Data::F32(values.iter().map(|v| f32::from(u8::from(*v))).collect())
        }
        (Data::Bool(values), DataType::I64) => {
            Data::I64(values.iter().map(|v| i64::from(*v)).collect())
        }
        (_, DataType::I64) => Data::I64(whole?),
        (_, DataType::I32) => Data::I32(
            whole?
                .iter()
                .map(|v| i32::try_from(*v))
                .collect::<Result<_, _>>()
                .ok()?,
        ),
        (_, DataType::F32) => {
            let whole = whole?;
            // Beyond 2^24 the rounding would be f32's, which is what ONNX asks for; `as` rounds to nearest, ties to even.
            Data::F32(whole.iter().map(|v| *v as f32).collect())
        }
        _ => return None,
    })
}

/// OneHot over a new last axis: equality with 0, 1, 2, …; a negative index counts from the end.
fn one_hot(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    if b.dtype(x) == DataType::F32 {
        return Err(Why::Type(DataType::F32));
    }
    let rank = b.dims(x).len() as i64;
    let axis = op.int("axis", -1);
    if axis != -1 && axis != rank {
        return Err(Why::Attribute {
            name: "axis",
            value: axis.to_string(),
        });
    }
    let depth = *b
        .known_ints(op.x(1)?, "depths")?
        .first()
        .ok_or(Why::Empty)?;
    let (_, values) = b.known_floats(op.x(2)?, "values")?;
    let [off, on] = values.as_slice() else {
        return Err(Why::Dims { what: "values" });
    };
    if !(1..=super::builder::EXACT).contains(&depth) {
        return Err(Why::TooLarge);
    }
    let mut dims = b.dims(x).to_vec();
    dims.push(1);
    let x = b.reshape(x, &dims)?;
    let x = b.alias(x, DataType::I64);
    let mut hot = None;
    for from in [0, -depth] {
        let classes = b.constant(Tensor::vector((from..from + depth).collect::<Vec<i64>>()));
        let equal = b.equal(x, classes)?;
        let equal = b.as_f32(equal)?;
        hot = Some(match hot {
            None => equal,
            Some(other) => b.binary(Binary::Add, other, equal)?,
        });
    }
    let hot = hot.ok_or(Why::Empty)?;
    let scaled = b.times(hot, on - off)?;
    b.plus(scaled, *off)
}

/// Dropout does nothing when it does not train.
fn dropout(b: &Builder, op: &Op<'_>) -> Result<Id, Why> {
    if let Some(training) = op.optional(2) {
        let training = b.must_know(training, "training modes")?;
        if training
            .elements::<bool>()
            .is_none_or(|flags| flags.contains(&true))
        {
            return Err(Why::Attribute {
                name: "training_mode",
                value: "true".to_owned(),
            });
        }
    }
    op.x(0)
}
