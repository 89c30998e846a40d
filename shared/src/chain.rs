//! What goes over the wire to the contracts: the arguments, answers and errors of every message, in SCALE.
//!
//! The contracts and their callers both use these types, so the two cannot drift apart. The order of
//! fields and of enum variants is the encoding: append, never reorder. Selectors are ink!'s, the first
//! four bytes of BLAKE2b-256 of the message's name; the contracts' tests compare them with the metadata.

use crate::attester::{Attester, Lane};
use crate::id::{
    AccountId, BatchRoot, Digest, EngineId, ExactRoot, GenesisHash, ManifestHash, ModelId,
    ReceiptId, SealedId,
};
use crate::receipt::Reason;
use crate::signature::SignatureError;
pub use crate::status::{Disownment, Moment};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// The longest manifest that the registry keeps, in bytes (PROTOCOL 3.1).
pub const MAX_MANIFEST_BYTES: usize = 12 * 1024;
/// The longest name of an engine, in bytes of printable ASCII.
pub const MAX_ENGINE_NAME_BYTES: usize = 64;
/// The most items of one [`Page`], whatever `limit` asks: so no answer outgrows ink!'s 16 KiB buffer (C1).
pub const MAX_PAGE_ITEMS: u32 = 50;
/// The most leaves of a batch: 2³² (PROTOCOL 5.4).
pub const MAX_BATCH_SIZE: u64 = 1 << 32;

/// A stretch of an append-only list, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Page<T> {
    /// At most [`MAX_PAGE_ITEMS`] items, from the `start` that was asked for.
    pub items: Vec<T>,
    /// How many items the whole list has.
    pub total: u32,
}

/// What the registry keeps of a model, its manifest apart.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ModelRecord {
    /// Who registered it: part of the [`ModelId`], for ever.
    pub publisher: AccountId,
    /// Who may deprecate it, hand it over, and name it as a predecessor.
    pub owner: AccountId,
    /// To whom the owner offers it.
    pub offered_to: Option<AccountId>,
    /// SHA-256 of the manifest's bytes.
    pub manifest_hash: ManifestHash,
    /// The manifest's length in bytes.
    pub manifest_len: u32,
    /// The root of the exact program; zero outside the exact profile.
    pub exact_root: ExactRoot,
    /// The model that this one is a new version of.
    pub predecessor: Option<ModelId>,
    /// When it was registered.
    pub registered: Moment,
    /// When its owner said that it should not be used any more.
    pub deprecated: Option<Moment>,
}

/// What the registry keeps of an announced engine. Announcements are keyed by publisher and digest, so
/// that nobody can squat on another's engine.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct EngineRecord {
    /// Who may deprecate it and hand it over.
    pub owner: AccountId,
    /// To whom the owner offers it.
    pub offered_to: Option<AccountId>,
    /// A name for people: printable ASCII, 1 to [`MAX_ENGINE_NAME_BYTES`] bytes, no space at either end.
    pub name: Vec<u8>,
    /// When it was announced.
    pub announced: Moment,
    /// When its owner said that it should not be used any more.
    pub deprecated: Option<Moment>,
}

/// By what an announced engine is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, TypeInfo)]
pub struct EngineKey {
    /// Who announced it.
    pub publisher: AccountId,
    /// SHA-256 of the engine's bytes.
    pub engine: EngineId,
}

