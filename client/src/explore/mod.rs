//! What an explorer shows of a deployment, from a node's plain RPC and without an indexer: single entries by their key,
//! blocks with what happened in them, and the contracts' events.
//!
//! Lists are read page by page from the contracts themselves (`contracts::registry::models` and so on). Nothing here is
//! a verdict: these are the facts that a chain shows, and [`mod@crate::verify`] judges.

mod block;
mod cells;
mod event;
mod message;

pub use block::{blocks, contract_events, tallies, Brief, Extrinsic, Outcome, Shown, Tally};
pub use cells::{account, Account, Cells, Counts};
pub use event::{ContractEvent, Happened, Which};
pub use message::Refusal;
