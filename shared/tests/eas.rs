//! EAS's vectors: digests, uids, schemas, delegated messages, and 151 altered receipts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{array, bytes, entries, id, number, text, vectors};
use countersign_shared::attester::Attester;
use countersign_shared::deploy::Deployment;
use countersign_shared::eas::{self, Attestation};
use countersign_shared::eip712::{self, Attest, Domain, Revoke};
use countersign_shared::id::{Digest, EasUid, EthAddress, GenesisHash, ReceiptId, SealedId};
use countersign_shared::receipt::eas_uid;
use countersign_shared::signature::{recover, Signature, SignatureError};
use countersign_shared::{hex, json, Crypto, Software};
use serde_json::Value;
use std::collections::HashMap;

const C: Software = Software;

fn address(value: &Value, key: &str) -> EthAddress {
    EthAddress::parse_eip55(text(value, key), &C).unwrap()
}

fn domain(value: &Value) -> Domain<'_> {
    Domain {
        name: text(value, "name"),
        version: text(value, "version"),
        chain_id: number(value, "chainId"),
        verifying_contract: address(value, "verifyingContract"),
    }
}

fn decimal(value: &Value, key: &str) -> u64 {
    text(value, key).parse().unwrap()
}

/// A decimal number of up to 256 bits as an ABI word.
fn word(value: &Value, key: &str) -> [u8; 32] {
    let mut word = [0_u8; 32];
    for digit in text(value, key).bytes() {
        let mut carry = u32::from(digit - b'0');
        for byte in word.iter_mut().rev() {
            carry += u32::from(*byte) * 10;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
    }
    word
}

fn signature(value: &Value) -> Vec<u8> {
    let mut raw = [bytes(value, "r"), bytes(value, "s")].concat();
    raw.push(u8::try_from(number(value, "v")).unwrap());
    raw
}

fn attest<'a>(message: &Value, data: &'a [u8]) -> Attest<'a> {
    Attest {
        version: u16::try_from(number(message, "version")).unwrap(),
        schema: array(message, "schema"),
        recipient: address(message, "recipient"),
        time: decimal(message, "time"),
        expiration: decimal(message, "expirationTime"),
        revocable: message["revocable"].as_bool().unwrap(),
        ref_uid: array(message, "refUID"),
        data,
        salt: id(message, "salt"),
    }
}

#[test]
fn type_hashes_are_the_hashes_of_their_types() {
    assert_eq!(
        eip712::DOMAIN_TYPE_HASH,
        C.keccak256(eip712::DOMAIN_TYPE.as_bytes())
    );
    assert_eq!(
        eip712::ATTEST_TYPE_HASH,
        C.keccak256(eip712::ATTEST_TYPE.as_bytes())
    );
}

#[test]
fn schema_uids_4_1() {
    for case in entries(&vectors("eas-schema-uid.json"), "cases") {
        let resolver = address(case, "resolver");
        let revocable = case["revocable"].as_bool().unwrap();
        let uid = eip712::schema_uid(text(case, "schema"), &resolver, revocable, &C);
        assert_eq!(uid, array(case, "uid"));
    }
}

#[test]
fn offchain_attestations_4_1() {
    for case in entries(&vectors("eas-offchain.json"), "cases") {
        let name = text(case, "name");
        let (domain, message) = (domain(&case["domain"]), &case["message"]);
        let data = bytes(message, "data");
        assert_eq!(data, bytes(case, "encoded_data"));
        let attest = attest(message, &data);
        assert_eq!(
            domain.separator(&C),
            array(case, "domain_separator"),
            "{name}"
        );
        assert_eq!(eip712::ATTEST_TYPE_HASH, array(case, "type_hash"));
        let struct_hash = attest.struct_hash(&C);
        assert_eq!(struct_hash, array(case, "struct_hash"), "{name}");
        let digest = Digest::new(domain.digest(&struct_hash, &C));
        assert_eq!(digest, id::<Digest>(case, "digest"), "{name}");
        assert_eq!(eas_uid(&attest, &C), id::<EasUid>(case, "uid"), "{name}");
        assert_eq!(
            C.keccak256(&bytes(case, "uid_preimage")),
            array(case, "uid")
        );

        let raw = signature(&case["signature"]);
        assert_eq!(raw, bytes(&case["signature"], "serialized"));
        let signature = Signature::from_ethereum_wallet(&raw).unwrap();
        assert_eq!(
            recover(&signature, &digest, &C),
            Ok(address(case, "signer")),
            "{name}"
        );

        // 4.1, 4.2: which of them could be a receipt of the deployment whose domain they name.
        let lane = number(&case["fields"], "lane");
        let engine = array::<32>(&case["fields"], "engine");
        let run = countersign_shared::receipt::Run::from_abi(&data);
        let exact_without_engine =
            lane == 2 && engine != countersign_shared::id::EngineId::EXACT.to_bytes();
        assert_eq!(run.is_ok(), lane <= 2 && !exact_without_engine, "{name}");
        if let Ok(run) = run {
            assert_eq!(run.to_abi().as_slice(), data);
        }
    }
}

