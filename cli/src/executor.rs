//! Finds engine and model files, refuses whatever does not hash to its name (R2), and runs.

use crate::args::{EngineChoice, ModelFiles};
use crate::engine::{Engine, Loaded};
use crate::exact;
use crate::failure::Failure;
use crate::setup;
use core::cell::RefCell;
use countersign_abi::{
    Declared, Description, Dim, ElementType, FileRole, Input, Limits, LoadRequest, ModelFile, Port,
    RunRequest, RunResponse, Task,
};
use countersign_client::lists;
use countersign_client::verify::{ExactRun, Executor, ExecutorError, Model};
use countersign_shared::id::{EngineId, ExactRoot, FileHash};
use countersign_shared::manifest::{self, Manifest, Role, TensorInfo};
use countersign_shared::{hex, Crypto, Software};
use std::fs;
use std::path::{Path, PathBuf};

/// Largest file that is handed to the engine: it lives in the engine's 32-bit memory, more than once.
pub const MAX_INPUT: u64 = 512 << 20;

/// Runs models with the released engines on this machine.
pub struct Local<'a> {
    choice: &'a EngineChoice,
    /// Where the list of engines is; its files lie beside it.
    list: PathBuf,
    /// Where model files are.
    pub places: Places,
    /// The engine compiled last, with its digest: compiling costs more than a run.
    compiled: RefCell<Option<(EngineId, Engine)>>,
}

impl<'a> Local<'a> {
    /// Looks for engines beside `list`, and for model files in the chosen folder and beside the manifest.
    pub fn new(choice: &'a EngineChoice, list: PathBuf, manifest: Option<&Path>) -> Self {
        Self {
            choice,
            list,
            places: Places::new(&choice.files, manifest),
            compiled: RefCell::new(None),
        }
    }

    /// The list's entry of the engine file that was named, else the list's last.
    pub fn choose(&self, engines: &lists::Engines) -> Result<lists::Engine, Failure> {
        let Some(path) = &self.choice.engine else {
            let last = engines.entries().last().cloned();
            return last.ok_or_else(|| Failure::NoEngine {
                list: self.list.clone(),
            });
        };
        let digest = Software.sha256(&setup::read(path)?);
        engines
            .find(EngineId::new(digest))
            .cloned()
            .ok_or_else(|| Failure::UnlistedEngine {
                path: path.clone(),
                sha256: hex::encode(&digest),
            })
    }

    /// An instance of the engine with a model in it.
    pub fn load(
        &self,
        entry: &lists::Engine,
        request: &LoadRequest,
    ) -> Result<(Loaded, Description), ExecutorError> {
        let mut compiled = self.compiled.borrow_mut();
        if let Some((id, engine)) = &*compiled {
            if *id == entry.id {
                return engine.load(request);
            }
        }
        let engine = Engine::compile(&self.engine_bytes(entry)?, self.choice.time_limit)?;
        let loaded = engine.load(request);
        *compiled = Some((entry.id, engine));
        loaded
    }

    /// The engine's bytes: of the file named if it is the one, else of the file in the list. Nothing else is read.
    fn engine_bytes(&self, entry: &lists::Engine) -> Result<Vec<u8>, ExecutorError> {
        let released = self
            .list
            .parent()
            .unwrap_or(Path::new("."))
            .join(&entry.file);
        let path = self.choice.engine.as_ref().unwrap_or(&released);
        let bytes = fs::read(path).map_err(|error| ExecutorError::EngineUnavailable {
            reason: format!("{} cannot be read: {error}", path.display()),
        })?;
        if Software.sha256(&bytes) == entry.id.to_bytes() {
            Ok(bytes)
        } else {
            Err(ExecutorError::EngineDiffers)
        }
    }

    /// The files of a model, each with the size and hash that the manifest names (R2).
    pub fn files(&self, manifest: &Manifest) -> Result<Vec<ModelFile>, ExecutorError> {
        let wanted = manifest
            .files
            .iter()
            .filter_map(|file| Some((file, role(file.role)?)));
        let read = |(file, role): (&manifest::ModelFile, FileRole)| {
            let data = self.places.file(file)?;
            Ok(ModelFile {
                role,
                path: file.path.clone(),
                data,
            })
        };
        wanted.map(read).collect()
    }

