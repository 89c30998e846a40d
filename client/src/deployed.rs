//! The contracts of a listed deployment, found on the node's chain with the listed code: what one may write to.

mod models;
mod receipts;

use crate::chain::Chain;
use crate::error::ChainError;
use crate::lists::Deployment;
use crate::messages;
use crate::rpc::Block;
use crate::transport::Transport;
use core::fmt;
use countersign_shared::chain::{ModelRecord, ReceiptsError};
use countersign_shared::id::{AccountId, CodeHash, GenesisHash, ModelId};
use countersign_shared::manifest::Manifest;

/// Why a chain says nothing that may be believed.
#[derive(Debug, Clone, PartialEq)]
pub enum ChainGap {
    /// Nobody asked one.
    Offline,
    /// The node did not answer.
    Failed(ChainError),
    /// The node shows another chain than the receipt's or the list's.
    OtherChain {
        /// The one that was expected.
        expected: GenesisHash,
        /// The node's.
        node: GenesisHash,
    },
    /// The receipts contract is not in this verifier's list.
    UnlistedContract(AccountId),
    /// No contract stands at the listed account.
    NoContract(AccountId),
    /// Other code stands there than listed.
    OtherCode {
        /// Hash in the list.
        listed: CodeHash,
        /// Hash on the chain.
        found: CodeHash,
    },
    /// At the listed disputes contract stands other code than the released one.
    OtherRelease {
        /// Hash of the released code.
        released: CodeHash,
        /// Hash on the chain.
        found: CodeHash,
    },
    /// The contract refused to answer.
    Refused(ReceiptsError),
}

impl fmt::Display for ChainGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&messages::en::chain_gap(self))
    }
}

impl core::error::Error for ChainGap {}

/// A model as its publisher described it, its id computed from what is here.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its id.
    pub id: ModelId,
    /// Who registered it.
    pub publisher: AccountId,
    /// What it is.
    pub manifest: Manifest,
    /// What the registry says of it; none if no registry was asked.
    pub record: Option<ModelRecord>,
}

/// A listed deployment whose contracts stand on the node's chain with the listed code.
#[derive(Debug)]
pub struct Deployed<'a, T> {
    chain: &'a Chain<T>,
    entry: &'a Deployment,
}

impl<T> Clone for Deployed<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Deployed<'_, T> {}

impl<T: Transport> Chain<T> {
    /// Looks for a listed deployment on this chain and compares genesis and both code hashes (PROTOCOL 4.3).
    ///
    /// # Errors
    /// [`ChainGap`].
    pub async fn deployed<'a>(
        &'a self,
        entry: &'a Deployment,
    ) -> Result<Deployed<'a, T>, ChainGap> {
        let at = self.finalised().await.map_err(ChainGap::Failed)?;
        self.is_chain(entry.genesis).await?;
        self.has_code(entry.receipts, entry.receipts_code, at)
            .await?;
        self.has_code(entry.registry, entry.registry_code, at)
            .await?;
        Ok(Deployed { chain: self, entry })
    }

    /// Refuses another chain than the one with this genesis hash.
    pub(crate) async fn is_chain(&self, expected: GenesisHash) -> Result<(), ChainGap> {
        self.still_the_same().await.map_err(ChainGap::Failed)?;
        if self.genesis() == expected {
            return Ok(());
        }
        let node = self.genesis();
        Err(ChainGap::OtherChain { expected, node })
    }

    /// Refuses a contract that is not there or has other code than listed.
    pub(crate) async fn has_code(
        &self,
        contract: AccountId,
        listed: CodeHash,
        at: Block,
    ) -> Result<(), ChainGap> {
        let found = self.code_hash(contract, at).await;
        match found.map_err(ChainGap::Failed)? {
            None => Err(ChainGap::NoContract(contract)),
            Some(found) if found == listed => Ok(()),
            Some(found) => Err(ChainGap::OtherCode { listed, found }),
        }
    }
}

/// A model as the registry of a listed deployment holds it, the contracts' code not looked at : only a manifest that
/// hashes to the id is returned, but its dates are the contract's word. [`Chain::deployed`] compares the code too.
///
/// # Errors
/// [`ChainError`].
pub async fn registered<T: Transport>(
    chain: &Chain<T>,
    entry: &Deployment,
    id: ModelId,
) -> Result<Option<Model>, ChainError> {
    Deployed { chain, entry }.model(id).await
}

impl<'a, T: Transport> Deployed<'a, T> {
    /// The list's entry.
    #[must_use]
    pub fn entry(&self) -> &'a Deployment {
        self.entry
    }

    /// The chain.
    #[must_use]
    pub fn chain(&self) -> &'a Chain<T> {
        self.chain
    }

    /// Refuses what was said for another chain or another receipts contract than this deployment's.
    ///
    /// # Errors
    /// [`ChainGap::OtherChain`], [`ChainGap::UnlistedContract`].
    pub fn serves(&self, place: &countersign_shared::deploy::Deployment) -> Result<(), ChainGap> {
        if place.genesis != self.entry.genesis {
            return Err(ChainGap::OtherChain {
                expected: place.genesis,
                node: self.entry.genesis,
            });
        }
        if place.contract != self.entry.receipts {
            return Err(ChainGap::UnlistedContract(place.contract));
        }
        Ok(())
    }
}