#[test]
fn delegated_messages() {
    let all = vectors("eas-delegated.json");
    for case in entries(&all, "cases") {
        let domain = domain(&case["domain"]);
        let struct_hash = delegated_hash(text(case, "kind"), &case["message"]);
        assert_eq!(domain.separator(&C), array(case, "domain_separator"));
        assert_eq!(struct_hash, array(case, "struct_hash"));
        let digest = Digest::new(domain.digest(&struct_hash, &C));
        assert_eq!(digest, id::<Digest>(case, "digest"));
        let signature = Signature::from_ethereum_wallet(&signature(&case["signature"])).unwrap();
        assert_eq!(
            recover(&signature, &digest, &C),
            Ok(address(case, "signer"))
        );
    }
}

/// C3: altered in any way they lead to another signer, or are refused before that.
#[test]
fn tampered_delegated_messages() {
    let all = vectors("eas-delegated.json");
    for case in entries(&all, "tampered") {
        let name = text(case, "name");
        let struct_hash = delegated_hash(text(case, "kind"), &case["message"]);
        let base = entries(&all, "cases")
            .iter()
            .find(|base| base["name"] == case["base"] && base["kind"] == case["kind"])
            .unwrap();
        // The verifier names the domain, not the message.
        let same_domain = domain(&case["domain"]) == domain(&base["domain"]);
        let digest = Digest::new(domain(&base["domain"]).digest(&struct_hash, &C));
        let accepted = Signature::from_ethereum_wallet(&signature(&case["signature"]))
            .and_then(|signature| recover(&signature, &digest, &C))
            .is_ok_and(|signer| signer == address(case, "signer_claimed"));
        // v 0/1 is normalised when it arrives (4.6).
        let control = name == "untouched" || name == "v as 0/1";
        assert_eq!(accepted && same_domain, control, "{name}");
    }
}

fn delegated_hash(kind: &str, message: &Value) -> [u8; 32] {
    let address_word = |key: &str| address(message, key).to_word();
    if kind == "revoke" {
        return Revoke {
            revoker: address(message, "revoker"),
            schema: array(message, "schema"),
            uid: array(message, "uid"),
            value: word(message, "value"),
            nonce: word(message, "nonce"),
            deadline: decimal(message, "deadline"),
        }
        .struct_hash(&C);
    }
    let kind = "Attest(address attester,bytes32 schema,address recipient,uint64 expirationTime,\
        bool revocable,bytes32 refUID,bytes data,uint256 value,uint256 nonce,uint64 deadline)";
    let words = [
        C.keccak256(kind.as_bytes()),
        address_word("attester"),
        array(message, "schema"),
        address_word("recipient"),
        word(message, "expirationTime"),
        eip712::word(u64::from(message["revocable"].as_bool().unwrap())),
        array(message, "refUID"),
        C.keccak256(&bytes(message, "data")),
        word(message, "value"),
        word(message, "nonce"),
        word(message, "deadline"),
    ];
    C.keccak256(&words.concat())
}

