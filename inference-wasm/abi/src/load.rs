//! Loading and describing a model.

use alloc::{string::String, vec::Vec};
use parity_scale_codec::{Decode, Encode};

use crate::ElementType;

/// What the engine does around the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Task {
    /// `tensors/1`: tensors in, tensors out, no processing.
    #[codec(index = 0)]
    Tensors1,
    /// `magika/1`: a file's bytes in, its kind out, exactly as Magika's Python program 1.0 answers.
    #[codec(index = 1)]
    Magika1,
    /// `image-classification/1`: an encoded picture in, its classes with probabilities out.
    #[codec(index = 2)]
    ImageClassification1,
    /// `text-detection/1`: an encoded picture in, the boxes that hold lines of text out.
    #[codec(index = 3)]
    TextDetection1,
    /// `text-recognition/1`: an encoded picture and the result of `text-detection/1` on it in, the text of every box out.
    #[codec(index = 4)]
    TextRecognition1,
    /// `speech-activity/1`: an encoded sound in, the stretches in which somebody speaks out.
    #[codec(index = 5)]
    SpeechActivity1,
    /// `turn-detection/1`: an encoded sound in, whether its speaker has finished out.
    #[codec(index = 6)]
    TurnDetection1,
}

impl Task {
    /// Every task.
    pub const ALL: [Self; 7] = [
        Self::Tensors1,
        Self::Magika1,
        Self::ImageClassification1,
        Self::TextDetection1,
        Self::TextRecognition1,
        Self::SpeechActivity1,
        Self::TurnDetection1,
    ];

    /// The name in a manifest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tensors1 => "tensors/1",
            Self::Magika1 => "magika/1",
            Self::ImageClassification1 => "image-classification/1",
            Self::TextDetection1 => "text-detection/1",
            Self::TextRecognition1 => "text-recognition/1",
            Self::SpeechActivity1 => "speech-activity/1",
            Self::TurnDetection1 => "turn-detection/1",
        }
    }

    /// The task with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.name() == name)
    }
}

/// What a file of a model is for; the manifest's `role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum FileRole {
    /// The ONNX file; exactly one.
    #[codec(index = 0)]
    Model,
    /// Settings of the task's pre- and post-processing (`magika/1`: `config.min.json`).
    #[codec(index = 1)]
    Config,
    /// The labels (`magika/1`: `content_types_kb.min.json`).
    #[codec(index = 2)]
    Labels,
    /// External data of the ONNX file; its path is the `location` that the model names.
    #[codec(index = 3)]
    Data,
}

/// One file of the model. The host has checked its size and SHA-256 against the manifest before (R2).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ModelFile {
    /// What it is for.
    pub role: FileRole,
    /// Its path in the manifest.
    pub path: String,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// The request of [`Op::Load`](crate::Op::Load).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LoadRequest {
    /// The manifest's task.
    pub task: Task,
    /// The manifest's files, without known-answer vectors.
    pub files: Vec<ModelFile>,
    /// The manifest's inputs and outputs, which must agree with the model's; `None` where there is no manifest.
    pub declared: Option<Declared>,
    /// Bounds on what the model may use.
    pub limits: Limits,
}

/// Inputs and outputs as the manifest declares them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Declared {
    /// The inputs, in the model's order.
    pub inputs: Vec<Port>,
    /// The outputs, in the model's order.
    pub outputs: Vec<Port>,
}

/// Bounds that are checked before memory is taken; what exceeds one is refused with
/// [`ErrorCode::Limit`](crate::ErrorCode::Limit).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Limits {
    /// Bytes of all tensors that live at one moment of a run, parameters included.
    pub tensor_bytes: u64,
    /// Nodes of the graph, those of its subgraphs included.
    pub nodes: u32,
    /// Scalar multiply-adds (or comparable steps) of one run.
    pub steps: u64,
}

impl Default for Limits {
    /// 1 GiB of tensors, 100,000 nodes, 2^40 steps.
    fn default() -> Self {
        Self {
            tensor_bytes: 1 << 30,
            nodes: 100_000,
            steps: 1 << 40,
        }
    }
}

/// A dimension as a model declares it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Dim {
    /// A fixed size.
    #[codec(index = 0)]
    Fixed(u64),
    /// A named size that may differ from run to run; equal names are equal sizes.
    #[codec(index = 1)]
    Symbol(String),
    /// Any size.
    #[codec(index = 2)]
    Unknown,
}

/// An input or output of a model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its element type.
    pub dtype: ElementType,
    /// Its dimensions; `None` if even their number is open.
    pub dims: Option<Vec<Dim>>,
}

/// How often a model uses an operator.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct OperatorUse {
    /// The operator's domain; empty for `ai.onnx`.
    pub domain: String,
    /// The operator's name.
    pub name: String,
    /// The opset version in which its definition in force first appeared.
    pub since: u32,
    /// How many nodes use it, subgraphs included.
    pub count: u32,
}

/// The response of [`Op::Load`](crate::Op::Load) and [`Op::Describe`](crate::Op::Describe).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Description {
    /// [`ABI_VERSION`](crate::ABI_VERSION) of the module.
    pub abi: u32,
    /// The task.
    pub task: Task,
    /// The program that made the ONNX file, as the file says; may be empty.
    pub producer: String,
    /// The `ai.onnx` opset that the file imports.
    pub opset: u32,
    /// What a run takes when it takes tensors.
    pub inputs: Vec<Port>,
    /// What a run yields.
    pub outputs: Vec<Port>,
    /// Bytes of parameters.
    pub parameter_bytes: u64,
    /// The operators in use, by domain and name.
    pub operators: Vec<OperatorUse>,
}
