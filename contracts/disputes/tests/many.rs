//! X2, X4 and X5 with hundreds of games at once, and with moves whose bytes were changed.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod stand;

use countersign_shared::disputes::BURN;
use countersign_shared::exact::claim::Standing;
use countersign_shared::exact::{Move, Side};
use countersign_shared::id::{AccountId, ReceiptId};
use scale::{DecodeAll, Encode};
use stand::{at, games, moves_of, Random, Stand, BOND, CHALLENGER, CLOCK};
use std::collections::BTreeSet;

const CLAIMS: u32 = 4;
const GAMES: u32 = 80;

fn challenger(number: u32) -> AccountId {
    AccountId::new([0xa0 + u8::try_from(number % 24).unwrap(); 32])
}

/// 320 games on four claims, moves in any order: two claims are refuted and all their other challengers have their bonds
/// back; on two nobody answers the asserter, who wins 160 games by the clock.
#[test]
fn hundreds_of_games_at_once() {
    let recorded = games();
    let mut random = Random(11);
    let mut stand = Stand::new();
    let staked: Vec<_> = (0..CLAIMS)
        .map(|key| {
            let game = &recorded[random.below(u32::try_from(recorded.len()).unwrap()) as usize];
            (stand.stake(game, key as usize, 1), moves_of(game))
        })
        .collect();
    let receipts: Vec<ReceiptId> = staked.iter().map(|(stake, _)| stake.receipt).collect();
    for (stake, _) in &staked {
        stand.assert(stake, 5).unwrap();
    }
    for number in 0..CLAIMS * GAMES {
        let receipt = receipts[(number % CLAIMS) as usize];
        let game = stand.challenge(challenger(number / CLAIMS), &receipt, 6);
        assert_eq!(game, Ok(number / CLAIMS));
    }
    // The asserter of all answers in each game; then two claims are played on.
    let mut open: Vec<(usize, u32)> = (0..CLAIMS as usize)
        .flat_map(|claim| (0..GAMES).map(move |game| (claim, game)))
        .collect();
    let mut won = BTreeSet::new();
    while !open.is_empty() {
        let place = random.below(u32::try_from(open.len()).unwrap()) as usize;
        let (claim, number) = open[place];
        let (stake, moves) = &staked[claim];
        if won.contains(&claim) {
            open.swap_remove(place);
            continue;
        }
        let record = stand.rules.game(&stake.receipt, number).unwrap();
        let turn = record.contest.game.turn;
        let (_, by_asserter, made) = &moves[turn as usize];
        if claim >= 2 && !by_asserter {
            open.swap_remove(place);
            continue;
        }
        let by = if *by_asserter {
            stand.asserter(stake.key)
        } else {
            record.challenger
        };
        let played = stand.play(by, (&stake.receipt, number), turn, made, 7);
        if played.unwrap().winner == Some(Side::Challenger) {
            won.insert(claim);
        }
    }
    assert_eq!(won.len(), 2);
    let late = 7 + CLOCK + 1;
    for (claim, receipt) in receipts.iter().enumerate() {
        for number in 0..GAMES {
            let settled = stand.rules.game(receipt, number).unwrap().contest.settled;
            if claim >= 2 {
                let ended = stand.rules.timeout(at(late), (receipt, number)).unwrap();
                assert_eq!(ended.winner, Some(Side::Asserter));
            } else if !settled {
                stand.rules.settle((receipt, number)).unwrap();
            }
            stand.check();
        }
    }
    let accounts: Vec<AccountId> = (0..24).map(challenger).collect();
    stand.everything_comes_out(&receipts, &accounts, late);
    for (claim, receipt) in receipts.iter().enumerate() {
        let standing = stand.rules.claim(receipt).unwrap().claim.standing;
        let expected = if claim < 2 {
            Standing::False
        } else {
            Standing::Final
        };
        assert_eq!(standing, expected);
    }
    let sent = &stand.rules.world().sent;
    let half = BOND / 2;
    let of = |accounts: &[AccountId]| -> u128 {
        let sums = accounts.iter().filter_map(|account| sent.get(account));
        sums.sum()
    };
    // Of the refuted claims everybody's bond, and half of each liar's; nothing of the others.
    let refuted = u128::from(2 * GAMES) * BOND + 2 * half;
    assert_eq!(of(&accounts), refuted);
    let asserters: Vec<AccountId> = (0..4).map(|key| stand.asserter(key)).collect();
    assert_eq!(of(&asserters), 2 * BOND + u128::from(2 * GAMES) * half);
    let burned = (2 + u128::from(2 * GAMES)) * (BOND - half);
    assert_eq!(sent.get(&BURN), Some(&burned));
}

