//! From the float model's nodes to the exact model's.

mod operators;
mod scale;
mod table;

use std::collections::{HashMap, HashSet};

use countersign_onnx::{Model, Node};

use crate::dot::{self, Dot, Scales};
use crate::emit::Emitter;
use crate::graph::{input, output, refuse, Graph};
use crate::probe::{Probe, Seen};
use crate::unary;
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
            None => scale::found(&port.name, index, probe)?,
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
            let table = table::Table::new(self.graph, &function, seen, dot.clip);
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
}
