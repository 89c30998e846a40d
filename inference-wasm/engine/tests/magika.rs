//! `magika/1` answers as Magika's own Python program does (`fixtures/magika/make.py` made the answers).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use countersign_engine::Engine;
use countersign_shared::commit::{Committed, Side};
use countersign_shared::id::Seed;
use countersign_shared::item::{Item, Name};
use countersign_shared::Software;
use serde::Deserialize;
use support::{fixtures, magika, on_file};

#[derive(Deserialize)]
struct Expected {
    files: BTreeMap<String, Answer>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    label: String,
    dl_label: String,
    score: String,
    overwrite_reason: String,
    description: String,
    mime_type: String,
    group: String,
    is_text: bool,
}

#[test]
fn answers_are_those_of_magikas_own_program() {
    let folder = fixtures().join("magika");
    let expected: Expected =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    assert!(expected.files.len() >= 40);
    let mut engine = Engine::new();
    engine.load(&magika()).unwrap();
    for (name, expected) in expected.files {
        let file = std::fs::read(folder.join("files").join(&name)).unwrap();
        let response = engine.run(on_file(&file)).unwrap();
        let found: Answer = serde_json::from_slice(&response.result.unwrap()).unwrap();
        assert_eq!(
            (&found.label, &found.dl_label, &found.overwrite_reason),
            (
                &expected.label,
                &expected.dl_label,
                &expected.overwrite_reason
            ),
            "{name}"
        );
        assert_eq!(
            (
                &found.description,
                &found.mime_type,
                &found.group,
                found.is_text
            ),
            (
                &expected.description,
                &expected.mime_type,
                &expected.group,
                expected.is_text
            ),
            "{name}"
        );
        // The reference adds up in another order.
        let (ours, theirs): (f64, f64) = (
            found.score.parse().unwrap(),
            expected.score.parse().unwrap(),
        );
        assert!(
            (ours - theirs).abs() < 1e-4,
            "{name}: {ours} instead of {theirs}"
        );
    }
}

#[test]
fn the_result_is_canonical_and_ranked() {
    let mut engine = Engine::new();
    engine.load(&magika()).unwrap();
    let file = std::fs::read(fixtures().join("magika/files/a.py")).unwrap();
    let result = engine.run(on_file(&file)).unwrap().result.unwrap();
    let value = countersign_shared::json::parse_canonical(&result).unwrap();
    let top = value
        .as_object()
        .and_then(|o| o.get("top"))
        .and_then(|top| top.as_array())
        .unwrap();
    let scores: Vec<f32> = top
        .iter()
        .map(|entry| {
            entry
                .as_object()
                .and_then(|o| o.get("score"))
                .and_then(|s| s.as_str())
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    assert_eq!(scores.len(), 5);
    assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]));
}

#[test]
fn commitments_cover_file_outputs_and_result() {
    let mut engine = Engine::new();
    engine.load(&magika()).unwrap();
    let file = std::fs::read(fixtures().join("magika/files/a.py")).unwrap();
    let response = engine.run(on_file(&file)).unwrap();
    assert!(response.executed);
    assert_eq!(
        response
            .input_items
            .iter()
            .map(|i| i.name.as_str())
            .collect::<Vec<_>>(),
        ["file"]
    );
    assert_eq!(
        response
            .output_items
            .iter()
            .map(|i| i.name.as_str())
            .collect::<Vec<_>>(),
        ["target_label", "result"]
    );
    let item = Item::file(Name::new(Name::FILE).unwrap(), &file, &Software);
    let committed =
        Committed::new(Side::Input, &Seed::new([7; 32]), vec![item], &Software).unwrap();
    assert_eq!(response.input, committed.commitment().to_bytes());
}

#[test]
fn without_a_run_only_the_result_is_committed() {
    let mut engine = Engine::new();
    engine.load(&magika()).unwrap();
    for file in [&b""[..], b"abc", b"   \n\n      "] {
        let response = engine.run(on_file(file)).unwrap();
        assert!(!response.executed && response.outputs.is_empty());
        assert_eq!(
            response
                .output_items
                .iter()
                .map(|i| i.name.as_str())
                .collect::<Vec<_>>(),
            ["result"]
        );
    }
}

#[test]
fn finishing_a_run_elsewhere_gives_the_same_commitments() {
    use countersign_abi::{FinishRequest, PrepareRequest};
    let mut engine = Engine::new();
    engine.load(&magika()).unwrap();
    let file = std::fs::read(fixtures().join("magika/files/a.rs")).unwrap();
    let whole = engine.run(on_file(&file)).unwrap();
    let request = on_file(&file);
    let prepared = engine
        .prepare(PrepareRequest {
            input: request.input.clone(),
        })
        .unwrap();
    assert_eq!(prepared.tensors.unwrap()[0].dims, [1, 2048]);
    let finished = engine
        .finish(FinishRequest {
            input: request.input,
            outputs: Some(whole.outputs.clone()),
            seed: request.seed,
        })
        .unwrap();
    assert_eq!(finished, whole);
}
