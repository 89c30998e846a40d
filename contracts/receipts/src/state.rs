//! The rules of PROTOCOL 5 in plain Rust. The shell in `lib.rs` supplies caller and moment and emits events.
//!
//! Every method is total (C1) and, when it refuses, has written nothing. Facts are only ever added, by
//! whoever pays for their storage; nobody can alter or delete one (C2). All but `since` of a disownment
//! keep their first time, and that number only falls: so a message may come twice, late, by anyone (C3).

use countersign_contracts_common::list::{self, List};
use countersign_contracts_common::store::Store;
use countersign_contracts_common::Effect;
use countersign_shared::attester::Attester;
use countersign_shared::chain::{
    Attestation, Attested, BatchKey, BatchProof, Page, ReceiptFacts, ReceiptsError, Setup,
    MAX_BATCH_SIZE,
};
use countersign_shared::crypto::Crypto;
use countersign_shared::deploy::Deployment;
use countersign_shared::id::{AccountId, BatchRoot, Digest, ReceiptId, SealedId, Sr25519Public};
use countersign_shared::merkle;
use countersign_shared::receipt::{verify_disownment, verify_revocation, Receipt, Statement};
use countersign_shared::signature::{Signature, SignatureError};
use countersign_shared::status::{Disownment, Moment};

/// Single anchors (PROTOCOL 5.1).
struct Anchors;
impl List for Anchors {
    type Key = SealedId;
    type Value = Moment;
    const SPACE: u32 = 0x10;
}

/// Anchored batches, apart from single anchors: a root cannot pass for a SealedId (PROTOCOL 5.4).
struct Batches;
impl List for Batches {
    type Key = BatchKey;
    type Value = Moment;
    const SPACE: u32 = 0x20;
}

/// Receipts that this contract verified itself (PROTOCOL 5.2).
struct Attestations;
impl List for Attestations {
    type Key = SealedId;
    type Value = Attestation;
    const SPACE: u32 = 0x30;
}

/// Revoked receipts (PROTOCOL 5.3).
struct Revocations;
impl List for Revocations {
    type Key = ReceiptId;
    type Value = Moment;
    const SPACE: u32 = 0x40;
}

/// Disowned keys (PROTOCOL 5.6).
struct Disownments;
impl List for Disownments {
    type Key = Attester;
    type Value = Disownment;
    const SPACE: u32 = 0x50;
}

/// What an accepted `attest` answers and which of its two facts are new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttestEffect {
    /// The answer for the caller.
    pub answer: Attested,
    /// Whether the SealedId was not anchored before.
    pub anchored: bool,
    /// Whether the receipt was not attested before.
    pub attested: bool,
}

/// The rules over a store and the host's cryptography.
#[derive(Clone, Debug)]
pub struct Receipts<S, C> {
    setup: Setup,
    contract: AccountId,
    store: S,
    crypto: C,
}

impl<S: Store, C: Crypto> Receipts<S, C> {
    /// The rules over what `store` holds, for the contract whose account is `contract`.
    pub const fn new(setup: Setup, contract: AccountId, store: S, crypto: C) -> Self {
        Self {
            setup,
            contract,
            store,
            crypto,
        }
    }

    /// What the facts are kept in.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// What signatures are bound to (PROTOCOL 4.3).
    fn deployment(&self) -> Deployment {
        Deployment {
            genesis: self.setup.genesis,
            contract: self.contract,
        }
    }

    /// Anchors a SealedId; answers the first time (PROTOCOL 5.1).
    ///
    /// # Errors
    /// `ListFull`.
    pub fn anchor(
        &mut self,
        now: Moment,
        sealed: &SealedId,
    ) -> Result<Effect<Moment>, ReceiptsError> {
        self.first::<Anchors>(now, sealed)
    }

    /// Anchors a batch; answers the first time (PROTOCOL 5.1, 5.4).
    ///
    /// # Errors
    /// `BatchSize`, `ListFull`.
    pub fn anchor_batch(
        &mut self,
        now: Moment,
        batch: &BatchKey,
    ) -> Result<Effect<Moment>, ReceiptsError> {
        check_size(batch.size)?;
        self.first::<Batches>(now, batch)
    }

