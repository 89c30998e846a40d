//! Element by element over several inputs, broadcast.

use countersign_abi::EngineError;
use countersign_onnx::{Data, DataType, Element, Tensor};

use super::number::{Float, Number};
use crate::call::{compute, from_data, moved, one, unsupported, Call, Outputs};
use crate::shape::{self, broadcast, broadcast_strides, walk, walk_rows};

/// Combines two broadcast tensors.
pub(crate) fn zip<A: Element, B: Element, U: Element>(
    call: &Call<'_>,
    (left, a): (&[usize], &[A]),
    (right, b): (&[usize], &[B]),
    f: impl Fn(A, B) -> U,
) -> Result<(Vec<usize>, Vec<U>), EngineError> {
    let dims = broadcast(&[left, right])?;
    let count = call.reserve(&dims, U::DTYPE)?;
    if a.len() == count && b.len() == count {
        return Ok((dims, a.iter().zip(b).map(|(x, y)| f(*x, *y)).collect()));
    }
    if let ([y], true) = (b, a.len() == count) {
        return Ok((dims, a.iter().map(|x| f(*x, *y)).collect()));
    }
    if let ([x], true) = (a, b.len() == count) {
        return Ok((dims, b.iter().map(|y| f(*x, *y)).collect()));
    }
    let mut out = Vec::with_capacity(count);
    let strides = [
        &*broadcast_strides(left, &dims),
        &*broadcast_strides(right, &dims),
    ];
    walk_rows(&dims, strides, |[i, j], steps, length| match steps {
        [1, 1] => {
            let pairs = a[i..i + length].iter().zip(&b[j..j + length]);
            out.extend(pairs.map(|(x, y)| f(*x, *y)));
        }
        [1, 0] => out.extend(a[i..i + length].iter().map(|x| f(*x, b[j]))),
        [0, 1] => out.extend(b[j..j + length].iter().map(|y| f(a[i], *y))),
        [s, t] => out.extend((0..length).map(|n| f(a[i + n * s], b[j + n * t]))),
    });
    Ok((dims, out))
}

/// Combines into `own`, which has the result's dimensions, a tensor that broadcasts to them.
fn blend<T: Element>(
    dims: &[usize],
    own: &mut [T],
    (other, b): (&[usize], &[T]),
    f: impl Fn(T, T) -> T,
) {
    let strides = [&*shape::strides(dims), &*broadcast_strides(other, dims)];
    walk_rows(dims, strides, |[i, j], steps, length| match steps {
        [1, 1] => {
            for (x, y) in own[i..i + length].iter_mut().zip(&b[j..j + length]) {
                *x = f(*x, *y);
            }
        }
        [1, 0] => {
            let y = b[j];
            own[i..i + length].iter_mut().for_each(|x| *x = f(*x, y));
        }
        [s, t] => (0..length).for_each(|n| own[i + n * s] = f(own[i + n * s], b[j + n * t])),
    });
}

/// Inputs 0 and 1 combined to their own type; in place, if one of them has the result's size and was last used here.
fn pair_in_place<T: Element>(call: &mut Call<'_>, f: impl Fn(T, T) -> T) -> Outputs {
    let dims = broadcast(&[call.input(0)?.dims(), call.input(1)?.dims()])?;
    for index in [0, 1] {
        if call.input(index)?.dims() != dims || call.input(index)?.dtype() != T::DTYPE {
            continue;
        }
        let Some(owned) = call.take_sole(index) else {
            continue;
        };
        let (_, mut data) = owned.into_parts();
        let other = (
            call.input(1 - index)?.dims(),
            call.elements::<T>(1 - index)?,
        );
        if let Some(own) = T::slice_mut(&mut data) {
            match index {
                0 => blend(&dims, own, other, f),
                _ => blend(&dims, own, other, |y, x| f(x, y)),
            }
        }
        return Ok(vec![from_data(dims, data)?]);
    }
    pair(call, f)
}

/// Inputs 0 and 1 combined.
fn pair<A: Element, B: Element, U: Element>(call: &Call<'_>, f: impl Fn(A, B) -> U) -> Outputs {
    let (left, right) = (call.input(0)?, call.input(1)?);
    let (dims, out) = zip(
        call,
        (left.dims(), call.elements::<A>(0)?),
        (right.dims(), call.elements::<B>(1)?),
        f,
    )?;
    one(dims, out)
}

fn dtype(call: &Call<'_>) -> Result<DataType, EngineError> {
    Ok(call.input(0)?.dtype())
}

/// Add-7, -13, -14.
pub(crate) fn add(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => pair_in_place(call, T::add))
}

/// Sub-7, -13, -14.
pub(crate) fn sub(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => pair_in_place(call, T::sub))
}

/// Mul-7, -13, -14.
pub(crate) fn mul(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => pair_in_place(call, T::mul))
}

