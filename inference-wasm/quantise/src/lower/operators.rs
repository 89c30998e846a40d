//! Operators that keep or join scales: limits, sums, products of activations, and what only moves elements.

use countersign_onnx::{Attribute, Node};

use super::table::half;
use super::{Exact, Lowering};
use crate::dot::{LIMIT, WINDOW};
use crate::graph::{input, int, limits, output, refuse};
use crate::QuantiseError;

impl<'m> Lowering<'_, 'm> {
    pub(super) fn clip(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
        let value = self.value(node, input(node, 0)?)?;
        let Some((lo, hi)) = limits(self.graph, node) else {
            return refuse(node, "its limits are no constants");
        };
        let (least, most) = (value.lo as f64, value.hi as f64);
        let bound = |limit: f64| libm::rint(limit / value.scale).clamp(least, most) as i64;
        let (lo, hi) = (bound(lo), bound(hi));
        let ends = (
            self.emitter.constant(Vec::new(), &[lo as f64]),
            self.emitter.constant(Vec::new(), &[hi as f64]),
        );
        let name = self
            .emitter
            .node("Clip", &[&value.name, &ends.0, &ends.1], Vec::new());
        self.finish(
            node,
            output(node),
            Exact {
                name,
                lo,
                hi,
                ..value
            },
        )
    }

    /// The value after a node, its limits taken in if a Relu or Clip is all that follows.
    pub(super) fn limited(&mut self, node: &'m Node) -> (String, (f64, f64)) {
        let (mut result, mut clip) = (output(node).to_owned(), (f64::NEG_INFINITY, f64::INFINITY));
        while let Some(next) = self.graph.only_reader(&result) {
            let Some((lo, hi)) = limits(self.graph, next) else {
                break;
            };
            clip = (clip.0.max(lo), clip.1.min(hi));
            self.done.insert(next.index);
            result = output(next).to_owned();
        }
        (result, clip)
    }

    pub(super) fn add(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
        let (a, b) = (
            self.value(node, input(node, 0)?)?,
            self.value(node, input(node, 1)?)?,
        );
        let (result, clip) = self.limited(node);
        let (scale, lo, hi) = self.range(&result, self.graph.seen(node, &result)?, clip);
        let most = |shift: u32| {
            let part = |value: &Exact| {
                libm::rint(value.scale / scale * (1_u64 << shift) as f64) * value.most()
            };
            part(&a) + part(&b) + half(shift)
        };
        let Some(shift) = (0..=15).rev().find(|shift| most(*shift) < LIMIT) else {
            return Err(QuantiseError::Bound {
                node: node.label(),
                channel: 0,
                value: most(0),
            });
        };
        let factor = |value: &Exact| libm::rint(value.scale / scale * (1_u64 << shift) as f64);
        let (a, b) = (self.times(&a, factor(&a)), self.times(&b, factor(&b)));
        let sum = self.emitter.node("Add", &[&a.name, &b.name], Vec::new());
        let rounding = self.emitter.constant(Vec::new(), &[half(shift)]);
        let sum = self.emitter.node("Add", &[&sum, &rounding], Vec::new());
        let name = self.emitter.requantise(&sum, &[shift], 4, (lo, hi));
        self.finish(
            node,
            &result,
            Exact {
                name,
                scale,
                lo,
                hi,
            },
        )
    }

    /// A product of two activations: its unit is the product of theirs and a power of two, so that no factor is rounded.
    pub(super) fn product(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
        let (a, b) = (
            self.value(node, input(node, 0)?)?,
            self.value(node, input(node, 1)?)?,
        );
        let (result, clip) = self.limited(node);
        let seen = self.graph.seen(node, &result)?;
        let most = a.most() * b.most();
        if most >= LIMIT / 2.0 {
            return refuse(
                node,
                format!("a product may be {most}, and 8388608 is the bound; try fewer levels"),
            );
        }
        let (lo, hi) = (seen.lo.max(clip.0), seen.hi.min(clip.1));
        let (unit, real) = (a.scale * b.scale, lo.abs().max(hi.abs()));
        let fine = |shift: &u32| real / (unit * (1_u64 << (shift + 1)) as f64) >= self.levels;
        let shift = (0..23).take_while(fine).count() as u32;
        let scale = unit * (1_u64 << shift) as f64;
        let product = self.emitter.node("Mul", &[&a.name, &b.name], Vec::new());
        let rounding = self.emitter.constant(Vec::new(), &[half(shift)]);
        let sum = self.emitter.node("Add", &[&product, &rounding], Vec::new());
        let limit = |bound: f64, end: f64| libm::rint((bound / scale).clamp(-end, end)) as i64;
        let end = libm::ceil(real / scale);
        let ends = (limit(clip.0, end), limit(clip.1, end));
        let name = self.emitter.requantise(&sum, &[shift], 4, ends);
        self.finish(
            node,
            &result,
            Exact {
                name,
                scale,
                lo: ends.0,
                hi: ends.1,
            },
        )
    }

    pub(super) fn max_pool(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
        let automatic = matches!(node.attributes.get("auto_pad"), Some(Attribute::String(mode)) if !matches!(mode.as_slice(), b"" | b"NOTSET" | b"VALID"));
        if automatic || int(node, "ceil_mode", 0) != 0 {
            return refuse(
                node,
                "auto_pad and ceil_mode are not in the profile (EXACT 1.9)",
            );
        }
        let kept = WINDOW
            .iter()
            .filter_map(|name| Some((*name, node.attributes.get(*name)?.clone())));
        let attributes = kept.collect();
        self.moved(node, "MaxPool", &[], attributes)
    }

    /// An operator that only moves elements.
    pub(super) fn moved(
        &mut self,
        node: &'m Node,
        operator: &str,
        more: &[&str],
        attributes: Vec<(&str, Attribute)>,
    ) -> Result<(), QuantiseError> {
        let value = self.value(node, input(node, 0)?)?;
        let inputs: Vec<&str> = std::iter::once(value.name.as_str())
            .chain(more.iter().copied())
            .collect();
        let name = self.emitter.node(operator, &inputs, attributes);
        self.finish(node, output(node), Exact { name, ..value })
    }

    pub(super) fn concat(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
        let parts: Result<Vec<Exact>, QuantiseError> = node
            .inputs
            .iter()
            .map(|name| self.value(node, name))
            .collect();
        let parts = parts?;
        let scale = parts
            .iter()
            .fold(0.0_f64, |scale, part| scale.max(part.scale));
        let mut joined = Vec::new();
        let (mut lo, mut hi) = (i64::MAX, i64::MIN);
        for part in parts {
            let part = if part.scale == scale {
                part
            } else {
                self.requantised(&part, scale)
            };
            (lo, hi) = (lo.min(part.lo), hi.max(part.hi));
            joined.push(part.name);
        }
        let names: Vec<&str> = joined.iter().map(String::as_str).collect();
        let axis = Attribute::Int(int(node, "axis", 0));
        let name = self.emitter.node("Concat", &names, vec![("axis", axis)]);
        self.finish(
            node,
            output(node),
            Exact {
                name,
                scale,
                lo,
                hi,
            },
        )
    }

    pub(super) fn requantised(&mut self, value: &Exact, scale: f64) -> Exact {
        let (scaled, shift) = self.rescaled(value, scale);
        let rounding = self.emitter.constant(Vec::new(), &[half(shift)]);
        let sum = self
            .emitter
            .node("Add", &[&scaled.name, &rounding], Vec::new());
        let end = |bound: i64| libm::rint(bound as f64 * value.scale / scale) as i64;
        let (lo, hi) = (end(value.lo), end(value.hi));
        let name = self.emitter.requantise(&sum, &[shift], 4, (lo, hi));
        Exact {
            name,
            scale,
            lo,
            hi,
        }
    }
}
