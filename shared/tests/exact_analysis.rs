//! EXACT 1.3 to 1.8: intervals against every value that is possible, bounds at the last value that is allowed, refusals by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::analysis::{analyse, Analysis};
use countersign_shared::exact::interface::Output;
use countersign_shared::exact::intervals::Interval;
use countersign_shared::exact::num::{bits_of_int, scale_of_shift};
use countersign_shared::exact::reason::{Place, Reason};
use countersign_shared::exact::step::{Op, Operand, Step};
use exact_common::random::{self, dims, name};
use exact_common::steps::{around, leaf, step, weight, Around};

const LAST: i64 = (1 << 24) - 1;

#[test]
fn intervals_are_those_of_all_possible_values() {
    let image = around(
        &[(&[1, 2, 1, 1], -2, 3)],
        &[&[3, -2, 1, 1, -1, -1], &[5, -7, 0], &[2, 3]],
    );
    let one = [1, 1, 1, 0, 0, 1, 1];
    let x = leaf(0, &[1, 2, 1, 1]);
    let w = weight(0, &[3, 2, 1, 1]);
    image.tight(&step(Op::Conv, &[x, w], &[1, 3, 1, 1], &one));
    let biased = [x, w, weight(1, &[3])];
    image.tight(&step(Op::Conv, &biased, &[1, 3, 1, 1], &one));
    let grouped = [2, 1, 1, 0, 0, 1, 1];
    let operands = [x, weight(2, &[2, 1, 1, 1])];
    image.tight(&step(Op::Conv, &operands, &[1, 2, 1, 1], &grouped));

    let row = leaf(0, &[1, 2]);
    for (transposed, shape) in [(0, [2, 3]), (1, [3, 2])] {
        for lo in [-2, 0, 1] {
            let mut image = around(
                &[(&[1, 2], lo, 3)],
                &[&[3, -2, 1, 4, -5, -1], &[50, -70, 0]],
            );
            let w = weight(0, &shape);
            image.tight(&step(Op::MatMul, &[row, w], &[1, 3], &[transposed]));
            // One bias for each column, for each element, or one for all.
            for (sizes, bias) in [(vec![3], vec![50, -70, 0]), (vec![1, 1], vec![-9])] {
                image.weights[1] = bias.iter().map(|v| bits_of_int(*v).unwrap()).collect();
                let operands = [row, w, weight(1, &sizes)];
                image.tight(&step(Op::MatMul, &operands, &[1, 3], &[transposed]));
            }
        }
    }
    // Two matrices of constants, each with its batch; a computed bias.
    let batch = around(
        &[(&[2, 1, 2], -1, 2), (&[1], -3, 0)],
        &[&[3, -2, 1, 1, 9, -4, 6, 8]],
    );
    let operands = [leaf(0, &[2, 1, 2]), weight(0, &[2, 2, 2])];
    batch.tight(&step(Op::MatMul, &operands, &[2, 1, 2], &[0]));
    batch.tight(&step(Op::MatMul, &operands, &[2, 1, 2], &[1]));
    let operands = [leaf(0, &[2, 1, 2]), weight(0, &[2, 2, 2]), leaf(1, &[1])];
    batch.tight(&step(Op::MatMul, &operands, &[2, 1, 2], &[0]));
    // Constants on the left, a bias on top.
    let left = around(&[(&[2, 1], -1, 4), (&[], -3, 5)], &[&[3, -2, 1, 1]]);
    let operands = [weight(0, &[2, 2]), leaf(0, &[2, 1])];
    left.tight(&step(Op::MatMul, &operands, &[2, 1], &[0]));
    let operands = [weight(0, &[2, 2]), leaf(0, &[2, 1]), leaf(1, &[])];
    left.tight(&step(Op::MatMul, &operands, &[2, 1], &[0]));
    // Both computed.
    let both = around(&[(&[1, 2], -2, 1), (&[2, 1], -1, 3), (&[], 4, 5)], &[]);
    let operands = [leaf(0, &[1, 2]), leaf(1, &[2, 1])];
    both.tight(&step(Op::MatMul, &operands, &[1, 1], &[0]));
    let operands = [leaf(0, &[1, 2]), leaf(1, &[2, 1]), leaf(2, &[])];
    both.tight(&step(Op::MatMul, &operands, &[1, 1], &[0]));
    let pair = [leaf(0, &[1, 2]), leaf(1, &[1, 2])];
    both.tight(&step(Op::Add, &pair, &[1, 2], &[]));
    both.tight(&step(Op::Mul, &pair, &[1, 2], &[]));
    both.tight(&step(Op::Concat, &pair, &[2, 2], &[0]));
    both.tight(&step(Op::Concat, &pair[..1], &[1, 2], &[0]));
}

