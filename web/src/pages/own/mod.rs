//! Try an ONNX file of one's own: see what it takes, feed it, see what it gives. Nothing here can be signed: a receipt
//! names a model that a registry holds.

pub mod feed;
pub mod output;

use crate::app::Page;
use crate::browser::random;
use crate::components::command::CommandLine;
use crate::components::files::DropArea;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::Mark;
use crate::pages::run::bench::DeviceField;
use crate::state::feed::declared;
use crate::state::worker::{use_worker, Worker};
use crate::text::words::Words;
use crate::text::{command, en, own as text, run as run_text};
use countersign_messages::abi::{Description, Port};
use countersign_messages::page::{Input, ModelFile, RunRequest};
use countersign_messages::{Device, DeviceChoice, ModelInfo, RunError, RunOutcome};
use feed::{Feed, FeedField};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use output::Outputs;
use std::sync::Arc;
use web_sys::File;

/// What is known of the files.
#[derive(Clone)]
enum Shown {
    /// None yet.
    Nothing,
    /// The engine reads them.
    Loading,
    /// It takes them.
    Loaded(Arc<ModelInfo>),
    /// It does not.
    Refused(Words),
}

/// How a run stands.
#[derive(Clone)]
enum Phase {
    Idle,
    Running,
    /// With the line for the command line, where there is one.
    Done(Arc<RunOutcome>, Option<String>),
    Failed(Words),
}

/// The files: the ONNX file, and its external data under their names.
type Files = RwSignal<(Option<File>, Vec<File>), LocalStorage>;

/// The page.
#[component]
pub fn Try() -> impl IntoView {
    let files: Files = RwSignal::new_local((None, Vec::new()));
    let shown = RwSignal::new(Shown::Nothing);
    let phase = RwSignal::new(Phase::Idle);
    let said = RwSignal::new(String::new());
    let round = StoredValue::new(0_u32);
    let worker = StoredValue::new_local(use_worker());
    let take = move |file: File| {
        files.update(|(model, data)| {
            if file.name().to_lowercase().ends_with(".onnx") {
                *model = Some(file);
                data.clear();
            } else {
                data.retain(|other| other.name() != file.name());
                data.push(file);
            }
        });
    };
    // Every change of the files is loaded; only the newest outcome is shown.
    Effect::new(move |_| {
        let (Some(model), data) = files.get() else {
            return;
        };
        let now = round.get_value().wrapping_add(1);
        round.set_value(now);
        shown.set(Shown::Loading);
        phase.set(Phase::Idle);
        let worker = worker.get_value();
        spawn_local(async move {
            let files = [model].into_iter().chain(data).map(|file| ModelFile {
                path: file.name(),
                data: file.into(),
            });
            let report = move |progress: countersign_messages::Progress| {
                let _ = said.try_set(run_text::stage(progress.stage));
            };
            let next = match worker.load_bare(files.collect(), report).await {
                Ok((_, info)) => Shown::Loaded(Arc::new(info)),
                Err(error) => Shown::Refused(Words::run(&error)),
            };
            if round.try_get_value() == Some(now) {
                let _ = shown.try_set(next);
                let _ = said.try_set(String::new());
            }
        });
    });
    on_cleanup(move || {
        worker.try_with_value(Worker::cancel);
    });
    let names = move || {
        files.with(|(model, data)| {
            let all = model.iter().chain(data);
            let each = all.map(|file| format!("{}, {}", file.name(), en::size(file.size() as u64)));
            each.collect::<Vec<_>>().join(" · ")
        })
    };
    let body = move || match shown.get() {
        Shown::Nothing => ().into_any(),
        Shown::Loading => view! { <p class="quiet">{text::LOADING}</p> }.into_any(),
        Shown::Refused(reason) => {
            view! { <Notice mark=Mark::Invalid head=text::REFUSED text=reason/> }.into_any()
        }
        Shown::Loaded(info) => view! { <Loaded info files phase said worker/> }.into_any(),
    };
    let facts = move || match shown.get() {
        Shown::Loaded(info) => Some(view! { <Facts info/> }),
        _ => None,
    };
    view! {
        <PageHead title=Signal::stored(text::TITLE.to_string()) lead=text::LEAD/>
        <div class="bench">
            <div class="stack">
                <DropArea choose=text::CHOOSE hint=text::HINT on_file=take multiple=true/>
                <p class="chosen" role="status" data-testid="chosen">
                    {move || {
                        let names = names();
                        if names.is_empty() { run_text::NO_FILE.to_string() } else { names }
                    }}
                </p>
                {body}
                <p class="stage-said" role="status" data-testid="try-status">{move || said.get()}</p>
            </div>
            <div class="stack">
                <Notice mark=Mark::Absent head=text::UNSIGNED text=text::UNSIGNED_WHY>
                    <A href=Page::Publish.path() attr:class="button">{text::PUBLISH}</A>
                </Notice>
                {facts}
            </div>
        </div>
    }
}

