//! The receipts that this browser keeps: the list, and one of them.

mod backup;
pub mod detail;
mod qr;
mod queue;
mod share;
mod stake;

use crate::app::Page;
use crate::browser::clock;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::{Mark, Shape};
use crate::state::chain::{use_chain, Link};
use crate::state::home::{self, Home};
use crate::state::keep::{use_keep, Keep, Stored};
use crate::text::{en, receipts as text, withdraw};
use backup::Backup;
use countersign_client::kept::{Kept, Standing};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use queue::Queue;

/// The list.
#[component]
pub fn Receipts() -> impl IntoView {
    let keep = use_keep();
    watch_chain(keep);
    let link = use_chain().link;
    let search = RwSignal::new(String::new());
    let found = move || {
        let wanted = search.get();
        let mut all = keep.all();
        let count = all.len();
        all.retain(|kept| kept.matches(&wanted));
        (all, count)
    };
    let body = move || {
        let reading = keep.stored.with(|stored| matches!(stored, Stored::Reading));
        let none = keep.all().is_empty();
        match (reading, none) {
            (true, true) => view! { <p role="status" class="quiet">{text::READING}</p> }.into_any(),
            (false, true) => view! { <Empty/> }.into_any(),
            (_, false) => view! {
                <div class="stack-wide">
                    <Queue keep/>
                    <section class="stack" aria-label=text::LIST>
                        <div>
                            <label class="label" for="search">{text::SEARCH}</label>
                            <input
                                id="search"
                                type="search"
                                class="select receipts-search"
                                placeholder=text::SEARCH_HINT
                                autocomplete="off"
                                prop:value=move || search.get()
                                on:input=move |event| search.set(event_target_value(&event))
                            />
                        </div>
                        <p role="status" class="quiet small">
                            {move || {
                                let (found, all) = found();
                                text::shown(found.len(), all)
                            }}
                        </p>
                        <Show when=move || found().0.is_empty()>
                            <p>{text::NO_MATCH}</p>
                        </Show>
                        <ul class="receipts" data-testid="receipts">
                            {move || {
                                // What is at home where is known once the lists are.
                                link.track();
                                found().0.into_iter().map(|kept| view! { <Line kept/> }).collect_view()
                            }}
                        </ul>
                    </section>
                </div>
            }
            .into_any(),
        }
    };
    // The branch is chosen anew only when it changes, so that a search keeps its field and focus.
    let shape = Memo::new(move |_| {
        (
            keep.stored.with(|stored| matches!(stored, Stored::Reading)),
            keep.all().is_empty(),
        )
    });
    view! {
        <PageHead title=text::TITLE.to_string() lead=text::LEAD.to_string()/>
        <div class="receipts-page stack-wide">
            <Troubles keep/>
            {move || {
                // Reading it makes the memo run: one that was only tracked never hears of a change.
                let _branch = shape.get();
                untrack(body)
            }}
            <Backup keep/>
            <p>
                <A href=Page::Disown.path()>{withdraw::TITLE}</A>
            </p>
        </div>
    }
}

/// What is wrong with the storage.
#[component]
fn Troubles(keep: Keep) -> impl IntoView {
    move || {
        keep.stored.with(|stored| match stored {
            Stored::Failed(error) => Some(
                view! { <Notice mark=Mark::Invalid head=text::NO_STORAGE text=error.to_string()/> },
            ),
            Stored::Ready { unreadable, .. } if *unreadable > 0 => Some(
                view! { <Notice mark=Mark::Unknown head=text::UNREADABLE text=text::unreadable(*unreadable)/> },
            ),
            Stored::Ready { .. } | Stored::Reading => None,
        })
    }
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <section class="notice stack-tight">
            <h2>{text::EMPTY}</h2>
            <p>{text::EMPTY_HOW}</p>
            <p>
                <A href=Page::Models.path() attr:class="button button-primary">{text::EMPTY_GO}</A>
            </p>
        </section>
    }
}

/// One receipt of the list.
#[component]
fn Line(kept: Kept) -> impl IntoView {
    let standing = kept.standing(clock::seconds());
    let home = use_chain()
        .link
        .with_untracked(|link| Home::of(&kept, link));
    let (state, mark, word) = if home::is_untold(&home, standing) {
        ("elsewhere", Mark::Unknown, text::ELSEWHERE.get())
    } else {
        let word = text::standing_word(standing);
        (state_name(standing), mark_of(standing), word)
    };
    let sealed = kept.sealed().to_string();
    let address = Page::Receipt(sealed.clone()).path();
    let time = en::time(kept.receipt().statement.time);
    let name = text::open(&kept.notes.model, &kept.notes.input, &time);
    view! {
        <li class="receipts-line" data-sealed=sealed data-state=state>
            <A href=address attr:class="receipts-link" attr:aria-label=name>
                <span class="receipts-name">{kept.notes.model.clone()}</span>
                <span class="receipts-file">{kept.notes.input.clone()}</span>
                <span class="quiet small">{time}</span>
            </A>
            <span class="receipts-state">
                <Shape mark/>
                <span>{word}</span>
            </span>
        </li>
    }
}

/// A stable name.
fn state_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Unknown => "unknown",
        Standing::Waiting => "waiting",
        Standing::Sent { .. } => "sent",
        Standing::Anchored { .. } => "anchored",
        Standing::Revoked(_) => "revoked",
        Standing::Disowned(_) => "disowned",
        Standing::Expired(_) => "expired",
    }
}

fn mark_of(standing: Standing) -> Mark {
    match standing {
        Standing::Unknown => Mark::Unknown,
        Standing::Waiting => Mark::Absent,
        Standing::Sent { .. } => Mark::Checking,
        Standing::Anchored { .. } => Mark::Valid,
        Standing::Revoked(_) | Standing::Disowned(_) | Standing::Expired(_) => Mark::Invalid,
    }
}

/// Asks the chain once when the page and the node are there, and at every look of the header as long as something that
/// was sent is not settled.
fn watch_chain(keep: Keep) {
    let chain = use_chain();
    let ready = Memo::new(move |_| {
        let read = keep
            .stored
            .with(|stored| !matches!(stored, Stored::Reading));
        read && chain.link.with(|link| matches!(link, Link::Ready(_)))
    });
    Effect::new(move |_| {
        if ready.get() {
            spawn_local(keep.look(chain));
        }
    });
    Effect::new(move |_| {
        chain.answered.track();
        let unsettled = untrack(|| keep.all()).iter().any(|kept| {
            let open = matches!(
                kept.standing(clock::seconds()),
                Standing::Sent { .. } | Standing::Unknown
            );
            open && chain.link.with_untracked(|link| Home::of(kept, link)) == Home::Here
        });
        if unsettled {
            spawn_local(keep.look(chain));
        }
    });
}
