//! How often the exact model decides as the float model does.

use std::collections::BTreeMap;

use countersign_abi::{ElementType, NamedTensor};
use countersign_onnx::Tensor;
use countersign_shared::exact::run::{honest, run};
use countersign_shared::Software;

use crate::probe::to_tensor;
use crate::{InputScale, OutputScale, QuantiseError, Quantised, Runner, Sample};

/// One output over all samples.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputAgreement {
    /// The output.
    pub name: String,
    /// Rows (along the last axis) whose greatest element is the same in both models.
    pub same: usize,
    /// All rows.
    pub rows: usize,
    /// How often the float model decides for each class: on few classes agreement says little.
    pub classes: BTreeMap<usize, usize>,
    /// The largest difference, in the float model's unit; of probabilities where a Softmax was left out.
    pub largest: f64,
}

/// Both models on the same samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// The samples.
    pub samples: usize,
    /// Elements of inputs that were no integer in their interval and were moved to the nearest one.
    pub moved: u64,
    /// Each output.
    pub outputs: Vec<OutputAgreement>,
    /// The exact model's decision on each sample: the greatest element's place in each row of the first output.
    pub decisions: Vec<Vec<usize>>,
}

/// Runs the float model, then the exact one, on the samples. The exact model's first result is compared with the
/// interpreter's of `countersign-shared`, bit for bit (EXACT X1).
///
/// # Errors
/// [`QuantiseError`].
pub fn agreement(
    float: &[u8],
    exact: &Quantised,
    samples: &[Sample],
    runner: &mut dyn Runner,
) -> Result<Agreement, QuantiseError> {
    let engine = QuantiseError::Engine;
    let names: Vec<&str> = exact
        .inputs
        .iter()
        .map(|input| input.name.as_str())
        .collect();
    runner.load(float.to_vec()).map_err(engine)?;
    let mut wanted = Vec::new();
    for sample in samples {
        wanted.push(outputs(runner, &names, sample)?);
    }
    let mut agreement = Agreement {
        samples: samples.len(),
        moved: 0,
        outputs: Vec::new(),
        decisions: Vec::new(),
    };
    for output in &exact.outputs {
        agreement.outputs.push(OutputAgreement {
            name: output.name.clone(),
            same: 0,
            rows: 0,
            classes: BTreeMap::new(),
            largest: 0.0,
        });
    }
    runner.load(exact.onnx.clone()).map_err(engine)?;
    for (index, (sample, wanted)) in samples.iter().zip(&wanted).enumerate() {
        let fed = integers(&exact.inputs, sample, &mut agreement.moved);
        let given = outputs(runner, &names, &fed)?;
        if index == 0 {
            compare(exact, &fed, &given)?;
        }
        for (number, output) in agreement.outputs.iter_mut().enumerate() {
            let (Some(wanted), Some(given)) =
                (find(wanted, &output.name), find(&given, &output.name))
            else {
                continue;
            };
            let (wanted_rows, given_rows) = (rows(wanted), rows(given));
            output.rows += wanted_rows.len();
            for class in &wanted_rows {
                *output.classes.entry(*class).or_default() += 1;
            }
            output.same += wanted_rows
                .iter()
                .zip(&given_rows)
                .filter(|(one, other)| one == other)
                .count();
            if number == 0 {
                agreement.decisions.push(given_rows);
            }
            let one = wanted.elements::<f32>().unwrap_or(&[]);
            let other = real(given, exact.outputs.get(number));
            for (one, other) in one.iter().zip(other) {
                output.largest = output.largest.max((f64::from(*one) - other).abs());
            }
        }
    }
    Ok(agreement)
}

type Named = (String, Tensor);

fn find<'a>(outputs: &'a [Named], name: &str) -> Option<&'a Tensor> {
    outputs
        .iter()
        .find(|(other, _)| other == name)
        .map(|(_, tensor)| tensor)
}

