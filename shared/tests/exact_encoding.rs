//! EXACT 2.4, 2.5 and 4.4: one encoding for each step and interface, everything else refused by name; shapes, trees and integers at
//! their ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::build::Own;
use countersign_shared::exact::dims::{chunk_bytes, Dims, DimsError, MAX_ELEMENTS};
use countersign_shared::exact::interface::{Input, Interface, InterfaceError, Output};
use countersign_shared::exact::num::{bits_of_int, int_of_bits, scale_of_shift, shift_of_scale};
use countersign_shared::exact::program::{
    chunk_hashes, element_bytes, elements_of, elements_root, root_hashes,
};
use countersign_shared::exact::step::{Op, Reference, Step, StepError};
use countersign_shared::exact::tree::{self, path_length};
use countersign_shared::item::Name;
use countersign_shared::merkle;
use exact_common::play::C;
use exact_common::random::{dims, name};
use exact_common::steps::{leaf, step, weight};

#[test]
fn steps_are_decoded_strictly() {
    let add = step(Op::Add, &[leaf(3, &[2, 5]), weight(7, &[5])], &[2, 5], &[]);
    let bytes = add.to_bytes();
    assert_eq!(Step::from_bytes(&bytes, 4), Ok(add.clone()));
    let forward = StepError::Forward {
        reference: 3,
        own: 3,
    };
    assert_eq!(Step::from_bytes(&bytes, 3), Err(forward));
    for end in 0..bytes.len() {
        // What is cut inside of a shape is said to be the shape's end.
        let refusal = Step::from_bytes(&bytes[..end], 4).unwrap_err();
        let short = StepError::Dims(DimsError::Short);
        assert!(refusal == StepError::Short || refusal == short, "{end}");
    }
    let mut longer = bytes.clone();
    longer.extend([0, 0, 0]);
    assert_eq!(Step::from_bytes(&longer, 4), Err(StepError::Trailing(3)));
    let with = |place: usize, byte: u8| {
        let mut changed = bytes.clone();
        changed[place] = byte;
        Step::from_bytes(&changed, 4).unwrap_err()
    };
    assert_eq!(with(0, 0), StepError::Operator(0));
    assert_eq!(with(0, 14), StepError::Operator(14));
    assert_eq!(with(1, 1), StepError::Operands(Op::Add, 1));
    assert_eq!(with(1, 3), StepError::Operands(Op::Add, 3));
    assert_eq!(with(6, 7), StepError::Dims(DimsError::Rank(7)));
    assert_eq!(with(7, 0), StepError::Dims(DimsError::Zero));
    assert_eq!(with(10, 255), StepError::Dims(DimsError::Elements));
    assert_eq!(with(bytes.len() - 1, 1), StepError::Attributes(Op::Add, 1));
    // 1,024 bytes are not too long.
    assert_eq!(Step::from_bytes(&[0; 1025], 4), Err(StepError::Long(1025)));
    assert_eq!(Step::from_bytes(&[0; 1024], 4), Err(StepError::Operator(0)));
    // More operands than a byte counts are cut, and so refused.
    let many = step(Op::Concat, &[leaf(0, &[1]); 300], &[1], &[0]);
    assert!(Step::from_bytes(&many.to_bytes(), 4).is_err());
    let most = step(Op::Concat, &[leaf(0, &[1]); 32], &[1], &[0]);
    assert_eq!(Step::from_bytes(&most.to_bytes(), 4), Ok(most));
    let over = step(Op::Concat, &[leaf(0, &[1]); 33], &[1], &[0]);
    let refusal = StepError::Operands(Op::Concat, 33);
    assert_eq!(Step::from_bytes(&over.to_bytes(), 4), Err(refusal));
    for (reference, bits) in [
        (Reference::Leaf(5), 5),
        (Reference::Leaf((1 << 31) - 1), (1 << 31) - 1),
        (Reference::Initialiser(0), 1 << 31),
        (Reference::Initialiser(9), (1 << 31) | 9),
    ] {
        assert_eq!(reference.to_u32(), bits);
        assert_eq!(Reference::from_u32(bits), reference);
    }
}

