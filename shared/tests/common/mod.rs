//! Vectors made by other people's software, and small conversions.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_shared::attester::{Attester, Lane};
use countersign_shared::commit::{Committed, Side};
use countersign_shared::deploy::Deployment;
use countersign_shared::files::{AnchorProof, Bundle, Opening};
use countersign_shared::hex;
use countersign_shared::id::{AccountId, EngineId, GenesisHash, SealedId, Seed};
use countersign_shared::item::{Item, Name};
use countersign_shared::receipt::{Receipt, Run, Statement};
use countersign_shared::sign::{Secp256k1Key, Sr25519Key};
use countersign_shared::tensor::{DataType, Tensor};
use countersign_shared::{text, Software};
use serde_json::Value;
use std::path::PathBuf;

/// Reads a file of vectors: from the repository, or from the folder that
/// `COUNTERSIGN_VECTORS` names, so that other sets of the same shape can be tried.
pub fn vectors(name: &str) -> Value {
    let path = vectors_path(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

/// Where a file of vectors is.
pub fn vectors_path(name: &str) -> PathBuf {
    let folder = std::env::var_os("COUNTERSIGN_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors"),
        PathBuf::from,
    );
    folder.join(name)
}

/// The entries of a list; a list that is missing or empty fails the test.
pub fn entries<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    let list = value[key]
        .as_array()
        .unwrap_or_else(|| panic!("no list {key}"));
    assert!(!list.is_empty(), "the list {key} is empty");
    list
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("no text {key} in {value}"))
}

pub fn number(value: &Value, key: &str) -> u64 {
    value[key]
        .as_u64()
        .unwrap_or_else(|| panic!("no number {key} in {value}"))
}

pub fn bytes(value: &Value, key: &str) -> Vec<u8> {
    hex::decode(text(value, key)).unwrap_or_else(|error| panic!("{key}: {error}"))
}

pub fn array<const N: usize>(value: &Value, key: &str) -> [u8; N] {
    hex::decode_array(text(value, key)).unwrap_or_else(|error| panic!("{key}: {error}"))
}

pub fn id<T: From<[u8; 32]>>(value: &Value, key: &str) -> T {
    T::from(array(value, key))
}

pub fn hashes(value: &Value, key: &str) -> Vec<[u8; 32]> {
    let list = value[key].as_array().unwrap();
    list.iter()
        .map(|hash| hex::decode_array(hash.as_str().unwrap()).unwrap())
        .collect()
}

/// A deployment that no vector uses.
pub fn deployment() -> Deployment {
    Deployment {
        genesis: GenesisHash::new([7; 32]),
        contract: AccountId::new([9; 32]),
    }
}

/// A statement of a Replay run with recognisable fields.
pub fn statement() -> Statement {
    Statement {
        run: Run {
            model: [1; 32].into(),
            engine: EngineId::new([2; 32]),
            input: [3; 32].into(),
            output: [4; 32].into(),
            beacon: [5; 32].into(),
            lane: Lane::Replay,
        },
        recipient: [0; 20].into(),
        time: 1_790_000_000,
        expiration: 0,
        reference: [0; 32].into(),
        salt: [6; 32].into(),
    }
}

pub fn ethereum_key() -> Secp256k1Key {
    Secp256k1Key::new(&[0x42; 32]).unwrap()
}

/// A receipt by an Ethereum key.
pub fn ethereum_receipt(statement: Statement, deployment: Deployment) -> Receipt {
    let key = ethereum_key();
    let signature = key.sign(&statement.digest(&deployment, &Software)).unwrap();
    let attester = Attester::Secp256k1(key.address().unwrap());
    Receipt {
        deployment,
        statement,
        attester,
        signature,
    }
}

/// A receipt by the development account `//Alice`.
pub fn substrate_receipt(statement: Statement, deployment: Deployment) -> Receipt {
    let key = Sr25519Key::development("Alice").unwrap();
    let digest = statement.digest(&deployment, &Software);
    let signed = text::receipt(&statement.run, &deployment, &digest);
    let signature = key.sign_text(&signed, &[1; 32]);
    Receipt {
        deployment,
        statement,
        attester: key.attester(),
        signature,
    }
}

/// Three items of one side.
pub fn committed(side: Side) -> Committed {
    let seed = Seed::new([11; 32]);
    let tensor = Tensor::new(DataType::Float32, vec![2], vec![0; 8]).unwrap();
    let items = vec![
        Item::file(Name::new("result").unwrap(), b"{}", &Software),
        Item::tensor(Name::new("scores").unwrap(), &tensor, &Software),
        Item::file(Name::new("file").unwrap(), &[7; 1000], &Software),
    ];
    Committed::new(side, &seed, items, &Software).unwrap()
}

/// A bundle with an opening of every item and a batch proof.
pub fn bundle(substrate: bool) -> Bundle {
    let (input, output) = (committed(Side::Input), committed(Side::Output));
    let mut statement = statement();
    statement.run.input = input.commitment();
    statement.run.output = output.commitment();
    let receipt = if substrate {
        substrate_receipt(statement, deployment())
    } else {
        ethereum_receipt(statement, deployment())
    };
    let verified = receipt.verify(&Software).unwrap();
    let batch = [
        SealedId::new([1; 32]),
        verified.sealed(),
        SealedId::new([2; 32]),
    ];
    Bundle {
        receipt,
        openings: vec![
            Opening::complete(verified.id(), &input, &Software).unwrap(),
            Opening::new(verified.id(), &output, &[2, 0], &Software).unwrap(),
        ],
        anchors: vec![AnchorProof::new(verified.id(), &batch, 1, &Software).unwrap()],
    }
}
