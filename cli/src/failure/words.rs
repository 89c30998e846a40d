//! Every failure in a sentence that says what to do.

use super::Failure;
use core::fmt;
use countersign_client::language::Language;
use countersign_client::{messages, plain};
use countersign_shared::disputes::DisputesError;
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
            Self::UnsignedRun { named } => write!(
                f,
                "{named} is a run that is not signed yet: `countersign receipt sign {named}` makes a receipt of it"
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
