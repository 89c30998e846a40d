//! Packages from npm: the browser tests' own, and binaryen's `wasm-opt`.

use crate::exec::{at, command, fail, probe, read, say, sha256, step, write, Result};
use crate::paths;
use std::fs;
use std::path::{Path, PathBuf};

/// Installs the packages of a folder's lock file, when that file changed since the last time.
///
/// The packages lie beside the lock file, as node wants them; npm's own cache makes the second time fast.
pub fn install(folder: &Path) -> Result {
    let lock = folder.join("package-lock.json");
    let digest = sha256(&read(&lock)?);
    let marker = folder.join("node_modules/.countersign");
    if fs::read_to_string(&marker).is_ok_and(|text| text == digest) {
        return Ok(());
    }
    node()?;
    say(
        &format!(
            "npm packages of {}",
            folder.file_name().unwrap_or_default().to_string_lossy()
        ),
        "30 s",
    );
    let mut ci = command("npm");
    ci.current_dir(folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("PUPPETEER_SKIP_DOWNLOAD", "1")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    step("npm ci", &mut ci)?;
    write(&marker, digest.as_bytes())
}

/// Node 20 or later must be there: it is not ours to install.
pub fn node() -> Result {
    let version = probe(command("node").arg("--version")).unwrap_or_default();
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|text| text.parse::<u32>().ok());
    match major {
        Some(20..) => Ok(()),
        _ => fail(format!(
            "node 20 or later is needed, found {version:?}. See nodejs.org for ways to install it."
        )),
    }
}

/// The independent verifier, compiled, and its badge; gives its folder.
pub fn verifier() -> Result<PathBuf> {
    let folder = paths::root().join("verifier");
    install(&folder)?;
    let mut build = command("npm");
    build
        .current_dir(&folder)
        .args(["run", "--silent", "build"]);
    step("build the verifier", &mut build)?;
    Ok(folder)
}

/// binaryen's `wasm-opt`; its folder goes in front of PATH for trunk.
pub fn wasm_opt() -> Result<PathBuf> {
    let source = paths::root().join("xtask/npm");
    let folder = paths::cache().join("tools/npm");
    at(&folder, fs::create_dir_all(&folder))?;
    for name in ["package.json", "package-lock.json"] {
        let bytes = read(&source.join(name))?;
        write(&folder.join(name), &bytes)?;
    }
    install(&folder)?;
    Ok(folder.join("node_modules/.bin/wasm-opt"))
}
