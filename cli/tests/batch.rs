//! Many receipts at once, completions and manual pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;

/// A folder with two whole receipts, one altered, one of a newer version, and a file that is no receipt.
fn receipts(names: &[&str]) -> Folder {
    let folder = Folder::new();
    let vectors = vectors();
    let receipt = vectors["receipts"][0]["file_canonical"].as_str().unwrap();
    let digits = receipt.find(r#""signature":"0x"#).unwrap() + 20;
    let mut altered = receipt.to_owned().into_bytes();
    altered[digits] = if altered[digits] == b'1' { b'2' } else { b'1' };
    for name in names {
        match *name {
            "altered" => folder.write("altered.json", &altered),
            "newer" => folder.write("newer.json", receipt.replacen("/1\"", "/9\"", 1)),
            "other" => folder.write("other.json", r#"{"hello":"world"}"#),
            name => folder.write(&format!("{name}.json"), receipt),
        };
    }
    folder.write("notes.txt", "not looked at");
    folder
}

fn verify(folder: &Folder, more: &[&str]) -> Said {
    let mut command = program();
    command.arg("verify").arg(folder.file("")).arg("--offline");
    said(&command.args(more).output().unwrap())
}

#[test]
fn a_folder_gets_a_line_each_and_the_exit_code_of_the_worst() {
    let said = verify(&receipts(&["a", "b", "altered", "newer", "other"]), &[]);
    let lines: Vec<&str> = said.out.lines().collect();
    let word = |line: usize| lines[line].split_whitespace().next().unwrap();
    let found: Vec<&str> = (0..5).map(word).collect();
    // In the order of the files' names: a, altered, b, newer, other.
    assert_eq!(
        found,
        ["unknown", "invalid", "unknown", "unsupported", "invalid"],
        "{said:?}"
    );
    assert_eq!(
        lines[5],
        "5 receipts: 2 invalid, 2 unknown, 1 unsupported version"
    );
    assert_eq!(said.code, 1);
}

#[test]
fn in_german_the_lines_are_german_and_what_programs_read_stays_english() {
    let folder = receipts(&["a", "altered", "newer"]);
    let said = verify(&folder, &["--language", "de"]);
    let lines: Vec<&str> = said.out.lines().collect();
    assert!(lines[0].starts_with("unbekannt "), "{said:?}");
    assert!(
        lines[1].starts_with("ungültig  ")
            && lines[1].contains(": Unterzeichner: Die Unterschrift ist nicht")
    );
    assert_eq!(
        lines[3],
        "3 Belege: 1 ungültig, 1 unbekannt, 1 nicht unterstützte Version"
    );
    assert_eq!(said.code, 1);
    let value = json(&verify(&folder, &["--language", "de", "--json"]));
    let english = json(&verify(&folder, &["--json"]));
    assert_eq!(value["counts"], english["counts"]);
    let (one, other) = (&value["receipts"][1], &english["receipts"][1]);
    assert_eq!(one["verdict"], other["verdict"]);
    assert_eq!(one["rows"][1]["row"], "signer");
    assert_eq!(one["rows"][1]["state"], "bad");
    assert_ne!(one["sentence"], other["sentence"]);
}

#[test]
fn the_environments_language_decides_nothing_and_the_programs_own_variable_does() {
    let folder = receipts(&["a"]);
    let with = |variables: &[(&str, &str)]| {
        let mut command = program();
        command
            .arg("verify")
            .arg(folder.file("a.json"))
            .arg("--offline");
        let output = command.envs(variables.iter().copied()).output().unwrap();
        common::said(&output).out
    };
    let plain = with(&[]);
    assert!(plain.starts_with("Unknown: "));
    assert_eq!(
        with(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8")]),
        plain
    );
    assert!(with(&[("COUNTERSIGN_LANGUAGE", "de")]).starts_with("Unbekannt: "));
}

#[test]
fn a_newer_version_is_never_called_invalid_and_unknown_goes_before_it() {
    assert_eq!(verify(&receipts(&["newer", "x"]), &[]).code, 3);
    assert_eq!(
        verify(&receipts(&["newer"]), &[]).code,
        4,
        "a folder of one is a folder"
    );
}

#[test]
fn every_receipt_gets_the_verdict_that_it_gets_alone() {
    let folder = receipts(&["a", "altered", "newer", "other"]);
    let all = json(&verify(&folder, &["--json"]));
    let receipts = all["receipts"].as_array().unwrap();
    assert_eq!(receipts.len(), 4);
    for receipt in receipts {
        let mut command = program();
        command.args(["verify", "--offline", "--json"]);
        let alone = said(
            &command
                .arg(receipt["file"].as_str().unwrap())
                .output()
                .unwrap(),
        );
        let mut here = receipt.clone();
        here.as_object_mut().unwrap().remove("file");
        assert_eq!(json(&alone), here);
    }
    assert_eq!(all["counts"]["invalid"], 2);
}

#[test]
fn bad_input_a_folder_without_receipts_and_flags_of_one_receipt() {
    let said = verify(&receipts(&[]), &[]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("holds no .json file"), "{said:?}");
    let said = verify(&receipts(&["a", "b"]), &["--input", "photo.jpg"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("--input belongs to one receipt"),
        "{said:?}"
    );
}

#[test]
fn bad_input_a_file_that_is_not_there_spoils_its_own_line_only() {
    let folder = receipts(&["a"]);
    let mut command = program();
    command.arg("verify").arg(folder.file("a.json"));
    command.arg(folder.file("missing.json")).arg("--offline");
    let said = said(&command.output().unwrap());
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.out.starts_with("unknown  "), "{said:?}");
    assert!(
        said.out.ends_with("2 receipts: 1 unread, 1 unknown\n"),
        "{said:?}"
    );
}

#[test]
fn the_manual_has_a_page_for_each_command_and_shells_complete() {
    let folder = Folder::new();
    let to = folder.file("man");
    let mut command = program();
    let done = said(&command.arg("man").arg(&to).output().unwrap());
    assert_eq!(done.code, 0, "{done:?}");
    for page in [
        "countersign",
        "countersign-verify",
        "countersign-receipt-sign",
    ] {
        let text = std::fs::read_to_string(to.join(format!("{page}.1"))).unwrap();
        assert!(text.contains(".TH"), "{page}: {text}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let done = run(&["completions", shell]);
        assert_eq!(done.code, 0, "{done:?}");
        assert!(done.out.contains("verify"), "{shell}");
    }
}

#[test]
fn the_development_chain_of_this_machine_is_known_without_a_flag() {
    let cache = Folder::new();
    std::fs::create_dir_all(cache.file("localnet")).unwrap();
    let list = cache.write("localnet/deployments.json", "nonsense");
    let folder = receipts(&["a"]);
    let mut command = program();
    command.arg("verify").arg(folder.file("a.json"));
    command
        .arg("--offline")
        .env("COUNTERSIGN_CACHE", cache.file(""));
    // That it is read shows when it cannot be.
    let done = said(&command.output().unwrap());
    assert_eq!(done.code, 5, "{done:?}");
    assert!(done.err.contains(list.to_str().unwrap()), "{done:?}");
}
