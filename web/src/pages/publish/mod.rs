//! Publish an ONNX file of one's own: what it takes, a known answer, the manifest, the registry.

mod cost;
pub mod deprecate;
mod draft;
mod fields;
pub mod handover;
mod line;
mod once;
mod send;

use crate::browser::{digest, random, read, save};
use crate::components::files::DropArea;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::Mark;
use crate::pages::own::feed::{Feed, FeedField};
use crate::pages::own::Facts;
use crate::state::worker::{use_worker, Worker};
use crate::text::faults;
use crate::text::{en, own, publish as text, run as run_text};
use countersign_messages::page::{Input, ModelFile, RunRequest};
use countersign_messages::{DeviceChoice, ModelInfo};
use countersign_shared::id::{FileHash, ModelId};
use countersign_shared::manifest::{Task, MAX_MANIFEST};
use draft::{Hashed, Words};
use fields::Field;
use leptos::prelude::*;
use leptos::task::spawn_local;
use line::{focus, Line};
use send::{Ripe, Send};
use std::sync::Arc;
use web_sys::{Blob, File};

/// The button that makes the known answer.
const MAKE: &str = "publish-make";

/// The ONNX file and what the engine says about it.
#[derive(Clone)]
enum Shown {
    Nothing,
    Loading,
    Loaded(Arc<Loaded>),
    Refused(String),
}

struct Loaded {
    info: ModelInfo,
    file: File,
    hashed: Hashed,
}

/// The known answer.
#[derive(Clone)]
enum Known {
    None,
    Running,
    Made { bytes: Vec<u8>, hashed: Hashed },
    Failed(String),
}

/// The page.
#[component]
pub fn Publish() -> impl IntoView {
    let shown = RwSignal::new_local(Shown::Nothing);
    let round = StoredValue::new(0_u32);
    let worker = StoredValue::new_local(use_worker());
    let take = move |file: File| {
        let now = round.get_value().wrapping_add(1);
        round.set_value(now);
        if !file.name().to_lowercase().ends_with(".onnx") {
            shown.set(Shown::Refused(en::sentence(&format!(
                "{}: {}",
                file.name(),
                text::DATA
            ))));
            return;
        }
        shown.set(Shown::Loading);
        let worker = worker.get_value();
        spawn_local(async move {
            let next = match load(&worker, file).await {
                Ok(loaded) => Shown::Loaded(Arc::new(loaded)),
                Err(reason) => Shown::Refused(reason),
            };
            if round.try_get_value() == Some(now) {
                let _ = shown.try_set(next);
            }
        });
    };
    on_cleanup(move || {
        worker.try_with_value(Worker::cancel);
    });
    // The words belong to the page, not to the file: another file, a reload or the way back leaves them as they are.
    let words = RwSignal::new(fields::restore());
    Effect::new(move |_| fields::keep(&words.read()));
    let body = move || match shown.get() {
        Shown::Nothing => ().into_any(),
        Shown::Loading => view! { <p class="quiet" role="status">{own::LOADING}</p> }.into_any(),
        Shown::Refused(reason) => {
            view! { <Notice mark=Mark::Invalid head=own::REFUSED text=reason/> }.into_any()
        }
        Shown::Loaded(loaded) => view! { <Form loaded worker words/> }.into_any(),
    };
    view! {
        <PageHead title=Signal::stored(text::TITLE.to_string()) lead=text::LEAD/>
        <div class="stack publish">
            <DropArea choose=own::CHOOSE hint=own::HINT_ONE on_file=take/>
            {body}
            <OtherTasks/>
        </div>
    }
}

/// Models that read a file themselves need more than this page asks for.
#[component]
fn OtherTasks() -> impl IntoView {
    let tasks = Task::ALL.into_iter().filter(|task| task.takes_file());
    let tasks = tasks.map(|task| view! { <li class="mono small">{task.name()}</li> });
    view! {
        <details class="more" data-testid="other-tasks">
            <summary>{text::OTHER_TASKS}</summary>
            <p>{text::OTHER_TASKS_WHY}</p>
            <ul>{tasks.collect_view()}</ul>
            <p>{text::OTHER_TASKS_HOW}</p>
            <pre class="code" tabindex="0">{text::OTHER_TASKS_LINES}</pre>
        </details>
    }
}

