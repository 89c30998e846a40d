//! Commands with what they print and their exit code, in `golden/NAME.txt`: the command's arguments in the first line
//! behind `$`, the exit code in the second, then standard output and standard error.
//!
//! `BLESS=1 cargo test -p countersign --test golden` writes what the program says now; read the difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use std::path::Path;

/// The files that the commands name, made from the vectors.
fn files() -> Folder {
    let folder = Folder::new();
    let vectors = vectors();
    let bundle = vectors["bundles"][0]["canonical"].as_str().unwrap();
    let receipt = vectors["receipts"][0]["file_canonical"].as_str().unwrap();
    folder.write("bundle.json", bundle);
    folder.write("receipt.json", receipt);
    folder.write(
        "opening.json",
        vectors["openings"][0]["canonical"].as_str().unwrap(),
    );
    folder.write(
        "newer.json",
        bundle.replacen("countersign/bundle/1", "countersign/bundle/7", 1),
    );
    folder.write("truncated.json", &bundle[..bundle.len() / 2]);
    folder.write("spaced.json", format!("{bundle}\n"));
    folder.write("other.json", r#"{"hello":"world"}"#);
    let signature = receipt.find(r#""signature":"0x"#).unwrap() + 20;
    let mut tampered = receipt.to_owned().into_bytes();
    tampered[signature] = if tampered[signature] == b'1' {
        b'2'
    } else {
        b'1'
    };
    folder.write("tampered.json", tampered);
    folder.write(
        "deployments.json",
        r#"{"deployments":[],"format":"countersign/deployments/1"}"#,
    );
    folder.write(
        "doubled.json",
        r#"{"deployments":[],"deployments":[],"format":"countersign/deployments/1"}"#,
    );
    folder
}

fn replay(folder: &Folder, arguments: &str) -> String {
    let mut command = program();
    // Help texts show the environment's values, which would be this machine's.
    command.env_remove("COUNTERSIGN_RELEASES");
    command
        .current_dir(folder.file(""))
        .args(arguments.split_whitespace());
    let said = said(&command.output().unwrap());
    let text = format!(
        "$ {arguments}\nexit {}\n{}{}",
        said.code, said.out, said.err
    );
    let version = env!("CARGO_PKG_VERSION");
    text.replace(&format!("countersign {version}"), "countersign VERSION")
}

#[test]
fn commands_say_what_they_said() {
    let folder = files();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<_> = std::fs::read_dir(&golden)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() > 20, "the golden files are missing");
    let mut different = Vec::new();
    for path in paths {
        let expected = std::fs::read_to_string(&path).unwrap();
        let arguments = expected.lines().next().unwrap().strip_prefix("$ ").unwrap();
        let found = replay(&folder, arguments);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &found).unwrap();
        } else if found != expected {
            different.push(format!(
                "--- {}\n{expected}\n+++ now\n{found}",
                path.display()
            ));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
