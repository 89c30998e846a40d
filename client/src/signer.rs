//! Keys: who signs extrinsics, and how a key is made from a secret URI.

use crate::extrinsic::Unsigned;
use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};
use core::fmt;
use countersign_shared::id::AccountId;
use parity_scale_codec::{Decode, Encode};
use schnorrkel::derive::{ChainCode, Derivation};
use schnorrkel::{ExpansionMode, Keypair, MiniSecretKey};

/// Signs extrinsics for one account.
///
/// Implemented by [`Sr25519`] here and by the page for a wallet's extension.
#[allow(async_fn_in_trait)]
pub trait Signer {
    /// The account that pays and is the contract's caller.
    fn account(&self) -> AccountId;

    /// An sr25519 signature over [`Unsigned::signing_bytes`].
    ///
    /// # Errors
    /// [`SignerError`] when the user refuses or the wallet fails.
    async fn sign(&self, extrinsic: &Unsigned) -> Result<[u8; 64], SignerError>;
}

/// Why there is no signature, or no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignerError {
    /// The user said no.
    Declined,
    /// The wallet failed.
    Wallet {
        /// Its words.
        reason: String,
    },
    /// The text is no secret URI: `//Alice`, 12 to 24 words, `0x` and 64 digits, each with `/soft//hard` parts behind it.
    Uri,
    /// The words are no mnemonic phrase: a word is misspelt, one is missing, or the checksum is wrong.
    Mnemonic,
    /// The system gave no random numbers.
    Randomness,
}

impl fmt::Display for SignerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declined => f.write_str("the wallet's owner declined to sign; nothing was sent"),
            Self::Wallet { reason } => write!(f, "the wallet did not sign: {reason}; nothing was sent"),
            Self::Uri => f.write_str(
                "this is no secret URI: give //Alice, a mnemonic phrase, or 0x and 64 hexadecimal digits, \
                 each optionally followed by /soft or //hard derivation parts",
            ),
            Self::Mnemonic => {
                f.write_str("this is no mnemonic phrase: a word is misspelt or missing, or the words are in another order")
            }
            Self::Randomness => f.write_str("the system gave no random numbers, without which nothing can be signed"),
        }
    }
}

impl core::error::Error for SignerError {}

/// An sr25519 key pair. `Debug` shows the public key only.
#[derive(Clone)]
pub struct Sr25519(Keypair);

impl fmt::Debug for Sr25519 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sr25519(0x{})", hex::encode(self.public()))
    }
}

/// The phrase behind every `//Alice`. Everybody knows it: accounts made from it are for development chains only.
const DEVELOPMENT_PHRASE_SECRET: [u8; 32] = [
    0xfa, 0xc7, 0x95, 0x9d, 0xbf, 0xe7, 0x2f, 0x05, 0x2e, 0x5a, 0x0c, 0x3c, 0x8d, 0x65, 0x30, 0xf2,
    0x02, 0xb0, 0x2f, 0xd8, 0xf9, 0xf5, 0xca, 0x35, 0x80, 0xec, 0x8d, 0xeb, 0x77, 0x97, 0x47, 0x9e,
];

impl Sr25519 {
    /// A key from a secret URI as Substrate writes it: a phrase or `0x` seed (none: the development phrase), then
    /// `/soft` and `//hard` parts. A `///password` is refused.
    ///
    /// # Errors
    /// [`SignerError::Uri`], [`SignerError::Mnemonic`].
    pub fn from_uri(uri: &str) -> Result<Self, SignerError> {
        let uri = uri.trim();
        let (phrase, path) = uri.split_at(uri.find('/').unwrap_or(uri.len()));
        let secret = match phrase {
            "" if path.is_empty() => return Err(SignerError::Uri),
            "" => DEVELOPMENT_PHRASE_SECRET,
            seed if seed.starts_with("0x") => seed_from_hex(seed)?,
            words => seed_from_words(words)?,
        };
        let mini = MiniSecretKey::from_bytes(&secret).map_err(|_| SignerError::Uri)?;
        let mut pair = mini.expand_to_keypair(ExpansionMode::Ed25519);
        for junction in junctions(path)? {
            pair = match junction {
                Junction::Hard(code) => {
                    let (mini, _) = pair
                        .secret
                        .hard_derive_mini_secret_key(Some(ChainCode(code)), b"");
                    mini.expand_to_keypair(ExpansionMode::Ed25519)
                }
                Junction::Soft(code) => pair.derived_key_simple(ChainCode(code), []).0,
            };
        }
        Ok(Self(pair))
    }

