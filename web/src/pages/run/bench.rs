//! What one does on the page: give a file, choose a device, run, cancel.

use super::execute::{exact, execute, Given};
use super::given::GiveFiles;
use super::history::History;
use super::input::{Chosen, ChosenFile, EarlierField, InputField};
use super::read_text::ReadText;
use super::result::Result as ResultView;
use super::slip::RunSlip;
use super::stages::StageList;
use crate::components::id::Id;
use crate::components::notice::Notice;
use crate::components::sent::SentPanel;
use crate::components::shape::Mark;
use crate::pages::own::feed::{Feed, FeedField};
use crate::state::finished::{remember, use_finished, use_history, Finished};
use crate::state::media::engine_only;
use crate::state::release::use_release;
use crate::state::sent::use_requests;
use crate::state::stages::Stages;
use crate::state::worker::{use_worker, Worker};
use crate::text::words::Words;
use crate::text::{en, own, run as text};
use countersign_client::messages;
use countersign_client::verify::Model;
use countersign_messages::DeviceChoice;
use countersign_shared::manifest::Task;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

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
    Failed(Words),
    /// The user stopped it.
    Cancelled,
}

/// The bench, and the slip beside it.
#[component]
pub fn Bench(model: Model) -> impl IntoView {
    let Model {
        publisher,
        manifest,
        ..
    } = model.clone();
    let task = manifest.task;
    let takes_file = task.takes_file();
    let takes_result = task.takes_result();
    let feeds: Vec<Feed> = match task {
        Task::Tensors => manifest.inputs.iter().map(Feed::of_manifest).collect(),
        _ => Vec::new(),
    };
    let feeds = StoredValue::new_local(feeds);
    let chosen: ChosenFile = RwSignal::new_local(None);
    let from: ChosenFile = RwSignal::new_local(None);
    // What the shown result is about: another file may be chosen meanwhile.
    let ran = StoredValue::new_local(None::<Chosen>);
    let linked = RwSignal::new(None::<Arc<Finished>>);
    let linking = RwSignal::new(false);
    let device = RwSignal::new(if engine_only(task) {
        DeviceChoice::Engine
    } else {
        DeviceChoice::Auto
    });
    let stages = RwSignal::new(Stages::default());
    let finished = use_finished();
    // Back from signing: the run that is held is shown again, until another file is chosen.
    let held = finished
        .get_untracked()
        .filter(|run| run.model.id == model.id);
    let phase = RwSignal::new(held.map_or(Phase::Idle, Phase::Done));
    let worker = StoredValue::new_local(use_worker());
    let history = use_history();
    let release = use_release();
    let exact = exact(&model).is_some();
    let model = StoredValue::new(model);

    let requests = use_requests();
    let before = RwSignal::new(requests.newest());
    let on_choice = move |trouble: Option<String>| {
        stages.set(Stages::default());
        linked.set(None);
        before.set(requests.newest());
        phase.set(trouble.map_or(Phase::Idle, |trouble| Phase::Failed(trouble.into())));
    };
    let ready = Signal::derive_local(move || {
        !takes_file || chosen.with(Option::is_some) && (!takes_result || from.with(Option::is_some))
    });
    let run = move |_| {
        if is_running(phase) || !ready.get_untracked() || linking.get_untracked() {
            return;
        }
        let file = chosen.get_untracked();
        phase.set(Phase::Running);
        linked.set(None);
        ran.set_value(file.clone());
        stages.set(Stages::default());
        let (model, worker) = (model.get_value(), worker.get_value());
        let from = from.get_untracked().filter(|_| takes_result);
        spawn_local(async move {
            let no_reload = release.busy();
            let given = match file {
                Some(file) => Ok(Given::file(
                    file,
                    from.map(|from| (from.name, from.data)),
                    None,
                )),
                None => Given::tensors(feeds.get_value()).await,
            };
            let outcome = match given {
                Ok(given) => execute(model, worker, given, device.get_untracked(), stages).await,
                Err(failure) => Err(failure),
            };
            drop(no_reload);
            // After a cancellation the answer is that of a run nobody waits for.
            let next = match outcome {
                Ok(run) => {
                    stages.update(Stages::finish);
                    remember(history, &run);
                    finished.set(Some(Arc::clone(&run)));
                    Phase::Done(run)
                }
                Err(error) => {
                    stages.update(Stages::fail);
                    if error.is_cancelled() {
                        Phase::Cancelled
                    } else {
                        Phase::Failed(error.words())
                    }
                }
            };
            let _ = phase.try_set(next);
        });
    };
    let cancel = move |_| worker.with_value(Worker::cancel);
    on_cleanup(move || {
        if is_running(phase) || linking.try_get_untracked() == Some(true) {
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
                <Show when=move || takes_file fallback=move || view! { <FeedFields feeds=feeds.get_value() running on_edit=move || on_choice(None)/> }>
                    <InputField task chosen on_choice/>
                    <Show when=move || takes_result>
                        <EarlierField from/>
                    </Show>
                </Show>
                <Show
                    when=move || !engine_only(task)
                    fallback=|| view! { <p class="quiet">{text::ENGINE_ONLY}</p> }
                >
                    <DeviceField device running exact/>
                </Show>
                <div class="actions run-actions">
                    <button
                        type="button"
                        class="button button-primary"
                        disabled=move || !ready.get() || running.get() || linking.get()
                        on:click=run
                    >
                        {text::RUN}
                    </button>
                    <button type="button" class="button cancel" data-shown=move || running.get().to_string() on:click=cancel>
                        {text::CANCEL}
                    </button>
                </div>
                {move || match phase.get() {
                    Phase::Failed(reason) => {
                        Some(view! { <Notice mark=Mark::Invalid head=text::FAILED text=reason/> }.into_any())
                    }
                    Phase::Cancelled => {
                        Some(view! { <Notice mark=Mark::Absent head=text::CANCELLED text=text::CANCELLED_WHY/> }.into_any())
                    }
                    Phase::Done(run) => {
                        let file = ran.get_value().filter(|_| task == Task::TextDetection);
                        let more = file
                            .map(|file| view! { <ReadText run=Arc::clone(&run) file linked busy=linking/> });
                        Some(
                            view! {
                                <ResultView run/>
                                {more}
                            }
                                .into_any(),
                        )
                    }
                    Phase::Idle | Phase::Running => None,
                }}
                <StageList stages phase device/>
                <Show when=move || !takes_file || chosen.with(Option::is_some)>
                    <SentPanel before/>
                </Show>
                <GiveFiles model=model.get_value() worker/>
                <History/>
            </div>
            <div class="stack-wide">
                <RunSlip model=model.get_value() done/>
                {move || {
                    linked
                        .get()
                        .map(|run| {
                            view! { <RunSlip model=run.model.clone() done=Signal::stored(Some(run))/> }
                        })
                }}
            </div>
        </div>
    }
}

fn is_running(phase: RwSignal<Phase>) -> bool {
    phase
        .try_with_untracked(|phase| matches!(phase, Phase::Running))
        .unwrap_or(false)
}

/// The model's inputs, to be filled with numbers, NPY files or pictures.
#[component]
fn FeedFields(
    feeds: Vec<Feed>,
    running: Signal<bool>,
    /// What was answered before is not the answer to what stands there now.
    on_edit: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let fields = feeds
        .into_iter()
        .enumerate()
        .map(|(at, feed)| view! { <FeedField at feed/> });
    view! {
        <h2>{own::FEED}</h2>
        <fieldset class="bare" disabled=move || running.get() on:input=move |_| on_edit() on:change=move |_| on_edit()>
            {fields.collect_view()}
        </fieldset>
    }
}

/// Automatic, GPU or engine.
#[component]
pub fn DeviceField(
    device: RwSignal<DeviceChoice>,
    #[prop(into)] running: Signal<bool>,
    /// Whether the model has a registered program: all its runs are of the Exact lane.
    #[prop(optional)]
    exact: bool,
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
            <p class="small quiet device-note">{move || text::device_note(device.get(), exact)}</p>
        </fieldset>
    }
}
