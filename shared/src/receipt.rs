//! Receipts (4.1 to 4.8) and what their attester may sign about them later (5.3, 5.6).

use crate::attester::{Attester, Lane};
use crate::crypto::{tagged, Crypto};
use crate::deploy::Deployment;
use crate::eip712::{self, Attest, Domain, SCHEMA_UID};
use crate::id::{
    AccountId, BlockHash, Commitment, Digest, EasSalt, EasUid, EngineId, EthAddress, ModelId,
    ReceiptId, SealedId,
};
use crate::signature::{Signature, SignatureError};
use crate::{hex, text};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;

/// The version of EAS's off-chain attestations that receipts are.
pub const EAS_MESSAGE_VERSION: u16 = 2;

/// What ran: the fields of the schema (4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        parity_scale_codec::MaxEncodedLen,
        scale_info::TypeInfo
    )
)]
pub struct Run {
    /// The model.
    pub model: ModelId,
    /// What executed it.
    pub engine: EngineId,
    /// Commitment to what was fed.
    pub input: Commitment,
    /// Commitment to what came out.
    pub output: Commitment,
    /// Hash of a recent finalised block, or zero: *not earlier than* (4.4).
    pub beacon: BlockHash,
    /// How the run may be checked.
    pub lane: Lane,
}

impl Run {
    /// Six ABI words.
    #[must_use]
    pub fn to_abi(&self) -> [u8; 192] {
        let words = [
            self.model.to_bytes(),
            self.engine.to_bytes(),
            self.input.to_bytes(),
            self.output.to_bytes(),
            self.beacon.to_bytes(),
            eip712::word(u64::from(self.lane.to_u8())),
        ];
        let mut bytes = [0; 192];
        for (to, from) in bytes.iter_mut().zip(words.iter().flatten()) {
            *to = *from;
        }
        bytes
    }

    /// Reads exactly the words that [`Run::to_abi`] writes.
    ///
    /// # Errors
    /// [`RunError`] for another length, a lane that does not exist, Exact with another engine.
    pub fn from_abi(bytes: &[u8]) -> Result<Self, RunError> {
        let wrong = RunError::Length(bytes.len());
        let exact: &[u8; 192] = bytes.try_into().map_err(|_| wrong)?;
        let mut words = exact.chunks_exact(32).map(<[u8; 32]>::try_from);
        let mut next = || words.next().and_then(Result::ok).ok_or(wrong);
        let (model, engine, input, output, beacon) = (next()?, next()?, next()?, next()?, next()?);
        let word = next()?;
        let lane = match word {
            [zeros @ .., byte] if zeros.iter().all(|zero| *zero == 0) => Lane::from_u8(byte),
            _ => None,
        };
        let run = Self {
            model: model.into(),
            engine: engine.into(),
            input: input.into(),
            output: output.into(),
            beacon: beacon.into(),
            lane: lane.ok_or(RunError::Lane)?,
        };
        run.check()?;
        Ok(run)
    }

    /// The Exact lane demands the Exact engine (4.1).
    ///
    /// # Errors
    /// [`RunError::ExactEngine`].
    pub fn check(&self) -> Result<(), RunError> {
        if self.lane == Lane::Exact && self.engine != EngineId::EXACT {
            return Err(RunError::ExactEngine);
        }
        Ok(())
    }
}

/// Why data describes no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunError {
    /// Not 192 bytes.
    Length(usize),
    /// The lane is above 2.
    Lane,
    /// The lane is Exact, the engine is not.
    ExactEngine,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(found) => write!(f, "the receipt's data has {found} bytes, not 192"),
            Self::Lane => f.write_str("the receipt names a lane that does not exist"),
            Self::ExactEngine => {
                f.write_str("the receipt claims the Exact lane but not the Exact engine")
            }
        }
    }
}

impl core::error::Error for RunError {}

