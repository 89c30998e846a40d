//! Games of our own over the rules of all three contracts: what no game of the independent model has. Each is played to its recorded
//! end, and to each of its moves, from where the side to move lets its clock run out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod stand;

use countersign_shared::disputes::{DisputesError, BURN};
use countersign_shared::exact::claim::{ClaimError, Standing};
use countersign_shared::exact::{Move, Side};
use countersign_shared::id::{AccountId, ReceiptId};
use serde_json::Value;
use stand::{at, moves_of, own_games, Stand, BOND, CHALLENGER, CLOCK, WINDOW};
use std::collections::BTreeSet;

const HALF: u128 = BOND / 2;

/// A claim with one game, and who the sides are.
fn begun(game: &Value, key: usize) -> (Stand, ReceiptId, AccountId) {
    let mut stand = Stand::new();
    let stake = stand.stake(game, key, 1);
    let asserter = stand.asserter(key);
    stand.assert(&stake, 10).unwrap();
    stand.challenge(CHALLENGER, &stake.receipt, 10).unwrap();
    (stand, stake.receipt, asserter)
}

/// Each side has what the winner's side says, and nothing is left.
fn paid(stand: &mut Stand, receipt: &ReceiptId, asserter: &AccountId, winner: Side) {
    let standing = stand.rules.claim(receipt).unwrap().claim.standing;
    assert_eq!(stand.rules.world().sent[&BURN], BOND - HALF);
    match winner {
        Side::Asserter => {
            assert_eq!(standing, Standing::Open, "a won game leaves the claim open");
            let late = at(11 + WINDOW + 2 * CLOCK);
            stand.rules.finalise(late, receipt).unwrap();
            assert_eq!(stand.rules.withdraw(asserter), Ok(BOND + HALF));
            let nothing = stand.rules.withdraw(&CHALLENGER);
            assert_eq!(nothing, Err(DisputesError::NothingDue));
        }
        Side::Challenger => {
            assert_eq!(standing, Standing::False);
            assert_eq!(stand.rules.withdraw(&CHALLENGER), Ok(BOND + HALF));
            let nothing = stand.rules.withdraw(asserter);
            assert_eq!(nothing, Err(DisputesError::NothingDue));
        }
    }
    stand.check();
    assert_eq!(stand.rules.world().inside, 0);
}

#[test]
fn own_games_end_as_recorded() {
    let mut wins = [0, 0];
    for (n, game) in own_games().iter().enumerate() {
        let (mut stand, receipt, asserter) = begun(game, n % 4);
        let lines = game["moves"].as_array().unwrap();
        for ((turn, asserts, made), line) in moves_of(game).iter().zip(lines) {
            let by = if *asserts { asserter } else { CHALLENGER };
            let before = stand.rules.store().clone();
            let played = stand.play(by, (&receipt, 0), *turn, made, 10);
            match (line["refused"].as_str(), played) {
                (None, Ok(_)) => {}
                (Some(sentence), Err(DisputesError::Claim(ClaimError::Move(refusal)))) => {
                    assert_eq!(refusal.to_string(), sentence);
                    assert_eq!(stand.rules.store(), &before);
                }
                (recorded, played) => panic!("{recorded:?} and {played:?}"),
            }
        }
        if game["late"].is_string() {
            let place = (&receipt, 0);
            assert!(stand.rules.timeout(at(10 + CLOCK), place).is_err());
            stand.rules.timeout(at(11 + CLOCK), place).unwrap();
        }
        let winner = match game["winner"].as_str() {
            Some("A") => Side::Asserter,
            _ => Side::Challenger,
        };
        wins[usize::from(winner == Side::Challenger)] += 1;
        paid(&mut stand, &receipt, &asserter, winner);
    }
    assert_eq!(wins, [3, 7]);
}

/// Whoever stops in whatever phase loses, and the money goes where it goes after a proof.
#[test]
fn whoever_stops_loses_in_every_phase() {
    let mut phases = BTreeSet::new();
    for game in &own_games() {
        let lines = game["moves"].as_array().unwrap();
        let all = moves_of(game);
        let accepted: Vec<&(u32, bool, Move)> = all
            .iter()
            .zip(lines)
            .filter_map(|(made, line)| line["refused"].is_null().then_some(made))
            .collect();
        for stop in 0..accepted.len() {
            let (mut stand, receipt, asserter) = begun(game, stop % 4);
            let place = (&receipt, 0);
            for (turn, asserts, made) in &accepted[..stop] {
                let by = if *asserts { asserter } else { CHALLENGER };
                stand.play(by, place, *turn, made, 10).unwrap();
            }
            let record = stand.rules.game(&receipt, 0).unwrap().contest.game;
            let late = record.phase.side().unwrap();
            phases.insert(record.phase.name());
            assert!(stand.rules.timeout(at(10 + CLOCK), place).is_err());
            let ended = stand.rules.timeout(at(11 + CLOCK), place).unwrap();
            assert_eq!((ended.side, ended.winner), (late, Some(late.other())));
            paid(&mut stand, &receipt, &asserter, late.other());
        }
    }
    assert_eq!(phases.len(), 7, "{phases:?}");
}
