//! Off-chain attestations as EAS's own tools hold them: read, checked under a domain that the
//! *verifier* names, and written, so that receipts can be shown to those tools.

use crate::crypto::Crypto;
use crate::deploy::Deployment;
use crate::eip712::{Domain, SCHEMA_UID};
use crate::files::schema::{fault, Fields};
use crate::files::{message_to_json, FieldFault, FileError, Message};
use crate::id::{Digest, EasUid, EthAddress};
use crate::json::{self, Value};
use crate::receipt::{eas_uid, Receipt, EAS_MESSAGE_VERSION};
use crate::signature::{Signature, SignatureError};
use crate::typed_data::{domain_to_json, types_to_json, ATTEST};
use crate::{attester::Attester, hex};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

const KEYS: [&str; 6] = [
    "domain",
    "message",
    "primaryType",
    "signature",
    "uid",
    "version",
];
const DOMAIN_KEYS: [&str; 4] = ["chainId", "name", "verifyingContract", "version"];

/// An attestation with our schema, well-formed, under whatever domain it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    name: String,
    version: String,
    chain_id: u64,
    verifying_contract: EthAddress,
    message: Message,
    signature: [u8; 65],
    uid: EasUid,
}

/// Why an attestation does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EasError {
    /// It names another domain than the verifier expects.
    Domain,
    /// Its uid is not what its message gives.
    Uid,
    /// Its signature does not count.
    Signature(SignatureError),
}

impl fmt::Display for EasError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain => f.write_str("the attestation is for another domain"),
            Self::Uid => f.write_str("the attestation's uid is not that of its message"),
            Self::Signature(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for EasError {}

impl From<SignatureError> for EasError {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}

impl Attestation {
    /// Reads the object that EAS's SDK calls a signed off-chain attestation; `types` may be left
    /// out. v 0/1 becomes 27/28.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn from_json(bytes: &[u8], crypto: &impl Crypto) -> Result<Self, FileError> {
        let value = json::parse(bytes)?;
        let fields = Fields::closed(&value, "", &KEYS, &["types"])?;
        if fields.number("version", u64::from(u16::MAX))? != u64::from(EAS_MESSAGE_VERSION) {
            return fault(fields.at("version"), FieldFault::Constant("2"));
        }
        fields.constant("primaryType", "Attest")?;
        if fields
            .optional("types")
            .is_some_and(|types| *types != types_json())
        {
            return fault(
                fields.at("types"),
                FieldFault::Constant("those of EAS, version 2"),
            );
        }
        let message = Message::read(fields.value("message")?, "message", crypto)?;
        if message.version != EAS_MESSAGE_VERSION {
            return fault(String::from("message.version"), FieldFault::Constant("2"));
        }
        if message.schema != SCHEMA_UID {
            let expected = FieldFault::Constant("the UID of the receipts' schema");
            return fault(String::from("message.schema"), expected);
        }
        let domain = Fields::closed(fields.value("domain")?, "domain", &DOMAIN_KEYS, &[])?;
        Ok(Self {
            name: domain.text("name")?.into(),
            version: domain.text("version")?.into(),
            chain_id: domain.number("chainId", json::MAX_INTEGER)?,
            verifying_contract: domain.address("verifyingContract", crypto)?,
            message,
            signature: read_signature(fields.value("signature")?)?,
            uid: fields.id("uid")?,
        })
    }

    /// The domain that it names.
    #[must_use]
    pub fn domain(&self) -> Domain<'_> {
        Domain {
            name: &self.name,
            version: &self.version,
            chain_id: self.chain_id,
            verifying_contract: self.verifying_contract,
        }
    }

    /// What was signed.
    #[must_use]
    pub fn digest(&self, crypto: &impl Crypto) -> Digest {
        let struct_hash = self.message.attest().struct_hash(crypto);
        Digest::new(self.domain().digest(&struct_hash, crypto))
    }

    /// Checks domain, uid and signature. Says nothing about our own rules (4.1).
    ///
    /// # Errors
    /// [`EasError`].
    pub fn verify(
        &self,
        expected: &Domain<'_>,
        signer: &EthAddress,
        crypto: &impl Crypto,
    ) -> Result<(), EasError> {
        if self.domain() != *expected {
            return Err(EasError::Domain);
        }
        if eas_uid(&self.message.attest(), crypto) != self.uid {
            return Err(EasError::Uid);
        }
        let signature = Signature::Secp256k1(self.signature);
        let attester = Attester::Secp256k1(*signer);
        signature.verify(&attester, || self.digest(crypto), || "", crypto)?;
        Ok(())
    }

    /// The receipt that it is under a deployment's own domain, signed by `signer`; still to be
    /// verified by [`Receipt::verify`].
    ///
    /// # Errors
    /// [`FileError`] if it names another domain or breaks a rule of 4.1.
    pub fn to_receipt(
        &self,
        deployment: &Deployment,
        signer: EthAddress,
        crypto: &impl Crypto,
    ) -> Result<Receipt, FileError> {
        let ours = Domain::receipts(deployment, crypto);
        if self.domain() != ours {
            let expected = ours.verifying_contract;
            return fault(
                String::from("domain"),
                FieldFault::VerifyingContract { expected },
            );
        }
        Ok(Receipt {
            deployment: *deployment,
            statement: self.message.statement("message")?,
            attester: Attester::Secp256k1(signer),
            signature: Signature::Secp256k1(self.signature),
        })
    }

    /// What was read, as the SDK writes it; its canonical text tells equal attestations.
    #[must_use]
    pub fn to_json(&self, crypto: &impl Crypto) -> Value {
        to_json(
            &self.domain(),
            &self.message,
            &self.signature,
            &self.uid,
            crypto,
        )
    }
}

