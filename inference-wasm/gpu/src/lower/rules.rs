//! Which operator is lowered by which rule.

use super::arithmetic::{Binary, Extreme};
use super::builder::{Builder, Id};
use super::node::Op;
use super::refusal::Why;
use super::{
    activation, cast, conv, function, layout, logic, loss, matmul, norm, pool, reduce, resize,
    scatter, shape, transposed,
};

/// The operators of wonnx with one operand that are right as they are.
/// Left out for that reason: Acosh, Asinh, Atanh, Sinh, Celu, Elu (see [`activation`]), Softplus ([`function::softplus`]).
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
    if matches!(name, "Neg" | "Abs") {
        if let Some(folded) = b.fold_whole(name, op.x(0)?)? {
            return Ok(vec![folded]);
        }
    }
    if let Some(name) = UNARY.iter().find(|unary| **unary == name) {
        return Ok(vec![b.unary(name, op.x(0)?)?]);
    }
    let one = match name {
        "Tanh" => function::tanh(b, op.x(0)?)?,
        "Sign" => b.unary("Sign", op.x(0)?)?,
        "Add" => b.binary(Binary::Add, op.x(0)?, op.x(1)?)?,
        "Sub" => b.binary(Binary::Sub, op.x(0)?, op.x(1)?)?,
        "Mul" => b.binary(Binary::Mul, op.x(0)?, op.x(1)?)?,
        "Div" => b.binary(Binary::Div, op.x(0)?, op.x(1)?)?,
        "Mod" => b.modulo(op.x(0)?, op.x(1)?, op.int("fmod", 0) != 0)?,
        "Pow" => function::power(b, op)?,
        "PRelu" => function::prelu(b, op)?,
        "LeakyRelu" => {
            let slope = b.number(op.float("alpha", 0.01));
            function::leaky(b, op.x(0)?, slope)?
        }
        "Softplus" => function::softplus(b, op.x(0)?)?,
        "Erf" => function::erf(b, op.x(0)?)?,
        "Gelu" => function::gelu(b, op)?,
        "HardSigmoid" => {
            function::hard_sigmoid(b, op.x(0)?, op.float("alpha", 0.2), op.float("beta", 0.5))?
        }
        "HardSwish" => {
            let gate = function::hard_sigmoid(b, op.x(0)?, 1.0 / 6.0, 0.5)?;
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
        "Cast" => cast::cast(b, op)?,
        "OneHot" => cast::one_hot(b, op)?,
        "Identity" => op.x(0)?,
        "Dropout" if op.node.outputs.len() == 1 => dropout(b, op)?,
        "Conv" => conv::conv(b, op)?,
        "ConvTranspose" => transposed::conv_transpose(b, op)?,
        "MaxPool" | "AveragePool" if op.node.outputs.len() == 1 => pool::pool(b, op)?,
        "GlobalAveragePool" | "GlobalMaxPool" => pool::global(b, op)?,
        "MatMul" => matmul::matmul(b, op.x(0)?, op.x(1)?)?,
        "Gemm" => matmul::gemm(b, op)?,
        "Softmax" => norm::softmax(b, op)?,
        "BatchNormalization" if op.node.outputs.len() == 1 => norm::batch(b, op)?,
        "LogSoftmax" => norm::log_softmax(b, op)?,
        "LayerNormalization" => return norm::layer(b, op),
        "RMSNormalization" => norm::root_mean_square(b, op)?,
        "InstanceNormalization" => norm::instance(b, op)?,
        "GroupNormalization" => norm::group(b, op)?,
        "MeanVarianceNormalization" => norm::mean_variance(b, op)?,
        "LpNormalization" => norm::lp(b, op)?,
        "LRN" => norm::local_response(b, op)?,
        "LpPool" => pool::lp(b, op)?,
        "SoftmaxCrossEntropyLoss" => return loss::cross_entropy(b, op),
        "NegativeLogLikelihoodLoss" => loss::likelihood(b, op)?,
        "CastLike" => cast::like(b, op)?,
        name if name.starts_with("Reduce") => reduce::reduce(b, op)?,
        "Split" => return layout::split(b, op),
        "Resize" | "Upsample" => resize::resize(b, op)?,
        "Gather" | "Slice" | "Expand" | "Tile" | "Pad" | "DepthToSpace" => layout::lower(b, op)?,
        _ => {
            if let Some(id) = activation::lower(b, op)? {
                id
            } else if let Some(id) = logic::lower(b, op)? {
                id
            } else if let Some(id) = scatter::lower(b, op)? {
                id
            } else {
                shape::lower(b, op)?
            }
        }
    };
    Ok(vec![one])
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
