//! What is done around a model: pre-processing, post-processing.

pub(crate) mod magika;

use countersign_abi::{EngineError, ErrorCode, FileRole, LoadRequest, Task};
use countersign_onnx::{Model, Tensor};

use self::magika::Magika;

/// A loaded task.
#[derive(Debug)]
pub(crate) enum Pipeline {
    /// `tensors/1`: nothing is done.
    Tensors,
    /// `magika/1`.
    Magika(Box<Magika>),
}

/// What pre-processing makes of a file.
pub(crate) enum Prepared {
    /// The model's inputs, in the model's order.
    Feed(Vec<Tensor>),
    /// The result, known without the model.
    Known(Vec<u8>),
}

impl Pipeline {
    /// Reads the task's own files and checks that the model is one for it.
    pub fn new(request: &LoadRequest, model: &Model) -> Result<Self, EngineError> {
        match request.task {
            Task::Tensors1 => Ok(Self::Tensors),
            Task::Magika1 => {
                let config = only_file(request, FileRole::Config)?;
                let labels = only_file(request, FileRole::Labels)?;
                Ok(Self::Magika(Box::new(Magika::new(config, labels, model)?)))
            }
        }
    }

    /// Turns a file into the model's inputs.
    pub fn prepare(&self, file: &[u8]) -> Result<Prepared, EngineError> {
        match self {
            Self::Tensors => Err(EngineError::new(
                ErrorCode::Input,
                "the task tensors/1 takes tensors, not a file",
            )),
            Self::Magika(magika) => magika.prepare(file),
        }
    }

    /// Turns the model's outputs into the result; `None` if the task has none.
    pub fn finish(&self, outputs: &[Tensor]) -> Result<Option<Vec<u8>>, EngineError> {
        match self {
            Self::Tensors => Ok(None),
            Self::Magika(magika) => magika.finish(outputs).map(Some),
        }
    }
}

/// The one file of a role.
pub(crate) fn only_file(request: &LoadRequest, role: FileRole) -> Result<&[u8], EngineError> {
    let mut files = request.files.iter().filter(|file| file.role == role);
    match (files.next(), files.next()) {
        (Some(file), None) => Ok(&file.data),
        (first, _) => Err(EngineError::new(
            ErrorCode::InvalidModel,
            format!(
                "{} file of the role {role:?} is listed, the task {} needs exactly one",
                if first.is_some() {
                    "more than one"
                } else {
                    "no"
                },
                request.task.name()
            ),
        )),
    }
}
