//! What the registry of a deployment is asked and told of models.

use super::{Deployed, Model};
use crate::contracts::registry;
use crate::error::{ChainError, Expected};
use crate::rpc::Block;
use crate::signer::Signer;
use crate::submit::Progress;
use crate::transport::Transport;
use countersign_shared::chain::{ModelRecord, Moment, Page};
use countersign_shared::id::{ExactRoot, ManifestHash, ModelId};
use countersign_shared::manifest::Manifest;
use countersign_shared::Software;

/// What every write may fail with is [`ChainError`]; each is read back at a finalised block before it counts as done.
impl<T: Transport> Deployed<'_, T> {
    /// Publishes a model under the signing account (3.1, 3.2); `exact_root` is zero outside the exact profile.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn publish(
        &self,
        signer: &impl Signer,
        manifest: &[u8],
        exact_root: ExactRoot,
        predecessor: Option<ModelId>,
        progress: impl FnMut(Progress),
    ) -> Result<Model, ChainError> {
        let message = registry::publish_model(manifest, exact_root, predecessor);
        let registry = self.entry.registry;
        let sent = self
            .chain
            .send(signer, registry, &message, progress)
            .await?;
        self.model(sent.answer).await?.ok_or(ChainError::NoEffect {
            expected: Expected::Model,
        })
    }

    /// As [`Deployed::publish`], unless the account published the manifest before: that is the same model (3.2). Says
    /// whether it did.
    ///
    /// # Errors
    /// [`ChainError`]; [`ChainError::OtherPredecessor`] if what stands there names another predecessor.
    pub async fn publish_once(
        &self,
        signer: &impl Signer,
        manifest: &[u8],
        exact_root: ExactRoot,
        predecessor: Option<ModelId>,
        progress: impl FnMut(Progress),
    ) -> Result<(Model, bool), ChainError> {
        let hash = ManifestHash::of(manifest, &Software);
        let id = ModelId::compute(&signer.account(), &hash, &exact_root, &Software);
        let Some(known) = self.model(id).await? else {
            let made = self.publish(signer, manifest, exact_root, predecessor, progress);
            return Ok((made.await?, false));
        };
        let stands = known.record.as_ref().and_then(|record| record.predecessor);
        if stands == predecessor {
            return Ok((known, true));
        }
        Err(ChainError::OtherPredecessor {
            model: id,
            predecessor: stands,
        })
    }

    /// Says that a model should not be used any more; its owner may, once, for good.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn deprecate(
        &self,
        signer: &impl Signer,
        model: ModelId,
        progress: impl FnMut(Progress),
    ) -> Result<Moment, ChainError> {
        let message = registry::deprecate_model(model);
        let registry = self.entry.registry;
        self.chain
            .send(signer, registry, &message, progress)
            .await?;
        let found = self.model(model).await?;
        let record = found.and_then(|model| model.record);
        record
            .and_then(|record| record.deprecated)
            .ok_or(ChainError::NoEffect {
                expected: Expected::Deprecation,
            })
    }

    /// A model as the registry holds it; none if it is not there, or is not what its id says, or is unreadable.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn model(&self, id: ModelId) -> Result<Option<Model>, ChainError> {
        let at = self.chain.finalised().await?;
        let registry = self.entry.registry;
        let record = self.chain.read(registry, &registry::model(id), at).await?;
        let Some(record) = record else {
            return Ok(None);
        };
        let manifest = self.manifest(id, &record, at).await?;
        Ok(manifest.map(|manifest| Model {
            id,
            publisher: record.publisher,
            manifest,
            record: Some(record),
        }))
    }

    /// The manifest of a listed model, if its bytes are what id and record say.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn manifest(
        &self,
        id: ModelId,
        record: &ModelRecord,
        at: Block,
    ) -> Result<Option<Manifest>, ChainError> {
        let message = registry::manifest(id);
        let Some(bytes) = self.chain.read(self.entry.registry, &message, at).await? else {
            return Ok(None);
        };
        Ok(believed(id, record, &bytes))
    }

    /// As [`Deployed::manifest`] for several models, asked together.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn manifests(
        &self,
        models: &[(ModelId, ModelRecord)],
        at: Block,
    ) -> Result<Vec<Option<Manifest>>, ChainError> {
        let messages: Vec<_> = models
            .iter()
            .map(|(id, _)| registry::manifest(*id))
            .collect();
        let found = self
            .chain
            .read_all(self.entry.registry, &messages, at)
            .await?;
        let read = models.iter().zip(found);
        Ok(read
            .map(|((id, record), bytes)| believed(*id, record, &bytes?))
            .collect())
    }

    /// A page of the registry's list at a block; manifests are read one by one.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn models(
        &self,
        start: u32,
        limit: u32,
        at: Block,
    ) -> Result<Page<(ModelId, ModelRecord)>, ChainError> {
        let message = registry::models(start, limit);
        self.chain.read(self.entry.registry, &message, at).await
    }
}

/// A manifest, if it can be read and hashes to the id.
fn believed(id: ModelId, record: &ModelRecord, bytes: &[u8]) -> Option<Manifest> {
    let hash = ManifestHash::of(bytes, &Software);
    let computed = ModelId::compute(&record.publisher, &hash, &record.exact_root, &Software);
    Manifest::parse(bytes).ok().filter(|_| computed == id)
}