/// Hashes the file and has the engine read it.
async fn load(worker: &Worker, file: File) -> Result<Loaded, String> {
    let sha256 = digest::sha256(&file)
        .await
        .map_err(|error| error.to_string())?;
    let size = file.size() as u64;
    let files = vec![ModelFile {
        path: file.name(),
        data: file.clone().into(),
    }];
    let (_, info) = worker
        .load_bare(files, |_| ())
        .await
        .map_err(|error| faults::run_error(&error))?;
    let hashed = Hashed {
        sha256: FileHash::new(sha256),
        size,
    };
    Ok(Loaded { info, file, hashed })
}

/// The fields, the known answer, the manifest.
#[component]
fn Form(
    loaded: Arc<Loaded>,
    worker: StoredValue<Worker, LocalStorage>,
    words: RwSignal<Words>,
) -> impl IntoView {
    let description = &loaded.info.description;
    let (inputs, outputs) = (description.inputs.clone(), description.outputs.clone());
    let feeds: Vec<Feed> = inputs.iter().map(Feed::new).collect();
    let fields = feeds.clone().into_iter().enumerate();
    let fields = fields.map(|(at, feed)| view! { <FeedField at feed/> });
    let info = Arc::new(loaded.info.clone());
    let (model, file) = (loaded.hashed, loaded.file.clone());
    let file: Blob = file.into();
    let known = RwSignal::new(Known::None);
    // Counts the runs: what a cancelled one still says is not taken.
    let round = StoredValue::new(0_u32);
    let cancelled = StoredValue::new(false);
    let onnx = StoredValue::new_local(loaded.file.clone());
    let make = move |_| {
        if matches!(&*known.read_untracked(), Known::Running) {
            return;
        }
        known.set(Known::Running);
        let now = round.get_value().wrapping_add(1);
        round.set_value(now);
        let (feeds, worker) = (feeds.clone(), worker.get_value());
        // A worker that was ended has no model any more.
        let again = cancelled.get_value().then(|| onnx.get_value());
        spawn_local(async move {
            let next = match answer(&worker, again, feeds).await {
                Ok((bytes, hashed)) => Known::Made { bytes, hashed },
                Err(reason) => Known::Failed(reason),
            };
            if round.try_get_value() == Some(now) {
                cancelled.set_value(false);
                let _ = known.try_set(next);
            }
        });
    };
    let stop = move |_| {
        round.update_value(|round| *round = round.wrapping_add(1));
        cancelled.set_value(true);
        worker.with_value(Worker::cancel);
        known.set(Known::None);
        focus(MAKE);
    };
    let manifest = Memo::new(move |_| {
        let hashed = match &*known.read() {
            Known::Made { hashed, .. } => *hashed,
            _ => return Err(en::sentence(&text::NOT_MADE)),
        };
        let words = words.read();
        if let Some((field, fault)) = first_fault(&words) {
            return Err(text::at_field(&field.label(), &fault));
        }
        draft::manifest(&words, &inputs, &outputs, model, Some(hashed))
            .map_err(|reason| en::sentence(&reason))
    });
    let predecessor = Memo::new(move |_| fields::before(&words.read()));
    // Faults are said once somebody has tried, and at a field once it was left.
    let tried = RwSignal::new(false);
    let refused = move |()| {
        tried.set(true);
        match first_fault(&words.read_untracked()) {
            Some((field, _)) => focus(field.id()),
            None => focus(MAKE),
        }
    };
    let file = StoredValue::new_local(file);
    let ripe = Signal::derive_local(move || {
        let (Ok(manifest), Ok(before)) = (manifest.get(), predecessor.get()) else {
            return None;
        };
        let Known::Made { bytes, .. } = known.get() else {
            return None;
        };
        Some(Ripe {
            manifest,
            before,
            model: file.get_value(),
            known: read::blob(&bytes).ok()?,
        })
    });
    let save_known = move |_| {
        if let Known::Made { bytes, .. } = known.get_untracked() {
            let _ = save::file(draft::KNOWN, &bytes, "application/octet-stream");
        }
    };
    view! {
        <div class="bench publish-form">
            <div class="stack">
                <h2>{text::FIELDS}</h2>
                {Field::ALL.map(|field| view! { <Line field words tried/> }).collect_view()}
                <h2>{text::KNOWN}</h2>
                <p class="quiet">{text::KNOWN_NOTE}</p>
                // What was answered before is not the answer to what stands here now.
                <fieldset
                    class="bare"
                    disabled=move || matches!(&*known.read(), Known::Running)
                    on:input=move |_| known.set(Known::None)
                    on:change=move |_| known.set(Known::None)
                >
                    {fields.collect_view()}
                </fieldset>
                <div class="actions">
                    <button id=MAKE type="button" class="button" on:click=make>{text::MAKE}</button>
                    <Show when=move || matches!(&*known.read(), Known::Running)>
                        <button type="button" class="button" on:click=stop>{run_text::CANCEL}</button>
                    </Show>
                    <Show when=move || matches!(&*known.read(), Known::Made { .. })>
                        <button type="button" class="button" on:click=save_known>{text::SAVE_KNOWN}</button>
                    </Show>
                </div>
                <p role="status" data-testid="known">
                    {move || match &*known.read() {
                        Known::Running => text::MAKING.get(),
                        Known::Made { .. } => text::MADE.get(),
                        Known::None | Known::Failed(_) => "",
                    }}
                </p>
                {move || match known.get() {
                    Known::Failed(reason) => {
                        Some(view! { <Notice mark=Mark::Invalid head=run_text::FAILED text=reason/> })
                    }
                    _ => None,
                }}
            </div>
            <div class="stack">
                <Facts info/>
                <h2>{text::CHECKS}</h2>
                {move || match (manifest.get(), predecessor.get()) {
                    (Err(reason), _) | (_, Err(reason)) => {
                        view! { <Notice mark=Mark::Absent head=text::NOT_YET text=reason/> }.into_any()
                    }
                    (Ok(bytes), Ok(before)) => view! { <Ready bytes before/> }.into_any(),
                }}
                <Send ripe on_refused=refused/>
            </div>
        </div>
    }
}

