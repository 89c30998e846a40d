//! Manifests (3.1): what a model is, in at most 12 KiB that the chain holds itself.
//!
//! `countersign/manifest/1` is RFC 8785 with a closed schema. The contract checks the length
//! only; whoever reads a manifest refuses what this module refuses.

use crate::crypto::Crypto;
use crate::files::FileError;
use crate::id::FileHash;
use crate::json::Value;
use crate::tensor::DataType;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

mod read;
mod write;

pub use read::hidden;

/// The greatest manifest, in bytes.
pub const MAX_MANIFEST: usize = 12 * 1024;

/// What a program must do with the model beyond executing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// `image-classification/1`: which of its labels fits a picture?
    ImageClassification,
    /// `magika/1`: which kind of file is this? Pre- and post-processing as Magika's program does.
    Magika,
    /// `speech-activity/1`: when does somebody speak in a sound?
    SpeechActivity,
    /// `tensors/1`: tensors in, tensors out.
    Tensors,
    /// `text-detection/1`: where is text in a picture?
    TextDetection,
    /// `text-recognition/1`: what is the text in the places that a `text-detection/1` found?
    TextRecognition,
    /// `turn-detection/1`: has the speaker of a sound finished?
    TurnDetection,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ImageClassification,
        Self::Magika,
        Self::SpeechActivity,
        Self::Tensors,
        Self::TextDetection,
        Self::TextRecognition,
        Self::TurnDetection,
    ];

    /// The text in the manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ImageClassification => "image-classification/1",
            Self::Magika => "magika/1",
            Self::SpeechActivity => "speech-activity/1",
            Self::Tensors => "tensors/1",
            Self::TextDetection => "text-detection/1",
            Self::TextRecognition => "text-recognition/1",
            Self::TurnDetection => "turn-detection/1",
        }
    }

    /// Whether a run takes a file (and pre-processing makes the model's inputs of it) rather than tensors.
    #[must_use]
    pub const fn takes_file(self) -> bool {
        !matches!(self, Self::Tensors)
    }

    /// Whether a run also takes the result of an earlier run, whose receipt it then names (PROTOCOL 4.1, `refUID`).
    #[must_use]
    pub const fn takes_result(self) -> bool {
        matches!(self, Self::TextRecognition)
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a file of the model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The ONNX file; there is exactly one.
    Model,
    /// Settings of the task's pre- and post-processing.
    Config,
    /// Names of the model's answers.
    Labels,
    /// A known answer: inputs with the outputs that they must give.
    Kat,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Model, Self::Config, Self::Labels, Self::Kat];

    /// The text in the manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Config => "config",
            Self::Labels => "labels",
            Self::Kat => "kat",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a file may be had. What comes from there is used only if it hashes to its digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// An `https://` address.
    Url(String),
    /// A path relative to the app's own origin, as in `models/<sha256 without 0x>`.
    Path(String),
}

impl Source {
    /// The text in the manifest.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Url(text) | Self::Path(text) => text,
        }
    }
}

/// A file of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFile {
    /// Its name within the model: relative, without `..`, unique.
    pub path: String,
    /// What it is for.
    pub role: Role,
    /// SHA-256 of its bytes.
    pub sha256: FileHash,
    /// Its length in bytes.
    pub size: u64,
    /// Where it may be had, tried in this order; empty if only by hand.
    pub sources: Vec<Source>,
}

/// One dimension of a tensor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dim {
    /// Always this.
    Fixed(u64),
    /// Any length; equal names stand for equal lengths.
    Symbol(String),
}

/// An input or output of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// The model's name for it.
    pub name: String,
    /// Element type.
    pub dtype: DataType,
    /// Dims, outermost first.
    pub dims: Vec<Dim>,
}

/// Where the publisher had the model from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Name of the package.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Its page.
    pub url: String,
}

/// A manifest. [`Manifest::parse`] checks every rule; [`Manifest::to_bytes`] checks them again,
/// so that nothing unreadable is ever published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The model's name; not protected: publisher and first block stand beside it.
    pub name: String,
    /// The model's version.
    pub version: String,
    /// What it does, for people.
    pub description: String,
    /// SPDX expression of its licence.
    pub licence: String,
    /// What a program must do with it.
    pub task: Task,
    /// Its files, the ONNX file among them.
    pub files: Vec<ModelFile>,
    /// What it is fed.
    pub inputs: Vec<TensorInfo>,
    /// What it answers.
    pub outputs: Vec<TensorInfo>,
    /// How far a Fast run may differ, as a decimal number.
    pub fast_tolerance: String,
    /// Where the publisher had it from.
    pub source: Option<Origin>,
}

/// Why bytes are no manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// Longer than [`MAX_MANIFEST`].
    TooLong(usize),
    /// Not the format, or a field breaks its rule.
    File(FileError),
    /// The files do not hold exactly one of this role, as the task demands.
    Role(Role),
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(length) => {
                write!(
                    f,
                    "the manifest has {length} bytes; at most {MAX_MANIFEST} are possible"
                )
            }
            Self::File(FileError::Field { path, fault }) => {
                write!(f, "the manifest's {path} is refused: {fault}")
            }
            Self::File(error) => write!(f, "the manifest is refused: {error}"),
            Self::Role(role) => {
                write!(
                    f,
                    "the manifest must list exactly one file of role {role:?}",
                    role = role.name()
                )
            }
        }
    }
}

impl core::error::Error for ManifestError {}

impl From<FileError> for ManifestError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl Manifest {
    /// Reads a manifest's stored bytes.
    ///
    /// # Errors
    /// [`ManifestError`]; whatever this refuses is shown as unreadable and never executed (R2).
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        read::parse(bytes)
    }

    /// The bytes to be stored.
    ///
    /// # Errors
    /// [`ManifestError`] if [`Manifest::parse`] would not take them back.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ManifestError> {
        let bytes = self.to_json().to_canonical().into_bytes();
        match Self::parse(&bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(error),
        }
    }

    /// The one file of a role, `None` if there is none or more than one.
    #[must_use]
    pub fn file(&self, role: Role) -> Option<&ModelFile> {
        let mut files = self.files.iter().filter(|file| file.role == role);
        files.next().filter(|_| files.next().is_none())
    }

    /// The ONNX file.
    #[must_use]
    pub fn model_file(&self) -> Option<&ModelFile> {
        self.file(Role::Model)
    }

    /// The manifest as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        write::to_json(self)
    }
}

impl FileHash {
    /// SHA-256 of a file's bytes.
    #[must_use]
    pub fn of(bytes: &[u8], crypto: &impl Crypto) -> Self {
        Self::new(crypto.sha256(bytes))
    }
}
