//! From the float model's nodes to the exact model's.

use std::collections::{HashMap, HashSet};

use countersign_onnx::{Attribute, Model, Node};

use crate::dot::{self, Dot, Scales, LIMIT, WINDOW};
use crate::emit::Emitter;
use crate::graph::{input, int, limits, output, refuse, Graph};
use crate::probe::{Probe, Seen};
use crate::unary::{self, Function};
use crate::{Bound, InputScale, Options, OutputScale, QuantiseError};

/// A value of the float model as the exact model has it.
#[derive(Clone)]
struct Exact {
    /// Its name there.
    name: String,
    /// The float model's value of one step.
    scale: f64,
    lo: i64,
    hi: i64,
}

impl Exact {
    fn most(&self) -> f64 {
        self.lo.abs().max(self.hi.abs()) as f64
    }
}

pub(crate) struct Lowered {
    pub model: Model,
    pub metadata: Vec<(String, String)>,
    pub inputs: Vec<InputScale>,
    pub outputs: Vec<OutputScale>,
    pub bounds: Vec<Bound>,
    pub notes: Vec<String>,
}

struct Lowering<'g, 'm> {
    graph: &'g Graph<'m>,
    emitter: Emitter,
    values: HashMap<String, Exact>,
    done: HashSet<usize>,
    bounds: Vec<Bound>,
    notes: Vec<String>,
    levels: f64,
}

/// The greatest magnitude that an output gets: its numbers are compared, and by nothing else read.
const OUTPUT_LEVELS: f64 = 32_767.0;

pub(crate) fn lower(
    graph: &Graph<'_>,
    probe: &Probe,
    options: &Options,
) -> Result<Lowered, QuantiseError> {
    let mut lowering = Lowering {
        graph,
        emitter: Emitter::default(),
        values: HashMap::new(),
        done: HashSet::new(),
        bounds: Vec::new(),
        notes: Vec::new(),
        levels: f64::from(options.levels.clamp(15, 65_535)),
    };
    let (mut inputs, mut ports, mut metadata) = (Vec::new(), Vec::new(), Vec::new());
    for (index, port) in graph.model.graph.inputs.iter().enumerate() {
        let given = options.inputs.iter().find(|input| input.name == port.name);
        let scale = match given {
            Some(given) => given.clone(),
            None => found(&port.name, index, probe)?,
        };
        lowering.emitter.taken.insert(port.name.clone());
        lowering.values.insert(
            port.name.clone(),
            Exact {
                name: port.name.clone(),
                scale: scale.scale,
                lo: i64::from(scale.lo),
                hi: i64::from(scale.hi),
            },
        );
        let dims = probe.seen.get(&port.name).map(|seen| seen.dims.clone());
        ports.push((port.name.clone(), dims.unwrap_or_default()));
        metadata.push((
            format!("countersign.interval/{}", port.name),
            format!("{} {}", scale.lo, scale.hi),
        ));
        metadata.push((
            format!("countersign.scale/{}", port.name),
            scale.scale.to_string(),
        ));
        inputs.push(scale);
    }
    for (name, _) in &graph.outputs {
        lowering.emitter.taken.insert(name.clone());
    }
    let nodes: Vec<&Node> = graph.nodes().collect();
    for node in nodes {
        if !lowering.done.contains(&node.index) {
            lowering.node(node)?;
        }
    }
    let (mut outputs, mut named) = (Vec::new(), Vec::new());
    for (name, source) in &graph.outputs {
        let value = lowering.values.get(source).cloned();
        let Some(value) = value else {
            return Err(QuantiseError::Model(format!(
                "the output {name} depends on no input"
            )));
        };
        let dims = probe.seen.get(source).map(|seen| seen.dims.clone());
        named.push((name.clone(), value.name, dims.unwrap_or_default()));
        if name != source {
            lowering.notes.push(format!(
                "{name} is what goes into the last Softmax (or Identity): the order is the same, the numbers are no probabilities"
            ));
        }
        metadata.push((format!("countersign.scale/{name}"), value.scale.to_string()));
        outputs.push(OutputScale {
            name: name.clone(),
            scale: value.scale,
            stands_for: source.clone(),
            softmax: graph.softmax(name, source),
        });
    }
    Ok(Lowered {
        model: lowering.emitter.finish(&ports, &named),
        metadata,
        inputs,
        outputs,
        bounds: lowering.bounds,
        notes: lowering.notes,
    })
}