/// What an attester signs: a run and its circumstances. Version, schema and `revocable` are the
/// same in every receipt and cannot be written otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        parity_scale_codec::MaxEncodedLen,
        scale_info::TypeInfo
    )
)]
pub struct Statement {
    /// What ran.
    pub run: Run,
    /// The one verifier it is meant for; zero: anybody.
    pub recipient: EthAddress,
    /// Seconds since 1970: the signer's word.
    pub time: u64,
    /// Seconds since 1970 at which it expires; 0: never.
    pub expiration: u64,
    /// An earlier receipt whose result this run used, or zero.
    pub reference: ReceiptId,
    /// Public randomness, independent of the seed.
    pub salt: EasSalt,
}

impl Statement {
    /// The EIP-712 digest under the deployment's domain (4.8).
    #[must_use]
    pub fn digest(&self, receipts: &Deployment, crypto: &impl Crypto) -> Digest {
        let data = self.run.to_abi();
        let struct_hash = self.attest(&data).struct_hash(crypto);
        Digest::new(Domain::receipts(receipts, crypto).digest(&struct_hash, crypto))
    }

    /// The earlier receipt, if one is named.
    #[must_use]
    pub fn reference(&self) -> Option<ReceiptId> {
        (!self.reference.is_zero()).then_some(self.reference)
    }

    pub(crate) fn attest<'a>(&self, data: &'a [u8]) -> Attest<'a> {
        Attest {
            version: EAS_MESSAGE_VERSION,
            schema: SCHEMA_UID,
            recipient: self.recipient,
            time: self.time,
            expiration: self.expiration,
            revocable: true,
            ref_uid: self.reference.to_bytes(),
            data,
            salt: self.salt,
        }
    }

    /// EAS's own uid of the statement (4.8): shown for EAS tools, never a key.
    #[must_use]
    pub fn eas_uid(&self, crypto: &impl Crypto) -> EasUid {
        let data = self.run.to_abi();
        eas_uid(&self.attest(&data), crypto)
    }
}

/// `keccak256` over version, the schema's hex *text*, recipient, 20 zero bytes, time, expiration,
/// revocable, refUID, data, salt and four zero bytes, as EAS's SDK computes it.
#[must_use]
pub fn eas_uid(attest: &Attest<'_>, crypto: &impl Crypto) -> EasUid {
    let mut bytes = Vec::from(attest.version.to_be_bytes());
    bytes.extend_from_slice(hex::encode(&attest.schema).as_bytes());
    bytes.extend_from_slice(attest.recipient.as_bytes());
    bytes.extend_from_slice(&[0; 20]);
    bytes.extend_from_slice(&attest.time.to_be_bytes());
    bytes.extend_from_slice(&attest.expiration.to_be_bytes());
    bytes.push(u8::from(attest.revocable));
    bytes.extend_from_slice(&attest.ref_uid);
    bytes.extend_from_slice(attest.data);
    bytes.extend_from_slice(attest.salt.as_ref());
    bytes.extend_from_slice(&[0; 4]);
    EasUid::new(crypto.keccak256(&bytes))
}

impl ReceiptId {
    /// `H("countersign/receipt/1" 00 ‖ attester ‖ digest)` (4.8).
    #[must_use]
    pub fn compute(attester: &Attester, digest: &Digest, crypto: &impl Crypto) -> Self {
        let parts: [&[u8]; 2] = [&attester.to_bytes(), digest.as_ref()];
        Self::new(tagged(crypto, "countersign/receipt/1", &parts))
    }
}

impl SealedId {
    /// `H("countersign/sealed/1" 00 ‖ ReceiptId ‖ signature without v)` (4.8).
    #[must_use]
    pub fn compute(receipt: &ReceiptId, signature: &Signature, crypto: &impl Crypto) -> Self {
        let parts: [&[u8]; 2] = [receipt.as_ref(), signature.without_v()];
        Self::new(tagged(crypto, "countersign/sealed/1", &parts))
    }
}

/// A receipt as it arrived: well-formed, not yet believed. [`Receipt::verify`] mints the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Chain and contract that it is for.
    pub deployment: Deployment,
    /// What is stated.
    pub statement: Statement,
    /// By whom.
    pub attester: Attester,
    /// Their signature.
    pub signature: Signature,
}

