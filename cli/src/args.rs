//! What can be typed: every command and flag with its documentation.

mod claim;
mod engine;
mod quantise;

pub use claim::{Assert, ClaimCommand, Play, Watch};
pub use engine::{EngineChoice, ModelFiles};
pub use quantise::Quantise;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use countersign_client::language::Language;
use std::path::PathBuf;

/// Run an AI model on your own machine, on your own data, and hand anyone a receipt that they can check.
#[derive(Debug, Parser)]
#[command(
    name = "countersign",
    version,
    after_help = "Exit codes: 0 done or valid, 1 invalid, 2 wrong usage, 3 unknown (could not be found out), \
        4 a file of an unsupported version, 5 anything else (network, engine, a refusal)."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
}

/// Flags that every command takes.
#[derive(Debug, Args)]
pub struct Global {
    /// Answer with one JSON value on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// The RPC address of the node to ask
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "COUNTERSIGN_RPC",
        default_value = "http://127.0.0.1:9944"
    )]
    pub rpc: String,
    /// How long to wait for each answer of the node
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 20)]
    pub timeout: u32,
    /// Ask no chain at all
    #[arg(long, global = true)]
    pub offline: bool,
    /// The folder of released files: deployments.json, engines.json, contracts and engines
    #[arg(long, global = true, value_name = "DIR", env = "COUNTERSIGN_RELEASES")]
    pub releases: Option<PathBuf>,
    /// The list of deployments to trust [default: deployments.json of the released files, and the development chain
    /// that `cargo xtask up` made on this machine]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "COUNTERSIGN_DEPLOYMENTS"
    )]
    pub deployments: Option<PathBuf>,
    /// The list of engines to execute; their files lie beside it [default: engines.json of the released files]
    #[arg(long, global = true, value_name = "FILE", env = "COUNTERSIGN_ENGINES")]
    pub engines: Option<PathBuf>,
    /// The name of the deployment to use, where the list has several
    #[arg(long, global = true, value_name = "NAME")]
    pub deployment: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Models: publish, deprecate, offer, accept, list, show, check
    #[command(subcommand)]
    Model(ModelCommand),
    /// Chains: check what stands there, deploy to one
    #[command(subcommand)]
    Chain(ChainCommand),
    /// Run a model on the engine
    Run(Run),
    /// Bring a float model into the exact profile: the same bits everywhere, and a lie about it can be proved
    #[command(
        after_help = "For example: countersign quantise model.onnx --calibrate samples --out exact.onnx"
    )]
    Quantise(Quantise),
    /// Judge receipts: signature, anchor, time, revocation, and with the input the computation
    Verify(Verify),
    /// Receipts of the Exact lane at stake: assert, challenge, play, watch, list, finalise, withdraw
    #[command(subcommand)]
    Claim(ClaimCommand),
    /// Receipts: sign, show, verify, open, anchor, revoke, disown
    #[command(subcommand)]
    Receipt(ReceiptCommand),
    /// Print what makes a shell complete this program's commands and flags
    #[command(
        after_help = "For example: countersign completions bash > ~/.local/share/bash-completion/completions/countersign"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual: one page for each command
    #[command(
        after_help = "For example: countersign man ~/.local/share/man/man1, then: man countersign-verify"
    )]
    Man {
        /// The folder for the pages
        #[arg(value_name = "DIR")]
        to: PathBuf,
    },
}

/// The account that pays for transactions, and signs as an sr25519 attester.
#[derive(Debug, Args)]
pub struct Account {
    /// The sr25519 account: //Alice, a mnemonic phrase, or a 0x seed, derivation parts behind it
    #[arg(
        long,
        value_name = "SECRET",
        env = "COUNTERSIGN_SURI",
        hide_env_values = true
    )]
    pub suri: Option<String>,
    /// A file that holds the secret, so that it does not stand in the shell's history
    #[arg(long, value_name = "FILE", conflicts_with = "suri")]
    pub suri_file: Option<PathBuf>,
}