/// The scale of an input, from its samples: the widest of the usual steps of which all elements are multiples, else 255
/// steps to the largest magnitude.
fn found(name: &str, index: usize, probe: &Probe) -> Result<InputScale, QuantiseError> {
    let elements = || {
        let tensors = probe.samples.iter().filter_map(|sample| sample.get(index));
        tensors
            .filter_map(|tensor| tensor.elements::<f32>())
            .flatten()
            .map(|one| f64::from(*one))
    };
    let (lo, hi) = elements().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), one| {
        (lo.min(one), hi.max(one))
    });
    let most = lo.abs().max(hi.abs());
    if !most.is_finite() {
        return Err(QuantiseError::Samples(format!("{name} is not finite")));
    }
    let on = |scale: f64| {
        elements().all(|one| (one / scale - libm::rint(one / scale)).abs() < 1e-3)
            && most / scale <= 4096.0
    };
    let usual = [
        1.0,
        1.0 / 127.5,
        1.0 / 127.0,
        1.0 / 128.0,
        1.0 / 255.0,
        1.0 / 256.0,
    ];
    let scale = usual.into_iter().find(|scale| on(*scale));
    let scale = scale.unwrap_or(if most > 0.0 { most / 255.0 } else { 1.0 });
    Ok(InputScale {
        name: name.to_owned(),
        scale,
        lo: libm::rint(lo / scale) as i32,
        hi: libm::rint(hi / scale) as i32,
    })
}

