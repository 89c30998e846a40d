//! Where things are: the clone, and the cache outside of it.

use std::path::{Path, PathBuf};

/// The repository's root: where cargo runs us from, which is where it compiled us unless the clone was moved.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map(Path::to_path_buf).unwrap_or(here)
}

/// The folder for tools, toolchains and build results: `COUNTERSIGN_CACHE`, else
/// `${XDG_CACHE_HOME:-~/.cache}/countersign`.
pub fn cache() -> PathBuf {
    if let Some(dir) = std::env::var_os("COUNTERSIGN_CACHE") {
        return PathBuf::from(dir);
    }
    let base = std::env::var_os("XDG_CACHE_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| "/tmp".into())).join(".cache"),
        PathBuf::from,
    );
    base.join("countersign")
}

/// One target folder for each toolchain, so that no build waits for or invalidates another.
pub fn target(name: &str) -> PathBuf {
    cache().join("target").join(name)
}

/// Programs that the build itself needs.
pub fn tool(name: &str) -> PathBuf {
    cache().join("tools/bin").join(name)
}

/// Downloaded model files, each named by its SHA-256.
pub fn models() -> PathBuf {
    cache().join("models")
}

/// The development chain's database and lists: beside the caches, so that it survives a new clone.
pub fn data() -> PathBuf {
    cache().join("localnet")
}

/// The built app, ready to be served.
pub fn dist() -> PathBuf {
    root().join("web/dist")
}

/// The local node's program.
pub fn node_program() -> PathBuf {
    target("node").join("node/countersign-node")
}

/// The command line's program.
pub fn cli_program() -> PathBuf {
    target("host").join("debug/countersign")
}
