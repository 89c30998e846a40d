//! Where the facts lie in storage. Deployed contracts never change, but explorers and a port to another host
//! read these cells; `BLESS=1 cargo test --test layout` rewrites `layout.txt` after a wanted change.

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod stand;

use countersign_shared::hex;
use stand::{games, moves_of, Stand, CHALLENGER};

#[test]
fn cells_lie_where_they_lay() {
    let game = &games()[0];
    let mut stand = Stand::new();
    let stake = stand.stake(game, 0, 1);
    stand.assert(&stake, 10).unwrap();
    stand.challenge(CHALLENGER, &stake.receipt, 11).unwrap();
    let (turn, _, made) = &moves_of(game)[0];
    let asserter = stand.asserter(0);
    stand
        .play(asserter, (&stake.receipt, 0), *turn, made, 12)
        .unwrap();
    let lines = stand.rules.store().cells().map(|(key, value)| {
        let written = value
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        let zeros = value.len() - written;
        let shown = hex::encode(value.get(..written).unwrap());
        format!("{} {shown} and {zeros} zeros\n", hex::encode(key))
    });
    let found: String = lines.collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write("tests/layout.txt", &found).unwrap();
    }
    assert!(
        std::fs::read_to_string("tests/layout.txt").unwrap() == found,
        "BLESS=1 writes\n{found}"
    );
}
