//! Reductions along axes, Softmax and its kin.

use countersign_abi::EngineError;
use countersign_onnx::Element;

use super::number::{Float, Number};
use crate::call::{compute, one, unsupported, Call, Outputs};
use crate::kernel::sum::sum as lanes;
use crate::shape::{self, around, axes, broadcast_strides, element_count, walk};

/// Which axes a reduction removes, and what is left.
pub(crate) struct Reduction {
    /// The input's dimensions with 1 in place of every reduced one.
    kept: Vec<usize>,
    /// The output's dimensions.
    pub dims: Vec<usize>,
    /// How many elements make one output.
    pub count: usize,
}

impl Reduction {
    /// Axes come from an attribute, or, from `input_since` on, from input 1.
    pub fn of(call: &Call<'_>, input_since: u32) -> Result<Self, EngineError> {
        let dims = call.input(0)?.dims();
        let (list, noop) = if call.since >= input_since {
            (
                call.optional_ints(1)?,
                call.flag("noop_with_empty_axes", false)?,
            )
        } else {
            (call.int_list("axes").map(<[i64]>::to_vec), false)
        };
        let list = list.unwrap_or_default();
        let reduced = match (list.is_empty(), noop) {
            (true, true) => Vec::new(),
            (true, false) => (0..dims.len()).collect(),
            (false, _) => axes(&list, dims.len())?,
        };
        Self::over(dims, &reduced, call.flag("keepdims", true)?)
    }

    /// Over given axes.
    pub fn over(dims: &[usize], reduced: &[usize], keep: bool) -> Result<Self, EngineError> {
        let kept: Vec<usize> = (0..dims.len())
            .map(|i| if reduced.contains(&i) { 1 } else { dims[i] })
            .collect();
        let out = (0..dims.len())
            .filter(|i| keep || !reduced.contains(i))
            .map(|i| kept[i])
            .collect();
        let count = reduced.iter().map(|axis| dims[*axis]).product();
        Ok(Self {
            kept,
            dims: out,
            count,
        })
    }

    /// The elements of a row, if all reduced axes are at the end, the usual case.
    fn trailing(&self, dims: &[usize]) -> Option<usize> {
        let pairs = self.kept.iter().zip(dims);
        let lead = pairs.take_while(|(kept, dim)| kept == dim).count();
        let rows = self.kept[lead..].iter().all(|dim| *dim == 1);
        rows.then(|| dims[lead..].iter().product())
    }

    /// Folds the elements of each output, in row-major order.
    pub fn fold<T: Element, A: Copy>(
        &self,
        dims: &[usize],
        elements: &[T],
        start: A,
        f: impl Fn(A, T) -> A,
    ) -> Result<Vec<A>, EngineError> {
        let mut out = vec![start; element_count(&self.kept)?];
        if let Some(row) = self.trailing(dims) {
            if row > 0 {
                for (slot, row) in out.iter_mut().zip(elements.chunks_exact(row)) {
                    *slot = row.iter().fold(start, |state, x| f(state, *x));
                }
            }
            return Ok(out);
        }
        let own = shape::strides(dims);
        let to = broadcast_strides(&self.kept, dims);
        walk(dims, [&own, &to], |[from, to]| {
            out[to] = f(out[to], elements[from])
        });
        Ok(out)
    }
}

/// The opset from which a reduction takes its axes as an input: 13 for ReduceSum, 18 for the others.
fn axes_input_since(call: &Call<'_>) -> u32 {
    if call.node.op_type == "ReduceSum" {
        13
    } else {
        18
    }
}

/// Sums in the wide type: start, one element's contribution, the end.
fn float_sum<T: Float>(
    call: &Call<'_>,
    each: impl Fn(T::Wide) -> T::Wide,
    end: impl Fn(T::Wide, usize) -> T::Wide,
) -> Outputs {
    let reduction = Reduction::of(call, axes_input_since(call))?;
    call.reserve(&reduction.dims, T::DTYPE)?;
    let input = call.input(0)?;
    call.steps(input.len())?;
    let elements = call.elements::<T>(0)?;
    let sums = match reduction.trailing(input.dims()) {
        Some(row) if row > 0 => elements
            .chunks_exact(row)
            .map(|row| lanes(row, T::Wide::ZERO, |x| each(x.widen())))
            .collect(),
        _ => reduction.fold(input.dims(), elements, T::Wide::ZERO, |sum, x| {
            sum.add(each(x.widen()))
        })?,
    };
    one(
        reduction.dims,
        sums.into_iter()
            .map(|sum| T::narrow(end(sum, reduction.count)))
            .collect(),
    )
}

