//! A node that holds finality back, and loses blocks when it is told to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use serde_json::{json, Value};
use sp_core::Pair;

use support::{
    transaction::{balance, key, signed, signed_for_now, transfer, UNIT},
    Connection, Node, NEVER,
};

const BEFORE: u128 = 1_000_000 * UNIT;

fn start() -> Node {
    Node::start_with(None, NEVER, &["--finalise-after", "3"])
}

/// Sends a transfer of one unit to Bob and waits until a block holds it; its parent.
async fn sent(rpc: &mut Connection, nonce: u32) -> Value {
    let call = transfer(&key("//Bob").public(), UNIT);
    let transaction = signed(rpc, &key("//Alice"), nonce, &call).await;
    included(rpc, &transaction).await
}

/// Sends a transaction and waits until a block holds it; its parent.
async fn included(rpc: &mut Connection, transaction: &str) -> Value {
    let parent = rpc.call("chain_getBlockHash", json!([])).await;
    rpc.call("author_submitAndWatchExtrinsic", json!([transaction]))
        .await;
    while rpc.notification().await.get("inBlock").is_none() {}
    parent
}

/// The next nonce of Alice, whose transactions these are.
async fn nonce(rpc: &mut Connection) -> Value {
    rpc.call("system_accountNextIndex", json!([ALICE])).await
}

async fn bob(rpc: &mut Connection) -> u128 {
    balance(rpc, &key("//Bob").public()).await
}

#[tokio::test]
async fn a_block_is_final_when_enough_stand_on_it() {
    let node = start();
    let mut rpc = node.connect().await;
    rpc.call("dev_seal", json!([3])).await;
    assert_eq!((rpc.height().await, rpc.final_height().await), (3, 0));
    let best = rpc.call("dev_seal", json!([2])).await;
    assert_eq!((rpc.height().await, rpc.final_height().await), (5, 2));
    assert_eq!(rpc.call("chain_getBlockHash", json!([5])).await, best);
}

#[tokio::test]
async fn a_transaction_of_a_lost_block_is_taken_again() {
    let node = start();
    let mut rpc = node.connect().await;
    rpc.call("dev_seal", json!([2])).await;
    let parent = sent(&mut rpc, 0).await;
    assert_eq!(bob(&mut rpc).await, BEFORE + UNIT);
    let lost = rpc.call("chain_getBlockHash", json!([3])).await;

    let mut watcher = node.connect().await;
    watcher.call("chain_subscribeNewHeads", json!([])).await;
    rpc.call("dev_reorganise", json!([parent, false])).await;
    assert_ne!(rpc.call("chain_getBlockHash", json!([3])).await, lost);
    // Both blocks of the other chain, and the one that takes the transaction again.
    while watcher.notification().await["number"] != "0x5" {}
    assert_eq!(bob(&mut rpc).await, BEFORE + UNIT);
    assert_eq!(nonce(&mut rpc).await, 1);
    rpc.call("dev_seal", json!([3])).await;
    assert_eq!(rpc.final_height().await, 5);
}

/// The later one waits for the other one when both come back, and is not reported then.
#[tokio::test]
async fn transactions_of_one_account_in_several_lost_blocks_come_back_together() {
    for forget in [false, true] {
        let node = start();
        let mut rpc = node.connect().await;
        rpc.call("dev_seal", json!([2])).await;
        let parent = sent(&mut rpc, 0).await;
        sent(&mut rpc, 1).await;
        assert_eq!(bob(&mut rpc).await, BEFORE + 2 * UNIT);
        let mut watcher = node.connect().await;
        watcher.call("chain_subscribeNewHeads", json!([])).await;
        rpc.call("dev_reorganise", json!([parent, forget])).await;
        let mut kept = 0;
        if forget {
            assert_eq!(nonce(&mut rpc).await, 0);
            rpc.call("dev_seal", json!([1])).await;
        } else {
            assert_eq!(nonce(&mut rpc).await, 2);
            kept = 2 * UNIT;
            // Three blocks of the other chain, and the one that takes both again.
            while watcher.notification().await["number"] != "0x6" {}
        }
        assert_eq!(rpc.height().await, 6);
        assert_eq!(bob(&mut rpc).await, BEFORE + kept);
    }
}

