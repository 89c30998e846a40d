//! The shell on ink!'s off-chain environment, with the host's own signature checks: the vectors made by
//! other software are accepted, and what an attacker would try is not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod keys;

use countersign_shared::attester::{Attester, Lane};
use countersign_shared::chain::{
    BatchKey, BatchProof, Disownment, Moment, ReceiptsError, Setup, MAX_PAGE_ITEMS,
};
use countersign_shared::id::{
    AccountId, BatchRoot, Digest, EngineId, GenesisHash, SealedId, Sr25519Public,
};
use countersign_shared::receipt::Receipt;
use countersign_shared::signature::Signature;
use countersign_shared::{hex, merkle, Software};
use ink::env::{test, DefaultEnvironment};
use keys::{nobody, statement, Keys, CONTRACT, GENESIS};
use receipts::Receipts;
use scale::Encode;
use serde_json::Value;

/// The size of the buffer through which ink! reads and answers.
const BUFFER: usize = 16 * 1024;
const REGISTRY: AccountId = AccountId::new([7; 32]);
const BLOCK: u32 = 200;
const NOW: Moment = Moment {
    block: BLOCK,
    seconds: 1_790_000_000,
};

fn at_block(block: u32) -> Moment {
    let seconds = NOW.seconds + 6 * u64::from(block - BLOCK);
    test::set_block_number::<DefaultEnvironment>(block);
    test::set_block_timestamp::<DefaultEnvironment>(seconds * 1000 + 999);
    Moment { block, seconds }
}

fn deploy(genesis: GenesisHash, contract: AccountId) -> Receipts {
    test::set_callee::<DefaultEnvironment>(contract.to_bytes().into());
    at_block(BLOCK);
    Receipts::new(genesis, REGISTRY)
}

fn ours() -> (Receipts, Keys) {
    (deploy(GENESIS, CONTRACT), Keys::new(GENESIS, CONTRACT))
}

fn call_as(account: AccountId) {
    test::set_caller::<DefaultEnvironment>(account.to_bytes().into());
}

fn events() -> usize {
    test::recorded_events().count()
}

/// `protocol.json`, and the contract that it speaks of.
struct Vectors(Value);

impl Vectors {
    fn read() -> Self {
        let folder =
            std::env::var("COUNTERSIGN_VECTORS").unwrap_or_else(|_| "../../shared/vectors".into());
        Self(
            serde_json::from_slice(&std::fs::read(format!("{folder}/protocol.json")).unwrap())
                .unwrap(),
        )
    }

    fn deploy(&self) -> Receipts {
        let deployment = &self.0["deployment"];
        deploy(
            text(&deployment["genesis"]).parse().unwrap(),
            text(&deployment["receipts"]).parse().unwrap(),
        )
    }