#[test]
fn intervals_of_what_moves_and_cuts() {
    let x = leaf(0, &[1, 1, 1, 2]);
    let row = around(
        &[(&[1, 1, 1, 2], -5, 3)],
        &[&[-40, 7], &[1, 2, 3, 4, 5, 6, 7, 8, -9]],
    );
    let window = [1, 2, 1, 1, 0, 0, 1, 1];
    row.tight(&step(Op::SumPool, &[x], &[1, 1, 1, 1], &window));
    row.tight(&step(Op::MaxPool, &[x], &[1, 1, 1, 1], &window));
    row.tight(&step(Op::Clip, &[x], &[1, 1, 1, 2], &[-2, 1]));
    row.tight(&step(Op::Clip, &[x], &[1, 1, 1, 2], &[8, 9]));
    row.tight(&step(Op::Transpose, &[x], &[2, 1, 1, 1], &[3, 0, 1, 2]));
    row.tight(&step(Op::Upsample, &[x], &[1, 1, 2, 4], &[1, 1, 2, 2]));
    for value in [-9, 0, 8] {
        let pads = [0, 0, 1, 0, value];
        row.tight(&step(Op::Pad, &[x], &[1, 1, 2, 2], &pads));
    }
    for pre in [0, 1, 2, 31] {
        row.tight(&step(Op::Requant, &[x], &[1, 1, 1, 2], &[pre, -2, 1]));
    }
    let mut scaled = around(&[(&[1, 1, 1, 2], -50, 30)], &[&[0, 0]]);
    scaled.weights[0] = [1, 3].map(|s| scale_of_shift(s).unwrap()).to_vec();
    let operands = [x, weight(0, &[2])];
    scaled.tight(&step(Op::Requant, &operands, &[1, 1, 1, 2], &[1, -9, 9]));
    // A window over the edge reads zeros beside what it reads.
    let wide = step(Op::SumPool, &[x], &[1, 1, 1, 3], &[1, 2, 1, 1, 0, 1, 1, 1]);
    let narrow = around(&[(&[1, 1, 1, 2], 2, 3)], &[]);
    assert_eq!(narrow.interval(&wide), Ok(Interval::new(0, 6)));
    assert_eq!(narrow.everything(&wide), Interval::new(2, 6));
    // A table's is that of all its entries, whatever is read.
    let mut table = around(&[(&[2], 0, 1)], &[&[0; 256]]);
    table.weights[0][200] = bits_of_int(77).unwrap();
    let looked = step(Op::Lut, &[leaf(0, &[2]), weight(0, &[256])], &[2], &[]);
    assert_eq!(table.interval(&looked), Ok(Interval::new(0, 77)));
}