    /// The request that loads a model as its manifest describes it.
    pub fn request(&self, manifest: &Manifest) -> Result<LoadRequest, ExecutorError> {
        Ok(LoadRequest {
            task: Task::from_name(manifest.task.name()).ok_or_else(|| ExecutorError::Task {
                name: manifest.task.name().to_owned(),
            })?,
            files: self.files(manifest)?,
            declared: Some(Declared {
                inputs: manifest.inputs.iter().filter_map(port).collect(),
                outputs: manifest.outputs.iter().filter_map(port).collect(),
            }),
            limits: Limits::default(),
        })
    }
}

/// Where the files of a model may lie.
pub struct Places {
    /// The chosen folder.
    folder: PathBuf,
    /// The manifest file's, if the model came from one.
    beside: Option<PathBuf>,
}

impl Places {
    /// The chosen folder, else the one that `cargo xtask` fills; and the manifest file's.
    pub fn new(choice: &ModelFiles, manifest: Option<&Path>) -> Self {
        let folder = choice.models.clone();
        Self {
            folder: folder.unwrap_or_else(|| setup::cache().join("models")),
            beside: manifest.and_then(Path::parent).map(Path::to_owned),
        }
    }

    /// One file of a model, with the size and hash that the manifest names (R2).
    pub fn file(&self, file: &manifest::ModelFile) -> Result<Vec<u8>, ExecutorError> {
        let digits = file.sha256.to_string();
        let by_hash = digits.trim_start_matches("0x");
        let folder = &self.folder;
        let places = [folder.join(by_hash), folder.join(&file.path)];
        let beside = self.beside.iter().map(|folder| folder.join(&file.path));
        let all: Vec<PathBuf> = places.into_iter().chain(beside).collect();
        let Some(path) = all.iter().find(|path| path.is_file()) else {
            let sources: Vec<&str> = file.sources.iter().map(manifest::Source::as_str).collect();
            return Err(ExecutorError::FileUnavailable {
                path: file.path.clone(),
                reason: format!(
                    "not at {}; get it ({}) and put it into the folder named by --models",
                    all.iter()
                        .map(|path| path.display().to_string())
                        .collect::<Vec<_>>()
                        .join(", "),
                    if sources.is_empty() {
                        "the manifest names no source".to_owned()
                    } else {
                        sources.join(", ")
                    }
                ),
            });
        };
        let unreadable = |reason: String| ExecutorError::FileUnavailable {
            path: file.path.clone(),
            reason,
        };
        let size = fs::metadata(path)
            .map_err(|error| unreadable(error.to_string()))?
            .len();
        let differs = || ExecutorError::FileDiffers {
            path: file.path.clone(),
        };
        if size != file.size {
            return Err(differs());
        }
        let bytes =
            fs::read(path).map_err(|error| unreadable(format!("{}: {error}", path.display())))?;
        if FileHash::of(&bytes, &Software) == file.sha256 {
            Ok(bytes)
        } else {
            Err(differs())
        }
    }
}

impl Executor for Local<'_> {
    async fn run(
        &self,
        engine: &lists::Engine,
        model: &Model,
        input: &Input,
    ) -> Result<RunResponse, ExecutorError> {
        let (mut loaded, _) = self.load(engine, &self.request(&model.manifest)?)?;
        loaded.run(&RunRequest {
            input: input.clone(),
            // Items are compared, which no salt changes.
            seed: [0; 32],
        })
    }

    async fn exact(
        &self,
        engine: &lists::Engine,
        model: &Model,
        root: ExactRoot,
        input: &Input,
    ) -> Result<ExactRun, ExecutorError> {
        let program = exact::registered(&self.places, &model.manifest, root)?;
        let response = self.run(engine, model, input).await?;
        let Input::Tensors(tensors) = input else {
            return Err(ExecutorError::Inputs {
                reason: "a file was given, and it takes tensors".to_owned(),
            });
        };
        exact::check_items(&program, tensors, &response)?;
        let outside = exact::outside(&program, tensors)?;
        Ok(ExactRun { response, outside })
    }
}

/// Known-answer vectors are not the engine's.
fn role(role: Role) -> Option<FileRole> {
    match role {
        Role::Model => Some(FileRole::Model),
        Role::Config => Some(FileRole::Config),
        Role::Labels => Some(FileRole::Labels),
        Role::Kat => None,
    }
}

/// Both crates number element types as ONNX does.
fn port(info: &TensorInfo) -> Option<Port> {
    let dims = info.dims.iter().map(|dim| match dim {
        manifest::Dim::Fixed(length) => Dim::Fixed(*length),
        manifest::Dim::Symbol(name) => Dim::Symbol(name.clone()),
    });
    Some(Port {
        name: info.name.clone(),
        dtype: ElementType::from_code(info.dtype.number())?,
        dims: Some(dims.collect()),
    })
}
