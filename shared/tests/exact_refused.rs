//! EXACT 6: in every state of a game, the moves that are almost right are refused, each by its own reason, and change nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::claim::{ClaimError, Standing};
use countersign_shared::exact::element::Plan;
use countersign_shared::exact::game::{Game, Moment, Phase, Sizes, Subject, Tree};
use countersign_shared::exact::loads::Fault;
use countersign_shared::exact::moves::{InputProof, Move};
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::player::Player;
use countersign_shared::exact::proof::ProofError;
use countersign_shared::exact::run::honest;
use countersign_shared::exact::tree;
use countersign_shared::exact::{Refusal, Side};
use exact_common::play::{bend, opening, receipt, subject, C, CLOCK};
use exact_common::random::{self, Random};
use std::collections::BTreeSet;

const SIZES: [Sizes; 3] = [
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

/// Why a move is refused now; the game must be as it was.
fn refused(game: &Game, sizes: &Sizes, subject: &Subject, made: &Move) -> Refusal {
    let mut after = game.clone();
    let by = Moment {
        side: game.phase.side().unwrap(),
        turn: game.turn,
        block: game.last,
    };
    let refusal = after.play(sizes, subject, by, made, &C).unwrap_err();
    assert_eq!(after, *game);
    refusal
}

/// What an asserter may not post instead of what it opened.
fn asserter(
    game: &Game,
    made: &Move,
    refuse: &dyn Fn(&Move) -> Refusal,
    seen: &mut BTreeSet<&'static str>,
) {
    match (made, &game.phase) {
        (Move::Open { children }, _) => {
            for place in 0..children.len() {
                let mut other = children.clone();
                other[place][31] ^= 1;
                assert_eq!(refuse(&Move::Open { children: other }), Refusal::Fold);
            }
            let mut more = children.clone();
            more.push([0; 32]);
            let refusal = refuse(&Move::Open { children: more });
            assert!(matches!(refusal, Refusal::Children { .. }), "{refusal}");
            seen.insert("open");
        }
        (Move::Reveal { chunk }, _) => {
            let mut other = chunk.clone();
            // Another integer: 1 for what is not, else 2.
            let one = [0, 0, 0x80, 0x3f];
            let two = [0, 0, 0, 0x40];
            let number = if other[..4] == one { two } else { one };
            other[..4].copy_from_slice(&number);
            assert_eq!(refuse(&Move::Reveal { chunk: other }), Refusal::ChunkHash);
            seen.insert("reveal");
        }
        (Move::OpenSums { values }, Phase::Sums { range }) => {
            let mut other = values.clone();
            *other.last_mut().unwrap() = range.end.wrapping_add(1);
            assert_eq!(
                refuse(&Move::OpenSums { values: other }),
                Refusal::LastValue {
                    expected: range.end,
                    found: range.end.wrapping_add(1)
                }
            );
            let mut more = values.clone();
            more.push(range.end);
            let found = u32::try_from(more.len()).unwrap();
            let expected = found - 1;
            assert_eq!(
                refuse(&Move::OpenSums { values: more }),
                Refusal::Values { expected, found }
            );
            seen.insert("open_sums");
        }
        _ => {}
    }
}

/// What a challenger may not do instead of its move.
fn challenger(
    game: &Game,
    sizes: &Sizes,
    refuse: &dyn Fn(&Move) -> Refusal,
    seen: &mut BTreeSet<&'static str>,
) {
    match &game.phase {
        Phase::Pick { node, .. } if node.tree == Tree::Tensor => {
            let proof = InputProof {
                input: 0,
                index: 0,
                chunk: Vec::new(),
                element: 0,
                path: Vec::new(),
            };
            let refusal = refuse(&Move::ProveInput(proof));
            assert!(matches!(refusal, Refusal::Phase { .. }), "{refusal}");
            seen.insert("prove_input in a tensor");
        }
        Phase::Element { .. } => {
            let target = game.target.as_ref().unwrap();
            let terms = Plan::new(&target.step).unwrap().terms().unwrap_or(0);
            if terms <= sizes.segment {
                let refusal = refuse(&Move::PickElement { element: 0 });
                assert_eq!(refusal, Refusal::NoSums);
                seen.insert("no sums");
            }
            if terms == sizes.segment {
                seen.insert("no sums at the bound");
            }
        }
        Phase::Segment { range, values } => {
            for segment in (0..).take(values.len()) {
                let terms = range.segment(sizes, values, segment).unwrap().terms();
                if terms <= sizes.segment {
                    let refusal = refuse(&Move::PickSegment { segment });
                    assert_eq!(refusal, Refusal::SegmentShort);
                    seen.insert("a short segment");
                }
            }
        }
        _ => {}
    }
}

#[test]
fn almost_right_moves_are_refused_by_name() {
    let mut seen = BTreeSet::new();
    for seed in 0..400 {
        let mut random = Random(5000 + seed);
        let steps = 1 + random.below(6);
        let (program, inputs) = random::program(&mut random, steps);
        let sizes = random.pick(&SIZES);
        let leaf = program.inputs() + random.below(steps);
        let element = random.below(random::shape(&program, leaf).elements());
        let hook = move |at: u32, elements: &mut [u32]| {
            if at == leaf {
                let value = &mut elements[element as usize];
                *value = bits_of_int(int_of_bits(*value).unwrap() + 1).unwrap();
            }
        };
        let liar = Player::new(&program, &inputs, &hook, &C);
        if liar.roots().is_err() {
            // The lie drives a later step out of its bounds: nothing to open.
            continue;
        }
        let honest = Player::new(&program, &inputs, &honest, &C);
        let subject = subject(&program, &opening(&liar, &sizes, &program));
        let mut game = Game::new(5, CLOCK);
        let mut moves: Vec<Move> = Vec::new();
        while let Some(side) = game.phase.side() {
            let refuse = |made: &Move| refused(&game, &sizes, &subject, made);
            let made = match side {
                Side::Asserter => {
                    let made = liar.assert(&sizes, &receipt(&program), &game);
                    let made = bend(&mut random, &game, made.unwrap().unwrap());
                    asserter(&game, &made, &refuse, &mut seen);
                    made
                }
                Side::Challenger => {
                    challenger(&game, &sizes, &refuse, &mut seen);
                    honest.challenge(&sizes, &game, &moves).unwrap().unwrap()
                }
            };
            let by = Moment {
                side,
                turn: game.turn,
                block: game.last,
            };
            game.play(&sizes, &subject, by, &made, &C).unwrap();
            moves.push(made);
        }
        assert_eq!(game.winner(), Some(Side::Challenger), "X2");
    }
    assert_eq!(seen.len(), 7, "{seen:?}");
}

/// A trace of 4,096 leaves is the largest (EXACT 1.1), whatever else is wrong with it.
#[test]
fn a_trace_has_no_more_leaves_than_allowed() {
    let mut random = Random(77);
    let (program, inputs) = random::program(&mut random, 3);
    let player = Player::new(&program, &inputs, &honest, &C);
    let opened = opening(&player, &Sizes::EXACT, &program);
    let refusal = |leaves: u32| {
        let mut forged = opened.clone();
        forged.preimage.steps = leaves - program.inputs();
        let subject = subject(&program, &forged);
        let made = Move::OpenTrace(Box::new(forged));
        refused(&Game::new(5, CLOCK), &Sizes::EXACT, &subject, &made)
    };
    let allowed = refusal(4096);
    assert!(matches!(allowed, Refusal::Children { .. }), "{allowed}");
    assert_eq!(refusal(4097), Refusal::Leaves(4097));
    assert_eq!(refusal(5000), Refusal::Leaves(5000));
}

/// The children of a node are its leaves, each once: there is none behind the last.
#[test]
fn the_children_of_a_node_are_its_leaves() {
    for arity in [2, 3, 8, 64] {
        for leaves in 1..200 {
            let count = tree::children(leaves, arity);
            let mut next = 0;
            for index in 0..count {
                let (first, size) = tree::child(leaves, arity, index).unwrap();
                assert_eq!(first, next);
                assert!(size > 0);
                next += size;
            }
            assert_eq!(next, leaves);
            for beyond in count..count + 3 {
                assert_eq!(tree::child(leaves, arity, beyond), None, "{leaves} {arity}");
            }
        }
    }
}

/// Each fault of a proof says something of its own.
#[test]
fn faults_of_proofs_are_told_apart() {
    let all = [
        ProofError::Short,
        ProofError::Trailing(3),
        ProofError::Order,
        ProofError::Slot(1),
        ProofError::Chunk { slot: 1, index: 2 },
        ProofError::OperandRoot(1),
        ProofError::ChunkRoot { slot: 1, index: 2 },
        ProofError::Fault(Fault::Limit(1 << 24)),
    ];
    let texts: BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), all.len());
    assert!(texts.iter().all(|text| text.len() > 10), "{texts:?}");
}

/// Each refusal of a claim says something of its own.
#[test]
fn refusals_of_claims_are_told_apart() {
    let all = [
        ClaimError::Closed(Standing::False),
        ClaimError::Closed(Standing::Final),
        ClaimError::WindowOver,
        ClaimError::WindowOpen,
        ClaimError::GamesOpen(3),
        ClaimError::Past,
        ClaimError::Full,
        ClaimError::NothingToSettle,
        ClaimError::Move(Refusal::Fold),
    ];
    let texts: BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), all.len());
    assert!(texts.iter().all(|text| text.len() > 10), "{texts:?}");
}
