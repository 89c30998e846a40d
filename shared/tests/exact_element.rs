//! EXACT 3: what a step that decodes cannot compute is refused by name, sums and products at the last value that is allowed,
//! and terms outside of a fold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::dims::{Dims, DimsError};
use countersign_shared::exact::element::{chunk_of, Plan, MAX_START};
use countersign_shared::exact::interface::InterfaceError;
use countersign_shared::exact::loads::{Fault, Whole};
use countersign_shared::exact::malformed::Malformed;
use countersign_shared::exact::num::bits_of_int;
use countersign_shared::exact::step::{Op, Operand, Step, StepError};
use exact_common::steps::{leaf, step};
use std::collections::BTreeSet;

fn ints(values: &[i32]) -> Vec<u32> {
    values.iter().map(|v| bits_of_int(*v).unwrap()).collect()
}

/// Element 0 of a step whose operands hold these values.
fn first(step: &Step, operands: &[&[i32]]) -> Result<i32, Fault> {
    let bits: Vec<Vec<u32>> = operands.iter().map(|values| ints(values)).collect();
    let plan = Plan::new(step)?;
    plan.element(0, &mut Whole::new(bits.iter().map(Vec::as_slice).collect()))
}

/// The same, with ones everywhere.
fn ones(step: &Step) -> Result<i32, Fault> {
    let ones: Vec<Vec<i32>> = step
        .operands
        .iter()
        .map(|operand| vec![1; operand.dims.elements() as usize])
        .collect();
    let ones: Vec<&[i32]> = ones.iter().map(Vec::as_slice).collect();
    first(step, &ones)
}

fn malformed(op: Op, operands: &[Operand], out: &[u32], attributes: &[i32], what: Malformed) {
    let step = step(op, operands, out, attributes);
    assert_eq!(ones(&step), Err(Fault::Malformed(what)), "{step:?}");
}

#[test]
fn malformed_steps_are_named() {
    let (x, w) = (leaf(0, &[1, 2, 2, 2]), leaf(1, &[2, 2, 1, 1]));
    let one = [1, 1, 1, 0, 0, 1, 1];
    let out = [1, 2, 2, 2];
    assert_eq!(ones(&step(Op::Conv, &[x, w], &out, &one)), Ok(2));
    let conv = |operands: &[Operand], out: &[u32], attributes: &[i32], what| {
        malformed(Op::Conv, operands, out, attributes, what);
    };
    conv(&[x], &out, &one, Malformed::Operand);
    conv(&[x, w], &out, &one[1..], Malformed::Attribute);
    conv(&[x, w], &[2, 2, 2], &one, Malformed::ConvAxes);
    conv(&[leaf(0, &[2, 2, 2]), w], &out, &one, Malformed::ConvAxes);
    conv(&[x, leaf(1, &[2, 2])], &out, &one, Malformed::ConvAxes);
    for group in [0, -1, i32::MIN] {
        conv(&[x, w], &out, &[group, 1, 1, 0, 0, 1, 1], Malformed::Group);
    }
    // Groups divide the channels of both sides, and the weight reads those of its group.
    let three = [3, 1, 1, 0, 0, 1, 1];
    let two = [2, 1, 1, 0, 0, 1, 1];
    conv(&[x, w], &out, &three, Malformed::Channels);
    conv(&[x, w], &out, &two, Malformed::Channels);
    conv(
        &[x, leaf(1, &[2, 1, 1, 1])],
        &out,
        &one,
        Malformed::Channels,
    );
    let four = leaf(0, &[1, 4, 2, 1]);
    conv(
        &[four, leaf(1, &[3, 2, 1, 1])],
        &[1, 3, 2, 1],
        &two,
        Malformed::Channels,
    );
    let three_channels = leaf(0, &[1, 3, 2, 1]);
    conv(
        &[three_channels, leaf(1, &[2, 1, 1, 1])],
        &[1, 2, 2, 1],
        &two,
        Malformed::Channels,
    );
    conv(&[x, w], &[2, 2, 2, 2], &one, Malformed::Channels);
    conv(&[x, w], &[1, 1, 2, 2], &one, Malformed::Channels);
    // Every number of a window, one at a time.
    for (place, value) in [(1, 0), (2, 0), (3, -1), (4, -1), (5, 0), (6, 0), (6, -5)] {
        let mut wrong = one;
        wrong[place] = value;
        conv(&[x, w], &out, &wrong, Malformed::Window);
    }
    let pool = |operands: &[Operand], out: &[u32], attributes: &[i32], what| {
        malformed(Op::SumPool, operands, out, attributes, what);
        malformed(Op::MaxPool, operands, out, attributes, what);
    };
    let window = [1, 1, 1, 1, 0, 0, 1, 1];
    pool(&[], &out, &window, Malformed::Operand);
    pool(&[x], &out, &window[1..], Malformed::Attribute);
    pool(&[x], &[2, 2, 2], &window, Malformed::PoolAxes);
    pool(&[leaf(0, &[2, 2, 2])], &out, &window, Malformed::PoolAxes);
    pool(&[x], &[1, 1, 2, 2], &window, Malformed::PoolShape);
    pool(&[x], &[2, 2, 2, 2], &window, Malformed::PoolShape);
    for (place, value) in [
        (0, 0),
        (0, -1),
        (1, 0),
        (2, 0),
        (3, 0),
        (4, -1),
        (5, -1),
        (6, 0),
        (7, 0),
    ] {
        let mut wrong = window;
        wrong[place] = value;
        pool(&[x], &out, &wrong, Malformed::Window);
    }
    // A kernel of more than 2^24 elements, and one whose size does not fit 32 bits.
    pool(
        &[x],
        &out,
        &[4097, 4096, 1, 1, 0, 0, 1, 1],
        Malformed::Window,
    );
    pool(
        &[x],
        &out,
        &[1 << 17, 1 << 17, 1, 1, 0, 0, 1, 1],
        Malformed::Window,
    );
    assert!(Plan::new(&step(
        Op::SumPool,
        &[x],
        &out,
        &[4096, 4096, 1, 1, 0, 0, 1, 1]
    ))
    .is_ok());
}

