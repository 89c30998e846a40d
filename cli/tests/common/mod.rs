//! Runs the program as a user would.
// Every test file compiles this one for itself and uses a part of it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of this test alone, deleted when it ends.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A file of `tests/data`.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// A vector made by other people's software.
pub fn vectors() -> serde_json::Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/protocol.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The program, away from the user's own settings, without a chain unless a test names one.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    for variable in [
        "RPC",
        "SURI",
        "KEY_FILE",
        "DEPLOYMENTS",
        "ENGINES",
        "MODELS",
        "RELEASES",
        "LANGUAGE",
    ] {
        command.env_remove(format!("COUNTERSIGN_{variable}"));
    }
    command.env_remove("COLUMNS");
    let releases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../releases");
    command.env("COUNTERSIGN_RELEASES", releases);
    // No development chain of this machine's.
    command.env("COUNTERSIGN_CACHE", env!("CARGO_TARGET_TMPDIR"));
    command
}

/// What a finished program said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn said(output: &Output) -> Said {
    Said {
        code: output.status.code().expect("the program was killed"),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

pub fn run(arguments: &[&str]) -> Said {
    said(&program().args(arguments).output().unwrap())
}

/// The JSON value that `--json` prints.
pub fn json(said: &Said) -> serde_json::Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

/// A deployment that nobody asks.
pub const DEPLOYMENTS: &str = concat!(
    r#"{"deployments":[{"codeHashes":{"receipts":"0x0101010101010101010101010101010101010101010101010101010101010101","#,
    r#""registry":"0x0202020202020202020202020202020202020202020202020202020202020202"},"development":false,"disputes":null,"#,
    r#""genesis":"0x0303030303030303030303030303030303030303030303030303030303030303","name":"Nowhere","#,
    r#""receipts":"0x0404040404040404040404040404040404040404040404040404040404040404","#,
    r#""registry":"0x0505050505050505050505050505050505050505050505050505050505050505"}],"#,
    r#""format":"countersign/deployments/1"}"#
);
