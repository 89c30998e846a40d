//! Numbers as places in a table: Cast to integers, and Gather by integers that are computed.
//!
//! The GPU cannot refuse a number that no integer type, or no table, holds, as the engine does. So the limits of the numbers must
//! follow from the graph: from a Clip before, from a table's own entries.

use countersign_onnx::DataType;

use super::builder::{Builder, Id, Operand, Step, EXACT};
use super::refusal::Why;

/// How many steps are looked at for the limits of one value.
const LOOKED_AT: usize = 64;

/// Every number that a value may be lies within; infinite where nothing is known.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Limits {
    lo: f32,
    hi: f32,
}

impl Limits {
    const NONE: Self = Self {
        lo: f32::NEG_INFINITY,
        hi: f32::INFINITY,
    };

    /// Both ends through a function that keeps the order.
    fn map(self, function: fn(f32) -> f32) -> Self {
        Self {
            lo: function(self.lo),
            hi: function(self.hi),
        }
    }

    fn with(self, other: Self, function: fn(f32, f32) -> f32) -> Self {
        Self {
            lo: function(self.lo, other.lo),
            hi: function(self.hi, other.hi),
        }
    }

    fn hull(self, other: Self) -> Self {
        Self {
            lo: self.lo.min(other.lo),
            hi: self.hi.max(other.hi),
        }
    }

    fn within(self, lo: f32, hi: f32) -> bool {
        lo <= self.lo && self.hi <= hi
    }
}

fn limits(b: &Builder, id: Id, left: &mut usize) -> Limits {
    let Some(rest) = left.checked_sub(1) else {
        return Limits::NONE;
    };
    *left = rest;
    let id = b.resolve(id);
    if let Some(tensor) = b.known(id) {
        let floats = super::arithmetic::floats_of(&tensor).ok();
        let elements = floats.as_ref().and_then(|tensor| tensor.elements::<f32>());
        let each = elements.unwrap_or_default().iter();
        let hull = each.map(|value| Limits {
            lo: *value,
            hi: *value,
        });
        let finite = |limits: &Limits| limits.lo.is_finite() && limits.hi.is_finite();
        return hull
            .reduce(Limits::hull)
            .filter(finite)
            .unwrap_or(Limits::NONE);
    }
    b.made_by(id)
        .map_or(Limits::NONE, |step| of_step(b, step, left))
}

fn of_step(b: &Builder, step: &Step, left: &mut usize) -> Limits {
    let mut operand = |at: usize| match step.inputs.get(at) {
        Some(Operand::Value(id)) => limits(b, *id, left),
        _ => Limits::NONE,
    };
    match step.op {
        "Clip" => Limits {
            lo: operand(1).lo,
            hi: operand(2).hi,
        },
        "Relu" => operand(0).map(|value| value.max(0.0)),
        "Floor" => operand(0).map(f32::floor),
        "Trunc" => operand(0).map(f32::trunc),
        "Max" => operand(0).with(operand(1), f32::max),
        "Min" => operand(0).with(operand(1), f32::min),
        "Lookup" => operand(1),
        // Elements in other places.
        "Reshape" | "Transpose" | "Gather" => operand(0),
        "Concat" => {
            let parts = (0..step.inputs.len()).map(operand);
            parts.reduce(Limits::hull).unwrap_or(Limits::NONE)
        }
        _ => Limits::NONE,
    }
}

impl Builder {
    /// A computed f32 as an integer type: without what follows the point. `None` if its limits are not known to be those of whole
    /// numbers that f32 holds.
    pub fn truncated(&mut self, x: Id, to: DataType) -> Result<Option<Id>, Why> {
        let exact = EXACT as f32;
        let fits = matches!(to, DataType::I32 | DataType::I64)
            && limits(self, x, &mut LOOKED_AT.clone()).within(-exact, exact);
        if !fits {
            return Ok(None);
        }
        let dims = self.dims(x).to_vec();
        let whole = self.emit("Trunc", vec![x.into()], dims, to, vec![])?;
        Ok(Some(whole))
    }

    /// The entries of a known table of one axis in the places that `index` says, which may count from the end. `None` if that is
    /// not what this is, or a place may lie outside.
    pub fn lookup(&mut self, table: Id, index: Id) -> Result<Option<Id>, Why> {
        let &[length] = self.dims(table) else {
            return Ok(None);
        };
        let plain = self.known(table).is_some() && self.dtype(table) == DataType::F32;
        if !plain || length as i64 > EXACT {
            return Ok(None);
        }
        let (lo, hi) = (-(length as f32), length as f32 - 1.0);
        if !limits(self, index, &mut LOOKED_AT.clone()).within(lo, hi) {
            return Ok(None);
        }
        let dims = self.dims(index).to_vec();
        let operands = vec![index.into(), table.into()];
        self.emit_f32("Lookup", operands, dims, vec![]).map(Some)
    }
}