    /// A fresh random key.
    ///
    /// # Errors
    /// [`SignerError::Randomness`].
    pub fn generate() -> Result<Self, SignerError> {
        let mut secret = [0; 32];
        getrandom::getrandom(&mut secret).map_err(|_| SignerError::Randomness)?;
        let mini = MiniSecretKey::from_bytes(&secret).map_err(|_| SignerError::Randomness)?;
        Ok(Self(mini.expand_to_keypair(ExpansionMode::Ed25519)))
    }

    /// The public key, which is also the account.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.public.to_bytes()
    }

    /// Signs `message` in the context `substrate`, as every Substrate wallet does.
    #[must_use]
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign_simple(b"substrate", message).to_bytes()
    }
}

impl Signer for Sr25519 {
    fn account(&self) -> AccountId {
        AccountId::new(self.public())
    }

    async fn sign(&self, extrinsic: &Unsigned) -> Result<[u8; 64], SignerError> {
        Ok(self.sign_bytes(&extrinsic.signing_bytes()))
    }
}

enum Junction {
    Soft([u8; 32]),
    Hard([u8; 32]),
}

/// Reads `/soft//hard/…`: after one slash a soft part, after two a hard one.
fn junctions(path: &str) -> Result<Vec<Junction>, SignerError> {
    let mut parts = path.split('/');
    // The text before the first slash is empty.
    parts.next();
    let mut found = Vec::new();
    let mut hard = false;
    for part in parts {
        match (part, hard) {
            ("", false) => hard = true,
            ("", true) => return Err(SignerError::Uri),
            (part, true) => {
                found.push(Junction::Hard(chain_code(part)));
                hard = false;
            }
            (part, false) => found.push(Junction::Soft(chain_code(part))),
        }
    }
    if hard {
        return Err(SignerError::Uri);
    }
    Ok(found)
}

/// Substrate's junction: a number as u64, anything else as text, SCALE-encoded; hashed if longer than 32 bytes,
/// else filled up with zeros.
fn chain_code(part: &str) -> [u8; 32] {
    let encoded = match part.parse::<u64>() {
        Ok(number) => number.encode(),
        Err(_) => part.encode(),
    };
    let mut code = [0; 32];
    if encoded.len() > 32 {
        return Blake2b::<U32>::digest(&encoded).into();
    }
    for (to, from) in code.iter_mut().zip(encoded) {
        *to = from;
    }
    code
}

fn seed_from_hex(seed: &str) -> Result<[u8; 32], SignerError> {
    let digits = seed.strip_prefix("0x").ok_or(SignerError::Uri)?;
    let bytes = hex::decode(digits).map_err(|_| SignerError::Uri)?;
    <[u8; 32]>::decode(&mut bytes.as_slice())
        .ok()
        .filter(|_| bytes.len() == 32)
        .ok_or(SignerError::Uri)
}

#[cfg(feature = "mnemonic")]
fn seed_from_words(words: &str) -> Result<[u8; 32], SignerError> {
    use parity_bip39::{Language, Mnemonic};
    let mnemonic =
        Mnemonic::parse_in(Language::English, words).map_err(|_| SignerError::Mnemonic)?;
    let (entropy, length) = mnemonic.to_entropy_array();
    let entropy = entropy.get(..length).ok_or(SignerError::Mnemonic)?;
    let mini = substrate_bip39::mini_secret_from_entropy(entropy, "")
        .map_err(|_| SignerError::Mnemonic)?;
    Ok(mini.to_bytes())
}

#[cfg(not(feature = "mnemonic"))]
fn seed_from_words(_words: &str) -> Result<[u8; 32], SignerError> {
    Err(SignerError::Mnemonic)
}
