//! Lists of blocks, and of the contracts' events in them.

use super::event;
use super::lists::ROWS;
use super::load::{gap, load, At};
use super::place::List;
use super::table::{self, block, id, pager, pager_to, plain, Window, PER_PAGE};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::chain::Ready;
use crate::text::language::Text;
use crate::text::{en, explore as text};
use countersign_client::deployed::ChainGap;
use countersign_client::explore::{self, Brief, Tally};
use countersign_client::rpc::Block;
use countersign_shared::id::BlockHash;
use leptos::prelude::*;
use std::rc::Rc;

const BLOCKS: [Text; 4] = [text::BLOCK, text::TIME, text::HASH, text::ALL_EVENTS];
const EVENTS: [Text; 4] = [text::BLOCK, text::EXTRINSIC, text::EVENT, text::ABOUT];
/// How many blocks are looked through for events at once, at most.
const BLOCKS_FOR_EVENTS: u32 = 100;
/// How many events, whoever told them, the blocks of one page may have together: a full block has more than a thousand.
const MOST_EVENTS: u32 = 1_000;

/// Finalised blocks, newest first, with how much happened in each; what happened is on the block's own page.
async fn read(
    ready: Rc<Ready>,
    before: Option<u32>,
) -> Result<((Vec<Tally>, Window), Block), ChainGap> {
    let at = At::now(&ready).await?;
    let window = Window::below(before, at.block.number.saturating_add(1), PER_PAGE);
    let numbers: Vec<u32> = (window.start..window.end).rev().collect();
    let found = explore::tallies(at.chain(), &numbers).await;
    Ok(((found.map_err(gap)?, window), at.block))
}

fn words(window: Window) -> String {
    text::blocks_window(window.start, window.end.saturating_sub(1))
}

/// The blocks.
pub fn page(before: Option<u32>) -> AnyView {
    let show = |(blocks, window): (Vec<Tally>, Window)| {
        let rows = blocks.into_iter().map(|tally| {
            let time = tally
                .time
                .map_or_else(|| text::NO_TIME.to_string(), en::time);
            vec![
                block(tally.block.number),
                plain(time),
                id(text::HASH, BlockHash::new(tally.block.hash).to_string()),
                plain(en::count(u64::from(tally.events))),
            ]
        });
        view! {
            {table::table(text::BLOCKS, &BLOCKS, rows.collect())}
            {pager(List::Blocks, window, PER_PAGE, words(window))}
        }
        .into_any()
    };
    load(ROWS, move |ready| read(ready, before), show).into_any()
}

/// A page of events.
#[derive(Clone)]
struct Told {
    blocks: Vec<Brief>,
    window: Window,
    /// Where the next newer page ends; none where that is the newest.
    newer: Option<u32>,
}

/// How many of these blocks, counted from the first, one page holds: as many as have [`MOST_EVENTS`] together, or one.
fn fitting(events: impl Iterator<Item = u32>) -> u32 {
    let (mut blocks, mut sum) = (0_u32, 0_u32);
    for events in events {
        sum = sum.saturating_add(events);
        if blocks > 0 && sum > MOST_EVENTS {
            break;
        }
        blocks = blocks.saturating_add(1);
    }
    blocks
}

async fn read_events(ready: Rc<Ready>, before: Option<u32>) -> Result<(Told, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let total = at.block.number.saturating_add(1);
    let window = Window::below(before, total, BLOCKS_FOR_EVENTS);
    let above = window.end.saturating_add(BLOCKS_FOR_EVENTS).min(total);
    let numbers: Vec<u32> = (window.start..above).collect();
    let tallies = explore::tallies(at.chain(), &numbers).await.map_err(gap)?;
    let inside = tallies
        .iter()
        .rev()
        .filter(|tally| tally.block.number < window.end);
    let outside = tallies
        .iter()
        .filter(|tally| tally.block.number >= window.end);
    let blocks = fitting(inside.map(|tally| tally.events));
    let next = window
        .end
        .saturating_add(fitting(outside.map(|tally| tally.events)));
    let window = Window {
        start: window.end.saturating_sub(blocks),
        ..window
    };
    // Blocks in which nothing but the block itself happened hold no event of the contracts.
    let numbers: Vec<u32> = tallies
        .iter()
        .rev()
        .filter(|tally| (window.start..window.end).contains(&tally.block.number))
        .filter(|tally| tally.events > 1)
        .map(|tally| tally.block.number)
        .collect();
    let found = explore::blocks(at.chain(), at.deployed.entry(), &numbers).await;
    let told = Told {
        blocks: found.map_err(gap)?,
        window,
        newer: (next < total).then_some(next),
    };
    Ok((told, at.block))
}

/// The events of the contracts.
pub fn events(before: Option<u32>) -> AnyView {
    let show = |told: Told| {
        let rows: Vec<_> = told
            .blocks
            .iter()
            .flat_map(|brief| brief.happened.iter().rev())
            .map(|happened| {
                let from = happened
                    .extrinsic
                    .map_or_else(|| plain(text::BY_BLOCK), table::number);
                let mut cells = vec![block(happened.block), from];
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
        let window = told.window;
        view! {
            {events}
            {pager_to(List::Events, window, told.newer, BLOCKS_FOR_EVENTS, words(window))}
        }
        .into_any()
    };
    load(ROWS, move |ready| read_events(ready, before), show).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_events_holds_what_fits_and_one_block_at_least() {
        assert_eq!(fitting([].into_iter()), 0);
        assert_eq!(fitting([1, 1, 1].into_iter()), 3);
        assert_eq!(fitting([5_000, 1].into_iter()), 1);
        assert_eq!(fitting([400, 500, 100, 1].into_iter()), 3);
        assert_eq!(fitting([u32::MAX, u32::MAX].into_iter()), 1);
    }
}
