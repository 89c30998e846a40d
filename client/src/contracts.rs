//! Calls of ink! contracts on `pallet-contracts`: how a message is encoded, how the pallet's answer is read.

pub mod disputes;
pub mod receipts;
pub mod registry;

use core::fmt;
use core::marker::PhantomData;
use countersign_shared::chain::{ReceiptsError, RegistryError, Selector};
use countersign_shared::disputes::DisputesError;
use parity_scale_codec::{Compact, Decode, Encode, Error, Input};

/// A message to a contract: selector and encoded arguments, and in its type what the contract answers.
pub struct Message<R> {
    name: &'static str,
    data: Vec<u8>,
    value: u128,
    answer: PhantomData<fn() -> R>,
}

impl<R> Message<R> {
    /// The message `name` with its selector and a tuple of its arguments (SCALE: a tuple is its parts in order).
    fn new(name: &'static str, selector: Selector, arguments: &impl Encode) -> Self {
        let mut data = selector.to_vec();
        arguments.encode_to(&mut data);
        Self {
            name,
            data,
            value: 0,
            answer: PhantomData,
        }
    }

    /// The same with a last argument that is encoded already.
    fn with_last(mut self, argument: &[u8]) -> Self {
        self.data.extend_from_slice(argument);
        self
    }

    /// The same with value, in the chain's smallest unit.
    #[must_use]
    pub fn with_value(self, value: u128) -> Self {
        Self { value, ..self }
    }

    /// What is sent along.
    #[must_use]
    pub fn value(&self) -> u128 {
        self.value
    }

    /// The message's name in the contract's source.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Selector and arguments as the contract gets them.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}

/// Why a contract message gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContractCallError {
    /// The runtime did not execute the call: no such contract, no gas, no funds, a trap.
    Dispatch {
        /// The message.
        message: &'static str,
        /// The runtime's reason.
        reason: Dispatch,
    },
    /// The contract does not know this message or cannot read its arguments: it is another contract.
    NotUnderstood {
        /// The message.
        message: &'static str,
    },
    /// The contract's answer is not of the expected type: it is another contract.
    Undecodable {
        /// The message.
        message: &'static str,
    },
    /// The contract refused, with its own error.
    Refused {
        /// The message.
        message: &'static str,
        /// The contract's error.
        reason: Refusal,
    },
}

/// Why the runtime did not execute a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dispatch {
    /// An error of the runtime itself.
    Runtime(DispatchError),
    /// A pallet's error, named with the chain's metadata.
    Named {
        /// Its name and the chain's words for it.
        words: String,
        /// Whether the account may be too poor for the deposit.
        poor: bool,
    },
}

impl fmt::Display for Dispatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runtime(error) => error.fmt(f),
            Self::Named { words, poor } => {
                f.write_str(words)?;
                if *poor {
                    f.write_str(" (the account may lack the funds for the deposit: send it some, then try again)")?;
                }
                Ok(())
            }
        }
    }
}

/// A contract's own error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Of the registry.
    Registry(RegistryError),
    /// Of the receipts contract.
    Receipts(ReceiptsError),
    /// Of the disputes contract.
    Disputes(DisputesError),
    /// A constructor's, which says no more.
    Constructor,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registry(error) => error.fmt(f),
            Self::Receipts(error) => error.fmt(f),
            Self::Disputes(error) => error.fmt(f),
            Self::Constructor => f.write_str("the constructor refuses what it was given"),
        }
    }
}

impl From<RegistryError> for Refusal {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

impl From<ReceiptsError> for Refusal {
    fn from(error: ReceiptsError) -> Self {
        Self::Receipts(error)
    }
}

impl From<DisputesError> for Refusal {
    fn from(error: DisputesError) -> Self {
        Self::Disputes(error)
    }
}

impl fmt::Display for ContractCallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dispatch { message, reason } => {
                write!(f, "the chain did not execute the contract's message {message}: {reason}")
            }
            Self::NotUnderstood { message } => write!(
                f,
                "the contract does not know the message {message}; check that its address is that of a Countersign contract"
            ),
            Self::Undecodable { message } => write!(
                f,
                "the contract's answer to {message} has another shape than Countersign's; check its address"
            ),
            Self::Refused { message, reason } => write!(f, "the contract refused {message}: {reason}"),
        }
    }
}

impl core::error::Error for ContractCallError {}

/// Computation time and proof size, the two parts of gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// Picoseconds on the reference machine.
    pub ref_time: u64,
    /// Bytes of storage proof.
    pub proof_size: u64,
}

impl Encode for Weight {
    fn encode_to<W: parity_scale_codec::Output + ?Sized>(&self, dest: &mut W) {
        Compact(self.ref_time).encode_to(dest);
        Compact(self.proof_size).encode_to(dest);
    }
}

impl Decode for Weight {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let ref_time = Compact::<u64>::decode(input)?.0;
        let proof_size = Compact::<u64>::decode(input)?.0;
        Ok(Self {
            ref_time,
            proof_size,
        })
    }
}

/// What storing costs: a deposit taken from the caller, or given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Decode)]
pub enum StorageDeposit {
    /// Given back.
    Refund(u128),
    /// Taken, and held as long as the storage is used.
    Charge(u128),
}

impl StorageDeposit {
    /// What is taken; nothing where it is given back.
    #[must_use]
    pub const fn charge(self) -> u128 {
        match self {
            Self::Charge(amount) => amount,
            Self::Refund(_) => 0,
        }
    }
}

/// `pallet_contracts_primitives::ContractResult` as `ContractsApi_call` answers.
#[derive(Debug, Decode)]
pub(crate) struct ContractResult {
    pub gas_consumed: Weight,
    pub gas_required: Weight,
    pub storage_deposit: StorageDeposit,
    pub _debug_message: Vec<u8>,
    pub result: Result<ExecReturn, DispatchError>,
    pub _events: Events,
}

