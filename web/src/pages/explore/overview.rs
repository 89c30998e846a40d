//! The chain at a glance.

use super::load::{gap, load, At};
use super::place::{List, Place};
use super::table::{block, id};
use crate::components::slip::{Row, Rows};
use crate::state::chain::Ready;
use crate::text::{en, explore as text};
use countersign_client::deployed::ChainGap;
use countersign_client::explore::{Cells, Counts};
use countersign_client::lists::Deployment;
use countersign_client::messages;
use countersign_client::rpc::Block;
use leptos::prelude::*;
use leptos_router::components::A;
use std::rc::Rc;

#[derive(Clone)]
struct Overview {
    entry: Deployment,
    head: u32,
    finalised: Block,
    counts: Counts,
}

async fn read(ready: Rc<Ready>) -> Result<(Overview, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let entry = at.deployed.entry();
    let counts = Cells::new(at.chain(), entry, at.block)
        .counts(entry.registry)
        .await
        .map_err(gap)?;
    let head = at.chain().rpc().best_number().await;
    let found = Overview {
        entry: entry.clone(),
        head: head.map_err(|error| gap(error.into()))?,
        finalised: at.block,
        counts,
    };
    Ok((found, at.block))
}

/// The page.
pub fn page() -> AnyView {
    load(16, read, show).into_any()
}

fn show(found: Overview) -> AnyView {
    let Overview {
        entry,
        head,
        finalised,
        counts,
    } = found;
    let lists = [
        (List::Models, text::MODELS, counts.models),
        (List::Engines, text::ENGINES, counts.engines),
        (List::Anchors, text::ANCHORS, counts.anchors),
        (List::Batches, text::BATCHES, counts.batches),
        (List::Attested, text::ATTESTED, counts.attestations),
        (List::Revoked, text::REVOKED, counts.revocations),
        (List::Disowned, text::DISOWNED, counts.disownments),
    ];
    let code = |hash: String| view! { {id(text::CODE, hash)} " " <span class="quiet">{text::CODE_SAME}</span> };
    view! {
        <div class="explore-two">
            <section class="sheet" aria-labelledby="explore-chain">
                <h2 id="explore-chain">{text::CHAIN}</h2>
                <Rows>
                    <Row label=text::CHAIN_NAME>{en::deployment(&entry.name, entry.development)}</Row>
                    <Row label=text::GENESIS>{id(text::GENESIS, entry.genesis.to_string())}</Row>
                    <Row label=text::HEAD>{block(head)}</Row>
                    <Row label=text::FINALISED>
                        {block(finalised.number)} " "
                        {id(text::HASH, countersign_shared::id::BlockHash::new(finalised.hash).to_string())}
                    </Row>
                    <Row label=text::REGISTRY>{id(text::REGISTRY, messages::account(&entry.registry))}</Row>
                    <Row label=text::CODE>{code(entry.registry_code.to_string())}</Row>
                    <Row label=text::RECEIPTS>{id(text::RECEIPTS, messages::account(&entry.receipts))}</Row>
                    <Row label=text::CODE>{code(entry.receipts_code.to_string())}</Row>
                </Rows>
            </section>
            <section class="sheet" aria-labelledby="explore-counts">
                <h2 id="explore-counts">{text::COUNTS}</h2>
                <dl class="rows" data-testid="explore-counts">
                    {lists
                        .into_iter()
                        .map(|(list, name, count)| {
                            view! {
                                <div class="row">
                                    <dt><A href=Place::List(list, None).path()>{name}</A></dt>
                                    <dd class="explore-count">{en::count(u64::from(count))}</dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
            </section>
        </div>
    }
    .into_any()
}
