//! The GPU lane on a folder of cases in the layout of ONNX's backend tests. `cargo xtask conformance --device gpu` calls it.
//!
//! - `lowered prepare DIR OUT [--any]`: lowers every case; what is to be run goes to `OUT/NAME.{model,SET.inputs}`. `--any`
//!   takes cases of all types: for measurements.
//! - `lowered check DIR [NAME…]`: runs the lowered models on the engine instead: right lowering, without a browser.
//! - `lowered judge DIR OUT`: reads what the browser left (`OUT/NAME.SET.outputs`) and counts.
//!
//! A case is taken if all its outputs are f32 and one of its inputs is; the others are outside of this lane.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use countersign_abi::{
    decode_all, ElementType, Encode, FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor,
    RunRequest, Task,
};
use countersign_engine::Engine;
use countersign_gpu::feed;
use countersign_gpu::lower::{lower_for, Lowered, Target};
use countersign_messages::Fallback;
use countersign_onnx::{load, tensor_from_bytes, Data, LoadLimits, Tensor};

/// How far an element may be from the expected one.
const RELATIVE: f64 = 1e-3;
const ABSOLUTE: f64 = 1e-5;

type Failure = Box<dyn Error>;
type Tensors = Vec<(String, Tensor)>;

/// A case of this lane: its model, and its data sets with inputs under the model's names.
struct Case {
    name: String,
    model: Vec<u8>,
    sets: Vec<(Tensors, Vec<Tensor>)>,
}

#[derive(Default)]
struct Count {
    right: Vec<String>,
    refused: Vec<(String, String)>,
    wrong: Vec<String>,
}

fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let usage =
        || "usage: lowered prepare DIR OUT [--any] | check DIR [NAME…] | judge DIR OUT".into();
    let [what, folder, rest @ ..] = arguments.as_slice() else {
        return Err(usage());
    };
    let any = rest.iter().any(|argument| argument == "--any");
    let (cases, outside) = read_all(Path::new(folder), any)?;
    let mut count = Count::default();
    for case in &cases {
        match (what.as_str(), rest) {
            ("prepare", [out, ..]) => prepare(case, Path::new(out))?,
            ("judge", [out]) => count.take(case, judge(case, Path::new(out))),
            ("check", names) if names.is_empty() || names.contains(&case.name) => {
                count.take(case, check(case));
            }
            ("check", _) => {}
            _ => return Err(usage()),
        }
    }
    if what == "prepare" {
        return Ok(ExitCode::SUCCESS);
    }
    count.print(outside);
    Ok(ExitCode::from(u8::from(!count.wrong.is_empty())))
}

enum Verdict {
    Right,
    Refused(String),
    Wrong(String),
}

impl Count {
    fn take(&mut self, case: &Case, verdict: Verdict) {
        match verdict {
            Verdict::Right => self.right.push(case.name.clone()),
            Verdict::Refused(why) => self.refused.push((case.name.clone(), why)),
            Verdict::Wrong(how) => self.wrong.push(format!("{}: {how}", case.name)),
        }
    }

    fn print(&self, outside: usize) {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, why) in &self.refused {
            reasons.entry(why).or_default().push(name);
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(why, names)| (std::cmp::Reverse(names.len()), *why));
        let verbose = std::env::var_os("LIST").is_some();
        for (why, names) in reasons {
            println!("{:5} {why}", names.len());
            if verbose {
                println!("      {}", names.join(" "));
            }
        }
        for wrong in &self.wrong {
            println!("WRONG {wrong}");
        }
        let plain = |name: &str| !name.contains("_expanded");
        let names = self.refused.iter().map(|(name, _)| name.as_str());
        println!(
            "right {}, refused {}, wrong {}, outside {outside}; without the expansions of functions: right {}, refused {}",
            self.right.len(),
            self.refused.len(),
            self.wrong.len(),
            self.right.iter().filter(|name| plain(name)).count(),
            names.filter(|name| plain(name)).count(),
        );
    }
}

