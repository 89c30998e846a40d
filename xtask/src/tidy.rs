//! The tidy test: what cannot be seen by a compiler but goes stale all the same.

use crate::exec::{at, command, fail, probe, Error, Result};
use crate::paths;
use std::collections::BTreeSet;
use std::fs;

/// Invariants that must each be cited by a document, by code and by a test (DESIGN section 5).
const INVARIANTS: &[&str] = &[
    "P1", "P2", "R1", "R2", "R3", "C1", "C2", "C3", "C4", "X1", "X2", "X3", "X4", "X5", "X6",
];
/// Licences of dependencies that may be shipped; Substrate's crates are linked into the node only.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "MPL-2.0",
    "BSL-1.0",
    "MIT-0",
    "CDLA-Permissive-2.0",
    "NCSA",
    "OpenSSL",
    "bzip2-1.0.6",
];
/// What ships to users: its dependencies must all be under one of those licences.
const SHIPPED: &[&str] = &[
    "countersign-web",
    "countersign-worker",
    "countersign-gpu",
    "countersign-engine",
    "countersign",
    "countersign-client",
    "countersign-shared",
];

/// Runs every check and reports all that it finds.
pub fn run() -> Result {
    let files = tracked()?;
    let mut found = Vec::new();
    paths_in_documents(&files, &mut found)?;
    invariants(&files, &mut found)?;
    words(&files, &mut found)?;
    licences(&mut found)?;
    if found.is_empty() {
        println!(
            "   tidy: {} files, {} invariants, {} shipped packages",
            files.len(),
            INVARIANTS.len(),
            SHIPPED.len()
        );
        return Ok(());
    }
    fail(format!("tidy found:\n  {}", found.join("\n  ")))
}

fn tracked() -> Result<Vec<String>> {
    let list = probe(command("git").args(["ls-files"]))
        .ok_or_else(|| Error::Other("git ls-files failed: is this a git clone?".into()))?;
    Ok(list.lines().map(str::to_owned).collect())
}

fn text(file: &str) -> Result<String> {
    let path = paths::root().join(file);
    Ok(String::from_utf8_lossy(&at(&path, fs::read(&path))?).into_owned())
}

/// Every path in back-ticks that a document names must exist.
fn paths_in_documents(files: &[String], found: &mut Vec<String>) -> Result {
    for file in files.iter().filter(|file| file.ends_with(".md")) {
        let body = text(file)?;
        for span in body.split('`').skip(1).step_by(2) {
            let looks_like_path = span.contains('/')
                && !span.starts_with(['/', '.', '-', '$', '~', '#'])
                && span
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
            if !looks_like_path || OTHERS.contains(&span.split('/').next().unwrap_or_default()) {
                continue;
            }
            let clean = span.trim_end_matches('/');
            if MADE.iter().any(|made| clean.starts_with(made)) {
                continue;
            }
            let beside = file.rsplit_once('/').is_some_and(|(folder, _)| {
                let folder = paths::root().join(folder);
                folder.join(clean).exists() || folder.join("src").join(clean).exists()
            });
            if !paths::root().join(clean).exists() && !beside {
                found.push(format!("{file} names `{span}`, which does not exist"));
            }
        }
    }
    Ok(())
}

/// First parts of things with a slash that are no paths of ours: formats, packages, made folders.
const OTHERS: &[&str] = &[
    "countersign",
    "magika",
    "tensors",
    "application",
    "text",
    "web3",
    "target",
    "assets",
    "eip155",
    "onnx",
    "db",
];

/// Folders that a build makes.
const MADE: &[&str] = &["web/dist", "e2e/artefacts"];

fn invariants(files: &[String], found: &mut Vec<String>) -> Result {
    let mut cited: [BTreeSet<&str>; 3] = Default::default();
    for file in files {
        let place = if file.ends_with(".md") {
            0
        } else if file.contains("tests") || file.ends_with(".spec.ts") {
            2
        } else if file.ends_with(".rs") && !file.starts_with("xtask/") {
            1
        } else {
            continue;
        };
        let body = text(file)?;
        for word in body.split(|c: char| !c.is_ascii_alphanumeric()) {
            if let Some(id) = INVARIANTS.iter().find(|id| **id == word) {
                cited[place].insert(id);
            }
        }
    }
    for (place, cited) in ["document", "code", "test"].iter().zip(&cited) {
        for id in INVARIANTS.iter().filter(|id| !cited.contains(**id)) {
            found.push(format!("invariant {id} is cited by no {place}"));
        }
    }
    Ok(())
}

/// Things that must not be in the repository: unfinished marks and skipped tests.
fn words(files: &[String], found: &mut Vec<String>) -> Result {
    // Put together here, so that this file does not find itself.
    let forbidden = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("FIX", "ME"),
        concat!("TO", "DO:"),
        concat!("#[ign", "ore"),
        concat!("test.sk", "ip("),
        concat!("test.on", "ly("),
        concat!("test.fix", "me("),
        concat!("waitFor", "Timeout"),
        concat!("force: ", "true"),
    ];
    for file in files
        .iter()
        .filter(|file| [".rs", ".ts", ".mjs"].iter().any(|end| file.ends_with(end)))
    {
        let body = text(file)?;
        for word in forbidden.iter().filter(|word| body.contains(**word)) {
            found.push(format!("{file} contains {word:?}"));
        }
    }
    Ok(())
}

/// Every dependency of what ships is under a licence that allows shipping.
fn licences(found: &mut Vec<String>) -> Result {
    let mut seen = BTreeSet::new();
    for package in SHIPPED {
        let mut tree = command("cargo");
        tree.args([
            "tree",
            "--locked",
            "--package",
            package,
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}\t{l}",
        ]);
        let Some(list) = probe(&mut tree) else {
            found.push(format!(
                "cargo tree of {package} failed: run `cargo tree --locked -p {package}`"
            ));
            continue;
        };
        for line in list.lines() {
            let Some((name, licence)) = line.split_once('\t') else {
                continue;
            };
            let licence = licence.trim_end_matches(" (*)").trim();
            if seen.insert(name.to_owned()) && !allowed(licence) {
                found.push(format!(
                    "{name}, which {package} ships, has the licence {licence:?}"
                ));
            }
        }
    }
    Ok(())
}

/// SPDX expression: each `AND` part needs one `OR` alternative that is allowed.
fn allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    !plain.trim().is_empty()
        && plain.split(" AND ").all(|part| {
            part.split(" OR ")
                .any(|licence| LICENCES.contains(&licence.trim()))
        })
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn licence_expressions() {
        assert!(allowed("MIT OR Apache-2.0"));
        assert!(allowed("MIT/Apache-2.0"));
        assert!(allowed("(MIT OR GPL-3.0) AND Unicode-3.0"));
        assert!(!allowed("GPL-3.0-only"));
        assert!(!allowed("MIT AND AGPL-3.0"));
        assert!(!allowed(""));
    }
}
