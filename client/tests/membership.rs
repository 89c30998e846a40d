//! Whether a receipt's proof leads to a batch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use common::*;
use countersign_client::verify::{membership, Finding};
use countersign_shared::chain::BatchKey;
use countersign_shared::files::{AnchorError, AnchorProof, Bundle};
use countersign_shared::id::{BatchRoot, SealedId};
use countersign_shared::{Lane, Software};

fn made() -> Bundle {
    Making::new(Lane::Replay).bundle(false, true)
}

/// The receipt's proof at `index` of a batch of `size`, and the batch.
fn proved(bundle: &Bundle, index: usize, size: u8) -> (AnchorProof, BatchKey) {
    let verified = bundle.receipt.verify(&Software).unwrap();
    let mut batch: Vec<SealedId> = (0..size).map(|leaf| SealedId::new([leaf; 32])).collect();
    batch[index] = verified.sealed();
    let proof = AnchorProof::new(verified.id(), &batch, index, &Software).unwrap();
    let key = BatchKey {
        root: proof.root,
        size: proof.size,
    };
    (proof, key)
}

#[test]
fn a_proof_leads_to_its_own_batch_and_to_no_other() {
    let mut bundle = made();
    let (proof, batch) = proved(&bundle, 2, 5);
    let (other, elsewhere) = proved(&bundle, 0, 3);
    bundle.anchors = vec![other, proof];
    let document = bundle.to_file(&Software);
    let found = membership(document.as_bytes(), &[], batch).unwrap();
    assert_eq!(found.index, Some(2));
    assert_eq!(found.elsewhere, [elsewhere]);
    let nowhere = BatchKey {
        root: BatchRoot::new([9; 32]),
        size: 5,
    };
    let found = membership(document.as_bytes(), &[], nowhere).unwrap();
    assert_eq!(found.index, None);
    assert_eq!(found.elsewhere, [elsewhere, batch]);
    // The root alone names no batch.
    let grown = BatchKey { size: 6, ..batch };
    assert_eq!(
        membership(document.as_bytes(), &[], grown).unwrap().index,
        None
    );
}

#[test]
fn a_proof_may_come_apart_from_its_receipt() {
    let bundle = made();
    let (proof, batch) = proved(&bundle, 0, 2);
    let document = bundle.to_file(&Software);
    let without = membership(document.as_bytes(), &[], batch).unwrap();
    assert_eq!((without.index, without.elsewhere.len()), (None, 0));
    let apart = [proof.to_file().into_bytes()];
    let with = membership(document.as_bytes(), &apart, batch).unwrap();
    assert_eq!(with.index, Some(0));
}

#[test]
fn what_is_wrong_is_refused_and_not_called_another_batch() {
    let mut bundle = made();
    let (mut proof, batch) = proved(&bundle, 1, 4);
    proof.path[0][0] ^= 1;
    bundle.anchors = vec![proof];
    let document = bundle.to_file(&Software);
    assert_eq!(
        membership(document.as_bytes(), &[], batch),
        Err(Finding::AnchorProof(AnchorError::Root))
    );
    assert!(matches!(
        membership(b"no receipt", &[], batch),
        Err(Finding::File(_))
    ));
}
