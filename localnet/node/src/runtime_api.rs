//! The runtime as the node sees it: the names and types of the APIs that it calls.
//!
//! Substrate's client wants these declared in Rust, but the node always executes the WebAssembly of the chain and never
//! links the runtime. So every body here is [`in_wasm_only`]: the declarations give the types, and the macro leaves the
//! bodies out of a native program.
//! APIs that only clients call (`ContractsApi`, `TransactionPaymentApi` and others) need no declaration.

use sp_core::OpaqueMetadata;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, Block as BlockT},
    transaction_validity::{TransactionSource, TransactionValidity},
    AccountId32, ApplyExtrinsicResult, ExtrinsicInclusionMode, OpaqueExtrinsic,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

/// An account of the chain.
pub type AccountId = AccountId32;
/// How many transactions an account has sent.
pub type Nonce = u32;
/// A block whose transactions the node does not look into.
pub type Block = generic::Block<generic::Header<u32, BlakeTwo256>, OpaqueExtrinsic>;
/// A hash of a block.
pub type Hash = <Block as BlockT>::Hash;

/// The runtime; it has no code here.
#[allow(dead_code)] // named by the declarations only
pub struct Runtime;

/// Stands for the result of a function that exists in WebAssembly only.
#[allow(dead_code)] // the macro drops the bodies of the declarations
fn in_wasm_only<T>() -> T {
    unreachable!("the executor calls the runtime in WebAssembly, there is no native one")
}

sp_api::impl_runtime_apis! {
    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            in_wasm_only()
        }
        fn execute_block(_: <Block as BlockT>::LazyBlock) {
            in_wasm_only()
        }
        fn initialize_block(_: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
            in_wasm_only()
        }
    }

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            in_wasm_only()
        }
        fn metadata_at_version(_: u32) -> Option<OpaqueMetadata> {
            in_wasm_only()
        }
        fn metadata_versions() -> Vec<u32> {
            in_wasm_only()
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(_: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            in_wasm_only()
        }
        fn finalize_block() -> <Block as BlockT>::Header {
            in_wasm_only()
        }
        fn inherent_extrinsics(_: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            in_wasm_only()
        }
        fn check_inherents(_: <Block as BlockT>::LazyBlock, _: InherentData) -> CheckInherentsResult {
            in_wasm_only()
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            _: TransactionSource,
            _: <Block as BlockT>::Extrinsic,
            _: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            in_wasm_only()
        }
    }

    impl sp_session::SessionKeys<Block> for Runtime {
        fn generate_session_keys(_: Vec<u8>, _: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
            in_wasm_only()
        }
        fn decode_session_keys(_: Vec<u8>) -> Option<Vec<(Vec<u8>, sp_core::crypto::KeyTypeId)>> {
            in_wasm_only()
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(_: AccountId) -> Nonce {
            in_wasm_only()
        }
    }
}
