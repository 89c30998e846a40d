//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// The Countersign local chain: a Substrate node for development, with pallet-contracts, without a network.
#[derive(Debug, Parser)]
#[command(name = "countersign-node", version)]
pub struct Args {
    /// The folder that holds the chain; it is made if it does not exist.
    #[arg(long, value_name = "DIR", required_unless_present = "tmp")]
    pub base_path: Option<PathBuf>,

    /// Begin a new chain in a temporary folder that is deleted when the node stops.
    #[arg(long, conflicts_with = "base_path")]
    pub tmp: bool,

    /// The port of 127.0.0.1 on which JSON-RPC is served over HTTP and WebSocket; 0 takes any free one.
    #[arg(long, value_name = "PORT", default_value_t = 9944)]
    pub rpc_port: u16,

    /// The milliseconds after which a block is sealed even if there is no transaction for it.
    #[arg(long, value_name = "MS", default_value_t = 3000, value_parser = clap::value_parser!(u64).range(50..=3_600_000))]
    pub block_time_ms: u64,

    /// How many blocks must stand on a block before it is final; 0 makes every block final at once. With more, the node can be told
    /// to lose blocks (`dev_reorganise`), as chains with consensus do: for tests of what clients then make of it.
    #[arg(long, value_name = "BLOCKS", default_value_t = 0)]
    pub finalise_after: u32,

    /// An origin (such as https://example.org) whose pages may use this node, beside those of this machine and
    /// browser extensions; may be given several times.
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
}
