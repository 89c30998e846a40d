//! Signed extrinsics, version 4, built from what the chain's own metadata asks for.

mod era;

pub use era::Era;

use crate::contracts::Weight;
use crate::messages;
use crate::metadata::{Metadata, MetadataError};
use crate::rpc::{Block, RuntimeVersion};
use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};
use countersign_shared::id::AccountId;
use parity_scale_codec::{Compact, Encode};
use scale_info::TypeDef;
use serde_json::{json, Value};

/// The only extrinsic version that this client writes.
const VERSION: u8 = 4;
/// Bit 7 of the version byte: signed.
const SIGNED: u8 = 0x80;
/// Payloads longer than this are hashed before they are signed.
const LONGEST_SIGNED_PLAIN: usize = 256;

/// A call of a contract, with what it may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractCall {
    /// The contract.
    pub contract: AccountId,
    /// Balance handed to the contract, in the chain's smallest unit.
    pub value: u128,
    /// Most gas to use.
    pub gas_limit: Weight,
    /// Most balance to hold for storage.
    pub storage_deposit_limit: u128,
    /// Selector and arguments.
    pub data: Vec<u8>,
}

impl ContractCall {
    /// The encoded `Contracts.call`, its arguments in the order that the metadata gives.
    ///
    /// # Errors
    /// [`MetadataError::Missing`], [`MetadataError::UnknownArgument`], [`MetadataError::Unsupported`].
    pub fn encode(&self, metadata: &Metadata) -> Result<Vec<u8>, MetadataError> {
        let call = metadata.call("Contracts", "call")?;
        let mut bytes = vec![call.pallet, call.call];
        for argument in call.arguments() {
            match argument {
                "dest" => address(metadata, &self.contract, &mut bytes)?,
                "value" => Compact(self.value).encode_to(&mut bytes),
                "gas_limit" => self.gas_limit.encode_to(&mut bytes),
                "storage_deposit_limit" => {
                    Some(Compact(self.storage_deposit_limit)).encode_to(&mut bytes)
                }
                "data" => self.data.encode_to(&mut bytes),
                other => {
                    return Err(MetadataError::UnknownArgument {
                        name: other.to_owned(),
                    })
                }
            }
        }
        Ok(bytes)
    }
}

/// The upload and instantiation of a contract, with what it may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instantiation<'a> {
    /// Most gas to use.
    pub gas_limit: Weight,
    /// Most balance to hold for storage.
    pub storage_deposit_limit: u128,
    /// The contract's wasm.
    pub code: &'a [u8],
    /// Selector and arguments of the constructor.
    pub data: &'a [u8],
    /// What tells two instances apart.
    pub salt: &'a [u8],
}

impl Instantiation<'_> {
    /// The encoded `Contracts.instantiate_with_code`, its arguments in the order that the metadata gives.
    ///
    /// # Errors
    /// [`MetadataError::Missing`], [`MetadataError::UnknownArgument`].
    pub fn encode(&self, metadata: &Metadata) -> Result<Vec<u8>, MetadataError> {
        let call = metadata.call("Contracts", "instantiate_with_code")?;
        let mut bytes = vec![call.pallet, call.call];
        for argument in call.arguments() {
            match argument {
                "value" => Compact(0_u128).encode_to(&mut bytes),
                "gas_limit" => self.gas_limit.encode_to(&mut bytes),
                "storage_deposit_limit" => {
                    Some(Compact(self.storage_deposit_limit)).encode_to(&mut bytes);
                }
                "code" => self.code.encode_to(&mut bytes),
                "data" => self.data.encode_to(&mut bytes),
                "salt" => self.salt.encode_to(&mut bytes),
                other => {
                    return Err(MetadataError::UnknownArgument {
                        name: other.to_owned(),
                    })
                }
            }
        }
        Ok(bytes)
    }
}

/// Appends an account as this chain's `Address` type writes it.
fn address(
    metadata: &Metadata,
    account: &AccountId,
    bytes: &mut Vec<u8>,
) -> Result<(), MetadataError> {
    let (_, definition, path) = metadata.extrinsic_parameter("Address")?;
    match path.last().map(String::as_str) {
        Some("MultiAddress") => {
            let TypeDef::Variant(def) = definition else {
                return Err(MetadataError::Unsupported { what: "addresses" });
            };
            let id = def.variants.iter().find(|variant| variant.name == "Id");
            bytes.push(
                id.ok_or(MetadataError::Unsupported { what: "addresses" })?
                    .index,
            );
        }
        Some("AccountId32") => {}
        _ => return Err(MetadataError::Unsupported { what: "addresses" }),
    }
    bytes.extend_from_slice(account.as_bytes());
    Ok(())
}

/// The byte before an sr25519 signature in this chain's `Signature` type.
fn sr25519_variant(metadata: &Metadata) -> Result<u8, MetadataError> {
    let unsupported = MetadataError::Unsupported { what: "signatures" };
    let (_, definition, path) = metadata.extrinsic_parameter("Signature")?;
    let TypeDef::Variant(def) = definition else {
        return Err(unsupported);
    };
    if path.last().map(String::as_str) != Some("MultiSignature") {
        return Err(unsupported);
    }
    let variant = def
        .variants
        .iter()
        .find(|variant| variant.name == "Sr25519");
    variant.map(|variant| variant.index).ok_or(unsupported)
}