impl<'m> Lowering<'_, 'm> {
    fn node(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
        if let Some(dot) = dot::read(self.graph, node)? {
            return self.dot(node, &dot);
        }
        match node.op_type.as_str() {
            "Relu" | "Clip" => self.clip(node),
            "Add" => self.add(node),
            "Mul" => self.product(node),
            "MaxPool" => self.max_pool(node),
            "Transpose" => {
                let perm = node.attributes.get("perm").cloned();
                let attributes = perm.map(|perm| ("perm", perm)).into_iter().collect();
                self.moved(node, "Transpose", &[], attributes)
            }
            "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => {
                let dims = self.graph.seen(node, output(node))?.dims.clone();
                let shape = self.emitter.shape(&dims);
                self.moved(node, "Reshape", &[&shape], Vec::new())
            }
            "Identity" | "Dropout" => {
                let value = self.value(node, input(node, 0)?)?;
                self.values.insert(output(node).to_owned(), value);
                Ok(())
            }
            "Concat" => self.concat(node),
            _ => refuse(
                node,
                format!(
                    "{} is none of the operators that can be brought into the profile",
                    node.op_type
                ),
            ),
        }
    }

    fn value(&self, node: &Node, name: &str) -> Result<Exact, QuantiseError> {
        match self.values.get(name) {
            Some(value) => Ok(value.clone()),
            None => refuse(
                node,
                format!("{name} is constant here, or comes from a node that was left out"),
            ),
        }
    }

    /// The unit and limits of a value: from its range, and wider where a graph's output is compared.
    fn range(&self, name: &str, seen: &Seen, clip: (f64, f64)) -> (f64, i64, i64) {
        let (lo, hi) = (seen.lo.max(clip.0), seen.hi.min(clip.1));
        let most = lo.abs().max(hi.abs());
        let is_output = self.graph.is_output(name);
        let levels = if is_output {
            OUTPUT_LEVELS
        } else {
            self.levels
        };
        let scale = if most > 0.0 { most / levels } else { 1.0 };
        // An output may be larger than on any sample; inside, what is larger is cut off: its bound is what counts.
        let room = if is_output { 8.0 } else { 1.0 };
        let limit = |bound: f64, most: f64| {
            let own = libm::rint(bound / scale);
            if own.abs() < most {
                own
            } else {
                most.copysign(bound)
            }
        };
        let most = levels * room;
        (
            scale,
            limit(clip.0, most) as i64,
            limit(clip.1, most) as i64,
        )
    }

    fn dot(&mut self, node: &'m Node, dot: &Dot) -> Result<(), QuantiseError> {
        let x = self.value(node, &dot.x)?;
        let means = self.graph.seen(node, &dot.x)?.means.clone();
        let seen = self.graph.seen(node, &dot.result)?;
        self.done.extend(&dot.folded);
        let mut scales = Scales {
            x: &x.name,
            x_scale: x.scale,
            x_most: x.most(),
            means: &means,
            scale: 1.0,
            shift: 0.0,
            limits: (0, 0),
        };
        let label = node.label();
        let function = unary::function(self.graph, &dot.result);
        if let Some(function) = function {
            let table = Table::new(self.graph, &function, seen, dot.clip);
            (scales.scale, scales.shift, scales.limits) = (table.step, -table.lo, (0, 255));
            let (index, bound) = dot::emit(dot, &scales, &label, &mut self.emitter)?;
            self.bounds.push(bound);
            return self.table(&function, &table, &index);
        }
        let (scale, lo, hi) = self.range(&dot.result, seen, dot.clip);
        (scales.scale, scales.limits) = (scale, (lo, hi));
        if let Some(area) = dot.average {
            // The sum itself, shifted: the unit is chosen so that no factor is rounded.
            let levels = if self.graph.is_output(&dot.result) {
                OUTPUT_LEVELS
            } else {
                self.levels * 4.0
            };
            let most = area as f64 * x.most();
            let shift = (0..24)
                .take_while(|shift| most / (1_u64 << (shift + 1)) as f64 >= levels)
                .count();
            scales.scale = x.scale * (1_u64 << shift) as f64 / area as f64;
            let end = |bound: i64| (bound as f64 * area as f64 / (1_u64 << shift) as f64) as i64;
            scales.limits = (end(x.lo), end(x.hi) + 1);
        }
        let (name, bound) = dot::emit(dot, &scales, &label, &mut self.emitter)?;
        self.bounds.push(bound);
        let value = Exact {
            name,
            scale: scales.scale,
            lo: scales.limits.0,
            hi: scales.limits.1,
        };
        self.values.insert(dot.result.clone(), value);
        Ok(())
    }

    fn table(
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
    fn finish(&mut self, node: &'m Node, result: &str, value: Exact) -> Result<(), QuantiseError> {
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
    fn rescaled(&mut self, value: &Exact, scale: f64) -> (Exact, u32) {
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

    fn times(&mut self, value: &Exact, factor: f64) -> Exact {
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

    fn clip(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
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
    fn limited(&mut self, node: &'m Node) -> (String, (f64, f64)) {
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

    fn add(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
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
    fn product(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
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

    fn max_pool(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
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
    fn moved(
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

    fn concat(&mut self, node: &'m Node) -> Result<(), QuantiseError> {
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

    fn requantised(&mut self, value: &Exact, scale: f64) -> Exact {
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

/// The rounding term of a shift.
fn half(shift: u32) -> f64 {
    if shift == 0 {
        0.0
    } else {
        (1_u64 << (shift - 1)) as f64
    }
}

/// 256 entries of a function: at `lo + step · index`.
struct Table {
    lo: f64,
    step: f64,
    values: Vec<f64>,
}

impl Table {
    /// Over the range on the samples, without its ends where the function does not change.
    fn new(graph: &Graph<'_>, function: &Function<'_>, seen: &Seen, clip: (f64, f64)) -> Self {
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
