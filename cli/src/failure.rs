//! What can go wrong on the command line, and the exit code that tells a script so.

use crate::npy::NpyError;
use crate::record::RecordError;
use core::fmt;
use countersign_client::deployed::ChainGap;
use countersign_client::language::Language;
use countersign_client::lists::ListError;
use countersign_client::messages;
use countersign_client::signer::SignerError;
use countersign_client::verify::ExecutorError;
use countersign_client::{plain, ChainError};
use countersign_shared::account::Ss58Error;
use countersign_shared::disputes::DisputesError;
use countersign_shared::files::{BundleError, FileError, LinkError};
use countersign_shared::hex::HexError;
use countersign_shared::id::{AccountId, AddressError, GenesisHash, ModelId, ReceiptId};
use countersign_shared::manifest::ManifestError;
use std::io;
use std::path::PathBuf;

/// The exit codes of every command (documented in `countersign --help`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Done, or valid.
    Ok = 0,
    /// Checked, and wrong.
    Invalid = 1,
    /// Not asked properly.
    Usage = 2,
    /// Could not be found out.
    Unknown = 3,
    /// A file of a version that this program does not know.
    UnsupportedVersion = 4,
    /// Anything else: the network, the engine, a refusal.
    Other = 5,
}

/// Why a command was not carried out.
#[derive(Debug)]
pub enum Failure {
    /// A file could not be read.
    Read { path: PathBuf, error: io::Error },
    /// A file could not be written.
    Write { path: PathBuf, error: io::Error },
    /// A file is larger than what can be taken.
    TooLarge {
        path: PathBuf,
        bytes: u64,
        most: u64,
    },
    /// A list that ships with the program cannot be used.
    List { path: PathBuf, error: ListError },
    /// The folder of released files is not there.
    NoReleases { tried: PathBuf },
    /// The engine list names no engine, or not the one asked for.
    NoEngine { list: PathBuf },
    /// The engine file given is in no list.
    UnlistedEngine { path: PathBuf, sha256: String },
    /// Something asked of the chain did not happen.
    Chain(ChainError),
    /// The deployment must not be believed.
    Gap(ChainGap),
    /// The list has no deployment on this chain.
    NoDeployment { genesis: GenesisHash },
    /// The list has no deployment of this name.
    UnknownDeployment { name: String },
    /// The list has several deployments, and nothing says which is meant.
    ManyDeployments { names: Vec<String> },
    /// A command that needs the chain was told to stay offline.
    Offline,
    /// No key was given.
    NoKey,
    /// A key was not understood.
    Key(SignerError),
    /// A secp256k1 key file does not hold a key.
    KeyFile { path: PathBuf },
    /// The attester's key is needed as well.
    NotTheAttester { attester: String },
    /// An account was mistyped.
    Account { text: String, error: Ss58Error },
    /// An Ethereum address was mistyped.
    Address { text: String, error: AddressError },
    /// An id was mistyped.
    Id { text: String, error: HexError },
    /// A receipts contract was set up for another chain or registry.
    Setup {
        genesis: GenesisHash,
        registry: AccountId,
    },
    /// A model's id was mistyped.
    ModelId { text: String },
    /// A manifest cannot be used.
    Manifest { path: PathBuf, error: ManifestError },
    /// The registry does not hold the model.
    UnknownModel(ModelId),
    /// Nobody published the manifest on this chain.
    Unpublished { manifest: String },
    /// Several accounts published the manifest.
    ManyPublishers { publishers: Vec<AccountId> },
    /// An `--input` is not `NAME=FILE.npy`.
    InputFlag { text: String },
    /// A model that takes tensors was given a file, or the other way round.
    WrongInput { expected: &'static str },
    /// An NPY file cannot be read.
    Npy { path: PathBuf, error: NpyError },
    /// The engine did not run.
    Engine(ExecutorError),
    /// A receipt file cannot be read.
    File(FileError),
    /// A link carries no receipt.
    Link(LinkError),
    /// A file is a proof without its receipt.
    NoReceipt,
    /// A receipt or one of its proofs does not hold.
    Bundle(BundleError),
    /// A run record cannot be used.
    Record { path: PathBuf, error: RecordError },
    /// Inputs and outputs that no known answer can hold.
    KnownAnswer { reason: String },
    /// A model could not be brought into the exact profile.
    Quantise { reason: String },
    /// Samples that cannot be used.
    Samples { path: PathBuf, reason: String },
    /// A run record and a receipt do not belong together.
    OtherRun,
    /// No item of this name is in the run.
    UnknownItem { name: String },
    /// The system gave no random numbers.
    Randomness,
    /// The new signature does not verify, so nothing was written.
    Unsigned(countersign_shared::receipt::Reason),
    /// A contract bundle cannot be used.
    ContractBundle { path: PathBuf },
    /// A file exists and was not to be overwritten.
    Exists { path: PathBuf },
    /// Several receipts were given with what belongs to one.
    OneReceipt { flag: &'static str },
    /// The deployment has no disputes contract.
    NoDisputes { name: String },
    /// The receipt was never put at stake in this contract.
    NoClaim(ReceiptId),
    /// The receipt is of a lane on which nothing can be staked.
    OtherLane,
    /// A file named as a batch proof holds none.
    NoProof { path: PathBuf },
    /// The asserter's player needs the run record.
    NoRun,
    /// A challenger computed what the asserter posted.
    NoCase,
    /// A game cannot be played with this model and input.
    Play { reason: String },
    /// The own clock ran out.
    Late { game: u32 },
    /// What a challenger must keep of a game is missing or unreadable.
    Openings { path: PathBuf },
    /// A folder holds nothing to verify.
    EmptyFolder { path: PathBuf },
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> Code {
        match self {
            Self::File(FileError::UnsupportedVersion(_))
            | Self::Link(LinkError::File(FileError::UnsupportedVersion(_))) => {
                Code::UnsupportedVersion
            }
            Self::Manifest {
                error: ManifestError::File(FileError::UnsupportedVersion(_)),
                ..
            } => Code::UnsupportedVersion,
            Self::File(_)
            | Self::Link(_)
            | Self::NoReceipt
            | Self::Bundle(_)
            | Self::Manifest { .. }
            | Self::OtherRun
            | Self::KnownAnswer { .. }
            | Self::Record { .. } => Code::Invalid,
            Self::Offline
            | Self::NoKey
            | Self::Key(_)
            | Self::KeyFile { .. }
            | Self::NotTheAttester { .. }
            | Self::Account { .. }
            | Self::ModelId { .. }
            | Self::Address { .. }
            | Self::Id { .. }
            | Self::UnknownDeployment { .. }
            | Self::ManyDeployments { .. }
            | Self::ManyPublishers { .. }
            | Self::InputFlag { .. }
            | Self::Samples { .. }
            | Self::WrongInput { .. }
            | Self::OtherLane
            | Self::NoProof { .. }
            | Self::NoRun
            | Self::UnknownItem { .. }
            | Self::OneReceipt { .. }
            | Self::EmptyFolder { .. }
            | Self::Exists { .. } => Code::Usage,
            _ => Code::Other,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, error } => write!(f, "{} cannot be read: {error}", path.display()),
            Self::Write { path, error } => write!(f, "{} cannot be written: {error}", path.display()),
            Self::TooLarge { path, bytes, most } => write!(
                f,
                "{} has {bytes} bytes; the engine takes at most {most}",
                path.display()
            ),
            Self::List { path, error } => write!(f, "{}: {error}", path.display()),
            Self::NoReleases { tried } => write!(
                f,
                "the folder of released files is not at {}; name it with --releases DIR or COUNTERSIGN_RELEASES",
                tried.display()
            ),
            Self::NoEngine { list } => write!(
                f,
                "{} names no engine; name another list with --engines FILE, or make a release",
                list.display()
            ),
            Self::UnlistedEngine { path, sha256 } => write!(
                f,
                "the engine {} has SHA-256 {sha256}, which is in no list of engines, so it is not executed; \
                 name its list with --engines FILE",
                path.display()
            ),
            Self::Chain(error) => error.fmt(f),
            Self::Gap(gap) => f.write_str(messages::chain_gap(gap, Language::English).trim_end_matches('.')),
            Self::NoDeployment { genesis } => write!(
                f,
                "the list of deployments has none on the chain with genesis {genesis}; name another list with \
                 --deployments FILE, or another node with --rpc URL"
            ),
            Self::UnknownDeployment { name } => {
                write!(f, "the list of deployments has none named {name:?}")
            }
            Self::ManyDeployments { names } if names.is_empty() => f.write_str(
                "the list of deployments is empty: give one that names yours with --deployments FILE",
            ),
            Self::ManyDeployments { names } => write!(
                f,
                "the list has several deployments ({}); choose one with --deployment NAME",
                names.join(", ")
            ),
            Self::Offline => f.write_str("this command needs the chain; leave --offline out"),
            Self::NoKey => f.write_str(
                "no key to sign with: give --suri SECRET (or COUNTERSIGN_SURI in the environment) for an sr25519 \
                 account, or --key-file FILE for an Ethereum key where the command takes one",
            ),
            Self::Key(error) => error.fmt(f),
            Self::KeyFile { path } => write!(
                f,
                "{} does not hold a secp256k1 key: 64 hexadecimal digits, with or without 0x",
                path.display()
            ),
            Self::NotTheAttester { attester } => write!(
                f,
                "only the receipt's attester {attester} can do this; give its key: --key-file FILE for an Ethereum \
                 key, --attester-suri SECRET for an sr25519 key"
            ),
            Self::Account { text, error } => write!(f, "{text:?} is no account: {error}"),
            Self::Address { text, error } => write!(f, "{text:?} is no Ethereum address: {error}"),
            Self::Id { text, error } => write!(f, "{text:?} is no id: {error}"),
            Self::Setup { genesis, registry } => write!(
                f,
                "the receipts contract was set up for genesis {genesis} and registry {}; deploy one for this chain \
                 and registry",
                messages::account(registry)
            ),
            Self::ModelId { text } => write!(
                f,
                "{text:?} is no model's id (0x and 64 lower-case hexadecimal digits; `countersign model list` has them), nor, for \
                 commands that take one, a manifest file"
            ),
            Self::Manifest { path, error } => {
                write!(f, "{}: {}", path.display(), plain(&error.to_string()))
            }
            Self::UnknownModel(id) => write!(
                f,
                "the registry holds no readable model {id}; `countersign model list` shows what it holds"
            ),
            Self::Unpublished { manifest } => write!(
                f,
                "nobody published the manifest {manifest} on this chain; publish it with `countersign model publish`, \
                 or name its publisher with --publisher ACCOUNT"
            ),
            Self::ManyPublishers { publishers } => {
                let accounts: Vec<String> = publishers.iter().map(messages::account).collect();
                write!(
                    f,
                    "several accounts published this manifest ({}); choose one with --publisher ACCOUNT",
                    accounts.join(", ")
                )
            }
            Self::InputFlag { text } => write!(f, "--input {text:?} is not NAME=FILE.npy"),
            Self::WrongInput { expected } => write!(f, "this model takes {expected}"),
            Self::Npy { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Engine(error) => error.fmt(f),
            // Names in these may be anybody's.
            Self::File(error) => f.write_str(&plain(&error.to_string())),
            Self::Link(error) => f.write_str(&plain(&error.to_string())),
            Self::NoReceipt => f.write_str(
                "this file belongs to a receipt, but is none; give the receipt or bundle",
            ),
            Self::Bundle(error) => error.fmt(f),
            Self::Record { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Quantise { reason } => f.write_str(reason),
            Self::Samples { path, reason } => write!(f, "{}: {reason}", path.display()),
            Self::KnownAnswer { reason } => write!(f, "no known answer can be made of this run: {reason}"),
            Self::OtherRun => f.write_str(
                "the run record is not that of this receipt: their commitments differ",
            ),
            Self::UnknownItem { name } => write!(f, "the run has no item named {name:?} on that side"),
            Self::Randomness => f.write_str("the system gave no random numbers"),
            Self::Unsigned(error) => write!(f, "the new receipt does not hold, and was not written: {error}"),
            Self::ContractBundle { path } => write!(
                f,
                "{} is no contract bundle of cargo-contract",
                path.display()
            ),
            Self::OneReceipt { flag } => write!(
                f,
                "{flag} belongs to one receipt; verify that one by itself"
            ),
            Self::EmptyFolder { path } => write!(
                f,
                "{} holds no .json file; receipts and bundles are kept in such",
                path.display()
            ),
            Self::NoDisputes { name } => write!(
                f,
                "the deployment {name:?} has no disputes contract; name one with --disputes ACCOUNT, or put one there \
                 with `countersign chain deploy`"
            ),
            Self::OtherLane => DisputesError::Lane.fmt(f),
            Self::NoClaim(receipt) => write!(f, "the receipt {receipt} was never put at stake in this contract"),
            Self::NoProof { path } => write!(
                f,
                "{} holds no proof of a place in an anchored batch; name an anchor file, or a bundle with one",
                path.display()
            ),
            Self::NoRun => f.write_str(
                "the asserter's moves open its commitments: give the run record with --run RUN.json",
            ),
            Self::NoCase => f.write_str(
                "this program computed exactly what the asserter posted: there is nothing to prove, and the game cannot be won",
            ),
            Self::Play { reason } => write!(
                f,
                "the game cannot be played: {reason}; are model and input those of the receipt?"
            ),
            Self::Late { game } => write!(
                f,
                "the own clock ran out in game {game}: no move can be made in it any more, and whoever calls time wins it"
            ),
            Self::Openings { path } => write!(
                f,
                "{} does not hold every opening of this game's trace, and without them no proof can be made: use the \
                 folder in which the game was begun (--state DIR)",
                path.display()
            ),
            Self::Exists { path } => write!(
                f,
                "{} exists already; name another file, or remove it first",
                path.display()
            ),
        }
    }
}

impl std::error::Error for Failure {}

impl From<ChainError> for Failure {
    fn from(error: ChainError) -> Self {
        Self::Chain(error)
    }
}

impl From<ChainGap> for Failure {
    fn from(gap: ChainGap) -> Self {
        Self::Gap(gap)
    }
}

impl From<ExecutorError> for Failure {
    fn from(error: ExecutorError) -> Self {
        Self::Engine(error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}
