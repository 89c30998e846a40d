//! Keys that sign for a deployment, and what they sign.

#![allow(dead_code, reason = "each test file uses its part")]

use countersign_shared::attester::{Attester, Lane};
use countersign_shared::deploy::Deployment;
use countersign_shared::eip712::{disown_digest, revoke_digest};
use countersign_shared::id::{
    AccountId, BlockHash, Commitment, EasSalt, EngineId, EthAddress, GenesisHash, ModelId,
    ReceiptId, Sr25519Public,
};
use countersign_shared::receipt::{Run, Statement};
use countersign_shared::sign::{Secp256k1Key, Sr25519Key};
use countersign_shared::signature::Signature;
use countersign_shared::{text, Software};

pub const GENESIS: GenesisHash = GenesisHash::new([0x67; 32]);
pub const CONTRACT: AccountId = AccountId::new([0xc0; 32]);

/// Keys 0 and 1 are secp256k1, 2 and 3 sr25519.
pub struct Keys {
    pub deployment: Deployment,
    pub ethereum: [Secp256k1Key; 2],
    pub substrate: [Sr25519Key; 2],
}

impl Keys {
    pub fn new(genesis: GenesisHash, contract: AccountId) -> Self {
        Self {
            deployment: Deployment { genesis, contract },
            ethereum: [1, 2].map(|n| Secp256k1Key::new(&[n; 32]).unwrap()),
            substrate: [3, 4].map(|n| Sr25519Key::from_seed(&[n; 32]).unwrap()),
        }
    }

    pub fn attester(&self, key: usize) -> Attester {
        match key {
            0 | 1 => Attester::Secp256k1(self.ethereum[key].address().unwrap()),
            _ => self.substrate[key - 2].attester(),
        }
    }

    /// The account that the key holds as a caller: any account for a secp256k1 key, the identity key's for 4.
    pub fn account(&self, key: usize) -> AccountId {
        match key {
            0 | 1 => AccountId::new([0xe0 + key as u8; 32]),
            2 | 3 => AccountId::new(self.substrate[key - 2].public().to_bytes()),
            _ => AccountId::ZERO,
        }
    }

    pub fn sign_receipt(&self, key: usize, statement: &Statement) -> Signature {
        let digest = statement.digest(&self.deployment, &Software);
        match key {
            0 | 1 => self.ethereum[key].sign(&digest).unwrap(),
            _ => self.text(
                key,
                &text::receipt(&statement.run, &self.deployment, &digest),
            ),
        }
    }

    pub fn sign_revocation(&self, key: usize, receipt: &ReceiptId) -> Signature {
        match self.attester(key) {
            Attester::Secp256k1(revoker) => {
                let digest = revoke_digest(&self.deployment, &revoker, receipt, &Software);
                self.ethereum[key].sign(&digest).unwrap()
            }
            Attester::Sr25519(_) => self.text(key, &text::revocation(receipt, &self.deployment)),
        }
    }

    pub fn sign_disownment(&self, key: usize, since: u64) -> Signature {
        match self.attester(key) {
            Attester::Secp256k1(address) => {
                let digest = disown_digest(&self.deployment, &address, since, &Software);
                self.ethereum[key].sign(&digest).unwrap()
            }
            Attester::Sr25519(_) => self.text(key, &text::disown(since, &self.deployment)),
        }
    }

    fn text(&self, key: usize, text: &str) -> Signature {
        self.substrate[key - 2].sign_text(text, &[5; 32])
    }
}

/// The attester of the same kind for which anyone, or no one, can sign (PROTOCOL 4.6).
pub fn nobody(attester: &Attester) -> Attester {
    match attester {
        Attester::Secp256k1(_) => Attester::Secp256k1(EthAddress::ZERO),
        Attester::Sr25519(_) => Attester::Sr25519(Sr25519Public::ZERO),
    }
}

/// A statement; `n` tells one from another.
pub fn statement(n: u8) -> Statement {
    Statement {
        run: Run {
            model: ModelId::new([0x11; 32]),
            engine: EngineId::new([0x22; 32]),
            input: Commitment::new([n; 32]),
            output: Commitment::new([0x44; 32]),
            beacon: BlockHash::ZERO,
            lane: Lane::Replay,
        },
        recipient: EthAddress::ZERO,
        time: 1_790_000_000,
        expiration: 0,
        reference: ReceiptId::ZERO,
        salt: EasSalt::new([0x55; 32]),
    }
}
