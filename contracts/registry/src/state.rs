//! The registry's rules in plain Rust. The shell in `lib.rs` supplies caller and moment and emits events.
//!
//! Every method is total (C1) and, when it refuses, has written nothing. Only an owner changes a record
//! (C2); nothing is ever removed. When several errors apply, the first in the order of the method's text wins.

use crate::ownership;
use countersign_contracts_common::list::{self, List};
use countersign_contracts_common::store::{Cell, Store};
use countersign_contracts_common::Effect;
use countersign_shared::chain::{
    EngineKey, EngineRecord, ModelRecord, Moment, Page, RegistryError, MAX_ENGINE_NAME_BYTES,
    MAX_MANIFEST_BYTES,
};
use countersign_shared::crypto::Crypto;
use countersign_shared::id::{AccountId, EngineId, ExactRoot, ManifestHash, ModelId};
use ink::prelude::vec::Vec;

/// The models, by ModelId.
struct Models;
impl List for Models {
    type Key = ModelId;
    type Value = ModelRecord;
    const SPACE: u32 = 0x10;
}

/// The manifests' bytes, apart from the records so that lists stay small (PROTOCOL 3.1).
struct Manifests;
impl Cell for Manifests {
    type Key = ModelId;
    type Value = Vec<u8>;
    const SPACE: u32 = 0x20;
}

/// The announced engines, by publisher and digest.
struct Engines;
impl List for Engines {
    type Key = EngineKey;
    type Value = EngineRecord;
    const SPACE: u32 = 0x30;
}

/// The rules over a store and the host's hashing.
#[derive(Clone, Debug, Default)]
pub struct Registry<S, C> {
    store: S,
    crypto: C,
}

impl<S: Store, C: Crypto> Registry<S, C> {
    /// The rules over what `store` holds.
    pub const fn new(store: S, crypto: C) -> Self {
        Self { store, crypto }
    }

    /// What the facts are kept in.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Registers a model with `caller` as publisher and owner (PROTOCOL 3.1, 3.2).
    ///
    /// # Errors
    /// `ManifestEmpty`, `ManifestTooLong`, `ModelExists`, `PredecessorUnknown`, `PredecessorNotOwned`, `ListFull`.
    pub fn publish_model(
        &mut self,
        caller: AccountId,
        now: Moment,
        manifest: Vec<u8>,
        exact_root: ExactRoot,
        predecessor: Option<ModelId>,
    ) -> Result<ModelId, RegistryError> {
        if manifest.is_empty() {
            return Err(RegistryError::ManifestEmpty);
        }
        if manifest.len() > MAX_MANIFEST_BYTES {
            return Err(RegistryError::ManifestTooLong);
        }
        let manifest_len =
            u32::try_from(manifest.len()).map_err(|_| RegistryError::ManifestTooLong)?;
        let manifest_hash = ManifestHash::of(&manifest, &self.crypto);
        let model = ModelId::compute(&caller, &manifest_hash, &exact_root, &self.crypto);
        if self.model(&model).is_some() {
            return Err(RegistryError::ModelExists);
        }
        if let Some(earlier) = &predecessor {
            let record = self
                .model(earlier)
                .ok_or(RegistryError::PredecessorUnknown)?;
            if record.owner != caller {
                return Err(RegistryError::PredecessorNotOwned);
            }
        }
        let record = ModelRecord {
            publisher: caller,
            owner: caller,
            offered_to: None,
            manifest_hash,
            manifest_len,
            exact_root,
            predecessor,
            registered: now,
            deprecated: None,
        };
        list::append::<Models>(&mut self.store, &model, &record)?;
        self.store.set::<Manifests>(&model, &manifest);
        Ok(model)
    }

    /// Marks a model as not to be used any more, for good; the first time is kept.
    ///
    /// # Errors
    /// `ModelUnknown`, `NotOwner`.
    pub fn deprecate_model(
        &mut self,
        caller: AccountId,
        now: Moment,
        model: &ModelId,
    ) -> Result<Effect<Moment>, RegistryError> {
        ownership::deprecate::<Models>(&mut self.store, model, caller, now)
    }

