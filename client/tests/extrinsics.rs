//! Extrinsics byte for byte as @polkadot/api makes them (`data/extrinsics.json` names the versions).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_client::contracts::Weight;
use countersign_client::extrinsic::{Conditions, ContractCall, Era, Unsigned};
use countersign_client::metadata::{Metadata, MetadataError};
use countersign_client::rpc::{Block, RuntimeVersion};
use countersign_shared::id::AccountId;
use serde_json::Value;

const METADATA: &[u8] = include_bytes!("data/metadata.scale");

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(&value.as_str().unwrap()[2..]).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
    value.as_str().unwrap().parse().unwrap()
}

/// Every case of the file with the extrinsic that this crate builds of the same parts.
fn cases() -> Vec<(Value, Vec<u8>, Unsigned)> {
    let file: Value = serde_json::from_str(include_str!("data/extrinsics.json")).unwrap();
    let metadata = Metadata::decode(METADATA).unwrap();
    let build = |case: &Value| {
        let call = ContractCall {
            contract: AccountId::new(array(&case["dest"])),
            value: number(&case["value"]),
            gas_limit: Weight {
                ref_time: number(&case["refTime"]),
                proof_size: number(&case["proofSize"]),
            },
            storage_deposit_limit: number(&case["storageDepositLimit"]),
            data: bytes(&case["data"]),
        };
        let call = call.encode(&metadata).unwrap();
        let birth = u32::try_from(case["birth"].as_u64().unwrap()).unwrap();
        let period = u32::try_from(case["period"].as_u64().unwrap()).unwrap();
        let conditions = Conditions {
            genesis: array(&file["genesisHash"]),
            version: RuntimeVersion {
                spec: u32::try_from(file["specVersion"].as_u64().unwrap()).unwrap(),
                transaction: u32::try_from(file["transactionVersion"].as_u64().unwrap()).unwrap(),
            },
            birth: Block {
                number: birth,
                hash: array(&file["blockHash"]),
            },
            era: Era::new(birth, period),
            nonce: u32::try_from(case["nonce"].as_u64().unwrap()).unwrap(),
        };
        let account = AccountId::new(array(&file["signer"]));
        let unsigned = Unsigned::new(&metadata, account, call.clone(), conditions).unwrap();
        (case.clone(), call, unsigned)
    };
    let built: Vec<_> = file["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(build)
        .collect();
    assert_eq!(built.len(), 2);
    built
}

#[test]
fn contract_calls_are_polkadot_js_methods() {
    for (case, call, _) in cases() {
        assert_eq!(call, bytes(&case["method"]), "{}", case["name"]);
    }
}

#[test]
fn what_is_signed_is_what_polkadot_js_signs() {
    for (case, _, unsigned) in cases() {
        assert_eq!(
            unsigned.signing_bytes(),
            bytes(&case["signingBytes"]),
            "{}",
            case["name"]
        );
    }
}

#[test]
fn the_signed_extrinsic_is_polkadot_js_s() {
    for (case, _, unsigned) in cases() {
        let extrinsic = unsigned.sign(&array(&case["signedWith"]));
        assert_eq!(extrinsic, bytes(&case["extrinsic"]), "{}", case["name"]);
    }
}

#[test]
fn an_extension_gets_the_payload_that_polkadot_js_makes() {
    for (case, _, unsigned) in cases() {
        let (ours, theirs) = (unsigned.payload_json(), &case["payload"]);
        for key in ours.as_object().unwrap().keys() {
            assert_eq!(ours[key], theirs[key], "{key} of {}", case["name"]);
        }
    }
}

#[test]
fn an_unknown_extension_that_is_not_empty_is_refused_by_name() {
    // The same metadata, in which one known extension bears a name of the same length that nobody knows.
    let renamed = String::from_utf8_lossy(METADATA).contains("CheckMortality");
    assert!(renamed, "the recorded metadata has no CheckMortality");
    let position = METADATA
        .windows(14)
        .rposition(|window| window == b"CheckMortality")
        .unwrap();
    let mut altered = METADATA.to_vec();
    altered[position..position + 14].copy_from_slice(b"CheckSomething");
    let metadata = Metadata::decode(&altered).unwrap();
    let (_, call, unsigned) = cases().remove(0);
    let account = unsigned.account();
    let refused = Unsigned::new(&metadata, account, call, *unsigned.conditions());
    let name = "CheckSomething".to_owned();
    assert_eq!(refused, Err(MetadataError::UnknownExtension { name }));
}

#[test]
fn anything_but_whole_metadata_is_refused() {
    let cut = &METADATA[..METADATA.len() - 1];
    let longer = [METADATA, &[0]].concat();
    for wrong in [&[][..], b"meta", cut, &longer] {
        assert_eq!(
            Metadata::decode(wrong).map(|_| ()),
            Err(MetadataError::Version)
        );
    }
}
