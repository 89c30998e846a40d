//! Blocks: their time, who sent what, whether it succeeded, and what the contracts told.

use super::event::{ContractEvent, Happened, Which};
use super::message::{self, Refusal};
use crate::chain::{call_arguments, storage_prefix, Chain};
use crate::contracts::{ContractResult, ExecReturn};
use crate::error::ChainError;
use crate::lists::Deployment;
use crate::metadata::{Metadata, Value};
use crate::rpc::Block;
use crate::transport::Transport;
use countersign_shared::id::AccountId;
use parity_scale_codec::Decode;

/// What the chain says where a contract undid its changes, as ink! does with every error.
const REVERTED: &str = "Contracts.ContractReverted";
/// More undone messages of one block are not executed again.
const MOST_REPEATED: usize = 25;

/// Whether an extrinsic did what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It did.
    Succeeded,
    /// It failed, with the chain's reason, and the contract's own where it could be found out; only its fee was taken.
    Failed(String, Option<Refusal>),
    /// The block's events do not say.
    Unsaid,
}

/// An extrinsic of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extrinsic {
    /// Its hash, by which wallets name it.
    pub hash: [u8; 32],
    /// Who signed it; none for what the block's author puts in.
    pub signer: Option<AccountId>,
    /// `Pallet.call`; none if it cannot be decoded.
    pub call: Option<String>,
    /// The contract that it calls, if it calls one.
    pub contract: Option<AccountId>,
    /// The message, where it calls a contract of the deployment.
    pub message: Option<(Which, &'static str)>,
    /// How it went.
    pub outcome: Outcome,
}

/// A block with what happened in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Number and hash.
    pub block: Block,
    /// Hash of the block before; none for block 0.
    pub parent: Option<[u8; 32]>,
    /// Seconds since 1970 by the block's own word; none for block 0.
    pub time: Option<u64>,
    /// In their order.
    pub extrinsics: Vec<Extrinsic>,
    /// The events of the deployment's contracts.
    pub happened: Vec<Happened>,
    /// How many events there are in all.
    pub events: usize,
}

/// A block with what the contracts told in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// Number and hash.
    pub block: Block,
    /// The events of the deployment's contracts.
    pub happened: Vec<Happened>,
}

/// A block with how much happened in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Number and hash.
    pub block: Block,
    /// Seconds since 1970 by the block's own word; none where it says nothing.
    pub time: Option<u64>,
    /// How many events there are in all, whoever told them.
    pub events: u32,
}

impl Shown {
    /// Reads a block of the node's best chain; none if there is no such block.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn read<T: Transport>(
        chain: &Chain<T>,
        entry: &Deployment,
        number: u32,
    ) -> Result<Option<Self>, ChainError> {
        let Some(hash) = chain.rpc().block_hash(number).await? else {
            return Ok(None);
        };
        let Some(body) = chain.rpc().body(hash).await? else {
            return Ok(None);
        };
        let block = Block { number, hash };
        let metadata = chain.metadata().await?;
        let key = storage_prefix("System", "Events");
        let records = match chain.rpc().storage(&key, hash).await? {
            Some(bytes) => metadata.decode_storage("System", "Events", &bytes)?,
            None => Value::List(Vec::new()),
        };
        let now = storage_prefix("Timestamp", "Now");
        let now = chain.rpc().storage(&now, hash).await?;
        let indices = 0_u32..;
        let mut extrinsics: Vec<_> = indices
            .zip(&body.extrinsics)
            .map(|(index, bytes)| extrinsic(&metadata, entry, &records, index, bytes))
            .collect();
        refusals(chain, body.parent, &mut extrinsics).await;
        Ok(Some(Self {
            block,
            parent: (number > 0).then_some(body.parent),
            time: now.as_deref().and_then(seconds),
            extrinsics: extrinsics.into_iter().map(|(told, _)| told).collect(),
            happened: happened(entry, number, &records),
            events: list(&records).len(),
        }))
    }

    /// The transaction that an event came from, and its position.
    #[must_use]
    pub fn source(&self, event: &ContractEvent) -> Option<(u32, &Extrinsic)> {
        let mut told = self.happened.iter();
        let told = told.find(|told| told.event.as_ref() == Some(event))?;
        let index = told.extrinsic?;
        let place = usize::try_from(index).ok()?;
        Some((index, self.extrinsics.get(place)?))
    }
}

