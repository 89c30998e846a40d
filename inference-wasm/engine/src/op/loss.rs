//! Losses.

use countersign_abi::EngineError;
use countersign_onnx::{Attribute, Element};

use super::number::{Float, Number};
use crate::call::{compute, tensor, Call, Outputs};

/// NegativeLogLikelihoodLoss-12, -13, -22.
pub(crate) fn negative_log_likelihood(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => {
        let log: Vec<T> = call.elements::<T>(0)?.to_vec();
        loss::<T>(call, &log)
    })
}

/// SoftmaxCrossEntropyLoss-12, -13: the loss, and the logarithms of the probabilities.
pub(crate) fn softmax_cross_entropy(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => {
        type W = <T as Float>::Wide;
        let dims = call.input(0)?.dims().to_vec();
        let (batches, classes, inner) = split(&dims)?;
        let scores = call.elements::<T>(0)?;
        let mut log = scores.to_vec();
        for row in 0..batches {
            for offset in 0..inner {
                let at = |class: usize| (row * classes + class) * inner + offset;
                let peak = (0..classes).fold(W::LOWEST, |peak, c| peak.greater_of(scores[at(c)].widen()));
                let sum = (0..classes).fold(W::ZERO, |sum, c| sum.add(scores[at(c)].widen().sub(peak).libm_exp()));
                let shift = sum.libm_ln();
                (0..classes).for_each(|c| log[at(c)] = T::narrow(scores[at(c)].widen().sub(peak).sub(shift)));
            }
        }
        let mut outputs = loss::<T>(call, &log)?;
        outputs.push(tensor(dims, log)?);
        Ok(outputs)
    })
}

/// Batches, classes, and what follows.
fn split(dims: &[usize]) -> Result<(usize, usize, usize), EngineError> {
    match dims {
        [batches, classes, inner @ ..] => Ok((*batches, *classes, inner.iter().product())),
        _ => Err(compute("a batch and a class dimension are needed")),
    }
}

fn loss<T: Float>(call: &Call<'_>, log: &[T]) -> Outputs {
    let dims = call.input(0)?.dims();
    let (batches, classes, inner) = split(dims)?;
    let mut expected = vec![batches];
    expected.extend(&dims[2..]);
    let targets = call.ints(1)?;
    if call.input(1)?.dims() != expected {
        return Err(compute(format!(
            "the targets have the shape {:?}, not {expected:?}",
            call.input(1)?.dims()
        )));
    }
    let weights = call
        .optional(2)
        .map(|_| call.elements::<T>(2))
        .transpose()?;
    if weights.is_some_and(|weights| weights.len() != classes) {
        return Err(compute("a weight is needed for every class"));
    }
    let ignored = match call.node.attributes.get("ignore_index") {
        Some(Attribute::Int(value)) => Some(*value),
        _ => None,
    };
    let (mut losses, mut shares) = (
        Vec::with_capacity(targets.len()),
        Vec::with_capacity(targets.len()),
    );
    for (index, target) in targets.iter().enumerate() {
        if Some(*target) == ignored {
            losses.push(T::Wide::ZERO);
            shares.push(T::Wide::ZERO);
            continue;
        }
        let class = usize::try_from(*target)
            .ok()
            .filter(|class| *class < classes);
        let class = class
            .ok_or_else(|| compute(format!("target {target} is none of {classes} classes")))?;
        let (row, offset) = (index / inner, index % inner);
        let share = weights.map_or(T::Wide::ONE, |weights| weights[class].widen());
        losses.push(
            log[(row * classes + class) * inner + offset]
                .widen()
                .neg()
                .mul(share),
        );
        shares.push(share);
    }
    let sum = |values: &[T::Wide]| values.iter().fold(T::Wide::ZERO, |sum, x| sum.add(*x));
    let total = match call.string("reduction", "mean")? {
        "none" => {
            let losses = losses.into_iter().map(T::narrow).collect();
            return Ok(vec![tensor(expected, losses)?]);
        }
        "sum" => sum(&losses),
        "mean" => sum(&losses).over(sum(&shares)),
        other => return call.unknown_value("reduction", other),
    };
    Ok(vec![tensor(Vec::new(), vec![T::narrow(total)])?])
}
