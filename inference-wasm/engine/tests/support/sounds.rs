//! What the tests of sounds share: models by their manifests, fixtures, damage.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign_abi::{FileRole, Limits, LoadRequest, ModelFile, Task};
use countersign_engine::Engine;
use serde::Deserialize;

use super::support::{models, on_file};

#[derive(Deserialize)]
struct Manifest {
    files: Vec<Listed>,
    task: String,
}

#[derive(Deserialize)]
struct Listed {
    path: String,
    role: String,
    sha256: String,
}

/// The request that loads the model whose manifest is `models/NAME/manifest.json`.
pub fn request(name: &str) -> LoadRequest {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let text = std::fs::read(root.join(name).join("manifest.json")).unwrap();
    let manifest: Manifest = serde_json::from_slice(&text).unwrap();
    let files = manifest.files.iter().map(|file| {
        let cached = models().join(file.sha256.trim_start_matches("0x"));
        let data = std::fs::read(&cached).unwrap_or_else(|error| {
            panic!(
                "{} of {name} is not at {} ({error}): run `cargo xtask models`",
                file.path,
                cached.display()
            )
        });
        let role = match file.role.as_str() {
            "model" => FileRole::Model,
            _ => FileRole::Config,
        };
        ModelFile {
            role,
            path: file.path.clone(),
            data,
        }
    });
    LoadRequest {
        task: Task::from_name(&manifest.task).unwrap(),
        files: files.collect(),
        declared: None,
        limits: Limits::default(),
    }
}

/// An engine with that model.
pub fn engine(name: &str) -> Engine {
    let mut engine = Engine::new();
    engine.load(&request(name)).unwrap();
    engine
}

/// `sounds/expected.json`.
#[derive(Deserialize)]
pub struct Expected {
    pub sounds: BTreeMap<String, Answer>,
}

/// The packages' answers on one sound, as `sounds/make.py` describes them; places in samples at 16 kHz.
#[derive(Deserialize)]
pub struct Answer {
    pub rate: u32,
    pub samples: u64,
    pub frames: Vec<f64>,
    pub segments: Vec<Place>,
    pub features: Vec<f32>,
    pub turn: f64,
    pub soxr: f64,
    pub least: f64,
    pub most: f64,
}

#[derive(Deserialize)]
pub struct Place {
    pub start: u64,
    pub end: u64,
}

pub fn folder() -> PathBuf {
    super::support::fixtures().join("sounds")
}

pub fn sound(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

pub fn expected() -> Expected {
    serde_json::from_slice(&std::fs::read(folder().join("expected.json")).unwrap()).unwrap()
}

/// The sounds damaged in many ways: each gives an answer or an error that says what to do, never a panic. `answers`
/// counts what was answered.
pub fn survives_damage(engine: &Engine, names: &[&str], cuts: usize, changes: usize) -> usize {
    let mut answers = 0;
    let mut attempt = |file: &[u8]| match engine.run(on_file(file)) {
        Ok(_) => answers += 1,
        Err(error) => assert!(error.message.len() > 20, "{}", error.message),
    };
    // xorshift, so that the same files are made everywhere.
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize
    };
    for name in names {
        let whole = sound(name);
        for cut in 0..cuts.min(whole.len()) {
            // Every length of the header, then evenly.
            let length = if cut < 100 {
                cut
            } else {
                whole.len() * cut / cuts
            };
            attempt(&whole[..length]);
        }
        for change in 0..changes {
            let mut file = whole.clone();
            for _ in 0..=change % 4 {
                // Half of the changes in the header.
                let range = if change % 2 == 0 { 100 } else { file.len() };
                let place = random() % range.min(file.len());
                file[place] = random() as u8;
            }
            attempt(&file);
        }
    }
    answers
}
