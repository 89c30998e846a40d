//! A chain as its node shows it: reads at a block, and what those reads mean.

use crate::contracts::{
    self, ContractCallError, ContractResult, Dispatch, DispatchError, Message, StorageDeposit,
    Weight,
};
use crate::error::ChainError;
use crate::metadata::{Metadata, MetadataError};
use crate::rpc::{Block, Rpc};
use crate::transport::Transport;
use core::cell::RefCell;
use core::hash::Hasher;
use countersign_shared::id::{AccountId, BlockHash, CodeHash, GenesisHash};
use parity_scale_codec::{Compact, Decode, Encode};
use std::rc::Rc;
use twox_hash::XxHash64;

/// A connection to a chain, whose genesis hash was read from its node when the connection was made.
#[derive(Debug)]
pub struct Chain<T> {
    rpc: Rpc<T>,
    genesis: [u8; 32],
    /// Metadata by the spec version that it belongs to.
    metadata: RefCell<Option<(u32, Rc<Metadata>)>>,
}

/// What a contract message would do and cost if it were sent now.
#[derive(Debug)]
pub struct DryRun<R> {
    /// What the contract answers.
    pub answer: R,
    /// Most gas that the execution needs at any moment.
    pub gas_required: Weight,
    /// Gas used in the end.
    pub gas_consumed: Weight,
    /// What storing costs.
    pub storage_deposit: StorageDeposit,
    /// Whether the contract undid its changes, as ink! does when a message answers with an error.
    pub reverted: bool,
}

impl<T: Transport> Chain<T> {
    /// Asks the node for its genesis hash.
    ///
    /// # Errors
    /// [`ChainError::Rpc`].
    pub async fn connect(transport: T) -> Result<Self, ChainError> {
        let rpc = Rpc::new(transport);
        let genesis = rpc.genesis().await?;
        Ok(Self {
            rpc,
            genesis,
            metadata: RefCell::new(None),
        })
    }

    /// Hash of block 0: the name of this chain (PROTOCOL 4.3).
    #[must_use]
    pub fn genesis(&self) -> GenesisHash {
        GenesisHash::new(self.genesis)
    }

    /// The node itself.
    pub fn rpc(&self) -> &Rpc<T> {
        &self.rpc
    }

    /// Refuses a node that shows another chain than when the connection was made.
    ///
    /// # Errors
    /// [`ChainError::OtherChain`], [`ChainError::Rpc`].
    pub async fn still_the_same(&self) -> Result<(), ChainError> {
        let now = self.rpc.genesis().await?;
        if now == self.genesis {
            return Ok(());
        }
        Err(ChainError::OtherChain {
            before: self.genesis,
            now,
        })
    }

    /// The newest finalised block. All facts of a verdict are read at one of these (PROTOCOL 5.5).
    ///
    /// # Errors
    /// [`ChainError::Rpc`].
    pub async fn finalised(&self) -> Result<Block, ChainError> {
        Ok(self.rpc.finalised().await?)
    }

    /// The chain's metadata, fetched once per runtime version.
    ///
    /// # Errors
    /// [`ChainError::Rpc`], [`ChainError::Metadata`].
    pub async fn metadata(&self) -> Result<Rc<Metadata>, ChainError> {
        let spec = self.rpc.runtime_version().await?.spec;
        if let Some((known, metadata)) = &*self.metadata.borrow() {
            if *known == spec {
                return Ok(Rc::clone(metadata));
            }
        }
        let metadata = Rc::new(Metadata::decode(&self.rpc.metadata().await?)?);
        self.metadata.replace(Some((spec, Rc::clone(&metadata))));
        Ok(metadata)
    }

