//! What a file or a name in it is called is not what the program says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;

fn receipt() -> String {
    let vectors = vectors();
    let receipt = vectors["receipts"][0]["file_canonical"].as_str().unwrap();
    receipt.to_owned()
}

fn verify(folder: &Folder) -> Said {
    let mut command = program();
    command.arg("verify").arg(folder.file("")).arg("--offline");
    said(&command.output().unwrap())
}

#[cfg(unix)]
#[test]
fn the_name_of_a_file_makes_no_line_of_its_own() {
    let folder = Folder::new();
    folder.write("a.json", r#"{"hello":"world"}"#);
    folder.write("b.json: \nvalid    c\u{1b}[2K\u{202e}.json", "{");
    let said = verify(&folder);
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 3, "{said:?}");
    assert!(lines[0].starts_with("invalid  ") && lines[1].starts_with("invalid  "));
    assert!(!said.out.contains(['\u{1b}', '\u{202e}']), "{said:?}");
    assert_eq!(lines[2], "2 receipts: 2 invalid");
    assert_eq!(said.code, 1);
}

#[test]
fn no_receipt_of_a_folder_is_left_out_for_the_capitals_of_its_name() {
    let folder = Folder::new();
    folder.write("a.json", receipt());
    folder.write("b.JSON", r#"{"hello":"world"}"#);
    let said = verify(&folder);
    assert!(
        said.out.ends_with("2 receipts: 1 invalid, 1 unknown\n"),
        "{said:?}"
    );
    assert_eq!(said.code, 1);
}

#[test]
fn a_key_out_of_a_file_steers_no_terminal_and_fills_no_screen() {
    let folder = Folder::new();
    // Canonical: the key sorts behind all others, and only its control character is escaped.
    let key = format!("\u{200b}{}\u{202e}\\u001b[2J", "k".repeat(5000));
    let mut altered = receipt();
    altered.truncate(altered.len() - 1);
    altered.push_str(&format!(",\"{key}\":0}}"));
    let file = folder.write("x.json", altered);
    let run = |arguments: &[&str]| {
        let mut command = program();
        let said = said(&command.args(arguments).arg(&file).output().unwrap());
        let shown = format!("{}{}", said.out, said.err);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(shown.contains("\u{fffd}kkk"), "{said:?}");
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{200b}']));
        let longest = shown.lines().map(|line| line.chars().count()).max();
        assert!(longest.unwrap() < 700, "{said:?}");
    };
    run(&["verify", "--offline"]);
    run(&["receipt", "show"]);
}
