//! Compares `magika/1` with the answers of Magika's own program on any folder of files.
//!
//! `python tests/fixtures/magika/make.py FOLDER ANSWERS.json`, then
//! `cargo run --release -p countersign-engine --example magika -- MODELS FOLDER ANSWERS.json`, where `MODELS` holds the
//! package's `model.onnx`, `config.min.json` and `content_types_kb.min.json`.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use countersign_abi::{FileRole, Input, Limits, LoadRequest, ModelFile, RunRequest, Task};
use countersign_engine::Engine;
use serde::Deserialize;

#[derive(Debug, Deserialize, PartialEq)]
struct Answer {
    label: String,
    dl_label: String,
    overwrite_reason: String,
    score: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let [models, folder, answers] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        return Err("usage: magika MODELS FOLDER ANSWERS.json".into());
    };
    let mut files = Vec::new();
    for (role, path) in [
        (FileRole::Model, "model.onnx"),
        (FileRole::Config, "config.min.json"),
        (FileRole::Labels, "content_types_kb.min.json"),
    ] {
        files.push(ModelFile {
            role,
            path: path.to_owned(),
            data: std::fs::read(Path::new(models).join(path))?,
        });
    }
    let mut engine = Engine::new();
    engine.load(&LoadRequest {
        task: Task::Magika1,
        files,
        declared: None,
        limits: Limits::default(),
    })?;
    let answers: BTreeMap<String, Answer> = serde_json::from_slice(&std::fs::read(answers)?)?;
    let (mut same, mut other, mut worst) = (0u32, 0u32, 0f64);
    for (name, expected) in &answers {
        let data = std::fs::read(Path::new(folder).join(name))?;
        let response = engine.run(RunRequest {
            input: Input::File(data),
            seed: [0; 32],
        })?;
        let found: Answer = serde_json::from_slice(&response.result.unwrap_or_default())?;
        worst = worst.max((found.score.parse::<f64>()? - expected.score.parse::<f64>()?).abs());
        let key = |a: &Answer| {
            (
                a.label.clone(),
                a.dl_label.clone(),
                a.overwrite_reason.clone(),
            )
        };
        if key(&found) == key(expected) {
            same += 1;
        } else {
            other += 1;
            println!("{name}: {found:?} instead of {expected:?}");
        }
    }
    println!("{same} the same, {other} different; scores differ by at most {worst:e}");
    if other == 0 {
        Ok(())
    } else {
        Err("answers differ".into())
    }
}