/// Operand and attribute counts are those of 2.4, for every operator and rank.
#[test]
fn counts_are_those_of_the_table() {
    let table: [(Op, [usize; 2], [usize; 2]); 13] = [
        (Op::Conv, [2, 3], [7, 7]),
        (Op::MatMul, [2, 3], [1, 1]),
        (Op::Add, [2, 2], [0, 0]),
        (Op::Mul, [2, 2], [0, 0]),
        (Op::SumPool, [1, 1], [8, 8]),
        (Op::MaxPool, [1, 1], [8, 8]),
        (Op::Clip, [1, 1], [2, 2]),
        (Op::Requant, [1, 2], [3, 3]),
        (Op::Pad, [1, 1], [1, 5]),
        (Op::Concat, [1, 32], [1, 1]),
        (Op::Transpose, [1, 1], [0, 4]),
        (Op::Upsample, [1, 1], [0, 4]),
        (Op::Lut, [2, 2], [0, 0]),
    ];
    for (number, (op, operands, attributes)) in (1_u8..).zip(table) {
        assert_eq!(Op::from_number(number), Some(op));
        for (rank, attributes) in [0, 4].into_iter().zip(attributes) {
            let out = vec![1; rank];
            for count in 0..=33 {
                let made = step(op, &vec![leaf(0, &[]); count], &out, &vec![0; attributes]);
                let fits = (operands[0]..=operands[1]).contains(&count);
                let read = Step::from_bytes(&made.to_bytes(), 1);
                assert_eq!(read.is_ok(), fits, "{op:?} of {count}");
            }
            for count in 0..10 {
                let made = step(op, &vec![leaf(0, &[]); operands[0]], &out, &vec![0; count]);
                let read = Step::from_bytes(&made.to_bytes(), 1);
                assert_eq!(read.is_ok(), count == attributes, "{op:?} with {count}");
            }
        }
    }
}

fn face(inputs: usize, outputs: usize) -> (Vec<Input>, Vec<Output>) {
    let inputs = (0..inputs).map(|number| Input {
        name: name(&format!("x{number}")),
        dims: dims(&[2, 3]),
        lo: -1,
        hi: 1,
    });
    let outputs = (0..outputs).map(|number| Output {
        name: name(&format!("y{number}")),
        dims: dims(&[6]),
        leaf: 9,
    });
    (inputs.collect(), outputs.collect())
}

#[test]
fn interfaces_are_decoded_strictly() {
    for (inputs, outputs, wrong) in [
        (1, 1, None),
        (8, 8, None),
        (0, 1, Some(0)),
        (1, 0, Some(0)),
        (9, 1, Some(9)),
        (1, 9, Some(9)),
    ] {
        let (inputs, outputs) = face(inputs, outputs);
        let made = Interface::new(inputs.clone(), outputs.clone());
        assert_eq!(made.err(), wrong.map(InterfaceError::Count));
        let bytes = Interface { inputs, outputs }.to_bytes();
        let read = Interface::from_bytes(&bytes);
        assert_eq!(
            read.as_ref().err(),
            wrong.map(InterfaceError::Count).as_ref()
        );
        if let Ok(read) = read {
            assert_eq!(read.to_bytes(), bytes);
            for end in 0..bytes.len() {
                let refusal = Interface::from_bytes(&bytes[..end]).unwrap_err();
                let short = InterfaceError::Dims(DimsError::Short);
                let no_outputs = InterfaceError::Count(0);
                assert!([InterfaceError::Short, short, no_outputs].contains(&refusal));
            }
            let longer = [&bytes[..], &[0]].concat();
            let refusal = Interface::from_bytes(&longer);
            assert_eq!(refusal, Err(InterfaceError::Trailing));
        }
    }
    for names in [["b", "a"], ["a", "a"], ["ab", "a"]] {
        let (mut inputs, outputs) = face(2, 1);
        for (input, text) in inputs.iter_mut().zip(names) {
            input.name = name(text);
        }
        let refusal = Interface::new(inputs, outputs).unwrap_err();
        assert_eq!(refusal, InterfaceError::Order);
        let (inputs, mut outputs) = face(1, 2);
        for (output, text) in outputs.iter_mut().zip(names) {
            output.name = name(text);
        }
        let refusal = Interface::new(inputs, outputs).unwrap_err();
        assert_eq!(refusal, InterfaceError::Order);
    }
    let last = (1 << 24) - 1;
    for (lo, hi, fits) in [
        (0, 0, true),
        (-last, last, true),
        (1, 0, false),
        (0, last + 1, false),
        (-last - 1, 0, false),
        (i32::MIN, 0, false),
    ] {
        let (mut inputs, outputs) = face(1, 1);
        (inputs[0].lo, inputs[0].hi) = (lo, hi);
        let refusal = Interface::new(inputs, outputs).err();
        let wrong = InterfaceError::Interval(lo, hi);
        assert_eq!(refusal, (!fits).then_some(wrong));
    }
    // The name's bytes: none, no UTF-8, a control character.
    let (mut inputs, outputs) = face(1, 1);
    inputs[0].name = name("ab");
    let bytes = Interface::new(inputs, outputs).unwrap().to_bytes();
    let with = |place: usize, byte: u8| {
        let mut changed = bytes.clone();
        changed[place] = byte;
        Interface::from_bytes(&changed).unwrap_err()
    };
    assert_eq!(with(2, 0xff), InterfaceError::NameEncoding);
    assert_eq!(with(2, 0x07), InterfaceError::NameControl);
    let empty = [&bytes[..1], &[0], &bytes[4..]].concat();
    let refusal = Interface::from_bytes(&empty);
    assert_eq!(refusal, Err(InterfaceError::NameLength(0)));
    assert!(Name::new("n".repeat(255)).is_ok());
}

