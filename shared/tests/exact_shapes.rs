//! EXACT 1.9 and 2.4: the shapes that go with each operator, and windows over every edge.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::analysis::Analysis;
use countersign_shared::exact::element::Plan;
use countersign_shared::exact::intervals::Interval;
use countersign_shared::exact::loads::Whole;
use countersign_shared::exact::num::bits_of_int;
use countersign_shared::exact::reason::Reason;
use countersign_shared::exact::step::{Op, Operand, Reference, Step};
use exact_common::random::dims;

/// Whether a step whose first operand is an input with values from 2 to 3 and whose others are constants of ones is taken, and
/// its interval.
fn taken(op: Op, operands: &[&[u32]], out: &[u32], attributes: &[i32]) -> Result<Interval, Reason> {
    let reference = |slot: u32| match slot {
        0 => Reference::Leaf(0),
        _ => Reference::Initialiser(slot - 1),
    };
    let step = Step {
        op,
        operands: (0..)
            .zip(operands)
            .map(|(slot, sizes)| Operand {
                reference: reference(slot),
                dims: dims(sizes),
            })
            .collect(),
        dims: dims(out),
        attributes: attributes.to_vec(),
    };
    // One is an integer and a scale.
    let ones = |sizes: &&[u32]| vec![0x3f80_0000; dims(sizes).elements() as usize];
    let weights: Vec<Vec<u32>> = operands[1..].iter().map(ones).collect();
    let mut analysis = Analysis::default();
    analysis.input(dims(operands[0]), 2, 3).unwrap();
    let found = analysis.step(&step, &weights);
    if found.is_ok() {
        // Whatever is taken loads from inside its operands.
        let x = vec![bits_of_int(2).unwrap(); dims(operands[0]).elements() as usize];
        let mut all = vec![x.as_slice()];
        all.extend(weights.iter().map(Vec::as_slice));
        let plan = Plan::new(&step).unwrap();
        for element in 0..step.dims.elements() {
            plan.element(element, &mut Whole::new(all.clone())).unwrap();
        }
    }
    found.map_err(|(reason, detail)| {
        assert!(detail.len() > 10, "{detail}");
        reason
    })
}

type Case = (
    Op,
    &'static [&'static [u32]],
    &'static [u32],
    &'static [i32],
);

const ONE: &[i32] = &[1, 1, 1, 0, 0, 1, 1];

/// Right, and beside it what is wrong by one thing.
const RIGHT: &[Case] = &[
    (Op::Clip, &[&[2, 3]], &[2, 3], &[0, 9]),
    (Op::Requant, &[&[2, 3]], &[2, 3], &[0, 0, 9]),
    (Op::Requant, &[&[2, 3], &[3]], &[2, 3], &[0, 0, 9]),
    (Op::Requant, &[&[2, 3], &[2, 1]], &[2, 3], &[0, 0, 9]),
    (Op::Lut, &[&[2, 3], &[256]], &[2, 3], &[]),
    (Op::Add, &[&[2, 3], &[2, 3]], &[2, 3], &[]),
    (Op::Add, &[&[3], &[2, 3]], &[2, 3], &[]),
    (Op::Add, &[&[2, 3], &[]], &[2, 3], &[]),
    (Op::Add, &[&[2, 1], &[1, 3]], &[2, 3], &[]),
    (Op::Mul, &[&[2, 3], &[3]], &[2, 3], &[]),
    (Op::Pad, &[&[2, 3]], &[4, 3], &[1, 0, 7]),
    (Op::Pad, &[&[2, 3]], &[2, 3], &[0, 0, 7]),
    (Op::Concat, &[&[2, 3], &[2, 4]], &[2, 7], &[1]),
    (Op::Concat, &[&[2, 3], &[1, 3]], &[3, 3], &[0]),
    (Op::Transpose, &[&[2, 3, 4]], &[4, 2, 3], &[2, 0, 1]),
    (Op::Transpose, &[&[2, 2]], &[2, 2], &[1, 0]),
    (Op::Transpose, &[&[]], &[], &[]),
    (Op::Upsample, &[&[2, 3]], &[4, 9], &[2, 3]),
    (Op::Upsample, &[&[2, 3]], &[2, 3], &[1, 1]),
    (Op::MatMul, &[&[2, 3], &[3, 4]], &[2, 4], &[0]),
    (Op::MatMul, &[&[2, 3], &[4, 3]], &[2, 4], &[1]),
    (Op::MatMul, &[&[2, 3], &[3, 4], &[4]], &[2, 4], &[0]),
    (Op::MatMul, &[&[2, 3], &[3, 4], &[2, 1]], &[2, 4], &[0]),
    (Op::MatMul, &[&[5, 2, 3], &[3, 4]], &[5, 2, 4], &[0]),
    (Op::MatMul, &[&[5, 2, 3], &[1, 3, 4]], &[5, 2, 4], &[0]),
    (Op::MatMul, &[&[2, 3], &[5, 3, 4]], &[5, 2, 4], &[0]),
    (
        Op::MatMul,
        &[&[6, 1, 2, 3], &[5, 3, 4]],
        &[6, 5, 2, 4],
        &[0],
    ),
    (
        Op::Conv,
        &[&[1, 2, 2, 3], &[4, 2, 1, 1]],
        &[1, 4, 2, 3],
        ONE,
    ),
    (
        Op::Conv,
        &[&[1, 2, 2, 3], &[4, 2, 1, 1], &[4]],
        &[1, 4, 2, 3],
        ONE,
    ),
];

