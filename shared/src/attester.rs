//! Who signed (4.5), and the lane of a run (DESIGN 4).

use crate::hex;
use crate::id::{EthAddress, Sr25519Public};
use core::fmt;

/// The kind of key that an attester signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttesterKind {
    /// An Ethereum account with a key of its own.
    Secp256k1,
    /// A Substrate account with an sr25519 key.
    Sr25519,
}

/// Whoever's key signed a receipt. The two kinds are never converted into one another (4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        parity_scale_codec::MaxEncodedLen,
        scale_info::TypeInfo
    )
)]
pub enum Attester {
    /// Kind 0: an Ethereum account.
    Secp256k1(EthAddress),
    /// Kind 1: an sr25519 public key.
    Sr25519(Sr25519Public),
}

/// Why 33 bytes name no attester.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttesterError {
    /// The first byte is neither 0 nor 1.
    Kind(u8),
    /// An address is not padded with 12 zero bytes.
    Padding,
    /// The zero address, which nobody holds (4.6).
    ZeroAddress,
    /// The sr25519 identity key, for which anyone can forge (4.6).
    IdentityKey,
}

impl fmt::Display for AttesterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => write!(
                f,
                "the attester's kind {kind} is neither 0 (secp256k1) nor 1 (sr25519)"
            ),
            Self::Padding => f.write_str("the attester's address is not padded with zeros"),
            Self::ZeroAddress => f.write_str("the zero address can sign nothing"),
            Self::IdentityKey => f.write_str(
                "the sr25519 identity key (32 zero bytes) is refused: anyone can sign for it",
            ),
        }
    }
}

impl core::error::Error for AttesterError {}

impl Attester {
    /// Kind byte and 32 bytes: the address left-padded with zeros, or the public key.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 33] {
        let (kind, word) = match self {
            Self::Secp256k1(address) => (0, address.to_word()),
            Self::Sr25519(public) => (1, public.to_bytes()),
        };
        let mut bytes = [kind; 33];
        for (to, from) in bytes.iter_mut().skip(1).zip(word) {
            *to = from;
        }
        bytes
    }

    /// Reads the 33 bytes that [`Attester::to_bytes`] writes, and refuses who cannot sign.
    ///
    /// # Errors
    /// [`AttesterError`] for another kind, wrong padding, the zero address, the identity key.
    pub fn from_bytes(bytes: &[u8; 33]) -> Result<Self, AttesterError> {
        let [kind, word @ ..] = bytes;
        let attester = match kind {
            0 => {
                let address = EthAddress::from_low(word);
                if address.to_word() != *word {
                    return Err(AttesterError::Padding);
                }
                Self::Secp256k1(address)
            }
            1 => Self::Sr25519(Sr25519Public::new(*word)),
            other => return Err(AttesterError::Kind(*other)),
        };
        attester.check()?;
        Ok(attester)
    }

    /// Refuses the zero address and the identity key (4.6).
    ///
    /// # Errors
    /// [`AttesterError::ZeroAddress`], [`AttesterError::IdentityKey`].
    pub fn check(&self) -> Result<(), AttesterError> {
        match self {
            Self::Secp256k1(address) if address.is_zero() => Err(AttesterError::ZeroAddress),
            Self::Sr25519(public) if public.is_zero() => Err(AttesterError::IdentityKey),
            _ => Ok(()),
        }
    }

    /// The kind of key.
    #[must_use]
    pub fn kind(&self) -> AttesterKind {
        match self {
            Self::Secp256k1(_) => AttesterKind::Secp256k1,
            Self::Sr25519(_) => AttesterKind::Sr25519,
        }
    }
}

impl fmt::Display for Attester {
    /// The 33 bytes in hexadecimal, as receipt files hold them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.to_bytes()))
    }
}

/// How a run may be checked. Lanes are never blended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        parity_scale_codec::MaxEncodedLen,
        scale_info::TypeInfo
    )
)]
pub enum Lane {
    /// On the GPU: no bit claim is made.
    Fast,
    /// On a pinned engine: re-executed bit for bit.
    Replay,
    /// A model of the exact profile: a false claim can be proved false on the chain.
    Exact,
}

impl Lane {
    /// The byte of 4.1.
    #[must_use]
    pub const fn to_u8(self) -> u8 {
        match self {
            Self::Fast => 0,
            Self::Replay => 1,
            Self::Exact => 2,
        }
    }

    /// The lane of a byte, `None` above 2.
    #[must_use]
    pub const fn from_u8(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Fast),
            1 => Some(Self::Replay),
            2 => Some(Self::Exact),
            _ => None,
        }
    }

    /// `fast`, `replay` or `exact`, as sr25519 texts hold it (4.7).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Replay => "replay",
            Self::Exact => "exact",
        }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
