//! One run, on the engine or on the GPU.

use countersign_abi::{
    ErrorCode, FinishRequest, Input, NamedTensor, Op, PrepareRequest, PrepareResponse, RunRequest,
    RunResponse,
};
use countersign_messages::{
    Device, DeviceChoice, Fallback, Memory, Progress, Reason, RunError, RunOutcome, Sha256, Stage,
    Timings,
};
use wasm_bindgen::JsCast as _;
use web_sys::WorkerGlobalScope;

use crate::engine::Engine;
use crate::gpu::Gpu;
use crate::model::Model;

/// The inputs that a model on the GPU takes.
pub(crate) struct Fits {
    /// Their names and dimensions.
    pub(crate) dims: Vec<(String, Vec<u64>)>,
    /// Those that are part of the model there: with other values it is put there anew.
    pub(crate) pinned: Vec<NamedTensor>,
}

/// The modules that run models, and what is loaded in them.
#[derive(Default)]
pub(crate) struct Machine {
    pub(crate) engine: Option<(Engine, Sha256)>,
    pub(crate) gpu: Option<(Gpu, Sha256)>,
    pub(crate) model: Option<Model>,
    /// Whether the engine's instance holds the model.
    pub(crate) engine_has_model: bool,
    /// For which inputs the GPU holds the model, with its self-test passed; or why it will not.
    pub(crate) gpu_has_model: Option<(Fits, Result<(), Fallback>)>,
    /// Whether the GPU gave the answers that the model's manifest lists, once they were asked for.
    pub(crate) gpu_knows: Option<Result<(), Fallback>>,
}

/// A request to run, with the input read.
pub(crate) struct Job {
    pub(crate) input: Input,
    pub(crate) device: DeviceChoice,
    pub(crate) fallback: Option<Fallback>,
    pub(crate) seed: [u8; 32],
    /// Whether its outcome must be one of the model's exact program, which is at hand then.
    pub(crate) exact: bool,
    /// When the request arrived.
    pub(crate) arrived: u64,
}

/// Why a run on the GPU gave no answer.
pub(crate) enum Setback {
    /// The engine can run it instead.
    Gpu(Fallback),
    /// It cannot be run.
    Error(RunError),
}

impl From<Fallback> for Setback {
    fn from(why: Fallback) -> Self {
        Self::Gpu(why)
    }
}

impl From<RunError> for Setback {
    fn from(error: RunError) -> Self {
        Self::Error(error)
    }
}

/// Why there is no outcome.
pub(crate) enum Stop {
    /// There is none.
    Error(RunError),
    /// The GPU is lost for this worker.
    GpuLost(String),
}

impl From<RunError> for Stop {
    fn from(error: RunError) -> Self {
        Self::Error(error)
    }
}

/// Microseconds since the worker started.
pub(crate) fn now() -> u64 {
    let scope = js_sys::global().unchecked_into::<WorkerGlobalScope>();
    // A JavaScript number of milliseconds, never negative.
    scope
        .performance()
        .map_or(0, |clock| (clock.now() * 1000.0) as u64)
}

impl Machine {
    /// Runs the loaded model.
    pub(crate) async fn run(
        &mut self,
        job: Job,
        progress: &impl Fn(Progress),
    ) -> Result<RunOutcome, Stop> {
        let mut timings = Timings::default();
        self.ready(&mut timings, progress).await?;
        let mut reason = match job.device {
            DeviceChoice::Engine => Reason::Asked,
            DeviceChoice::Auto | DeviceChoice::PreferGpu | DeviceChoice::Gpu => Reason::Automatic,
        };
        if let Some(why) = job.fallback.clone() {
            reason = Reason::Fallback(why);
        } else if job.device != DeviceChoice::Engine {
            match self.on_gpu(&job, &mut timings, progress).await {
                Ok(Some(response)) => {
                    if job.device == DeviceChoice::Gpu {
                        reason = Reason::Asked;
                    }
                    return Ok(self.outcome(Device::Gpu, reason, response, timings, &job)?);
                }
                Ok(None) => reason = Reason::NotNeeded,
                Err(Setback::Error(error)) => return Err(error.into()),
                Err(Setback::Gpu(Fallback::DeviceLost { detail })) => {
                    return Err(Stop::GpuLost(detail))
                }
                Err(Setback::Gpu(why)) if job.device == DeviceChoice::Gpu => {
                    return Err(RunError::Gpu(why).into())
                }
                Err(Setback::Gpu(why)) => reason = Reason::Fallback(why),
            }
        }
        progress(Progress::stage(Stage::Run));
        let from = now();
        let request = RunRequest {
            input: job.input.clone(),
            seed: job.seed,
        };
        let response = self.call(Op::Run, &request)?;
        timings.run = now() - from;
        Ok(self.outcome(Device::Engine, reason, response, timings, &job)?)
    }

