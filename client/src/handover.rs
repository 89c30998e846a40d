//! A model's way from one owner to the next: an offer, and its acceptance, so that nothing is lost to an account that nobody
//! holds. The publisher stays who it was.

use crate::contracts::registry;
use crate::deployed::Deployed;
use crate::error::{ChainError, Expected};
use crate::rpc::Block;
use crate::signer::Signer;
use crate::submit::Progress;
use crate::transport::Transport;
use countersign_shared::chain::{ModelRecord, Moment};
use countersign_shared::id::{AccountId, ModelId};

impl<T: Transport> Deployed<'_, T> {
    /// Offers a model to a new owner, who has to accept it, or takes the offer back; its owner may.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn offer(
        &self,
        signer: &impl Signer,
        model: ModelId,
        to: Option<AccountId>,
        progress: impl FnMut(Progress),
    ) -> Result<Moment, ChainError> {
        let message = registry::offer_model(model, to);
        let registry = self.entry().registry;
        let sent = self
            .chain()
            .send(signer, registry, &message, progress)
            .await?;
        let expected = Expected::Offer;
        self.read_back(model, expected, |record| record.offered_to == to)
            .await?;
        self.moment(sent.block).await
    }

    /// Makes the signing account the owner of a model that was offered to it.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn accept(
        &self,
        signer: &impl Signer,
        model: ModelId,
        progress: impl FnMut(Progress),
    ) -> Result<Moment, ChainError> {
        let message = registry::accept_model(model);
        let registry = self.entry().registry;
        let sent = self
            .chain()
            .send(signer, registry, &message, progress)
            .await?;
        let (expected, owner) = (Expected::Owner, signer.account());
        self.read_back(model, expected, |record| record.owner == owner)
            .await?;
        self.moment(sent.block).await
    }

    /// The registry keeps no time of an offer or its acceptance: the block's own.
    async fn moment(&self, block: Block) -> Result<Moment, ChainError> {
        let seconds = self.chain().time_of(block).await?;
        Ok(Moment {
            block: block.number,
            seconds: seconds.unwrap_or(0),
        })
    }

    /// Reads a model's record at a finalised block and checks what was to be there.
    async fn read_back(
        &self,
        model: ModelId,
        expected: Expected,
        holds: impl Fn(&ModelRecord) -> bool,
    ) -> Result<(), ChainError> {
        let at = self.chain().finalised().await?;
        let message = registry::model(model);
        let record = self
            .chain()
            .read(self.entry().registry, &message, at)
            .await?;
        record
            .filter(holds)
            .map(|_| ())
            .ok_or(ChainError::NoEffect { expected })
    }
}
