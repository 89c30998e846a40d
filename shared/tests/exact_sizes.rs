//! X3: no message of an honest side exceeds a contract's buffer, by the limits of EXACT 1.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::dims::MAX_ELEMENTS;
use countersign_shared::exact::element::Plan;
use countersign_shared::exact::game::Sizes;
use countersign_shared::exact::loads::{Fault, Loads};
use countersign_shared::exact::proof::Question;
use countersign_shared::exact::step::{Op, Operand, Reference, Step, MAX_STEP_BYTES};
use countersign_shared::exact::tree::{child_leaves, children, path_length};
use countersign_shared::exact::{CHUNK_ELEMENTS, MAX_LEAVES};
use exact_common::random::{dims, Random};
use std::collections::BTreeSet;

const BUFFER: usize = 16 * 1024;
/// More initialisers than the steps of any program can name.
const INITIALISERS: u32 = 32 * MAX_LEAVES;

/// Which chunks a question needs.
#[derive(Default)]
struct Needed(BTreeSet<(usize, u32)>);

impl Loads for Needed {
    fn bits(&mut self, slot: usize, index: u32) -> Result<u32, Fault> {
        self.0.insert((slot, index / CHUNK_ELEMENTS));
        Ok(0)
    }
}

fn proof_bytes(step: &Step, question: &Question) -> usize {
    let mut needed = Needed::default();
    let plan = Plan::new(step).unwrap();
    question.value(&plan, &mut needed).unwrap();
    let slots: BTreeSet<usize> = needed.0.iter().map(|(slot, _)| *slot).collect();
    let operand = |slot: usize| step.operands[slot];
    let trees = slots.iter().map(|slot| {
        let leaves = match operand(*slot).reference {
            Reference::Leaf(_) => MAX_LEAVES,
            Reference::Initialiser(_) => INITIALISERS,
        };
        33 + 32 * path_length(0, leaves)
    });
    let chunks = needed
        .0
        .iter()
        .map(|(slot, index)| 5 + 256 + 32 * path_length(*index, operand(*slot).dims.chunks()));
    2 + trees.sum::<usize>() + chunks.sum::<usize>()
}

fn tensor(reference: Reference, sizes: &[u32]) -> Operand {
    Operand {
        reference,
        dims: dims(sizes),
    }
}

#[test]
fn proofs_fit() {
    let (leaf, weight) = (Reference::Leaf(0), Reference::Initialiser(0));
    let step = |op, operands: &[Operand], out: &[u32], attributes: &[i32]| Step {
        op,
        operands: operands.to_vec(),
        dims: dims(out),
        attributes: attributes.to_vec(),
    };
    let x = tensor(leaf, &[1, 4096, 64, 64]);
    let steps = [
        // Every term in another chunk of x: 1×1, and a dilated 3×3.
        step(
            Op::Conv,
            &[
                x,
                tensor(weight, &[4096, 4096, 1, 1]),
                tensor(weight, &[4096]),
            ],
            &[1, 4096, 64, 64],
            &[1, 1, 1, 0, 0, 1, 1],
        ),
        step(
            Op::Conv,
            &[
                x,
                tensor(weight, &[455, 4096, 3, 3]),
                tensor(weight, &[455]),
            ],
            &[1, 455, 60, 60],
            &[1, 1, 1, 0, 0, 2, 2],
        ),
        step(
            Op::MatMul,
            &[
                tensor(leaf, &[4096, 4096]),
                tensor(leaf, &[4096, 4096]),
                tensor(leaf, &[4096, 4096]),
            ],
            &[4096, 4096],
            &[0],
        ),
        step(
            Op::MaxPool,
            &[tensor(leaf, &[1, 1, 4096, 4096])],
            &[1, 1, 4090, 4090],
            &[7, 7, 1, 1, 0, 0, 1, 1],
        ),
        step(Op::Add, &[x, x], &[1, 4096, 64, 64], &[]),
        step(
            Op::Lut,
            &[x, tensor(weight, &[256])],
            &[1, 4096, 64, 64],
            &[],
        ),
    ];
    let (mut random, mut largest) = (Random(1), 0);
    for step in &steps {
        assert!(step.dims.elements() <= MAX_ELEMENTS);
        let terms = Plan::new(step).unwrap().terms().unwrap_or(0);
        for _ in 0..400 {
            let from = random.below(terms.div_ceil(8)) * 8;
            let question = Question {
                element: random.below(step.dims.elements()),
                from,
                to: (from + 8).min(terms),
                begin: (from > 0).then_some(0),
            };
            largest = largest.max(proof_bytes(step, &question));
        }
    }
    assert!(largest > 8 * 1024 && largest + 16 < 12 * 1024, "{largest}");
}

#[test]
fn other_moves_fit() {
    let sizes = Sizes::EXACT;
    // Every shape and index that a player opens.
    for leaves in (1..=MAX_LEAVES).chain([MAX_ELEMENTS / 64, MAX_ELEMENTS / 64 - 1, 4097, 262_143])
    {
        let size = child_leaves(leaves, sizes.arity);
        assert!(size.is_power_of_two() && children(leaves, sizes.arity) <= sizes.arity);
        assert!(
            size == 1 || (size / 2) * sizes.arity < leaves,
            "the least power of two"
        );
    }
    // Names of 255 bytes and six axes for eight inputs and eight outputs, with paths in a child of 64 leaves.
    let interface = 2 + 8 * (256 + 25 + 8) + 8 * (256 + 25 + 4);
    let ports = 16 * (64 + 32 * path_length(0, child_leaves(MAX_LEAVES, sizes.arity)));
    let open_trace = 4 * 32 + 8 + interface + ports + 64 * 32;
    assert!(open_trace + 64 < BUFFER, "{open_trace}");
    assert!(4 + MAX_STEP_BYTES + 32 * path_length(0, MAX_LEAVES) < BUFFER);
    // Running values: at most SUMS, of ranges that shrink to what a proof recomputes.
    let mut terms = MAX_ELEMENTS;
    let mut rounds = 0;
    while terms > sizes.segment {
        let stride = sizes.stride(terms);
        assert!(terms.div_ceil(stride) <= sizes.sums);
        terms = stride.min(terms - 1);
        rounds += 1;
    }
    assert!(rounds <= 3);
}
