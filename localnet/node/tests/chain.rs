//! The chain does what clients rely on: blocks pass, transactions are sealed at once, contracts run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use codec::{Compact, Decode, Encode};
use serde_json::json;
use sp_core::Pair;

use support::{
    transaction::{balance, finalised, instantiate, key, signed, transfer, UNIT},
    Connection, Node, NEVER,
};

#[tokio::test]
async fn blocks_pass_without_transactions() {
    let node = Node::start(None, 100);
    let mut rpc = node.connect().await;
    rpc.wait_for(3).await;
    assert!(rpc.height().await >= 3);
}

#[tokio::test]
async fn a_transaction_is_final_at_once() {
    let node = Node::start(None, NEVER);
    let mut rpc = node.connect().await;
    let (alice, bob) = (key("//Alice"), key("//Bob"));
    assert_eq!(balance(&mut rpc, &bob.public()).await, 1_000_000 * UNIT);

    for nonce in 0..2 {
        let call = transfer(&bob.public(), 5 * UNIT);
        let transaction = signed(&mut rpc, &alice, nonce, &call).await;
        let block = finalised(&mut rpc, &transaction).await;
        let head = rpc.call("chain_getFinalizedHead", json!([])).await;
        assert_eq!(head, block);
        assert_eq!(rpc.height().await, nonce + 1);
    }
    assert_eq!(balance(&mut rpc, &bob.public()).await, 1_000_010 * UNIT);
    let next = rpc.call("system_accountNextIndex", json!([ALICE])).await;
    assert_eq!(next, 2);
}

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

#[tokio::test]
async fn a_transaction_of_another_chain_is_refused() {
    let (here, there) = (Node::start(None, NEVER), Node::start(None, NEVER));
    let (mut here, mut there) = (here.connect().await, there.connect().await);
    let call = transfer(&key("//Bob").public(), UNIT);
    let transaction = signed(&mut here, &key("//Alice"), 0, &call).await;
    let error = there
        .error("author_submitExtrinsic", json!([transaction]))
        .await;
    assert_eq!(error["code"], 1010, "{error}");
    assert_eq!(error["data"], "Transaction has a bad signature");
}

#[tokio::test]
async fn the_price_of_a_transaction_is_told_and_taken() {
    let node = Node::start(None, NEVER);
    let mut rpc = node.connect().await;
    let (alice, bob) = (key("//Alice"), key("//Bob"));
    let before = balance(&mut rpc, &alice.public()).await;
    let call = transfer(&bob.public(), UNIT);
    let transaction = signed(&mut rpc, &alice, 0, &call).await;

    let info = rpc.call("payment_queryInfo", json!([transaction])).await;
    assert_eq!(info["class"], "normal");
    let fee: u128 = info["partialFee"].as_str().unwrap().parse().unwrap();
    let details = rpc
        .call("payment_queryFeeDetails", json!([transaction]))
        .await;
    let part = |name: &str| {
        let text = details["inclusionFee"][name].as_str().unwrap();
        u128::from_str_radix(text.trim_start_matches("0x"), 16).unwrap()
    };
    assert_eq!(
        part("baseFee") + part("lenFee") + part("adjustedWeightFee"),
        fee
    );

    finalised(&mut rpc, &transaction).await;
    assert_eq!(
        before - balance(&mut rpc, &alice.public()).await,
        UNIT + fee
    );
}

/// `(module (import "env" "memory" (memory 1 16)) (func (export "deploy")) (func (export "call")))`
const CONTRACT: &[u8] =
    b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x10\x01\x03env\x06memory\x02\x01\x01\x10\
    \x03\x03\x02\0\0\x07\x11\x02\x06deploy\0\0\x04call\0\x01\x0a\x07\x02\x02\0\x0b\x02\0\x0b";

/// The head of what `ContractsApi` answers: gas consumed and required, the storage deposit, debug text, the result.
type DryRun<T> = ([Compact<u64>; 4], (u8, u128), Vec<u8>, Result<T, ()>);

/// Asks `ContractsApi` and returns the result of the dry run.
async fn dry_run<T: Decode>(rpc: &mut Connection, method: &str, params: Vec<u8>) -> T {
    let params = sp_core::bytes::to_hex(&params, false);
    let answer = rpc
        .call(
            "state_call",
            json!([format!("ContractsApi_{method}"), params]),
        )
        .await;
    let answer = sp_core::bytes::from_hex(answer.as_str().unwrap()).unwrap();
    DryRun::decode(&mut &answer[..]).unwrap().3.unwrap()
}

#[tokio::test]
async fn a_contract_is_deployed_and_called() {
    let node = Node::start(None, NEVER);
    let mut rpc = node.connect().await;
    let alice = key("//Alice");
    let origin = alice.public().0;
    let nothing = Vec::<u8>::new();
    // No value; neither gas nor deposit are limited.
    let limits = (0u128, None::<(Compact<u64>, Compact<u64>)>, None::<u128>);

    let params = (origin, limits, 0u8, CONTRACT, &nothing, &nothing).encode();
    let (_, _, address) =
        dry_run::<(u32, Vec<u8>, [u8; 32])>(&mut rpc, "instantiate", params).await;
    let code_hash = sp_crypto_hashing::blake2_256(CONTRACT);
    let seed = (b"contract_addr_v1", origin, code_hash, &nothing, &nothing).encode();
    assert_eq!(address, sp_crypto_hashing::blake2_256(&seed));

    let call = instantiate(CONTRACT, 100_000_000_000);
    let transaction = signed(&mut rpc, &alice, 0, &call).await;
    finalised(&mut rpc, &transaction).await;

    let params = (origin, address, limits, &nothing).encode();
    let returned = dry_run::<(u32, Vec<u8>)>(&mut rpc, "call", params).await;
    assert_eq!(returned, (0, nothing));
}

#[tokio::test]
async fn the_methods_that_clients_need_are_there() {
    let node = Node::start(None, NEVER);
    let mut rpc = node.connect().await;
    let methods = rpc.call("rpc_methods", json!([])).await.to_string();
    for method in [
        "archive_v1_body",
        "author_submitAndWatchExtrinsic",
        "chain_getBlock",
        "chain_subscribeFinalizedHeads",
        "chainHead_v1_follow",
        "chainSpec_v1_genesisHash",
        "childstate_getKeysPaged",
        "payment_queryInfo",
        "state_call",
        "state_getMetadata",
        "state_queryStorageAt",
        "system_accountNextIndex",
        "system_dryRun",
        "transactionWatch_v1_submitAndWatch",
        "transaction_v1_broadcast",
    ] {
        assert!(methods.contains(&format!("\"{method}\"")), "{method}");
    }
    assert_eq!(
        rpc.call("system_chain", json!([])).await,
        "Countersign local"
    );
    let properties = rpc.call("system_properties", json!([])).await;
    assert_eq!(
        properties,
        json!({ "ss58Format": 42, "tokenDecimals": 12, "tokenSymbol": "UNIT" })
    );
    let health = rpc.call("system_health", json!([])).await;
    assert_eq!(
        health,
        json!({ "peers": 0, "isSyncing": false, "shouldHavePeers": false })
    );
    let genesis = rpc.genesis().await;
    assert_eq!(
        rpc.call("chainSpec_v1_genesisHash", json!([])).await,
        genesis
    );
}
