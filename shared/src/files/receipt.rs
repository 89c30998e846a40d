//! `countersign/receipt/1`.

use super::schema::{fault, Fields};
use super::{read_file, FieldFault, FileError, Format};
use crate::attester::Attester;
use crate::crypto::Crypto;
use crate::deploy::Deployment;
use crate::eip712::{Attest, Domain, CHAIN_ID, EAS_VERSION, RECEIPT_NAME, SCHEMA_UID};
use crate::hex;
use crate::id::{EasSalt, EthAddress, ReceiptId};
use crate::json::Value;
use crate::receipt::{Receipt, Run, Statement, EAS_MESSAGE_VERSION};
use crate::signature::Signature;
use crate::typed_data::domain_to_json;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const KEYS: [&str; 7] = [
    "attester",
    "contract",
    "domain",
    "format",
    "genesis",
    "message",
    "signature",
];
const DOMAIN_KEYS: [&str; 4] = ["chainId", "name", "verifyingContract", "version"];
const MESSAGE_KEYS: [&str; 9] = [
    "data",
    "expirationTime",
    "recipient",
    "refUID",
    "revocable",
    "salt",
    "schema",
    "time",
    "version",
];

/// The fields of EAS's `Attest`, well-formed but free of our own rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) version: u16,
    pub(crate) schema: [u8; 32],
    pub(crate) recipient: EthAddress,
    pub(crate) time: u64,
    pub(crate) expiration: u64,
    pub(crate) revocable: bool,
    pub(crate) ref_uid: [u8; 32],
    pub(crate) data: Vec<u8>,
    pub(crate) salt: EasSalt,
}

impl Message {
    pub(crate) fn read(value: &Value, path: &str, crypto: &impl Crypto) -> Result<Self, FileError> {
        let fields = Fields::closed(value, path, &MESSAGE_KEYS, &[])?;
        let version = fields.number("version", u64::from(u16::MAX))?;
        Ok(Self {
            version: u16::try_from(version).unwrap_or(u16::MAX),
            schema: fields.array_of("schema")?,
            recipient: fields.address("recipient", crypto)?,
            time: fields.decimal("time")?,
            expiration: fields.decimal("expirationTime")?,
            revocable: fields.boolean("revocable")?,
            ref_uid: fields.array_of("refUID")?,
            data: fields.bytes("data")?,
            salt: fields.id("salt")?,
        })
    }

    pub(crate) fn of(attest: &Attest<'_>) -> Self {
        Self {
            version: attest.version,
            schema: attest.schema,
            recipient: attest.recipient,
            time: attest.time,
            expiration: attest.expiration,
            revocable: attest.revocable,
            ref_uid: attest.ref_uid,
            data: attest.data.to_vec(),
            salt: attest.salt,
        }
    }

    pub(crate) fn attest(&self) -> Attest<'_> {
        Attest {
            version: self.version,
            schema: self.schema,
            recipient: self.recipient,
            time: self.time,
            expiration: self.expiration,
            revocable: self.revocable,
            ref_uid: self.ref_uid,
            data: &self.data,
            salt: self.salt,
        }
    }

    /// Applies 4.1.
    pub(crate) fn statement(&self, path: &str) -> Result<Statement, FileError> {
        let at = |key: &str| alloc::format!("{path}.{key}");
        if self.version != EAS_MESSAGE_VERSION {
            return fault(at("version"), FieldFault::Constant("2"));
        }
        if self.schema != SCHEMA_UID {
            return fault(
                at("schema"),
                FieldFault::Constant("the UID of the receipts' schema"),
            );
        }
        if !self.revocable {
            return fault(at("revocable"), FieldFault::Constant("true"));
        }
        match Run::from_abi(&self.data) {
            Ok(run) => Ok(Statement {
                run,
                recipient: self.recipient,
                time: self.time,
                expiration: self.expiration,
                reference: ReceiptId::new(self.ref_uid),
                salt: self.salt,
            }),
            Err(error) => fault(at("data"), FieldFault::Run(error)),
        }
    }
}