/// The bytes of a valid call, changed somewhere: a bit, the end, or a piece of another move's.
fn changed(random: &mut Random, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let length = u32::try_from(bytes.len()).unwrap();
    let at = random.below(length) as usize;
    match random.below(6) {
        0 => bytes.truncate(at),
        1 => bytes.push(0),
        2 => {
            let from = random.below(u32::try_from(other.len()).unwrap()) as usize;
            let piece = other.len().min(from + 1 + random.below(40) as usize);
            let piece = &other[from..piece];
            let end = (at + piece.len()).min(bytes.len());
            bytes.splice(at..end, piece.iter().copied());
        }
        3 => bytes[random.below(12.min(length)) as usize] ^= 1 << random.below(8),
        _ => bytes[at] ^= 1 << random.below(8),
    }
    bytes
}

/// Whatever the bytes of a move are: no trap, what is refused has written nothing, the money adds up, and all of it comes out.
#[test]
fn changed_moves_break_nothing() {
    let recorded = games();
    let (mut refused, mut taken, mut reasons) = (0, 0, BTreeSet::new());
    for seed in 0..120 {
        let mut random = Random(seed);
        let mut stand = Stand::new();
        let game = &recorded[random.below(u32::try_from(recorded.len()).unwrap()) as usize];
        let stake = stand.stake(game, 2, 1);
        let moves = moves_of(game);
        stand.assert(&stake, 5).unwrap();
        for _ in 0..2 {
            stand.challenge(CHALLENGER, &stake.receipt, 6).unwrap();
        }
        let asserter = stand.asserter(stake.key);
        'moves: for (turn, by_asserter, made) in &moves {
            let bytes = (0_u32, *turn, made).encode();
            for _ in 0..25 {
                let other = &moves[random.below(u32::try_from(moves.len()).unwrap()) as usize];
                let other = (1_u32, other.0, &other.2).encode();
                let bytes = changed(&mut random, &bytes, &other);
                let decoded = <(u32, u32, Move)>::decode_all(&mut bytes.as_slice());
                let Ok((number, turn, changed)) = decoded else {
                    continue;
                };
                let by = [asserter, CHALLENGER][random.below(2) as usize];
                let before = stand.rules.store().clone();
                let place = (&stake.receipt, number);
                match stand.play(by, place, turn, &changed, 7) {
                    Err(reason) => {
                        refused += 1;
                        reasons.insert(reason.to_string());
                        assert_eq!(
                            stand.rules.store(),
                            &before,
                            "a refused call writes nothing"
                        );
                    }
                    // Another move that the rules allow: the recorded ones do not fit any more.
                    Ok(_) => {
                        taken += 1;
                        break 'moves;
                    }
                }
            }
            let by = if *by_asserter { asserter } else { CHALLENGER };
            let played = stand.play(by, (&stake.receipt, 0), *turn, made, 7);
            played.unwrap();
        }
        stand.everything_comes_out(&[stake.receipt], &[CHALLENGER], 7);
    }
    assert!(refused > 2_000, "{refused} refused");
    assert!(taken > 20, "{taken} taken");
    assert!(reasons.len() > 20, "{reasons:?}");
}
