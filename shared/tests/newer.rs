//! 4.9: `format` is read first, of nested files too. What this program does not know is an unsupported
//! version, never an altered file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::bundle;
use countersign_shared::files::{Bundle, File, FileError, Format};
use countersign_shared::json::{self, Fault};
use countersign_shared::Software;
use serde_json::{json, Value};

const C: Software = Software;
const NEWER: &str = "countersign/receipt/2";

fn refused(bytes: &[u8]) -> FileError {
    File::parse(bytes, &C).unwrap_err()
}

fn unsupported(format: &str) -> FileError {
    FileError::UnsupportedVersion(format.to_owned())
}

#[test]
fn a_newer_file_may_nest_deeper_and_hold_what_ours_never_do_4_9() {
    let deep = |depth: usize| {
        let (open, close) = ("[{\"a\":".repeat(depth), "}]".repeat(depth));
        format!("{{\"b\":{open}0{close},\"format\":\"{NEWER}\"}}")
    };
    let newer = format!("\"format\":\"{NEWER}\"");
    for file in [
        deep(15),
        deep(16),
        deep(40),
        deep(400_000),
        format!("{{\"a\":\"\\ud800\",{newer}}}"),
        format!("{{\"a\":\"\\udc00\\ud800\\ud800\\u0041\",{newer}}}"),
        format!("{{\"\\ud800x\":[\"\\ud800\"],{newer}}}"),
        format!("{{\"a\":\"\u{fffe}\",{newer}}}"),
        format!("{{\"a\":1.5e400,\"a\":-0,{newer}}}"),
        format!("{{\"f\\u006frmat\":\"{NEWER}\",\"a\":[[],{{}},[ ] , {{ }}]}}"),
    ] {
        let head = file.get(..60.min(file.len())).unwrap_or(&file);
        assert_eq!(refused(file.as_bytes()), unsupported(NEWER), "{head}");
    }
}

#[test]
fn what_is_no_json_is_no_newer_version_4_9() {
    let newer = format!("\"format\":\"{NEWER}\"");
    for inside in [
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[}",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "[[]",
        "[[]]]",
        "[01]",
        "[1 2]",
        "[nul]",
        "\"\\ud8\"",
        "\"\\x\"",
        "[\"\n\"]",
    ] {
        for file in [
            format!("{{\"a\":{inside},{newer}}}"),
            format!("{{{newer},\"a\":{inside}}}"),
        ] {
            assert!(
                matches!(refused(file.as_bytes()), FileError::Json(_)),
                "{file}"
            );
        }
    }
}

#[test]
fn ours_stay_as_strict_as_they_were_3_1_4_9() {
    let known = format!("\"format\":\"{}\"", Format::Receipt.name());
    for (inside, fault) in [
        (
            format!("{}0{}", "[".repeat(33), "]".repeat(33)),
            Fault::Depth,
        ),
        ("\"\\ud800\"".to_owned(), Fault::LoneSurrogate),
        ("\"\\ud800\\u0041\"".to_owned(), Fault::LoneSurrogate),
        ("\"\\ud800\\n\"".to_owned(), Fault::LoneSurrogate),
        ("\"\\udc00\"".to_owned(), Fault::LoneSurrogate),
        ("\"\u{fffe}\"".to_owned(), Fault::Noncharacter),
        ("1e0".to_owned(), Fault::NotAnInteger),
    ] {
        let file = format!("{{\"a\":{inside},{known}}}");
        match refused(file.as_bytes()) {
            FileError::Json(error) => assert_eq!(error.fault, fault, "{file}"),
            other => panic!("{file}: {other:?}"),
        }
    }
    // The key that counts stands at the top, and once.
    for file in [
        format!("{{\"a\":{{{known}}}}}"),
        format!("{{\"format\":[\"{NEWER}\"]}}"),
        format!("{{\"\\ud800format\":\"{NEWER}\"}}"),
    ] {
        assert!(
            matches!(
                refused(file.as_bytes()),
                FileError::NotOurs | FileError::Json(_)
            ),
            "{file}"
        );
    }
}

/// The file of a bundle in which one part was put into another one's place.
fn with(pointer: &str, part: Value) -> FileError {
    let mut file: Value = serde_json::from_str(&bundle(false).to_file(&C)).unwrap();
    *file.pointer_mut(pointer).unwrap() = part;
    let canonical = json::parse(file.to_string().as_bytes())
        .unwrap()
        .to_canonical();
    Bundle::from_file(canonical.as_bytes(), &C).unwrap_err()
}

#[test]
fn a_newer_part_of_a_bundle_is_no_altered_one_4_9() {
    for (pointer, format) in [
        ("/receipt", "countersign/receipt/2"),
        ("/openings/0", "countersign/opening/7"),
        ("/anchors/0", "countersign/anchor/12"),
        ("/receipt", "countersign/statement/1"),
    ] {
        for part in [
            json!({ "format": format }),
            json!({ "format": format, "more": [1, "x"] }),
        ] {
            assert_eq!(with(pointer, part), unsupported(format));
        }
    }
    let found = with("/receipt", json!({ "format": "countersign/anchor/1" }));
    let (expected, found_format) = (Format::Receipt, Format::Anchor);
    assert_eq!(
        found,
        FileError::OtherFormat {
            expected,
            found: found_format
        }
    );
    assert_eq!(
        with("/receipt", json!({ "format": "elsewhere/receipt/2" })),
        FileError::NotOurs
    );
    for part in [json!({}), json!({ "format": 2 }), json!(null)] {
        assert!(matches!(with("/receipt", part), FileError::Field { .. }));
    }
}
