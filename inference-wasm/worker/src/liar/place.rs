//! Where to lie, so that the output becomes another one.

use super::{lied, values, LieError, SIZES};
use countersign_messages::Lie;
use countersign_shared::exact::element::Plan;
use countersign_shared::exact::num::int_of_bits;
use countersign_shared::exact::run::{honest, run};
use countersign_shared::exact::{Program, CHUNK_ELEMENTS};
use countersign_shared::Software;

/// Products that looking for a place may cost: seconds in a browser.
const PATIENCE: u64 = 50_000_000;
/// The most runs, however small the network.
const RUNS: u64 = 450;
/// How many leaves are tried; the runs are shared out among them.
const LEAVES: u64 = 3;
/// The largest addition: half of what an integer of the profile may be.
const LARGEST: i32 = 1 << 23;

/// Runs with one number altered, as long as there is patience.
struct Search<'a> {
    program: &'a Program,
    inputs: &'a [Vec<u32>],
    truth: Vec<Vec<u32>>,
    runs: u64,
    /// A place that changes an output and not the answer.
    second: Option<Lie>,
}

impl Search<'_> {
    /// Whether the lie changes the answer. None once there is no patience left.
    fn changes_the_answer(&mut self, lie: Lie) -> Option<bool> {
        self.runs = self.runs.checked_sub(1)?;
        // A lie that drives a later step out of its bounds has no trace to open.
        let told = lied(self.program, self.inputs, lie).ok();
        let Some(told) = told.and_then(|told| values(self.program, &told).ok()) else {
            return Some(false);
        };
        if told != self.truth && self.second.is_none() {
            self.second = Some(lie);
        }
        Some(answer(&told) != answer(&self.truth))
    }

    /// A number of this leaf whose alteration changes the answer.
    fn within(&mut self, leaf: u32, own: &[u32], seed: [u8; 32]) -> Option<Lie> {
        let large = own.iter().filter_map(|bits| int_of_bits(*bits));
        let large = large.map(i32::unsigned_abs).max().unwrap_or(0);
        let large = i32::try_from(large).map_or(LARGEST, |large| large.saturating_mul(2));
        let large = large.clamp(1, LARGEST);
        let elements = u32::try_from(own.len()).ok()?;
        let [a, b, c, d, ..] = seed;
        let start = u32::from_le_bytes([a, b, c, d]);
        // Neighbouring numbers say much the same: the places tried lie apart.
        let apart = (elements / 61).max(1) | 1;
        for added in [large, -large] {
            for step in 0..elements {
                let element = start.wrapping_add(step.wrapping_mul(apart)) % elements.max(1);
                let lie = Lie {
                    leaf,
                    element,
                    added,
                };
                if let Some(found) = self.smallest(lie)? {
                    return Some(found);
                }
            }
        }
        None
    }

    /// The smallest of some alterations of one number that changes the answer, if the largest one does.
    fn smallest(&mut self, lie: Lie) -> Option<Option<Lie>> {
        if !self.changes_the_answer(lie)? {
            return Some(None);
        }
        for part in [16, 8, 4, 2] {
            let smaller = Lie {
                added: lie.added / part,
                ..lie
            };
            if smaller.added != 0 && self.changes_the_answer(smaller).unwrap_or(false) {
                return Some(Some(smaller));
            }
        }
        Some(Some(lie))
    }
}

/// A place whose alteration changes an output; if one is found in time, one that changes the answer: which value of the first
/// output is the largest. Where most is to be seen is tried first.
///
/// # Errors
/// [`LieError::NoEffect`]; [`LieError::Run`] if the program cannot be run on the input.
pub(super) fn find(
    program: &Program,
    inputs: &[Vec<u32>],
    seed: [u8; 32],
) -> Result<Lie, LieError> {
    let telling = most_telling(program);
    let outputs = program.interface.outputs.iter().map(|port| port.leaf);
    let outputs: Vec<u32> = outputs.collect();
    let keep: Vec<u32> = outputs.iter().chain(&telling).copied().collect();
    let run = run(program, inputs, u32::MAX, &keep, &honest, &Software)?;
    let runs = (PATIENCE / work(program).max(1)).clamp(1, RUNS);
    let mut search = Search {
        program,
        inputs,
        truth: values(program, &run)?,
        runs: 0,
        second: None,
    };
    for leaf in telling {
        search.runs = runs / LEAVES;
        let own = run.kept.get(&leaf).map_or(&[][..], Vec::as_slice);
        if let Some(lie) = search.within(leaf, own, seed) {
            return Ok(lie);
        }
    }
    match search.second {
        Some(lie) => Ok(lie),
        None => plain(program, inputs, &outputs, &search.truth),
    }
}

/// An output itself.
fn plain(
    program: &Program,
    inputs: &[Vec<u32>],
    outputs: &[u32],
    truth: &[Vec<u32>],
) -> Result<Lie, LieError> {
    for leaf in outputs {
        for added in [1, -1] {
            let lie = Lie {
                leaf: *leaf,
                element: 0,
                added,
            };
            if let Ok(told) = lied(program, inputs, lie) {
                if values(program, &told)? != *truth {
                    return Ok(lie);
                }
            }
        }
    }
    Err(LieError::NoEffect)
}

/// The leaves on which a game has most to show, the best first: long sums, in a tensor of several chunks.
fn most_telling(program: &Program) -> Vec<u32> {
    let steps = (program.inputs()..).zip(&program.steps);
    let rated = steps.filter_map(|(leaf, step)| {
        let terms = Plan::new(step).ok()?.terms().unwrap_or(0);
        let elements = step.dims.elements();
        let telling = (
            terms > SIZES.segment,
            elements > CHUNK_ELEMENTS,
            terms,
            elements,
        );
        Some((telling, leaf))
    });
    let mut rated: Vec<_> = rated.collect();
    rated.sort_unstable();
    let most = usize::try_from(LEAVES).unwrap_or(usize::MAX);
    let best = rated.into_iter().rev().map(|(_, leaf)| leaf);
    best.take(most).collect()
}

/// Products of one run, about.
fn work(program: &Program) -> u64 {
    let steps = program.steps.iter().map(|step| {
        let terms = Plan::new(step).ok().and_then(|plan| plan.terms());
        u64::from(terms.unwrap_or(1)).saturating_mul(u64::from(step.dims.elements()))
    });
    steps.fold(0, u64::saturating_add)
}

/// The position of the first output's largest value.
fn answer(outputs: &[Vec<u32>]) -> Option<usize> {
    let first = outputs.first()?.iter().enumerate();
    let largest =
        first.max_by_key(|(position, bits)| (int_of_bits(**bits), core::cmp::Reverse(*position)));
    largest.map(|(position, _)| position)
}
