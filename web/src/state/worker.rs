//! The worker of this tab: made when a model is first wanted, told only what it has to know.
//! What was downloaded stays with the tab, and where the browser allows it on the device, so that further runs need no
//! network (P2).

use super::kept::{self, use_trouble, Trouble};
use super::sources::{use_searches, Came, Here, Searches};
use crate::browser::error::BrowserError;
use core::cell::RefCell;
use countersign_client::verify::Model;
use countersign_messages::page::{download, Asset, Assets, Expected, ModelFile, WorkerHandle};
use countersign_messages::{ModelInfo, Progress, RunError};
use countersign_shared::id::{FileHash, ModelId};
use countersign_shared::manifest;
use leptos::prelude::*;
use std::collections::HashMap;
use std::rc::Rc;
use web_sys::{AbortController, Blob};

const ASSETS: &str = "/assets/assets.json";

/// The worker, as pages see it. Cheap to clone.
#[derive(Clone)]
pub struct Worker(Rc<RefCell<Inner>>, Trouble, Searches);

#[derive(Default)]
struct Inner {
    assets: Option<Assets>,
    handle: Option<WorkerHandle>,
    loaded: Option<ModelId>,
    files: HashMap<FileHash, Blob>,
    abort: Option<AbortController>,
}

/// A worker with one model loaded, ready to run.
#[derive(Clone)]
pub struct Loaded {
    /// The worker.
    pub handle: WorkerHandle,
}

/// What is being fetched or done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The worker and the engine.
    Engine,
    /// The model's files.
    Model,
}

impl Worker {
    fn new() -> Self {
        Self(
            Rc::new(RefCell::new(Inner::default())),
            use_trouble(),
            use_searches(),
        )
    }

    /// The files the worker is made of.
    ///
    /// # Errors
    /// [`RunError::Download`].
    pub async fn assets(&self) -> Result<Assets, RunError> {
        let known = self.0.borrow().assets.clone();
        if let Some(assets) = known {
            return Ok(assets);
        }
        let assets = Assets::fetch(ASSETS).await?;
        self.0.borrow_mut().assets = Some(assets.clone());
        Ok(assets)
    }

    /// The handle of the tab's worker, with the engine that the app is served with.
    ///
    /// # Errors
    /// [`RunError::Download`].
    pub async fn handle(&self) -> Result<WorkerHandle, RunError> {
        let assets = self.assets().await?;
        let mut inner = self.0.borrow_mut();
        Ok(inner
            .handle
            .get_or_insert_with(|| WorkerHandle::new(assets))
            .clone())
    }

    /// A worker of its own with another engine, for a replay.
    ///
    /// # Errors
    /// [`RunError::Download`].
    pub async fn with_engine(&self, engine: Asset) -> Result<WorkerHandle, RunError> {
        let assets = self.assets().await?;
        if assets.engine.sha256 == engine.sha256 {
            return self.handle().await;
        }
        Ok(WorkerHandle::new(Assets { engine, ..assets }))
    }

    /// Starts the worker and gives it a model, unless it has it.
    ///
    /// # Errors
    /// Those of the downloads and of [`WorkerHandle::load_model`].
    pub async fn load(
        &self,
        model: &Model,
        report: impl Fn(Part, Progress) + Clone + 'static,
    ) -> Result<Loaded, RunError> {
        let handle = self.handle().await?;
        if self.0.borrow().loaded == Some(model.id) {
            return Ok(Loaded { handle });
        }
        self.give(&handle, model, report).await?;
        self.0.borrow_mut().loaded = Some(model.id);
        Ok(Loaded { handle })
    }

    /// Starts the worker and gives it an ONNX file without a manifest, the file first, then its external data.
    ///
    /// # Errors
    /// Those of [`WorkerHandle::load_bare`].
    pub async fn load_bare(
        &self,
        files: Vec<ModelFile>,
        report: impl Fn(Progress) + 'static,
    ) -> Result<(WorkerHandle, ModelInfo), RunError> {
        let handle = self.handle().await?;
        self.0.borrow_mut().loaded = None;
        let info = handle.load_bare(files, report).await?;
        Ok((handle, info))
    }