const WRONG: &[Case] = &[
    (Op::Clip, &[&[2, 3]], &[3, 2], &[0, 9]),
    (Op::Clip, &[&[1, 3]], &[2, 3], &[0, 9]),
    (Op::Requant, &[&[1, 3]], &[2, 3], &[0, 0, 9]),
    (Op::Requant, &[&[2, 3], &[2]], &[2, 3], &[0, 0, 9]),
    (Op::Requant, &[&[3], &[2, 3]], &[3], &[0, 0, 9]),
    (Op::Lut, &[&[2, 3], &[255]], &[2, 3], &[]),
    (Op::Lut, &[&[2, 3], &[1, 256]], &[2, 3], &[]),
    (Op::Lut, &[&[1, 3], &[256]], &[2, 3], &[]),
    (Op::Add, &[&[2, 3], &[2]], &[2, 3], &[]),
    (Op::Add, &[&[2], &[2, 3]], &[2, 3], &[]),
    (Op::Add, &[&[2, 3], &[4, 2, 3]], &[2, 3], &[]),
    (Op::Mul, &[&[4, 2, 3], &[3]], &[2, 3], &[]),
    (Op::Pad, &[&[2, 3]], &[2, 3], &[1, 0, 7]),
    (Op::Pad, &[&[2, 3]], &[4, 3], &[-1, 0, 7]),
    (Op::Pad, &[&[2, 3]], &[1, 3], &[0, 0, 7]),
    (Op::Pad, &[&[2, 3]], &[2, 3, 1], &[0, 0, 0, 7]),
    (Op::Concat, &[&[2, 3], &[2, 4]], &[2, 8], &[1]),
    (Op::Concat, &[&[2, 3], &[3, 4]], &[2, 7], &[1]),
    (Op::Concat, &[&[2, 3], &[2, 4]], &[2, 7], &[2]),
    (Op::Concat, &[&[2, 3], &[2, 4]], &[2, 7], &[-1]),
    (Op::Concat, &[&[2, 3], &[8]], &[2, 7], &[1]),
    (Op::Transpose, &[&[2, 3, 4]], &[4, 3, 2], &[2, 0, 1]),
    (Op::Transpose, &[&[2, 2]], &[2, 2], &[1, 1]),
    (Op::Transpose, &[&[2, 2]], &[2, 2], &[1, 2]),
    (Op::Transpose, &[&[2, 2, 1]], &[2, 2], &[1, 0]),
    (Op::Transpose, &[&[2, 2]], &[2, 2, 2], &[1, 0, 0]),
    (Op::Upsample, &[&[2, 3]], &[4, 8], &[2, 3]),
    (Op::Upsample, &[&[2, 3]], &[4, 9], &[-2, 3]),
    (Op::Upsample, &[&[2, 3]], &[2, 3, 1], &[1, 1, 1]),
    (Op::MatMul, &[&[2, 3], &[3, 4]], &[3, 4], &[0]),
    (Op::MatMul, &[&[2, 3], &[3, 4]], &[2, 3], &[0]),
    (Op::MatMul, &[&[2, 3], &[4, 3]], &[2, 3], &[1]),
    (Op::MatMul, &[&[2, 3], &[3, 4], &[2]], &[2, 4], &[0]),
    (Op::MatMul, &[&[2, 3], &[3, 4], &[5, 2, 4]], &[2, 4], &[0]),
    (Op::MatMul, &[&[5, 2, 3], &[3, 4]], &[4, 2, 4], &[0]),
    (Op::MatMul, &[&[5, 2, 3], &[4, 3, 4]], &[5, 2, 4], &[0]),
    (Op::MatMul, &[&[1, 2, 3], &[4, 3, 4]], &[5, 2, 4], &[0]),
    (
        Op::Conv,
        &[&[1, 2, 2, 3], &[4, 2, 1, 1], &[3]],
        &[1, 4, 2, 3],
        ONE,
    ),
    (
        Op::Conv,
        &[&[1, 2, 2, 3], &[4, 2, 1, 1], &[1, 4]],
        &[1, 4, 2, 3],
        ONE,
    ),
    (
        Op::Conv,
        &[&[1, 2, 2, 3], &[4, 2, 1, 1]],
        &[1, 3, 2, 3],
        ONE,
    ),
];

