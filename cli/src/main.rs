//! Countersign without a browser: publish models, run them, sign, anchor and verify receipts.
//!
//! `args` says what can be typed, `setup` what it means, `commands` do it, `outcome` tells it. Exit codes are decided in
//! `failure` and here alone.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod args;
mod commands;
mod engine;
mod exact;
mod executor;
mod failure;
mod manual;
mod outcome;
mod progress;
mod record;
mod setup;

use args::{Cli, Command};
use clap::Parser;
use countersign_client::npy;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Wrong usage ends here with exit code 2.
    let cli = Cli::parse();
    let global = &cli.global;
    let result = match &cli.command {
        Command::Model(command) => commands::model::run(global, command),
        Command::Chain(command) => commands::chain::run(global, command),
        Command::Run(args) => commands::run::run(global, args),
        Command::Quantise(args) => commands::quantise::run(global, args),
        Command::Verify(args) => commands::receipt::verify::run(global, args),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man { to } => manual::pages(to),
        Command::Claim(command) => commands::claim::run(global, command),
        Command::Receipt(command) => commands::receipt::run(global, command),
    };
    ExitCode::from(outcome::tell(result, global.json) as u8)
}
