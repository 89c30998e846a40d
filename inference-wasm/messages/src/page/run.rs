//! Runs, and what becomes of them when the worker or the GPU is lost.

use std::rc::Rc;

use web_sys::Blob;

use super::handle::{unexpected, Report};
use super::live::Ended;
use super::{Input, RunRequest, WorkerHandle};
use crate::{
    Answer, DeviceChoice, Fallback, GpuProbe, InputHead, Progress, Request, RunError, RunOutcome,
    MAX_INPUT_BYTES,
};

/// How often a run is given to a fresh worker after a crash, or after the GPU was lost.
const RESTARTS: u32 = 1;

/// A run on its way.
struct Attempt<'a> {
    request: &'a RunRequest,
    input: InputHead,
    blobs: Vec<Blob>,
    /// Why the GPU was given up.
    fallback: Option<Fallback>,
    /// The handle's count of cancellations when the run began.
    began: u32,
    report: Report,
}

impl WorkerHandle {
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
            Input::File(file) => {
                // `size` is a JavaScript number, an integer far below 2^53.
                let size = file.size() as u64;
                if size > MAX_INPUT_BYTES {
                    return Err(RunError::InputTooLarge {
                        size,
                        limit: MAX_INPUT_BYTES,
                    });
                }
                (InputHead::File, vec![file.clone()])
            }
        };
        let began = self.state.borrow().cancelled;
        let (mut losses, mut crashes) = (0, 0);
        let mut attempt = Attempt {
            request: &request,
            input,
            blobs,
            fallback: None,
            began,
            report,
        };
        loop {
            match self.attempt(&mut attempt).await {
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
                        attempt.fallback = Some(lost);
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

    /// Gives the run to the worker, which is started, and given the model and the GPU module, if need be.
    async fn attempt(&self, attempt: &mut Attempt<'_>) -> Result<RunOutcome, Ended> {
        let model = self
            .state
            .borrow()
            .model
            .clone()
            .ok_or(Ended::Failed(RunError::NoModel))?;
        self.up_once(&attempt.report).await?;
        if !self.live(|live| live.has_model) {
            self.give_model(&model, &attempt.report).await?;
        }
        self.still_wanted(attempt)?;
        if attempt.fallback.is_none() && attempt.request.device != DeviceChoice::Engine {
            if let Err(why) = self.up_gpu(&attempt.report).await? {
                if attempt.request.device == DeviceChoice::Gpu {
                    return Err(Ended::Failed(RunError::Gpu(why)));
                }
                attempt.fallback = Some(why);
            }
        }
        self.still_wanted(attempt)?;
        let run = Request::Run {
            input: attempt.input.clone(),
            device: attempt.request.device,
            fallback: attempt.fallback.clone(),
            seed: attempt.request.seed,
        };
        match self
            .call(run, attempt.blobs.clone(), attempt.report.clone())
            .await?
        {
            Answer::Outcome(outcome) => Ok(*outcome),
            other => Err(Ended::Failed(unexpected(&other))),
        }
    }

    /// Ends a run that was cancelled while nothing of it was in the worker.
    fn still_wanted(&self, attempt: &Attempt<'_>) -> Result<(), Ended> {
        if self.state.borrow().cancelled == attempt.began {
            Ok(())
        } else {
            Err(Ended::Cancelled)
        }
    }

    /// Starts the GPU module. The inner error says why there is none; the outer one ends the call.
    async fn up_gpu(&self, report: &Report) -> Result<Result<(), Fallback>, Ended> {
        if self.live(|live| live.has_gpu) {
            return Ok(Ok(()));
        }
        match self
            .call(Request::Probe, Vec::new(), report.clone())
            .await?
        {
            Answer::Probe(GpuProbe::Available { .. }) => {}
            Answer::Probe(GpuProbe::Unavailable(why)) => return Ok(Err(why)),
            other => return Err(Ended::Failed(unexpected(&other))),
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
}
