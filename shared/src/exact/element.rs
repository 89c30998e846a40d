//! Element functions (EXACT 3): what one element of one step is. Contract, checker, interpreter
//! and player all compute through [`Plan`] (X6).

use super::dims::{Coordinates, Dims};
use super::loads::{Fault, Loads};
use super::malformed::Malformed;
use super::num::{div, narrow, rem, shift_of_scale, LIMIT};
use super::step::{Op, Operand, Step};
use super::window::{Taps, Window};

/// What a running maximum starts at.
pub const MAX_START: i32 = i32::MIN;

enum Form {
    Conv(Window),
    Pool { window: Window, max: bool },
    MatMul { transposed: bool },
    Direct,
}

/// A step whose shapes and attributes were checked once, for any number of its elements.
pub struct Plan<'a> {
    step: &'a Step,
    form: Form,
    terms: u32,
}

const X: usize = 0;
const W: usize = 1;
const BIAS: usize = 2;

impl<'a> Plan<'a> {
    /// Checks what does not depend on the element.
    ///
    /// # Errors
    /// [`Fault::Malformed`].
    pub fn new(step: &'a Step) -> Result<Self, Fault> {
        let (form, terms) = match step.op {
            Op::Conv => {
                let window = Window::conv(step)?;
                let terms = window.terms();
                (Form::Conv(window), terms)
            }
            Op::SumPool | Op::MaxPool => {
                let window = Window::pool(step)?;
                let (terms, max) = (window.terms(), step.op == Op::MaxPool);
                (Form::Pool { window, max }, terms)
            }
            Op::MatMul => mat_mul(step)?,
            _ => (Form::Direct, 0),
        };
        Ok(Self { step, form, terms })
    }

    /// The step.
    #[must_use]
    pub fn step(&self) -> &'a Step {
        self.step
    }

    /// K, the number of terms of every element; `None` for a direct operator.
    #[must_use]
    pub fn terms(&self) -> Option<u32> {
        match self.form {
            Form::Direct => None,
            _ => Some(self.terms),
        }
    }

    /// An element of a direct operator, or the last running value of a fold.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn element(&self, element: u32, loads: &mut impl Loads) -> Result<i32, Fault> {
        match self.terms() {
            Some(terms) => self.fold(element, (0, terms), None, loads, |_, _| ()),
            None => {
                let c = self.coordinates(element)?;
                super::direct::element(self.step, &c, loads)
            }
        }
    }

    /// The running value after terms `from` to `to` (excluded), starting at `begin`, or at the
    /// start value if there is none. `seen` gets the number of terms and the running value
    /// after each.
    ///
    /// # Errors
    /// [`Fault`]; also if the step is no fold or has fewer terms.
    pub fn fold(
        &self,
        element: u32,
        (from, to): (u32, u32),
        begin: Option<i32>,
        loads: &mut impl Loads,
        mut seen: impl FnMut(u32, i32),
    ) -> Result<i32, Fault> {
        if from > to || to > self.terms {
            return Err(Fault::Element(to));
        }
        let c = self.coordinates(element)?;
        let mut value = match begin {
            Some(value) => value,
            None => self.start(&c, loads)?,
        };
        let mut count = from;
        // Counts at most to `to`, which is a u32.
        let mut step = |value: i32| {
            count = count.saturating_add(1);
            seen(count, value);
        };
        let sizes = [self.size(X), self.size(W)];
        let mut int = |slot: usize, index: u32| match sizes.get(slot) {
            Some(size) if index < *size => loads.int(slot, index),
            _ => Err(Fault::OutOfRange { slot: narrow(slot) }),
        };
        match &self.form {
            Form::Conv(window) => {
                let weights = c.get(1).copied().unwrap_or(0);
                let weights = weights.checked_mul(self.terms);
                let first = weights.ok_or(Fault::OutOfRange { slot: narrow(W) })?;
                for (term, tap) in (from..to).zip(Taps::new(window, &c, from)?) {
                    if let Some(index) = tap {
                        let weight = first.saturating_add(term);
                        value = product_sum(value, int(X, index)?, int(W, weight)?)?;
                    }
                    step(value);
                }
            }
            Form::Pool { window, max } => {
                for (_, tap) in (from..to).zip(Taps::new(window, &c, from)?) {
                    if let Some(index) = tap {
                        let x = int(X, index)?;
                        value = if *max {
                            value.max(x)
                        } else {
                            bounded(i64::from(value).saturating_add(i64::from(x)))?
                        };
                    }
                    step(value);
                }
            }
            Form::MatMul { transposed } => {
                let (mut left, mut right) = self.rows(&c, *transposed, from)?;
                for _ in from..to {
                    value = product_sum(value, int(X, left.index)?, int(W, right.index)?)?;
                    left.advance();
                    right.advance();
                    step(value);
                }
            }
            Form::Direct => return Err(Fault::Malformed(Malformed::NoSum)),
        }
        Ok(value)
    }

    fn coordinates(&self, element: u32) -> Result<Coordinates, Fault> {
        if element >= self.step.dims.elements() {
            return Err(Fault::Element(element));
        }
        Ok(self.step.dims.coordinates(element))
    }

    /// The value before the first term.
    fn start(&self, c: &Coordinates, loads: &mut impl Loads) -> Result<i32, Fault> {
        let Some(bias) = self.step.operands.get(BIAS) else {
            let max = matches!(self.form, Form::Pool { max: true, .. });
            return Ok(if max { MAX_START } else { 0 });
        };
        let index = match self.form {
            Form::Conv(_) => c.get(1).filter(|o| **o < bias.dims.elements()).copied(),
            _ => bias.dims.aligned(self.used(c)),
        };
        self.int(
            BIAS,
            index.ok_or(Fault::OutOfRange { slot: narrow(BIAS) })?,
            loads,
        )
    }

    fn used<'c>(&self, c: &'c Coordinates) -> &'c [u32] {
        c.get(..self.step.dims.rank()).unwrap_or(&[])
    }

    fn int(&self, slot: usize, index: u32, loads: &mut impl Loads) -> Result<i32, Fault> {
        load(self.step, slot, Some(index), loads)
    }

    /// Number of elements of an operand; 0 if there is none.
    fn size(&self, slot: usize) -> u32 {
        let operand = self.step.operands.get(slot);
        operand.map_or(0, |operand| operand.dims.elements())
    }

    /// The elements of a and b in term `from`, and how far the next ones are.
    fn rows(&self, c: &Coordinates, transposed: bool, from: u32) -> Result<(Row, Row), Fault> {
        let rank = self.step.dims.rank();
        let (Some(i), Some(j)) = (rank.checked_sub(2), rank.checked_sub(1)) else {
            return Err(Fault::Malformed(Malformed::MatrixAxes));
        };
        let place = |slot: usize, fixed: usize, from_axis: usize, moving: usize| {
            let operand = operand(self.step, slot)?;
            let mut at_term = *c;
            let kept = c.get(from_axis).copied().unwrap_or(0);
            for (axis, value) in [(fixed, kept), (moving, from)] {
                if let Some(coordinate) = at_term.get_mut(axis) {
                    *coordinate = value;
                }
            }
            let index = operand.dims.aligned(self.used(&at_term));
            let index = index.ok_or(Fault::OutOfRange { slot: narrow(slot) })?;
            // `moving` counts from the right of the output; operands are aligned there.
            let axis = moving
                .saturating_add(operand.dims.rank())
                .saturating_sub(rank);
            Ok(Row {
                index,
                stride: operand.dims.stride(axis),
            })
        };
        let left = place(X, i, i, j)?;
        let right = if transposed {
            place(W, i, j, j)?
        } else {
            place(W, j, j, i)?
        };
        Ok((left, right))
    }
}