    /// Verifies a receipt, keeps that it did, and anchors its SealedId (PROTOCOL 5.2). Expired, revoked and
    /// disowned receipts are taken too: an attestation confers no rights. Whether the model is registered is
    /// not asked.
    ///
    /// # Errors
    /// `ReceiptInvalid`, `SignatureKind`, `AttesterForbidden`, `SignatureForm`, `SignatureInvalid`, `ListFull`.
    pub fn attest(
        &mut self,
        now: Moment,
        attester: Attester,
        statement: Statement,
        signature: Signature,
    ) -> Result<AttestEffect, ReceiptsError> {
        let receipt = Receipt {
            deployment: self.deployment(),
            statement,
            attester,
            signature,
        };
        let verified = receipt.verify(&self.crypto)?;
        let sealed = verified.sealed();
        // Whatever is attested is anchored, so the first list is never shorter than the second: when this
        // appends an anchor there is room for the attestation.
        let anchor = self.anchor(now, &sealed)?;
        let new = list::find::<Attestations>(&self.store, &sealed).is_none();
        if new {
            let attestation = Attestation {
                attester,
                digest: verified.digest(),
                model: statement.run.model,
                lane: statement.run.lane,
                at: now,
            };
            list::append::<Attestations>(&mut self.store, &sealed, &attestation)?;
        }
        let answer = Attested {
            receipt: verified.id(),
            sealed,
            anchored: anchor.answer,
        };
        Ok(AttestEffect {
            answer,
            anchored: anchor.changed,
            attested: new,
        })
    }

    /// Revokes the receipt with this digest that the caller's sr25519 key signed, or would have (PROTOCOL 5.3).
    ///
    /// # Errors
    /// `AttesterForbidden`, `ListFull`.
    pub fn revoke(
        &mut self,
        caller: AccountId,
        now: Moment,
        digest: &Digest,
    ) -> Result<(ReceiptId, Effect<Moment>), ReceiptsError> {
        let attester = attester_of(caller)?;
        let receipt = ReceiptId::compute(&attester, digest, &self.crypto);
        Ok((receipt, self.first::<Revocations>(now, &receipt)?))
    }

    /// Revokes a receipt by its attester's signature, whoever carries it (PROTOCOL 5.3).
    ///
    /// # Errors
    /// `SignatureKind`, `AttesterForbidden`, `SignatureForm`, `SignatureInvalid`, `ListFull`.
    pub fn revoke_signed(
        &mut self,
        now: Moment,
        attester: &Attester,
        digest: &Digest,
        signature: &Signature,
    ) -> Result<(ReceiptId, Effect<Moment>), ReceiptsError> {
        let receipt = verify_revocation(
            &self.deployment(),
            attester,
            digest,
            signature,
            &self.crypto,
        )?;
        Ok((receipt, self.first::<Revocations>(now, &receipt)?))
    }

    /// Disowns the caller's sr25519 key from block `since` on (PROTOCOL 5.6).
    ///
    /// # Errors
    /// `AttesterForbidden`, `SinceInFuture`, `ListFull`.
    pub fn disown(
        &mut self,
        caller: AccountId,
        now: Moment,
        since: u32,
    ) -> Result<(Attester, Effect<Disownment>), ReceiptsError> {
        let attester = attester_of(caller)?;
        Ok((attester, self.declare(now, &attester, since)?))
    }

    /// Disowns a key from block `since` on by its own signature, whoever carries it (PROTOCOL 5.6).
    ///
    /// # Errors
    /// `SignatureKind`, `AttesterForbidden`, `SignatureForm`, `SignatureInvalid`, `SinceInFuture`, `ListFull`.
    pub fn disown_signed(
        &mut self,
        now: Moment,
        attester: &Attester,
        since: u32,
        signature: &Signature,
    ) -> Result<Effect<Disownment>, ReceiptsError> {
        verify_disownment(
            &self.deployment(),
            attester,
            since.into(),
            signature,
            &self.crypto,
        )?;
        self.declare(now, attester, since)
    }

