//! Whether a receipt's own proof leads to one batch (PROTOCOL 5.4). Not a verdict: what the chain says of receipt and batch
//! is asked elsewhere.

use super::document::with_proofs;
use super::finding::Finding;
use countersign_shared::chain::BatchKey;
use countersign_shared::deploy::Deployment;
use countersign_shared::files::Bundle;
use countersign_shared::id::{ModelId, ReceiptId, SealedId};
use countersign_shared::receipt::Reason;
use countersign_shared::{Attester, Software};

/// A receipt whose signature holds, beside a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub receipt: ReceiptId,
    /// What batches hold of it.
    pub sealed: SealedId,
    /// Who signed it.
    pub attester: Attester,
    /// The model that it names.
    pub model: ModelId,
    /// The chain and contract that it was signed for.
    pub place: Deployment,
    /// Its position in the batch, from 0; none if no proof leads there.
    pub index: Option<u64>,
    /// The other batches that its proofs lead to.
    pub elsewhere: Vec<BatchKey>,
}

/// Follows the proofs of a receipt, bundle or link, and those that came apart from it.
///
/// # Errors
/// What is wrong with receipt or proofs: a proof that leads nowhere is no proof of another batch either.
pub fn membership(
    document: &[u8],
    proofs: &[Vec<u8>],
    batch: BatchKey,
) -> Result<Membership, Finding> {
    let Bundle {
        receipt, anchors, ..
    } = with_proofs(document, proofs)?;
    let receipt = receipt.verify(&Software).map_err(|reason| match reason {
        Reason::Run(error) => Finding::Run(error),
        Reason::Signature(error) => Finding::Signature(error),
    })?;
    let mut index = None;
    let mut elsewhere = Vec::new();
    for proof in &anchors {
        let led = proof.verify(&receipt, &Software);
        let led = led.map_err(Finding::AnchorProof)?;
        let to = BatchKey {
            root: led.root(),
            size: led.size(),
        };
        if to == batch {
            index = Some(proof.index);
        } else if !elsewhere.contains(&to) {
            elsewhere.push(to);
        }
    }
    Ok(Membership {
        receipt: receipt.id(),
        sealed: receipt.sealed(),
        attester: receipt.attester,
        model: receipt.statement.run.model,
        place: receipt.deployment,
        index,
        elsewhere,
    })
}
