//! Where the facts lie in storage. Deployed contracts never change, but explorers and a port to another host
//! read these cells; `BLESS=1 cargo test --test layout` rewrites `layout.txt` after a wanted change.

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod keys;

use countersign_contracts_common::store::Memory;
use countersign_shared::chain::{BatchKey, Moment, Setup};
use countersign_shared::id::{AccountId, BatchRoot};
use countersign_shared::{hex, Software};
use keys::{statement, Keys, CONTRACT, GENESIS};
use receipts::state::Receipts;

#[test]
fn cells_lie_where_they_lay() {
    let keys = Keys::new(GENESIS, CONTRACT);
    let setup = Setup {
        genesis: GENESIS,
        registry: AccountId::new([7; 32]),
    };
    let mut rules = Receipts::new(setup, CONTRACT, Memory::default(), Software);
    let at = |block| Moment {
        block,
        seconds: 1_790_000_000,
    };
    let digest = statement(0).digest(&keys.deployment, &Software);
    rules
        .attest(
            at(10),
            keys.attester(0),
            statement(0),
            keys.sign_receipt(0, &statement(0)),
        )
        .unwrap();
    rules
        .anchor_batch(
            at(11),
            &BatchKey {
                root: BatchRoot::new([0xba; 32]),
                size: 1 << 32,
            },
        )
        .unwrap();
    rules.revoke(keys.account(2), at(12), &digest).unwrap();
    rules.disown(keys.account(3), at(13), 9).unwrap();
    rules
        .disown_signed(at(14), &keys.attester(1), 8, &keys.sign_disownment(1, 8))
        .unwrap();

    let lines = rules
        .store()
        .cells()
        .map(|(key, value)| format!("{} {}\n", hex::encode(key), hex::encode(value)));
    let found: String = lines.collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write("tests/layout.txt", &found).unwrap();
    }
    assert!(
        std::fs::read_to_string("tests/layout.txt").unwrap() == found,
        "BLESS=1 writes\n{found}"
    );
}