/// The cases of this lane, and how many others there are.
fn read_all(folder: &Path, any: bool) -> Result<(Vec<Case>, usize), Failure> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("model.onnx").is_file())
        .collect();
    paths.sort();
    let (mut cases, mut outside) = (Vec::new(), 0);
    for path in paths {
        match read(&path, any) {
            Some(case) => cases.push(case),
            None => outside += 1,
        }
    }
    Ok((cases, outside))
}

/// A case of this lane, `None` if it has other types, or the model is not one that any lane loads.
fn read(path: &Path, any: bool) -> Option<Case> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let model = fs::read(path.join("model.onnx")).ok()?;
    let graph = load(&model, &[], LoadLimits::default()).ok()?.graph;
    let mut sets = Vec::new();
    for number in 0.. {
        let folder = path.join(format!("test_data_set_{number}"));
        if !folder.is_dir() {
            break;
        }
        let inputs = tensors(&folder, "input")?;
        let outputs = tensors(&folder, "output")?;
        let f32s = |list: &[Tensor]| list.iter().map(|t| t.data().elements_are_f32()).collect();
        let (given, made): (Vec<bool>, Vec<bool>) = (f32s(&inputs), f32s(&outputs));
        let other = !given.contains(&true) || made.contains(&false);
        if (other && !any) || inputs.len() > graph.inputs.len() {
            return None;
        }
        let names = graph.inputs.iter().map(|input| input.name.clone());
        sets.push((names.zip(inputs).collect(), outputs));
    }
    (!sets.is_empty()).then_some(Case { name, model, sets })
}

trait IsF32 {
    fn elements_are_f32(&self) -> bool;
}

impl IsF32 for Data {
    fn elements_are_f32(&self) -> bool {
        matches!(self, Data::F32(_))
    }
}

fn tensors(folder: &Path, kind: &str) -> Option<Vec<Tensor>> {
    let mut out = Vec::new();
    loop {
        let path = folder.join(format!("{kind}_{}.pb", out.len()));
        if !path.is_file() {
            return Some(out);
        }
        out.push(tensor_from_bytes(&fs::read(path).ok()?).ok()?.1);
    }
}

fn named((name, tensor): &(String, Tensor)) -> NamedTensor {
    NamedTensor {
        name: name.clone(),
        dtype: ElementType::from_code(tensor.dtype() as u8).unwrap_or(ElementType::F32),
        dims: tensor.dims().iter().map(|dim| *dim as u64).collect(),
        data: tensor.data().to_le_bytes(),
    }
}

/// Every data set lowered, or why it is refused.
fn lowered(case: &Case, target: Target) -> Result<Vec<Lowered>, String> {
    let model = load(&case.model, &[], LoadLimits::default()).map_err(|error| error.to_string())?;
    let each = case
        .sets
        .iter()
        .map(|(inputs, _)| lower_for(&model, inputs, target));
    each.collect::<Result<_, _>>()
        .map_err(|refusal| refusal.to_string())
}

fn prepare(case: &Case, out: &Path) -> Result<(), Failure> {
    if lowered(case, Target::Gpu).is_err() {
        return Ok(());
    }
    fs::write(out.join(format!("{}.model", case.name)), &case.model)?;
    for (number, (inputs, _)) in case.sets.iter().enumerate() {
        let inputs: Vec<NamedTensor> = inputs.iter().map(named).collect();
        fs::write(
            out.join(format!("{}.{number}.inputs", case.name)),
            inputs.encode(),
        )?;
    }
    Ok(())
}

