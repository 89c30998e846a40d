//! Blocks: their time, who sent what, whether it succeeded, and what the contracts told.

use super::event::{ContractEvent, Happened, Which};
use crate::chain::{storage_prefix, Chain};
use crate::error::ChainError;
use crate::lists::Deployment;
use crate::metadata::{Metadata, Value};
use crate::rpc::Block;
use crate::transport::Transport;
use countersign_shared::chain::{receipts, registry, Selector};
use countersign_shared::id::AccountId;
use parity_scale_codec::Decode;

/// Whether an extrinsic did what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It did.
    Succeeded,
    /// It failed, with the chain's reason; only its fee was taken.
    Failed(String),
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
    /// Seconds since 1970 by the block's own word; none for block 0.
    pub time: Option<u64>,
    /// In their order.
    pub extrinsics: Vec<Extrinsic>,
    /// The events of the deployment's contracts.
    pub happened: Vec<Happened>,
    /// How many events there are in all.
    pub events: usize,
}

/// A block in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// Number and hash.
    pub block: Block,
    /// Seconds since 1970 by the block's own word; none where it says nothing.
    pub time: Option<u64>,
    /// The events of the deployment's contracts.
    pub happened: Vec<Happened>,
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
        let Some(encoded) = chain.rpc().extrinsics(hash).await? else {
            return Ok(None);
        };
        let block = Block { number, hash };
        let metadata = chain.metadata().await?;
        let key = storage_prefix("System", "Events");
        let records = match chain.rpc().storage(&key, hash).await? {
            Some(bytes) => metadata.decode_storage("System", "Events", &bytes)?,
            None => Value::List(Vec::new()),
        };
        let indices = 0_u32..;
        let extrinsics = indices
            .zip(&encoded)
            .map(|(index, bytes)| extrinsic(&metadata, entry, &records, index, bytes));
        Ok(Some(Self {
            block,
            time: chain.time_of(block).await?,
            extrinsics: extrinsics.collect(),
            happened: happened(entry, number, &records),
            events: list(&records).len(),
        }))
    }
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
    let hashes = chain.rpc().block_hashes(numbers).await?;
    let known: Vec<Block> = numbers
        .iter()
        .zip(hashes)
        .filter_map(|(number, hash)| {
            hash.map(|hash| Block {
                number: *number,
                hash,
            })
        })
        .collect();
    let places: Vec<[u8; 32]> = known.iter().map(|block| block.hash).collect();
    let key = storage_prefix("System", "Events");
    let found = chain.rpc().storage_at(&key, &places).await?;
    let now = storage_prefix("Timestamp", "Now");
    let times = chain.rpc().storage_at(&now, &places).await?;
    let metadata = chain.metadata().await?;
    let mut briefs = Vec::with_capacity(known.len());
    for ((block, bytes), time) in known.into_iter().zip(found).zip(times) {
        let records = match bytes {
            Some(bytes) => metadata.decode_storage("System", "Events", &bytes)?,
            None => Value::List(Vec::new()),
        };
        let happened = happened(entry, block.number, &records);
        let time = time.and_then(|bytes| u64::decode(&mut bytes.as_slice()).ok());
        briefs.push(Brief {
            block,
            time: time.map(|milliseconds| milliseconds / 1000),
            happened,
        });
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
) -> Extrinsic {
    let decoded = metadata.decode_extrinsic(bytes).ok();
    let signer = decoded
        .as_ref()
        .and_then(|(signer, _)| account_of(signer.as_ref()?));
    let call = decoded.as_ref().and_then(|(_, call)| {
        let (pallet, inner) = call.case()?;
        Some(format!("{pallet}.{}", inner?.case()?.0))
    });
    Extrinsic {
        hash: crate::extrinsic::hash(bytes),
        signer,
        call,
        message: decoded.as_ref().and_then(|(_, call)| message(entry, call)),
        outcome: outcome(metadata, records, index),
    }
}

fn outcome(metadata: &Metadata, records: &Value, index: u32) -> Outcome {
    match crate::submit::judge(metadata, records, index) {
        Some(Ok(())) => Outcome::Succeeded,
        Some(Err(reason)) => Outcome::Failed(reason),
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

/// The message of a `Contracts.call` to a contract of the deployment.
fn message(entry: &Deployment, call: &Value) -> Option<(Which, &'static str)> {
    let ("Contracts", Some(inner)) = call.case()? else {
        return None;
    };
    if inner.case()?.0 != "call" {
        return None;
    }
    let which = Which::of(entry, account_of(inner.field("dest")?)?)?;
    let selector = inner.field("data")?.bytes()?.first_chunk::<4>()?;
    let names: &[(Selector, &'static str)] = match which {
        Which::Registry => &REGISTRY,
        Which::Receipts => &RECEIPTS,
    };
    let found = names.iter().find(|(known, _)| known == selector);
    found.map(|(_, name)| (which, *name))
}

/// The messages that change something.
const REGISTRY: [(Selector, &str); 8] = [
    (registry::PUBLISH_MODEL, "publish_model"),
    (registry::DEPRECATE_MODEL, "deprecate_model"),
    (registry::OFFER_MODEL, "offer_model"),
    (registry::ACCEPT_MODEL, "accept_model"),
    (registry::ANNOUNCE_ENGINE, "announce_engine"),
    (registry::DEPRECATE_ENGINE, "deprecate_engine"),
    (registry::OFFER_ENGINE, "offer_engine"),
    (registry::ACCEPT_ENGINE, "accept_engine"),
];
const RECEIPTS: [(Selector, &str); 7] = [
    (receipts::ANCHOR, "anchor"),
    (receipts::ANCHOR_BATCH, "anchor_batch"),
    (receipts::ATTEST, "attest"),
    (receipts::REVOKE, "revoke"),
    (receipts::REVOKE_SIGNED, "revoke_signed"),
    (receipts::DISOWN, "disown"),
    (receipts::DISOWN_SIGNED, "disown_signed"),
];