/// What an extrinsic is signed against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    /// Hash of block 0.
    pub genesis: [u8; 32],
    /// Version of the runtime.
    pub version: RuntimeVersion,
    /// The block at which the extrinsic's life begins.
    pub birth: Block,
    /// How long it lives.
    pub era: Era,
    /// The account's next nonce.
    pub nonce: u32,
}

/// An extrinsic that waits for its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    account: AccountId,
    address: Vec<u8>,
    signature_variant: u8,
    call: Vec<u8>,
    extra: Vec<u8>,
    additional: Vec<u8>,
    extensions: Vec<String>,
    conditions: Conditions,
}

impl Unsigned {
    /// Puts an extrinsic together.
    ///
    /// # Errors
    /// [`MetadataError::UnknownExtension`] naming the first signed extension that this client does not know and that
    /// is not empty; [`MetadataError::Unsupported`] for other extrinsic versions, addresses or signatures.
    pub fn new(
        metadata: &Metadata,
        account: AccountId,
        call: Vec<u8>,
        conditions: Conditions,
    ) -> Result<Self, MetadataError> {
        if metadata.extrinsic_version() != VERSION {
            return Err(MetadataError::Unsupported {
                what: "transactions",
            });
        }
        let (mut extra, mut additional, mut extensions) = (Vec::new(), Vec::new(), Vec::new());
        for (name, empty) in metadata.extensions() {
            extensions.push(name.to_owned());
            match name {
                _ if empty => {}
                "CheckSpecVersion" => conditions.version.spec.encode_to(&mut additional),
                "CheckTxVersion" => conditions.version.transaction.encode_to(&mut additional),
                "CheckGenesis" => conditions.genesis.encode_to(&mut additional),
                "CheckMortality" | "CheckEra" => {
                    conditions.era.encode_to(&mut extra);
                    conditions.birth.hash.encode_to(&mut additional);
                }
                "CheckNonce" => Compact(conditions.nonce).encode_to(&mut extra),
                // The tip.
                "ChargeTransactionPayment" => Compact(0_u128).encode_to(&mut extra),
                // The tip, and no asset to pay with.
                "ChargeAssetTxPayment" => (Compact(0_u128), 0_u8).encode_to(&mut extra),
                "CheckMetadataHash" => {
                    // Mode "disabled", and no hash.
                    0_u8.encode_to(&mut extra);
                    0_u8.encode_to(&mut additional);
                }
                other => {
                    return Err(MetadataError::UnknownExtension {
                        name: other.to_owned(),
                    })
                }
            }
        }
        let mut sender = Vec::new();
        address(metadata, &account, &mut sender)?;
        let signature_variant = sr25519_variant(metadata)?;
        Ok(Self {
            account,
            address: sender,
            signature_variant,
            call,
            extra,
            additional,
            extensions,
            conditions,
        })
    }

    /// The account that must sign.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// What the extrinsic is signed against.
    #[must_use]
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// The bytes to sign: call, extra and additional parts, hashed by BLAKE2b-256 if longer than 256 bytes.
    #[must_use]
    pub fn signing_bytes(&self) -> Vec<u8> {
        let payload = [&self.call[..], &self.extra, &self.additional].concat();
        if payload.len() > LONGEST_SIGNED_PLAIN {
            return Blake2b::<U32>::digest(&payload).to_vec();
        }
        payload
    }

    /// The `SignerPayloadJSON` that Polkadot extensions take in `signPayload`.
    #[must_use]
    pub fn payload_json(&self) -> Value {
        let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
        let number = |number: u32| hex(&number.to_be_bytes());
        json!({
            "address": messages::account(&self.account),
            "blockHash": hex(&self.conditions.birth.hash),
            "blockNumber": number(self.conditions.birth.number),
            "era": hex(&self.conditions.era.encode()),
            "genesisHash": hex(&self.conditions.genesis),
            "metadataHash": null,
            "method": hex(&self.call),
            "mode": 0,
            "nonce": number(self.conditions.nonce),
            "signedExtensions": self.extensions,
            "specVersion": number(self.conditions.version.spec),
            "tip": hex(&0_u128.to_be_bytes()),
            "transactionVersion": number(self.conditions.version.transaction),
            "version": VERSION,
        })
    }

    /// The whole extrinsic with its sr25519 signature, as `author_submitExtrinsic` takes it.
    #[must_use]
    pub fn sign(&self, signature: &[u8; 64]) -> Vec<u8> {
        let mut body = vec![SIGNED | VERSION];
        body.extend_from_slice(&self.address);
        body.push(self.signature_variant);
        body.extend_from_slice(signature);
        body.extend_from_slice(&self.extra);
        body.extend_from_slice(&self.call);
        body.encode()
    }
}

/// The hash by which blocks and pools name an extrinsic: BLAKE2b-256 of its encoding, its length prefix included.
#[must_use]
pub fn hash(extrinsic: &[u8]) -> [u8; 32] {
    Blake2b::<U32>::digest(extrinsic).into()
}