/// The attestation that EAS's SDK verifies when it is given the receipt's domain; `None` for an
/// sr25519 receipt, which EAS does not know.
#[must_use]
pub fn export(receipt: &Receipt, crypto: &impl Crypto) -> Option<Value> {
    let Signature::Secp256k1(signature) = &receipt.signature else {
        return None;
    };
    let data = receipt.statement.run.to_abi();
    let message = Message::of(&receipt.statement.attest(&data));
    let domain = Domain::receipts(&receipt.deployment, crypto);
    let uid = receipt.statement.eas_uid(crypto);
    Some(to_json(&domain, &message, signature, &uid, crypto))
}

fn to_json(
    domain: &Domain<'_>,
    message: &Message,
    signature: &[u8; 65],
    uid: &EasUid,
    crypto: &impl Crypto,
) -> Value {
    let (rs, v) = signature.split_at(64);
    let (r, s) = rs.split_at(32);
    Value::from([
        ("version", Value::from(u32::from(EAS_MESSAGE_VERSION))),
        ("uid", Value::from(uid.to_string())),
        ("domain", domain_to_json(domain, crypto)),
        ("primaryType", Value::from("Attest")),
        ("types", types_json()),
        ("message", message_to_json(&message.attest(), crypto)),
        (
            "signature",
            Value::from([
                ("v", Value::from(v.first().copied().map_or(0, u32::from))),
                ("r", Value::from(hex::encode(r))),
                ("s", Value::from(hex::encode(s))),
            ]),
        ),
    ])
}

fn types_json() -> Value {
    Value::from([("Attest", types_to_json(ATTEST))])
}

fn read_signature(value: &Value) -> Result<[u8; 65], FileError> {
    let fields = Fields::closed(value, "signature", &["r", "s", "v"], &[])?;
    let (r, s) = (fields.array_of::<32>("r")?, fields.array_of::<32>("s")?);
    let v = fields.number("v", u64::from(u8::MAX))?;
    let mut bytes: Vec<u8> = [r, s].concat();
    bytes.push(u8::try_from(v).unwrap_or(u8::MAX));
    let refused = |error| FileError::Field {
        path: String::from("signature"),
        fault: FieldFault::Signature(error),
    };
    match Signature::from_ethereum_wallet(&bytes).map_err(refused)? {
        Signature::Secp256k1(raw) => Ok(raw),
        Signature::Sr25519(_) => Err(refused(SignatureError::Kind)),
    }
}
