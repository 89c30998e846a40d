//! The Exact lane on the command line: run, sign and verify without a chain, on programs of an independent model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use countersign_shared::id::FileHash;
use countersign_shared::Software;
use serde_json::{json as json_of, Value};
use std::path::{Path, PathBuf};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

/// The published program of this name.
fn program(name: &str) -> Value {
    let folder = std::env::var_os("COUNTERSIGN_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"),
        PathBuf::from,
    );
    let files = (1..).map(|number| folder.join(format!("exact/exact-{number}.json")));
    for path in files.take_while(|path| path.exists()) {
        let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let programs = file["programs"].as_array().unwrap();
        if let Some(found) = programs.iter().find(|program| program["name"] == name) {
            return found.clone();
        }
    }
    panic!("no program {name}")
}

fn base64(text: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |byte: u8| digits.iter().position(|digit| *digit == byte).unwrap();
    let (mut out, mut bits, mut count) = (Vec::new(), 0_usize, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        bits = bits << 6 | value(byte);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 255).unwrap());
        }
    }
    out
}

/// A float32 array in NumPy's format 1.0.
fn npy(dims: &[u64], values: &[f32]) -> Vec<u8> {
    let dims: Vec<String> = dims.iter().map(u64::to_string).collect();
    let shape = format!("({},)", dims.join(", "));
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    let data = values.iter().flat_map(|value| value.to_le_bytes());
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes()]
        .concat()
        .into_iter()
        .chain(data)
        .collect()
}

fn dims(port: &Value) -> Vec<u64> {
    let dims = port["dims"].as_array().unwrap().iter();
    dims.map(|dim| dim.as_u64().unwrap()).collect()
}

fn values(list: &Value) -> Vec<f32> {
    let values = list.as_array().unwrap().iter();
    values.map(|value| value.as_f64().unwrap() as f32).collect()
}

/// A program with its manifest in a folder.
struct Sample {
    folder: Folder,
    manifest: String,
    entry: Value,
}

impl Sample {
    fn new(name: &str) -> Self {
        let entry = program(name);
        let folder = Folder::new();
        let onnx = base64(entry["onnx"].as_str().unwrap());
        folder.write("model.onnx", &onnx);
        let ports = |key: &str| {
            let ports = entry[key].as_array().unwrap().iter();
            let port = |port: &Value| json_of!({"dims": port["dims"], "dtype": "float32", "name": port["name"]});
            ports.map(port).collect::<Vec<_>>()
        };
        let file = json_of!({
            "path": "model.onnx",
            "role": "model",
            "sha256": FileHash::of(&onnx, &Software).to_string(),
            "size": onnx.len(),
            "sources": [],
        });
        // RFC 8785: the keys in order, nothing between them.
        let manifest = json_of!({
            "description": "A program of integers.",
            "fastTolerance": "0",
            "files": [file],
            "format": "countersign/manifest/1",
            "inputs": ports("inputs"),
            "licence": "CC0-1.0",
            "name": "Exact sample",
            "outputs": ports("outputs"),
            "task": "tensors/1",
            "version": "1",
        });
        let manifest = folder.write("manifest.json", manifest.to_string());
        Self {
            manifest: manifest.display().to_string(),
            folder,
            entry,
        }
    }

    /// The `--input` of the first input with these values.
    fn input(&self, file: &str, values: &[f32]) -> String {
        let port = &self.entry["inputs"][0];
        let path = self.folder.write(file, npy(&dims(port), values));
        format!("{}={}", port["name"].as_str().unwrap(), path.display())
    }

    fn values(&self) -> Vec<f32> {
        values(&self.entry["inputs"][0]["values"])
    }

    fn run(&self, input: &str, lane: &str) -> (Said, String) {
        let saved = self.folder.file(&format!("{lane}.json"));
        let saved = saved.display().to_string();
        let wanted = [
            "run",
            "--model",
            &self.manifest,
            "--input",
            input,
            "--lane",
            lane,
        ];
        (
            run(&[&wanted[..], &["--save", &saved, "--json"]].concat()),
            saved,
        )
    }
}

