//! X2 to X4: random programs, lies at random places, and adversaries on both sides.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::game::{Game, Moment, Phase, Sizes, Subject};
use countersign_shared::exact::moves::Move;
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::player::Player;
use countersign_shared::exact::run::{honest, run};
use countersign_shared::exact::{Program, Refusal, Side};
use countersign_shared::Software;
use exact_common::play::{liar_loses, nothing_differs, opening, play, receipt, subject, C, CLOCK};
use exact_common::random::{self, Random};
use std::collections::BTreeSet;

const SMALL: [Sizes; 3] = [
    Sizes {
        arity: 2,
        sums: 2,
        segment: 1,
    },
    Sizes {
        arity: 3,
        sums: 3,
        segment: 2,
    },
    Sizes::EXACT,
];

fn lie(random: &mut Random, program: &Program) -> (u32, u32, i32) {
    let steps = u32::try_from(program.steps.len()).unwrap();
    let leaf = program.inputs() + random.below(steps);
    let element = random.below(random::shape(program, leaf).elements());
    let added = random.pick(&[-1, 1, 3, -40, 100_000]);
    (leaf, element, added)
}

/// Every lie about one element loses, whatever the operator (X2), through every phase.
#[test]
fn liars_lose() {
    let (mut seen, mut operators) = (BTreeSet::new(), BTreeSet::new());
    for seed in 0..1500 {
        let mut random = Random(seed);
        let steps = 1 + random.below(7);
        let (program, inputs) = random::program(&mut random, steps);
        let sizes = random.pick(&SMALL);
        let (leaf, element, added) = lie(&mut random, &program);
        operators.insert(program.steps[(leaf - program.inputs()) as usize].op as u8);
        let hook = move |at: u32, elements: &mut [u32]| {
            if at == leaf {
                let value = &mut elements[element as usize];
                *value = bits_of_int(int_of_bits(*value).unwrap() + added).unwrap();
            }
        };
        let liar = Player::new(&program, &inputs, &hook, &C);
        if liar.roots().is_err() {
            // The lie drives a later step out of its bounds: nothing to open.
            continue;
        }
        let honest = Player::new(&program, &inputs, &honest, &C);
        for made in liar_loses(&mut random, &sizes, &program, &liar, &honest) {
            seen.insert(made.name());
        }
    }
    assert_eq!(seen.len(), 8, "all moves but prove_input: {seen:?}");
    assert_eq!(operators.len(), 13, "all operators: {operators:?}");
}

/// A liar whose chunk holds no integer cannot reveal it, and loses on time.
#[test]
fn no_integers_lose() {
    for bits in [0x8000_0000, 0x7fc0_0000, 0x3f00_0000, 0x4b80_0000, 1] {
        let mut random = Random(u64::from(bits));
        let (program, inputs) = random::program(&mut random, 4);
        let leaf = program.leaves() - 1;
        let hook = move |at: u32, elements: &mut [u32]| {
            if at == leaf {
                elements[0] = bits;
            }
        };
        let liar = Player::new(&program, &inputs, &hook, &C);
        let honest = Player::new(&program, &inputs, &honest, &C);
        liar_loses(&mut random, &Sizes::EXACT, &program, &liar, &honest);
    }
}

/// An honest asserter answers whatever a challenger picks, and no proof goes against it.
#[test]
fn honest_asserters_win() {
    for seed in 0..500 {
        let mut random = Random(1000 + seed);
        let steps = 1 + random.below(6);
        let (program, inputs) = random::program(&mut random, steps);
        let sizes = random.pick(&SMALL);
        let player = Player::new(&program, &inputs, &honest, &C);
        let opened = opening(&player, &sizes, &program);
        let subject = subject(&program, &opened);
        let mut game = Game::new(7, CLOCK);
        let mut moves: Vec<Move> = Vec::new();
        loop {
            match game.phase.side() {
                Some(Side::Asserter) => {
                    let made = player.assert(&sizes, &receipt(&program), &game);
                    let made = made.unwrap().unwrap();
                    play(&mut game, &sizes, &subject, 1, &made);
                    moves.push(made);
                }
                Some(Side::Challenger) => {
                    // The honest player has nothing to do.
                    assert!(nothing_differs(player.challenge(&sizes, &game, &moves)));
                    match attack(&mut random, &sizes, &subject, &mut game, &player, &moves) {
                        Some(made) => moves.push(made),
                        None => break,
                    }
                }
                None => panic!("the asserter lost: X2"),
            }
        }
        let block = game.last + game.clock(Side::Challenger) + 1;
        assert_eq!(game.timeout(block), Ok(Side::Asserter));
        assert!(block <= 7 + 2 * CLOCK + 1, "X4");
    }
}

