//! The contracts' lists, page by page.

use super::load::{gap, load, At};
use super::place::{List, Place};
use super::table::{
    self, account, attester, id, id_to, moment, number, pager, plain, Window, PER_PAGE,
};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::chain::Ready;
use crate::text::language::Text;
use crate::text::{en, explore as text};
use core::fmt::Debug;
use countersign_client::contracts::{receipts, registry, Message};
use countersign_client::deployed::ChainGap;
use countersign_client::rpc::Block;
use countersign_shared::chain::{
    Attestation, BatchKey, Disownment, EngineKey, EngineRecord, Moment, Page,
};
use countersign_shared::id::{EngineId, ReceiptId, SealedId};
use countersign_shared::Attester;
use leptos::prelude::*;
use parity_scale_codec::Decode;
use std::rc::Rc;

/// One part of a list, newest last.
pub type Part<T> = (Vec<T>, Window);

/// A message that asks for a page of a list.
pub type Ask<T> = fn(u32, u32) -> Message<Page<T>>;

/// Reads the part of a list below a position.
///
/// # Errors
/// [`ChainGap`].
pub async fn part<T: Decode + Debug>(
    at: &At<'_>,
    list: List,
    ask: Ask<T>,
    before: Option<u32>,
) -> Result<Part<T>, ChainGap> {
    let entry = at.deployed.entry();
    let contract = match list {
        List::Models | List::Engines | List::Publishers => entry.registry,
        _ => entry.receipts,
    };
    let read = |start, limit| {
        let message = ask(start, limit);
        async move {
            at.chain()
                .read(contract, &message, at.block)
                .await
                .map_err(gap)
        }
    };
    let before = match before {
        Some(before) => before,
        None => read(0, 0).await?.total,
    };
    let start = before.saturating_sub(PER_PAGE);
    let page = read(start, before.saturating_sub(start)).await?;
    if page.total >= before {
        return Ok((
            page.items,
            Window::below(Some(before), page.total, PER_PAGE),
        ));
    }
    // A link from a longer list: its newest entries are shown.
    let window = Window::below(None, page.total, PER_PAGE);
    let page = read(window.start, window.end.saturating_sub(window.start)).await?;
    Ok((page.items, window))
}

/// The page.
pub fn page(list: List, before: Option<u32>) -> AnyView {
    match list {
        List::Engines => engines(before),
        List::Batches => one(list, before, receipts::batches, &BATCHES, batch),
        List::Attested => one(list, before, receipts::attestations, &ATTESTED, attested),
        List::Revoked => one(list, before, receipts::revocations, &REVOKED, revoked),
        List::Disowned => one(list, before, receipts::disownments, &DISOWNED, disowned),
        _ => one(list, before, receipts::anchors, &ANCHORS, anchor),
    }
}

const ENGINES: [Text; 6] = [
    text::NUMBER,
    text::NAME,
    text::ENGINE,
    text::PUBLISHER,
    text::ANNOUNCED,
    text::RELEASE,
];
const ANCHORS: [Text; 3] = [text::NUMBER, text::SEALED, text::ANCHORED];
const BATCHES: [Text; 4] = [text::NUMBER, text::ROOT, text::SIZE, text::ANCHORED];
const ATTESTED: [Text; 5] = [
    text::NUMBER,
    text::SEALED,
    text::ATTESTER,
    text::LANE,
    text::VERIFIED,
];
const REVOKED: [Text; 3] = [text::NUMBER, text::RECEIPT_ID, text::REVOCATION];
const DISOWNED: [Text; 4] = [text::NUMBER, text::ATTESTER, text::SINCE, text::DECLARED];