#[test]
fn exact_runs_are_signed_and_verified_x1() {
    for name in ["conv 3x3 pads", "max pool [2, 3] [2, 1]"] {
        let sample = Sample::new(name);
        let input = sample.input("x.npy", &sample.values());
        let (said, saved) = sample.run(&input, "exact");
        assert_eq!(said.code, 0, "{said:?}");
        let bundle = sample.folder.file("bundle.json").display().to_string();
        let sign = [
            "receipt",
            "sign",
            &saved,
            "--offline",
            "--publisher",
            ALICE,
            "--suri",
            "//Alice",
        ];
        let list = sample.folder.write("deployments.json", DEPLOYMENTS);
        let list = list.display().to_string();
        let common = ["--deployments", &list, "--output", &bundle];
        let signed = run(&[&sign[..], &common].concat());
        assert_eq!(signed.code, 0, "{signed:?}");

        let verify = |input: &str| {
            let known = ["--manifest", &sample.manifest, "--publisher", ALICE];
            let asked = [
                "verify",
                &bundle,
                "--offline",
                "--json",
                "--deployments",
                &list,
            ];
            let said = run(&[&asked[..], &known, &["--input", input]].concat());
            let rows = json(&said)["rows"].as_array().unwrap().clone();
            let row = rows.iter().find(|row| row["row"] == "computation").unwrap();
            (
                row["state"].as_str().unwrap().to_owned(),
                row["sentence"].as_str().unwrap().to_owned(),
            )
        };
        let (state, sentence) = verify(&input);
        assert_eq!(state, "ok", "{sentence}");
        assert!(sentence.contains("bit for bit"), "{sentence}");
        let mut other = sample.values();
        other[0] = if other[0] == 0.0 { 1.0 } else { 0.0 };
        let (state, sentence) = verify(&sample.input("other.npy", &other));
        assert_eq!(state, "bad", "{sentence}");
    }
}

#[test]
fn an_input_outside_its_interval_is_refused_by_the_exact_lane_alone() {
    for value in [0.5, 16_777_215.0] {
        let sample = Sample::new("conv 3x3 pads");
        let mut outside = sample.values();
        outside[3] = value;
        let input = sample.input("outside.npy", &outside);
        let (said, _) = sample.run(&input, "exact");
        assert_ne!(said.code, 0);
        let error = json(&said)["error"].as_str().unwrap().to_owned();
        assert!(
            error.contains("element 3 of the input x is no integer from"),
            "{error}"
        );
        let (said, _) = sample.run(&input, "replay");
        assert_eq!(said.code, 0, "{said:?}");
    }
}

#[test]
fn models_outside_the_profile_are_refused_with_the_reason() {
    let manifest = data("adder.json").display().to_string();
    let (a, b) = (
        data("a.npy").display().to_string(),
        data("b.npy").display().to_string(),
    );
    let wanted = ["run", "--model", &manifest, "--lane", "exact", "--json"];
    let inputs = ["--input", &format!("a={a}"), "--input", &format!("b={b}")];
    let said = run(&[&wanted[..], &inputs].concat());
    assert_ne!(said.code, 0);
    let error = json(&said)["error"].as_str().unwrap().to_owned();
    assert!(error.contains("the model has no exact program"), "{error}");
    let checked = run(&["model", "check", &manifest]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(checked.out.contains("exact lane"), "{checked:?}");
    let sample = Sample::new("conv 3x3 pads");
    let checked = run(&["model", "check", &sample.manifest, "--json"]);
    let root = format!(
        "0x{}",
        sample.entry["exact_root"]
            .as_str()
            .unwrap()
            .trim_start_matches("0x")
    );
    assert_eq!(json(&checked)["exactRoot"], root.as_str(), "{checked:?}");
}
