//! The handle: what to do when the worker is not there, is lost, or is not wanted any more.

mod lie;
mod program;

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::{AbortController, Blob};

use super::live::{Ended, Live};
use super::{Assets, Input, ModelFile, RunRequest};
use crate::{
    Answer, DeviceChoice, Fallback, GpuProbe, InputHead, ModelInfo, Progress, Request, RunError,
    RunOutcome, Sha256, MAX_INPUT_BYTES, MAX_MANIFEST_BYTES,
};

/// How often a run is given to a fresh worker after a crash, or after the GPU was lost.
const RESTARTS: u32 = 1;

/// The worker, as the page sees it.
#[derive(Clone)]
pub struct WorkerHandle {
    state: Rc<RefCell<State>>,
}

struct State {
    assets: Assets,
    files: Files,
    model: Option<Model>,
    live: Option<Live>,
    abort: Option<AbortController>,
}

/// Downloaded parts; a restarted worker gets them again.
#[derive(Clone, Default)]
struct Files {
    worker_js: Option<Blob>,
    worker_wasm: Option<Blob>,
    gpu_js: Option<Blob>,
    gpu_wasm: Option<Blob>,
    engine: Option<Blob>,
}

#[derive(Clone)]
struct Model {
    /// `None` for an ONNX file without one.
    manifest: Option<Vec<u8>>,
    files: Vec<ModelFile>,
}

type Report = Rc<dyn Fn(Progress)>;

impl WorkerHandle {
    /// A handle to a worker that is not started yet. Nothing is downloaded.
    pub fn new(assets: Assets) -> Self {
        Self {
            state: Rc::new(RefCell::new(State {
                assets,
                files: Files::default(),
                model: None,
                live: None,
                abort: None,
            })),
        }
    }

    /// The engine's identity, which receipts of the Replay lane bear.
    pub fn engine_id(&self) -> Option<Sha256> {
        self.state.borrow().assets.engine.sha256
    }

    /// Downloads what is missing and starts worker and engine. Does nothing if they run.
    ///
    /// # Errors
    /// [`RunError::Download`], [`RunError::Digest`], [`RunError::Size`], [`RunError::EngineModule`], [`RunError::Crashed`],
    /// [`RunError::Cancelled`].
    pub async fn start(&self, progress: impl Fn(Progress) + 'static) -> Result<(), RunError> {
        self.up(&(Rc::new(progress) as Report)).await
    }

