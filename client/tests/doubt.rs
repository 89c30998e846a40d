//! What is not known is never told as known, neither for nor against a receipt, and no name in a file speaks for the
//! verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

// This file needs a part of what is common.
#[allow(dead_code)]
mod common;

use common::*;
use countersign_abi::{Input, NamedFile};
use countersign_client::kept::backup;
use countersign_client::kept::{Kept, Notes};
use countersign_client::language::Language;
use countersign_client::lists::{Deployments, Engine};
use countersign_client::verify::{
    verify, Access, ExactRun, Executor, ExecutorError, Finding, GivenInput, Lower, Model, Report,
    Request, Row, RowKind, Upper, Verdict,
};
use countersign_client::Chain;
use countersign_shared::commit::{Committed, Side};
use countersign_shared::files::{FieldFault, FileError, Opening};
use countersign_shared::id::{ExactRoot, Seed};
use countersign_shared::item::{Item, Name};
use countersign_shared::{Lane, Software};

/// Runs nothing.
struct Nothing;

impl Executor for Nothing {
    async fn run(
        &self,
        _: &Engine,
        _: &Model,
        _: &Input,
    ) -> Result<countersign_abi::RunResponse, ExecutorError> {
        Err(ExecutorError::Cancelled)
    }

    async fn exact(
        &self,
        _: &Engine,
        _: &Model,
        _: ExactRoot,
        _: &Input,
    ) -> Result<ExactRun, ExecutorError> {
        Err(ExecutorError::NoExactRoot)
    }
}

fn report(node: Option<&FakeNode>, document: &str, input: Option<&Input>) -> Report {
    beside(node, document, input, None)
}

fn beside(
    node: Option<&FakeNode>,
    document: &str,
    input: Option<&Input>,
    earlier: Option<&str>,
) -> Report {
    let (deployments, engines): (Deployments, _) = (deployments(), engines());
    let request = Request {
        document: document.as_bytes(),
        proofs: &[],
        earlier: earlier.map(str::as_bytes),
        input,
        models: &[],
        deployments: &deployments,
        engines: &engines,
        now: NOW,
    };
    pollster::block_on(async {
        let chain;
        let access = match node {
            None => Access::Offline,
            Some(node) => {
                chain = Chain::connect(node).await.unwrap();
                Access::Connected(&chain)
            }
        };
        verify(&request, &access, Some(&Nothing)).await
    })
}

fn computation(report: &Report) -> Finding {
    report.row(RowKind::Computation).unwrap().finding.clone()
}

/// Gives the answer it was made with.
struct Answers(countersign_abi::RunResponse);

impl Executor for Answers {
    async fn run(
        &self,
        _: &Engine,
        _: &Model,
        _: &Input,
    ) -> Result<countersign_abi::RunResponse, ExecutorError> {
        Ok(self.0.clone())
    }

    async fn exact(
        &self,
        _: &Engine,
        _: &Model,
        _: ExactRoot,
        _: &Input,
    ) -> Result<ExactRun, ExecutorError> {
        Err(ExecutorError::NoExactRoot)
    }
}

/// The verdict with the chain and a run repeated on x = 1.
fn repeated(document: &str, executor: &Answers) -> Report {
    let (deployments, engines) = (deployments(), engines());
    let input = Input::Tensors(vec![countersign_abi::NamedTensor {
        name: "x".into(),
        dtype: countersign_abi::ElementType::F32,
        dims: vec![1],
        data: 1.0_f32.to_le_bytes().to_vec(),
    }]);
    let request = Request {
        document: document.as_bytes(),
        proofs: &[],
        earlier: None,
        input: Some(&input),
        models: &[],
        deployments: &deployments,
        engines: &engines,
        now: NOW,
    };
    let node = FakeNode::default();
    pollster::block_on(async {
        let chain = Chain::connect(&node).await.unwrap();
        verify(&request, &Access::Connected(&chain), Some(executor)).await
    })
}

const HALF: Finding = Finding::SignersWord {
    input: GivenInput::NotCompared,
};
const WHOLE: Finding = Finding::SignersWord {
    input: GivenInput::Committed,
};

