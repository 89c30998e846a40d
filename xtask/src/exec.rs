//! Running other programs: steps that are announced, logged and explained when they fail.

use crate::{clones, paths};
use std::fmt;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What went wrong, with what to do about it.
#[derive(Debug)]
pub enum Error {
    /// A program ended with an error.
    Failed {
        step: String,
        command: String,
        log: PathBuf,
        tail: String,
    },
    /// A program could not be started.
    NotStarted { program: String, reason: String },
    /// A file could not be read or written.
    File { path: PathBuf, reason: String },
    /// Anything else, in a sentence that says what to do.
    Other(String),
}

/// The result of a step.
pub type Result<T = ()> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed {
                step,
                command,
                log,
                tail,
            } => {
                write!(
                    f,
                    "{step} failed.\n{tail}\nThe whole log: {}\nTo reproduce: {command}",
                    log.display()
                )
            }
            Self::NotStarted { program, reason } => {
                write!(f, "{program} could not be started ({reason}). `cargo xtask doctor` says how to get what is missing.")
            }
            Self::File { path, reason } => write!(f, "{}: {reason}", path.display()),
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// An error from a sentence.
pub fn fail<T>(text: impl Into<String>) -> Result<T> {
    Err(Error::Other(text.into()))
}

/// Names the file in an input/output error.
pub fn at<T>(path: &Path, result: std::io::Result<T>) -> Result<T> {
    result.map_err(|error| Error::File {
        path: path.to_path_buf(),
        reason: error.to_string(),
    })
}

/// Reads a file, naming it when that fails.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    at(path, fs::read(path))
}

/// Writes a file by renaming, so that an interruption leaves the old one or the new one, never half of it.
pub fn write(path: &Path, bytes: &[u8]) -> Result {
    if let Some(parent) = path.parent() {
        at(parent, fs::create_dir_all(parent))?;
    }
    let part = path.with_extension("part");
    at(&part, fs::write(&part, bytes))?;
    at(path, fs::rename(&part, path))
}

/// A command in the repository's root.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(paths::root()).stdin(Stdio::null());
    // The toolchain and flags of the `cargo` that started us must not leak into other toolchains' builds.
    for name in [
        "RUSTUP_TOOLCHAIN",
        "CARGO",
        "RUSTC",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "LD_LIBRARY_PATH",
    ] {
        command.env_remove(name);
    }
    // What cargo tells us about xtask, which build scripts of dependencies would take for a change (ring does).
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// A cargo command of one toolchain, building into the named target folder.
pub fn cargo(toolchain: &str, target: &str) -> Result<Command> {
    let target = paths::target(target);
    clones::claim(&target)?;
    let mut command = command("cargo");
    command
        .env("RUSTUP_TOOLCHAIN", toolchain)
        .env("CARGO_TARGET_DIR", target);
    Ok(command)
}

/// Makes a cargo command lint the packages of the workspace while it compiles them, every warning an error. One pass
/// does for both: clippy is rustc with more lints. (`cargo clippy` would check every dependency once more.)
pub fn lint(command: &mut Command) -> &mut Command {
    const DENY_WARNINGS: &str = "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__";
    command
        .env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
        .env("CLIPPY_ARGS", DENY_WARNINGS)
}

fn shown(command: &Command) -> String {
    let mut text = String::new();
    for (key, value) in command.get_envs() {
        if let Some(value) = value {
            text.push_str(&format!(
                "{}={:?} ",
                key.to_string_lossy(),
                value.to_string_lossy()
            ));
        }
    }
    text.push_str(&command.get_program().to_string_lossy());
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        if arg.contains([' ', '"', '\'', '$', '*']) {
            text.push_str(&format!(" '{arg}'"));
        } else {
            text.push_str(&format!(" {arg}"));
        }
    }
    text
}

/// Runs a command as one step: its output goes to `logs/NAME.log`; on failure the end of it is shown.
pub fn step(name: &str, command: &mut Command) -> Result<String> {
    run(name, command, false)
}

/// The same, with the output shown while it runs (test runners).
pub fn shown_step(name: &str, command: &mut Command) -> Result<String> {
    run(name, command, true)
}

fn run(name: &str, command: &mut Command, show: bool) -> Result<String> {
    let logs = paths::cache().join("logs");
    at(&logs, fs::create_dir_all(&logs))?;
    let log = logs.join(format!(
        "{}.log",
        name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
    ));
    let mut file = at(&log, File::create(&log))?;
    let started = Instant::now();
    let text = shown(command);
    let program = command.get_program().to_string_lossy().into_owned();
    let (reader, writer) = std::io::pipe().map_err(|e| Error::Other(e.to_string()))?;
    let second = writer
        .try_clone()
        .map_err(|e| Error::Other(e.to_string()))?;
    command.stdout(writer).stderr(second);
    let mut child = command.spawn().map_err(|e| Error::NotStarted {
        program: program.clone(),
        reason: e.to_string(),
    })?;
    // The command keeps copies of the pipe's writing end: without closing them the reader never ends.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut output = String::new();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        let shown = String::from_utf8_lossy(&line);
        if show {
            print!("{shown}");
            let _ = std::io::stdout().flush();
        }
        at(&log, file.write_all(&line))?;
        output.push_str(&shown);
    }
    let status = child.wait().map_err(|e| Error::NotStarted {
        program,
        reason: e.to_string(),
    })?;
    if !status.success() {
        let lines: Vec<&str> = output.lines().collect();
        let tail = lines
            .iter()
            .skip(lines.len().saturating_sub(if show { 3 } else { 40 }))
            .copied();
        let tail = tail.collect::<Vec<_>>().join("\n");
        return Err(Error::Failed {
            step: name.to_owned(),
            command: text,
            log,
            tail,
        });
    }
    let seconds = started.elapsed().as_secs();
    if seconds > 1 {
        println!("   {name}: done in {}", duration(seconds));
    }
    Ok(output)
}

/// Seconds for people.
pub fn duration(seconds: u64) -> String {
    if seconds < 90 {
        format!("{seconds} s")
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// Runs a command quietly and returns what it printed, or nothing when it cannot run or fails.
pub fn probe(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Announces a step: what is done and how long it usually takes on 2 cores.
pub fn say(what: &str, usually: &str) {
    if usually.is_empty() {
        println!("-- {what}");
    } else {
        println!("-- {what} (usually {usually})");
    }
}

/// The SHA-256 of bytes, in lower-case hex without a prefix.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(bytes))
}