#[test]
fn shapes_at_their_ends() {
    assert_eq!(Dims::new(&[1; 7]), Err(DimsError::Rank(7)));
    assert_eq!(Dims::new(&[4, 0]), Err(DimsError::Zero));
    assert_eq!(Dims::new(&[MAX_ELEMENTS]).unwrap().chunks(), 1 << 18);
    assert_eq!(Dims::new(&[4097, 4096]), Err(DimsError::Elements));
    assert_eq!(Dims::new(&[1 << 31, 2]), Err(DimsError::Elements));
    let shape = dims(&[3, 1, 4]);
    assert_eq!((shape.rank(), shape.elements(), shape.chunks()), (3, 12, 1));
    assert_eq!(shape.four(), None);
    assert_eq!(dims(&[1, 2, 3, 4]).four(), Some([1, 2, 3, 4]));
    assert_eq!(
        (0..4).map(|axis| shape.stride(axis)).collect::<Vec<_>>(),
        [4, 4, 1, 1]
    );
    for element in 0..12 {
        let c = shape.coordinates(element);
        assert_eq!(c[..3], [element / 4, 0, element % 4]);
        assert_eq!(shape.index(&c[..3]), Some(element));
        assert_eq!(shape.aligned(&[9, c[0], 5, c[2]]), Some(element));
    }
    assert_eq!(shape.index(&[0, 0]), None);
    for outside in [[3, 0, 0], [0, 1, 0], [0, 0, 4]] {
        assert_eq!(shape.index(&outside), None);
    }
    assert_eq!(shape.aligned(&[0, 0]), None);
    assert_eq!(shape.aligned(&[3, 0, 0]), None);
    assert_eq!(shape.aligned(&[2, 7, 3]), Some(11));
    assert_eq!(dims(&[]).aligned(&[5]), Some(0));
    for (part, whole, fits) in [
        (&[][..], &[2, 3][..], true),
        (&[3], &[2, 3], true),
        (&[1], &[2, 3], true),
        (&[2, 1], &[2, 3], true),
        (&[2], &[2, 3], false),
        (&[2, 3], &[3], false),
        (&[1, 3], &[3], false),
    ] {
        assert_eq!(dims(part).repeats_to(&dims(whole)), fits);
    }
    let long = dims(&[130]);
    let lengths: Vec<Option<u32>> = (0..4).map(|index| long.chunk_elements(index)).collect();
    assert_eq!(lengths, [Some(64), Some(64), Some(2), None]);
    assert_eq!(dims(&[64]).chunk_elements(1), None);
    assert_eq!(long.chunk_elements(u32::MAX), None);
    let bytes: Vec<u8> = (0..=255).chain(0..44).collect();
    assert_eq!(chunk_bytes(&bytes, 0), Some(&bytes[..256]));
    assert_eq!(chunk_bytes(&bytes, 1), Some(&bytes[256..]));
    assert_eq!(chunk_bytes(&bytes, 2), None);
}

