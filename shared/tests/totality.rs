//! No input makes any reader panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{entries, text, vectors};
use countersign_shared::attester::{Attester, AttesterKind};
use countersign_shared::eas::Attestation;
use countersign_shared::files::{AnchorProof, Bundle, File, Format, Opening};
use countersign_shared::id::EthAddress;
use countersign_shared::item::Item;
use countersign_shared::manifest::Manifest;
use countersign_shared::receipt::{Receipt, Run};
use countersign_shared::signature::Signature;
use countersign_shared::tensor::{DataType, Header, Tensor};
use countersign_shared::{account, cid, hex, json, merkle, Crypto, Software};
use proptest::prelude::*;

const C: Software = Software;

fn read_everything(bytes: &[u8]) {
    let _ = File::parse(bytes, &C).map(|file| match file {
        File::Receipt(receipt) => receipt.verify(&C).is_ok(),
        File::Bundle(bundle) => bundle.verify(&C).is_ok(),
        File::Opening(_) | File::Anchor(_) => true,
    });
    let _ = Format::of(bytes);
    let _ = Receipt::from_file(bytes, &C);
    let _ = Bundle::from_file(bytes, &C);
    let _ = Opening::from_file(bytes);
    let _ = AnchorProof::from_file(bytes);
    let _ = Manifest::parse(bytes);
    let _ = Attestation::from_json(bytes, &C);
    let _ = json::parse(bytes).map(|value| json::parse_canonical(value.to_canonical().as_bytes()));
    let _ = json::peek(bytes, "format");
    let _ = Item::from_bytes(bytes);
    let _ = Run::from_abi(bytes);
    let _ = Signature::from_ethereum_wallet(bytes);
    let _ = Signature::from_substrate_wallet(bytes);
    let _ = Signature::from_bytes(AttesterKind::Secp256k1, bytes);
    let _ = Signature::from_bytes(AttesterKind::Sr25519, bytes);
    if let Ok(bytes) = bytes.try_into() {
        let _ = Attester::from_bytes(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = hex::decode(&text);
    let _ = account::decode(&text);
    let _ = cid::from_text(&text);
    let _ = EthAddress::parse_eip55(&text, &C);
    let _ = Bundle::from_link(&text, &C);
    let _ = Bundle::from_link(&format!("#{text}"), &C);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        read_everything(&bytes);
    }

    #[test]
    fn random_text(text in "[\\[\\]{}\",:0-9a-z\\\\. -]{0,200}") {
        read_everything(text.as_bytes());
    }

    #[test]
    fn damaged_files(
        which: prop::sample::Index,
        at: prop::sample::Index,
        remove in 0_usize..200,
        insert in prop::collection::vec(any::<u8>(), 0..9),
    ) {
        let all = vectors("protocol.json");
        let files: Vec<&str> = entries(&all, "receipts")
            .iter()
            .map(|entry| text(entry, "file_canonical"))
            .chain(entries(&all, "openings").iter().map(|entry| text(entry, "canonical")))
            .chain(entries(&all, "anchors").iter().map(|entry| text(entry, "canonical")))
            .chain(entries(&all, "bundles").iter().map(|entry| text(entry, "canonical")))
            .collect();
        let mut file = files[which.index(files.len())].as_bytes().to_vec();
        let start = at.index(file.len());
        let end = (start + remove).min(file.len());
        file.splice(start..end, insert);
        read_everything(&file);
    }

    #[test]
    fn random_signatures(
        digest: [u8; 32], public: [u8; 32], rs: [u8; 32], s: [u8; 32], v: u8, message: Vec<u8>,
    ) {
        let mut raw = [v; 65];
        raw[..32].copy_from_slice(&rs);
        raw[32..64].copy_from_slice(&s);
        let _ = C.secp256k1_recover(&digest, &raw);
        let short: [u8; 64] = raw[..64].try_into().unwrap();
        prop_assert!(!C.sr25519_verify(&public, &message, &short));
    }

    #[test]
    fn random_paths(
        size: u64, index: u64, leaf: [u8; 32], path in prop::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        let _ = merkle::root_of_path(&C, size, index, leaf, &path);
    }

    #[test]
    fn random_headers(dims in prop::collection::vec(any::<u64>(), 0..300), which: prop::sample::Index) {
        let dtype = DataType::ALL[which.index(DataType::ALL.len())];
        let _ = Header::new(dtype, dims.clone());
        let _ = Tensor::new(dtype, dims, vec![1, 2, 3, 4]);
    }
}

#[test]
fn sizes_are_bounded() {
    use countersign_shared::files::{FileError, MAX_BYTES};
    let huge = vec![b' '; MAX_BYTES + 1];
    assert_eq!(File::parse(&huge, &C), Err(FileError::TooLarge));
    // Keys in descending order: sorting must not take quadratic time.
    let mut object = String::from("{");
    for key in (0..200_000).rev() {
        object.push_str(&format!("\"{key:06}\":0,"));
    }
    object.push_str("\"\":0}");
    assert!(json::parse(object.as_bytes()).is_ok());
}
