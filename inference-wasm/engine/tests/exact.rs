//! X1: the engine gives every program of the independent model the bits that onnxruntime gave it, down to the commitments
//! of a receipt of the Exact lane (EXACT 4.2).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_abi::{
    ElementType, FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, RunRequest, Task,
};
use countersign_engine::Engine;
use countersign_shared::hex;
use serde_json::Value;
use std::path::PathBuf;

fn programs() -> Vec<Value> {
    let folder = std::env::var_os("COUNTERSIGN_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"),
        PathBuf::from,
    );
    let paths = (1..).map(|number| folder.join(format!("exact/exact-{number}.json")));
    let all: Vec<Value> = paths
        .take_while(|path| path.exists())
        .flat_map(|path| {
            let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            file["programs"].as_array().unwrap().clone()
        })
        .collect();
    assert!(!all.is_empty(), "no programs");
    all
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

fn array(value: &Value) -> [u8; 32] {
    let digits = value.as_str().unwrap().trim_start_matches("0x");
    hex::decode_array(&format!("0x{digits}")).unwrap()
}

fn fed(port: &Value) -> NamedTensor {
    let dims = port["dims"].as_array().unwrap().iter();
    let values = port["values"].as_array().unwrap().iter();
    NamedTensor {
        name: port["name"].as_str().unwrap().to_owned(),
        dtype: ElementType::F32,
        dims: dims.map(|dim| dim.as_u64().unwrap()).collect(),
        data: values
            .flat_map(|value| (value.as_f64().unwrap() as f32).to_le_bytes())
            .collect(),
    }
}

#[test]
fn engine_and_onnxruntime_commit_to_the_same_bits_x1() {
    for program in programs() {
        let name = program["name"].as_str().unwrap();
        let mut engine = Engine::new();
        let request = LoadRequest {
            task: Task::Tensors1,
            files: vec![ModelFile {
                role: FileRole::Model,
                path: "model.onnx".to_owned(),
                data: base64(program["onnx"].as_str().unwrap()),
            }],
            declared: None,
            limits: Limits::default(),
        };
        engine
            .load(&request)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let inputs = program["inputs"].as_array().unwrap().iter();
        let response = engine
            .run(RunRequest {
                input: Input::Tensors(inputs.map(fed).collect()),
                seed: array(&program["seed"]),
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            response.input,
            array(&program["input_commitment"]),
            "{name}"
        );
        assert_eq!(
            response.output,
            array(&program["output_commitment"]),
            "{name}"
        );
    }
}
