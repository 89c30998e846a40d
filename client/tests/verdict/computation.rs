//! What the lanes say of the run.

use crate::common::{model, Making, ENGINE, MANIFEST};
use crate::{answer, tensor, Case, Fixed, ROOT};
use countersign_abi::Input;
use countersign_client::language::Language;
use countersign_client::lists::Engines;
use countersign_client::verify::{
    ExecutorError, Finding, GivenInput, KnownModel, OutsideInterval, RowKind, State, Verdict,
};
use countersign_shared::id::{AccountId, EngineId, ExactRoot, ManifestHash, ModelId};
use countersign_shared::{Lane, Software};

#[test]
fn the_fast_lane_is_the_signers_word() {
    let bundle = Making::new(Lane::Fast).bundle(true, true);
    let mut case = Case::of(bundle.to_file(&Software));
    let word = |input| Finding::SignersWord { input };
    assert_eq!(case.finding(RowKind::Computation), word(GivenInput::None));
    case.input = Some(Input::Tensors(vec![tensor("x", 1.0)]));
    assert_eq!(
        case.finding(RowKind::Computation),
        word(GivenInput::Committed)
    );
    case.input = Some(Input::File(b"a picture".to_vec()));
    assert_eq!(
        case.finding(RowKind::Computation),
        word(GivenInput::NotCompared)
    );
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

/// Nothing has to be run, nor known, to see that it is another one.
#[test]
fn another_input_is_told_whatever_is_missing_besides() {
    let mut case = Case::replay();
    case.input = Some(Input::Tensors(vec![tensor("x", 3.0)]));
    case.engines = Engines::default();
    case.models.clear();
    assert_eq!(
        case.finding(RowKind::Computation),
        Finding::OtherInput { input: "x".into() }
    );
    let mut case = exact(ExactRoot::ZERO);
    case.input = Some(Input::Tensors(vec![tensor("x", 3.0)]));
    assert_eq!(case.report().verdict, Verdict::Invalid);
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
