//! Damaged models and wrong inputs: an error that says what is wrong, never a panic, never runaway memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::panic::{catch_unwind, AssertUnwindSafe};

use countersign_abi::{
    Dim, ElementType, ErrorCode, FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor,
    Port, RunRequest, Task,
};
use countersign_engine::Engine;
use support::fixtures;

/// Small bounds, so that a damaged size shows as an error and not as a slow test.
const LIMITS: Limits = Limits {
    tensor_bytes: 16 << 20,
    nodes: 1000,
    steps: 1 << 22,
};

fn request(model: Vec<u8>) -> LoadRequest {
    LoadRequest {
        task: Task::Tensors1,
        files: vec![ModelFile {
            role: FileRole::Model,
            path: "model.onnx".to_owned(),
            data: model,
        }],
        declared: None,
        limits: LIMITS,
    }
}

/// A tensor that fits a port, symbols and open sizes as 2, filled with a pattern.
fn fitting(port: &Port) -> NamedTensor {
    let dims: Vec<u64> = port
        .dims
        .iter()
        .flatten()
        .map(|dim| if let Dim::Fixed(size) = dim { *size } else { 2 })
        .collect();
    let count: u64 = dims
        .iter()
        .fold(1u64, |count, dim| count.saturating_mul(*dim))
        .min(1 << 16);
    let data = (0..count)
        .flat_map(|index| match port.dtype {
            ElementType::F32 => ((index % 7) as f32 - 3.0).to_le_bytes().to_vec(),
            _ => vec![1; port.dtype.size()],
        })
        .collect();
    NamedTensor {
        name: port.name.clone(),
        dtype: port.dtype,
        dims,
        data,
    }
}

fn models() -> Vec<(String, Vec<u8>)> {
    let mut models: Vec<_> = std::fs::read_dir(fixtures().join("models"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "onnx"))
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                std::fs::read(path).unwrap(),
            )
        })
        .collect();
    models.sort();
    assert_eq!(models.len(), 5);
    models
}

/// Loads a model and, if that works, runs it. Whether it worked.
fn attempt(model: Vec<u8>) -> bool {
    let mut engine = Engine::new();
    let Ok(description) = engine.load(&request(model)) else {
        return false;
    };
    let feed = description.inputs.iter().map(fitting).collect();
    engine
        .run(RunRequest {
            input: Input::Tensors(feed),
            seed: [1; 32],
        })
        .is_ok()
}