    /// Reads a contract at a block, as nobody in particular.
    ///
    /// # Errors
    /// [`ChainError::Rpc`], [`ChainError::Contract`].
    pub async fn read<R: Decode>(
        &self,
        contract: AccountId,
        message: &Message<R>,
        at: Block,
    ) -> Result<R, ChainError> {
        let run = self
            .execute(AccountId::ZERO, contract, message, Some(at.hash))
            .await?;
        Ok(run.answer)
    }

    /// Executes a message at the best block without sending it, as `caller`.
    ///
    /// # Errors
    /// [`ChainError::Contract`] when it would fail, [`ChainError::Rpc`].
    pub async fn dry_run<R: Decode>(
        &self,
        caller: AccountId,
        contract: AccountId,
        message: &Message<R>,
    ) -> Result<DryRun<R>, ChainError> {
        self.execute(caller, contract, message, None).await
    }

    /// As [`Chain::read`] for several messages to one contract, asked together.
    ///
    /// # Errors
    /// The first of their errors.
    pub async fn read_all<R: Decode>(
        &self,
        contract: AccountId,
        messages: &[Message<R>],
        at: Block,
    ) -> Result<Vec<R>, ChainError> {
        let arguments: Vec<Vec<u8>> = messages
            .iter()
            .map(|message| arguments(AccountId::ZERO, contract, message))
            .collect();
        let found: Vec<ContractResult> = self
            .rpc
            .state_calls("ContractsApi_call", &arguments, at.hash)
            .await?;
        let mut answers = Vec::with_capacity(found.len());
        for (message, found) in messages.iter().zip(found) {
            match found.result {
                Ok(returned) => {
                    answers.push(contracts::answer::<R>(message.name(), &returned.data)?);
                }
                Err(error) => return Err(self.dispatch_error(message.name(), error).await),
            }
        }
        Ok(answers)
    }

    async fn execute<R: Decode>(
        &self,
        caller: AccountId,
        contract: AccountId,
        message: &Message<R>,
        at: Option<[u8; 32]>,
    ) -> Result<DryRun<R>, ChainError> {
        let arguments = arguments(caller, contract, message);
        let found: ContractResult = self
            .rpc
            .state_call("ContractsApi_call", &arguments, at)
            .await?;
        let returned = match found.result {
            Ok(returned) => returned,
            Err(error) => return Err(self.dispatch_error(message.name(), error).await),
        };
        let answer = contracts::answer::<R>(message.name(), &returned.data)?;
        Ok(DryRun {
            answer,
            gas_required: found.gas_required,
            gas_consumed: found.gas_consumed,
            storage_deposit: found.storage_deposit,
            reverted: returned.reverted(),
        })
    }

    /// Puts the chain's own words to an error, if its metadata can be had.
    pub(crate) async fn dispatch_error(
        &self,
        message: &'static str,
        error: DispatchError,
    ) -> ChainError {
        let mut reason = Dispatch::Runtime(error);
        if let DispatchError::Module {
            index,
            error: [error, ..],
        } = error
        {
            let named = self
                .metadata()
                .await
                .ok()
                .and_then(|metadata| metadata.module_error(index, error));
            if let Some((name, words)) = named {
                // pallet-contracts has these words for an account that is too poor, too.
                let poor = name.starts_with("Contracts.StorageDeposit");
                let words = if words.is_empty() {
                    name
                } else {
                    format!("{name}: {words}")
                };
                reason = Dispatch::Named { words, poor };
            }
        }
        ContractCallError::Dispatch { message, reason }.into()
    }