/// Why the registry refused a message; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum RegistryError {
    /// The manifest has no bytes.
    ManifestEmpty,
    /// The manifest is longer than [`MAX_MANIFEST_BYTES`].
    ManifestTooLong,
    /// This publisher registered this manifest and exact root before.
    ModelExists,
    /// No such model is registered.
    ModelUnknown,
    /// The predecessor is not registered.
    PredecessorUnknown,
    /// The caller does not own the predecessor.
    PredecessorNotOwned,
    /// The caller does not own it.
    NotOwner,
    /// It was not offered to the caller.
    NotOffered,
    /// The engine's name is empty, too long, or not plain printable ASCII.
    EngineNameInvalid,
    /// This publisher announced this engine before.
    EngineExists,
    /// No such engine was announced by that publisher.
    EngineUnknown,
    /// The list holds 2³² − 1 items and takes no more.
    ListFull,
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ManifestEmpty => "the manifest is empty",
            Self::ManifestTooLong => "the manifest is longer than 12 KiB",
            Self::ModelExists => "this account has already published this model",
            Self::ModelUnknown => "this model is not registered",
            Self::PredecessorUnknown => "the model named as predecessor is not registered",
            Self::PredecessorNotOwned => "only the owner of a model can name it as predecessor of a new version",
            Self::NotOwner => "only the owner can do this",
            Self::NotOffered => "it has not been offered to this account",
            Self::EngineNameInvalid => {
                "an engine's name is 1 to 64 characters of printable ASCII without a space at either end"
            }
            Self::EngineExists => "this account has already announced this engine",
            Self::EngineUnknown => "this account has announced no such engine",
            Self::ListFull => "the registry's list is full",
        })
    }
}

impl core::error::Error for RegistryError {}

/// Of which chain and registry a receipts contract speaks; given to its constructor, kept for good (PROTOCOL 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Setup {
    /// Block 0 of its chain, as its deployer says: a verifier compares.
    pub genesis: GenesisHash,
    /// The registry in which ModelIds are looked up.
    pub registry: AccountId,
}

/// By what an anchored batch is found: the pair, so that nobody can spoil a root with a wrong size (PROTOCOL 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, TypeInfo)]
pub struct BatchKey {
    /// The RFC 6962 root over the SealedIds.
    pub root: BatchRoot,
    /// How many leaves the tree has, 1 to 2³².
    pub size: u64,
}

/// Where a sealed receipt stands in a batch; its root follows from the path.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct BatchProof {
    /// How many leaves the tree has, 1 to 2³².
    pub size: u64,
    /// Which leaf, from 0.
    pub index: u64,
    /// The siblings' hashes from leaf to root, at most [`crate::merkle::MAX_DEPTH`].
    pub path: Vec<[u8; 32]>,
}

/// What `attest` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Attested {
    /// The receipt's id.
    pub receipt: ReceiptId,
    /// The sealed receipt's id.
    pub sealed: SealedId,
    /// When this SealedId was first anchored on its own, which may be before this call.
    pub anchored: Moment,
}

/// A receipt that the contract verified itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Attestation {
    /// Who signed it.
    pub attester: Attester,
    /// The digest that was signed; with the attester it makes the [`ReceiptId`].
    pub digest: Digest,
    /// The model that it names. Nobody checked that such a model is registered.
    pub model: ModelId,
    /// The lane that it names.
    pub lane: Lane,
    /// When the contract verified it.
    pub at: Moment,
}

/// The facts that the contract holds about one sealed receipt, judged by nobody: `status` checks no
/// signature and knows no expiry. [`crate::status::Status::of`] judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ReceiptFacts {
    /// ReceiptId of the attester and digest asked about.
    pub receipt: ReceiptId,
    /// SealedId of it and the signature asked about.
    pub sealed: SealedId,
    /// When the SealedId was anchored on its own.
    pub anchored: Option<Moment>,
    /// When the batch was anchored that the proof leads to.
    pub batched: Option<Moment>,
    /// When the contract itself verified the receipt and its signature.
    pub attested: Option<Moment>,
    /// When the attester revoked the receipt.
    pub revoked: Option<Moment>,
    /// Whether the attester disowned the key.
    pub disowned: Option<Disownment>,
}

impl ReceiptFacts {
    /// The earlier of the two anchors: A of PROTOCOL 5.5, if its block is finalised.
    #[must_use]
    pub fn earliest_anchor(&self) -> Option<Moment> {
        self.anchored.into_iter().chain(self.batched).min()
    }
}

