//! The chain that this page reads: connected when the app opens, watched while it is open, never for ever "reconnecting".

use super::config::{Config, ConfigError};
use crate::text::words::Words;
use core::fmt;
use core::time::Duration;
use countersign_client::deployed::{ChainGap, Deployed};
use countersign_client::lists::Deployment;
use countersign_client::transport::web::Fetch;
use countersign_client::unit::Unit;
use countersign_client::{Chain, ChainError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// A call to the node that takes longer has failed.
const SECONDS_PER_CALL: u32 = 20;
/// Between two looks at the newest finalised block.
const BETWEEN_LOOKS: Duration = Duration::from_secs(4);

/// How the chain stands.
#[derive(Clone)]
pub enum Link {
    /// Being asked.
    Connecting,
    /// The node answers for a chain in the list.
    Ready(Rc<Ready>),
    /// The node answers for a chain that is not in the list.
    Unlisted(Rc<Unlisted>),
    /// There is no chain.
    Down(Rc<Outage>),
}

/// A chain in the list.
pub struct Ready {
    /// The connection.
    pub chain: Chain<Fetch>,
    /// Its entry.
    pub deployment: Deployment,
    /// The lists.
    pub config: Config,
    /// In what its amounts are said.
    pub unit: Unit,
}

impl Ready {
    /// The contracts, looked at again: a node may have been restarted with another chain.
    ///
    /// # Errors
    /// [`ChainGap`].
    pub async fn deployed(&self) -> Result<Deployed<'_, Fetch>, ChainGap> {
        self.chain.deployed(&self.deployment).await
    }
}

/// A chain that is not in the list: it can be read, and nothing it says is believed.
pub struct Unlisted {
    /// The connection.
    pub chain: Chain<Fetch>,
    /// The lists.
    pub config: Config,
}

/// Why there is no chain, and what is known without one.
pub struct Outage {
    /// What happened.
    pub reason: OutageReason,
    /// The lists, where they could be read.
    pub config: Option<Config>,
    /// The connection, where the node answers and its contracts are not believed.
    pub chain: Option<Chain<Fetch>>,
}

/// Why there is no chain.
#[derive(Debug, Clone, PartialEq)]
pub enum OutageReason {
    /// The page has no configuration.
    Config(ConfigError),
    /// The node gave no usable answer, or shows another chain than before.
    Chain(ChainError),
    /// The contracts on the node's chain are not those of the list.
    Contracts(ChainGap),
}

impl fmt::Display for OutageReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Chain(error) => error.fmt(f),
            Self::Contracts(gap) => gap.fmt(f),
        }
    }
}

impl OutageReason {
    /// For a notice.
    pub fn words(&self) -> Words {
        match self {
            Self::Config(ConfigError::Missing(error)) => Words::run(error),
            Self::Config(error) => error.to_string().into(),
            Self::Chain(error) => Words::said(error),
            Self::Contracts(gap) => Words::said(gap),
        }
    }
}

impl Link {
    /// The lists, whatever the chain does.
    pub fn config(&self) -> Option<Config> {
        match self {
            Self::Connecting => None,
            Self::Ready(ready) => Some(ready.config.clone()),
            Self::Unlisted(unlisted) => Some(unlisted.config.clone()),
            Self::Down(outage) => outage.config.clone(),
        }
    }

    /// The chain, where it answers and is listed.
    pub fn ready(&self) -> Option<Rc<Ready>> {
        match self {
            Self::Ready(ready) => Some(Rc::clone(ready)),
            _ => None,
        }
    }
}

/// The chain, as pages see it.
#[derive(Clone, Copy)]
pub struct ChainState {
    /// How it stands. Changes when the connection is made or lost, not with every block.
    pub link: RwSignal<Link, LocalStorage>,
    /// Number of the newest finalised block.
    pub block: RwSignal<u32>,
    /// Counts the looks at which the node answered, so that what waits for the node knows when to try again.
    pub answered: RwSignal<u32>,
    /// Counts the connections asked for: only the newest one's outcome is shown.
    attempt: RwSignal<u32>,
}

