//! Handing a kept receipt to somebody: which items are opened, and the ways to give it.

use super::qr::{code, QrPicture};
use crate::app::Page;
use crate::browser::{clipboard, page, save};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::text::{command, en, receipts as text};
use countersign_client::kept::Kept;
use countersign_client::plain;
use countersign_shared::commit::Side;
use countersign_shared::item::Kind;
use countersign_shared::Software;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use std::collections::BTreeSet;

/// Longer links are cut by mail programs and messengers, in characters.
const LONG: usize = 8_000;

/// Ticks, sentence, ways.
#[component]
pub fn Share(
    /// The receipt; its proofs may be joined by others later.
    kept: Signal<Option<Kept>, LocalStorage>,
) -> impl IntoView {
    let items = items(kept.get_untracked().as_ref());
    let count = items.len();
    // Sealed is what everything is until its owner says otherwise.
    let opened = RwSignal::new(BTreeSet::<(Side, u32)>::new());
    let names = StoredValue::new(items.clone());
    let bundle = move || {
        let opened = opened.get();
        kept.with(|kept| {
            kept.as_ref()
                .map(|kept| kept.share(|side, index| opened.contains(&(side, index))))
        })
    };
    let fragment = Memo::new(move |_| {
        bundle().map_or_else(String::new, |bundle| bundle.to_fragment(&Software))
    });
    let link = move || {
        format!(
            "{}{}{}",
            page::origin(),
            Page::Verify.path(),
            fragment.get()
        )
    };
    let said = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<String>);
    let shows_code = RwSignal::new(false);
    let file = move |_| {
        let Some(bundle) = untrack(bundle) else {
            return;
        };
        let name = command::file_name(&bundle.receipt.id(&Software).to_bytes());
        let saved = save::json(&name, bundle.to_file(&Software).as_bytes());
        failed.set(saved.err().map(|error| error.to_string()));
        if failed.with_untracked(Option::is_none) {
            said.set(text::saved(&name));
        }
    };
    let copy = move |_| {
        said.set(String::new());
        let link = untrack(link);
        spawn_local(async move {
            match clipboard::write(&link).await {
                Ok(()) => {
                    failed.set(None);
                    said.set(en::COPIED.to_string());
                }
                Err(error) => failed.set(Some(error.to_string())),
            }
        });
    };
    let receiver = move || {
        let opened = opened.get();
        let names = names.with_value(|items| {
            let chosen = items
                .iter()
                .filter(|item| opened.contains(&(item.side, item.index)));
            chosen.map(|item| item.name.clone()).collect::<Vec<_>>()
        });
        text::receiver(&names, count)
    };
    let side = |wanted: Side| {
        let ticks: Vec<_> = items
            .iter()
            .filter(|item| item.side == wanted)
            .cloned()
            .map(|item| view! { <Tick item opened/> })
            .collect();
        let name = match wanted {
            Side::Input => text::ITEMS_INPUT,
            Side::Output => text::ITEMS_OUTPUT,
        };
        view! {
            <fieldset class="choice">
                <legend>{name}</legend>
                <p class="small quiet">{text::item_note(wanted)}</p>
                {ticks}
            </fieldset>
        }
    };
    view! {
        <section class="stack no-print" aria-label=text::SHARE>
            <h2>{text::SHARE}</h2>
            <p>{text::SHARE_NOTE}</p>
            {side(Side::Input)}
            {side(Side::Output)}
            <p role="status" data-testid="receiver">{receiver}</p>
            <div class="actions">
                <button type="button" class="button button-primary" on:click=file>{text::SAVE}</button>
                <button type="button" class="button" on:click=copy>{text::COPY}</button>
                <button
                    type="button"
                    class="button"
                    aria-expanded=move || shows_code.get().to_string()
                    on:click=move |_| shows_code.update(|shown| *shown = !*shown)
                >
                    {move || if shows_code.get() { text::QR_HIDE.get() } else { text::QR.get() }}
                </button>
                <button type="button" class="button" on:click=move |_| { let _ = window().print(); }>{text::PRINT}</button>
                <A href=move || format!("{}{}", Page::Verify.path(), fragment.get()) attr:class="button">{text::VERIFY}</A>
            </div>
            <p role="status" class="quiet">{move || said.get()}</p>
            <p class="small quiet">{move || text::link_length(link().len(), link().len() > LONG)}</p>
            <Show when=move || shows_code.get()>
                {move || match code(&link()) {
                    Some(code) => view! { <QrPicture code name=text::QR_NAME/> }.into_any(),
                    None => view! { <p>{text::QR_LONG}</p> }.into_any(),
                }}
            </Show>
            {move || {
                failed
                    .get()
                    .map(|reason| {
                        view! {
                            <Notice mark=Mark::Invalid head=text::FAILED text=reason/>
                            <label class="label" for="the-link">{text::LINK}</label>
                            <textarea id="the-link" class="select" readonly rows="4" prop:value=link></textarea>
                        }
                    })
            }}
        </section>
    }
}

#[derive(Clone, PartialEq)]
struct Shown {
    side: Side,
    index: u32,
    name: String,
    words: String,
}

fn items(kept: Option<&Kept>) -> Vec<Shown> {
    let openings = kept
        .map(|kept| kept.bundle.openings.clone())
        .unwrap_or_default();
    let mut items = Vec::new();
    for opening in &openings {
        for opened in &opening.items {
            let name = plain(opened.item.name().as_str());
            let file = matches!(opened.item.kind(), Kind::File { .. });
            items.push(Shown {
                side: opening.side,
                index: opened.index,
                words: text::item(&name, opened.item.byte_len(), file),
                name,
            });
        }
    }
    items
}

#[component]
fn Tick(item: Shown, opened: RwSignal<BTreeSet<(Side, u32)>>) -> impl IntoView {
    let key = (item.side, item.index);
    let change = move |event| {
        let on = event_target_checked(&event);
        opened.update(|opened| {
            if on {
                opened.insert(key);
            } else {
                opened.remove(&key);
            }
        });
    };
    view! {
        <label class="radio-head">
            <input
                type="checkbox"
                prop:checked=move || opened.with(|opened| opened.contains(&key))
                on:change=change
            />
            <span>{item.words}</span>
        </label>
    }
}