    /// Asks the browser for WebGPU. Downloads nothing but the worker.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn probe_gpu(&self) -> Result<GpuProbe, RunError> {
        let silent: Report = Rc::new(|_| ());
        self.up(&silent).await?;
        match self
            .call(Request::Probe, Vec::new(), silent)
            .await
            .map_err(RunError::from)?
        {
            Answer::Probe(probe) => Ok(probe),
            other => Err(unexpected(&other)),
        }
    }

    /// Checks and loads a model in place of an earlier one. The handle keeps it for later restarts.
    ///
    /// # Errors
    /// As [`start`](Self::start), and [`RunError::Manifest`], [`RunError::MissingFile`], [`RunError::Unreadable`],
    /// [`RunError::Engine`], [`RunError::EngineTrap`]. After an error no model is loaded.
    pub async fn load_model(
        &self,
        manifest: &[u8],
        files: Vec<ModelFile>,
        progress: impl Fn(Progress) + 'static,
    ) -> Result<ModelInfo, RunError> {
        if manifest.len() > MAX_MANIFEST_BYTES {
            return Err(RunError::Manifest {
                detail: format!(
                    "it has {} bytes, more than {MAX_MANIFEST_BYTES}",
                    manifest.len()
                ),
            });
        }
        self.take(Some(manifest.to_vec()), files, progress).await
    }

    /// Loads an ONNX file without a manifest in place of an earlier model, as `tensors/1`: the ONNX file first, then its
    /// external data. Nothing says what its bytes should be, so a run of it belongs to no registered model.
    ///
    /// # Errors
    /// As [`load_model`](Self::load_model).
    pub async fn load_bare(
        &self,
        files: Vec<ModelFile>,
        progress: impl Fn(Progress) + 'static,
    ) -> Result<ModelInfo, RunError> {
        self.take(None, files, progress).await
    }

    async fn take(
        &self,
        manifest: Option<Vec<u8>>,
        files: Vec<ModelFile>,
        progress: impl Fn(Progress) + 'static,
    ) -> Result<ModelInfo, RunError> {
        let report: Report = Rc::new(progress);
        self.forget_model();
        self.up(&report).await?;
        let model = Model { manifest, files };
        let info = self
            .give_model(&model, &report)
            .await
            .map_err(RunError::from)?;
        self.state.borrow_mut().model = Some(model);
        Ok(info)
    }

    /// Runs the loaded model. If the worker crashes or the GPU is lost the run starts again in a fresh worker, once; after
    /// that, a run that may leave the GPU ends on the engine and says why.
    ///
    /// # Errors
    /// [`RunError::NoModel`], [`RunError::InputTooLarge`], [`RunError::Cancelled`], [`RunError::Engine`],
    /// [`RunError::EngineTrap`], [`RunError::Gpu`], [`RunError::Unreadable`], [`RunError::Crashed`], and those of
    /// [`start`](Self::start).
    pub async fn run(
        &self,
        request: RunRequest,
        progress: impl Fn(Progress) + 'static,
    ) -> Result<RunOutcome, RunError> {
        let report: Report = Rc::new(progress);
        let (input, blobs) = match &request.input {
            Input::Tensors(tensors) => (InputHead::Tensors(tensors.clone()), Vec::new()),
            Input::File(file) => (InputHead::File, vec![file.clone()]),
            Input::Files(files) => {
                let (names, blobs) = files.iter().cloned().unzip();
                (InputHead::Files(names), blobs)
            }
        };
        // `size` is a JavaScript number, an integer far below 2^53.
        let size = blobs.iter().map(|blob| blob.size() as u64).sum();
        if size > MAX_INPUT_BYTES {
            return Err(RunError::InputTooLarge {
                size,
                limit: MAX_INPUT_BYTES,
            });
        }
        let (mut fallback, mut losses, mut crashes) = (None, 0, 0);
        loop {
            let step = self
                .step(&request, &input, &blobs, &mut fallback, &report)
                .await;
            match step {
                Ok(outcome) => return Ok(outcome),
                Err(Ended::Failed(error)) => return Err(error),
                Err(Ended::Cancelled) => return Err(RunError::Cancelled),
                Err(Ended::GpuLost(detail)) => {
                    self.end(&Ended::GpuLost(detail.clone()));
                    losses += 1;
                    if losses > RESTARTS {
                        let lost = Fallback::DeviceLost { detail };
                        if request.device == DeviceChoice::Gpu {
                            return Err(RunError::Gpu(lost));
                        }
                        fallback = Some(lost);
                    }
                }
                Err(Ended::Crashed(detail)) => {
                    self.end(&Ended::Crashed(detail.clone()));
                    crashes += 1;
                    if crashes > RESTARTS {
                        return Err(RunError::Crashed { detail });
                    }
                }
            }
        }
    }

    /// Ends whatever is going on, at once: downloads are aborted, the worker is terminated, everything that waits is answered
    /// with [`RunError::Cancelled`]. The next call starts a fresh worker with the same model.
    pub fn cancel(&self) {
        if let Some(abort) = self.state.borrow_mut().abort.take() {
            abort.abort();
        }
        self.end(&Ended::Cancelled);
    }

    /// Forgets the loaded model and the references to its files.
    pub fn forget_model(&self) {
        self.state.borrow_mut().model = None;
    }

    async fn step(
        &self,
        request: &RunRequest,
        input: &InputHead,
        blobs: &[Blob],
        fallback: &mut Option<Fallback>,
        report: &Report,
    ) -> Result<RunOutcome, Ended> {
        let model = self
            .state
            .borrow()
            .model
            .clone()
            .ok_or(Ended::Failed(RunError::NoModel))?;
        self.up_once(report).await?;
        if !self.live(|live| live.has_model) {
            self.give_model(&model, report).await?;
        }
        if fallback.is_none() && request.device != DeviceChoice::Engine {
            if let Err(why) = self.up_gpu(request.device, report).await? {
                if request.device == DeviceChoice::Gpu {
                    return Err(Ended::Failed(RunError::Gpu(why)));
                }
                *fallback = Some(why);
            }
        }
        let run = Request::Run {
            input: input.clone(),
            device: request.device,
            fallback: fallback.clone(),
            seed: request.seed,
            exact: request.exact,
        };
        match self.call(run, blobs.to_vec(), report.clone()).await? {
            Answer::Outcome(outcome) => Ok(*outcome),
            other => Err(Ended::Failed(unexpected(&other))),
        }
    }

    /// Starts worker and engine; a crash on the way is tried once more.
    async fn up(&self, report: &Report) -> Result<(), RunError> {
        match self.up_once(report).await {
            Err(Ended::Crashed(_)) => {
                self.end(&Ended::Cancelled);
                self.up_once(report).await.map_err(RunError::from)
            }
            other => other.map_err(RunError::from),
        }
    }

    async fn up_once(&self, report: &Report) -> Result<(), Ended> {
        if self.state.borrow().live.is_some() {
            return Ok(());
        }
        let files = self.download(report).await.map_err(Ended::Failed)?;
        let (Some(worker_js), Some(gpu_js), Some(worker_wasm), Some(engine)) = (
            files.worker_js,
            files.gpu_js,
            files.worker_wasm,
            files.engine,
        ) else {
            return Err(Ended::Cancelled);
        };
        // Another call may have started it while this one downloaded.
        if self.state.borrow().live.is_none() {
            let live = Live::spawn(&worker_js, &gpu_js, &worker_wasm).map_err(Ended::Failed)?;
            self.state.borrow_mut().live = Some(live);
            let sha256 = self.engine_id().unwrap_or_default();
            match self
                .call(Request::Engine { sha256 }, vec![engine], report.clone())
                .await
            {
                Ok(Answer::Ready) => {}
                Ok(other) => return Err(Ended::Failed(unexpected(&other))),
                Err(ended) => {
                    self.end(&Ended::Cancelled);
                    return Err(ended);
                }
            }
        }
        Ok(())
    }

    /// Starts the GPU module. The inner error says why there is none; the outer one ends the call.
    async fn up_gpu(
        &self,
        device: DeviceChoice,
        report: &Report,
    ) -> Result<Result<(), Fallback>, Ended> {
        let ready = self.live(|live| live.has_gpu);
        if ready && device != DeviceChoice::Auto {
            return Ok(Ok(()));
        }
        match self
            .call(Request::Probe, Vec::new(), report.clone())
            .await?
        {
            Answer::Probe(GpuProbe::Available { adapter, software }) => {
                if software && device == DeviceChoice::Auto {
                    return Ok(Err(Fallback::SoftwareAdapter { adapter }));
                }
            }
            Answer::Probe(GpuProbe::Unavailable(why)) => return Ok(Err(why)),
            other => return Err(Ended::Failed(unexpected(&other))),
        }
        if ready {
            return Ok(Ok(()));
        }
        let (asset, have) = {
            let state = self.state.borrow();
            (state.assets.gpu_wasm.clone(), state.files.gpu_wasm.clone())
        };
        let module = match have {
            Some(module) => module,
            None => {
                let signal = self.abortable();
                match asset
                    .fetch(Some(&signal), &mut |progress| report(progress))
                    .await
                {
                    Ok(module) => module,
                    Err(RunError::Cancelled) => return Err(Ended::Cancelled),
                    Err(error) => {
                        return Ok(Err(Fallback::NoModule {
                            detail: error.to_string(),
                        }))
                    }
                }
            }
        };
        self.state.borrow_mut().files.gpu_wasm = Some(module.clone());
        let sha256 = asset.sha256.unwrap_or_default();
        match self
            .call(Request::Gpu { sha256 }, vec![module], report.clone())
            .await
        {
            Ok(Answer::Ready) => {
                self.live(|live| live.has_gpu = true);
                Ok(Ok(()))
            }
            Ok(other) => Err(Ended::Failed(unexpected(&other))),
            Err(Ended::Failed(RunError::Gpu(why))) => Ok(Err(why)),
            Err(Ended::Failed(error)) => Ok(Err(Fallback::NoModule {
                detail: error.to_string(),
            })),
            Err(ended) => Err(ended),
        }
    }

    async fn give_model(&self, model: &Model, report: &Report) -> Result<ModelInfo, Ended> {
        self.live(|live| live.has_model = false);
        let paths = model.files.iter().map(|file| file.path.clone()).collect();
        let request = match model.manifest.clone() {
            Some(manifest) => Request::Model { manifest, paths },
            None => Request::Bare { paths },
        };
        let blobs = model.files.iter().map(|file| file.data.clone()).collect();
        match self.call(request, blobs, report.clone()).await? {
            Answer::Model(info) => {
                self.live(|live| live.has_model = true);
                Ok(*info)
            }
            other => Err(Ended::Failed(unexpected(&other))),
        }
    }

    async fn download(&self, report: &Report) -> Result<Files, RunError> {
        let (assets, mut files) = {
            let state = self.state.borrow();
            (state.assets.clone(), state.files.clone())
        };
        let signal = self.abortable();
        for (slot, asset) in [
            (&mut files.worker_js, &assets.worker_js),
            (&mut files.worker_wasm, &assets.worker_wasm),
            (&mut files.gpu_js, &assets.gpu_js),
            (&mut files.engine, &assets.engine),
        ] {
            if slot.is_none() {
                *slot = Some(
                    asset
                        .fetch(Some(&signal), &mut |progress| report(progress))
                        .await?,
                );
            }
        }
        self.state.borrow_mut().files = files.clone();
        Ok(files)
    }

    /// A signal that [`cancel`](Self::cancel) aborts.
    fn abortable(&self) -> web_sys::AbortSignal {
        let mut state = self.state.borrow_mut();
        if state.abort.is_none() {
            state.abort = AbortController::new().ok();
        }
        match &state.abort {
            Some(abort) => abort.signal(),
            // Without AbortController nothing is ever aborted.
            None => web_sys::AbortSignal::timeout_with_u32(u32::MAX),
        }
    }

    async fn call(
        &self,
        request: Request,
        blobs: Vec<Blob>,
        report: Report,
    ) -> Result<Answer, Ended> {
        let answer = match &self.state.borrow().live {
            Some(live) => live.ask(&request, &blobs, report),
            None => return Err(Ended::Cancelled),
        };
        answer.await.unwrap_or(Err(Ended::Cancelled))
    }

    fn live<T: Default>(&self, then: impl FnOnce(&mut Live) -> T) -> T {
        self.state
            .borrow_mut()
            .live
            .as_mut()
            .map(then)
            .unwrap_or_default()
    }

    /// Ends the worker and answers all that wait with `how`.
    fn end(&self, how: &Ended) {
        let live = self.state.borrow_mut().live.take();
        if let Some(live) = live {
            live.end(how);
        }
    }
}

fn unexpected(answer: &Answer) -> RunError {
    let what = match answer {
        Answer::Ready => "ready",
        Answer::Probe(_) => "a probe",
        Answer::Model(_) => "a model",
        Answer::Outcome(_) => "an outcome",
        Answer::Staged(_) => "a false claim",
        Answer::Turn(_) => "a turn",
    };
    RunError::Protocol {
        detail: format!("the worker answered with {what}"),
    }
}
