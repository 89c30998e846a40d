//! X4 and X5 over random calls by everybody at once: after every call the money adds up (`Stand` checks it), a refused
//! call has written nothing, and in the end everything can be taken out.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod stand;

use countersign_shared::id::{AccountId, ReceiptId};
use stand::{at, games, moves_of, Moves, Random, Stake, Stand, CHALLENGER, CLOCK};

const ACCOUNTS: [AccountId; 2] = [CHALLENGER, AccountId::new([0x90; 32])];

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
        let receipts: Vec<ReceiptId> = staked.iter().map(|(stake, _)| stake.receipt).collect();
        stand.everything_comes_out(&receipts, &ACCOUNTS, block);
    }
    assert!(wins > 20, "{wins} games were won by a proof");
}