#[test]
fn malformed_products_and_movers_are_named() {
    let (a, b) = (leaf(0, &[2, 3]), leaf(1, &[3, 2]));
    assert_eq!(ones(&step(Op::MatMul, &[a, b], &[2, 2], &[0])), Ok(3));
    let product = |operands: &[Operand], out: &[u32], attributes: &[i32], what| {
        malformed(Op::MatMul, operands, out, attributes, what);
    };
    product(&[a], &[2, 2], &[0], Malformed::Operand);
    for transposed in [&[][..], &[2], &[-1]] {
        product(&[a, b], &[2, 2], transposed, Malformed::TransB);
    }
    product(&[a, b], &[2], &[0], Malformed::MatrixRanks);
    product(&[leaf(0, &[3]), b], &[2, 2], &[0], Malformed::MatrixRanks);
    product(&[a, leaf(1, &[3])], &[2, 2], &[0], Malformed::MatrixRanks);
    product(
        &[leaf(0, &[1, 2, 3]), b],
        &[2, 2],
        &[0],
        Malformed::MatrixRanks,
    );
    product(
        &[a, leaf(1, &[1, 3, 2])],
        &[2, 2],
        &[0],
        Malformed::MatrixRanks,
    );
    product(&[a, b], &[2, 2], &[1], Malformed::MatrixTerms);
    product(
        &[a, leaf(1, &[2, 2])],
        &[2, 2],
        &[0],
        Malformed::MatrixTerms,
    );
    let x = leaf(0, &[2, 2]);
    let direct = |op, operands: &[Operand], attributes: &[i32], what| {
        malformed(op, operands, &[2, 2], attributes, what);
    };
    direct(Op::Clip, &[x], &[0], Malformed::Attribute);
    direct(Op::Clip, &[], &[0, 1], Malformed::Operand);
    direct(Op::Add, &[x], &[], Malformed::Operand);
    direct(Op::Requant, &[x], &[-1, 0, 1], Malformed::Pre);
    direct(Op::Requant, &[x], &[0, 0], Malformed::Attribute);
    direct(Op::Pad, &[leaf(0, &[2])], &[0, 0, 0], Malformed::PadRank);
    direct(Op::Pad, &[x], &[-1, 0, 0], Malformed::PadNegative);
    direct(Op::Pad, &[leaf(0, &[1, 2])], &[1, 0], Malformed::Attribute);
    for axis in [-1, 2, 6] {
        direct(Op::Concat, &[x], &[axis], Malformed::Axis);
    }
    direct(Op::Concat, &[leaf(0, &[2])], &[1], Malformed::ConcatRank);
    for axis in [-1, 6, i32::MIN] {
        direct(Op::Transpose, &[x], &[0, axis], Malformed::Perm);
    }
    for factor in [0, -1] {
        direct(Op::Upsample, &[x], &[1, factor], Malformed::Factor);
    }
}