/// The last value that is allowed is, and the next one is not (EXACT 1.3, 1.4).
#[test]
fn bounds_are_where_they_are_said_to_be() {
    let one = [1, 1, 1, 0, 0, 1, 1];
    let half = 1 << 23;
    for (bias, fits) in [
        (half - 1, true),
        (half, false),
        (1 - half, true),
        (-half, false),
    ] {
        let expected = |interval: Interval| {
            if fits {
                Ok(interval)
            } else {
                Err(Reason::Bound)
            }
        };
        let small = i64::from(bias);
        // Both signs of a weight count.
        for x in [(0, 1 << 22), (-(1 << 22), 0)] {
            let about = around(&[(&[1, 2, 1, 1], x.0, x.1)], &[&[1, -1], &[bias]]);
            let reach = Interval::new(small - (1 << 22), small + (1 << 22));
            let operands = [
                leaf(0, &[1, 2, 1, 1]),
                weight(0, &[1, 2, 1, 1]),
                weight(1, &[1]),
            ];
            let conv = step(Op::Conv, &operands, &[1, 1, 1, 1], &one);
            assert_eq!(about.interval(&conv), expected(reach));
            let operands = [leaf(0, &[1, 2]), weight(0, &[2, 1]), weight(1, &[1])];
            let product = step(Op::MatMul, &operands, &[1, 1], &[0]);
            assert_eq!(about.interval(&product), expected(reach));
            let operands = [weight(0, &[1, 2]), leaf(0, &[2, 1]), weight(1, &[1])];
            let product = step(Op::MatMul, &operands, &[1, 1], &[0]);
            assert_eq!(about.interval(&product), expected(reach));
        }
        // K · max|a| · max|b| + |bias| = 2 · 2^11 · 2^11 + |bias|.
        let about = around(
            &[(&[1, 2], -(1 << 11), 5), (&[2, 1], -7, 1 << 11)],
            &[&[bias]],
        );
        let operands = [leaf(0, &[1, 2]), leaf(1, &[2, 1]), weight(0, &[])];
        let product = step(Op::MatMul, &operands, &[1, 1], &[0]);
        let found = about.interval(&product);
        assert_eq!(found.is_ok(), fits);
        assert!(fits || found == Err(Reason::Bound));
    }
    for (high, fits) in [(LAST / 3, true), (LAST / 3 + 1, false)] {
        let about = around(&[(&[1, 1, 1, 3], -1, high)], &[]);
        let window = [1, 3, 1, 1, 0, 0, 1, 1];
        let sum = step(
            Op::SumPool,
            &[leaf(0, &[1, 1, 1, 3])],
            &[1, 1, 1, 1],
            &window,
        );
        let expected = if fits {
            Ok(Interval::new(-3, 3 * high))
        } else {
            Err(Reason::Bound)
        };
        assert_eq!(about.interval(&sum), expected);
    }
    for (p, q, fits) in [
        (half, half - 1, true),
        (half, half, false),
        (-half, 1 - half, true),
        (-half, -half, false),
    ] {
        let (p, q) = (i64::from(p), i64::from(q));
        let about = around(&[(&[1], p, p), (&[1], q, q)], &[]);
        let sum = step(Op::Add, &[leaf(0, &[1]), leaf(1, &[1])], &[1], &[]);
        let expected = if fits {
            Ok(Interval::one(p + q))
        } else {
            Err(Reason::Interval)
        };
        assert_eq!(about.interval(&sum), expected);
    }
    for (p, q, fits) in [
        (4096, 4095, true),
        (4096, 4096, false),
        (-4096, 4096, false),
    ] {
        let about = around(&[(&[1], p, p), (&[1], q, q)], &[]);
        let product = step(Op::Mul, &[leaf(0, &[1]), leaf(1, &[1])], &[1], &[]);
        assert_eq!(about.interval(&product).is_ok(), fits);
    }
    for (lo, hi, fits) in [
        (-LAST, LAST, true),
        (0, LAST + 1, false),
        (-LAST - 1, 0, false),
    ] {
        assert_eq!(Analysis::default().input(dims(&[2]), lo, hi).is_ok(), fits);
    }
    for (lo, hi, fits) in [
        (0, 255, true),
        (-128, 127, true),
        (-1, 255, false),
        (-128, 128, false),
        (0, 256, false),
        (-129, 0, false),
    ] {
        let about = around(&[(&[1], lo, hi)], &[&[3; 256]]);
        let looked = step(Op::Lut, &[leaf(0, &[1]), weight(0, &[256])], &[1], &[]);
        let expected = if fits {
            Ok(Interval::one(3))
        } else {
            Err(Reason::Interval)
        };
        assert_eq!(about.interval(&looked), expected, "{lo} {hi}");
    }
}

