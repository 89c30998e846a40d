//! The Exact lane on this machine: a model's exact program, recompiled from its file, and what it takes and gives (EXACT 1, 2, 4).

use crate::executor::Places;
use countersign_abi::{NamedTensor, RunResponse};
use countersign_client::verify::{ExecutorError, OutsideInterval};
use countersign_exact::lane;
use countersign_shared::exact::Program;
use countersign_shared::id::ExactRoot;
use countersign_shared::manifest::{Manifest, Role, Task};
use countersign_shared::Software;

fn not_exact(reason: impl ToString) -> ExecutorError {
    ExecutorError::NotExact {
        reason: reason.to_string(),
    }
}

fn inputs_differ(reason: String) -> ExecutorError {
    ExecutorError::Inputs { reason }
}

/// The program that the model's file compiles to.
///
/// # Errors
/// [`ExecutorError::NotExact`] with the reason code, node, bound and value; the file's own errors.
pub fn program(places: &Places, manifest: &Manifest) -> Result<Program, ExecutorError> {
    if manifest.task != Task::Tensors {
        return Err(not_exact(format!(
            "its task is {}; the Exact lane commits to tensors and nothing else",
            manifest.task
        )));
    }
    let file = manifest.files.iter().find(|file| file.role == Role::Model);
    let file = file.ok_or_else(|| not_exact("its manifest lists no ONNX file"))?;
    let bytes = places.file(file)?;
    lane::compile(&bytes).map_err(not_exact)
}

/// The same, refused unless it is the one that the registry names.
///
/// # Errors
/// [`program`]'s, and [`ExecutorError::OtherProgram`].
pub fn registered(
    places: &Places,
    manifest: &Manifest,
    root: ExactRoot,
) -> Result<Program, ExecutorError> {
    if root.is_zero() {
        return Err(not_exact("the registry names no exact root"));
    }
    let program = program(places, manifest)?;
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
/// [`ExecutorError::Inputs`] if the tensors are not the program's inputs.
pub fn outside(
    program: &Program,
    tensors: &[NamedTensor],
) -> Result<Option<OutsideInterval>, ExecutorError> {
    let outside = lane::outside(program, tensors).map_err(inputs_differ)?;
    Ok(outside.map(|outside| OutsideInterval {
        input: outside.input,
        element: outside.element,
        lo: outside.lo,
        hi: outside.hi,
    }))
}

/// The program's inputs as f32 bits, in the interface's order.
///
/// # Errors
/// [`ExecutorError::Inputs`] if one is missing.
pub fn inputs(program: &Program, tensors: &[NamedTensor]) -> Result<Vec<Vec<u32>>, ExecutorError> {
    lane::inputs(program, tensors).map_err(inputs_differ)
}

/// The same without making them canonical: what a receipt that is no true claim may commit to.
///
/// # Errors
/// [`ExecutorError::Inputs`] if one is missing.
pub fn inputs_as_given(
    program: &Program,
    tensors: &[NamedTensor],
) -> Result<Vec<Vec<u32>>, ExecutorError> {
    lane::inputs_as_given(program, tensors).map_err(inputs_differ)
}

/// Whether a run's items are exactly the program's inputs and outputs (EXACT 4.2).
///
/// # Errors
/// [`ExecutorError::Inputs`]: they are not.
pub fn check_items(
    program: &Program,
    inputs: &[NamedTensor],
    response: &RunResponse,
) -> Result<(), ExecutorError> {
    lane::check_items(program, inputs, response, &Software).map_err(inputs_differ)
}
