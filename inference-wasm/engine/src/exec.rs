//! Graphs compiled into steps over numbered values, and their execution.

mod fold;

use std::collections::HashMap;
use std::sync::Arc;

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::schema::{self, Schema};
use countersign_onnx::{Attribute, DataType, Graph, Node, Tensor};

use crate::budget::Budget;
use crate::call::{compute, unsupported, unsupported_type, Call};
use crate::op::cast;
use crate::table::{self, Entry, Kernel};

/// A value of a graph, by number.
type Slot = usize;

/// A graph ready to run.
#[derive(Debug)]
pub(crate) struct Plan {
    slots: usize,
    steps: Vec<Step>,
    constants: Vec<(Slot, Arc<Tensor>)>,
    pub inputs: Vec<Slot>,
    pub outputs: Vec<Slot>,
    /// Values of the graph around this one: there, here.
    captures: Vec<(Slot, Slot)>,
    /// The definitions of the nodes that were computed at compile time, or only give a value another name.
    folded: Vec<&'static Schema>,
}

/// A node ready to run.
#[derive(Debug)]
pub(crate) struct Step {
    pub node: Node,
    pub schema: &'static Schema,
    entry: &'static Entry,
    inputs: Vec<Option<Slot>>,
    outputs: Vec<Option<Slot>>,
    /// Values that nobody needs after this step.
    last: Vec<Slot>,
    /// Subgraphs by attribute.
    pub bodies: Vec<(String, Plan)>,
}

/// The names that are visible while compiling: the graph's own and those of the graphs around it.
#[derive(Default)]
struct Scopes {
    frames: Vec<Frame>,
}

/// The names of one graph.
#[derive(Default)]
struct Frame {
    names: HashMap<String, Slot>,
    slots: usize,
    captures: Vec<(Slot, Slot)>,
    /// Values that are the same in every run.
    known: HashMap<Slot, Arc<Tensor>>,
}

impl Frame {
    fn define(&mut self, name: &str) -> Slot {
        let slot = self.slots;
        self.slots += 1;
        self.names.insert(name.to_owned(), slot);
        slot
    }
}

impl Scopes {
    fn define(&mut self, name: &str) -> Result<Slot, EngineError> {
        let frame = self.frames.last_mut().ok_or_else(|| undefined(name))?;
        Ok(frame.define(name))
    }

    fn resolve(&mut self, name: &str) -> Result<Slot, EngineError> {
        self.resolve_in(self.frames.len(), name)
            .ok_or_else(|| undefined(name))
    }

    /// Looks in the innermost `depth` frames' last one, then outwards; notes what is captured on the way back.
    fn resolve_in(&mut self, depth: usize, name: &str) -> Option<Slot> {
        let level = depth.checked_sub(1)?;
        if let Some(slot) = self.frames.get(level)?.names.get(name) {
            return Some(*slot);
        }
        let there = self.resolve_in(level, name)?;
        let around = level
            .checked_sub(1)
            .and_then(|around| self.frames.get(around));
        let known = around.and_then(|frame| frame.known.get(&there)).cloned();
        let frame = self.frames.get_mut(level)?;
        let here = frame.define(name);
        if let Some(tensor) = known {
            frame.known.insert(here, tensor);
        }
        frame.captures.push((there, here));
        Some(here)
    }
}

impl Plan {
    /// Compiles the main graph of a model with the given version of `ai.onnx`.
    ///
    /// # Errors
    /// [`ErrorCode::Unsupported`] with the node for everything that is not in the operator table,
    /// [`ErrorCode::InvalidModel`] for a node that its operator's definition does not allow.
    pub fn new(graph: &Graph, opset: u32) -> Result<Self, EngineError> {
        let budget = fold::budget(fold::parameters(graph));
        Self::compile(graph, opset, &mut Scopes::default(), &budget)
    }

    fn compile(
        graph: &Graph,
        opset: u32,
        scope: &mut Scopes,
        budget: &Budget,
    ) -> Result<Self, EngineError> {
        scope.frames.push(Frame::default());
        let mut inputs = Vec::with_capacity(graph.inputs.len());
        for input in &graph.inputs {
            inputs.push(scope.define(&input.name)?);
        }
        let mut constants = Vec::with_capacity(graph.initializers.len());
        for parameter in &graph.initializers {
            let slot = scope.define(&parameter.name)?;
            constants.push((slot, parameter.tensor.clone()));
            if let Some(frame) = scope.frames.last_mut() {
                frame.known.insert(slot, parameter.tensor.clone());
            }
        }
        let mut steps = Vec::with_capacity(graph.nodes.len());
        let mut folded = Vec::new();
        for node in &graph.nodes {
            let step = Step::compile(node, opset, scope, budget)
                .map_err(|error| error.at(node.label()))?;
            match fold::fold(&step, scope.frames.last_mut(), budget) {
                Some(values) => {
                    folded.push(step.schema);
                    constants.extend(values);
                }
                None => steps.push(step),
            }
        }
        let mut outputs = Vec::with_capacity(graph.outputs.len());
        for output in &graph.outputs {
            outputs.push(scope.resolve(&output.name)?);
        }
        let mut frame = scope.frames.pop().unwrap_or_default();
        for step in &mut steps {
            fold::turn(step, &mut frame, &mut constants);
        }
        let mut plan = Self {
            slots: frame.slots,
            steps,
            constants,
            inputs,
            outputs,
            captures: frame.captures,
            folded,
        };
        plan.drop_unused();
        plan.find_last_uses();
        Ok(plan)
    }

