//! Operators that move elements, and those that only rename them (EXACT 2.2).

use std::sync::Arc;

use countersign_onnx::{Attribute, Node};
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::num::int_of_bits;
use countersign_shared::exact::reason::Reason;
use countersign_shared::exact::step::Op;

use crate::builder::{attribute, axis, bits, int, ints, sizes, text, Builder, Value};
use crate::{fault, Fault};

pub(crate) fn pad(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    if text(node, "mode", "constant")? != "constant" {
        return fault(Reason::Attribute, "mode must be constant");
    }
    let pads = builder.integers(builder.input(node, 1)?)?;
    let value = node.input(2).map_or(Ok(0), |name| builder.scalar(name))?;
    let x = builder.operand(builder.input(node, 0)?)?;
    let rank = x.dims.rank();
    let axes = match node.input(3) {
        Some(name) => builder.integers(name)?,
        None => (0..).take(rank).collect(),
    };
    if pads.len() != axes.len().saturating_mul(2) {
        return fault(Reason::Attribute, "pads needs two numbers for each axis");
    }
    let (begins, ends) = pads.split_at(axes.len());
    let (mut begin, mut out) = (vec![0; rank], x.dims.sizes().to_vec());
    let mut seen = vec![false; rank];
    for ((place, first), last) in axes.iter().zip(begins).zip(ends) {
        let place = axis(*place, rank)?;
        let pads = u32::try_from(*first).ok().zip(u32::try_from(*last).ok());
        let Some((first, last)) = pads else {
            return fault(Reason::Attribute, "a pad is negative or too large");
        };
        let (Some(begin), Some(out), Some(seen)) = (
            begin.get_mut(place),
            out.get_mut(place),
            seen.get_mut(place),
        ) else {
            return fault(Reason::Attribute, "there is no such axis");
        };
        if std::mem::replace(seen, true) {
            return fault(Reason::Attribute, "an axis is named twice");
        }
        *begin = attribute(i64::from(first), "pads")?;
        let grown = out
            .checked_add(first)
            .and_then(|size| size.checked_add(last));
        *out = grown.ok_or((Reason::Size, String::from("the padded tensor is too large")))?;
    }
    begin.push(value);
    builder.step(output, Op::Pad, vec![x], dims(&out)?, begin)
}

fn dims(out: &[u32]) -> Result<Dims, Fault> {
    Dims::new(out).map_err(|error| (Reason::Size, error.to_string()))
}

pub(crate) fn concat(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    if node.inputs.is_empty() || node.inputs.len() > 32 {
        let detail = format!("{} tensors joined; 1 to 32 are possible", node.inputs.len());
        return fault(Reason::Size, detail);
    }
    let mut operands = Vec::new();
    for index in 0..node.inputs.len() {
        operands.push(builder.operand(builder.input(node, index)?)?);
    }
    let first = operands
        .first()
        .map(|operand| operand.dims.sizes().to_vec());
    let mut out = first.unwrap_or_default();
    let Some(Attribute::Int(place)) = node.attributes.get("axis") else {
        return fault(Reason::Attribute, "axis is missing");
    };
    let place = axis(*place, out.len())?;
    let mut along = operands
        .iter()
        .map(|operand| operand.dims.sizes().get(place).copied());
    let along = along.try_fold(0_u32, |sum, size| sum.checked_add(size?));
    if let (Some(size), Some(along)) = (out.get_mut(place), along) {
        *size = along;
    }
    let attributes = vec![attribute(i64::try_from(place).unwrap_or(i64::MAX), "axis")?];
    builder.step(output, Op::Concat, operands, dims(&out)?, attributes)
}

pub(crate) fn transpose(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let x = builder.operand(builder.input(node, 0)?)?;
    let rank = x.dims.rank();
    let perm = ints(node, "perm")?.unwrap_or_else(|| {
        (0..)
            .take(rank)
            .collect::<Vec<i64>>()
            .into_iter()
            .rev()
            .collect()
    });
    if perm.len() != rank {
        return fault(Reason::Attribute, "perm must name every axis");
    }
    let (mut out, mut attributes) = (Vec::new(), Vec::new());
    for place in perm {
        let size = usize::try_from(place)
            .ok()
            .and_then(|axis| x.dims.sizes().get(axis));
        let Some(size) = size else {
            return fault(Reason::Attribute, format!("there is no axis {place}"));
        };
        out.push(*size);
        attributes.push(attribute(place, "perm")?);
    }
    builder.step(output, Op::Transpose, vec![x], dims(&out)?, attributes)
}

