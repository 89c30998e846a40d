//! `cargo xtask up`: from a fresh clone to the running whole.

use crate::exec::{at, fail, say, Result};
use crate::{apps, chain, models, paths, serve};
use std::fs;
use std::sync::mpsc;

/// `cargo xtask up`.
#[derive(clap::Args)]
pub struct Args {
    /// Drop the development chain and start a new one
    #[arg(long)]
    fresh: bool,
    /// The app's port
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The node's port
    #[arg(long, default_value_t = 9944)]
    rpc_port: u16,
}

/// Sets up, builds, starts, and stays until Ctrl-C.
pub fn run(args: &Args) -> Result {
    println!(
        "Countersign: everything is set up under {}; what is there already is kept.",
        paths::cache().display()
    );
    println!("The first time takes about 25 minutes on 2 cores. Ctrl-C is safe at any time: the next `up` goes on from there.\n");
    // First, so that Ctrl-C during the long steps ends them and us, and later only asks us to stop.
    let (stop, stopped) = mpsc::channel();
    println!("[1/6] model files");
    models::fetch_all()?;
    println!("[2/6] node");
    let node_program = apps::node()?;
    println!("[3/6] command line");
    let cli = apps::cli()?;
    println!("[4/6] app");
    let dist = apps::app()?;
    println!("[5/6] chain");
    let handler = ctrlc::set_handler(move || {
        let _ = stop.send(());
    });
    if handler.is_err() {
        return fail("Ctrl-C cannot be caught here");
    }
    let base = paths::data();
    if args.fresh && base.exists() {
        say("dropping the old chain", "");
        at(&base, fs::remove_dir_all(&base))?;
    }
    let node = chain::Node::start(&node_program, &base, args.rpc_port)?;
    let deployments = chain::furnish(&cli, &node, &base)?;
    println!("[6/6] web server");
    let site = serve::Site {
        dist,
        deployments: deployments.clone(),
        rpc: node.rpc.clone(),
    };
    serve::check_policy(&serve::policy(&site)?, &site.rpc)?;
    let app = serve::start(site, args.port)?;
    println!("\nThe app:  {}", app.url);
    println!("The node: {}", node.rpc);
    println!("\nFor the command line, in another terminal:");
    println!("  export PATH=\"{}:$PATH\"", folder(&cli));
    println!("  export COUNTERSIGN_RPC={}", node.rpc);
    println!("  export COUNTERSIGN_DEPLOYMENTS={}", deployments.display());
    println!(
        "  export COUNTERSIGN_RELEASES={}",
        paths::root().join("releases").display()
    );
    println!("  export COUNTERSIGN_MODELS={}", paths::models().display());
    println!("\nThis is a development chain: it proves nothing to anybody else. Ctrl-C stops all of it; the chain is kept.");
    let _ = stopped.recv();
    println!("\nStopping the node.");
    drop(node);
    Ok(())
}

fn folder(program: &std::path::Path) -> String {
    program
        .parent()
        .map(|folder| folder.display().to_string())
        .unwrap_or_default()
}