#[test]
fn reading_outside_is_refused() {
    let outside = |op, operands: &[Operand], out: &[u32], attributes: &[i32], slot: u32| {
        let step = step(op, operands, out, attributes);
        let plan = Plan::new(&step).unwrap();
        let ones: Vec<Vec<u32>> = operands
            .iter()
            .map(|operand| ints(&vec![1; operand.dims.elements() as usize]))
            .collect();
        let mut loads = Whole::new(ones.iter().map(Vec::as_slice).collect());
        let last = step.dims.elements() - 1;
        let found = plan.element(last, &mut loads);
        assert_eq!(found, Err(Fault::OutOfRange { slot }), "{step:?}");
        assert!(plan.element(0, &mut loads).is_ok(), "{step:?}");
        let beyond = plan.element(last + 1, &mut loads);
        assert_eq!(beyond, Err(Fault::Element(last + 1)));
    };
    let one = [1, 1, 1, 0, 0, 1, 1];
    let operands = [
        leaf(0, &[1, 1, 1, 2]),
        leaf(1, &[2, 1, 1, 1]),
        leaf(2, &[1]),
    ];
    outside(Op::Conv, &operands, &[1, 2, 1, 2], &one, 2);
    let operands = [leaf(0, &[2, 1]), leaf(1, &[1, 2])];
    outside(Op::MatMul, &operands, &[2, 3], &[0], 1);
    outside(Op::MatMul, &operands, &[3, 2], &[0], 0);
    let bias = [leaf(0, &[2, 1]), leaf(1, &[1, 3]), leaf(2, &[2])];
    outside(Op::MatMul, &bias, &[2, 3], &[0], 2);
    outside(Op::Add, &[leaf(0, &[3]), leaf(1, &[2])], &[3], &[], 1);
    outside(Op::Transpose, &[leaf(0, &[2, 3])], &[3, 3], &[1, 0], 0);
    outside(Op::Upsample, &[leaf(0, &[2])], &[5], &[2], 0);
    outside(Op::Concat, &[leaf(0, &[1]), leaf(1, &[1])], &[3], &[0], 2);
    outside(Op::Requant, &[leaf(0, &[2])], &[3], &[0, 0, 1], 0);
    // A table that is too short, whatever the index's sign.
    for (index, slot) in [(-1, 1), (255, 1)] {
        let looked = step(Op::Lut, &[leaf(0, &[1]), leaf(1, &[255])], &[1], &[]);
        let found = first(&looked, &[&[index], &[0; 255]]);
        assert_eq!(found, Err(Fault::OutOfRange { slot }));
    }
    let whole = step(Op::Lut, &[leaf(0, &[1]), leaf(1, &[256])], &[1], &[]);
    let mut table = [0; 256];
    (table[255], table[3]) = (7, 9);
    for (index, value) in [(-1, 7), (255, 7), (3, 9), (256 + 3, 9), (0, 0)] {
        assert_eq!(first(&whole, &[&[index], &table]), Ok(value));
    }
}

/// Sums and products stay below 2^24, and the terms that are padding count without changing anything.
#[test]
fn limits_and_terms() {
    let last = (1 << 24) - 1;
    let product = step(
        Op::MatMul,
        &[leaf(0, &[1, 1]), leaf(1, &[1, 1]), leaf(2, &[1])],
        &[1, 1],
        &[0],
    );
    for (a, b, bias, value) in [
        (4095, 4096, 4095, Ok(last)),
        (4095, 4096, 4096, Err(Fault::Limit(1 << 24))),
        (-4095, 4096, -4095, Ok(-last)),
        (-4095, 4096, -4096, Err(Fault::Limit(-(1 << 24)))),
        (4096, 4096, -1, Err(Fault::Limit(1 << 24))),
    ] {
        assert_eq!(first(&product, &[&[a], &[b], &[bias]]), value);
    }
    let (add, mul) = (Op::Add, Op::Mul);
    let pair = [leaf(0, &[1]), leaf(1, &[1])];
    for (op, p, q, value) in [
        (add, 1 << 23, (1 << 23) - 1, Ok(last)),
        (add, 1 << 23, 1 << 23, Err(Fault::Limit(1 << 24))),
        (mul, -4096, 4095, Ok(-4096 * 4095)),
        (mul, -4096, 4096, Err(Fault::Limit(-(1 << 24)))),
    ] {
        assert_eq!(first(&step(op, &pair, &[1], &[]), &[&[p], &[q]]), value);
    }
    // A window of three taps of which the first is padding.
    let x = leaf(0, &[1, 1, 1, 2]);
    let window = [1, 3, 1, 1, 0, 1, 1, 1];
    let (sum, max) = (
        step(Op::SumPool, &[x], &[1, 1, 1, 1], &window),
        step(Op::MaxPool, &[x], &[1, 1, 1, 1], &window),
    );
    let values = ints(&[-8, -5]);
    let running = |step: &Step, terms: (u32, u32), begin: Option<i32>| {
        let mut loads = Whole::new(vec![values.as_slice()]);
        let (mut seen, plan) = (Vec::new(), Plan::new(step).unwrap());
        let value = plan.fold(0, terms, begin, &mut loads, |count, value| {
            seen.push((count, value));
        });
        value.map(|value| (value, seen))
    };
    let all = vec![(1, 0), (2, -8), (3, -13)];
    assert_eq!(running(&sum, (0, 3), None), Ok((-13, all)));
    let all = vec![(1, MAX_START), (2, -8), (3, -5)];
    assert_eq!(running(&max, (0, 3), None), Ok((-5, all)));
    assert_eq!(running(&sum, (1, 2), Some(100)), Ok((92, vec![(2, 92)])));
    assert_eq!(running(&max, (2, 3), Some(-7)), Ok((-5, vec![(3, -5)])));
    assert_eq!(running(&sum, (3, 3), Some(4)), Ok((4, vec![])));
    assert_eq!(running(&sum, (0, 4), None), Err(Fault::Element(4)));
    assert_eq!(running(&sum, (2, 1), None), Err(Fault::Element(1)));
    assert_eq!(running(&sum, (4, 3), None), Err(Fault::Element(3)));
    let begin = Some(-(1 << 24) + 8);
    assert_eq!(running(&sum, (1, 2), begin), Err(Fault::Limit(-(1 << 24))));
    // A direct operator has no terms.
    let clip = step(Op::Clip, &[leaf(0, &[2])], &[2], &[-9, 9]);
    assert_eq!(Plan::new(&clip).unwrap().terms(), None);
    assert_eq!(
        running(&clip, (0, 0), Some(1)),
        Err(Fault::Malformed(Malformed::NoSum))
    );
    assert_eq!(running(&clip, (0, 1), Some(1)), Err(Fault::Element(1)));
    assert_eq!(Plan::new(&sum).unwrap().terms(), Some(3));
    assert_eq!(
        (chunk_of(63), chunk_of(64), chunk_of(130)),
        ((0, 63), (1, 0), (2, 2))
    );
}

