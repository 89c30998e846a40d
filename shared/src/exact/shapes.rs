//! Whether a step's shapes are those of its operator (EXACT 1.9, 2.4): every output element then
//! loads from inside its operands, and no window lies in padding only.

use super::analysis::Wrong;
use super::dims::Dims;
use super::num::{at, narrow};
use super::reason::Reason;
use super::step::{Op, Step};
use alloc::string::String;

fn wrong(what: &str) -> Wrong {
    (Reason::Attribute, String::from(what))
}

fn demand(right: bool, what: &str) -> Result<(), Wrong> {
    if right {
        Ok(())
    } else {
        Err(wrong(what))
    }
}

/// Checks the shapes. Kernels, groups and the sum's axis were checked by the plan.
pub(super) fn check(step: &Step) -> Result<(), Wrong> {
    let out = &step.dims;
    let shape = |slot: usize| step.operands.get(slot).map(|operand| operand.dims);
    let Some(x) = shape(0) else {
        return Err(wrong("an operand is missing"));
    };
    match step.op {
        Op::Conv | Op::SumPool | Op::MaxPool => {
            let [_, channels, ..] = out.four().unwrap_or([1; 4]);
            let bias = shape(2).is_none_or(|bias| bias.sizes() == [channels]);
            demand(bias, "the bias has one value for each output channel")?;
            // A convolution's window may lie in padding: its element is the bias. A pool's has none.
            for (axis, edge) in edges(step).into_iter().enumerate() {
                demand(
                    step.op == Op::Conv || edge.is_some(),
                    &alloc::format!("a window along spatial axis {axis} lies in padding only"),
                )?;
            }
            Ok(())
        }
        Op::MatMul => {
            let rank = out.rank();
            let transposed = step.attributes.first() == Some(&1);
            let b = shape(1).unwrap_or(x);
            let end = |dims: &Dims, back: usize| dims.sizes().iter().rev().nth(back).copied();
            let columns = if transposed { end(&b, 1) } else { end(&b, 0) };
            let fits = end(out, 1) == end(&x, 1) && end(out, 0) == columns;
            demand(
                fits && rank >= 2,
                "the output's last axes are rows and columns",
            )?;
            let batch = |dims: &Dims| {
                let outer = dims.sizes().iter().rev().skip(2);
                outer
                    .zip(out.sizes().iter().rev().skip(2))
                    .all(|(size, of)| *size == 1 || size == of)
            };
            demand(
                batch(&x) && batch(&b),
                "the outer axes repeat to the output's",
            )?;
            let bias = shape(2).is_none_or(|bias| bias.repeats_to(out));
            demand(bias, "the bias repeats to the output")
        }
        Op::Add | Op::Mul => {
            let both = shape(1).is_some_and(|q| q.repeats_to(out)) && x.repeats_to(out);
            demand(both, "both operands repeat to the output")
        }
        Op::Clip => demand(x == *out, "the shape stays"),
        Op::Requant => {
            let scale = shape(1).is_none_or(|scale| scale.repeats_to(out));
            demand(
                x == *out && scale,
                "the shape stays, and the scale repeats to it",
            )
        }
        Op::Lut => {
            let table = shape(1).is_some_and(|table| table.sizes() == [256]);
            demand(
                x == *out && table,
                "the shape stays, and the table has 256 entries",
            )
        }
        Op::Pad => {
            let axes = x.sizes().iter().zip(out.sizes()).zip(&step.attributes);
            let mut ends = axes.map(|((size, out), begin)| {
                let begin = u32::try_from(*begin).ok()?;
                out.checked_sub(*size)?.checked_sub(begin)
            });
            let fits = x.rank() == out.rank() && ends.all(|end| end.is_some());
            demand(fits, "pads are not negative")
        }
        Op::Concat => concat(step),
        Op::Transpose => transpose(step, &x),
        Op::Upsample => {
            let axes = x.sizes().iter().zip(out.sizes()).zip(&step.attributes);
            let mut axes = axes.map(|((size, out), factor)| {
                let factor = u32::try_from(*factor).unwrap_or(0);
                size.checked_mul(factor) == Some(*out)
            });
            let fits = x.rank() == out.rank() && axes.all(|fits| fits);
            demand(fits, "sizes grow by whole factors")
        }
    }
}

