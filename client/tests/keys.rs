//! Keys from secret URIs, against `shared/vectors/accounts.json` (@polkadot/keyring).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_client::signer::{Signer, SignerError, Sr25519};
use countersign_shared::{Crypto, Software};
use serde_json::Value;

fn accounts() -> Value {
    let file = include_str!("../../shared/vectors/accounts.json");
    serde_json::from_str(file).unwrap()
}

#[test]
fn development_uris_give_the_accounts_of_every_other_tool() {
    let file = accounts();
    let listed = file["accounts"].as_array().unwrap();
    assert!(listed.len() >= 6);
    for account in listed {
        let key = Sr25519::from_uri(account["uri"].as_str().unwrap()).unwrap();
        let expected = account["sr25519"]["account_id"].as_str().unwrap();
        assert_eq!(key.account().to_string(), expected, "{}", account["uri"]);
    }
}

#[cfg(feature = "mnemonic")]
#[test]
fn the_phrase_itself_gives_them_too() {
    let file = accounts();
    let alice = Sr25519::from_uri("//Alice").unwrap();
    let spelt = format!("{}//Alice", file["mnemonic"].as_str().unwrap());
    assert_eq!(Sr25519::from_uri(&spelt).unwrap().public(), alice.public());
}

#[cfg(feature = "mnemonic")]
#[test]
fn a_misspelt_phrase_is_refused() {
    let phrase = accounts()["mnemonic"]
        .as_str()
        .unwrap()
        .replacen("bottom", "bottle", 1);
    assert_eq!(
        Sr25519::from_uri(&phrase).map(|_| ()),
        Err(SignerError::Mnemonic)
    );
}

#[test]
fn what_is_no_uri_is_refused() {
    for uri in [
        "",
        "/",
        "//",
        "///password",
        "//Alice///password",
        "0x00",
        "//Alice/",
    ] {
        assert!(Sr25519::from_uri(uri).is_err(), "{uri}");
    }
}

#[test]
fn hard_and_soft_parts_lead_to_different_keys() {
    let uris = [
        "//Alice",
        "/Alice",
        "//Alice//1",
        "//Alice/1",
        "//1",
        "//01",
    ];
    let mut keys: Vec<_> = uris
        .iter()
        .map(|uri| Sr25519::from_uri(uri).unwrap().public())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    // "01" is no number as Substrate writes one, but parses as the same.
    assert_eq!(keys.len(), uris.len() - 1);
}

#[test]
fn a_signature_verifies_under_the_context_of_wallets() {
    let key = Sr25519::generate().unwrap();
    let signature = key.sign_bytes(b"message");
    assert!(Software.sr25519_verify(&key.public(), b"message", &signature));
    assert!(!Software.sr25519_verify(&key.public(), b"massage", &signature));
}