fn integer_sum<T: Number>(call: &Call<'_>, each: impl Fn(T) -> T) -> Outputs {
    let reduction = Reduction::of(call, axes_input_since(call))?;
    let input = call.input(0)?;
    let sums = reduction.fold(input.dims(), call.elements::<T>(0)?, T::ZERO, |sum, x| {
        sum.add(each(x))
    })?;
    one(reduction.dims, sums)
}

/// ReduceSum-1, -11, -13.
pub(crate) fn sum(call: &mut Call<'_>) -> Outputs {
    let kind = call.input(0)?.dtype();
    if kind.is_float() {
        return for_type!(kind, floats, T => float_sum::<T>(call, |x| x, |sum, _| sum));
    }
    for_type!(kind, integers, T => integer_sum::<T>(call, |x| x))
}

/// ReduceSumSquare-1, -11, -13, -18.
pub(crate) fn sum_square(call: &mut Call<'_>) -> Outputs {
    let kind = call.input(0)?.dtype();
    if kind.is_float() {
        return for_type!(kind, floats, T => float_sum::<T>(call, |x| x.mul(x), |sum, _| sum));
    }
    for_type!(kind, integers, T => integer_sum::<T>(call, |x| x.mul(x)))
}

/// ReduceL1-1, -11, -13, -18.
pub(crate) fn l1(call: &mut Call<'_>) -> Outputs {
    let kind = call.input(0)?.dtype();
    if kind.is_float() {
        return for_type!(kind, floats, T => float_sum::<T>(call, |x| x.magnitude(), |sum, _| sum));
    }
    for_type!(kind, integers, T => integer_sum::<T>(call, |x| x.magnitude()))
}

/// ReduceL2-1, -11, -13, -18. Of integers it is refused: ONNX does not say how the root is rounded.
pub(crate) fn l2(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => float_sum::<T>(call, |x| x.mul(x), |sum, _| sum.sqrt()))
}

/// ReduceLogSum-1, -11, -13, -18.
pub(crate) fn log_sum(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => float_sum::<T>(call, |x| x, |sum, _| sum.libm_ln()))
}

/// ReduceLogSumExp-1, -11, -13, -18: the greatest element is taken out first, so that nothing overflows.
pub(crate) fn log_sum_exp(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => {
        let reduction = Reduction::of(call, 18)?;
        let input = call.input(0)?;
        let elements: Vec<<T as Float>::Wide> = call.elements::<T>(0)?.iter().map(|x| x.widen()).collect();
        type W = <T as Float>::Wide;
        let peak = reduction.fold(input.dims(), &elements, W::LOWEST, |peak, x| peak.greater_of(x))?;
        // An infinite peak is its own answer, and would otherwise give NaN by ∞ − ∞.
        let shift: Vec<W> = peak.iter().map(|p| if p.is_infinite() { W::ZERO } else { *p }).collect();
        let to = broadcast_strides(&reduction.kept, input.dims());
        let mut sums = vec![W::ZERO; shift.len()];
        walk(input.dims(), [&shape::strides(input.dims()), &to], |[from, to]| {
            sums[to] = sums[to].add(elements[from].sub(shift[to]).libm_exp());
        });
        one(reduction.dims, sums.iter().zip(&shift).map(|(sum, shift)| T::narrow(sum.libm_ln().add(*shift))).collect())
    })
}

/// ReduceMean-1, -11, -13, -18. Of integers it is refused: ONNX does not say how it is rounded.
pub(crate) fn mean(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => {
        float_sum::<T>(call, |x| x, |sum, count| sum.over(Float::of_usize(count)))
    })
}

