//! The digits classifier from its committed float model, and the writer on every model at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Native;
use countersign_engine::Engine;
use countersign_onnx::{load, metadata, Data, LoadLimits, Tensor};
use countersign_quantise::{agreement, quantise, write, Options, Sample};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/digits")
}

/// The bytes of an NPY file of version 1 that holds uint8.
fn npy(path: &str) -> Vec<u8> {
    let bytes = std::fs::read(folder().join(path)).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert!(bytes[10..10 + header]
        .windows(4)
        .any(|part| part == b"|u1'"));
    bytes[10 + header..].to_vec()
}

fn pictures(path: &str) -> Vec<Sample> {
    let rows = npy(path);
    let one = |row: &[u8]| {
        let elements = row.iter().map(|value| f32::from(*value)).collect();
        vec![Tensor::new(vec![1, 1, 8, 8], Data::F32(elements)).unwrap()]
    };
    rows.chunks(64).map(one).collect()
}

#[test]
fn at_least_97_percent_of_held_out_digits_after_quantisation() {
    let float = std::fs::read(folder().join("float.onnx")).unwrap();
    let mut engine = Native(Engine::new());
    let exact = quantise(
        &float,
        &pictures("calibrate/pictures.npy"),
        &Options::default(),
        &mut engine,
    )
    .unwrap();
    let published = std::fs::read(folder().join("model.onnx")).unwrap();
    assert_eq!(
        exact.onnx, published,
        "models/digits/model.onnx is what the float model and its samples give"
    );
    let (held, labels) = (pictures("held-out/pictures.npy"), npy("labels.npy"));
    assert_eq!(held.len(), 599);
    let agreed = agreement(&float, &exact, &held, &mut engine).unwrap();
    let pairs = agreed.decisions.iter().zip(&labels);
    let right = pairs
        .filter(|(decision, label)| decision.as_slice() == [usize::from(**label)])
        .count();
    assert!(right * 100 >= held.len() * 97, "{right} of {}", held.len());
    assert!(agreed.outputs[0].same * 100 >= held.len() * 99);
    assert_eq!(agreed.moved, 0);
}

#[test]
fn what_is_written_is_read_again() {
    let mut files = vec![folder().join("float.onnx"), folder().join("model.onnx")];
    match std::env::var_os("COUNTERSIGN_MODELS") {
        None => println!("COUNTERSIGN_MODELS is not set: only the digits models are written again"),
        Some(models) => files.extend(
            std::fs::read_dir(models)
                .unwrap()
                .map(|entry| entry.unwrap().path()),
        ),
    }
    let mut count = 0;
    for path in files {
        let file = std::fs::read(&path).unwrap();
        let Ok(model) = load(&file, &[], LoadLimits::default()) else {
            continue; // Labels and settings lie in the same folder.
        };
        let said = metadata(&file).unwrap();
        let bytes = write(&model, &said);
        assert_eq!(
            load(&bytes, &[], LoadLimits::default()).unwrap(),
            model,
            "{}",
            path.display()
        );
        assert_eq!(metadata(&bytes).unwrap(), said, "{}", path.display());
        count += 1;
    }
    assert!(count >= 2);
}
