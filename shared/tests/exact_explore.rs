//! X2, X3 and X4, exhaustively: tiny programs with tiny openings, against every choice of an adversary on either side, in
//! every state. What makes no difference to the rules is chosen once: what a wrong value is, beside that it is wrong, and
//! what stands behind the first wrong one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::game::{Game, Moment, Phase, Subject, Tree};
use countersign_shared::exact::moves::{InputProof, Move};
use countersign_shared::exact::num::bits_of_int;
use countersign_shared::exact::player::Player;
use countersign_shared::exact::program::{chunk_hashes, element_bytes};
use countersign_shared::exact::run::honest;
use countersign_shared::exact::{Refusal, Side};
use countersign_shared::{merkle, Software};
use exact_common::liar::Liar;
use exact_common::lies::{lies, places, trace, After};
use exact_common::play::{nothing_differs, receipt, subject, C, CLOCK};
use exact_common::tiny::{self, Tiny};
use std::collections::BTreeSet;

/// What was gone through: `docs/disputes.md` says how much it is.
#[derive(Debug, Default)]
struct Count {
    games: u32,
    states: u32,
    moves: u32,
    refused: u32,
}

/// What happened at least once.
#[derive(Default)]
struct Seen {
    /// Phases in which a side was found to lose when it stops moving.
    asleep: BTreeSet<&'static str>,
    /// Moves that were accepted.
    moves: BTreeSet<&'static str>,
}

