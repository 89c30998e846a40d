//! The receipts contract's messages (PROTOCOL 5).

use super::Message;
use countersign_shared::chain::receipts as selector;
use countersign_shared::chain::{
    Attestation, Attested, BatchKey, BatchProof, Disownment, Moment, Page, ReceiptFacts,
    ReceiptsError, Setup,
};
use countersign_shared::id::{Digest, ReceiptId, SealedId};
use countersign_shared::receipt::Statement;
use countersign_shared::signature::Signature;
use countersign_shared::Attester;

/// Of which chain and registry the contract speaks (4.3).
#[must_use]
pub fn deployment() -> Message<Setup> {
    Message::new("deployment", selector::DEPLOYMENT, &())
}

/// Anchors one sealed receipt (5.1).
#[must_use]
pub fn anchor(sealed: SealedId) -> Message<Result<Moment, ReceiptsError>> {
    Message::new("anchor", selector::ANCHOR, &sealed)
}

/// Anchors a batch of sealed receipts (5.1, 5.4).
#[must_use]
pub fn anchor_batch(batch: BatchKey) -> Message<Result<Moment, ReceiptsError>> {
    Message::new("anchor_batch", selector::ANCHOR_BATCH, &batch)
}

/// Has the contract verify a receipt and anchor it (5.2).
#[must_use]
pub fn attest(
    attester: Attester,
    statement: &Statement,
    signature: &Signature,
) -> Message<Result<Attested, ReceiptsError>> {
    Message::new(
        "attest",
        selector::ATTEST,
        &(attester, statement, signature),
    )
}

/// Revokes the caller's own receipt (5.3).
#[must_use]
pub fn revoke(digest: Digest) -> Message<Result<Moment, ReceiptsError>> {
    Message::new("revoke", selector::REVOKE, &digest)
}

/// Carries a signed revocation (5.3).
#[must_use]
pub fn revoke_signed(
    attester: Attester,
    digest: Digest,
    signature: &Signature,
) -> Message<Result<Moment, ReceiptsError>> {
    Message::new(
        "revoke_signed",
        selector::REVOKE_SIGNED,
        &(attester, digest, signature),
    )
}

/// Disowns the caller's key from a block on (5.6).
#[must_use]
pub fn disown(since: u32) -> Message<Result<Disownment, ReceiptsError>> {
    Message::new("disown", selector::DISOWN, &since)
}

/// Carries a signed disownment (5.6).
#[must_use]
pub fn disown_signed(
    attester: Attester,
    since: u32,
    signature: &Signature,
) -> Message<Result<Disownment, ReceiptsError>> {
    Message::new(
        "disown_signed",
        selector::DISOWN_SIGNED,
        &(attester, since, signature),
    )
}

/// What the contract knows of a receipt (5.4, 5.5).
#[must_use]
pub fn status(
    attester: Attester,
    digest: Digest,
    signature: &Signature,
    batch: Option<&BatchProof>,
) -> Message<Result<ReceiptFacts, ReceiptsError>> {
    Message::new(
        "status",
        selector::STATUS,
        &(attester, digest, signature, batch),
    )
}

/// Single anchors in their order.
#[must_use]
pub fn anchors(start: u32, limit: u32) -> Message<Page<(SealedId, Moment)>> {
    Message::new("anchors", selector::ANCHORS, &(start, limit))
}

/// Anchored batches in their order.
#[must_use]
pub fn batches(start: u32, limit: u32) -> Message<Page<(BatchKey, Moment)>> {
    Message::new("batches", selector::BATCHES, &(start, limit))
}

/// Receipts that the contract verified, in their order.
#[must_use]
pub fn attestations(start: u32, limit: u32) -> Message<Page<(SealedId, Attestation)>> {
    Message::new("attestations", selector::ATTESTATIONS, &(start, limit))
}

/// Revoked receipts in their order.
#[must_use]
pub fn revocations(start: u32, limit: u32) -> Message<Page<(ReceiptId, Moment)>> {
    Message::new("revocations", selector::REVOCATIONS, &(start, limit))
}

/// Disowned keys in the order in which they were first disowned.
#[must_use]
pub fn disownments(start: u32, limit: u32) -> Message<Page<(Attester, Disownment)>> {
    Message::new("disownments", selector::DISOWNMENTS, &(start, limit))
}
