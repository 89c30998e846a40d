//! What the tests share: the model's files, and requests.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use countersign_abi::{FileRole, Input, Limits, LoadRequest, ModelFile, RunRequest, Task};

/// Magika's files of the PyPI package magika 1.0.3: role, path, SHA-256.
pub const MAGIKA: [(FileRole, &str, &str); 3] = [
    (
        FileRole::Model,
        "model.onnx",
        "fe2d2eb49c5f88a9e0a6c048e15d6ffdf86235519c2afc535044de433169ec8c",
    ),
    (
        FileRole::Config,
        "config.min.json",
        "ae24c742205358f6ff6dfd5facb6743fb69743dbba8373e73da58ff0cbd695db",
    ),
    (
        FileRole::Labels,
        "content_types_kb.min.json",
        "75208adba69bc0556403b62b32ef3ccf8b5ce494411780845852e52e6583a10d",
    ),
];

/// The folder with model files named by their SHA-256: `COUNTERSIGN_MODELS`, else the cache.
pub fn models() -> PathBuf {
    let cache = || {
        PathBuf::from(std::env::var_os("HOME").unwrap_or_default())
            .join(".cache/countersign/models")
    };
    std::env::var_os("COUNTERSIGN_MODELS").map_or_else(cache, PathBuf::from)
}

/// The request that loads Magika.
pub fn magika() -> LoadRequest {
    let folder = models();
    let files = MAGIKA.map(|(role, path, sha256)| {
        let data = std::fs::read(folder.join(sha256)).unwrap_or_else(|error| {
            panic!(
                "{path} of Magika is not in {} ({error}): run `cargo xtask models`",
                folder.display()
            )
        });
        ModelFile {
            role,
            path: path.to_owned(),
            data,
        }
    });
    LoadRequest {
        task: Task::Magika1,
        files: files.to_vec(),
        declared: None,
        limits: Limits::default(),
    }
}

/// The request that loads a model of the folder `models/`, as its manifest lists it.
pub fn model(name: &str, task: Task) -> LoadRequest {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../models")
        .join(name)
        .join("manifest.json");
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(manifest["task"], task.name());
    // Known answers are for whoever compares another machine with the engine.
    let files = manifest["files"].as_array().unwrap().iter();
    let files = files.filter(|file| file["role"] != "kat").map(|file| {
        let sha256 = &file["sha256"].as_str().unwrap()[2..];
        let data = std::fs::read(models().join(sha256)).unwrap_or_else(|error| {
            panic!("{file} of {name} is not at hand ({error}): run `cargo xtask models`")
        });
        ModelFile {
            role: match file["role"].as_str().unwrap() {
                "model" => FileRole::Model,
                "config" => FileRole::Config,
                _ => FileRole::Labels,
            },
            path: file["path"].as_str().unwrap().to_owned(),
            data,
        }
    });
    LoadRequest {
        task,
        files: files.collect(),
        declared: None,
        limits: Limits::default(),
    }
}

/// The request that runs on a file.
pub fn on_file(bytes: &[u8]) -> RunRequest {
    RunRequest {
        input: Input::File(bytes.to_vec()),
        seed: [7; 32],
    }
}

/// The folder of fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}
