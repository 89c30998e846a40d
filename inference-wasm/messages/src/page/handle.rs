//! The handle: what to do when the worker is not there, is lost, or is not wanted any more.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::{AbortController, Blob};

use super::files::Files;
use super::live::{Ended, Live};
use super::{Assets, ModelFile};
use crate::{Answer, GpuProbe, ModelInfo, Progress, Request, RunError, Sha256, MAX_MANIFEST_BYTES};

/// The worker, as the page sees it.
#[derive(Clone)]
pub struct WorkerHandle {
    pub(super) state: Rc<RefCell<State>>,
}

pub(super) struct State {
    pub(super) assets: Assets,
    pub(super) files: Files,
    pub(super) model: Option<Model>,
    pub(super) live: Option<Live>,
    pub(super) abort: Option<AbortController>,
    /// How often it was cancelled: who started before and goes on after finds out here.
    pub(super) cancelled: u32,
}

#[derive(Clone)]
pub(super) struct Model {
    manifest: Vec<u8>,
    files: Vec<ModelFile>,
}

pub(super) type Report = Rc<dyn Fn(Progress)>;

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
                cancelled: 0,
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
        let report: Report = Rc::new(progress);
        self.forget_model();
        self.up(&report).await?;
        let model = Model {
            manifest: manifest.to_vec(),
            files,
        };
        let info = self
            .give_model(&model, &report)
            .await
            .map_err(RunError::from)?;
        self.state.borrow_mut().model = Some(model);
        Ok(info)
    }

    /// Ends whatever is going on, at once: downloads are aborted, the worker is terminated, everything that waits is answered
    /// with [`RunError::Cancelled`]. The next call starts a fresh worker with the same model.
    pub fn cancel(&self) {
        let abort = {
            let mut state = self.state.borrow_mut();
            state.cancelled = state.cancelled.wrapping_add(1);
            state.abort.take()
        };
        if let Some(abort) = abort {
            abort.abort();
        }
        self.end(&Ended::Cancelled);
    }

    /// Forgets the loaded model and the references to its files.
    pub fn forget_model(&self) {
        self.state.borrow_mut().model = None;
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

    pub(super) async fn up_once(&self, report: &Report) -> Result<(), Ended> {
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

    pub(super) async fn give_model(
        &self,
        model: &Model,
        report: &Report,
    ) -> Result<ModelInfo, Ended> {
        self.live(|live| live.has_model = false);
        let request = Request::Model {
            manifest: model.manifest.clone(),
            paths: model.files.iter().map(|file| file.path.clone()).collect(),
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

    pub(super) async fn call(
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

    pub(super) fn live<T: Default>(&self, then: impl FnOnce(&mut Live) -> T) -> T {
        self.state
            .borrow_mut()
            .live
            .as_mut()
            .map(then)
            .unwrap_or_default()
    }

    /// Ends the worker and answers all that wait with `how`.
    pub(super) fn end(&self, how: &Ended) {
        let live = self.state.borrow_mut().live.take();
        if let Some(live) = live {
            live.end(how);
        }
    }
}

pub(super) fn unexpected(answer: &Answer) -> RunError {
    let what = match answer {
        Answer::Ready => "ready",
        Answer::Probe(_) => "a probe",
        Answer::Model(_) => "a model",
        Answer::Outcome(_) => "an outcome",
    };
    RunError::Protocol {
        detail: format!("the worker answered with {what}"),
    }
}
