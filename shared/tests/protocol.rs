//! `protocol.json`: PROTOCOL computed with other people's software, in full.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{array, bytes, entries, hashes, id, number, text, vectors};
use countersign_shared::attester::{Attester, Lane};
use countersign_shared::commit::{self, Committed, Side};
use countersign_shared::crypto::tagged;
use countersign_shared::deploy::Deployment;
use countersign_shared::eip712::{self, SCHEMA, SCHEMA_UID};
use countersign_shared::files::{AnchorProof, Bundle, File, Format, Opening};
use countersign_shared::id::{
    AccountId, Commitment, DataRoot, Digest, EngineId, EthAddress, ExactRoot, ManifestHash,
    ModelId, ReceiptId, Salt, SealedId, Seed,
};
use countersign_shared::item::{Item, Name};
use countersign_shared::merkle;
use countersign_shared::receipt::{
    verify_claim, verify_disownment, verify_revocation, Receipt, Run, Verified,
};
use countersign_shared::signature::Signature;
use countersign_shared::tensor::{DataRootHasher, DataType, Tensor};
use countersign_shared::{text as texts, Software};
use serde_json::Value;

const C: Software = Software;

fn receipts_deployment(all: &Value) -> Deployment {
    let deployment = &all["deployment"];
    Deployment {
        genesis: id(deployment, "genesis"),
        contract: id(deployment, "receipts"),
    }
}

fn disputes_deployment(all: &Value) -> Deployment {
    let deployment = &all["deployment"];
    Deployment {
        genesis: id(deployment, "genesis"),
        contract: id(deployment, "disputes"),
    }
}

fn verified(entry: &Value) -> Verified<Receipt> {
    let receipt = Receipt::from_file(text(entry, "file_canonical").as_bytes(), &C).unwrap();
    receipt.verify(&C).unwrap()
}

fn nth_receipt(all: &Value, entry: &Value) -> Verified<Receipt> {
    let index = usize::try_from(number(entry, "receipt")).unwrap();
    verified(&entries(all, "receipts")[index])
}

