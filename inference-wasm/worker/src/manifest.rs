//! A manifest as the engine's load request.

use countersign_abi::{Declared, Dim, ElementType, FileRole, Port, Task};
use countersign_messages::RunError;
use countersign_shared::manifest::{self, Manifest, Role, TensorInfo};

/// A file that the manifest lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path in the manifest.
    pub path: String,
    /// The SHA-256 that its bytes must have.
    pub sha256: [u8; 32],
    /// The length that it must have, in bytes.
    pub size: u64,
}

/// How far the GPU may differ from the engine where no manifest says it.
const BARE_TOLERANCE: f64 = 0.001;

/// What the worker needs of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The task.
    pub task: Task,
    /// The files that the engine needs, with what they are for.
    pub files: Vec<(FileRole, Listed)>,
    /// The known answers: what the GPU must give before it is trusted with the model.
    pub known_answers: Vec<Listed>,
    /// Inputs and outputs; `None` where there is no manifest.
    pub declared: Option<Declared>,
    /// How far a run on the GPU may differ from the engine's.
    pub tolerance: f64,
}

impl Plan {
    /// Reads a manifest's bytes.
    ///
    /// # Errors
    /// [`RunError::Manifest`] for bytes that are no manifest, or one that asks for what this version does not know.
    pub fn read(bytes: &[u8]) -> Result<Self, RunError> {
        let refuse = |detail: String| RunError::Manifest { detail };
        let manifest = Manifest::parse(bytes).map_err(|error| refuse(error.to_string()))?;
        let task = Task::from_name(manifest.task.name())
            .ok_or_else(|| refuse(format!("the task {} is unknown", manifest.task)))?;
        let (mut files, mut known_answers) = (Vec::new(), Vec::new());
        for file in &manifest.files {
            let listed = Listed {
                path: file.path.clone(),
                sha256: *file.sha256.as_bytes(),
                size: file.size,
            };
            let role = match file.role {
                Role::Model => FileRole::Model,
                Role::Config => FileRole::Config,
                Role::Labels => FileRole::Labels,
                Role::Kat => {
                    known_answers.push(listed);
                    continue;
                }
            };
            files.push((role, listed));
        }
        let tolerance = manifest
            .fast_tolerance
            .parse::<f64>()
            .ok()
            .filter(|t| t.is_finite() && *t >= 0.0);
        Ok(Self {
            task,
            files,
            known_answers,
            declared: Some(Declared {
                inputs: ports(&manifest.inputs).map_err(refuse)?,
                outputs: ports(&manifest.outputs).map_err(refuse)?,
            }),
            tolerance: tolerance
                .ok_or_else(|| refuse("its fastTolerance is no number".to_owned()))?,
        })
    }

    /// The plan for an ONNX file without a manifest: `tensors/1`, with the tolerance of a careful publisher.
    pub fn bare(files: Vec<(FileRole, Listed)>) -> Self {
        Self {
            task: Task::Tensors1,
            files,
            known_answers: Vec::new(),
            declared: None,
            tolerance: BARE_TOLERANCE,
        }
    }

    /// The ONNX file.
    pub fn model(&self) -> Option<&Listed> {
        let mut files = self.files.iter();
        files
            .find(|(role, _)| *role == FileRole::Model)
            .map(|(_, listed)| listed)
    }
}

fn ports(list: &[TensorInfo]) -> Result<Vec<Port>, String> {
    list.iter()
        .map(|tensor| {
            let dtype = ElementType::from_code(tensor.dtype.number())
                .ok_or_else(|| format!("the element type of {} is unknown", tensor.name))?;
            let dims = tensor.dims.iter().map(|dim| match dim {
                manifest::Dim::Fixed(length) => Dim::Fixed(*length),
                manifest::Dim::Symbol(name) => Dim::Symbol(name.clone()),
            });
            Ok(Port {
                name: tensor.name.clone(),
                dtype,
                dims: Some(dims.collect()),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIKA: &[u8] = include_bytes!("../../../models/magika/manifest.json");

    #[test]
    fn magikas_manifest_is_a_plan() {
        let plan = Plan::read(MAGIKA).unwrap();
        assert_eq!(plan.task, Task::Magika1);
        // Its known answer is no file of the engine.
        assert_eq!((plan.files.len(), plan.known_answers.len()), (3, 1));
        assert_eq!(plan.known_answers[0].path, "known.bin");
        assert_eq!(plan.model().unwrap().path, "model.onnx");
        let declared = plan.declared.unwrap();
        assert_eq!(declared.inputs[0].dtype, ElementType::I32);
        assert!(plan.tolerance > 0.0 && plan.tolerance < 0.01);
    }

    #[test]
    fn anything_else_is_refused_in_words() {
        for bytes in [&b"{}"[..], b"", b"\xff", &MAGIKA[1..]] {
            let error = Plan::read(bytes).unwrap_err();
            assert!(matches!(error, RunError::Manifest { .. }), "{error}");
        }
    }
}
