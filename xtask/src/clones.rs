//! Clones share the folders in which dependencies are compiled, but not what was compiled from the clone itself.
//!
//! cargo names a workspace's own packages by their path inside the clone and believes a file's age. So a package that
//! another clone compiled later than this clone's files were written would pass for compiled here.

use crate::exec::{at, command, write, Error, Result};
use crate::paths;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Packages outside the workspace: the contracts and what they share.
const CONTRACTS: [&str; 4] = [
    "countersign-contracts-common",
    "registry",
    "receipts",
    "disputes",
];

/// How deep profiles lie: TARGET/TRIPLE/PROFILE, and cargo-contract puts two folders around that.
const DEPTH: u8 = 4;

/// Makes cargo compile the clone's own packages anew in a target folder that another clone used last.
pub fn claim(target: &Path) -> Result {
    let marker = target.join("last-used-by");
    let root = paths::root();
    let here = root.as_os_str().as_encoded_bytes();
    if !target.exists() {
        return write(&marker, here);
    }
    if fs::read(&marker).is_ok_and(|last| last == here) {
        return Ok(());
    }
    forget(target, &own_packages()?, DEPTH)?;
    write(&marker, here)
}

fn folders(of: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries = at(of, fs::read_dir(of))?.flatten();
    Ok(entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect())
}

/// Removes cargo's notes about these packages from every profile's folder below. What has no notes is compiled.
fn forget(folder: &Path, own: &BTreeSet<String>, depth: u8) -> Result {
    for inner in folders(folder)? {
        let name = inner
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        match name.as_str() {
            ".fingerprint" => {
                for note in folders(&inner)? {
                    // NAME-HASH
                    let name = note
                        .file_name()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned();
                    let package = name.rsplit_once('-').map_or("", |(package, _)| package);
                    if own.contains(package) {
                        at(&note, fs::remove_dir_all(&note))?;
                    }
                }
            }
            // What cargo keeps beside its notes.
            "build" | "deps" | "incremental" | "examples" => {}
            _ if depth > 0 => forget(&inner, own, depth - 1)?,
            _ => {}
        }
    }
    Ok(())
}

/// The names of the packages whose source is in this clone.
fn own_packages() -> Result<BTreeSet<String>> {
    let unreadable = |error: String| Error::Other(format!("cargo metadata: {error}"));
    let output = command("cargo")
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .output()
        .map_err(|error| unreadable(error.to_string()))?;
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        unreadable(format!(
            "{error}: {}",
            String::from_utf8_lossy(&output.stderr)
        ))
    })?;
    let Some(packages) = json["packages"].as_array() else {
        return Err(unreadable("it lists no packages".to_owned()));
    };
    let names = packages
        .iter()
        .filter_map(|package| package["name"].as_str());
    Ok(names.chain(CONTRACTS).map(str::to_owned).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::exec::read;

    #[test]
    fn what_another_clone_compiled_is_forgotten_and_dependencies_are_kept() {
        let target = std::env::temp_dir().join(format!("countersign-claim-{}", std::process::id()));
        let notes = target.join("wasm32-unknown-unknown/debug/.fingerprint");
        let (own, foreign) = (notes.join("countersign-web-0123"), notes.join("serde-0123"));
        for folder in [&own, &foreign] {
            fs::create_dir_all(folder).unwrap();
        }
        claim(&target).unwrap();
        assert!(!own.exists() && foreign.exists());
        fs::create_dir_all(&own).unwrap();
        claim(&target).unwrap();
        assert!(own.exists(), "this clone's own work is kept");
        write(&target.join("last-used-by"), b"/another/clone").unwrap();
        claim(&target).unwrap();
        assert!(!own.exists() && foreign.exists());
        assert_eq!(
            read(&target.join("last-used-by")).unwrap(),
            paths::root().as_os_str().as_encoded_bytes()
        );
        fs::remove_dir_all(&target).unwrap();
    }
}
