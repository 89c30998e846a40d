//! The Countersign local chain: a real Substrate node for development (see `localnet/README.md` for what makes it unfit
//! for anything else).

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod args;
mod client;
mod error;
mod folder;
mod maintain;
mod node;
mod orders;
mod rpc;
mod runtime_api;
mod seal;
mod server;
mod spec;

use std::{
    io::Write,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use sc_tracing::logging::LoggerBuilder;

use crate::{
    args::Args,
    error::Error,
    folder::Folder,
    node::{Node, Settings, Signals},
};

/// What is logged unless `RUST_LOG` says otherwise.
const LOG: &str = "warn,countersign_node=info";
/// How long the parts of the node may take to stop.
const STOP: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(error) = LoggerBuilder::new(LOG).init() {
        eprintln!("countersign-node: nothing will be logged: {error}");
    }
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("countersign-node: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Starts a node and runs it until it is told to stop. The folder is let go last.
fn run(args: Args) -> Result<(), Error> {
    let begun = Instant::now();
    let path = args.base_path.as_deref().filter(|_| !args.tmp);
    let folder = Folder::take(path)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::System)?;
    let settings = Settings {
        port: args.rpc_port,
        period: Duration::from_millis(args.block_time_ms),
        finality: args.finalise_after,
        origins: args.allow_origin,
    };
    let outcome = runtime.block_on(async {
        let signals = Signals::listen()?;
        let mut node = Node::start(&folder, settings)?;
        announce(&node, &folder, begun.elapsed());
        node.run(signals).await
    });
    runtime.shutdown_timeout(STOP);
    outcome
}

/// Tells where the node is, in two lines of standard output; programs may read the first.
fn announce(node: &Node, folder: &Folder, took: Duration) {
    let Node {
        address,
        genesis,
        height,
        ..
    } = node;
    let folder = folder.path().display();
    // Whoever started the node may have closed its output; the node goes on.
    let _ = writeln!(
        std::io::stdout(),
        "countersign-node listens on http://{address} and ws://{address}\n\
         chain {}, genesis {genesis:?}, block {height}, kept in {folder}; started in {} ms",
        spec::CHAIN_NAME,
        took.as_millis(),
    );
    if node.foreign_runtime {
        log::warn!(
            "this chain goes on with the runtime that it began with, which is not the one that this node carries; \
             a new chain would have it"
        );
    }
}
