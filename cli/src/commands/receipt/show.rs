//! `countersign receipt show`: what a receipt states. Nothing is believed or asked.

use super::bundle;
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use countersign_client::language::Language;
use countersign_client::{messages, plain};
use countersign_shared::{Lane, Software};
use serde_json::{json, Value};

/// Shows a receipt's statement.
pub fn run(named: &str) -> Result<Outcome, Failure> {
    let bundle = bundle(named)?;
    let receipt = &bundle.receipt;
    let (statement, run) = (&receipt.statement, &receipt.statement.run);
    let lane = match run.lane {
        Lane::Fast => "fast: that the model ran is the signer's word",
        Lane::Replay => "replay: can be repeated bit for bit",
        Lane::Exact => "exact: can be computed by anything, bit for bit, and a false result proved to a contract",
    };
    let mut rows = vec![
        ("receipt id", receipt.id(&Software).to_string()),
        ("claims to be by", messages::attester(&receipt.attester)),
        (
            "time it states",
            messages::time(statement.time, Language::English),
        ),
        ("model", run.model.to_string()),
        ("engine", run.engine.to_string()),
        ("lane", lane.to_owned()),
        ("input", run.input.to_string()),
        ("output", run.output.to_string()),
        (
            "beacon",
            if run.beacon.is_zero() {
                "none".to_owned()
            } else {
                run.beacon.to_string()
            },
        ),
        ("genesis", receipt.deployment.genesis.to_string()),
        ("contract", messages::account(&receipt.deployment.contract)),
        (
            "verifying contract",
            receipt.deployment.verifying_contract(&Software).to_string(),
        ),
        ("EAS uid", statement.eas_uid(&Software).to_string()),
    ];
    if statement.expiration != 0 {
        rows.push((
            "expires",
            messages::time(statement.expiration, Language::English),
        ));
    }
    if !statement.recipient.is_zero() {
        rows.push(("meant for", statement.recipient.to_string()));
    }
    if let Some(earlier) = statement.reference() {
        rows.push((
            "uses the result of",
            messages::reference(&earlier, None, Language::English),
        ));
    }
    for opening in &bundle.openings {
        let names: Vec<&str> = opening
            .items
            .iter()
            .map(|opened| opened.item.name().as_str())
            .collect();
        rows.push((
            "opens",
            format!(
                "{} of {} {}s: {}",
                names.len(),
                opening.count,
                opening.side,
                plain(&names.join(", "))
            ),
        ));
    }
    if !bundle.anchors.is_empty() {
        rows.push(("batch proofs", bundle.anchors.len().to_string()));
    }
    let text = format!(
        "{}\n\nNothing of this was checked: countersign verify does.",
        columns(rows)
    );
    let file: Option<Value> = serde_json::from_str(&bundle.to_file(&Software)).ok();
    let json =
        json!({ "receipt": receipt.id(&Software).to_string(), "checked": false, "bundle": file });
    Ok(Outcome::ok(text, json))
}
