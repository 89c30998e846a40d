//! `docs/support.md` is made of the lanes' own tables: `BLESS=1 cargo test -p countersign-gpu --test support` writes it anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use countersign_engine::supported;
use countersign_gpu::lower::support::OPERATORS;
use countersign_onnx::{schema, OPSETS};

const HEAD: &str = "# What each lane computes

Made by `BLESS=1 cargo test -p countersign-gpu --test support` from the lanes' own tables; a test fails while this page is another.
A node that is not here, or has an attribute that is not, is refused with node, operator and reason: the model then runs in the
other lane, or not at all. What ONNX's own tests say about both: `cargo xtask conformance` (`--device engine` or `gpu`).

- **Engine** (Replay): the versions are those of ONNX's definitions; the types are those of the first input. Nothing is narrowed.
- **GPU** (Fast): float32 is computed; integers and bool up to 2^24 are moved and compared. *Known* means: in the model, computed
  from shapes and other known values, or an input whose value becomes part of the model on the device. Tensors have at least one
  element. Other conditions stand beside the operator.

";

fn page() -> String {
    let mut rows: BTreeMap<&str, (Vec<String>, Option<&str>)> = BTreeMap::new();
    for definition in schema::all() {
        rows.entry(definition.name).or_default();
    }
    for line in supported() {
        let (from, to) = (line.versions.start(), line.versions.end());
        let versions = if from == to {
            from.to_string()
        } else {
            format!("{from}–{to}")
        };
        let types: Vec<String> = line.types.iter().map(ToString::to_string).collect();
        let text = format!("{versions}: {}", types.join(", "));
        rows.entry(line.name).or_default().0.push(text);
    }
    for (name, note) in OPERATORS {
        rows.entry(name).or_default().1 = Some(note);
    }
    let mut out = HEAD.to_owned();
    let count = |lane: fn(&(Vec<String>, Option<&str>)) -> bool| {
        rows.values().filter(|row| lane(row)).count()
    };
    writeln!(
        out,
        "Of {} operators of `ai.onnx` (opsets {} to {}) the engine computes {}, the GPU {}.\n",
        rows.len(),
        OPSETS.start(),
        OPSETS.end(),
        count(|row| !row.0.is_empty()),
        count(|row| row.1.is_some()),
    )
    .unwrap();
    out.push_str("| operator | engine | GPU |\n| --- | --- | --- |\n");
    for (name, (engine, gpu)) in &rows {
        let engine = if engine.is_empty() {
            "–".to_owned()
        } else {
            engine.join("; ")
        };
        let gpu = match gpu {
            None => "–",
            Some("") => "yes",
            Some(note) => note,
        };
        writeln!(out, "| {name} | {engine} | {gpu} |").unwrap();
    }
    out
}

#[test]
fn the_support_page_is_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/support.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "docs/support.md is out of date: BLESS=1 cargo test -p countersign-gpu --test support"
    );
}
