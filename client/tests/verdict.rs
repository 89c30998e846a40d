//! The verdict: PROTOCOL 4.3, 4.4, 5.5, 5.6 and the lanes, with a node that answers from memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use countersign_abi::{ElementType, Input, NamedTensor, RunResponse};
use countersign_client::language::Language;
use countersign_client::lists::{Deployments, Engine, Engines};
use countersign_client::verify::{
    verify, Access, ChainGap, ExactRun, Executor, ExecutorError, Finding, KnownModel, Lower, Model,
    OutsideInterval, Report, Request, RowKind, State, Upper, Verdict,
};
use countersign_client::Chain;
use countersign_shared::commit::Side;
use countersign_shared::id::{
    AccountId, BlockHash, CodeHash, EngineId, ExactRoot, GenesisHash, ManifestHash, ModelId,
};
use countersign_shared::status::Disownment;
use countersign_shared::{Lane, Software};

/// Gives the answer it was made with.
#[derive(Clone)]
struct Fixed(Result<RunResponse, ExecutorError>);

/// The root of the program that [`Exactly`] knows.
const ROOT: ExactRoot = ExactRoot::new([0xec; 32]);

/// The same in the Exact lane, with what is wrong with the input.
struct Exactly(Fixed, Option<OutsideInterval>);

impl Executor for Exactly {
    async fn run(
        &self,
        listed: &Engine,
        model: &Model,
        input: &Input,
    ) -> Result<RunResponse, ExecutorError> {
        self.0.run(listed, model, input).await
    }

    async fn exact(
        &self,
        listed: &Engine,
        model: &Model,
        root: ExactRoot,
        input: &Input,
    ) -> Result<ExactRun, ExecutorError> {
        assert_eq!(root, ROOT);
        Ok(ExactRun {
            response: self.0.run(listed, model, input).await?,
            outside: self.1.clone(),
        })
    }
}

impl Executor for Fixed {
    async fn run(
        &self,
        listed: &Engine,
        model: &Model,
        _: &Input,
    ) -> Result<RunResponse, ExecutorError> {
        assert_eq!(listed, &engine());
        assert_eq!(model.manifest.name, "Adder");
        self.0.clone()
    }
}

fn tensor(name: &str, value: f32) -> NamedTensor {
    let (dtype, dims, data) = (ElementType::F32, vec![1], value.to_le_bytes().to_vec());
    NamedTensor {
        name: name.into(),
        dtype,
        dims,
        data,
    }
}

/// What an engine answers that turned x into y.
fn answer(x: f32, y: f32) -> RunResponse {
    let items = |name: &str, value| {
        let encoded = item(name, value).to_bytes();
        vec![countersign_abi::Item {
            name: name.into(),
            encoded,
        }]
    };
    RunResponse {
        executed: true,
        input_items: items("x", x),
        output_items: items("y", y),
        outputs: vec![tensor("y", y)],
        result: None,
        input: [0; 32],
        output: [0; 32],
    }
}

/// Everything that a verifier may have; tests change single parts.
struct Case {
    node: FakeNode,
    document: Vec<u8>,
    input: Option<Input>,
    executor: Fixed,
    outside: Option<OutsideInterval>,
    models: Vec<KnownModel>,
    deployments: Deployments,
    engines: Engines,
    offline: bool,
}

impl Case {
    fn of(document: String) -> Self {
        Self {
            node: FakeNode::default(),
            document: document.into_bytes(),
            input: None,
            executor: Fixed(Ok(answer(1.0, 2.0))),
            outside: None,
            models: Vec::new(),
            deployments: deployments(),
            engines: engines(),
            offline: false,
        }
    }

    /// A receipt of a run in the Replay lane, both sides opened.
    fn replay() -> Self {
        Self::of(
            Making::new(Lane::Replay)
                .bundle(true, true)
                .to_file(&Software),
        )
    }

