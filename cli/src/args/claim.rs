//! What can be typed after `countersign claim`.

use super::{Account, EngineChoice, ModelFiles};
use clap::{ArgAction, Args, Subcommand};
use std::path::PathBuf;

/// `countersign claim …`
#[derive(Debug, Subcommand)]
pub enum ClaimCommand {
    /// Put a receipt of the Exact lane at stake: its signer deposits the contract's bond
    Assert(Assert),
    /// Challenge a claim with an equal bond; first see with `countersign verify --input` that its result is false
    #[command(
        after_help = "The claim's model must be at hand: its exact program is compiled from its file again, and \
            nothing is sent unless it is the registered one."
    )]
    Challenge {
        /// The receipt's id
        receipt: String,
        /// Another disputes contract than the deployment's
        #[arg(long, value_name = "ACCOUNT", env = "COUNTERSIGN_DISPUTES")]
        disputes: Option<String>,
        /// Who stakes
        #[command(flatten)]
        account: Account,
        /// Where the model's files are
        #[command(flatten)]
        files: ModelFiles,
    },
    /// Play a claim's games honestly: an asserter's until the claim is final or false, a challenger's until its games are over
    #[command(visible_alias = "answer")]
    Play(Play),
    /// Follow all claims, run again those whose input is here, challenge the false ones and play their games to the end
    Watch(Watch),
    /// List what is and was at stake
    List {
        /// Another disputes contract than the deployment's
        #[arg(long, value_name = "ACCOUNT", env = "COUNTERSIGN_DISPUTES")]
        disputes: Option<String>,
    },
    /// Close a claim that nobody refuted within the window
    Finalise {
        /// The receipt's id
        receipt: String,
        /// Another disputes contract than the deployment's
        #[arg(long, value_name = "ACCOUNT", env = "COUNTERSIGN_DISPUTES")]
        disputes: Option<String>,
        /// Who pays
        #[command(flatten)]
        account: Account,
    },
    /// Take what is due to the account
    Withdraw {
        /// Another disputes contract than the deployment's
        #[arg(long, value_name = "ACCOUNT", env = "COUNTERSIGN_DISPUTES")]
        disputes: Option<String>,
        /// Who gets it
        #[command(flatten)]
        account: Account,
    },
}

/// `countersign claim assert …`
#[derive(Debug, Args)]
#[command(
    after_help = "The receipt's model must be at hand: its exact program is compiled from its file again, and \
        nothing is sent unless it is the registered one."
)]
pub struct Assert {
    /// A receipt, a bundle, a link, or - for standard input
    pub receipt: String,
    /// The proof of its place in an anchored batch, for a receipt that was not anchored on its own [default: the
    /// bundle's proofs]
    #[arg(long, value_name = "FILE")]
    pub proof: Option<PathBuf>,
    /// Another disputes contract than the deployment's
    #[arg(long, value_name = "ACCOUNT", env = "COUNTERSIGN_DISPUTES")]
    pub disputes: Option<String>,
    /// Who stakes; for an sr25519 receipt its signer
    #[command(flatten)]
    pub account: Account,
    /// The Ethereum key that signed the receipt, to authorise the account
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Where the model's files are
    #[command(flatten)]
    pub files: ModelFiles,
}

/// `countersign claim play …`
#[derive(Debug, Args)]
pub struct Play {
    /// The receipt's id
    pub receipt: String,
    /// Another disputes contract than the deployment's
    #[arg(long, value_name = "ACCOUNT", env = "COUNTERSIGN_DISPUTES")]
    pub disputes: Option<String>,
    /// A manifest file, or the id of the receipt's model
    #[arg(long, value_name = "MANIFEST|ID")]
    pub model: String,
    /// An input tensor: the model's name for it, and an NPY file
    #[arg(long, value_name = "NAME=FILE.npy", action = ArgAction::Append)]
    pub input: Vec<String>,
    /// The asserter's run, as `run --save` wrote it, or the receipt's bundle with everything opened
    #[arg(long, value_name = "FILE")]
    pub run: Option<PathBuf>,
    /// The folder for what a challenger must keep between its moves [default: claims in the cache folder]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Make the moves that are due now, and stop
    #[arg(long)]
    pub once: bool,
    /// Seconds between two looks at the chain
    #[arg(long, value_name = "SECONDS", default_value_t = 6)]
    pub every: u32,
    /// Which side: the account that asserted, or that challenged
    #[command(flatten)]
    pub account: Account,
    /// Where the model's files are
    #[command(flatten)]
    pub engine: EngineChoice,
}

/// `countersign claim watch …`
#[derive(Debug, Args)]
#[command(
    after_help = "A case is a folder with a bundle that opens input and output (`receipt sign` writes one), and the \
        input tensors as NAME.npy:\n  cases/first/bundle.json  cases/first/x.npy\n  cases/second/bundle.json  \
        cases/second/x.npy\n  countersign claim watch cases --models models --suri-file key --max-bonds 3"
)]
pub struct Watch {
    /// Folders of cases: each a case itself, or with cases in its folders; what is added later is seen
    #[arg(value_name = "DIR", required = true)]
    pub cases: Vec<PathBuf>,
    /// Another disputes contract than the deployment's
    #[arg(long, value_name = "ACCOUNT", env = "COUNTERSIGN_DISPUTES")]
    pub disputes: Option<String>,
    /// How many of the account's bonds may be at stake at once; more false claims wait
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub max_bonds: u32,
    /// The folder for what must outlive the program [default: claims in the cache folder]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Do what can be done now, and stop
    #[arg(long)]
    pub once: bool,
    /// Seconds between two looks at the chain
    #[arg(long, value_name = "SECONDS", default_value_t = 6)]
    pub every: u32,
    /// Who stakes
    #[command(flatten)]
    pub account: Account,
    /// Where the models' files are; those that lie in a case's folder are found too
    #[command(flatten)]
    pub engine: EngineChoice,
}
