//! What can go wrong on the command line, and the exit code that tells a script so.

mod words;

use crate::npy::NpyError;
use crate::record::RecordError;
use countersign_client::deployed::ChainGap;
use countersign_client::lists::ListError;
use countersign_client::signer::SignerError;
use countersign_client::verify::ExecutorError;
use countersign_client::ChainError;
use countersign_shared::account::Ss58Error;
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
    /// A run that nobody signed yet stands where a receipt is wanted.
    UnsignedRun {
        /// What was named.
        named: String,
    },
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
            | Self::UnsignedRun { .. }
            | Self::OneReceipt { .. }
            | Self::EmptyFolder { .. }
            | Self::Exists { .. } => Code::Usage,
            _ => Code::Other,
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
