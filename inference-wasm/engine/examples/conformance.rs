//! Runs the engine on a folder of cases in the layout of ONNX's backend tests and counts right, refused and wrong.
//!
//! `cargo run --release -p countersign-engine --example conformance -- DIR [--list] [NAME…]`
//!
//! `DIR` holds one folder per case with `model.onnx` and `test_data_set_*/{input,output}_*.pb`. `--list` prints every
//! refusal. `DIR` may also be one file of cases that `fuzz/graphs.py` packed. Exit status: 0 if nothing was wrong, 1 if something was, 2 for a folder that cannot be read.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use countersign_abi::{
    ElementType, FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, RunRequest, Task,
};
use countersign_engine::Engine;
use countersign_onnx::{tensor_from_bytes, Data, Tensor};

#[path = "../tests/support/packed.rs"]
mod packed;

/// ONNX's own tolerances in its backend tests.
const RELATIVE: f64 = 1e-3;
const ABSOLUTE: f64 = 1e-7;

/// What became of a case.
enum Verdict {
    Right,
    Refused(String),
    Wrong(String),
    /// The case holds types that no lane takes (strings, sequences, sub-byte, 8-bit floats, bf16).
    Outside,
}

fn main() -> ExitCode {
    let mut list = false;
    let mut paths: Vec<String> = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--list" => list = true,
            _ => paths.push(argument),
        }
    }
    let Some((folder, names)) = paths.split_first() else {
        eprintln!("usage: conformance DIR [--list] [NAME…]");
        return ExitCode::from(2);
    };
    std::panic::set_hook(Box::new(|_| {}));
    let mut tally = Tally {
        list,
        ..Tally::default()
    };
    if Path::new(folder).is_file() {
        let whole = fs::read(folder).ok().and_then(|file| {
            packed::each(&file, |case| {
                if names.is_empty() || names.iter().any(|name| case.name.starts_with(name)) {
                    tally.count(&case.name.clone(), || match packed::judge(&case) {
                        packed::Outcome::Right => Verdict::Right,
                        packed::Outcome::Refused(reason) => Verdict::Refused(reason),
                        packed::Outcome::Wrong(reason) => Verdict::Wrong(reason),
                    });
                }
            })
        });
        if whole.is_none() {
            eprintln!("{folder} is damaged");
            return ExitCode::from(2);
        }
        return tally.report();
    }
    let Ok(entries) = fs::read_dir(folder) else {
        eprintln!("{folder} cannot be read");
        return ExitCode::from(2);
    };
    let mut cases: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("model.onnx").is_file())
        .filter(|path| names.is_empty() || names.iter().any(|name| path.ends_with(name)))
        .collect();
    cases.sort();
    for case in &cases {
        let name = case
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        tally.count(&name, || judge(case));
    }
    tally.report()
}

/// What became of all cases.
#[derive(Default)]
struct Tally {
    list: bool,
    right: usize,
    refused: usize,
    wrong: usize,
    outside: usize,
    reasons: BTreeMap<String, usize>,
}

impl Tally {
    fn count(&mut self, name: &str, judge: impl FnOnce() -> Verdict) {
        let verdict = catch_unwind(AssertUnwindSafe(judge)).unwrap_or_else(|cause| {
            let said = cause
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| cause.downcast_ref::<&str>().copied());
            Verdict::Wrong(format!(
                "the engine panicked: {}",
                said.unwrap_or("without a message")
            ))
        });
        match verdict {
            Verdict::Right => self.right += 1,
            Verdict::Outside => self.outside += 1,
            Verdict::Refused(reason) => {
                self.refused += 1;
                if self.list {
                    println!("refused {name}: {reason}");
                }
                *self
                    .reasons
                    .entry(reason.split(": ").last().unwrap_or(&reason).to_owned())
                    .or_default() += 1;
            }
            Verdict::Wrong(reason) => {
                self.wrong += 1;
                println!("WRONG {name}: {reason}");
            }
        }
    }

    fn report(self) -> ExitCode {
        let mut reasons: Vec<(String, usize)> = self.reasons.into_iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        for (reason, count) in reasons {
            println!("{count:5} {reason}");
        }
        println!(
            "right {}, refused {}, wrong {}, outside {}, of {}",
            self.right,
            self.refused,
            self.wrong,
            self.outside,
            self.right + self.refused + self.wrong + self.outside
        );
        if self.wrong == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        }
    }
}

