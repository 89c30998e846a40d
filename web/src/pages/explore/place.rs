//! The explorer's addresses.

use leptos_router::params::ParamsMap;

/// Where one is in the explorer. Lists begin below a position, so that a link keeps showing the same entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The chain at a glance.
    Overview,
    /// A list; entries below this position, or the newest.
    List(List, Option<u32>),
    /// A model by its id.
    Model(String),
    /// A receipt at stake, by its receipt id.
    Claim(String),
    /// A sealed id or receipt id.
    Receipt(String),
    /// A batch by its root, and by its size where that is known: only both name one.
    Batch(String, Option<u64>),
    /// A block by its number or its hash.
    Block(String),
    /// An account or Ethereum address.
    Account(String),
    /// Whatever was typed.
    Search(String),
    /// No such part.
    Nowhere,
}

/// The lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Registered models.
    Models,
    /// Announced engines.
    Engines,
    /// Who published models.
    Publishers,
    /// Single anchors.
    Anchors,
    /// Anchored batches.
    Batches,
    /// Receipts that the contract verified.
    Attested,
    /// Revoked receipts.
    Revoked,
    /// Disowned keys.
    Disowned,
    /// Receipts at stake.
    Claims,
    /// Blocks.
    Blocks,
    /// Events of the contracts.
    Events,
}

impl List {
    /// All, in the order of the navigation.
    pub const ALL: [Self; 11] = [
        Self::Models,
        Self::Engines,
        Self::Publishers,
        Self::Anchors,
        Self::Batches,
        Self::Attested,
        Self::Revoked,
        Self::Disowned,
        Self::Claims,
        Self::Blocks,
        Self::Events,
    ];

    /// Its name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Models => "models",
            Self::Engines => "engines",
            Self::Publishers => "publishers",
            Self::Anchors => "anchors",
            Self::Batches => "batches",
            Self::Attested => "verified",
            Self::Revoked => "revoked",
            Self::Disowned => "disowned",
            Self::Claims => "claims",
            Self::Blocks => "blocks",
            Self::Events => "events",
        }
    }
}

impl Place {
    /// The path below the app's origin.
    pub fn path(&self) -> String {
        match self {
            Self::Overview | Self::Nowhere => "/explore".to_owned(),
            Self::List(list, None) => format!("/explore/{}", list.name()),
            Self::List(list, Some(before)) => {
                format!("/explore/{}?before={before}", list.name())
            }
            Self::Model(id) => format!("/explore/model/{id}"),
            Self::Claim(id) => format!("/explore/claim/{id}"),
            Self::Receipt(id) => format!("/explore/receipt/{id}"),
            Self::Batch(root, None) => format!("/explore/batch/{root}"),
            Self::Batch(root, Some(size)) => format!("/explore/batch/{root}?size={size}"),
            Self::Block(number) => format!("/explore/block/{number}"),
            Self::Account(account) => format!("/explore/account/{account}"),
            Self::Search(text) => {
                let text = String::from(js_sys::encode_uri_component(text));
                format!("/explore/search?q={text}")
            }
        }
    }

    /// The place that an address names.
    pub fn of(params: &ParamsMap, query: &ParamsMap) -> Self {
        let (kind, id) = (params.get("kind"), params.get("id"));
        let Some(kind) = kind else {
            return Self::Overview;
        };
        if let Some(id) = id {
            return match kind.as_str() {
                "model" => Self::Model(id),
                "claim" => Self::Claim(id),
                "receipt" => Self::Receipt(id),
                "batch" => match query.get("size").map(|text| text.parse()) {
                    None => Self::Batch(id, None),
                    Some(Ok(size)) => Self::Batch(id, Some(size)),
                    Some(Err(_)) => Self::Nowhere,
                },
                "block" => Self::Block(id),
                "account" => Self::Account(id),
                _ => Self::Nowhere,
            };
        }
        if kind == "search" {
            return Self::Search(query.get("q").unwrap_or_default());
        }
        let list = List::ALL.into_iter().find(|list| list.name() == kind);
        let before = query.get("before").map(|text| text.parse::<u32>());
        match (list, before) {
            (Some(list), None) => Self::List(list, None),
            (Some(list), Some(Ok(before))) => Self::List(list, Some(before)),
            _ => Self::Nowhere,
        }
    }
}
