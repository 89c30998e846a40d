//! False traces: every lie about one tensor, up to what makes no difference, and what may stand behind it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::play::C;
use super::tiny::Tiny;
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::run::run;

/// A long tensor's elements stand for one another within a chunk: the ends of each are tried.
pub fn places(elements: &[u32]) -> Vec<usize> {
    let all = 0..elements.len();
    if elements.len() <= 32 {
        return all.collect();
    }
    all.filter(|place| matches!(place % 64, 0 | 1 | 63) || place + 1 == elements.len())
        .collect()
}

/// What may follow a lie in the trace.
#[derive(Clone, Copy, Debug)]
pub enum After {
    /// The true tensors, as if nothing had been.
    True,
    /// What follows from the lie.
    Computed,
    /// Roots that nobody can open.
    Unknown,
}

const AFTER: [After; 3] = [After::True, After::Computed, After::Unknown];

/// A trace with one false tensor.
pub fn trace(
    tiny: &Tiny,
    leaf: usize,
    tensor: Option<Vec<u32>>,
    after: After,
) -> Vec<Option<Vec<u32>>> {
    let mut tensors: Vec<Option<Vec<u32>>> = tiny.trace.iter().cloned().map(Some).collect();
    if let (After::Computed, Some(tensor)) = (after, &tensor) {
        let hook = |at: u32, elements: &mut [u32]| {
            if at as usize == leaf {
                elements.copy_from_slice(tensor);
            }
        };
        let all: Vec<u32> = (0..tiny.program.leaves()).collect();
        let Ok(ran) = run(&tiny.program, &tiny.inputs, u32::MAX, &all, &hook, &C) else {
            return tensors;
        };
        return ran.kept.into_values().map(Some).collect();
    }
    for (at, kept) in tensors.iter_mut().enumerate().skip(leaf) {
        if at == leaf {
            kept.clone_from(&tensor);
        } else if matches!(after, After::Unknown) {
            *kept = None;
        }
    }
    tensors
}

/// Every false tensor that is tried for a leaf.
pub fn lies(truth: &[u32]) -> Vec<(Option<Vec<u32>>, &'static [After])> {
    let mut lies: Vec<(Option<Vec<u32>>, &'static [After])> = Vec::new();
    for place in places(truth) {
        for (added, more) in [(1, false), (-1, false), (5, true)] {
            let mut tensor = truth.to_vec();
            let mut add = |place: usize| {
                let value = int_of_bits(tensor[place]).unwrap() + added;
                tensor[place] = bits_of_int(value).unwrap();
            };
            add(place);
            if more && truth.len() > 1 {
                add((place + 7) % truth.len());
            }
            if tensor != truth {
                lies.push((Some(tensor), &AFTER));
            }
        }
    }
    // No integers: minus zero, not a number, a half, 2^24, the least subnormal.
    for bits in [0x8000_0000, 0x7fc0_0000, 0x3f00_0000, 0x4b80_0000, 1] {
        let mut tensor = truth.to_vec();
        *tensor.last_mut().unwrap() = bits;
        lies.push((Some(tensor), &AFTER[..1]));
    }
    // Other lengths: an element more or less, a chunk more, nothing.
    let length = truth.len();
    for other in [length + 1, length - 1, length + 64, 0] {
        let mut tensor = truth.to_vec();
        tensor.resize(other, 0);
        lies.push((Some(tensor), &AFTER[..1]));
    }
    lies.push((None, &AFTER[..1]));
    lies
}
