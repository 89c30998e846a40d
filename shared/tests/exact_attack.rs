//! EXACT 1.3 and 1.4 against programs that are driven to their bounds: what the analysis accepts never leaves its intervals, and no
//! partial sum reaches 2^24 in whatever order its terms are added.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::analysis::analyse;
use countersign_shared::exact::element::Plan;
use countersign_shared::exact::loads::Whole;
use countersign_shared::exact::num::{bits_of_int, int_of_bits, LIMIT};
use countersign_shared::exact::run::{honest, run};
use countersign_shared::exact::step::{Op, Reference};
use countersign_shared::exact::Program;
use exact_common::play::C;
use exact_common::random::{self, Random};

/// The program with intervals, weights and limits as large as the analysis lets them be, each by a power of two of its own.
fn driven(program: &Program, random: &mut Random) -> Program {
    let scales: Vec<Reference> = (program.steps.iter())
        .filter(|step| step.op == Op::Requant)
        .filter_map(|step| Some(step.operands.get(1)?.reference))
        .collect();
    let mut best = program.clone();
    for _ in 0..40 {
        let mut next = best.clone();
        let number = |list: usize, random: &mut Random| {
            usize::try_from(random.below(u32::try_from(list).unwrap())).unwrap()
        };
        match random.below(3) {
            0 => {
                let inputs = next.interface.inputs.len();
                let input = &mut next.interface.inputs[number(inputs, random)];
                let end = if random.below(2) == 0 {
                    &mut input.lo
                } else {
                    &mut input.hi
                };
                *end = end.saturating_mul(2);
            }
            1 if !next.weights.is_empty() => {
                let place = number(next.weights.len(), random);
                if scales.contains(&Reference::Initialiser(u32::try_from(place).unwrap())) {
                    continue;
                }
                let twice = |bits: &u32| bits_of_int(int_of_bits(*bits)?.checked_mul(2)?);
                let weights: Option<Vec<u32>> = next.weights[place].iter().map(twice).collect();
                let Some(weights) = weights else { continue };
                next.weights[place] = weights;
            }
            _ => {
                let step = number(next.steps.len(), random);
                let step = &mut next.steps[step];
                let from = match step.op {
                    Op::Clip => 0,
                    Op::Requant => 1,
                    Op::Pad => step.attributes.len() - 1,
                    _ => continue,
                };
                for limit in &mut step.attributes[from..] {
                    *limit = limit.saturating_mul(2).clamp(1 - (1 << 24), (1 << 24) - 1);
                }
            }
        }
        if analyse(&next).is_ok() {
            best = next;
        }
    }
    best
}

/// Elements at the ends of their intervals, with some between them.
fn extreme(program: &Program, random: &mut Random) -> Vec<Vec<u32>> {
    let ports = program.interface.inputs.iter();
    let mut element = |lo: i32, hi: i32| match random.below(8) {
        0 => random.between(lo.max(-9), hi.min(9)),
        other if other % 2 == 0 => lo,
        _ => hi,
    };
    ports
        .map(|port| {
            (0..port.dims.elements())
                .map(|_| bits_of_int(element(port.lo, port.hi)).unwrap())
                .collect()
        })
        .collect()
}

#[test]
fn accepted_programs_keep_their_bounds_in_any_order_of_their_sums() {
    let (mut greatest, mut folds) = (0, 0_u32);
    for seed in 0..300 {
        let mut random = Random(seed);
        let (program, _) = random::program(&mut random, 5);
        let program = driven(&program, &mut random);
        let intervals = analyse(&program).unwrap();
        let inputs = extreme(&program, &mut random);
        let all: Vec<u32> = (0..program.leaves()).collect();
        let trace = run(&program, &inputs, u32::MAX, &all, &honest, &C).unwrap();
        for (leaf, interval) in (0_u32..).zip(&intervals) {
            for bits in &trace.kept[&leaf] {
                let value = i64::from(int_of_bits(*bits).unwrap());
                assert!((interval.lo..=interval.hi).contains(&value), "seed {seed}");
            }
        }
        for step in &program.steps {
            let plan = Plan::new(step).unwrap();
            let Some(terms) = plan.terms().filter(|_| step.op != Op::MaxPool) else {
                continue;
            };
            folds += 1;
            let operands = step.operands.iter().map(|operand| match operand.reference {
                Reference::Leaf(leaf) => trace.kept[&leaf].as_slice(),
                Reference::Initialiser(number) => {
                    program.weights[usize::try_from(number).unwrap()].as_slice()
                }
            });
            let mut loads = Whole::new(operands.collect());
            for element in 0..step.dims.elements() {
                let start = plan.fold(element, (0, 0), None, &mut loads, |_, _| ());
                let mut before = i64::from(start.unwrap());
                let mut sum = before.abs();
                let seen = |_, value: i32| {
                    sum += (i64::from(value) - before).abs();
                    before = i64::from(value);
                };
                plan.fold(element, (0, terms), None, &mut loads, seen)
                    .unwrap();
                assert!(sum < LIMIT, "seed {seed}: {sum}");
                greatest = greatest.max(sum);
            }
        }
    }
    // The programs are at their bounds, or this says nothing.
    assert!(folds > 150, "{folds}");
    assert!(greatest > LIMIT / 2, "{greatest}");
}
