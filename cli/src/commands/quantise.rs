//! `countersign quantise`: a float model into the exact profile, and how well it went.

use crate::args::{EngineChoice, Global, Quantise};
use crate::engine::Loaded;
use crate::executor::{Local, MAX_INPUT};
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use crate::{npy, progress, setup};
use countersign_abi::{
    FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, RunRequest, Task,
};
use countersign_client::lists;
use countersign_onnx::{load, Data, DataType, Dim, LoadLimits, Model, Tensor};
use countersign_quantise::{
    agreement, quantise, Agreement, InputScale, Options, Quantised, Runner, Sample,
};
use countersign_shared::exact::Program;
use countersign_shared::{hex, Crypto, Software};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

/// Memory of a calibration run: every value of the model is an output of it.
const TENSOR_BYTES: u64 = 5 << 29;

/// The released engine as `countersign_quantise` wants it.
struct Released<'a> {
    local: Local<'a>,
    entry: lists::Engine,
    loaded: Option<Loaded>,
}

impl Runner for Released<'_> {
    fn load(&mut self, onnx: Vec<u8>) -> Result<(), String> {
        self.loaded = None;
        let request = LoadRequest {
            task: Task::Tensors1,
            files: vec![ModelFile {
                role: FileRole::Model,
                path: "model.onnx".to_owned(),
                data: onnx,
            }],
            declared: None,
            limits: Limits {
                tensor_bytes: TENSOR_BYTES,
                ..Limits::default()
            },
        };
        let loaded = self.local.load(&self.entry, &request);
        self.loaded = Some(loaded.map_err(|error| error.to_string())?.0);
        Ok(())
    }

    fn run(&mut self, inputs: Vec<NamedTensor>) -> Result<Vec<NamedTensor>, String> {
        let loaded = self.loaded.as_mut().ok_or("no model is loaded")?;
        // Nothing is signed, so no salt is ever needed.
        let request = RunRequest {
            input: Input::Tensors(inputs),
            seed: [0; 32],
        };
        let response = loaded.run(&request).map_err(|error| error.to_string())?;
        Ok(response.outputs)
    }
}

/// Quantises, compares, writes, reports.
pub fn run(global: &Global, args: &Quantise) -> Result<Outcome, Failure> {
    let (engines, list) = global.engines()?;
    let float = setup::read_at_most(&args.model, MAX_INPUT)?;
    let refused = |error: countersign_quantise::QuantiseError| Failure::Quantise {
        reason: error.to_string(),
    };
    let model = load(&float, &[], LoadLimits::default()).map_err(|error| Failure::Quantise {
        reason: format!(
            "{} is no model that can be read: {error}",
            args.model.display()
        ),
    })?;
    let samples = samples(&model, &args.calibrate)?;
    let others = match &args.evaluate {
        Some(folder) => Some(self::samples(&model, folder)?),
        None => None,
    };
    let labels = args.labels.as_deref().map(labels).transpose()?;
    let options = Options {
        inputs: args
            .input
            .iter()
            .map(|text| input(text))
            .collect::<Result<_, _>>()?,
        levels: args.levels,
    };
    let mut runner = released(&args.engine, &engines, list)?;
    let shown = progress::waiting(global, "running the float model on the calibration samples");
    let exact = quantise(&float, &samples, &options, &mut runner).map_err(refused)?;
    shown.finish_and_clear();
    let shown = progress::waiting(global, "comparing both models");
    let compared = others.as_deref().unwrap_or(&samples);
    let agreed = agreement(&float, &exact, compared, &mut runner).map_err(refused)?;
    shown.finish_and_clear();
    let right = match &labels {
        Some(labels) => Some(right(&agreed, labels)?),
        None => None,
    };
    setup::write(&args.out, &exact.onnx)?;
    Ok(Outcome::ok(
        text(args, &exact, &agreed, samples.len(), right),
        report(args, &exact, &agreed, samples.len(), right),
    ))
}

fn released<'a>(
    choice: &'a EngineChoice,
    engines: &lists::Engines,
    list: PathBuf,
) -> Result<Released<'a>, Failure> {
    let local = Local::new(choice, list, None);
    let entry = local.choose(engines)?;
    Ok(Released {
        local,
        entry,
        loaded: None,
    })
}

fn wrong(path: &Path, reason: impl Into<String>) -> Failure {
    Failure::Samples {
        path: path.to_owned(),
        reason: reason.into(),
    }
}

/// The NPY files of a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::Read {
        path: folder.to_owned(),
        error,
    })?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "npy"))
        .collect();
    files.sort();
    Ok(files)
}