/// Why the receipts contract refused a message; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum ReceiptsError {
    /// A batch has 1 to 2³² leaves.
    BatchSize,
    /// The attester is the zero address or the sr25519 identity key, for which anyone can sign (PROTOCOL 4.6).
    AttesterForbidden,
    /// The signature's kind is not the attester's.
    SignatureKind,
    /// The signature has values that no wallet makes: r, s or v out of range, or the high s (PROTOCOL 4.6).
    SignatureForm,
    /// The signature is by somebody else, or over something else, or for another chain or contract (C3).
    SignatureInvalid,
    /// The receipt itself breaks a rule: its lane or engine (PROTOCOL 4.1).
    ReceiptInvalid,
    /// `since` lies after the current block (PROTOCOL 5.6).
    SinceInFuture,
    /// The path does not fit its index and size.
    ProofInvalid,
    /// The list holds 2³² − 1 items and takes no more.
    ListFull,
}

impl fmt::Display for ReceiptsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BatchSize => "a batch has between 1 and 4294967296 receipts",
            Self::AttesterForbidden => "anyone can sign for this attester, so nothing is accepted in its name",
            Self::SignatureKind => "the signature is of another kind than the attester's key",
            Self::SignatureForm => "the signature is malformed",
            Self::SignatureInvalid => {
                "the signature is not this attester's over this statement on this chain and contract"
            }
            Self::ReceiptInvalid => "the receipt names a lane and an engine that do not belong together",
            Self::SinceInFuture => "the block given lies in the future",
            Self::ProofInvalid => "the batch proof does not fit its index and size",
            Self::ListFull => "the contract's list is full",
        })
    }
}

impl core::error::Error for ReceiptsError {}

impl From<SignatureError> for ReceiptsError {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::Attester(_) => Self::AttesterForbidden,
            SignatureError::Kind => Self::SignatureKind,
            SignatureError::RangeOfR
            | SignatureError::RangeOfS
            | SignatureError::HighS
            | SignatureError::RecoveryByte(_) => Self::SignatureForm,
            _ => Self::SignatureInvalid,
        }
    }
}

impl From<Reason> for ReceiptsError {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Run(_) => Self::ReceiptInvalid,
            Reason::Signature(error) => error.into(),
        }
    }
}

/// Four bytes before a message's arguments.
pub type Selector = [u8; 4];

/// Selectors of the registry, in the order of its source; the arguments stand beside each.
pub mod registry {
    use super::Selector;

    /// Constructor `new()`.
    pub const NEW: Selector = [0x9b, 0xae, 0x9d, 0x5e];
    /// `publish_model(manifest: Vec<u8>, exact_root: ExactRoot, predecessor: Option<ModelId>) -> Result<ModelId, RegistryError>`.
    pub const PUBLISH_MODEL: Selector = [0xcb, 0xc9, 0xa1, 0xbc];
    /// `deprecate_model(model: ModelId) -> Result<Moment, RegistryError>`.
    pub const DEPRECATE_MODEL: Selector = [0xc5, 0x8b, 0x5d, 0x60];
    /// `offer_model(model: ModelId, to: Option<AccountId>) -> Result<(), RegistryError>`.
    pub const OFFER_MODEL: Selector = [0x00, 0x31, 0x9a, 0xf3];
    /// `accept_model(model: ModelId) -> Result<(), RegistryError>`.
    pub const ACCEPT_MODEL: Selector = [0x5e, 0x78, 0x41, 0x2b];
    /// `model(model: ModelId) -> Option<ModelRecord>`.
    pub const MODEL: Selector = [0xfd, 0x91, 0x14, 0x6e];
    /// `manifest(model: ModelId) -> Option<Vec<u8>>`.
    pub const MANIFEST: Selector = [0x8b, 0x6e, 0x77, 0x66];
    /// `models(start: u32, limit: u32) -> Page<(ModelId, ModelRecord)>`.
    pub const MODELS: Selector = [0xc3, 0x0e, 0xce, 0x62];
    /// `announce_engine(engine: EngineId, name: Vec<u8>) -> Result<Moment, RegistryError>`.
    pub const ANNOUNCE_ENGINE: Selector = [0x21, 0x8d, 0xa0, 0xfa];
    /// `deprecate_engine(key: EngineKey) -> Result<Moment, RegistryError>`.
    pub const DEPRECATE_ENGINE: Selector = [0x91, 0xde, 0xd6, 0x0e];
    /// `offer_engine(key: EngineKey, to: Option<AccountId>) -> Result<(), RegistryError>`.
    pub const OFFER_ENGINE: Selector = [0xaf, 0x01, 0x57, 0xbf];
    /// `accept_engine(key: EngineKey) -> Result<(), RegistryError>`.
    pub const ACCEPT_ENGINE: Selector = [0xfe, 0x8d, 0x2c, 0x41];
    /// `engine(key: EngineKey) -> Option<EngineRecord>`.
    pub const ENGINE: Selector = [0xb9, 0xf9, 0x92, 0xc2];
    /// `engines(start: u32, limit: u32) -> Page<(EngineKey, EngineRecord)>`.
    pub const ENGINES: Selector = [0xd9, 0x22, 0xcd, 0x7c];
}

