//! MatMul of two dequantised matrices becomes one step on their integers (`op::product`).

use countersign_onnx::{Attribute, DataType};

use super::{Frame, Slot, Step};
use crate::op::product::product;
use crate::table::{Entry, Kernel, BYTES};

static PRODUCT: Entry = Entry {
    name: "MatMul",
    versions: 1..=13,
    types: BYTES,
    kernel: Kernel::Plain(product),
};

/// Where a dequantised value comes from.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    quantised: Slot,
    scale: Slot,
    zero: Slot,
    axis: i64,
}

/// Notes what a DequantizeLinear dequantises, if it has a zero point and does nothing unusual.
pub(super) fn note(step: &Step, frame: &mut Frame) {
    let int = |name: &str, default| match step.node.attributes.get(name) {
        Some(Attribute::Int(value)) => *value,
        _ => default,
    };
    let usual = int("block_size", 0) == 0 && int("output_dtype", 0) == 0;
    if let ("DequantizeLinear", true, [Some(quantised), Some(scale), Some(zero)], [Some(output)]) =
        (step.schema.name, usual, &*step.inputs, &*step.outputs)
    {
        let origin = Origin {
            quantised: *quantised,
            scale: *scale,
            zero: *zero,
            axis: int("axis", 1),
        };
        frame.origins.insert(*output, origin);
    }
}

impl Origin {
    /// One finite scale in single precision and one zero point of 8 bits, both constants.
    fn whole(&self, frame: &Frame) -> bool {
        self.scales(frame) == Some(1)
    }

    /// One for all, or, of a constant matrix, one per column.
    fn by_column(&self, frame: &Frame) -> bool {
        let known = frame.known.get(&self.quantised);
        let fits = |count: usize| {
            known.is_some_and(|matrix| {
                matches!(*matrix.dims(), [_, n] if n == count) && matches!(self.axis, 1 | -1)
            })
        };
        self.scales(frame)
            .is_some_and(|count| count == 1 || fits(count))
    }

    /// How many scales there are, if scales and zero points are constants that can be multiplied.
    fn scales(&self, frame: &Frame) -> Option<usize> {
        let (scale, zero) = (frame.known.get(&self.scale)?, frame.known.get(&self.zero)?);
        let list = scale.elements::<f32>()?;
        let bytes = matches!(zero.dtype(), DataType::U8 | DataType::I8);
        let usable = bytes && list.iter().all(|x| x.is_finite()) && scale.dims() == zero.dims();
        (usable && scale.rank() < 2).then_some(list.len())
    }
}

/// Replaces products of dequantised matrices, and drops the steps that nobody needs any more.
pub(super) fn fuse(steps: &mut Vec<Step>, frame: &Frame, outputs: &[Slot]) -> Vec<Step> {
    let mut bypassed = Vec::new();
    for step in steps.iter_mut() {
        let ("MatMul", [Some(a), Some(b)]) = (step.schema.name, &*step.inputs) else {
            continue;
        };
        let (Some(left), Some(right)) = (frame.origins.get(a), frame.origins.get(b)) else {
            continue;
        };
        if !left.whole(frame) || !right.by_column(frame) {
            continue;
        }
        bypassed.extend([*a, *b]);
        let inputs = [
            left.quantised,
            right.quantised,
            left.scale,
            right.scale,
            left.zero,
            right.zero,
        ];
        step.inputs = inputs.map(Some).to_vec();
        step.entry = &PRODUCT;
        step.fused = true;
    }
    let mut needed = vec![false; frame.slots];
    outputs.iter().for_each(|slot| needed[*slot] = true);
    for step in steps.iter() {
        let captured = step.bodies.iter().flat_map(|(_, body)| &body.captures);
        captured.for_each(|(slot, _)| needed[*slot] = true);
        step.inputs
            .iter()
            .flatten()
            .for_each(|slot| needed[*slot] = true);
    }
    let idle = |step: &Step| {
        let unused = |slot: &Slot| bypassed.contains(slot) && !needed[*slot];
        step.schema.name == "DequantizeLinear" && step.outputs.iter().flatten().all(unused)
    };
    let (dropped, kept) = steps.drain(..).partition(idle);
    *steps = kept;
    dropped
}
