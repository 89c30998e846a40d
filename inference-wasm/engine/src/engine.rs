//! The engine: one model, loaded and run.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_abi::{
    Declared, Description, Dim, EngineError, ErrorCode, FileRole, FinishRequest, Input, Limits,
    LoadRequest, NamedFile, NamedTensor, OperatorUse, Port, PrepareRequest, PrepareResponse,
    RunRequest, RunResponse, Task, ABI_VERSION,
};
use countersign_onnx::{ExternalFile, LoadLimits, Model, Tensor, ValueInfo};
use countersign_shared::commit::Side;
use countersign_shared::item::{Item, Name};

use crate::budget::Budget;
use crate::commit::{canonical, commit, element_type, file_item, item_name, to_named, to_tensor};
use crate::exec::Plan;
use crate::task::{only_file, pipeline, Given, Pipeline, Prepared};

/// Holds at most one model, and nothing else between calls.
#[derive(Debug, Default)]
pub struct Engine {
    loaded: Option<Loaded>,
}

/// A model ready to run.
#[derive(Debug)]
struct Loaded {
    description: Description,
    plan: Plan,
    pipeline: Option<Box<dyn Pipeline>>,
    limits: Limits,
}

/// An input that passed pre-processing.
struct Ready {
    items: Vec<Item>,
    /// The files, for tasks that take files.
    given: Option<Given>,
    prepared: Prepared,
}

/// What came of a model.
enum Executed {
    /// It was executed once; its outputs.
    Once(Vec<Tensor>),
    /// It was executed several times; the task's result.
    Several(Vec<u8>),
    /// It was not.
    Never,
}

