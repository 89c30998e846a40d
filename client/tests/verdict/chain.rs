//! What the chain says, and whether it is believed: anchor, time and revocation.

use crate::common::{block_hash, moment, Making, FINALISED, GENESIS, NOW, RECEIPTS, RECEIPTS_CODE};
use crate::Case;
use countersign_client::language::Language;
use countersign_client::lists::Deployments;
use countersign_client::verify::{ChainGap, Finding, Lower, RowKind, State, Upper, Verdict};
use countersign_shared::id::{AccountId, BlockHash, CodeHash, GenesisHash};
use countersign_shared::status::Disownment;
use countersign_shared::{Lane, Software};

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
