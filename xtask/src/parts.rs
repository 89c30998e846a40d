//! The app in parts: what the first visit shows, and what each other group of pages needs besides.
//!
//! The page's source marks the cuts (`later!`, web/src/components/later.rs). Trunk builds the app as one module and calls
//! `wasm-bindgen`; what stands in that program's place here cuts the module first. The first part goes on to
//! `wasm-bindgen`, the others are made small and named by their hashes, and the script that loads them becomes part of the
//! app's own, with each part's hash, so that the browser refuses a part with other bytes.

use crate::exec::{at, command, fail, read, sha256, step, write, Error, Result};
use crate::tools::WASM_BINDGEN;
use crate::{apps, npm, paths};
use base64::Engine as _;
use sha2::{Digest, Sha256};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use wasm_split_cli_support::Options;

/// What the app's module calls the script that loads the parts.
const LOADER: &str = "./parts.js";

/// `cargo xtask bindgen`: wasm-bindgen's own arguments.
#[derive(clap::Args)]
pub struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// The finished parts, before they are copied into the app.
pub fn folder() -> PathBuf {
    paths::target("wasm").join("parts")
}

/// A folder with a `wasm-bindgen` that cuts the app, for Trunk to find first.
pub fn stand_in() -> Result<PathBuf> {
    let folder = paths::cache().join("tools/parts");
    let program = folder.join("wasm-bindgen");
    let this = at(&program, std::env::current_exe())?;
    // What cargo tells us when it runs us (paths::root).
    let here = paths::root().join("xtask");
    let script = format!(
        "#!/bin/sh\nCARGO_MANIFEST_DIR=\"{}\" exec \"{}\" bindgen -- \"$@\"\n",
        here.display(),
        this.display()
    );
    write(&program, script.as_bytes())?;
    at(
        &program,
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)),
    )?;
    Ok(folder)
}

/// Does what Trunk asks of `wasm-bindgen`, and cuts the app on the way.
pub fn bindgen(args: &Args) -> Result {
    let value = |name: &str| {
        let mut given = args.args.iter();
        given.find_map(|arg| arg.strip_prefix(name)?.strip_prefix('='))
    };
    let input = args.args.iter().find(|arg| arg.ends_with(".wasm"));
    let mut real = command(WASM_BINDGEN.get()?);
    let (Some(input), Some(out), Some(name)) = (input, value("--out-dir"), value("--out-name"))
    else {
        // Trunk asks for the version.
        let status = real.args(&args.args).status();
        return match status {
            Ok(status) if status.success() => Ok(()),
            other => fail(format!("wasm-bindgen {:?}: {other:?}", args.args)),
        };
    };
    let folder = folder();
    if folder.exists() {
        at(&folder, fs::remove_dir_all(&folder))?;
    }
    let raw = folder.with_file_name("parts-raw");
    if raw.exists() {
        at(&raw, fs::remove_dir_all(&raw))?;
    }
    let first = raw.join("first.wasm");
    let others = cut(Path::new(input), &raw, &first)?;
    for arg in &args.args {
        if arg == input {
            real.arg(&first);
        } else {
            real.arg(arg);
        }
    }
    // The linker's own exports are what the parts share: memory, table, stack.
    real.args(["--keep-lld-exports", "--no-demangle"]);
    step("wasm-bindgen", &mut real)?;
    let mut loader = String::from_utf8_lossy(&read(&raw.join(LOADER))?).into_owned();
    // A part without anything of its own is never asked for.
    let others: Vec<String> = others
        .iter()
        .filter_map(|part| Some(part.file_stem()?.to_str()?.to_owned()))
        .filter(|stem| loader.contains(&address(stem)))
        .collect();
    let wasm_opt = npm::wasm_opt()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for some in others.chunks(cores) {
        let small = std::thread::scope(|scope| {
            let (raw, wasm_opt) = (&raw, &wasm_opt);
            let at_work: Vec<_> = some
                .iter()
                .map(|stem| scope.spawn(move || smaller(raw, stem, wasm_opt)))
                .collect();
            let ended = at_work.into_iter().map(|work| work.join());
            ended
                .map(|end| end.unwrap_or_else(|_| fail("a part's wasm-opt ended early")))
                .collect::<Result<Vec<Vec<u8>>>>()
        })?;
        for (stem, bytes) in some.iter().zip(&small) {
            loader = finish(stem, bytes, &folder, &loader)?;
        }
    }
    let script = Path::new(out).join(format!("{name}.js"));
    let joined = join(&String::from_utf8_lossy(&read(&script)?), &loader)?;
    write(&script, joined.as_bytes())
}