/// As on any chain: the signature names a block that the new chain has not.
#[tokio::test]
async fn what_was_signed_over_a_lost_block_does_not_come_back() {
    for forget in [false, true] {
        let node = start();
        let mut rpc = node.connect().await;
        let parent = rpc.call("dev_seal", json!([2])).await;
        rpc.call("dev_seal", json!([1])).await;
        let call = transfer(&key("//Bob").public(), UNIT);
        let transaction = signed_for_now(&mut rpc, &key("//Alice"), 0, &call).await;
        included(&mut rpc, &transaction).await;
        assert_eq!(bob(&mut rpc).await, BEFORE + UNIT);
        rpc.call("dev_reorganise", json!([parent, forget])).await;
        assert_eq!(nonce(&mut rpc).await, 0);
        rpc.call("dev_seal", json!([1])).await;
        assert_eq!((rpc.height().await, rpc.final_height().await), (6, 3));
        assert_eq!(bob(&mut rpc).await, BEFORE);
        sent(&mut rpc, 0).await;
        assert_eq!(bob(&mut rpc).await, BEFORE + UNIT);
    }
}

#[tokio::test]
async fn without_a_parent_all_is_lost_that_is_not_final() {
    let node = start();
    let mut rpc = node.connect().await;
    rpc.call("dev_seal", json!([6])).await;
    let before = chain(&mut rpc).await;
    rpc.call("dev_reorganise", json!([null, true])).await;
    let after = chain(&mut rpc).await;
    assert_eq!((before.len(), after.len()), (6, 7));
    assert_eq!(after[..3], before[..3]);
    assert!(after[3..].iter().all(|block| !before.contains(block)));
}

/// The hashes of the best chain's blocks after the first.
async fn chain(rpc: &mut Connection) -> Vec<Value> {
    let mut hashes = Vec::new();
    for number in 1..=rpc.height().await {
        hashes.push(rpc.call("chain_getBlockHash", json!([number])).await);
    }
    hashes
}

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

#[tokio::test]
async fn a_forgotten_transaction_is_gone_and_may_be_sent_again() {
    let node = start();
    let mut rpc = node.connect().await;
    rpc.call("dev_seal", json!([2])).await;
    let parent = sent(&mut rpc, 0).await;
    rpc.call("dev_reorganise", json!([parent, true])).await;
    rpc.call("dev_seal", json!([4])).await;
    assert_eq!((rpc.height().await, rpc.final_height().await), (8, 5));
    assert_eq!(bob(&mut rpc).await, BEFORE);
    sent(&mut rpc, 0).await;
    assert_eq!(bob(&mut rpc).await, BEFORE + UNIT);
}

#[tokio::test]
async fn what_is_final_is_not_lost() {
    let node = start();
    let mut rpc = node.connect().await;
    rpc.call("dev_seal", json!([5])).await;
    for (number, lost) in [(0, false), (1, false), (2, true)] {
        let block = rpc.call("chain_getBlockHash", json!([number])).await;
        let params = json!([block, false]);
        if lost {
            rpc.call("dev_reorganise", params).await;
        } else {
            let error = rpc.error("dev_reorganise", params).await;
            assert!(error.to_string().contains("final already"), "{error}");
        }
    }
    assert_eq!((rpc.height().await, rpc.final_height().await), (6, 3));
    let unknown = json!([format!("0x{}", "17".repeat(32)), false]);
    let error = rpc.error("dev_reorganise", unknown).await;
    assert!(error.to_string().contains("best chain"), "{error}");
}

#[tokio::test]
async fn a_node_with_finality_at_once_takes_no_orders() {
    let node = Node::start(None, NEVER);
    let mut rpc = node.connect().await;
    let methods = rpc.call("rpc_methods", json!([])).await.to_string();
    assert!(!methods.contains("dev_"), "{methods}");
    assert_eq!(rpc.error("dev_seal", json!([1])).await["code"], -32601);
}
