//! `countersign claim`: receipts of the Exact lane at stake (EXACT 5, 6).

mod asked;
mod assert;
mod brain;
mod cases;
mod contract;
mod judge;
mod kept;
mod play;
mod program;
mod say;
mod table;
mod watch;

use crate::args::{ClaimCommand, Global, ModelFiles};
use crate::executor::Places;
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use contract::contract;
use countersign_client::contracts::disputes;
use countersign_client::language::Language;
use countersign_client::messages;
use countersign_client::signer::Sr25519;
use countersign_shared::exact::claim::Standing;
use countersign_shared::id::ReceiptId;
use program::recompiled;
use serde_json::json;

/// Runs a `claim` command.
pub fn run(global: &Global, command: &ClaimCommand) -> Result<Outcome, Failure> {
    match command {
        ClaimCommand::Assert(args) => assert::run(global, args),
        ClaimCommand::Challenge {
            receipt,
            disputes,
            account,
            files,
        } => challenge(global, receipt, disputes.as_deref(), &account.key()?, files),
        ClaimCommand::Play(args) => play::run(global, args),
        ClaimCommand::Watch(args) => watch::run(global, args),
        ClaimCommand::List { disputes } => list(global, disputes.as_deref()),
        ClaimCommand::Finalise {
            receipt,
            disputes,
            account,
        } => finalise(global, receipt, disputes.as_deref(), &account.key()?),
        ClaimCommand::Withdraw { disputes, account } => {
            withdraw(global, disputes.as_deref(), &account.key()?)
        }
    }
}

fn receipt_id(text: &str) -> Result<ReceiptId, Failure> {
    text.parse().map_err(|error| Failure::Id {
        text: text.to_owned(),
        error,
    })
}

/// A claim's standing in EXACT 5.6's words.
fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "open",
        Standing::Final => "final",
        Standing::False => "false",
    }
}

fn challenge(
    global: &Global,
    named: &str,
    at: Option<&str>,
    signer: &Sr25519,
    files: &ModelFiles,
) -> Result<Outcome, Failure> {
    let receipt = receipt_id(named)?;
    let chain = global.chain()?;
    let contract = contract(global, &chain, at)?;
    // Before the bond goes: who does not have the registered program can prove nothing.
    let model = contract.claim(receipt)?.claim.subject.model;
    recompiled(global, model, None, &Places::new(files, None))?;
    let message = disputes::challenge(receipt, contract.setup.bond);
    let game = contract.send(signer, &message)?;
    let text = format!(
        "game {game} on {receipt} is open; answer with `countersign claim play`: each side has {} blocks for all its moves",
        contract.setup.clock
    );
    Ok(Outcome::ok(
        text,
        json!({ "receipt": receipt.to_string(), "game": game }),
    ))
}

fn list(global: &Global, at: Option<&str>) -> Result<Outcome, Failure> {
    let chain = global.chain()?;
    let contract = contract(global, &chain, at)?;
    let block = contract.finalised()?;
    let (mut text, mut list) = (Vec::new(), Vec::new());
    for (id, record) in contract.claims(block)? {
        let claim = record.claim;
        let rows = [
            ("receipt", id.to_string()),
            ("standing", word(claim.standing).to_owned()),
            ("asserted by", messages::account(&record.asserter)),
            (
                "since",
                messages::moment(&record.asserted, Language::English),
            ),
            (
                "games",
                format!("{} of {} open", claim.open_games, record.games),
            ),
        ];
        text.push(columns(rows));
        list.push(json!({
            "receipt": id.to_string(),
            "standing": word(claim.standing),
            "asserter": messages::account(&record.asserter),
            "games": record.games,
            "openGames": claim.open_games,
        }));
    }
    if text.is_empty() {
        text.push("nothing is at stake".to_owned());
    }
    Ok(Outcome::ok(text.join("\n\n"), json!({ "claims": list })))
}

fn finalise(
    global: &Global,
    named: &str,
    at: Option<&str>,
    signer: &Sr25519,
) -> Result<Outcome, Failure> {
    let receipt = receipt_id(named)?;
    let chain = global.chain()?;
    let contract = contract(global, &chain, at)?;
    contract.send(signer, &disputes::finalise(receipt))?;
    let text = format!("{receipt} is final: nobody refuted it in time");
    Ok(Outcome::ok(
        text,
        json!({ "receipt": receipt.to_string(), "standing": "final" }),
    ))
}

fn withdraw(global: &Global, at: Option<&str>, signer: &Sr25519) -> Result<Outcome, Failure> {
    let chain = global.chain()?;
    let contract = contract(global, &chain, at)?;
    let amount = contract.send(signer, &disputes::withdraw())?;
    Ok(Outcome::ok(
        format!("{amount} of the chain's smallest unit withdrawn"),
        json!({ "withdrawn": amount.to_string() }),
    ))
}