/// The samples of a folder.
fn samples(model: &Model, folder: &Path) -> Result<Vec<Sample>, Failure> {
    let inputs = &model.graph.inputs;
    let stacks: Vec<Vec<Tensor>> = match inputs.as_slice() {
        [only] => {
            let mut rows = Vec::new();
            for path in files(folder)? {
                rows.extend(stack(&path, &only.dims)?);
            }
            vec![rows]
        }
        several => several
            .iter()
            .map(|port| stack(&folder.join(format!("{}.npy", port.name)), &port.dims))
            .collect::<Result<_, _>>()?,
    };
    let count = stacks.first().map_or(0, Vec::len);
    if count == 0 {
        return Err(wrong(folder, "it holds no NPY file with a sample"));
    }
    if stacks.iter().any(|stack| stack.len() != count) {
        return Err(wrong(folder, "its files hold different numbers of samples"));
    }
    let sample = |index: usize| {
        stacks
            .iter()
            .filter_map(|stack| stack.get(index).cloned())
            .collect()
    };
    Ok((0..count).map(sample).collect())
}

/// One file: a sample for each index of the first axis, unless the model fixes that axis to more than one.
fn stack(path: &Path, declared: &Option<Vec<Dim>>) -> Result<Vec<Tensor>, Failure> {
    let (dims, elements) = floats(path)?;
    let first = declared.as_ref().and_then(|dims| dims.first());
    if let Some(Dim::Fixed(2..)) = first {
        let tensor = Tensor::new(dims, Data::F32(elements));
        return Ok(tensor.into_iter().collect());
    }
    let row: usize = dims.iter().skip(1).product();
    if dims.is_empty() || row == 0 {
        return Err(wrong(path, "it has no axis that counts samples"));
    }
    let one = |elements: &[f32]| {
        let dims = std::iter::once(1).chain(dims.iter().skip(1).copied());
        Tensor::new(dims.collect(), Data::F32(elements.to_vec()))
    };
    Ok(elements.chunks_exact(row).filter_map(one).collect())
}

/// Shape and elements; whole numbers become float32, which holds those of 24 bits.
fn floats(path: &Path) -> Result<(Vec<usize>, Vec<f32>), Failure> {
    let bytes = setup::read_at_most(path, MAX_INPUT)?;
    let tensor = npy::read("sample", &bytes).map_err(|error| Failure::Npy {
        path: path.to_owned(),
        error,
    })?;
    let dims = tensor.dims.iter().map(|size| *size as usize).collect();
    let dtype = DataType::from_code(i64::from(tensor.dtype.code()));
    let data = dtype.map(|dtype| Data::from_le_bytes(dtype, &tensor.data));
    let elements = match data {
        Some(Data::F32(elements)) => elements,
        Some(Data::U8(elements)) => elements.into_iter().map(f32::from).collect(),
        Some(Data::I8(elements)) => elements.into_iter().map(f32::from).collect(),
        Some(Data::I16(elements)) => elements.into_iter().map(f32::from).collect(),
        _ => {
            return Err(wrong(
                path,
                "its elements are none of float32, uint8, int8, int16",
            ))
        }
    };
    Ok((dims, elements))
}

/// The right classes.
fn labels(path: &Path) -> Result<Vec<usize>, Failure> {
    let bytes = setup::read_at_most(path, MAX_INPUT)?;
    let tensor = npy::read("labels", &bytes).map_err(|error| Failure::Npy {
        path: path.to_owned(),
        error,
    })?;
    let dtype = DataType::from_code(i64::from(tensor.dtype.code()));
    let data = dtype.and_then(|dtype| {
        Tensor::new(
            tensor.dims.iter().map(|size| *size as usize).collect(),
            Data::from_le_bytes(dtype, &tensor.data),
        )
    });
    let labels = data.and_then(|tensor| tensor.to_i64());
    let labels = labels.and_then(|labels| {
        labels
            .into_iter()
            .map(|label| usize::try_from(label).ok())
            .collect()
    });
    labels.ok_or_else(|| wrong(path, "it holds no classes: whole numbers from 0"))
}

/// Samples on which the exact model's decision is the right one, of how many.
fn right(agreed: &Agreement, labels: &[usize]) -> Result<(usize, usize), Failure> {
    if agreed.decisions.len() != labels.len() {
        return Err(Failure::Quantise {
            reason: format!(
                "there are {} samples and {} labels",
                agreed.decisions.len(),
                labels.len()
            ),
        });
    }
    let pairs = agreed.decisions.iter().zip(labels);
    let same = pairs
        .filter(|(decision, label)| decision.as_slice() == [**label])
        .count();
    Ok((same, labels.len()))
}

