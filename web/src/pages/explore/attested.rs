//! What the contract's newest verifications say of one signer or of one model: it has no list by either.

use super::load::{gap, At};
use super::models::SCAN;
use super::place::Place;
use super::table::{id_to, moment, plain, Window};
use crate::text::explore as text;
use countersign_client::contracts::receipts;
use countersign_client::deployed::ChainGap;
use countersign_shared::chain::{Attestation, MAX_PAGE_ITEMS};
use countersign_shared::id::SealedId;
use leptos::prelude::*;

/// More are not shown: the list of all verified receipts has them.
const MOST: usize = 25;

/// A verified receipt.
pub type Attested = (SealedId, Attestation);

/// The newest of those that fit among the newest [`SCAN`], newest first.
///
/// # Errors
/// [`ChainGap`].
pub async fn among_newest(
    at: &At<'_>,
    fits: impl Fn(&Attestation) -> bool,
) -> Result<Vec<Attested>, ChainGap> {
    let contract = at.deployed.entry().receipts;
    let none = receipts::attestations(0, 0);
    let first = at.chain().read(contract, &none, at.block).await;
    let window = Window::below(None, first.map_err(gap)?.total, SCAN);
    let messages: Vec<_> = (window.start..window.end)
        .step_by(MAX_PAGE_ITEMS as usize)
        .map(|start| receipts::attestations(start, MAX_PAGE_ITEMS))
        .collect();
    let pages = at.chain().read_all(contract, &messages, at.block).await;
    let mut found: Vec<_> = pages
        .map_err(gap)?
        .into_iter()
        .flat_map(|page| page.items)
        .filter(|(_, facts)| fits(facts))
        .collect();
    found.reverse();
    found.truncate(MOST);
    Ok(found)
}

/// The list in a row.
pub fn show(found: Vec<Attested>) -> AnyView {
    if found.is_empty() {
        return plain(text::NO_ATTESTED_SEEN);
    }
    let lines = found.into_iter().map(|(sealed, facts)| {
        let sealed = sealed.to_string();
        view! {
            <li>{id_to(text::SEALED, sealed.clone(), &Place::Receipt(sealed))} " " {moment(&facts.at)}</li>
        }
    });
    view! { <ul class="explore-plain">{lines.collect_view()}</ul> }.into_any()
}
