//! The registry's messages.

use super::Message;
use countersign_shared::chain::registry as selector;
use countersign_shared::chain::{
    EngineKey, EngineRecord, ModelRecord, Moment, Page, RegistryError,
};
use countersign_shared::id::{AccountId, EngineId, ExactRoot, ModelId};

/// Registers a model: the manifest itself, its exact root (zero outside the exact profile), the model it replaces.
#[must_use]
pub fn publish_model(
    manifest: &[u8],
    exact_root: ExactRoot,
    predecessor: Option<ModelId>,
) -> Message<Result<ModelId, RegistryError>> {
    Message::new(
        "publish_model",
        selector::PUBLISH_MODEL,
        &(manifest, exact_root, predecessor),
    )
}

/// Says that a model should not be used any more.
#[must_use]
pub fn deprecate_model(model: ModelId) -> Message<Result<Moment, RegistryError>> {
    Message::new("deprecate_model", selector::DEPRECATE_MODEL, &model)
}

/// Offers a model to a new owner, or takes the offer back.
#[must_use]
pub fn offer_model(model: ModelId, to: Option<AccountId>) -> Message<Result<(), RegistryError>> {
    Message::new("offer_model", selector::OFFER_MODEL, &(model, to))
}

/// Takes over a model that was offered.
#[must_use]
pub fn accept_model(model: ModelId) -> Message<Result<(), RegistryError>> {
    Message::new("accept_model", selector::ACCEPT_MODEL, &model)
}

/// The record of a model.
#[must_use]
pub fn model(model: ModelId) -> Message<Option<ModelRecord>> {
    Message::new("model", selector::MODEL, &model)
}

/// The manifest of a model, as it was published.
#[must_use]
pub fn manifest(model: ModelId) -> Message<Option<Vec<u8>>> {
    Message::new("manifest", selector::MANIFEST, &model)
}

/// Models in the order of their registration, `limit` of them at most, from the `start`th.
#[must_use]
pub fn models(start: u32, limit: u32) -> Message<Page<(ModelId, ModelRecord)>> {
    Message::new("models", selector::MODELS, &(start, limit))
}

/// Announces an engine under the caller's name.
#[must_use]
pub fn announce_engine(engine: EngineId, name: &str) -> Message<Result<Moment, RegistryError>> {
    Message::new(
        "announce_engine",
        selector::ANNOUNCE_ENGINE,
        &(engine, name.as_bytes()),
    )
}

/// Says that an engine should not be used any more.
#[must_use]
pub fn deprecate_engine(key: EngineKey) -> Message<Result<Moment, RegistryError>> {
    Message::new("deprecate_engine", selector::DEPRECATE_ENGINE, &key)
}

/// Offers an engine's record to a new owner, or takes the offer back.
#[must_use]
pub fn offer_engine(key: EngineKey, to: Option<AccountId>) -> Message<Result<(), RegistryError>> {
    Message::new("offer_engine", selector::OFFER_ENGINE, &(key, to))
}

/// Takes over an engine's record that was offered.
#[must_use]
pub fn accept_engine(key: EngineKey) -> Message<Result<(), RegistryError>> {
    Message::new("accept_engine", selector::ACCEPT_ENGINE, &key)
}

/// The record of an engine that a publisher announced.
#[must_use]
pub fn engine(key: EngineKey) -> Message<Option<EngineRecord>> {
    Message::new("engine", selector::ENGINE, &key)
}

/// Engines in the order of their announcement.
#[must_use]
pub fn engines(start: u32, limit: u32) -> Message<Page<(EngineKey, EngineRecord)>> {
    Message::new("engines", selector::ENGINES, &(start, limit))
}