    /// Starts a worker and gives it a model.
    ///
    /// # Errors
    /// Those of the downloads and of [`WorkerHandle::load_model`].
    pub async fn give(
        &self,
        handle: &WorkerHandle,
        model: &Model,
        report: impl Fn(Part, Progress) + Clone + 'static,
    ) -> Result<(), RunError> {
        self.0.borrow_mut().loaded = None;
        let engine = report.clone();
        handle
            .start(move |progress| engine(Part::Engine, progress))
            .await?;
        let files = self.files(model, &report).await?;
        self.note(kept::keep_model(model).await);
        let manifest = model
            .manifest
            .to_bytes()
            .map_err(|error| RunError::Manifest {
                detail: error.to_string(),
            })?;
        handle
            .load_model(&manifest, files, move |progress| {
                report(Part::Model, progress)
            })
            .await?;
        Ok(())
    }

    /// All files of a model, from memory or from their sources: known answers too, which the GPU is tested on.
    async fn files(
        &self,
        model: &Model,
        report: &impl Fn(Part, Progress),
    ) -> Result<Vec<ModelFile>, RunError> {
        let needed: Vec<_> = model.manifest.files.iter().collect();
        let total: u64 = needed.iter().map(|file| file.size).sum();
        let mut before = 0;
        let mut files = Vec::with_capacity(needed.len());
        for file in needed {
            let known = self.0.borrow().files.get(&file.sha256).cloned();
            let known = match known {
                Some(data) => Some((data, Here::Tab)),
                None => kept::file(file.sha256, file.size)
                    .await
                    .map(|data| (data, Here::Kept)),
            };
            let data = match known {
                Some((data, here)) => {
                    self.2.found(file.sha256, here);
                    let mut inner = self.0.borrow_mut();
                    inner.files.insert(file.sha256, data.clone());
                    data
                }
                None => {
                    let data = self
                        .fetch(file, &mut |progress: Progress| {
                            let done = before + progress.done;
                            report(
                                Part::Model,
                                Progress {
                                    done,
                                    total: Some(total),
                                    ..progress
                                },
                            );
                        })
                        .await?;
                    self.0.borrow_mut().files.insert(file.sha256, data.clone());
                    // Its digest was checked on the way; what was cut off never gets here.
                    self.note(kept::keep_file(file.sha256, &data).await);
                    data
                }
            };
            before += file.size;
            files.push(ModelFile {
                path: file.path.clone(),
                data,
            });
        }
        Ok(files)
    }

    /// Takes a file whose digest was checked, as if it had been downloaded.
    pub async fn give_file(&self, sha256: FileHash, data: Blob) {
        self.note(kept::keep_file(sha256, &data).await);
        self.0.borrow_mut().files.insert(sha256, data);
    }

    /// That a file could not be kept is told, and stops nothing.
    fn note(&self, outcome: Result<(), BrowserError>) {
        let _ = self.1.try_set(outcome.err());
    }

    /// One file, from the first source that gives the right bytes.
    async fn fetch(
        &self,
        file: &manifest::ModelFile,
        report: &mut dyn FnMut(Progress),
    ) -> Result<Blob, RunError> {
        let abort = {
            let mut inner = self.0.borrow_mut();
            if inner.abort.is_none() {
                inner.abort = AbortController::new().ok();
            }
            inner.abort.clone()
        };
        let signal = abort.map(|abort| abort.signal());
        let expected = Expected {
            sha256: Some(file.sha256.to_bytes()),
            size: Some(file.size),
        };
        let mut last = RunError::MissingFile {
            path: file.path.clone(),
        };
        self.2.begin(file.sha256);
        for source in &file.sources {
            let url = match source {
                manifest::Source::Url(url) => url.clone(),
                manifest::Source::Path(path) => format!("/{path}"),
            };
            let outcome = download(&url, expected, signal.as_ref(), report).await;
            self.2.came(file.sha256, Came::of(&outcome));
            match outcome {
                Ok(blob) => return Ok(blob),
                Err(RunError::Cancelled) => return Err(RunError::Cancelled),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Ends whatever is going on, at once.
    pub fn cancel(&self) {
        let (handle, abort) = {
            let mut inner = self.0.borrow_mut();
            (inner.handle.clone(), inner.abort.take())
        };
        if let Some(abort) = abort {
            abort.abort();
        }
        if let Some(handle) = handle {
            handle.cancel();
        }
    }
}

/// The worker in the app's context.
#[derive(Clone, Copy)]
pub struct WorkerState(StoredValue<Worker, LocalStorage>);

/// Puts the worker into the context.
pub fn provide() {
    provide_context(WorkerState(StoredValue::new_local(Worker::new())));
}

/// The worker from the context.
pub fn use_worker() -> Worker {
    use_context::<WorkerState>().map_or_else(Worker::new, |state| state.0.get_value())
}
