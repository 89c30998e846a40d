//! What one does on the page: give a file, choose a device, run, cancel.

use super::result::Result as ResultView;
use super::slip::RunSlip;
use super::stages::StageList;
use crate::browser::random;
use crate::components::files::DropArea;
use crate::components::id::Id;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::finished::{use_finished, Finished, UnsoundRun};
use crate::state::stages::Stages;
use crate::state::worker::{use_worker, Worker};
use crate::text::{en, run as text};
use countersign_client::messages;
use countersign_client::verify::Model;
use countersign_messages::page::{download, Expected, Input, RunRequest};
use countersign_messages::{DeviceChoice, RunError, MAX_INPUT_BYTES};
use countersign_shared::manifest::Task;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::{Blob, File};

/// A file that the user gave.
#[derive(Clone)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its bytes, by reference.
    pub data: Blob,
}

/// How the run stands.
#[derive(Clone)]
pub enum Phase {
    /// Nothing was run yet.
    Idle,
    /// Under way.
    Running,
    /// Finished, and held for signing.
    Done(Arc<Finished>),
    /// It gave nothing.
    Failed(String),
    /// The user stopped it.
    Cancelled,
}

const EXAMPLE: &str = "/examples/thermostat.py";

/// The bench, and the slip beside it.
#[component]
pub fn Bench(model: Model) -> impl IntoView {
    let Model {
        publisher,
        manifest,
        ..
    } = model.clone();
    let takes_file = manifest.task.takes_file();
    let chosen = RwSignal::new_local(None::<Chosen>);
    let device = RwSignal::new(DeviceChoice::Auto);
    let stages = RwSignal::new(Stages::default());
    let phase = RwSignal::new(Phase::Idle);
    let worker = StoredValue::new_local(use_worker());
    let finished = use_finished();
    let model = StoredValue::new(model);

    let take = move |file: File| {
        // `size` is a JavaScript number, an integer far below 2^53.
        let size = file.size() as u64;
        stages.set(Stages::default());
        if size > MAX_INPUT_BYTES {
            let limit = MAX_INPUT_BYTES;
            chosen.set(None);
            phase.set(Phase::Failed(
                RunError::InputTooLarge { size, limit }.to_string(),
            ));
            return;
        }
        chosen.set(Some(Chosen {
            name: file.name(),
            size,
            data: file.into(),
        }));
        phase.set(Phase::Idle);
    };
    let example = move |_| {
        spawn_local(async move {
            match download(EXAMPLE, Expected::default(), None, &mut |_| ()).await {
                Ok(data) => {
                    let size = data.size() as u64;
                    chosen.set(Some(Chosen {
                        name: text::EXAMPLE_NAME.to_owned(),
                        size,
                        data,
                    }));
                    phase.set(Phase::Idle);
                }
                Err(error) => phase.set(Phase::Failed(error.to_string())),
            }
        });
    };
    let run = move |_| {
        let (Some(file), false) = (chosen.get_untracked(), is_running(phase)) else {
            return;
        };
        phase.set(Phase::Running);
        stages.set(Stages::default());
        let (model, worker) = (model.get_value(), worker.get_value());
        spawn_local(async move {
            let outcome = execute(model, worker, file, device.get_untracked(), stages).await;
            // After a cancellation the answer is that of a run nobody waits for.
            let next = match outcome {
                Ok(run) => {
                    stages.update(Stages::finish);
                    finished.set(Some(Arc::clone(&run)));
                    Phase::Done(run)
                }
                Err(error) => {
                    stages.update(Stages::fail);
                    match error {
                        Failure::Run(RunError::Cancelled) => Phase::Cancelled,
                        other => Phase::Failed(other.to_string()),
                    }
                }
            };
            let _ = phase.try_set(next);
        });
    };
    let cancel = move |_| worker.with_value(Worker::cancel);
    on_cleanup(move || {
        if is_running(phase) {
            worker.try_with_value(Worker::cancel);
        }
    });
    let running = Signal::derive(move || matches!(&*phase.read(), Phase::Running));
    let done = Signal::derive(move || match &*phase.read() {
        Phase::Done(run) => Some(Arc::clone(run)),
        _ => None,
    });

    view! {
        <p class="card-by">
            <span>{en::BY}</span>
            <Id what=en::WHAT_PUBLISHER value=messages::account(&publisher)/>
            <span>{text::licence(&manifest.licence)}</span>
        </p>
        <div class="bench">
            <div class="stack">
                <p>{manifest.description.clone()}</p>
                <Show
                    when=move || takes_file
                    fallback=|| view! { <Notice mark=Mark::Absent head=text::TENSORS text=text::TENSORS_HOW/> }
                >
                    <DropArea choose=text::CHOOSE hint=text::HINT on_file=take>
                        <button type="button" class="button" on:click=example>{text::USE_EXAMPLE}</button>
                    </DropArea>
                    <ChosenLine chosen/>
                    <DeviceField device running/>
                    <div class="actions run-actions">
                        <button
                            type="button"
                            class="button button-primary"
                            disabled=move || chosen.with(Option::is_none) || running.get()
                            on:click=run
                        >
                            {text::RUN}
                        </button>
                        <button type="button" class="button cancel" data-shown=move || running.get().to_string() on:click=cancel>
                            {text::CANCEL}
                        </button>
                    </div>
                </Show>
                {move || match phase.get() {
                    Phase::Failed(reason) => {
                        Some(view! { <Notice mark=Mark::Invalid head=text::FAILED text=reason/> }.into_any())
                    }
                    Phase::Cancelled => {
                        Some(view! { <Notice mark=Mark::Absent head=text::CANCELLED text=text::CANCELLED_WHY/> }.into_any())
                    }
                    Phase::Done(run) => Some(view! { <ResultView run/> }.into_any()),
                    Phase::Idle | Phase::Running => None,
                }}
                <Show when=move || takes_file>
                    <StageList stages phase device/>
                </Show>
            </div>
            <RunSlip model=model.get_value() done/>
        </div>
    }
}

