//! A model: its plan and the blobs that hold its files.

use countersign_abi::{Description, FileRole, Limits, LoadRequest, ModelFile, Op};
use countersign_messages::{Progress, RunError, Sha256, Stage};
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
    files: Vec<(Listed, Blob)>,
}

impl Model {
    /// Reads the manifest and finds every file that it lists.
    pub(crate) fn new(manifest: &[u8], given: &[(String, Blob)]) -> Result<Self, RunError> {
        let plan = Plan::read(manifest)?;
        let files = plan
            .files
            .iter()
            .map(
                |listed| match given.iter().find(|(path, _)| *path == listed.path) {
                    Some((_, blob)) => Ok((listed.clone(), blob.clone())),
                    None => Err(RunError::MissingFile {
                        path: listed.path.clone(),
                    }),
                },
            )
            .collect::<Result<_, _>>()?;
        Ok(Self {
            plan,
            manifest: Hasher::digest(manifest).into(),
            files,
        })
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
            let listed = Listed {
                path,
                role,
                sha256,
                size,
            };
            files.push((listed, blob));
        }
        let plan = Plan::bare(files.iter().map(|(listed, _)| listed.clone()).collect());
        Ok(Self {
            plan,
            manifest: Sha256::default(),
            files,
        })
    }

    /// Reads, checks and loads the files into the engine.
    pub(crate) async fn load(
        &self,
        engine: &mut Engine,
        progress: &impl Fn(Progress),
    ) -> Result<Description, RunError> {
        let total: u64 = self.files.iter().map(|(listed, _)| listed.size).sum();
        let (mut files, mut before) = (Vec::new(), 0);
        for (listed, blob) in &self.files {
            let told = |done, _| progress(Progress::bytes(Stage::Verify, before + done, total));
            let data = verified(blob, &listed.path, Some(listed.size), listed.sha256, told).await?;
            before += listed.size;
            files.push(ModelFile {
                role: listed.role,
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
        let found = self.files.iter().find(|(file, _)| Some(file) == listed);
        let (listed, blob) = found.ok_or_else(|| RunError::MissingFile {
            path: "model".to_owned(),
        })?;
        verified(
            blob,
            &listed.path,
            Some(listed.size),
            listed.sha256,
            |_, _| (),
        )
        .await
    }
}
