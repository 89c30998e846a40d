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
use countersign_shared::id::{AccountId, CodeHash, ReceiptId};
use countersign_shared::receipt::{Receipt, Verified};

/// Hash of the released disputes contract's code. The list of deployments has no key for it: what is released is what may
/// stand there. A test compares it with the bundle in `releases`.
pub const RELEASED_CODE: CodeHash = CodeHash::new([
    0xf4, 0x71, 0xb5, 0x1a, 0xd5, 0xcc, 0x35, 0xfe, 0x96, 0x2c, 0xa7, 0xb6, 0x9c, 0xa7, 0xca, 0xa5,
    0x9e, 0x13, 0xe2, 0xea, 0x18, 0xc1, 0x69, 0x20, 0xff, 0x26, 0xce, 0xaf, 0x11, 0xb8, 0x76, 0x97,
]);

/// A disputes contract and what it holds of one receipt, at a finalised block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What the contract was given for good: bond, window and clock among it.
    pub setup: DisputesSetup,
    /// The claim on the receipt, if it is at stake.
    pub claim: Option<ClaimRecord>,
}

impl<T: Transport> Chain<T> {
    /// Refuses a disputes contract whose code is not the released one.
    ///
    /// # Errors
    /// [`ChainGap::NoContract`], [`ChainGap::OtherRelease`], [`ChainGap::Failed`].
    pub async fn released(&self, contract: AccountId, at: Block) -> Result<(), ChainGap> {
        let released = RELEASED_CODE;
        match self.has_code(contract, released, at).await {
            Err(ChainGap::OtherCode { found, .. }) => {
                Err(ChainGap::OtherRelease { released, found })
            }
            other => other,
        }
    }

    /// What a disputes contract was given for good; its code must be the released one, and it must judge the receipts of
    /// this chain's contract `receipts`.
    ///
    /// # Errors
    /// As [`Chain::released`]; [`ChainGap::OtherChain`] and [`ChainGap::UnlistedContract`] if it judges receipts of another
    /// chain, or of another receipts contract.
    pub async fn disputes_setup(
        &self,
        contract: AccountId,
        receipts: AccountId,
        at: Block,
    ) -> Result<DisputesSetup, ChainGap> {
        self.released(contract, at).await?;
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
        Ok(setup)
    }

    /// What staking a receipt at this disputes contract would mean now.
    ///
    /// # Errors
    /// As [`Chain::disputes_setup`].
    pub async fn stake_terms(
        &self,
        contract: AccountId,
        receipts: AccountId,
        receipt: ReceiptId,
    ) -> Result<Terms, ChainGap> {
        let at = self.finalised().await.map_err(ChainGap::Failed)?;
        let setup = self.disputes_setup(contract, receipts, at).await?;
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
