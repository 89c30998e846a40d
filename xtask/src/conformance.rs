//! `cargo xtask conformance`: ONNX's own backend tests, on the engine or on the GPU module in a real Chromium with a software
//! adapter. What is not right must be refused: one wrong case fails the command.

use crate::exec::{at, cargo, command, fail, read, say, sha256, shown_step, step, Result};
use crate::toolchain::{self, HOST};
use crate::{apps, npm, paths};
use clap::ValueEnum;
use std::fs;
use std::path::{Path, PathBuf};

/// The package that carries the cases, and the SHA-256 of its wheel.
const PACKAGE: &str = "onnx==1.22.0";
const WHEEL_SHA256: &str = "955e02e1f6d385b53d52f9cd7b9cdf5caf417c300bcfe3c64c6d542be763845b";
/// Where the cases lie in the wheel.
const INSIDE: &str = "onnx/backend/test/data/node";

/// `cargo xtask conformance`.
#[derive(clap::Args)]
pub struct Args {
    /// What runs the models
    #[arg(long, value_enum, default_value = "engine")]
    device: Device,
    /// A folder of cases in the layout of ONNX's backend tests; without it, those of the package onnx 1.22.0
    #[arg(long)]
    cases: Option<PathBuf>,
    /// Names the cases behind every refusal
    #[arg(long)]
    list: bool,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum Device {
    /// The engine, on this machine
    Engine,
    /// The GPU module, in Chromium
    Gpu,
}

/// Runs the cases and prints right, refused with reasons, and wrong.
pub fn run(args: &Args) -> Result {
    let cases = match &args.cases {
        Some(folder) => at(folder, fs::canonicalize(folder))?,
        None => published()?,
    };
    match args.device {
        Device::Engine => engine(&cases, args.list),
        Device::Gpu => gpu(&cases, args.list),
    }
}

/// The published cases, fetched once and unpacked into the cache.
fn published() -> Result<PathBuf> {
    let folder = paths::cache().join("conformance").join(&WHEEL_SHA256[..16]);
    let cases = folder.join(INSIDE);
    if cases.exists() {
        return Ok(cases);
    }
    say("the ONNX backend tests", "30 s");
    let work = paths::cache().join("conformance/download");
    for stale in [&folder, &work] {
        if stale.exists() {
            at(stale, fs::remove_dir_all(stale))?;
        }
    }
    at(&work, fs::create_dir_all(&work))?;
    let mut download = command("python3");
    download.args(["-m", "pip", "download", "--quiet", "--no-deps"]);
    download.args(["--only-binary=:all:", "--python-version", "3.12"]);
    for platform in ["manylinux_2_27_x86_64", "manylinux_2_28_x86_64"] {
        download.args(["--platform", platform]);
    }
    download.arg("--dest").arg(&work).arg(PACKAGE);
    step("pip download onnx", &mut download)?;
    let wheel = at(&work, fs::read_dir(&work))?
        .flatten()
        .map(|entry| entry.path())
        .next();
    let Some(wheel) = wheel else {
        return fail(format!("pip downloaded no file for {PACKAGE}"));
    };
    let found = sha256(&read(&wheel)?);
    if found != WHEEL_SHA256 {
        return fail(format!(
            "{} has SHA-256 {found}, but {WHEEL_SHA256} is pinned. The package was altered or replaced: do not use it.",
            wheel.display()
        ));
    }
    let unpacked = work.join("files");
    let mut unpack = command("python3");
    unpack.args(["-m", "zipfile", "-e"]).arg(&wheel);
    step("unpack onnx", unpack.arg(&unpacked))?;
    // The cases alone are kept; renamed last, so that an interruption leaves nothing half done.
    let parent = cases.parent().unwrap_or(&folder);
    at(parent, fs::create_dir_all(parent))?;
    at(&cases, fs::rename(unpacked.join(INSIDE), &cases))?;
    at(&work, fs::remove_dir_all(&work))?;
    Ok(cases)
}

/// An example of a package, built for this machine.
fn example(
    package: &str,
    name: &str,
    arguments: &[&std::ffi::OsStr],
) -> Result<std::process::Command> {
    let mut call = cargo(HOST, "host")?;
    call.args(["run", "--locked", "--quiet", "--package", package]);
    call.args(["--example", name, "--"]);
    call.args(arguments);
    Ok(call)
}

fn engine(cases: &Path, list: bool) -> Result {
    say(
        "the engine on every case",
        "5 min the first time, then 1 min",
    );
    let mut arguments = vec![cases.as_os_str()];
    if list {
        arguments.push("--list".as_ref());
    }
    let mut call = example("countersign-engine", "conformance", &arguments)?;
    shown_step("conformance of the engine", &mut call).map(drop)
}

/// Lowers every case for the GPU module, of f32 or of any types: what it is given goes to `out`.
pub fn prepare(cases: &Path, out: &Path, any: bool) -> Result {
    let mut prepare = vec!["prepare".as_ref(), cases.as_os_str(), out.as_os_str()];
    if any {
        prepare.push("--any".as_ref());
    }
    step(
        "lower the cases",
        &mut example("countersign-gpu", "lowered", &prepare)?,
    )
    .map(drop)
}

fn gpu(cases: &Path, list: bool) -> Result {
    toolchain::debian_if_missing("chromium", "chromium")?;
    npm::install(&paths::root().join("e2e"))?;
    let module = apps::gpu_module()?;
    let work = paths::cache().join("conformance/gpu");
    if work.exists() {
        at(&work, fs::remove_dir_all(&work))?;
    }
    at(&work, fs::create_dir_all(&work))?;
    say("lowering every case", "3 min the first time, then 20 s");
    prepare(cases, &work, false)?;
    say("the GPU module on every case that is lowered", "2 min");
    let mut browser = command("node");
    browser
        .arg("inference-wasm/worker/browser/conformance.mjs")
        .args([module.as_os_str(), work.as_os_str()]);
    step("conformance in a browser", &mut browser)?;
    let judge = ["judge".as_ref(), cases.as_os_str(), work.as_os_str()];
    let mut judge = example("countersign-gpu", "lowered", &judge)?;
    if list {
        judge.env("LIST", "1");
    }
    shown_step("conformance of the GPU", &mut judge).map(drop)
}