fn one<T: Decode + Debug + Clone + 'static>(
    list: List,
    before: Option<u32>,
    ask: Ask<T>,
    heads: &'static [Text],
    row: fn(T) -> Vec<AnyView>,
) -> AnyView {
    let read = move |ready: Rc<Ready>| async move {
        let at = At::now(&ready).await?;
        Ok::<(Part<T>, Block), ChainGap>((part(&at, list, ask, before).await?, at.block))
    };
    load(ROWS, read, move |part| show(list, part, heads, row)).into_any()
}

/// How many lines a page of a list takes while it is read.
pub const ROWS: usize = 12;

/// A part of a list, newest first.
pub fn show<T>(
    list: List,
    (items, window): Part<T>,
    heads: &'static [Text],
    row: impl Fn(T) -> Vec<AnyView>,
) -> AnyView {
    if items.is_empty() {
        return view! { <Notice mark=Mark::Absent head=text::NOTHING text=text::NOTHING_WHY/> }
            .into_any();
    }
    let rows = (window.start..).zip(items).map(|(position, item)| {
        let mut cells = vec![number(position)];
        cells.extend(row(item));
        cells
    });
    let mut rows: Vec<_> = rows.collect();
    rows.reverse();
    let words = text::window(window.start, window.end, window.total);
    view! {
        {table::table(super::list_name(list), heads, rows)}
        {pager(list, window, PER_PAGE, words)}
    }
    .into_any()
}

fn receipt(what: impl Into<&'static str>, value: String) -> AnyView {
    let place = Place::Receipt(value.clone());
    id_to(what, value, &place)
}

fn anchor((sealed, at): (SealedId, Moment)) -> Vec<AnyView> {
    vec![receipt(text::SEALED, sealed.to_string()), moment(&at)]
}

fn batch((key, at): (BatchKey, Moment)) -> Vec<AnyView> {
    vec![table::batch(&key), plain(en::count(key.size)), moment(&at)]
}

fn attested((sealed, facts): (SealedId, Attestation)) -> Vec<AnyView> {
    vec![
        receipt(text::SEALED, sealed.to_string()),
        attester(&facts.attester),
        plain(en::capital(facts.lane.name())),
        moment(&facts.at),
    ]
}

fn revoked((id, at): (ReceiptId, Moment)) -> Vec<AnyView> {
    vec![receipt(text::RECEIPT_ID, id.to_string()), moment(&at)]
}

fn disowned((key, said): (Attester, Disownment)) -> Vec<AnyView> {
    vec![
        attester(&key),
        table::block(said.since),
        moment(&said.declared),
    ]
}

type Engine = (EngineKey, EngineRecord);

/// Engines, with what this app's own list calls them.
fn engines(before: Option<u32>) -> AnyView {
    let read = move |ready: Rc<Ready>| async move {
        let at = At::now(&ready).await?;
        let part = part(&at, List::Engines, registry::engines, before).await?;
        let released = |id: EngineId| {
            let found = ready.config.engines.find(id);
            found.map(|engine| format!("{} {}", engine.name, engine.version))
        };
        let names: Vec<_> = part.0.iter().map(|(key, _)| released(key.engine)).collect();
        let (items, window) = part;
        let named: Vec<(Engine, Option<String>)> = items.into_iter().zip(names).collect();
        Ok::<_, ChainGap>(((named, window), at.block))
    };
    let row = |((key, record), released): (Engine, Option<String>)| {
        // The contract takes printable ASCII only.
        let name = String::from_utf8_lossy(&record.name).into_owned();
        let announced = match record.deprecated {
            None => moment(&record.announced),
            Some(at) => view! {
                {moment(&record.announced)} <br/> {text::DEPRECATED} ": " {moment(&at)}
            }
            .into_any(),
        };
        vec![
            plain(name),
            id(text::ENGINE, key.engine.to_string()),
            account(text::PUBLISHER, &key.publisher),
            announced,
            plain(released.unwrap_or_else(|| text::NOT_RELEASED.to_string())),
        ]
    };
    load(ROWS, read, move |part| {
        show(List::Engines, part, &ENGINES, row)
    })
    .into_any()
}
