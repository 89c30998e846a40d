//! Released files: what others must be able to name by hash, each with the compiler that made it (`releases/made.json`).
//!
//! `release` makes them; `release --check` builds them again from source and compares the bytes. Where the compiler here
//! is another one than the one that made a file, equal bytes cannot be expected, and the check says so instead.

use crate::exec::{at, fail, read, sha256, write, Error, Result};
use crate::toolchain::Toolchain;
use crate::{apps, paths, toolchain};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// The contracts that exist; each is a package of its own in `contracts/`.
pub const CONTRACTS: &[&str] = &["registry", "receipts", "disputes"];

/// `cargo xtask release`.
#[derive(clap::Args)]
pub struct Args {
    /// Build from source and compare with the released files; change nothing
    #[arg(long)]
    check: bool,
    /// Only these parts
    #[arg(long, value_delimiter = ',', default_values = ["engine", "runtime", "contracts"])]
    only: Vec<String>,
}

/// One entry of `releases/made.json`.
#[derive(Serialize, Deserialize, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
struct Made {
    sha256: String,
    compiler: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Engines {
    format: String,
    engines: Vec<Engine>,
}

/// One entry of `releases/engines.json`: an engine that a verifier of this release executes without asking.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Engine {
    sha256: String,
    name: String,
    version: String,
    file: String,
    compiler: String,
}

fn folder() -> PathBuf {
    paths::root().join("releases")
}

/// The newest released engine; refused when its bytes are not those that the list names (R2).
pub fn engine() -> Result<PathBuf> {
    let list = engines()?;
    let Some(engine) = list.engines.last() else {
        return fail(
            "releases/engines.json names no engine. Make one: cargo xtask release --only engine",
        );
    };
    let path = folder().join(&engine.file);
    let found = format!("0x{}", sha256(&read(&path)?));
    if found != engine.sha256 {
        return fail(format!(
            "{} has SHA-256 {found}, but the list says {}",
            path.display(),
            engine.sha256
        ));
    }
    Ok(path)
}

fn engines() -> Result<Engines> {
    let path = folder().join("engines.json");
    if !path.exists() {
        return Ok(Engines {
            format: "countersign/engines/1".into(),
            engines: Vec::new(),
        });
    }
    serde_json::from_slice(&read(&path)?).map_err(|error| Error::File {
        path,
        reason: error.to_string(),
    })
}

fn made() -> Result<BTreeMap<String, Made>> {
    let path = folder().join("made.json");
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_slice(&read(&path)?).map_err(|error| Error::File {
        path,
        reason: error.to_string(),
    })
}

/// A part as built from source: its name under `releases/`, its bytes, and the compiler.
struct Built {
    name: String,
    bytes: Vec<u8>,
    compiler: String,
}

fn build(only: &[String]) -> Result<Vec<Built>> {
    let mut parts = Vec::new();
    let named = |toolchain: &Toolchain| format!("{}, {}", toolchain.version(), toolchain.origin());
    if only.iter().any(|part| part == "engine") {
        let compiler = named(&toolchain::wasm()?);
        let bytes = read(&apps::engine()?)?;
        parts.push(Built {
            name: format!("engine/{}.wasm", sha256(&bytes)),
            bytes,
            compiler,
        });
    }
    if only.iter().any(|part| part == "runtime") {
        let compiler = named(&toolchain::wasm()?);
        parts.push(Built {
            name: "runtime.wasm".into(),
            bytes: read(&apps::runtime()?)?,
            compiler,
        });
    }
    if only.iter().any(|part| part == "contracts") {
        let compiler = format!("{}, cargo-contract 5.0.3", named(&toolchain::contracts()?));
        for (name, path) in CONTRACTS.iter().zip(apps::contracts()?) {
            parts.push(Built {
                name: format!("contracts/{name}.contract"),
                bytes: read(&path)?,
                compiler: compiler.clone(),
            });
        }
    }
    Ok(parts)
}

/// `cargo xtask release [--check]`.
pub fn run(args: &Args) -> Result {
    if args.check {
        return check(&args.only);
    }
    let mut made = made()?;
    for part in build(&args.only)? {
        write(&folder().join(&part.name), &part.bytes)?;
        println!("{}  {}", sha256(&part.bytes), part.name);
        if part.name.starts_with("engine/") {
            add_engine(&part)?;
        }
        made.insert(
            part.name,
            Made {
                sha256: format!("0x{}", sha256(&part.bytes)),
                compiler: part.compiler,
            },
        );
    }
    let text =
        serde_json::to_string_pretty(&made).map_err(|error| Error::Other(error.to_string()))?;
    write(&folder().join("made.json"), format!("{text}\n").as_bytes())
}

/// The version that the engine's package has.
fn engine_version() -> Result<String> {
    let path = paths::root().join("inference-wasm/engine/Cargo.toml");
    let text = String::from_utf8_lossy(&read(&path)?).into_owned();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("version = "));
    line.map(|version| version.trim_matches('"').to_owned())
        .ok_or_else(|| Error::Other(format!("{} names no version", path.display())))
}

fn add_engine(part: &Built) -> Result {
    let mut list = engines()?;
    let sha256 = format!("0x{}", sha256(&part.bytes));
    if list.engines.iter().any(|engine| engine.sha256 == sha256) {
        return Ok(());
    }
    list.engines.push(Engine {
        sha256,
        name: "Countersign engine".into(),
        version: engine_version()?,
        file: part.name.clone(),
        compiler: part.compiler.clone(),
    });
    // serde_json writes a struct's fields in their order; the list is RFC 8785, so that keys are sorted through a map.
    let value = serde_json::to_value(&list).map_err(|error| Error::Other(error.to_string()))?;
    write(&folder().join("engines.json"), value.to_string().as_bytes())
}

/// Builds each part again and compares; the released lists must agree with the files as well.
fn check(only: &[String]) -> Result {
    engine()?;
    let made = made()?;
    for (name, entry) in &made {
        let path = folder().join(name);
        let found = format!("0x{}", sha256(&read(&path)?));
        if found != entry.sha256 {
            return fail(format!(
                "{} has SHA-256 {found}, but made.json says {}",
                path.display(),
                entry.sha256
            ));
        }
    }
    let mut wrong = Vec::new();
    for part in build(only)? {
        let digest = format!("0x{}", sha256(&part.bytes));
        match made.get(&part.name) {
            Some(entry) if entry.compiler != part.compiler => {
                println!(
                    "   {}: not compared, made by {:?}, here is {:?}",
                    part.name, entry.compiler, part.compiler
                );
            }
            Some(entry) if entry.sha256 == digest => {
                println!("   {}: the same bytes from source", part.name)
            }
            _ => {
                let kept = paths::cache().join("release-check").join(&part.name);
                at(&kept, kept.parent().map_or(Ok(()), fs::create_dir_all))?;
                write(&kept, &part.bytes)?;
                wrong.push(format!("{} (built: {})", part.name, kept.display()));
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    fail(format!(
        "the source gives other bytes than these released files: {}. If the source was meant to change: cargo xtask release",
        wrong.join(", ")
    ))
}

/// `release --check` of every part, as the tests run it.
pub fn check_all() -> Result {
    check(&["engine", "runtime", "contracts"].map(str::to_owned))
}
