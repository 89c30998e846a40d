//! Which disputes contract is believed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use common::*;
use countersign_client::stake::RELEASED_CODE;
use countersign_client::verify::ChainGap;
use countersign_client::Chain;
use countersign_shared::id::{AccountId, CodeHash};
use std::path::Path;

const DISPUTES: AccountId = AccountId::new([0x22; 32]);

#[test]
fn the_released_code_is_that_of_the_bundle() {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../releases/contracts");
    let bundle = std::fs::read(bundle.join("disputes.contract")).unwrap();
    let bundle: serde_json::Value = serde_json::from_slice(&bundle).unwrap();
    assert_eq!(
        bundle["source"]["hash"].as_str().unwrap(),
        RELEASED_CODE.to_string(),
        "after a release of the contracts, client/src/stake.rs names the new hash"
    );
}

#[test]
fn a_disputes_contract_with_other_code_than_the_released_one_is_not_believed() {
    let node = FakeNode::default();
    let released = |code| {
        // The node has this code at every account but the registry's.
        node.receipts_code.set(code);
        pollster::block_on(async {
            let chain = Chain::connect(&node).await.unwrap();
            let at = chain.finalised().await.unwrap();
            chain.released(DISPUTES, at).await
        })
    };
    assert_eq!(released(Some(RELEASED_CODE)), Ok(()));
    let found = CodeHash::new([0x66; 32]);
    let gap = ChainGap::OtherRelease {
        released: RELEASED_CODE,
        found,
    };
    assert!(gap.to_string().contains("It may be a look-alike."));
    assert_eq!(released(Some(found)), Err(gap));
    assert_eq!(released(None), Err(ChainGap::NoContract(DISPUTES)));
    // Staking looks at the code before anything that the contract says.
    node.receipts_code.set(Some(found));
    let terms = pollster::block_on(async {
        let chain = Chain::connect(&node).await.unwrap();
        let receipt = countersign_shared::id::ReceiptId::new([1; 32]);
        chain.stake_terms(DISPUTES, RECEIPTS, receipt).await
    });
    assert!(matches!(terms, Err(ChainGap::OtherRelease { .. })));
}