    /// Offers a model to an account, or to nobody; whoever it was offered to before cannot take it any more.
    ///
    /// # Errors
    /// `ModelUnknown`, `NotOwner`.
    pub fn offer_model(
        &mut self,
        caller: AccountId,
        model: &ModelId,
        to: Option<AccountId>,
    ) -> Result<Effect<()>, RegistryError> {
        ownership::offer::<Models>(&mut self.store, model, caller, to)
    }

    /// Takes a model that was offered to `caller`; answers who owned it. The publisher stays what it was.
    ///
    /// # Errors
    /// `ModelUnknown`, `NotOffered`.
    pub fn accept_model(
        &mut self,
        caller: AccountId,
        model: &ModelId,
    ) -> Result<AccountId, RegistryError> {
        ownership::accept::<Models>(&mut self.store, model, caller)
    }

    /// A model's record.
    pub fn model(&self, model: &ModelId) -> Option<ModelRecord> {
        list::find::<Models>(&self.store, model)
    }

    /// A model's manifest, byte for byte.
    pub fn manifest(&self, model: &ModelId) -> Option<Vec<u8>> {
        self.store.get::<Manifests>(model)
    }

    /// The models, oldest first.
    pub fn models(&self, start: u32, limit: u32) -> Page<(ModelId, ModelRecord)> {
        list::page::<Models>(&self.store, start, limit)
    }

    /// Announces an engine with `caller` as publisher and owner.
    ///
    /// # Errors
    /// `EngineNameInvalid`, `EngineExists`, `ListFull`.
    pub fn announce_engine(
        &mut self,
        caller: AccountId,
        now: Moment,
        engine: EngineId,
        name: &[u8],
    ) -> Result<(), RegistryError> {
        if !is_engine_name(name) {
            return Err(RegistryError::EngineNameInvalid);
        }
        let key = EngineKey {
            publisher: caller,
            engine,
        };
        if self.engine(&key).is_some() {
            return Err(RegistryError::EngineExists);
        }
        let record = EngineRecord {
            owner: caller,
            offered_to: None,
            name: name.to_vec(),
            announced: now,
            deprecated: None,
        };
        list::append::<Engines>(&mut self.store, &key, &record)?;
        Ok(())
    }

    /// Marks an engine as not to be used any more, for good; the first time is kept.
    ///
    /// # Errors
    /// `EngineUnknown`, `NotOwner`.
    pub fn deprecate_engine(
        &mut self,
        caller: AccountId,
        now: Moment,
        key: &EngineKey,
    ) -> Result<Effect<Moment>, RegistryError> {
        ownership::deprecate::<Engines>(&mut self.store, key, caller, now)
    }

    /// Offers an engine to an account, or to nobody; as [`Registry::offer_model`].
    ///
    /// # Errors
    /// `EngineUnknown`, `NotOwner`.
    pub fn offer_engine(
        &mut self,
        caller: AccountId,
        key: &EngineKey,
        to: Option<AccountId>,
    ) -> Result<Effect<()>, RegistryError> {
        ownership::offer::<Engines>(&mut self.store, key, caller, to)
    }

    /// Takes an engine that was offered to `caller`; answers who owned it.
    ///
    /// # Errors
    /// `EngineUnknown`, `NotOffered`.
    pub fn accept_engine(
        &mut self,
        caller: AccountId,
        key: &EngineKey,
    ) -> Result<AccountId, RegistryError> {
        ownership::accept::<Engines>(&mut self.store, key, caller)
    }

    /// An engine's record.
    pub fn engine(&self, key: &EngineKey) -> Option<EngineRecord> {
        list::find::<Engines>(&self.store, key)
    }

    /// The engines, oldest first.
    pub fn engines(&self, start: u32, limit: u32) -> Page<(EngineKey, EngineRecord)> {
        list::page::<Engines>(&self.store, start, limit)
    }
}

/// Printable ASCII without a space at either end: no two names look alike by invisible characters.
fn is_engine_name(name: &[u8]) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    name.len() <= MAX_ENGINE_NAME_BYTES
        && name
            .iter()
            .all(|byte| byte.is_ascii_graphic() || *byte == b' ')
        && edge(name.first())
        && edge(name.last())
}
