//! X2 and X3, exhaustively: a tiny program with tiny openings, against every choice of an adversary on either side.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::game::{Game, Moment, Phase, Sizes, Subject, Tree};
use countersign_shared::exact::interface::Output;
use countersign_shared::exact::moves::{InputProof, Move};
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::player::Player;
use countersign_shared::exact::program::{chunk_hashes, element_bytes};
use countersign_shared::exact::run::honest;
use countersign_shared::exact::step::{Op, Operand, Reference, Step};
use countersign_shared::exact::{Program, Refusal, Side};
use countersign_shared::{merkle, Software};
use exact_common::play::{opening, receipt, subject, C, CLOCK};
use exact_common::random::{self, dims, name, Random};

const TINY: Sizes = Sizes {
    arity: 2,
    sums: 2,
    segment: 1,
};

/// Four steps, of which one is a dot product of five terms; tensors of up to three chunks.
fn tiny() -> (Program, Vec<Vec<u32>>) {
    let mut random = Random(3);
    let mut program = random::empty(&[&[2, 5]]);
    let weight = |program: &mut Program, random: &mut Random, sizes: &[u32]| {
        let shape = dims(sizes);
        let elements = (0..shape.elements()).map(|_| bits_of_int(random.between(-3, 3)).unwrap());
        program.weights.push(elements.collect());
        let number = u32::try_from(program.weights.len() - 1).unwrap();
        Operand {
            reference: Reference::Initialiser(number),
            dims: shape,
        }
    };
    let read = |leaf: u32, dims: Dims| Operand {
        reference: Reference::Leaf(leaf),
        dims,
    };
    let w = weight(&mut program, &mut random, &[5, 2]);
    let bias = weight(&mut program, &mut random, &[2]);
    let mut add = |op, operands, sizes: &[u32], attributes| {
        program.steps.push(Step {
            op,
            operands,
            dims: dims(sizes),
            attributes,
        });
    };
    add(
        Op::MatMul,
        vec![read(0, dims(&[2, 5])), w, bias],
        &[2, 2],
        vec![0],
    );
    add(
        Op::Requant,
        vec![read(1, dims(&[2, 2]))],
        &[2, 2],
        vec![1, -7, 7],
    );
    add(
        Op::Upsample,
        vec![read(2, dims(&[2, 2]))],
        &[2, 66],
        vec![1, 33],
    );
    let (p, q) = (read(3, dims(&[2, 66])), read(3, dims(&[2, 66])));
    add(Op::Add, vec![p, q], &[2, 66], vec![]);
    program.interface.outputs = vec![Output {
        name: name("out"),
        dims: dims(&[2, 66]),
        leaf: 4,
    }];
    let inputs = random::inputs(&program, &mut random);
    (program, inputs)
}

fn by(game: &Game) -> Moment {
    Moment {
        side: game.phase.side().unwrap(),
        turn: game.turn,
        block: game.last,
    }
}

/// The side that stops moving loses, in every state.
fn sleeping_loses(game: &Game) {
    let side = game.phase.side().unwrap();
    let block = game.last + game.clock(side);
    assert_eq!(game.clone().timeout(block), Err(Refusal::InTime));
    assert_eq!(game.clone().timeout(block + 1), Ok(side.other()));
}

struct Explorer<'a> {
    program: &'a Program,
    inputs: &'a [Vec<u32>],
    player: Player<'a, Software>,
    subject: Subject,
    states: u32,
}

impl Explorer<'_> {
    /// Every move that a challenger could make in this state, and some that it cannot.
    fn attacks(&self, game: &Game, earlier: &[Move]) -> Vec<Move> {
        let mut moves = Vec::new();
        for index in 0..70 {
            moves.push(Move::PickElement { element: index });
            moves.push(Move::PickSegment { segment: index });
            if let Ok((made, agrees)) = self.player.prove(&TINY, game, index, earlier) {
                assert!(agrees, "the asserter is honest");
                moves.push(made);
            }
        }
        if let Phase::Pick { node, .. } = &game.phase {
            for child in 0..4 {
                moves.push(Move::Pick { child, step: None });
                moves.extend(self.player.pick(&TINY, node, child).ok());
            }
            if node.tree == Tree::Trace {
                moves.extend(self.input_proofs());
            }
        }
        moves
    }

    fn input_proofs(&self) -> Vec<Move> {
        let hashes = chunk_hashes(&C, &self.inputs[0]);
        let chunk = element_bytes(&self.inputs[0]);
        let proofs = (0..12).map(|element| {
            Move::ProveInput(InputProof {
                input: 0,
                index: 0,
                chunk: chunk.clone(),
                element,
                path: merkle::prove(&C, &hashes, 0).unwrap(),
            })
        });
        proofs.collect()
    }

    /// Whatever the challenger does, the honest asserter answers, and never loses.
    fn challenger_any(&mut self, game: &Game, earlier: &mut Vec<Move>) {
        self.states += 1;
        assert_ne!(game.winner(), Some(Side::Challenger), "X2");
        let Some(side) = game.phase.side() else {
            return;
        };
        sleeping_loses(game);
        let moves = match side {
            Side::Asserter => {
                let made = self.player.assert(&TINY, &receipt(self.program), game);
                vec![made.unwrap().expect("X3: an honest asserter can move")]
            }
            Side::Challenger => self.attacks(game, earlier),
        };
        for made in moves {
            let mut next = game.clone();
            let played = next.play(&TINY, &self.subject, by(game), &made, &C);
            match (side, played) {
                (_, Ok(())) => {
                    earlier.push(made);
                    self.challenger_any(&next, earlier);
                    earlier.pop();
                }
                (Side::Asserter, Err(refusal)) => panic!("X3: {refusal}"),
                (Side::Challenger, Err(_)) => assert_eq!(next, *game),
            }
        }
    }
}

