//! The four primitives that everything rests on. Contracts supply the host's functions,
//! everybody else [`Software`] (feature `software`).

use alloc::vec::Vec;

/// Hashes and signature checks.
pub trait Crypto {
    /// SHA-256 (FIPS 180-4).
    fn sha256(&self, data: &[u8]) -> [u8; 32];

    /// SHA-256 of four messages of the same length. Whoever can computes them side by side: most of a data root is this.
    fn sha256_of_four(&self, messages: [&[u8]; 4]) -> [[u8; 32]; 4] {
        messages.map(|message| self.sha256(message))
    }

    /// Keccak-256 as Ethereum uses it (the padding before FIPS 202).
    fn keccak256(&self, data: &[u8]) -> [u8; 32];

    /// The address whose key made `signature` (r, s, then v as 27 or 28) over `digest`;
    /// `None` if there is none. Ranges of r, s and v are checked by [`crate::signature`],
    /// not here.
    fn secp256k1_recover(&self, digest: &[u8; 32], signature: &[u8; 65]) -> Option<[u8; 20]>;

    /// Whether `signature` is an sr25519 signature of `message` by `public` in the signing
    /// context `substrate`. The identity key is refused by [`crate::signature`], not here.
    fn sr25519_verify(&self, public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool;
}

/// `H(tag 00 ‖ parts)`: SHA-256 behind a tag that no other kind of hash shares.
pub fn tagged(crypto: &impl Crypto, tag: &str, parts: &[&[u8]]) -> [u8; 32] {
    crypto.sha256(&tagged_bytes(tag, parts))
}

pub(crate) fn tagged_bytes(tag: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::from(tag.as_bytes());
    bytes.push(0);
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes
}

/// HMAC-SHA-256 (RFC 2104).
pub fn hmac_sha256(crypto: &impl Crypto, key: &[u8], message: &[u8]) -> [u8; 32] {
    const BLOCK: usize = 64;
    let mut block = [0_u8; BLOCK];
    let hashed;
    let short = if key.len() > BLOCK {
        hashed = crypto.sha256(key);
        &hashed
    } else {
        key
    };
    for (to, from) in block.iter_mut().zip(short) {
        *to = *from;
    }
    let mut inner: Vec<u8> = block.iter().map(|byte| byte ^ 0x36).collect();
    inner.extend_from_slice(message);
    let mut outer: Vec<u8> = block.iter().map(|byte| byte ^ 0x5c).collect();
    outer.extend_from_slice(&crypto.sha256(&inner));
    crypto.sha256(&outer)
}

#[cfg(feature = "software")]
pub(crate) use software::address;
#[cfg(feature = "software")]
pub use software::Software;

#[cfg(feature = "software")]
mod software {
    use super::Crypto;
    use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
    use sha3::Digest as _;

    /// The primitives in Rust: `sha2`, `sha3`, `k256` and `schnorrkel`.
    #[derive(Clone, Copy, Debug, Default)]
    pub struct Software;

    impl Crypto for Software {
        fn sha256(&self, data: &[u8]) -> [u8; 32] {
            sha2::Sha256::digest(data).into()
        }

        fn keccak256(&self, data: &[u8]) -> [u8; 32] {
            sha3::Keccak256::digest(data).into()
        }

        fn secp256k1_recover(&self, digest: &[u8; 32], signature: &[u8; 65]) -> Option<[u8; 20]> {
            let (rs, v) = signature.split_at_checked(64)?;
            let recovery = match v {
                [27] => RecoveryId::new(false, false),
                [28] => RecoveryId::new(true, false),
                _ => return None,
            };
            let signature = Signature::from_slice(rs).ok()?;
            let key = VerifyingKey::recover_from_prehash(digest, &signature, recovery).ok()?;
            address(self, &key)
        }

        fn sr25519_verify(&self, public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
            let Ok(public) = schnorrkel::PublicKey::from_bytes(public) else {
                return false;
            };
            let Ok(signature) = schnorrkel::Signature::from_bytes(signature) else {
                return false;
            };
            public
                .verify_simple(b"substrate", message, &signature)
                .is_ok()
        }
    }

    /// The low 20 bytes of the Keccak-256 of the uncompressed key without its first byte.
    pub(crate) fn address(crypto: &Software, key: &VerifyingKey) -> Option<[u8; 20]> {
        let point = key.to_encoded_point(false);
        let hash = crypto.keccak256(point.as_bytes().get(1..)?);
        hash.get(12..)?.try_into().ok()
    }
}
