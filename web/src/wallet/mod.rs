//! Signers: Ethereum wallets (EIP-1193, found by EIP-6963), Polkadot extensions, and the development accounts that
//! everybody knows. Whatever a signer answers is verified before it counts (PROTOCOL 7.4).

pub mod dev;
pub mod discovery;
pub mod eip1193;
mod error;
pub mod polkadot;

pub use error::{Asking, WalletError};

use countersign_shared::deploy::Deployment;
use countersign_shared::id::ReceiptId;
use countersign_shared::receipt::{verify_revocation, Receipt, Statement, Verified};
use countersign_shared::signature::{Signature, SignatureError};
use countersign_shared::{Attester, Software};

/// Somebody who can sign.
#[derive(Clone)]
pub enum Signer {
    /// An Ethereum wallet.
    Ethereum(eip1193::Provider),
    /// A Polkadot extension.
    Polkadot(polkadot::Extension),
    /// A development account: `//Alice`.
    Development(String),
}

/// Has a statement signed and verifies what comes back.
///
/// # Errors
/// [`WalletError`]; nothing counts as signed then.
pub async fn sign_receipt(
    signer: &Signer,
    statement: Statement,
    deployment: Deployment,
    asking: impl Fn(Asking),
) -> Result<Verified<Receipt>, WalletError> {
    let (attester, signature) = match signer {
        Signer::Ethereum(provider) => {
            eip1193::sign_receipt(provider, &statement, &deployment, asking).await?
        }
        Signer::Polkadot(extension) => {
            polkadot::sign_receipt(extension, &statement, &deployment, asking).await?
        }
        Signer::Development(uri) => dev::sign_receipt(uri, &statement, &deployment)?,
    };
    let receipt = Receipt {
        deployment,
        statement,
        attester,
        signature,
    };
    receipt.verify(&Software).map_err(WalletError::from)
}

/// Has the revocation of a receipt signed by its attester, for somebody else to carry (PROTOCOL 5.3).
///
/// # Errors
/// [`WalletError`].
pub async fn sign_revocation(
    signer: &Signer,
    receipt: &Verified<Receipt>,
    asking: impl Fn(Asking),
) -> Result<Signature, WalletError> {
    let (id, deployment): (ReceiptId, Deployment) = (receipt.id(), receipt.deployment);
    let signature = match (signer, receipt.attester) {
        (Signer::Ethereum(provider), Attester::Secp256k1(address)) => {
            eip1193::sign_revocation(provider, address, &id, &deployment, asking).await?
        }
        (Signer::Polkadot(extension), Attester::Sr25519(public)) => {
            polkadot::sign_revocation(extension, public, &id, &deployment, asking).await?
        }
        (Signer::Development(uri), Attester::Sr25519(_)) => {
            dev::sign_revocation(uri, &id, &deployment)?
        }
        _ => return Err(WalletError::Signature(SignatureError::Kind)),
    };
    verify_revocation(
        &deployment,
        &receipt.attester,
        &receipt.digest(),
        &signature,
        &Software,
    )?;
    Ok(signature)
}
