//! What a signer takes back: one receipt (PROTOCOL 5.3), or everything that a stolen key may have signed (PROTOCOL 5.6).
//!
//! One statement with its words in both forms, so that what is shown, what is asked and what is verified cannot differ.

use super::{dev, eip1193, polkadot, Asking, Signer, WalletError};
use countersign_shared::deploy::Deployment;
use countersign_shared::id::{Digest, EthAddress, ReceiptId};
use countersign_shared::json::Value;
use countersign_shared::receipt::{verify_disownment, verify_revocation, Receipt, Verified};
use countersign_shared::signature::{Signature, SignatureError};
use countersign_shared::{text, typed_data, Attester, Software};

/// What is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// One receipt.
    Receipt {
        /// Its name.
        id: ReceiptId,
        /// What its attester signed.
        digest: Digest,
    },
    /// The key, from this block on.
    Key {
        /// The first block from which it was not its owner's.
        since: u32,
    },
}

/// A statement that takes something back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    /// Whose.
    pub attester: Attester,
    /// Where it counts.
    pub deployment: Deployment,
    /// What.
    pub what: What,
}

impl Withdrawal {
    /// The revocation of a receipt.
    pub fn receipt(receipt: &Verified<Receipt>) -> Self {
        Self {
            attester: receipt.attester,
            deployment: receipt.deployment,
            what: What::Receipt {
                id: receipt.id(),
                digest: receipt.digest(),
            },
        }
    }

    /// What an Ethereum wallet shows and signs.
    pub fn typed_data(&self, address: EthAddress) -> Value {
        match self.what {
            What::Receipt { id, .. } => {
                typed_data::revocation(&id, address, &self.deployment, &Software)
            }
            What::Key { since } => {
                typed_data::disownment(address, u64::from(since), &self.deployment, &Software)
            }
        }
    }

    /// What an sr25519 account signs (PROTOCOL 4.7).
    pub fn text(&self) -> String {
        match self.what {
            What::Receipt { id, .. } => text::revocation(&id, &self.deployment),
            What::Key { since } => text::disown(u64::from(since), &self.deployment),
        }
    }

    /// Has it signed by its attester, for somebody else to carry, and verifies what comes back.
    ///
    /// # Errors
    /// [`WalletError`]; nothing counts as signed then.
    pub async fn sign(
        &self,
        signer: &Signer,
        asking: impl Fn(Asking),
    ) -> Result<Signature, WalletError> {
        let signature = match (signer, self.attester) {
            (Signer::Ethereum(provider), Attester::Secp256k1(address)) => {
                eip1193::sign_as(provider, address, &self.typed_data(address), asking).await?
            }
            (Signer::Polkadot(extension), Attester::Sr25519(public)) => {
                polkadot::sign_as(extension, public, &self.text(), asking).await?
            }
            (Signer::Development(uri), Attester::Sr25519(_)) => dev::sign_text(uri, &self.text())?,
            _ => return Err(WalletError::Signature(SignatureError::Kind)),
        };
        let (place, attester) = (&self.deployment, &self.attester);
        match self.what {
            What::Receipt { digest, .. } => {
                verify_revocation(place, attester, &digest, &signature, &Software)?;
            }
            What::Key { since } => {
                verify_disownment(place, attester, u64::from(since), &signature, &Software)?;
            }
        }
        Ok(signature)
    }
}
