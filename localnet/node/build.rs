//! Tells the node where the runtime is that it carries: the released `releases/runtime.wasm`, or the file that
//! `COUNTERSIGN_RUNTIME_WASM` names.

use std::path::PathBuf;

const VARIABLE: &str = "COUNTERSIGN_RUNTIME_WASM";

fn main() {
    println!("cargo:rerun-if-env-changed={VARIABLE}");
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    let path = named.unwrap_or_else(|| {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../releases/runtime.wasm")
    });
    match path.canonicalize() {
        Ok(path) => {
            println!("cargo:rerun-if-changed={}", path.display());
            println!("cargo:rustc-env={VARIABLE}={}", path.display());
        }
        Err(error) => println!(
            "cargo::error=the chain's runtime is not at {}: {error}. It is a released file of this repository; \
             localnet/README.md says how to build it. {VARIABLE} may name another file.",
            path.display()
        ),
    }
}
