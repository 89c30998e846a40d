//! Which engine runs, and where the files of models are.

use clap::Args;
use std::path::PathBuf;

/// Which engine to run, and how long.
#[derive(Debug, Args)]
pub struct EngineChoice {
    /// The engine's wasm file; its SHA-256 must be in the list of engines [default: the list's last]
    #[arg(long, value_name = "FILE")]
    pub engine: Option<PathBuf>,
    /// Stop a run after this time
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub time_limit: u32,
    /// Where the model's files are
    #[command(flatten)]
    pub files: ModelFiles,
}

/// Where the files of models are.
#[derive(Debug, Args)]
pub struct ModelFiles {
    /// The folder of model files, each named by its SHA-256 or its path in the manifest
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_MODELS")]
    pub models: Option<PathBuf>,
}