/// What our reader makes of one altered attestation: its canonical text and its signer.
fn import(case: &Value, expected: &Domain<'_>) -> Result<(String, EthAddress), String> {
    let mut attestation = case["attestation"].clone();
    if let Some(raw) = case["raw_signature"].as_str() {
        // As a wallet would hand it over.
        let raw = hex::decode(raw).map_err(|error| error.to_string())?;
        let signature = Signature::from_ethereum_wallet(&raw).map_err(|error| error.to_string())?;
        let (r, rest) = signature.as_bytes().split_at(32);
        let (s, v) = rest.split_at(32);
        attestation["signature"] = serde_json::json!({
            "r": hex::encode(r), "s": hex::encode(s), "v": v[0],
        });
    }
    let claimed = EthAddress::parse_eip55(text(case, "attester_claimed"), &C)
        .map_err(|error| error.to_string())?;
    let text = serde_json::to_string(&attestation).unwrap();
    let read = Attestation::from_json(text.as_bytes(), &C).map_err(|error| error.to_string())?;
    read.verify(expected, &claimed, &C)
        .map_err(|error| error.to_string())?;
    Ok((read.to_json(&C).to_canonical(), claimed))
}

/// R3, C3: every altered attestation is refused with its reason, or reads as the untouched one.
#[test]
fn tampered_attestations() {
    let all = vectors("eas-tampered.json");
    let controls: HashMap<&str, &Value> = entries(&all, "cases")
        .iter()
        .filter(|case| text(case, "class") == "control")
        .map(|case| (text(case, "base"), case))
        .collect();
    let (mut refused, mut normalised) = (0, 0);
    for case in entries(&all, "cases") {
        let control = controls[text(case, "base")];
        let expected = domain(&control["attestation"]["domain"]);
        let (canonical, signer) = import(control, &expected).unwrap();
        let label = format!("{} / {}", text(case, "class"), text(case, "name"));
        match import(case, &expected) {
            Ok(found) if found == (canonical.clone(), signer) => normalised += 1,
            // A second signer of the same message: another receipt, by another attester.
            Ok((_, other)) if text(case, "class") == "crafted by a signer" => {
                assert_ne!(other, signer, "{label}");
                let uid = &control["attestation"]["uid"];
                assert_eq!(
                    &case["attestation"]["uid"], uid,
                    "the uid does not tell them apart"
                );
                let digest = Digest::new([1; 32]);
                let name = |address| ReceiptId::compute(&Attester::Secp256k1(address), &digest, &C);
                assert_ne!(name(other), name(signer));
            }
            Ok(_) => panic!("{label}: accepted"),
            Err(reason) => {
                assert_ne!(text(case, "class"), "control", "{label}: {reason}");
                refused += 1;
            }
        }
    }
    assert!(refused > 100, "{refused} refused, {normalised} normalised");
}

/// What the official SDK accepts although nobody should: each must be refused here.
#[test]
fn counterexamples() {
    let all = vectors("counterexamples.json");
    for case in entries(&all, "one_signature_two_uids") {
        // One signature, two uids: the receipt's name follows from attester and digest alone.
        assert_ne!(text(case, "uid_lower"), text(case, "uid_upper"));
        let signature = Signature::from_ethereum_wallet(&bytes(case, "signature")).unwrap();
        let digest: Digest = id(case, "digest");
        assert_eq!(
            recover(&signature, &digest, &C),
            Ok(address(case, "signer"))
        );
    }
    for case in entries(&all, "one_uid_many_signatures") {
        // One uid, many signatures: their sealed ids differ.
        let signature = Signature::from_ethereum_wallet(&signature(&case["signature"])).unwrap();
        let sealed = SealedId::compute(&ReceiptId::ZERO, &signature, &C);
        let others = entries(&all, "one_uid_many_signatures")
            .iter()
            .filter(|other| *other != case);
        for other in others {
            let raw = self::signature(&other["signature"]);
            let signature = Signature::from_ethereum_wallet(&raw).unwrap();
            assert_ne!(sealed, SealedId::compute(&ReceiptId::ZERO, &signature, &C));
        }
    }
    for case in entries(&all, "one_leaf_two_tensors") {
        // One leaf that two readings fit: with a length before the name there is but one.
        let salt_and_tag = 33;
        let preimage = bytes(case, "leaf_preimage");
        let ambiguous = preimage.get(salt_and_tag..).unwrap();
        assert!(countersign_shared::item::Item::from_bytes(ambiguous).is_err());
        let items: Vec<_> = ["reading_a", "reading_b"]
            .iter()
            .map(|reading| tensor_item(&case[reading]))
            .collect();
        assert_ne!(items[0].to_bytes(), items[1].to_bytes());
    }
    let chains = &all["one_account_id_on_two_chains"];
    let mut seen = Vec::new();
    for chain in entries(chains, "chains") {
        let genesis: GenesisHash = id(chain, "genesis_hash");
        let deployment = Deployment {
            genesis,
            contract: id(chains, "account_id"),
        };
        let contract = deployment.verifying_contract(&C).to_eip55(&C);
        assert_eq!(contract, text(chain, "verifying_contract_bound"));
        assert!(!seen.contains(&contract));
        seen.push(contract);
    }
}

