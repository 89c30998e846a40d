//! Tells the transaction pool of every new block, and afterwards whoever has to wait for that.

use std::{future::Future, sync::Arc};

use futures::{future::ready, stream::select, StreamExt};
use sc_client_api::BlockchainEvents;
use sc_transaction_pool_api::{ChainEvent, MaintainedTransactionPool};
use tokio::sync::watch;

use crate::{
    client::{Client, Pool},
    runtime_api::{Block, Hash},
};

/// The newest best block that the pool has dealt with: what it holds is out of the pool, and what the blocks held that it took the
/// place of is back, where the new chain can still take it.
pub type Known = watch::Receiver<Hash>;

/// As Substrate's `notification_future`, which tells nobody when the pool is done. The pool itself cannot be asked: a transaction that
/// comes back is not reported where it has to wait for another one of its account, and one that was signed over a lost block never
/// comes back.
pub fn maintain(
    client: &Client,
    pool: Arc<Pool>,
    known: watch::Sender<Hash>,
) -> impl Future<Output = ()> + Send + 'static {
    let blocks = client.import_notification_stream();
    let blocks = blocks.filter(|block| ready(block.is_new_best));
    let finals = client.finality_notification_stream();
    let mut events = select(
        blocks.map(ChainEvent::<Block>::from).fuse(),
        finals.map(ChainEvent::from).fuse(),
    );
    async move {
        while let Some(event) = events.next().await {
            let best = match &event {
                ChainEvent::NewBestBlock { hash, .. } => Some(*hash),
                _ => None,
            };
            pool.maintain(event).await;
            if let Some(best) = best {
                known.send_replace(best);
            }
        }
    }
}
