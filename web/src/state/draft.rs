//! What is about to be signed: complete before any wallet is asked, so that it can be shown first (PROTOCOL 7.4).

use super::chain::{ChainState, Link};
use super::finished::Finished;
use super::signed::Receipts;
use crate::browser::error::BrowserError;
use crate::browser::{clock, random};
use crate::text::faults;
use crate::text::language::{language, Language};
use core::fmt;
use countersign_client::lists::Deployment as Listed;
use countersign_shared::deploy::Deployment;
use countersign_shared::id::{BlockHash, EasSalt, EthAddress, ReceiptId};
use countersign_shared::receipt::Statement;
use leptos::prelude::GetUntracked;
use std::sync::Arc;

/// A statement and where it will be anchored.
#[derive(Clone)]
pub struct Draft {
    /// The run.
    pub run: Arc<Finished>,
    /// What will be signed.
    pub statement: Statement,
    /// Under which domain.
    pub deployment: Deployment,
    /// The list's entry.
    pub listed: Listed,
    /// The block whose hash is the beacon; none when made without the chain.
    pub beacon: Option<u32>,
}

/// Why nothing can be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoDraft {
    /// It is not known for which chain and contract.
    NoDeployment,
    /// The browser gave no random numbers.
    Browser(BrowserError),
}

impl fmt::Display for NoDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDeployment if language() == Language::German => {
                f.write_str(faults::NO_DEPLOYMENT)
            }
            Self::NoDeployment => f.write_str(
                "A receipt is signed for one receipts contract on one chain, and this page knows none: its node cannot be reached, or is on \
                 a chain that is not in /deployments.json. The run is kept; try again when the chain is there.",
            ),
            Self::Browser(error) => error.fmt(f),
        }
    }
}

impl Draft {
    /// Drafts a receipt for a run. Without a chain the beacon is zero: no lower bound on the time (PROTOCOL 4.4).
    ///
    /// # Errors
    /// [`NoDraft`].
    pub async fn new(
        run: Arc<Finished>,
        chain: ChainState,
        receipts: Receipts,
    ) -> Result<Self, NoDraft> {
        let link = chain.link.get_untracked();
        let listed = match &link {
            Link::Ready(ready) => Some(ready.deployment.clone()),
            Link::Down(outage) => match outage
                .config
                .as_ref()
                .map(|config| config.deployments.entries())
            {
                Some([only]) => Some(only.clone()),
                _ => None,
            },
            Link::Connecting | Link::Unlisted(_) => None,
        };
        let listed = listed.ok_or(NoDraft::NoDeployment)?;
        let beacon = match link.ready() {
            Some(ready) => ready.chain.finalised().await.ok(),
            None => None,
        };
        let hash = beacon.map_or(BlockHash::ZERO, |block| BlockHash::new(block.hash));
        // Only a receipt can be named, so an earlier run that nobody signed leaves the reference zero (PROTOCOL 4.1).
        let earlier = run.earlier.as_ref().and_then(|run| receipts.of_now(run));
        let statement = Statement {
            run: run.run(hash),
            recipient: EthAddress::new([0; 20]),
            time: clock::seconds(),
            expiration: 0,
            reference: earlier.map_or(ReceiptId::ZERO, |earlier| earlier.receipt.id()),
            salt: EasSalt::new(random::bytes32().map_err(NoDraft::Browser)?),
        };
        let deployment = Deployment {
            genesis: listed.genesis,
            contract: listed.receipts,
        };
        Ok(Self {
            run,
            statement,
            deployment,
            listed,
            beacon: beacon.map(|block| block.number),
        })
    }
}