fn tensor_item(reading: &Value) -> countersign_shared::item::Item {
    use countersign_shared::item::{Item, Name};
    use countersign_shared::tensor::{DataType, Tensor};
    let encoding = bytes(reading, "encoding");
    let dims: Vec<u64> = reading["dims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dim| dim.as_u64().unwrap())
        .collect();
    let dtype = DataType::from_number(encoding[0]).unwrap();
    let data = encoding.get(2 + 8 * dims.len()..).unwrap();
    let tensor = Tensor::new(dtype, dims, data.to_vec()).unwrap();
    let name = String::from_utf8(bytes(reading, "name_utf8")).unwrap();
    // One of the two readings needs a control character in its name, which is refused outright.
    let name = Name::new(name.clone())
        .or_else(|_| Name::new(name.replace('\u{2}', "?")))
        .unwrap();
    Item::tensor(name, &tensor, &C)
}

/// Our receipts are attestations that EAS's tools read, and back.
#[test]
fn receipts_are_eas_attestations() {
    let receipt = common::ethereum_receipt(common::statement(), common::deployment());
    let signer = common::ethereum_key().address().unwrap();
    let exported = eas::export(&receipt, &C).unwrap().to_canonical();
    let read = Attestation::from_json(exported.as_bytes(), &C).unwrap();
    assert_eq!(
        read.to_receipt(&common::deployment(), signer, &C),
        Ok(receipt)
    );
    assert_eq!(read.digest(&C), receipt.digest(&C));
    // C3: not under another deployment.
    let other = Deployment {
        genesis: GenesisHash::ZERO,
        ..common::deployment()
    };
    assert!(read.to_receipt(&other, signer, &C).is_err());
    let substrate = common::substrate_receipt(common::statement(), common::deployment());
    assert_eq!(eas::export(&substrate, &C), None);
    assert!(json::parse_canonical(exported.as_bytes()).is_ok());
}

/// 4.6: what wallets of other kinds return is refused by name.
#[test]
fn wallets_of_other_kinds_4_6() {
    let all = vectors("counterexamples.json");
    assert!(all["smart_accounts"].is_object());
    // ERC-6492 and other smart accounts return more than a key's 65 bytes.
    for length in [66, 130, 576] {
        let found = Signature::from_ethereum_wallet(&vec![1; length]);
        assert_eq!(found, Err(SignatureError::SmartAccount));
    }
    assert!(matches!(
        Signature::from_ethereum_wallet(&[1; 64]),
        Err(SignatureError::Length { found: 64, .. })
    ));
    let multi = |kind: u8, length: usize| {
        let mut bytes = vec![kind];
        bytes.extend(vec![1; length]);
        Signature::from_substrate_wallet(&bytes)
    };
    assert_eq!(multi(0, 64), Err(SignatureError::Ed25519));
    assert_eq!(multi(2, 65), Err(SignatureError::SubstrateEcdsa));
    assert_eq!(multi(1, 64), Ok(Signature::Sr25519([1; 64])));
    assert_eq!(
        Signature::from_substrate_wallet(&[9; 64]),
        Ok(Signature::Sr25519([9; 64]))
    );
    assert!(Signature::from_substrate_wallet(&[9; 65]).is_err());
}