/// Resize: nearest, asymmetric, floor, by whole factors.
pub(crate) fn resize(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let mode = text(node, "mode", "nearest")?;
    let coordinates = text(node, "coordinate_transformation_mode", "half_pixel")?;
    let nearest = text(node, "nearest_mode", "round_prefer_floor")?;
    let plain = int(node, "antialias", 0)? == 0
        && text(node, "keep_aspect_ratio_policy", "stretch")? == "stretch";
    if mode != "nearest" || coordinates != "asymmetric" || nearest != "floor" || !plain {
        return fault(Reason::Attribute, "only nearest, asymmetric, floor");
    }
    let x = builder.operand(builder.input(node, 0)?)?;
    let rank = x.dims.rank();
    let axes = ints(node, "axes")?.unwrap_or_else(|| (0..).take(rank).collect());
    let given = |index: usize| {
        node.input(index)
            .map(|name| Ok((name, builder.constant(name)?)))
    };
    let scales = given(2)
        .transpose()?
        .filter(|(_, tensor)| !tensor.is_empty());
    let out_sizes = given(3)
        .transpose()?
        .filter(|(_, tensor)| !tensor.is_empty());
    let mut factors = vec![1_u32; rank];
    let set = |factors: &mut Vec<u32>, place: i64, factor: Option<u32>| {
        let slot = factors.get_mut(axis(place, rank)?);
        match (slot, factor) {
            (Some(slot), Some(factor)) if factor >= 1 => {
                *slot = factor;
                Ok(())
            }
            _ => fault(Reason::Attribute, "sizes must grow by whole factors"),
        }
    };
    match (scales, out_sizes) {
        (Some((name, scales)), None) => {
            let scales = bits(scales, name)?;
            if scales.len() != axes.len() {
                return fault(Reason::Attribute, "scales needs one number for each axis");
            }
            for (place, scale) in axes.iter().zip(scales) {
                let factor = int_of_bits(scale).and_then(|factor| u32::try_from(factor).ok());
                set(&mut factors, *place, factor)?;
            }
        }
        (None, Some((name, _))) => {
            let wanted = builder.integers(name)?;
            if wanted.len() != axes.len() {
                return fault(Reason::Attribute, "sizes needs one number for each axis");
            }
            for (place, wanted) in axes.iter().zip(wanted) {
                let size = x
                    .dims
                    .sizes()
                    .get(axis(*place, rank)?)
                    .copied()
                    .unwrap_or(1);
                let wanted = u32::try_from(wanted).ok();
                let whole = wanted.filter(|wanted| wanted.checked_rem(size) == Some(0));
                set(
                    &mut factors,
                    *place,
                    whole.and_then(|wanted| wanted.checked_div(size)),
                )?;
            }
        }
        _ => {
            return fault(
                Reason::Attribute,
                "exactly one of scales and sizes must be given",
            )
        }
    }
    let (mut out, mut attributes) = (Vec::new(), Vec::new());
    for (size, factor) in x.dims.sizes().iter().zip(&factors) {
        let grown = size.checked_mul(*factor);
        out.push(grown.ok_or((
            Reason::Size,
            String::from("the resized tensor is too large"),
        ))?);
        attributes.push(attribute(i64::from(*factor), "scales")?);
    }
    builder.step(output, Op::Upsample, vec![x], dims(&out)?, attributes)
}

/// The same elements in another shape: no step.
fn rename(builder: &mut Builder, name: &str, output: &str, out: &[u32]) -> Result<(), Fault> {
    let new = dims(out)?;
    if builder.dims(name)?.elements() != new.elements() {
        return fault(
            Reason::Attribute,
            format!("{name} has not as many elements as {new:?}"),
        );
    }
    let value = match builder.value(name)?.clone() {
        Value::Leaf { leaf, .. } => Value::Leaf { leaf, dims: new },
        Value::Constant { source, tensor } => {
            let wide = new
                .sizes()
                .iter()
                .map(|size| usize::try_from(*size).unwrap_or(usize::MAX));
            let reshaped = tensor.as_ref().clone().reshaped(wide.collect());
            let tensor =
                reshaped.ok_or((Reason::Attribute, format!("{name} cannot be reshaped")))?;
            Value::Constant {
                source,
                tensor: Arc::new(tensor),
            }
        }
        pending @ Value::Pending(_) => pending,
    };
    builder.define(output, value);
    Ok(())
}