    fn report(&self) -> Report {
        let request = Request {
            document: &self.document,
            proofs: &[],
            earlier: None,
            input: self.input.as_ref(),
            models: &self.models,
            deployments: &self.deployments,
            engines: &self.engines,
            now: NOW,
        };
        pollster::block_on(async {
            let chain;
            let access = if self.offline {
                Access::Offline
            } else {
                match Chain::connect(&self.node).await {
                    Ok(connected) => {
                        chain = connected;
                        Access::Connected(&chain)
                    }
                    Err(error) => Access::Failed(error),
                }
            };
            let executor = Exactly(self.executor.clone(), self.outside.clone());
            verify(&request, &access, Some(&executor)).await
        })
    }

    fn finding(&self, kind: RowKind) -> Finding {
        self.report().row(kind).unwrap().finding.clone()
    }
}

/// What anchor and revocation both say when the chain must not be believed; never *valid*, never *invalid*.
fn gap(case: &Case) -> ChainGap {
    let report = case.report();
    assert_eq!(report.verdict, Verdict::Unknown);
    let said = |kind| match &report.row(kind).unwrap().finding {
        Finding::Chain(gap) => gap.clone(),
        other => panic!("{other:?}"),
    };
    let (anchor, revocation) = (said(RowKind::Anchor), said(RowKind::Revocation));
    assert_eq!(anchor, revocation);
    anchor
}

#[test]
fn an_anchored_receipt_whose_run_is_repeated_is_valid_in_every_row() {
    let case = Case::replay();
    case.node.anchored.set(Some(moment(60)));
    let case = Case {
        input: Some(Input::Tensors(vec![tensor("x", 1.0)])),
        ..case
    };
    let report = case.report();
    assert_eq!(report.verdict, Verdict::Valid);
    assert!(
        report.rows.iter().all(|row| row.state() == State::Ok),
        "{report:?}"
    );
    let kinds: Vec<RowKind> = report.rows.iter().map(|row| row.kind).collect();
    use RowKind::{Anchor, Computation, Integrity, Revocation, Signer, Time};
    assert_eq!(
        kinds,
        [Integrity, Signer, Anchor, Time, Revocation, Computation]
    );
}

#[test]
fn the_time_is_bracketed_by_beacon_and_earliest_anchor() {
    let case = Case::replay();
    case.node.anchored.set(Some(moment(60)));
    case.node.batched.set(Some(moment(50)));
    let (lower, upper) = (Lower::At(moment(40)), Upper::At(moment(50)));
    assert_eq!(
        case.finding(RowKind::Time),
        Finding::Bracket { lower, upper }
    );
    let batch = Finding::Anchored {
        at: moment(50),
        batch: true,
        attested: false,
    };
    assert_eq!(case.finding(RowKind::Anchor), batch);
}

#[test]
fn a_beacon_later_than_the_anchor_is_a_contradiction() {
    let case = Case::replay();
    case.node.anchored.set(Some(moment(39)));
    assert_eq!(
        case.finding(RowKind::Time),
        Finding::Contradiction {
            beacon: 40,
            anchor: 39
        }
    );
    assert_eq!(case.report().verdict, Verdict::Invalid);
    case.node.anchored.set(Some(moment(40)));
    assert_eq!(case.report().verdict, Verdict::Valid);
}

#[test]
fn a_beacon_that_is_no_finalised_block_leaves_the_lower_bound_unknown() {
    for beacon in [[0xee; 32], block_hash(FINALISED + 1)] {
        let mut making = Making::new(Lane::Replay);
        making.statement.run.beacon = BlockHash::new(beacon);
        let case = Case::of(making.bundle(false, false).to_file(&Software));
        let (lower, upper) = (Lower::NotFound, Upper::NotAnchored);
        assert_eq!(
            case.finding(RowKind::Time),
            Finding::Bracket { lower, upper }
        );
        assert_eq!(case.report().verdict, Verdict::Valid);
    }
}

