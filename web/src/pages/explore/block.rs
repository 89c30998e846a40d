//! One block.

use super::event;
use super::load::{gap, load, At};
use super::place::Place;
use super::table::{self, account, id, id_to, plain};
use crate::components::slip::{Row, Rows};
use crate::state::chain::Ready;
use crate::text::language::Text;
use crate::text::words::Words;
use crate::text::{en, explore as text};
use countersign_client::deployed::ChainGap;
use countersign_client::explore::{Extrinsic, Outcome, Shown};
use countersign_client::rpc::Block;
use countersign_shared::id::BlockHash;
use leptos::prelude::*;
use leptos_router::components::A;
use std::rc::Rc;

const EXTRINSICS: [Text; 4] = [text::NUMBER, text::CALL, text::SENDER, text::OUTCOME];
const EVENTS: [Text; 4] = [text::NUMBER, text::EXTRINSIC, text::EVENT, text::ABOUT];

/// How a block is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By its number: whatever block of the best chain has it now.
    Number(u32),
    /// By its hash: this one and no other.
    Hash(BlockHash),
}

impl Named {
    /// Reads a part of an address.
    pub fn of(text: &str) -> Option<Self> {
        let number = text.parse().map(Self::Number).ok();
        number.or_else(|| text.parse().map(Self::Hash).ok())
    }
}

#[derive(Clone)]
struct Found {
    shown: Shown,
    /// Whether it is the node's newest.
    last: bool,
    /// Whether it is in the finalised chain.
    is_final: bool,
}

async fn read(ready: Rc<Ready>, named: Named) -> Result<(Option<Found>, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let chain = at.chain();
    let rpc = |error: countersign_client::RpcError| gap(error.into());
    let number = match named {
        Named::Number(number) => Some(number),
        Named::Hash(hash) => chain.rpc().number_of(hash.to_bytes()).await.map_err(rpc)?,
    };
    let Some(number) = number else {
        return Ok((None, at.block));
    };
    let shown = Shown::read(chain, at.deployed.entry(), number).await;
    let head = chain.rpc().best_number().await.map_err(rpc)?;
    // Beside the chain, a block of the same number would be another one.
    let asked = |shown: &Shown| match named {
        Named::Number(_) => true,
        Named::Hash(hash) => shown.block.hash == hash.to_bytes(),
    };
    let found = shown.map_err(gap)?.filter(asked).map(|shown| Found {
        shown,
        last: number >= head,
        is_final: number <= at.block.number,
    });
    Ok((found, at.block))
}

/// The page.
pub fn page(named: Named) -> AnyView {
    let show = |found: Option<Found>| found.map_or_else(|| super::gone(text::BLOCK_GONE), show);
    load(12, move |ready| read(ready, named), show).into_any()
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
    let hash = BlockHash::new(shown.block.hash).to_string();
    let parent = match (shown.parent, number.checked_sub(1)) {
        (Some(parent), Some(before)) => {
            let parent = BlockHash::new(parent).to_string();
            id_to(text::PARENT, parent, &Place::Block(before.to_string()))
        }
        _ => plain(text::NO_PARENT),
    };
    let count = shown.extrinsics.len();
    let extrinsics = (0..)
        .zip(shown.extrinsics)
        .map(|(place, extrinsic)| row(place, extrinsic));
    let happened: Vec<_> = (0..)
        .zip(&shown.happened)
        .map(|(place, happened)| {
            let from = happened
                .extrinsic
                .map_or_else(|| plain(text::BY_BLOCK), table::number);
            let mut cells = vec![table::number(place), from];
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
                <Row label=text::BLOCK>{table::block(number)}</Row>
                <Row label=text::HASH>{id(text::HASH, hash)}</Row>
                <Row label=text::PARENT>{parent}</Row>
                <Row label=text::TIME>{time}</Row>
                <Row label=text::FINAL>{if is_final { text::YES } else { text::NOT_FINAL }}</Row>
                <Row label=text::EXTRINSICS>{en::count(count as u64)}</Row>
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
    let message = match (extrinsic.message, extrinsic.contract) {
        (Some((which, name)), _) => {
            let contract = text::contract(which);
            Some(view! { <div>{contract} ": " <span class="mono">{name}</span></div> }.into_any())
        }
        // Somebody else's contract, or a message that this version does not know.
        (None, Some(contract)) => {
            Some(view! { <div>{account(text::CONTRACT, &contract)}</div> }.into_any())
        }
        (None, None) => None,
    };
    let hash = BlockHash::new(extrinsic.hash).to_string();
    vec![
        table::number(place),
        view! {
            <div class="mono">{call}</div>
            {message}
            <div>{id(text::HASH, hash)}</div>
        }
        .into_any(),
        extrinsic.signer.map_or_else(
            || plain(text::BY_AUTHOR),
            |signer| account(text::SENDER, &signer),
        ),
        outcome(extrinsic.outcome),
    ]
}

/// How it went: the contract's own error before the chain's word for it.
fn outcome(outcome: Outcome) -> AnyView {
    match outcome {
        Outcome::Succeeded => plain(text::SUCCEEDED),
        Outcome::Unsaid => plain(text::UNSAID),
        Outcome::Failed(reason, None) => plain(text::failed(&reason)),
        Outcome::Failed(_, Some(refusal)) => view! {
            <div>{text::REFUSED} " " <span class="mono">{refusal.name}</span></div>
            <div>{Words::english(en::sentence(&refusal.sentence)).view()}</div>
            <div class="quiet small">{text::REFUSED_HOW}</div>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_named_by_number_or_hash_and_nothing_else() {
        assert_eq!(Named::of("1204"), Some(Named::Number(1204)));
        let hash = format!("0x{}", "ab".repeat(32));
        assert_eq!(
            Named::of(&hash),
            Some(Named::Hash(BlockHash::new([0xab; 32])))
        );
        for nothing in ["", "-1", "4294967296", "0x12", "ab"] {
            assert_eq!(Named::of(nothing), None, "{nothing}");
        }
    }
}