    fn list(&self, key: &str) -> &[Value] {
        let list = self.0[key].as_array().unwrap();
        assert!(!list.is_empty());
        list
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn receipt_of(vector: &Value) -> Receipt {
    Receipt::from_file(text(&vector["file_canonical"]).as_bytes(), &Software).unwrap()
}

fn signature_of(attester: &Attester, value: &Value) -> Signature {
    let bytes = hex::decode(text(value)).unwrap();
    Signature::from_bytes(attester.kind(), &bytes).unwrap()
}

#[ink::test]
fn every_receipt_of_the_vectors_is_attested() {
    let vectors = Vectors::read();
    let mut contract = vectors.deploy();
    for vector in vectors.list("receipts") {
        let receipt = receipt_of(vector);
        let attested = contract
            .attest(receipt.attester, receipt.statement, receipt.signature)
            .unwrap();
        assert_eq!(attested.receipt.to_string(), text(&vector["receipt_id"]));
        assert_eq!(attested.sealed.to_string(), text(&vector["sealed_id"]));
        assert_eq!(attested.anchored, NOW);
        let digest: Digest = text(&vector["digest"]).parse().unwrap();
        let facts = contract
            .status(receipt.attester, digest, receipt.signature, None)
            .unwrap();
        assert_eq!(
            (facts.receipt, facts.sealed),
            (attested.receipt, attested.sealed)
        );
        assert_eq!((facts.anchored, facts.attested), (Some(NOW), Some(NOW)));
    }
}

#[ink::test]
fn every_revocation_of_the_vectors_is_accepted_and_no_other_c2() {
    let vectors = Vectors::read();
    let mut contract = vectors.deploy();
    let list = vectors.list("receipts");
    for vector in list {
        let receipt = receipt_of(vector);
        let digest: Digest = text(&vector["digest"]).parse().unwrap();
        let revocation = signature_of(&receipt.attester, &vector["revoke"]["signature"]);
        // The receipt's own signature revokes nothing, nor does this one revoke another receipt.
        let wrong = contract.revoke_signed(receipt.attester, digest, receipt.signature);
        assert_eq!(wrong, Err(ReceiptsError::SignatureInvalid));
        let wrong = contract.revoke_signed(receipt.attester, Digest::new([1; 32]), revocation);
        assert_eq!(wrong, Err(ReceiptsError::SignatureInvalid));
        assert_eq!(
            contract.revoke_signed(receipt.attester, digest, revocation),
            Ok(NOW)
        );
        let facts = contract
            .status(receipt.attester, digest, receipt.signature, None)
            .unwrap();
        assert_eq!(facts.revoked, Some(NOW));
    }
    assert_eq!(contract.revocations(0, 50).total as usize, list.len());
}

#[ink::test]
fn every_disownment_of_the_vectors_is_accepted() {
    let vectors = Vectors::read();
    let mut contract = vectors.deploy();
    for vector in vectors.list("receipts") {
        let attester = receipt_of(vector).attester;
        let since = u32::try_from(vector["disown"]["since"].as_u64().unwrap()).unwrap();
        let signature = signature_of(&attester, &vector["disown"]["signature"]);
        let other = contract.disown_signed(attester, since + 1, signature);
        assert_eq!(other, Err(ReceiptsError::SignatureInvalid));
        let stands = contract.disown_signed(attester, since, signature).unwrap();
        assert!(stands.since <= since);
        assert_eq!(stands.declared, NOW);
    }
}

#[ink::test]
fn every_batch_proof_of_the_vectors_leads_to_its_batch() {
    let vectors = Vectors::read();
    let mut contract = vectors.deploy();
    let receipts: Vec<Receipt> = vectors.list("receipts").iter().map(receipt_of).collect();
    let mut found = 0;
    for batch in vectors.list("batches") {
        let root: BatchRoot = text(&batch["root"]).parse().unwrap();
        let size = batch["size"].as_u64().unwrap();
        contract.anchor_batch(BatchKey { root, size }).unwrap();
        for proof in batch["proofs"].as_array().unwrap() {
            let index = proof["index"].as_u64().unwrap();
            let path = proof["path"].as_array().unwrap();
            let path: Vec<[u8; 32]> = path
                .iter()
                .map(|hash| hex::decode_array(text(hash)).unwrap())
                .collect();
            // The leaves are the receipts' sealed ids in order, as far as there are receipts.
            let Some(receipt) = receipts.get(index as usize) else {
                continue;
            };
            let digest = receipt.digest(&Software);
            let proof = BatchProof { size, index, path };
            let facts = contract
                .status(receipt.attester, digest, receipt.signature, Some(proof))
                .unwrap();
            assert_eq!(facts.batched, Some(NOW), "size {size} index {index}");
            assert_eq!(facts.anchored, None);
            found += 1;
        }
    }
    assert!(found > 5);
}

#[ink::test]
fn the_constructor_keeps_genesis_and_registry() {
    let (contract, _) = ours();
    assert_eq!(
        contract.deployment(),
        Setup {
            genesis: GENESIS,
            registry: REGISTRY
        }
    );
}

#[ink::test]
fn a_signature_for_another_chain_or_contract_is_refused_c3() {
    let (mut contract, keys) = ours();
    let elsewhere = [
        Keys::new(GenesisHash::new([8; 32]), CONTRACT),
        Keys::new(GENESIS, AccountId::new([8; 32])),
    ];
    for key in 0..4 {
        let attester = keys.attester(key);
        for other in &elsewhere {
            let wrong = Err(ReceiptsError::SignatureInvalid);
            let signature = other.sign_receipt(key, &statement(0));
            assert_eq!(
                contract
                    .attest(attester, statement(0), signature)
                    .map(|_| ()),
                wrong
            );
            let digest = statement(0).digest(&keys.deployment, &Software);
            let id = countersign_shared::id::ReceiptId::compute(&attester, &digest, &Software);
            let signature = other.sign_revocation(key, &id);
            assert_eq!(
                contract
                    .revoke_signed(attester, digest, signature)
                    .map(|_| ()),
                wrong
            );
            let signature = other.sign_disownment(key, 1);
            assert_eq!(
                contract.disown_signed(attester, 1, signature).map(|_| ()),
                wrong
            );
        }
    }
    assert_eq!(events(), 0);
}

/// One and the same code at two accounts: a message accepted by the first is refused by the second.
#[ink::test]
fn an_accepted_message_cannot_be_replayed_on_another_deployment_c3() {
    let (mut first, keys) = ours();
    let signature = keys.sign_receipt(0, &statement(0));
    first
        .attest(keys.attester(0), statement(0), signature)
        .unwrap();
    let mut second = deploy(GENESIS, AccountId::new([8; 32]));
    let replay = second.attest(keys.attester(0), statement(0), signature);
    assert_eq!(replay, Err(ReceiptsError::SignatureInvalid));
}

#[ink::test]
fn repeating_an_accepted_message_changes_nothing_c3() {
    let (mut contract, keys) = ours();
    let signed = statement(0);
    let attester = keys.attester(2);
    let signature = keys.sign_receipt(2, &signed);
    let digest = signed.digest(&keys.deployment, &Software);
    let id = countersign_shared::id::ReceiptId::compute(&attester, &digest, &Software);
    let revocation = keys.sign_revocation(2, &id);
    let disownment = keys.sign_disownment(2, 100);
    let batch = BatchKey {
        root: BatchRoot::new([1; 32]),
        size: 1 << 32,
    };
    for later in 0..3 {
        at_block(BLOCK + later);
        let attested = contract.attest(attester, signed, signature).unwrap();
        assert_eq!(attested.anchored, NOW);
        assert_eq!(contract.anchor(attested.sealed), Ok(NOW));
        assert_eq!(contract.anchor_batch(batch), Ok(NOW));
        assert_eq!(
            contract.revoke_signed(attester, digest, revocation),
            Ok(NOW)
        );
        let stands = Disownment {
            since: 100,
            declared: NOW,
        };
        assert_eq!(
            contract.disown_signed(attester, 100, disownment),
            Ok(stands)
        );
        // Anchored, Attested, BatchAnchored, Revoked, Disowned.
        assert_eq!(events(), 5);
    }
}

/// An anchor gives no rights (C2): whoever anchors first, the attester attests and revokes all the same.
#[ink::test]
fn anchoring_anothers_receipt_first_hinders_nothing_c2() {
    let (mut contract, keys) = ours();
    let signature = keys.sign_receipt(3, &statement(0));
    let digest = statement(0).digest(&keys.deployment, &Software);
    call_as(AccountId::new([0xee; 32]));
    let sealed = {
        let attester = keys.attester(3);
        let id = countersign_shared::id::ReceiptId::compute(&attester, &digest, &Software);
        SealedId::compute(&id, &signature, &Software)
    };
    contract.anchor(sealed).unwrap();
    let later = at_block(BLOCK + 1);
    let attested = contract
        .attest(keys.attester(3), statement(0), signature)
        .unwrap();
    assert_eq!(attested.anchored, NOW);
    call_as(keys.account(3));
    assert_eq!(contract.revoke(digest), Ok(later));
    let facts = contract
        .status(keys.attester(3), digest, signature, None)
        .unwrap();
    assert_eq!((facts.attested, facts.revoked), (Some(later), Some(later)));
}

/// The caller is hashed into the ReceiptId: a stranger's call names a receipt that nobody has (C2).
#[ink::test]
fn a_stranger_revokes_and_disowns_only_itself_c2() {
    let (mut contract, keys) = ours();
    let digest = statement(0).digest(&keys.deployment, &Software);
    call_as(AccountId::new([0xee; 32]));
    contract.revoke(digest).unwrap();
    contract.disown(0).unwrap();
    for key in 0..4 {
        let signature = keys.sign_receipt(key, &statement(0));
        let facts = contract
            .status(keys.attester(key), digest, signature, None)
            .unwrap();
        assert_eq!((facts.revoked, facts.disowned), (None, None));
    }
}

/// An Ethereum address is no account: padding one with zeros and calling as that account gives nothing.
#[ink::test]
fn an_account_made_of_an_address_cannot_revoke_for_it_c2() {
    let (mut contract, keys) = ours();
    let attester = keys.attester(0);
    let digest = statement(0).digest(&keys.deployment, &Software);
    let Attester::Secp256k1(address) = attester else {
        unreachable!()
    };
    call_as(AccountId::new(address.to_word()));
    contract.revoke(digest).unwrap();
    let signature = keys.sign_receipt(0, &statement(0));
    assert_eq!(
        contract
            .status(attester, digest, signature, None)
            .unwrap()
            .revoked,
        None
    );
}

#[ink::test]
fn nothing_is_accepted_for_those_whom_anyone_can_sign_for_c3() {
    let (mut contract, keys) = ours();
    let digest = Digest::new([1; 32]);
    let forbidden = ReceiptsError::AttesterForbidden;
    for key in [0, 2] {
        let nobody = nobody(&keys.attester(key));
        let signature = keys.sign_receipt(key, &statement(0));
        assert_eq!(
            contract.attest(nobody, statement(0), signature),
            Err(forbidden)
        );
        assert_eq!(
            contract.revoke_signed(nobody, digest, signature),
            Err(forbidden)
        );
        assert_eq!(contract.disown_signed(nobody, 0, signature), Err(forbidden));
        assert_eq!(
            contract.status(nobody, digest, signature, None),
            Err(forbidden)
        );
    }
    // The forgery that everybody can make for the identity key: R = identity, s = 0.
    let mut forged = [0; 64];
    forged[63] = 0x80;
    let identity = Attester::Sr25519(Sr25519Public::ZERO);
    assert_eq!(
        contract.attest(identity, statement(0), Signature::Sr25519(forged)),
        Err(forbidden)
    );
    // The chain may let the identity key's owner, everybody, call: the contract does not.
    call_as(AccountId::ZERO);
    assert_eq!(contract.revoke(digest), Err(forbidden));
    assert_eq!(contract.disown(0), Err(forbidden));
}

/// The order of the curve secp256k1, big-endian.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// `n − s` with the other v recovers the same key: the twin that anybody can make is refused (PROTOCOL 4.6).
#[ink::test]
fn the_twin_of_a_signature_is_refused() {
    let (mut contract, keys) = ours();
    let Signature::Secp256k1(good) = keys.sign_receipt(0, &statement(0)) else {
        unreachable!()
    };
    let mut twin = good;
    let mut borrow = 0;
    for at in (0..32).rev() {
        let difference = i32::from(ORDER[at]) - i32::from(good[32 + at]) - borrow;
        borrow = i32::from(difference < 0);
        twin[32 + at] = difference.rem_euclid(256) as u8;
    }
    twin[64] = 27 + 28 - good[64];
    let digest = statement(0).digest(&keys.deployment, &Software);
    let mut recovered = [0; 33];
    ink::env::ecdsa_recover(&twin, digest.as_bytes(), &mut recovered).unwrap();
    let mut address = [0; 20];
    ink::env::ecdsa_to_eth_address(&recovered, &mut address).unwrap();
    assert_eq!(
        Attester::Secp256k1(address.into()),
        keys.attester(0),
        "the twin is a signature"
    );
    let refused = contract.attest(keys.attester(0), statement(0), Signature::Secp256k1(twin));
    assert_eq!(refused, Err(ReceiptsError::SignatureForm));
    for (at, byte) in [(64, 0), (64, 1), (64, 29), (64, 255)] {
        let mut odd = good;
        odd[at] = byte;
        let refused = contract.attest(keys.attester(0), statement(0), Signature::Secp256k1(odd));
        assert_eq!(refused, Err(ReceiptsError::SignatureForm));
    }
    for zeros in [0..32, 32..64] {
        let mut odd = good;
        odd[zeros].fill(0);
        let refused = contract.attest(keys.attester(0), statement(0), Signature::Secp256k1(odd));
        assert_eq!(refused, Err(ReceiptsError::SignatureForm));
    }
}

#[ink::test]
fn any_changed_bit_of_statement_or_signature_is_refused_c3() {
    let (mut contract, keys) = ours();
    for key in [0, 2] {
        let signed = statement(0);
        let signature = keys.sign_receipt(key, &signed);
        let mut others = vec![signed; 8];
        others[0].run.model = [0x10; 32].into();
        others[1].run.lane = Lane::Fast;
        others[2].time += 1;
        others[3].expiration = 1;
        others[4].recipient = [1; 20].into();
        others[5].reference = [1; 32].into();
        others[6].salt = [1; 32].into();
        others[7].run.beacon = [1; 32].into();
        for other in others {
            let refused = contract.attest(keys.attester(key), other, signature);
            assert_eq!(refused, Err(ReceiptsError::SignatureInvalid));
        }
        let bytes = signature.as_bytes();
        for bit in (0..bytes.len() * 8).step_by(11) {
            let mut altered = bytes.to_vec();
            altered[bit / 8] ^= 1 << (bit % 8);
            let altered = Signature::from_bytes(keys.attester(key).kind(), &altered).unwrap();
            let refused = contract.attest(keys.attester(key), signed, altered);
            assert!(
                matches!(
                    refused,
                    Err(ReceiptsError::SignatureInvalid | ReceiptsError::SignatureForm)
                ),
                "bit {bit}: {refused:?}"
            );
        }
    }
    assert_eq!(contract.anchors(0, 1).total, 0);
}

#[ink::test]
fn the_exact_lane_demands_the_exact_engine() {
    let (mut contract, keys) = ours();
    let mut exact = statement(0);
    exact.run.lane = Lane::Exact;
    let signature = keys.sign_receipt(0, &exact);
    assert_eq!(
        contract.attest(keys.attester(0), exact, signature),
        Err(ReceiptsError::ReceiptInvalid)
    );
    exact.run.engine = EngineId::EXACT;
    let signature = keys.sign_receipt(0, &exact);
    assert!(contract.attest(keys.attester(0), exact, signature).is_ok());
}

#[ink::test]
fn a_batch_has_1_to_2_pow_32_leaves() {
    let (mut contract, _) = ours();
    let root = BatchRoot::new([1; 32]);
    for size in [0, (1 << 32) + 1, u64::MAX] {
        assert_eq!(
            contract.anchor_batch(BatchKey { root, size }),
            Err(ReceiptsError::BatchSize)
        );
    }
    for size in [1, 2, 1 << 32] {
        assert_eq!(contract.anchor_batch(BatchKey { root, size }), Ok(NOW));
    }
    assert_eq!(contract.batches(0, 50).total, 3);
}

/// Somebody anchors a batch's root with a wrong size first: the right pair is another cell.
#[ink::test]
fn a_wrong_size_spoils_nothing() {
    let (mut contract, keys) = ours();
    let digest = statement(0).digest(&keys.deployment, &Software);
    let signature = keys.sign_receipt(1, &statement(0));
    let sealed = contract
        .status(keys.attester(1), digest, signature, None)
        .unwrap()
        .sealed;
    let leaves: Vec<_> = [sealed, SealedId::new([1; 32]), SealedId::new([2; 32])]
        .iter()
        .map(|id| merkle::leaf_hash(&Software, id.as_ref()))
        .collect();
    let root = BatchRoot::new(merkle::root(&Software, &leaves));
    let proof = BatchProof {
        size: 3,
        index: 0,
        path: merkle::prove(&Software, &leaves, 0).unwrap(),
    };
    contract.anchor_batch(BatchKey { root, size: 4 }).unwrap();
    let ask = |contract: &Receipts, proof: BatchProof| {
        contract.status(keys.attester(1), digest, signature, Some(proof))
    };
    assert_eq!(ask(&contract, proof.clone()).unwrap().batched, None);
    let later = at_block(BLOCK + 1);
    contract.anchor_batch(BatchKey { root, size: 3 }).unwrap();
    assert_eq!(ask(&contract, proof.clone()).unwrap().batched, Some(later));
    for (size, index) in [(3, 3), (0, 0), (1 << 33, 0), (1, 0), (u64::MAX, u64::MAX)] {
        let wrong = ask(
            &contract,
            BatchProof {
                size,
                index,
                ..proof.clone()
            },
        );
        assert!(
            matches!(
                wrong,
                Err(ReceiptsError::ProofInvalid | ReceiptsError::BatchSize)
            ),
            "{size} {index}"
        );
    }
    // A path of four hundred hashes, as long as the buffer takes, is refused like any other.
    let long = BatchProof {
        path: vec![[0; 32]; 400],
        ..proof
    };
    assert_eq!(ask(&contract, long), Err(ReceiptsError::ProofInvalid));
}

/// A batch's root anchored as if it were a SealedId, and the other way round, prove nothing.
#[ink::test]
fn single_anchors_and_batches_are_not_confused() {
    let (mut contract, keys) = ours();
    let digest = statement(0).digest(&keys.deployment, &Software);
    let signature = keys.sign_receipt(0, &statement(0));
    let sealed = contract
        .status(keys.attester(0), digest, signature, None)
        .unwrap()
        .sealed;
    let root = merkle::leaf_hash(&Software, sealed.as_ref());
    contract.anchor(SealedId::new(root)).unwrap();
    contract
        .anchor_batch(BatchKey {
            root: BatchRoot::new(sealed.to_bytes()),
            size: 1,
        })
        .unwrap();
    let proof = BatchProof {
        size: 1,
        index: 0,
        path: vec![],
    };
    let facts = contract
        .status(keys.attester(0), digest, signature, Some(proof))
        .unwrap();
    assert_eq!((facts.anchored, facts.batched), (None, None));
}

/// PROTOCOL 5.6: `since` never lies in the future, only falls, and the first declaration stays.
#[ink::test]
fn a_thief_cannot_soften_a_disownment() {
    let (mut contract, keys) = ours();
    call_as(keys.account(2));
    assert_eq!(
        contract.disown(BLOCK + 1),
        Err(ReceiptsError::SinceInFuture)
    );
    assert_eq!(contract.disown(u32::MAX), Err(ReceiptsError::SinceInFuture));
    assert_eq!(
        contract.disown(BLOCK),
        Ok(Disownment {
            since: BLOCK,
            declared: NOW
        })
    );
    // Whoever stole the key calls again: neither a later `since` nor a later declaration results.
    at_block(BLOCK + 100);
    let stands = Disownment {
        since: BLOCK,
        declared: NOW,
    };
    assert_eq!(contract.disown(BLOCK + 100), Ok(stands));
    assert_eq!(
        contract.disown(90),
        Ok(Disownment {
            since: 90,
            declared: NOW
        })
    );
    assert_eq!(
        contract.disown(91),
        Ok(Disownment {
            since: 90,
            declared: NOW
        })
    );
    // Signed for a block that has not come, it is accepted once the block is there.
    let signature = keys.sign_disownment(0, u64::from(BLOCK) + 101);
    let early = contract.disown_signed(keys.attester(0), BLOCK + 101, signature);
    assert_eq!(early, Err(ReceiptsError::SinceInFuture));
    at_block(BLOCK + 101);
    assert!(contract
        .disown_signed(keys.attester(0), BLOCK + 101, signature)
        .is_ok());
    assert_eq!(contract.disownments(0, 50).total, 2);
}

#[ink::test]
fn a_disowned_revoked_or_expired_receipt_is_still_attested() {
    let (mut contract, keys) = ours();
    let mut signed = statement(0);
    signed.expiration = 1;
    let digest = signed.digest(&keys.deployment, &Software);
    call_as(keys.account(2));
    contract.disown(0).unwrap();
    contract.revoke(digest).unwrap();
    let signature = keys.sign_receipt(2, &signed);
    assert!(contract.attest(keys.attester(2), signed, signature).is_ok());
}

#[ink::test]
fn the_other_kind_of_signature_is_refused() {
    let (mut contract, keys) = ours();
    let digest = statement(0).digest(&keys.deployment, &Software);
    for (signer, attester) in [(0, 2), (2, 0)] {
        let signature = keys.sign_receipt(signer, &statement(0));
        let attester = keys.attester(attester);
        let wrong = ReceiptsError::SignatureKind;
        assert_eq!(
            contract.attest(attester, statement(0), signature),
            Err(wrong)
        );
        assert_eq!(
            contract.status(attester, digest, signature, None),
            Err(wrong)
        );
    }
}

/// The largest answers there can be fit ink!'s buffer; two bytes are the outer results' tags.
#[ink::test]
fn the_largest_answers_fit_the_buffer_c1() {
    let (mut contract, keys) = ours();
    for n in 0..=MAX_PAGE_ITEMS {
        let mut signed = statement(0);
        signed.time = u64::from(n);
        let attester = keys.attester(2);
        let digest = signed.digest(&keys.deployment, &Software);
        contract
            .attest(attester, signed, keys.sign_receipt(2, &signed))
            .unwrap();
        contract
            .anchor_batch(BatchKey {
                root: BatchRoot::new([1; 32]),
                size: u64::from(n) + 1,
            })
            .unwrap();
        call_as(AccountId::new([n as u8 + 1; 32]));
        contract.revoke(digest).unwrap();
        contract.disown(0).unwrap();
    }
    let sizes = [
        contract.anchors(1, u32::MAX).encoded_size(),
        contract.batches(1, u32::MAX).encoded_size(),
        contract.attestations(1, u32::MAX).encoded_size(),
        contract.revocations(1, u32::MAX).encoded_size(),
        contract.disownments(1, u32::MAX).encoded_size(),
    ];
    assert!(
        sizes.iter().all(|size| *size > 2000 && size + 2 <= BUFFER),
        "{sizes:?}"
    );
    assert_eq!(
        contract.attestations(1, u32::MAX).items.len(),
        MAX_PAGE_ITEMS as usize
    );
}
