//! The static analysis of a program (EXACT 1.3 to 1.8): intervals of all tensors, and the bounds
//! under which every partial sum is an exact f32, in any order.

use super::channel::{below, Channel};
use super::dims::Dims;
use super::element::Plan;
use super::intervals::Interval;
use super::num::{at, int_of_bits, narrow, shift_of_scale};
use super::program::Program;
use super::reason::{Place, Reason, Refused};
use super::shapes;
use super::step::{Op, Operand, Reference, Step, MAX_STEP_BYTES};
use super::MAX_LEAVES;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What is wrong with a step.
pub type Wrong = (Reason, String);

/// The intervals of all leaves of the trace.
///
/// # Errors
/// [`Refused`]: reason, place, bound and value.
pub fn analyse(program: &Program) -> Result<Vec<Interval>, Refused> {
    let refused = |place: Place, (reason, detail): Wrong| Refused {
        reason,
        place,
        detail,
    };
    let leaves = program.leaves();
    if leaves > MAX_LEAVES || program.steps.len() > at(MAX_LEAVES) {
        let detail = format!("{leaves} leaves of the trace; at most {MAX_LEAVES}");
        return Err(refused(Place::Program, (Reason::Size, detail)));
    }
    let mut analysis = Analysis::default();
    for (index, input) in (0_u32..).zip(&program.interface.inputs) {
        let added = analysis.input(input.dims, i64::from(input.lo), i64::from(input.hi));
        added.map_err(|wrong| refused(Place::Input(index), wrong))?;
    }
    for (index, step) in (0_u32..).zip(&program.steps) {
        let added = analysis.step(step, &program.weights);
        added.map_err(|wrong| refused(Place::Step(index), wrong))?;
    }
    for (index, output) in (0_u32..).zip(&program.interface.outputs) {
        if analysis.sizes.get(at(output.leaf)) != Some(&output.dims.elements()) {
            let detail = format!("leaf {} has not the output's size", output.leaf);
            return Err(refused(Place::Output(index), (Reason::Interface, detail)));
        }
    }
    Ok(analysis.intervals)
}

fn within(interval: Interval) -> Result<Interval, Wrong> {
    if interval.fits() {
        return Ok(interval);
    }
    let Interval { lo, hi } = interval;
    Err((
        Reason::Interval,
        format!("[{lo}, {hi}] reaches 2^24 in magnitude"),
    ))
}

/// The analysis of a program leaf by leaf, for whoever builds one.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Of the leaves so far.
    intervals: Vec<Interval>,
    sizes: Vec<u32>,
}

/// A step with the constants that it may read.
struct Checked<'a> {
    before: &'a Analysis,
    weights: &'a [Vec<u32>],
}

impl Analysis {
    /// Adds an input.
    ///
    /// # Errors
    /// [`Reason::Interval`] if it reaches 2^24.
    pub fn input(&mut self, dims: Dims, lo: i64, hi: i64) -> Result<(), Wrong> {
        self.intervals.push(within(Interval::new(lo, hi))?);
        self.sizes.push(dims.elements());
        Ok(())
    }

    /// Adds the next step, whose constants are among `weights`. Returns its output's interval.
    ///
    /// # Errors
    /// [`Wrong`]; then nothing was added.
    pub fn step(&mut self, step: &Step, weights: &[Vec<u32>]) -> Result<Interval, Wrong> {
        if self.sizes.len() >= at(MAX_LEAVES) {
            let detail = format!("the trace has more than {MAX_LEAVES} leaves");
            return Err((Reason::Size, detail));
        }
        let before = &*self;
        let interval = Checked { before, weights }.step(step)?;
        self.intervals.push(interval);
        self.sizes.push(step.dims.elements());
        Ok(interval)
    }
}

