//! The host: pallet-contracts, reached through ink!.

use crate::store::{Cell, Store};
use core::marker::PhantomData;
use countersign_shared::chain::Moment;
use countersign_shared::crypto::Crypto;
use ink::env::hash::{CryptoHash, Keccak256, Sha2x256};
use ink::env::DefaultEnvironment;
use ink::storage::traits::StorageKey;
use ink::storage::Mapping;

/// The contract's own storage.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chain;

struct Space<C>(PhantomData<C>);

impl<C: Cell> StorageKey for Space<C> {
    const KEY: u32 = C::SPACE;
}

fn mapping<C: Cell>() -> Mapping<C::Key, C::Value, Space<C>> {
    Mapping::new()
}

impl Store for Chain {
    fn get<C: Cell>(&self, key: &C::Key) -> Option<C::Value> {
        mapping::<C>().get(key)
    }

    fn set<C: Cell>(&mut self, key: &C::Key, value: &C::Value) {
        mapping::<C>().insert(key, value);
    }
}

/// Hashing and signature checks by the chain's own functions.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostCrypto;

impl Crypto for HostCrypto {
    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        let mut hash = [0; 32];
        Sha2x256::hash(data, &mut hash);
        hash
    }

    fn keccak256(&self, data: &[u8]) -> [u8; 32] {
        let mut hash = [0; 32];
        Keccak256::hash(data, &mut hash);
        hash
    }

    fn secp256k1_recover(&self, digest: &[u8; 32], signature: &[u8; 65]) -> Option<[u8; 20]> {
        let mut public = [0; 33];
        ink::env::ecdsa_recover(signature, digest, &mut public).ok()?;
        let mut address = [0; 20];
        ink::env::ecdsa_to_eth_address(&public, &mut address).ok()?;
        Some(address)
    }

    fn sr25519_verify(&self, public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        ink::env::sr25519_verify(signature, message, public).is_ok()
    }
}

/// The block that this call is part of.
pub fn now() -> Moment {
    Moment {
        block: ink::env::block_number::<DefaultEnvironment>(),
        seconds: ink::env::block_timestamp::<DefaultEnvironment>() / 1000,
    }
}
