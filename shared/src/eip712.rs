//! EIP-712: domains, the structures that Ethereum wallets sign, and their digests
//! (4.1 to 4.3, 5.3, 5.6; `Claim` is EXACT 5.1).

use crate::crypto::Crypto;
use crate::deploy::Deployment;
use crate::id::{AccountId, Digest, EasSalt, EthAddress, ReceiptId};
use alloc::vec::Vec;

/// The schema of every receipt, as EAS registers it (4.1).
pub const SCHEMA: &str =
    "bytes32 model,bytes32 engine,bytes32 input,bytes32 output,bytes32 beacon,uint8 lane";

/// `keccak256(SCHEMA ‖ 20 zero bytes ‖ 01)`: no resolver, revocable (4.1).
pub const SCHEMA_UID: [u8; 32] = [
    0x9b, 0xed, 0xdc, 0x83, 0x39, 0x06, 0x3f, 0x06, 0xb5, 0xda, 0xbd, 0x1e, 0x79, 0xb5, 0x33, 0x73,
    0x0c, 0x05, 0x90, 0x55, 0x2e, 0x5e, 0x61, 0xf5, 0x74, 0x2a, 0x30, 0x46, 0x92, 0xda, 0xff, 0x4f,
];

/// The chain id of every domain (4.2).
pub const CHAIN_ID: u64 = 1;

/// The encoding whose hash is the domain's type hash.
pub const DOMAIN_TYPE: &str =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
/// What a receipt's attester signs.
pub const ATTEST_TYPE: &str = "Attest(uint16 version,bytes32 schema,address recipient,uint64 time,\
    uint64 expirationTime,bool revocable,bytes32 refUID,bytes data,bytes32 salt)";
/// What revokes a receipt.
pub const REVOKE_TYPE: &str = "Revoke(address revoker,bytes32 schema,bytes32 uid,uint256 value,\
    uint256 nonce,uint64 deadline)";
/// What disowns a key.
pub const DISOWN_TYPE: &str = "Disown(address attester,uint64 since)";
/// What puts a receipt at stake.
pub const CLAIM_TYPE: &str = "Claim(bytes32 receipt,bytes32 account)";

/// `keccak256` of [`DOMAIN_TYPE`]; this one and the next are written out because contracts pay
/// for every hash. A test computes them.
pub const DOMAIN_TYPE_HASH: [u8; 32] = [
    0x8b, 0x73, 0xc3, 0xc6, 0x9b, 0xb8, 0xfe, 0x3d, 0x51, 0x2e, 0xcc, 0x4c, 0xf7, 0x59, 0xcc, 0x79,
    0x23, 0x9f, 0x7b, 0x17, 0x9b, 0x0f, 0xfa, 0xca, 0xa9, 0xa7, 0x5d, 0x52, 0x2b, 0x39, 0x40, 0x0f,
];
/// `keccak256` of [`ATTEST_TYPE`].
pub const ATTEST_TYPE_HASH: [u8; 32] = [
    0x25, 0x8b, 0x75, 0x7f, 0xc3, 0x7a, 0x66, 0x99, 0xa9, 0x84, 0xf4, 0xbe, 0x01, 0x25, 0x81, 0x22,
    0xf8, 0x34, 0x20, 0x03, 0x74, 0xb3, 0x4b, 0x44, 0x57, 0xb6, 0xdb, 0x0d, 0xd0, 0xf7, 0x11, 0x32,
];

/// An EIP-712 domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain<'a> {
    /// Name of the signing application.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Chain id; ours is always [`CHAIN_ID`].
    pub chain_id: u64,
    /// The contract that the signature is for.
    pub verifying_contract: EthAddress,
}

/// Name of the domain that receipts are signed under.
pub const RECEIPT_NAME: &str = "EAS Attestation";
/// Name of the domain that revocations and disownments are signed under.
pub const REVOKE_NAME: &str = "EAS";
/// Version of both.
pub const EAS_VERSION: &str = "1.4.0";
/// Name of the domain that claims are signed under.
pub const CLAIM_NAME: &str = "Countersign Disputes";
/// Its version.
pub const CLAIM_VERSION: &str = "1";

impl Domain<'static> {
    /// The domain of receipts (4.1 to 4.3).
    #[must_use]
    pub fn receipts(receipts: &Deployment, crypto: &impl Crypto) -> Self {
        Self::ours(RECEIPT_NAME, EAS_VERSION, receipts, crypto)
    }

    /// The domain of revocations and disownments (5.3, 5.6).
    #[must_use]
    pub fn revocations(receipts: &Deployment, crypto: &impl Crypto) -> Self {
        Self::ours(REVOKE_NAME, EAS_VERSION, receipts, crypto)
    }

    /// The domain of claims; `disputes` is the disputes contract (EXACT 5.1).
    #[must_use]
    pub fn claims(disputes: &Deployment, crypto: &impl Crypto) -> Self {
        Self::ours(CLAIM_NAME, CLAIM_VERSION, disputes, crypto)
    }

    fn ours(
        name: &'static str,
        version: &'static str,
        deployment: &Deployment,
        crypto: &impl Crypto,
    ) -> Self {
        let verifying_contract = deployment.verifying_contract(crypto);
        Self {
            name,
            version,
            chain_id: CHAIN_ID,
            verifying_contract,
        }
    }
}