/// ReduceProd-1, -11, -13, -18.
pub(crate) fn prod(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), numbers, T => {
        let reduction = Reduction::of(call, 18)?;
        let products = reduction.fold(call.input(0)?.dims(), call.elements::<T>(0)?, T::ONE, |product: T, x| product.mul(x))?;
        one(reduction.dims, products)
    })
}

fn extreme<T: Number>(call: &Call<'_>, start: T, f: impl Fn(T, T) -> T) -> Outputs {
    let reduction = Reduction::of(call, 18)?;
    if reduction.count == 0 && T::DTYPE.is_integer() && call.kind(0) != Some(T::DTYPE) {
        return Err(unsupported("the extreme of no integers"));
    }
    let out = reduction.fold(call.input(0)?.dims(), call.elements::<T>(0)?, start, f)?;
    one(reduction.dims, out)
}

/// ReduceMax-1, -11, -12, -13, -18, -20: NaN if any is; of nothing the lowest value.
pub(crate) fn max(call: &mut Call<'_>) -> Outputs {
    let kind = call.input(0)?.dtype();
    if kind == countersign_onnx::DataType::Bool {
        let reduction = Reduction::of(call, 18)?;
        let out = reduction.fold(
            call.input(0)?.dims(),
            call.elements::<bool>(0)?,
            false,
            |any, x| any | x,
        )?;
        return one(reduction.dims, out);
    }
    for_type!(kind, numbers, T => extreme(call, T::LOWEST, T::greater_of))
}

/// ReduceMin-1, -11, -12, -13, -18, -20: NaN if any is; of nothing the highest value.
pub(crate) fn min(call: &mut Call<'_>) -> Outputs {
    let kind = call.input(0)?.dtype();
    if kind == countersign_onnx::DataType::Bool {
        let reduction = Reduction::of(call, 18)?;
        let out = reduction.fold(
            call.input(0)?.dims(),
            call.elements::<bool>(0)?,
            true,
            |all, x| all & x,
        )?;
        return one(reduction.dims, out);
    }
    for_type!(kind, numbers, T => extreme(call, T::HIGHEST, T::lesser_of))
}

/// Rows along the axis of a Softmax: before opset 13 everything from the axis on is one row.
fn softmax_rows(call: &Call<'_>) -> Result<(usize, usize, usize), EngineError> {
    let dims = call.input(0)?.dims();
    if call.since < 13 {
        let axis = call.int("axis", 1);
        let axis = if axis == dims.len() as i64 {
            dims.len()
        } else {
            shape::axis(axis, dims.len())?
        };
        return Ok((
            dims[..axis].iter().product(),
            dims[axis..].iter().product(),
            1,
        ));
    }
    Ok(around(dims, shape::axis(call.int("axis", -1), dims.len())?))
}

/// Rewrites every row along the axis.
fn by_rows<T: Float>(call: &Call<'_>, f: impl Fn(&mut [T::Wide])) -> Outputs {
    let (outer, length, inner) = softmax_rows(call)?;
    let elements = call.elements::<T>(0)?;
    call.reserve(call.input(0)?.dims(), T::DTYPE)?;
    call.steps(elements.len().saturating_mul(4))?;
    if let (true, Some(own)) = (
        inner == 1 && length > 0,
        T::Wide::slice(call.input(0)?.data()),
    ) {
        let mut out = own.to_vec();
        out.chunks_exact_mut(length).for_each(f);
        return one(call.input(0)?.dims().to_vec(), out);
    }
    let mut out = elements.to_vec();
    let mut row = vec![T::Wide::ZERO; length];
    for start in 0..outer {
        for offset in 0..inner {
            let at = |i: usize| (start * length + i) * inner + offset;
            row.iter_mut()
                .enumerate()
                .for_each(|(i, x)| *x = elements[at(i)].widen());
            f(&mut row);
            row.iter()
                .enumerate()
                .for_each(|(i, x)| out[at(i)] = T::narrow(*x));
        }
    }
    one(call.input(0)?.dims().to_vec(), out)
}

fn peak<T: Float>(row: &[T]) -> T {
    row.iter().fold(T::LOWEST, |peak, x| peak.greater_of(*x))
}

