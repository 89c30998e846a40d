//! `rfc6962.json`: trees, paths and what must not verify.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{array, bytes, entries, hashes, number, text, vectors};
use countersign_shared::merkle::{self, RootBuilder};
use countersign_shared::Software;
use proptest::prelude::*;

const C: Software = Software;

#[test]
fn trees() {
    let all = vectors("rfc6962.json");
    assert_eq!(merkle::empty_root(&C), array(&all, "empty_tree_root"));
    assert_eq!(merkle::root(&C, &[]), array(&all, "empty_tree_root"));
    for tree in entries(&all, "trees") {
        let leaves = hashes(tree, "leaf_hashes");
        for (entry, leaf) in entries(tree, "entries").iter().zip(&leaves) {
            let data = countersign_shared::hex::decode(entry.as_str().unwrap()).unwrap();
            assert_eq!(merkle::leaf_hash(&C, &data), *leaf);
        }
        assert_eq!(u64::try_from(leaves.len()).unwrap(), number(tree, "size"));
        let root = array(tree, "root");
        assert_eq!(merkle::root(&C, &leaves), root);
        for proof in entries(tree, "proofs") {
            let index = number(proof, "index");
            let position = usize::try_from(index).unwrap();
            let path = hashes(proof, "path");
            assert_eq!(merkle::prove(&C, &leaves, position), Some(path.clone()));
            let rebuilt =
                merkle::root_of_path(&C, number(tree, "size"), index, leaves[position], &path);
            assert_eq!(rebuilt, Some(root));
        }
        assert_eq!(merkle::prove(&C, &leaves, leaves.len()), None);
    }
}

#[test]
fn negatives() {
    for case in entries(&vectors("rfc6962.json"), "negative") {
        let leaf = merkle::leaf_hash(&C, &bytes(case, "entry"));
        let (size, index) = (number(case, "size"), number(case, "index"));
        let rebuilt = merkle::root_of_path(&C, size, index, leaf, &hashes(case, "path"));
        let accepted = rebuilt == Some(array(case, "root"));
        assert_eq!(
            accepted,
            text(case, "sigstore_verify") == "accept",
            "{}",
            text(case, "name")
        );
    }
}

proptest! {
    #[test]
    fn every_path_leads_to_the_root(count in 1_usize..200, seed: u8) {
        let leaves: Vec<_> =
            (0..count).map(|leaf| merkle::leaf_hash(&C, &[seed, leaf as u8])).collect();
        let mut builder = RootBuilder::new();
        for leaf in &leaves {
            builder.push(&C, *leaf);
        }
        let root = builder.root(&C);
        prop_assert_eq!(root, merkle::root(&C, &leaves));
        for index in 0..count {
            let mut path = merkle::prove(&C, &leaves, index).unwrap();
            let rebuild = |path: &[_]| {
                merkle::root_of_path(&C, count as u64, index as u64, leaves[index], path)
            };
            prop_assert_eq!(rebuild(&path), Some(root));
            path.push([0; 32]);
            prop_assert_eq!(rebuild(&path), None);
            path.truncate(path.len().saturating_sub(2));
            if count > 1 {
                prop_assert_eq!(rebuild(&path), None);
            }
        }
    }
}

/// An index beyond the tree is no leaf of it, even where a path of fitting length exists.
#[test]
fn no_path_leads_from_outside_the_tree() {
    let leaf = merkle::leaf_hash(&C, b"only");
    assert_eq!(merkle::root_of_path(&C, 1, 0, leaf, &[]), Some(leaf));
    for (size, index) in [(1, 1), (1, 2), (0, 0), (2, 2), (5, 5), (5, u64::MAX)] {
        for length in 0..6 {
            let path = vec![[0; 32]; length];
            assert_eq!(merkle::root_of_path(&C, size, index, leaf, &path), None);
        }
    }
}