#[test]
fn a_file_that_nothing_makes_tensors_of_is_no_other_input() {
    // Offline the model is not known, and so neither is how a file becomes its tensor.
    let document = Making::new(Lane::Fast)
        .bundle(true, false)
        .to_file(&Software);
    let file = Input::File(b"any bytes".to_vec());
    let report = report(None, &document, Some(&file));
    assert_eq!(computation(&report), HALF);
    assert_eq!(report.verdict, Verdict::Unknown);
}

/// A Fast run on the files `file` and `from`.
fn of_two_files() -> String {
    let seed = Seed::new([9; 32]);
    let item = |name, bytes: &[u8]| Item::file(Name::new(name).unwrap(), bytes, &Software);
    let items = vec![item(Name::FILE, b"picture"), item(Name::FROM, b"places")];
    let mut making = Making::new(Lane::Fast);
    making.input = Committed::new(Side::Input, &seed, items, &Software).unwrap();
    making.statement.run.input = making.input.commitment();
    making.bundle(true, false).to_file(&Software)
}

#[test]
fn one_of_two_inputs_is_no_other_input_and_not_the_whole() {
    let document = of_two_files();
    let file = |name: &str, data: &[u8]| NamedFile {
        name: name.into(),
        data: data.to_vec(),
    };
    let other = |input: &str| Finding::OtherInput {
        input: input.into(),
    };
    for (given, found) in [
        (Input::File(b"picture".to_vec()), HALF),
        (Input::Files(vec![file("from", b"places")]), HALF),
        (Input::Files(vec![]), HALF),
        (
            Input::Files(vec![file("from", b"places"), file("file", b"picture")]),
            WHOLE,
        ),
        (Input::File(b"pictures".to_vec()), other("file")),
        (
            Input::Files(vec![file("from", b"other"), file("file", b"picture")]),
            other("from"),
        ),
    ] {
        assert_eq!(computation(&report(None, &document, Some(&given))), found);
    }
}

#[test]
fn a_beacon_later_than_the_anchor_is_a_contradiction_even_where_its_time_is_forgotten_4_4() {
    let document = Making::new(Lane::Replay).sign().to_file(&Software);
    let node = FakeNode::default();
    node.bodies.set(false);
    node.anchored.set(Some(moment(60)));
    let time = |node| report(Some(node), &document, None);
    let (lower, upper) = (Lower::NotFound, Upper::At(moment(60)));
    let found = time(&node).row(RowKind::Time).unwrap().finding.clone();
    assert_eq!(found, Finding::Bracket { lower, upper });
    node.anchored.set(Some(moment(39)));
    let report = time(&node);
    let contradiction = Finding::Contradiction {
        beacon: 40,
        anchor: 39,
    };
    assert_eq!(report.row(RowKind::Time).unwrap().finding, contradiction);
    assert_eq!(report.verdict, Verdict::Invalid);
}

#[test]
fn the_earlier_receipts_status_stands_beside_the_link_and_is_no_fault_of_the_later_one_4_1() {
    let mut earlier = Making::new(Lane::Replay);
    earlier.statement.expiration = NOW;
    let (earlier, good) = (
        earlier.sign(),
        Making::new(Lane::Fast).sign().to_file(&Software),
    );
    let mut later = Making::new(Lane::Replay);
    later.statement.reference = earlier.id(&Software);
    let later = later.sign().to_file(&Software);
    let node = FakeNode::default();
    let of = |document: &str, earlier: &str| {
        let report = beside(Some(&node), document, None, Some(earlier));
        assert_eq!(report.verdict, Verdict::Valid);
        report.earlier.map(|earlier| earlier.verdict)
    };
    let file = earlier.to_file(&Software);
    assert_eq!(of(&later, &file), Some(Verdict::Invalid));
    let altered = file.replacen("\"time\":\"1", "\"time\":\"2", 1);
    for damaged in ["{}", "", altered.as_str()] {
        assert_eq!(of(&later, damaged), Some(Verdict::Invalid), "{damaged}");
    }
    let newer = file.replacen("countersign/receipt/1", "countersign/receipt/2", 1);
    assert_eq!(of(&later, &newer), Some(Verdict::UnsupportedVersion));
    // Another receipt than the one that is named, and a receipt that names none.
    assert_eq!(of(&later, &good), None);
    assert_eq!(of(&good, &file), None);
}

