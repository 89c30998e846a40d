//! When which receipt was there, who verified it, and what its signer took back (PROTOCOL 5).
//!
//! The shell: it reads the environment, delegates to [`state`], and emits an event when something changed.
//! It takes no value (C4), has no owner, and cannot be altered or deleted (C2, PROTOCOL 5.7).

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod state;

pub use contract::{Receipts, ReceiptsRef};

#[allow(
    unsafe_code,
    clippy::panic,
    reason = "what ink! writes: `no_mangle` entry points that panic when the host calls them wrongly"
)]
#[ink::contract]
mod contract {
    use crate::state;
    use countersign_contracts_common::host::{now, Chain, HostCrypto};
    use countersign_shared::attester::Attester;
    use countersign_shared::chain::{
        Attestation, Attested as AttestAnswer, BatchKey, BatchProof, Disownment, Moment, Page,
        ReceiptFacts, ReceiptsError, Setup,
    };
    use countersign_shared::id::{
        AccountId as Account, BatchRoot, Digest, GenesisHash, ModelId, ReceiptId, SealedId,
    };
    use countersign_shared::receipt::Statement;
    use countersign_shared::signature::Signature;

    /// A SealedId was anchored for the first time.
    #[ink(event)]
    pub struct Anchored {
        /// The SealedId.
        #[ink(topic)]
        pub sealed: SealedId,
    }

    /// A batch was anchored for the first time.
    #[ink(event)]
    pub struct BatchAnchored {
        /// Its RFC 6962 root.
        #[ink(topic)]
        pub root: BatchRoot,
        /// How many leaves it has.
        pub size: u64,
    }

    /// A receipt was verified on the chain for the first time.
    #[ink(event)]
    pub struct Attested {
        /// Its id.
        #[ink(topic)]
        pub receipt: ReceiptId,
        /// Who signed it.
        #[ink(topic)]
        pub attester: Attester,
        /// The model that it names.
        #[ink(topic)]
        pub model: ModelId,
        /// The id of it and its signature.
        pub sealed: SealedId,
    }

    /// A receipt was revoked by its attester.
    #[ink(event)]
    pub struct Revoked {
        /// Its id.
        #[ink(topic)]
        pub receipt: ReceiptId,
    }

    /// A key was disowned, or disowned from an earlier block on.
    #[ink(event)]
    pub struct Disowned {
        /// Whose key.
        #[ink(topic)]
        pub attester: Attester,
        /// The smallest block given so far.
        pub since: u32,
    }

    /// The contract. Its facts lie in cells of their own ([`state`]).
    #[ink(storage)]
    pub struct Receipts {
        /// [`Setup::genesis`].
        genesis: [u8; 32],
        /// [`Setup::registry`].
        registry: [u8; 32],
    }

    impl Receipts {
        /// A contract of the chain whose block 0 has the hash `genesis`, for the models of `registry`
        /// (PROTOCOL 4.3). A verifier compares both with its own.
        #[ink(constructor)]
        pub fn new(genesis: GenesisHash, registry: Account) -> Self {
            Self {
                genesis: genesis.to_bytes(),
                registry: registry.to_bytes(),
            }
        }

        /// What the constructor was given.
        #[ink(message)]
        pub fn deployment(&self) -> Setup {
            Setup {
                genesis: GenesisHash::new(self.genesis),
                registry: Account::new(self.registry),
            }
        }

        /// Anchors a SealedId; answers when it was first anchored on its own (PROTOCOL 5.1).
        ///
        /// # Errors
        /// `ListFull`.
        #[ink(message)]
        pub fn anchor(&mut self, sealed: SealedId) -> Result<Moment, ReceiptsError> {
            let anchor = self.rules().anchor(now(), &sealed)?;
            if anchor.changed {
                self.env().emit_event(Anchored { sealed });
            }
            Ok(anchor.answer)
        }

        /// Anchors an RFC 6962 tree of SealedIds; answers when it was first anchored (PROTOCOL 5.1, 5.4).
        ///
        /// # Errors
        /// `BatchSize`, `ListFull`.
        #[ink(message)]
        pub fn anchor_batch(&mut self, batch: BatchKey) -> Result<Moment, ReceiptsError> {
            let anchor = self.rules().anchor_batch(now(), &batch)?;
            if anchor.changed {
                let BatchKey { root, size } = batch;
                self.env().emit_event(BatchAnchored { root, size });
            }
            Ok(anchor.answer)
        }

        /// Verifies a receipt on the chain and anchors its SealedId (PROTOCOL 5.2).
        ///
        /// # Errors
        /// `ReceiptInvalid`, `SignatureKind`, `AttesterForbidden`, `SignatureForm`, `SignatureInvalid`,
        /// `ListFull`.
        #[ink(message)]
        pub fn attest(
            &mut self,
            attester: Attester,
            statement: Statement,
            signature: Signature,
        ) -> Result<AttestAnswer, ReceiptsError> {
            let effect = self.rules().attest(now(), attester, statement, signature)?;
            let AttestAnswer {
                receipt, sealed, ..
            } = effect.answer;
            if effect.anchored {
                self.env().emit_event(Anchored { sealed });
            }
            if effect.attested {
                let model = statement.run.model;
                self.env().emit_event(Attested {
                    receipt,
                    attester,
                    model,
                    sealed,
                });
            }
            Ok(effect.answer)
        }

