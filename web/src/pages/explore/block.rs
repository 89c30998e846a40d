//! One block.

use super::event;
use super::load::{gap, load, At};
use super::place::Place;
use super::table::{self, account, id, plain};
use crate::components::slip::{Row, Rows};
use crate::state::chain::Ready;
use crate::text::language::Text;
use crate::text::{en, explore as text};
use countersign_client::deployed::ChainGap;
use countersign_client::explore::{Extrinsic, Outcome, Shown};
use countersign_client::rpc::Block;
use countersign_shared::id::BlockHash;
use leptos::prelude::*;
use leptos_router::components::A;
use std::rc::Rc;

const EXTRINSICS: [Text; 4] = [text::NUMBER, text::CALL, text::SENDER, text::OUTCOME];
const EVENTS: [Text; 3] = [text::NUMBER, text::EVENT, text::ABOUT];

#[derive(Clone)]
struct Found {
    shown: Shown,
    /// Whether it is in the finalised chain.
    last: bool,
    is_final: bool,
}

async fn read(ready: Rc<Ready>, number: u32) -> Result<(Option<Found>, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let shown = Shown::read(at.chain(), at.deployed.entry(), number).await;
    let head = at.chain().rpc().best_number().await;
    let head = head.map_err(|error| gap(error.into()))?;
    let found = shown.map_err(gap)?.map(|shown| Found {
        shown,
        last: number >= head,
        is_final: number <= at.block.number,
    });
    Ok((found, at.block))
}

/// The page.
pub fn page(number: u32) -> AnyView {
    let show = |found: Option<Found>| found.map_or_else(|| super::gone(text::BLOCK_GONE), show);
    load(12, move |ready| read(ready, number), show).into_any()
}

fn show(found: Found) -> AnyView {
    let Found {
        shown,
        last,
        is_final,
    } = found;
    let number = shown.block.number;
    let time = shown
        .time
        .map_or_else(|| text::NO_TIME.to_string(), en::time);
    let link = |to: Option<u32>, name: Text| match to {
        Some(to) => {
            let href = Place::Block(to.to_string()).path();
            view! { <li><A href=href>{name}</A></li> }.into_any()
        }
        None => view! { <li class="quiet">{name}</li> }.into_any(),
    };
    let next = (!last).then(|| number.saturating_add(1));
    let extrinsics = (0..)
        .zip(shown.extrinsics)
        .map(|(place, extrinsic)| row(place, extrinsic));
    let happened: Vec<_> = (0..)
        .zip(&shown.happened)
        .map(|(place, happened)| {
            let mut cells = vec![table::number(place)];
            cells.extend(event::cells(happened));
            cells
        })
        .collect();
    let events = if happened.is_empty() {
        view! { <p>{text::NO_EVENTS}</p> }.into_any()
    } else {
        table::table(text::EVENTS, &EVENTS, happened)
    };
    view! {
        <nav class="explore-pager" aria-label=text::PAGES>
            <ul>{link(number.checked_sub(1), text::PREVIOUS)} {link(next, text::NEXT)}</ul>
        </nav>
        <section class="sheet" aria-label=text::BLOCK data-testid="explore-block">
            <Rows>
                <Row label=text::HASH>{id(text::HASH, BlockHash::new(shown.block.hash).to_string())}</Row>
                <Row label=text::TIME>{time}</Row>
                <Row label=text::FINAL>{if is_final { text::YES } else { text::NOT_FINAL }}</Row>
                <Row label=text::ALL_EVENTS>{en::count(shown.events as u64)}</Row>
            </Rows>
        </section>
        <h2>{text::EXTRINSICS}</h2>
        {table::table(text::EXTRINSICS, &EXTRINSICS, extrinsics.collect())}
        <h2>{text::EVENTS}</h2>
        {events}
    }
    .into_any()
}

fn row(place: u32, extrinsic: Extrinsic) -> Vec<AnyView> {
    let call = extrinsic
        .call
        .unwrap_or_else(|| text::NOT_DECODED.to_string());
    let message = extrinsic
        .message
        .map(|(_, name)| view! { <span class="mono">" " {name}</span> });
    let outcome = match extrinsic.outcome {
        Outcome::Succeeded => text::SUCCEEDED.to_string(),
        Outcome::Failed(reason) => text::failed(&reason),
        Outcome::Unsaid => text::UNSAID.to_string(),
    };
    let hash = BlockHash::new(extrinsic.hash).to_string();
    vec![
        table::number(place),
        view! { <div><span class="mono">{call}</span>{message}</div><div>{id(text::HASH, hash)}</div> }.into_any(),
        extrinsic
            .signer
            .map_or_else(|| plain(text::BY_AUTHOR), |signer| account(text::SENDER, &signer)),
        plain(outcome),
    ]
}
