//! Signatures and the rules that make them count (4.6, 4.7).

use crate::attester::{Attester, AttesterError, AttesterKind};
use crate::crypto::Crypto;
use crate::id::{Digest, EthAddress};
use crate::text;
use alloc::vec::Vec;
use core::fmt;

/// A signature as it arrived; only [`Signature::verify`] says whether it counts.
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
pub enum Signature {
    /// r, s, v (27 or 28) over an EIP-712 digest.
    Secp256k1([u8; 65]),
    /// 64 bytes over a wrapped text.
    Sr25519([u8; 64]),
}

/// Why a signature does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// Not 65 bytes (secp256k1) or 64 (sr25519).
    Length {
        /// The kind of key that was expected to sign.
        kind: AttesterKind,
        /// Bytes found.
        found: usize,
    },
    /// The kind of signature is not the attester's kind.
    Kind,
    /// The attester can sign nothing.
    Attester(AttesterError),
    /// r is 0 or not below the order of the curve.
    RangeOfR,
    /// s is 0 or not below the order of the curve.
    RangeOfS,
    /// s is above half the order: the twin that anybody can make of a signature.
    HighS,
    /// v is neither 27 nor 28 (from a wallet also 0 and 1).
    RecoveryByte(u8),
    /// No key can have made it.
    NoSigner,
    /// Another key made it, or over other data: any altered bit ends here.
    OtherSigner {
        /// Who should have signed.
        expected: EthAddress,
        /// The address that the signature leads to; meaningless if the data was altered.
        recovered: EthAddress,
    },
    /// The sr25519 signature is not the attester's over this text.
    Sr25519,
    /// Longer than a key's signature: it comes from a smart account (ERC-1271, ERC-6492).
    SmartAccount,
    /// An ed25519 signature of a Substrate wallet.
    Ed25519,
    /// An ecdsa signature of a Substrate wallet.
    SubstrateEcdsa,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { kind: AttesterKind::Secp256k1, found } => {
                write!(f, "an Ethereum signature has 65 bytes, this one has {found}")
            }
            Self::Length { kind: AttesterKind::Sr25519, found } => {
                write!(f, "an sr25519 signature has 64 bytes, this one has {found}")
            }
            Self::Kind => f.write_str("the signature is not of the attester's kind of key"),
            Self::Attester(error) => error.fmt(f),
            Self::RangeOfR => f.write_str("the signature's r is out of range"),
            Self::RangeOfS => f.write_str("the signature's s is out of range"),
            Self::HighS => f.write_str("the signature's s is in the upper half, which is refused"),
            Self::RecoveryByte(v) => write!(f, "the signature's v is {v}, not 27 or 28"),
            Self::NoSigner => f.write_str("no key can have made this signature"),
            Self::OtherSigner { .. } => f.write_str(
                "the signature is not the attester's: the data was altered, or somebody else signed",
            ),
            Self::Sr25519 => f.write_str(
                "the sr25519 signature is not the attester's over this text: \
                 the data was altered, or somebody else signed",
            ),
            Self::SmartAccount => f.write_str(
                "this signature comes from a smart account (ERC-1271 or ERC-6492), which has no key \
                 of its own; sign with an ordinary account",
            ),
            Self::Ed25519 => {
                f.write_str("ed25519 accounts cannot sign receipts; choose an sr25519 account")
            }
            Self::SubstrateEcdsa => f.write_str(
                "ecdsa accounts of a Substrate wallet cannot sign receipts; \
                 choose an sr25519 account or an Ethereum wallet",
            ),
        }
    }
}

impl core::error::Error for SignatureError {}

impl From<AttesterError> for SignatureError {
    fn from(error: AttesterError) -> Self {
        Self::Attester(error)
    }
}

/// The order of secp256k1, big-endian.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// Half of it, rounded down.
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

impl Signature {
    /// The kind of key that makes such signatures.
    #[must_use]
    pub fn kind(&self) -> AttesterKind {
        match self {
            Self::Secp256k1(_) => AttesterKind::Secp256k1,
            Self::Sr25519(_) => AttesterKind::Sr25519,
        }
    }

    /// Reads a signature of the given kind as files hold it: 65 or 64 bytes, nothing normalised.
    ///
    /// # Errors
    /// [`SignatureError::Length`].
    pub fn from_bytes(kind: AttesterKind, bytes: &[u8]) -> Result<Self, SignatureError> {
        let wrong = |_| SignatureError::Length {
            kind,
            found: bytes.len(),
        };
        Ok(match kind {
            AttesterKind::Secp256k1 => Self::Secp256k1(bytes.try_into().map_err(wrong)?),
            AttesterKind::Sr25519 => Self::Sr25519(bytes.try_into().map_err(wrong)?),
        })
    }

