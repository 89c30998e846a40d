//! What is said is said in every language, and what stays English is known.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_abi::{EngineError, ErrorCode};
use countersign_client::contracts::{ContractCallError, Dispatch, DispatchError, Refusal};
use countersign_client::deployed::ChainGap;
use countersign_client::kept::backup::BackupError;
use countersign_client::kept::KeptError;
use countersign_client::language::{Language, Say};
use countersign_client::lists::ListError;
use countersign_client::messages;
use countersign_client::metadata::MetadataError;
use countersign_client::npy::NpyError;
use countersign_client::signer::SignerError;
use countersign_client::verify::{
    ExecutorError, Finding, Label, Lower, OutsideInterval, RowKind, State, Upper, Verdict,
};
use countersign_client::{ChainError, Expected, Outcome, RpcError};
use countersign_shared::chain::{Moment, ReceiptsError, RegistryError};
use countersign_shared::commit::Side;
use countersign_shared::disputes::DisputesError;
use countersign_shared::exact::claim::ClaimError;
use countersign_shared::files::{FieldFault, FileError};
use countersign_shared::id::{AccountId, EngineId, ExactRoot, GenesisHash, ModelId};
use countersign_shared::status::Disownment;

const AT: Moment = Moment {
    block: 7,
    seconds: 1_795_438_067,
};
const DISOWNED: Disownment = Disownment {
    since: 5,
    declared: AT,
};

fn said() -> String {
    "Failed to fetch".to_owned()
}

fn rpc() -> Vec<RpcError> {
    let (url, method) = ("http://node".to_owned(), "state_call".to_owned());
    vec![
        RpcError::Unreachable {
            url: url.clone(),
            cause: said(),
        },
        RpcError::TimedOut {
            url: url.clone(),
            seconds: 20,
        },
        RpcError::Http {
            url: url.clone(),
            status: 502,
        },
        RpcError::NotJsonRpc { url },
        RpcError::Refused {
            method: method.clone(),
            code: -1,
            message: said(),
        },
        RpcError::Unexpected {
            method,
            expected: "a hash of 32 bytes",
        },
    ]
}

fn contracts() -> Vec<ContractCallError> {
    let message = "anchor";
    let dispatch = |reason| ContractCallError::Dispatch { message, reason };
    let refused = |reason| ContractCallError::Refused { message, reason };
    vec![
        dispatch(Dispatch::Runtime(DispatchError::Token(0))),
        dispatch(Dispatch::Named {
            words: said(),
            poor: false,
        }),
        dispatch(Dispatch::Named {
            words: said(),
            poor: true,
        }),
        ContractCallError::NotUnderstood { message },
        ContractCallError::Undecodable { message },
        refused(Refusal::Registry(RegistryError::NotOwner)),
        refused(Refusal::Receipts(ReceiptsError::ListFull)),
        refused(Refusal::Disputes(DisputesError::NotAnchored)),
        refused(Refusal::Disputes(DisputesError::Claim(
            ClaimError::WindowOver,
        ))),
        refused(Refusal::Constructor),
    ]
}

fn chain() -> Vec<ChainError> {
    let metadata = [
        MetadataError::Version,
        MetadataError::Missing { what: said() },
        MetadataError::Undecodable { what: said() },
        MetadataError::UnknownExtension {
            name: "CheckX".into(),
        },
        MetadataError::UnknownArgument {
            name: "extra".into(),
        },
        MetadataError::Unsupported { what: "addresses" },
    ];
    let signers = [
        SignerError::Declined,
        SignerError::Wallet { reason: said() },
        SignerError::Uri,
        SignerError::Mnemonic,
        SignerError::Randomness,
    ];
    let effects = [
        Expected::Anchor,
        Expected::Attestation,
        Expected::Revocation,
        Expected::Disownment,
        Expected::Model,
        Expected::Deprecation,
        Expected::Offer,
        Expected::Owner,
        Expected::Stake,
        Expected::Contract,
    ];
    let failed = |reason| ChainError::Failed { block: 7, reason };
    let model = ModelId::new([1; 32]);
    let predecessor = |predecessor| ChainError::OtherPredecessor { model, predecessor };
    let mut all = vec![
        ChainError::OtherChain {
            before: [0; 32],
            now: [1; 32],
        },
        failed(Outcome::Named(said())),
        failed(Outcome::NoEvent),
        ChainError::Expired { last: 9 },
        ChainError::NotSeen {
            extrinsic: [2; 32],
            seconds: 90,
        },
        predecessor(None),
        predecessor(Some(model)),
    ];
    all.extend(rpc().into_iter().map(ChainError::Rpc));
    all.extend(contracts().into_iter().map(ChainError::Contract));
    all.extend(metadata.map(ChainError::Metadata));
    all.extend(signers.map(ChainError::Signer));
    all.extend(effects.map(|expected| ChainError::NoEffect { expected }));
    all
}

fn gaps() -> Vec<ChainGap> {
    let (genesis, account) = (GenesisHash::new([1; 32]), AccountId::new([2; 32]));
    let mut all = vec![
        ChainGap::Offline,
        ChainGap::OtherChain {
            expected: genesis,
            node: genesis,
        },
        ChainGap::UnlistedContract(account),
        ChainGap::NoContract(account),
        ChainGap::Refused(ReceiptsError::ProofInvalid),
    ];
    all.extend(chain().into_iter().map(ChainGap::Failed));
    all
}

fn outside() -> OutsideInterval {
    OutsideInterval {
        input: "x".into(),
        element: 3,
        lo: 0,
        hi: 16,
    }
}

fn executors() -> Vec<ExecutorError> {
    let codes = [
        ErrorCode::Request,
        ErrorCode::NoModel,
        ErrorCode::InvalidModel,
        ErrorCode::Unsupported,
        ErrorCode::Input,
        ErrorCode::Limit,
        ErrorCode::Compute,
        ErrorCode::Internal,
    ];
    let (path, reason) = ("model.onnx".to_owned(), "R1".to_owned());
    let mut all = vec![
        ExecutorError::EngineUnavailable {
            reason: reason.clone(),
        },
        ExecutorError::EngineDiffers,
        ExecutorError::Task { name: "x/1".into() },
        ExecutorError::FileUnavailable {
            path: path.clone(),
            reason: reason.clone(),
        },
        ExecutorError::FileDiffers { path },
        ExecutorError::Crashed { reason },
        ExecutorError::TimedOut { seconds: 600 },
        ExecutorError::Cancelled,
        ExecutorError::NoExactLane,
        ExecutorError::NoExactRoot,
        ExecutorError::NotExact { reason: said() },
        ExecutorError::OtherProgram {
            found: ExactRoot::new([3; 32]),
        },
        ExecutorError::Outside(outside()),
    ];
    all.extend(codes.map(|code| EngineError::new(code, said()).into()));
    all
}

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
            input_matches: true,
        },
        Finding::SignersWord {
            input_matches: false,
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
