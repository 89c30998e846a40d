//! `countersign quantise` on the digits model, and what it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use std::path::{Path, PathBuf};

fn digits(name: &str) -> String {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/digits");
    folder.join(name).display().to_string()
}

#[test]
fn the_digits_model_comes_out_as_it_is_published_and_is_right() {
    let folder = Folder::new();
    let out = folder.file("model.onnx").display().to_string();
    let (calibrate, held, labels) = (
        digits("calibrate"),
        digits("held-out"),
        digits("labels.npy"),
    );
    let said = run(&[
        "quantise",
        &digits("float.onnx"),
        "--calibrate",
        &calibrate,
        "--evaluate",
        &held,
        "--labels",
        &labels,
        "--out",
        &out,
        "--json",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    let json = json(&said);
    assert_eq!(json["outputs"][0]["decisions"], 599);
    assert!(json["outputs"][0]["same"].as_u64().unwrap() >= 587);
    assert!(json["right"].as_u64().unwrap() >= 582, "97 % of 599");
    assert_eq!(json["bounds"].as_array().unwrap().len(), 3);
    let made = std::fs::read(folder.file("model.onnx")).unwrap();
    assert_eq!(made, std::fs::read(digits("model.onnx")).unwrap());
}

#[test]
fn what_cannot_be_done_is_said_and_nothing_is_written() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file("empty")).unwrap();
    let (float, calibrate) = (digits("float.onnx"), digits("calibrate"));
    let (empty, out) = (
        folder.file("empty").display().to_string(),
        folder.file("out.onnx").display().to_string(),
    );
    let (labels, manifest) = (digits("labels.npy"), digits("train.py"));
    let cases: [(&[&str], &str); 4] = [
        (
            &["quantise", &float, "--calibrate", &empty, "--out", &out],
            "no NPY file",
        ),
        (
            &[
                "quantise",
                &manifest,
                "--calibrate",
                &calibrate,
                "--out",
                &out,
            ],
            "no model that can be read",
        ),
        (
            &[
                "quantise",
                &float,
                "--calibrate",
                &calibrate,
                "--input",
                "picture=0,1,2",
                "--out",
                &out,
            ],
            "--input",
        ),
        (
            &[
                "quantise",
                &float,
                "--calibrate",
                &calibrate,
                "--evaluate",
                &calibrate,
                "--labels",
                &labels,
                "--out",
                &out,
            ],
            "1198 samples and 599 labels",
        ),
    ];
    for (arguments, expected) in cases {
        let said = run(arguments);
        assert_ne!(said.code, 0, "{arguments:?}");
        assert!(said.err.contains(expected), "{expected}: {}", said.err);
        assert!(!folder.file("out.onnx").exists(), "{expected}");
    }
}