    /// Reads what an Ethereum wallet returned, and makes v 0/1 into 27/28: done once, here (4.6).
    ///
    /// # Errors
    /// [`SignatureError::SmartAccount`] for a longer signature, [`SignatureError::Length`] for a
    /// shorter one, and the faults of r, s and v.
    pub fn from_ethereum_wallet(bytes: &[u8]) -> Result<Self, SignatureError> {
        if bytes.len() > 65 {
            return Err(SignatureError::SmartAccount);
        }
        let kind = AttesterKind::Secp256k1;
        let found = bytes.len();
        let mut raw: [u8; 65] = bytes
            .try_into()
            .map_err(|_| SignatureError::Length { kind, found })?;
        if let Some(v @ (0 | 1)) = raw.last_mut() {
            *v = v.wrapping_add(27);
        }
        check_secp256k1(&raw)?;
        Ok(Self::Secp256k1(raw))
    }

    /// Reads what a Substrate wallet returned: 64 bytes, or a `MultiSignature`, whose first byte
    /// tells the kind of key.
    ///
    /// # Errors
    /// [`SignatureError::Ed25519`], [`SignatureError::SubstrateEcdsa`],
    /// [`SignatureError::Length`].
    pub fn from_substrate_wallet(bytes: &[u8]) -> Result<Self, SignatureError> {
        let raw = match bytes {
            [0, rest @ ..] if rest.len() == 64 => return Err(SignatureError::Ed25519),
            [2, rest @ ..] if rest.len() == 65 => return Err(SignatureError::SubstrateEcdsa),
            [1, rest @ ..] if rest.len() == 64 => rest,
            all => all,
        };
        Self::from_bytes(AttesterKind::Sr25519, raw)
    }

    /// The bytes as files hold them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Secp256k1(bytes) => bytes,
            Self::Sr25519(bytes) => bytes,
        }
    }

    /// r ‖ s, or sr25519's 64 bytes: what a sealed id holds (4.8).
    #[must_use]
    pub fn without_v(&self) -> &[u8] {
        match self {
            Self::Secp256k1([rs @ .., _]) => rs,
            Self::Sr25519(bytes) => bytes,
        }
    }

    /// Whether `attester` made this signature: over `digest` for secp256k1, over
    /// `<Bytes>text</Bytes>` for sr25519. `text` is asked for only then.
    ///
    /// # Errors
    /// [`SignatureError`] with the reason.
    pub fn verify<Text: AsRef<str>>(
        &self,
        attester: &Attester,
        digest: impl FnOnce() -> Digest,
        text: impl FnOnce() -> Text,
        crypto: &impl Crypto,
    ) -> Result<(), SignatureError> {
        attester.check()?;
        match (attester, self) {
            (Attester::Secp256k1(expected), Self::Secp256k1(raw)) => {
                check_secp256k1(raw)?;
                let recovered = crypto
                    .secp256k1_recover(digest().as_bytes(), raw)
                    .map(EthAddress::new)
                    .ok_or(SignatureError::NoSigner)?;
                if recovered.is_zero() {
                    Err(SignatureError::NoSigner)
                } else if recovered == *expected {
                    Ok(())
                } else {
                    Err(SignatureError::OtherSigner {
                        expected: *expected,
                        recovered,
                    })
                }
            }
            (Attester::Sr25519(public), Self::Sr25519(raw)) => {
                let message = text::wrap(text().as_ref());
                if crypto.sr25519_verify(public.as_bytes(), &message, raw) {
                    Ok(())
                } else {
                    Err(SignatureError::Sr25519)
                }
            }
            _ => Err(SignatureError::Kind),
        }
    }
}

/// `1 ≤ r < n`, `1 ≤ s ≤ n/2`, v 27 or 28 (4.6).
///
/// # Errors
/// The fault that was found first, in the order r, s, v.
pub fn check_secp256k1(signature: &[u8; 65]) -> Result<(), SignatureError> {
    let (rs, v) = signature.split_at(64);
    let (r, s) = rs.split_at(32);
    // Big-endian numbers of one length compare as their bytes do.
    let zero: &[u8] = &[0; 32];
    if r == zero || r >= ORDER.as_slice() {
        return Err(SignatureError::RangeOfR);
    }
    if s == zero || s >= ORDER.as_slice() {
        return Err(SignatureError::RangeOfS);
    }
    if s > HALF_ORDER.as_slice() {
        return Err(SignatureError::HighS);
    }
    match v {
        [27 | 28] => Ok(()),
        other => Err(SignatureError::RecoveryByte(
            other.first().copied().unwrap_or_default(),
        )),
    }
}

/// The address that signed `digest` with a wallet's signature: shown after signing, and compared
/// with the account that was asked (7.4).
///
/// # Errors
/// The faults of [`check_secp256k1`], [`SignatureError::NoSigner`], and
/// [`SignatureError::Kind`] for an sr25519 signature, which leads to no key.
pub fn recover(
    signature: &Signature,
    digest: &Digest,
    crypto: &impl Crypto,
) -> Result<EthAddress, SignatureError> {
    let Signature::Secp256k1(raw) = signature else {
        return Err(SignatureError::Kind);
    };
    check_secp256k1(raw)?;
    match crypto
        .secp256k1_recover(digest.as_bytes(), raw)
        .map(EthAddress::new)
    {
        Some(address) if !address.is_zero() => Ok(address),
        _ => Err(SignatureError::NoSigner),
    }
}

impl From<Signature> for Vec<u8> {
    fn from(signature: Signature) -> Self {
        Self::from(signature.as_bytes())
    }
}