#[test]
fn no_challenger_beats_an_honest_asserter() {
    let (program, inputs) = tiny();
    let player = Player::new(&program, &inputs, &honest, &C);
    let subject = subject(&program, &opening(&player, &TINY, &program));
    let mut explorer = Explorer {
        program: &program,
        inputs: &inputs,
        player,
        subject,
        states: 0,
    };
    explorer.challenger_any(&Game::new(0, CLOCK), &mut Vec::new());
    assert!(explorer.states > 250, "{}", explorer.states);
}

/// All running values that a liar could post: each right, wrong by one, or the claimed one.
fn sums(range_end: i32, honest: &[i32]) -> Vec<Vec<i32>> {
    let mut all = vec![Vec::new()];
    for (place, value) in honest.iter().enumerate() {
        let last = place + 1 == honest.len();
        let choices = if last {
            vec![range_end]
        } else {
            vec![*value, value + 1, range_end, i32::MIN]
        };
        all = all
            .iter()
            .flat_map(|before: &Vec<i32>| {
                choices.iter().map(move |choice| {
                    let mut values = before.clone();
                    values.push(*choice);
                    values
                })
            })
            .collect();
    }
    all
}

/// Whatever sums the liar posts, the honest challenger wins.
fn liar_any(
    program: &Program,
    liar: &Player<'_, Software>,
    challenger: &Player<'_, Software>,
    subject: &Subject,
    game: &Game,
    earlier: &mut Vec<Move>,
) -> u32 {
    let Some(side) = game.phase.side() else {
        assert_eq!(game.winner(), Some(Side::Challenger), "X2");
        return 1;
    };
    sleeping_loses(game);
    let moves = match (side, &game.phase) {
        (Side::Challenger, _) => {
            let made = challenger.challenge(&TINY, game, earlier).unwrap();
            vec![made.expect("X3: an honest challenger can move")]
        }
        (_, phase) => {
            let made = liar
                .assert(&TINY, &receipt(program), game)
                .unwrap()
                .unwrap();
            match (&made, phase) {
                (Move::OpenSums { values }, Phase::Sums { range }) => sums(range.end, values)
                    .into_iter()
                    .map(|values| Move::OpenSums { values })
                    .collect(),
                _ => vec![made],
            }
        }
    };
    let mut ends = 0;
    for made in moves {
        let mut next = game.clone();
        next.play(&TINY, subject, by(game), &made, &C).unwrap();
        earlier.push(made);
        ends += liar_any(program, liar, challenger, subject, &next, earlier);
        earlier.pop();
    }
    ends
}

#[test]
fn no_liar_beats_an_honest_challenger() {
    let (program, inputs) = tiny();
    let challenger = Player::new(&program, &inputs, &honest, &C);
    let mut ends = 0;
    for leaf in 1..program.leaves() {
        for element in 0..random::shape(&program, leaf).elements() {
            // One wrong element, and the same with another behind it.
            for (added, more) in [(1, 0), (-1, 0), (5, 3)] {
                let hook = move |at: u32, elements: &mut [u32]| {
                    if at == leaf {
                        let count = u32::try_from(elements.len()).unwrap();
                        for place in [
                            Some(element),
                            Some((element + 7) % count).filter(|_| more > 0),
                        ] {
                            let Some(place) = place else { continue };
                            let value = &mut elements[place as usize];
                            *value = bits_of_int(int_of_bits(*value).unwrap() + added).unwrap();
                        }
                    }
                };
                let liar = Player::new(&program, &inputs, &hook, &C);
                let subject = subject(&program, &opening(&liar, &TINY, &program));
                let game = Game::new(0, CLOCK);
                ends += liar_any(
                    &program,
                    &liar,
                    &challenger,
                    &subject,
                    &game,
                    &mut Vec::new(),
                );
            }
        }
    }
    assert!(ends > 800, "{ends}");
}
