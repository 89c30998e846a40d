//! The two extra Rust toolchains: one with the wasm targets (app, engine, runtime), one that ink! 5 contracts build with.
//!
//! On an ordinary machine rustup downloads them. Where only package registries are reachable they are made from Debian
//! bookworm's `rustc-web` packages, which are downloaded and unpacked into the cache, not installed: Debian ships no
//! standard library for `wasm32v1-none`, so that the libraries are built here from its source package.

use crate::exec::{at, command, fail, probe, say, step, Result};
use crate::paths;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiler of everything that becomes WebAssembly, the contracts apart.
pub const WASM: &str = "1.96.0";
/// The compiler of the contracts: the last one whose output pallet-contracts accepts in debug and in release mode.
pub const CONTRACTS: &str = "1.85.0";
/// Host programs: rustup's `stable` as installed.
pub const HOST: &str = "stable";

/// Changes when the way in which a toolchain is made changes, so that an old one is made anew.
const RECIPE: &str = "3";

const BORROWED_LIBRARIES: &[&str] = &[
    "libllvm19",
    "libllvm22",
    "libgit2-1.5",
    "libpcre3",
    "libhttp-parser2.9",
    "libcurl4",
    "libssh2-1",
];

/// A toolchain as rustup's `RUSTUP_TOOLCHAIN` takes it: a name or the path of an unpacked one.
#[derive(Clone, Debug)]
pub struct Toolchain(pub String);

impl Toolchain {
    /// What `rustc --version` says.
    pub fn version(&self) -> String {
        probe(
            command("rustc")
                .env("RUSTUP_TOOLCHAIN", &self.0)
                .arg("--version"),
        )
        .unwrap_or_default()
    }
    /// Who built the compiler: two builds of one version do not promise the same bytes.
    pub fn origin(&self) -> &'static str {
        if self.0.starts_with('/') {
            "Debian 12"
        } else {
            "rust-lang.org"
        }
    }
    fn sysroot(&self) -> PathBuf {
        PathBuf::from(
            probe(
                command("rustc")
                    .env("RUSTUP_TOOLCHAIN", &self.0)
                    .args(["--print", "sysroot"]),
            )
            .unwrap_or_default(),
        )
    }
}

/// The linker for WebAssembly that comes with rustup's stable toolchain (Debian's compiler has none).
pub fn linker() -> Result<PathBuf> {
    let sysroot = Toolchain(HOST.into()).sysroot();
    let found = fs::read_dir(sysroot.join("lib/rustlib"))
        .ok()
        .and_then(|dir| {
            dir.flatten()
                .map(|entry| entry.path().join("bin/rust-lld"))
                .find(|path| path.exists())
        });
    match found {
        Some(path) => Ok(path),
        None => fail("rustup's stable toolchain has no rust-lld. Install it anew: rustup toolchain install stable"),
    }
}

/// The compiler for `wasm32-unknown-unknown` and `wasm32v1-none`; makes it when it is missing.
pub fn wasm() -> Result<Toolchain> {
    let made = unpacked(WASM);
    if made.join(marker()).exists() {
        return Ok(Toolchain(made.join("usr").display().to_string()));
    }
    if let Some(toolchain) = downloaded(WASM, &["wasm32-unknown-unknown", "wasm32v1-none"], &[]) {
        return Ok(toolchain);
    }
    say(
        "Rust 1.96 with WebAssembly targets, from Debian's packages",
        "90 s",
    );
    unpack(WASM)?;
    let toolchain = Toolchain(made.join("usr").display().to_string());
    build_std(
        &toolchain,
        &made,
        "wasm32-unknown-unknown",
        "std,panic_abort",
        "",
    )?;
    build_std(
        &toolchain,
        &made,
        "wasm32v1-none",
        "core,alloc,compiler_builtins",
        "#![no_std]",
    )?;
    // cargo does not see that the standard library is another one: what was compiled with the old one must go.
    for target in ["wasm", "runtime"] {
        let target = paths::target(target);
        if target.exists() {
            at(&target, fs::remove_dir_all(&target))?;
        }
    }
    at(&made, fs::write(made.join(marker()), ""))?;
    Ok(toolchain)
}

