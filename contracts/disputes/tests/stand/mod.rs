//! The rules of all three contracts over stores in memory, with the vectors' games to play on them.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

#[path = "../../../receipts/tests/keys/mod.rs"]
pub mod keys;
#[path = "../../../../shared/tests/exact_common/moves.rs"]
pub mod moves;

use countersign_contracts_common::store::Memory;
use countersign_shared::attester::{Attester, Lane};
use countersign_shared::chain::{
    BatchProof, ModelRecord, Moment, ReceiptFacts, ReceiptsError, Setup,
};
use countersign_shared::deploy::Deployment;
use countersign_shared::disputes::{Assertion, DisputesError, DisputesSetup, Progress, BURN};
use countersign_shared::eip712::claim_digest;
use countersign_shared::exact::Move;
use countersign_shared::id::{
    AccountId, BlockHash, Digest, EasSalt, EngineId, ManifestHash, ModelId, ReceiptId, SealedId,
};
use countersign_shared::receipt::{Run, Statement};
use countersign_shared::signature::Signature;
use countersign_shared::Software;
use disputes::state::Disputes;
use disputes::world::World;
use keys::{Keys, CONTRACT, GENESIS};
use moves::{id, move_of};
use receipts::state::Receipts;
use registry::state::Registry;
use serde_json::Value;
use std::collections::BTreeMap;

pub const DISPUTES: AccountId = AccountId::new([0xd1; 32]);
pub const REGISTRY: AccountId = AccountId::new([7; 32]);
pub const PUBLISHER: AccountId = AccountId::new([0x70; 32]);
pub const CHALLENGER: AccountId = AccountId::new([0x80; 32]);
pub const BOND: u128 = 101;
pub const WINDOW: u32 = 50;
pub const CLOCK: u32 = 20;

pub fn at(block: u32) -> Moment {
    Moment {
        block,
        seconds: 1_790_000_000 + 6 * u64::from(block),
    }
}

/// The chain around: the other contracts' rules, and balances.
pub struct Around {
    pub receipts: Receipts<Memory, Software>,
    pub registry: Registry<Memory, Software>,
    /// What the disputes contract holds beside its existential deposit.
    pub inside: u128,
    /// What it sent.
    pub sent: BTreeMap<AccountId, u128>,
    /// Whether the chain refuses transfers.
    pub refuses: bool,
    /// Whether nothing answers where the contracts should stand.
    pub gone: bool,
}

impl World for Around {
    fn facts(
        &self,
        attester: &Attester,
        digest: &Digest,
        signature: &Signature,
        batch: Option<&BatchProof>,
    ) -> Option<Result<ReceiptFacts, ReceiptsError>> {
        (!self.gone).then(|| self.receipts.status(attester, digest, signature, batch))
    }

    fn model(&self, model: &ModelId) -> Option<Option<ModelRecord>> {
        (!self.gone).then(|| self.registry.model(model))
    }

    fn transfer(&mut self, to: &AccountId, amount: u128) -> bool {
        if self.refuses {
            return false;
        }
        self.inside = self
            .inside
            .checked_sub(amount)
            .expect("money that is not there");
        *self.sent.entry(*to).or_default() += amount;
        true
    }
}

/// A disputes contract with its surroundings.
pub struct Stand {
    pub keys: Keys,
    pub rules: Disputes<Memory, Software, Around>,
}

/// A receipt that can be put at stake.
#[derive(Clone)]
pub struct Stake {
    /// Whose key signed: 0 and 1 secp256k1, 2 and 3 sr25519.
    pub key: usize,
    pub assertion: Assertion,
    pub receipt: ReceiptId,
}

impl Stand {
    pub fn new() -> Self {
        let receipts = Setup {
            genesis: GENESIS,
            registry: REGISTRY,
        };
        let setup = DisputesSetup {
            genesis: GENESIS,
            registry: REGISTRY,
            receipts: CONTRACT,
            window: WINDOW,
            clock: CLOCK,
            bond: BOND,
        };
        let around = Around {
            receipts: Receipts::new(receipts, CONTRACT, Memory::default(), Software),
            registry: Registry::new(Memory::default(), Software),
            inside: 0,
            sent: BTreeMap::new(),
            refuses: false,
            gone: false,
        };
        let mut rules = Disputes::new(setup, DISPUTES, Memory::default(), Software, around);
        rules.begin();
        Self {
            keys: Keys::new(GENESIS, CONTRACT),
            rules,
        }
    }

