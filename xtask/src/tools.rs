//! Programs that the build needs, installed once into the cache at the versions named here.

use crate::exec::{at, command, probe, say, step, Result};
use crate::paths;
use crate::toolchain::HOST;
use std::fs;
use std::path::PathBuf;

/// A program installed by `cargo install`.
pub struct Tool {
    /// The program's and the crate's names.
    pub program: &'static str,
    crate_name: &'static str,
    version: &'static str,
    args: &'static [&'static str],
    usually: &'static str,
}

/// Builds and deploys contracts; only for releases, tests and other chains.
pub const CARGO_CONTRACT: Tool = Tool {
    program: "cargo-contract",
    crate_name: "cargo-contract",
    version: "5.0.3",
    args: &["--locked"],
    usually: "6 min",
};
/// Builds the app.
pub const TRUNK: Tool = Tool {
    program: "trunk",
    crate_name: "trunk",
    version: "0.21.14",
    args: &["--locked", "--no-default-features", "--features", "rustls"],
    usually: "2 min",
};
/// Makes the JavaScript side of the app, the worker and the GPU module; must match the `wasm-bindgen` crate.
pub const WASM_BINDGEN: Tool = Tool {
    program: "wasm-bindgen",
    crate_name: "wasm-bindgen-cli",
    version: "0.2.130",
    args: &[],
    usually: "1 min",
};

impl Tool {
    /// The installed program, when it is there at the right version.
    pub fn installed(&self) -> Option<PathBuf> {
        let path = paths::tool(self.program);
        let mut ask = command(&path);
        if self.program == "cargo-contract" {
            ask.arg("contract");
        }
        probe(ask.arg("--version"))
            .filter(|said| said.contains(self.version))
            .map(|_| path)
    }

    /// The program; installs it when it is missing.
    pub fn get(&self) -> Result<PathBuf> {
        if let Some(path) = self.installed() {
            return Ok(path);
        }
        if self.program == "cargo-contract" {
            crate::toolchain::debian(&["cmake", "clang", "g++"])?;
        }
        say(
            &format!("{} {}", self.crate_name, self.version),
            self.usually,
        );
        let target = paths::target("tools");
        let mut install = crate::exec::cargo(HOST, "tools")?;
        // Unoptimised: these run for seconds, and installing them optimised takes three times as long.
        install
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env(
                "CARGO_PROFILE_RELEASE_CODEGEN_UNITS",
                if self.program == "wasm-bindgen" {
                    "1"
                } else {
                    "16"
                },
            )
            .env("CFLAGS", "-O0")
            .env("CXXFLAGS", "-O0")
            .args([
                "install",
                self.crate_name,
                "--version",
                self.version,
                "--force",
                "--root",
            ])
            .arg(paths::cache().join("tools"))
            .args(self.args);
        step(self.program, &mut install)?;
        // What was compiled for this tool is of no further use, and large.
        at(&target, fs::remove_dir_all(&target))?;
        Ok(paths::tool(self.program))
    }
}

/// Downloads every crate that the lock file names, so that later builds need no network.
pub fn fetch_crates() -> Result {
    let mut fetch = command("cargo");
    fetch
        .env("RUSTUP_TOOLCHAIN", HOST)
        .args(["fetch", "--locked"]);
    step("cargo fetch", &mut fetch).map(drop)
}
