//! What a node that holds finality back can be told, so that its chain loses blocks when a test wants it.

use tokio::sync::{mpsc, oneshot};

use crate::{runtime_api::Hash, seal::SealError};

/// How many orders may wait.
const WAITING: usize = 16;

/// Where the outcome of an order goes: the best block's hash.
pub type Done = oneshot::Sender<Result<Hash, SealError>>;
/// Who orders.
pub type Sender = mpsc::Sender<Order>;
/// Who obeys: the sealer.
pub type Inbox = mpsc::Receiver<Order>;

/// An order to the sealer.
pub enum Order {
    /// Make so many blocks at once, with the transactions that wait.
    Seal {
        /// How many.
        count: u32,
        /// Where the outcome goes.
        done: Done,
    },
    /// Make another chain the best one.
    Reorganise {
        /// The last block that both chains have; without it, the newest final one.
        parent: Option<Hash>,
        /// Whether the lost transactions are forgotten, as if nobody else had heard of them.
        forget: bool,
        /// Where the outcome goes.
        done: Done,
    },
}

/// Both ends. Where nobody can order, the first is dropped.
pub fn channel() -> (Sender, Inbox) {
    mpsc::channel(WAITING)
}
