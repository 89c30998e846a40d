//! Lists of blocks, and of the contracts' events in them.

use super::event;
use super::lists::ROWS;
use super::load::{gap, load, At};
use super::place::List;
use super::table::{self, block, id, pager, plain, Window, PER_PAGE};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::chain::Ready;
use crate::text::language::Text;
use crate::text::{en, explore as text};
use countersign_client::deployed::ChainGap;
use countersign_client::explore::{self, Brief};
use countersign_client::rpc::Block;
use countersign_shared::id::BlockHash;
use leptos::prelude::*;
use std::rc::Rc;

const BLOCKS: [Text; 4] = [text::BLOCK, text::TIME, text::HASH, text::EVENTS];
const EVENTS: [Text; 3] = [text::BLOCK, text::EVENT, text::ABOUT];
/// How many blocks are looked through for events at once.
const BLOCKS_FOR_EVENTS: u32 = 100;

type Part = (Vec<Brief>, Window);

/// Finalised blocks, newest first.
async fn read(
    ready: Rc<Ready>,
    before: Option<u32>,
    per_page: u32,
) -> Result<(Part, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let window = Window::below(before, at.block.number.saturating_add(1), per_page);
    let numbers: Vec<u32> = (window.start..window.end).rev().collect();
    let found = explore::blocks(at.chain(), at.deployed.entry(), &numbers).await;
    Ok(((found.map_err(gap)?, window), at.block))
}

/// The pages of a list of blocks.
fn pages(list: List, window: Window, per_page: u32) -> AnyView {
    let words = text::blocks_window(window.start, window.end.saturating_sub(1));
    pager(list, window, per_page, words)
}

/// The blocks.
pub fn page(before: Option<u32>) -> AnyView {
    let show = |(blocks, window): Part| {
        let rows = blocks.into_iter().map(|brief| {
            let time = brief
                .time
                .map_or_else(|| text::NO_TIME.to_string(), en::time);
            vec![
                block(brief.block.number),
                plain(time),
                id(text::HASH, BlockHash::new(brief.block.hash).to_string()),
                plain(en::count(brief.happened.len() as u64)),
            ]
        });
        view! {
            {table::table(text::BLOCKS, &BLOCKS, rows.collect())}
            {pages(List::Blocks, window, PER_PAGE)}
        }
        .into_any()
    };
    load(ROWS, move |ready| read(ready, before, PER_PAGE), show).into_any()
}

/// The events of both contracts.
pub fn events(before: Option<u32>) -> AnyView {
    let show = |(blocks, window): Part| {
        let rows: Vec<_> = blocks
            .iter()
            .flat_map(|brief| brief.happened.iter().rev())
            .map(|happened| {
                let mut cells = vec![block(happened.block)];
                cells.extend(event::cells(happened));
                cells
            })
            .collect();
        let events = if rows.is_empty() {
            view! { <Notice mark=Mark::Absent head=text::NO_EVENTS text=text::NO_EVENTS_WHY/> }
                .into_any()
        } else {
            table::table(text::EVENTS, &EVENTS, rows)
        };
        view! {
            {events}
            {pages(List::Events, window, BLOCKS_FOR_EVENTS)}
        }
        .into_any()
    };
    load(
        ROWS,
        move |ready| read(ready, before, BLOCKS_FOR_EVENTS),
        show,
    )
    .into_any()
}
