//! Everything that a row can say, as types; the words are in [`crate::messages`].

use super::executor::{ExecutorError, OutsideInterval};
use super::report::State;
use crate::deployed::ChainGap;
use countersign_shared::chain::Moment;
use countersign_shared::commit::Side;
use countersign_shared::files::{AnchorError, FileError, LinkError, OpeningError};
use countersign_shared::id::{EngineId, ModelId};
use countersign_shared::receipt::RunError;
use countersign_shared::signature::SignatureError;
use countersign_shared::status::Disownment;
use countersign_shared::Attester;

/// What became of an input that the verifier gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenInput {
    /// Nothing was given.
    None,
    /// It is the one that was committed to.
    Committed,
    /// It could not be compared: the receipt's input is not opened, something of it was not given, or nothing here makes
    /// the model's tensors of what was given.
    NotCompared,
}

/// What a row found.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// Not looked at, because an earlier row is bad.
    Skipped,

    /// Integrity: every byte is canonical and every part belongs to the receipt.
    Intact {
        /// Openings that rebuild the receipt's commitments.
        openings: usize,
        /// Batch proofs that lead from the receipt to their root.
        anchors: usize,
    },
    /// Integrity: the file is damaged, altered, or none of ours.
    File(FileError),
    /// Integrity: a file of ours in a version that this program does not know.
    UnsupportedVersion(String),
    /// Integrity: the link carries no bundle.
    Link(LinkError),
    /// Integrity: an opening does not belong to the receipt.
    Opening(OpeningError),
    /// Integrity: openings that hold one by one, and tell two stories together.
    Ambiguous(Side),
    /// Integrity: a batch proof does not belong to the receipt.
    AnchorProof(AnchorError),
    /// Integrity: the document is an opening or an anchor proof without its receipt.
    NoReceipt,
    /// Integrity: the receipt states what cannot be.
    Run(RunError),

    /// Signer: the attester's key signed exactly this.
    Signed(Attester),
    /// Signer: it did not.
    Signature(SignatureError),

    /// Anchor: the chain holds it.
    Anchored {
        /// The earliest anchor shown.
        at: Moment,
        /// Whether that anchor is a batch.
        batch: bool,
        /// Whether the contract itself verified the signature.
        attested: bool,
    },
    /// Anchor: the chain does not hold it.
    NotAnchored,
    /// Anchor and revocation: the chain could not be asked, or must not be believed.
    Chain(ChainGap),

    /// Time: what bounds it.
    Bracket {
        /// *Not earlier than*.
        lower: Lower,
        /// *Not later than*.
        upper: Upper,
    },
    /// Time: the beacon is younger than the anchor.
    Contradiction {
        /// The beacon's block.
        beacon: u32,
        /// The anchor's block.
        anchor: u32,
    },
    /// Time: it has expired.
    Expired {
        /// Seconds since 1970.
        at: u64,
    },

    /// Revocation: neither revoked nor disowned.
    InForce {
        /// The signer disowned the key, but only from a later block on.
        disowned_later: Option<Disownment>,
    },
    /// Revocation: its signer took it back.
    Revoked {
        /// When.
        at: Moment,
        /// Whether it was anchored in an earlier block.
        existed_before: bool,
    },
    /// Revocation: its key was disowned.
    Disowned(Disownment),
    /// Revocation: anchored first, its key disowned later for that time.
    AnchoredLaterDisowned {
        /// The earliest anchor.
        anchored: Moment,
        /// The disownment.
        disownment: Disownment,
    },

    /// Computation, Fast lane: the signer's word.
    SignersWord {
        /// What became of the input given.
        input: GivenInput,
    },
    /// Computation, Exact lane: the input committed to is none that the model takes, so the claim is false (EXACT 4.3).
    Outside(OutsideInterval),
    /// Computation: repeated, bit for bit the same.
    Reproduced {
        /// Names of the outputs that were compared.
        checked: Vec<String>,
        /// Names of the outputs that came out and that nobody opened (4.9).
        unchecked: Vec<String>,
    },
    /// Computation: repeated, with another outcome.
    Differs {
        /// Name of the output that differs.
        output: String,
    },
    /// Computation: what was given is not what the receipt commits to.
    OtherInput {
        /// Name of the input that differs.
        input: String,
    },
    /// Computation: more or fewer inputs were given, or outputs came out, than the receipt commits to.
    OtherCount(Side),
    /// Computation: no input was given.
    NoInput,
    /// Computation: nothing opens every input.
    InputClosed,
    /// Computation: nothing opens any output.
    OutputClosed,
    /// Computation: replayable, with an engine that this verifier does not know.
    UnknownEngine(EngineId),
    /// Computation: the model's manifest is not known here.
    UnknownModel(ModelId),
    /// Computation: this program has no engine at hand.
    NoExecutor,
    /// Computation: the engine did not run.
    NotExecuted(ExecutorError),
}

/// *Not earlier than* (PROTOCOL 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lower {
    /// The beacon's block and time.
    At(Moment),
    /// The receipt carries no beacon: it was made offline.
    NoBeacon,
    /// The beacon is no finalised block of the chain, or its node no longer knows it.
    NotFound,
    /// No chain was asked.
    NotAsked,
}

/// *Not later than*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upper {
    /// The earliest anchor.
    At(Moment),
    /// Not anchored.
    NotAnchored,
    /// No chain was asked.
    NotAsked,
}

impl Finding {
    /// How the row turned out.
    #[must_use]
    pub fn state(&self) -> State {
        match self {
            Self::Intact { .. }
            | Self::Signed(_)
            | Self::Anchored { .. }
            | Self::InForce { .. }
            | Self::Reproduced { .. } => State::Ok,
            Self::File(_)
            | Self::Link(_)
            | Self::Opening(_)
            | Self::Ambiguous(_)
            | Self::AnchorProof(_)
            | Self::NoReceipt
            | Self::Run(_)
            | Self::Signature(_)
            | Self::Contradiction { .. }
            | Self::Expired { .. }
            | Self::Revoked { .. }
            | Self::Disowned(_)
            | Self::AnchoredLaterDisowned { .. }
            | Self::Differs { .. }
            | Self::Outside(_)
            | Self::OtherInput { .. }
            | Self::OtherCount(_) => State::Bad,
            Self::NotAnchored | Self::SignersWord { .. } => State::None,
            Self::Bracket { lower, upper } => match (lower, upper) {
                (Lower::NotFound | Lower::NotAsked, _) | (_, Upper::NotAsked) => State::Unknown,
                (Lower::NoBeacon, Upper::NotAnchored) => State::None,
                _ => State::Ok,
            },
            Self::Skipped
            | Self::UnsupportedVersion(_)
            | Self::Chain(_)
            | Self::NoInput
            | Self::InputClosed
            | Self::OutputClosed
            | Self::UnknownEngine(_)
            | Self::UnknownModel(_)
            | Self::NoExecutor
            | Self::NotExecuted(_) => State::Unknown,
        }
    }
}
