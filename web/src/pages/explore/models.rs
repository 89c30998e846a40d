//! The list of models, and of those who published them.

use super::lists::{part, show, Part, ROWS};
use super::load::{gap, load, At};
use super::place::{List, Place};
use super::table::{self, account, block, id_to, moment, pager, plain, Window};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::chain::Ready;
use crate::text::language::Text;
use crate::text::{en, explore as text};
use countersign_client::contracts::registry;
use countersign_client::deployed::ChainGap;
use countersign_client::rpc::Block;
use countersign_shared::chain::{ModelRecord, MAX_PAGE_ITEMS};
use countersign_shared::id::{AccountId, ModelId};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::rc::Rc;

const HEADS: [Text; 5] = [
    text::NUMBER,
    text::NAME,
    text::MODEL,
    text::PUBLISHER,
    text::REGISTERED,
];
const PUBLISHERS: [Text; 5] = [
    text::NUMBER,
    text::PUBLISHER,
    text::HOW_MANY,
    text::FIRST,
    text::LATEST,
];

/// How many models are looked through at once for what the registry has no list of.
pub const SCAN: u32 = 1000;

#[derive(Clone)]
struct Line {
    id: ModelId,
    record: ModelRecord,
    name: Option<String>,
}

async fn read(ready: Rc<Ready>, before: Option<u32>) -> Result<(Part<Line>, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let (items, window) = part(&at, List::Models, registry::models, before).await?;
    let manifests = at.deployed.manifests(&items, at.block).await.map_err(gap)?;
    let lines = items
        .into_iter()
        .zip(manifests)
        .map(|((id, record), manifest)| Line {
            id,
            record,
            name: manifest.map(|manifest| en::model_name(&manifest.name, &manifest.version)),
        });
    Ok(((lines.collect(), window), at.block))
}

/// The page.
pub fn page(before: Option<u32>) -> AnyView {
    let row = |line: Line| {
        let id = line.id.to_string();
        let registered = match line.record.deprecated {
            None => moment(&line.record.registered),
            Some(at) => view! {
                {moment(&line.record.registered)} <br/> {text::DEPRECATED} ": " {moment(&at)}
            }
            .into_any(),
        };
        vec![
            plain(line.name.unwrap_or_else(|| text::UNREADABLE.to_string())),
            id_to(en::WHAT_MODEL, id.clone(), &Place::Model(id)),
            account(text::PUBLISHER, &line.record.publisher),
            registered,
        ]
    };
    load(
        ROWS,
        move |ready| read(ready, before),
        move |part| show(List::Models, part, &HEADS, row),
    )
    .into_any()
}

/// The models below a position, [`SCAN`] at most, oldest first; asked together.
pub async fn scan(
    at: &At<'_>,
    before: Option<u32>,
) -> Result<Part<(ModelId, ModelRecord)>, ChainGap> {
    let total = at.deployed.models(0, 0, at.block).await.map_err(gap)?.total;
    let window = Window::below(before, total, SCAN);
    let starts = (window.start..window.end).step_by(MAX_PAGE_ITEMS as usize);
    let messages: Vec<_> = starts
        .map(|start| registry::models(start, MAX_PAGE_ITEMS.min(window.end.saturating_sub(start))))
        .collect();
    let contract = at.deployed.entry().registry;
    let pages = at.chain().read_all(contract, &messages, at.block).await;
    let items = pages.map_err(gap)?.into_iter().flat_map(|page| page.items);
    Ok((items.collect(), window))
}

#[derive(Clone)]
struct Publisher {
    account: AccountId,
    models: u32,
    first: u32,
    latest: u32,
}

async fn read_publishers(
    ready: Rc<Ready>,
    before: Option<u32>,
) -> Result<(Part<Publisher>, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let (items, window) = scan(&at, before).await?;
    let mut by_account: BTreeMap<AccountId, Publisher> = BTreeMap::new();
    for (_, record) in items {
        let block = record.registered.block;
        let entry = by_account.entry(record.publisher).or_insert(Publisher {
            account: record.publisher,
            models: 0,
            first: block,
            latest: block,
        });
        entry.models = entry.models.saturating_add(1);
        entry.latest = block;
    }
    let mut publishers: Vec<_> = by_account.into_values().collect();
    publishers.sort_by_key(|publisher| core::cmp::Reverse(publisher.latest));
    Ok(((publishers, window), at.block))
}

/// Who published models. The registry has no list of them: it is made from the newest models.
pub fn publishers(before: Option<u32>) -> AnyView {
    let show = move |(publishers, window): Part<Publisher>| {
        if publishers.is_empty() {
            return view! { <Notice mark=Mark::Absent head=text::NOTHING text=text::NOTHING_WHY/> }
                .into_any();
        }
        let looked = window.end.saturating_sub(window.start);
        let rows = (0..).zip(publishers).map(|(place, publisher)| {
            vec![
                table::number(place),
                account(text::PUBLISHER, &publisher.account),
                plain(en::count(u64::from(publisher.models))),
                block(publisher.first),
                block(publisher.latest),
            ]
        });
        view! {
            {table::table(text::PUBLISHERS, &PUBLISHERS, rows.collect())}
            {pager(List::Publishers, window, SCAN, text::publishers_window(looked as usize, window.total))}
        }
        .into_any()
    };
    load(ROWS, move |ready| read_publishers(ready, before), show).into_any()
}