/// The key of a receipt's attester, where it is not the paying account.
#[derive(Debug, Args)]
pub struct AttesterKey {
    /// A file with the attester's secp256k1 (Ethereum) key: 64 hexadecimal digits
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// The attester's sr25519 secret, if it is not the paying account
    #[arg(long, value_name = "SECRET", conflicts_with = "key_file")]
    pub attester_suri: Option<String>,
}

/// `countersign model …`
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Publish a manifest; the deposit for its bytes stays held as long as the chain keeps it
    Publish {
        /// The manifest file
        manifest: PathBuf,
        /// The model that this one is a new version of; its owner must be the account
        #[arg(long, value_name = "ID")]
        predecessor: Option<String>,
        /// Register the exact program that the model's file compiles to, so that its receipts can be of the Exact lane
        #[arg(long)]
        exact: bool,
        /// Where the model's files are
        #[command(flatten)]
        engine: EngineChoice,
        /// Who pays and publishes
        #[command(flatten)]
        account: Account,
    },
    /// Mark a model as deprecated, for good: it should not be used any more; receipts that name it stay valid
    Deprecate {
        /// The model's id
        model: String,
        /// Who pays; must own the model
        #[command(flatten)]
        account: Account,
    },
    /// Offer a model to a new owner, who has to accept it; until then it stays yours and the offer can be changed
    Offer {
        /// The model's id
        model: String,
        /// The account that shall own it (SS58)
        #[arg(long, value_name = "ACCOUNT", required_unless_present = "nobody")]
        to: Option<String>,
        /// Take the offer back
        #[arg(long, conflicts_with = "to")]
        nobody: bool,
        /// Who pays; must own the model
        #[command(flatten)]
        account: Account,
    },
    /// Become the owner of a model that was offered to the account; its publisher stays who it was
    Accept {
        /// The model's id
        model: String,
        /// Who pays and will own the model
        #[command(flatten)]
        account: Account,
    },
    /// List the models of the registry
    List,
    /// Show a model: its record and its manifest
    Show {
        /// The model's id
        model: String,
    },
    /// Check a manifest, the hashes of its files, and that the engine takes the model as the manifest describes it
    Check {
        /// The manifest file, or the id of a published model
        model: String,
        /// Where the files and the engine are
        #[command(flatten)]
        engine: EngineChoice,
    },
}

/// `countersign chain …`
#[derive(Debug, Subcommand)]
pub enum ChainCommand {
    /// Compare the code of the contracts on the chain with the list and with the released bundles
    Check,
    /// Put the released contracts on a chain, unless the list already has them there, and write the list
    Deploy {
        /// The folder of the contracts' bundles [default: contracts of the released files]
        #[arg(long, value_name = "DIR")]
        bundles: Option<PathBuf>,
        /// What the disputes contract is given for good
        #[command(flatten)]
        terms: Terms,
        /// The deployment's name in the list
        #[arg(long, default_value = "local")]
        name: String,
        /// Mark it as a development chain, which proves nothing
        #[arg(long)]
        development: bool,
        /// Who pays
        #[command(flatten)]
        account: Account,
    },
    /// Add contracts that stand on a chain to the list, if their code is the released one
    Record {
        /// The registry's account
        #[arg(long, value_name = "ACCOUNT")]
        registry: String,
        /// The receipts contract's account
        #[arg(long, value_name = "ACCOUNT")]
        receipts: String,
        /// The disputes contract's account, where there is one
        #[arg(long, value_name = "ACCOUNT")]
        disputes: Option<String>,
        /// The folder of the contracts' bundles [default: contracts of the released files]
        #[arg(long, value_name = "DIR")]
        bundles: Option<PathBuf>,
        /// The deployment's name in the list
        #[arg(long)]
        name: String,
        /// Mark it as a development chain, which proves nothing
        #[arg(long)]
        development: bool,
    },
}