#[test]
fn the_models_work_undamaged() {
    for (name, model) in models() {
        let mut engine = Engine::new();
        let description = engine
            .load(&request(model))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let feed = description.inputs.iter().map(fitting).collect();
        engine
            .run(RunRequest {
                input: Input::Tensors(feed),
                seed: [1; 32],
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn damaged_models_never_panic() {
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut next = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound.max(1) as u64) as usize
    };
    let mut survived = 0;
    for (name, model) in models() {
        for round in 0..600 {
            let mut damaged = model.clone();
            for _ in 0..1 + round % 4 {
                let at = next(damaged.len());
                match next(5) {
                    0 => damaged[at] ^= 1 << next(8),
                    1 => damaged[at] = [0, 1, 0x7F, 0x80, 0xFF][next(5)],
                    2 => damaged.truncate(at.max(1)),
                    3 => {
                        let end = (at + next(24)).min(damaged.len());
                        let piece = damaged[at..end].to_vec();
                        let place = next(damaged.len());
                        damaged.splice(place..place, piece);
                    }
                    _ => damaged[at] = damaged[at].wrapping_add(1),
                }
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| attempt(damaged)));
            survived += usize::from(outcome.unwrap_or_else(|_| panic!("{name}, round {round}")));
        }
    }
    // Many changes touch only weights or names: if none survived, the test would test nothing.
    assert!(survived > 100, "{survived}");
}

#[test]
fn truncation_at_every_byte_is_an_error() {
    let (_, model) = models().swap_remove(0);
    for end in 0..model.len() {
        assert!(!attempt(model[..end].to_vec()), "{end}");
    }
}

#[test]
fn wrong_inputs_are_named() {
    let (_, model) = models()
        .into_iter()
        .find(|(name, _)| name == "convolution")
        .unwrap();
    let mut engine = Engine::new();
    let description = engine.load(&request(model)).unwrap().clone();
    let good = fitting(&description.inputs[0]);
    let run = |tensors: Vec<NamedTensor>| {
        let error = engine
            .run(RunRequest {
                input: Input::Tensors(tensors),
                seed: [1; 32],
            })
            .unwrap_err();
        assert_eq!(error.code, ErrorCode::Input, "{error}");
        error.to_string()
    };
    assert!(run(vec![]).contains("\"x\" is missing"));
    assert!(run(vec![NamedTensor {
        name: "z".into(),
        ..good.clone()
    }])
    .contains("\"x\" is missing"));
    assert!(run(vec![good.clone(), good.clone()]).contains("twice"));
    assert!(run(vec![
        good.clone(),
        NamedTensor {
            name: "z".into(),
            ..good.clone()
        }
    ])
    .contains("no input \"z\""));
    assert!(run(vec![NamedTensor {
        dims: vec![2, 3, 8],
        ..good.clone()
    }])
    .contains("the model takes [batch, 3, 8, 8]"));
    assert!(run(vec![NamedTensor {
        dtype: ElementType::I32,
        ..good.clone()
    }])
    .contains("int32"));
    assert!(run(vec![NamedTensor {
        data: vec![0; 7],
        ..good.clone()
    }])
    .contains("bytes"));
    let file = engine
        .run(RunRequest {
            input: Input::File(vec![1]),
            seed: [1; 32],
        })
        .unwrap_err();
    assert!(file.code == ErrorCode::Input && file.to_string().contains("takes tensors"));
}

#[test]
fn sizes_and_steps_are_bounded() {
    let (_, model) = models()
        .into_iter()
        .find(|(name, _)| name == "shapes")
        .unwrap();
    let run = |limits: Limits| {
        let mut engine = Engine::new();
        let description = engine
            .load(&LoadRequest {
                limits,
                ..request(model.clone())
            })?
            .clone();
        let mut input = fitting(&description.inputs[0]);
        input.dims[0] = 1000;
        input.data = vec![0; 48_000];
        engine
            .run(RunRequest {
                input: Input::Tensors(vec![input]),
                seed: [1; 32],
            })
            .map(drop)
    };
    run(LIMITS).unwrap();
    for limits in [
        Limits {
            tensor_bytes: 100_000,
            ..LIMITS
        },
        Limits {
            steps: 1000,
            ..LIMITS
        },
        Limits { nodes: 3, ..LIMITS },
    ] {
        assert_eq!(run(limits).unwrap_err().code, ErrorCode::Limit);
    }
}

#[test]
fn what_is_not_in_the_table_is_refused_with_node_and_operator() {
    // Opset 18 in the model's import, as `08 12`-style varints, becomes 6.
    let (_, model) = models()
        .into_iter()
        .find(|(name, _)| name == "convolution")
        .unwrap();
    let at = model
        .windows(2)
        .rposition(|pair| pair == [0x10, 18])
        .unwrap();
    let mut old = model.clone();
    old[at + 1] = 6;
    let error = Engine::new().load(&request(old)).unwrap_err();
    assert!(error.code == ErrorCode::Unsupported && error.to_string().contains("opset 6"));
    let at = model.windows(4).position(|four| four == b"Relu").unwrap();
    let mut unknown = model;
    unknown[at..at + 4].copy_from_slice(b"Rolu");
    let error = Engine::new().load(&request(unknown)).unwrap_err();
    assert_eq!(error.code, ErrorCode::Unsupported);
    assert!(error.to_string().contains("(Rolu)"), "{error}");
}
