//! What wallets are asked to sign hashes to what we verify: by an encoder of EIP-712 written for
//! this test from the standard alone, which knows none of our structures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{deployment, ethereum_key, statement};
use countersign_shared::eip712;
use countersign_shared::id::{AccountId, ReceiptId};
use countersign_shared::{hex, json, typed_data, Crypto, Software};
use serde_json::Value;

const C: Software = Software;

fn struct_hash(request: &Value, name: &str, value: &Value) -> [u8; 32] {
    let fields = request["types"][name].as_array().unwrap();
    let list: Vec<String> = fields
        .iter()
        .map(|field| {
            format!(
                "{} {}",
                field["type"].as_str().unwrap(),
                field["name"].as_str().unwrap()
            )
        })
        .collect();
    let kind = format!("{name}({})", list.join(","));
    let mut encoded = C.keccak256(kind.as_bytes()).to_vec();
    for field in fields {
        let value = &value[field["name"].as_str().unwrap()];
        encoded.extend_from_slice(&encode(field["type"].as_str().unwrap(), value));
    }
    assert_eq!(
        value.as_object().unwrap().len(),
        fields.len(),
        "no field is left unsigned"
    );
    C.keccak256(&encoded)
}

fn encode(kind: &str, value: &Value) -> [u8; 32] {
    let text = || value.as_str().unwrap();
    let mut word = [0; 32];
    match kind {
        "string" => return C.keccak256(text().as_bytes()),
        "bytes" => return C.keccak256(&hex::decode(text()).unwrap()),
        "bytes32" => return hex::decode_array(text()).unwrap(),
        "bool" => word[31] = u8::from(value.as_bool().unwrap()),
        "address" => {
            let address = hex::decode(&text().to_ascii_lowercase()).unwrap();
            word[12..].copy_from_slice(&address);
        }
        number if number.starts_with("uint") => {
            let number = value.as_u64().unwrap_or_else(|| text().parse().unwrap());
            word[24..].copy_from_slice(&number.to_be_bytes());
        }
        other => panic!("{other}"),
    }
    word
}

fn digest(request: &json::Value) -> [u8; 32] {
    let request: Value = serde_json::from_str(&request.to_canonical()).unwrap();
    let primary = request["primaryType"].as_str().unwrap();
    let separator = struct_hash(&request, "EIP712Domain", &request["domain"]);
    let message = struct_hash(&request, primary, &request["message"]);
    C.keccak256(&[[0x19, 0x01].as_slice(), &separator, &message].concat())
}

#[test]
fn wallets_hash_what_we_verify() {
    let (mut statement, deployment) = (statement(), deployment());
    statement.expiration = u64::MAX;
    statement.recipient = [0xab; 20].into();
    statement.reference = [0xcd; 32].into();
    let request = typed_data::receipt(&statement, &deployment, &C);
    assert_eq!(
        digest(&request),
        statement.digest(&deployment, &C).to_bytes()
    );

    let (address, receipt) = (ethereum_key().address().unwrap(), ReceiptId::new([8; 32]));
    let request = typed_data::revocation(&receipt, address, &deployment, &C);
    let expected = eip712::revoke_digest(&deployment, &address, &receipt, &C);
    assert_eq!(digest(&request), expected.to_bytes());

    let request = typed_data::disownment(address, 12_345, &deployment, &C);
    let expected = eip712::disown_digest(&deployment, &address, 12_345, &C);
    assert_eq!(digest(&request), expected.to_bytes());

    let account = AccountId::new([3; 32]);
    let request = typed_data::claim(&receipt, &account, &deployment, &C);
    let expected = eip712::claim_digest(&deployment, &receipt, &account, &C);
    assert_eq!(digest(&request), expected.to_bytes());
}
