//! Openings, anchor proofs and references bind everything they name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{bundle, deployment, ethereum_receipt, statement};
use countersign_shared::commit::{Committed, OpenedItem, Side};
use countersign_shared::files::{
    AnchorError, AnchorProof, Bundle, BundleError, Opening, OpeningError,
};
use countersign_shared::id::Seed;
use countersign_shared::item::{Item, Name};
use countersign_shared::merkle;
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::reference::{self, Link};
use countersign_shared::Software;

const C: Software = Software;

/// An attester who commits to two items of one name could show one to some, the other to others.
#[test]
fn ambiguous_commitments_are_refused_2_2() {
    let two: Vec<Item> = [b"yes", b"no!"]
        .iter()
        .map(|data| Item::file(name("result"), *data, &C))
        .collect();
    assert!(Committed::new(Side::Output, &Seed::new([1; 32]), two.clone(), &C).is_err());
    // So the attester builds the tree by hand.
    let salt = [9; 32].into();
    let leaf = |item: &Item| countersign_shared::commit::leaf_hash(&salt, item, &C);
    let leaves: Vec<_> = two.iter().map(leaf).collect();
    let root = merkle::root(&C, &leaves);
    let mut statement = statement();
    statement.run.output = countersign_shared::commit::commitment(Side::Output, 2, &root, &C);
    let receipt = ethereum_receipt(statement, deployment())
        .verify(&C)
        .unwrap();
    let items: Vec<_> = two
        .into_iter()
        .zip(0_u32..)
        .map(|(item, index)| {
            let path = merkle::prove(&C, &leaves, usize::try_from(index).unwrap()).unwrap();
            OpenedItem {
                index,
                item,
                salt,
                path,
            }
        })
        .collect();
    let open = |items: &[OpenedItem]| Opening {
        receipt: receipt.id(),
        side: Side::Output,
        count: 2,
        items: items.to_vec(),
    };
    let both = open(&items).verify(&receipt, &C);
    assert_eq!(both, Err(OpeningError::Order { index: 1 }));
    // Nor may two openings in one bundle show them apart.
    let apart: Vec<_> = items.chunks(1).map(open).collect();
    for opening in &apart {
        assert!(opening.clone().verify(&receipt, &C).is_ok());
    }
    let bundle = Bundle {
        receipt: receipt.into_inner(),
        openings: apart,
        anchors: Vec::new(),
    };
    assert_eq!(
        bundle.verify(&C),
        Err(BundleError::Contradiction(Side::Output))
    );
}

