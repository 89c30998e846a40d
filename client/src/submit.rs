//! Sending a contract message and watching what becomes of it.
//!
//! Every message is executed first without being sent; what would fail is never sent. What was sent is looked for in
//! blocks by its hash, and its outcome read from that block's events, never assumed.

use crate::chain::{storage_prefix, Chain};
use crate::contracts::{self, ContractCallError, Message, Refusal, StorageDeposit, Weight};
use crate::error::{ChainError, Outcome};
use crate::extrinsic::{self, Conditions, ContractCall, Era, Unsigned};
use crate::messages;
use crate::metadata::{Metadata, Shown, Value};
use crate::rpc::Block;
use crate::signer::Signer;
use crate::transport::Transport;
use countersign_shared::id::AccountId;
use parity_scale_codec::Decode;

/// Longest life of an extrinsic, in blocks.
const LIFETIME: u32 = 256;
/// Between two looks at the chain, in milliseconds.
const PAUSE: u32 = 250;
/// How long inclusion and finality are waited for, in seconds.
const PATIENCE: u32 = 120;

/// Where an extrinsic is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Waiting for the signer.
    Signing,
    /// The node took it into its pool.
    Broadcast {
        /// Hash of the extrinsic.
        extrinsic: [u8; 32],
    },
    /// It is in a block that is not final yet.
    InBlock(Block),
    /// It is in a finalised block and succeeded.
    Finalised(Block),
}

/// A message that would succeed now, ready to be signed.
#[derive(Debug)]
pub struct Prepared<R> {
    /// The extrinsic to sign.
    pub extrinsic: Unsigned,
    /// What the contract would answer.
    pub answer: R,
    /// What storing would cost.
    pub storage_deposit: StorageDeposit,
}

/// A message that was executed in a finalised block.
#[derive(Debug)]
pub struct Sent<R> {
    /// What the contract answered when the message was tried before it was sent; read the state for certainty.
    pub answer: R,
    /// The finalised block that holds it.
    pub block: Block,
    /// Hash of the extrinsic.
    pub extrinsic: [u8; 32],
}

/// An extrinsic that the node took, on its way into a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Underway {
    extrinsic: [u8; 32],
    conditions: Conditions,
}

impl<T: Transport> Chain<T> {
    /// Tries a message as `account` and builds the extrinsic that would send it.
    ///
    /// # Errors
    /// [`ChainError::Contract`] when the contract refuses or fails, [`ChainError::Metadata`], [`ChainError::Rpc`],
    /// [`ChainError::OtherChain`].
    pub async fn prepare<R: Decode, E: Decode + Into<Refusal>>(
        &self,
        account: AccountId,
        contract: AccountId,
        message: &Message<Result<R, E>>,
    ) -> Result<Prepared<R>, ChainError> {
        self.still_the_same().await?;
        let run = self.dry_run(account, contract, message).await?;
        let (gas_limit, storage_deposit_limit) = limits(run.gas_required, run.storage_deposit);
        let reverted = run.reverted;
        let answer = run
            .answer
            .map_err(|error| contracts::refused(message.name(), error))?;
        if reverted {
            // An answer that is no error, and yet nothing would be kept: no contract of ours does that.
            return Err(ContractCallError::Undecodable {
                message: message.name(),
            }
            .into());
        }
        let metadata = self.metadata().await?;
        let data = message.data().to_vec();
        let call = ContractCall {
            contract,
            value: message.value(),
            gas_limit,
            storage_deposit_limit,
            data,
        };
        let extrinsic = self.unsigned(account, call.encode(&metadata)?).await?;
        Ok(Prepared {
            extrinsic,
            answer,
            storage_deposit: run.storage_deposit,
        })
    }

    /// An extrinsic that carries `call` now, with the account's next nonce and a life of some minutes.
    pub(crate) async fn unsigned(
        &self,
        account: AccountId,
        call: Vec<u8>,
    ) -> Result<Unsigned, ChainError> {
        let metadata = self.metadata().await?;
        let birth = self.finalised().await?;
        let known = metadata
            .constant("System", "BlockHashCount")
            .ok()
            .and_then(|count| count.number());
        let lifetime = known
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(LIFETIME)
            .min(LIFETIME);
        let conditions = Conditions {
            genesis: self.genesis().to_bytes(),
            version: self.rpc().runtime_version().await?,
            birth,
            era: Era::new(birth.number, lifetime),
            nonce: self.rpc().next_nonce(&messages::account(&account)).await?,
        };
        Ok(Unsigned::new(&metadata, account, call, conditions)?)
    }