    /// Who puts a receipt of this key at stake.
    pub fn asserter(&self, key: usize) -> AccountId {
        self.keys.account(key)
    }

    /// Publishes a recorded game's program and signs its false receipt, without anchoring it.
    pub fn sign(&mut self, game: &Value, key: usize, salt: u8) -> Stake {
        let mut statement = keys::statement(0);
        statement.salt = EasSalt::new([salt; 32]);
        statement.run = Run {
            model: self.publish(game),
            engine: EngineId::EXACT,
            input: id(game, "input"),
            output: id(game, "output"),
            beacon: BlockHash::ZERO,
            lane: Lane::Exact,
        };
        self.sign_statement(statement, key)
    }

    pub fn sign_statement(&self, statement: Statement, key: usize) -> Stake {
        let attester = self.keys.attester(key);
        let digest = statement.digest(&self.keys.deployment, &Software);
        let receipt = ReceiptId::compute(&attester, &digest, &Software);
        let assertion = Assertion {
            attester,
            statement,
            signature: self.keys.sign_receipt(key, &statement),
            authorisation: self.authorise(key, &receipt, &self.asserter(key), DISPUTES),
            batch: None,
        };
        Stake {
            key,
            assertion,
            receipt,
        }
    }

    /// A secp256k1 key's `Claim` for an account and a disputes contract.
    pub fn authorise(
        &self,
        key: usize,
        receipt: &ReceiptId,
        account: &AccountId,
        contract: AccountId,
    ) -> Option<Signature> {
        let deployment = Deployment {
            genesis: GENESIS,
            contract,
        };
        let digest = claim_digest(&deployment, receipt, account, &Software);
        (key < 2).then(|| self.keys.ethereum[key].sign(&digest).unwrap())
    }

    fn publish(&mut self, game: &Value) -> ModelId {
        let Move::OpenTrace(opened) = move_of(&game["moves"][0]) else {
            panic!("the first move opens the trace");
        };
        let exact = opened.preimage.exact_root(&Software);
        let manifest = manifest();
        let model = ModelId::compute(
            &PUBLISHER,
            &ManifestHash::of(&manifest, &Software),
            &exact,
            &Software,
        );
        let registry = &mut self.rules.world_mut().registry;
        if registry.model(&model).is_none() {
            let published = registry.publish_model(PUBLISHER, at(1), manifest, exact, None);
            assert_eq!(published, Ok(model));
        }
        model
    }

    pub fn sealed(&self, stake: &Stake) -> SealedId {
        SealedId::compute(&stake.receipt, &stake.assertion.signature, &Software)
    }

    pub fn anchor(&mut self, stake: &Stake, block: u32) {
        let sealed = self.sealed(stake);
        let receipts = &mut self.rules.world_mut().receipts;
        receipts.anchor(at(block), &sealed).unwrap();
    }

    /// Signs and anchors in block 2.
    pub fn stake(&mut self, game: &Value, key: usize, salt: u8) -> Stake {
        let stake = self.sign(game, key, salt);
        self.anchor(&stake, 2);
        stake
    }

    pub fn assert(&mut self, stake: &Stake, block: u32) -> Result<ReceiptId, DisputesError> {
        self.assert_as(self.asserter(stake.key), BOND, &stake.assertion, block)
    }

    /// As the chain does it: value that comes with a refused call stays with the caller.
    pub fn assert_as(
        &mut self,
        caller: AccountId,
        value: u128,
        assertion: &Assertion,
        block: u32,
    ) -> Result<ReceiptId, DisputesError> {
        let answer = self.rules.assert(caller, at(block), value, assertion);
        self.paid(answer.is_ok(), value);
        answer
    }

    pub fn challenge(
        &mut self,
        by: AccountId,
        receipt: &ReceiptId,
        block: u32,
    ) -> Result<u32, DisputesError> {
        let answer = self.rules.challenge(by, at(block), BOND, receipt);
        self.paid(answer.is_ok(), BOND);
        answer
    }

