//! The list of the app's files, so that what a browser runs can be compared with what the build made, and the service
//! worker that keeps exactly these (P2).

use crate::exec::{at, fail, read, sha256, write, Result};
use crate::paths;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// `cargo xtask files`.
#[derive(clap::Args)]
pub struct Args {
    /// The built app
    #[arg(long)]
    dist: Option<PathBuf>,
    /// Write release.json and sw.js into it, as the build does
    #[arg(long)]
    write: bool,
}

/// One file of the app.
#[derive(Debug, PartialEq, Eq)]
struct File {
    /// Its path below the app's origin, with the leading slash.
    path: String,
    /// SHA-256, lower-case hex.
    sha256: String,
    /// Bytes.
    size: usize,
}

const WORKER: &str = "sw.js";
const LIST: &str = "release.json";
const BLANK: &str = "const RELEASE = { release: \"\", files: {} };";

/// Prints the list in the form that `sha256sum` prints and checks.
pub fn run(args: &Args) -> Result {
    let dist = args.dist.clone().unwrap_or_else(paths::dist);
    if args.write {
        finish(&dist)?;
    }
    let files = list(&dist)?;
    print!("{}", lines(&files));
    println!("release {}", name(&files));
    println!(
        "service worker {}",
        sha256(service_worker(&files)?.as_bytes())
    );
    Ok(())
}

/// Writes the list and the service worker into a built app.
pub fn finish(dist: &Path) -> Result {
    let files = list(dist)?;
    let worker = service_worker(&files)?;
    let entries: Vec<_> = files
        .iter()
        .map(|file| serde_json::json!({ "path": file.path, "sha256": format!("0x{}", file.sha256), "size": file.size }))
        .collect();
    let list = serde_json::json!({
        "files": entries,
        "release": format!("0x{}", name(&files)),
        "worker": format!("0x{}", sha256(worker.as_bytes())),
    });
    write(&dist.join(LIST), format!("{list:#}\n").as_bytes())?;
    write(&dist.join(WORKER), worker.as_bytes())
}

/// All files of the app but the two that are made from them, ascending by path.
fn list(dist: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in at(&folder, fs::read_dir(&folder))?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Some(relative) = path.strip_prefix(dist).ok().and_then(Path::to_str) else {
                return fail(format!(
                    "{} has no name that a browser could ask for",
                    path.display()
                ));
            };
            if [WORKER, LIST].contains(&relative) {
                continue;
            }
            let bytes = read(&path)?;
            files.push(File {
                path: format!("/{}", relative.replace('\\', "/")),
                sha256: sha256(&bytes),
                size: bytes.len(),
            });
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    if !files.iter().any(|file| file.path == "/index.html") {
        return fail(format!(
            "{} holds no built app; `cargo xtask build app` makes it",
            dist.display()
        ));
    }
    Ok(files)
}

fn lines(files: &[File]) -> String {
    let mut text = String::new();
    for file in files {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}  .{}", file.sha256, file.path);
    }
    text
}

/// A release's name: SHA-256 of the list as it is printed.
fn name(files: &[File]) -> String {
    sha256(lines(files).as_bytes())
}

/// The service worker of a release: the source with the list in its place.
fn service_worker(files: &[File]) -> Result<String> {
    let source = paths::root().join("web/public").join(WORKER);
    let text = String::from_utf8_lossy(&read(&source)?).into_owned();
    if text.matches(BLANK).count() != 1 {
        return fail(format!(
            "{} has no place for the list of files",
            source.display()
        ));
    }
    let digests: serde_json::Map<String, serde_json::Value> = files
        .iter()
        .map(|file| (file.path.clone(), file.sha256.clone().into()))
        .collect();
    let list = serde_json::json!({ "files": digests, "release": name(files) });
    Ok(text.replace(BLANK, &format!("const RELEASE = {list};")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File {
            path: path.to_owned(),
            sha256: sha256(text.as_bytes()),
            size: text.len(),
        }
    }

    #[test]
    fn a_changed_file_changes_the_release_and_its_service_worker() {
        let one = [file("/index.html", "a"), file("/x.js", "b")];
        let two = [file("/index.html", "a"), file("/x.js", "c")];
        assert_ne!(name(&one), name(&two));
        assert_ne!(service_worker(&one).unwrap(), service_worker(&two).unwrap());
        assert!(service_worker(&one).unwrap().contains(&name(&one)));
    }

    #[test]
    fn the_list_is_what_sha256sum_checks() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(lines(&[file("/x.js", "")]), format!("{empty}  ./x.js\n"));
    }
}
