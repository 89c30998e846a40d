//! Signers: Ethereum wallets (EIP-1193, found by EIP-6963), Polkadot extensions, and the development accounts that
//! everybody knows. Whatever a signer answers is verified before it counts (PROTOCOL 7.4).

pub mod dev;
pub mod discovery;
pub mod eip1193;
mod error;
pub mod polkadot;
pub mod session;
pub mod withdrawal;

pub use error::{Asking, WalletError};

use countersign_shared::deploy::Deployment;
use countersign_shared::receipt::{Receipt, Statement, Verified};
use countersign_shared::Software;

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
