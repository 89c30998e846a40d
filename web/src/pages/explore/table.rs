//! Tables, their pages, and what stands in their cells.

use super::place::{List, Place};
use crate::components::id::Id;
use crate::text::language::Text;
use crate::text::{en, explore as text};
use countersign_client::messages;
use countersign_shared::chain::{BatchKey, Moment};
use countersign_shared::id::AccountId;
use countersign_shared::Attester;
use leptos::prelude::*;
use leptos_router::components::A;

/// Entries on one page of a list; the contracts give at most 50 at once.
pub const PER_PAGE: u32 = 25;

/// Which part of a list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First position.
    pub start: u32,
    /// One after the last position.
    pub end: u32,
    /// How many there are.
    pub total: u32,
}

impl Window {
    /// The `per_page` entries below `before`, or the newest.
    pub fn below(before: Option<u32>, total: u32, per_page: u32) -> Self {
        let end = before.unwrap_or(total).min(total);
        let start = end.saturating_sub(per_page);
        Self { start, end, total }
    }
}

/// A table that scrolls by itself where it is too wide.
pub fn table(
    caption: impl Into<&'static str>,
    heads: &'static [Text],
    rows: Vec<Vec<AnyView>>,
) -> AnyView {
    let body = rows.into_iter().map(|cells| {
        let cells = cells
            .into_iter()
            .map(|cell| view! { <td>{cell}</td> })
            .collect_view();
        view! { <tr>{cells}</tr> }
    });
    frame(caption, heads, body.collect_view().into_any())
}

/// The table around rows that are made already.
pub fn frame(caption: impl Into<&'static str>, heads: &'static [Text], rows: AnyView) -> AnyView {
    let caption = caption.into();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=caption>
            <table class="data explore-table">
                <caption class="sr-only">{caption}</caption>
                <thead>
                    <tr>{heads.iter().map(|head| view! { <th scope="col">{head.get()}</th> }).collect_view()}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The ways to the other pages of a list, and where this one stands.
pub fn pager(list: List, window: Window, per_page: u32, words: String) -> AnyView {
    let next = window.end.saturating_add(per_page);
    let newer = (next < window.total).then_some(next);
    pager_to(list, window, newer, per_page, words)
}

/// As [`pager`], where the next newer page ends at `newer`, or is the newest.
pub fn pager_to(
    list: List,
    window: Window,
    newer: Option<u32>,
    per_page: u32,
    words: String,
) -> AnyView {
    let window = Memo::new(move |_| window);
    pager_of(
        list,
        window,
        Signal::stored(newer),
        per_page,
        Signal::stored(words),
    )
}

/// The same for a list that grows: what has the focus keeps it.
pub fn live_pager(
    list: List,
    window: Memo<Window>,
    per_page: u32,
    words: Signal<String>,
) -> AnyView {
    let newer_to = Signal::derive(move || {
        let window = window.get();
        let next = window.end.saturating_add(per_page);
        (next < window.total).then_some(next)
    });
    pager_of(list, window, newer_to, per_page, words)
}

fn pager_of(
    list: List,
    window: Memo<Window>,
    newer_to: Signal<Option<u32>>,
    per_page: u32,
    words: Signal<String>,
) -> AnyView {
    let link = |open: fn(&Window) -> bool, to: Signal<Option<u32>>, name: Text| {
        let open = Memo::new(move |_| open(&window.get()));
        let inner = move || {
            if open.get() {
                view! { <A href=move || Place::List(list, to.get()).path()>{name}</A> }.into_any()
            } else {
                name.get().into_any()
            }
        };
        view! { <li class:quiet=move || !open.get()>{inner}</li> }
    };
    let newer: fn(&Window) -> bool = |window| window.end < window.total;
    let older: fn(&Window) -> bool = |window| window.start > 0;
    let older_to = Signal::derive(move || Some(window.get().start));
    let oldest_to = Signal::derive(move || Some(per_page.min(window.get().total)));
    view! {
        <nav class="explore-pager" aria-label=text::PAGES>
            <p class="quiet">{move || words.get()}</p>
            <ul>
                {link(newer, Signal::stored(None), text::NEWEST)}
                {link(newer, newer_to, text::NEWER)}
                {link(older, older_to, text::OLDER)}
                {link(older, oldest_to, text::OLDEST)}
            </ul>
        </nav>
    }
    .into_any()
}

/// A plain cell.
pub fn plain(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    text.into_any()
}

/// A position as people count.
pub fn number(position: u32) -> AnyView {
    plain(en::count(u64::from(position).saturating_add(1)))
}

/// An id that can be copied.
pub fn id(what: impl Into<&'static str>, value: String) -> AnyView {
    let what = what.into();
    view! { <Id what value/> }.into_any()
}

/// An id that can be copied, and the way to its page.
pub fn id_to(what: impl Into<&'static str>, value: String, place: &Place) -> AnyView {
    let what = what.into();
    let name = text::details_of(what, &value);
    let href = place.path();
    view! {
        <span class="explore-id">
            <Id what value/>
            <A href=href attr:class="small" attr:aria-label=name>{text::DETAILS}</A>
        </span>
    }
    .into_any()
}

/// An account and the way to it.
pub fn account(what: impl Into<&'static str>, account: &AccountId) -> AnyView {
    let shown = messages::account(account);
    id_to(what, shown.clone(), &Place::Account(shown))
}

/// A signer and the way to it.
pub fn attester(attester: &Attester) -> AnyView {
    let shown = messages::attester(attester);
    id_to(text::ATTESTER, shown.clone(), &Place::Account(shown))
}

/// A batch and the way to it.
pub fn batch(batch: &BatchKey) -> AnyView {
    let root = batch.root.to_string();
    id_to(
        text::ROOT,
        root.clone(),
        &Place::Batch(root, Some(batch.size)),
    )
}

/// A block and its time.
pub fn moment(moment: &Moment) -> AnyView {
    let time = en::time(moment.seconds);
    view! { <span>{block(moment.block)} " · " <span class="quiet">{time}</span></span> }.into_any()
}

/// A block's number as a link.
pub fn block(number: u32) -> AnyView {
    let href = Place::Block(number.to_string()).path();
    view! { <A href=href>{text::block(number)}</A> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_a_list_without_gap_or_overlap() {
        let (total, per_page) = (61, 25);
        let mut window = Window::below(None, total, per_page);
        let mut seen = 0;
        loop {
            seen += window.end - window.start;
            if window.start == 0 {
                break;
            }
            let next = Window::below(Some(window.start), total, per_page);
            assert_eq!(next.end, window.start);
            window = next;
        }
        assert_eq!(seen, total);
    }

    #[test]
    fn a_window_beyond_the_list_shows_its_newest_entries() {
        let window = Window::below(Some(u32::MAX), 3, 25);
        assert_eq!((window.start, window.end), (0, 3));
        assert_eq!(Window::below(None, 0, 25).end, 0);
    }
}
