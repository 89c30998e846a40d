//! One batch: what the contract holds of it, who anchored it, and whether a receipt's proof leads to it.

use super::load::{gap, load, At};
use super::member::Member;
use super::models::SCAN;
use super::place::Place;
use super::table::{account, id, id_to, moment, plain, Window};
use crate::components::slip::{Row, Rows};
use crate::state::chain::Ready;
use crate::text::{en, explore as text};
use countersign_client::contracts::receipts;
use countersign_client::deployed::ChainGap;
use countersign_client::explore::{Cells, ContractEvent, Shown};
use countersign_client::rpc::Block;
use countersign_shared::chain::{BatchKey, Moment, MAX_PAGE_ITEMS};
use countersign_shared::deploy::Deployment;
use countersign_shared::id::{AccountId, BatchRoot, BlockHash};
use leptos::prelude::*;
use std::rc::Rc;

#[derive(Clone)]
struct Found {
    key: BatchKey,
    anchored: Moment,
    /// The transaction's hash, and who sent it; none where the node no longer keeps the block.
    by: Option<(BlockHash, Option<AccountId>)>,
}

type Read = (Vec<Found>, Deployment);

async fn read(
    ready: Rc<Ready>,
    root: BatchRoot,
    size: Option<u64>,
) -> Result<(Read, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let entry = at.deployed.entry();
    let place = Deployment {
        genesis: entry.genesis,
        contract: entry.receipts,
    };
    let keys = match size {
        Some(size) => {
            let key = BatchKey { root, size };
            let cells = Cells::new(at.chain(), entry, at.block);
            let anchored = cells.batch(key).await.map_err(gap)?;
            anchored
                .map(|anchored| (key, anchored))
                .into_iter()
                .collect()
        }
        None => with_root(&at, root).await?,
    };
    let mut found = Vec::with_capacity(keys.len());
    for (key, anchored) in keys {
        let shown = Shown::read(at.chain(), entry, anchored.block).await;
        let event = ContractEvent::BatchAnchored {
            root: key.root,
            size: key.size,
        };
        let by = shown.map_err(gap)?.and_then(|shown| {
            let (_, extrinsic) = shown.source(&event)?;
            Some((BlockHash::new(extrinsic.hash), extrinsic.signer))
        });
        found.push(Found { key, anchored, by });
    }
    Ok(((found, place), at.block))
}

/// The batches of this root among the newest [`SCAN`]: a root says nothing of its tree's size.
async fn with_root(at: &At<'_>, root: BatchRoot) -> Result<Vec<(BatchKey, Moment)>, ChainGap> {
    let contract = at.deployed.entry().receipts;
    let none = receipts::batches(0, 0);
    let first = at.chain().read(contract, &none, at.block).await;
    let window = Window::below(None, first.map_err(gap)?.total, SCAN);
    let messages: Vec<_> = (window.start..window.end)
        .step_by(MAX_PAGE_ITEMS as usize)
        .map(|start| receipts::batches(start, MAX_PAGE_ITEMS))
        .collect();
    let pages = at.chain().read_all(contract, &messages, at.block).await;
    let all = pages.map_err(gap)?.into_iter().flat_map(|page| page.items);
    Ok(all.filter(|(key, _)| key.root == root).collect())
}

/// The page.
pub fn page(root: BatchRoot, size: Option<u64>) -> AnyView {
    let show = move |(found, place): Read| {
        if found.is_empty() {
            return super::gone(text::BATCH_GONE);
        }
        found
            .into_iter()
            .map(|found| show(found, place))
            .collect_view()
            .into_any()
    };
    load(10, move |ready| read(ready, root, size), show).into_any()
}

fn show(found: Found, place: Deployment) -> AnyView {
    let Found { key, anchored, by } = found;
    let block = Place::Block(anchored.block.to_string());
    let by = by.map(|(transaction, sender)| {
        let sender = sender.map_or_else(
            || plain(text::UNSAID),
            |sender| account(text::ANCHORED_BY, &sender),
        );
        view! {
            <Row label=text::ANCHORED_BY>{sender}</Row>
            <Row label=text::EXTRINSIC>{id_to(text::EXTRINSIC, transaction.to_string(), &block)}</Row>
        }
    });
    view! {
        <section class="sheet" aria-label=text::BATCH data-testid="explore-batch">
            <Rows>
                <Row label=text::ROOT>{id(text::ROOT, key.root.to_string())}</Row>
                <Row label=text::SIZE>{en::count(key.size)}</Row>
                <Row label=text::ANCHORED>{moment(&anchored)}</Row>
                {by}
                <Row label=text::HOLDS>{text::HOLDS_WHY}</Row>
            </Rows>
        </section>
        <Member batch=key place/>
    }
    .into_any()
}
