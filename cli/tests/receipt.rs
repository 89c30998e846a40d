//! A run signed, opened and verified without any chain.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use std::path::{Path, PathBuf};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

/// A run of the adder in a folder.
struct Work {
    folder: Folder,
    run: PathBuf,
    deployments: PathBuf,
}

impl Work {
    fn new() -> Self {
        let folder = Folder::new();
        let deployments = folder.write("deployments.json", DEPLOYMENTS);
        let run = folder.file("run.json");
        let work = Self {
            folder,
            run,
            deployments,
        };
        let said = work.tell(
            &[
                "run",
                "--model",
                &path("adder.json"),
                "--save",
                text(&work.run),
            ],
            true,
        );
        assert_eq!(said.code, 0, "{said:?}");
        work
    }

    fn tell(&self, arguments: &[&str], with_inputs: bool) -> Said {
        let mut command = program();
        command
            .args(arguments)
            .args(["--offline", "--deployments"])
            .arg(&self.deployments);
        if with_inputs {
            command.arg("--input").arg(format!("a={}", path("a.npy")));
            command.arg("--input").arg(format!("b={}", path("b.npy")));
        }
        said(&command.output().unwrap())
    }

    fn sign(&self, name: &str, more: &[&str]) -> PathBuf {
        let receipt = self.folder.file(name);
        let mut arguments = vec![
            "receipt",
            "sign",
            text(&self.run),
            "--publisher",
            ALICE,
            "--output",
            text(&receipt),
        ];
        arguments.extend(more);
        let said = self.tell(&arguments, false);
        assert_eq!(said.code, 0, "{said:?}");
        receipt
    }

    fn verify(&self, receipt: &Path, with_inputs: bool) -> (i32, serde_json::Value) {
        let manifest = path("adder.json");
        let arguments = [
            "receipt",
            "verify",
            text(receipt),
            "--manifest",
            &manifest,
            "--publisher",
            ALICE,
            "--json",
        ];
        let said = self.tell(&arguments, with_inputs);
        (said.code, json(&said))
    }
}

fn path(name: &str) -> String {
    data(name).display().to_string()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn state<'a>(report: &'a serde_json::Value, row: &str) -> &'a str {
    let rows = report["rows"].as_array().unwrap();
    rows.iter().find(|found| found["row"] == row).unwrap()["state"]
        .as_str()
        .unwrap()
}

#[test]
fn a_signed_run_is_repeated_bit_for_bit_without_a_chain() {
    let work = Work::new();
    let key = work.folder.write("key", format!("0x{}\n", "11".repeat(32)));
    let receipts = [
        work.sign("sr25519.json", &["--suri", "//Alice"]),
        work.sign("ethereum.json", &["--key-file", text(&key)]),
    ];
    for receipt in &receipts {
        let (code, report) = work.verify(receipt, true);
        assert_eq!(
            (code, report["verdict"].as_str()),
            (3, Some("unknown")),
            "{report:#}"
        );
        for row in ["integrity", "signer", "computation"] {
            assert_eq!(state(&report, row), "ok", "{report:#}");
        }
        for row in ["anchor", "revocation"] {
            assert_eq!(state(&report, row), "unknown", "{report:#}");
        }
        let (_, report) = work.verify(receipt, false);
        assert_eq!(state(&report, "computation"), "unknown");
    }
}

#[test]
fn another_input_is_not_the_receipts() {
    let work = Work::new();
    let receipt = work.sign("r.json", &["--suri", "//Alice"]);
    let manifest = path("adder.json");
    let (a, b) = (
        format!("a={}", path("b.npy")),
        format!("b={}", path("b.npy")),
    );
    let arguments = [
        "receipt",
        "verify",
        text(&receipt),
        "--manifest",
        &manifest,
        "--publisher",
        ALICE,
        "--input",
        &a,
        "--input",
        &b,
    ];
    let said = work.tell(&arguments, false);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.out
            .contains("not what the receipt commits to as its input: a differs"),
        "{said:?}"
    );
}

