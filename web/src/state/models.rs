//! Models as the registry lists them.

use super::chain::Ready;
use countersign_client::messages;
use countersign_client::verify::{ChainGap, Model};
use countersign_shared::id::ModelId;

/// One entry of the gallery.
#[derive(Clone)]
pub struct Listed {
    /// Its id.
    pub id: ModelId,
    /// The model, if its manifest is what its id says and can be read.
    pub model: Option<Model>,
}

impl Listed {
    /// Whether every word of `sought` (lower case) stands in what its card shows.
    pub fn fits(&self, sought: &str) -> bool {
        let mut text = self.id.to_string();
        if let Some(model) = &self.model {
            let manifest = &model.manifest;
            let publisher = messages::account(&model.publisher);
            for part in [
                manifest.name.as_str(),
                &manifest.version,
                &manifest.description,
                &manifest.licence,
                manifest.task.name(),
                &publisher,
            ] {
                text.push('\n');
                text.push_str(part);
            }
        }
        let text = text.to_lowercase();
        sought.split_whitespace().all(|word| text.contains(word))
    }
}

/// A page of the gallery, newest first.
#[derive(Clone)]
pub struct Gallery {
    /// The entries read so far.
    pub models: Vec<Listed>,
    /// Position in the registry below which nothing was read yet; 0 when all is read.
    pub rest: u32,
}

/// How many models a page of the gallery shows.
const PER_PAGE: u32 = 12;

/// Reads the newest models, or those before position `below`.
///
/// # Errors
/// [`ChainGap`].
pub async fn page(ready: &Ready, below: Option<u32>) -> Result<Gallery, ChainGap> {
    let deployed = ready.deployed().await?;
    let at = ready.chain.finalised().await.map_err(ChainGap::Failed)?;
    let below = match below {
        Some(below) => below,
        None => {
            deployed
                .models(0, 0, at)
                .await
                .map_err(ChainGap::Failed)?
                .total
        }
    };
    let start = below.saturating_sub(PER_PAGE);
    let found = deployed
        .models(start, below - start, at)
        .await
        .map_err(ChainGap::Failed)?;
    let manifests = deployed
        .manifests(&found.items, at)
        .await
        .map_err(ChainGap::Failed)?;
    let mut models = Vec::with_capacity(found.items.len());
    for ((id, record), manifest) in found.items.into_iter().zip(manifests).rev() {
        let publisher = record.publisher;
        let model = manifest.map(|manifest| Model {
            id,
            publisher,
            manifest,
            record: Some(record),
        });
        models.push(Listed { id, model });
    }
    Ok(Gallery {
        models,
        rest: start,
    })
}

/// One model.
///
/// # Errors
/// [`ChainGap`].
pub async fn one(ready: &Ready, id: ModelId) -> Result<Option<Model>, ChainGap> {
    ready
        .deployed()
        .await?
        .model(id)
        .await
        .map_err(ChainGap::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_fits_by_its_id_and_any_model_fits_nothing_sought() {
        let listed = Listed {
            id: ModelId::new([0xab; 32]),
            model: None,
        };
        assert!(listed.fits(""));
        assert!(listed.fits("abab"));
        assert!(!listed.fits("abab speech"));
    }
}
