//! Chains of nodes that become one step (EXACT 1.6 to 1.8): their inner values are no integers.

use countersign_onnx::Node;
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::num::shift_of_scale;
use countersign_shared::exact::reason::Reason;
use countersign_shared::exact::step::{Op, Operand, Reference};

use crate::builder::{bits, Builder, Value};
use crate::node::broadcast;
use crate::{fault, Fault};

/// A value inside a chain.
#[derive(Clone)]
pub(crate) enum Pending {
    /// Sums of 2^k elements, standing for their average.
    Average { sums: Operand, k: u32 },
    /// After `Mul(2^-s)`.
    Scaled(Requant),
    /// After Floor.
    Floored(Requant),
    /// After Cast: an index into a table.
    Index(Operand),
}

/// What a requantisation knows before its limits.
#[derive(Clone)]
pub(crate) struct Requant {
    x: Operand,
    pre: u32,
    /// The name of the constant: it is numbered with the step that uses it.
    scale: Option<String>,
    dims: Dims,
}

/// Mul: of a chain if its one reader is a Floor and a factor is constant, else an ordinary product.
pub(crate) fn mul(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let (left, right) = (builder.input(node, 0)?, builder.input(node, 1)?);
    let constant = |name: &str| matches!(builder.any(name), Ok(Value::Constant { .. }));
    let (x, factor) = if constant(right) {
        (left, right)
    } else {
        (right, left)
    };
    let constant = constant(factor);
    let (x_sums, k) = match builder.any(x)? {
        Value::Pending(Pending::Average { sums, k }) => (Some(*sums), *k),
        _ => (None, 0),
    };
    if let Some(sums) = x_sums {
        if !constant {
            return fault(
                Reason::MissingClip,
                format!("{x} is an average: its factor must be constant"),
            );
        }
        // Over one element 2^k is 2^-0 too: the reader decides.
        let shift = k == 0 && builder.only_reader(output, "Floor");
        if !shift && is_power(builder, factor, k)? {
            let Reference::Leaf(leaf) = sums.reference else {
                return fault(Reason::Pattern, "an average of a constant");
            };
            let factors = builder.dims(factor)?;
            if !factors.repeats_to(&sums.dims) {
                return fault(Reason::Attribute, "the factor changes the average's shape");
            }
            builder.define(
                output,
                Value::Leaf {
                    leaf,
                    dims: sums.dims,
                },
            );
            return Ok(());
        }
    }
    let chained = constant && builder.only_reader(output, "Floor");
    if !chained {
        if x_sums.is_some() {
            return fault(
                Reason::MissingClip,
                format!("{x} is an average that no Floor and Clip follow"),
            );
        }
        return crate::node::binary(builder, node, output, Op::Mul);
    }
    let scales = bits(builder.constant(factor)?, factor)?;
    if let Some(wrong) = scales.iter().find(|bits| shift_of_scale(**bits).is_none()) {
        let detail = format!("{} is not 2^-s with s from 0 to 24", f32::from_bits(*wrong));
        return fault(Reason::ScaleNotPowerOfTwo, detail);
    }
    let x = match x_sums {
        Some(sums) => sums,
        None => builder.operand(x)?,
    };
    let dims = broadcast(&x.dims, &builder.dims(factor)?)?;
    let requant = Requant {
        x,
        pre: k,
        scale: Some(factor.to_owned()),
        dims,
    };
    builder.define(output, Value::Pending(Pending::Scaled(requant)));
    Ok(())
}

/// Whether all factors are 2^k.
fn is_power(builder: &Builder, factor: &str, k: u32) -> Result<bool, Fault> {
    let wanted = k.saturating_add(127) << 23;
    Ok(bits(builder.constant(factor)?, factor)?
        .iter()
        .all(|bits| *bits == wanted))
}

/// Floor: of a chain only.
pub(crate) fn floor(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let requant = match builder.any(builder.input(node, 0)?)? {
        Value::Pending(Pending::Scaled(requant)) => requant.clone(),
        Value::Pending(Pending::Average { sums, k }) => Requant {
            x: *sums,
            pre: *k,
            scale: None,
            dims: sums.dims,
        },
        _ => {
            return fault(
                Reason::Pattern,
                "Floor must follow Mul(2^-s) or an average over 2^k elements",
            )
        }
    };
    if !builder.only_reader(output, "Clip") {
        return fault(
            Reason::MissingClip,
            "Floor must be read by one Clip and nothing else",
        );
    }
    builder.define(output, Value::Pending(Pending::Floored(requant)));
    Ok(())
}

/// Clip: the end of a requantisation, or a step of its own.
pub(crate) fn clip(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    const GREATEST: i32 = (1 << 24) - 1;
    let x = builder.input(node, 0)?;
    let limit = |index: usize| {
        node.input(index)
            .map(|name| builder.scalar(name))
            .transpose()
    };
    if let Value::Pending(Pending::Floored(requant)) = builder.any(x)? {
        let requant = requant.clone();
        let (Some(lo), Some(hi)) = (limit(1)?, limit(2)?) else {
            return fault(Reason::MissingClip, "both limits are needed");
        };
        let pre = i32::try_from(requant.pre).unwrap_or(i32::MAX);
        let scale = requant
            .scale
            .map(|name| builder.operand(&name))
            .transpose()?;
        let operands = [Some(requant.x), scale].into_iter().flatten().collect();
        return builder.step(
            output,
            Op::Requant,
            operands,
            requant.dims,
            vec![pre, lo, hi],
        );
    }
    let (lo, hi) = (
        limit(1)?.unwrap_or(-GREATEST),
        limit(2)?.unwrap_or(GREATEST),
    );
    let x = builder.operand(x)?;
    builder.step(output, Op::Clip, vec![x], x.dims, vec![lo, hi])
}

/// Cast to an integer: the index of a table.
pub(crate) fn cast(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    const INT32: i64 = 6;
    const INT64: i64 = 7;
    let to = crate::builder::int(node, "to", 0)?;
    if to != INT32 && to != INT64 {
        return fault(
            Reason::Pattern,
            "Cast must make the index of a table: int32 or int64",
        );
    }
    let x = builder.operand(builder.input(node, 0)?)?;
    builder.define(output, Value::Pending(Pending::Index(x)));
    Ok(())
}

/// Gather of such an index from a constant of 256 entries.
pub(crate) fn gather(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let (table, index) = (builder.input(node, 0)?, builder.input(node, 1)?);
    let Value::Pending(Pending::Index(x)) = builder.any(index)? else {
        return fault(Reason::Pattern, "the index must come from a Cast");
    };
    let x = *x;
    let dims = builder.constant(table)?.dims().to_vec();
    if dims != [256] {
        return fault(
            Reason::Pattern,
            format!("a table has 256 entries, this constant {dims:?}"),
        );
    }
    crate::builder::axis(crate::builder::int(node, "axis", 0)?, 1)?;
    let table = builder.operand(table)?;
    builder.step(output, Op::Lut, vec![x, table], x.dims, Vec::new())
}