pub(crate) fn identity(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let value = builder.value(builder.input(node, 0)?)?.clone();
    builder.define(output, value);
    Ok(())
}

pub(crate) fn reshape(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let name = builder.input(node, 0)?;
    let old = builder.dims(name)?;
    let wanted = builder.integers(builder.input(node, 1)?)?;
    let zero_stays = int(node, "allowzero", 0)? == 0;
    let (mut out, mut open) = (Vec::new(), None);
    for (place, size) in wanted.into_iter().enumerate() {
        out.push(match size {
            -1 if open.is_none() => {
                open = Some(place);
                1
            }
            0 if zero_stays => match old.sizes().get(place) {
                Some(size) => *size,
                None => return fault(Reason::Attribute, "a 0 in the shape copies no axis"),
            },
            size => match u32::try_from(size).ok().filter(|size| *size >= 1) {
                Some(size) => size,
                None => return fault(Reason::Attribute, format!("{size} in the shape")),
            },
        });
    }
    if let Some(place) = open {
        let others = out
            .iter()
            .try_fold(1_u32, |product, size| product.checked_mul(*size));
        let rest = others.filter(|others| old.elements().checked_rem(*others) == Some(0));
        let rest = rest.and_then(|others| old.elements().checked_div(others));
        let Some((rest, slot)) = rest.zip(out.get_mut(place)) else {
            return fault(Reason::Attribute, "the elements do not fill the shape");
        };
        *slot = rest;
    }
    rename(builder, name, output, &out)
}

pub(crate) fn flatten(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let name = builder.input(node, 0)?;
    let old = builder.dims(name)?;
    let rank = old.rank();
    let place = int(node, "axis", 1)?;
    let place = if i64::try_from(rank) == Ok(place) {
        rank
    } else {
        axis(place, rank)?
    };
    let (outer, inner) = old.sizes().split_at(place.min(rank));
    let product = |sizes: &[u32]| {
        sizes
            .iter()
            .fold(1_u32, |product, size| product.saturating_mul(*size))
    };
    rename(builder, name, output, &[product(outer), product(inner)])
}

/// The axes of Squeeze and Unsqueeze: their second input.
fn axes(builder: &Builder, node: &Node, rank: usize) -> Result<Option<Vec<bool>>, Fault> {
    let Some(name) = node.input(1) else {
        return Ok(None);
    };
    let mut chosen = vec![false; rank];
    for place in builder.integers(name)? {
        let chosen = chosen.get_mut(axis(place, rank)?);
        let Some(false) = chosen.map(|chosen| std::mem::replace(chosen, true)) else {
            return fault(Reason::Attribute, "an axis is named twice");
        };
    }
    Ok(Some(chosen))
}

pub(crate) fn squeeze(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let name = builder.input(node, 0)?;
    let old = builder.dims(name)?;
    let chosen = axes(builder, node, old.rank())?;
    if chosen
        .as_ref()
        .is_some_and(|chosen| !chosen.contains(&true))
    {
        // Some runtimes take none of the axes, some all of size 1.
        return fault(Reason::Attribute, "the list of axes is empty");
    }
    let chosen = chosen.unwrap_or_else(|| old.sizes().iter().map(|size| *size == 1).collect());
    let mut out = Vec::new();
    for (size, gone) in old.sizes().iter().zip(chosen) {
        match (gone, size) {
            (true, 1) => {}
            (true, size) => {
                return fault(
                    Reason::Attribute,
                    format!("an axis of size {size} cannot be squeezed"),
                )
            }
            (false, size) => out.push(*size),
        }
    }
    rename(builder, name, output, &out)
}

pub(crate) fn unsqueeze(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let name = builder.input(node, 0)?;
    let old = builder.dims(name)?;
    let added = builder.integers(builder.input(node, 1)?)?.len();
    let Some(chosen) = axes(builder, node, old.rank().saturating_add(added))? else {
        return fault(Reason::MissingValue, "axes are missing");
    };
    let mut rest = old.sizes().iter();
    let out: Vec<u32> = chosen
        .iter()
        .map(|new| {
            if *new {
                1
            } else {
                rest.next().copied().unwrap_or(1)
            }
        })
        .collect();
    sizes(
        &out.iter()
            .map(|size| usize::try_from(*size).unwrap_or(usize::MAX))
            .collect::<Vec<_>>(),
    )?;
    rename(builder, name, output, &out)
}