/// What a disputes contract is given for good (EXACT 6).
#[derive(Debug, Clone, Copy, Args)]
pub struct Terms {
    /// Blocks during which a claim can be challenged
    #[arg(long, value_name = "BLOCKS", default_value_t = 14_400)]
    pub window: u32,
    /// Blocks that each side has for all its moves in one game
    #[arg(long, value_name = "BLOCKS", default_value_t = 7_200)]
    pub clock: u32,
    /// What each side stakes, in the chain's smallest unit; at least ten times the fees of the longest game
    #[arg(long, value_name = "AMOUNT", default_value_t = 10_000_000_000_000)]
    pub bond: u128,
}

/// `countersign run …`
#[derive(Debug, Args)]
#[command(
    after_help = "Two forms:\n  countersign run MODEL.onnx --input x=x.npy --output DIR    any ONNX file, tensors in NPY files\n  \
    countersign run --model MANIFEST FILE --save run.json      a published model on a file, to be signed"
)]
pub struct Run {
    /// The ONNX file, or with --model the input file of a task with pre-processing
    pub file: Option<PathBuf>,
    /// A manifest file, or the id of a published model
    #[arg(long, value_name = "MANIFEST|ID")]
    pub model: Option<String>,
    /// An input tensor: the model's name for it, and an NPY file
    #[arg(long, value_name = "NAME=FILE.npy", action = ArgAction::Append)]
    pub input: Vec<String>,
    /// The result of the run before, for a model that takes one beside the file
    #[arg(long, value_name = "RESULT", requires = "model")]
    pub from: Option<PathBuf>,
    /// Where to write the result, for a run that takes it as --from
    #[arg(long, value_name = "FILE", requires = "model")]
    pub result: Option<PathBuf>,
    /// How the run can be checked: repeated on the same engine, or computed by anything and staked (models with an exact program)
    #[arg(long, value_enum, default_value_t = LaneChoice::Replay, requires = "model")]
    pub lane: LaneChoice,
    /// The folder for the output tensors, as NAME.npy
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Where to write the run, to be signed by `receipt sign`; secret, because it opens the commitments
    #[arg(long, value_name = "FILE", requires = "model")]
    pub save: Option<PathBuf>,
    /// Where to write inputs and outputs as a known answer, which a manifest lists with the role `kat`
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    pub known_answer: Option<PathBuf>,
    /// Which engine, how long
    #[command(flatten)]
    pub engine: EngineChoice,
}

/// How a run on the engine can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LaneChoice {
    /// Bit for bit on the same engine
    Replay,
    /// Bit for bit on anything; a false result can be proved to a contract
    Exact,
}

/// What a bundle opens to whoever gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Openings {
    /// Input and output: whoever has the input can repeat the run
    All,
    /// The output only
    Output,
    /// Nothing: a receipt alone
    None,
}

/// `countersign receipt …`
#[derive(Debug, Subcommand)]
pub enum ReceiptCommand {
    /// Sign a run and write the receipt
    Sign(Sign),
    /// Show what a receipt states, without judging it
    Show {
        /// A receipt, a bundle, a link, or - for standard input
        receipt: String,
    },
    /// Judge receipts; the same as `countersign verify`
    Verify(Verify),
    /// Write a bundle that opens some items of a receipt
    Open(Open),
    /// Put a receipt on the chain: not later than now
    Anchor {
        /// A receipt, a bundle, a link, or - for standard input
        receipt: String,
        /// Have the contract verify the signature as well
        #[arg(long)]
        attest: bool,
        /// Who pays
        #[command(flatten)]
        account: Account,
    },
    /// Take a receipt back, for good
    Revoke {
        /// A receipt, a bundle, a link, or - for standard input
        receipt: String,
        /// Who pays
        #[command(flatten)]
        account: Account,
        /// Who signed the receipt
        #[command(flatten)]
        attester: AttesterKey,
    },
    /// Disown a stolen key: nothing that it signed and that was not anchored before a block counts any more, for good
    Disown {
        /// The first block from which the key was not yours
        #[arg(long, value_name = "BLOCK")]
        since: u32,
        /// Who pays, and whose key it is unless another is given
        #[command(flatten)]
        account: Account,
        /// The key to disown
        #[command(flatten)]
        attester: AttesterKey,
    },
}

