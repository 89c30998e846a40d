//! Functions of one value as tables of 256 entries (EXACT 1.8), and the change of a value's unit before them.

use countersign_onnx::{Attribute, Node};

use super::{Exact, Lowering, OUTPUT_LEVELS};
use crate::dot::LIMIT;
use crate::graph::{refuse, Graph};
use crate::probe::Seen;
use crate::unary::{self, Function};
use crate::QuantiseError;

/// The rounding term of a shift.
pub(super) fn half(shift: u32) -> f64 {
    if shift == 0 {
        0.0
    } else {
        (1_u64 << (shift - 1)) as f64
    }
}

/// 256 entries of a function: at `lo + step · index`.
pub(super) struct Table {
    pub lo: f64,
    pub step: f64,
    pub values: Vec<f64>,
}

impl Table {
    /// Over the range on the samples, without its ends where the function does not change.
    pub(super) fn new(
        graph: &Graph<'_>,
        function: &Function<'_>,
        seen: &Seen,
        clip: (f64, f64),
    ) -> Self {
        const FINE: u32 = 4096;
        let (mut lo, mut hi) = (seen.lo.max(clip.0), seen.hi.min(clip.1));
        let at = |x: f64| function.at(graph, x);
        let fine = (hi - lo) / f64::from(FINE);
        let flat = |from: f64, step: f64| {
            let same = |count: &u32| at(from + step * f64::from(*count)) == at(from);
            (1..FINE).take_while(same).last().map_or(0.0, f64::from) * step
        };
        let (left, right) = (flat(lo, fine), flat(hi, -fine));
        if left - right < hi - lo {
            (lo, hi) = (lo + left, hi + right);
        }
        let step = if hi > lo { (hi - lo) / 255.0 } else { 1.0 };
        let values = (0..256)
            .map(|index| at(lo + step * f64::from(index)))
            .collect();
        Self { lo, step, values }
    }
}

impl<'m> Lowering<'_, 'm> {
    pub(super) fn table(
        &mut self,
        function: &Function<'m>,
        table: &Table,
        index: &str,
    ) -> Result<(), QuantiseError> {
        const INT32: i64 = 6;
        self.done.extend(function.indices());
        let levels = if self.graph.is_output(&function.result) {
            OUTPUT_LEVELS
        } else {
            self.levels
        };
        let most = table
            .values
            .iter()
            .fold(0.0_f64, |most, value| most.max(value.abs()));
        let scale = if most > 0.0 { most / levels } else { 1.0 };
        let entries: Vec<f64> = table
            .values
            .iter()
            .map(|value| libm::rint(value / scale))
            .collect();
        let ends = entries
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), one| {
                (lo.min(*one), hi.max(*one))
            });
        let constant = self.emitter.constant(vec![entries.len()], &entries);
        let index = self
            .emitter
            .node("Cast", &[index], vec![("to", Attribute::Int(INT32))]);
        let name = self.emitter.node(
            "Gather",
            &[&constant, &index],
            vec![("axis", Attribute::Int(0))],
        );
        let value = Exact {
            name,
            scale,
            lo: ends.0 as i64,
            hi: ends.1 as i64,
        };
        self.values.insert(function.result.clone(), value);
        Ok(())
    }

    /// A value that is computed with its usual scale, then what follows it if that is a function of it alone.
    pub(super) fn finish(
        &mut self,
        node: &'m Node,
        result: &str,
        value: Exact,
    ) -> Result<(), QuantiseError> {
        let function = unary::function(self.graph, result);
        let Some(function) = function else {
            self.values.insert(result.to_owned(), value);
            return Ok(());
        };
        let table = Table::new(
            self.graph,
            &function,
            self.graph.seen(node, result)?,
            (f64::NEG_INFINITY, f64::INFINITY),
        );
        let (scaled, shift) = self.rescaled(&value, table.step);
        let offset = libm::rint(-table.lo / table.step * (1_u64 << shift) as f64) + half(shift);
        if offset.abs() + scaled.most() >= LIMIT {
            return refuse(node, "its table's index does not fit below 2^24");
        }
        let offset = self.emitter.constant(Vec::new(), &[offset]);
        let sum = self
            .emitter
            .node("Add", &[&scaled.name, &offset], Vec::new());
        let index = self.emitter.requantise(&sum, &[shift], 4, (0, 255));
        self.table(&function, &table, &index)
    }

    /// `value · factor`, where a step of `scale` is `2^shift` steps of the product; at most a quarter of the bound.
    pub(super) fn rescaled(&mut self, value: &Exact, scale: f64) -> (Exact, u32) {
        let ratio = value.scale / scale;
        let fits = |shift: &u32| {
            libm::rint(ratio * (1_u64 << shift) as f64) * value.most().max(1.0) < LIMIT / 4.0
        };
        let shift = (0..=15).rev().find(fits).unwrap_or(0);
        (
            self.times(value, libm::rint(ratio * (1_u64 << shift) as f64)),
            shift,
        )
    }

    pub(super) fn times(&mut self, value: &Exact, factor: f64) -> Exact {
        let constant = self.emitter.constant(Vec::new(), &[factor]);
        Exact {
            name: self
                .emitter
                .node("Mul", &[&value.name, &constant], Vec::new()),
            scale: value.scale / factor,
            lo: value.lo * factor as i64,
            hi: value.hi * factor as i64,
        }
    }
}