        /// Revokes the caller's receipt with this digest; answers when it was first revoked (PROTOCOL 5.3).
        ///
        /// # Errors
        /// `AttesterForbidden`, `ListFull`.
        #[ink(message)]
        pub fn revoke(&mut self, digest: Digest) -> Result<Moment, ReceiptsError> {
            let (receipt, revocation) = self.rules().revoke(self.caller(), now(), &digest)?;
            if revocation.changed {
                self.env().emit_event(Revoked { receipt });
            }
            Ok(revocation.answer)
        }

        /// Revokes a receipt by its attester's signature, whoever carries it (PROTOCOL 5.3).
        ///
        /// # Errors
        /// `SignatureKind`, `AttesterForbidden`, `SignatureForm`, `SignatureInvalid`, `ListFull`.
        #[ink(message)]
        pub fn revoke_signed(
            &mut self,
            attester: Attester,
            digest: Digest,
            signature: Signature,
        ) -> Result<Moment, ReceiptsError> {
            let (receipt, revocation) =
                self.rules()
                    .revoke_signed(now(), &attester, &digest, &signature)?;
            if revocation.changed {
                self.env().emit_event(Revoked { receipt });
            }
            Ok(revocation.answer)
        }

        /// Disowns the caller's key from block `since` on (PROTOCOL 5.6).
        ///
        /// # Errors
        /// `AttesterForbidden`, `SinceInFuture`, `ListFull`.
        #[ink(message)]
        pub fn disown(&mut self, since: u32) -> Result<Disownment, ReceiptsError> {
            let (attester, disownment) = self.rules().disown(self.caller(), now(), since)?;
            if disownment.changed {
                self.env().emit_event(Disowned { attester, since });
            }
            Ok(disownment.answer)
        }

        /// Disowns a key from block `since` on by its own signature, whoever carries it (PROTOCOL 5.6).
        ///
        /// # Errors
        /// `SignatureKind`, `AttesterForbidden`, `SignatureForm`, `SignatureInvalid`, `SinceInFuture`, `ListFull`.
        #[ink(message)]
        pub fn disown_signed(
            &mut self,
            attester: Attester,
            since: u32,
            signature: Signature,
        ) -> Result<Disownment, ReceiptsError> {
            let disownment = self
                .rules()
                .disown_signed(now(), &attester, since, &signature)?;
            if disownment.changed {
                self.env().emit_event(Disowned { attester, since });
            }
            Ok(disownment.answer)
        }

        /// The facts about a sealed receipt and, with a proof, its batch. Checks no signature and knows no
        /// expiry: the caller verifies the receipt and judges (PROTOCOL 5.5, 5.6).
        ///
        /// # Errors
        /// `AttesterForbidden`, `SignatureKind`, `BatchSize`, `ProofInvalid`.
        #[ink(message)]
        pub fn status(
            &self,
            attester: Attester,
            digest: Digest,
            signature: Signature,
            batch: Option<BatchProof>,
        ) -> Result<ReceiptFacts, ReceiptsError> {
            self.rules()
                .status(&attester, &digest, &signature, batch.as_ref())
        }

        /// Single anchors from position `start` on, oldest first; at most 50 whatever `limit` says.
        #[ink(message)]
        pub fn anchors(&self, start: u32, limit: u32) -> Page<(SealedId, Moment)> {
            self.rules().anchors(start, limit)
        }

        /// Batches from position `start` on, oldest first; at most 50 whatever `limit` says.
        #[ink(message)]
        pub fn batches(&self, start: u32, limit: u32) -> Page<(BatchKey, Moment)> {
            self.rules().batches(start, limit)
        }

        /// Receipts verified here from position `start` on, oldest first; at most 50 whatever `limit` says.
        #[ink(message)]
        pub fn attestations(&self, start: u32, limit: u32) -> Page<(SealedId, Attestation)> {
            self.rules().attestations(start, limit)
        }

        /// Revocations from position `start` on, oldest first; at most 50 whatever `limit` says.
        #[ink(message)]
        pub fn revocations(&self, start: u32, limit: u32) -> Page<(ReceiptId, Moment)> {
            self.rules().revocations(start, limit)
        }

        /// Disowned keys from position `start` on, in the order of their first disownment; at most 50
        /// whatever `limit` says.
        #[ink(message)]
        pub fn disownments(&self, start: u32, limit: u32) -> Page<(Attester, Disownment)> {
            self.rules().disownments(start, limit)
        }

        fn caller(&self) -> Account {
            Account::new(*self.env().caller().as_ref())
        }

        fn rules(&self) -> state::Receipts<Chain, HostCrypto> {
            let contract = Account::new(*self.env().account_id().as_ref());
            state::Receipts::new(self.deployment(), contract, Chain, HostCrypto)
        }
    }
}