/// Cuts the module; gives the parts beside the first.
fn cut(input: &Path, folder: &Path, first: &Path) -> Result<Vec<PathBuf>> {
    let bytes = read(input)?;
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = first;
    options.link_name = LOADER;
    match wasm_split_cli_support::transform(options) {
        Ok(cut) => Ok(cut.split_modules),
        Err(error) => fail(format!("{} cannot be cut: {error:#}", input.display())),
    }
}

/// How the loader names a part's file.
fn address(stem: &str) -> String {
    format!("new URL(\"./{stem}.wasm\", import.meta.url)")
}

/// A part as wasm-opt makes it smaller.
fn smaller(raw: &Path, stem: &str, wasm_opt: &Path) -> Result<Vec<u8>> {
    let part = raw.join(stem).with_extension("wasm");
    let small = part.with_extension("small");
    let mut optimise = command("node");
    optimise.arg(wasm_opt).arg("-Oz").args(apps::WASM_FEATURES);
    optimise.arg(part).arg("-o").arg(&small);
    step(&format!("wasm-opt {stem}"), &mut optimise)?;
    read(&small)
}

/// Names a part by its hash, and writes name and hash into the script that loads it.
fn finish(stem: &str, bytes: &[u8], folder: &Path, loader: &str) -> Result<String> {
    let stem_shown = stem.replace("split_", "page-").replace("chunk_", "shared-");
    let digest = sha256(bytes);
    let name = format!("{stem_shown}-{}.wasm", digest.get(..16).unwrap_or_default());
    write(&folder.join(&name), bytes)?;
    let integrity = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes));
    let fetched = format!(
        "\"/assets/{name}\", {{ credentials: \"omit\", integrity: \"sha256-{integrity}\" }}"
    );
    Ok(loader.replace(&address(stem), &fetched))
}

/// The app's script with the loader of the parts inside, instead of importing it.
fn join(script: &str, loader: &str) -> Result<String> {
    let unknown = |what: &str| {
        Error::Other(format!(
            "{what}: wasm-bindgen or wasm_split_cli_support writes something else than xtask/src/parts.rs knows"
        ))
    };
    let from = format!(" from \"{LOADER}\"");
    // Each function that the module imports has a line of its own: `import * as import1 from "./parts.js"`.
    let imported = |line: &str| {
        let line = line.trim_end_matches(';').strip_suffix(&from)?;
        line.strip_prefix("import * as ").map(str::to_owned)
    };
    let mut text = String::new();
    let mut names = Vec::new();
    for line in script.lines() {
        match imported(line) {
            Some(name) => names.push(name),
            None => text.extend([line, "\n"]),
        }
    }
    let mut exported = Vec::new();
    for line in loader.lines() {
        // `initSync`, which gives the first part's exports, stands in the same script.
        if line.starts_with("import ") {
            continue;
        }
        match line.strip_prefix("export const ") {
            Some(rest) => {
                exported.extend(rest.split(' ').next());
                text.extend(["const ", rest, "\n"]);
            }
            None => text.extend([line, "\n"]),
        }
    }
    if names.is_empty() {
        return Err(unknown("the app's script imports no parts"));
    }
    if exported.is_empty() {
        return Err(unknown("the loader of the parts exports nothing"));
    }
    if text.matches(LOADER).count() != names.len() {
        return Err(unknown("the app's script imports parts in another way"));
    }
    let exported = exported.join(", ");
    for name in names {
        text.push_str(&format!("const {name} = {{ {exported} }};\n"));
    }
    Ok(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SCRIPT: &str =
        "import * as import1 from \"./parts.js\"\nimport * as import2 from \"./parts.js\"\n\
        const all = { \"./parts.js\": import1, \"./parts.js\": import2 };\n";
    const LOADED: &str = "import { initSync } from \"./main.js\";\n\nfunction makeLoad() {}\n\
        export const __wasm_split_load_about = makeLoad();\n";

    #[test]
    fn the_loader_becomes_part_of_the_script() {
        let joined = join(SCRIPT, LOADED).unwrap();
        assert!(!joined.contains("import "));
        assert!(!joined.contains("export "));
        assert!(joined.contains("\nconst __wasm_split_load_about = makeLoad();\n"));
        assert!(joined.ends_with(
            "const import1 = { __wasm_split_load_about };\nconst import2 = { __wasm_split_load_about };\n"
        ));
    }

    #[test]
    fn a_script_in_another_form_is_refused() {
        assert!(join("import { x } from \"./parts.js\";", LOADED).is_err());
        assert!(join(SCRIPT, "export function load() {}").is_err());
    }
}
