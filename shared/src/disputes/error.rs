//! Why the disputes contract refused a message.

use crate::chain::ReceiptsError;
use crate::exact::claim::ClaimError;
use crate::exact::Refusal;
use core::fmt;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// Why a message was refused; nothing was changed, and value sent along stayed with the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum DisputesError {
    /// The bond is below two existential deposits, or so large that shares of it overflow.
    Bond,
    /// The clock is zero.
    Clock,
    /// The value sent along is not the bond.
    Value,
    /// The receipt, its signature or its batch proof is refused.
    Receipt(ReceiptsError),
    /// The receipt is not of the lane Exact.
    Lane,
    /// The receipts contract does not answer as one.
    ReceiptsContract,
    /// The registry does not answer as one.
    RegistryContract,
    /// The receipt was not anchored, or not as the proof says.
    NotAnchored,
    /// The receipt was revoked.
    Revoked,
    /// The receipt's key was disowned for the time of its anchor.
    Disowned,
    /// The model is not registered.
    ModelUnknown,
    /// The model should not be used any more.
    ModelDeprecated,
    /// The model has no exact program.
    NotExact,
    /// An sr25519 attester's receipt was brought by another account.
    NotAttester,
    /// A secp256k1 attester's authorisation is missing.
    AuthorisationMissing,
    /// An sr25519 attester needs no authorisation.
    AuthorisationUnwanted,
    /// The authorisation is not the attester's for this receipt, account and contract.
    Authorisation(ReceiptsError),
    /// The receipt was put at stake before.
    ClaimExists,
    /// The receipt was never put at stake.
    ClaimUnknown,
    /// The claim has no such game.
    GameUnknown,
    /// The caller is neither side of the game.
    NotASide,
    /// The claim or the game refuses.
    Claim(ClaimError),
    /// Nothing is due to the caller, or nothing is to be burned.
    NothingDue,
    /// The chain refused the transfer.
    TransferFailed,
    /// A sum is too large.
    Overflow,
    /// A game's record is longer than the space kept for it.
    Record,
    /// The list of claims is full.
    ListFull,
}

impl fmt::Display for DisputesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Receipt(error) => return error.fmt(f),
            Self::Authorisation(error) => return write!(f, "the authorisation is refused: {error}"),
            Self::Claim(error) => return error.fmt(f),
            Self::Bond => "the bond must be at least twice the chain's existential deposit, and its shares must not overflow",
            Self::Clock => "both sides need at least one block for their moves",
            Self::Value => "send exactly the bond",
            Self::Lane => "only receipts of the lane Exact can be put at stake",
            Self::ReceiptsContract => "the receipts contract does not answer",
            Self::RegistryContract => "the registry does not answer",
            Self::NotAnchored => "anchor the receipt first, or add the proof of its batch",
            Self::Revoked => "the receipt was revoked",
            Self::Disowned => "the receipt's signer disowned its key for the time of the receipt",
            Self::ModelUnknown => "the receipt's model is not registered",
            Self::ModelDeprecated => "the receipt's model should not be used any more",
            Self::NotExact => "the receipt's model has no exact program",
            Self::NotAttester => "only the account that signed the receipt can put it at stake",
            Self::AuthorisationMissing => "the receipt's signer must authorise this account to put it at stake",
            Self::AuthorisationUnwanted => "an account that signed the receipt itself needs no authorisation",
            Self::ClaimExists => "the receipt was put at stake before, which is possible once",
            Self::ClaimUnknown => "the receipt was never put at stake",
            Self::GameUnknown => "the claim has no game of this number",
            Self::NotASide => "this account is neither the asserter nor the challenger of the game",
            Self::NothingDue => "nothing is due",
            Self::TransferFailed => "the chain refused the transfer: try again later",
            Self::Overflow => "a sum is too large to be counted",
            Self::Record => "the game's record is longer than the space kept for it",
            Self::ListFull => "the contract's list is full",
        })
    }
}

impl core::error::Error for DisputesError {}

impl From<ClaimError> for DisputesError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

impl From<Refusal> for DisputesError {
    fn from(refusal: Refusal) -> Self {
        Self::Claim(refusal.into())
    }
}
