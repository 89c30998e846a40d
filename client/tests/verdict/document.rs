//! What is given: files, links, and what is wrong with them.

use crate::common::Making;
use crate::Case;
use countersign_client::language::Language;
use countersign_client::verify::{Finding, RowKind, Verdict};
use countersign_shared::commit::Side;
use countersign_shared::{Lane, Software};

#[test]
fn a_link_says_what_its_file_says() {
    let bundle = Making::new(Lane::Replay).bundle(true, true);
    let file = Case::of(bundle.to_file(&Software)).report();
    let fragment = bundle.to_fragment(&Software);
    assert_eq!(Case::of(fragment.clone()).report(), file);
    assert_eq!(
        Case::of(format!("https://app.invalid/verify{fragment}\n")).report(),
        file
    );
    let cut = fragment[..fragment.len() - 5].to_owned();
    assert_eq!(Case::of(cut).report().verdict, Verdict::Invalid);
}

#[test]
fn a_newer_version_is_unsupported_and_never_called_altered() {
    let file = Making::new(Lane::Replay)
        .bundle(true, true)
        .to_file(&Software);
    let newer = file.replacen("countersign/bundle/1", "countersign/bundle/2", 1);
    let report = Case::of(newer).report();
    assert_eq!(report.verdict, Verdict::UnsupportedVersion);
    assert!(!report.sentence(Language::English).contains("altered"));
}

#[test]
fn a_proof_without_its_receipt_is_told_as_that() {
    let bundle = Making::new(Lane::Replay).bundle(true, false);
    let opening = bundle.openings[0].to_file();
    assert_eq!(
        Case::of(opening).finding(RowKind::Integrity),
        Finding::NoReceipt
    );
}

/// R3: whatever bit is changed, the receipt is not valid, and the reason is told.
#[test]
fn r3_every_flipped_bit_is_refused_with_a_reason() {
    let file = Making::new(Lane::Replay)
        .bundle(true, true)
        .to_file(&Software)
        .into_bytes();
    let mut case = Case::replay();
    case.offline = true;
    for position in 0..file.len() {
        for bit in 0..8 {
            case.document = file.clone();
            case.document[position] ^= 1 << bit;
            let report = case.report();
            let refused = matches!(
                report.verdict,
                Verdict::Invalid | Verdict::UnsupportedVersion
            );
            assert!(refused, "bit {bit} of byte {position}: {report:?}");
            let english = report.sentence(Language::English);
            assert!(!english.is_empty());
            assert_ne!(report.sentence(Language::German), english);
        }
    }
}

/// Two openings of one side, each in order, whose items are not (PROTOCOL 2.2). The file was written and signed by the
/// tests of the independent verifier.
#[test]
fn openings_that_contradict_each_other_are_refused() {
    let case = Case::of(include_str!("../data/ambiguous.json").to_owned());
    assert_eq!(case.report().verdict, Verdict::Invalid);
    assert_eq!(
        case.finding(RowKind::Integrity),
        Finding::Ambiguous(Side::Input)
    );
}
