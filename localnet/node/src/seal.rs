//! Makes the blocks: one as soon as a transaction waits, and one whenever a period passes without any.
//!
//! There is one node and no consensus, so a block is final the moment it is imported.

use std::{sync::Arc, time::Duration};

use codec::Decode;
use futures::StreamExt;
use sc_basic_authorship::ProposerFactory;
use sc_client_api::{HeaderBackend, StorageProvider};
use sc_consensus::{
    BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult, StateAction, StorageChanges,
};
use sc_service::SpawnTaskHandle;
use sc_transaction_pool_api::TransactionPool;
use sp_consensus::{BlockOrigin, Environment, ProposeArgs, Proposer};
use sp_core::storage::StorageKey;
use sp_inherents::InherentDataProvider;
use sp_runtime::traits::{Block as BlockT, Header};
use sp_timestamp::Timestamp;
use tokio::time::{interval, MissedTickBehavior};

use crate::{
    client::{Client, Pool},
    runtime_api::{Block, Hash},
};

/// The most time that the transactions of one block may take to execute, in real time. Their weight is limited to two
/// seconds of a reference machine; a slow machine may take this long over them.
const EXECUTION_TIME: Duration = Duration::from_secs(20);

/// Why a block was not made.
#[derive(Debug, thiserror::Error)]
enum SealError {
    /// The chain's state or header could not be read, or the block could not be executed.
    #[error(transparent)]
    Chain(#[from] sp_blockchain::Error),
    /// The block was made, but could not be imported.
    #[error("import failed: {0}")]
    Import(#[from] sp_consensus::Error),
    /// The database did not take the block, although it is valid.
    #[error("the block was not imported: {0:?}")]
    Refused(ImportResult),
    /// The time could not be put into the block.
    #[error("inherent data: {0}")]
    Inherents(#[from] sp_inherents::Error),
}

/// Makes the blocks of a chain.
pub struct Sealer {
    client: Arc<Client>,
    pool: Arc<Pool>,
    proposers: ProposerFactory<Pool, Client>,
    time_key: StorageKey,
}

impl Sealer {
    /// A sealer of the chain that `client` holds, with the transactions of `pool`.
    pub fn new(client: Arc<Client>, pool: Arc<Pool>, tasks: SpawnTaskHandle) -> Self {
        let proposers = ProposerFactory::new(tasks, client.clone(), pool.clone(), None, None);
        let mut key = sp_crypto_hashing::twox_128(b"Timestamp").to_vec();
        key.extend_from_slice(&sp_crypto_hashing::twox_128(b"Now"));
        Self {
            client,
            pool,
            proposers,
            time_key: StorageKey(key),
        }
    }

    /// Seals for ever: at once when a transaction becomes ready, and after every `period` without a block. A block that
    /// cannot be made is reported in the log and tried again at the next occasion.
    pub async fn run(mut self, period: Duration) {
        let mut arrivals = self.pool.import_notification_stream().ready_chunks(1024);
        let mut timer = interval(period);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        timer.reset();
        loop {
            let empty_too = tokio::select! {
                arrived = arrivals.next() => match arrived {
                    Some(_) => false,
                    None => return,
                },
                _ = timer.tick() => true,
            };
            match self.seal(empty_too).await {
                Ok(Some(number)) => {
                    timer.reset();
                    log::debug!("block {number} sealed");
                }
                Ok(None) => {}
                Err(error) => log::error!("no block was sealed: {error}"),
            }
        }
    }

    /// Makes the next block and returns its number; nothing if there is no transaction for it and `empty_too` is false.
    async fn seal(&mut self, empty_too: bool) -> Result<Option<u32>, SealError> {
        let parent = self.client.info().best_hash;
        if !empty_too && self.pool.ready_at(parent).await.next().is_none() {
            return Ok(None);
        }
        let header = self
            .client
            .header(parent)?
            .ok_or_else(|| sp_blockchain::Error::MissingHeader(parent.to_string()))?;
        let mut data = sp_inherents::InherentData::new();
        sp_timestamp::InherentDataProvider::new(self.now(parent)?)
            .provide_inherent_data(&mut data)
            .await?;
        let proposer = self.proposers.init(&header).await?;
        let args = ProposeArgs {
            inherent_data: data,
            max_duration: EXECUTION_TIME,
            ..Default::default()
        };
        let proposal = proposer.propose(args).await?;
        let (header, body) = proposal.block.deconstruct();
        let number = *header.number();
        let mut import = BlockImportParams::<Block>::new(BlockOrigin::Own, header);
        import.body = Some(body);
        import.finalized = true;
        import.fork_choice = Some(ForkChoiceStrategy::LongestChain);
        import.state_action =
            StateAction::ApplyChanges(StorageChanges::Changes(proposal.storage_changes));
        match self.client.import_block(import).await? {
            ImportResult::Imported(_) => Ok(Some(number)),
            other => Err(SealError::Refused(other)),
        }
    }

    /// The time for the child of `parent`: the machine's clock, but later than the parent even if the clock was set
    /// back or two blocks fall into one millisecond.
    fn now(&self, parent: Hash) -> Result<Timestamp, SealError> {
        let before = self.client.storage(parent, &self.time_key)?;
        let before = before
            .and_then(|data| u64::decode(&mut &data.0[..]).ok())
            .unwrap_or(0);
        Ok(Timestamp::current().max(Timestamp::new(before.saturating_add(1))))
    }
}
