//! `countersign model offer` and `accept`: a model goes from one owner to the next.

use super::model::registered;
use crate::args::{Account, Global};
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use crate::setup::{self, deployed};
use countersign_client::messages;
use countersign_client::signer::Signer;
use countersign_shared::id::ModelId;
use serde_json::json;

/// Offers a model to an account, or takes the offer back. An owner's offer that stands already is not sent again.
pub fn offer(
    global: &Global,
    model: ModelId,
    to: Option<&str>,
    account: &Account,
) -> Result<Outcome, Failure> {
    let to = to.map(setup::account).transpose()?;
    let signer = account.key()?;
    let record = registered(global, model)?.record;
    let already =
        record.is_some_and(|record| record.owner == signer.account() && record.offered_to == to);
    if !already {
        let (list, chain) = (global.deployments()?, global.chain()?);
        let deployed = deployed(&chain, global.choose(&list, &chain)?)?;
        pollster::block_on(deployed.offer(&signer, model, to, global.progress()))?;
    }
    let whom = to.as_ref().map(messages::account);
    let word = if already {
        "already offered to"
    } else {
        "offered to"
    };
    let rows = [
        (word, whom.clone().unwrap_or_else(|| "nobody".to_owned())),
        ("model id", model.to_string()),
    ];
    let json = json!({ "model": model.to_string(), "offeredTo": whom, "already": already });
    Ok(Outcome::ok(columns(rows), json))
}

/// Takes over a model that was offered. What the account owns already is not sent again.
pub fn accept(global: &Global, model: ModelId, account: &Account) -> Result<Outcome, Failure> {
    let signer = account.key()?;
    let record = registered(global, model)?.record;
    let already = record.is_some_and(|record| record.owner == signer.account());
    if !already {
        let (list, chain) = (global.deployments()?, global.chain()?);
        let deployed = deployed(&chain, global.choose(&list, &chain)?)?;
        pollster::block_on(deployed.accept(&signer, model, global.progress()))?;
    }
    let owner = messages::account(&signer.account());
    let word = if already {
        "owned already by"
    } else {
        "owned by"
    };
    let rows = [(word, owner.clone()), ("model id", model.to_string())];
    let json = json!({ "model": model.to_string(), "owner": owner, "already": already });
    Ok(Outcome::ok(columns(rows), json))
}