fn outputs(
    runner: &mut dyn Runner,
    names: &[&str],
    sample: &Sample,
) -> Result<Vec<Named>, QuantiseError> {
    let fed = names.iter().zip(sample).map(|(name, tensor)| NamedTensor {
        name: (*name).to_owned(),
        dtype: ElementType::F32,
        dims: tensor.dims().iter().map(|size| *size as u64).collect(),
        data: tensor.data().to_le_bytes(),
    });
    let given = runner.run(fed.collect()).map_err(QuantiseError::Engine)?;
    given
        .into_iter()
        .map(|named| Ok((named.name.clone(), to_tensor(named)?)))
        .collect()
}

/// A sample as the exact model takes it.
fn integers(inputs: &[InputScale], sample: &Sample, moved: &mut u64) -> Sample {
    let tensors = inputs.iter().zip(sample).filter_map(|(input, tensor)| {
        let elements = tensor.elements::<f32>()?.iter().map(|element| {
            let (lo, hi) = (f64::from(input.lo), f64::from(input.hi));
            let wanted = f64::from(*element) / input.scale;
            let integer = libm::rint(wanted).clamp(lo, hi);
            if (integer - wanted).abs() > 1e-3 {
                *moved += 1;
            }
            integer as f32
        });
        let elements = elements.collect();
        Tensor::new(
            tensor.dims().to_vec(),
            countersign_onnx::Data::F32(elements),
        )
    });
    tensors.collect()
}

/// An output of the exact model in the float model's unit.
fn real(given: &Tensor, output: Option<&OutputScale>) -> Vec<f64> {
    let (scale, softmax) = output.map_or((1.0, false), |output| (output.scale, output.softmax));
    let width = given.dims().last().copied().unwrap_or(1).max(1);
    let elements = given.elements::<f32>().unwrap_or(&[]);
    let mut real: Vec<f64> = elements.iter().map(|one| f64::from(*one) * scale).collect();
    if softmax {
        for row in real.chunks_mut(width) {
            let most = row
                .iter()
                .fold(f64::NEG_INFINITY, |most, one| most.max(*one));
            row.iter_mut().for_each(|one| *one = libm::exp(*one - most));
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|one| *one /= sum);
        }
    }
    real
}

/// The place of the greatest element of each row; the first of equals.
fn rows(tensor: &Tensor) -> Vec<usize> {
    let width = tensor.dims().last().copied().unwrap_or(1).max(1);
    let elements = tensor.elements::<f32>().unwrap_or(&[]);
    let first = |row: &[f32]| {
        let mut best = 0;
        for (place, element) in row.iter().enumerate() {
            if row.get(best).is_some_and(|most| element > most) {
                best = place;
            }
        }
        best
    };
    elements.chunks(width).map(first).collect()
}

/// The engine's outputs against the interpreter's.
fn compare(exact: &Quantised, fed: &Sample, given: &[Named]) -> Result<(), QuantiseError> {
    let face = &exact.program.interface;
    let mut inputs = Vec::new();
    for port in &face.inputs {
        let place = exact
            .inputs
            .iter()
            .position(|input| input.name == port.name.as_str());
        let tensor = place.and_then(|place| fed.get(place));
        let elements = tensor
            .and_then(|tensor| tensor.elements::<f32>())
            .unwrap_or(&[]);
        inputs.push(
            elements
                .iter()
                .map(|element| (element + 0.0).to_bits())
                .collect(),
        );
    }
    let leaves: Vec<u32> = face.outputs.iter().map(|port| port.leaf).collect();
    let trace = run(
        &exact.program,
        &inputs,
        u32::MAX,
        &leaves,
        &honest,
        &Software,
    )
    .map_err(|error| QuantiseError::Engine(format!("the interpreter: {error}")))?;
    for port in &face.outputs {
        let bits = trace.kept.get(&port.leaf).map_or(&[][..], Vec::as_slice);
        let elements = find(given, port.name.as_str()).and_then(|tensor| tensor.elements::<f32>());
        let same = elements.is_some_and(|elements| {
            elements.len() == bits.len()
                && elements
                    .iter()
                    .zip(bits)
                    .all(|(one, bits)| (one + 0.0).to_bits() == *bits)
        });
        if !same {
            return Err(QuantiseError::Engine(format!(
                "engine and interpreter differ at {}: this is a fault of ours, and the model must not be used",
                port.name
            )));
        }
    }
    Ok(())
}
