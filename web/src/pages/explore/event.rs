//! Events of the contracts in words.

use super::place::Place;
use super::table::{account, attester, batch, block, id, id_to, plain};
use crate::text::{claims, en, explore as text};
use countersign_client::explore::{ContractEvent, Happened};
use countersign_shared::chain::BatchKey;
use countersign_shared::exact::names::MoveName;
use countersign_shared::id::{ModelId, ReceiptId};
use leptos::prelude::*;

/// The event's name in the contract's source.
pub fn name(event: &ContractEvent) -> &'static str {
    match event {
        ContractEvent::ModelPublished { .. } => "ModelPublished",
        ContractEvent::ModelDeprecated { .. } => "ModelDeprecated",
        ContractEvent::ModelOffered { .. } => "ModelOffered",
        ContractEvent::ModelAccepted { .. } => "ModelAccepted",
        ContractEvent::EngineAnnounced { .. } => "EngineAnnounced",
        ContractEvent::EngineDeprecated { .. } => "EngineDeprecated",
        ContractEvent::EngineOffered { .. } => "EngineOffered",
        ContractEvent::EngineAccepted { .. } => "EngineAccepted",
        ContractEvent::Anchored { .. } => "Anchored",
        ContractEvent::BatchAnchored { .. } => "BatchAnchored",
        ContractEvent::Attested { .. } => "Attested",
        ContractEvent::Revoked { .. } => "Revoked",
        ContractEvent::Disowned { .. } => "Disowned",
        ContractEvent::Asserted { .. } => "Asserted",
        ContractEvent::Challenged { .. } => "Challenged",
        ContractEvent::Played { .. } => "Played",
        ContractEvent::Refuted { .. } => "Refuted",
        ContractEvent::Settled { .. } => "Settled",
        ContractEvent::Finalised { .. } => "Finalised",
    }
}

/// Name and subject as two cells.
pub fn cells(happened: &Happened) -> Vec<AnyView> {
    match &happened.event {
        None => vec![plain(text::EVENT_UNKNOWN), plain("")],
        Some(event) => vec![
            view! { <span class="mono">{name(event)}</span> }.into_any(),
            about(event),
        ],
    }
}

fn model(id: &ModelId) -> AnyView {
    id_to(
        en::WHAT_MODEL,
        id.to_string(),
        &Place::Model(id.to_string()),
    )
}

fn receipt(what: impl Into<&'static str>, value: String) -> AnyView {
    let place = Place::Receipt(value.clone());
    id_to(what, value, &place)
}

fn claim(id: &ReceiptId) -> AnyView {
    id_to(
        text::RECEIPT_ID,
        id.to_string(),
        &Place::Claim(id.to_string()),
    )
}

/// A receipt at stake, and in which of its games what was done.
fn in_game(id: &ReceiptId, game: u32, made: Option<&'static str>) -> AnyView {
    let made = made.map(|made| view! { " · " <span class="mono">{made}</span> });
    view! { <div>{claim(id)}</div> <div>{claims::game(game)} {made}</div> }.into_any()
}

/// What the event is about, and whom.
fn about(event: &ContractEvent) -> AnyView {
    let two =
        |one: AnyView, other: AnyView| view! { <div>{one}</div><div>{other}</div> }.into_any();
    match event {
        ContractEvent::ModelPublished {
            model: id,
            publisher,
            ..
        } => two(model(id), account(text::PUBLISHER, publisher)),
        ContractEvent::ModelDeprecated { model: id } => model(id),
        ContractEvent::ModelOffered { model: id, to } => match to {
            Some(to) => two(model(id), account(text::OFFERED, to)),
            None => model(id),
        },
        ContractEvent::ModelAccepted { model: id, to, .. } => {
            two(model(id), account(text::OWNER, to))
        }
        ContractEvent::EngineAnnounced {
            engine, publisher, ..
        }
        | ContractEvent::EngineDeprecated { engine, publisher }
        | ContractEvent::EngineOffered {
            engine, publisher, ..
        } => two(
            id(text::ENGINE, engine.to_string()),
            account(text::PUBLISHER, publisher),
        ),
        ContractEvent::EngineAccepted { engine, to, .. } => two(
            id(text::ENGINE, engine.to_string()),
            account(text::OWNER, to),
        ),
        ContractEvent::Anchored { sealed } => receipt(text::SEALED, sealed.to_string()),
        ContractEvent::BatchAnchored { root, size } => batch(&BatchKey {
            root: *root,
            size: *size,
        }),
        ContractEvent::Attested {
            sealed,
            attester: by,
            ..
        } => two(receipt(text::SEALED, sealed.to_string()), attester(by)),
        ContractEvent::Revoked { receipt: id } => receipt(text::RECEIPT_ID, id.to_string()),
        ContractEvent::Disowned {
            attester: by,
            since,
        } => two(attester(by), block(*since)),
        ContractEvent::Asserted {
            receipt, asserter, ..
        } => two(claim(receipt), account(claims::ASSERTER, asserter)),
        ContractEvent::Challenged {
            receipt,
            game,
            challenger,
        } => two(
            in_game(receipt, *game, None),
            account(claims::CHALLENGER, challenger),
        ),
        ContractEvent::Played {
            receipt,
            game,
            progress,
        } => in_game(receipt, *game, progress.made.map(MoveName::text)),
        ContractEvent::Refuted { receipt, game } | ContractEvent::Settled { receipt, game } => {
            in_game(receipt, *game, None)
        }
        ContractEvent::Finalised { receipt } => claim(receipt),
    }
}
