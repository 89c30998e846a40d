use super::*;
use countersign_shared::files::{FieldFault, FileError};

#[test]
fn time_follows_the_calendar() {
    let time = |seconds| time(seconds, Language::English);
    assert_eq!(time(0), "1970-01-01 00:00:00 UTC");
    assert_eq!(time(951_782_400), "2000-02-29 00:00:00 UTC");
    assert_eq!(time(1_795_438_067), "2026-11-23 12:47:47 UTC");
    assert_eq!(time(253_402_300_799), "9999-12-31 23:59:59 UTC");
    assert_eq!(time(u64::MAX), "second 18446744073709551615 since 1970");
}

#[test]
fn german_dates_begin_with_the_day() {
    let time = |seconds| time(seconds, Language::German);
    assert_eq!(time(1_795_438_067), "23.11.2026, 12:47:47 UTC");
    assert_eq!(time(u64::MAX), "Sekunde 18446744073709551615 seit 1970");
}

#[test]
fn a_name_out_of_a_file_is_one_line_and_steers_no_terminal() {
    let error = FileError::Field {
        path: "\u{1b}[2J\nsigner ok".to_owned(),
        fault: FieldFault::Unknown,
    };
    let said = |language| finding(&Finding::File(error.clone()), language);
    assert_eq!(
        said(Language::English),
        "The file was altered: \u{fffd}[2J\u{fffd}signer ok: there is no such field."
    );
    assert_eq!(
        said(Language::German),
        "Die Datei wurde verändert: \u{fffd}[2J\u{fffd}signer ok: ein solches Feld gibt es nicht."
    );
}

/// The files whose texts are German.
const GERMAN: [(&str, &str); 5] = [
    ("de.rs", include_str!("de.rs")),
    ("de/chain.rs", include_str!("de/chain.rs")),
    ("de/contracts.rs", include_str!("de/contracts.rs")),
    ("de/files.rs", include_str!("de/files.rs")),
    ("de/run.rs", include_str!("de/run.rs")),
];

/// The texts between quotation marks, without those that a match arm looks for.
fn texts(source: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let code = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.collect::<Vec<_>>().join("\n");
    let mut rest = code.as_str();
    while let Some((_, after)) = rest.split_once('"') {
        let end = after.find('"').expect("a text ends");
        let (text, after) = after.split_at(end);
        rest = &after[1..];
        if !rest.starts_with(" =>") {
            texts.push(text.to_owned());
        }
    }
    texts
}

#[test]
fn nothing_german_was_left_english() {
    const ENGLISH: [&str; 22] = [
        "the",
        "is",
        "are",
        "not",
        "and",
        "of",
        "this",
        "that",
        "with",
        "its",
        "it",
        "cannot",
        "has",
        "have",
        "which",
        "from",
        "be",
        "does",
        "receipt",
        "signature",
        "no",
        "for",
    ];
    let mut count = 0;
    for (file, source) in GERMAN {
        for text in texts(source) {
            count += 1;
            // Of what is filled in, only the name stands here.
            let said: String = text
                .split('{')
                .enumerate()
                .map(|(at, part)| match part.split_once('}') {
                    Some((_, after)) if at > 0 => after,
                    _ => part,
                })
                .collect();
            let mut words = said.split(|letter: char| !letter.is_alphanumeric());
            let english = words.find(|word| ENGLISH.contains(word));
            assert_eq!(english, None, "{file}: {text}");
        }
    }
    assert!(count > 200, "only {count} texts were found");
}

#[test]
fn every_phrase_of_a_file_fault_is_german() {
    // What the rules of `shared` ask for by a phrase; the others are constants of the format.
    let sources = [
        include_str!("../../../shared/src/eas.rs"),
        include_str!("../../../shared/src/files/receipt.rs"),
        include_str!("../../../shared/src/files/schema.rs"),
        include_str!("../../../shared/src/manifest/read.rs"),
    ];
    let mut count = 0;
    for source in sources {
        for start in ["FieldFault::Type(\"", "FieldFault::Constant(\""] {
            for after in source.split(start).skip(1) {
                let phrase = after.split('"').next().unwrap_or_default().to_owned();
                count += 1;
                // A test may keep what it looks at.
                let phrase: &'static str = phrase.leak();
                let constant =
                    phrase == "true" || phrase.chars().all(|letter| letter.is_ascii_digit());
                assert!(
                    constant || de::phrase(phrase) != phrase || phrase == "true or false",
                    "{phrase} has no German"
                );
            }
        }
    }
    assert!(count > 10, "only {count} phrases were found");
}
