//! Repeating a run in this tab, for the verdict on its receipt.

use super::worker::{Part, Worker};
use crate::browser::random;
use crate::text::{en, faults};
use core::cell::RefCell;
use countersign_client::lists::Engine;
use countersign_client::verify::{ExactRun, Executor, ExecutorError, Model, OutsideInterval};
use countersign_messages as messages;
use countersign_messages::abi::{self, RunResponse};
use countersign_messages::page::{Asset, Input, RunRequest};
use countersign_messages::{DeviceChoice, Progress, RunError, RunOutcome};
use countersign_shared::id::ExactRoot;
use countersign_shared::manifest::Task;
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use web_sys::Blob;

/// Runs models on the engine that a receipt names.
pub struct Replay {
    /// The tab's worker.
    pub worker: Worker,
    /// Told how far it is.
    pub report: Rc<dyn Fn(Progress)>,
    /// What the repeated run answered, for showing; whether it is what was signed is the verdict's to say.
    pub repeated: Rc<RefCell<Option<Repeated>>>,
}

/// The answer of a repeated run.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeated {
    /// The model's name and version.
    pub model: String,
    /// Its task.
    pub task: Task,
    /// The result's bytes.
    pub result: Vec<u8>,
}

impl Executor for Replay {
    async fn run(
        &self,
        engine: &Engine,
        model: &Model,
        input: &abi::Input,
    ) -> Result<RunResponse, ExecutorError> {
        self.again(engine, model, input, None).await.map(response)
    }

    async fn exact(
        &self,
        engine: &Engine,
        model: &Model,
        root: ExactRoot,
        input: &abi::Input,
    ) -> Result<ExactRun, ExecutorError> {
        let exact = messages::ExactRun {
            root: *root.as_bytes(),
            judge: true,
        };
        let mut outcome = self.again(engine, model, input, Some(exact)).await?;
        let outside = outcome.outside.take().map(outside);
        Ok(ExactRun {
            response: response(outcome),
            outside,
        })
    }
}

fn outside(outside: messages::Outside) -> OutsideInterval {
    OutsideInterval {
        input: outside.input,
        element: outside.element,
        lo: outside.lo,
        hi: outside.hi,
    }
}

fn response(outcome: RunOutcome) -> RunResponse {
    RunResponse {
        executed: outcome.executed,
        input_items: outcome.input_items,
        output_items: outcome.output_items,
        outputs: outcome.outputs,
        result: outcome.result,
        input: outcome.input,
        output: outcome.output,
    }
}

impl Replay {
    /// Runs the model on that engine, once more.
    async fn again(
        &self,
        engine: &Engine,
        model: &Model,
        input: &abi::Input,
        exact: Option<messages::ExactRun>,
    ) -> Result<RunOutcome, ExecutorError> {
        let url = format!("/{}", engine.file.trim_start_matches('/'));
        let failed = |error| translate(error, &url, model);
        let asset = Asset {
            url: url.clone(),
            sha256: Some(engine.id.to_bytes()),
            size: None,
        };
        let handle = self.worker.with_engine(asset).await.map_err(failed)?;
        let report = Rc::clone(&self.report);
        self.worker
            .give(&handle, model, move |_: Part, progress| report(progress))
            .await
            .map_err(failed)?;
        let input = match input {
            abi::Input::Tensors(tensors) => Input::Tensors(tensors.clone()),
            abi::Input::File(bytes) => Input::File(blob(bytes)?),
            abi::Input::Files(files) => Input::Files(
                files
                    .iter()
                    .map(|file| Ok((file.name.clone(), blob(&file.data)?)))
                    .collect::<Result<_, ExecutorError>>()?,
            ),
        };
        // Items are compared, not commitments: this seed's salts are thrown away.
        let seed = random::bytes32().map_err(|error| ExecutorError::Crashed {
            reason: error.detail,
        })?;
        let report = Rc::clone(&self.report);
        let request = RunRequest {
            input,
            device: DeviceChoice::Engine,
            seed,
            exact,
        };
        let outcome = handle
            .run(request, move |progress| report(progress))
            .await
            .map_err(failed)?;
        *self.repeated.borrow_mut() = outcome.result.clone().map(|result| Repeated {
            model: en::model_name(&model.manifest.name, &model.manifest.version),
            task: model.manifest.task,
            result,
        });
        Ok(outcome)
    }
}

fn blob(bytes: &[u8]) -> Result<Blob, ExecutorError> {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).map_err(|_| {
        ExecutorError::Crashed {
            reason: "the browser has no memory for the input".to_owned(),
        }
    })
}

/// The worker's words in the verdict's terms.
fn translate(error: RunError, engine: &str, model: &Model) -> ExecutorError {
    let reason = faults::run_error(&error).trim_end_matches('.').to_owned();
    // Downloads name a URL; the manifest knows which of its files comes from there.
    let path = |what: &str| {
        let from = |source: &str| what == source || what.trim_start_matches('/') == source;
        let file = model.manifest.files.iter().find(|file| {
            file.path == what || file.sources.iter().any(|source| from(source.as_str()))
        });
        file.map_or_else(|| what.to_owned(), |file| file.path.clone())
    };
    match error {
        RunError::Cancelled => ExecutorError::Cancelled,
        RunError::Engine(error) => ExecutorError::Engine(error),
        RunError::NotExact { reason } => ExecutorError::NotExact { reason },
        RunError::OtherProgram { found } => ExecutorError::OtherProgram {
            found: ExactRoot::new(found),
        },
        RunError::Outside(found) => ExecutorError::Outside(outside(found)),
        RunError::Digest { what, .. } | RunError::Size { what, .. } if what == engine => {
            ExecutorError::EngineDiffers
        }
        RunError::Digest { what, .. } | RunError::Size { what, .. } => {
            ExecutorError::FileDiffers { path: path(&what) }
        }
        RunError::Download { what, .. } if what == engine => {
            ExecutorError::EngineUnavailable { reason }
        }
        RunError::Download { what, .. } => ExecutorError::FileUnavailable {
            path: path(&what),
            reason,
        },
        RunError::MissingFile { path } => ExecutorError::FileUnavailable { path, reason },
        RunError::EngineModule { .. } => ExecutorError::EngineUnavailable { reason },
        _ => ExecutorError::Crashed { reason },
    }
}