    /// Drops constants that only folded nodes needed.
    fn drop_unused(&mut self) {
        let mut used = vec![false; self.slots];
        let bodies = self.steps.iter().flat_map(|step| &step.bodies);
        let captured = bodies.flat_map(|(_, body)| body.captures.iter().map(|c| c.0));
        let inputs = self
            .steps
            .iter()
            .flat_map(|step| step.inputs.iter().flatten());
        for slot in inputs.chain(&self.outputs).copied().chain(captured) {
            used[slot] = true;
        }
        self.constants.retain(|(slot, _)| used[*slot]);
    }

    fn find_last_uses(&mut self) {
        let mut needed = vec![false; self.slots];
        for slot in &self.outputs {
            needed[*slot] = true;
        }
        for step in self.steps.iter_mut().rev() {
            let captured = step
                .bodies
                .iter()
                .flat_map(|(_, body)| body.captures.iter().map(|c| c.0));
            let defined = step.outputs.iter().flatten().copied();
            let used: Vec<Slot> = step
                .inputs
                .iter()
                .flatten()
                .copied()
                .chain(captured)
                .chain(defined)
                .collect();
            for slot in used {
                if !needed[slot] {
                    needed[slot] = true;
                    step.last.push(slot);
                }
            }
        }
    }

    /// The definitions of all nodes, those of subgraphs included.
    pub fn visit(&self, visitor: &mut impl FnMut(&'static Schema)) {
        self.folded.iter().for_each(|schema| visitor(schema));
        for step in &self.steps {
            visitor(step.schema);
            for (_, body) in &step.bodies {
                body.visit(visitor);
            }
        }
    }

    /// Runs the graph. `outer` holds the values of the graph around it.
    pub fn run(
        &self,
        inputs: Vec<Arc<Tensor>>,
        outer: &[Option<Arc<Tensor>>],
        budget: &Budget,
    ) -> Result<Vec<Arc<Tensor>>, EngineError> {
        let mut values: Vec<Option<Arc<Tensor>>> = vec![None; self.slots];
        for (slot, tensor) in &self.constants {
            values[*slot] = Some(tensor.clone());
        }
        for (there, here) in &self.captures {
            values[*here] = outer.get(*there).cloned().flatten();
        }
        for (slot, tensor) in self.inputs.iter().zip(inputs) {
            values[*slot] = Some(tensor);
        }
        let mut taken = 0u64;
        let mut sizes = vec![0u64; self.slots];
        for step in &self.steps {
            let outputs = step
                .run(&mut values, budget)
                .map_err(|error| error.at(step.node.label()))?;
            for (slot, tensor) in step.outputs.iter().zip(outputs) {
                let Some(slot) = slot else { continue };
                let bytes = tensor.byte_len() as u64;
                budget
                    .take(bytes)
                    .map_err(|error| error.at(step.node.label()))?;
                budget.steps(tensor.len() as u64)?;
                sizes[*slot] = bytes;
                taken += bytes;
                values[*slot] = Some(tensor);
            }
            for slot in &step.last {
                values[*slot] = None;
                budget.give(sizes[*slot]);
                taken -= sizes[*slot];
                sizes[*slot] = 0;
            }
        }
        budget.give(taken);
        self.outputs
            .iter()
            .map(|slot| {
                values[*slot]
                    .clone()
                    .ok_or_else(|| compute("an output of the graph was not computed"))
            })
            .collect()
    }
}

fn undefined(name: &str) -> EngineError {
    EngineError::new(
        ErrorCode::InvalidModel,
        format!("the value \"{name}\" is not defined"),
    )
}

impl Step {
    fn compile(
        node: &Node,
        opset: u32,
        scope: &mut Scopes,
        budget: &Budget,
    ) -> Result<Self, EngineError> {
        let schema = schema::check_node(node, opset).map_err(|error| {
            let code = match error {
                schema::SchemaError::UnknownOperator { .. } => ErrorCode::Unsupported,
                _ => ErrorCode::InvalidModel,
            };
            EngineError::new(code, error.to_string())
        })?;
        let entry = table::find(schema).ok_or_else(|| {
            unsupported(format!(
                "the engine does not compute {} as of opset {}",
                schema.name, schema.since
            ))
        })?;
        let mut inputs = Vec::with_capacity(node.inputs.len());
        for name in &node.inputs {
            inputs.push(match name.as_str() {
                "" => None,
                name => Some(scope.resolve(name)?),
            });
        }
        let mut bodies = Vec::new();
        for (key, attribute) in &node.attributes {
            if let Attribute::Graph(graph) = attribute {
                bodies.push((key.clone(), Plan::compile(graph, opset, scope, budget)?));
            }
        }
        let mut node = node.clone();
        node.attributes
            .retain(|_, attribute| !matches!(attribute, Attribute::Graph(_)));
        let mut outputs = Vec::with_capacity(node.outputs.len());
        for name in &node.outputs {
            outputs.push(match name.as_str() {
                "" => None,
                name => Some(scope.define(name)?),
            });
        }
        Ok(Self {
            node,
            schema,
            entry,
            inputs,
            outputs,
            last: Vec::new(),
            bodies,
        })
    }