/// What the engine says about the file.
#[component]
pub fn Facts(info: Arc<ModelInfo>) -> impl IntoView {
    let Description {
        producer,
        opset,
        parameter_bytes,
        operators,
        inputs,
        outputs,
        ..
    } = &info.description;
    let names: Vec<String> = operators
        .iter()
        .map(|operator| format!("{} ({})", operator.name, operator.count))
        .collect();
    view! {
        <section class="stack" aria-label=text::FACTS data-testid="model-facts">
            <Ports name=text::INPUTS ports=inputs.clone()/>
            <Ports name=text::OUTPUTS ports=outputs.clone()/>
            <p class="quiet">{text::facts(producer, *opset, *parameter_bytes)}</p>
            <details class="more">
                <summary>{text::operators(operators.len())}</summary>
                <p class="mono small">{names.join(", ")}</p>
            </details>
        </section>
    }
}

#[component]
fn Ports(#[prop(into)] name: &'static str, ports: Vec<Port>) -> impl IntoView {
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=name>
            <table class="data">
                <caption>{name}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::NAME}</th>
                        <th scope="col">{text::TYPE}</th>
                        <th scope="col">{text::SHAPE}</th>
                    </tr>
                </thead>
                <tbody>
                    {ports
                        .into_iter()
                        .map(|port| {
                            let dims = declared(&port);
                            view! {
                                <tr>
                                    <th scope="row" class="mono">{port.name}</th>
                                    <td>{port.dtype.name()}</td>
                                    <td class="mono">{dims}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}

/// The inputs to fill, the run and its outputs.
#[component]
fn Loaded(
    info: Arc<ModelInfo>,
    files: Files,
    phase: RwSignal<Phase>,
    said: RwSignal<String>,
    worker: StoredValue<Worker, LocalStorage>,
) -> impl IntoView {
    let device = RwSignal::new(DeviceChoice::Auto);
    let feeds: Vec<Feed> = info.description.inputs.iter().map(Feed::new).collect();
    let fields = feeds
        .iter()
        .enumerate()
        .map(|(at, feed)| view! { <FeedField at feed=*feed/> })
        .collect_view();
    let running = Signal::derive(move || matches!(&*phase.read(), Phase::Running));
    let run = move |_| {
        if running.get_untracked() {
            return;
        }
        phase.set(Phase::Running);
        let (worker, feeds, device) = (worker.get_value(), feeds.clone(), device.get_untracked());
        let line = line(files, &feeds);
        spawn_local(async move {
            let next = match outcome(worker, feeds, device, said).await {
                Ok(outcome) => Phase::Done(Arc::new(outcome), line),
                Err(reason) => Phase::Failed(reason),
            };
            let _ = said.try_set(String::new());
            let _ = phase.try_set(next);
        });
    };
    let cancel = move |_| worker.with_value(Worker::cancel);
    view! {
        <h2>{text::FEED}</h2>
        {fields}
        <DeviceField device running/>
        <div class="actions run-actions">
            <button type="button" class="button button-primary" disabled=move || running.get() on:click=run>
                {run_text::RUN}
            </button>
            <button type="button" class="button cancel" data-shown=move || running.get().to_string() on:click=cancel>
                {run_text::CANCEL}
            </button>
        </div>
        {move || match phase.get() {
            Phase::Failed(reason) => {
                Some(view! { <Notice mark=Mark::Invalid head=run_text::FAILED text=reason/> }.into_any())
            }
            Phase::Done(outcome, line) => {
                let lead = match outcome.device {
                    Device::Engine => command::RUN_LEAD,
                    Device::Gpu => command::ENGINE_LEAD,
                };
                let line = line.map(|line| view! { <CommandLine line=Signal::stored(line) id="run-command" lead/> });
                Some(
                    view! {
                        <Outputs outcome/>
                        {line}
                    }
                        .into_any(),
                )
            }
            Phase::Idle | Phase::Running => None,
        }}
    }
}

/// The same on the command line, which takes one ONNX file and NPY files.
fn line(files: Files, feeds: &[Feed]) -> Option<String> {
    let alone = |(model, data): &(Option<File>, Vec<File>)| {
        model.as_ref().filter(|_| data.is_empty()).map(File::name)
    };
    let model = files.with_untracked(alone)?;
    Some(command::run_own(&model, &Feed::words(feeds)?))
}

/// Makes the tensors and runs; the reason as a sentence if that fails.
async fn outcome(
    worker: Worker,
    feeds: Vec<Feed>,
    device: DeviceChoice,
    said: RwSignal<String>,
) -> Result<RunOutcome, Words> {
    let mut tensors = Vec::with_capacity(feeds.len());
    for feed in feeds {
        let tensor = feed.tensor().await;
        tensors.push(tensor.map_err(|error| text::input_fault(&feed.name(), &error.to_string()))?);
    }
    // Nothing is opened later: this seed's salts are thrown away.
    let seed = random::bytes32().map_err(|error| error.to_string())?;
    let handle = worker.handle().await.map_err(|error| Words::run(&error))?;
    let request = RunRequest {
        input: Input::Tensors(tensors),
        device,
        seed,
        exact: None,
    };
    let report = move |progress: countersign_messages::Progress| {
        let _ = said.try_set(run_text::stage(progress.stage));
    };
    handle
        .run(request, report)
        .await
        .map_err(|error| match error {
            RunError::Cancelled => run_text::CANCELLED_WHY.into(),
            other => Words::run(&other),
        })
}
