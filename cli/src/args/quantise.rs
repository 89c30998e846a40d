//! `countersign quantise`.

use super::EngineChoice;
use clap::Args;
use std::path::PathBuf;

/// What `quantise` takes.
#[derive(Debug, Args)]
pub struct Quantise {
    /// The float model: an ONNX file
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// The folder of calibration samples: NPY files, the first axis counts the samples. A model of several inputs needs
    /// NAME.npy for each of them
    #[arg(long, value_name = "DIR")]
    pub calibrate: PathBuf,
    /// The folder of other samples, on which the float model and the exact one are compared [default: the calibration's]
    #[arg(long, value_name = "DIR")]
    pub evaluate: Option<PathBuf>,
    /// The right class of each sample of --evaluate: an NPY file of integers
    #[arg(long, value_name = "FILE", requires = "evaluate")]
    pub labels: Option<PathBuf>,
    /// How an input's numbers become integers: value / SCALE, from LO to HI [default: found from the samples]
    #[arg(long, value_name = "NAME=SCALE,LO,HI")]
    pub input: Vec<String>,
    /// The greatest magnitude of an activation: more is finer activations and coarser weights
    #[arg(long, value_name = "NUMBER", default_value_t = 1023, value_parser = clap::value_parser!(u32).range(15..=65535))]
    pub levels: u32,
    /// Where the exact model goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Which engine runs both models.
    #[command(flatten)]
    pub engine: EngineChoice,
}