/// `countersign receipt sign …`
#[derive(Debug, Args)]
pub struct Sign {
    /// The run, as `run --save` wrote it
    pub run: PathBuf,
    /// Where to write the bundle [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What the bundle opens
    #[arg(long, value_enum, default_value_t = Openings::All)]
    pub open: Openings,
    /// The model's publisher, where several published the same manifest or no chain is asked
    #[arg(long, value_name = "ACCOUNT")]
    pub publisher: Option<String>,
    /// Seconds from now after which the receipt expires [default: never]
    #[arg(long, value_name = "SECONDS")]
    pub expires_in: Option<u64>,
    /// The Ethereum address of the one verifier that it is meant for
    #[arg(long, value_name = "ADDRESS")]
    pub recipient: Option<String>,
    /// The id of the receipt whose result this run used
    #[arg(long, value_name = "ID")]
    pub reference: Option<String>,
    /// Also print a link that carries the bundle
    #[arg(long)]
    pub link: bool,
    /// The sr25519 account that signs
    #[command(flatten)]
    pub account: Account,
    /// A file with a secp256k1 (Ethereum) key that signs instead: 64 hexadecimal digits
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_KEY_FILE")]
    pub key_file: Option<PathBuf>,
}

/// A language by its tag.
fn language(tag: &str) -> Result<Language, &'static str> {
    let mut all = Language::ALL.into_iter();
    all.find(|language| language.tag() == tag)
        .ok_or("this program speaks en and de")
}

/// `countersign verify …`
#[derive(Debug, Args)]
#[command(
    after_help = "Of several receipts each gets one line, and a last line counts them. The exit code is then the worst of \
        all: 1 if one is invalid, else 5 if one could not be read, else 3 if one is unknown, else 4 if one is of an \
        unsupported version."
)]
pub struct Verify {
    /// A receipt, a bundle, a link, - for standard input, or a folder of .json files; several for a line each
    #[arg(required = true, value_name = "RECEIPT")]
    pub receipts: Vec<String>,
    /// The input, to repeat the run: a FILE, or NAME=FILE.npy for each tensor
    #[arg(long, value_name = "FILE|NAME=FILE.npy", action = ArgAction::Append)]
    pub input: Vec<String>,
    /// The earlier run's result, if the run took one beside the file
    #[arg(long, value_name = "RESULT", requires = "input")]
    pub from: Option<PathBuf>,
    /// An opening or anchor proof that came apart from the receipt
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub proof: Vec<PathBuf>,
    /// The receipt or bundle of the run whose result this one used
    #[arg(long, value_name = "FILE")]
    pub earlier: Option<PathBuf>,
    /// The model's manifest, where no chain is asked
    #[arg(long, value_name = "FILE", requires = "publisher")]
    pub manifest: Option<PathBuf>,
    /// The model's publisher, where no chain is asked
    #[arg(long, value_name = "ACCOUNT", requires = "manifest")]
    pub publisher: Option<String>,
    /// Print every fact, ids in full
    #[arg(long)]
    pub facts: bool,
    /// The language of the verdict; LANG and LC_ALL do not decide it, and words that programs read stay English
    #[arg(
        long,
        value_name = "en|de",
        env = "COUNTERSIGN_LANGUAGE",
        default_value = "en",
        value_parser = language
    )]
    pub language: Language,
    /// Where engine and model files are
    #[command(flatten)]
    pub engine: EngineChoice,
}

/// `countersign receipt open …`
#[derive(Debug, Args)]
pub struct Open {
    /// A receipt, a bundle, a link, or - for standard input
    pub receipt: String,
    /// The run that the receipt is for, as `run --save` wrote it
    #[arg(long, value_name = "FILE")]
    pub run: PathBuf,
    /// Open this input item
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub input: Vec<String>,
    /// Open this output item
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub output: Vec<String>,
    /// Open every item of both sides
    #[arg(long, conflicts_with_all = ["input", "output"])]
    pub all: bool,
    /// Where to write the bundle [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Also print a link that carries the bundle
    #[arg(long)]
    pub link: bool,
}