    /// Tries, signs, sends and watches a message until it is in a finalised block.
    ///
    /// # Errors
    /// As [`Chain::prepare`]; [`ChainError::Signer`]; [`ChainError::Failed`], [`ChainError::Expired`] and
    /// [`ChainError::NotSeen`] after it was sent.
    pub async fn send<R: Decode, E: Decode + Into<Refusal>>(
        &self,
        signer: &impl Signer,
        contract: AccountId,
        message: &Message<Result<R, E>>,
        mut progress: impl FnMut(Progress),
    ) -> Result<Sent<R>, ChainError> {
        let (answer, underway) = self.begin(signer, contract, message, &mut progress).await?;
        let block = self.arrive(underway, &mut progress).await?;
        Ok(Sent {
            answer,
            block,
            extrinsic: underway.extrinsic,
        })
    }

    /// Tries, signs and sends a message and does not wait for a block: several of one account can be on their way at once.
    /// What the contract answered when it was tried.
    ///
    /// # Errors
    /// As [`Chain::prepare`]; [`ChainError::Signer`].
    pub async fn begin<R: Decode, E: Decode + Into<Refusal>>(
        &self,
        signer: &impl Signer,
        contract: AccountId,
        message: &Message<Result<R, E>>,
        progress: &mut impl FnMut(Progress),
    ) -> Result<(R, Underway), ChainError> {
        let prepared = self.prepare(signer.account(), contract, message).await?;
        let underway = self
            .sign_and_submit(signer, &prepared.extrinsic, progress)
            .await?;
        Ok((prepared.answer, underway))
    }

