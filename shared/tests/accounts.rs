//! `accounts.json`, `sr25519.json`, `hmac-sha256.json`, `cid.json`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{array, bytes, deployment, entries, statement, text, vectors};
use countersign_shared::account::{self, Ss58Error};
use countersign_shared::attester::{Attester, AttesterError};
use countersign_shared::crypto::hmac_sha256;
use countersign_shared::id::{AccountId, EthAddress, FileHash, Sr25519Public};
use countersign_shared::receipt::{Reason, Receipt};
use countersign_shared::sign::Sr25519Key;
use countersign_shared::signature::{Signature, SignatureError};
use countersign_shared::{cid, Crypto, Software};

const C: Software = Software;

#[test]
fn ss58_is_display_only_4_5() {
    for entry in entries(&vectors("accounts.json"), "accounts") {
        let sr25519 = &entry["sr25519"];
        let account: AccountId = common::id(sr25519, "account_id");
        for (prefix, expected) in sr25519["ss58"].as_object().unwrap() {
            let (prefix, expected) = (prefix.parse().unwrap(), expected.as_str().unwrap());
            assert_eq!(account::encode(&account, prefix).as_deref(), Some(expected));
            assert_eq!(account::decode(expected), Ok((account, prefix)));
            // Any other character of the alphabet at any place fails the checksum.
            for position in 0..expected.len() {
                let mut altered = expected.to_string().into_bytes();
                altered[position] = if altered[position] == b'2' {
                    b'3'
                } else {
                    b'2'
                };
                let altered = String::from_utf8(altered).unwrap();
                assert!(account::decode(&altered).is_err(), "{altered}");
            }
        }
        let low = EthAddress::from_low(&C.keccak256(account.as_ref()));
        assert_eq!(low.to_eip55(&C), text(sr25519, "keccak_low20"));
        for kind in ["ed25519", "ecdsa"] {
            let account: AccountId = common::id(&entry[kind], "account_id");
            let expected = text(&entry[kind], "ss58_42");
            assert_eq!(account::encode(&account, 42).as_deref(), Some(expected));
        }
        let address = text(&entry["ecdsa"], "ethereum_address");
        assert_eq!(
            EthAddress::parse_eip55(address, &C).unwrap().to_eip55(&C),
            address
        );
        assert!(EthAddress::parse_eip55(&address.to_ascii_lowercase(), &C).is_err());

        if let Some(name) = text(entry, "uri").strip_prefix("//") {
            if let Some(key) = Sr25519Key::development(name) {
                assert_eq!(key.public().to_bytes(), account.to_bytes());
            }
        }
    }
    assert_eq!(account::encode(&AccountId::ZERO, 16_384), None);
    assert_eq!(account::decode("0"), Err(Ss58Error::Character));
    assert_eq!(account::decode(&"1".repeat(10_000)), Err(Ss58Error::Length));
    assert!(account::decode("").is_err());
}

#[test]
fn sr25519_signatures() {
    let all = vectors("sr25519.json");
    for case in entries(&all, "cases") {
        let (public, signature) = (array(case, "public_key"), array(case, "signature"));
        assert!(C.sr25519_verify(&public, &bytes(case, "message"), &signature));
        let digest = bytes(case, "digest");
        let wrapped = [b"<Bytes>".as_slice(), &digest, b"</Bytes>"].concat();
        let over_wrapped = case["over_wrapped_bytes"].as_bool().unwrap();
        assert_eq!(
            C.sr25519_verify(&public, &wrapped, &signature),
            over_wrapped
        );

        // 4.7: neither the wrapped digest, nor its text, nor the bare digest makes a receipt.
        let receipt = Receipt {
            deployment: deployment(),
            statement: statement(),
            attester: Attester::Sr25519(Sr25519Public::new(public)),
            signature: Signature::Sr25519(signature),
        };
        assert_eq!(
            receipt.verify(&C),
            Err(Reason::Signature(SignatureError::Sr25519))
        );
    }
    for case in entries(&all, "negative") {
        let (public, signature) = (array(case, "public_key"), array(case, "signature"));
        let accepted = C.sr25519_verify(&public, &bytes(case, "message"), &signature);
        let name = text(case, "name");
        assert_eq!(
            accepted,
            text(case, "schnorrkel_rust") == "accept",
            "{name}"
        );
    }
}