    /// What is known of a sealed receipt (PROTOCOL 5.5). It asks for no right and checks no signature.
    ///
    /// # Errors
    /// `AttesterForbidden`, `SignatureKind`, `BatchSize`, `ProofInvalid`.
    pub fn status(
        &self,
        attester: &Attester,
        digest: &Digest,
        signature: &Signature,
        batch: Option<&BatchProof>,
    ) -> Result<ReceiptFacts, ReceiptsError> {
        attester.check().map_err(SignatureError::from)?;
        if signature.kind() != attester.kind() {
            return Err(ReceiptsError::SignatureKind);
        }
        let receipt = ReceiptId::compute(attester, digest, &self.crypto);
        let sealed = SealedId::compute(&receipt, signature, &self.crypto);
        let batched = match batch {
            Some(proof) => list::find::<Batches>(&self.store, &self.batch_of(&sealed, proof)?),
            None => None,
        };
        Ok(ReceiptFacts {
            receipt,
            sealed,
            anchored: list::find::<Anchors>(&self.store, &sealed),
            batched,
            attested: list::find::<Attestations>(&self.store, &sealed)
                .map(|attestation| attestation.at),
            revoked: list::find::<Revocations>(&self.store, &receipt),
            disowned: list::find::<Disownments>(&self.store, attester),
        })
    }

    /// The single anchors, oldest first.
    pub fn anchors(&self, start: u32, limit: u32) -> Page<(SealedId, Moment)> {
        list::page::<Anchors>(&self.store, start, limit)
    }

    /// The batches, oldest first.
    pub fn batches(&self, start: u32, limit: u32) -> Page<(BatchKey, Moment)> {
        list::page::<Batches>(&self.store, start, limit)
    }

    /// The receipts verified here, oldest first.
    pub fn attestations(&self, start: u32, limit: u32) -> Page<(SealedId, Attestation)> {
        list::page::<Attestations>(&self.store, start, limit)
    }

    /// The revocations, oldest first.
    pub fn revocations(&self, start: u32, limit: u32) -> Page<(ReceiptId, Moment)> {
        list::page::<Revocations>(&self.store, start, limit)
    }

    /// The disowned keys, in the order of their first disownment.
    pub fn disownments(&self, start: u32, limit: u32) -> Page<(Attester, Disownment)> {
        list::page::<Disownments>(&self.store, start, limit)
    }

    /// Keeps when something happened first.
    fn first<L: List<Value = Moment>>(
        &mut self,
        now: Moment,
        key: &L::Key,
    ) -> Result<Effect<Moment>, ReceiptsError> {
        if let Some(earlier) = list::find::<L>(&self.store, key) {
            return Ok(Effect::repeated(earlier));
        }
        list::append::<L>(&mut self.store, key, &now)?;
        Ok(Effect::new(now))
    }

    /// Keeps the smallest `since` and the first declaration: the worst of all calls. Were the last call's
    /// moment kept instead, whoever stole the key could call again and so date the disownment later.
    fn declare(
        &mut self,
        now: Moment,
        attester: &Attester,
        since: u32,
    ) -> Result<Effect<Disownment>, ReceiptsError> {
        if since > now.block {
            return Err(ReceiptsError::SinceInFuture);
        }
        match list::find::<Disownments>(&self.store, attester) {
            Some(standing) if standing.since <= since => Ok(Effect::repeated(standing)),
            Some(standing) => {
                let disownment = Disownment { since, ..standing };
                list::replace::<Disownments>(&mut self.store, attester, &disownment);
                Ok(Effect::new(disownment))
            }
            None => {
                let disownment = Disownment {
                    since,
                    declared: now,
                };
                list::append::<Disownments>(&mut self.store, attester, &disownment)?;
                Ok(Effect::new(disownment))
            }
        }
    }

    /// The batch that a proof leads to.
    fn batch_of(&self, sealed: &SealedId, proof: &BatchProof) -> Result<BatchKey, ReceiptsError> {
        check_size(proof.size)?;
        let leaf = merkle::leaf_hash(&self.crypto, sealed.as_bytes());
        let root = merkle::root_of_path(&self.crypto, proof.size, proof.index, leaf, &proof.path)
            .ok_or(ReceiptsError::ProofInvalid)?;
        Ok(BatchKey {
            root: BatchRoot::new(root),
            size: proof.size,
        })
    }
}

/// A caller as attester: its account is an sr25519 key, else it can have signed no receipt.
fn attester_of(caller: AccountId) -> Result<Attester, ReceiptsError> {
    let attester = Attester::Sr25519(Sr25519Public::new(caller.to_bytes()));
    attester.check().map_err(SignatureError::from)?;
    Ok(attester)
}

fn check_size(size: u64) -> Result<(), ReceiptsError> {
    if (1..=MAX_BATCH_SIZE).contains(&size) {
        Ok(())
    } else {
        Err(ReceiptsError::BatchSize)
    }
}