/// Paths have the lengths, and are those, of a tree whose every node is computed.
#[test]
fn paths_are_those_of_the_tree() {
    let elements: Vec<u32> = (0..130).collect();
    let hashes: Vec<merkle::Hash> = elements
        .iter()
        .map(|element| merkle::leaf_hash(&C, &element.to_le_bytes()))
        .collect();
    for size in 1..70_u32 {
        let leaves = &hashes[..size as usize];
        let own = Own { leaves, crypto: &C };
        for index in 0..size {
            let path = merkle::prove(&C, leaves, index as usize).unwrap();
            assert_eq!(path_length(index, size), path.len());
            assert_eq!(tree::path(&own, size, index), Some(path));
        }
        assert_eq!(tree::path(&own, size, size), None);
    }
    // Openings of every arity fold to the root.
    for arity in [2, 3, 5, 64] {
        for size in 1..130 {
            let opening = tree::opening(&C, &hashes[..size], arity);
            let expected = tree::children(u32::try_from(size).unwrap(), arity);
            assert_eq!(opening.len(), expected as usize);
            assert!(opening.len() <= arity as usize && (size == 1 || opening.len() > 1));
            let root = merkle::root(&C, &hashes[..size]);
            assert_eq!(tree::fold(&C, &opening), root);
        }
    }
    assert_eq!(tree::child_leaves(4096, 64), 64);
    assert_eq!(tree::child_leaves(4097, 64), 128);
    assert_eq!(tree::child_leaves(65, 64), 2);
    assert_eq!(tree::child_leaves(64, 64), 1);
    // An arity that no deployment has is taken for two.
    assert_eq!(tree::child_leaves(5, 0), tree::child_leaves(5, 2));
}

#[test]
fn elements_and_their_bytes() {
    let elements: Vec<u32> = (0..150).collect();
    let bytes = element_bytes(&elements);
    assert_eq!(bytes[4..8], [1, 0, 0, 0]);
    assert_eq!(elements_of(&bytes), Some(elements.clone()));
    assert_eq!(elements_of(&bytes[..3]), None);
    let hashes = chunk_hashes(&C, &elements);
    assert_eq!(hashes.len(), 3);
    assert_eq!(hashes[2], merkle::leaf_hash(&C, &bytes[512..]));
    let root = elements_root(&C, &elements);
    assert_eq!(root.to_bytes(), merkle::root(&C, &hashes));
    assert_eq!(
        root_hashes(&C, &[root]),
        [merkle::leaf_hash(&C, root.as_bytes())]
    );
}

/// Integers as f32 bits around every power of two, and what is none.
#[test]
fn integers_around_powers_of_two() {
    for power in 0..24 {
        for value in [(1 << power) - 1, 1 << power, (1 << power) + 1] {
            if value >= 1 << 24 {
                continue;
            }
            for value in [value, -value] {
                let bits = (value as f32).to_bits();
                let bits = if value == 0 { 0 } else { bits };
                assert_eq!(bits_of_int(value), Some(bits), "{value}");
                assert_eq!(int_of_bits(bits), Some(value), "{value}");
            }
        }
    }
    for value in [
        0.5_f32,
        1.5,
        8_388_607.5,
        16_777_216.0,
        -16_777_216.0,
        f32::MAX,
        f32::INFINITY,
        f32::NAN,
        1e-40,
        -0.0,
    ] {
        assert_eq!(int_of_bits(value.to_bits()), None, "{value}");
    }
    for value in [1 << 24, -(1 << 24), i32::MAX, i32::MIN] {
        assert_eq!(bits_of_int(value), None);
    }
    for shift in 0..=24 {
        let bits = 0.5_f32.powi(shift).to_bits();
        let shift = u32::try_from(shift).unwrap();
        assert_eq!(scale_of_shift(shift), Some(bits));
        assert_eq!(shift_of_scale(bits), Some(shift));
        assert_eq!(shift_of_scale(bits | 1), None);
        assert_eq!(shift_of_scale(bits | (1 << 31)), None);
        assert_eq!(shift_of_scale(bits | (1 << 22)), None);
    }
    assert_eq!(scale_of_shift(25), None);
    assert_eq!(shift_of_scale(0.5_f32.powi(25).to_bits()), None);
    assert_eq!(shift_of_scale(2_f32.to_bits()), None);
}
