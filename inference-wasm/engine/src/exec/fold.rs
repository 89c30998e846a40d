//! What is done once when a model is loaded instead of at every run. The bits of a run's results stay the same.

use std::sync::Arc;

use countersign_abi::Limits;
use countersign_onnx::{Attribute, Bits, DataType, Graph, Tensor};

use super::{Frame, Slot, Step};
use crate::budget::Budget;
use crate::op::recurrent::TURNED;
use crate::table::Kernel;

/// The bytes of the tensors that a graph brings along: parameters and constants, those of subgraphs too.
pub(super) fn parameters(graph: &Graph) -> u64 {
    let own = graph.initializers.iter();
    let own = own.map(|parameter| parameter.tensor.byte_len() as u64);
    let attributes = graph.nodes.iter().flat_map(|node| node.attributes.values());
    let inner = attributes.map(|attribute| match attribute {
        Attribute::Tensor(tensor) => tensor.byte_len() as u64,
        Attribute::Graph(graph) => parameters(graph),
        _ => 0,
    });
    own.chain(inner).fold(0, u64::saturating_add)
}

/// What may be computed ahead: a model of few bytes must neither take much memory nor much time before its first run.
pub(super) fn budget(parameters: u64) -> Budget {
    let limits = Limits {
        tensor_bytes: parameters.saturating_mul(8).clamp(1 << 20, 256 << 20),
        steps: parameters.saturating_mul(16).max(1 << 24),
        ..Limits::default()
    };
    Budget::new(&limits, 0)
}

/// The outputs of a step whose inputs are all known, and the value itself behind an Identity. `None` leaves the step to the
/// run, where it also fails if it fails here.
pub(super) fn fold(
    step: &Step,
    frame: Option<&mut Frame>,
    budget: &Budget,
) -> Option<Vec<(Slot, Arc<Tensor>)>> {
    let frame = frame?;
    if let ("Identity", [Some(input)], [Some(output)]) =
        (step.schema.name, &*step.inputs, &*step.outputs)
    {
        let name = step.node.outputs.first()?;
        frame.names.insert(name.clone(), *input);
        debug_assert!(output < &frame.slots);
        return Some(Vec::new());
    }
    if matches!(step.entry.kernel, Kernel::Control(_)) {
        return None;
    }
    let slots = step
        .inputs
        .iter()
        .flatten()
        .max()
        .map_or(0, |slot| slot + 1);
    let mut values = vec![None; slots];
    for slot in step.inputs.iter().flatten() {
        values[*slot] = Some(frame.known.get(slot)?.clone());
    }
    let outputs = step.run(&mut values, budget).ok()?;
    let bytes = outputs.iter().map(|tensor| tensor.byte_len() as u64).sum();
    budget.take(bytes).ok()?;
    let mut out = Vec::new();
    for (slot, tensor) in step.outputs.iter().zip(outputs) {
        let Some(slot) = slot else { continue };
        frame.known.insert(*slot, tensor.clone());
        out.push((*slot, tensor));
    }
    Some(out)
}

/// Weights that a step reads column by column are turned, so that it reads them row by row.
pub(super) fn turn(step: &mut Step, frame: &mut Frame, constants: &mut Vec<(Slot, Arc<Tensor>)>) {
    let flag = |step: &Step, name: &str| step.node.attributes.get(name) == Some(&Attribute::Int(1));
    let positions: &[usize] = match step.schema.name {
        "Gemm" if flag(step, "transB") => &[1],
        "LSTM" | "GRU" | "RNN" => &[1, 2],
        _ => return,
    };
    let mut replaced = Vec::new();
    for position in positions {
        let known = step.inputs.get(*position).copied().flatten();
        let known = known.and_then(|slot| frame.known.get(&slot));
        let Some(tensor) = known.and_then(|tensor| turned(tensor)) else {
            return;
        };
        replaced.push((*position, tensor));
    }
    for (position, tensor) in replaced {
        let slot = frame.slots;
        frame.slots += 1;
        constants.push((slot, Arc::new(tensor)));
        step.inputs[position] = Some(slot);
    }
    if step.schema.name == "Gemm" {
        step.node
            .attributes
            .insert("transB".to_owned(), Attribute::Int(0));
    } else {
        step.node
            .attributes
            .insert(TURNED.to_owned(), Attribute::Int(1));
    }
}

/// A tensor with its last two dimensions exchanged.
fn turned(tensor: &Tensor) -> Option<Tensor> {
    let mut dims = tensor.dims().to_vec();
    let [.., rows, columns] = *dims else {
        return None;
    };
    let last = dims.len() - 1;
    dims.swap(last - 1, last);
    let data = match tensor.dtype() {
        DataType::F32 => {
            let bits = exchanged(tensor.data().bits::<u32>()?, rows, columns);
            countersign_onnx::Data::from_bits(DataType::F32, bits)?
        }
        _ => return None,
    };
    Tensor::new(dims, data)
}

fn exchanged<B: Bits>(from: &[B], rows: usize, columns: usize) -> Vec<B> {
    let mut out = Vec::with_capacity(from.len());
    for matrix in from.chunks_exact(rows.saturating_mul(columns).max(1)) {
        for column in 0..columns {
            out.extend(matrix[column..].iter().step_by(columns));
        }
    }
    out
}
