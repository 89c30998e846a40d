//! What the chain says of a kept receipt.

use super::{Kept, Seen};
use crate::deployed::{ChainGap, Deployed};
use crate::rpc::Block;
use crate::transport::Transport;
use countersign_shared::chain::{BatchProof, Moment};
use countersign_shared::files::AnchorProof;
use countersign_shared::receipt::{Reason, Receipt, Verified};
use countersign_shared::Software;

/// An answer of the chain about one kept receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// What it says.
    pub seen: Seen,
    /// The proofs whose batch it knows.
    pub confirmed: Vec<AnchorProof>,
}

impl Kept {
    /// The receipt with its signature verified: nothing is sent or asked for one that does not hold.
    ///
    /// # Errors
    /// [`Reason`].
    pub fn verified(&self) -> Result<Verified<Receipt>, Reason> {
        self.bundle.receipt.verify(&Software)
    }
}

/// Asks a listed deployment about a kept receipt at a finalised block. Batches are keyed by root *and* size, so each
/// proof is a question of its own.
///
/// # Errors
/// [`ChainGap`]: the receipt is for another chain or contract, or the node gave no answer.
pub async fn look<T: Transport>(
    deployed: &Deployed<'_, T>,
    kept: &Kept,
    receipt: &Verified<Receipt>,
    at: Block,
) -> Result<Look, ChainGap> {
    let entry = deployed.entry();
    if receipt.deployment.genesis != entry.genesis {
        return Err(ChainGap::OtherChain {
            expected: receipt.deployment.genesis,
            node: entry.genesis,
        });
    }
    if receipt.deployment.contract != entry.receipts {
        return Err(ChainGap::UnlistedContract(receipt.deployment.contract));
    }
    let facts = deployed.facts(receipt, None, at).await?;
    let mut earliest: Option<(Moment, bool)> = facts.anchored.map(|at| (at, false));
    let mut confirmed = Vec::new();
    for proof in kept.bundle.anchors.iter().chain(&kept.tried) {
        // A proof that does not lead from this receipt to its root proves nothing, whatever the chain knows.
        if proof.verify(receipt, &Software).is_err() {
            continue;
        }
        let asked = BatchProof {
            size: proof.size,
            index: proof.index,
            path: proof.path.clone(),
        };
        let Some(batched) = deployed.facts(receipt, Some(&asked), at).await?.batched else {
            continue;
        };
        confirmed.push(proof.clone());
        if earliest.is_none_or(|(known, _)| batched < known) {
            earliest = Some((batched, true));
        }
    }
    Ok(Look {
        seen: Seen {
            block: at.number,
            anchored: earliest.map(|(at, _)| at),
            batch: earliest.is_some_and(|(_, batch)| batch),
            revoked: facts.revoked,
            disowned: facts.disowned,
        },
        confirmed,
    })
}
