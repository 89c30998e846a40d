//! Links the app so that the build can cut it into parts (xtask/src/parts.rs): what refers to what stays in the module.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family.contains("wasm")) {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
