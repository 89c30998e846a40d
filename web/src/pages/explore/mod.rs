//! The explorer: what the contracts hold, read from plain RPC page by page, without an indexer.

mod account;
mod attested;
mod batch;
mod block;
mod blocks;
mod claims;
mod event;
mod lists;
mod load;
mod member;
mod model;
mod models;
mod overview;
pub mod place;
mod receipt;
mod search;
mod table;

use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::Mark;
use crate::text::claims as claim_text;
use crate::text::explore as text;
use crate::text::language::Text;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use place::{List, Place};

/// Every page of the explorer.
#[component]
pub fn Explore() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let place = Memo::new(move |_| Place::of(&params.read(), &query.read()));
    move || {
        let place = place.get();
        let title = title(&place);
        let lead = (place == Place::Overview).then(|| text::LEAD.to_string());
        view! {
            <Head title lead/>
            <Parts/>
            <Find typed=if let Place::Search(typed) = &place { typed.clone() } else { String::new() }/>
            <div class="explore-body stack">{body(place)}</div>
        }
    }
}

#[component]
fn Head(title: String, lead: Option<String>) -> impl IntoView {
    let title = Signal::stored(title);
    match lead {
        Some(lead) => view! { <PageHead title lead/> }.into_any(),
        None => view! { <PageHead title/> }.into_any(),
    }
}

fn list_name(list: List) -> Text {
    match list {
        List::Models => text::MODELS,
        List::Engines => text::ENGINES,
        List::Publishers => text::PUBLISHERS,
        List::Anchors => text::ANCHORS,
        List::Batches => text::BATCHES,
        List::Attested => text::ATTESTED,
        List::Revoked => text::REVOKED,
        List::Disowned => text::DISOWNED,
        List::Claims => claim_text::CLAIMS,
        List::Blocks => text::BLOCKS,
        List::Events => text::EVENTS,
    }
}

fn title(place: &Place) -> String {
    match place {
        Place::Overview | Place::Nowhere => text::TITLE.to_string(),
        Place::List(list, _) => list_name(*list).to_string(),
        Place::Model(_) => text::MODEL.to_string(),
        Place::Claim(_) => claim_text::CLAIM.to_string(),
        Place::Receipt(_) => text::RECEIPT.to_string(),
        Place::Batch(..) => text::BATCH.to_string(),
        Place::Block(number) => number
            .parse()
            .map_or_else(|_| text::BLOCK.to_string(), text::block),
        Place::Account(_) => text::ACCOUNT.to_string(),
        Place::Search(_) => text::FOUND.to_string(),
    }
}

fn body(place: Place) -> AnyView {
    match place {
        Place::Overview => overview::page(),
        Place::List(List::Models, before) => models::page(before),
        Place::List(List::Publishers, before) => models::publishers(before),
        Place::List(List::Claims, before) => claims::page(before),
        Place::List(List::Blocks, before) => blocks::page(before),
        Place::List(List::Events, before) => blocks::events(before),
        Place::List(list, before) => lists::page(list, before),
        Place::Model(id) => id.parse().map_or_else(|_| nowhere(), model::page),
        Place::Claim(id) => id.parse().map_or_else(|_| nowhere(), claims::claim),
        Place::Receipt(id) => id.parse().map_or_else(|_| nowhere(), receipt::page),
        Place::Batch(root, size) => root
            .parse()
            .map_or_else(|_| nowhere(), |root| batch::page(root, size)),
        Place::Block(named) => block::Named::of(&named).map_or_else(nowhere, block::page),
        Place::Account(account) => search::signer(&account).map_or_else(nowhere, account::page),
        Place::Search(typed) => search::page(&typed),
        Place::Nowhere => nowhere(),
    }
}

fn nowhere() -> AnyView {
    view! { <Notice mark=Mark::Unknown head=text::BAD_ADDRESS text=text::BAD_ADDRESS_WHY/> }
        .into_any()
}

/// What one looks for is not there: *unknown*, and why that is no verdict.
fn gone(why: Text) -> AnyView {
    view! { <Notice mark=Mark::Unknown head=text::UNKNOWN text=why/> }.into_any()
}

/// The parts of the explorer.
#[component]
fn Parts() -> impl IntoView {
    let link = |place: Place, name: Text| {
        view! { <li><A href=place.path() exact=true>{name}</A></li> }
    };
    view! {
        <nav class="explore-parts" aria-label=text::SECTIONS>
            <ul>
                {link(Place::Overview, text::OVERVIEW)}
                {List::ALL
                    .into_iter()
                    .map(|list| link(Place::List(list, None), list_name(list)))
                    .collect_view()}
            </ul>
        </nav>
    }
}

/// One field for everything that has a name on the chain.
#[component]
fn Find(typed: String) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let look = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            let place = Place::Search(field.value().trim().to_owned());
            navigate(&place.path(), leptos_router::NavigateOptions::default());
        }
    };
    view! {
        <form class="explore-find" role="search" on:submit=look>
            <label class="label" for="explore-q">{text::SEARCH_LABEL}</label>
            <div class="explore-find-row">
                <input
                    id="explore-q"
                    class="explore-field"
                    type="search"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    maxlength="200"
                    value=typed
                    node_ref=field
                />
                <button type="submit" class="button">{text::SEARCH}</button>
            </div>
        </form>
    }
}
