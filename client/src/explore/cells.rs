//! Single entries of the contracts' lists by their key. The contracts have no message for some of these, but where an
//! entry lies is part of their interface: `contracts/*/tests/layout.txt`, compared by their tests.

use crate::chain::{storage_prefix, Chain};
use crate::error::ChainError;
use crate::lists::Deployment;
use crate::metadata::MetadataError;
use crate::rpc::Block;
use crate::transport::{RpcError, Transport};
use blake2::digest::consts::U16;
use blake2::{Blake2b, Digest as _};
use countersign_shared::chain::{Attestation, BatchKey, Disownment, Moment};
use countersign_shared::id::{AccountId, CodeHash, ReceiptId, SealedId};
use countersign_shared::Attester;
use parity_scale_codec::{Decode, Encode};

const MODELS: u32 = 0x10;
const ENGINES: u32 = 0x30;
const ANCHORS: u32 = 0x10;
const BATCHES: u32 = 0x20;
const ATTESTATIONS: u32 = 0x30;
const REVOCATIONS: u32 = 0x40;
const DISOWNMENTS: u32 = 0x50;

/// How many entries each list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Registered models.
    pub models: u32,
    /// Announced engines.
    pub engines: u32,
    /// Single anchors.
    pub anchors: u32,
    /// Anchored batches.
    pub batches: u32,
    /// Receipts that the contract verified.
    pub attestations: u32,
    /// Revoked receipts.
    pub revocations: u32,
    /// Disowned keys.
    pub disownments: u32,
}

/// `pallet_contracts::ContractAccessError`.
#[derive(Debug, Decode)]
enum AccessError {
    DoesntExist,
    KeyDecodingFailed,
    MigrationInProgress,
}

/// Reads cells of a deployment's receipts contract at one block.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a, T> {
    chain: &'a Chain<T>,
    receipts: AccountId,
    at: Block,
}

/// All methods fail with [`ChainError`] when the node does not answer or the cell holds something else.
impl<'a, T: Transport> Cells<'a, T> {
    /// The cells of the deployment's receipts contract at `at`.
    pub fn new(chain: &'a Chain<T>, entry: &Deployment, at: Block) -> Self {
        Self {
            chain,
            receipts: entry.receipts,
            at,
        }
    }

    /// When a sealed receipt was anchored on its own.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn anchor(&self, sealed: SealedId) -> Result<Option<Moment>, ChainError> {
        self.get(ANCHORS, &sealed).await
    }

    /// When a batch was anchored.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn batch(&self, batch: BatchKey) -> Result<Option<Moment>, ChainError> {
        self.get(BATCHES, &batch).await
    }

    /// The contract's own verification of a sealed receipt.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn attestation(&self, sealed: SealedId) -> Result<Option<Attestation>, ChainError> {
        self.get(ATTESTATIONS, &sealed).await
    }

    /// When a receipt was revoked.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn revocation(&self, receipt: ReceiptId) -> Result<Option<Moment>, ChainError> {
        self.get(REVOCATIONS, &receipt).await
    }

    /// From when on a signer disowned its key.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn disownment(&self, attester: Attester) -> Result<Option<Disownment>, ChainError> {
        self.get(DISOWNMENTS, &attester).await
    }

    /// How many entries each list of both contracts has, asked together.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn counts(&self, registry: AccountId) -> Result<Counts, ChainError> {
        let function = "ContractsApi_get_storage";
        let lists = [
            (registry, MODELS),
            (registry, ENGINES),
            (self.receipts, ANCHORS),
            (self.receipts, BATCHES),
            (self.receipts, ATTESTATIONS),
            (self.receipts, REVOCATIONS),
            (self.receipts, DISOWNMENTS),
        ];
        // The third space of a list holds its length.
        let arguments = lists.map(|(contract, space)| {
            let cell = space.saturating_add(2).encode();
            (contract, cell).encode()
        });
        let found: Vec<Result<Option<Vec<u8>>, AccessError>> = self
            .chain
            .rpc()
            .state_calls(function, &arguments, self.at.hash)
            .await?;
        let count = |place: usize| -> Result<u32, RpcError> {
            let unexpected = || RpcError::Unexpected {
                method: function.to_owned(),
                expected: "the length of a list",
            };
            match found.get(place) {
                Some(Ok(None)) => Ok(0),
                Some(Ok(Some(bytes))) => {
                    u32::decode(&mut bytes.as_slice()).map_err(|_| unexpected())
                }
                _ => Err(unexpected()),
            }
        };
        Ok(Counts {
            models: count(0)?,
            engines: count(1)?,
            anchors: count(2)?,
            batches: count(3)?,
            attestations: count(4)?,
            revocations: count(5)?,
            disownments: count(6)?,
        })
    }

    async fn get<V: Decode>(&self, space: u32, key: &impl Encode) -> Result<Option<V>, ChainError> {
        let function = "ContractsApi_get_storage";
        let unexpected = || RpcError::Unexpected {
            method: function.to_owned(),
            expected: "a cell of a Countersign contract",
        };
        let arguments = (self.receipts, (space, key).encode()).encode();
        let found: Result<Option<Vec<u8>>, AccessError> = self
            .chain
            .rpc()
            .state_call(function, &arguments, Some(self.at.hash))
            .await?;
        let Some(bytes) = found.map_err(|_| unexpected())? else {
            return Ok(None);
        };
        let mut rest = bytes.as_slice();
        let value = V::decode(&mut rest).map_err(|_| unexpected())?;
        if rest.is_empty() {
            Ok(Some(value))
        } else {
            Err(unexpected().into())
        }
    }
}

/// What a chain holds of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// How many transactions it has sent.
    pub nonce: u128,
    /// What it may spend, in the chain's smallest unit.
    pub free: u128,
    /// What is reserved of its own, deposits for storage among it.
    pub reserved: u128,
    /// The hash of its code, where it is a contract.
    pub code: Option<CodeHash>,
}

/// An account at a block; none if the chain does not know it.
///
/// # Errors
/// [`ChainError`].
pub async fn account<T: Transport>(
    chain: &Chain<T>,
    account: AccountId,
    at: Block,
) -> Result<Option<Account>, ChainError> {
    let mut key = storage_prefix("System", "Account").to_vec();
    // Blake2_128Concat.
    key.extend_from_slice(&Blake2b::<U16>::digest(account.as_bytes()));
    key.extend_from_slice(account.as_bytes());
    let Some(bytes) = chain.rpc().storage(&key, at.hash).await? else {
        return Ok(None);
    };
    let info = chain
        .metadata()
        .await?
        .decode_storage("System", "Account", &bytes)?;
    let number = |name: &str| {
        let found = info
            .field(name)
            .or_else(|| info.field("data").and_then(|data| data.field(name)));
        found
            .and_then(crate::metadata::Value::number)
            .ok_or_else(|| MetadataError::Undecodable {
                what: "storage System.Account".to_owned(),
            })
    };
    Ok(Some(Account {
        nonce: number("nonce")?,
        free: number("free")?,
        reserved: number("reserved")?,
        code: chain.code_hash(account, at).await?,
    }))
}
