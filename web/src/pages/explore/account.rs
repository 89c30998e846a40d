//! One account, or an Ethereum address.

use super::attested::{self, Attested};
use super::load::{gap, load, At};
use super::models::scan;
use super::place::Place;
use super::table::{id, id_to, moment, plain};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::components::slip::{Row, Rows};
use crate::state::chain::Ready;
use crate::text::{en, explore as text};
use countersign_client::deployed::ChainGap;
use countersign_client::explore::{self, Account, Cells};
use countersign_client::messages;
use countersign_client::rpc::Block;
use countersign_client::unit::Unit;
use countersign_shared::chain::{Disownment, ModelRecord};
use countersign_shared::id::{AccountId, ModelId};
use countersign_shared::Attester;
use leptos::prelude::*;
use std::rc::Rc;

#[derive(Clone)]
struct Found {
    signer: Attester,
    unit: Unit,
    account: Option<Account>,
    disowned: Option<Disownment>,
    models: Vec<(ModelId, ModelRecord)>,
    attested: Vec<Attested>,
}

async fn read(ready: Rc<Ready>, signer: Attester) -> Result<(Found, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let cells = Cells::new(at.chain(), at.deployed.entry(), at.block);
    let disowned = cells.disownment(signer).await.map_err(gap)?;
    let (mut account, mut models) = (None, Vec::new());
    if let Attester::Sr25519(public) = signer {
        let id = AccountId::new(public.to_bytes());
        account = explore::account(at.chain(), id, at.block)
            .await
            .map_err(gap)?;
        let (newest, _) = scan(&at, None).await?;
        let own =
            |(_, record): &(ModelId, ModelRecord)| record.publisher == id || record.owner == id;
        models = newest.into_iter().filter(own).collect();
        models.reverse();
    }
    let attested = attested::among_newest(&at, |facts| facts.attester == signer).await?;
    let found = Found {
        signer,
        unit: ready.unit.clone(),
        account,
        disowned,
        models,
        attested,
    };
    Ok((found, at.block))
}

/// The page.
pub fn page(signer: Attester) -> AnyView {
    load(8, move |ready| read(ready, signer), show).into_any()
}

fn show(found: Found) -> AnyView {
    let Found {
        signer,
        unit,
        account,
        disowned,
        models,
        attested,
    } = found;
    let key = disowned.map_or_else(
        || text::KEY_KEPT.to_string(),
        |said| text::disowned(said.since, &en::moment(&said.declared)),
    );
    let ethereum = matches!(signer, Attester::Secp256k1(_));
    let holds = account.clone().map(|account| {
        let (free, reserved) = (
            en::amount(account.free, &unit),
            en::amount(account.reserved, &unit),
        );
        let code = account.code.map_or_else(
            || plain(text::NO_CONTRACT),
            |hash| id(text::CODE, hash.to_string()),
        );
        view! {
            <Row label=text::BALANCE><span class="mono">{free}</span></Row>
            <Row label=text::RESERVED><span class="mono">{reserved}</span></Row>
            <Row label=text::SENT>{account.nonce.to_string()}</Row>
            <Row label=text::CONTRACT>{code}</Row>
        }
    });
    let note = match (&account, ethereum) {
        (_, true) => Some(view! { <p>{text::ETHEREUM_NOTE}</p> }.into_any()),
        (None, false) => Some(
            view! { <Notice mark=Mark::Unknown head=text::UNKNOWN text=text::ACCOUNT_GONE/> }
                .into_any(),
        ),
        _ => None,
    };
    let list = (!ethereum).then(|| {
        let rows = models.iter().map(|(model, record)| {
            let id = model.to_string();
            view! { <li>{id_to(en::WHAT_MODEL, id.clone(), &Place::Model(id))} " " {moment(&record.registered)}</li> }
        });
        let rows = if models.is_empty() {
            plain(text::NONE_SEEN)
        } else {
            view! { <ul class="explore-plain">{rows.collect_view()}</ul> }.into_any()
        };
        view! { <Row label=text::MODELS>{rows}</Row> }
    });
    view! {
        {note}
        <section class="sheet" aria-label=text::ACCOUNT>
            <Rows>
                <Row label=text::ACCOUNT>{id(text::ACCOUNT, messages::attester(&signer))}</Row>
                {holds}
                <Row label=text::KEY>{key}</Row>
                {list}
                <Row label=text::ATTESTED>{attested::show(attested)}</Row>
            </Rows>
        </section>
    }
    .into_any()
}