#[test]
fn a_receipt_without_beacon_and_anchor_has_no_bounds_and_says_so() {
    let mut making = Making::new(Lane::Replay);
    making.statement.run.beacon = BlockHash::ZERO;
    let case = Case::of(making.sign().to_file(&Software));
    let row = case.report().row(RowKind::Time).cloned().unwrap();
    assert_eq!(row.state(), State::None);
    assert_eq!(case.finding(RowKind::Anchor), Finding::NotAnchored);
}

#[test]
fn offline_nothing_of_the_chain_is_known() {
    let case = Case {
        offline: true,
        ..Case::replay()
    };
    assert_eq!(gap(&case), ChainGap::Offline);
    assert!(case
        .report()
        .sentence(Language::English)
        .starts_with("Unknown:"));
}

#[test]
fn a_node_that_does_not_answer_leaves_the_verdict_unknown() {
    for method in [
        "chain_getBlockHash",
        "chain_getFinalizedHead",
        "state_getStorage",
        "state_call",
    ] {
        let case = Case::replay();
        case.node.failing.borrow_mut().push(method);
        let gap = gap(&case);
        assert!(matches!(gap, ChainGap::Failed(_)), "{method}: {gap:?}");
        assert!(
            gap.to_string().contains("did not answer within 1 seconds"),
            "{gap}"
        );
    }
}

#[test]
fn another_chain_is_named() {
    let case = Case::replay();
    case.node.genesis.set([0x99; 32]);
    let (expected, node) = (GenesisHash::new(GENESIS), GenesisHash::new([0x99; 32]));
    assert_eq!(gap(&case), ChainGap::OtherChain { expected, node });
}

#[test]
fn a_node_replaced_while_it_is_asked_is_not_believed() {
    let case = Case::replay();
    case.node.anchored.set(Some(moment(60)));
    // After the connection is made, at any moment before the last answer.
    for calls in 1..9 {
        let case = Case::replay();
        case.node.anchored.set(Some(moment(60)));
        case.node.replaced_after.set(Some(calls));
        assert!(matches!(gap(&case), ChainGap::Failed(_)), "{calls}");
    }
}

#[test]
fn a_contract_outside_the_list_is_not_believed() {
    let mut making = Making::new(Lane::Replay);
    making.deployment.contract = AccountId::new([0x77; 32]);
    let case = Case::of(making.sign().to_file(&Software));
    case.node.anchored.set(Some(moment(1)));
    assert_eq!(
        gap(&case),
        ChainGap::UnlistedContract(AccountId::new([0x77; 32]))
    );
}

#[test]
fn a_contract_with_other_code_than_listed_is_not_believed() {
    let case = Case::replay();
    let found = CodeHash::new([0x66; 32]);
    case.node.receipts_code.set(Some(found));
    assert_eq!(
        gap(&case),
        ChainGap::OtherCode {
            listed: RECEIPTS_CODE,
            found
        }
    );
    case.node.receipts_code.set(None);
    assert_eq!(gap(&case), ChainGap::NoContract(RECEIPTS));
}

#[test]
fn a_revoked_receipt_is_invalid_and_may_have_existed_before() {
    let case = Case::replay();
    case.node.revoked.set(Some(moment(70)));
    for (anchor, existed_before) in [(None, false), (Some(69), true), (Some(70), false)] {
        case.node.anchored.set(anchor.map(moment));
        let revoked = Finding::Revoked {
            at: moment(70),
            existed_before,
        };
        assert_eq!(case.finding(RowKind::Revocation), revoked);
        assert_eq!(case.report().verdict, Verdict::Invalid);
    }
}

