//! `countersign quantise`: a float model into the exact profile, and how well it went.

mod report;
mod samples;

use crate::args::{EngineChoice, Global, Quantise};
use crate::engine::Loaded;
use crate::executor::{Local, MAX_INPUT};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::{progress, setup};
use countersign_abi::{
    FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, RunRequest, Task,
};
use countersign_client::lists;
use countersign_onnx::{load, LoadLimits};
use countersign_quantise::{agreement, quantise, Agreement, InputScale, Options, Runner};
use std::path::PathBuf;

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
    let samples = samples::read(&model, &args.calibrate)?;
    let others = match &args.evaluate {
        Some(folder) => Some(samples::read(&model, folder)?),
        None => None,
    };
    let labels = args.labels.as_deref().map(samples::labels).transpose()?;
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
        report::text(args, &exact, &agreed, samples.len(), right),
        report::json(args, &exact, &agreed, samples.len(), right),
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
