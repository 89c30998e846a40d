//! The operators without terms (EXACT 3).

use super::dims::{Coordinates, MAX_RANK};
use super::element::{bounded, load, load_shift, operand};
use super::loads::{Fault, Loads};
use super::malformed::Malformed;
use super::num::{at, div, narrow};
use super::step::{Op, Operand, Step};

/// The element at coordinates `c` of the output.
pub(super) fn element(step: &Step, c: &Coordinates, loads: &mut impl Loads) -> Result<i32, Fault> {
    let c = c.get(..step.dims.rank()).unwrap_or(&[]);
    match step.op {
        Op::Add | Op::Mul => {
            let p = i64::from(broadcast(step, 0, c, loads)?);
            let q = i64::from(broadcast(step, 1, c, loads)?);
            // Both are below 2^24 in magnitude.
            bounded(if step.op == Op::Add {
                p.saturating_add(q)
            } else {
                p.saturating_mul(q)
            })
        }
        Op::Clip => {
            let x = broadcast(step, 0, c, loads)?;
            Ok(clip(x, attribute(step, 0)?, attribute(step, 1)?))
        }
        Op::Requant => requant(step, c, loads),
        Op::Pad => pad(step, c, loads),
        Op::Concat => concat(step, c, loads),
        Op::Transpose => {
            let mut from = [0; MAX_RANK];
            for (axis, coordinate) in step.attributes.iter().zip(c) {
                let axis = usize::try_from(*axis)
                    .ok()
                    .and_then(|axis| from.get_mut(axis));
                *axis.ok_or(Fault::Malformed(Malformed::Perm))? = *coordinate;
            }
            exactly(step, &from, loads)
        }
        Op::Upsample => {
            let mut from = [0; MAX_RANK];
            for ((to, factor), coordinate) in from.iter_mut().zip(&step.attributes).zip(c) {
                let factor = u32::try_from(*factor).ok().filter(|factor| *factor >= 1);
                let factor = factor.ok_or(Fault::Malformed(Malformed::Factor))?;
                *to = div(*coordinate, factor);
            }
            exactly(step, &from, loads)
        }
        Op::Lut => {
            let index = broadcast(step, 0, c, loads)? & 255;
            load(step, 1, u32::try_from(index).ok(), loads)
        }
        Op::Conv | Op::MatMul | Op::SumPool | Op::MaxPool => Err(Fault::Malformed(Malformed::Sum)),
    }
}

fn attribute(step: &Step, index: usize) -> Result<i32, Fault> {
    let attribute = step.attributes.get(index).copied();
    attribute.ok_or(Fault::Malformed(Malformed::Attribute))
}

/// min(max(x, lo), hi): unlike `clamp` defined for any limits.
fn clip(x: i32, lo: i32, hi: i32) -> i32 {
    x.max(lo).min(hi)
}

/// An element of an operand that repeats along axes of size 1.
fn broadcast(step: &Step, slot: usize, c: &[u32], loads: &mut impl Loads) -> Result<i32, Fault> {
    let index = operand(step, slot)?.dims.aligned(c);
    load(step, slot, index, loads)
}

/// An element of the one operand, which has the output's rank.
fn exactly(step: &Step, from: &Coordinates, loads: &mut impl Loads) -> Result<i32, Fault> {
    let from = from.get(..step.dims.rank()).unwrap_or(&[]);
    let index = operand(step, 0)?.dims.index(from);
    load(step, 0, index, loads)
}

fn requant(step: &Step, c: &[u32], loads: &mut impl Loads) -> Result<i32, Fault> {
    let pre = u32::try_from(attribute(step, 0)?);
    let pre = pre.map_err(|_| Fault::Malformed(Malformed::Pre))?;
    let x = broadcast(step, 0, c, loads)?;
    let shift = match step.operands.get(1) {
        Some(scale) => load_shift(&scale.dims, 1, c, loads)?,
        None => 0,
    };
    // |x| < 2^24: from 24 on every shift gives 0 or −1.
    let shifted = x >> pre.saturating_add(shift).min(31);
    Ok(clip(shifted, attribute(step, 1)?, attribute(step, 2)?))
}

fn pad(step: &Step, c: &[u32], loads: &mut impl Loads) -> Result<i32, Fault> {
    let dims = operand(step, 0)?.dims;
    if dims.rank() != step.dims.rank() {
        return Err(Fault::Malformed(Malformed::PadRank));
    }
    let mut from = [0; MAX_RANK];
    let axes = from
        .iter_mut()
        .zip(c)
        .zip(&step.attributes)
        .zip(dims.sizes());
    for (((to, coordinate), begin), size) in axes {
        let begin = u32::try_from(*begin);
        let begin = begin.map_err(|_| Fault::Malformed(Malformed::PadNegative))?;
        match coordinate.checked_sub(begin).filter(|inside| inside < size) {
            Some(inside) => *to = inside,
            None => return attribute(step, step.dims.rank()),
        }
    }
    exactly(step, &from, loads)
}

fn concat(step: &Step, c: &[u32], loads: &mut impl Loads) -> Result<i32, Fault> {
    let axis = usize::try_from(attribute(step, 0)?).ok();
    let place = axis.and_then(|axis| Some((axis, *c.get(axis)?)));
    let (axis, mut rest) = place.ok_or(Fault::Malformed(Malformed::Axis))?;
    for (slot, Operand { dims, .. }) in step.operands.iter().enumerate() {
        let size = dims.sizes().get(axis).copied();
        let size = size.ok_or(Fault::Malformed(Malformed::ConcatRank))?;
        if rest < size {
            let mut from = [0; MAX_RANK];
            for (to, coordinate) in from.iter_mut().zip(c) {
                *to = *coordinate;
            }
            if let Some(to) = from.get_mut(axis) {
                *to = rest;
            }
            let from = from.get(..at(u32::try_from(c.len()).unwrap_or(0)));
            return load(step, slot, from.and_then(|from| dims.index(from)), loads);
        }
        rest = rest.saturating_sub(size);
    }
    Err(Fault::OutOfRange {
        slot: narrow(step.operands.len()),
    })
}