#[test]
fn a_disowned_key_counts_only_for_what_was_anchored_before() {
    let case = Case::replay();
    let disownment = Disownment {
        since: 60,
        declared: moment(80),
    };
    case.node.disowned.set(Some(disownment));
    let cases = [
        (
            Some(59),
            Finding::InForce {
                disowned_later: Some(disownment),
            },
            Verdict::Valid,
        ),
        (
            Some(60),
            Finding::AnchoredLaterDisowned {
                anchored: moment(60),
                disownment,
            },
            Verdict::Invalid,
        ),
        (
            Some(79),
            Finding::AnchoredLaterDisowned {
                anchored: moment(79),
                disownment,
            },
            Verdict::Invalid,
        ),
        (Some(80), Finding::Disowned(disownment), Verdict::Invalid),
        (None, Finding::Disowned(disownment), Verdict::Invalid),
    ];
    for (anchor, finding, verdict) in cases {
        case.node.anchored.set(anchor.map(moment));
        assert_eq!(case.finding(RowKind::Revocation), finding);
        assert_eq!(case.report().verdict, verdict);
    }
}

#[test]
fn an_expired_receipt_is_invalid_even_offline() {
    let mut making = Making::new(Lane::Replay);
    making.statement.expiration = NOW;
    let mut case = Case::of(making.sign().to_file(&Software));
    case.offline = true;
    assert_eq!(case.finding(RowKind::Time), Finding::Expired { at: NOW });
    assert_eq!(case.report().verdict, Verdict::Invalid);
    making.statement.expiration = NOW + 1;
    let mut case = Case::of(making.sign().to_file(&Software));
    case.offline = true;
    assert_eq!(case.report().verdict, Verdict::Unknown);
}

#[test]
fn a_development_chain_is_named_as_one() {
    let mut case = Case::replay();
    let mut entry = case.deployments.entries()[0].clone();
    entry.development = true;
    case.deployments = Deployments::new(vec![entry]).unwrap();
    let report = case.report();
    assert!(report.development);
    assert!(report
        .sentence(Language::English)
        .ends_with("The chain is a development chain: it proves nothing."));
}

#[test]
fn the_fast_lane_is_the_signers_word() {
    let bundle = Making::new(Lane::Fast).bundle(true, true);
    let mut case = Case::of(bundle.to_file(&Software));
    let word = |input_matches| Finding::SignersWord { input_matches };
    assert_eq!(case.finding(RowKind::Computation), word(false));
    case.input = Some(Input::Tensors(vec![tensor("x", 1.0)]));
    assert_eq!(case.finding(RowKind::Computation), word(true));
    case.input = Some(Input::Tensors(vec![tensor("x", 1.5)]));
    assert_eq!(
        case.finding(RowKind::Computation),
        Finding::OtherInput { input: "x".into() }
    );
    assert_eq!(case.report().verdict, Verdict::Invalid);
}

/// A receipt of the Exact lane, both sides opened, for the sample manifest with this exact root.
fn exact(root: ExactRoot) -> Case {
    let mut making = Making::new(Lane::Exact);
    making.statement.run.engine = EngineId::EXACT;
    let publisher = AccountId::new([0x50; 32]);
    let hash = ManifestHash::of(MANIFEST, &Software);
    making.statement.run.model = ModelId::compute(&publisher, &hash, &root, &Software);
    let mut case = Case::of(making.bundle(true, true).to_file(&Software));
    case.models = vec![KnownModel {
        publisher,
        manifest: MANIFEST.to_vec(),
        exact_root: root,
    }];
    case.input = Some(Input::Tensors(vec![tensor("x", 1.0)]));
    case
}

#[test]
fn the_exact_lane_is_computed_whatever_the_engine() {
    let mut case = exact(ROOT);
    let same = Finding::Reproduced {
        checked: vec!["y".into()],
        unchecked: Vec::new(),
    };
    assert_eq!(case.finding(RowKind::Computation), same);
    case.executor = Fixed(Ok(answer(1.0, 3.0)));
    let differs = Finding::Differs { output: "y".into() };
    assert_eq!(case.finding(RowKind::Computation), differs);
    assert_eq!(case.report().verdict, Verdict::Invalid);
    case.input = None;
    assert_eq!(case.finding(RowKind::Computation), Finding::NoInput);
    assert_ne!(case.report().verdict, Verdict::Invalid);
}

