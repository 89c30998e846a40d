//! What is done around a model: pre-processing, post-processing.

mod audio;
pub(crate) mod classification;
pub(crate) mod detection;
pub(crate) mod image;
pub(crate) mod magika;
pub(crate) mod recognition;
mod speech;
mod turn;

use std::fmt::Debug;

use countersign_abi::{EngineError, ErrorCode, FileRole, LoadRequest, NamedFile, Task};
use countersign_onnx::{Model, Tensor};
use countersign_shared::item::Name;

use self::classification::Classification;
use self::detection::Detection;
use self::magika::Magika;
use self::recognition::Recognition;
use self::speech::Speech;
use self::turn::Turn;

/// One execution of the model: from its inputs, in the model's order, to its outputs.
pub(crate) type Execute<'a> = dyn FnMut(Vec<Tensor>) -> Result<Vec<Tensor>, EngineError> + 'a;

/// What a loaded task does around its model. The same input gives the same answer: no state is kept between runs.
pub(crate) trait Pipeline: Debug + Send {
    /// Whether the task takes, beside the file, the result of an earlier run (an item named `from`).
    fn takes_result(&self) -> bool {
        false
    }

    /// Turns the input into the model's inputs, or says that there is more, or less, to do than to execute it once.
    ///
    /// # Errors
    /// [`ErrorCode::Input`] if the input is not what the task takes.
    fn prepare(&self, input: &Given) -> Result<Prepared, EngineError>;

    /// Turns the model's outputs into the result: RFC 8785 JSON without floats. Called after [`Prepared::Feed`].
    ///
    /// # Errors
    /// If the outputs are not those of a model for this task.
    fn finish(&self, input: &Given, outputs: &[Tensor]) -> Result<Vec<u8>, EngineError>;

    /// Executes the model several times and returns the result. Called after [`Prepared::Several`].
    ///
    /// # Errors
    /// As the other two, and what `execute` returns.
    fn run(&self, _input: &Given, _execute: &mut Execute<'_>) -> Result<Vec<u8>, EngineError> {
        Err(EngineError::new(
            ErrorCode::Internal,
            "this task executes its model once",
        ))
    }
}

/// The files of an input.
#[derive(Debug)]
pub(crate) struct Given {
    /// The file itself.
    pub file: Vec<u8>,
    /// The result of the run before, for tasks that take one.
    pub from: Option<Vec<u8>>,
}

impl Given {
    /// Sorts files by name: `file`, and `from` exactly where the task takes an earlier result.
    pub fn new(files: Vec<NamedFile>, takes_result: bool) -> Result<Self, EngineError> {
        let fault = |text: String| EngineError::new(ErrorCode::Input, text);
        let (mut file, mut from) = (None, None);
        for given in files {
            let slot = match given.name.as_str() {
                Name::FILE => &mut file,
                Name::FROM if takes_result => &mut from,
                other => return Err(fault(format!("the task takes no file named \"{other}\""))),
            };
            if slot.replace(given.data).is_some() {
                return Err(fault(format!("the file \"{}\" is given twice", given.name)));
            }
        }
        let file = file.ok_or_else(|| fault("the input has no file".to_owned()))?;
        if takes_result && from.is_none() {
            return Err(fault(
                "the task needs the result of the run before, named \"from\"".to_owned(),
            ));
        }
        Ok(Self { file, from })
    }

    /// The input's files, under the names by which they are committed to.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let from = self.from.as_deref().map(|from| (Name::FROM, from));
        from.into_iter().chain([(Name::FILE, self.file.as_slice())])
    }
}

/// What pre-processing makes of a file.
pub(crate) enum Prepared {
    /// The model's inputs, in the model's order: it is executed once.
    Feed(Vec<Tensor>),
    /// The result, known without the model.
    Known(Vec<u8>),
    /// The model is executed several times (PROTOCOL 2.1: then only the result is committed to).
    Several,
}

/// Reads the task's own files and checks that the model is one for it; `None` for `tensors/1`, around which nothing is
/// done.
pub(crate) fn pipeline(
    request: &LoadRequest,
    model: &Model,
) -> Result<Option<Box<dyn Pipeline>>, EngineError> {
    Ok(match request.task {
        Task::Tensors1 => None,
        Task::Magika1 => {
            let config = only_file(request, FileRole::Config)?;
            let labels = only_file(request, FileRole::Labels)?;
            Some(Box::new(Magika::new(config, labels, model)?))
        }
        Task::ImageClassification1 => {
            let config = only_file(request, FileRole::Config)?;
            let labels = only_file(request, FileRole::Labels)?;
            Some(Box::new(Classification::new(config, labels, model)?))
        }
        Task::TextDetection1 => {
            let config = only_file(request, FileRole::Config)?;
            Some(Box::new(Detection::new(config, model)?))
        }
        Task::TextRecognition1 => {
            let config = only_file(request, FileRole::Config)?;
            let labels = only_file(request, FileRole::Labels)?;
            Some(Box::new(Recognition::new(config, labels, model)?))
        }
        Task::SpeechActivity1 => {
            let config = only_file(request, FileRole::Config)?;
            Some(Box::new(Speech::new(config, model)?))
        }
        Task::TurnDetection1 => {
            let config = only_file(request, FileRole::Config)?;
            Some(Box::new(Turn::new(config, model)?))
        }
    })
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
