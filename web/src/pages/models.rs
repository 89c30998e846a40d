//! The gallery, read from the chain.

use crate::app::Page;
use crate::components::again::Again;
use crate::components::id::Id;
use crate::components::kept::KeptModels;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::Mark;
use crate::components::slip::{Row, Rows};
use crate::pages::explore::place::Place;
use crate::state::chain::{use_chain, Link, Ready};
use crate::state::models::{self, Gallery, Listed};
use crate::text::words::Words;
use crate::text::{en, explore, own};
use countersign_client::messages;
use countersign_client::verify::Model;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use std::rc::Rc;

/// What is known of the registry's list.
#[derive(Clone)]
enum Shown {
    Reading,
    Read(Gallery),
    Failed(Words),
}

/// The page.
#[component]
pub fn Models() -> impl IntoView {
    let chain = use_chain();
    let shown = RwSignal::new_local(Shown::Reading);
    let sought = RwSignal::new(String::new());
    let read = move |ready: Rc<Ready>, below: Option<u32>| {
        spawn_local(async move {
            let found = models::page(&ready, below).await;
            // The page may have been left meanwhile: then there is nobody to tell.
            shown.try_update(|shown| match (found, &mut *shown) {
                (Ok(more), Shown::Read(gallery)) if below.is_some() => {
                    gallery.models.extend(more.models);
                    gallery.rest = more.rest;
                }
                (Ok(gallery), _) => *shown = Shown::Read(gallery),
                (Err(error), _) => *shown = Shown::Failed(Words::said(&error).sentence()),
            });
        });
    };
    let start = move || {
        if let Link::Ready(ready) = chain.link.get() {
            shown.set(Shown::Reading);
            read(ready, None);
        }
    };
    Effect::new(move |_| start());
    let more = move |rest| {
        if let Some(ready) = chain.link.get_untracked().ready() {
            read(ready, Some(rest));
        }
    };
    let body = move || {
        match chain.link.get() {
        Link::Down(outage) => view! {
            <Notice mark=Mark::Invalid head=en::CHAIN_DOWN text=en::models_down(outage.reason.words().sentence())>
                <Again on_press=move || chain.connect()/>
            </Notice>
            <KeptModels/>
        }
        .into_any(),
        Link::Unlisted(_) => view! {
            <Notice mark=Mark::Unknown head=en::CHAIN_UNLISTED text=en::MODELS_UNLISTED>
                <Again on_press=move || chain.connect()/>
            </Notice>
        }
        .into_any(),
        Link::Connecting => view! { <Skeleton/> }.into_any(),
        Link::Ready(_) => match shown.get() {
            Shown::Reading => view! { <Skeleton/> }.into_any(),
            Shown::Failed(reason) => view! {
                <Notice mark=Mark::Invalid head=en::MODELS_FAILED text=reason>
                    <Again on_press=start/>
                </Notice>
            }
            .into_any(),
            Shown::Read(gallery) if gallery.models.is_empty() => view! { <Empty/> }.into_any(),
            Shown::Read(gallery) => {
                let rest = gallery.rest;
                let models = StoredValue::new_local(gallery.models);
                let fitting = move || {
                    let words = sought.get().to_lowercase();
                    let fits = |listed: &&Listed| listed.fits(&words);
                    models.with_value(|models| models.iter().filter(fits).cloned().collect::<Vec<_>>())
                };
                view! {
                    <Find sought shown=Signal::derive_local(move || fitting().len()) of=models.with_value(Vec::len) rest/>
                    <ul class="cards" aria-label=en::MODELS_TITLE>
                        {move || fitting().into_iter().map(|listed| view! { <Card listed/> }).collect_view()}
                    </ul>
                    <Show when=move || rest != 0>
                        <p class="more-line">
                            <button type="button" class="button" on:click=move |_| more(rest)>{en::MODELS_MORE}</button>
                        </p>
                    </Show>
                }
                .into_any()
            }
        },
    }
    };
    view! {
        <PageHead title=en::MODELS_TITLE lead=en::MODELS_LEAD/>
        <div class="gallery">{body}</div>
        <p class="more-line"><A href=Page::Publish.path()>{own::PUBLISH}</A></p>
    }
}

