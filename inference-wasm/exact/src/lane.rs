//! What a run of the Exact lane takes and gives (EXACT 4.2, 4.3): for the command line and for a page's worker.

use countersign_abi::{ElementType, Item, NamedTensor, RunResponse};
use countersign_onnx::{load, metadata, LoadLimits};
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::interface::item;
use countersign_shared::exact::program::elements_root;
use countersign_shared::exact::run::bad_input;
use countersign_shared::exact::Program;
use countersign_shared::item::Name;
use countersign_shared::Crypto;

/// An element of an input that is no integer in the interval that the model declares (EXACT 1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The input's name.
    pub input: String,
    /// The element's number, row-major, from 0.
    pub element: u32,
    /// The least value.
    pub lo: i32,
    /// The greatest value.
    pub hi: i32,
}

/// The program that an ONNX file compiles to.
///
/// # Errors
/// The loader's or the importer's words: reason code, node, bound and value.
pub fn compile(onnx: &[u8]) -> Result<Program, String> {
    let model = load(onnx, &[], LoadLimits::default()).map_err(|error| error.to_string())?;
    let declared = metadata(onnx).map_err(|error| error.to_string())?;
    crate::import(&model, &declared).map_err(|error| error.to_string())
}

/// The first element of the input that no true claim has (EXACT 4.3).
///
/// # Errors
/// Why the tensors are not the program's inputs.
pub fn outside(program: &Program, tensors: &[NamedTensor]) -> Result<Option<Outside>, String> {
    let (ports, inputs) = (&program.interface.inputs, inputs(program, tensors)?);
    let bad = bad_input(program, &inputs).and_then(|(input, element)| {
        let port = ports.get(usize::try_from(input).ok()?)?;
        Some(Outside {
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
/// Which one is missing.
pub fn inputs(program: &Program, tensors: &[NamedTensor]) -> Result<Vec<Vec<u32>>, String> {
    let ports = program.interface.inputs.iter();
    ports.map(|port| elements(tensors, &port.name)).collect()
}

/// The same without making them canonical. Only these prove that somebody committed to an input with −0 in it, which no true
/// claim has (EXACT 4.3).
///
/// # Errors
/// Which one is missing.
pub fn inputs_as_given(
    program: &Program,
    tensors: &[NamedTensor],
) -> Result<Vec<Vec<u32>>, String> {
    let ports = program.interface.inputs.iter();
    ports.map(|port| raw(tensors, &port.name)).collect()
}

/// Whether a run's items are exactly the program's inputs and outputs (EXACT 4.2).
///
/// # Errors
/// That they are not.
pub fn check_items(
    program: &Program,
    inputs: &[NamedTensor],
    response: &RunResponse,
    crypto: &impl Crypto,
) -> Result<(), String> {
    let face = &program.interface;
    let inward = face.inputs.iter().map(|port| (&port.name, &port.dims));
    let outward = face.outputs.iter().map(|port| (&port.name, &port.dims));
    check_side(inward, inputs, &response.input_items, crypto)?;
    check_side(outward, &response.outputs, &response.output_items, crypto)
}

fn check_side<'a>(
    ports: impl Iterator<Item = (&'a Name, &'a Dims)>,
    tensors: &[NamedTensor],
    items: &[Item],
    crypto: &impl Crypto,
) -> Result<(), String> {
    let mut expected = Vec::new();
    for (name, dims) in ports {
        let root = elements_root(crypto, &elements(tensors, name)?);
        let item = item(name, dims, root).map_err(|error| error.to_string())?;
        expected.push(item.to_bytes());
    }
    let found: Vec<&[u8]> = items.iter().map(|item| item.encoded.as_slice()).collect();
    if found == expected {
        Ok(())
    } else {
        Err("the engine's items are not the program's inputs and outputs".to_owned())
    }
}

/// A tensor's f32 bits, canonical: −0 is 0 (PROTOCOL 1.1).
fn elements(tensors: &[NamedTensor], name: &Name) -> Result<Vec<u32>, String> {
    let mut elements = raw(tensors, name)?;
    for bits in elements.iter_mut().filter(|bits| **bits == 1 << 31) {
        *bits = 0;
    }
    Ok(elements)
}

/// A tensor's f32 bits as they are.
fn raw(tensors: &[NamedTensor], name: &Name) -> Result<Vec<u32>, String> {
    let tensor = tensors.iter().find(|tensor| tensor.name == name.as_str());
    let tensor = tensor.filter(|tensor| tensor.dtype == ElementType::F32);
    let tensor = tensor.ok_or_else(|| format!("no float32 tensor {name} is there"))?;
    let bits = tensor.data.chunks_exact(4);
    Ok(bits
        .map(|bytes| <[u8; 4]>::try_from(bytes).map_or(0, u32::from_le_bytes))
        .collect())
}