/// Div-7, -13, -14. Integers truncate towards zero; an integer division by zero is an error.
pub(crate) fn div(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => {
        if dtype(call)?.is_integer() && call.elements::<T>(1)?.contains(&T::ZERO) && !call.input(0)?.is_empty() {
            return Err(compute("an integer is divided by zero"));
        }
        pair_in_place(call, |x: T, y: T| x.div(y).unwrap_or(T::ZERO))
    })
}

/// Mod-10, -13: with the divisor's sign, or with `fmod` = 1 the dividend's, as C's fmod.
pub(crate) fn modulo(call: &mut Call<'_>) -> Outputs {
    let fmod = call.flag("fmod", false)?;
    let kind = dtype(call)?;
    if kind.is_float() {
        if !fmod {
            return Err(unsupported("Mod of floats needs fmod = 1"));
        }
        return match kind {
            DataType::F32 => pair(call, libm::fmodf),
            _ => pair(call, libm::fmod),
        };
    }
    for_type!(kind, integers, T => {
        if call.elements::<T>(1)?.contains(&0) && !call.input(0)?.is_empty() {
            return Err(compute("an integer is divided by zero"));
        }
        pair(call, |x: T, y: T| {
            let rest = x.checked_rem(y).unwrap_or(0);
            #[allow(unused_comparisons, clippy::absurd_extreme_comparisons)] // false for unsigned types
            if !fmod && rest != 0 && (rest < 0) != (y < 0) { rest.wrapping_add(y) } else { rest }
        })
    })
}

/// Pow-7, -12, -13, -15. The result has the base's type. Integer powers are exact (they wrap); an integer base with a
/// negative or a float exponent is refused where C and NumPy differ.
pub(crate) fn pow(call: &mut Call<'_>) -> Outputs {
    let (base, exponent) = (dtype(call)?, call.input(1)?.dtype());
    if base.is_float() && call.input(1)?.rank() == 0 && square(call.input(1)?) {
        return for_type!(base, floats, T => {
            let (dims, mut data) = call.take(0)?.into_parts();
            if let Some(elements) = T::slice_mut(&mut data) {
                elements.iter_mut().for_each(|x| *x = x.mul(*x));
            }
            Ok(vec![from_data(dims, data)?])
        });
    }
    if base.is_float() || exponent.is_float() {
        let exponents: Vec<f64> = for_type!(exponent, numbers, E => Ok(call.elements::<E>(1)?.iter().map(|y| y.to_f64()).collect()))?;
        let dims = (call.input(0)?.dims(), call.input(1)?.dims());
        return for_type!(base, [F32 F64 I64], T => {
            let (dims, out) = zip(call, (dims.0, call.elements::<T>(0)?), (dims.1, &exponents), |x: T, y: f64| PowerOf::power(x, y))?;
            one(dims, out)
        });
    }
    let exponents = call.ints(1)?;
    if exponents.iter().any(|e| *e < 0) {
        return Err(unsupported("an integer raised to a negative power"));
    }
    for_type!(base, [I64], T => {
        let (left, right) = (call.input(0)?, call.input(1)?);
        let (dims, out) = zip(call, (left.dims(), call.elements::<T>(0)?), (right.dims(), &exponents), |x: T, y: i64| {
            let (mut result, mut square, mut rest) = (1 as T, x, y);
            while rest > 0 {
                if rest & 1 == 1 {
                    result = result.wrapping_mul(square);
                }
                square = square.wrapping_mul(square);
                rest >>= 1;
            }
            result
        })?;
        one(dims, out)
    })
}

/// Whether an exponent is 2: then the power is a product, the same number rounded once.
fn square(exponent: &Tensor) -> bool {
    match exponent.data() {
        Data::F32(v) => *v == [2.0],
        Data::F64(v) => *v == [2.0],
        _ => exponent.to_i64().is_some_and(|v| v == [2]),
    }
}

/// Powers with any exponent that a double holds.
trait PowerOf {
    fn power(self, exponent: f64) -> Self;
}

impl PowerOf for f32 {
    /// In single precision if the exponent is exact in it, else in double.
    fn power(self, exponent: f64) -> Self {
        let own = exponent as f32;
        if f64::from(own) == exponent || exponent.is_nan() {
            self.raised(own)
        } else {
            libm::pow(f64::from(self), exponent) as f32
        }
    }
}

impl PowerOf for f64 {
    fn power(self, exponent: f64) -> Self {
        self.raised(exponent)
    }
}

impl PowerOf for i64 {
    fn power(self, exponent: f64) -> Self {
        libm::pow(self as f64, exponent) as i64
    }
}

/// PRelu-7, -9, -16: the slope broadcasts to the input, not the other way round.
#[allow(clippy::absurd_extreme_comparisons)] // false for unsigned types, and the same code for all
pub(crate) fn prelu(call: &mut Call<'_>) -> Outputs {
    let dims = broadcast(&[call.input(0)?.dims(), call.input(1)?.dims()])?;
    if dims != call.input(0)?.dims() {
        return Err(compute("the slope does not broadcast to the input"));
    }
    for_type!(dtype(call)?, numbers, T => pair(call, |x: T, slope: T| if x < T::ZERO { x.mul(slope) } else { x }))
}