/// Narrows the gallery to what is sought; there from the number of models on that one cannot see at once.
#[component]
fn Find(
    sought: RwSignal<String>,
    shown: Signal<usize, LocalStorage>,
    of: usize,
    rest: u32,
) -> impl IntoView {
    const SEEN_AT_ONCE: usize = 3;
    (of > SEEN_AT_ONCE).then(|| {
        view! {
            <div class="gallery-find stack-tight" role="search">
                <label class="label" for="gallery-q">{en::MODELS_FIND}</label>
                <input
                    id="gallery-q"
                    class="explore-field"
                    type="search"
                    autocomplete="off"
                    maxlength="100"
                    prop:value=move || sought.get()
                    on:input=move |event| sought.set(event_target_value(&event))
                />
                <p class="quiet small" role="status">{move || en::models_shown(shown.get(), of, rest)}</p>
            </div>
        }
    })
}

/// One model. Name and publisher never without each other.
#[component]
fn Card(listed: Listed) -> impl IntoView {
    let Listed { id, model } = listed;
    let Some(model) = model else {
        return view! {
            <li class="card" data-model=id.to_string()>
                <h2>{en::MODEL_UNREADABLE}</h2>
                <p class="card-text">{en::MODEL_UNREADABLE_WHY}</p>
                <div class="card-end"><Id what=en::WHAT_MODEL value=id.to_string()/></div>
            </li>
        }
        .into_any();
    };
    let Model {
        publisher,
        manifest,
        record,
        ..
    } = model;
    let size = manifest.files.iter().map(|file| file.size).sum();
    let registered = record.as_ref().map(|record| en::moment(&record.registered));
    let deprecated = record.and_then(|record| record.deprecated);
    let run = en::run_model(&manifest.name);
    let details = explore::details_of(&manifest.name, &manifest.version);
    view! {
        <li class="card" data-model=id.to_string()>
            <div class="card-head">
                <h2>{manifest.name.clone()}</h2>
                <span class="tag">{manifest.version.clone()}</span>
            </div>
            <p class="card-by">
                <span>{en::BY}</span>
                <Id what=en::WHAT_PUBLISHER value=messages::account(&publisher)/>
            </p>
            <p class="card-text">{manifest.description.clone()}</p>
            {deprecated
                .map(|at| {
                    view! {
                        <div class="card-deprecated">
                            <Notice mark=Mark::Absent head=en::DEPRECATED text=en::deprecated(&en::moment(&at))/>
                        </div>
                    }
                })}
            <div class="card-facts">
                <Rows>
                    <Row label=en::LICENCE>{manifest.licence.clone()}</Row>
                    <Row label=en::SIZE>{en::size(size)}</Row>
                    <Row label=en::SINCE>{registered}</Row>
                    <Row label=en::MODEL_ID>
                        <Id what=en::WHAT_MODEL value=id.to_string()/>
                    </Row>
                </Rows>
            </div>
            <div class="card-end">
                <div class="actions">
                    <A href=Page::Run(id.to_string()).path() attr:class="button button-primary">{run}</A>
                    <A href=Page::Explore(Place::Model(id.to_string())).path() attr:aria-label=details>{explore::DETAILS}</A>
                </div>
            </div>
        </li>
    }
    .into_any()
}

/// Cards of the final size while the chain is asked.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <p class="sr-only" role="status">{en::MODELS_READING}</p>
        <ul class="cards" aria-hidden="true">
            {(0..3)
                .map(|_| {
                    view! {
                        <li class="card card-ghost">
                            <span class="ghost ghost-short"></span>
                            <span class="ghost ghost-mid"></span>
                            <span class="ghost"></span>
                            <span class="ghost ghost-mid"></span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// Nothing published yet: how it is done.
#[component]
fn Empty() -> impl IntoView {
    view! {
        <section class="notice stack-tight">
            <h2>{en::MODELS_EMPTY}</h2>
            <p>{en::MODELS_EMPTY_HOW}</p>
            <pre class="code">{en::MODELS_EMPTY_LINE}</pre>
        </section>
    }
}