impl Checked<'_> {
    fn step(&self, step: &Step) -> Result<Interval, Wrong> {
        let bytes = step.to_bytes().len();
        if bytes > MAX_STEP_BYTES {
            return Err((Reason::Size, format!("a step of {bytes} bytes")));
        }
        for (slot, operand) in step.operands.iter().enumerate() {
            if self.size(operand.reference) != Some(operand.dims.elements()) {
                let detail = format!("operand {slot} has not the size of its shape");
                return Err((Reason::MissingValue, detail));
            }
        }
        let plan = Plan::new(step).map_err(|fault| (Reason::Attribute, format!("{fault}")))?;
        shapes::check(step)?;
        let interval = match step.op {
            Op::Conv => self.conv(step)?,
            Op::MatMul => self.mat_mul(step, plan.terms().unwrap_or(0))?,
            Op::SumPool => {
                let x = self.padded(step)?;
                let area = i64::from(plan.terms().unwrap_or(0));
                below(area.saturating_mul(x.magnitude()))?;
                x.times(Interval::one(area))
            }
            Op::Add => self.operand(step, 0)?.plus(self.operand(step, 1)?),
            Op::Mul => self.operand(step, 0)?.times(self.operand(step, 1)?),
            Op::Clip => {
                let (lo, hi) = limits(step, 0)?;
                self.operand(step, 0)?.clipped(lo, hi)
            }
            Op::Requant => self.requant(step)?,
            Op::Pad => {
                let x = self.operand(step, 0)?;
                let value = step.attributes.last().copied().unwrap_or(0);
                x.hull(Interval::one(i64::from(value)))
            }
            Op::Concat => {
                let mut hull = self.operand(step, 0)?;
                for slot in 1..step.operands.len() {
                    hull = hull.hull(self.operand(step, slot)?);
                }
                hull
            }
            Op::MaxPool | Op::Transpose | Op::Upsample => self.operand(step, 0)?,
            Op::Lut => {
                let Interval { lo, hi } = self.operand(step, 0)?;
                if !(lo >= 0 && hi <= 255 || lo >= -128 && hi <= 127) {
                    let detail = format!("index [{lo}, {hi}] for a table of 256 entries");
                    return Err((Reason::Interval, detail));
                }
                self.constants(step, 1, "a table")?;
                self.operand(step, 1)?
            }
        };
        within(interval)
    }

    fn size(&self, reference: Reference) -> Option<u32> {
        match reference {
            Reference::Leaf(leaf) => self.before.sizes.get(at(leaf)).copied(),
            Reference::Initialiser(number) => {
                let weights = self.weights.get(at(number))?;
                Some(narrow(weights.len()))
            }
        }
    }

    fn reference(step: &Step, slot: usize) -> Result<&Operand, Wrong> {
        let operand = step.operands.get(slot);
        operand.ok_or_else(|| (Reason::MissingValue, format!("operand {slot} is missing")))
    }

    /// The interval of an operand: a constant's from its elements.
    fn operand(&self, step: &Step, slot: usize) -> Result<Interval, Wrong> {
        let operand = Self::reference(step, slot)?;
        let Reference::Leaf(leaf) = operand.reference else {
            return hull(self.integers(operand.reference)?.into_iter());
        };
        let interval = self.before.intervals.get(at(leaf)).copied();
        interval.ok_or_else(|| (Reason::MissingValue, format!("leaf {leaf} is missing")))
    }

    fn integers(&self, reference: Reference) -> Result<Vec<i32>, Wrong> {
        let Reference::Initialiser(number) = reference else {
            return Err((Reason::NotConstant, String::from("it is computed")));
        };
        let elements = self.weights.get(at(number));
        let elements = elements.map(Vec::as_slice).unwrap_or_default();
        let integer = |bits: &u32| {
            int_of_bits(*bits).ok_or_else(|| {
                let detail = format!("a constant with the bits {bits:#010x} is no integer");
                (Reason::NonIntegerWeight, detail)
            })
        };
        elements.iter().map(integer).collect()
    }

    /// The elements of an operand that must be a constant.
    fn constants(&self, step: &Step, slot: usize, what: &str) -> Result<Vec<i32>, Wrong> {
        match Self::reference(step, slot)?.reference {
            Reference::Leaf(_) => Err((Reason::NotConstant, format!("{what} must be constant"))),
            reference => self.integers(reference),
        }
    }

    /// x, with 0 where windows reach over its edge.
    fn padded(&self, step: &Step) -> Result<Interval, Wrong> {
        let x = self.operand(step, 0)?;
        Ok(if shapes::reaches_over(step) {
            x.hull(Interval::one(0))
        } else {
            x
        })
    }

    fn conv(&self, step: &Step) -> Result<Interval, Wrong> {
        let x = self.padded(step)?;
        let weights = self.constants(step, 1, "a convolution's weight")?;
        let bias = match step.operands.len() {
            2 => Vec::new(),
            _ => self.constants(step, 2, "a convolution's bias")?,
        };
        let [_, channels, ..] = step.dims.four().unwrap_or([1; 4]);
        let terms = weights.len().checked_div(at(channels)).unwrap_or(0).max(1);
        let mut all: Option<Interval> = None;
        for (channel, weights) in weights.chunks(terms).enumerate() {
            let bias = i64::from(bias.get(channel).copied().unwrap_or(0));
            let channel = Channel::of(weights.iter().copied());
            let values = channel.apply(x, Interval::one(bias))?;
            all = Some(all.map_or(values, |all| all.hull(values)));
        }
        all.ok_or_else(|| (Reason::MissingValue, String::from("no weights")))
    }

    fn mat_mul(&self, step: &Step, terms: u32) -> Result<Interval, Wrong> {
        let (a, b) = (Self::reference(step, 0)?, Self::reference(step, 1)?);
        let transposed = step.attributes.first() == Some(&1);
        let terms = at(terms).max(1);
        let mut all: Option<Interval> = None;
        let mut take = |values: Interval| {
            all = Some(all.map_or(values, |all| all.hull(values)));
        };
        match (a.reference, b.reference) {
            (_, Reference::Initialiser(_)) => {
                let (x, weights) = (self.operand(step, 0)?, self.integers(b.reference)?);
                let columns = weights.len().checked_div(terms).unwrap_or(0);
                let width = if transposed {
                    before_last(&b.dims)
                } else {
                    last(&b.dims)
                };
                let biases = self.biases(step, width)?;
                for column in 0..columns {
                    let place = column.checked_rem(width).unwrap_or(0);
                    // Of one matrix: a row if transposed, else every `width`th element.
                    let channel = if transposed {
                        let weights = weights.chunks(terms).nth(column).unwrap_or(&[]);
                        Channel::of(weights.iter().copied())
                    } else {
                        let number = column.checked_div(width).unwrap_or(0);
                        let matrix = weights.chunks(width.saturating_mul(terms).max(1));
                        let matrix = matrix.skip(number).take(1).flatten();
                        Channel::of(matrix.skip(place).step_by(width.max(1)).copied())
                    };
                    let bias = biases.get(place).or(biases.first()).copied();
                    take(channel.apply(x, bias.unwrap_or(Interval::one(0)))?);
                }
            }
            (Reference::Initialiser(_), _) => {
                let (x, weights) = (self.operand(step, 1)?, self.integers(a.reference)?);
                let bias = self.bias(step)?;
                for row in weights.chunks(terms) {
                    take(Channel::of(row.iter().copied()).apply(x, bias)?);
                }
            }
            _ => {
                let (a, b) = (self.operand(step, 0)?, self.operand(step, 1)?);
                let bias = self.bias(step)?;
                let count = Interval::one(i64::from(narrow(terms)));
                let bound = count.hi.saturating_mul(a.magnitude());
                let bound = bound.saturating_mul(b.magnitude());
                below(bound.saturating_add(bias.magnitude()))?;
                take(a.times(b).times(count).plus(bias));
            }
        }
        all.ok_or_else(|| (Reason::MissingValue, String::from("no weights")))
    }

    /// The bias of a matrix product, all of it.
    fn bias(&self, step: &Step) -> Result<Interval, Wrong> {
        match step.operands.get(2) {
            Some(_) => self.operand(step, 2),
            None => Ok(Interval::one(0)),
        }
    }

    /// The bias of each of `width` columns, or one for all of them.
    fn biases(&self, step: &Step, width: usize) -> Result<Vec<Interval>, Wrong> {
        if let Some(bias) = step.operands.get(2) {
            if matches!(bias.reference, Reference::Initialiser(_)) && last(&bias.dims) == width {
                let values = self.integers(bias.reference)?;
                let column =
                    |place: usize| hull(values.iter().copied().skip(place).step_by(width.max(1)));
                return (0..width).map(column).collect();
            }
        }
        Ok(Vec::from([self.bias(step)?]))
    }

    fn requant(&self, step: &Step) -> Result<Interval, Wrong> {
        let x = self.operand(step, 0)?;
        let (lo, hi) = limits(step, 1)?;
        let pre = step.attributes.first().copied().unwrap_or(0);
        let pre = u32::try_from(pre);
        let pre = pre.map_err(|_| (Reason::Attribute, String::from("a negative shift")))?;
        let Some(scale) = step.operands.get(1) else {
            return Ok(x.shifted(pre).clipped(lo, hi));
        };
        let Reference::Initialiser(number) = scale.reference else {
            return Err((
                Reason::NotConstant,
                String::from("a scale must be constant"),
            ));
        };
        let scales = self.weights.get(at(number));
        let mut all: Option<Interval> = None;
        for bits in scales.map(Vec::as_slice).unwrap_or_default() {
            let shift = shift_of_scale(*bits).ok_or_else(|| {
                let detail =
                    format!("a scale with the bits {bits:#010x} is not 2^-s, s from 0 to 24");
                (Reason::ScaleNotPowerOfTwo, detail)
            })?;
            let values = x.shifted(pre.saturating_add(shift)).clipped(lo, hi);
            all = Some(all.map_or(values, |all| all.hull(values)));
        }
        all.ok_or_else(|| (Reason::MissingValue, String::from("no scale")))
    }
}

fn hull(values: impl Iterator<Item = i32>) -> Result<Interval, Wrong> {
    let ones = values.map(|value| Interval::one(i64::from(value)));
    let hull = ones.reduce(Interval::hull);
    hull.ok_or_else(|| (Reason::MissingValue, String::from("no elements")))
}

fn limits(step: &Step, from: usize) -> Result<(i64, i64), Wrong> {
    match step.attributes.get(from..) {
        Some([lo, hi, ..]) if lo <= hi => Ok((i64::from(*lo), i64::from(*hi))),
        _ => Err((
            Reason::Attribute,
            String::from("the lower limit is above the upper"),
        )),
    }
}

fn last(dims: &Dims) -> usize {
    at(dims.sizes().iter().rev().copied().next().unwrap_or(1))
}

fn before_last(dims: &Dims) -> usize {
    at(dims.sizes().iter().rev().copied().nth(1).unwrap_or(1))
}