/// Softmax in place.
pub(crate) fn softmax_row<T: Float>(row: &mut [T]) {
    let peak = peak(row);
    row.iter_mut().for_each(|x| *x = x.sub(peak).libm_exp());
    let sum = lanes(row, T::ZERO, |x| x);
    row.iter_mut().for_each(|x| *x = x.over(sum));
}

/// Softmax-1, -11, -13.
pub(crate) fn softmax(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => by_rows::<T>(call, softmax_row))
}

/// LogSoftmax-1, -11, -13.
pub(crate) fn log_softmax(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => by_rows::<T>(call, |row| {
        let peak = peak(row);
        let mut sum = <T as Float>::Wide::ZERO;
        for x in row.iter_mut() {
            *x = x.sub(peak);
            sum = sum.add(x.libm_exp());
        }
        let log = sum.libm_ln();
        row.iter_mut().for_each(|x| *x = x.sub(log));
    }))
}

/// Hardmax-1, -11, -13: 1 at the first greatest element, 0 elsewhere.
pub(crate) fn hardmax(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => by_rows::<T>(call, |row| {
        let mut best = 0;
        for index in 1..row.len() {
            if row[index] > row[best] {
                best = index;
            }
        }
        for (index, x) in row.iter_mut().enumerate() {
            *x = if index == best { Number::ONE } else { Element::ZERO };
        }
    }))
}

/// CumSum-11, -14 and CumProd-26: running sums and products.
fn running<T: Number>(call: &Call<'_>, start: T, f: impl Fn(T, T) -> T) -> Outputs {
    let dims = call.input(0)?.dims();
    let (outer, length, inner) = around(dims, shape::axis(call.int_input(1)?, dims.len())?);
    let (exclusive, reverse) = (call.flag("exclusive", false)?, call.flag("reverse", false)?);
    let elements = call.elements::<T>(0)?;
    let mut out = elements.to_vec();
    for start_row in 0..outer {
        for offset in 0..inner {
            let mut state = start;
            for step in 0..length {
                let position = if reverse { length - 1 - step } else { step };
                let at = (start_row * length + position) * inner + offset;
                let next = f(state, elements[at]);
                out[at] = if exclusive { state } else { next };
                state = next;
            }
        }
    }
    one(dims.to_vec(), out)
}

/// CumSum-11, -14.
pub(crate) fn cum_sum(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), numbers, T => running(call, T::ZERO, T::add))
}

/// CumProd-26.
pub(crate) fn cum_prod(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), numbers, T => running(call, T::ONE, T::mul))
}

/// ArgMax and ArgMin-1, -11, -12, -13. A NaN counts as the extreme, as in NumPy.
fn arg(call: &Call<'_>, greatest: bool) -> Outputs {
    let dims = call.input(0)?.dims();
    let axis = shape::axis(call.int("axis", 0), dims.len())?;
    let (outer, length, inner) = around(dims, axis);
    let (keep, last) = (
        call.flag("keepdims", true)?,
        call.flag("select_last_index", false)?,
    );
    if length == 0 {
        return Err(compute("there is no greatest or least of no elements"));
    }
    let out: Vec<i64> = for_type!(call.input(0)?.dtype(), numbers, T => {
        let elements = call.elements::<T>(0)?;
        let mut out = Vec::with_capacity(outer * inner);
        for start in 0..outer {
            for offset in 0..inner {
                let at = |i: usize| elements[(start * length + i) * inner + offset];
                let mut best = 0;
                for index in 1..length {
                    let (x, y) = (at(index), at(best));
                    let better = if x.is_nan() || y.is_nan() {
                        x.is_nan() && !y.is_nan()
                    } else if greatest {
                        x > y
                    } else {
                        x < y
                    };
                    let tie = x == y || (x.is_nan() && y.is_nan());
                    if better || (last && tie) {
                        best = index;
                    }
                }
                out.push(best as i64);
            }
        }
        Ok(out)
    })?;
    let reduction = Reduction::over(dims, &[axis], keep)?;
    one(reduction.dims, out)
}

/// ArgMax-1, -11, -12, -13.
pub(crate) fn arg_max(call: &mut Call<'_>) -> Outputs {
    arg(call, true)
}

/// ArgMin-1, -11, -12, -13.
pub(crate) fn arg_min(call: &mut Call<'_>) -> Outputs {
    arg(call, false)
}
