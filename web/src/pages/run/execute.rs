//! One run: loads what is missing, runs, and keeps what a receipt needs.

use super::input::Chosen;
use crate::browser::error::BrowserError;
use crate::browser::random;
use crate::pages::own::feed::Feed;
use crate::state::finished::{Finished, UnsoundRun};
use crate::state::media::Media;
use crate::state::stages::Stages;
use crate::state::worker::Worker;
use crate::text::words::Words;
use crate::text::{command, faults, own, run as text};
use core::fmt;
use countersign_client::verify::Model;
use countersign_messages::page::{Input, RunRequest};
use countersign_messages::{DeviceChoice, ExactRun, RunError};
use countersign_shared::item::Name;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::Blob;

/// What a run takes.
pub struct Given {
    input: Input,
    name: String,
    media: Option<Media>,
    earlier: Option<Arc<Finished>>,
    files: Option<Vec<String>>,
}

impl Given {
    /// A file, with the result of the run before and its name for tasks that take one, and that run where this tab holds it.
    pub fn file(
        file: Chosen,
        from: Option<(String, Blob)>,
        earlier: Option<Arc<Finished>>,
    ) -> Self {
        let name = from.as_ref().map(|(name, _)| name.as_str());
        let files = Some(command::file_input(&file.name, name));
        let input = match from {
            None => Input::File(file.data),
            Some((_, from)) => Input::Files(vec![
                (Name::FILE.to_owned(), file.data),
                (Name::FROM.to_owned(), from),
            ]),
        };
        Self {
            files,
            input,
            name: file.name,
            media: file.media,
            earlier,
        }
    }

    /// Tensors of the user's own.
    ///
    /// # Errors
    /// [`Failure::Input`], which names the input.
    pub async fn tensors(feeds: Vec<Feed>) -> Result<Self, Failure> {
        let mut tensors = Vec::with_capacity(feeds.len());
        let files = Feed::words(&feeds);
        for feed in feeds {
            let tensor = feed.tensor().await;
            tensors.push(tensor.map_err(|error| {
                Failure::Input(own::input_fault(&feed.name(), &error.to_string()))
            })?);
        }
        Ok(Self {
            input: Input::Tensors(tensors),
            name: text::TENSORS_NAME.to_string(),
            media: None,
            earlier: None,
            files,
        })
    }
}

/// Why a run gave nothing.
pub enum Failure {
    /// What was to be fed cannot be made, as a sentence.
    Input(String),
    /// The worker's words.
    Run(RunError),
    /// What it answered cannot be signed.
    Unsound(UnsoundRun),
    /// The browser refused something.
    Browser(BrowserError),
}

impl Failure {
    /// Whether the user stopped it.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Run(RunError::Cancelled))
    }

    /// For a notice.
    pub fn words(&self) -> Words {
        match self {
            Self::Run(error) => Words::run(error),
            other => other.to_string().into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(reason) => f.write_str(reason),
            Self::Run(error) => f.write_str(&faults::run_error(error)),
            Self::Unsound(error) => error.fmt(f),
            Self::Browser(error) => error.fmt(f),
        }
    }
}

/// A model with a registered program runs in the Exact lane.
pub fn exact(model: &Model) -> Option<ExactRun> {
    let record = model.record.as_ref()?;
    (!record.exact_root.is_zero()).then(|| ExactRun {
        root: *record.exact_root.as_bytes(),
        judge: false,
    })
}

/// Loads what is missing, then runs. A fresh seed for every run (PROTOCOL 2.4).
pub async fn execute(
    model: Model,
    worker: Worker,
    given: Given,
    device: DeviceChoice,
    stages: RwSignal<Stages>,
) -> Result<Arc<Finished>, Failure> {
    let seed = random::bytes32().map_err(Failure::Browser)?;
    let loading = move |part, progress| {
        let _ = stages.try_update(|stages| stages.loading(part, progress));
    };
    let loaded = worker.load(&model, loading).await.map_err(Failure::Run)?;
    let Given {
        input,
        name,
        media,
        earlier,
        files,
    } = given;
    let request = RunRequest {
        input,
        device,
        seed,
        exact: exact(&model),
    };
    let running = move |progress| {
        let _ = stages.try_update(|stages| stages.running(progress));
    };
    let outcome = loaded
        .handle
        .run(request, running)
        .await
        .map_err(Failure::Run)?;
    Finished::new(model, name, outcome, seed, media, earlier, files)
        .map(Arc::new)
        .map_err(Failure::Unsound)
}