/// Why a receipt does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What it states cannot be.
    Run(RunError),
    /// Its signature does not count.
    Signature(SignatureError),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(error) => error.fmt(f),
            Self::Signature(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Reason {}

impl From<RunError> for Reason {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<SignatureError> for Reason {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}

impl Receipt {
    /// The digest of its statement.
    #[must_use]
    pub fn digest(&self, crypto: &impl Crypto) -> Digest {
        self.statement.digest(&self.deployment, crypto)
    }

    /// Its name. Of an unverified receipt this is only what it claims to be.
    #[must_use]
    pub fn id(&self, crypto: &impl Crypto) -> ReceiptId {
        ReceiptId::compute(&self.attester, &self.digest(crypto), crypto)
    }

    /// Checks statement and signature.
    ///
    /// # Errors
    /// [`Reason`].
    pub fn verify(self, crypto: &impl Crypto) -> Result<Verified<Self>, Reason> {
        self.statement.run.check()?;
        let digest = self.digest(crypto);
        let text = || text::receipt(&self.statement.run, &self.deployment, &digest);
        self.signature
            .verify(&self.attester, || digest, text, crypto)?;
        let id = ReceiptId::compute(&self.attester, &digest, crypto);
        let sealed = SealedId::compute(&id, &self.signature, crypto);
        Ok(Verified {
            value: self,
            digest,
            id,
            sealed,
        })
    }
}

/// A value whose signature was verified; nothing but verification makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified<T> {
    value: T,
    digest: Digest,
    id: ReceiptId,
    sealed: SealedId,
}

impl<T> Verified<T> {
    /// The digest that was signed.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The receipt's name.
    #[must_use]
    pub fn id(&self) -> ReceiptId {
        self.id
    }

    /// What is anchored.
    #[must_use]
    pub fn sealed(&self) -> SealedId {
        self.sealed
    }

    /// The value, no longer marked as verified.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// Verifies the signed revocation of the receipt with `digest` (5.3) and returns its name.
///
/// # Errors
/// [`SignatureError`].
pub fn verify_revocation(
    receipts: &Deployment,
    attester: &Attester,
    digest: &Digest,
    signature: &Signature,
    crypto: &impl Crypto,
) -> Result<ReceiptId, SignatureError> {
    let id = ReceiptId::compute(attester, digest, crypto);
    let signed = || match attester {
        Attester::Secp256k1(revoker) => eip712::revoke_digest(receipts, revoker, &id, crypto),
        Attester::Sr25519(_) => Digest::ZERO,
    };
    signature.verify(attester, signed, || text::revocation(&id, receipts), crypto)?;
    Ok(id)
}

/// Verifies the signed disownment of `attester`'s key from block `since` on (5.6).
///
/// # Errors
/// [`SignatureError`].
pub fn verify_disownment(
    receipts: &Deployment,
    attester: &Attester,
    since: u64,
    signature: &Signature,
    crypto: &impl Crypto,
) -> Result<(), SignatureError> {
    let signed = || match attester {
        Attester::Secp256k1(address) => eip712::disown_digest(receipts, address, since, crypto),
        Attester::Sr25519(_) => Digest::ZERO,
    };
    signature.verify(attester, signed, || text::disown(since, receipts), crypto)
}

/// Verifies that `attester` puts its receipt at stake by `account` (EXACT 5.1). An sr25519
/// attester signs no claim: it is the caller itself, hence refused here.
///
/// # Errors
/// [`SignatureError`].
pub fn verify_claim(
    disputes: &Deployment,
    attester: &EthAddress,
    receipt: &ReceiptId,
    account: &AccountId,
    signature: &Signature,
    crypto: &impl Crypto,
) -> Result<(), SignatureError> {
    let signed = || eip712::claim_digest(disputes, receipt, account, crypto);
    signature.verify(&Attester::Secp256k1(*attester), signed, || "", crypto)
}
