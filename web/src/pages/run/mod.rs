//! Run one model on one file, on this device.

pub mod bench;
mod execute;
mod given;
mod history;
mod input;
mod read_text;
mod result;
mod slip;
mod stages;

use crate::components::again::Again;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::Mark;
use crate::state::chain::{use_chain, Link};
use crate::state::{kept, models};
use crate::text::words::Words;
use crate::text::{en, run as text, storage};
use bench::Bench;
use countersign_client::verify::Model;
use countersign_shared::id::ModelId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;

/// What is known of the model.
#[derive(Clone, PartialEq)]
enum Shown {
    Reading,
    Found(Box<Model>),
    Missing,
    Failed(Words),
}

/// What the page shows: only a change of this makes it anew.
#[derive(Clone, PartialEq)]
enum View {
    Known(Shown),
    BadId,
    Down(Words),
    Unlisted,
}

/// The page.
#[component]
pub fn Run() -> impl IntoView {
    let chain = use_chain();
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params
            .read()
            .get("model")
            .and_then(|text| text.parse::<ModelId>().ok())
    });
    let shown = RwSignal::new(Shown::Reading);
    let read = move || {
        let (Some(id), link) = (id.get(), chain.link.get()) else {
            return;
        };
        // A chain that comes back does not take away what is on the bench.
        let known = matches!(&*shown.read_untracked(), Shown::Found(model) if model.id == id);
        if known {
            return;
        }
        let ready = match link {
            Link::Ready(ready) => ready,
            // P2: without a chain, a model that this device keeps is run from what is kept.
            Link::Down(_) => {
                spawn_local(async move {
                    if let Ok(Some(model)) = kept::one(id).await {
                        let _ = shown.try_set(Shown::Found(Box::new(model)));
                    }
                });
                return;
            }
            Link::Connecting | Link::Unlisted(_) => return,
        };
        shown.set(Shown::Reading);
        spawn_local(async move {
            let found = match models::one(&ready, id).await {
                Ok(Some(model)) => Shown::Found(Box::new(model)),
                Ok(None) => Shown::Missing,
                Err(gap) => Shown::Failed(Words::said(&gap).sentence()),
            };
            // The page may have been left meanwhile.
            let _ = shown.try_set(found);
        });
    };
    Effect::new(move |_| read());
    let title = Signal::derive(move || match &*shown.read() {
        Shown::Found(model) => en::model_name(&model.manifest.name, &model.manifest.version),
        _ => en::RUN_TITLE.to_string(),
    });
    let state = Memo::new(move |_| match (id.get(), shown.get(), chain.link.get()) {
        (None, ..) => View::BadId,
        (_, Shown::Reading, Link::Down(outage)) => View::Down(outage.reason.words().sentence()),
        (_, Shown::Reading, Link::Unlisted(_)) => View::Unlisted,
        (_, shown, _) => View::Known(shown),
    });
    let body = move || match state.get() {
        View::BadId => {
            view! { <Notice mark=Mark::Invalid head=text::BAD_ID text=text::BAD_ID_WHY/> }
                .into_any()
        }
        View::Known(Shown::Found(model)) => {
            let from_here = model.record.is_none();
            view! {
                {from_here.then(|| view! { <p class="quiet" data-testid="kept-run">{storage::KEPT_RUN}</p> })}
                <Bench model=*model/>
            }
            .into_any()
        }
        View::Known(Shown::Missing) => {
            view! { <Notice mark=Mark::Unknown head=text::NO_MODEL text=text::NO_MODEL_WHY/> }
                .into_any()
        }
        View::Known(Shown::Failed(reason)) => view! {
            <Notice mark=Mark::Invalid head=text::MODEL_FAILED text=reason>
                <Again on_press=read/>
            </Notice>
        }
        .into_any(),
        View::Known(Shown::Reading) => {
            view! { <p role="status" class="quiet">{text::READING_MODEL}</p> }.into_any()
        }
        View::Down(reason) => view! {
            <Notice mark=Mark::Invalid head=en::CHAIN_DOWN text=en::models_down(reason)>
                <Again on_press=move || chain.connect()/>
            </Notice>
        }
        .into_any(),
        View::Unlisted => view! {
            <Notice mark=Mark::Unknown head=en::CHAIN_UNLISTED text=en::MODELS_UNLISTED>
                <Again on_press=move || chain.connect()/>
            </Notice>
        }
        .into_any(),
    };
    view! {
        <PageHead title/>
        {body}
    }
}
