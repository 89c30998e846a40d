//! The manifest that the fields describe. Its rules are `shared`'s; what they refuse is said in their words.

use crate::text::language::language;
use crate::text::publish as text;
use countersign_client::language::Say;
use countersign_messages::abi::{Dim as AbiDim, NamedTensor, Port};
use countersign_shared::id::FileHash;
use countersign_shared::item::Name;
use countersign_shared::kat::KnownAnswer;
use countersign_shared::manifest::{
    Dim, Manifest, ModelFile, Role, Source, Task, TensorInfo, MAX_MANIFEST,
};
use countersign_shared::tensor::{DataType, Tensor};

/// The ONNX file's name within the model.
pub const MODEL: &str = "model.onnx";
/// The known answer's.
pub const KNOWN: &str = "known.bin";

/// A file to be published, by its digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hashed {
    /// SHA-256.
    pub sha256: FileHash,
    /// Length in bytes.
    pub size: u64,
}

/// What the user wrote.
#[derive(Clone, Default)]
pub struct Words {
    pub name: String,
    pub version: String,
    pub description: String,
    pub licence: String,
    /// A folder's address; may be empty.
    pub source: String,
    pub tolerance: String,
    /// The id of the model that this one replaces; may be empty.
    pub before: String,
}

/// The manifest's bytes.
///
/// # Errors
/// A sentence that names the rule.
pub fn manifest(
    words: &Words,
    inputs: &[Port],
    outputs: &[Port],
    model: Hashed,
    known: Option<Hashed>,
) -> Result<Vec<u8>, String> {
    let manifest = described(words, inputs, outputs, model, known)?;
    let bytes = manifest.to_bytes().map_err(|error| error.say(language()))?;
    if bytes.len() > MAX_MANIFEST {
        return Err(text::size(bytes.len(), MAX_MANIFEST));
    }
    Ok(bytes)
}

/// The manifest, its rules not applied yet.
///
/// # Errors
/// A sentence that names the tensor and what cannot be published of it.
pub fn described(
    words: &Words,
    inputs: &[Port],
    outputs: &[Port],
    model: Hashed,
    known: Option<Hashed>,
) -> Result<Manifest, String> {
    let file = |path: &str, role, hashed: Hashed| {
        let folder = words.source.trim().trim_end_matches('/');
        let sources = (!folder.is_empty()).then(|| Source::Url(format!("{folder}/{path}")));
        ModelFile {
            path: path.to_owned(),
            role,
            sha256: hashed.sha256,
            size: hashed.size,
            sources: sources.into_iter().collect(),
        }
    };
    let mut files = vec![file(MODEL, Role::Model, model)];
    files.extend(known.map(|known| file(KNOWN, Role::Kat, known)));
    Ok(Manifest {
        name: words.name.trim().to_owned(),
        version: words.version.trim().to_owned(),
        description: words.description.trim().to_owned(),
        licence: words.licence.trim().to_owned(),
        task: Task::Tensors,
        files,
        inputs: inputs.iter().map(tensor).collect::<Result<_, _>>()?,
        outputs: outputs.iter().map(tensor).collect::<Result<_, _>>()?,
        fast_tolerance: words.tolerance.trim().to_owned(),
        source: None,
    })
}

fn tensor(port: &Port) -> Result<TensorInfo, String> {
    let fault = |why: &str| format!("{}: {why}", port.name);
    let dims = port.dims.as_ref().ok_or_else(|| fault(&text::OPEN_RANK))?;
    let dim = |(place, dim): (usize, &AbiDim)| match dim {
        AbiDim::Fixed(length) => Dim::Fixed(*length),
        AbiDim::Symbol(name) => Dim::Symbol(name.clone()),
        // Nothing says that it equals another one: a name of its own.
        AbiDim::Unknown => Dim::Symbol(format!("{}.{place}", port.name)),
    };
    let dtype =
        DataType::from_number(port.dtype.code()).ok_or_else(|| fault(&text::NO_SUCH_TYPE))?;
    Ok(TensorInfo {
        name: port.name.clone(),
        dtype,
        dims: dims.iter().enumerate().map(dim).collect(),
    })
}

/// The bytes of a known answer.
///
/// # Errors
/// A sentence that says what cannot be committed.
pub fn known(inputs: Vec<NamedTensor>, outputs: Vec<NamedTensor>) -> Result<Vec<u8>, String> {
    let side = |tensors: Vec<NamedTensor>| {
        let named = tensors.into_iter().map(|tensor| {
            let name = Name::new(tensor.name).map_err(|error| error.say(language()))?;
            let dtype = DataType::from_number(tensor.dtype.code())
                .ok_or_else(|| text::not_committed(&tensor.dtype.to_string()))?;
            let tensor = Tensor::new(dtype, tensor.dims, tensor.data);
            Ok((name, tensor.map_err(|error| error.say(language()))?))
        });
        named.collect::<Result<Vec<_>, String>>()
    };
    let answer = KnownAnswer {
        inputs: side(inputs)?,
        outputs: side(outputs)?,
    };
    answer.to_bytes().map_err(|error| error.say(language()))
}