/// Some move of a challenger without a case: any index, any bytes. `None` when all were refused.
fn attack(
    random: &mut Random,
    sizes: &Sizes,
    subject: &Subject,
    game: &mut Game,
    player: &Player<'_, Software>,
    earlier: &[Move],
) -> Option<Move> {
    let mut candidates: Vec<Move> = Vec::new();
    for _ in 0..12 {
        let index = random.below(70);
        candidates.push(Move::PickElement { element: index });
        candidates.push(Move::PickSegment { segment: index });
        candidates.push(Move::Pick {
            child: index,
            step: None,
        });
        if let Phase::Pick { node, .. } = &game.phase {
            // As if this child differed.
            candidates.extend(player.pick(sizes, node, index % 8).ok());
        }
        let proof = (0..random.below(40))
            .map(|_| (random.next() & 3) as u8)
            .collect();
        candidates.push(Move::Prove { index, proof });
        let proof = player.prove(sizes, game, index % 5, earlier);
        candidates.extend(proof.ok().map(|(made, agrees)| {
            assert!(agrees, "the asserter is honest");
            made
        }));
    }
    candidates.into_iter().find(|made| {
        let by = Moment {
            side: Side::Challenger,
            turn: game.turn,
            block: game.last,
        };
        let before = game.clone();
        let result = game.play(sizes, subject, by, made, &C);
        if result.is_err() {
            assert_eq!(*game, before, "a refused move changes nothing");
        }
        assert_eq!(game.winner(), None, "X2: {}", made.name());
        if let (Move::Prove { .. }, Err(refusal)) = (made, result) {
            assert!(!matches!(refusal, Refusal::NotYourTurn));
        }
        result.is_ok()
    })
}

/// Roots do not depend on what the run keeps.
#[test]
fn runs_keep_what_is_asked_for() {
    for seed in 0..40 {
        let mut random = Random(2000 + seed);
        let (program, inputs) = random::program(&mut random, 6);
        let all: Vec<u32> = (0..program.leaves()).collect();
        let whole = run(&program, &inputs, u32::MAX, &all, &honest, &C).unwrap();
        let bare = run(&program, &inputs, u32::MAX, &[], &honest, &C).unwrap();
        assert_eq!(whole.roots, bare.roots);
        assert_eq!(whole.kept.len(), all.len());
        assert!(bare.kept.is_empty());
        for leaf in all {
            let part = run(&program, &inputs, leaf, &[leaf], &honest, &C).unwrap();
            assert_eq!(part.kept[&leaf], whole.kept[&leaf]);
        }
    }
}

/// What a contract stores and takes survives its encoding, and stays small.
#[cfg(feature = "scale")]
#[test]
fn scale_round_trips() {
    use parity_scale_codec::{Decode, Encode};
    for seed in 0..60 {
        let mut random = Random(3000 + seed);
        let (program, inputs) = random::program(&mut random, 5);
        let sizes = random.pick(&SMALL);
        let player = Player::new(&program, &inputs, &honest, &C);
        let opened = opening(&player, &sizes, &program);
        let subject = subject(&program, &opened);
        let mut game = Game::new(7, CLOCK);
        loop {
            assert_eq!(
                Game::decode(&mut game.encode().as_slice()),
                Ok(game.clone())
            );
            assert!(game.encode().len() < 8 * 1024);
            let made = if game.phase.side() == Some(Side::Asserter) {
                let made = player.assert(&sizes, &receipt(&program), &game).unwrap();
                play(&mut game, &sizes, &subject, 0, made.as_ref().unwrap());
                made
            } else {
                attack(&mut random, &sizes, &subject, &mut game, &player, &[])
            };
            let Some(made) = made else { break };
            assert_eq!(Move::decode(&mut made.encode().as_slice()), Ok(made));
        }
    }
}