#[test]
fn an_input_outside_its_interval_makes_an_exact_claim_false() {
    let mut case = exact(ROOT);
    let outside = OutsideInterval {
        input: "x".into(),
        element: 0,
        lo: 2,
        hi: 9,
    };
    case.outside = Some(outside.clone());
    assert_eq!(
        case.finding(RowKind::Computation),
        Finding::Outside(outside)
    );
    let report = case.report();
    assert_eq!(report.verdict, Verdict::Invalid);
    let said = report
        .row(RowKind::Computation)
        .unwrap()
        .sentence(Language::English);
    assert!(
        said.contains("element 0 of the input x is no integer from 2 to 9"),
        "{said}"
    );
    // What was given is another input than the receipt's: nothing is said of the receipt's.
    case.executor = Fixed(Ok(answer(3.0, 4.0)));
    let other = Finding::OtherInput { input: "x".into() };
    assert_eq!(case.finding(RowKind::Computation), other);
}

#[test]
fn without_an_exact_program_nothing_is_computed_or_said() {
    let case = exact(ExactRoot::ZERO);
    let finding = case.finding(RowKind::Computation);
    assert_eq!(finding, Finding::NotExecuted(ExecutorError::NoExactRoot));
    assert_eq!(finding.state(), State::Unknown);
}

#[test]
fn a_replay_with_another_outcome_is_invalid() {
    let mut case = Case::replay();
    case.input = Some(Input::Tensors(vec![tensor("x", 1.0)]));
    case.executor = Fixed(Ok(answer(1.0, 2.0000002)));
    assert_eq!(
        case.finding(RowKind::Computation),
        Finding::Differs { output: "y".into() }
    );
    assert_eq!(case.report().verdict, Verdict::Invalid);
}

#[test]
fn a_replay_on_another_input_is_told_as_that() {
    let mut case = Case::replay();
    case.input = Some(Input::Tensors(vec![tensor("x", 3.0)]));
    case.executor = Fixed(Ok(answer(3.0, 4.0)));
    assert_eq!(
        case.finding(RowKind::Computation),
        Finding::OtherInput { input: "x".into() }
    );
}

#[test]
fn a_replay_needs_input_openings_engine_and_model() {
    let input = || Some(Input::Tensors(vec![tensor("x", 1.0)]));
    let making = Making::new(Lane::Replay);
    let case = |opens_input, opens_output| {
        let mut case = Case::of(making.bundle(opens_input, opens_output).to_file(&Software));
        case.input = input();
        case
    };
    assert_eq!(
        Case::replay().finding(RowKind::Computation),
        Finding::NoInput
    );
    assert_eq!(
        case(false, true).finding(RowKind::Computation),
        Finding::InputClosed
    );
    assert_eq!(
        case(true, false).finding(RowKind::Computation),
        Finding::OutputClosed
    );

    let mut offline = case(true, true);
    offline.offline = true;
    assert_eq!(
        offline.finding(RowKind::Computation),
        Finding::UnknownModel(model())
    );

    let mut unlisted = case(true, true);
    unlisted.engines = Engines::default();
    assert_eq!(
        unlisted.finding(RowKind::Computation),
        Finding::UnknownEngine(ENGINE)
    );

    let mut broken = case(true, true);
    broken.executor = Fixed(Err(ExecutorError::EngineDiffers));
    let not_executed = Finding::NotExecuted(ExecutorError::EngineDiffers);
    assert_eq!(broken.finding(RowKind::Computation), not_executed);
    assert_eq!(broken.report().verdict, Verdict::Valid);
}

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
    let case = Case::of(include_str!("data/ambiguous.json").to_owned());
    assert_eq!(case.report().verdict, Verdict::Invalid);
    assert_eq!(
        case.finding(RowKind::Integrity),
        Finding::Ambiguous(Side::Input)
    );
}
