//! The worker's files: downloaded once, given again to every fresh worker.

use web_sys::{AbortController, AbortSignal, Blob};

use super::handle::Report;
use super::WorkerHandle;
use crate::RunError;

/// Downloaded parts; a restarted worker gets them again.
#[derive(Clone, Default)]
pub(super) struct Files {
    pub(super) worker_js: Option<Blob>,
    pub(super) worker_wasm: Option<Blob>,
    pub(super) gpu_js: Option<Blob>,
    pub(super) gpu_wasm: Option<Blob>,
    pub(super) engine: Option<Blob>,
}

impl WorkerHandle {
    /// Downloads what a worker needs and is not there yet.
    pub(super) async fn download(&self, report: &Report) -> Result<Files, RunError> {
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
    pub(super) fn abortable(&self) -> AbortSignal {
        let mut state = self.state.borrow_mut();
        if state.abort.is_none() {
            state.abort = AbortController::new().ok();
        }
        match &state.abort {
            Some(abort) => abort.signal(),
            // Without AbortController nothing is ever aborted.
            None => AbortSignal::timeout_with_u32(u32::MAX),
        }
    }
}