/// `Timestamp.Now` in seconds; a block that says nothing has zero there.
fn seconds(mut encoded: &[u8]) -> Option<u64> {
    let milliseconds = u64::decode(&mut encoded).ok().filter(|now| *now > 0)?;
    Some(milliseconds / 1000)
}

/// How many events each of the blocks with these numbers has, as far as the node has them. Asked together; cheap, however
/// full the blocks are.
///
/// # Errors
/// [`ChainError`].
pub async fn tallies<T: Transport>(
    chain: &Chain<T>,
    numbers: &[u32],
) -> Result<Vec<Tally>, ChainError> {
    let known = known(chain, numbers).await?;
    let places: Vec<[u8; 32]> = known.iter().map(|block| block.hash).collect();
    let key = storage_prefix("System", "EventCount");
    let counts = chain.rpc().storage_at(&key, &places).await?;
    let now = storage_prefix("Timestamp", "Now");
    let times = chain.rpc().storage_at(&now, &places).await?;
    let found = known.into_iter().zip(counts).zip(times);
    Ok(found
        .map(|((block, count), time)| Tally {
            block,
            time: time.as_deref().and_then(seconds),
            events: count
                .and_then(|bytes| u32::decode(&mut bytes.as_slice()).ok())
                .unwrap_or(0),
        })
        .collect())
}

async fn known<T: Transport>(chain: &Chain<T>, numbers: &[u32]) -> Result<Vec<Block>, ChainError> {
    let hashes = chain.rpc().block_hashes(numbers).await?;
    let found = numbers.iter().zip(hashes);
    Ok(found
        .filter_map(|(number, hash)| {
            hash.map(|hash| Block {
                number: *number,
                hash,
            })
        })
        .collect())
}

/// The blocks with these numbers, as far as the node has them, with what the contracts told in each. Asked together.
///
/// # Errors
/// [`ChainError`].
pub async fn blocks<T: Transport>(
    chain: &Chain<T>,
    entry: &Deployment,
    numbers: &[u32],
) -> Result<Vec<Brief>, ChainError> {
    let known = known(chain, numbers).await?;
    let places: Vec<[u8; 32]> = known.iter().map(|block| block.hash).collect();
    let key = storage_prefix("System", "Events");
    let found = chain.rpc().storage_at(&key, &places).await?;
    let metadata = chain.metadata().await?;
    let mut briefs = Vec::with_capacity(known.len());
    for (block, bytes) in known.into_iter().zip(found) {
        let records = match bytes {
            Some(bytes) => metadata.decode_storage("System", "Events", &bytes)?,
            None => Value::List(Vec::new()),
        };
        let happened = happened(entry, block.number, &records);
        briefs.push(Brief { block, happened });
    }
    Ok(briefs)
}

/// The contracts' events in the block of this number.
///
/// # Errors
/// [`ChainError`].
pub async fn contract_events<T: Transport>(
    chain: &Chain<T>,
    entry: &Deployment,
    number: u32,
) -> Result<Vec<Happened>, ChainError> {
    let found = blocks(chain, entry, &[number]).await?;
    Ok(found.into_iter().flat_map(|brief| brief.happened).collect())
}

fn list(records: &Value) -> &[Value] {
    match records {
        Value::List(records) => records,
        _ => &[],
    }
}

/// The extrinsic that a record of an event belongs to.
fn phase(record: &Value) -> Option<u32> {
    match record.field("phase")?.case()? {
        ("ApplyExtrinsic", Some(index)) => u32::try_from(index.number()?).ok(),
        _ => None,
    }
}

fn happened(entry: &Deployment, block: u32, records: &Value) -> Vec<Happened> {
    let of = |record: &Value| {
        let ("Contracts", Some(event)) = record.field("event")?.case()? else {
            return None;
        };
        if event.case()?.0 != "ContractEmitted" {
            return None;
        }
        let contract: [u8; 32] = event.field("contract")?.bytes()?.try_into().ok()?;
        let which = Which::of(entry, AccountId::new(contract))?;
        let decoded = || {
            let topic = record.field("topics")?.at(0)?.bytes()?;
            ContractEvent::decode_by_topic(which, topic, event.field("data")?.bytes()?)
        };
        Some(Happened {
            block,
            extrinsic: phase(record),
            which,
            event: decoded(),
        })
    };
    list(records).iter().filter_map(of).collect()
}

