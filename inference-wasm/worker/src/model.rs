//! A model: its plan and the blobs that hold its files.

use countersign_abi::{Description, FileRole, Limits, LoadRequest, ModelFile, Op, Task};
use countersign_messages::{Progress, RunError, Sha256, Stage};
use countersign_shared::exact::Program;
use sha2::{Digest as _, Sha256 as Hasher};
use web_sys::Blob;

use crate::blob::{read, verified};
use crate::engine::Engine;
use crate::manifest::{Listed, Plan};

/// A model whose files were checked once, and are checked again whenever they are read again.
pub(crate) struct Model {
    pub(crate) plan: Plan,
    /// SHA-256 of the manifest's bytes.
    pub(crate) manifest: Sha256,
    files: Vec<(FileRole, Listed, Blob)>,
    /// The known answers; a page that never uses the GPU may leave them out.
    known: Vec<(Listed, Option<Blob>)>,
    /// Its exact program, once that was asked for.
    pub(crate) exact: Option<Program>,
}

impl Model {
    /// Reads the manifest and finds every file that it lists.
    pub(crate) fn new(manifest: &[u8], given: &[(String, Blob)]) -> Result<Self, RunError> {
        let plan = Plan::read(manifest)?;
        let find = |listed: &Listed| {
            let found = given.iter().find(|(path, _)| *path == listed.path);
            found.map(|(_, blob)| blob.clone())
        };
        let files = plan
            .files
            .iter()
            .map(|(role, listed)| match find(listed) {
                Some(blob) => Ok((*role, listed.clone(), blob)),
                None => Err(RunError::MissingFile {
                    path: listed.path.clone(),
                }),
            })
            .collect::<Result<_, _>>()?;
        let known = plan
            .known_answers
            .iter()
            .map(|listed| (listed.clone(), find(listed)))
            .collect();
        Ok(Self {
            plan,
            manifest: Hasher::digest(manifest).into(),
            files,
            known,
            exact: None,
        })
    }

    /// The checked bytes of every known answer.
    pub(crate) async fn known_answers(&self) -> Result<Vec<Vec<u8>>, RunError> {
        let mut all = Vec::new();
        for (listed, blob) in &self.known {
            let blob = blob.as_ref().ok_or_else(|| RunError::MissingFile {
                path: listed.path.clone(),
            })?;
            all.push(checked(listed, blob).await?);
        }
        Ok(all)
    }

    /// An ONNX file without a manifest, and its external data. Each is hashed now, so that what is read again later is
    /// what was read first.
    pub(crate) async fn bare(
        given: Vec<(String, Blob)>,
        progress: &impl Fn(Progress),
    ) -> Result<Self, RunError> {
        let mut files = Vec::with_capacity(given.len());
        for (path, blob) in given {
            let told = |done, total| progress(Progress::bytes(Stage::Verify, done, total));
            let (bytes, sha256) = read(&blob, &path, told).await?;
            let role = if files.is_empty() {
                FileRole::Model
            } else {
                FileRole::Data
            };
            let size = bytes.len() as u64;
            files.push((role, Listed { path, sha256, size }, blob));
        }
        let listed = files
            .iter()
            .map(|(role, listed, _)| (*role, listed.clone()));
        Ok(Self {
            plan: Plan::bare(listed.collect()),
            manifest: Sha256::default(),
            files,
            known: Vec::new(),
            exact: None,
        })
    }

    /// Loads the ONNX file and its external data, without the task, into the engine in place of what it holds.
    pub(crate) async fn load_bare(&self, engine: &mut Engine) -> Result<Description, RunError> {
        let mut files = Vec::new();
        for (role, listed, blob) in &self.files {
            if matches!(role, FileRole::Model | FileRole::Data) {
                files.push(ModelFile {
                    role: *role,
                    path: listed.path.clone(),
                    data: checked(listed, blob).await?,
                });
            }
        }
        let request = LoadRequest {
            task: Task::Tensors1,
            files,
            declared: None,
            limits: Limits::default(),
        };
        engine.call(Op::Load, &request)
    }

    /// Reads, checks and loads the files into the engine.
    pub(crate) async fn load(
        &self,
        engine: &mut Engine,
        progress: &impl Fn(Progress),
    ) -> Result<Description, RunError> {
        let total: u64 = self.files.iter().map(|(_, listed, _)| listed.size).sum();
        let (mut files, mut before) = (Vec::new(), 0);
        for (role, listed, blob) in &self.files {
            let told = |done, _| progress(Progress::bytes(Stage::Verify, before + done, total));
            let data = verified(blob, &listed.path, Some(listed.size), listed.sha256, told).await?;
            before += listed.size;
            files.push(ModelFile {
                role: *role,
                path: listed.path.clone(),
                data,
            });
        }
        progress(Progress::stage(Stage::Load));
        let request = LoadRequest {
            task: self.plan.task,
            files,
            declared: self.plan.declared.clone(),
            limits: Limits::default(),
        };
        engine.call(Op::Load, &request)
    }

    /// The ONNX file's checked bytes.
    pub(crate) async fn onnx(&self) -> Result<Vec<u8>, RunError> {
        let listed = self.plan.model();
        let mut files = self.files.iter();
        let found = files.find(|(_, file, _)| Some(file) == listed);
        let (_, listed, blob) = found.ok_or_else(|| RunError::MissingFile {
            path: "model".to_owned(),
        })?;
        checked(listed, blob).await
    }
}

async fn checked(listed: &Listed, blob: &Blob) -> Result<Vec<u8>, RunError> {
    let (size, sha256) = (Some(listed.size), listed.sha256);
    verified(blob, &listed.path, size, sha256, |_, _| ()).await
}
