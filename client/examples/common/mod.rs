//! Released contracts on a node, for the programs that measure what their messages cost.

use countersign_client::chain::Chain;
use countersign_client::deploy::Constructor;
use countersign_client::signer::Sr25519;
use countersign_client::transport::native::Http;
use countersign_shared::id::AccountId;
use std::error::Error;

pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Deploys a bundle of the folder: the contract's account, and the size of its code.
pub async fn deploy(
    chain: &Chain<Http>,
    alice: &Sr25519,
    folder: &str,
    name: &str,
    new: &Constructor,
) -> Outcome<(AccountId, usize)> {
    let bundle: serde_json::Value =
        serde_json::from_slice(&std::fs::read(format!("{folder}/{name}.contract"))?)?;
    let code = bundle["source"]["wasm"]
        .as_str()
        .ok_or("the bundle holds no code")?;
    let code = countersign_shared::hex::decode(code)?;
    let salt = chain.finalised().await?.hash;
    let (contract, _) = chain.instantiate(alice, &code, new, &salt, |_| ()).await?;
    Ok((contract, code.len()))
}