    /// The hash of a contract's code at a block; none if there is no contract at this account.
    ///
    /// # Errors
    /// [`ChainError::Rpc`], [`ChainError::Metadata`].
    pub async fn code_hash(
        &self,
        contract: AccountId,
        at: Block,
    ) -> Result<Option<CodeHash>, ChainError> {
        let mut key = storage_prefix("Contracts", "ContractInfoOf").to_vec();
        // Twox64Concat.
        key.extend_from_slice(&xx_hash(contract.as_bytes(), 0).to_le_bytes());
        key.extend_from_slice(contract.as_bytes());
        let Some(bytes) = self.rpc.storage(&key, at.hash).await? else {
            return Ok(None);
        };
        let info = self
            .metadata()
            .await?
            .decode_storage("Contracts", "ContractInfoOf", &bytes)?;
        let undecodable = || MetadataError::Undecodable {
            what: "storage Contracts.ContractInfoOf".to_owned(),
        };
        let hash = info
            .field("code_hash")
            .and_then(|value| value.bytes())
            .ok_or_else(undecodable)?;
        let hash: [u8; 32] = hash.try_into().map_err(|_| undecodable())?;
        Ok(Some(CodeHash::new(hash)))
    }

    /// The block with this hash, if the node knows it and it is the finalised block of its number.
    ///
    /// # Errors
    /// [`ChainError::Rpc`].
    pub async fn finalised_block(
        &self,
        hash: BlockHash,
        finalised: Block,
    ) -> Result<Option<Block>, ChainError> {
        let Some(number) = self.rpc.number_of(hash.to_bytes()).await? else {
            return Ok(None);
        };
        if number > finalised.number || self.rpc.block_hash(number).await? != Some(hash.to_bytes())
        {
            return Ok(None);
        }
        Ok(Some(Block {
            number,
            hash: hash.to_bytes(),
        }))
    }

    /// The time of a block in seconds since 1970, from its timestamp inherent; none if it has none or the node no
    /// longer keeps the block.
    ///
    /// # Errors
    /// [`ChainError::Rpc`], [`ChainError::Metadata`].
    pub async fn time_of(&self, block: Block) -> Result<Option<u64>, ChainError> {
        let metadata = self.metadata().await?;
        let call = metadata.call("Timestamp", "set")?;
        let Some(extrinsics) = self.rpc.extrinsics(block.hash).await? else {
            return Ok(None);
        };
        let milliseconds = extrinsics.iter().find_map(|bytes| {
            let body = Vec::<u8>::decode(&mut bytes.as_slice()).ok()?;
            let (head, mut moment) = body.split_at_checked(3)?;
            // Bare extrinsics of versions 4 and 5.
            let is_set =
                matches!(head, [4 | 5, pallet, set] if (*pallet, *set) == (call.pallet, call.call));
            let moment = Compact::<u64>::decode(&mut moment).ok()?;
            is_set.then_some(moment.0)
        });
        Ok(milliseconds.map(|milliseconds| milliseconds / 1000))
    }
}

fn arguments<R>(caller: AccountId, contract: AccountId, message: &Message<R>) -> Vec<u8> {
    call_arguments(caller, contract, message.value(), message.data())
}

/// The arguments of `ContractsApi_call`, without limits.
pub(crate) fn call_arguments(
    caller: AccountId,
    contract: AccountId,
    value: u128,
    data: &[u8],
) -> Vec<u8> {
    let no_limit: (Option<Weight>, Option<u128>) = (None, None);
    (caller, contract, value, no_limit.0, no_limit.1, data).encode()
}

fn xx_hash(bytes: &[u8], seed: u64) -> u64 {
    let mut hasher = XxHash64::with_seed(seed);
    hasher.write(bytes);
    hasher.finish()
}

/// Where a storage item lives: twox-128 of the pallet's name and of the item's.
pub(crate) fn storage_prefix(pallet: &str, item: &str) -> [u8; 32] {
    let mut prefix = [0; 32];
    let parts = [(pallet, 0), (pallet, 1), (item, 0), (item, 1)];
    for (to, (name, seed)) in prefix.chunks_mut(8).zip(parts) {
        to.copy_from_slice(&xx_hash(name.as_bytes(), seed).to_le_bytes());
    }
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_prefix_is_substrates() {
        // System.Account, known from every chain.
        let expected = "26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9";
        assert_eq!(hex::encode(storage_prefix("System", "Account")), expected);
    }
}
