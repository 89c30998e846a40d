//! subxt reads the chain's metadata, storage and constants, and has a signed transaction finalised.

#![allow(clippy::unwrap_used, missing_docs)]

use countersign_node_clients::Node;
use subxt::{
    dynamic::{self, Value},
    OnlineClient, PolkadotConfig,
};
use subxt_signer::sr25519::dev;

/// One unit of the local chain's token has 12 decimals.
const UNIT: u128 = 1_000_000_000_000;

async fn free(api: &OnlineClient<PolkadotConfig>, account: [u8; 32]) -> u128 {
    let address = dynamic::storage::<([u8; 32],), Value>("System", "Account");
    let now = api.at_current_block().await.unwrap();
    let account = now.storage().fetch(address, (account,)).await.unwrap();
    let text = account.decode().unwrap().to_string();
    let (_, rest) = text.split_once("free: ").unwrap();
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[tokio::test]
async fn subxt_reads_the_chain_and_sends_a_transaction() {
    let node = Node::start().unwrap();
    let api = OnlineClient::<PolkadotConfig>::from_insecure_url(&node.url)
        .await
        .unwrap();
    let now = api.at_current_block().await.unwrap();
    let deposit = dynamic::constant::<u128>("Balances", "ExistentialDeposit");
    assert!(now.constants().entry(deposit).unwrap() > 0);

    let (alice, bob) = (dev::alice(), dev::bob());
    let account = bob.public_key().0;
    let before = free(&api, account).await;
    let transfer = dynamic::transaction(
        "Balances",
        "transfer_keep_alive",
        (bob.public_key().to_address::<()>(), 5 * UNIT),
    );
    now.transactions()
        .sign_and_submit_then_watch_default(&transfer, &alice)
        .await
        .unwrap()
        .wait_for_finalized_success()
        .await
        .unwrap();
    assert_eq!(free(&api, account).await, before + 5 * UNIT);
}
