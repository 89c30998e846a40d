//! Makes the blocks: one as soon as a transaction waits, and one whenever a period passes without any.
//!
//! There is one node and no consensus, so a block is final the moment it is imported, unless the node was told to hold finality
//! back; then it also takes [`Order`]s.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use codec::{Decode, Encode};
use futures::StreamExt;
use sc_basic_authorship::ProposerFactory;
use sc_client_api::{BlockBackend, Finalizer, HeaderBackend, StorageProvider};
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
    maintain::Known,
    orders::{Inbox, Order},
    runtime_api::{Block, Hash},
};

/// The most time that the transactions of one block may take to execute, in real time. Their weight is limited to two
/// seconds of a reference machine; a slow machine may take this long over them.
const EXECUTION_TIME: Duration = Duration::from_secs(20);

/// How many arrivals are taken at once.
const ARRIVALS: usize = 1024;

/// Why a block was not made.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The chain's state or header could not be read, or the block could not be executed.
    #[error(transparent)]
    Chain(#[from] sp_blockchain::Error),
    /// The block was made, but could not be imported.
    #[error("import failed: {0}")]
    Import(#[from] sp_consensus::Error),
    /// The database did not take the block, although it is valid.
    #[error("the block was not imported: {0:?}")]
    Refused(ImportResult),
    /// An order names a block that cannot be lost.
    #[error("{0:?} is no block of the best chain, or blocks on it are final already")]
    Final(Hash),
    /// The time could not be put into the block.
    #[error("inherent data: {0}")]
    Inherents(#[from] sp_inherents::Error),
}

/// Makes the blocks of a chain.
pub struct Sealer {
    client: Arc<Client>,
    pool: Arc<Pool>,
    known: Known,
    proposers: ProposerFactory<Pool, Client>,
    /// How many blocks stand on one that is final.
    finality: u32,
    time_key: StorageKey,
}

impl Sealer {
    /// A sealer of the chain that `client` holds, with the transactions of `pool`; `known` is what that has dealt with.
    pub fn new(
        client: Arc<Client>,
        pool: Arc<Pool>,
        known: Known,
        tasks: SpawnTaskHandle,
        finality: u32,
    ) -> Self {
        let proposers = ProposerFactory::new(tasks, client.clone(), pool.clone(), None, None);
        let mut key = sp_crypto_hashing::twox_128(b"Timestamp").to_vec();
        key.extend_from_slice(&sp_crypto_hashing::twox_128(b"Now"));
        Self {
            client,
            pool,
            known,
            proposers,
            finality,
            time_key: StorageKey(key),
        }
    }

    /// Seals for ever: at once when a transaction becomes ready, after every `period` without a block, and as it is ordered. A block
    /// that cannot be made is reported in the log and tried again at the next occasion.
    pub async fn run(mut self, period: Duration, mut orders: Inbox) {
        let mut arrivals = self
            .pool
            .import_notification_stream()
            .ready_chunks(ARRIVALS);
        let mut timer = interval(period);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        timer.reset();
        loop {
            let empty_too = tokio::select! {
                arrived = arrivals.next() => match arrived {
                    Some(_) => false,
                    None => return,
                },
                Some(order) = orders.recv() => {
                    self.obey(order).await;
                    timer.reset();
                    continue;
                }
                _ = timer.tick() => true,
            };
            match self.next(empty_too).await {
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
    async fn next(&mut self, empty_too: bool) -> Result<Option<u32>, SealError> {
        let parent = self.client.info().best_hash;
        if !empty_too && self.pool.ready_at(parent).await.next().is_none() {
            return Ok(None);
        }
        let (number, _) = self.seal(parent, None).await?;
        Ok(Some(number))
    }

    /// Makes a block on `parent`; its number and hash. Transactions are left out when the block would exceed `limit` bytes.
    async fn seal(&mut self, parent: Hash, limit: Option<usize>) -> Result<(u32, Hash), SealError> {
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
            block_size_limit: limit,
            ..Default::default()
        };
        let proposal = proposer.propose(args).await?;
        let (header, body) = proposal.block.deconstruct();
        let number = *header.number();
        let mut import = BlockImportParams::<Block>::new(BlockOrigin::Own, header);
        import.body = Some(body);
        import.finalized = self.finality == 0;
        import.fork_choice = Some(ForkChoiceStrategy::LongestChain);
        import.state_action =
            StateAction::ApplyChanges(StorageChanges::Changes(proposal.storage_changes));
        let hash = import.post_hash();
        match self.client.import_block(import).await? {
            ImportResult::Imported(_) => {}
            other => return Err(SealError::Refused(other)),
        }
        self.finalise()?;
        Ok((number, hash))
    }

    /// Makes final what enough blocks stand on.
    fn finalise(&self) -> Result<(), SealError> {
        let info = self.client.info();
        let last = info.best_number.saturating_sub(self.finality);
        if last > info.finalized_number {
            if let Some(hash) = self.client.hash(last)? {
                self.client.finalize_block(hash, None, true)?;
            }
        }
        Ok(())
    }

    async fn obey(&mut self, order: Order) {
        // Whoever ordered may have gone.
        match order {
            Order::Seal { count, done } => drop(done.send(self.several(count).await)),
            Order::Reorganise {
                parent,
                forget,
                done,
            } => drop(done.send(self.reorganise(parent, forget).await)),
        }
    }

    /// Makes so many blocks, with the transactions that wait; the best block then.
    async fn several(&mut self, count: u32) -> Result<Hash, SealError> {
        let mut tip = self.client.info().best_hash;
        for _ in 0..count {
            (_, tip) = self.seal(tip, None).await?;
            self.settle(tip).await;
        }
        Ok(tip)
    }

    /// Waits until the pool has dealt with the best block. Many that are made at once would leave it behind, and it may drop a transaction
    /// that a block too old for it does not know.
    async fn settle(&mut self, best: Hash) {
        // It ends without only when the node stops.
        drop(self.known.wait_for(|known| *known == best).await);
    }

    /// Makes the best chain one that leaves the present one at `parent`, or at the newest final block, without transactions and by one
    /// block longer. The transactions of the blocks that are lost come back into the pool, as with any reorganisation where the
    /// new chain can take them, and are then forgotten if `forget` says so.
    async fn reorganise(&mut self, parent: Option<Hash>, forget: bool) -> Result<Hash, SealError> {
        let before = self.client.info();
        let parent = parent.unwrap_or(before.finalized_hash);
        let number = self
            .client
            .number(parent)?
            .filter(|number| *number >= before.finalized_number);
        let number = match number {
            Some(number) if self.client.hash(number)? == Some(parent) => number,
            _ => return Err(SealError::Final(parent)),
        };
        let mut lost = BTreeSet::new();
        for number in number + 1..=before.best_number {
            let hash = self.client.hash(number)?;
            let body = hash.map(|hash| self.client.block_body(hash)).transpose()?;
            let signed = body.flatten().into_iter().flatten().filter(is_signed);
            lost.extend(signed.map(|transaction| self.pool.hash_of(&transaction)));
        }
        let mut tip = parent;
        for _ in number..=before.best_number {
            // No transaction fits into one byte.
            (_, tip) = self.seal(tip, Some(1)).await?;
        }
        // Before that, what they held is neither in a block nor in the pool.
        self.settle(tip).await;
        if forget {
            let reasons = lost.into_iter().map(|hash| (hash, None)).collect();
            self.pool.report_invalid(None, reasons).await;
        }
        Ok(tip)
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

/// Whether an account signed it: what the block's author put in comes back by itself.
fn is_signed<E: Encode>(transaction: &E) -> bool {
    const SIGNED: u8 = 0x80;
    let encoded = transaction.encode();
    let mut rest = &encoded[..];
    let length = codec::Compact::<u32>::decode(&mut rest);
    length.is_ok() && rest.first().is_some_and(|first| first & SIGNED != 0)
}