#[test]
fn what_is_outside_is_named() {
    let mut about = around(
        &[(&[1, 1, 1, 2], 0, 9), (&[1], 0, 1), (&[256], 0, 1)],
        &[&[1, 1], &[0; 256]],
    );
    about.weights[0][1] = 0x3f00_0000;
    let refused =
        |step: Step, reason: Reason| assert_eq!(about.interval(&step), Err(reason), "{step:?}");
    let (x, half) = (leaf(0, &[1, 1, 1, 2]), weight(0, &[2]));
    let one = [1, 1, 1, 0, 0, 1, 1];
    let conv = |operands: &[Operand]| step(Op::Conv, operands, &[1, 1, 1, 2], &one);
    let kernel = weight(1, &[256]);
    refused(conv(&[x, leaf(1, &[1, 1, 1, 1])]), Reason::NotConstant);
    refused(
        conv(&[x, leaf(1, &[1, 1, 1, 1]), leaf(1, &[1])]),
        Reason::NotConstant,
    );
    let product = step(
        Op::MatMul,
        &[leaf(0, &[1, 2]), weight(0, &[2, 1])],
        &[1, 1],
        &[0],
    );
    refused(product, Reason::NonIntegerWeight);
    let sum = step(Op::Add, &[x, half], &[1, 1, 1, 2], &[]);
    refused(sum, Reason::NonIntegerWeight);
    let looked = step(Op::Lut, &[x, leaf(2, &[256])], &[1, 1, 1, 2], &[]);
    refused(looked, Reason::NotConstant);
    // Sizes that are not those of the elements, and references to nothing.
    for operand in [
        leaf(0, &[3]),
        leaf(0, &[1]),
        leaf(9, &[2]),
        weight(0, &[3]),
        weight(9, &[2]),
    ] {
        refused(
            step(Op::Clip, &[operand], &[2], &[0, 1]),
            Reason::MissingValue,
        );
    }
    refused(
        step(Op::Clip, &[x], &[1, 1, 1, 2], &[1, 0]),
        Reason::Attribute,
    );
    let requant =
        |operands: &[Operand], pre: i32| step(Op::Requant, operands, &[1, 1, 1, 2], &[pre, 0, 1]);
    refused(requant(&[x], -1), Reason::Attribute);
    refused(requant(&[x, leaf(1, &[1])], 0), Reason::NotConstant);
    refused(requant(&[x, kernel], 0), Reason::Attribute);
    let zeros = Around {
        leaves: about.leaves.clone(),
        weights: vec![vec![0]],
    };
    assert_eq!(
        zeros.interval(&requant(&[x, weight(0, &[1])], 0)),
        Err(Reason::ScaleNotPowerOfTwo)
    );
    // 1,024 bytes of a step are allowed, though nothing else about this one is.
    let mut long = step(Op::Concat, &[], &[1; 5], &[0]);
    long.operands = vec![leaf(1, &[1; 6]); 34];
    long.operands.extend([leaf(1, &[]); 2]);
    assert_eq!(long.to_bytes().len(), 1024);
    refused(long.clone(), Reason::Attribute);
    long.attributes.push(0);
    refused(long, Reason::Size);
}

/// 4,096 leaves are allowed, and every output has the size of its leaf.
#[test]
fn programs_are_checked_as_a_whole() {
    let mut program = random::empty(&[&[2]]);
    let copy = step(Op::Clip, &[leaf(0, &[2])], &[2], &[-9, 9]);
    program.steps = vec![copy.clone(); 4095];
    let intervals = analyse(&program).unwrap();
    assert_eq!(intervals.len(), 4096);
    assert_eq!(intervals[4095], Interval::new(-9, 9));
    let mut analysis = Analysis::default();
    analysis.input(dims(&[2]), -9, 9).unwrap();
    for _ in 0..4095 {
        analysis.step(&copy, &[]).unwrap();
    }
    assert_eq!(
        analysis.step(&copy, &[]).map_err(|wrong| wrong.0),
        Err(Reason::Size)
    );
    program.steps.push(copy);
    let refused = analyse(&program).unwrap_err();
    assert_eq!(
        (refused.reason, refused.place),
        (Reason::Size, Place::Program)
    );

    program.steps.truncate(3);
    program.steps[1].attributes = vec![3, 2];
    let refused = analyse(&program).unwrap_err();
    assert_eq!(
        (refused.reason, refused.place),
        (Reason::Attribute, Place::Step(1))
    );
    program.steps.truncate(1);
    let outputs = [(0, &[1, 2][..]), (1, &[2]), (1, &[3]), (2, &[2])];
    program.interface.outputs = (0..)
        .zip(outputs)
        .map(|(number, (leaf, sizes)): (u32, (u32, &[u32]))| Output {
            name: name(&format!("out{number}")),
            dims: dims(sizes),
            leaf,
        })
        .collect();
    let refused = analyse(&program).unwrap_err();
    assert_eq!(
        (refused.reason, refused.place),
        (Reason::Interface, Place::Output(2))
    );
    program.interface.outputs.remove(2);
    let refused = analyse(&program).unwrap_err();
    assert_eq!(
        (refused.reason, refused.place),
        (Reason::Interface, Place::Output(2))
    );
    program.interface.outputs.truncate(2);
    program.interface.inputs[0].hi = 1 << 24;
    let refused = analyse(&program).unwrap_err();
    assert_eq!(
        (refused.reason, refused.place),
        (Reason::Interval, Place::Input(0))
    );
}