fn judge(case: &Case, out: &Path) -> Verdict {
    if let Err(why) = lowered(case, Target::Gpu) {
        return Verdict::Refused(why);
    }
    for (number, (_, expected)) in case.sets.iter().enumerate() {
        let Ok(bytes) = fs::read(out.join(format!("{}.{number}.outputs", case.name))) else {
            return Verdict::Wrong("the browser gave no answer".to_owned());
        };
        match decode_all::<Result<Vec<NamedTensor>, Fallback>>(&bytes) {
            Ok(Ok(found)) => {
                if let Err(difference) = compare(expected, &found) {
                    return Verdict::Wrong(difference);
                }
            }
            Ok(Err(why)) => return Verdict::Refused(format!("(at run time) {why}")),
            Err(_) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                return Verdict::Wrong(format!("the module crashed: {text}"));
            }
        }
    }
    Verdict::Right
}

/// Runs the lowered model on the engine.
fn check(case: &Case) -> Verdict {
    let lowered = match lowered(case, Target::Onnx) {
        Ok(lowered) => lowered,
        Err(why) => return Verdict::Refused(why),
    };
    for (lowered, (inputs, expected)) in lowered.iter().zip(&case.sets) {
        match on_engine(lowered, inputs).map_err(|error| error.to_string()) {
            Ok(found) => {
                if let Err(difference) = compare(expected, &found) {
                    return Verdict::Wrong(difference);
                }
            }
            Err(error) => return Verdict::Wrong(format!("on the engine: {error}")),
        }
    }
    Verdict::Right
}

fn on_engine(lowered: &Lowered, inputs: &Tensors) -> Result<Vec<NamedTensor>, Failure> {
    let mut engine = Engine::new();
    engine.load(&LoadRequest {
        task: Task::Tensors1,
        files: vec![ModelFile {
            role: FileRole::Model,
            path: "model.onnx".to_owned(),
            data: lowered.model.clone(),
        }],
        declared: None,
        limits: Limits::default(),
    })?;
    let given: Vec<NamedTensor> = inputs.iter().map(named).collect();
    let mut fed = Vec::new();
    for feed in &lowered.feeds {
        let elements = feed::elements(feed, &given)?;
        let dims = if feed.dims.is_empty() {
            vec![1]
        } else {
            feed.dims.clone()
        };
        fed.push(named(&(
            feed.lowered.clone(),
            Tensor::new(dims, Data::F32(elements)).ok_or("an input does not fit")?,
        )));
    }
    let response = engine.run(RunRequest {
        input: Input::Tensors(fed),
        seed: [0; 32],
    })?;
    let mut found = Vec::new();
    for fetch in &lowered.fetches {
        let output = response
            .outputs
            .iter()
            .find(|output| output.name == fetch.lowered);
        let output = output.ok_or("an output is missing")?;
        let elements: Vec<f32> = output
            .data
            .chunks_exact(4)
            .map(|c| f32::from_le_bytes([c[0], c[1], c[2], c[3]]))
            .collect();
        found.push(feed::tensor(fetch, &elements)?);
    }
    Ok(found)
}

fn compare(expected: &[Tensor], found: &[NamedTensor]) -> Result<(), String> {
    if expected.len() != found.len() {
        return Err(format!(
            "{} outputs instead of {}",
            found.len(),
            expected.len()
        ));
    }
    for (expected, found) in expected.iter().zip(found) {
        let dims: Vec<u64> = expected.dims().iter().map(|dim| *dim as u64).collect();
        if dims != found.dims {
            return Err(format!("shape {:?} instead of {dims:?}", found.dims));
        }
        let expected = expected.elements::<f32>().unwrap_or_default();
        for (index, (e, bytes)) in expected.iter().zip(found.data.chunks_exact(4)).enumerate() {
            let f = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            let (e, f) = (f64::from(*e), f64::from(f));
            let near = (e - f).abs() <= ABSOLUTE + RELATIVE * e.abs() && f.is_finite();
            if !(e == f || (e.is_nan() && f.is_nan()) || near) {
                return Err(format!("element {index} is {f} instead of {e}"));
            }
        }
    }
    Ok(())
}
