//! Everything that can go wrong between this client and a chain, as types whose display is a plain sentence.

use crate::contracts::ContractCallError;
use crate::metadata::MetadataError;
use crate::signer::SignerError;
use crate::transport::RpcError;
use core::fmt;
use countersign_shared::id::ModelId;

/// Why something asked of the chain did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainError {
    /// The node gave no usable answer.
    Rpc(RpcError),
    /// The node's metadata is not usable, or it asks for something that this client does not know.
    Metadata(MetadataError),
    /// A contract message could not be executed; nothing was sent.
    Contract(ContractCallError),
    /// The signer did not sign.
    Signer(SignerError),
    /// The node's genesis changed since the program started: it is another chain now.
    OtherChain {
        /// Genesis hash at the start.
        before: [u8; 32],
        /// Genesis hash now.
        now: [u8; 32],
    },
    /// The extrinsic is in a block, and failed there.
    Failed {
        /// Block that holds it.
        block: u32,
        /// The runtime's reason.
        reason: Outcome,
    },
    /// The extrinsic's lifetime passed without any block taking it.
    Expired {
        /// Last block that could have held it.
        last: u32,
    },
    /// No block took the extrinsic, or finality did not come, within the time limit. It may still happen.
    NotSeen {
        /// Hash of the extrinsic.
        extrinsic: [u8; 32],
        /// How long was waited, in seconds.
        seconds: u32,
    },
    /// The account published the same manifest before, with another predecessor; both cannot stand.
    OtherPredecessor {
        /// The model that stands there.
        model: ModelId,
        /// Its predecessor.
        predecessor: Option<ModelId>,
    },
    /// The chain took the extrinsic, but a read afterwards does not show its effect.
    NoEffect {
        /// What should be there.
        expected: Expected,
    },
}

/// What a message has on the chain when it did what it was sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A receipt's anchor.
    Anchor,
    /// The contract's own word that a signature holds.
    Attestation,
    /// A receipt's revocation.
    Revocation,
    /// A key's disownment.
    Disownment,
    /// A published model.
    Model,
    /// A model's deprecation.
    Deprecation,
    /// A model offered to an account.
    Offer,
    /// The account that accepted it.
    Owner,
    /// A receipt's bond.
    Stake,
    /// A deployed contract.
    Contract,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anchor => "the anchor",
            Self::Attestation => "the attestation",
            Self::Revocation => "the revocation",
            Self::Disownment => "the disownment",
            Self::Model => "the model",
            Self::Deprecation => "the deprecation",
            Self::Offer => "the offer",
            Self::Owner => "the new owner",
            Self::Stake => "the receipt at stake",
            Self::Contract => "the contract with its code",
        })
    }
}

/// Why an extrinsic failed inside its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The runtime's error by its name and words, decoded with the chain's metadata.
    Named(String),
    /// The block does not say.
    NoEvent,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Named(words) => words,
            Self::NoEvent => "the block holds no event that says how it went",
        })
    }
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rpc(error) => error.fmt(f),
            Self::Metadata(error) => error.fmt(f),
            Self::Contract(error) => error.fmt(f),
            Self::Signer(error) => error.fmt(f),
            Self::OtherChain { before, now } => write!(
                f,
                "the node is on another chain now (genesis 0x{}, before 0x{}); it was restarted or replaced: \
                 reload, and deploy the contracts there if it is your own",
                hex::encode(now),
                hex::encode(before)
            ),
            Self::Failed { block, reason } => {
                write!(f, "the transaction failed in block {block}: {reason}; only its fee was taken")
            }
            Self::Expired { last } => write!(
                f,
                "no block up to {last} took the transaction, and it cannot be taken any more; send it again"
            ),
            Self::NotSeen { extrinsic, seconds } => write!(
                f,
                "the transaction 0x{} was not seen in a finalised block within {seconds} seconds; it may still be \
                 taken: look at the chain before you send it again",
                hex::encode(extrinsic)
            ),
            Self::OtherPredecessor { model, predecessor } => {
                write!(f, "this account published the same manifest before, as {model}, ")?;
                match predecessor {
                    Some(predecessor) => write!(f, "as a new version of {predecessor}")?,
                    None => f.write_str("as a first version")?,
                }
                f.write_str("; that cannot be changed: give the new one another version or description")
            }
            Self::NoEffect { expected } => write!(
                f,
                "the chain took the transaction, but a read afterwards does not show {expected}; do not rely on it"
            ),
        }
    }
}

impl core::error::Error for ChainError {}

impl From<RpcError> for ChainError {
    fn from(error: RpcError) -> Self {
        Self::Rpc(error)
    }
}

impl From<MetadataError> for ChainError {
    fn from(error: MetadataError) -> Self {
        Self::Metadata(error)
    }
}

impl From<ContractCallError> for ChainError {
    fn from(error: ContractCallError) -> Self {
        Self::Contract(error)
    }
}

impl From<SignerError> for ChainError {
    fn from(error: SignerError) -> Self {
        Self::Signer(error)
    }
}
