//! Whether a lie can be shown on this chain: a development chain, a disputes contract, an exact model for the pictures.

use super::note::Place;
use crate::state::chain::Ready;
use countersign_client::deployed::{ChainGap, Deployed};
use countersign_client::rpc::Block;
use countersign_client::transport::web::Fetch;
use countersign_client::verify::Model;
use countersign_shared::chain::{ModelRecord, MAX_PAGE_ITEMS};
use countersign_shared::disputes::DisputesSetup;
use countersign_shared::id::{AccountId, ModelId};
use countersign_shared::manifest::{Dim, Manifest, Task};
use countersign_shared::tensor::DataType;

/// All that a show needs of the chain.
pub struct Offer {
    /// The disputes contract.
    pub contract: AccountId,
    /// Its terms.
    pub setup: DisputesSetup,
    /// The model.
    pub model: Model,
    /// Chain and contracts.
    pub place: Place,
}

/// Why nothing is offered.
#[derive(Debug, Clone, PartialEq)]
pub enum NoOffer {
    /// It is no development chain.
    Public,
    /// The deployment has no disputes contract.
    NoContract,
    /// No registered exact model takes the pictures.
    NoModel,
    /// The chain may not be believed, or cannot be reached.
    Gap(ChainGap),
}

impl From<ChainGap> for NoOffer {
    fn from(gap: ChainGap) -> Self {
        Self::Gap(gap)
    }
}

/// Looks at the chain.
///
/// # Errors
/// [`NoOffer`].
pub async fn look(ready: &Ready) -> Result<Offer, NoOffer> {
    if !ready.deployment.development {
        return Err(NoOffer::Public);
    }
    let contract = ready.deployment.disputes.ok_or(NoOffer::NoContract)?;
    let deployed = ready.deployed().await?;
    let at = ready.chain.finalised().await.map_err(ChainGap::Failed)?;
    let receipts = deployed.entry().receipts;
    let setup = ready.chain.disputes_setup(contract, receipts, at).await?;
    let model = model(&deployed, at).await?.ok_or(NoOffer::NoModel)?;
    Ok(Offer {
        contract,
        setup,
        model,
        place: (ready.chain.genesis(), receipts, contract),
    })
}

/// The oldest exact model that takes the pictures: the one that came with the chain.
async fn model(deployed: &Deployed<'_, Fetch>, at: Block) -> Result<Option<Model>, ChainGap> {
    let mut start = 0;
    loop {
        let page = deployed.models(start, MAX_PAGE_ITEMS, at).await;
        let page = page.map_err(ChainGap::Failed)?;
        if page.items.is_empty() {
            return Ok(None);
        }
        start = start.saturating_add(u32::try_from(page.items.len()).unwrap_or(u32::MAX));
        let exact: Vec<(ModelId, ModelRecord)> = page
            .items
            .into_iter()
            .filter(|(_, record)| !record.exact_root.is_zero() && record.deprecated.is_none())
            .collect();
        let manifests = match exact.is_empty() {
            true => Vec::new(),
            false => {
                let manifests = deployed.manifests(&exact, at).await;
                manifests.map_err(ChainGap::Failed)?
            }
        };
        let mut found = exact.into_iter().zip(manifests);
        let found = found.find_map(|((id, record), manifest)| {
            let manifest = manifest.filter(takes_pictures)?;
            Some(Model {
                id,
                publisher: record.publisher,
                manifest,
                record: Some(record),
            })
        });
        if found.is_some() || start >= page.total {
            return Ok(found);
        }
    }
}

/// One picture of 8 × 8 in one channel, and files that the page can fetch.
fn takes_pictures(manifest: &Manifest) -> bool {
    let [input] = manifest.inputs.as_slice() else {
        return false;
    };
    let dims = [1, 1, 8, 8].map(Dim::Fixed);
    let sources = manifest.files.iter().all(|file| !file.sources.is_empty());
    manifest.task == Task::Tensors
        && input.dtype == DataType::Float32
        && input.dims == dims
        && sources
}
