//! Single steps with inputs in intervals, and everything that they can compute.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::random::dims;
use countersign_shared::exact::analysis::Analysis;
use countersign_shared::exact::element::Plan;
use countersign_shared::exact::intervals::Interval;
use countersign_shared::exact::loads::Whole;
use countersign_shared::exact::num::bits_of_int;
use countersign_shared::exact::reason::Reason;
use countersign_shared::exact::step::{Op, Operand, Reference, Step};

/// Inputs with their shapes and intervals, and constants.
pub struct Around {
    pub leaves: Vec<(Vec<u32>, i64, i64)>,
    pub weights: Vec<Vec<u32>>,
}

pub fn around(leaves: &[(&[u32], i64, i64)], weights: &[&[i32]]) -> Around {
    let bits = |values: &&[i32]| values.iter().map(|v| bits_of_int(*v).unwrap()).collect();
    Around {
        leaves: leaves
            .iter()
            .map(|(shape, lo, hi)| (shape.to_vec(), *lo, *hi))
            .collect(),
        weights: weights.iter().map(bits).collect(),
    }
}

pub fn leaf(number: u32, sizes: &[u32]) -> Operand {
    Operand {
        reference: Reference::Leaf(number),
        dims: dims(sizes),
    }
}

pub fn weight(number: u32, sizes: &[u32]) -> Operand {
    Operand {
        reference: Reference::Initialiser(number),
        dims: dims(sizes),
    }
}

pub fn step(op: Op, operands: &[Operand], out: &[u32], attributes: &[i32]) -> Step {
    Step {
        op,
        operands: operands.to_vec(),
        dims: dims(out),
        attributes: attributes.to_vec(),
    }
}

impl Around {
    pub fn interval(&self, step: &Step) -> Result<Interval, Reason> {
        let mut analysis = Analysis::default();
        for (sizes, lo, hi) in &self.leaves {
            analysis.input(dims(sizes), *lo, *hi).unwrap();
        }
        let found = analysis.step(step, &self.weights);
        found.map_err(|(reason, _)| reason)
    }

    /// The least and the greatest value of all elements, over all inputs in their intervals.
    pub fn everything(&self, step: &Step) -> Interval {
        let sizes = self.leaves.iter().map(|(sizes, ..)| dims(sizes).elements());
        let counts: Vec<usize> = sizes.map(|count| count as usize).collect();
        let mut values: Vec<Vec<i64>> = self
            .leaves
            .iter()
            .zip(&counts)
            .map(|((_, lo, _), count)| vec![*lo; *count])
            .collect();
        let plan = Plan::new(step).unwrap();
        let mut all: Option<Interval> = None;
        loop {
            let bits: Vec<Vec<u32>> = values
                .iter()
                .map(|leaf| {
                    leaf.iter()
                        .map(|v| bits_of_int(*v as i32).unwrap())
                        .collect()
                })
                .collect();
            let operands = step.operands.iter().map(|operand| match operand.reference {
                Reference::Leaf(leaf) => bits[leaf as usize].as_slice(),
                Reference::Initialiser(number) => self.weights[number as usize].as_slice(),
            });
            let mut loads = Whole::new(operands.collect());
            for element in 0..step.dims.elements() {
                let value = plan.element(element, &mut loads).unwrap();
                let value = Interval::one(i64::from(value));
                all = Some(all.map_or(value, |all| all.hull(value)));
            }
            // The next inputs, counted like digits.
            let mut digits = values
                .iter_mut()
                .zip(&self.leaves)
                .flat_map(|(leaf, (_, lo, hi))| leaf.iter_mut().map(move |v| (v, *lo, *hi)));
            let carried = digits.all(|(value, lo, hi)| {
                let over = *value == hi;
                *value = if over { lo } else { *value + 1 };
                over
            });
            if carried {
                return all.unwrap();
            }
        }
    }

    /// The interval is that of all possible values, no wider.
    pub fn tight(&self, step: &Step) {
        assert_eq!(self.interval(step), Ok(self.everything(step)), "{step:?}");
    }
}