/// The compiler for the contracts, with the source of its library; makes it when it is missing.
///
/// It comes from where the other one comes from, so that one machine does not mix two builders' compilers.
pub fn contracts() -> Result<Toolchain> {
    wasm()?;
    let made = unpacked(CONTRACTS);
    if !unpacked(WASM).join(marker()).exists() {
        let parts = ["rust-src", "clippy", "rustfmt"];
        if let Some(toolchain) = downloaded(CONTRACTS, &["wasm32-unknown-unknown"], &parts) {
            return Ok(toolchain);
        }
    }
    if !made.join(marker()).exists() {
        say(
            "Rust 1.85 for the contracts, from Debian's packages",
            "15 s",
        );
        unpack(CONTRACTS)?;
        at(&made, fs::write(made.join(marker()), ""))?;
    }
    Ok(Toolchain(made.join("usr").display().to_string()))
}

fn marker() -> String {
    format!(".made-by-recipe-{RECIPE}")
}

fn unpacked(version: &str) -> PathBuf {
    paths::cache()
        .join("toolchains")
        .join(format!("debian-{version}"))
}

/// rustup's own toolchain, when it is installed or can be downloaded.
fn downloaded(version: &str, targets: &[&str], components: &[&str]) -> Option<Toolchain> {
    let toolchain = Toolchain(version.to_owned());
    let lib = toolchain.sysroot().join("lib/rustlib");
    let present = toolchain.version().contains(version)
        && targets.iter().all(|target| lib.join(target).exists());
    if present {
        return Some(toolchain);
    }
    let mut install = command("rustup");
    install.args([
        "toolchain",
        "install",
        version,
        "--profile",
        "minimal",
        "--no-self-update",
    ]);
    for target in targets {
        install.args(["--target", target]);
    }
    for component in components {
        install.args(["--component", component]);
    }
    say(&format!("Rust {version}: asking rustup"), "1 min");
    match step(&format!("rustup {version}"), &mut install) {
        Ok(_) => Some(toolchain),
        Err(_) => {
            println!("   rustup cannot download here: making it from Debian's packages instead");
            None
        }
    }
}

/// Installs Debian packages that are missing. Only root can; others are told the command.
pub fn debian(packages: &[&str]) -> Result {
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|package| {
            let mut query = command("dpkg-query");
            query.args(["-W", "-f=${Status}", package]);
            probe(&mut query).is_none_or(|status| !status.contains("install ok installed"))
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if probe(command("id").arg("-u")).as_deref() != Some("0") {
        return fail(format!("Debian packages are missing. Install them, then run this again: sudo apt-get install {list}"));
    }
    say(&format!("Debian packages: {list}"), "30 s");
    step("apt-get update", command("apt-get").args(["update", "-q"]))?;
    let mut install = command("apt-get");
    install
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "-y", "-q", "--no-install-recommends"])
        .args(missing);
    step("apt-get install", &mut install).map(drop)
}

