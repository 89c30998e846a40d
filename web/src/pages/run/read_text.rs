//! From places to text: the second run of two, on the same picture and the first one's result.

use super::execute::{execute, Given};
use super::input::Chosen;
use super::result::Result as ResultView;
use crate::browser::read;
use crate::components::id::shorten;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::chain::{use_chain, Ready};
use crate::state::finished::{use_finished, Finished};
use crate::state::models;
use crate::state::stages::Stages;
use crate::state::worker::use_worker;
use crate::text::language::language;
use crate::text::{command, en, run as text};
use countersign_client::language::Say;
use countersign_client::messages;
use countersign_client::verify::{ChainGap, Model};
use countersign_messages::DeviceChoice;
use countersign_shared::manifest::Task;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// How it stands.
#[derive(Clone)]
enum Reading {
    Looking,
    None(String),
    Ready(Vec<Model>),
}

/// The offer, and what came of it.
#[component]
pub fn ReadText(
    /// The run that found the places.
    run: Arc<Finished>,
    /// The picture.
    file: Chosen,
    /// Told the second run.
    linked: RwSignal<Option<Arc<Finished>>>,
    /// Whether a run of this page is under way.
    busy: RwSignal<bool>,
) -> impl IntoView {
    let chain = use_chain();
    let worker = StoredValue::new_local(use_worker());
    let finished = use_finished();
    let state = RwSignal::new(Reading::Looking);
    let wanted = RwSignal::new(0_usize);
    let failed = RwSignal::new(None::<String>);
    let stages = RwSignal::new(Stages::default());
    spawn_local(async move {
        let Some(ready) = chain.link.get_untracked().ready() else {
            let _ = state.try_set(Reading::None(en::CHAIN_DOWN.to_string()));
            return;
        };
        let next = match readers(&ready).await {
            Ok(models) if models.is_empty() => Reading::None(text::NO_READER.to_string()),
            Ok(models) => Reading::Ready(models),
            Err(gap) => Reading::None(en::sentence(&gap.say(language()))),
        };
        let _ = state.try_set(next);
    });
    let held = StoredValue::new_local((run, file));
    let start = move |_| {
        let model = match state.get_untracked() {
            Reading::Ready(models) => models.get(wanted.get_untracked()).cloned(),
            Reading::Looking | Reading::None(_) => None,
        };
        let (Some(model), false) = (model, busy.get_untracked()) else {
            return;
        };
        let (run, file) = held.get_value();
        busy.set(true);
        failed.set(None);
        stages.set(Stages::default());
        let worker = worker.get_value();
        spawn_local(async move {
            let from = run.outcome.result.as_deref().unwrap_or_default();
            let outcome = match read::blob(from) {
                Ok(from) => {
                    let from = (command::RESULT.to_owned(), from);
                    let given = Given::file(file, Some(from), Some(run));
                    execute(model, worker, given, DeviceChoice::Engine, stages)
                        .await
                        .map_err(|failure| failure.to_string())
                }
                Err(error) => Err(error.to_string()),
            };
            let _ = busy.try_set(false);
            match outcome {
                Ok(run) => {
                    finished.set(Some(Arc::clone(&run)));
                    let _ = linked.try_set(Some(run));
                }
                Err(reason) => {
                    let _ = failed.try_set(Some(reason));
                }
            }
        });
    };
    let said = move || {
        if !busy.get() {
            return String::new();
        }
        stages.get().active().map_or_else(
            || text::READING_TEXT.to_string(),
            |(_, now)| text::stage(now.stage),
        )
    };
    let offer = move || {
        match state.get() {
        Reading::Looking => view! { <p class="quiet">{text::READING_MODEL}</p> }.into_any(),
        Reading::None(why) => view! { <p class="quiet">{why}</p> }.into_any(),
        Reading::Ready(models) => view! {
            <p class="actions">
                <label for="reader">{text::READ_WITH}</label>
                <select
                    id="reader"
                    class="select"
                    on:change=move |event| wanted.set(event_target_value(&event).parse().unwrap_or(0))
                >
                    {models
                        .into_iter()
                        .enumerate()
                        .map(|(at, model)| view! { <option value=at.to_string()>{named(&model)}</option> })
                        .collect_view()}
                </select>
            </p>
            <div class="actions">
                <button type="button" class="button button-primary" disabled=move || busy.get() on:click=start>
                    {text::READ_TEXT}
                </button>
                <p role="status" class="quiet" data-testid="read-status">{said}</p>
            </div>
        }
        .into_any(),
    }
    };
    view! {
        <section class="stack" aria-labelledby="read-text">
            <h2 id="read-text">{text::READ_TEXT}</h2>
            {move || match linked.get() {
                Some(run) => view! { <ResultView run/> }.into_any(),
                None => view! {
                    <p>{text::READ_TEXT_WHY}</p>
                    {offer}
                }
                .into_any(),
            }}
            {move || {
                failed
                    .get()
                    .map(|reason| view! { <Notice mark=Mark::Invalid head=text::FAILED text=reason/> })
            }}
        </section>
    }
}

/// Name and publisher, never apart.
fn named(model: &Model) -> String {
    let name = en::model_name(&model.manifest.name, &model.manifest.version);
    format!(
        "{name} {} {}",
        en::BY,
        shorten(&messages::account(&model.publisher))
    )
}

/// All published models that read text, newest first; those that their owners took back are left out.
async fn readers(ready: &Ready) -> Result<Vec<Model>, ChainGap> {
    let (mut found, mut below) = (Vec::new(), None);
    loop {
        let page = models::page(ready, below).await?;
        let current = |model: &Model| {
            model.manifest.task == Task::TextRecognition
                && model
                    .record
                    .as_ref()
                    .is_none_or(|record| record.deprecated.is_none())
        };
        let listed = page.models.into_iter().filter_map(|listed| listed.model);
        found.extend(listed.filter(current));
        if page.rest == 0 {
            return Ok(found);
        }
        below = Some(page.rest);
    }
}