/// Selectors of the receipts contract.
pub mod receipts {
    use super::Selector;

    /// Constructor `new(genesis: GenesisHash, registry: AccountId)`.
    pub const NEW: Selector = [0x9b, 0xae, 0x9d, 0x5e];
    /// `deployment() -> Setup`.
    pub const DEPLOYMENT: Selector = [0x03, 0x2a, 0xf8, 0xd2];
    /// `anchor(sealed: SealedId) -> Result<Moment, ReceiptsError>`.
    pub const ANCHOR: Selector = [0xc0, 0x56, 0x4c, 0x5e];
    /// `anchor_batch(batch: BatchKey) -> Result<Moment, ReceiptsError>`.
    pub const ANCHOR_BATCH: Selector = [0x28, 0x3b, 0xa5, 0xda];
    /// `attest(attester: Attester, statement: Statement, signature: Signature) -> Result<Attested, ReceiptsError>`.
    pub const ATTEST: Selector = [0xdf, 0xad, 0xfe, 0x37];
    /// `revoke(digest: Digest) -> Result<Moment, ReceiptsError>`.
    pub const REVOKE: Selector = [0x0a, 0x53, 0x8d, 0x12];
    /// `revoke_signed(attester: Attester, digest: Digest, signature: Signature) -> Result<Moment, ReceiptsError>`.
    pub const REVOKE_SIGNED: Selector = [0xf1, 0x37, 0xe0, 0x0e];
    /// `disown(since: u32) -> Result<Disownment, ReceiptsError>`.
    pub const DISOWN: Selector = [0xb0, 0xb9, 0xd0, 0xf0];
    /// `disown_signed(attester: Attester, since: u32, signature: Signature) -> Result<Disownment, ReceiptsError>`.
    pub const DISOWN_SIGNED: Selector = [0x0f, 0xe8, 0x22, 0x15];
    /// `status(attester: Attester, digest: Digest, signature: Signature, batch: Option<BatchProof>) -> Result<ReceiptFacts, ReceiptsError>`.
    pub const STATUS: Selector = [0xdb, 0xa3, 0xea, 0x4d];
    /// `anchors(start: u32, limit: u32) -> Page<(SealedId, Moment)>`.
    pub const ANCHORS: Selector = [0x48, 0x60, 0xd8, 0x0a];
    /// `batches(start: u32, limit: u32) -> Page<(BatchKey, Moment)>`.
    pub const BATCHES: Selector = [0xaa, 0xb1, 0x37, 0x8c];
    /// `attestations(start: u32, limit: u32) -> Page<(SealedId, Attestation)>`.
    pub const ATTESTATIONS: Selector = [0xcd, 0x35, 0x51, 0x6f];
    /// `revocations(start: u32, limit: u32) -> Page<(ReceiptId, Moment)>`.
    pub const REVOCATIONS: Selector = [0xdd, 0xc6, 0x43, 0xfb];
    /// `disownments(start: u32, limit: u32) -> Page<(Attester, Disownment)>`.
    pub const DISOWNMENTS: Selector = [0x5f, 0x41, 0x67, 0x9b];
}
