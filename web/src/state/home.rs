//! Where a kept receipt is at home: on the chain of this page's node, on another chain of the list, or on none that the
//! page knows. Whatever it is, it is kept, shared and backed up like any other.

use super::chain::Link;
use countersign_client::kept::{Kept, Standing};

/// The home of a kept receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// The chain of the page's node, as far as is known.
    Here,
    /// A listed deployment that the page's node is not on.
    Elsewhere(String),
    /// A chain and contract that are not on the page's list.
    Unlisted,
}

impl Home {
    /// The home of a receipt; without lists every receipt is at home.
    pub fn of(kept: &Kept, link: &Link) -> Self {
        let ready = match link {
            Link::Ready(ready) if kept.is_for(&ready.deployment) => return Self::Here,
            Link::Ready(_) | Link::Unlisted(_) => true,
            Link::Connecting | Link::Down(_) => false,
        };
        let Some(config) = link.config() else {
            return Self::Here;
        };
        let wanted = kept.receipt().deployment;
        match config.deployments.find(wanted.genesis, wanted.contract) {
            None => Self::Unlisted,
            Some(entry) if ready => Self::Elsewhere(entry.name.clone()),
            Some(_) => Self::Here,
        }
    }
}

/// Whether its standing tells nothing because nobody here can ask: a chain that was asked earlier keeps its word.
pub fn is_untold(home: &Home, standing: Standing) -> bool {
    let open = matches!(
        standing,
        Standing::Unknown | Standing::Waiting | Standing::Sent { .. }
    );
    open && *home != Home::Here
}
