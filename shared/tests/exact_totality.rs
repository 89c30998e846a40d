//! No bytes make the Exact lane's readers, element functions or rules panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use common::{entries, vectors};
use countersign_shared::exact::analysis::analyse;
use countersign_shared::exact::element::Plan;
use countersign_shared::exact::game::{Game, Moment, Sizes, Subject};
use countersign_shared::exact::interface::Interface;
use countersign_shared::exact::loads::{Fault, Loads};
use countersign_shared::exact::moves::Move;
use countersign_shared::exact::num::{bits_of_int, int_of_bits, scale_of_shift, shift_of_scale};
use countersign_shared::exact::proof::{proved, Proof, Question, Roots};
use countersign_shared::exact::step::{Op, Operand, Reference, Step};
use countersign_shared::exact::Program;
use countersign_shared::Software;
use exact_common::moves::{bytes, id, move_of};
use exact_common::programs;
use exact_common::random::{self, dims, Random};
use proptest::prelude::*;

const C: Software = Software;

const ROOTS: Roots = Roots {
    trace: [1; 32],
    leaves: 9,
    weights: [2; 32],
    initialisers: 7,
};

/// Any bits for any element.
struct Anything(Random);

impl Loads for Anything {
    fn bits(&mut self, _: usize, _: u32) -> Result<u32, Fault> {
        let extremes = [
            0,
            1,
            0x3f80_0000,
            0xbf80_0000,
            0x4b7f_ffff,
            0xcb7f_ffff,
            0x3380_0000,
        ];
        Ok(self.0.pick(&extremes))
    }
}