/// The events of a dry run, where the runtime collects them: of the chain's own types, and of no use before the message
/// is really executed. Takes whatever is left.
#[derive(Debug)]
pub(crate) struct Events;

impl Decode for Events {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let left = input.remaining_len()?.unwrap_or(0);
        let mut unread = vec![0; left];
        input.read(&mut unread)?;
        match unread.first() {
            Some(0 | 1) => Ok(Self),
            _ => Err("neither events nor none".into()),
        }
    }
}

/// What the contract returned.
#[derive(Debug, Decode)]
pub(crate) struct ExecReturn {
    pub flags: u32,
    pub data: Vec<u8>,
}

impl ExecReturn {
    /// Bit 0 of the flags: the contract undid its changes.
    pub fn reverted(&self) -> bool {
        self.flags & 1 != 0
    }
}

/// `sp_runtime::DispatchError`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Decode)]
pub enum DispatchError {
    /// Nothing is known.
    #[codec(index = 0)]
    Other,
    /// The account is not found.
    #[codec(index = 1)]
    CannotLookup,
    /// The caller may not.
    #[codec(index = 2)]
    BadOrigin,
    /// A pallet's own error.
    #[codec(index = 3)]
    Module {
        /// The pallet's number.
        index: u8,
        /// The error's, and its data.
        error: [u8; 4],
    },
    /// The account is still in use.
    #[codec(index = 4)]
    ConsumerRemaining,
    /// The account does not exist.
    #[codec(index = 5)]
    NoProviders,
    /// The account is in use too often.
    #[codec(index = 6)]
    TooManyConsumers,
    /// Funds.
    #[codec(index = 7)]
    Token(u8),
    /// A number out of range.
    #[codec(index = 8)]
    Arithmetic(u8),
    /// Too many layers.
    #[codec(index = 9)]
    Transactional(u8),
    /// No room in the block.
    #[codec(index = 10)]
    Exhausted,
    /// The database is damaged.
    #[codec(index = 11)]
    Corruption,
    /// Something is not available.
    #[codec(index = 12)]
    Unavailable,
    /// The root account may not.
    #[codec(index = 13)]
    RootNotAllowed,
    /// The database's tree is damaged.
    #[codec(index = 14)]
    Trie(u8),
}

impl fmt::Display for DispatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module { index, error: [error, ..] } => write!(f, "error {error} of the runtime's pallet {index}"),
            Self::Token(0 | 1) => f.write_str("the account has not enough funds"),
            Self::Other => f.write_str("the runtime gave no reason"),
            Self::CannotLookup => f.write_str("the runtime cannot find the account"),
            Self::BadOrigin => f.write_str("the caller may not do this"),
            Self::ConsumerRemaining | Self::NoProviders | Self::TooManyConsumers => {
                f.write_str("the account cannot be used that way; it may not exist on this chain, or hold no funds")
            }
            Self::Token(_) => f.write_str("the account's funds cannot be used that way"),
            Self::Arithmetic(_) => f.write_str("a number left its range"),
            Self::Transactional(_) => f.write_str("calls are nested too deeply"),
            Self::Exhausted => f.write_str("the block has no room left"),
            Self::Corruption | Self::Trie(_) => f.write_str("the node's database is damaged"),
            Self::Unavailable => f.write_str("a resource of the chain is not available now"),
            Self::RootNotAllowed => f.write_str("the root account may not do this"),
        }
    }
}

/// A contract's own error.
pub(crate) fn refused(message: &'static str, error: impl Into<Refusal>) -> ContractCallError {
    let reason = error.into();
    ContractCallError::Refused { message, reason }
}

/// ink!'s answer: the value, or its language error in front of it.
///
/// # Errors
/// [`ContractCallError::NotUnderstood`] for ink!'s `CouldNotReadInput`, [`ContractCallError::Undecodable`] for bytes
/// that are not one encoded answer.
pub(crate) fn answer<R: Decode>(
    message: &'static str,
    mut data: &[u8],
) -> Result<R, ContractCallError> {
    let undecodable = ContractCallError::Undecodable { message };
    match data.read_byte() {
        Ok(0) => {}
        Ok(1) => return Err(ContractCallError::NotUnderstood { message }),
        _ => return Err(undecodable),
    }
    let value = R::decode(&mut data).map_err(|_| undecodable.clone())?;
    if data.is_empty() {
        Ok(value)
    } else {
        Err(undecodable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blake2::{digest::consts::U32, Blake2b, Digest};

    #[test]
    fn selectors_are_inks() {
        let selector = |name: &str| Blake2b::<U32>::digest(name.as_bytes())[..4].to_vec();
        let model = registry::model(countersign_shared::id::ModelId::ZERO);
        assert_eq!(model.data()[..4], selector("model"));
        assert_eq!(model.data().len(), 36);
        assert_eq!(receipts::deployment().data(), selector("deployment"));
    }

    #[test]
    fn answer_tells_inks_error_from_a_foreign_contract() {
        assert_eq!(answer::<u32>("m", &[0, 7, 0, 0, 0]), Ok(7));
        assert_eq!(
            answer::<u32>("m", &[1, 1]),
            Err(ContractCallError::NotUnderstood { message: "m" })
        );
        for data in [&[][..], &[2], &[0, 7, 0, 0], &[0, 7, 0, 0, 0, 0]] {
            assert_eq!(
                answer::<u32>("m", data),
                Err(ContractCallError::Undecodable { message: "m" })
            );
        }
    }
}