impl Domain<'_> {
    /// `hashStruct(eip712Domain)`.
    #[must_use]
    pub fn separator(&self, crypto: &impl Crypto) -> [u8; 32] {
        crypto.keccak256(&words(&[
            DOMAIN_TYPE_HASH,
            crypto.keccak256(self.name.as_bytes()),
            crypto.keccak256(self.version.as_bytes()),
            word(self.chain_id),
            self.verifying_contract.to_word(),
        ]))
    }

    /// `keccak256(19 01 ‖ separator ‖ struct hash)`: what a wallet signs.
    #[must_use]
    pub fn digest(&self, struct_hash: &[u8; 32], crypto: &impl Crypto) -> [u8; 32] {
        let mut bytes = Vec::from([0x19, 0x01]);
        bytes.extend_from_slice(&self.separator(crypto));
        bytes.extend_from_slice(struct_hash);
        crypto.keccak256(&bytes)
    }
}

/// UID of a schema with its resolver: `keccak256(schema ‖ resolver ‖ revocable)`.
#[must_use]
pub fn schema_uid(
    schema: &str,
    resolver: &EthAddress,
    revocable: bool,
    crypto: &impl Crypto,
) -> [u8; 32] {
    let parts: [&[u8]; 3] = [
        schema.as_bytes(),
        resolver.as_bytes(),
        &[u8::from(revocable)],
    ];
    crypto.keccak256(&parts.concat())
}

/// A number as a 32-byte big-endian word of the Ethereum ABI.
#[must_use]
pub fn word(number: u64) -> [u8; 32] {
    let mut word = [0; 32];
    for (to, from) in word.iter_mut().skip(24).zip(number.to_be_bytes()) {
        *to = from;
    }
    word
}

fn words(words: &[[u8; 32]]) -> Vec<u8> {
    words.concat()
}

/// EAS's off-chain `Attest`, version 2, with any schema and data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attest<'a> {
    /// 2 in every receipt.
    pub version: u16,
    /// UID of the schema that `data` follows.
    pub schema: [u8; 32],
    /// Whom the attestation is for; zero: nobody in particular.
    pub recipient: EthAddress,
    /// Seconds since 1970; the signer's word.
    pub time: u64,
    /// Seconds since 1970; 0: never expires.
    pub expiration: u64,
    /// Whether it can be revoked.
    pub revocable: bool,
    /// An earlier attestation, or zero.
    pub ref_uid: [u8; 32],
    /// ABI encoding of the schema's fields.
    pub data: &'a [u8],
    /// Public randomness.
    pub salt: EasSalt,
}

impl Attest<'_> {
    /// `hashStruct`.
    #[must_use]
    pub fn struct_hash(&self, crypto: &impl Crypto) -> [u8; 32] {
        crypto.keccak256(&words(&[
            ATTEST_TYPE_HASH,
            word(u64::from(self.version)),
            self.schema,
            self.recipient.to_word(),
            word(self.time),
            word(self.expiration),
            word(u64::from(self.revocable)),
            self.ref_uid,
            crypto.keccak256(self.data),
            self.salt.to_bytes(),
        ]))
    }
}

/// EAS's delegated `Revoke`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoke {
    /// Who revokes.
    pub revoker: EthAddress,
    /// Schema of what is revoked.
    pub schema: [u8; 32],
    /// What is revoked.
    pub uid: [u8; 32],
    /// Ether sent along, as an ABI word.
    pub value: [u8; 32],
    /// The revoker's counter, as an ABI word.
    pub nonce: [u8; 32],
    /// Seconds since 1970; 0: none.
    pub deadline: u64,
}

impl Revoke {
    /// What revokes the receipt named `receipt` (5.3): our schema; value, nonce and deadline 0.
    #[must_use]
    pub fn receipt(revoker: EthAddress, receipt: &ReceiptId) -> Self {
        let (schema, uid, zero) = (SCHEMA_UID, receipt.to_bytes(), word(0));
        Self {
            revoker,
            schema,
            uid,
            value: zero,
            nonce: zero,
            deadline: 0,
        }
    }

    /// `hashStruct`.
    #[must_use]
    pub fn struct_hash(&self, crypto: &impl Crypto) -> [u8; 32] {
        crypto.keccak256(&words(&[
            crypto.keccak256(REVOKE_TYPE.as_bytes()),
            self.revoker.to_word(),
            self.schema,
            self.uid,
            self.value,
            self.nonce,
            word(self.deadline),
        ]))
    }
}

/// The digest of [`Revoke::receipt`]; `revoker` is the receipt's attester.
#[must_use]
pub fn revoke_digest(
    receipts: &Deployment,
    revoker: &EthAddress,
    receipt: &ReceiptId,
    crypto: &impl Crypto,
) -> Digest {
    let struct_hash = Revoke::receipt(*revoker, receipt).struct_hash(crypto);
    Digest::new(Domain::revocations(receipts, crypto).digest(&struct_hash, crypto))
}

/// What disowns `attester`'s key from block `since` on (5.6).
#[must_use]
pub fn disown_digest(
    receipts: &Deployment,
    attester: &EthAddress,
    since: u64,
    crypto: &impl Crypto,
) -> Digest {
    let type_hash = crypto.keccak256(DISOWN_TYPE.as_bytes());
    let struct_hash = crypto.keccak256(&words(&[type_hash, attester.to_word(), word(since)]));
    Digest::new(Domain::revocations(receipts, crypto).digest(&struct_hash, crypto))
}

/// What puts the receipt named `receipt` at stake by `account` (EXACT 5.1); `disputes` is the
/// disputes contract.
#[must_use]
pub fn claim_digest(
    disputes: &Deployment,
    receipt: &ReceiptId,
    account: &AccountId,
    crypto: &impl Crypto,
) -> Digest {
    let type_hash = crypto.keccak256(CLAIM_TYPE.as_bytes());
    let fields = [type_hash, receipt.to_bytes(), account.to_bytes()];
    let struct_hash = crypto.keccak256(&words(&fields));
    Digest::new(Domain::claims(disputes, crypto).digest(&struct_hash, crypto))
}
