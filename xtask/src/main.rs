//! `cargo xtask`: everything that has to be done around the code, from an empty machine to a released file.
//!
//! Every step first looks whether its result is there already, says what it does and how long it usually takes, and
//! writes its output to a log under the cache folder. Tools and build results live outside the clone, under
//! `${XDG_CACHE_HOME:-~/.cache}/countersign`; `COUNTERSIGN_CACHE` names another folder.

mod apps;
mod bench;
mod chain;
mod clones;
mod conformance;
mod deploy;
mod doctor;
mod exact;
mod exec;
mod files;
mod models;
mod npm;
mod parts;
mod paths;
mod release;
mod serve;
mod speed;
mod stand;
mod test;
mod tidy;
mod toolchain;
mod tools;
mod up;
mod weight;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Build, run, test and release Countersign.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up what is missing, start the node, deploy, publish the sample model and serve the app until Ctrl-C
    Up(up::Args),
    /// Run every check and test of the repository
    Test(test::Args),
    /// Say what is missing on this machine and how to get it
    Doctor,
    /// Build one part, or all
    Build(apps::Args),
    /// Print the SHA-256 of every file of the built app, as the page's own list shows them
    Files(files::Args),
    /// Fetch the published models, pinned by SHA-256, into the cache
    Models,
    /// Make the extra Rust toolchains
    Toolchains,
    /// Make the released files (engine, runtime, contract bundles), or compare them with what the source gives
    Release(release::Args),
    /// Deploy the released contracts to a chain with pallet-contracts
    Deploy(deploy::Args),
    /// Run ONNX's own tests on the engine or on the GPU; fails if one is wrong
    Conformance(conformance::Args),
    /// What Trunk calls instead of wasm-bindgen: cuts the app into parts
    #[command(hide = true)]
    Bindgen(parts::Args),
    /// Compare wonnx, engine, onnxruntime and interpreter on programs of the exact profile, bit for bit; fails if one is wrong
    Exact(exact::Args),
    /// Measure sizes and times and print the table that the documentation carries
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Up(args) => up::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Doctor => doctor::run(),
        Command::Build(args) => apps::run(&args),
        Command::Files(args) => files::run(&args),
        Command::Models => models::fetch_all().map(drop),
        Command::Toolchains => toolchain::wasm()
            .and_then(|_| toolchain::contracts())
            .map(drop),
        Command::Release(args) => release::run(&args),
        Command::Deploy(args) => deploy::run(&args),
        Command::Conformance(args) => conformance::run(&args),
        Command::Bindgen(args) => parts::bindgen(&args),
        Command::Exact(args) => exact::run(&args),
        Command::Bench(args) => bench::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}