fn compute(step: &Step, seed: u64) {
    let mut loads = Anything(Random(seed));
    if let Ok(plan) = Plan::new(step) {
        for element in [
            0,
            1,
            step.dims.elements() - 1,
            step.dims.elements(),
            u32::MAX,
        ] {
            let terms = plan.terms().unwrap_or(0);
            if terms <= 1000 {
                let _ = plan.element(element, &mut loads);
            }
            for (from, to) in [
                (0, 1),
                (terms.saturating_sub(2), terms),
                (3, 2),
                (0, u32::MAX),
            ] {
                for begin in [None, Some(i32::MIN), Some(i32::MAX), Some(0)] {
                    if to <= terms.saturating_add(8) && to.saturating_sub(from) < 1000 {
                        let _ = plan.fold(element, (from, to), begin, &mut loads, |_, _| ());
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), own: u32) {
        if let Ok(step) = Step::from_bytes(&bytes, own) {
            compute(&step, 1);
        }
        let _ = Interface::from_bytes(&bytes);
    }

    /// Steps that decode, with any numbers in them.
    #[test]
    fn random_steps(
        op in 0_usize..13, seed: u64,
        shapes in prop::collection::vec(prop::collection::vec(1_u32..9, 0..5), 1..4),
        attributes in prop::collection::vec(
            prop_oneof![-3_i32..10, Just(i32::MIN), Just(i32::MAX), any::<i32>()], 0..9),
    ) {
        let operands = shapes.iter().map(|sizes| Operand {
            reference: Reference::Leaf(0),
            dims: dims(sizes),
        });
        let step = Step {
            op: Op::ALL[op],
            operands: operands.collect(),
            dims: dims(&shapes[0]),
            attributes,
        };
        let _ = Step::from_bytes(&step.to_bytes(), 1);
        compute(&step, seed);
        let mut program: Program = random::empty(&[&shapes[0]]);
        program.steps.push(step);
        let _ = analyse(&program);
    }

    /// The vectors' encodings, damaged.
    #[test]
    fn damaged(at: prop::sample::Index, which: prop::sample::Index, byte: u8, seed: u64) {
        let programs = programs();
        let program = &programs[which.index(programs.len())];
        for step in program["steps"].as_array().unwrap().iter().take(20) {
            let mut encoding = bytes(step, "encoding");
            let place = at.index(encoding.len());
            encoding[place] = byte;
            if let Ok(step) = Step::from_bytes(&encoding, 200) {
                assert_eq!(step.to_bytes(), encoding, "one encoding for each step");
                compute(&step, seed);
            }
        }
        let mut interface = bytes(program, "interface");
        let place = at.index(interface.len());
        interface[place] = byte;
        if let Ok(read) = Interface::from_bytes(&interface) {
            assert_eq!(read.to_bytes(), interface);
        }
    }

    #[test]
    fn random_proofs(bytes in prop::collection::vec(any::<u8>(), 0..200), slots in 0_u8..3) {
        let operand = Operand { reference: Reference::Leaf(0), dims: dims(&[100]) };
        let weight = Operand { reference: Reference::Initialiser(u32::MAX >> 1), dims: dims(&[]) };
        let step = Step { op: Op::Add, operands: vec![operand, weight], dims: dims(&[100]), attributes: vec![] };
        let mut bytes = bytes;
        bytes.insert(0, slots);
        let question = Question { element: 0, from: 0, to: 0, begin: None };
        prop_assert!(proved(&bytes, &step, &question, &ROOTS, &C).is_err());
        let _ = Proof::verified(&bytes, &step, &ROOTS, &C);
    }

    #[test]
    fn integers_are_floats(bits: u32) {
        if let Some(value) = int_of_bits(bits) {
            prop_assert_eq!(bits_of_int(value), Some(bits));
            prop_assert_eq!((value as f32).to_bits(), bits);
        } else {
            let value = f32::from_bits(bits);
            let fits = value.fract() == 0.0 && value.abs() < 16_777_216.0;
            prop_assert!(!fits || bits == 1 << 31);
        }
        if let Some(shift) = shift_of_scale(bits) {
            prop_assert_eq!(scale_of_shift(shift), Some(bits));
            prop_assert_eq!(f32::from_bits(bits), 0.5_f32.powi(i32::try_from(shift).unwrap()));
        }
    }
}

#[test]
fn all_small_integers_and_scales() {
    for value in (-70_000..70_000).chain([-16_777_215, -16_777_214, 16_777_213, 16_777_215]) {
        assert_eq!(bits_of_int(value), Some((value as f32).to_bits()));
        assert_eq!(int_of_bits((value as f32).to_bits()), Some(value));
    }
    assert_eq!(bits_of_int(16_777_216), None);
    assert_eq!(bits_of_int(i32::MIN), None);
    let scales = (0..=24).map(|shift| scale_of_shift(shift).unwrap());
    assert!(scales
        .zip(0..)
        .all(|(bits, shift)| shift_of_scale(bits) == Some(shift)));
    assert_eq!(scale_of_shift(25), None);
    assert_eq!(shift_of_scale(2.0_f32.to_bits()), None);
}

/// Any move of any game, damaged or in a state that it does not belong to, is refused and changes nothing.
#[test]
fn moves_out_of_place() {
    let all = vectors("exact/games.json");
    let mut random = Random(1);
    let games = entries(&all, "games");
    let pool: Vec<Move> = games
        .iter()
        .flat_map(|game| entries(game, "moves").iter().map(move_of))
        .collect();
    for entry in games {
        let subject = Subject {
            model: id(entry, "model"),
            input: id(entry, "input"),
            output: id(entry, "output"),
        };
        let mut game = Game::new(0, 100);
        for right in entries(entry, "moves").iter().map(move_of) {
            let by = Moment {
                side: game.phase.side().unwrap(),
                turn: game.turn,
                block: 0,
            };
            for other in &pool {
                let made = damage(&mut random, other.clone());
                let before = game.clone();
                if game.play(&Sizes::EXACT, &subject, by, &made, &C).is_err() {
                    assert_eq!(game, before);
                }
                game = before;
            }
            game.play(&Sizes::EXACT, &subject, by, &right, &C).unwrap();
        }
    }
}

fn damage(random: &mut Random, mut made: Move) -> Move {
    let extreme = random.pick(&[0, 1, 63, 64, u32::MAX]);
    match &mut made {
        Move::OpenTrace(opened) => {
            let steps = &mut opened.preimage.steps;
            *steps = random.pick(&[*steps, 0, u32::MAX]);
        }
        Move::Pick { child, .. } => *child = extreme,
        Move::ProveInput(proof) => proof.index = extreme,
        Move::Open { children } => children.reverse(),
        Move::Reveal { chunk } => chunk.truncate(random.below(70) as usize),
        Move::PickElement { element } => *element = extreme,
        Move::OpenSums { values } => values.push(i32::MIN),
        Move::PickSegment { segment } => *segment = extreme,
        Move::Prove { index, proof } => {
            *index = random.pick(&[*index, extreme]);
            let place = random.below(u32::try_from(proof.len()).unwrap()) as usize;
            proof[place] ^= 1 << random.below(8);
        }
    }
    made
}