#[test]
fn outputs_that_nobody_opened_are_named_4_9() {
    let seed = Seed::new([9; 32]);
    let mut making = Making::new(Lane::Replay);
    let items = ["y", "z", "a"].map(|name| item(name, 2.0)).to_vec();
    let output = Committed::new(Side::Output, &seed, items, &Software).unwrap();
    making.statement.run.output = output.commitment();
    let mut bundle = making.bundle(true, false);
    let id = bundle.receipt.id(&Software);
    let produced = ["y", "z", "a"].map(|name| countersign_abi::Item {
        name: name.into(),
        encoded: item(name, 2.0).to_bytes(),
    });
    let executor = Answers(countersign_abi::RunResponse {
        executed: true,
        input_items: vec![countersign_abi::Item {
            name: "x".into(),
            encoded: item("x", 1.0).to_bytes(),
        }],
        output_items: produced.to_vec(),
        outputs: Vec::new(),
        result: None,
        input: [0; 32],
        output: [0; 32],
    });
    // The items ascend by name: a, y, z.
    for (opened, unchecked, said) in [
        (&[1][..], vec!["z", "a"], "what is opened of its outcome"),
        (&[0, 1, 2][..], vec![], "repeated with the same outcome"),
    ] {
        bundle.openings.truncate(1);
        let opening = Opening::new(id, &output, opened, &Software).unwrap();
        bundle.openings.push(opening);
        let document = bundle.to_file(&Software);
        let report = repeated(&document, &executor);
        let found = computation(&report);
        assert!(
            matches!(&found, Finding::Reproduced { unchecked: rest, .. } if *rest == unchecked),
            "{found:?}"
        );
        assert!(
            report.sentence(Language::English).contains(said),
            "{}",
            report.sentence(Language::English)
        );
        let row = report
            .row(RowKind::Computation)
            .unwrap()
            .sentence(Language::English);
        let named = row.ends_with("Not opened and not checked: z, a.");
        assert_eq!(named, !unchecked.is_empty(), "{row}");
    }
}

#[test]
fn no_name_out_of_a_file_turns_hides_or_fills_a_sentence() {
    let said = |finding| {
        Row {
            kind: RowKind::Computation,
            finding,
            facts: Vec::new(),
        }
        .sentence(Language::English)
    };
    let (turned, engine) = (
        "y\u{202e}dilav\u{2066}",
        "\u{1b}[2Jno such node \u{200b}a\nsigner ok",
    );
    let failed = ExecutorError::Crashed {
        reason: engine.to_owned(),
    };
    for finding in [
        Finding::Differs {
            output: turned.into(),
        },
        Finding::OtherInput {
            input: turned.into(),
        },
        Finding::Reproduced {
            checked: vec![turned.into()],
            unchecked: vec![turned.into()],
        },
        Finding::NotExecuted(failed),
        Finding::File(FileError::Field {
            path: turned.into(),
            fault: FieldFault::Unknown,
        }),
    ] {
        let said = said(finding);
        assert!(
            said.contains('\u{fffd}')
                && !said.contains(|letter: char| letter.is_control()
                    || "\u{202e}\u{2066}\u{200b}".contains(letter)),
            "{said:?}"
        );
    }
    let long = Finding::File(FileError::Field {
        path: "a".repeat(1 << 20),
        fault: FieldFault::Unknown,
    });
    assert_eq!(said(long).chars().count(), 601);
}

#[test]
fn a_file_name_that_is_no_text_of_json_does_not_lose_the_receipt_or_the_backup() {
    let kept = Kept {
        bundle: Making::new(Lane::Replay).bundle(true, true),
        tried: Vec::new(),
        sent_until: None,
        seen: None,
        kept: NOW,
        notes: Notes {
            model: "Adder 1".to_owned(),
            publisher: "somebody".to_owned(),
            input: "holiday\u{ffff}.png".to_owned(),
            result: "{\"text\":\"\u{fdd0}\u{1fffe}\"}".to_owned(),
        },
    };
    let read = Kept::from_file(kept.to_file().as_bytes()).unwrap();
    assert_eq!(read.bundle, kept.bundle);
    assert_eq!(read.notes.input, "holiday\u{fffd}.png");
    assert_eq!(read.notes.result, "{\"text\":\"\u{fffd}\u{fffd}\"}");
    let others = [read.clone(), kept];
    let restored = backup::read_contents(&backup::contents(&others)).unwrap();
    assert_eq!(restored, [read.clone(), read]);
}
