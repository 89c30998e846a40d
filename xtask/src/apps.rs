//! Building the parts. Each function makes one part and returns where it lies; cargo decides what has to be rebuilt.

use crate::exec::{at, cargo, command, fail, read, say, sha256, step, write, Result};
use crate::toolchain::{self, wasm_cargo, HOST};
use crate::tools::{TRUNK, WASM_BINDGEN};
use crate::{files, npm, parts, paths, release, weight};
use clap::ValueEnum;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Which part to build.
#[derive(clap::Args)]
pub struct Args {
    /// The part
    #[arg(value_enum, default_value = "all")]
    part: Part,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum Part {
    /// Everything below
    All,
    /// The local node
    Node,
    /// The command line
    Cli,
    /// The app with worker, engine and GPU module
    App,
    /// The contracts, from source
    Contracts,
}

/// `cargo xtask build`.
pub fn run(args: &Args) -> Result {
    let want = |part| args.part == part || args.part == Part::All;
    if want(Part::Node) {
        println!("{}", node()?.display());
    }
    if want(Part::Cli) {
        println!("{}", cli()?.display());
    }
    if want(Part::App) {
        println!("{}", app()?.display());
    }
    if want(Part::Contracts) {
        for path in contracts()? {
            println!("{}", path.display());
        }
    }
    Ok(())
}

/// The local node, with the released runtime inside.
pub fn node() -> Result<PathBuf> {
    // protoc and libclang: libp2p's and ParityDB's build scripts ask for them.
    toolchain::debian_if_missing("protoc", "protobuf-compiler")?;
    say("the local node", "16 min the first time, then seconds");
    let mut build = cargo(HOST, "node")?;
    build
        .args(["build", "--locked", "--profile", "node"])
        .args(["--package", "countersign-node"]);
    step("build the node", &mut build)?;
    Ok(paths::node_program())
}

/// The runtime's WebAssembly, from source.
pub fn runtime() -> Result<PathBuf> {
    let wasm = toolchain::wasm()?;
    say("the runtime", "5 min the first time, then seconds");
    let mut build = wasm_cargo(&wasm, "runtime")?;
    let flags = "-C link-arg=--export-table -C link-arg=--import-memory --cfg substrate_runtime";
    build.env("RUSTFLAGS", flags).args([
        "rustc",
        "--locked",
        "--package",
        "countersign-runtime",
        "--lib",
        "--crate-type",
        "cdylib",
    ]);
    build.args([
        "--target",
        "wasm32v1-none",
        "--no-default-features",
        "--profile",
        "runtime",
    ]);
    step("build the runtime", &mut build)?;
    Ok(paths::target("runtime").join("wasm32v1-none/runtime/countersign_runtime.wasm"))
}

/// The command line.
pub fn cli() -> Result<PathBuf> {
    say("the command line", "4 min the first time, then seconds");
    let mut build = cargo(HOST, "host")?;
    build.args(["build", "--locked", "--package", "countersign"]);
    step("build the command line", &mut build)?;
    Ok(paths::cli_program())
}

/// A call of the command line, told where this clone's released files and the cached models are.
pub fn countersign(program: &Path) -> std::process::Command {
    let mut call = command(program);
    call.env("COUNTERSIGN_RELEASES", paths::root().join("releases"))
        .env("COUNTERSIGN_MODELS", paths::models());
    call
}

/// A WebAssembly module of ours, before `wasm-bindgen`.
fn module(package: &str, profile: &str, flags: &str) -> Result<PathBuf> {
    let wasm = toolchain::wasm()?;
    let mut build = wasm_cargo(&wasm, "wasm")?;
    build.env("RUSTFLAGS", flags);
    build.args([
        "build",
        "--locked",
        "--profile",
        profile,
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        package,
    ]);
    step(&format!("build {package}"), &mut build)?;
    let file = format!("{}.wasm", package.replace('-', "_"));
    Ok(paths::target("wasm")
        .join("wasm32-unknown-unknown")
        .join(profile)
        .join(file))
}

/// The engine, from source: the file that a release names by its SHA-256.
pub fn engine() -> Result<PathBuf> {
    say("the engine", "2 min the first time, then seconds");
    module(
        "countersign-engine",
        "engine",
        "-Ctarget-feature=+simd128 -Clink-arg=-zstack-size=4194304 -Clink-arg=--max-memory=2147483648",
    )
}

/// What the compiler uses and every current browser takes. "All features" would let wasm-opt write encodings that no
/// browser reads yet, compact imports for one.
pub const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The GPU module for tests, unoptimised and with its checks for overflow: a folder with `countersign_gpu.js` and its
/// WebAssembly.
pub fn gpu_module() -> Result<PathBuf> {
    say("the GPU module", "5 min the first time, then 30 s");
    let input = module("countersign-gpu", "dev", "")?;
    // Cargo's name of the profile's folder.
    let input = input.to_string_lossy().replace("/dev/", "/debug/");
    bind(Path::new(&input), "gpu-test", "countersign_gpu")
}

/// The GPU module as it is shipped: its script and its wasm.
pub fn shipped_gpu() -> Result<(PathBuf, PathBuf)> {
    say("the GPU module", "4 min the first time, then seconds");
    bindgen("countersign-gpu", "countersign_gpu")
}

/// The page without an interface in which the worker's own tests run: a folder with `page.js` and `page_bg.wasm`.
pub fn worker_page() -> Result<PathBuf> {
    let wasm = toolchain::wasm()?;
    say(
        "the page of the worker's tests",
        "30 s the first time, then seconds",
    );
    let mut build = wasm_cargo(&wasm, "wasm")?;
    build.args(["build", "--locked", "--target", "wasm32-unknown-unknown"]);
    build.args([
        "--package",
        "countersign-messages",
        "--features",
        "page",
        "--example",
        "page",
    ]);
    step("build the page", &mut build)?;
    let input = paths::target("wasm").join("wasm32-unknown-unknown/debug/examples/page.wasm");
    bind(&input, "page", "page")
}

/// Makes JavaScript and WebAssembly without any module loader out of a module; returns their folder.
fn bind(input: &Path, package: &str, global: &str) -> Result<PathBuf> {
    let out = paths::target("wasm").join("bindgen").join(package);
    let mut bind = command(WASM_BINDGEN.get()?);
    bind.arg(input)
        .args(["--target", "no-modules", "--no-typescript"])
        .args(["--no-modules-global", global, "--out-dir"])
        .arg(&out);
    step(&format!("wasm-bindgen {package}"), &mut bind)?;
    Ok(out)
}

/// JavaScript and WebAssembly of a module, made small: `(js, wasm)`.
fn bindgen(package: &str, global: &str) -> Result<(PathBuf, PathBuf)> {
    let input = module(package, "wasm-release", "")?;
    let out = bind(&input, package, global)?;
    let name = package.replace('-', "_");
    let small = smaller(&out.join(format!("{name}_bg.wasm")), package)?;
    Ok((out.join(format!("{name}.js")), small))
}

/// The module as wasm-opt makes it smaller, beside the module; made anew only when the module or the command changed.
fn smaller(raw: &Path, package: &str) -> Result<PathBuf> {
    let small = raw.with_file_name("small.wasm");
    let made_from = raw.with_file_name("small.from");
    let mut optimise = command("node");
    optimise
        .arg(npm::wasm_opt()?)
        .arg("-Os")
        .args(WASM_FEATURES);
    optimise.arg(raw).arg("-o").arg(&small);
    let key = sha256(format!("{} {optimise:?}", sha256(&read(raw)?)).as_bytes());
    let current = |small: &[u8]| format!("{key} {}\n", sha256(small));
    if let (Ok(before), Ok(bytes)) = (fs::read_to_string(&made_from), fs::read(&small)) {
        if before == current(&bytes) {
            return Ok(small);
        }
    }
    step(&format!("wasm-opt {package}"), &mut optimise)?;
    write(&made_from, current(&read(&small)?).as_bytes())?;
    Ok(small)
}

/// The worker and the GPU module, and the list of what the page loads: `assets/` of the app.
fn assets(folder: &Path) -> Result {
    say(
        "the worker and the GPU module",
        "4 min the first time, then seconds",
    );
    let engine = release::engine()?;
    let (worker_js, worker_wasm) = bindgen("countersign-worker", "countersign_worker")?;
    let (gpu_js, gpu_wasm) = bindgen("countersign-gpu", "countersign_gpu")?;
    if folder.exists() {
        at(folder, fs::remove_dir_all(folder))?;
    }
    let entry = |stem: &str, extension: &str, from: &Path| -> Result<(String, String, usize)> {
        let bytes = read(from)?;
        let digest = sha256(&bytes);
        let short = digest.get(..16).unwrap_or_default();
        let name = format!("{stem}-{short}.{extension}");
        write(&folder.join(&name), &bytes)?;
        Ok((format!("/assets/{name}"), digest, bytes.len()))
    };
    let (engine_path, engine_sha, engine_size) = entry("engine", "wasm", &engine)?;
    let (worker_js, _, worker_js_size) = entry("worker", "js", &worker_js)?;
    let (worker_wasm, worker_sha, worker_size) = entry("worker", "wasm", &worker_wasm)?;
    let (gpu_js, _, gpu_js_size) = entry("gpu", "js", &gpu_js)?;
    let (gpu_wasm, gpu_sha, gpu_size) = entry("gpu", "wasm", &gpu_wasm)?;
    let list = serde_json::json!({
        "engine": { "path": engine_path, "sha256": format!("0x{engine_sha}"), "size": engine_size },
        "gpu": { "js": gpu_js, "jsSize": gpu_js_size, "wasm": gpu_wasm, "sha256": format!("0x{gpu_sha}"), "size": gpu_size },
        "worker": { "js": worker_js, "jsSize": worker_js_size, "wasm": worker_wasm, "sha256": format!("0x{worker_sha}"), "size": worker_size },
    });
    write(
        &folder.join("assets.json"),
        format!("{list:#}\n").as_bytes(),
    )
}

/// The app: page, worker, engine and GPU module, in `web/dist`.
pub fn app() -> Result<PathBuf> {
    let wasm = toolchain::wasm()?;
    let trunk = TRUNK.get()?;
    WASM_BINDGEN.get()?;
    let wasm_opt = npm::wasm_opt()?;
    let made = paths::cache().join("assets");
    assets(&made)?;
    say("the app", "2 min the first time, then 40 s after an edit");
    let mut path = OsString::from(parts::stand_in()?);
    for part in [
        paths::cache().join("tools/bin").as_os_str(),
        wasm_opt.parent().map(Path::as_os_str).unwrap_or_default(),
        &std::env::var_os("PATH").unwrap_or_default(),
    ] {
        path.push(":");
        path.push(part);
    }
    let mut build = wasm_cargo(&wasm, "wasm")?;
    build.env("PATH", path).env_remove("NO_COLOR");
    build.env("CARGO_NET_OFFLINE", "false");
    let program = trunk;
    let mut trunk = command(program);
    for (key, value) in build.get_envs() {
        match value {
            Some(value) => trunk.env(key, value),
            None => trunk.env_remove(key),
        };
    }
    // Leptos then writes one view type for all components: 14 % less to download.
    trunk.env("RUSTFLAGS", "--cfg erase_components");
    trunk.args(["build", "--release", "--offline"]);
    step("build the app", &mut trunk)?;
    let dist = paths::dist();
    if !dist.join("index.html").exists() {
        return fail(format!("trunk made no index.html in {}", dist.display()));
    }
    let target = dist.join("assets");
    at(&target, fs::create_dir_all(&target))?;
    for folder in [made, parts::folder()] {
        for file in at(&folder, fs::read_dir(&folder))?.flatten() {
            at(
                &target,
                fs::copy(file.path(), target.join(file.file_name())),
            )?;
        }
    }
    weight::check(&dist)?;
    files::finish(&dist)?;
    Ok(dist)
}

/// The contracts, from source: one bundle (`.contract`) each.
pub fn contracts() -> Result<Vec<PathBuf>> {
    let rust = toolchain::contracts()?;
    let program = crate::tools::CARGO_CONTRACT.get()?;
    let mut bundles = Vec::new();
    for name in release::CONTRACTS {
        say(
            &format!("contract {name}"),
            "4 min the first time, then 40 s",
        );
        let linker = toolchain::linker()?;
        let mut path = OsString::from(linker.parent().map(Path::as_os_str).unwrap_or_default());
        path.push(":");
        path.push(program.parent().map(Path::as_os_str).unwrap_or_default());
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut build = cargo(&rust.0, "contracts")?;
        build
            .current_dir(paths::root().join("contracts").join(name))
            .env("PATH", path)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "rust-lld")
            .env("RUSTC_WRAPPER", toolchain::rustc_wrapper())
            .args(["contract", "build", "--release"]);
        step(&format!("build contract {name}"), &mut build)?;
        let file = format!("ink/{name}.contract");
        bundles.push(paths::target("contracts").join(file));
    }
    Ok(bundles)
}
