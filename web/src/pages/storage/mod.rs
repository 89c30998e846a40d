//! What this browser keeps: models, the app, how much room there is.

mod room;

use crate::components::id::Id;
use crate::components::notice::Notice;
use crate::components::page_head::{focus_heading, PageHead};
use crate::components::shape::Mark;
use crate::state::kept::{self, use_trouble, Kept};
use crate::state::release::{self, use_release};
use crate::text::{en, storage as text};
use countersign_client::messages;
use countersign_shared::id::ModelId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use room::RoomView;

/// What is known of the kept models.
#[derive(Clone)]
enum Shown {
    Reading,
    Read(Vec<Kept>),
    Failed(String),
}

/// What is to be deleted.
#[derive(Clone, Copy)]
enum Delete {
    One(ModelId),
    All,
}

/// The page.
#[component]
pub fn Storage() -> impl IntoView {
    let shown = RwSignal::new(Shown::Reading);
    let said = RwSignal::new("");
    let failed = RwSignal::new(None::<String>);
    // Counts the changes, after which the browser is asked again how much is in use.
    let changed = RwSignal::new(0_u32);
    let trouble = use_trouble();
    let read = move || async move {
        let next = match kept::all().await {
            Ok(models) => Shown::Read(models),
            Err(error) => Shown::Failed(error.to_string()),
        };
        // The page may have been left meanwhile.
        let _ = shown.try_set(next);
        let _ = changed.try_update(|count| *count = count.wrapping_add(1));
    };
    spawn_local(read());
    let delete = Callback::new(move |what: Delete| {
        said.set("");
        spawn_local(async move {
            let outcome = match what {
                Delete::One(model) => kept::remove(model).await,
                Delete::All => kept::remove_all().await,
            };
            read().await;
            let reason = outcome.err().map(|error| error.to_string());
            let _ = said.try_set(if reason.is_none() {
                text::DELETED.get()
            } else {
                ""
            });
            let _ = failed.try_set(reason);
            // The button that had the focus is gone.
            focus_heading();
        });
    });
    let models = move || match shown.get() {
        Shown::Reading => view! { <p class="quiet">{text::READING}</p> }.into_any(),
        Shown::Failed(reason) => {
            let why = format!("{reason} {}", text::SWITCHED_OFF_WHY);
            view! { <Notice mark=Mark::Absent head=text::SWITCHED_OFF text=why/> }.into_any()
        }
        Shown::Read(models) if models.is_empty() => view! { <p>{text::NONE}</p> }.into_any(),
        Shown::Read(models) => view! { <Models models delete/> }.into_any(),
    };
    view! {
        <PageHead title=text::TITLE.to_string() lead=text::LEAD/>
        <div class="stack-wide storage">
            <section class="stack" aria-labelledby="kept-models">
                <h2 id="kept-models">{text::MODELS}</h2>
                {models}
                <p role="status" class="quiet">{move || said.get()}</p>
                {move || {
                    failed
                        .get()
                        .map(|reason| view! { <Notice mark=Mark::Invalid head=text::NOT_DELETED text=reason/> })
                }}
                {move || {
                    trouble
                        .get()
                        .map(|error| {
                            let why = text::not_kept(&error.to_string());
                            view! { <Notice mark=Mark::Absent head=text::NOT_KEPT text=why/> }
                        })
                }}
            </section>
            <section class="stack" aria-labelledby="kept-app">
                <h2 id="kept-app">{text::APP}</h2>
                <AppKept/>
            </section>
            <section class="stack" aria-labelledby="room">
                <h2 id="room">{text::ROOM}</h2>
                <RoomView changed/>
            </section>
        </div>
    }
}

/// Whether the app opens without a network.
#[component]
fn AppKept() -> impl IntoView {
    let release = use_release();
    move || match release.kept.get() {
        release::Kept::Whole => {
            view! { <p data-testid="app-kept" data-state="whole">{text::APP_WHOLE}</p> }.into_any()
        }
        release::Kept::Fetching => {
            view! { <p data-testid="app-kept" data-state="fetching">{text::APP_FETCHING}</p> }
                .into_any()
        }
        release::Kept::Not(error) => {
            let why = format!("{error} {}", text::APP_NOT_WHY);
            view! { <Notice mark=Mark::Absent head=text::APP_NOT text=why/> }.into_any()
        }
    }
}

/// The table. Name and publisher never without each other.
#[component]
fn Models(models: Vec<Kept>, delete: Callback<Delete>) -> impl IntoView {
    let sure = RwSignal::new(false);
    view! {
        <ul class="kept" aria-label=text::MODELS data-testid="kept-models">
            {models
                .into_iter()
                .map(|Kept { model, here, whole }| {
                    let name = en::model_name(&model.manifest.name, &model.manifest.version);
                    let label = text::delete(&name);
                    let id = model.id;
                    view! {
                        <li class="kept-row" data-model=id.to_string()>
                            <span class="kept-name">{name}</span>
                            <span class="kept-by">
                                <span class="quiet">{en::BY}</span>
                                " "
                                <Id what=en::WHAT_PUBLISHER value=messages::account(&model.publisher)/>
                            </span>
                            <span class="kept-size">{text::here(here, whole)}</span>
                            <button
                                type="button"
                                class="button"
                                aria-label=label
                                on:click=move |_| delete.run(Delete::One(id))
                            >
                                {text::DELETE}
                            </button>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
        <div class="actions">
            <Show
                when=move || sure.get()
                fallback=move || {
                    view! {
                        <button type="button" class="button" on:click=move |_| sure.set(true)>{text::DELETE_ALL}</button>
                    }
                }
            >
                <button type="button" class="button" on:click=move |_| delete.run(Delete::All)>{text::DELETE_SURE}</button>
                <button type="button" class="button" on:click=move |_| sure.set(false)>{text::DELETE_KEEP}</button>
            </Show>
        </div>
    }
}
