//! Development accounts: everybody knows their keys, so they are offered on development chains only.

use super::WalletError;
use countersign_client::signer::{Signer as _, Sr25519};
use countersign_shared::deploy::Deployment;
use countersign_shared::id::{AccountId, Sr25519Public};
use countersign_shared::receipt::Statement;
use countersign_shared::signature::Signature;
use countersign_shared::{text, Attester, Software};

/// The accounts that every Substrate development chain funds.
pub const ACCOUNTS: [&str; 6] = [
    "//Alice",
    "//Bob",
    "//Charlie",
    "//Dave",
    "//Eve",
    "//Ferdie",
];

/// The key of a development account.
///
/// # Errors
/// [`WalletError::Failed`] for a text that is no secret URI.
pub fn key(uri: &str) -> Result<Sr25519, WalletError> {
    Sr25519::from_uri(uri).map_err(|error| WalletError::Failed {
        detail: error.to_string(),
    })
}

/// The account of a development key.
///
/// # Errors
/// As [`key`].
pub fn account(uri: &str) -> Result<AccountId, WalletError> {
    Ok(key(uri)?.account())
}

/// Signs the text of PROTOCOL 4.7.
///
/// # Errors
/// As [`key`].
pub fn sign_receipt(
    uri: &str,
    statement: &Statement,
    deployment: &Deployment,
) -> Result<(Attester, Signature), WalletError> {
    let key = key(uri)?;
    let digest = statement.digest(deployment, &Software);
    let message = text::wrap(&text::receipt(&statement.run, deployment, &digest));
    let attester = Attester::Sr25519(Sr25519Public::new(key.public()));
    Ok((attester, Signature::Sr25519(key.sign_bytes(&message))))
}

/// The development account whose key an attester is.
pub fn uri_of(attester: &Attester) -> Option<&'static str> {
    let Attester::Sr25519(public) = attester else {
        return None;
    };
    let is_it = |uri: &&'static str| key(uri).is_ok_and(|key| key.public() == public.to_bytes());
    ACCOUNTS.iter().copied().find(is_it)
}

/// Signs a text of PROTOCOL 4.7.
///
/// # Errors
/// As [`key`].
pub fn sign_text(uri: &str, message: &str) -> Result<Signature, WalletError> {
    let message = text::wrap(message);
    Ok(Signature::Sr25519(key(uri)?.sign_bytes(&message)))
}
