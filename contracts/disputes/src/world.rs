//! What the rules ask of the chain around them: two other contracts, and moving value.

use countersign_shared::attester::Attester;
use countersign_shared::chain::{BatchProof, ModelRecord, ReceiptFacts, ReceiptsError};
use countersign_shared::id::{AccountId, Digest, ModelId};
use countersign_shared::signature::Signature;

/// The chain around the contract. Nothing here may panic or trap.
pub trait World {
    /// `status` of the receipts contract; `None` when nothing there answers as it does.
    fn facts(
        &self,
        attester: &Attester,
        digest: &Digest,
        signature: &Signature,
        batch: Option<&BatchProof>,
    ) -> Option<Result<ReceiptFacts, ReceiptsError>>;

    /// `model` of the registry; `None` when nothing there answers as it does.
    fn model(&self, model: &ModelId) -> Option<Option<ModelRecord>>;

    /// Sends value from the contract; whether the chain did so. It runs no code of the receiver.
    fn transfer(&mut self, to: &AccountId, amount: u128) -> bool;
}