impl Engine {
    /// An engine without a model.
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads a model in place of an earlier one; after an error there is none.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidModel`], [`ErrorCode::Unsupported`] or [`ErrorCode::Limit`], with the node where there is one.
    pub fn load(&mut self, request: &LoadRequest) -> Result<&Description, EngineError> {
        self.loaded = None;
        Ok(&self.loaded.insert(Loaded::new(request)?).description)
    }

    /// What is loaded.
    ///
    /// # Errors
    /// [`ErrorCode::NoModel`].
    pub fn describe(&self) -> Result<&Description, EngineError> {
        Ok(&self.model()?.description)
    }

    /// Drops the model.
    pub fn unload(&mut self) {
        self.loaded = None;
    }

    /// From an input to outputs, result and commitments.
    ///
    /// # Errors
    /// [`ErrorCode::Input`] if the input is not what the model takes; else why it cannot be computed, with the node.
    pub fn run(&self, request: RunRequest) -> Result<RunResponse, EngineError> {
        let model = self.model()?;
        let mut ready = model.ready(request.input)?;
        let executed = match (&mut ready.prepared, &model.pipeline, &ready.given) {
            (Prepared::Feed(tensors), ..) => {
                Executed::Once(model.execute(std::mem::take(tensors))?)
            }
            (Prepared::Known(_), ..) => Executed::Never,
            (Prepared::Several, Some(pipeline), Some(given)) => {
                Executed::Several(pipeline.run(given, &mut |feed| model.execute(feed))?)
            }
            (Prepared::Several, ..) => return Err(several()),
        };
        model.respond(ready, executed, request.seed)
    }

    /// Pre-processing only.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn prepare(&self, request: PrepareRequest) -> Result<PrepareResponse, EngineError> {
        let model = self.model()?;
        let tensors = match model.ready(request.input)?.prepared {
            Prepared::Known(_) => None,
            Prepared::Several => return Err(several()),
            Prepared::Feed(tensors) => Some(
                model
                    .description
                    .inputs
                    .iter()
                    .zip(&tensors)
                    .map(|(port, tensor)| Ok(canonical(to_named(&port.name, tensor)?)?.named))
                    .collect::<Result<Vec<_>, EngineError>>()?,
            ),
        };
        Ok(PrepareResponse { tensors })
    }

    /// Post-processing and commitments for outputs that were computed elsewhere.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn finish(&self, request: FinishRequest) -> Result<RunResponse, EngineError> {
        let model = self.model()?;
        let ready = model.ready(request.input)?;
        let outputs = match (request.outputs, &ready.prepared) {
            (Some(outputs), Prepared::Feed(_)) => Executed::Once(model.given_outputs(outputs)?),
            (None, Prepared::Known(_)) => Executed::Never,
            _ => {
                return Err(EngineError::new(
                    ErrorCode::Input,
                    "outputs are given for a model that need not run, or are missing",
                ))
            }
        };
        model.respond(ready, outputs, request.seed)
    }

    fn model(&self) -> Result<&Loaded, EngineError> {
        self.loaded.as_ref().ok_or_else(|| {
            EngineError::new(ErrorCode::NoModel, "no model is loaded: load one first")
        })
    }
}

impl Loaded {
    fn new(request: &LoadRequest) -> Result<Self, EngineError> {
        let file = only_file(request, FileRole::Model)?;
        let external: Vec<ExternalFile<'_>> = request
            .files
            .iter()
            .filter(|file| file.role == FileRole::Data)
            .map(|file| ExternalFile {
                location: &file.path,
                data: &file.data,
            })
            .collect();
        let bounds = LoadLimits {
            nodes: request.limits.nodes,
            tensor_bytes: request.limits.tensor_bytes,
        };
        let model = countersign_onnx::load(file, &external, bounds).map_err(|error| {
            let code = if error.is_limit() {
                ErrorCode::Limit
            } else if error.is_unsupported() {
                ErrorCode::Unsupported
            } else {
                ErrorCode::InvalidModel
            };
            EngineError::new(code, error.to_string())
        })?;
        let plan = Plan::new(&model.graph, model.opset())?;
        let description = describe(request.task, &model, &plan)?;
        if let Some(declared) = &request.declared {
            agree(declared, &description)?;
        }
        let pipeline = pipeline(request, &model)?;
        Ok(Self {
            description,
            plan,
            pipeline,
            limits: request.limits,
        })
    }

    fn ready(&self, input: Input) -> Result<Ready, EngineError> {
        let files = match input {
            Input::Tensors(tensors) => return self.fed(tensors),
            Input::File(data) => vec![NamedFile {
                name: Name::FILE.to_owned(),
                data,
            }],
            Input::Files(files) => files,
        };
        let Some(pipeline) = &self.pipeline else {
            return Err(EngineError::new(
                ErrorCode::Input,
                "the task tensors/1 takes tensors, not a file",
            ));
        };
        let bytes: u64 = files.iter().map(|file| file.data.len() as u64).sum();
        if bytes > self.limits.tensor_bytes {
            return Err(EngineError::new(
                ErrorCode::Limit,
                format!(
                    "the file has {bytes} bytes, at most {} are taken",
                    self.limits.tensor_bytes
                ),
            ));
        }
        let given = Given::new(files, pipeline.takes_result())?;
        let prepared = pipeline.prepare(&given)?;
        let mut items = Vec::new();
        for (name, bytes) in given.named() {
            items.push(file_item(name, bytes)?);
        }
        Ok(Ready {
            items,
            given: Some(given),
            prepared,
        })
    }

    /// Tensors in the model's order, canonical, of the declared types and shapes.
    fn fed(&self, tensors: Vec<NamedTensor>) -> Result<Ready, EngineError> {
        let fault = |message: String| EngineError::new(ErrorCode::Input, message);
        if self.pipeline.is_some() {
            return Err(fault(format!(
                "the task {} takes a file, not tensors",
                self.description.task.name()
            )));
        }
        let mut given: BTreeMap<String, NamedTensor> = BTreeMap::new();
        for tensor in tensors {
            let name = tensor.name.clone();
            if given.insert(name.clone(), tensor).is_some() {
                return Err(fault(format!("the input \"{name}\" is given twice")));
            }
        }
        let mut symbols = BTreeMap::new();
        let (mut items, mut feed) = (Vec::new(), Vec::new());
        for port in &self.description.inputs {
            let tensor = given.remove(&port.name).ok_or_else(|| {
                let names: Vec<&str> = self
                    .description
                    .inputs
                    .iter()
                    .map(|port| port.name.as_str())
                    .collect();
                fault(format!(
                    "the input \"{}\" is missing; the model takes {names:?}",
                    port.name
                ))
            })?;
            check_shape(port, &tensor, &mut symbols)?;
            let tensor = canonical(tensor)?;
            feed.push(to_tensor(&tensor.named)?);
            items.push(tensor.item);
        }
        if let Some(name) = given.keys().next() {
            return Err(fault(format!("the model has no input \"{name}\"")));
        }
        Ok(Ready {
            items,
            given: None,
            prepared: Prepared::Feed(feed),
        })
    }

    fn execute(&self, inputs: Vec<Tensor>) -> Result<Vec<Tensor>, EngineError> {
        let live = self.description.parameter_bytes
            + inputs
                .iter()
                .map(|tensor| tensor.byte_len() as u64)
                .sum::<u64>();
        let budget = Budget::new(&self.limits, live);
        budget.check(0)?;
        let outputs = self
            .plan
            .run(inputs.into_iter().map(Arc::new).collect(), &[], &budget)?;
        let mut tensors = Vec::with_capacity(outputs.len());
        for (port, tensor) in self.description.outputs.iter().zip(outputs) {
            let found = element_type(tensor.dtype())?;
            if found != port.dtype {
                return Err(EngineError::new(
                    ErrorCode::InvalidModel,
                    format!(
                        "the model declares the output \"{}\" as {}, but it is {found}",
                        port.name, port.dtype
                    ),
                ));
            }
            tensors.push(Arc::try_unwrap(tensor).unwrap_or_else(|shared| (*shared).clone()));
        }
        Ok(tensors)
    }

    /// Outputs from elsewhere, in the model's order.
    fn given_outputs(&self, mut outputs: Vec<NamedTensor>) -> Result<Vec<Tensor>, EngineError> {
        let mut tensors = Vec::with_capacity(outputs.len());
        for port in &self.description.outputs {
            let position = outputs
                .iter()
                .position(|tensor| tensor.name == port.name && tensor.dtype == port.dtype);
            let position = position.ok_or_else(|| {
                EngineError::new(
                    ErrorCode::Input,
                    format!(
                        "the output \"{}\" of type {} is missing",
                        port.name, port.dtype
                    ),
                )
            })?;
            tensors.push(to_tensor(&canonical(outputs.swap_remove(position))?.named)?);
        }
        match outputs.first() {
            Some(extra) => Err(EngineError::new(
                ErrorCode::Input,
                format!("the model has no output \"{}\"", extra.name),
            )),
            None => Ok(tensors),
        }
    }

    /// Result and commitments. Post-processing sees the canonical outputs, those that are committed.
    fn respond(
        &self,
        ready: Ready,
        executed: Executed,
        seed: [u8; 32],
    ) -> Result<RunResponse, EngineError> {
        let mut items = Vec::new();
        let mut named = Vec::new();
        let was_executed = !matches!(executed, Executed::Never);
        let result = match (executed, ready.prepared) {
            (Executed::Never, Prepared::Known(result)) => Some(result),
            (Executed::Several(result), _) => Some(result),
            (Executed::Once(outputs), _) => {
                let mut computed = Vec::new();
                for (port, tensor) in self.description.outputs.iter().zip(outputs) {
                    let output = canonical(to_named(&port.name, &tensor)?)?;
                    if self.pipeline.is_some() {
                        computed.push(to_tensor(&output.named)?);
                    }
                    named.push(output.named);
                    items.push(output.item);
                }
                match (&self.pipeline, &ready.given) {
                    (Some(pipeline), Some(given)) => Some(pipeline.finish(given, &computed)?),
                    _ => None,
                }
            }
            (Executed::Never, _) => return Err(several()),
        };
        if let Some(result) = &result {
            items.push(file_item(Name::RESULT, result)?);
        }
        let (input, input_items) = commit(Side::Input, seed, ready.items)?;
        let (output, output_items) = commit(Side::Output, seed, items)?;
        Ok(RunResponse {
            executed: was_executed,
            input_items,
            output_items,
            outputs: named,
            result,
            input,
            output,
        })
    }
}

/// What a host is told that wants to execute the model of such a task elsewhere.
fn several() -> EngineError {
    EngineError::new(
        ErrorCode::Unsupported,
        "this task executes its model several times, which only the engine itself does",
    )
}

/// Whether a tensor has the port's type and shape; equal symbols are equal sizes.
fn check_shape<'a>(
    port: &'a Port,
    tensor: &NamedTensor,
    symbols: &mut BTreeMap<&'a str, u64>,
) -> Result<(), EngineError> {
    let fault = |what: String| {
        EngineError::new(
            ErrorCode::Input,
            format!("the input \"{}\" {what}", port.name),
        )
    };
    if tensor.dtype != port.dtype {
        return Err(fault(format!(
            "is {}, the model takes {}",
            tensor.dtype, port.dtype
        )));
    }
    let Some(dims) = &port.dims else {
        return Ok(());
    };
    let fits = dims.len() == tensor.dims.len()
        && dims
            .iter()
            .zip(&tensor.dims)
            .all(|(declared, found)| match declared {
                Dim::Fixed(size) => size == found,
                Dim::Symbol(symbol) => symbols.entry(symbol).or_insert(*found) == found,
                Dim::Unknown => true,
            });
    if fits {
        return Ok(());
    }
    let shown: Vec<String> = dims
        .iter()
        .map(|dim| match dim {
            Dim::Fixed(size) => size.to_string(),
            Dim::Symbol(symbol) => symbol.clone(),
            Dim::Unknown => "?".to_owned(),
        })
        .collect();
    Err(fault(format!(
        "has the shape {:?}, the model takes [{}]",
        tensor.dims,
        shown.join(", ")
    )))
}

/// A port of the model.
fn port(info: &ValueInfo, what: &str) -> Result<Port, EngineError> {
    item_name(&info.name)?;
    let dtype = info.dtype.ok_or_else(|| {
        EngineError::new(
            ErrorCode::InvalidModel,
            format!("the {what} \"{}\" has no element type", info.name),
        )
    })?;
    let dim = |dim: &countersign_onnx::Dim| match dim {
        countersign_onnx::Dim::Fixed(size) => Dim::Fixed(*size as u64),
        countersign_onnx::Dim::Symbol(symbol) => Dim::Symbol(symbol.clone()),
        countersign_onnx::Dim::Unknown => Dim::Unknown,
    };
    Ok(Port {
        name: info.name.clone(),
        dtype: element_type(dtype)?,
        dims: info
            .dims
            .as_ref()
            .map(|dims| dims.iter().map(dim).collect()),
    })
}

fn describe(task: Task, model: &Model, plan: &Plan) -> Result<Description, EngineError> {
    let mut uses: BTreeMap<(&str, u32), u32> = BTreeMap::new();
    plan.visit(&mut |schema| *uses.entry((schema.name, schema.since)).or_default() += 1);
    Ok(Description {
        abi: ABI_VERSION,
        task,
        producer: model.producer.clone(),
        opset: model.opset(),
        inputs: model
            .graph
            .inputs
            .iter()
            .map(|info| port(info, "input"))
            .collect::<Result<_, _>>()?,
        outputs: model
            .graph
            .outputs
            .iter()
            .map(|info| port(info, "output"))
            .collect::<Result<_, _>>()?,
        parameter_bytes: model
            .graph
            .initializers
            .iter()
            .map(|p| p.tensor.byte_len() as u64)
            .sum(),
        operators: uses
            .into_iter()
            .map(|((name, since), count)| OperatorUse {
                domain: String::new(),
                name: name.to_owned(),
                since,
                count,
            })
            .collect(),
    })
}

/// Whether the manifest's inputs and outputs are those of the model.
fn agree(declared: &Declared, found: &Description) -> Result<(), EngineError> {
    for (what, declared, found) in [
        ("inputs", &declared.inputs, &found.inputs),
        ("outputs", &declared.outputs, &found.outputs),
    ] {
        let same = declared.len() == found.len()
            && declared
                .iter()
                .zip(found)
                .all(|(a, b)| a.name == b.name && a.dtype == b.dtype && dims_agree(a, b));
        if !same {
            return Err(EngineError::new(
                ErrorCode::InvalidModel,
                format!("the manifest's {what} are not those of the model"),
            ));
        }
    }
    Ok(())
}

fn dims_agree(a: &Port, b: &Port) -> bool {
    match (&a.dims, &b.dims) {
        (Some(a), Some(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|pair| match pair {
                    (Dim::Fixed(a), Dim::Fixed(b)) => a == b,
                    _ => true,
                })
        }
        _ => true,
    }
}
