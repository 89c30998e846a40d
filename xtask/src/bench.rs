//! `cargo xtask bench`: sizes and times, measured here and printed as a table for the documentation.

use crate::exec::{at, cargo, command, fail, read, say, shown_step, step, Result};
use crate::stand::{Built, Stand};
use crate::toolchain::HOST;
use crate::{apps, models, paths, release, speed, weight};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Args {
    /// Only these parts
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Only models whose file names hold one of these parts, divided by commas; for `speed`
    #[arg(long)]
    models: Option<String>,
}

#[derive(Clone, Copy, clap::ValueEnum, PartialEq, Eq)]
enum Part {
    /// Bytes, the command line's time, and the page's from click to receipt
    App,
    /// Explorer and gallery on a chain with 1,000 models and 100,000 anchored receipts; takes long to fill
    Load,
    /// `countersign verify` on a folder of 20,000 signed receipts, compiled for speed
    Receipts,
    /// Both lanes beside onnxruntime-web; writes docs/speed.md
    Speed,
}

/// Measures and prints.
pub fn run(args: &Args) -> Result {
    let wanted = |part| args.only.is_empty() || args.only.contains(&part);
    if wanted(Part::App) {
        app()?;
    }
    if wanted(Part::Load) {
        load()?;
    }
    if wanted(Part::Receipts) {
        receipts()?;
    }
    if wanted(Part::Speed) {
        speed::run(args.models.as_deref())?;
    }
    Ok(())
}

fn app() -> Result {
    let dist = apps::app()?;
    let cli = apps::cli()?;
    println!("\n| what | bytes | brotli -q 11 |\n| --- | ---: | ---: |");
    let mut files: Vec<PathBuf> = files_below(&dist)?;
    files.retain(|path| {
        path.extension()
            .is_some_and(|e| e == "wasm" || e == "js" || e == "css" || e == "html")
    });
    files.sort();
    files.push(release::engine()?);
    files.push(paths::root().join("releases/runtime.wasm"));
    rows(&files)?;
    println!(
        "the first visit downloads {} bytes",
        weight::measure(&dist)?
    );
    say("runs of the command line on Magika", "");
    let manifest = models::fetch_all()?
        .into_iter()
        .find(|model| model.name == "magika")
        .map(|model| model.manifest);
    let Some(manifest) = manifest else {
        return fail("models/magika is missing");
    };
    let mut times = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let mut run = apps::countersign(&cli);
        run.args(["run", "--model"]).arg(&manifest).arg("README.md");
        step("bench run", &mut run)?;
        times.push(started.elapsed().as_millis());
    }
    times.sort_unstable();
    println!(
        "magika by the command line, start to end: median {} ms of {}",
        times.get(2).copied().unwrap_or_default(),
        times.len()
    );
    say("from click to signed receipt, in the browser", "1 min");
    let stand = Stand::start(&Built::with(apps::cli()?)?, "test-chain")?;
    shown_step(
        "bench in the browser",
        stand.playwright().args([
            "--project=bench",
            "--reporter=line",
            "receipt.spec.ts",
            "paint.spec.ts",
        ]),
    )?;
    Ok(())
}

fn load() -> Result {
    say("a full chain", "20 min");
    let stand = Stand::start(&Built::with(apps::cli()?)?, "test-chain")?;
    shown_step(
        "bench of explorer and gallery",
        stand
            .playwright()
            .args(["--project=bench", "--reporter=line", "load.spec.ts"]),
    )?;
    Ok(())
}

/// Signatures and everything else that needs no chain, as a release of the program does it.
fn receipts() -> Result {
    const COUNT: u32 = 20_000;
    say(
        "20,000 receipts in a folder",
        "6 min the first time, then 20 s",
    );
    let mut build = cargo(HOST, "host")?;
    build.args(["build", "--locked", "--release", "--package", "countersign"]);
    build.args(["--bins", "--example", "receipts"]);
    step("build the command line for speed", &mut build)?;
    let programs = paths::target("host").join("release");
    let folder = paths::cache().join("bench-receipts");
    if folder.exists() {
        at(&folder, fs::remove_dir_all(&folder))?;
    }
    let mut sign = command(programs.join("examples/receipts"));
    step("sign receipts", sign.arg(&folder).arg(COUNT.to_string()))?;
    let expected = format!("{COUNT} receipts: {COUNT} unknown");
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let mut verify = apps::countersign(&programs.join("countersign"));
        verify.args(["verify", "--offline"]).arg(&folder);
        let started = Instant::now();
        let said = at(&folder, verify.output())?.stdout;
        best = best.min(started.elapsed().as_secs_f64());
        // No chain was asked, so that anchor and revocation stay unknown; a signature that does not hold would be invalid.
        if !String::from_utf8_lossy(&said)
            .trim_end()
            .ends_with(&expected)
        {
            return fail(format!("countersign verify did not end with: {expected}"));
        }
    }
    println!(
        "countersign verify on a folder of {COUNT} receipts, one half of each kind of key: {best:.2} s, {:.0} a second",
        f64::from(COUNT) / best
    );
    Ok(())
}

fn rows(files: &[PathBuf]) -> Result {
    for (path, compressed) in files.iter().zip(weight::brotli(files)?) {
        let bytes = read(path)?.len();
        let name = path.strip_prefix(paths::root()).unwrap_or(path);
        println!("| `{}` | {bytes} | {compressed} |", name.display());
    }
    Ok(())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in at(folder, fs::read_dir(folder))?.flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files_below(&path)?),
            path => found.push(path),
        }
    }
    Ok(found)
}
