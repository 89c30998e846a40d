//! Errors of every kind.

use countersign_abi::{EngineError, ErrorCode};
use countersign_client::contracts::{ContractCallError, Dispatch, DispatchError, Refusal};
use countersign_client::deployed::ChainGap;
use countersign_client::metadata::MetadataError;
use countersign_client::signer::SignerError;
use countersign_client::verify::{ExecutorError, OutsideInterval};
use countersign_client::{ChainError, Expected, Outcome, RpcError};
use countersign_shared::chain::{ReceiptsError, RegistryError};
use countersign_shared::disputes::DisputesError;
use countersign_shared::exact::claim::ClaimError;
use countersign_shared::id::{AccountId, ExactRoot, GenesisHash, ModelId};

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

pub fn chain() -> Vec<ChainError> {
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

pub fn gaps() -> Vec<ChainGap> {
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

pub fn outside() -> OutsideInterval {
    OutsideInterval {
        input: "x".into(),
        element: 3,
        lo: 0,
        hi: 16,
    }
}

pub fn executors() -> Vec<ExecutorError> {
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
        ExecutorError::Inputs { reason: said() },
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