/// 4.6: for the key of 32 zero bytes anybody can make signatures; this one satisfies schnorrkel.
#[test]
fn the_identity_key_is_refused_4_6() {
    let key = Sr25519Public::ZERO;
    // s = 0, R = identity, and the marker bit: s·B = R + k·A holds for every message.
    let mut forged = [0_u8; 64];
    forged[63] = 0x80;
    assert!(
        C.sr25519_verify(key.as_bytes(), b"anything", &forged),
        "the forgery works"
    );
    let receipt = Receipt {
        deployment: deployment(),
        statement: statement(),
        attester: Attester::Sr25519(key),
        signature: Signature::Sr25519(forged),
    };
    let expected = SignatureError::Attester(AttesterError::IdentityKey);
    assert_eq!(receipt.verify(&C), Err(Reason::Signature(expected)));
    let mut encoded = [0; 33];
    encoded[0] = 1;
    assert_eq!(
        Attester::from_bytes(&encoded),
        Err(AttesterError::IdentityKey)
    );
    assert_eq!(
        Attester::from_bytes(&[0; 33]),
        Err(AttesterError::ZeroAddress)
    );
    encoded[0] = 2;
    assert_eq!(Attester::from_bytes(&encoded), Err(AttesterError::Kind(2)));
    encoded = [1; 33];
    encoded[0] = 0;
    assert_eq!(Attester::from_bytes(&encoded), Err(AttesterError::Padding));
}

#[test]
fn hmac_2_4() {
    for case in entries(&vectors("hmac-sha256.json"), "cases") {
        let mac = hmac_sha256(&C, &bytes(case, "key"), &bytes(case, "message"));
        let expected = bytes(case, "mac");
        // RFC 4231 case 5 is truncated.
        assert_eq!(mac.get(..expected.len()), Some(expected.as_slice()));
    }
}

/// `SHA-256(seed ‖ u64be(0)) ‖ SHA-256(seed ‖ u64be(1)) ‖ …`, cut to size; or the bytes given.
fn content(case: &serde_json::Value) -> Vec<u8> {
    if case["bytes"].is_string() {
        return bytes(case, "bytes");
    }
    let size = usize::try_from(common::number(case, "size")).unwrap();
    let mut content = Vec::new();
    for block in 0_u64.. {
        if content.len() >= size {
            break;
        }
        let input = [text(case, "seed").as_bytes(), &block.to_be_bytes()].concat();
        content.extend_from_slice(&C.sha256(&input));
    }
    content.truncate(size);
    content
}

#[test]
fn raw_cids() {
    let all = vectors("cid.json");
    for case in entries(&all, "raw") {
        let hash: FileHash = common::id(case, "sha256");
        assert_eq!(FileHash::of(&content(case), &C), hash);
        assert_eq!(cid::to_text(&hash), text(case, "cid"));
        assert_eq!(cid::to_bytes(&hash), bytes(case, "cid_bytes"));
        assert_eq!(cid::from_text(text(case, "cid")), Some(hash));
        assert_eq!(cid::from_text(&text(case, "cid").to_uppercase()), None);
        assert_eq!(cid::from_text(&format!("{}a", text(case, "cid"))), None);
    }
    // A file of one chunk is its raw leaf.
    for case in entries(&all, "files") {
        if common::number(case, "size") <= 262_144 {
            let hash = common::id(case, "sha256");
            assert_eq!(cid::to_text(&hash), text(&case["roots"], "cidv1-256k-174"));
        }
    }
}