/// The same opening twice, or overlapping ones, contradict nothing.
#[test]
fn overlapping_openings_are_fine() {
    let mut bundle = bundle(false);
    bundle.openings.push(bundle.openings[0].clone());
    let verified = bundle.clone().verify(&C).unwrap();
    assert_eq!(verified.openings().len(), 3);
    assert_eq!(verified.receipt().id(), bundle.receipt.id(&C));
    assert_eq!(verified.anchors().len(), 1);
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// Openings bind receipt, side, count, index, item and salt.
#[test]
fn openings_bind_everything() {
    let bundle = bundle(false);
    let receipt = bundle.receipt.verify(&C).unwrap();
    let whole = bundle.openings[0].clone();
    assert!(whole.clone().verify(&receipt, &C).unwrap().is_complete());
    assert!(!bundle.openings[1]
        .clone()
        .verify(&receipt, &C)
        .unwrap()
        .is_complete());
    let refused = |alter: fn(&mut Opening)| {
        let mut altered = whole.clone();
        alter(&mut altered);
        altered.verify(&receipt, &C).unwrap_err()
    };
    let commitment = |index| OpeningError::Commitment { index };
    assert_eq!(
        refused(|opening| opening.side = Side::Output),
        commitment(0)
    );
    assert_eq!(refused(|opening| opening.count = 4), commitment(0));
    assert_eq!(
        refused(|opening| opening.items.clear()),
        OpeningError::Empty
    );
    assert_eq!(
        refused(|opening| opening.items.reverse()),
        OpeningError::Order { index: 1 }
    );
    assert_eq!(
        refused(|opening| opening.items[1].salt = [0; 32].into()),
        commitment(1)
    );
    assert_eq!(
        refused(|opening| opening.items[2].path.push([0; 32])),
        commitment(2)
    );
    assert!(matches!(
        refused(|opening| opening.receipt = [0; 32].into()),
        OpeningError::OtherReceipt { .. }
    ));
    let mut bad = bundle.clone();
    bad.openings[1].items[0].salt = [0; 32].into();
    let error = bad.verify(&C).unwrap_err();
    assert!(matches!(error, BundleError::Opening { position: 1, .. }));
}

#[test]
fn anchor_proofs_are_bounded_5_4() {
    let bundle = bundle(true);
    let receipt = bundle.receipt.verify(&C).unwrap();
    let proof = bundle.anchors[0].clone();
    let refused = |alter: fn(&mut AnchorProof)| {
        let mut altered = proof.clone();
        alter(&mut altered);
        altered.verify(&receipt, &C).unwrap_err()
    };
    assert_eq!(refused(|proof| proof.size = 0), AnchorError::Size(0));
    assert_eq!(
        refused(|proof| proof.size = (1 << 32) + 1),
        AnchorError::Size((1 << 32) + 1)
    );
    assert_eq!(refused(|proof| proof.index = 3), AnchorError::Index);
    assert_eq!(refused(|proof| proof.index = u64::MAX), AnchorError::Index);
    assert_eq!(refused(|proof| proof.path.clear()), AnchorError::PathLength);
    assert_eq!(
        refused(|proof| proof.size = 1 << 32),
        AnchorError::PathLength
    );
    assert_eq!(
        refused(|proof| proof.root = [0; 32].into()),
        AnchorError::Root
    );
    assert_eq!(refused(|proof| proof.index = 0), AnchorError::Root);
    assert!(matches!(
        refused(|proof| proof.receipt = [0; 32].into()),
        AnchorError::OtherReceipt { .. }
    ));
    // Another's batch cannot be claimed for one's own receipt: the leaf is the sealed id.
    let other = ethereum_receipt(statement(), deployment())
        .verify(&C)
        .unwrap();
    let stolen = AnchorProof {
        receipt: other.id(),
        ..proof
    };
    assert_eq!(stolen.verify(&other, &C), Err(AnchorError::Root));
}

/// 4.1: a reference is verified only by openings of both receipts that show the same bytes.
#[test]
fn references_4_1() {
    let handed_over = b"{\"label\":\"pdf\"}";
    let result = |data: &[u8]| Item::file(name("result"), data, &C);
    let from = |data: &[u8]| Item::file(name("from"), data, &C);
    let seed = Seed::new([5; 32]);
    let commit = |side, item: Item| Committed::new(side, &seed, vec![item], &C).unwrap();
    let earlier_output = commit(Side::Output, result(handed_over));
    let mut first = statement();
    first.run.output = earlier_output.commitment();
    let earlier = ethereum_receipt(first, deployment()).verify(&C).unwrap();
    let open = |receipt: &Verified<Receipt>, committed: &Committed| {
        let opening = Opening::complete(receipt.id(), committed, &C).unwrap();
        opening.verify(receipt, &C).unwrap()
    };
    let later = |item: Item, reference| {
        let input = commit(Side::Input, item);
        let mut second = statement();
        second.run.input = input.commitment();
        second.reference = reference;
        let receipt = ethereum_receipt(second, deployment()).verify(&C).unwrap();
        let opened = open(&receipt, &input);
        (receipt, opened)
    };
    let earlier_opened = open(&earlier, &earlier_output);
    let check = |(later, opened): (Verified<Receipt>, _)| {
        reference::check(&later, &earlier, &[opened, earlier_opened.clone()])
    };
    assert_eq!(
        check(later(from(handed_over), earlier.id())),
        Link::Verified
    );
    assert_eq!(check(later(from(b"other"), earlier.id())), Link::Claimed);
    // Bytes of equal length are not enough.
    assert_eq!(
        check(later(from(b"{\"label\":\"doc\"}"), earlier.id())),
        Link::Claimed
    );
    assert_eq!(
        check(later(result(handed_over), earlier.id())),
        Link::Claimed
    );
    assert_eq!(check(later(from(handed_over), [0; 32].into())), Link::None);
    assert_eq!(check(later(from(handed_over), [1; 32].into())), Link::None);
    let (receipt, opened) = later(from(handed_over), earlier.id());
    assert_eq!(
        reference::check(&receipt, &earlier, &[opened]),
        Link::Claimed
    );
    assert_eq!(
        reference::check(&receipt, &earlier, core::slice::from_ref(&earlier_opened)),
        Link::Claimed
    );
}