fn item_of(entry: &Value) -> Item {
    let data = bytes(entry, "data");
    let name = Name::new(text(entry, "name")).unwrap();
    if number(entry, "kind") == 1 {
        return Item::file(name, &data, &C);
    }
    let dtype = DataType::from_number(u8::try_from(number(entry, "dtype")).unwrap()).unwrap();
    let dims = entry["dims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dim| dim.as_u64().unwrap())
        .collect();
    let tensor = Tensor::new(dtype, dims, data.clone()).unwrap();
    assert_eq!(tensor.data(), data, "the vectors' tensors are canonical");
    Item::tensor(name, &tensor, &C)
}

#[test]
fn deployment_4_3_and_constants() {
    let all = vectors("protocol.json");
    for (deployment, key) in [
        (receipts_deployment(&all), "receipts_verifying_contract"),
        (disputes_deployment(&all), "disputes_verifying_contract"),
    ] {
        let expected = text(&all["deployment"], key);
        assert_eq!(deployment.verifying_contract(&C).to_eip55(&C), expected);
    }
    assert_eq!(SCHEMA_UID, array(&all, "schema_uid"));
    assert_eq!(
        SCHEMA_UID,
        eip712::schema_uid(SCHEMA, &EthAddress::ZERO, true, &C)
    );
    assert_eq!(EngineId::EXACT, id::<EngineId>(&all, "exact_engine"));
    assert_eq!(
        EngineId::EXACT.to_bytes(),
        tagged(&C, "countersign/exact/1", &[])
    );
    assert_eq!(
        tagged(&C, "countersign/burn/1", &[]),
        array(&all, "burn_account")
    );
}

#[test]
fn model_ids_3_2() {
    for model in entries(&vectors("protocol.json"), "models") {
        let manifest = ManifestHash::of(text(model, "manifest").as_bytes(), &C);
        assert_eq!(manifest, id::<ManifestHash>(model, "manifest_sha256"));
        let publisher: AccountId = id(model, "publisher");
        let exact_root: ExactRoot = id(model, "exact_root");
        let model_id = ModelId::compute(&publisher, &manifest, &exact_root, &C);
        assert_eq!(model_id, id::<ModelId>(model, "model_id"));
    }
}

#[test]
fn commitments_1_and_2() {
    for entry in entries(&vectors("protocol.json"), "commitments") {
        let side = Side::from_u8(u8::try_from(number(entry, "side")).unwrap()).unwrap();
        let items: Vec<Item> = entries(entry, "items").iter().map(item_of).collect();
        // In any order: committing sorts.
        let reversed = items.iter().rev().cloned().collect();
        let seed = Seed::new(array(entry, "seed"));
        let committed = Committed::new(side, &seed, reversed, &C).unwrap();
        assert_eq!(u64::from(committed.count()), number(entry, "count"));
        assert_eq!(
            committed.commitment(),
            id::<Commitment>(entry, "commitment")
        );
        let root = commit::commitment(side, committed.count(), &array(entry, "root"), &C);
        assert_eq!(root, committed.commitment());

        for (expected, item) in entries(entry, "items").iter().zip(&items) {
            let index = u32::try_from(number(expected, "index")).unwrap();
            assert_eq!(item.data_root(), id::<DataRoot>(expected, "data_root"));
            assert_eq!(item.to_bytes(), bytes(expected, "item"));
            assert_eq!(Item::from_bytes(&bytes(expected, "item")).unwrap(), *item);
            assert!(item.matches(&bytes(expected, "data"), &C));
            let opened = committed.open(index, &C).unwrap();
            assert_eq!(opened.item, *item);
            assert_eq!(opened.salt, id::<Salt>(expected, "salt"));
            assert_eq!(opened.path, hashes(expected, "path"));
            let leaf = commit::leaf_hash(&opened.salt, item, &C);
            assert_eq!(leaf, array(expected, "leaf_hash"));
            assert_eq!(
                opened.rebuild(side, committed.count(), &C),
                Some(committed.commitment())
            );
        }
    }
}

#[test]
fn data_roots_1_2_in_pieces() {
    for entry in entries(&vectors("protocol.json"), "commitments") {
        for item in entries(entry, "items") {
            let data = bytes(item, "data");
            for size in [1, 7, 255, 256, 257, 100_000] {
                let mut hasher = DataRootHasher::new();
                for piece in data.chunks(size) {
                    hasher.update(&C, piece);
                }
                assert_eq!(hasher.finish(&C), id::<DataRoot>(item, "data_root"));
            }
        }
    }
}

#[test]
fn receipts_4() {
    let all = vectors("protocol.json");
    let deployment = receipts_deployment(&all);
    for entry in entries(&all, "receipts") {
        let file = text(entry, "file_canonical");
        let receipt = Receipt::from_file(file.as_bytes(), &C).unwrap();
        assert_eq!(receipt.to_file(&C), file);
        assert_eq!(receipt.deployment, deployment);
        let fields = &entry["fields"];
        let lane = Lane::from_u8(u8::try_from(number(fields, "lane")).unwrap()).unwrap();
        let run = Run {
            model: id(fields, "model"),
            engine: id(fields, "engine"),
            input: id(fields, "input"),
            output: id(fields, "output"),
            beacon: id(fields, "beacon"),
            lane,
        };
        assert_eq!(receipt.statement.run, run);
        let attester = Attester::from_bytes(&array(entry, "attester")).unwrap();
        assert_eq!(receipt.attester, attester);
        assert_eq!(receipt.signature.as_bytes(), bytes(entry, "signature"));

        let digest: Digest = id(entry, "digest");
        assert_eq!(receipt.digest(&C), digest);
        if let Some(expected) = entry["text"].as_str() {
            assert_eq!(texts::receipt(&run, &deployment, &digest), expected);
        }
        let verified = receipt.verify(&C).unwrap();
        assert_eq!(verified.digest(), digest);
        assert_eq!(verified.id(), id::<ReceiptId>(entry, "receipt_id"));
        assert_eq!(verified.sealed(), id::<SealedId>(entry, "sealed_id"));
    }
}

#[test]
fn revocations_disownments_claims_5() {
    let all = vectors("protocol.json");
    let deployment = receipts_deployment(&all);
    let disputes = disputes_deployment(&all);
    for entry in entries(&all, "receipts") {
        let receipt = verified(entry);
        let attester = receipt.attester;
        let sign = |value: &Value| {
            Signature::from_bytes(attester.kind(), &bytes(value, "signature")).unwrap()
        };
        let (revoke, disown) = (&entry["revoke"], &entry["disown"]);
        let since = number(disown, "since");
        match attester {
            Attester::Secp256k1(address) => {
                let digest = eip712::revoke_digest(&deployment, &address, &receipt.id(), &C);
                assert_eq!(digest, id::<Digest>(revoke, "digest"));
                let digest = eip712::disown_digest(&deployment, &address, since, &C);
                assert_eq!(digest, id::<Digest>(disown, "digest"));
            }
            Attester::Sr25519(_) => {
                assert_eq!(
                    texts::revocation(&receipt.id(), &deployment),
                    text(revoke, "text")
                );
                assert_eq!(texts::disown(since, &deployment), text(disown, "text"));
            }
        }
        let digest = receipt.digest();
        let revoked = verify_revocation(&deployment, &attester, &digest, &sign(revoke), &C);
        assert_eq!(revoked, Ok(receipt.id()));
        assert_eq!(
            verify_disownment(&deployment, &attester, since, &sign(disown), &C),
            Ok(())
        );
        // C3: nor for another deployment, another receipt, another block, or each other.
        assert!(verify_revocation(&disputes, &attester, &digest, &sign(revoke), &C).is_err());
        assert!(
            verify_revocation(&deployment, &attester, &Digest::ZERO, &sign(revoke), &C).is_err()
        );
        assert!(verify_revocation(&deployment, &attester, &digest, &sign(disown), &C).is_err());
        assert!(
            verify_revocation(&deployment, &attester, &digest, &receipt.signature, &C).is_err()
        );
        assert!(verify_disownment(&disputes, &attester, since, &sign(disown), &C).is_err());
        assert!(verify_disownment(&deployment, &attester, since + 1, &sign(disown), &C).is_err());
        assert!(verify_disownment(&deployment, &attester, since, &sign(revoke), &C).is_err());

        let (claim, Attester::Secp256k1(address)) = (&entry["claim"], attester) else {
            continue;
        };
        let account: AccountId = id(claim, "account");
        let digest = eip712::claim_digest(&disputes, &receipt.id(), &account, &C);
        assert_eq!(digest, id::<Digest>(claim, "digest"));
        let verify = |deployment: &Deployment, account: &AccountId| {
            verify_claim(
                deployment,
                &address,
                &receipt.id(),
                account,
                &sign(claim),
                &C,
            )
        };
        assert_eq!(verify(&disputes, &account), Ok(()));
        assert!(verify(&deployment, &account).is_err());
        assert!(verify(&disputes, &AccountId::ZERO).is_err());
    }
}

#[test]
fn batches_5_4() {
    let all = vectors("protocol.json");
    let sealed: Vec<SealedId> = entries(&all, "receipts")
        .iter()
        .map(|entry| verified(entry).sealed())
        .collect();
    for batch in entries(&all, "batches") {
        let size = usize::try_from(number(batch, "size")).unwrap();
        let leaves = sealed.get(..size).unwrap();
        for proof in entries(batch, "proofs") {
            let index = usize::try_from(number(proof, "index")).unwrap();
            let receipt = verified(&entries(&all, "receipts")[index]);
            let anchor = AnchorProof::new(receipt.id(), leaves, index, &C).unwrap();
            assert_eq!(anchor.root.to_bytes(), array(batch, "root"));
            assert_eq!(anchor.path, hashes(proof, "path"));
            let anchored = anchor.verify(&receipt, &C).unwrap();
            assert_eq!(
                (anchored.root(), anchored.size()),
                (anchor.root, number(batch, "size"))
            );
        }
        let hashes: Vec<_> = leaves
            .iter()
            .map(|id| merkle::leaf_hash(&C, id.as_ref()))
            .collect();
        assert_eq!(merkle::root(&C, &hashes), array(batch, "root"));
    }
}

#[test]
fn openings_2_4_and_4_9() {
    let all = vectors("protocol.json");
    for entry in entries(&all, "openings") {
        let receipt = nth_receipt(&all, entry);
        let file = text(entry, "canonical");
        let opening = Opening::from_file(file.as_bytes()).unwrap();
        assert_eq!(opening.to_file(), file);
        let index = usize::try_from(number(entry, "commitment_index")).unwrap();
        let expected = entries(&entries(&all, "commitments")[index], "items");
        let opened = opening.verify(&receipt, &C).unwrap();
        for item in opened.opened() {
            let expected = &expected[usize::try_from(item.index).unwrap()];
            assert_eq!(item.item.to_bytes(), bytes(expected, "item"));
        }
    }
}

#[test]
fn anchors_bundles_and_links_4_9() {
    let all = vectors("protocol.json");
    for entry in entries(&all, "anchors") {
        let file = text(entry, "canonical");
        let anchor = AnchorProof::from_file(file.as_bytes()).unwrap();
        assert_eq!(anchor.to_file(), file);
        anchor.verify(&nth_receipt(&all, entry), &C).unwrap();
    }
    for entry in entries(&all, "bundles") {
        let file = text(entry, "canonical");
        let bundle = Bundle::from_file(file.as_bytes(), &C).unwrap();
        assert_eq!(bundle.to_file(&C), file);
        let link = text(entry, "link_fragment");
        assert_eq!(bundle.to_fragment(&C), link);
        assert_eq!(Bundle::from_link(link, &C).unwrap(), bundle);
        let whole = format!("https://example.org/verify{link}");
        assert_eq!(Bundle::from_link(&whole, &C).unwrap(), bundle);
        let verified = bundle.verify(&C).unwrap();
        assert_eq!(verified.receipt().id(), nth_receipt(&all, entry).id());
    }
}

/// R3: every file of the list is refused with a typed reason, by its reader or by verification
/// against the receipt that it names.
#[test]
fn refused_files_4_9() {
    let all = vectors("protocol.json");
    let receipts: Vec<_> = entries(&all, "receipts").iter().map(verified).collect();
    let batches: Vec<([u8; 32], u64)> = entries(&all, "batches")
        .iter()
        .map(|batch| (array(batch, "root"), number(batch, "size")))
        .collect();
    // The receipt that a file names; if there is none, any refuses it.
    let of = |id| {
        receipts
            .iter()
            .find(|receipt| receipt.id() == id)
            .unwrap_or(&receipts[0])
    };
    for entry in entries(&all, "refused_files") {
        let (why, file) = (text(entry, "why"), text(entry, "file"));
        let reason = match File::parse(file.as_bytes(), &C) {
            Err(error) => error.to_string(),
            Ok(File::Receipt(receipt)) => receipt.verify(&C).expect_err(why).to_string(),
            Ok(File::Bundle(bundle)) => bundle.verify(&C).expect_err(why).to_string(),
            Ok(File::Opening(opening)) => {
                let receipt = of(opening.receipt);
                opening.verify(receipt, &C).expect_err(why).to_string()
            }
            Ok(File::Anchor(anchor)) => {
                let receipt = of(anchor.receipt);
                match anchor.verify(receipt, &C) {
                    Err(error) => error.to_string(),
                    // A root does not commit to its size (5.4): the chain, whose anchors are
                    // keyed by both, knows no such batch.
                    Ok(anchored) => {
                        let known = (anchored.root().to_bytes(), anchored.size());
                        assert!(!batches.contains(&known), "{why}");
                        "the chain holds no such batch".into()
                    }
                }
            }
        };
        assert!(!reason.is_empty(), "{why}");
    }
}

#[test]
fn formats_are_read_first_4_9() {
    use countersign_shared::files::FileError;
    let all = vectors("protocol.json");
    let file = text(&entries(&all, "receipts")[0], "file_canonical");
    assert_eq!(Format::of(file.as_bytes()), Ok(Format::Receipt));
    for newer in [
        "countersign/receipt/2",
        "countersign/receipt/10",
        "countersign/run-log/1",
    ] {
        let altered = file.replace("countersign/receipt/1", newer);
        let expected = Err(FileError::UnsupportedVersion(newer.into()));
        assert_eq!(File::parse(altered.as_bytes(), &C), expected);
    }
    // Even if a later version holds what ours must not.
    let later = br#"{"format":"countersign/receipt/7","score":0.5,"a":1,"a":2}"#;
    assert!(matches!(
        File::parse(later, &C),
        Err(FileError::UnsupportedVersion(_))
    ));
    for foreign in [
        r#"{"format":"countersign/receipt/01"}"#,
        r#"{"format":"countersign/receipt/1/2"}"#,
        r#"{"format":"countersign//1"}"#,
        r#"{"format":"Countersign/receipt/1"}"#,
        r#"{"format":1}"#,
        r#"{"a":{"format":"countersign/receipt/1"}}"#,
        r#""countersign/receipt/1""#,
        "[]",
    ] {
        assert_eq!(
            File::parse(foreign.as_bytes(), &C),
            Err(FileError::NotOurs),
            "{foreign}"
        );
    }
    let twice = r#"{"format":"countersign/receipt/1","format":"countersign/receipt/2"}"#;
    assert!(matches!(
        File::parse(twice.as_bytes(), &C),
        Err(FileError::Json(_))
    ));
    let expected = FileError::OtherFormat {
        expected: Format::Anchor,
        found: Format::Receipt,
    };
    assert_eq!(AnchorProof::from_file(file.as_bytes()), Err(expected));
}
