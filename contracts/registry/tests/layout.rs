//! Where the facts lie in storage. Deployed contracts never change, but explorers and a port to another host
//! read these cells; `BLESS=1 cargo test --test layout` rewrites `layout.txt` after a wanted change.

#![allow(clippy::unwrap_used)]

use countersign_contracts_common::store::Memory;
use countersign_shared::chain::{EngineKey, Moment};
use countersign_shared::id::{AccountId, EngineId, ExactRoot};
use countersign_shared::{hex, Software};
use registry::state::Registry;

const ALICE: AccountId = AccountId::new([0xa1; 32]);
const BOB: AccountId = AccountId::new([0xb0; 32]);

#[test]
fn cells_lie_where_they_lay() {
    let mut rules = Registry::new(Memory::default(), Software);
    let at = |block| Moment {
        block,
        seconds: 1_790_000_000,
    };
    let root = ExactRoot::new([0xe0; 32]);
    let first = rules
        .publish_model(ALICE, at(1), b"{}".to_vec(), root, None)
        .unwrap();
    rules
        .publish_model(ALICE, at(2), b"[]".to_vec(), ExactRoot::ZERO, Some(first))
        .unwrap();
    rules.offer_model(ALICE, &first, Some(BOB)).unwrap();
    rules.accept_model(BOB, &first).unwrap();
    rules.deprecate_model(BOB, at(3), &first).unwrap();
    let key = EngineKey {
        publisher: ALICE,
        engine: EngineId::new([0xe1; 32]),
    };
    rules
        .announce_engine(ALICE, at(4), key.engine, b"engine 1")
        .unwrap();
    rules.offer_engine(ALICE, &key, Some(BOB)).unwrap();

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