impl Statement {
    /// The `message` of a receipt file, which is also the message of a wallet's typed data.
    #[must_use]
    pub fn to_json(&self, crypto: &impl Crypto) -> Value {
        let data = self.run.to_abi();
        message_to_json(&self.attest(&data), crypto)
    }
}

pub(crate) fn message_to_json(attest: &Attest<'_>, crypto: &impl Crypto) -> Value {
    Value::from([
        ("version", Value::from(u32::from(attest.version))),
        ("schema", Value::from(hex::encode(&attest.schema))),
        ("recipient", Value::from(attest.recipient.to_eip55(crypto))),
        ("time", Value::from(attest.time.to_string())),
        ("expirationTime", Value::from(attest.expiration.to_string())),
        ("revocable", Value::from(attest.revocable)),
        ("refUID", Value::from(hex::encode(&attest.ref_uid))),
        ("data", Value::from(hex::encode(attest.data))),
        ("salt", Value::from(attest.salt.to_string())),
    ])
}

impl Receipt {
    /// Reads a `countersign/receipt/1` file. No signature is checked: [`Receipt::verify`] does.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn from_file(bytes: &[u8], crypto: &impl Crypto) -> Result<Self, FileError> {
        let read = |value: &Value| Self::from_json(value, "", crypto);
        read_file(bytes, Format::Receipt, read, |receipt| {
            receipt.to_json(crypto)
        })
    }

    /// The canonical file.
    #[must_use]
    pub fn to_file(&self, crypto: &impl Crypto) -> String {
        self.to_json(crypto).to_canonical()
    }

    /// The file as JSON, which bundles nest.
    #[must_use]
    pub fn to_json(&self, crypto: &impl Crypto) -> Value {
        let domain = domain_to_json(&Domain::receipts(&self.deployment, crypto), crypto);
        Value::from([
            (
                "attester",
                Value::from(hex::encode(&self.attester.to_bytes())),
            ),
            (
                "contract",
                Value::from(self.deployment.contract.to_string()),
            ),
            ("domain", domain),
            ("format", Value::from(Format::Receipt.name())),
            ("genesis", Value::from(self.deployment.genesis.to_string())),
            ("message", self.statement.to_json(crypto)),
            (
                "signature",
                Value::from(hex::encode(self.signature.as_bytes())),
            ),
        ])
    }

    pub(crate) fn from_json(
        value: &Value,
        path: &str,
        crypto: &impl Crypto,
    ) -> Result<Self, FileError> {
        let fields = Fields::of_file(value, path, Format::Receipt, &KEYS, &[])?;
        let deployment = Deployment {
            genesis: fields.id("genesis")?,
            contract: fields.id("contract")?,
        };
        read_domain(
            fields.value("domain")?,
            &fields.at("domain"),
            &deployment,
            crypto,
        )?;
        let message_path = fields.at("message");
        let message = Message::read(fields.value("message")?, &message_path, crypto)?;
        let statement = message.statement(&message_path)?;
        let attester = match Attester::from_bytes(&fields.array_of("attester")?) {
            Ok(attester) => attester,
            Err(error) => return fault(fields.at("attester"), FieldFault::Attester(error)),
        };
        let signature = match Signature::from_bytes(attester.kind(), &fields.bytes("signature")?) {
            Ok(signature) => signature,
            Err(error) => return fault(fields.at("signature"), FieldFault::Signature(error)),
        };
        Ok(Self {
            deployment,
            statement,
            attester,
            signature,
        })
    }
}

/// Demands the one domain that the deployment has.
fn read_domain(
    value: &Value,
    path: &str,
    deployment: &Deployment,
    crypto: &impl Crypto,
) -> Result<(), FileError> {
    let fields = Fields::closed(value, path, &DOMAIN_KEYS, &[])?;
    fields.constant("name", RECEIPT_NAME)?;
    fields.constant("version", EAS_VERSION)?;
    if fields.value("chainId")?.as_u64() != Some(CHAIN_ID) {
        return fault(fields.at("chainId"), FieldFault::Constant("1"));
    }
    let expected = deployment.verifying_contract(crypto);
    if fields.address("verifyingContract", crypto)? != expected {
        return fault(
            fields.at("verifyingContract"),
            FieldFault::VerifyingContract { expected },
        );
    }
    Ok(())
}