/// A walk along one axis.
struct Row {
    index: u32,
    stride: u32,
}

impl Row {
    fn advance(&mut self) {
        // After the last term the index is not used; every load checks it against the operand.
        self.index = self.index.saturating_add(self.stride);
    }
}

/// Both operands have K along the axis that is summed over.
fn mat_mul(step: &Step) -> Result<(Form, u32), Fault> {
    let transposed = match step.attributes.first() {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(Fault::Malformed(Malformed::TransB)),
    };
    let (a, b) = (operand(step, X)?.dims, operand(step, W)?.dims);
    let rank = step.dims.rank();
    if rank < 2 || a.rank() < 2 || b.rank() < 2 || a.rank() > rank || b.rank() > rank {
        return Err(Fault::Malformed(Malformed::MatrixRanks));
    }
    let last = |dims: &Dims| dims.sizes().iter().rev().copied().next();
    let before = |dims: &Dims| dims.sizes().iter().rev().copied().nth(1);
    let terms = last(&a);
    let along = if transposed { last(&b) } else { before(&b) };
    match terms {
        Some(terms) if along == Some(terms) => Ok((Form::MatMul { transposed }, terms)),
        _ => Err(Fault::Malformed(Malformed::MatrixTerms)),
    }
}

pub(super) fn operand(step: &Step, slot: usize) -> Result<&Operand, Fault> {
    let operand = step.operands.get(slot);
    operand.ok_or(Fault::Malformed(Malformed::Operand))
}

/// One integer of an operand.
pub(super) fn load(
    step: &Step,
    slot: usize,
    index: Option<u32>,
    loads: &mut impl Loads,
) -> Result<i32, Fault> {
    let inside = index.filter(|index| {
        let operand = step.operands.get(slot);
        operand.is_some_and(|operand| *index < operand.dims.elements())
    });
    let index = inside.ok_or(Fault::OutOfRange { slot: narrow(slot) })?;
    loads.int(slot, index)
}

/// s of a scale 2^-s.
pub(super) fn load_shift(
    dims: &Dims,
    slot: usize,
    coordinates: &[u32],
    loads: &mut impl Loads,
) -> Result<u32, Fault> {
    let index = dims.aligned(coordinates);
    let index = index.ok_or(Fault::OutOfRange { slot: narrow(slot) })?;
    shift_of_scale(loads.bits(slot, index)?).ok_or(Fault::Scale { index })
}

/// A sum or product, if it is below 2^24 in magnitude.
pub(super) fn bounded(value: i64) -> Result<i32, Fault> {
    if value.unsigned_abs() >= LIMIT.unsigned_abs() {
        return Err(Fault::Limit(value));
    }
    i32::try_from(value).map_err(|_| Fault::Limit(value))
}

fn product_sum(value: i32, x: i32, weight: i32) -> Result<i32, Fault> {
    // Both are below 2^24 in magnitude.
    let product = bounded(i64::from(x).saturating_mul(i64::from(weight)))?;
    bounded(i64::from(value).saturating_add(i64::from(product)))
}

/// The position of an element inside its chunk.
#[must_use]
pub fn chunk_of(element: u32) -> (u32, u32) {
    (
        div(element, super::CHUNK_ELEMENTS),
        rem(element, super::CHUNK_ELEMENTS),
    )
}
