//! What the first visit downloads, compressed as a web server would: a rule about bytes, so that it cannot creep up.

use crate::exec::{at, command, fail, probe, read, Error, Result};
use crate::{npm, paths};
use std::fs;
use std::path::{Path, PathBuf};

/// The most that the gallery may cost its first visitor, `brotli -q 11`.
const MOST: usize = 600_000;

/// Compresses each file as `brotli -q 11` does, and prints the bytes that are left.
const BROTLI: &str = r#"
const { brotliCompressSync, constants } = require("node:zlib");
for (const path of process.argv.slice(1)) {
  const bytes = require("node:fs").readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  console.log(brotliCompressSync(bytes, { params }).length);
}
"#;

/// Each file's size after `brotli -q 11`; what is compressed already counts as it is.
pub fn brotli(files: &[PathBuf]) -> Result<Vec<usize>> {
    npm::node()?;
    let said = probe(command("node").args(["-e", BROTLI, "--"]).args(files))
        .ok_or_else(|| Error::Other("node could not compress the app's files".into()))?;
    let mut sizes = Vec::new();
    for (file, line) in files.iter().zip(said.lines()) {
        let compressed = line.parse().unwrap_or(usize::MAX);
        sizes.push(compressed.min(read(file)?.len()));
    }
    if sizes.len() != files.len() {
        return fail("node compressed fewer files than it was given");
    }
    Ok(sizes)
}

/// The files that a first visit to the gallery downloads before it can be used: the page, what it names, and the fonts.
fn first_load(dist: &Path) -> Result<Vec<PathBuf>> {
    let page = dist.join("index.html");
    let text = String::from_utf8_lossy(&read(&page)?).into_owned();
    let mut files = vec![page];
    for span in text.split(['"', '\'']) {
        let path = dist.join(span.trim_start_matches('/'));
        if span.len() > 1 && span.starts_with('/') && path.is_file() {
            files.push(path);
        }
    }
    let fonts = dist.join("fonts");
    for entry in at(&fonts, fs::read_dir(&fonts))?.flatten() {
        if entry.path().extension().is_some_and(|end| end == "woff2") {
            files.push(entry.path());
        }
    }
    files.push(dist.join("assets/assets.json"));
    files.sort();
    files.dedup();
    Ok(files)
}

/// What the first visit downloads, in bytes after compression.
pub fn measure(dist: &Path) -> Result<usize> {
    Ok(brotli(&first_load(dist)?)?.into_iter().sum())
}

/// Refuses an app whose first visit downloads more than it may.
pub fn check(dist: &Path) -> Result {
    let files = first_load(dist)?;
    let sizes = brotli(&files)?;
    let all: usize = sizes.iter().sum();
    println!("   the first visit downloads {all} of at most {MOST} bytes");
    if all <= MOST {
        return Ok(());
    }
    let mut lines: Vec<_> = sizes.iter().zip(&files).collect();
    lines.sort_by(|one, other| other.cmp(one));
    let table: String = lines
        .iter()
        .map(|(size, file)| {
            let name = file.strip_prefix(paths::root()).unwrap_or(file);
            format!("\n  {size:>8}  {}", name.display())
        })
        .collect();
    fail(format!(
        "the first visit downloads {all} bytes (brotli -q 11), more than {MOST}. Let the new page come later \
         (later! in web/src/app.rs), or take what is large out of what the gallery uses:{table}"
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_names_is_downloaded_and_what_it_does_not_name_is_not() {
        let dist = std::env::temp_dir().join(format!("countersign-weight-{}", std::process::id()));
        fs::create_dir_all(dist.join("fonts")).unwrap();
        fs::create_dir_all(dist.join("assets")).unwrap();
        let page = "<link href=\"/a.css\"><script>import '/b.js'</script><a href=\"/gone.js\">";
        for (path, text) in [
            ("index.html", page),
            ("a.css", "a"),
            ("b.js", "b"),
            ("c.js", "c"),
            ("fonts/d.woff2", "d"),
            ("fonts/LICENSE.txt", "e"),
            ("assets/assets.json", "{}"),
            ("assets/page-f.wasm", "f"),
        ] {
            fs::write(dist.join(path), text).unwrap();
        }
        let found: Vec<String> = first_load(&dist)
            .unwrap()
            .iter()
            .map(|file| file.strip_prefix(&dist).unwrap().display().to_string())
            .collect();
        fs::remove_dir_all(&dist).unwrap();
        assert_eq!(
            found,
            [
                "a.css",
                "assets/assets.json",
                "b.js",
                "fonts/d.woff2",
                "index.html"
            ]
        );
    }
}
