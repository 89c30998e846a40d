//! `cargo xtask doctor`: what is missing here and how to get it; changes nothing.

use crate::exec::{command, probe, Result};
use crate::tools::{CARGO_CONTRACT, TRUNK, WASM_BINDGEN};
use crate::{paths, toolchain};

/// Prints one line for each thing that is needed.
pub fn run() -> Result {
    let mut missing = 0;
    let mut line = |what: &str, found: Option<String>, how: &str| match found {
        Some(version) => println!(
            "ok       {what}: {}",
            version.lines().next().unwrap_or_default()
        ),
        None => {
            missing += 1;
            println!("missing  {what}: {how}");
        }
    };
    let version = |program: &str| probe(command(program).arg("--version"));
    line(
        "cargo",
        version("cargo"),
        "install rustup and its stable toolchain: see rustup.rs",
    );
    line(
        "rust-lld",
        toolchain::linker()
            .ok()
            .map(|path| path.display().to_string()),
        "rustup toolchain install stable",
    );
    line(
        "C compiler",
        version("cc"),
        "sudo apt-get install build-essential",
    );
    line(
        "node",
        version("node"),
        "install node 20 or later: see nodejs.org",
    );
    line("npm", version("npm"), "comes with node");
    line(
        "python3",
        version("python3"),
        "sudo apt-get install python3 python3-pip",
    );
    line(
        "pip",
        probe(command("python3").args(["-m", "pip", "--version"])),
        "sudo apt-get install python3-pip",
    );
    line(
        "protoc",
        version("protoc"),
        "sudo apt-get install protobuf-compiler (root: `up` does it)",
    );
    line(
        "Chromium, for the tests",
        version("chromium"),
        "sudo apt-get install chromium (root: `test` does it)",
    );
    let by_up = "`cargo xtask up` or `cargo xtask test` installs it";
    for tool in [&TRUNK, &WASM_BINDGEN, &CARGO_CONTRACT] {
        line(
            tool.program,
            tool.installed().map(|path| path.display().to_string()),
            by_up,
        );
    }
    let unpacked = |version: &str| {
        let path = paths::cache()
            .join("toolchains")
            .join(format!("debian-{version}"));
        path.exists().then(|| path.display().to_string())
    };
    for (what, version) in [
        ("Rust for WebAssembly", toolchain::WASM),
        ("Rust for contracts", toolchain::CONTRACTS),
    ] {
        let by_rustup = probe(
            command("rustc")
                .env("RUSTUP_TOOLCHAIN", version)
                .arg("--version"),
        );
        line(
            &format!("{what} {version}"),
            unpacked(version).or(by_rustup),
            by_up,
        );
    }
    println!("\ncache: {}", paths::cache().display());
    println!(
        "{}",
        if missing == 0 {
            "Nothing is missing."
        } else {
            "What is missing is named above, with how to get it."
        }
    );
    Ok(())
}
