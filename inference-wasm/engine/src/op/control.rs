//! If, Loop, Scan.

use std::sync::Arc;

use countersign_abi::EngineError;
use countersign_onnx::{Attribute, Tensor};

use crate::budget::Budget;
use crate::call::{compute, from_bits, unsupported};
use crate::exec::Step;
use crate::shape::{self, around};

type Values = Vec<Option<Arc<Tensor>>>;
type Results = Result<Vec<Arc<Tensor>>, EngineError>;

/// What a collected value takes: a tensor without elements takes memory, too.
fn held(value: &Arc<Tensor>) -> u64 {
    value.byte_len() as u64 + 256
}

/// The one bool of a tensor.
fn truth(value: &Arc<Tensor>) -> Result<bool, EngineError> {
    match value.elements::<bool>() {
        Some([truth]) => Ok(*truth),
        _ => Err(compute("a condition must be one bool")),
    }
}

/// If-1, -11, -13 and on.
pub(crate) fn branch(
    step: &Step,
    inputs: Values,
    outer: &[Option<Arc<Tensor>>],
    budget: &Budget,
) -> Results {
    let condition = inputs
        .first()
        .cloned()
        .flatten()
        .ok_or_else(|| compute("the condition is missing"))?;
    let name = if truth(&condition)? {
        "then_branch"
    } else {
        "else_branch"
    };
    step.body(name)?.run(Vec::new(), outer, budget)
}

/// Loop-1, -11, -13 and on.
pub(crate) fn repeat(
    step: &Step,
    inputs: Values,
    outer: &[Option<Arc<Tensor>>],
    budget: &Budget,
) -> Results {
    let body = step.body("body")?;
    let mut inputs = inputs.into_iter();
    let limit = match inputs.next().flatten() {
        Some(count) => match count.to_i64().as_deref() {
            Some([count]) => Some(*count),
            _ => return Err(compute("the trip count must be one integer")),
        },
        None => None,
    };
    let mut go = match inputs.next().flatten() {
        Some(condition) => truth(&condition)?,
        None => true,
    };
    let mut carried = inputs
        .map(|value| value.ok_or_else(|| compute("an initial value is missing")))
        .collect::<Result<Vec<_>, _>>()?;
    let states = carried.len();
    if body.inputs.len() != states + 2 || body.outputs.len() < states + 1 {
        return Err(compute("the body's inputs and outputs do not fit the loop"));
    }
    let mut collected: Vec<Vec<Arc<Tensor>>> = vec![Vec::new(); body.outputs.len() - 1 - states];
    let mut round = 0i64;
    while go && limit.is_none_or(|limit| round < limit) {
        budget.steps(1)?;
        let mut feed = vec![
            Arc::new(Tensor::scalar(round)),
            Arc::new(Tensor::scalar(go)),
        ];
        feed.append(&mut carried);
        let mut results = body.run(feed, outer, budget)?.into_iter();
        go = truth(
            &results
                .next()
                .ok_or_else(|| compute("the body has no condition"))?,
        )?;
        carried = results.by_ref().take(states).collect();
        for (list, value) in collected.iter_mut().zip(results) {
            budget.take(held(&value))?;
            list.push(value);
        }
        round += 1;
    }
    finish(carried, collected, &[], &[], budget)
}