/// The sums over all programs must be these, so that a smaller exploration is noticed.
fn total(all: &[(&'static str, Count)]) -> [u32; 4] {
    let mut total = [0; 4];
    for (name, count) in all {
        println!("{name}: {count:?}");
        let counts = [count.games, count.states, count.moves, count.refused];
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    total
}

/// The game of one program against one asserter's opening.
struct Table<'a> {
    tiny: &'a Tiny,
    subject: Subject,
    player: Player<'a, Software>,
    /// How long the adversary thinks about its first move: it has no more for all the others.
    wait: u32,
    count: &'a mut Count,
    seen: &'a mut Seen,
}

impl Table<'_> {
    /// A state is entered: the side that stops moving now loses, not a block earlier, and in time (X4).
    fn enter(&mut self, game: &Game) -> Option<Side> {
        self.count.states += 1;
        let side = game.phase.side()?;
        let block = game.last + game.clock(side);
        assert_eq!(game.clone().timeout(block), Err(Refusal::InTime));
        assert_eq!(game.clone().timeout(block + 1), Ok(side.other()));
        assert!(block < 2 * CLOCK + 1, "X4");
        self.seen.asleep.insert(game.phase.name());
        Some(side)
    }

    /// Makes a move; a refused one changes nothing, and an accepted one was possible up to its side's last block.
    fn play(&mut self, game: &Game, made: &Move, wait: u32) -> Result<Game, Refusal> {
        let side = game.phase.side().unwrap();
        let play = |block: u32| {
            let mut next = game.clone();
            let turn = game.turn;
            let by = Moment { side, turn, block };
            let played = next.play(&self.tiny.sizes, &self.subject, by, made, &C);
            if played.is_err() {
                assert_eq!(next, *game);
            }
            played.map(|()| next)
        };
        let last = game.last + game.clock(side);
        assert_eq!(play(last + 1), Err(Refusal::TooLate));
        let played = play(game.last + wait.min(game.clock(side)));
        assert_eq!(play(last).is_ok(), played.is_ok());
        match &played {
            Ok(_) => {
                self.count.moves += 1;
                self.seen.moves.insert(made.name());
            }
            Err(_) => self.count.refused += 1,
        }
        played
    }

    /// Moves of every kind, that belong to no state or to another one.
    fn strangers(&self, game: &Game) -> Vec<Move> {
        let kinds = [
            Move::Pick {
                child: 0,
                step: None,
            },
            Move::Open {
                children: vec![[0; 32]; 2],
            },
            Move::Reveal { chunk: vec![0; 4] },
            Move::PickElement { element: 0 },
            Move::OpenSums { values: vec![0] },
            Move::PickSegment { segment: 0 },
            Move::Prove {
                index: 0,
                proof: vec![0, 0],
            },
        ];
        let own = match game.phase {
            Phase::Pick { .. } => 0,
            Phase::Open { .. } => 1,
            Phase::Reveal { .. } => 2,
            Phase::Sums { .. } => 4,
            // What is right here is tried on purpose.
            Phase::Element { .. } | Phase::Segment { .. } => return Vec::new(),
            Phase::Trace | Phase::Won(_) => 9,
        };
        let others = kinds.into_iter().enumerate();
        others
            .filter_map(|(kind, made)| (kind != own).then_some(made))
            .collect()
    }

    /// Every move that a challenger without a case could make here, and many that it cannot.
    fn attacks(&self, game: &Game, earlier: &[Move]) -> Vec<Move> {
        let mut moves = self.strangers(game);
        match &game.phase {
            Phase::Pick { node, .. } => {
                let children = self.tiny.sizes.arity.min(node.leaves) + 1;
                for child in 0..children {
                    moves.push(Move::Pick { child, step: None });
                    let right = self.player.pick(&self.tiny.sizes, node, child).ok();
                    // The step of one leaf for another one.
                    if let Some(Move::Pick { step, .. }) = &right {
                        let others = (0..children).filter(|other| *other != child);
                        moves.extend(others.map(|child| Move::Pick {
                            child,
                            step: step.clone(),
                        }));
                    }
                    moves.extend(right);
                }
                if node.tree == Tree::Trace {
                    moves.extend(input_proofs(self.tiny));
                }
            }
            Phase::Element { values, .. } | Phase::Segment { values, .. } => {
                for index in 0..=u32::try_from(values.len()).unwrap() {
                    moves.push(Move::PickElement { element: index });
                    moves.push(Move::PickSegment { segment: index });
                    let sizes = &self.tiny.sizes;
                    if let Ok((made, agrees)) = self.player.prove(sizes, game, index, earlier) {
                        assert!(agrees, "the asserter is honest");
                        let Move::Prove { proof, .. } = &made else {
                            panic!("{made:?}");
                        };
                        // The proof of one place for its neighbour, and with a byte less.
                        moves.push(Move::Prove {
                            index: index + 1,
                            proof: proof.clone(),
                        });
                        let shorter = proof[..proof.len() - 1].to_vec();
                        moves.push(Move::Prove {
                            index,
                            proof: shorter,
                        });
                        moves.push(made);
                    }
                }
            }
            _ => {}
        }
        moves
    }

    /// Whatever the challenger does, the honest asserter answers, and never loses.
    fn challenger_any(&mut self, game: &Game, earlier: &mut Vec<Move>) {
        assert_eq!(game.winner(), None, "X2: no challenger wins");
        let side = self.enter(game).unwrap();
        if side == Side::Asserter {
            let secrets = receipt(&self.tiny.program);
            let made = self.player.assert(&self.tiny.sizes, &secrets, game);
            let made = made.unwrap().expect("X3: an honest asserter can move");
            for other in self.strangers(game) {
                self.play(game, &other, 0).unwrap_err();
            }
            let next = self.play(game, &made, 0);
            let next = next.unwrap_or_else(|refusal| panic!("X3: {refusal}"));
            earlier.push(made);
            self.challenger_any(&next, earlier);
            earlier.pop();
            return;
        }
        self.count.games += 1;
        let right = self.player.challenge(&self.tiny.sizes, game, earlier);
        assert!(
            nothing_differs(right),
            "the honest player has nothing to do"
        );
        for made in self.attacks(game, earlier) {
            if let Ok(next) = self.play(game, &made, self.wait) {
                earlier.push(made);
                self.challenger_any(&next, earlier);
                earlier.pop();
            }
        }
    }

    /// Whatever the asserter posts, the honest challenger wins.
    fn asserter_any(&mut self, liar: &Liar<'_>, game: &Game, earlier: &mut Vec<Move>) {
        let Some(side) = self.enter(game) else {
            assert_eq!(game.winner(), Some(Side::Challenger), "X2");
            self.count.games += 1;
            return;
        };
        if side == Side::Challenger {
            let made = self.player.challenge(&self.tiny.sizes, game, earlier);
            let made = made.unwrap().expect("X3: an honest challenger can move");
            let next = self.play(game, &made, 0);
            let next = next.unwrap_or_else(|refusal| panic!("X3: {refusal}"));
            earlier.push(made);
            self.asserter_any(liar, &next, earlier);
            earlier.pop();
            return;
        }
        for other in self.strangers(game) {
            self.play(game, &other, 0).unwrap_err();
        }
        let mut moved = false;
        for made in liar.moves(game) {
            if let Ok(next) = self.play(game, &made, self.wait) {
                moved = true;
                earlier.push(made);
                self.asserter_any(liar, &next, earlier);
                earlier.pop();
            }
        }
        if !moved {
            // It has nothing to post, and loses by its clock: `enter` saw it.
            self.count.games += 1;
        }
    }
}

/// Each element of each input, shown in its chunk.
fn input_proofs(tiny: &Tiny) -> Vec<Move> {
    let mut proofs = Vec::new();
    for (input, elements) in (0..).zip(&tiny.inputs) {
        let hashes = chunk_hashes(&C, elements);
        for (index, chunk) in (0_u32..).zip(elements.chunks(64)) {
            for element in 0..=u32::try_from(chunk.len()).unwrap() {
                proofs.push(Move::ProveInput(InputProof {
                    input,
                    index,
                    chunk: element_bytes(chunk),
                    element,
                    path: merkle::prove(&C, &hashes, index as usize).unwrap(),
                }));
            }
        }
    }
    proofs
}

fn explore(tiny: &Tiny, inputs: &[Vec<u32>], liar: &Liar<'_>, count: &mut Count, seen: &mut Seen) {
    let opened = liar.open_trace();
    for wait in [0, CLOCK] {
        let mut table = Table {
            tiny,
            subject: subject(&tiny.program, &opened),
            player: Player::new(&tiny.program, inputs, &honest, &C),
            wait,
            count,
            seen,
        };
        table.asserter_any(liar, &Game::new(0, CLOCK), &mut Vec::new());
    }
}

#[test]
fn no_challenger_beats_an_honest_asserter() {
    let mut seen = Seen::default();
    let mut all = Vec::new();
    for tiny in tiny::all() {
        let mut count = Count::default();
        let truth = tiny.trace.iter().cloned().map(Some).collect();
        let opened = Liar::new(&tiny, truth).open_trace();
        for wait in [0, CLOCK] {
            let mut table = Table {
                tiny: &tiny,
                subject: subject(&tiny.program, &opened),
                player: Player::new(&tiny.program, &tiny.inputs, &honest, &C),
                wait,
                count: &mut count,
                seen: &mut seen,
            };
            table.challenger_any(&Game::new(0, CLOCK), &mut Vec::new());
        }
        all.push((tiny.name, count));
    }
    assert_eq!(seen.asleep.len(), 7, "a side sleeps in every phase");
    assert_eq!(seen.moves.len(), 7, "{:?}", seen.moves);
    assert_eq!(total(&all), [1694, 3388, 3372, 179_228]);
}

#[test]
fn no_liar_beats_an_honest_challenger() {
    let mut seen = Seen::default();
    let mut all = Vec::new();
    for tiny in tiny::all() {
        let mut count = Count::default();
        let inputs = tiny.inputs.len();
        for leaf in inputs..tiny.trace.len() {
            for (tensor, after) in lies(&tiny.trace[leaf]) {
                for after in after {
                    let liar = Liar::new(&tiny, trace(&tiny, leaf, tensor.clone(), *after));
                    explore(&tiny, &tiny.inputs, &liar, &mut count, &mut seen);
                }
            }
        }
        // An input that no true claim has: just outside its interval, or no integer. What follows may be anything.
        let outside = [10, -10].map(|value| bits_of_int(value).unwrap());
        for input in 0..inputs {
            for place in places(&tiny.inputs[input]) {
                for bits in outside.into_iter().chain([0x8000_0000, 0x7fc0_0000, 1]) {
                    let mut bad = tiny.inputs.clone();
                    bad[input][place] = bits;
                    let tensor = Some(bad[input].clone());
                    for after in [After::True, After::Unknown] {
                        let liar = Liar::new(&tiny, trace(&tiny, input, tensor.clone(), after));
                        explore(&tiny, &bad, &liar, &mut count, &mut seen);
                    }
                }
            }
        }
        all.push((tiny.name, count));
    }
    assert_eq!(seen.asleep.len(), 7, "a side sleeps in every phase");
    assert_eq!(seen.moves.len(), 9, "{:?}", seen.moves);
    assert_eq!(total(&all), [26_044, 87_184, 81_984, 128_812]);
}
