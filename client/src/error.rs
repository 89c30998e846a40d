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
        /// The runtime's reason, decoded with the chain's metadata.
        reason: String,
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
        expected: &'static str,
    },
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
