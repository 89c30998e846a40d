//! Signing without a wallet: for the command line, for development accounts and for tests.

use crate::attester::Attester;
use crate::crypto::{Crypto, Software};
use crate::id::{Digest, EthAddress, Sr25519Public};
use crate::signature::Signature;
use crate::text;
use k256::ecdsa::SigningKey;
use rand_core::{CryptoRng, Error, RngCore};
use schnorrkel::derive::ChainCode;
use schnorrkel::{ExpansionMode, Keypair, MiniSecretKey};

/// An Ethereum account's key.
pub struct Secp256k1Key(SigningKey);

impl Secp256k1Key {
    /// `None` unless 1 ≤ key < n.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(secret).ok().map(Self)
    }

    /// Its address; `None` cannot happen for a valid key.
    #[must_use]
    pub fn address(&self) -> Option<EthAddress> {
        crate::crypto::address(&Software, self.0.verifying_key()).map(EthAddress::new)
    }

    /// Signs an EIP-712 digest (RFC 6979, low s, v 27 or 28). `None` if the arithmetic fails,
    /// which no digest is known to cause.
    #[must_use]
    pub fn sign(&self, digest: &Digest) -> Option<Signature> {
        let (signature, recovery) = self.0.sign_prehash_recoverable(digest.as_bytes()).ok()?;
        let mut bytes = [27; 65];
        for (to, from) in bytes.iter_mut().zip(signature.to_bytes()) {
            *to = from;
        }
        if let Some(v) = bytes.last_mut() {
            *v = v.wrapping_add(u8::from(recovery.is_y_odd()));
        }
        Some(Signature::Secp256k1(bytes))
    }
}

/// An sr25519 account's key.
pub struct Sr25519Key(Keypair);

/// The seed of Substrate's well-known development phrase, which everybody knows.
const DEVELOPMENT_SEED: [u8; 32] = [
    0xfa, 0xc7, 0x95, 0x9d, 0xbf, 0xe7, 0x2f, 0x05, 0x2e, 0x5a, 0x0c, 0x3c, 0x8d, 0x65, 0x30, 0xf2,
    0x02, 0xb0, 0x2f, 0xd8, 0xf9, 0xf5, 0xca, 0x35, 0x80, 0xec, 0x8d, 0xeb, 0x77, 0x97, 0x47, 0x9e,
];

impl Sr25519Key {
    /// The key of a 32-byte seed, as Substrate derives it.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Option<Self> {
        let mini = MiniSecretKey::from_bytes(seed).ok()?;
        Some(Self(mini.expand_to_keypair(ExpansionMode::Ed25519)))
    }

    /// The development account `//name`, as in `//Alice`: known to everybody, hence never used
    /// outside a development chain. `None` for a name longer than 31 bytes, or a number.
    #[must_use]
    pub fn development(name: &str) -> Option<Self> {
        if name.parse::<u64>().is_ok() || name.is_empty() || name.contains('/') {
            return None;
        }
        let length = u8::try_from(name.len())
            .ok()
            .filter(|length| *length < 32)?;
        // SCALE: the compact length, then the text, padded with zeros.
        let mut junction = [0; 32];
        let bytes = core::iter::once(length << 2).chain(name.bytes());
        for (to, from) in junction.iter_mut().zip(bytes) {
            *to = from;
        }
        let root = Self::from_seed(&DEVELOPMENT_SEED)?;
        let (mini, _) = root
            .0
            .secret
            .hard_derive_mini_secret_key(Some(ChainCode(junction)), b"");
        Some(Self(mini.expand_to_keypair(ExpansionMode::Ed25519)))
    }

    /// Its public key.
    #[must_use]
    pub fn public(&self) -> Sr25519Public {
        Sr25519Public::new(self.0.public.to_bytes())
    }

    /// The attester that it signs as.
    #[must_use]
    pub fn attester(&self) -> Attester {
        Attester::Sr25519(self.public())
    }

    /// Signs `<Bytes>text</Bytes>` (4.7). `random`: 32 fresh random bytes; without good ones the
    /// signature is still safe, only no longer randomised.
    #[must_use]
    pub fn sign_text(&self, text: &str, random: &[u8; 32]) -> Signature {
        Signature::Sr25519(self.sign_bytes(&text::wrap(text), random))
    }

    /// Signs bytes as they are, in the context `substrate`: for extrinsics.
    #[must_use]
    pub fn sign_bytes(&self, message: &[u8], random: &[u8; 32]) -> [u8; 64] {
        let transcript = schnorrkel::signing_context(b"substrate").bytes(message);
        let transcript = schnorrkel::context::attach_rng(transcript, Stream::new(*random));
        self.0.sign(transcript).to_bytes()
    }
}

/// The caller's randomness as the stream that `schnorrkel` asks for.
struct Stream {
    state: [u8; 32],
}

impl Stream {
    fn new(state: [u8; 32]) -> Self {
        Self { state }
    }
}

impl RngCore for Stream {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let mut next = self.state.to_vec();
            next.push(1);
            for (to, from) in chunk.iter_mut().zip(Software.sha256(&next)) {
                *to = from;
            }
            self.state = Software.sha256(&self.state);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Stream {}
