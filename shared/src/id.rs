//! Identifiers: one type each, so that none can stand where another is meant.
//!
//! All but [`EthAddress`] are 32 bytes, shown and read as lower-case `0x` hexadecimal.

use crate::crypto::Crypto;
use crate::hex::{self, HexError};
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(
            feature = "scale",
            derive(
                parity_scale_codec::Encode,
                parity_scale_codec::Decode,
                parity_scale_codec::MaxEncodedLen,
                scale_info::TypeInfo
            )
        )]
        pub struct $name([u8; 32]);

        impl $name {
            /// 32 zero bytes.
            pub const ZERO: Self = Self([0; 32]);

            /// Takes the bytes as they are.
            #[must_use]
            pub const fn new(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 32] {
                self.0
            }

            /// The bytes, borrowed.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Whether all bytes are zero.
            #[must_use]
            pub fn is_zero(&self) -> bool {
                self.0 == [0; 32]
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl From<$name> for [u8; 32] {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("0x")?;
                hex::write_bare(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = HexError;
            fn from_str(text: &str) -> Result<Self, HexError> {
                hex::decode_array(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// Names a model: publisher, manifest and exact root (3.2).
    ModelId;
    /// SHA-256 of an engine's bytes, or [`EngineId::EXACT`] (3.4).
    EngineId;
    /// SHA-256 of a manifest's bytes (3.1).
    ManifestHash;
    /// Root of a model's exact program; zero outside the exact profile (3.2, EXACT 2.6).
    ExactRoot;
    /// SHA-256 of a file's bytes.
    FileHash;
    /// Hash of a contract's code, as the chain computes it.
    CodeHash;
    /// RFC 6962 root over 256-byte chunks of a tensor's elements or of a file (1.2).
    DataRoot;
    /// Salted commitment to a run's input or output (2.3).
    Commitment;
    /// Salt of one committed item (2.4); giving it away opens that item.
    Salt;
    /// EIP-712 digest of a receipt under its deployment's domain (4.8).
    Digest;
    /// Names a receipt: attester and digest (4.8).
    ReceiptId;
    /// Names a receipt together with its signature; what is anchored (4.8).
    SealedId;
    /// RFC 6962 root over the sealed ids of a batch (5.4).
    BatchRoot;
    /// Hash of a chain's block 0.
    GenesisHash;
    /// Hash of a block.
    BlockHash;
    /// An account of the chain: a public key or a contract.
    AccountId;
    /// An sr25519 public key.
    Sr25519Public;
    /// The public randomness inside an EAS message. Not an item's [`Salt`].
    EasSalt;
    /// EAS's own identifier of an attestation: shown for EAS tools, never a key (4.8).
    EasUid;
}

impl EngineId {
    /// The engine of every Exact receipt: `H("countersign/exact/1" 00)` (3.4).
    pub const EXACT: Self = Self([
        0xb1, 0xef, 0x6f, 0xbc, 0x6c, 0x71, 0x51, 0x3c, 0x09, 0x0e, 0x09, 0x53, 0x04, 0x94, 0xe4,
        0x5b, 0xd1, 0x7d, 0x9a, 0x9c, 0xb8, 0x47, 0xc0, 0xbd, 0x7c, 0xce, 0xe7, 0xa1, 0x9f, 0x74,
        0xeb, 0x7c,
    ]);
}

/// 32 fresh random bytes per receipt from which all salts follow (2.4).
///
/// Whoever knows them can guess at every input, so they are shown nowhere: `Debug` hides them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// Takes 32 bytes that MUST come fresh from a cryptographic random generator.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret bytes, for the user's backup.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(hidden)")
    }
}

/// A 20-byte Ethereum address. Written and read with the EIP-55 checksum, no other way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        parity_scale_codec::MaxEncodedLen,
        scale_info::TypeInfo
    )
)]
pub struct EthAddress([u8; 20]);

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// Not `0x` and 40 hexadecimal digits.
    Form,
    /// The capitals are not those of EIP-55: a digit was altered, or the checksum left out.
    Checksum,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "an address is 0x and 40 hexadecimal digits",
            Self::Checksum => "the address fails its EIP-55 checksum (its capitals are wrong)",
        })
    }
}

impl core::error::Error for AddressError {}

impl EthAddress {
    /// 20 zero bytes. As a recipient: nobody in particular. It never matches a signer (4.6).
    pub const ZERO: Self = Self([0; 20]);

    /// Takes the bytes as they are.
    #[must_use]
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 20] {
        self.0
    }

    /// The bytes, borrowed.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Whether all bytes are zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 20]
    }

    /// Left-padded with zeros to 32 bytes: a word of the Ethereum ABI.
    #[must_use]
    pub fn to_word(self) -> [u8; 32] {
        let mut word = [0; 32];
        for (to, from) in word.iter_mut().skip(12).zip(self.0) {
            *to = from;
        }
        word
    }

    /// The low 20 bytes of a word, whatever stands before them.
    #[must_use]
    pub fn from_low(word: &[u8; 32]) -> Self {
        let mut bytes = [0; 20];
        for (to, from) in bytes.iter_mut().zip(word.iter().skip(12)) {
            *to = *from;
        }
        Self(bytes)
    }

    /// The text with the checksum of EIP-55.
    #[must_use]
    pub fn to_eip55(&self, crypto: &impl Crypto) -> String {
        let plain = hex::encode(&self.0);
        let digits = plain.strip_prefix("0x").unwrap_or(&plain);
        let hash = crypto.keccak256(digits.as_bytes());
        let mut text = String::from("0x");
        let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
        for (digit, nibble) in digits.chars().zip(nibbles) {
            text.push(if nibble >= 8 {
                digit.to_ascii_uppercase()
            } else {
                digit
            });
        }
        text
    }

    /// Reads exactly the text that [`EthAddress::to_eip55`] writes.
    ///
    /// # Errors
    /// [`AddressError`] if the form or the checksum is wrong.
    pub fn parse_eip55(text: &str, crypto: &impl Crypto) -> Result<Self, AddressError> {
        let lower = text.to_ascii_lowercase();
        let address = Self(hex::decode_array(&lower).map_err(|_| AddressError::Form)?);
        if address.to_eip55(crypto) == text {
            Ok(address)
        } else {
            Err(AddressError::Checksum)
        }
    }
}

impl From<[u8; 20]> for EthAddress {
    fn from(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for EthAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EthAddress(0x")?;
        hex::write_bare(f, &self.0)?;
        f.write_str(")")
    }
}

#[cfg(feature = "software")]
impl fmt::Display for EthAddress {
    /// The EIP-55 text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_eip55(&crate::crypto::Software))
    }
}