impl ChainState {
    /// In what amounts are said; without a chain, without a name.
    pub fn unit(self) -> Unit {
        let ready = self.link.with_untracked(Link::ready);
        ready.map(|ready| ready.unit.clone()).unwrap_or_default()
    }

    fn new() -> Self {
        Self {
            link: RwSignal::new_local(Link::Connecting),
            block: RwSignal::new(0),
            answered: RwSignal::new(0),
            attempt: RwSignal::new(0),
        }
    }

    /// Reads the lists and connects, again if need be.
    pub fn connect(self) {
        self.link.set(Link::Connecting);
        self.attempt
            .update(|attempt| *attempt = attempt.wrapping_add(1));
        let attempt = self.attempt.get_untracked();
        spawn_local(async move {
            let link = self.connected().await;
            if self.attempt.get_untracked() == attempt {
                self.link.set(link);
            }
        });
    }

    async fn connected(self) -> Link {
        let config = match Config::load().await {
            Ok(config) => config,
            Err(error) => return down(OutageReason::Config(error), None, None),
        };
        let chain = match Chain::connect(Fetch::new(&config.rpc, SECONDS_PER_CALL)).await {
            Ok(chain) => chain,
            Err(error) => return down(OutageReason::Chain(error), Some(config), None),
        };
        match chain.finalised().await {
            Ok(block) => self.block.set(block.number),
            Err(error) => return down(OutageReason::Chain(error), Some(config), None),
        }
        let Some(deployment) = config.deployments.on_chain(chain.genesis()).cloned() else {
            return Link::Unlisted(Rc::new(Unlisted { chain, config }));
        };
        // Amounts can be said without a name for the unit.
        let unit = chain.rpc().unit().await.unwrap_or_default();
        let ready = Ready {
            chain,
            deployment,
            config,
            unit,
        };
        let gap = ready.deployed().await.err();
        match gap {
            None => Link::Ready(Rc::new(ready)),
            Some(ChainGap::Failed(error)) => {
                down(OutageReason::Chain(error), Some(ready.config), None)
            }
            Some(gap) => down(
                OutageReason::Contracts(gap),
                Some(ready.config),
                Some(ready.chain),
            ),
        }
    }

    /// One look: is the node there, is it still the same chain, which block is the newest? A node that was away is
    /// connected again by itself.
    pub async fn look(self) {
        match self.link.get_untracked() {
            Link::Ready(ready) => self.look_at(ready).await,
            Link::Down(_) => {
                let attempt = self.attempt.get_untracked();
                let link = self.connected().await;
                if self.attempt.get_untracked() == attempt && matches!(link, Link::Ready(_)) {
                    self.link.set(link);
                }
            }
            Link::Connecting | Link::Unlisted(_) => {}
        }
    }

    async fn look_at(self, ready: Rc<Ready>) {
        let looked = async {
            ready.chain.still_the_same().await?;
            ready.chain.finalised().await
        };
        let outcome = looked.await;
        // Another connection may have been made meanwhile: this look was at the old one.
        if !self
            .link
            .get_untracked()
            .ready()
            .is_some_and(|now| Rc::ptr_eq(&now, &ready))
        {
            return;
        }
        match outcome {
            Ok(block) => {
                if block.number != self.block.get_untracked() {
                    self.block.set(block.number);
                }
                self.answered.update(|count| *count = count.wrapping_add(1));
            }
            Err(error) => {
                self.link.set(down(
                    OutageReason::Chain(error),
                    Some(ready.config.clone()),
                    None,
                ));
            }
        }
    }
}

fn down(reason: OutageReason, config: Option<Config>, chain: Option<Chain<Fetch>>) -> Link {
    Link::Down(Rc::new(Outage {
        reason,
        config,
        chain,
    }))
}

/// Puts the chain into the context, connects and keeps looking.
pub fn provide() {
    let state = ChainState::new();
    provide_context(state);
    state.connect();
    set_interval(
        move || {
            if !document().hidden() {
                spawn_local(state.look());
            }
        },
        BETWEEN_LOOKS,
    );
}

/// The chain from the context.
pub fn use_chain() -> ChainState {
    use_context().unwrap_or_else(ChainState::new)
}