/// The numbered tensors of a data set, `None` if one of them is not a tensor we know.
fn tensors(folder: &Path, kind: &str) -> Option<Vec<(String, Tensor)>> {
    let mut out = Vec::new();
    loop {
        let path = folder.join(format!("{kind}_{}.pb", out.len()));
        if !path.is_file() {
            return Some(out);
        }
        out.push(tensor_from_bytes(&fs::read(path).ok()?).ok()?);
    }
}

fn judge(case: &Path) -> Verdict {
    let Ok(model) = fs::read(case.join("model.onnx")) else {
        return Verdict::Refused("the model cannot be read".to_owned());
    };
    let mut sets = Vec::new();
    for number in 0.. {
        let folder = case.join(format!("test_data_set_{number}"));
        if !folder.is_dir() {
            break;
        }
        match (tensors(&folder, "input"), tensors(&folder, "output")) {
            (Some(inputs), Some(outputs)) => sets.push((inputs, outputs)),
            _ => return Verdict::Outside,
        }
    }
    if sets.is_empty() {
        return Verdict::Refused("the case holds no data".to_owned());
    }
    let mut engine = Engine::new();
    let request = LoadRequest {
        task: Task::Tensors1,
        files: vec![ModelFile {
            role: FileRole::Model,
            path: "model.onnx".to_owned(),
            data: model,
        }],
        declared: None,
        limits: Limits::default(),
    };
    let (inputs, outputs) = match engine.load(&request) {
        Ok(description) => (description.inputs.clone(), description.outputs.clone()),
        Err(error) => return Verdict::Refused(error.to_string()),
    };
    for (given, expected) in sets {
        if given.len() != inputs.len() {
            return Verdict::Refused(
                "the case feeds other inputs than the model declares".to_owned(),
            );
        }
        let feed = inputs
            .iter()
            .zip(&given)
            .map(|(port, (_, tensor))| named(&port.name, tensor))
            .collect();
        let response = match engine.run(RunRequest {
            input: Input::Tensors(feed),
            seed: [0; 32],
        }) {
            Ok(response) => response,
            Err(error) => return Verdict::Refused(error.to_string()),
        };
        if expected.len() != response.outputs.len() {
            return Verdict::Wrong(format!(
                "{} outputs instead of {}",
                response.outputs.len(),
                expected.len()
            ));
        }
        for ((port, (_, expected)), found) in outputs.iter().zip(&expected).zip(&response.outputs) {
            if let Err(difference) = compare(expected, found) {
                return Verdict::Wrong(format!("output {}: {difference}", port.name));
            }
        }
    }
    Verdict::Right
}

fn named(name: &str, tensor: &Tensor) -> NamedTensor {
    NamedTensor {
        name: name.to_owned(),
        dtype: ElementType::from_code(tensor.dtype() as u8).unwrap_or(ElementType::F32),
        dims: tensor.dims().iter().map(|dim| *dim as u64).collect(),
        data: tensor.data().to_le_bytes(),
    }
}

fn compare(expected: &Tensor, found: &NamedTensor) -> Result<(), String> {
    if found.dtype.code() != expected.dtype() as u8 {
        return Err(format!(
            "type {} instead of {}",
            found.dtype,
            expected.dtype()
        ));
    }
    let dims: Vec<u64> = expected.dims().iter().map(|dim| *dim as u64).collect();
    if dims != found.dims {
        return Err(format!("shape {:?} instead of {dims:?}", found.dims));
    }
    let data = Data::from_le_bytes(expected.dtype(), &found.data);
    let (Some(expected_floats), Some(found_floats)) = (floats(expected.data()), floats(&data))
    else {
        return if &data == expected.data() {
            Ok(())
        } else {
            Err(format!("{data:?} instead of {:?}", expected.data()))
        };
    };
    for (index, (e, f)) in expected_floats.iter().zip(&found_floats).enumerate() {
        let same =
            e == f || (e.is_nan() && f.is_nan()) || (e - f).abs() <= ABSOLUTE + RELATIVE * e.abs();
        if !same {
            return Err(format!("element {index} is {f} instead of {e}"));
        }
    }
    Ok(())
}

fn floats(data: &Data) -> Option<Vec<f64>> {
    match data {
        Data::F16(v) => Some(v.iter().map(|x| x.to_f64()).collect()),
        Data::F32(v) => Some(v.iter().map(|x| f64::from(*x)).collect()),
        Data::F64(v) => Some(v.clone()),
        _ => None,
    }
}
