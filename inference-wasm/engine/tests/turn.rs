//! `turn-detection/1` answers as pipecat's own program does (`fixtures/sounds/make.py` made the answers).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/sounds.rs"]
mod sounds;
mod support;

use countersign_abi::{ErrorCode, FinishRequest, Input, PrepareRequest};
use countersign_engine::Engine;
use serde::Deserialize;
use sounds::{engine, expected, request, sound};
use support::on_file;

const MODEL: &str = "smart-turn";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Found {
    complete: bool,
    duration: String,
    score: String,
}

#[test]
fn answers_are_those_of_pipecat_s_own_program() {
    let engine = engine(MODEL);
    for (name, answer) in expected().sounds {
        let input = Input::File(sound(&name));
        let prepared = engine.prepare(PrepareRequest { input }).unwrap();
        let features: Vec<f32> = prepared.tensors.unwrap()[0]
            .data
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
            .collect();
        for (ours, theirs) in features.iter().step_by(499).zip(&answer.features) {
            assert!(
                (ours - theirs).abs() < 1e-3,
                "{name}: {ours} instead of {theirs}"
            );
        }
        let response = engine.run(on_file(&sound(&name))).unwrap();
        let result = response.result.unwrap();
        countersign_shared::json::parse_canonical(&result).unwrap();
        let found: Found = serde_json::from_slice(&result).unwrap();
        let score: f64 = found.score.parse().unwrap();
        // The model's 8-bit roundings amplify a millionth part of a feature: onnxruntime's own scores then lie between
        // `least` and `most`, up to 0.5 apart. Its nodes, each fed with onnxruntime's values, differ by float rounding only.
        let (least, most) = (answer.least - 0.02, answer.most + 0.02);
        assert!(
            (least..=most).contains(&score),
            "{name}: {score} instead of {least} to {most}"
        );
        assert_eq!(found.complete, score > 0.5, "{name}");
        if (least > 0.5) == (most > 0.5) {
            assert_eq!(found.complete, answer.soxr > 0.5, "{name}");
        }
        let duration: f64 = found.duration.parse().unwrap();
        let wanted = answer.samples as f64 / f64::from(answer.rate);
        assert!((duration - wanted).abs() <= 0.0005, "{name}");
    }
}

#[test]
fn the_features_are_given_to_other_machines_and_the_answer_taken_back() {
    let engine = engine(MODEL);
    let request = on_file(&sound("question-16k.wav"));
    let prepared = engine
        .prepare(PrepareRequest {
            input: request.input.clone(),
        })
        .unwrap();
    assert_eq!(prepared.tensors.unwrap()[0].dims, [1, 80, 800]);
    let whole = engine.run(request.clone()).unwrap();
    let names: Vec<&str> = whole
        .output_items
        .iter()
        .map(|item| item.name.as_str())
        .collect();
    assert_eq!(names, ["logits", "result"]);
    let finished = engine.finish(FinishRequest {
        input: request.input,
        outputs: Some(whole.outputs.clone()),
        seed: request.seed,
    });
    assert_eq!(finished.unwrap(), whole);
}

#[test]
fn settings_that_describe_other_features_are_refused() {
    for (old, new) in [
        ("\"hop\":160", "\"hop\":161"),
        ("\"seconds\":8", "\"seconds\":9"),
        ("\"seconds\":8", "\"seconds\":0"),
        ("\"bands\":80", "\"bands\":80,\"beats\":1"),
    ] {
        let mut damaged = request(MODEL);
        let config = damaged.files.pop().unwrap();
        let text = String::from_utf8(config.data.clone()).unwrap();
        damaged.files.push(countersign_abi::ModelFile {
            data: text.replace(old, new).into_bytes(),
            ..config
        });
        let error = Engine::new().load(&damaged).map(|_| ()).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidModel, "{new}");
    }
}

/// Pre-processing alone: the model takes a second on every answer.
#[test]
fn damaged_sounds_give_an_error_or_features() {
    let engine = engine(MODEL);
    let whole = sound("wide-48k.flac");
    let mut seed = 11usize;
    for change in 0..60 {
        let mut file = whole.clone();
        seed = seed.wrapping_mul(0x5851_F42D).wrapping_add(12_345) & 0xFFFF_FFFF;
        let place = (seed >> 8) % if change % 2 == 0 { 60 } else { file.len() };
        file[place] ^= (change + 1) as u8;
        let input = Input::File(file);
        if let Err(error) = engine.prepare(PrepareRequest { input }) {
            assert!(error.message.len() > 20, "{}", error.message);
        }
    }
}
