//! Signed transactions, put together by hand: the test of the bytes that every client has to make.

use codec::{Compact, Encode};
use serde_json::json;
use sp_core::{sr25519, Pair};
use sp_crypto_hashing::blake2_256;

use super::Connection;

/// One unit of the token.
pub const UNIT: u128 = 1_000_000_000_000;

/// The key of a development account, such as `//Alice`.
pub fn key(path: &str) -> sr25519::Pair {
    sr25519::Pair::from_string(path, None).unwrap()
}

/// The call `Balances::transfer_keep_alive`.
pub fn transfer(to: &sr25519::Public, amount: u128) -> Vec<u8> {
    (2u8, 3u8, 0u8, to.0, Compact(amount)).encode()
}

/// The call `Contracts::instantiate_with_code` without value, data and salt.
pub fn instantiate(code: &[u8], gas: u64) -> Vec<u8> {
    let limits = (
        Compact(0u128),
        Compact(gas),
        Compact(1_000_000u64),
        None::<Compact<u128>>,
    );
    (4u8, 7u8, limits, code, Vec::<u8>::new(), Vec::<u8>::new()).encode()
}

/// A transaction that does `call`, signed for ever by `signer`, as hexadecimal text.
pub async fn signed(
    node: &mut Connection,
    signer: &sr25519::Pair,
    nonce: u32,
    call: &[u8],
) -> String {
    let genesis = node.genesis().await;
    sign(node, signer, nonce, call, vec![0], &genesis).await
}

/// The same for the 64 blocks after the best one, which the signature names.
pub async fn signed_for_now(
    node: &mut Connection,
    signer: &sr25519::Pair,
    nonce: u32,
    call: &[u8],
) -> String {
    let number = u16::try_from(node.height().await).unwrap();
    let best = node.call("chain_getBlockHash", json!([number])).await;
    // The logarithm of 64, less one; then where in a period the block is.
    let era = (5u16 | (number % 64) << 4).encode();
    sign(node, signer, nonce, call, era, best.as_str().unwrap()).await
}

async fn sign(
    node: &mut Connection,
    signer: &sr25519::Pair,
    nonce: u32,
    call: &[u8],
    era: Vec<u8>,
    birth: &str,
) -> String {
    let genesis = node.genesis().await;
    let genesis = sp_core::bytes::from_hex(&genesis).unwrap();
    let birth = sp_core::bytes::from_hex(birth).unwrap();
    let version = node.call("state_getRuntimeVersion", json!([])).await;
    let number = |name: &str| u32::try_from(version[name].as_u64().unwrap()).unwrap();
    // Era, nonce, tip; then what is signed without being sent.
    let mut sent = era;
    (Compact(nonce), Compact(0u128)).encode_to(&mut sent);
    let mut payload = call.to_vec();
    payload.extend_from_slice(&sent);
    (number("specVersion"), number("transactionVersion")).encode_to(&mut payload);
    payload.extend_from_slice(&genesis);
    payload.extend_from_slice(&birth);
    let signature = match payload.len() {
        0..=256 => signer.sign(&payload),
        _ => signer.sign(&blake2_256(&payload)),
    };
    // Version 4, signed; the account; an sr25519 signature.
    let mut transaction = (0x84u8, 0u8, signer.public().0, 1u8, signature.0).encode();
    transaction.extend_from_slice(&sent);
    transaction.extend_from_slice(call);
    sp_core::bytes::to_hex(&transaction.encode(), false)
}

/// Sends a transaction and waits until it is final; the hash of its block.
pub async fn finalised(node: &mut Connection, transaction: &str) -> String {
    node.call("author_submitAndWatchExtrinsic", json!([transaction]))
        .await;
    loop {
        let state = node.notification().await;
        match state["finalized"].as_str() {
            Some(block) => return block.to_owned(),
            None => assert!(
                state == "ready" || state.get("inBlock").is_some(),
                "{state}"
            ),
        }
    }
}

/// What an account owns and may spend, in planck.
pub async fn balance(node: &mut Connection, account: &sr25519::Public) -> u128 {
    let mut key = sp_crypto_hashing::twox_128(b"System").to_vec();
    key.extend_from_slice(&sp_crypto_hashing::twox_128(b"Account"));
    key.extend_from_slice(&sp_crypto_hashing::blake2_128(&account.0));
    key.extend_from_slice(&account.0);
    let key = sp_core::bytes::to_hex(&key, false);
    let value = node.call("state_getStorage", json!([key])).await;
    let bytes = sp_core::bytes::from_hex(value.as_str().unwrap()).unwrap();
    // Nonce, consumers, providers, sufficients: four times 32 bits.
    u128::from_le_bytes(bytes[16..32].try_into().unwrap())
}