fn extrinsic(
    metadata: &Metadata,
    entry: &Deployment,
    records: &Value,
    index: u32,
    bytes: &[u8],
) -> (Extrinsic, Option<Called>) {
    let decoded = metadata.decode_extrinsic(bytes).ok();
    let signer = decoded
        .as_ref()
        .and_then(|(signer, _)| account_of(signer.as_ref()?));
    let call = decoded.as_ref().and_then(|(_, call)| {
        let (pallet, inner) = call.case()?;
        Some(format!("{pallet}.{}", inner?.case()?.0))
    });
    let called = decoded.as_ref().and_then(|(_, call)| Called::of(call));
    let told = Extrinsic {
        hash: crate::extrinsic::hash(bytes),
        signer,
        call,
        contract: called.as_ref().map(|called| called.contract),
        message: called.as_ref().and_then(|called| called.message(entry)),
        outcome: outcome(metadata, records, index),
    };
    (told, called)
}

fn outcome(metadata: &Metadata, records: &Value, index: u32) -> Outcome {
    match crate::submit::judge(metadata, records, index) {
        Some(Ok(())) => Outcome::Succeeded,
        Some(Err(reason)) => Outcome::Failed(reason, None),
        None => Outcome::Unsaid,
    }
}

/// An account in a `MultiAddress`, or alone.
fn account_of(value: &Value) -> Option<AccountId> {
    let account = match value.case() {
        Some(("Id", account)) => account?,
        Some(_) => return None,
        None => value,
    };
    Some(AccountId::new(account.bytes()?.try_into().ok()?))
}

/// A `Contracts.call`: which contract, with what.
struct Called {
    contract: AccountId,
    value: u128,
    data: Vec<u8>,
}

impl Called {
    fn of(call: &Value) -> Option<Self> {
        let ("Contracts", Some(inner)) = call.case()? else {
            return None;
        };
        if inner.case()?.0 != "call" {
            return None;
        }
        Some(Self {
            contract: account_of(inner.field("dest")?)?,
            value: inner.field("value")?.number()?,
            data: inner.field("data")?.bytes()?.to_vec(),
        })
    }

    /// The message, where it is one to a contract of the deployment.
    fn message(&self, entry: &Deployment) -> Option<(Which, &'static str)> {
        let which = Which::of(entry, self.contract)?;
        let selector = self.data.first_chunk::<4>()?;
        Some((which, message::name(which, selector)?))
    }
}

/// What a contract answers is in no block: what was undone is executed once more, on the state before the block.
/// Transactions of the same block may have come between, so an answer is evidence, and none is no news.
async fn refusals<T: Transport>(
    chain: &Chain<T>,
    parent: [u8; 32],
    extrinsics: &mut [(Extrinsic, Option<Called>)],
) {
    let mut asked = Vec::new();
    let mut arguments = Vec::new();
    for (place, (extrinsic, called)) in extrinsics.iter().enumerate() {
        let undone = matches!(&extrinsic.outcome, Outcome::Failed(reason, _) if reason.starts_with(REVERTED));
        if let (true, Some(signer), Some(called), Some((which, _))) =
            (undone, extrinsic.signer, called, extrinsic.message)
        {
            if asked.len() < MOST_REPEATED {
                asked.push((place, which));
                let Called {
                    contract,
                    value,
                    data,
                } = called;
                arguments.push(call_arguments(signer, *contract, *value, data));
            }
        }
    }
    if asked.is_empty() {
        return;
    }
    let answers = chain
        .rpc()
        .state_calls::<ContractResult>("ContractsApi_call", &arguments, parent)
        .await;
    // A node that no longer keeps that state leaves the reason as the block has it.
    for ((place, which), answer) in asked.into_iter().zip(answers.unwrap_or_default()) {
        let refusal = answer
            .result
            .ok()
            .filter(ExecReturn::reverted)
            .and_then(|returned| Refusal::decode(which, &returned.data));
        if let Some((extrinsic, _)) = extrinsics.get_mut(place) {
            if let Outcome::Failed(_, found) = &mut extrinsic.outcome {
                *found = refusal;
            }
        }
    }
}
