//! One sealed id or receipt id: what the contract holds under it. Facts, no verdict.

use super::load::{gap, load, At};
use super::place::{List, Place};
use super::table::{account, attester, id, id_to, moment, plain};
use crate::app::Page;
use crate::components::slip::{Row, Rows};
use crate::state::chain::Ready;
use crate::text::{en, explore as text};
use countersign_client::deployed::ChainGap;
use countersign_client::explore::{Cells, ContractEvent, Shown};
use countersign_client::rpc::Block;
use countersign_shared::chain::{Attestation, Disownment, Moment};
use countersign_shared::id::{AccountId, ReceiptId, SealedId};
use countersign_shared::Software;
use leptos::prelude::*;
use leptos_router::components::A;
use std::rc::Rc;

#[derive(Clone)]
struct Found {
    sealed: SealedId,
    anchored: Option<Moment>,
    by: Option<AccountId>,
    attested: Option<(ReceiptId, Attestation, Option<Disownment>)>,
    /// Of the receipt, where the contract knows which it is, else of the id itself taken for a receipt's.
    revoked: Option<Moment>,
}

impl Found {
    /// Whether there is nothing at all under the id.
    fn is_nothing(&self) -> bool {
        self.anchored.is_none() && self.attested.is_none() && self.revoked.is_none()
    }
}

async fn read(ready: Rc<Ready>, sealed: SealedId) -> Result<(Found, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let cells = Cells::new(at.chain(), at.deployed.entry(), at.block);
    let anchored = cells.anchor(sealed).await.map_err(gap)?;
    let attested = match cells.attestation(sealed).await.map_err(gap)? {
        None => None,
        Some(facts) => {
            let receipt = ReceiptId::compute(&facts.attester, &facts.digest, &Software);
            let disowned = cells.disownment(facts.attester).await.map_err(gap)?;
            Some((receipt, facts, disowned))
        }
    };
    let receipt = attested.as_ref().map_or_else(
        || ReceiptId::new(sealed.to_bytes()),
        |(receipt, ..)| *receipt,
    );
    let revoked = cells.revocation(receipt).await.map_err(gap)?;
    let by = match anchored {
        Some(moment) => anchored_by(&at, sealed, moment).await?,
        None => None,
    };
    let found = Found {
        sealed,
        anchored,
        by,
        attested,
        revoked,
    };
    Ok((found, at.block))
}

/// Who sent the transaction that anchored it; none where the node no longer keeps the block.
async fn anchored_by(
    at: &At<'_>,
    sealed: SealedId,
    moment: Moment,
) -> Result<Option<AccountId>, ChainGap> {
    let shown = Shown::read(at.chain(), at.deployed.entry(), moment.block).await;
    let Some(shown) = shown.map_err(gap)? else {
        return Ok(None);
    };
    let source = shown.source(&ContractEvent::Anchored { sealed });
    Ok(source.and_then(|(_, extrinsic)| extrinsic.signer))
}

/// The page.
pub fn page(sealed: SealedId) -> AnyView {
    let show = |found: Found| {
        if found.is_nothing() {
            super::gone(text::RECEIPT_GONE)
        } else {
            show(found)
        }
    };
    load(10, move |ready| read(ready, sealed), show).into_any()
}

fn show(found: Found) -> AnyView {
    let Found {
        sealed,
        anchored,
        by,
        attested,
        revoked,
    } = found;
    // Nothing but a revocation under the id: it is a receipt's id, not a sealed one.
    let is_receipt = anchored.is_none() && attested.is_none();
    let head = if is_receipt {
        text::RECEIPT_ID
    } else {
        text::SEALED
    };
    let by =
        by.map(|by| view! { <Row label=text::ANCHORED_BY>{account(text::ANCHORED_BY, &by)}</Row> });
    let known = is_receipt || attested.is_some();
    let revocation = match revoked {
        Some(at) => moment(&at),
        None if known => plain(text::NOT_REVOKED),
        None => plain(text::NOT_SAID),
    };
    let signer = attested.map(|(receipt, facts, disowned)| {
        let model = facts.model.to_string();
        let key = disowned.map_or_else(
            || text::KEY_KEPT.to_string(),
            |said| text::disowned(said.since, &en::moment(&said.declared)),
        );
        view! {
            <Row label=text::RECEIPT_ID>{id(text::RECEIPT_ID, receipt.to_string())}</Row>
            <Row label=text::ATTESTER>{attester(&facts.attester)}</Row>
            <Row label=text::KEY>{key}</Row>
            <Row label=text::MODEL>{id_to(en::WHAT_MODEL, model.clone(), &Place::Model(model))}</Row>
            <Row label=text::LANE>{en::capital(facts.lane.name())}</Row>
        }
    });
    let verified = attested.as_ref().map_or_else(
        || plain(text::NOT_BY_CONTRACT),
        |(_, facts, _)| moment(&facts.at),
    );
    let anchor = anchored.map_or_else(|| plain(text::NOT_SINGLY), |at| moment(&at));
    view! {
        <section class="sheet" aria-label=text::RECEIPT data-testid="explore-receipt">
            <Rows>
                <Row label=head>{id(head, sealed.to_string())}</Row>
                <Row label=text::ANCHORED>{anchor}</Row>
                {by}
                <Row label=text::IN_BATCH>
                    {text::IN_BATCH_WHY} " " <A href=Place::List(List::Batches, None).path()>{text::BATCHES}</A>
                </Row>
                <Row label=text::VERIFIED>{verified}</Row>
                {signer}
                <Row label=text::REVOCATION>{revocation}</Row>
            </Rows>
        </section>
        <p>{text::VERIFY_WAY} " " <A href=Page::Verify.path()>{en::NAV_VERIFY}</A></p>
    }
    .into_any()
}
