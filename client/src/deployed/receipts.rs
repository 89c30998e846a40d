//! What the receipts contract of a deployment is asked and told.

use super::{ChainGap, Deployed};
use crate::contracts::receipts;
use crate::error::{ChainError, Expected};
use crate::explore::Cells;
use crate::rpc::Block;
use crate::signer::Signer;
use crate::submit::{Progress, Sent};
use crate::transport::Transport;
use countersign_shared::chain::{
    BatchKey, BatchProof, Disownment, Moment, ReceiptFacts, ReceiptsError,
};
use countersign_shared::id::{Digest, Sr25519Public};
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::signature::Signature;
use countersign_shared::Attester;

/// What every write may fail with is [`ChainError`]; each is read back at a finalised block before it counts as done.
impl<T: Transport> Deployed<'_, T> {
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
}