fn unpack(version: &str) -> Result {
    debian(BORROWED_LIBRARIES)?;
    let dir = unpacked(version);
    if dir.exists() {
        at(&dir, fs::remove_dir_all(&dir))?;
    }
    at(&dir, fs::create_dir_all(&dir))?;
    let available =
        || probe(command("apt-cache").args(["madison", "rustc-web"])).unwrap_or_default();
    let mut known = available();
    if !known.contains(version) {
        step("apt-get update", command("apt-get").args(["update", "-q"]))?;
        known = available();
    }
    let Some(full) = known
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .find(|v| v.starts_with(version))
    else {
        return fail(format!(
            "neither rustup nor Debian's packages offer Rust {version} here. Debian 12 (bookworm) with its security updates does."
        ));
    };
    let short = version.trim_end_matches(".0");
    let mut packages: Vec<String> = [
        "rustc-web",
        "cargo-web",
        "rust-web-src",
        "libstd-rust-web-dev",
        "rust-web-clippy",
    ]
    .iter()
    .map(|name| format!("{name}={full}"))
    .collect();
    for optional in [
        "rust-web-llvm".to_owned(),
        format!("libstd-rust-web-{short}"),
    ] {
        let versions = probe(command("apt-cache").args(["madison", &optional])).unwrap_or_default();
        if versions.contains(full) {
            packages.push(format!("{optional}={full}"));
        }
    }
    let debs = dir.join("debs");
    at(&debs, fs::create_dir_all(&debs))?;
    let mut download = command("apt-get");
    download
        .current_dir(&debs)
        .args(["download", "-q"])
        .args(&packages);
    step(&format!("download rust {version}"), &mut download)?;
    for deb in at(&debs, fs::read_dir(&debs))?.flatten() {
        step(
            "unpack",
            command("dpkg").arg("-x").arg(deb.path()).arg(&dir),
        )?;
    }
    at(&debs, fs::remove_dir_all(&debs))?;
    // Debian keeps the compiler's libraries in the multiarch folder, where rustup's `LD_LIBRARY_PATH` does not look.
    let lib = dir.join("usr/lib");
    for entry in at(&lib, fs::read_dir(lib.join("x86_64-linux-gnu")))?.flatten() {
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if (text.starts_with("librustc_driver-") || text.starts_with("libstd-"))
            && text.ends_with(".so")
        {
            let link = lib.join(&name);
            if !link.exists() {
                at(
                    &link,
                    std::os::unix::fs::symlink(Path::new("x86_64-linux-gnu").join(&name), &link),
                )?;
            }
        }
    }
    Ok(())
}

/// Builds the standard library of a wasm target from the toolchain's own source, with bitcode so that fat LTO works,
/// and without this machine's paths so that what is linked with it has the same bytes everywhere.
fn build_std(toolchain: &Toolchain, dir: &Path, target: &str, crates: &str, body: &str) -> Result {
    let work = dir.join("std-work");
    at(&work, fs::create_dir_all(work.join("src")))?;
    let manifest = "[package]\nname = \"s\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[profile.release]\npanic = \"abort\"\n[workspace]\n";
    at(&work, fs::write(work.join("Cargo.toml"), manifest))?;
    at(
        &work,
        fs::write(work.join("src/lib.rs"), format!("{body}\n")),
    )?;
    let usr = dir.join("usr");
    let mut build = command("cargo");
    build
        .current_dir(&work)
        .env("RUSTUP_TOOLCHAIN", &toolchain.0)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("RUSTC_WRAPPER", rustc_wrapper())
        .env("COUNTERSIGN_METADATA", "-std")
        .env("CARGO_TARGET_DIR", work.join("target"))
        .args([
            "build",
            "--release",
            &format!("-Zbuild-std={crates}"),
            "--target",
            target,
        ]);
    step(&format!("std for {target}"), &mut build)?;
    let lib = usr.join("lib/rustlib").join(target).join("lib");
    at(&lib, fs::create_dir_all(&lib))?;
    let deps = work.join("target").join(target).join("release/deps");
    for entry in at(&deps, fs::read_dir(&deps))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libs-") {
            at(&lib, fs::copy(entry.path(), lib.join(&name)))?;
        }
    }
    at(&work, fs::remove_dir_all(&work))
}

/// What cargo calls in rustc's stead for WebAssembly, so that the same source gives the same bytes in every clone.
pub fn rustc_wrapper() -> PathBuf {
    paths::root().join("xtask/rustc.sh")
}

/// A cargo command of the wasm toolchain for a target, with its linker.
pub fn wasm_cargo(toolchain: &Toolchain, target_folder: &str) -> Result<Command> {
    let mut command = crate::exec::cargo(&toolchain.0, target_folder)?;
    command.env("RUSTC_WRAPPER", rustc_wrapper());
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker()?);
    command.env("CARGO_TARGET_WASM32V1_NONE_LINKER", linker()?);
    Ok(command)
}

/// Installs a Debian package when the program that it brings is missing.
pub fn debian_if_missing(program: &str, package: &str) -> Result {
    if probe(command(program).arg("--version")).is_some() {
        return Ok(());
    }
    debian(&[package])
}
