//! X4 and X5 over random calls by everybody at once: after every call the money adds up (`Stand` checks it), a refused
//! call has written nothing, and in the end everything can be taken out.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod stand;

use countersign_shared::disputes::BURN;
use countersign_shared::id::AccountId;
use stand::{at, games, moves_of, Moves, Stake, Stand, CHALLENGER, CLOCK, WINDOW};

const ACCOUNTS: [AccountId; 2] = [CHALLENGER, AccountId::new([0x90; 32])];

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((z ^ (z >> 31)) % u64::from(n)).unwrap()
    }
}

#[test]
fn money_adds_up_after_every_call() {
    let games = games();
    let mut wins = 0;
    for seed in 0..40 {
        let mut random = Random(seed);
        let mut stand = Stand::new();
        let staked: Vec<(Stake, Moves)> = (0..3)
            .map(|n| {
                let game = &games[random.below(u32::try_from(games.len()).unwrap()) as usize];
                (stand.stake(game, n, 1), moves_of(game))
            })
            .collect();
        let mut block = 5;
        for _ in 0..250 {
            block += u32::from(random.below(4) == 0);
            if random.below(60) == 0 {
                block += CLOCK;
            }
            stand.rules.world_mut().refuses = random.below(10) == 0;
            let (stake, moves) = &staked[random.below(3) as usize];
            let claim = stand.rules.claim(&stake.receipt);
            let number = random.below(claim.map_or(1, |claim| claim.games + 1));
            let place = (&stake.receipt, number);
            let anybody = ACCOUNTS[random.below(2) as usize];
            let before = stand.rules.store().clone();
            let refused = match random.below(20) {
                0 => stand.assert(stake, block).is_err(),
                1 => stand.challenge(anybody, &stake.receipt, block).is_err(),
                2 => stand.rules.timeout(at(block), place).is_err(),
                3 => stand.rules.settle(place).is_err(),
                4 => stand.rules.finalise(at(block), &stake.receipt).is_err(),
                5 => stand.rules.withdraw(&anybody).is_err(),
                6 => {
                    let asserter = stand.asserter(stake.key);
                    stand.rules.withdraw(&asserter).is_err()
                }
                7 => stand.rules.burn().is_err(),
                _ => match stand.rules.game(&stake.receipt, number) {
                    None => true,
                    Some(game) => {
                        let turn = game.contest.game.turn;
                        let next = moves.get(turn as usize).or(moves.first()).unwrap();
                        let by = if next.1 {
                            stand.asserter(stake.key)
                        } else {
                            game.challenger
                        };
                        let played = stand.play(by, place, turn, &next.2, block);
                        wins += u32::from(played.is_ok_and(|progress| progress.winner.is_some()));
                        played.is_err()
                    }
                },
            };
            stand.check();
            if refused {
                assert_eq!(
                    stand.rules.store(),
                    &before,
                    "a refused call writes nothing"
                );
            }
        }
        everything_comes_out(&mut stand, &staked, block);
    }
    assert!(wins > 20, "{wins} games were won by a proof");
}

/// X4: after the last clock, anybody's calls free every bond.
fn everything_comes_out(stand: &mut Stand, staked: &[(Stake, Moves)], block: u32) {
    stand.rules.world_mut().refuses = false;
    let end = block + WINDOW + 2 * CLOCK + 2;
    for (stake, _) in staked {
        let games = stand
            .rules
            .claim(&stake.receipt)
            .map_or(0, |claim| claim.games);
        // What is refused here is what is over already.
        for number in 0..games {
            let _over = stand.rules.timeout(at(end), (&stake.receipt, number));
        }
        for number in 0..games {
            let _over = stand.rules.settle((&stake.receipt, number));
        }
        let _over = stand.rules.finalise(at(end), &stake.receipt);
    }
    stand.check();
    assert_eq!(stand.rules.ledger().held, 0, "no bond is locked");
    for key in 0..3 {
        let asserter = stand.asserter(key);
        let _nothing_due = stand.rules.withdraw(&asserter);
    }
    for account in ACCOUNTS {
        let _nothing_due = stand.rules.withdraw(&account);
    }
    let _nothing_due = stand.rules.burn();
    stand.check();
    assert_eq!(stand.rules.world().inside, 0);
    let burned = stand.rules.world().sent.get(&BURN).copied();
    assert_eq!(burned.unwrap_or(0), stand.rules.ledger().burned);
}