#[test]
fn shapes_go_with_their_operators() {
    for (op, operands, out, attributes) in RIGHT {
        let found = taken(*op, operands, out, attributes);
        assert!(found.is_ok(), "{op:?} {operands:?} to {out:?}: {found:?}");
    }
    for (op, operands, out, attributes) in WRONG {
        let found = taken(*op, operands, out, attributes);
        assert_eq!(
            found,
            Err(Reason::Attribute),
            "{op:?} {operands:?} to {out:?}"
        );
    }
}

/// Where one window's taps along an axis are: how many inside of x.
fn inside(position: i64, size: i64, kernel: i64, [stride, pad, dilation]: [i64; 3]) -> i64 {
    let taps = (0..kernel).map(|tap| position * stride - pad + tap * dilation);
    i64::try_from(taps.filter(|at| (0..size).contains(at)).count()).unwrap()
}

/// Every window of small numbers along either axis: a pool's must read something, and where one reads less than all of its
/// taps, zeros count among its values.
#[test]
fn windows_over_every_edge() {
    let (mut over, mut beyond, mut plain) = (0, 0, 0);
    let small = |most: u32| 1..=most;
    for (out, size) in small(4).flat_map(|out| small(4).map(move |size| (out, size))) {
        for (kernel, stride) in small(3).flat_map(|k| small(3).map(move |s| (k, s))) {
            for (pad, dilation) in (0..=3).flat_map(|p| small(3).map(move |d| (p, d))) {
                let numbers = [stride, pad, dilation].map(i64::from);
                let windows = (0..i64::from(out))
                    .map(|at| inside(at, i64::from(size), i64::from(kernel), numbers));
                let fewest = windows.min().unwrap();
                let [k, s, p, d] = [kernel, stride, pad, dilation].map(|n| n as i32);
                let count = i64::from(kernel);
                let whole = Interval::new(2 * count, 3 * count);
                let reaching = Interval::new(0, 3 * count);
                let sum = if fewest < count { reaching } else { whole };
                let pool = if fewest == 0 {
                    Err(Reason::Attribute)
                } else {
                    Ok(sum)
                };
                let down = [k, 1, s, 1, p, 0, d, 1];
                let across = [1, k, 1, s, 0, p, 1, d];
                let shape = |n: u32| [[1, 1, n, 1], [1, 1, 1, n]];
                for (axis, attributes) in [down, across].iter().enumerate() {
                    let (x, y) = (shape(size)[axis], shape(out)[axis]);
                    let found = taken(Op::SumPool, &[&x], &y, attributes);
                    assert_eq!(found, pool, "{x:?} to {y:?} by {attributes:?}");
                    let found = taken(Op::MaxPool, &[&x], &y, attributes);
                    assert_eq!(found, pool.map(|_| Interval::new(2, 3)));
                    // A convolution's window may lie in padding only.
                    let mut conv = vec![1];
                    conv.extend(&attributes[2..]);
                    let w = shape(kernel)[axis];
                    let found = taken(Op::Conv, &[&x, &w], &y, &conv);
                    assert_eq!(found, Ok(sum));
                }
                match fewest {
                    0 => beyond += 1,
                    n if n < count => over += 1,
                    _ => plain += 1,
                }
            }
        }
    }
    assert_eq!((over, beyond, plain), (455, 1180, 93));
}
