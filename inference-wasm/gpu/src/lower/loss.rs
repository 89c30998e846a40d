//! Losses, with classes that are known.

use super::arithmetic::Binary;
use super::builder::{Builder, Id};
use super::node::Op;
use super::norm::log_along;
use super::refusal::Why;
use super::scatter::{joined, pick};

/// SoftmaxCrossEntropyLoss: the loss, and the log-probabilities.
pub(crate) fn cross_entropy(b: &mut Builder, op: &Op<'_>) -> Result<Vec<Id>, Why> {
    let x = op.x(0)?;
    if b.dims(x).len() < 2 {
        return Err(Why::Rank(b.dims(x).len()));
    }
    let logs = log_along(b, x, 1)?;
    let loss = likelihood_of(b, op, logs)?;
    Ok(vec![loss, logs])
}

/// NegativeLogLikelihoodLoss.
pub(crate) fn likelihood(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    likelihood_of(b, op, op.x(0)?)
}

fn likelihood_of(b: &mut Builder, op: &Op<'_>, x: Id) -> Result<Id, Why> {
    let dims = b.dims(x).to_vec();
    let [_, classes, ..] = dims[..] else {
        return Err(Why::Rank(dims.len()));
    };
    let out: Vec<usize> = dims[..1].iter().chain(&dims[2..]).copied().collect();
    let (inner, elements): (usize, usize) = (dims[2..].iter().product(), dims.iter().product());
    let targets = b.must_know(op.x(1)?, "classes")?;
    if targets.dims() != out {
        return Err(Why::Dims { what: "classes" });
    }
    let targets = b.known_ints(op.x(1)?, "classes")?;
    let weights = match op.optional(2) {
        Some(weights) => b.known_floats(weights, "weights")?.1,
        None => vec![1.0; classes],
    };
    if weights.len() != classes {
        return Err(Why::Dims { what: "weights" });
    }
    let ignored = op
        .node
        .attributes
        .contains_key("ignore_index")
        .then(|| op.int("ignore_index", 0));
    let (mut positions, mut factors, mut total) = (Vec::new(), Vec::new(), 0.0f64);
    for (at, class) in targets.iter().enumerate() {
        if Some(*class) == ignored {
            // A zero is appended to the elements.
            positions.push(elements);
            factors.push(0.0);
            continue;
        }
        let class = usize::try_from(*class)
            .ok()
            .filter(|class| *class < classes);
        let class = class.ok_or(Why::Dims { what: "classes" })?;
        positions.push((at / inner * classes + class) * inner + at % inner);
        factors.push(-weights[class]);
        total += f64::from(weights[class]);
    }
    let zero = b.number(0.0);
    let padded = joined(b, x, zero)?;
    let taken = pick(b, padded, &positions, &out)?;
    let factors = b.floats(&out, factors)?;
    let each = b.binary(Binary::Mul, taken, factors)?;
    let reduction = op.text("reduction", "mean");
    if reduction == "none" {
        return Ok(each);
    }
    let axes: Vec<usize> = (0..out.len()).collect();
    let sum = b.reduce("ReduceSum", each, &axes, false)?;
    match reduction.as_str() {
        "sum" => Ok(sum),
        "mean" if total != 0.0 => b.times(sum, (1.0 / total) as f32),
        _ => Err(Why::Attribute {
            name: "reduction",
            value: reduction,
        }),
    }
}
