//! `countersign receipt open`: a bundle that shows some items of a receipt and keeps the others closed.

use super::{bundle, sign, signed};
use crate::args::Open;
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use crate::setup;
use countersign_shared::commit::Committed;
use countersign_shared::files::{Bundle, Opening};
use countersign_shared::Software;
use serde_json::json;

/// Writes a bundle with exactly the openings that were asked for.
pub fn run(args: &Open) -> Result<Outcome, Failure> {
    let record = sign::read(&args.run)?;
    let given = bundle(&args.receipt)?;
    let receipt = signed(given.receipt)?;
    let run = &receipt.statement.run;
    if (run.input, run.output) != (record.input.commitment(), record.output.commitment()) {
        return Err(Failure::OtherRun);
    }
    let mut openings = Vec::new();
    for (side, names) in [(&record.input, &args.input), (&record.output, &args.output)] {
        let indices = if args.all {
            (0..side.count()).collect()
        } else {
            positions(side, names)?
        };
        openings.extend(Opening::new(receipt.id(), side, &indices, &Software));
    }
    let opened = openings.iter().flat_map(|opening| {
        opening
            .items
            .iter()
            .map(|opened| ("opens", format!("{} {}", opening.side, opened.item.name())))
    });
    let mut rows: Vec<(&str, String)> = opened.collect();
    let bundle = Bundle {
        receipt: given.receipt,
        openings,
        anchors: given.anchors,
    };
    let file = bundle.to_file(&Software);
    let link = args.link.then(|| bundle.to_fragment(&Software));
    let Some(path) = &args.to else {
        let parsed: Option<serde_json::Value> = serde_json::from_str(&file).ok();
        return Ok(Outcome::ok(file, json!({ "bundle": parsed, "link": link })));
    };
    setup::write(path, file.as_bytes())?;
    rows.push(("written to", path.display().to_string()));
    if let Some(link) = &link {
        rows.push(("link", format!("APP-ADDRESS/verify{link}")));
    }
    Ok(Outcome::ok(
        columns(rows),
        json!({ "file": path, "link": link }),
    ))
}

/// The positions of the items with these names; a name may stand for a tensor and a file.
fn positions(side: &Committed, names: &[String]) -> Result<Vec<u32>, Failure> {
    let mut found = Vec::new();
    for name in names {
        let before = found.len();
        let items = (0_u32..).zip(side.items());
        found.extend(
            items
                .filter(|(_, item)| item.name().as_str() == name)
                .map(|(index, _)| index),
        );
        if found.len() == before {
            return Err(Failure::UnknownItem { name: name.clone() });
        }
    }
    Ok(found)
}
