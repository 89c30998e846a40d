//! The chain that this page reads.

use leptos::prelude::*;

/// How the chain stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// Being asked.
    Connecting,
    /// The node answers for a chain in the list.
    Ready(Ready),
    /// The node answers for a chain that is not in the list.
    Unlisted {
        /// Its block 0.
        genesis: String,
    },
    /// The node does not answer; a sentence about it.
    Down(String),
}

/// A chain in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// Its entry.
    pub deployment: Deployment,
    /// The newest finalised block.
    pub block: u32,
}

/// Placeholder.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployment {
    pub name: String,
    pub development: bool,
}

/// The chain, as pages see it.
#[derive(Clone, Copy)]
pub struct Chain {
    /// How it stands.
    pub link: RwSignal<Link>,
}

/// Puts the chain into the context.
pub fn provide() {
    provide_context(Chain { link: RwSignal::new(Link::Connecting) });
}

/// The chain from the context.
pub fn use_chain() -> Chain {
    use_context().unwrap_or_else(|| Chain { link: RwSignal::new(Link::Connecting) })
}
