//! A node with the contracts and models on it, and the app in front of it: what browser tests and measurements need.

use crate::exec::{at, command, say, Result};
use crate::{apps, chain, deploy, npm, paths, serve, toolchain, tools};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Everything that is built for it.
#[derive(Clone)]
pub struct Built {
    cli: PathBuf,
    node: PathBuf,
    dist: PathBuf,
    cargo_contract: PathBuf,
}

impl Built {
    /// Builds what is missing, beside this command line.
    pub fn with(cli: PathBuf) -> Result<Self> {
        toolchain::debian_if_missing("chromium", "chromium")?;
        let (node, dist) = (apps::node()?, apps::app()?);
        npm::install(&paths::root().join("e2e"))?;
        Ok(Self {
            cli,
            node,
            dist,
            cargo_contract: tools::CARGO_CONTRACT.get()?,
        })
    }
}

/// All of it, running; it ends when this is dropped.
pub struct Stand {
    app: serve::Running,
    node: chain::Node,
    built: Built,
    deployments: PathBuf,
}

impl Stand {
    /// Starts everything on free ports, with a new chain in the cache's folder of this name.
    pub fn start(built: &Built, chain: &str) -> Result<Self> {
        say("a chain for the tests", "20 s");
        let Built { cli, .. } = built;
        let base = paths::cache().join(chain);
        if base.exists() {
            at(&base, fs::remove_dir_all(&base))?;
        }
        let node = chain::Node::start(&built.node, &base, chain::free_port()?)?;
        let deployments = base.join("deployments.json");
        let args = deploy::Args::for_tests(&node.rpc, &deployments);
        deploy::with(&args, || Ok(cli.clone()))?;
        chain::publish(cli, &node, &base, &deployments)?;
        let site = serve::Site {
            dist: built.dist.clone(),
            deployments: deployments.clone(),
            rpc: node.rpc.clone(),
        };
        serve::check_policy(&serve::policy(&site)?, &site.rpc)?;
        let app = serve::start(site, 0)?;
        Ok(Self {
            app,
            node,
            built: built.clone(),
            deployments,
        })
    }

    /// Playwright, told where everything is; the projects are for the caller to name.
    pub fn playwright(&self) -> Command {
        let mut test = command("npx");
        test.current_dir(paths::root().join("e2e"))
            .env("COUNTERSIGN_APP_URL", &self.app.url)
            .env("COUNTERSIGN_RPC", &self.node.rpc)
            .env("COUNTERSIGN_CLI", &self.built.cli)
            .env("COUNTERSIGN_NODE", paths::node_program())
            .env("COUNTERSIGN_DEPLOYMENTS", &self.deployments)
            .env("COUNTERSIGN_MODELS", paths::models())
            .env("COUNTERSIGN_CARGO_CONTRACT", &self.built.cargo_contract)
            .env("CI", "true")
            .args(["--no-install", "playwright", "test"]);
        test
    }
}