/// Arithmetic shifts, also of more than a number's bits.
#[test]
fn shifts() {
    for (x, pre, value) in [
        (-1, 0, -1),
        (-1, 24, -1),
        (7, 2, 1),
        (-7, 2, -2),
        (7, 31, 0),
        (-7, 40, -1),
        (7, i32::MAX, 0),
    ] {
        let requant = step(Op::Requant, &[leaf(0, &[1])], &[1], &[pre, -100, 100]);
        assert_eq!(first(&requant, &[&[x]]), Ok(value));
    }
    // Limits that are the wrong way round give the upper one.
    for x in [-9, 0, 9] {
        let clip = step(Op::Clip, &[leaf(0, &[1])], &[1], &[5, 2]);
        assert_eq!(first(&clip, &[&[x]]), Ok(2));
    }
    let scaled = step(
        Op::Requant,
        &[leaf(0, &[1]), leaf(1, &[1])],
        &[1],
        &[0, 0, 1],
    );
    let (x, zero) = (ints(&[1]), [0_u32]);
    let mut loads = Whole::new(vec![x.as_slice(), &zero]);
    let found = Plan::new(&scaled).unwrap().element(0, &mut loads);
    assert_eq!(found, Err(Fault::Scale { index: 0 }));
}

/// Each says something of its own.
#[test]
fn sentences_are_told_apart() {
    let dims = [
        DimsError::Rank(7),
        DimsError::Zero,
        DimsError::Elements,
        DimsError::Short,
    ];
    let steps = [
        StepError::Long(2000),
        StepError::Short,
        StepError::Trailing(1),
        StepError::Operator(99),
        StepError::Operands(Op::Add, 1),
        StepError::Attributes(Op::Add, 1),
        StepError::Forward {
            reference: 1,
            own: 1,
        },
        StepError::Dims(DimsError::Zero),
    ];
    let faces = [
        InterfaceError::Count(9),
        InterfaceError::Short,
        InterfaceError::Trailing,
        InterfaceError::NameEncoding,
        InterfaceError::NameLength(0),
        InterfaceError::NameControl,
        InterfaceError::Order,
        InterfaceError::Dims(DimsError::Zero),
        InterfaceError::Interval(1, 0),
    ];
    let faults = [
        Fault::Malformed(Malformed::NoSum),
        Fault::Element(1),
        Fault::OutOfRange { slot: 1 },
        Fault::NotInteger { slot: 1, index: 2 },
        Fault::Scale { index: 1 },
        Fault::Limit(1),
        Fault::Missing { slot: 1, chunk: 2 },
    ];
    let texts = dims.iter().map(ToString::to_string);
    let texts = texts.chain(steps.iter().map(ToString::to_string));
    let texts = texts.chain(faces.iter().map(ToString::to_string));
    let texts: Vec<String> = texts
        .chain(faults.iter().map(ToString::to_string))
        .collect();
    let all: BTreeSet<&String> = texts.iter().collect();
    assert_eq!(all.len(), texts.len());
    assert!(texts.iter().all(|text| text.len() > 10), "{texts:?}");
    assert_eq!(format!("{:?}", Dims::new(&[2, 3]).unwrap()), "[2, 3]");
}
