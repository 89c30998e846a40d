//! A float ONNX model into the exact profile (EXACT 1), after training and without the training data: batch norms are folded,
//! activations get a scale from calibration samples, weights one per output channel such that every combined scale is a power
//! of two and the bound of EXACT 1.4 holds, biases take back what rounding the weights moves on average, and functions of one
//! value become tables.
//!
//! The arithmetic here is IEEE 754 binary64 without fused operations, and `libm` for functions: the same model and samples
//! give the same file everywhere. What comes out is read again by [`countersign_exact::import`], which alone decides whether
//! it is in the profile.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod agree;
mod dot;
mod emit;
mod graph;
mod lower;
mod probe;
mod unary;
mod write;

pub use agree::{agreement, Agreement, OutputAgreement};
pub use probe::Sample;
pub use write::write;

use std::fmt;

use countersign_abi::NamedTensor;
use countersign_onnx::{load, metadata, LoadLimits};
use countersign_shared::exact::Program;

/// What runs a float model: any engine.
pub trait Runner {
    /// Takes a model file in place of an earlier one.
    ///
    /// # Errors
    /// Why the engine does not take it.
    fn load(&mut self, onnx: Vec<u8>) -> Result<(), String>;

    /// Runs it.
    ///
    /// # Errors
    /// Why it cannot be computed.
    fn run(&mut self, inputs: Vec<NamedTensor>) -> Result<Vec<NamedTensor>, String>;
}

/// How an input's numbers become integers: `integer = value / scale`, from `lo` to `hi`.
#[derive(Clone, Debug, PartialEq)]
pub struct InputScale {
    /// The input.
    pub name: String,
    /// The step between two integers, in the float model's unit.
    pub scale: f64,
    /// The least integer.
    pub lo: i32,
    /// The greatest integer.
    pub hi: i32,
}

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct Options {
    /// Inputs whose scale and interval are given; the others' are found from the samples.
    pub inputs: Vec<InputScale>,
    /// The greatest magnitude of an activation. More is finer activations and coarser weights.
    pub levels: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            levels: 1023,
        }
    }
}

/// Why a model cannot be brought into the profile.
#[derive(Clone, Debug, PartialEq)]
pub enum QuantiseError {
    /// The file is no ONNX model.
    Model(String),
    /// The samples do not fit the model, or there are none.
    Samples(String),
    /// The engine refused the float model or a sample.
    Engine(String),
    /// A node for which there is no integer form here.
    Node {
        /// The node, as [`countersign_onnx::Node::label`] names it.
        node: String,
        /// What about it.
        why: String,
    },
    /// No scale of this node's weights keeps the bound of EXACT 1.4.
    Bound {
        /// The node.
        node: String,
        /// The output channel.
        channel: usize,
        /// `Σ|w|·max|x| + |bias|` with the coarsest weights.
        value: f64,
    },
    /// What came out is outside the profile: the refusal of the importer.
    Outside(countersign_exact::Refused),
}

impl fmt::Display for QuantiseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(why) => write!(f, "this is no ONNX model that can be read: {why}"),
            Self::Samples(why) => write!(f, "the calibration samples do not serve: {why}"),
            Self::Engine(why) => write!(f, "the float model does not run: {why}"),
            Self::Node { node, why } => write!(f, "{node} has no integer form here: {why}"),
            Self::Bound {
                node,
                channel,
                value,
            } => write!(
                f,
                "{node}, output channel {channel}: even its coarsest weights sum up to {value}, and 16777215 is the bound (EXACT 1.4); \
                 try fewer levels"
            ),
            Self::Outside(refused) => write!(f, "{refused}"),
        }
    }
}

impl std::error::Error for QuantiseError {}

/// One sum of products and how near it comes to the bound of EXACT 1.4.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The float model's node.
    pub node: String,
    /// The terms of one sum.
    pub terms: usize,
    /// The largest `Σ|w|·max|x| + |bias|` of its output channels; always below 2^24.
    pub largest: i64,
    /// The coarsest and the finest shift of its channels.
    pub shifts: (u32, u32),
    /// The largest weight, as an integer: how finely the weights are cut.
    pub weight: i64,
}

/// An output's number in the float model's unit is `integer · scale`.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputScale {
    /// The output.
    pub name: String,
    /// The float model's value of one step.
    pub scale: f64,
    /// The float value that the output stands for; another than the output if a Softmax was left out.
    pub stands_for: String,
    /// Whether a Softmax of it gives the float model's output.
    pub softmax: bool,
}

/// A model of the exact profile.
#[derive(Clone, Debug)]
pub struct Quantised {
    /// The ONNX file.
    pub onnx: Vec<u8>,
    /// Its program.
    pub program: Program,
    /// How to feed it.
    pub inputs: Vec<InputScale>,
    /// How to read it.
    pub outputs: Vec<OutputScale>,
    /// Every sum of products.
    pub bounds: Vec<Bound>,
    /// What was left out or replaced, as sentences.
    pub notes: Vec<String>,
}

/// Brings a float model into the profile. All samples have one shape, which becomes the model's.
///
/// # Errors
/// [`QuantiseError`].
pub fn quantise(
    onnx: &[u8],
    samples: &[Sample],
    options: &Options,
    runner: &mut dyn Runner,
) -> Result<Quantised, QuantiseError> {
    let no_model = |error: countersign_onnx::LoadError| QuantiseError::Model(error.to_string());
    let model = load(onnx, &[], LoadLimits::default()).map_err(no_model)?;
    let probe = probe::probe(&model, samples, runner)?;
    let graph = graph::Graph::new(&model, &probe)?;
    let lowered = lower::lower(&graph, &probe, options)?;
    let onnx = write(&lowered.model, &lowered.metadata);
    let again = load(&onnx, &[], LoadLimits::default()).map_err(no_model)?;
    let declared = metadata(&onnx).map_err(no_model)?;
    let program = countersign_exact::import(&again, &declared).map_err(QuantiseError::Outside)?;
    Ok(Quantised {
        onnx,
        program,
        inputs: lowered.inputs,
        outputs: lowered.outputs,
        bounds: lowered.bounds,
        notes: lowered.notes,
    })
}
