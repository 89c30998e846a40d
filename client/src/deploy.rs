//! Putting a contract on a chain: dry run, upload and instantiation in one extrinsic, and a look at what stands there.

use crate::chain::Chain;
use crate::contracts::{
    self, ContractCallError, DispatchError, Events, ExecReturn, Refusal, StorageDeposit, Weight,
};
use crate::error::{ChainError, Expected};
use crate::extrinsic::Instantiation;
use crate::rpc::Block;
use crate::signer::Signer;
use crate::submit::{limits, Progress};
use crate::transport::Transport;
use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};
use countersign_shared::chain::Selector;
use countersign_shared::id::{AccountId, CodeHash};
use parity_scale_codec::{Decode, Encode};

/// A constructor with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constructor {
    /// Selector and encoded arguments.
    data: Vec<u8>,
}

impl Constructor {
    /// The constructor with this selector and a tuple of its arguments.
    #[must_use]
    pub fn new(selector: Selector, arguments: &impl Encode) -> Self {
        let mut data = selector.to_vec();
        arguments.encode_to(&mut data);
        Self { data }
    }
}

/// The hash by which the chain names a contract's code: BLAKE2b-256 of its bytes.
#[must_use]
pub fn code_hash(code: &[u8]) -> CodeHash {
    CodeHash::new(Blake2b::<U32>::digest(code).into())
}

/// `pallet_contracts_primitives::ContractInstantiateResult` as `ContractsApi_instantiate` answers.
#[derive(Decode)]
struct InstantiateResult {
    _gas_consumed: Weight,
    gas_required: Weight,
    storage_deposit: StorageDeposit,
    _debug_message: Vec<u8>,
    result: Result<Instantiated, DispatchError>,
    _events: Events,
}

#[derive(Decode)]
struct Instantiated {
    result: ExecReturn,
    account: [u8; 32],
}

impl<T: Transport> Chain<T> {
    /// Uploads `code`, instantiates it and returns the new contract's account and block.
    ///
    /// `salt` must differ between two instances of the same code and arguments by one account.
    ///
    /// # Errors
    /// As [`Chain::send`]; [`ChainError::NoEffect`] if other code stands there afterwards.
    pub async fn instantiate(
        &self,
        signer: &impl Signer,
        code: &[u8],
        constructor: &Constructor,
        salt: &[u8],
        mut progress: impl FnMut(Progress),
    ) -> Result<(AccountId, Block), ChainError> {
        self.still_the_same().await?;
        let account = signer.account();
        let none: (Option<Weight>, Option<u128>) = (None, None);
        let mut arguments = (account, 0_u128, none.0, none.1).encode();
        // `Code::Upload`.
        arguments.push(0);
        (code, &constructor.data, salt).encode_to(&mut arguments);
        let run: InstantiateResult = self
            .rpc()
            .state_call("ContractsApi_instantiate", &arguments, None)
            .await?;
        let made = match run.result {
            Ok(made) => made,
            Err(error) => return Err(self.dispatch_error("new", error).await),
        };
        // ink!'s own error comes first; then what the constructor itself refuses.
        if made.result.data.first() == Some(&1) {
            return Err(ContractCallError::NotUnderstood { message: "new" }.into());
        }
        if made.result.reverted() {
            return Err(contracts::refused("new", Refusal::Constructor).into());
        }
        let (gas_limit, storage_deposit_limit) = limits(run.gas_required, run.storage_deposit);
        let instantiation = Instantiation {
            gas_limit,
            storage_deposit_limit,
            code,
            data: &constructor.data,
            salt,
        };
        let call = instantiation.encode(&*self.metadata().await?)?;
        let unsigned = self.unsigned(account, call).await?;
        let (block, _) = self
            .sign_and_watch(signer, &unsigned, &mut progress)
            .await?;
        let contract = AccountId::new(made.account);
        if self.code_hash(contract, block).await? != Some(code_hash(code)) {
            return Err(ChainError::NoEffect {
                expected: Expected::Contract,
            });
        }
        Ok((contract, block))
    }
}