#[test]
fn what_is_not_opened_stays_closed() {
    let work = Work::new();
    let closed = work.sign("closed.json", &["--suri", "//Alice", "--open", "none"]);
    assert_eq!(
        json(&work.tell(&["receipt", "show", text(&closed), "--json"], false))["bundle"]
            ["openings"],
        serde_json::json!([])
    );
    let (_, report) = work.verify(&closed, true);
    assert_eq!(state(&report, "computation"), "unknown");

    let opened = work.folder.file("opened.json");
    let open = |more: &[&str]| {
        let mut arguments = vec![
            "receipt",
            "open",
            text(&closed),
            "--run",
            text(&work.run),
            "--to",
            text(&opened),
        ];
        arguments.extend(more);
        work.tell(&arguments, false)
    };
    assert_eq!(open(&["--output", "sum"]).code, 0);
    let shown = json(&work.tell(&["receipt", "show", text(&opened), "--json"], false));
    assert_eq!(shown["bundle"]["openings"].as_array().unwrap().len(), 1);
    assert_eq!(open(&["--output", "product"]).code, 2);
    assert_eq!(open(&["--all"]).code, 0);
    let (_, report) = work.verify(&opened, true);
    assert_eq!(state(&report, "computation"), "ok", "{report:#}");
}

#[test]
fn the_run_of_another_receipt_opens_nothing() {
    let (work, other) = (Work::new(), Work::new());
    let receipt = work.sign("r.json", &["--suri", "//Alice"]);
    let said = work.tell(
        &[
            "receipt",
            "open",
            text(&receipt),
            "--run",
            text(&other.run),
            "--all",
        ],
        false,
    );
    assert_eq!(said.code, 1);
    assert!(said.err.contains("their commitments differ"), "{said:?}");
}

#[test]
fn an_altered_run_record_is_not_signed() {
    let work = Work::new();
    let record = std::fs::read_to_string(&work.run).unwrap();
    let seed = record.find(r#""seed":"0x"#).unwrap() + 10;
    let mut altered = record.into_bytes();
    altered[seed] = if altered[seed] == b'0' { b'1' } else { b'0' };
    let path = work.folder.write("altered.json", altered);
    let said = work.tell(
        &[
            "receipt",
            "sign",
            text(&path),
            "--suri",
            "//Alice",
            "--publisher",
            ALICE,
        ],
        false,
    );
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .contains("seed and items do not give its input commitment"),
        "{said:?}"
    );
}

#[cfg(unix)]
#[test]
fn the_run_record_is_for_its_owner_only_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let work = Work::new();
    assert_eq!(
        std::fs::metadata(&work.run).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let said = work.tell(
        &[
            "run",
            "--model",
            &path("adder.json"),
            "--save",
            text(&work.run),
        ],
        true,
    );
    assert_eq!(said.code, 2);
    assert!(said.err.contains("exists already"), "{said:?}");
}

#[test]
fn a_run_that_is_not_signed_is_told_as_that() {
    let work = Work::new();
    for what in ["verify", "show", "anchor"] {
        let said = work.tell(&["receipt", what, text(&work.run)], false);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains("countersign receipt sign"), "{said:?}");
    }
}

#[test]
fn a_link_and_standard_input_are_read_like_files() {
    let work = Work::new();
    let receipt = work.folder.file("r.json");
    let arguments = [
        "receipt",
        "sign",
        text(&work.run),
        "--publisher",
        ALICE,
        "--suri",
        "//Alice",
        "--link",
        "--json",
        "--output",
        text(&receipt),
    ];
    let link = json(&work.tell(&arguments, false))["link"]
        .as_str()
        .unwrap()
        .to_owned();
    let by_link = work.tell(&["receipt", "show", &link], false);
    let by_address = work.tell(
        &[
            "receipt",
            "show",
            &format!("https://app.invalid/verify{link}"),
        ],
        false,
    );
    let by_file = work.tell(&["receipt", "show", text(&receipt)], false);
    assert_eq!(
        (&by_link.out, &by_address.out),
        (&by_file.out, &by_file.out)
    );
    let mut piped = program();
    piped
        .args(["receipt", "show", "-"])
        .stdin(std::fs::File::open(&receipt).unwrap());
    assert_eq!(said(&piped.output().unwrap()).out, by_file.out);
}

/// R3: a receipt file with any character changed is refused, with exit code 1 or 4 and a reason.
#[test]
fn r3_a_changed_character_is_refused() {
    let work = Work::new();
    let file = std::fs::read(work.sign("r.json", &["--suri", "//Alice"])).unwrap();
    for position in (0..file.len()).step_by(file.len() / 40) {
        let mut altered = file.clone();
        altered[position] = if altered[position] == b'1' {
            b'2'
        } else {
            b'1'
        };
        let path = work.folder.write("altered.json", altered);
        let said = work.tell(&["receipt", "verify", text(&path)], false);
        assert!([1, 4].contains(&said.code), "byte {position}: {said:?}");
        assert!(
            said.out.starts_with("Invalid: ") || said.out.starts_with("Unsupported"),
            "{said:?}"
        );
    }
}