/// Scan-9, -11, -16 and on.
pub(crate) fn scan(
    step: &Step,
    inputs: Values,
    outer: &[Option<Arc<Tensor>>],
    budget: &Budget,
) -> Results {
    let body = step.body("body")?;
    let inputs = inputs
        .into_iter()
        .map(|value| value.ok_or_else(|| compute("an input is missing")))
        .collect::<Result<Vec<_>, _>>()?;
    let scanned = match step.node.attributes.get("num_scan_inputs") {
        Some(Attribute::Int(count)) => shape::size(*count)?,
        _ => 0,
    };
    let states = inputs
        .len()
        .checked_sub(scanned)
        .filter(|_| scanned > 0)
        .ok_or_else(|| compute("there is nothing to scan"))?;
    if body.inputs.len() != inputs.len() || body.outputs.len() < states {
        return Err(compute("the body's inputs and outputs do not fit the scan"));
    }
    let list = |name: &str| match step.node.attributes.get(name) {
        Some(Attribute::Ints(values)) => values.as_slice(),
        _ => &[],
    };
    let at = |list: &[i64], index: usize| list.get(index).copied().unwrap_or(0);
    let (mut carried, sequences) = (inputs[..states].to_vec(), &inputs[states..]);
    let mut sources = Vec::with_capacity(scanned);
    for (index, sequence) in sequences.iter().enumerate() {
        let axis = shape::axis(at(list("scan_input_axes"), index), sequence.rank())?;
        sources.push((
            sequence,
            axis,
            flag(at(list("scan_input_directions"), index))?,
        ));
    }
    let length = sources
        .first()
        .map_or(0, |(sequence, axis, _)| sequence.dims()[*axis]);
    if sources
        .iter()
        .any(|(sequence, axis, _)| sequence.dims()[*axis] != length)
    {
        return Err(compute("the sequences differ in length"));
    }
    let mut collected: Vec<Vec<Arc<Tensor>>> = vec![Vec::new(); body.outputs.len() - states];
    for round in 0..length {
        budget.steps(1)?;
        let mut feed = std::mem::take(&mut carried);
        for (sequence, axis, reverse) in &sources {
            let position = if *reverse { length - 1 - round } else { round };
            feed.push(Arc::new(part(sequence, *axis, position)?));
        }
        let mut results = body.run(feed, outer, budget)?.into_iter();
        carried = results.by_ref().take(states).collect();
        for (list, value) in collected.iter_mut().zip(results) {
            budget.take(held(&value))?;
            list.push(value);
        }
    }
    finish(
        carried,
        collected,
        list("scan_output_axes"),
        list("scan_output_directions"),
        budget,
    )
}

fn flag(value: i64) -> Result<bool, EngineError> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(unsupported("a direction must be 0 or 1")),
    }
}

/// Final states, then every list of values joined along its axis.
fn finish(
    mut carried: Vec<Arc<Tensor>>,
    collected: Vec<Vec<Arc<Tensor>>>,
    axes: &[i64],
    reversed: &[i64],
    budget: &Budget,
) -> Results {
    for (index, mut list) in collected.into_iter().enumerate() {
        budget.give(list.iter().map(held).sum());
        if flag(reversed.get(index).copied().unwrap_or(0))? {
            list.reverse();
        }
        carried.push(Arc::new(stack(
            &list,
            axes.get(index).copied().unwrap_or(0),
        )?));
    }
    Ok(carried)
}

/// One position of an axis, without the axis.
fn part(sequence: &Tensor, axis: usize, position: usize) -> Result<Tensor, EngineError> {
    let (outer, length, inner) = around(sequence.dims(), axis);
    let mut dims = sequence.dims().to_vec();
    dims.remove(axis);
    for_bits!(sequence.dtype(), T => {
        let elements = sequence.data().bits::<T>().unwrap_or_default();
        let mut out: Vec<T> = Vec::with_capacity(outer * inner);
        for row in 0..outer {
            let from = (row * length + position) * inner;
            out.extend_from_slice(&elements[from..from + inner]);
        }
        from_bits(sequence.dtype(), dims, out)
    })
}

/// Equal tensors along a new axis.
fn stack(list: &[Arc<Tensor>], axis: i64) -> Result<Tensor, EngineError> {
    let first = list.first().ok_or_else(|| {
        unsupported("a loop without a single round has no shape for what it collects")
    })?;
    if list
        .iter()
        .any(|value| value.dims() != first.dims() || value.dtype() != first.dtype())
    {
        return Err(compute(
            "the rounds of a loop give values of different shapes",
        ));
    }
    let axis = shape::axis(axis, first.rank() + 1)?;
    let outer: usize = first.dims()[..axis].iter().product();
    let inner: usize = first.dims()[axis..].iter().product();
    let mut dims = first.dims().to_vec();
    dims.insert(axis, list.len());
    for_bits!(first.dtype(), T => {
        let mut out: Vec<T> = Vec::with_capacity(first.len() * list.len());
        for row in 0..outer {
            for value in list {
                out.extend_from_slice(&value.data().bits::<T>().unwrap_or_default()[row * inner..(row + 1) * inner]);
            }
        }
        from_bits(first.dtype(), dims, out)
    })
}