    fn paid(&mut self, accepted: bool, value: u128) {
        if accepted {
            self.rules.world_mut().inside += value;
        }
        self.check();
    }

    pub fn play(
        &mut self,
        by: AccountId,
        place: (&ReceiptId, u32),
        turn: u32,
        made: &Move,
        block: u32,
    ) -> Result<Progress, DisputesError> {
        let answer = self.rules.play(by, at(block), place, turn, made);
        self.check();
        answer
    }

    /// X5: every unit that came in is held, due, to be burned, burned or paid out; all that is not gone is there.
    pub fn check(&self) {
        let ledger = self.rules.ledger();
        assert!(ledger.balanced(), "{ledger:?}");
        assert_eq!(ledger.inside(), Some(self.rules.world().inside));
    }

    /// X4: after the last clock, anybody's calls free every bond.
    pub fn everything_comes_out(
        &mut self,
        claims: &[ReceiptId],
        accounts: &[AccountId],
        block: u32,
    ) {
        self.rules.world_mut().refuses = false;
        let end = block + WINDOW + 2 * CLOCK + 2;
        for receipt in claims {
            let games = self.rules.claim(receipt).map_or(0, |claim| claim.games);
            // What is refused here is what is over already.
            for number in 0..games {
                let _over = self.rules.timeout(at(end), (receipt, number));
            }
            for number in 0..games {
                let _over = self.rules.settle((receipt, number));
            }
            let _over = self.rules.finalise(at(end), receipt);
        }
        self.check();
        assert_eq!(self.rules.ledger().held, 0, "no bond is locked");
        for key in 0..4 {
            let asserter = self.asserter(key);
            let _nothing_due = self.rules.withdraw(&asserter);
        }
        for account in accounts {
            let _nothing_due = self.rules.withdraw(account);
        }
        let _nothing_due = self.rules.burn();
        self.check();
        assert_eq!(self.rules.world().inside, 0);
        let burned = self.rules.world().sent.get(&BURN).copied();
        assert_eq!(burned.unwrap_or(0), self.rules.ledger().burned);
    }

    /// Bytes in storage, by cell: what storage deposits are paid for.
    pub fn lengths(&self) -> BTreeMap<Vec<u8>, usize> {
        let cells = self.rules.store().cells();
        cells
            .map(|(key, value)| (key.to_vec(), value.len()))
            .collect()
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((z ^ (z >> 31)) % u64::from(n)).unwrap()
    }
}

pub fn manifest() -> Vec<u8> {
    br#"{"format":"countersign/manifest/1"}"#.to_vec()
}

/// The vectors' games, each a liar's loss.
pub fn games() -> Vec<Value> {
    let folder =
        std::env::var("COUNTERSIGN_VECTORS").unwrap_or_else(|_| "../../shared/vectors".into());
    games_of(&format!("{folder}/exact/games.json"))
}

/// Games of our own, the asserter's wins among them (`shared/tests/exact_recorded.rs`).
pub fn own_games() -> Vec<Value> {
    games_of("../../shared/tests/recorded/games.json")
}

fn games_of(path: &str) -> Vec<Value> {
    let text = std::fs::read(path).unwrap();
    let all: Value = serde_json::from_slice(&text).unwrap();
    let games = all["games"].as_array().unwrap().clone();
    assert!(!games.is_empty());
    games
}

/// Turn, whether the asserter moves, and the move.
pub type Moves = Vec<(u32, bool, Move)>;

/// A game's moves as this stand's publisher and manifest make them.
pub fn moves_of(game: &Value) -> Moves {
    let moves = game["moves"].as_array().unwrap().iter();
    moves
        .map(|entry| {
            let mut made = move_of(entry);
            if let Move::OpenTrace(opened) = &mut made {
                opened.publisher = PUBLISHER;
                opened.manifest = ManifestHash::of(&manifest(), &Software);
            }
            let turn = u32::try_from(entry["turn"].as_u64().unwrap()).unwrap();
            (turn, entry["side"] == "A", made)
        })
        .collect()
}
