//! Whether the GPU may be trusted with a model: the answers that its manifest lists, once per model and device, and the engine's
//! answer on a fixed input, once per shape of the inputs.

use countersign_abi::{
    Description, Input, NamedTensor, Op, PrepareRequest, PrepareResponse, RunRequest, RunResponse,
    Task,
};
use countersign_messages::{Fallback, Progress, RunError, Stage, Timings};

use crate::compare::agree;
use crate::gpu::Gpu;
use crate::known;
use crate::probe;
use crate::run::{now, Fits, Machine, Setback};

fn failed(detail: impl Into<String>) -> Fallback {
    Fallback::SelfTest {
        detail: detail.into(),
    }
}

impl Machine {
    /// Forgets what the GPU was found to be right on.
    pub(crate) fn forget_gpu(&mut self) {
        self.gpu_has_model = None;
        self.gpu_knows = None;
    }

    pub(crate) fn gpu(&self) -> Result<&Gpu, Fallback> {
        let missing = || Fallback::NoModule {
            detail: "it was not started".to_owned(),
        };
        self.gpu.as_ref().map(|(gpu, _)| gpu).ok_or_else(missing)
    }

    /// Puts the model on the GPU for inputs like `tensors`, and tests it once.
    pub(crate) async fn gpu_ready(
        &mut self,
        tensors: &Vec<NamedTensor>,
        timings: &mut Timings,
        progress: &impl Fn(Progress),
    ) -> Result<(), Setback> {
        let dims = tensors
            .iter()
            .map(|tensor| (tensor.name.clone(), tensor.dims.clone()));
        let dims: Vec<_> = dims.collect();
        if let Some((fits, verdict)) = &self.gpu_has_model {
            if fits.dims == dims && fits.pinned.iter().all(|pinned| tensors.contains(pinned)) {
                return verdict.clone().map_err(Setback::Gpu);
            }
        }
        self.gpu_has_model = None;
        let tested = self.gpu_tests(tensors, timings, progress).await;
        // The tests may have left the bare model in the engine.
        self.ready(timings, progress).await?;
        let (pinned, verdict) = match tested {
            Ok(pinned) => (pinned, Ok(())),
            Err(Setback::Gpu(why)) => (Vec::new(), Err(why)),
            Err(error) => return Err(error),
        };
        self.gpu_has_model = Some((Fits { dims, pinned }, verdict.clone()));
        verdict.map_err(Setback::Gpu)
    }

    /// All tests; the inputs that became part of the model on the GPU.
    async fn gpu_tests(
        &mut self,
        tensors: &Vec<NamedTensor>,
        timings: &mut Timings,
        progress: &impl Fn(Progress),
    ) -> Result<Vec<NamedTensor>, Setback> {
        if self.gpu_knows.is_none() {
            progress(Progress::stage(Stage::SelfTest));
            let from = now();
            let verdict = match self.gpu_known().await {
                Ok(()) => Ok(()),
                Err(Setback::Gpu(lost @ Fallback::DeviceLost { .. })) => return Err(lost.into()),
                Err(Setback::Gpu(why)) => Err(why),
                Err(error) => return Err(error),
            };
            self.gpu_knows = Some(verdict);
            timings.self_test += now() - from;
        }
        if let Some(Err(why)) = &self.gpu_knows {
            return Err(why.clone().into());
        }
        progress(Progress::stage(Stage::GpuLoad));
        let from = now();
        let pinned = self.gpu_load(tensors).await?;
        timings.load += now() - from;

        progress(Progress::stage(Stage::SelfTest));
        let from = now();
        self.gpu_agrees(tensors, &pinned).await?;
        timings.self_test += now() - from;
        Ok(pinned)
    }

    async fn gpu_load(&self, tensors: &Vec<NamedTensor>) -> Result<Vec<NamedTensor>, Setback> {
        let model = self.model.as_ref().ok_or(RunError::NoModel)?;
        let onnx = model.onnx().await?;
        let pinned = self.gpu()?.load(&onnx, tensors).await?;
        let pinned = tensors
            .iter()
            .filter(|tensor| pinned.contains(&tensor.name));
        Ok(pinned.cloned().collect())
    }

