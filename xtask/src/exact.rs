//! `cargo xtask exact`: X1. Programs of the exact profile on wonnx in a real Chromium, on the engine, on onnxruntime where it is
//! installed, and on `shared`'s interpreter: the same bits, or a reason why the GPU lane does not take them.

use crate::exec::{at, cargo, command, probe, say, shown_step, step, write, Result};
use crate::toolchain::{self, HOST};
use crate::{apps, npm, paths};
use std::fs;
use std::path::{Path, PathBuf};

/// The seed of the random programs.
const SEED: &str = "20261201";
/// Random programs in `cargo xtask test`, and which of them show every tensor.
const FEW: (u32, u32) = (250, 4);

/// `cargo xtask exact`.
#[derive(clap::Args)]
pub struct Args {
    /// How many random programs
    #[arg(long, default_value_t = 10_000)]
    count: u32,
    /// Each of so many random programs is run with every tensor as an output as well; 0 for none
    #[arg(long, default_value_t = 1)]
    every: u32,
    /// The seed of the random programs
    #[arg(long, default_value = SEED)]
    seed: String,
    /// A folder of models NAME.onnx, each with its samples in NAME.npy: float32, whole numbers
    #[arg(long)]
    models: Option<PathBuf>,
    /// The Python whose onnxruntime is compared, if it has one
    #[arg(long, default_value = "python3")]
    python: PathBuf,
}

/// Runs all of it and prints the counts.
pub fn run(args: &Args) -> Result {
    let models = args.models.as_deref();
    let models = models.map(|folder| at(folder, fs::canonicalize(folder)));
    let random = (args.count, args.every);
    compare(random, &args.seed, models.transpose()?, &args.python).map(drop)
}

/// The small part that belongs to every test run; gives the summary's line.
pub fn few() -> Result<String> {
    compare(FEW, SEED, None, Path::new("python3"))
}

fn compare(
    (count, every): (u32, u32),
    seed: &str,
    models: Option<PathBuf>,
    python: &Path,
) -> Result<String> {
    toolchain::debian_if_missing("chromium", "chromium")?;
    npm::install(&paths::root().join("e2e"))?;
    let work = paths::cache().join("exact");
    if work.exists() {
        at(&work, fs::remove_dir_all(&work))?;
    }
    let (module, cases) = (work.join("module"), work.join("cases"));
    at(&cases, fs::create_dir_all(&cases))?;
    let (script, wasm) = apps::shipped_gpu()?;
    for (from, name) in [
        (script, "countersign_gpu.js"),
        (wasm, "countersign_gpu_bg.wasm"),
    ] {
        write(&module.join(name), &crate::exec::read(&from)?)?;
    }
    let vectors = paths::root().join("shared/vectors/exact");
    let mut what = vec!["--vectors".to_owned(), vectors.display().to_string()];
    if let Some(folder) = models {
        what.extend(["--models".to_owned(), folder.display().to_string()]);
    }
    let (count, every) = (count.to_string(), every.to_string());
    let random = ["--random", "0", &count, "--seed", seed, "--every", &every];
    what.extend(random.map(str::to_owned));
    say(
        &format!("{count} random programs of the exact profile, and the vectors'"),
        "1 min the first time",
    );
    step(
        "write the programs",
        &mut example("prepare", &cases, &what)?,
    )?;
    say("wonnx in a browser", "15 programs a second");
    let mut browser = command("node");
    browser
        .arg("inference-wasm/worker/browser/conformance.mjs")
        .args([&module, &cases]);
    step("exact programs in a browser", &mut browser)?;
    let script = "import onnxruntime; print(onnxruntime.__version__)";
    let version = probe(command(python).args(["-c", script]));
    match &version {
        Some(version) => {
            say(&format!("onnxruntime {version}"), "300 programs a second");
            let mut other = command(python);
            other.arg("inference-wasm/gpu/examples/exact/by_onnxruntime.py");
            step("exact programs on onnxruntime", other.arg(&cases))?;
        }
        None => println!(
            "   left out: onnxruntime is not installed for {} (pip install onnxruntime numpy; --python names another Python)",
            python.display()
        ),
    }
    let said = shown_step("the same bits", &mut example("judge", &cases, &what)?)?;
    Ok(said
        .lines()
        .filter(|line| line.contains("wrong "))
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("; "))
}

fn example(verb: &str, cases: &Path, what: &[String]) -> Result<std::process::Command> {
    let mut call = cargo(HOST, "host")?;
    call.args(["run", "--locked", "--quiet", "--package", "countersign-gpu"]);
    call.args(["--example", "exact", "--", verb]);
    call.arg(cases).args(what);
    Ok(call)
}