    /// Waits until a finalised block holds what was begun.
    ///
    /// # Errors
    /// [`ChainError::Failed`], [`ChainError::Expired`], [`ChainError::NotSeen`], [`ChainError::Rpc`].
    pub async fn arrive(
        &self,
        underway: Underway,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Block, ChainError> {
        let block = self
            .watch(underway.extrinsic, &underway.conditions, progress)
            .await?;
        progress(Progress::Finalised(block));
        Ok(block)
    }

    /// Signs and sends an extrinsic and waits until a finalised block holds it; its block and hash.
    pub(crate) async fn sign_and_watch(
        &self,
        signer: &impl Signer,
        unsigned: &Unsigned,
        progress: &mut impl FnMut(Progress),
    ) -> Result<(Block, [u8; 32]), ChainError> {
        let underway = self.sign_and_submit(signer, unsigned, progress).await?;
        let block = self.arrive(underway, progress).await?;
        Ok((block, underway.extrinsic))
    }

    async fn sign_and_submit(
        &self,
        signer: &impl Signer,
        unsigned: &Unsigned,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Underway, ChainError> {
        progress(Progress::Signing);
        let signature = signer.sign(unsigned).await?;
        let signed = unsigned.sign(&signature);
        let extrinsic = extrinsic::hash(&signed);
        self.rpc().submit(&signed).await?;
        progress(Progress::Broadcast { extrinsic });
        let conditions = *unsigned.conditions();
        Ok(Underway {
            extrinsic,
            conditions,
        })
    }

    /// Follows the chain from the extrinsic's first possible block until a finalised one holds it.
    async fn watch(
        &self,
        wanted: [u8; 32],
        conditions: &Conditions,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Block, ChainError> {
        let last = conditions
            .birth
            .number
            .saturating_add(conditions.era.period());
        let mut next = conditions.birth.number.saturating_add(1);
        let mut seen_unfinal = conditions.birth.number;
        for _ in 0..PATIENCE.saturating_mul(1000) / PAUSE {
            let finalised = self.finalised().await?;
            while next <= finalised.number {
                if let Some((block, index)) = self.find(wanted, next).await? {
                    self.outcome(block, index).await?;
                    return Ok(block);
                }
                next = next.saturating_add(1);
            }
            if finalised.number > last {
                return Err(ChainError::Expired { last });
            }
            let best = self.rpc().best_number().await?;
            seen_unfinal = seen_unfinal.max(finalised.number);
            while seen_unfinal < best {
                seen_unfinal = seen_unfinal.saturating_add(1);
                if let Some((block, _)) = self.find(wanted, seen_unfinal).await? {
                    progress(Progress::InBlock(block));
                }
            }
            self.rpc().transport().pause(PAUSE).await;
        }
        Err(ChainError::NotSeen {
            extrinsic: wanted,
            seconds: PATIENCE,
        })
    }

    /// The block of this number and the extrinsic's position, if it is there.
    async fn find(
        &self,
        wanted: [u8; 32],
        number: u32,
    ) -> Result<Option<(Block, u32)>, ChainError> {
        let Some(hash) = self.rpc().block_hash(number).await? else {
            return Ok(None);
        };
        let Some(extrinsics) = self.rpc().extrinsics(hash).await? else {
            return Ok(None);
        };
        let mut positions = (0_u32..).zip(&extrinsics);
        let found = positions.find(|(_, bytes)| extrinsic::hash(bytes) == wanted);
        Ok(found.map(|(index, _)| (Block { number, hash }, index)))
    }

    /// Reads from a block's events whether the extrinsic at `index` succeeded.
    async fn outcome(&self, block: Block, index: u32) -> Result<(), ChainError> {
        let metadata = self.metadata().await?;
        let key = storage_prefix("System", "Events");
        let bytes = self
            .rpc()
            .storage(&key, block.hash)
            .await?
            .unwrap_or_default();
        let events = metadata.decode_storage("System", "Events", &bytes)?;
        match judge(&metadata, &events, index) {
            Some(Ok(())) => Ok(()),
            Some(Err(words)) => Err(ChainError::Failed {
                block: block.number,
                reason: Outcome::Named(words),
            }),
            None => Err(ChainError::Failed {
                block: block.number,
                reason: Outcome::NoEvent,
            }),
        }
    }
}

/// Limits with a quarter of room for what changes until the extrinsic is included.
pub(crate) fn limits(required: Weight, deposit: StorageDeposit) -> (Weight, u128) {
    let more = |amount: u64| amount.saturating_add(amount / 4);
    let gas = Weight {
        ref_time: more(required.ref_time),
        proof_size: more(required.proof_size),
    };
    let deposit = deposit.charge();
    (gas, deposit.saturating_add(deposit / 4))
}

/// Finds `System.ExtrinsicSuccess` or `ExtrinsicFailed` of the extrinsic at `index`; the reason of a failure in words.
pub(crate) fn judge(metadata: &Metadata, events: &Value, index: u32) -> Option<Result<(), String>> {
    let Value::List(records) = events else {
        return None;
    };
    records.iter().find_map(|record| {
        let (phase, position) = record.field("phase")?.case()?;
        if phase != "ApplyExtrinsic" || position?.number()? != u128::from(index) {
            return None;
        }
        let (pallet, event) = record.field("event")?.case()?;
        let event = event?;
        match (pallet, event.case()?.0) {
            ("System", "ExtrinsicSuccess") => Some(Ok(())),
            ("System", "ExtrinsicFailed") => {
                let error = event.field("dispatch_error").or_else(|| event.at(0))?;
                Some(Err(explain(metadata, error)))
            }
            _ => None,
        }
    })
}

/// A `DispatchError` with the chain's own name and words for it.
fn explain(metadata: &Metadata, error: &Value) -> String {
    let module = || {
        let ("Module", Some(module)) = error.case()? else {
            return None;
        };
        let pallet = u8::try_from(module.field("index")?.number()?).ok()?;
        let code = *module.field("error")?.bytes()?.first()?;
        metadata.module_error(pallet, code)
    };
    match module() {
        Some((name, words)) if words.is_empty() => name,
        Some((name, words)) => format!("{name}: {words}"),
        None => Shown(error).to_string(),
    }
}