    /// The model without its task in the engine; a later [`Machine::ready`] loads the task again.
    async fn bare(&mut self) -> Result<Description, Setback> {
        let (Some(model), Some((engine, _))) = (&self.model, &mut self.engine) else {
            return Err(RunError::NoModel.into());
        };
        self.engine_has_model = false;
        Ok(model.load_bare(engine).await?)
    }

    /// What the engine answers; its refusal is no fault of the run, but nothing can be compared.
    fn truth(&mut self, input: Input) -> Result<Vec<NamedTensor>, Setback> {
        let request = RunRequest {
            input,
            seed: [0; 32],
        };
        match self.call::<RunResponse>(Op::Run, &request) {
            Err(RunError::Engine(error)) => {
                Err(failed(format!("the engine refused the fixed input ({error})")).into())
            }
            other => Ok(other?.outputs),
        }
    }

    /// The answers that the manifest lists: the engine and the GPU must both give them.
    async fn gpu_known(&mut self) -> Result<(), Setback> {
        let model = self.model.as_ref().ok_or(RunError::NoModel)?;
        let tolerance = model.plan.tolerance;
        // A page that did not give them keeps the GPU unused, not the engine.
        let all = match model.known_answers().await {
            Err(RunError::MissingFile { path }) => {
                return Err(failed(format!("the known answer {path} was not loaded")).into())
            }
            other => other?,
        };
        for bytes in all {
            let (inputs, outputs) = known::read(&bytes).map_err(failed)?;
            let description = self.bare().await?;
            let names = |ports: &[countersign_abi::Port]| -> Vec<String> {
                ports.iter().map(|port| port.name.clone()).collect()
            };
            let other = || failed("the known answer has other inputs or outputs than the model");
            let order = |tensors: &[NamedTensor], names: &[String]| {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                known::ordered(tensors, &names).ok_or_else(other)
            };
            let inputs = order(&inputs, &names(&description.inputs))?;
            let outputs = order(&outputs, &names(&description.outputs))?;
            let truth = self.truth(Input::Tensors(inputs.clone()))?;
            agree(&truth, &outputs, tolerance).map_err(|what| {
                failed(format!(
                    "the engine gives another answer than the model's publisher: {what}"
                ))
            })?;
            self.gpu_load(&inputs).await?;
            let ours = self.gpu()?.run(&inputs).await?;
            agree(&ours, &outputs, tolerance)
                .map_err(|what| failed(format!("on the publisher's known answer, {what}")))?;
            agree(&ours, &truth, tolerance).map_err(failed)?;
        }
        Ok(())
    }

    /// The engine's answer on a fixed input of the same shape.
    async fn gpu_agrees(
        &mut self,
        tensors: &[NamedTensor],
        pinned: &[NamedTensor],
    ) -> Result<(), Setback> {
        let model = self.model.as_ref().ok_or(RunError::NoModel)?;
        let (task, tolerance) = (model.plan.task, model.plan.tolerance);
        let nothing = || failed("there is no input to compare on");
        let (fed, truth) = if task == Task::Magika1 {
            // Its inputs are whole numbers of a narrow range: a file gives such.
            self.ready(&mut Timings::default(), &|_| ()).await?;
            let input = Input::File(probe::file());
            let truth = self.truth(input.clone())?;
            let request = PrepareRequest { input };
            let prepared: PrepareResponse = self.call(Op::Prepare, &request)?;
            (prepared.tensors.ok_or_else(nothing)?, truth)
        } else {
            let made = probe::tensors(tensors, pinned).ok_or_else(nothing)?;
            self.bare().await?;
            let truth = self.truth(Input::Tensors(made.clone()))?;
            (made, truth)
        };
        let ours = self.gpu()?.run(&fed).await?;
        Ok(agree(&ours, &truth, tolerance).map_err(failed)?)
    }
}
