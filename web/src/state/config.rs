//! What the page is served with: the node's address, the deployments it trusts, the engines it executes.

use crate::browser::read;
use crate::text::faults;
use crate::text::language::{language, Language};
use core::fmt;
use countersign_client::lists::{Deployments, Engines, ListError};
use countersign_messages::page::{download, Expected};
use countersign_messages::RunError;
use countersign_shared::json;

/// The three lists.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address of the node's JSON-RPC; the page's policy allows this one and no other.
    pub rpc: String,
    /// The deployments that this page trusts.
    pub deployments: Deployments,
    /// The engines that this page executes.
    pub engines: Engines,
}

/// Why the page has no configuration.
#[derive(Debug, Clone, PartialEq)]
pub enum ConfigError {
    /// A file could not be fetched.
    Missing(RunError),
    /// `/config.json` does not name a node.
    NoNode,
    /// A list cannot be read.
    List {
        /// Which one.
        path: &'static str,
        /// Why.
        error: ListError,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if language() == Language::German {
            return f.write_str(&faults::config(self));
        }
        match self {
            Self::Missing(error) => error.fmt(f),
            Self::NoNode => f.write_str(
                "/config.json names no node. Whoever serves this page has to put {\"rpc\":\"http://…\"} there.",
            ),
            Self::List { path, error } => {
                write!(f, "{path} cannot be used: {error}. Whoever serves this page has to mend it.")
            }
        }
    }
}

const CONFIG: &str = "/config.json";
const DEPLOYMENTS: &str = "/deployments.json";
const ENGINES: &str = "/engines.json";

impl Config {
    /// Fetches and reads all three files.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub async fn load() -> Result<Self, ConfigError> {
        let config = fetch(CONFIG).await?;
        let rpc = json::parse(&config)
            .ok()
            .and_then(|value| Some(value.as_object()?.get("rpc")?.as_str()?.to_owned()))
            .ok_or(ConfigError::NoNode)?;
        let list = |path| move |error| ConfigError::List { path, error };
        let deployments =
            Deployments::parse(&fetch(DEPLOYMENTS).await?).map_err(list(DEPLOYMENTS))?;
        let engines = Engines::parse(&fetch(ENGINES).await?).map_err(list(ENGINES))?;
        Ok(Self {
            rpc,
            deployments,
            engines,
        })
    }
}

async fn fetch(path: &'static str) -> Result<Vec<u8>, ConfigError> {
    let blob = download(path, Expected::default(), None, &mut |_| ())
        .await
        .map_err(ConfigError::Missing)?;
    read::bytes(&blob).await.map_err(|error| {
        ConfigError::Missing(RunError::Download {
            what: path.to_owned(),
            detail: error.detail,
        })
    })
}