    /// Loads the model into a fresh instance of the engine, where there is one.
    pub(crate) async fn ready(
        &mut self,
        timings: &mut Timings,
        progress: &impl Fn(Progress),
    ) -> Result<(), RunError> {
        let (Some(model), Some((engine, _))) = (&self.model, &mut self.engine) else {
            return Err(RunError::NoModel);
        };
        if !self.engine_has_model {
            let from = now();
            model.load(engine, progress).await?;
            self.engine_has_model = true;
            timings.load += now() - from;
        }
        Ok(())
    }

    /// An operation of the engine; after a trap its instance is a fresh one, without a model.
    pub(crate) fn call<T: countersign_abi::Decode>(
        &mut self,
        op: Op,
        request: &impl countersign_abi::Encode,
    ) -> Result<T, RunError> {
        let (engine, _) = self.engine.as_mut().ok_or(RunError::NoModel)?;
        let answer = engine.call(op, request);
        if matches!(
            answer,
            Err(RunError::EngineTrap { .. } | RunError::EngineModule { .. })
        ) {
            self.engine_has_model = false;
        }
        answer
    }

    /// Runs on the GPU; `None` if the task knows the answer without the model.
    async fn on_gpu(
        &mut self,
        job: &Job,
        timings: &mut Timings,
        progress: &impl Fn(Progress),
    ) -> Result<Option<RunResponse>, Setback> {
        progress(Progress::stage(Stage::Prepare));
        let from = now();
        let request = PrepareRequest {
            input: job.input.clone(),
        };
        let prepared: PrepareResponse = match self.call(Op::Prepare, &request) {
            // A task that executes its model several times does so on the engine.
            Err(RunError::Engine(error)) if error.code == ErrorCode::Unsupported => {
                return Err(Setback::Gpu(Fallback::Unsupported {
                    node: String::new(),
                    operator: format!("The task ({error})"),
                }))
            }
            other => other?,
        };
        timings.prepare = now() - from;
        let Some(tensors) = prepared.tensors else {
            return Ok(None);
        };
        self.gpu_ready(&tensors, timings, progress).await?;

        progress(Progress::stage(Stage::Run));
        let from = now();
        let outputs = self.gpu()?.run(&tensors).await?;
        timings.run = now() - from;

        progress(Progress::stage(Stage::Commit));
        let from = now();
        let request = FinishRequest {
            input: job.input.clone(),
            outputs: Some(outputs),
            seed: job.seed,
        };
        let response = self.call(Op::Finish, &request)?;
        timings.commit = now() - from;
        Ok(Some(response))
    }

    fn outcome(
        &self,
        device: Device,
        reason: Reason,
        response: RunResponse,
        mut timings: Timings,
        job: &Job,
    ) -> Result<RunOutcome, RunError> {
        if job.exact {
            self.check_exact(&job.input, &response)?;
        }
        let (engine, engine_id) = self.engine.as_ref().ok_or(RunError::NoModel)?;
        let gpu = self.gpu.as_ref();
        let (id, adapter) = match (device, gpu) {
            (Device::Gpu, Some((gpu, id))) => (*id, Some(gpu.adapter.clone())),
            _ => (*engine_id, None),
        };
        timings.total = now() - job.arrived;
        Ok(RunOutcome {
            device,
            reason,
            adapter,
            engine: id,
            executed: response.executed,
            input: response.input,
            output: response.output,
            input_items: response.input_items,
            output_items: response.output_items,
            outputs: response.outputs,
            result: response.result,
            timings,
            exact: job.exact,
            outside: None,
            memory: Memory {
                engine: engine.memory(),
                worker: own_memory(),
                gpu: gpu.map_or(0, |(gpu, _)| gpu.memory()),
            },
        })
    }
}

fn own_memory() -> u64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    u64::from(js_sys::Uint8Array::new(&memory.buffer()).length())
}