/// `NAME=SCALE,LO,HI`
fn input(text: &str) -> Result<InputScale, Failure> {
    let read = || {
        let (name, rest) = text.rsplit_once('=')?;
        let mut parts = rest.split(',');
        let scale: f64 = parts.next()?.parse().ok()?;
        let (lo, hi) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let fits = parts.next().is_none()
            && !name.is_empty()
            && scale.is_finite()
            && scale > 0.0
            && lo <= hi;
        fits.then(|| InputScale {
            name: name.to_owned(),
            scale,
            lo,
            hi,
        })
    };
    read().ok_or_else(|| Failure::Quantise {
        reason: format!("--input {text} is not NAME=SCALE,LO,HI with a scale above 0 and LO <= HI"),
    })
}

fn root(program: &Program) -> String {
    program.exact_root(&Software).to_string()
}

fn text(
    args: &Quantise,
    exact: &Quantised,
    agreed: &Agreement,
    samples: usize,
    right: Option<(usize, usize)>,
) -> String {
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    let mut rows = vec![
        ("exact model", args.out.display().to_string()),
        ("exact root", root(&exact.program)),
        ("calibrated on", format!("{samples} samples")),
    ];
    for input in &exact.inputs {
        rows.push((
            "input",
            format!(
                "{}: integers from {} to {}, one is {}",
                input.name, input.lo, input.hi, input.scale
            ),
        ));
    }
    for (output, scale) in agreed.outputs.iter().zip(&exact.outputs) {
        let decisions = format!(
            "{}: {} of {} decisions as the float model's ({:.2} %), one is {:.3e}",
            output.name,
            output.same,
            output.rows,
            percent(output.same, output.rows),
            scale.scale
        );
        rows.push(("output", decisions));
        let classes: Vec<String> = output
            .classes
            .iter()
            .map(|(class, count)| format!("{class}: {count}"))
            .collect();
        if classes.len() <= 20 {
            rows.push(("by class", classes.join(", ")));
        }
        let of = if scale.softmax {
            "of a probability"
        } else {
            "in the float model's unit"
        };
        rows.push((
            "largest difference",
            format!("{}: {:.3e} {of}", output.name, output.largest),
        ));
    }
    if let Some((same, all)) = right {
        rows.push((
            "right",
            format!("{same} of {all} ({:.2} %)", percent(same, all)),
        ));
    }
    if agreed.moved > 0 {
        rows.push((
            "moved",
            format!(
                "{} input elements were no integer of their interval and were moved to the nearest",
                agreed.moved
            ),
        ));
    }
    let tightest = exact.bounds.iter().max_by_key(|bound| bound.largest);
    if let Some(bound) = tightest {
        rows.push((
            "tightest bound",
            format!(
                "{}: {} of 16777215 (every bound: --json)",
                bound.node, bound.largest
            ),
        ));
    }
    let mut text = columns(rows);
    for note in &exact.notes {
        text.push('\n');
        text.push_str(note);
    }
    text
}

fn report(
    args: &Quantise,
    exact: &Quantised,
    agreed: &Agreement,
    samples: usize,
    right: Option<(usize, usize)>,
) -> Value {
    json!({
        "model": args.out.display().to_string(),
        "sha256": hex::encode(&Software.sha256(&exact.onnx)),
        "exactRoot": root(&exact.program),
        "calibrationSamples": samples,
        "inputs": exact.inputs.iter().map(|input| json!({
            "name": input.name, "scale": input.scale, "lo": input.lo, "hi": input.hi,
        })).collect::<Vec<_>>(),
        "outputs": agreed.outputs.iter().zip(&exact.outputs).map(|(output, scale)| json!({
            "name": output.name, "scale": scale.scale, "standsFor": scale.stands_for,
            "decisions": output.rows, "same": output.same, "byClass": output.classes, "largestDifference": output.largest,
        })).collect::<Vec<_>>(),
        "samples": agreed.samples,
        "moved": agreed.moved,
        "right": right.map(|(same, _)| same),
        "limit": 16_777_215,
        "bounds": exact.bounds.iter().map(|bound| json!({
            "node": bound.node, "terms": bound.terms, "largest": bound.largest, "weight": bound.weight,
            "shifts": [bound.shifts.0, bound.shifts.1],
        })).collect::<Vec<_>>(),
        "notes": exact.notes,
    })
}