    fn run(
        &self,
        values: &mut [Option<Arc<Tensor>>],
        budget: &Budget,
    ) -> Result<Vec<Arc<Tensor>>, EngineError> {
        let mut inputs = Vec::with_capacity(self.inputs.len());
        for (position, slot) in self.inputs.iter().enumerate() {
            inputs.push(match slot {
                None => None,
                // A value's last use hands it over, so that the operator may work in place.
                Some(slot)
                    if self.last.contains(slot)
                        && self.bodies.is_empty()
                        && !self.inputs[position + 1..].contains(&Some(*slot)) =>
                {
                    Some(
                        values[*slot]
                            .take()
                            .ok_or_else(|| compute("an input was not computed"))?,
                    )
                }
                Some(slot) => Some(
                    values[*slot]
                        .clone()
                        .ok_or_else(|| compute("an input was not computed"))?,
                ),
            });
        }
        self.schema
            .check_types(
                inputs
                    .iter()
                    .map(|input| input.as_ref().map(|tensor| tensor.dtype())),
            )
            .map_err(|error| EngineError::new(ErrorCode::InvalidModel, error.to_string()))?;
        if let Some(Some(first)) = inputs.first() {
            if !self.entry.types.contains(first.dtype()) {
                return Err(unsupported_type(first.dtype()));
            }
        }
        let kinds: Vec<Option<DataType>> = inputs
            .iter()
            .map(|input| input.as_ref().map(|tensor| tensor.dtype()))
            .collect();
        let outputs: Vec<Arc<Tensor>> = match self.entry.kernel {
            Kernel::Plain(kernel) | Kernel::Numeric(kernel) => {
                let numeric = matches!(self.entry.kernel, Kernel::Numeric(_));
                if numeric {
                    for input in inputs.iter_mut().flatten() {
                        budget.check(input.byte_len() as u64 * 8)?;
                        widen(input)?;
                    }
                }
                let mut call = Call {
                    node: &self.node,
                    since: self.schema.since,
                    inputs,
                    kinds,
                    budget,
                };
                let mut outputs = kernel(&mut call)?;
                if numeric {
                    let kinds = std::mem::take(&mut call.kinds);
                    self.narrow(&mut outputs, &kinds)?;
                }
                outputs.into_iter().map(Arc::new).collect()
            }
            Kernel::Control(kernel) => kernel(self, inputs, values, budget)?,
        };
        if outputs.len() < self.outputs.len() {
            return Err(unsupported(format!(
                "the engine computes {} outputs, the node wants {}",
                outputs.len(),
                self.outputs.len()
            )));
        }
        Ok(outputs)
    }

    /// Gives outputs the type of the inputs that ONNX's definition ties them to.
    fn narrow(
        &self,
        outputs: &mut [Tensor],
        kinds: &[Option<DataType>],
    ) -> Result<(), EngineError> {
        for (index, output) in outputs.iter_mut().enumerate() {
            let Some(variable) = self
                .schema
                .output(index)
                .and_then(|formal| formal.variable())
            else {
                continue;
            };
            let tied = |position: &usize| {
                self.schema
                    .input(*position)
                    .and_then(|formal| formal.variable())
                    == Some(variable)
            };
            let kind = (0..kinds.len())
                .filter(tied)
                .find_map(|position| kinds[position]);
            if let Some(kind) =
                kind.filter(|kind| *kind != output.dtype() && widened(*kind) == output.dtype())
            {
                let wide = std::mem::replace(output, Tensor::vector::<u8>(Vec::new()));
                *output = cast::convert(wide, kind)?;
            }
        }
        Ok(())
    }

    /// The subgraph of an attribute.
    pub fn body(&self, name: &str) -> Result<&Plan, EngineError> {
        self.bodies
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, plan)| plan)
            .ok_or_else(|| compute(format!("the subgraph \"{name}\" is missing")))
    }
}

/// The type in which operators compute with elements of a type. Every value has its place in it; the result of a sum,
/// difference or product of integers keeps its low bits when it is narrowed again; floats round once more.
pub(crate) fn widened(kind: DataType) -> DataType {
    match kind {
        DataType::F16 => DataType::F32,
        DataType::I8 | DataType::I16 | DataType::I32 => DataType::I64,
        DataType::U8 | DataType::U16 | DataType::U32 => DataType::U64,
        DataType::F32 | DataType::F64 | DataType::I64 | DataType::U64 | DataType::Bool => kind,
    }
}

fn widen(input: &mut Arc<Tensor>) -> Result<(), EngineError> {
    let wide = widened(input.dtype());
    if wide != input.dtype() {
        *input = Arc::new(cast::convert(input.as_ref().clone(), wide)?);
    }
    Ok(())
}