/// The manifest as it will be kept.
#[component]
fn Ready(bytes: Vec<u8>, before: Option<ModelId>) -> impl IntoView {
    let predecessor = before.map(|id| format!(" --predecessor {id}"));
    let line = format!(
        "countersign model publish manifest.json{}",
        predecessor.unwrap_or_default()
    );
    let shown = String::from_utf8_lossy(&bytes).into_owned();
    let size = text::size(bytes.len(), MAX_MANIFEST);
    let save = move |_| {
        let _ = save::json("manifest.json", &bytes);
    };
    view! {
        <details class="more">
            <summary>{text::MANIFEST} ", " {size}</summary>
            <pre class="code" tabindex="0" data-testid="manifest">{shown}</pre>
        </details>
        <div class="actions">
            <button type="button" class="button" on:click=save>{text::SAVE_MANIFEST}</button>
        </div>
        <p class="quiet small">{text::COMMAND}</p>
        <pre class="code" tabindex="0">{line}</pre>
    }
}

fn first_fault(words: &Words) -> Option<(Field, String)> {
    let mut faults = Field::ALL
        .into_iter()
        .filter_map(|field| Some((field, field.fault(words)?)));
    faults.next()
}

/// The engine's answer on the inputs, as a file of known answers.
async fn answer(
    worker: &Worker,
    again: Option<File>,
    feeds: Vec<Feed>,
) -> Result<(Vec<u8>, Hashed), String> {
    let mut tensors = Vec::with_capacity(feeds.len());
    for feed in feeds {
        let tensor = feed.tensor().await;
        tensors.push(tensor.map_err(|error| own::input_fault(&feed.name(), &error.to_string()))?);
    }
    // Nothing is signed: this seed's salts are thrown away.
    let seed = random::bytes32().map_err(|error| error.to_string())?;
    if let Some(file) = again {
        let files = vec![ModelFile {
            path: file.name(),
            data: file.into(),
        }];
        let given = worker.load_bare(files, |_| ()).await;
        given.map_err(|error| faults::run_error(&error))?;
    }
    let handle = worker.handle().await;
    let handle = handle.map_err(|error| faults::run_error(&error))?;
    let request = RunRequest {
        input: Input::Tensors(tensors.clone()),
        device: DeviceChoice::Engine,
        seed,
        exact: None,
    };
    let outcome = handle.run(request, |_| ()).await;
    let outcome = outcome.map_err(|error| faults::run_error(&error))?;
    let bytes = draft::known(tensors, outcome.outputs)?;
    let blob = read::blob(&bytes).map_err(|error| error.to_string())?;
    let sha256 = digest::sha256(&blob).await;
    let hashed = Hashed {
        sha256: FileHash::new(sha256.map_err(|error| error.to_string())?),
        size: bytes.len() as u64,
    };
    Ok((bytes, hashed))
}