fn concat(step: &Step) -> Result<(), Wrong> {
    let axis = step.attributes.first().copied();
    let axis = axis.and_then(|axis| usize::try_from(axis).ok());
    let axis = axis.filter(|axis| *axis < step.dims.rank());
    let axis = axis.ok_or_else(|| wrong("there is no such axis"))?;
    let mut along = 0_u32;
    for operand in &step.operands {
        let sizes = operand.dims.sizes();
        let mut pairs = sizes.iter().zip(step.dims.sizes()).enumerate();
        let fits = sizes.len() == step.dims.rank()
            && pairs.all(|(place, (size, of))| place == axis || size == of);
        demand(fits, "joined tensors differ along one axis only")?;
        along = along.saturating_add(sizes.get(axis).copied().unwrap_or(0));
    }
    let fits = step.dims.sizes().get(axis) == Some(&along);
    demand(fits, "the joined sizes add up")
}

fn transpose(step: &Step, x: &Dims) -> Result<(), Wrong> {
    let mut seen = 0_u32;
    let mut fits = x.rank() == step.dims.rank();
    for (axis, out) in step.attributes.iter().zip(step.dims.sizes()) {
        let axis = u32::try_from(*axis).unwrap_or(u32::MAX);
        fits &= x.sizes().get(at(axis)) == Some(out);
        seen |= 1_u32.checked_shl(axis).unwrap_or(0);
    }
    fits &= seen.count_ones() == narrow(x.rank());
    demand(fits, "perm names every axis once")
}

/// Along both spatial axes: whether a window reaches over x's edge; `None` if one lies in padding
/// only.
fn edges(step: &Step) -> [Option<bool>; 2] {
    let none = [None, None];
    let (Some(x), Some(out)) = (
        step.operands.first().and_then(|x| x.dims.four()),
        step.dims.four(),
    ) else {
        return none;
    };
    let (kernel, numbers) = match step.op {
        Op::Conv => {
            let w = step.operands.get(1).and_then(|w| w.dims.four());
            let [_, _, kh, kw] = w.unwrap_or([0; 4]);
            ([kh, kw], step.attributes.get(1..))
        }
        _ => match step.attributes.as_slice() {
            [kh, kw, rest @ ..] => (
                [kh, kw].map(|size| u32::try_from(*size).unwrap_or(0)),
                Some(rest),
            ),
            _ => return none,
        },
    };
    let Some([sh, sw, ph, pw, dh, dw]) = numbers else {
        return none;
    };
    let ([_, _, h, w], [_, _, oh, ow], [kh, kw]) = (x, out, kernel);
    [
        axis(oh, h, kh, [*sh, *ph, *dh]),
        axis(ow, w, kw, [*sw, *pw, *dw]),
    ]
}

/// One axis: output size, input size, kernel, and stride, begin pad and dilation. Sizes are at
/// most 2^24 and the others below 2^31, so nothing saturates.
fn axis(out: u32, size: u32, kernel: u32, [stride, pad, dilation]: [i32; 3]) -> Option<bool> {
    let (stride, pad, dilation) = (i64::from(stride), i64::from(pad), i64::from(dilation));
    let span = dilation.saturating_mul(i64::from(kernel).saturating_sub(1));
    let mut over = false;
    for position in 0..out {
        let first = i64::from(position)
            .saturating_mul(stride)
            .saturating_sub(pad);
        let last = first.saturating_add(span);
        // The first tap that is not before the input.
        let skipped = if first < 0 {
            let missing = first.saturating_neg();
            let taps = missing.saturating_add(dilation.saturating_sub(1));
            taps.checked_div(dilation).unwrap_or(0)
        } else {
            0
        };
        let inside = first.saturating_add(skipped.saturating_mul(dilation));
        if skipped >= i64::from(kernel) || inside >= i64::from(size) {
            return None;
        }
        over |= first < 0 || last >= i64::from(size);
    }
    Some(over)
}

/// Whether some window reaches over the edge of x, or lies beyond it.
pub(super) fn reaches_over(step: &Step) -> bool {
    edges(step).into_iter().any(|edge| edge != Some(false))
}
