//! What is said is said in every language, and what stays English is known.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod errors;

use countersign_client::kept::backup::BackupError;
use countersign_client::kept::KeptError;
use countersign_client::language::{Language, Say};
use countersign_client::lists::ListError;
use countersign_client::messages;
use countersign_client::npy::NpyError;
use countersign_client::verify::{
    Finding, GivenInput, Label, Lower, RowKind, State, Upper, Verdict,
};
use countersign_shared::chain::Moment;
use countersign_shared::commit::Side;
use countersign_shared::files::{FieldFault, FileError};
use countersign_shared::id::{EngineId, ModelId};
use countersign_shared::status::Disownment;
use errors::{chain, executors, gaps, outside};

const AT: Moment = Moment {
    block: 7,
    seconds: 1_795_438_067,
};
const DISOWNED: Disownment = Disownment {
    since: 5,
    declared: AT,
};

/// Words of English that no German sentence has.
const ENGLISH: [&str; 12] = [
    "the", "is", "not", "and", "of", "this", "that", "with", "it", "cannot", "which", "receipt",
];

fn check(english: &str, german: &str, foreign: Option<&str>) {
    assert_ne!(english, german);
    let own = match foreign {
        None => german.to_owned(),
        Some(foreign) => {
            assert!(german.contains(foreign), "{german} does not hold {foreign}");
            german.replacen(foreign, "", 1)
        }
    };
    let mut words = own.split(|letter: char| !letter.is_alphanumeric());
    let left = words.find(|word| ENGLISH.contains(word));
    assert_eq!(left, None, "{german}");
}

fn say(error: &impl Say) {
    let foreign = error.foreign();
    check(
        &error.say(Language::English),
        &error.say(Language::German),
        foreign.as_deref(),
    );
    assert_eq!(error.say(Language::English), error.to_string());
}

#[test]
fn errors_are_said_in_both_languages_and_what_stays_english_is_known() {
    chain().iter().for_each(say);
    gaps().iter().for_each(say);
    executors().iter().for_each(say);
    let npy = [
        NpyError::Magic,
        NpyError::Version(9),
        NpyError::Header,
        NpyError::Type("<c8".into()),
        NpyError::BigEndian(">f4".into()),
        NpyError::FortranOrder,
        NpyError::Length {
            expected: 8,
            found: 4,
        },
    ];
    npy.iter().for_each(say);
    let kept = || KeptError::Field("seen");
    let backups = [
        BackupError::NotOurs,
        BackupError::Unsupported(9),
        BackupError::Rounds(1),
        BackupError::Short,
        BackupError::TooLarge,
        BackupError::Contents,
        BackupError::Receipt {
            place: 1,
            error: kept(),
        },
    ];
    backups.iter().for_each(say);
    say(&ListError::Duplicate {
        list: "deployments",
    });
}

#[test]
fn rows_are_said_in_both_languages() {
    let mut findings = vec![
        Finding::Skipped,
        Finding::Intact {
            openings: 0,
            anchors: 0,
        },
        Finding::Intact {
            openings: 1,
            anchors: 2,
        },
        Finding::File(FileError::Field {
            path: "items[0]".into(),
            fault: FieldFault::Missing,
        }),
        Finding::UnsupportedVersion("countersign/bundle/2".into()),
        Finding::Ambiguous(Side::Input),
        Finding::NoReceipt,
        Finding::Anchored {
            at: AT,
            batch: true,
            attested: true,
        },
        Finding::NotAnchored,
        Finding::Bracket {
            lower: Lower::At(AT),
            upper: Upper::At(AT),
        },
        Finding::Bracket {
            lower: Lower::NoBeacon,
            upper: Upper::NotAnchored,
        },
        Finding::Bracket {
            lower: Lower::NotFound,
            upper: Upper::NotAsked,
        },
        Finding::Bracket {
            lower: Lower::NotAsked,
            upper: Upper::NotAsked,
        },
        Finding::Contradiction {
            beacon: 9,
            anchor: 7,
        },
        Finding::Expired { at: AT.seconds },
        Finding::InForce {
            disowned_later: None,
        },
        Finding::InForce {
            disowned_later: Some(DISOWNED),
        },
        Finding::Revoked {
            at: AT,
            existed_before: true,
        },
        Finding::Disowned(DISOWNED),
        Finding::AnchoredLaterDisowned {
            anchored: AT,
            disownment: DISOWNED,
        },
        Finding::SignersWord {
            input: GivenInput::None,
        },
        Finding::SignersWord {
            input: GivenInput::Committed,
        },
        Finding::SignersWord {
            input: GivenInput::NotCompared,
        },
        Finding::Outside(outside()),
        Finding::Reproduced {
            checked: vec!["y".into()],
            unchecked: Vec::new(),
        },
        Finding::Reproduced {
            checked: vec!["y".into()],
            unchecked: vec!["z".to_owned()],
        },
        Finding::Reproduced {
            checked: vec!["y".into()],
            unchecked: vec!["z".to_owned(), "a".to_owned()],
        },
        Finding::Differs { output: "y".into() },
        Finding::OtherInput { input: "x".into() },
        Finding::OtherCount(Side::Input),
        Finding::OtherCount(Side::Output),
        Finding::NoInput,
        Finding::InputClosed,
        Finding::OutputClosed,
        Finding::UnknownEngine(EngineId::new([4; 32])),
        Finding::UnknownModel(ModelId::new([5; 32])),
        Finding::NoExecutor,
    ];
    findings.extend(gaps().into_iter().map(Finding::Chain));
    findings.extend(executors().into_iter().map(Finding::NotExecuted));
    for finding in &findings {
        let english = messages::finding(finding, Language::English);
        let german = messages::finding(finding, Language::German);
        check(&english, &german, messages::foreign(finding).as_deref());
    }
}

#[test]
fn words_and_labels_have_a_german() {
    let verdicts = [
        Verdict::Valid,
        Verdict::Invalid,
        Verdict::Unknown,
        Verdict::UnsupportedVersion,
    ];
    for verdict in verdicts {
        let word = |language| messages::verdict_word(verdict, language);
        assert_ne!(word(Language::English), word(Language::German));
    }
    for state in [State::Bad, State::Unknown, State::None, State::Ok] {
        let word = |language| messages::state_word(state, language);
        assert_ne!(word(Language::English), word(Language::German));
    }
    for kind in [
        RowKind::Integrity,
        RowKind::Signer,
        RowKind::Anchor,
        RowKind::Time,
    ] {
        let word = |language| messages::row_name(kind, language);
        assert_ne!(word(Language::English), word(Language::German));
    }
    let label = |language| messages::label(Label::Reference, language);
    assert_eq!(label(Language::English), "uses the result of");
    assert_eq!(label(Language::German), "benutzt das Ergebnis von");
}

#[test]
fn a_language_is_known_by_its_tag() {
    assert_eq!(Language::of_tag("de-CH"), Some(Language::German));
    assert_eq!(Language::of_tag("EN"), Some(Language::English));
    assert_eq!(Language::of_tag("fr"), None);
    assert_eq!(Language::of_tag("den"), None);
}
