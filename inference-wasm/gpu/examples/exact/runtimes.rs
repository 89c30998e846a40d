//! What each runtime makes of a case, beside the interpreter's trace.

use std::fs;
use std::path::Path;

use countersign_abi::{
    decode_all, FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, RunRequest, Task,
};
use countersign_engine::Engine;
use countersign_messages::Fallback;
use countersign_shared::exact::run::{honest, run, Trace};
use countersign_shared::Software;

use crate::cases::{canonical, Case, Failure, Form};
use crate::tally::{Outcome, Tally};

/// Runs a case on interpreter and engine, and compares them with what the others left in `out`.
pub fn judge(tally: &mut Tally, group: &str, case: &Case, out: &Path) -> Result<(), Failure> {
    let leaves = case.forms.iter().flat_map(|form| &form.outputs);
    let leaves: Vec<u32> = leaves.map(|wanted| wanted.leaf).collect();
    let trace = run(
        &case.program,
        &case.inputs,
        u32::MAX,
        &leaves,
        &honest,
        &Software,
    )?;
    tally.program(group, &case.program);
    for form in &case.forms {
        let found = engine(form, case.fed());
        let outcome = compare(form, &trace, found.map_err(Outcome::Wrong));
        tally.take(group, "engine", &form.name, outcome);
        for (runtime, extension) in [("wonnx", "outputs"), ("onnxruntime", "onnxruntime")] {
            let path = out.join(format!("{}.0.{extension}", form.name));
            if runtime == "onnxruntime" && !path.exists() {
                continue;
            }
            let outcome = compare(form, &trace, left(&path));
            tally.take(group, runtime, &form.name, outcome);
        }
    }
    Ok(())
}

/// The engine's outputs. It runs all of the profile, so that a refusal is a fault.
fn engine(form: &Form, inputs: Vec<NamedTensor>) -> Result<Vec<NamedTensor>, String> {
    let mut engine = Engine::new();
    let request = LoadRequest {
        task: Task::Tensors1,
        files: vec![ModelFile {
            role: FileRole::Model,
            path: "model.onnx".to_owned(),
            data: form.onnx.clone(),
        }],
        declared: None,
        limits: Limits::default(),
    };
    engine.load(&request).map_err(|error| error.to_string())?;
    let request = RunRequest {
        input: Input::Tensors(inputs),
        seed: [0; 32],
    };
    let response = engine.run(request).map_err(|error| error.to_string())?;
    Ok(response.outputs)
}

/// What another runtime left.
fn left(path: &Path) -> Result<Vec<NamedTensor>, Outcome> {
    let Ok(bytes) = fs::read(path) else {
        return Err(Outcome::Wrong("there is no answer".to_owned()));
    };
    match decode_all::<Result<Vec<NamedTensor>, Fallback>>(&bytes) {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(Fallback::Unsupported { operator, .. })) => Err(Outcome::Refused(operator)),
        Ok(Err(why)) => Err(Outcome::Refused(format!("(at run time) {why}"))),
        Err(_) => Err(Outcome::Wrong(format!(
            "it crashed: {}",
            String::from_utf8_lossy(&bytes)
        ))),
    }
}

fn compare(form: &Form, trace: &Trace, found: Result<Vec<NamedTensor>, Outcome>) -> Outcome {
    let found = match found {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    let mut elements = 0;
    for wanted in &form.outputs {
        let name = &wanted.name;
        let Some(tensor) = found.iter().find(|tensor| tensor.name == *name) else {
            return Outcome::Wrong(format!("{name} is missing"));
        };
        if tensor.dims != wanted.dims {
            let (is, must) = (&tensor.dims, &wanted.dims);
            return Outcome::Wrong(format!("{name} has the shape {is:?} instead of {must:?}"));
        }
        let bits = tensor.data.chunks_exact(4);
        let bits = bits.map(|b| canonical(u32::from_le_bytes([b[0], b[1], b[2], b[3]])));
        let bits: Vec<u32> = bits.collect();
        let right = &trace.kept[&wanted.leaf];
        if bits.len() != right.len() {
            return Outcome::Wrong(format!("{name} has {} elements", bits.len()));
        }
        let pairs = bits.iter().zip(right);
        if let Some((at, (is, must))) = pairs.enumerate().find(|(_, (is, must))| is != must) {
            let (is, must) = (f32::from_bits(*is), f32::from_bits(*must));
            return Outcome::Wrong(format!("element {at} of {name} is {is} instead of {must}"));
        }
        elements += bits.len() as u64;
    }
    Outcome::Right {
        tensors: form.outputs.len() as u64,
        elements,
    }
}
