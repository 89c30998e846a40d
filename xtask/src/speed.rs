//! `cargo xtask bench --only speed`: both lanes beside onnxruntime-web in one Chromium, on the models of published packages.

use crate::exec::{at, command, say, shown_step, Result};
use crate::{apps, conformance, models, npm, paths, release, toolchain};
use std::fs;
use std::path::{Path, PathBuf};

/// Measures and writes `docs/speed.md` with its plot; `only` are parts of the names of models.
pub fn run(only: Option<&str>) -> Result {
    toolchain::debian_if_missing("chromium", "chromium")?;
    let bench = paths::root().join("inference-wasm/bench");
    npm::install(&paths::root().join("e2e"))?;
    npm::install(&bench)?;
    let work = paths::cache().join("bench");
    if work.exists() {
        at(&work, fs::remove_dir_all(&work))?;
    }
    let folder = |name: &str| -> Result<PathBuf> {
        let folder = work.join(name);
        at(&folder, fs::create_dir_all(&folder))?;
        Ok(folder)
    };
    let (files, cases, prepared) = (folder("models")?, folder("cases")?, folder("prepared")?);
    for (inside, path) in models::fetch_list(&bench.join("models.json"))? {
        let inside = Path::new(&inside);
        // Magika's package calls its file what everybody calls theirs.
        let name = match inside.file_name().unwrap_or_default().to_string_lossy() {
            name if name == "model.onnx" => "magika.onnx".into(),
            name => name.into_owned(),
        };
        at(&path, fs::copy(&path, files.join(name)))?;
    }
    let module = folder("gpu")?;
    let (script, wasm) = apps::shipped_gpu()?;
    for (from, name) in [
        (script, "countersign_gpu.js"),
        (wasm, "countersign_gpu_bg.wasm"),
    ] {
        at(&from, fs::copy(&from, module.join(name)))?;
    }
    let engine = release::engine()?;
    let call = |out: &Path| {
        let mut call = command("node");
        call.arg(bench.join("bench.mjs"))
            .arg("--models")
            .arg(&files);
        call.arg("--engine").arg(&engine).arg("--out").arg(out);
        if let Some(only) = only {
            call.args(["--only", only]);
        }
        call
    };
    let (cpu, gpu) = (work.join("engine.json"), work.join("gpu.json"));
    say("the engine beside onnxruntime-web's wasm", "6 min");
    shown_step("bench of the engine", call(&cpu).arg("--cases").arg(&cases))?;
    say("lowering the models for the GPU", "1 min");
    conformance::prepare(&cases, &prepared, true)?;
    say("the GPU module beside onnxruntime-web's WebGPU", "10 min");
    let mut lanes = call(&gpu);
    lanes
        .arg("--gpu")
        .arg(&module)
        .arg("--prepared")
        .arg(&prepared);
    shown_step("bench of the GPU", &mut lanes)?;
    let mut report = command("node");
    report.arg(bench.join("report.mjs")).arg(&cpu).arg(&gpu);
    report.arg("--docs").arg(paths::root().join("docs"));
    report
        .arg("--engine")
        .arg(&engine)
        .arg("--gpu")
        .arg(&module);
    if only.is_some() {
        report.arg("--print");
    }
    shown_step("write docs/speed.md", &mut report).map(drop)
}
