//! The same structures as [`crate::eip712`], as JSON for a wallet's `eth_signTypedData_v4`.
//!
//! A wallet hashes what it shows, so its answer verifies against our digest only if both agree.

use crate::crypto::Crypto;
use crate::deploy::Deployment;
use crate::eip712::{Domain, Revoke};
use crate::hex;
use crate::id::{AccountId, EthAddress, ReceiptId};
use crate::json::{Integer, Value};
use crate::receipt::Statement;
use alloc::string::ToString;
use alloc::vec::Vec;

type Types = &'static [(&'static str, &'static str)];

const DOMAIN: Types = &[
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
];

/// Names and types of the fields of EAS's off-chain `Attest`, version 2, in order.
pub(crate) const ATTEST: Types = &[
    ("version", "uint16"),
    ("schema", "bytes32"),
    ("recipient", "address"),
    ("time", "uint64"),
    ("expirationTime", "uint64"),
    ("revocable", "bool"),
    ("refUID", "bytes32"),
    ("data", "bytes"),
    ("salt", "bytes32"),
];

const REVOKE: Types = &[
    ("revoker", "address"),
    ("schema", "bytes32"),
    ("uid", "bytes32"),
    ("value", "uint256"),
    ("nonce", "uint256"),
    ("deadline", "uint64"),
];

const DISOWN: Types = &[("attester", "address"), ("since", "uint64")];

const CLAIM: Types = &[("receipt", "bytes32"), ("account", "bytes32")];

/// A list of fields as wallets and EAS write it.
pub(crate) fn types_to_json(types: Types) -> Value {
    let field = |(name, kind): &(&str, &str)| {
        Value::from([("name", Value::from(*name)), ("type", Value::from(*kind))])
    };
    let fields: Vec<Value> = types.iter().map(field).collect();
    Value::Array(fields)
}

/// A domain as wallets and files write it.
pub(crate) fn domain_to_json(domain: &Domain<'_>, crypto: &impl Crypto) -> Value {
    let chain_id = i64::try_from(domain.chain_id).ok().and_then(Integer::new);
    Value::from([
        ("name", Value::from(domain.name)),
        ("version", Value::from(domain.version)),
        ("chainId", chain_id.map_or(Value::Null, Value::Integer)),
        (
            "verifyingContract",
            Value::from(domain.verifying_contract.to_eip55(crypto)),
        ),
    ])
}

fn request(
    primary: &'static str,
    types: Types,
    domain: &Domain<'_>,
    message: Value,
    crypto: &impl Crypto,
) -> Value {
    Value::from([
        (
            "types",
            Value::from([
                ("EIP712Domain", types_to_json(DOMAIN)),
                (primary, types_to_json(types)),
            ]),
        ),
        ("domain", domain_to_json(domain, crypto)),
        ("primaryType", Value::from(primary)),
        ("message", message),
    ])
}

/// What a wallet signs to make a receipt (4.1); its digest is [`Statement::digest`].
#[must_use]
pub fn receipt(statement: &Statement, receipts: &Deployment, crypto: &impl Crypto) -> Value {
    let domain = Domain::receipts(receipts, crypto);
    request("Attest", ATTEST, &domain, statement.to_json(crypto), crypto)
}

/// What a wallet signs to revoke a receipt (5.3); see [`crate::eip712::revoke_digest`].
#[must_use]
pub fn revocation(
    receipt: &ReceiptId,
    revoker: EthAddress,
    receipts: &Deployment,
    crypto: &impl Crypto,
) -> Value {
    let revoke = Revoke::receipt(revoker, receipt);
    let message = Value::from([
        ("revoker", Value::from(revoker.to_eip55(crypto))),
        ("schema", Value::from(hex::encode(&revoke.schema))),
        ("uid", Value::from(hex::encode(&revoke.uid))),
        ("value", Value::from("0")),
        ("nonce", Value::from("0")),
        ("deadline", Value::from("0")),
    ]);
    request(
        "Revoke",
        REVOKE,
        &Domain::revocations(receipts, crypto),
        message,
        crypto,
    )
}

/// What a wallet signs to disown its key (5.6); see [`crate::eip712::disown_digest`].
#[must_use]
pub fn disownment(
    attester: EthAddress,
    since: u64,
    receipts: &Deployment,
    crypto: &impl Crypto,
) -> Value {
    let message = Value::from([
        ("attester", Value::from(attester.to_eip55(crypto))),
        ("since", Value::from(since.to_string())),
    ]);
    request(
        "Disown",
        DISOWN,
        &Domain::revocations(receipts, crypto),
        message,
        crypto,
    )
}

/// What a wallet signs to put its receipt at stake (EXACT 5.1); see
/// [`crate::eip712::claim_digest`].
#[must_use]
pub fn claim(
    receipt: &ReceiptId,
    account: &AccountId,
    disputes: &Deployment,
    crypto: &impl Crypto,
) -> Value {
    let message = Value::from([
        ("receipt", Value::from(receipt.to_string())),
        ("account", Value::from(account.to_string())),
    ]);
    request(
        "Claim",
        CLAIM,
        &Domain::claims(disputes, crypto),
        message,
        crypto,
    )
}
