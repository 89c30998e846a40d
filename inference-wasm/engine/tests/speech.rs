//! `speech-activity/1` answers as silero-vad's own program does (`fixtures/sounds/make.py` made the answers).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/sounds.rs"]
mod sounds;
mod support;

use countersign_abi::{ErrorCode, FileRole, Input, PrepareRequest};
use countersign_engine::Engine;
use serde::Deserialize;
use sounds::{engine, expected, request, sound, survives_damage};
use support::on_file;

const MODEL: &str = "silero-vad";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Found {
    duration: String,
    frames: Vec<String>,
    sample_rate: u32,
    segments: Vec<Segment>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Segment {
    start: String,
    end: String,
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

#[test]
fn answers_are_those_of_silero_s_own_program() {
    let engine = engine(MODEL);
    let expected = expected().sounds;
    assert!(expected.len() >= 8);
    for (name, answer) in expected {
        let response = engine.run(on_file(&sound(&name))).unwrap();
        let found: Found = serde_json::from_slice(&response.result.unwrap()).unwrap();
        assert_eq!(found.sample_rate, 16_000);
        let duration = answer.samples as f64 / f64::from(answer.rate);
        assert!(
            (number(&found.duration) - duration).abs() <= 0.0005,
            "{name}"
        );
        assert_eq!(found.frames.len(), answer.frames.len(), "{name}");
        for (index, (ours, theirs)) in found.frames.iter().zip(&answer.frames).enumerate() {
            let difference = (number(ours) - theirs).abs();
            assert!(
                difference < 0.01,
                "{name}, frame {index}: {ours} instead of {theirs}"
            );
        }
        assert_eq!(
            found.segments.len(),
            answer.segments.len(),
            "{name}: {found:?}"
        );
        for (ours, theirs) in found.segments.iter().zip(&answer.segments) {
            for (ours, theirs) in [(&ours.start, theirs.start), (&ours.end, theirs.end)] {
                let difference = (number(ours) - theirs as f64 / 16_000.0).abs();
                assert!(difference < 0.001, "{name}: {ours} instead of {theirs}");
            }
        }
    }
}

#[test]
fn only_the_result_is_committed_and_it_is_canonical() {
    let engine = engine(MODEL);
    let file = sound("question-16k.wav");
    let response = engine.run(on_file(&file)).unwrap();
    assert!(response.executed && response.outputs.is_empty());
    let names = |items: &[countersign_abi::Item]| -> Vec<String> {
        items.iter().map(|item| item.name.clone()).collect()
    };
    assert_eq!(names(&response.input_items), ["file"]);
    assert_eq!(names(&response.output_items), ["result"]);
    let result = response.result.clone().unwrap();
    countersign_shared::json::parse_canonical(&result).unwrap();
    // No state is kept from run to run.
    assert_eq!(engine.run(on_file(&file)).unwrap(), response);
}

#[test]
fn the_model_s_windows_are_not_given_to_other_machines() {
    let prepared = engine(MODEL).prepare(PrepareRequest {
        input: Input::File(sound("question-16k.wav")),
    });
    assert_eq!(prepared.unwrap_err().code, ErrorCode::Unsupported);
}

#[test]
fn settings_are_read_strictly() {
    let whole = request(MODEL);
    let text = |request: &countersign_abi::LoadRequest| {
        let config = request
            .files
            .iter()
            .find(|file| file.role == FileRole::Config);
        String::from_utf8(config.unwrap().data.clone()).unwrap()
    };
    for (old, new) in [
        ("\"window\":512", "\"window\":512,\"windows\":1"),
        ("\"context\":64,", ""),
        ("\"context\":64", "\"context\":513"),
        ("\"context\":64", "\"context\": 64"),
        ("\"window\":512", "\"window\":0"),
        ("16000", "8000"),
        ("\"0.5\"", "\"1.5\""),
        ("\"0.5\"", "\"0.2\""),
        ("\"0.5\"", "0.5"),
    ] {
        let mut damaged = whole.clone();
        let changed = text(&whole).replace(old, new);
        assert_ne!(changed, text(&whole));
        for file in damaged
            .files
            .iter_mut()
            .filter(|file| file.role == FileRole::Config)
        {
            file.data = changed.clone().into_bytes();
        }
        let error = Engine::new().load(&damaged).map(|_| ()).unwrap_err();
        assert_eq!(
            error.code,
            ErrorCode::InvalidModel,
            "{changed}: {}",
            error.message
        );
    }
}

#[test]
fn another_model_is_refused() {
    let mut mixed = request(MODEL);
    let other = request("smart-turn");
    let model = other
        .files
        .into_iter()
        .find(|file| file.role == FileRole::Model);
    mixed.files[0] = model.unwrap();
    let error = Engine::new().load(&mixed).map(|_| ()).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidModel);
    assert!(error.message.contains("Silero"), "{}", error.message);
}

#[test]
fn damaged_sounds_give_an_error_or_an_answer() {
    let engine = engine(MODEL);
    let answers = survives_damage(&engine, &["short-16k.flac"], 200, 400)
        + survives_damage(&engine, &["call-8k.wav"], 60, 40);
    assert!(answers > 0);
}
