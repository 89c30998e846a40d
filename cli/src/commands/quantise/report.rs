//! What is said of an exact model: its scales and bounds, and how often it decides as the float model does.

use crate::args::Quantise;
use crate::outcome::columns;
use countersign_quantise::{Agreement, Quantised};
use countersign_shared::exact::Program;
use countersign_shared::{hex, Crypto, Software};
use serde_json::{json, Value};

fn root(program: &Program) -> String {
    program.exact_root(&Software).to_string()
}

/// For people.
pub fn text(
    args: &Quantise,
    exact: &Quantised,
    agreed: &Agreement,
    samples: usize,
    right: Option<(usize, usize)>,
) -> String {
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    let mut rows = vec![
        ("exact model", args.out.display().to_string()),
        ("exact root", root(&exact.program)),
        ("calibrated on", format!("{samples} samples")),
    ];
    for input in &exact.inputs {
        rows.push((
            "input",
            format!(
                "{}: integers from {} to {}, one is {}",
                input.name, input.lo, input.hi, input.scale
            ),
        ));
    }
    for (output, scale) in agreed.outputs.iter().zip(&exact.outputs) {
        let decisions = format!(
            "{}: {} of {} decisions as the float model's ({:.2} %), one is {:.3e}",
            output.name,
            output.same,
            output.rows,
            percent(output.same, output.rows),
            scale.scale
        );
        rows.push(("output", decisions));
        let classes: Vec<String> = output
            .classes
            .iter()
            .map(|(class, count)| format!("{class}: {count}"))
            .collect();
        if classes.len() <= 20 {
            rows.push(("by class", classes.join(", ")));
        }
        let of = if scale.softmax {
            "of a probability"
        } else {
            "in the float model's unit"
        };
        rows.push((
            "largest difference",
            format!("{}: {:.3e} {of}", output.name, output.largest),
        ));
    }
    if let Some((same, all)) = right {
        rows.push((
            "right",
            format!("{same} of {all} ({:.2} %)", percent(same, all)),
        ));
    }
    if agreed.moved > 0 {
        rows.push((
            "moved",
            format!(
                "{} input elements were no integer of their interval and were moved to the nearest",
                agreed.moved
            ),
        ));
    }
    let tightest = exact.bounds.iter().max_by_key(|bound| bound.largest);
    if let Some(bound) = tightest {
        rows.push((
            "tightest bound",
            format!(
                "{}: {} of 16777215 (every bound: --json)",
                bound.node, bound.largest
            ),
        ));
    }
    let mut text = columns(rows);
    for note in &exact.notes {
        text.push('\n');
        text.push_str(note);
    }
    text
}

/// For programs.
pub fn json(
    args: &Quantise,
    exact: &Quantised,
    agreed: &Agreement,
    samples: usize,
    right: Option<(usize, usize)>,
) -> Value {
    json!({
        "model": args.out.display().to_string(),
        "sha256": hex::encode(&Software.sha256(&exact.onnx)),
        "exactRoot": root(&exact.program),
        "calibrationSamples": samples,
        "inputs": exact.inputs.iter().map(|input| json!({
            "name": input.name, "scale": input.scale, "lo": input.lo, "hi": input.hi,
        })).collect::<Vec<_>>(),
        "outputs": agreed.outputs.iter().zip(&exact.outputs).map(|(output, scale)| json!({
            "name": output.name, "scale": scale.scale, "standsFor": scale.stands_for,
            "decisions": output.rows, "same": output.same, "byClass": output.classes, "largestDifference": output.largest,
        })).collect::<Vec<_>>(),
        "samples": agreed.samples,
        "moved": agreed.moved,
        "right": right.map(|(same, _)| same),
        "limit": 16_777_215,
        "bounds": exact.bounds.iter().map(|bound| json!({
            "node": bound.node, "terms": bound.terms, "largest": bound.largest, "weight": bound.weight,
            "shifts": [bound.shifts.0, bound.shifts.1],
        })).collect::<Vec<_>>(),
        "notes": exact.notes,
    })
}
