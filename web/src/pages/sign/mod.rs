//! Sign the run that this tab holds: first what will be signed, then by whom, then the receipt.

mod anchor;
mod receipt;
mod review;
pub mod signer;
pub mod transaction;
mod words;

use crate::app::Page;
use crate::components::again::Again;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::Mark;
use crate::state::chain::{use_chain, Link};
use crate::state::draft::{Draft, NoDraft};
use crate::state::finished::{use_finished, use_later, Finished};
use crate::state::signed::use_receipts;
use crate::text::sign as text;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use receipt::ReceiptView;
use review::Review;
use std::sync::Arc;

/// What is known of the draft.
#[derive(Clone)]
enum Shown {
    Nothing,
    Drafting,
    Ready(Box<Draft>),
    Failed(NoDraft),
}

/// The page.
#[component]
pub fn Sign() -> impl IntoView {
    let chain = use_chain();
    let finished = use_finished();
    let receipts = use_receipts();
    let later = use_later();
    // The user chose to sign without a reference to the earlier run.
    let alone = RwSignal::new(None::<Arc<Finished>>);
    let shown = RwSignal::new(Shown::Nothing);
    let draft = move |run: Arc<Finished>| {
        shown.set(Shown::Drafting);
        spawn_local(async move {
            let next = match Draft::new(run, chain, receipts).await {
                Ok(draft) => Shown::Ready(Box::new(draft)),
                Err(error) => Shown::Failed(error),
            };
            // The page may have been left meanwhile.
            let _ = shown.try_set(next);
        });
    };
    let receipt = move || receipts.of(&finished.get()?);
    // An earlier run whose result this one used, and that nobody signed yet.
    let unsigned = move || {
        let run = finished.get()?;
        let earlier = run.earlier.clone()?;
        let chosen =
            alone.with(|alone| alone.as_ref().is_some_and(|alone| Arc::ptr_eq(alone, &run)));
        (!chosen && receipts.of(&earlier).is_none()).then_some((run, earlier))
    };
    // Drafts once per run, as soon as it is known whether there is a chain; a draft on show is never replaced.
    Effect::new(move |_| {
        let Some(run) = finished.get() else { return };
        let settled = chain.link.with(|link| !matches!(link, Link::Connecting));
        let wanted = match &*shown.read_untracked() {
            Shown::Nothing | Shown::Failed(_) => true,
            Shown::Ready(draft) => !Arc::ptr_eq(&draft.run, &run),
            Shown::Drafting => false,
        };
        if settled && wanted && unsigned().is_none() {
            draft(run);
        }
    });
    let title = Signal::derive(move || {
        if receipt().is_some() {
            text::TITLE_SIGNED
        } else {
            text::TITLE
        }
        .to_string()
    });
    let body = move || {
        if let Some(signed) = receipt() {
            return view! { <ReceiptView held=StoredValue::new_local(signed)/> }.into_any();
        }
        if finished.with(Option::is_none) {
            return view! { <Nothing/> }.into_any();
        }
        if let Some((run, earlier)) = unsigned() {
            let name = |run: &Finished| run.model.manifest.name.clone();
            let why = text::earlier_first_why(&name(&run), &name(&earlier));
            let (held, without) = (Arc::clone(&run), run);
            let first = move |_| {
                later.set(Some(Arc::clone(&held)));
                finished.set(Some(Arc::clone(&earlier)));
            };
            return view! {
                <Notice mark=Mark::Absent head=text::EARLIER_FIRST text=why>
                    <button type="button" class="button button-primary" on:click=first>{text::SIGN_EARLIER}</button>
                    <button type="button" class="button" on:click=move |_| alone.set(Some(Arc::clone(&without)))>
                        {text::SIGN_ALONE}
                    </button>
                </Notice>
            }
            .into_any();
        }
        match shown.get() {
            Shown::Nothing | Shown::Drafting => {
                view! { <p role="status" class="quiet">{text::DRAFTING}</p> }.into_any()
            }
            Shown::Failed(error) => view! {
                <Notice mark=Mark::Invalid head=text::NO_DRAFT text=error.to_string()>
                    <Again on_press=move || chain.connect()/>
                </Notice>
            }
            .into_any(),
            Shown::Ready(draft) => view! { <Review draft=*draft/> }.into_any(),
        }
    };
    view! {
        <PageHead title/>
        {body}
    }
}

/// No run in this tab.
#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="notice stack-tight">
            <h2>{text::NOTHING}</h2>
            <p>{text::NOTHING_HOW}</p>
            <p>
                <A href=Page::Models.path() attr:class="button button-primary">{text::NOTHING_GO}</A>
            </p>
            <p>
                <A href=Page::Receipts.path()>{text::NOTHING_KEPT}</A>
            </p>
        </section>
    }
}
