//! The Exact lane on this machine: a model's exact program, recompiled from its file, and what it takes and gives (EXACT 1, 2, 4).

use crate::executor::Local;
use countersign_abi::{self as abi, ElementType, NamedTensor, RunResponse};
use countersign_client::verify::{ExecutorError, OutsideInterval};
use countersign_onnx::{load, metadata, LoadLimits};
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::interface::item;
use countersign_shared::exact::program::elements_root;
use countersign_shared::exact::run::bad_input;
use countersign_shared::exact::Program;
use countersign_shared::id::ExactRoot;
use countersign_shared::item::Name;
use countersign_shared::manifest::{Manifest, Role, Task};
use countersign_shared::Software;

fn not_exact(reason: impl ToString) -> ExecutorError {
    ExecutorError::NotExact {
        reason: reason.to_string(),
    }
}

/// The program that the model's file compiles to.
///
/// # Errors
/// [`ExecutorError::NotExact`] with the reason code, node, bound and value; the file's own errors.
pub fn program(local: &Local<'_>, manifest: &Manifest) -> Result<Program, ExecutorError> {
    if manifest.task != Task::Tensors {
        return Err(not_exact(format!(
            "its task is {}; the Exact lane commits to tensors and nothing else",
            manifest.task
        )));
    }
    let file = manifest.files.iter().find(|file| file.role == Role::Model);
    let file = file.ok_or_else(|| not_exact("its manifest lists no ONNX file"))?;
    let bytes = local.file(file)?;
    let model = load(&bytes, &[], LoadLimits::default()).map_err(not_exact)?;
    let declared = metadata(&bytes).map_err(not_exact)?;
    countersign_exact::import(&model, &declared).map_err(not_exact)
}

/// The same, refused unless it is the one that the registry names.
///
/// # Errors
/// [`program`]'s, and [`ExecutorError::OtherProgram`].
pub fn registered(
    local: &Local<'_>,
    manifest: &Manifest,
    root: ExactRoot,
) -> Result<Program, ExecutorError> {
    if root.is_zero() {
        return Err(not_exact("the registry names no exact root"));
    }
    let program = program(local, manifest)?;
    let found = program.exact_root(&Software);
    if found == root {
        Ok(program)
    } else {
        Err(ExecutorError::OtherProgram { found })
    }
}

/// The first element of the input that no true claim has (EXACT 4.3).
///
/// # Errors
/// [`ExecutorError::NotExact`] if the tensors are not the program's inputs.
pub fn outside(
    program: &Program,
    tensors: &[NamedTensor],
) -> Result<Option<OutsideInterval>, ExecutorError> {
    let (ports, inputs) = (&program.interface.inputs, inputs(program, tensors)?);
    let bad = bad_input(program, &inputs).and_then(|(input, element)| {
        let port = ports.get(usize::try_from(input).ok()?)?;
        Some(OutsideInterval {
            input: port.name.to_string(),
            element,
            lo: port.lo,
            hi: port.hi,
        })
    });
    Ok(bad)
}

/// The program's inputs as f32 bits, in the interface's order.
///
/// # Errors
/// [`ExecutorError::NotExact`] if one is missing.
pub fn inputs(program: &Program, tensors: &[NamedTensor]) -> Result<Vec<Vec<u32>>, ExecutorError> {
    let ports = program.interface.inputs.iter();
    ports.map(|port| elements(tensors, &port.name)).collect()
}

/// Whether a run's items are exactly the program's inputs and outputs (EXACT 4.2).
///
/// # Errors
/// [`ExecutorError::NotExact`]: they are not.
pub fn check_items(
    program: &Program,
    inputs: &[NamedTensor],
    response: &RunResponse,
) -> Result<(), ExecutorError> {
    let face = &program.interface;
    let inward = face.inputs.iter().map(|port| (&port.name, &port.dims));
    let outward = face.outputs.iter().map(|port| (&port.name, &port.dims));
    check_side(inward, inputs, &response.input_items)?;
    check_side(outward, &response.outputs, &response.output_items)
}

fn check_side<'a>(
    ports: impl Iterator<Item = (&'a Name, &'a Dims)>,
    tensors: &[NamedTensor],
    items: &[abi::Item],
) -> Result<(), ExecutorError> {
    let mut expected = Vec::new();
    for (name, dims) in ports {
        let root = elements_root(&Software, &elements(tensors, name)?);
        let item = item(name, dims, root).map_err(not_exact)?;
        expected.push(item.to_bytes());
    }
    let found: Vec<&[u8]> = items.iter().map(|item| item.encoded.as_slice()).collect();
    if found == expected {
        Ok(())
    } else {
        Err(not_exact(
            "the engine's items are not the program's inputs and outputs",
        ))
    }
}

/// A tensor's f32 bits, canonical: −0 is 0 (PROTOCOL 1.1).
fn elements(tensors: &[NamedTensor], name: &Name) -> Result<Vec<u32>, ExecutorError> {
    let tensor = tensors.iter().find(|tensor| tensor.name == name.as_str());
    let tensor = tensor.filter(|tensor| tensor.dtype == ElementType::F32);
    let tensor = tensor.ok_or_else(|| not_exact(format!("no float32 tensor {name} is there")))?;
    let bits = tensor.data.chunks_exact(4).map(|bytes| {
        let bits = <[u8; 4]>::try_from(bytes).map_or(0, u32::from_le_bytes);
        if bits == 1 << 31 {
            0
        } else {
            bits
        }
    });
    Ok(bits.collect())
}
