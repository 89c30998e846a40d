//! Putting a receipt at stake (EXACT 5.1): what it would mean, and doing it.

use crate::chain::Chain;
use crate::contracts::{disputes, receipts};
use crate::deployed::ChainGap;
use crate::error::{ChainError, Expected};
use crate::rpc::Block;
use crate::signer::Signer;
use crate::submit::Progress;
use crate::transport::Transport;
use countersign_shared::chain::{BatchProof, Moment};
use countersign_shared::disputes::{Assertion, ClaimRecord, DisputesSetup};
use countersign_shared::files::AnchorProof;
use countersign_shared::id::{AccountId, ReceiptId};
use countersign_shared::receipt::{Receipt, Verified};

/// A disputes contract and what it holds of one receipt, at a finalised block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What the contract was given for good: bond, window and clock among it.
    pub setup: DisputesSetup,
    /// The claim on the receipt, if it is at stake.
    pub claim: Option<ClaimRecord>,
}

impl<T: Transport> Chain<T> {
    /// What staking a receipt at this disputes contract would mean now. The contract's code is not looked at.
    ///
    /// # Errors
    /// [`ChainGap::OtherChain`] and [`ChainGap::UnlistedContract`] if the contract judges receipts of another chain, or of another receipts
    /// contract than `receipts`; [`ChainGap::Failed`].
    pub async fn stake_terms(
        &self,
        contract: AccountId,
        receipts: AccountId,
        receipt: ReceiptId,
    ) -> Result<Terms, ChainGap> {
        let at = self.finalised().await.map_err(ChainGap::Failed)?;
        let setup = self.read(contract, &disputes::deployment(), at).await;
        let setup = setup.map_err(ChainGap::Failed)?;
        if setup.genesis != self.genesis() {
            return Err(ChainGap::OtherChain {
                expected: self.genesis(),
                node: setup.genesis,
            });
        }
        if setup.receipts != receipts {
            return Err(ChainGap::UnlistedContract(setup.receipts));
        }
        let claim = self.read(contract, &disputes::claim(receipt), at).await;
        let claim = claim.map_err(ChainGap::Failed)?;
        Ok(Terms { setup, claim })
    }

    /// Stakes the bond on a receipt whose attester is the signing account; when the claim began.
    ///
    /// # Errors
    /// As [`Chain::send`]; [`ChainError::NoEffect`] if no claim is there afterwards.
    pub async fn stake(
        &self,
        signer: &impl Signer,
        contract: AccountId,
        terms: &Terms,
        (receipt, batch): (&Verified<Receipt>, Option<BatchProof>),
        progress: impl FnMut(Progress),
    ) -> Result<Moment, ChainError> {
        let assertion = Assertion {
            attester: receipt.attester,
            statement: receipt.statement,
            signature: receipt.signature,
            authorisation: None,
            batch,
        };
        let message = disputes::assert(&assertion, terms.setup.bond);
        let sent = self.send(signer, contract, &message, progress).await?;
        let claim = disputes::claim(receipt.id());
        let claim = self.read(contract, &claim, sent.block).await?;
        let claim = claim.ok_or(ChainError::NoEffect {
            expected: Expected::Stake,
        })?;
        Ok(claim.asserted)
    }

    /// The place in a batch that the chain confirms; none where the receipt is anchored on its own, or where nothing is
    /// confirmed and the disputes contract will say so.
    ///
    /// # Errors
    /// [`ChainGap`].
    pub async fn batch_place(
        &self,
        contract: AccountId,
        receipt: &Verified<Receipt>,
        proofs: &[AnchorProof],
        at: Block,
    ) -> Result<Option<BatchProof>, ChainGap> {
        for proof in proofs {
            let batch = BatchProof {
                size: proof.size,
                index: proof.index,
                path: proof.path.clone(),
            };
            let message = receipts::status(
                receipt.attester,
                receipt.digest(),
                &receipt.signature,
                Some(&batch),
            );
            let read = self.read(contract, &message, at).await;
            let facts = read.map_err(ChainGap::Failed)?.map_err(ChainGap::Refused)?;
            if facts.anchored.is_some() {
                return Ok(None);
            }
            if facts.batched.is_some() {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }
}