fn is_running(phase: RwSignal<Phase>) -> bool {
    phase
        .try_with_untracked(|phase| matches!(phase, Phase::Running))
        .unwrap_or(false)
}

/// Why a run gave nothing.
enum Failure {
    Run(RunError),
    Unsound(UnsoundRun),
    Browser(crate::browser::error::BrowserError),
}

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Run(error) => error.fmt(f),
            Self::Unsound(error) => error.fmt(f),
            Self::Browser(error) => error.fmt(f),
        }
    }
}

/// Loads what is missing, then runs. A fresh seed for every run (PROTOCOL 2.4).
async fn execute(
    model: Model,
    worker: Worker,
    file: Chosen,
    device: DeviceChoice,
    stages: RwSignal<Stages>,
) -> Result<Arc<Finished>, Failure> {
    let seed = random::bytes32().map_err(Failure::Browser)?;
    let loading = move |part, progress| {
        let _ = stages.try_update(|stages| stages.loading(part, progress));
    };
    let loaded = worker.load(&model, loading).await.map_err(Failure::Run)?;
    let request = RunRequest {
        input: Input::File(file.data),
        device,
        seed,
    };
    let running = move |progress| {
        let _ = stages.try_update(|stages| stages.running(progress));
    };
    let outcome = loaded
        .handle
        .run(request, running)
        .await
        .map_err(Failure::Run)?;
    Finished::new(model, file.name, outcome, seed)
        .map(Arc::new)
        .map_err(Failure::Unsound)
}

/// The chosen file's name and size, in a place of its own.
#[component]
fn ChosenLine(chosen: RwSignal<Option<Chosen>, LocalStorage>) -> impl IntoView {
    view! {
        <p class="chosen" role="status" data-testid="chosen">
            {move || {
                chosen.with(|chosen| match chosen {
                    Some(file) => view! {
                        <span class="drop-name">{file.name.clone()}</span>
                        <span class="quiet">{en::size(file.size)}</span>
                    }
                    .into_any(),
                    None => view! { <span class="quiet">{text::NO_FILE}</span> }.into_any(),
                })
            }}
        </p>
    }
}

/// Automatic, GPU or engine.
#[component]
fn DeviceField(
    device: RwSignal<DeviceChoice>,
    #[prop(into)] running: Signal<bool>,
) -> impl IntoView {
    let choices = [
        (DeviceChoice::Auto, text::DEVICE_AUTO),
        (DeviceChoice::Gpu, text::DEVICE_GPU),
        (DeviceChoice::Engine, text::DEVICE_ENGINE),
    ];
    view! {
        <fieldset class="choice" disabled=move || running.get()>
            <legend>{text::DEVICE}</legend>
            <div class="segments">
                {choices
                    .map(|(choice, name)| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name="device"
                                    prop:checked=move || device.get() == choice
                                    on:change=move |_| device.set(choice)
                                />
                                <span data-label=name>{name}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
            <p class="small quiet device-note">{move || text::device_note(device.get())}</p>
        </fieldset>
    }
}
