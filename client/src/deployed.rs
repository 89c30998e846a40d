//! The contracts of a listed deployment, found on the node's chain with the listed code: what one may write to.

use crate::chain::Chain;
use crate::contracts::{receipts, registry};
use crate::error::{ChainError, Expected};
use crate::explore::Cells;
use crate::lists::Deployment;
use crate::messages;
use crate::rpc::Block;
use crate::signer::Signer;
use crate::submit::{Progress, Sent};
use crate::transport::Transport;
use core::fmt;
use countersign_shared::chain::{
    BatchKey, BatchProof, Disownment, ModelRecord, Moment, Page, ReceiptFacts, ReceiptsError,
};
use countersign_shared::id::{
    AccountId, CodeHash, Digest, ExactRoot, GenesisHash, ManifestHash, ModelId, Sr25519Public,
};
use countersign_shared::manifest::Manifest;
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::signature::Signature;
use countersign_shared::{Attester, Software};

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

/// What every write may fail with is [`ChainError`]; each is read back at a finalised block before it counts as done.
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

    /// The contract's facts about a receipt at a block, with at most one batch proof.
    ///
    /// # Errors
    /// [`ChainGap::Failed`], [`ChainGap::Refused`].
    pub async fn facts(
        &self,
        receipt: &Verified<Receipt>,
        proof: Option<&BatchProof>,
        at: Block,
    ) -> Result<ReceiptFacts, ChainGap> {
        let signature = &receipt.signature;
        let message = receipts::status(receipt.attester, receipt.digest(), signature, proof);
        let read = self.chain.read(self.entry.receipts, &message, at).await;
        read.map_err(ChainGap::Failed)?.map_err(ChainGap::Refused)
    }

    async fn facts_now(&self, receipt: &Verified<Receipt>) -> Result<ReceiptFacts, ChainError> {
        let at = self.chain.finalised().await?;
        let signature = &receipt.signature;
        let message = receipts::status(receipt.attester, receipt.digest(), signature, None);
        let read = self.chain.read(self.entry.receipts, &message, at).await?;
        read.map_err(|error| crate::contracts::refused("status", error).into())
    }

    /// Anchors a receipt (5.1). Whoever did it first, the first time is the answer.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn anchor(
        &self,
        signer: &impl Signer,
        receipt: &Verified<Receipt>,
        progress: impl FnMut(Progress),
    ) -> Result<Moment, ChainError> {
        let message = receipts::anchor(receipt.sealed());
        self.send(signer, &message, progress).await?;
        let anchored = self.facts_now(receipt).await?.anchored;
        anchored.ok_or(ChainError::NoEffect {
            expected: Expected::Anchor,
        })
    }

    /// Has the contract verify and anchor a receipt (5.2).
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn attest(
        &self,
        signer: &impl Signer,
        receipt: &Verified<Receipt>,
        progress: impl FnMut(Progress),
    ) -> Result<Moment, ChainError> {
        let message = receipts::attest(receipt.attester, &receipt.statement, &receipt.signature);
        self.send(signer, &message, progress).await?;
        let facts = self.facts_now(receipt).await?;
        facts
            .attested
            .and(facts.anchored)
            .ok_or(ChainError::NoEffect {
                expected: Expected::Attestation,
            })
    }

    /// Anchors a batch of sealed receipts (5.4).
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn anchor_batch(
        &self,
        signer: &impl Signer,
        batch: BatchKey,
        progress: impl FnMut(Progress),
    ) -> Result<Moment, ChainError> {
        let sent = self
            .send(signer, &receipts::anchor_batch(batch), progress)
            .await?;
        Ok(sent.answer)
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

    /// Revokes a receipt (5.3): by the caller itself if the signing account is its attester, else with the attester's
    /// signature over the revocation.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn revoke(
        &self,
        signer: &impl Signer,
        receipt: &Verified<Receipt>,
        signature: Option<&Signature>,
        progress: impl FnMut(Progress),
    ) -> Result<Moment, ChainError> {
        let (attester, digest): (Attester, Digest) = (receipt.attester, receipt.digest());
        let message = match signature {
            None => receipts::revoke(digest),
            Some(signature) => receipts::revoke_signed(attester, digest, signature),
        };
        self.send(signer, &message, progress).await?;
        let revoked = self.facts_now(receipt).await?.revoked;
        revoked.ok_or(ChainError::NoEffect {
            expected: Expected::Revocation,
        })
    }

    /// Disowns a key from a block on (5.6): the signing account's own, or with its signature another attester's.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn disown(
        &self,
        signer: &impl Signer,
        since: u32,
        signed: Option<(Attester, &Signature)>,
        progress: impl FnMut(Progress),
    ) -> Result<Disownment, ChainError> {
        let caller = Attester::Sr25519(Sr25519Public::new(signer.account().to_bytes()));
        let (attester, message) = match signed {
            None => (caller, receipts::disown(since)),
            Some((attester, signature)) => (
                attester,
                receipts::disown_signed(attester, since, signature),
            ),
        };
        self.send(signer, &message, progress).await?;
        let at = self.chain.finalised().await?;
        let cells = Cells::new(self.chain, self.entry, at);
        let disowned = cells.disownment(attester).await?;
        let expected = Expected::Disownment;
        disowned
            .filter(|disowned| disowned.since <= since)
            .ok_or(ChainError::NoEffect { expected })
    }

    async fn send<R: parity_scale_codec::Decode>(
        &self,
        signer: &impl Signer,
        message: &crate::contracts::Message<Result<R, ReceiptsError>>,
        progress: impl FnMut(Progress),
    ) -> Result<Sent<R>, ChainError> {
        self.chain
            .send(signer, self.entry.receipts, message, progress)
            .await
    }

    /// Publishes a model under the signing account (3.1, 3.2); `exact_root` is zero outside the exact profile.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn publish(
        &self,
        signer: &impl Signer,
        manifest: &[u8],
        exact_root: ExactRoot,
        predecessor: Option<ModelId>,
        progress: impl FnMut(Progress),
    ) -> Result<Model, ChainError> {
        let message = registry::publish_model(manifest, exact_root, predecessor);
        let registry = self.entry.registry;
        let sent = self
            .chain
            .send(signer, registry, &message, progress)
            .await?;
        self.model(sent.answer).await?.ok_or(ChainError::NoEffect {
            expected: Expected::Model,
        })
    }

    /// As [`Deployed::publish`], unless the account published the manifest before: that is the same model (3.2). Says
    /// whether it did.
    ///
    /// # Errors
    /// [`ChainError`]; [`ChainError::OtherPredecessor`] if what stands there names another predecessor.
    pub async fn publish_once(
        &self,
        signer: &impl Signer,
        manifest: &[u8],
        exact_root: ExactRoot,
        predecessor: Option<ModelId>,
        progress: impl FnMut(Progress),
    ) -> Result<(Model, bool), ChainError> {
        let hash = ManifestHash::of(manifest, &Software);
        let id = ModelId::compute(&signer.account(), &hash, &exact_root, &Software);
        let Some(known) = self.model(id).await? else {
            let made = self.publish(signer, manifest, exact_root, predecessor, progress);
            return Ok((made.await?, false));
        };
        let stands = known.record.as_ref().and_then(|record| record.predecessor);
        if stands == predecessor {
            return Ok((known, true));
        }
        Err(ChainError::OtherPredecessor {
            model: id,
            predecessor: stands,
        })
    }

    /// Says that a model should not be used any more; its owner may, once, for good.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn deprecate(
        &self,
        signer: &impl Signer,
        model: ModelId,
        progress: impl FnMut(Progress),
    ) -> Result<Moment, ChainError> {
        let message = registry::deprecate_model(model);
        let registry = self.entry.registry;
        self.chain
            .send(signer, registry, &message, progress)
            .await?;
        let found = self.model(model).await?;
        let record = found.and_then(|model| model.record);
        record
            .and_then(|record| record.deprecated)
            .ok_or(ChainError::NoEffect {
                expected: Expected::Deprecation,
            })
    }

    /// A model as the registry holds it; none if it is not there, or is not what its id says, or is unreadable.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn model(&self, id: ModelId) -> Result<Option<Model>, ChainError> {
        let at = self.chain.finalised().await?;
        let registry = self.entry.registry;
        let record = self.chain.read(registry, &registry::model(id), at).await?;
        let Some(record) = record else {
            return Ok(None);
        };
        let manifest = self.manifest(id, &record, at).await?;
        Ok(manifest.map(|manifest| Model {
            id,
            publisher: record.publisher,
            manifest,
            record: Some(record),
        }))
    }

    /// The manifest of a listed model, if its bytes are what id and record say.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn manifest(
        &self,
        id: ModelId,
        record: &ModelRecord,
        at: Block,
    ) -> Result<Option<Manifest>, ChainError> {
        let message = registry::manifest(id);
        let Some(bytes) = self.chain.read(self.entry.registry, &message, at).await? else {
            return Ok(None);
        };
        Ok(believed(id, record, &bytes))
    }

    /// As [`Deployed::manifest`] for several models, asked together.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn manifests(
        &self,
        models: &[(ModelId, ModelRecord)],
        at: Block,
    ) -> Result<Vec<Option<Manifest>>, ChainError> {
        let messages: Vec<_> = models
            .iter()
            .map(|(id, _)| registry::manifest(*id))
            .collect();
        let found = self
            .chain
            .read_all(self.entry.registry, &messages, at)
            .await?;
        let read = models.iter().zip(found);
        Ok(read
            .map(|((id, record), bytes)| believed(*id, record, &bytes?))
            .collect())
    }

    /// A page of the registry's list at a block; manifests are read one by one.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn models(
        &self,
        start: u32,
        limit: u32,
        at: Block,
    ) -> Result<Page<(ModelId, ModelRecord)>, ChainError> {
        let message = registry::models(start, limit);
        self.chain.read(self.entry.registry, &message, at).await
    }
}

/// A manifest, if it can be read and hashes to the id.
fn believed(id: ModelId, record: &ModelRecord, bytes: &[u8]) -> Option<Manifest> {
    let hash = ManifestHash::of(bytes, &Software);
    let computed = ModelId::compute(&record.publisher, &hash, &record.exact_root, &Software);
    Manifest::parse(bytes).ok().filter(|_| computed == id)
}
