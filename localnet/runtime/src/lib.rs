//! The runtime of the Countersign local chain: accounts, balances, fees, time and pallet-contracts, nothing else.
//!
//! There is no sudo, no governance and no staking: after genesis nobody has more rights than anybody else, as on the
//! public chains that Countersign's contracts are meant for. Blocks are made by the node alone (`countersign-node`),
//! so the runtime knows no consensus either.
//!
//! The node never links this crate: it executes the WebAssembly that is built from it and released as
//! `releases/runtime.wasm` (see `localnet/README.md`).

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod apis;
mod config;
mod genesis;

pub use apis::RuntimeApi;

use alloc::{borrow::Cow, vec::Vec};
use frame_support::weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight};
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// A signature of any of Substrate's schemes; the development accounts use sr25519.
pub type Signature = MultiSignature;
/// An account: 32 bytes, the public key or its hash.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// An amount in planck (see [`UNIT`]). 128 bits, because ink! and cargo-contract accept no other width.
pub type Balance = u128;
/// How many transactions an account has sent.
pub type Nonce = u32;
/// The height of a block.
pub type BlockNumber = u32;
/// A hash of the chain: of blocks, of transactions, of contract code.
pub type Hash = sp_core::H256;
/// How a transaction names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// The header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block with transactions that this runtime understands.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// What a signed transaction commits to beside its call, in the order in which it is signed.
pub type TxExtension = (
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
);
/// A transaction as it arrives: its signature is not checked yet.
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// An event together with the phase of the block and the topics under which it is found.
pub type EventRecord = frame_system::EventRecord<RuntimeEvent, Hash>;
/// Executes blocks.
pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

/// One unit of the chain's token, in planck (12 decimals).
pub const UNIT: Balance = 1_000_000_000_000;
/// A thousandth of [`UNIT`].
pub const MILLI: Balance = UNIT / 1_000;
/// A millionth of [`UNIT`].
pub const MICRO: Balance = UNIT / 1_000_000;
/// The least balance that an account may have.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
/// What a block may cost at most: two seconds of a reference machine. The size of a storage proof is not limited,
/// since this chain has no relay chain that would need one.
pub const MAXIMUM_BLOCK_WEIGHT: Weight =
    Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX);

/// The version of this runtime; a wallet and a transaction name it.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("countersign-local"),
    impl_name: Cow::Borrowed("countersign-local"),
    authoring_version: 1,
    spec_version: 1,
    impl_version: 1,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

impl_opaque_keys! {
    /// The keys of block producers: this chain has none.
    pub struct SessionKeys {}
}

#[frame_support::runtime]
mod runtime {
    /// The runtime itself, to which all pallets are tied.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;

    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp;

    #[runtime::pallet_index(2)]
    pub type Balances = pallet_balances;

    #[runtime::pallet_index(3)]
    pub type TransactionPayment = pallet_transaction_payment;

    #[runtime::pallet_index(4)]
    pub type Contracts = pallet_contracts;
}