macro_rules! logical {
    ($($(#[$doc:meta])* $name:ident = $f:expr;)*) => { $(
        $(#[$doc])*
        pub(crate) fn $name(call: &mut Call<'_>) -> Outputs {
            let f: fn(bool, bool) -> bool = $f;
            pair(call, f)
        }
    )* };
}
logical! {
    /// And-7.
    and = |x, y| x & y;
    /// Or-7.
    or = |x, y| x | y;
    /// Xor-7.
    xor = |x, y| x ^ y;
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident = $types:ident, |$x:ident, $y:ident| $body:expr;)*) => { $(
        $(#[$doc])*
        pub(crate) fn $name(call: &mut Call<'_>) -> Outputs {
            for_type!(dtype(call)?, $types, T => pair(call, |$x: T, $y: T| $body))
        }
    )* };
}
comparisons! {
    /// Equal-7, -11, -13, -19.
    equal = all, |x, y| x == y;
    /// Less-7, -9, -13.
    less = numbers, |x, y| x < y;
    /// LessOrEqual-12, -16.
    less_or_equal = numbers, |x, y| x <= y;
    /// Greater-7, -9, -13.
    greater = numbers, |x, y| x > y;
    /// GreaterOrEqual-12, -16.
    greater_or_equal = numbers, |x, y| x >= y;
    /// BitwiseAnd-18.
    bitwise_and = integers, |x, y| x & y;
    /// BitwiseOr-18.
    bitwise_or = integers, |x, y| x | y;
    /// BitwiseXor-18.
    bitwise_xor = integers, |x, y| x ^ y;
}

/// BitShift-11. Shifting by the width or more gives 0.
pub(crate) fn bit_shift(call: &mut Call<'_>) -> Outputs {
    let left = match call.string("direction", "")? {
        "LEFT" => true,
        "RIGHT" => false,
        other => return call.unknown_value("direction", other),
    };
    for_type!(dtype(call)?, [U64], T => pair(call, |x: T, y: T| {
        let by = u32::try_from(y).unwrap_or(u32::MAX);
        (if left { x.checked_shl(by) } else { x.checked_shr(by) }).unwrap_or(0)
    }))
}

/// All inputs folded together, broadcast.
fn fold<T: Element>(
    call: &Call<'_>,
    f: impl Fn(T, T) -> T,
) -> Result<(Vec<usize>, Vec<T>), EngineError> {
    let mut dims = call.input(0)?.dims().to_vec();
    let mut out = call.elements::<T>(0)?.to_vec();
    for index in 1..call.inputs.len() {
        let next = call.input(index)?;
        (dims, out) = zip(
            call,
            (&dims, &out),
            (next.dims(), call.elements::<T>(index)?),
            &f,
        )?;
    }
    Ok((dims, out))
}

/// Max-6, -8, -12, -13: NaN if any is.
pub(crate) fn max(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => {
        if call.inputs.len() == 2 {
            return pair_in_place(call, T::greater_of);
        }
        let (dims, out) = fold(call, T::greater_of)?;
        one(dims, out)
    })
}

/// Min-6, -8, -12, -13: NaN if any is.
pub(crate) fn min(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => {
        if call.inputs.len() == 2 {
            return pair_in_place(call, T::lesser_of);
        }
        let (dims, out) = fold(call, T::lesser_of)?;
        one(dims, out)
    })
}

/// Sum-6, -8, -13.
pub(crate) fn sum(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, floats, T => {
        let (dims, out) = fold(call, T::add)?;
        one(dims, out)
    })
}

/// Mean-6, -8, -13.
pub(crate) fn mean(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, floats, T => {
        let (dims, mut out) = fold(call, T::add)?;
        let count = T::of_usize(call.inputs.len());
        out.iter_mut().for_each(|x| *x = x.over(count));
        one(dims, out)
    })
}

/// Where-9, -16.
pub(crate) fn choose(call: &mut Call<'_>) -> Outputs {
    let (condition, x, y) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let dims = broadcast(&[condition.dims(), x.dims(), y.dims()])?;
    let count = call.reserve(&dims, x.dtype())?;
    let strides = [condition, x, y].map(|t: &Tensor| broadcast_strides(t.dims(), &dims));
    let flags = call.elements::<bool>(0)?;
    for_bits!(x.dtype(), T => {
        let (a, b) = (call.bits::<T>(1)?, call.bits::<T>(2)?);
        let mut out: Vec<T> = Vec::with_capacity(count);
        walk(&dims, [&strides[0], &strides[1], &strides[2]], |[c, i, j]| {
            out.push(if flags[c] { a[i] } else { b[j] });
        });
        moved(x.dtype(), dims, out)
    })
}
