//! Arithmetic on element types, the same on every machine.
//!
//! f16 is computed in f32 and rounded after each operation (NumPy does the same). Integers wrap. Nothing here rests on
//! the bits or the sign of a NaN, nor on the platform's mathematical library: functions come from the crate `libm`, the most
//! used ones in single precision from [`math`].

use countersign_onnx::{f16, Element};

use crate::kernel::math;
use std::cmp::Ordering;

/// A number type.
///
/// The methods bear names that no inherent method of a Rust type has: `x.exp()` on an `f32` would silently be the
/// platform's.
pub(crate) trait Number: Element + PartialOrd {
    const ONE: Self;
    /// The lowest value: −∞ for floats.
    const LOWEST: Self;
    /// The highest value: +∞ for floats.
    const HIGHEST: Self;
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    /// Division; integers truncate. `None` for an integer division by zero.
    fn div(self, other: Self) -> Option<Self>;
    fn neg(self) -> Self;
    fn magnitude(self) -> Self;
    fn is_nan(self) -> bool;
    fn to_f64(self) -> f64;
    /// Floats round to nearest even; integers saturate, NaN becomes 0.
    fn from_f64(value: f64) -> Self;

    /// The order with NaN above everything (equal to itself) and −0 equal to +0.
    fn order(self, other: Self) -> Ordering {
        match (self.is_nan(), other.is_nan()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.partial_cmp(&other).unwrap_or(Ordering::Equal),
        }
    }

    /// The greater one; NaN if either is.
    fn greater_of(self, other: Self) -> Self {
        if self.is_nan() || self > other {
            self
        } else {
            other
        }
    }

    /// The lesser one; NaN if either is.
    fn lesser_of(self, other: Self) -> Self {
        if self.is_nan() || self < other {
            self
        } else {
            other
        }
    }
}

macro_rules! integers {
    ($($type:ty),*) => { $(impl Number for $type {
        const ONE: Self = 1;
        const LOWEST: Self = <$type>::MIN;
        const HIGHEST: Self = <$type>::MAX;
        fn add(self, other: Self) -> Self { self.wrapping_add(other) }
        fn sub(self, other: Self) -> Self { self.wrapping_sub(other) }
        fn mul(self, other: Self) -> Self { self.wrapping_mul(other) }
        fn div(self, other: Self) -> Option<Self> { (other != 0).then(|| self.wrapping_div(other)) }
        fn neg(self) -> Self { (0 as $type).wrapping_sub(self) }
        #[allow(unused_comparisons)]
        fn magnitude(self) -> Self { if self < 0 { self.neg() } else { self } }
        fn is_nan(self) -> bool { false }
        fn to_f64(self) -> f64 { self as f64 }
        fn from_f64(value: f64) -> Self { value as $type }
    })* };
}
integers!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! floats {
    ($($type:ty),*) => { $(impl Number for $type {
        const ONE: Self = 1.0;
        const LOWEST: Self = <$type>::NEG_INFINITY;
        const HIGHEST: Self = <$type>::INFINITY;
        fn add(self, other: Self) -> Self { self + other }
        fn sub(self, other: Self) -> Self { self - other }
        fn mul(self, other: Self) -> Self { self * other }
        fn div(self, other: Self) -> Option<Self> { Some(self / other) }
        fn neg(self) -> Self { -self }
        fn magnitude(self) -> Self { <$type>::abs(self) }
        fn is_nan(self) -> bool { <$type>::is_nan(self) }
        fn to_f64(self) -> f64 { f64::from(self) }
        fn from_f64(value: f64) -> Self { value as $type }
    })* };
}
floats!(f32, f64);

impl Number for f16 {
    const ONE: Self = f16::ONE;
    const LOWEST: Self = f16::NEG_INFINITY;
    const HIGHEST: Self = f16::INFINITY;
    fn add(self, other: Self) -> Self {
        f16::from_f32(self.to_f32() + other.to_f32())
    }
    fn sub(self, other: Self) -> Self {
        f16::from_f32(self.to_f32() - other.to_f32())
    }
    fn mul(self, other: Self) -> Self {
        f16::from_f32(self.to_f32() * other.to_f32())
    }
    fn div(self, other: Self) -> Option<Self> {
        Some(f16::from_f32(self.to_f32() / other.to_f32()))
    }
    fn neg(self) -> Self {
        f16::from_bits(self.to_bits() ^ 0x8000)
    }
    fn magnitude(self) -> Self {
        f16::from_bits(self.to_bits() & 0x7FFF)
    }
    fn is_nan(self) -> bool {
        f16::is_nan(self)
    }
    fn to_f64(self) -> f64 {
        f64::from(self.to_f32())
    }
    fn from_f64(value: f64) -> Self {
        f16::from_f64(value)
    }
}

/// A float type, with the functions that operators need.
pub(crate) trait Float: Number {
    /// The type that sums and products of this type are computed in: itself, but f32 for f16.
    type Wide: Float<Wide = Self::Wide>;
    fn widen(self) -> Self::Wide;
    fn narrow(wide: Self::Wide) -> Self;
    fn of(value: f32) -> Self;
    fn of_usize(value: usize) -> Self {
        Self::from_f64(value as f64)
    }
    fn sqrt(self) -> Self;
    fn round_even(self) -> Self;
    fn libm_exp(self) -> Self;
    fn libm_exp_m1(self) -> Self;
    fn libm_ln(self) -> Self;
    fn libm_ln_1p(self) -> Self;
    fn raised(self, exponent: Self) -> Self;
    fn libm_sin(self) -> Self;
    fn libm_cos(self) -> Self;
    fn libm_tan(self) -> Self;
    fn libm_asin(self) -> Self;
    fn libm_acos(self) -> Self;
    fn libm_atan(self) -> Self;
    fn libm_sinh(self) -> Self;
    fn libm_cosh(self) -> Self;
    fn libm_tanh(self) -> Self;
    fn libm_asinh(self) -> Self;
    fn libm_acosh(self) -> Self;
    fn libm_atanh(self) -> Self;
    fn libm_erf(self) -> Self;
    /// Division of floats.
    fn over(self, other: Self) -> Self {
        self.div(other).unwrap_or(Self::ZERO)
    }
    /// 1 / (1 + e^−x), without overflow.
    fn sigmoid(self) -> Self;
    /// ln(1 + e^x), without overflow.
    fn softplus(self) -> Self {
        self.greater_of(Self::ZERO)
            .add(self.magnitude().neg().libm_exp().libm_ln_1p())
    }
}

macro_rules! float_functions {
    ($type:ty, $of:expr, $($name:ident = $function:path),*) => {
        impl Float for $type {
            type Wide = Self;
            fn widen(self) -> Self { self }
            fn narrow(wide: Self) -> Self { wide }
            fn of(value: f32) -> Self { $of(value) }
            fn sqrt(self) -> Self { <$type>::sqrt(self) }
            fn round_even(self) -> Self { <$type>::round_ties_even(self) }
            fn raised(self, exponent: Self) -> Self { power(self, exponent) }
            $(#[inline] fn $name(self) -> Self { $function(self) })*
        }
    };
}

/// `pow`, by type.
trait Power {
    fn raise(self, exponent: Self) -> Self;
}
impl Power for f32 {
    fn raise(self, exponent: Self) -> Self {
        libm::powf(self, exponent)
    }
}
impl Power for f64 {
    fn raise(self, exponent: Self) -> Self {
        libm::pow(self, exponent)
    }
}
/// The inverse of cosh. `libm` computes something even where there is none.
fn acosh_f32(x: f32) -> f32 {
    if x < 1.0 {
        f32::NAN
    } else {
        libm::acoshf(x)
    }
}
fn acosh_f64(x: f64) -> f64 {
    if x < 1.0 {
        f64::NAN
    } else {
        libm::acosh(x)
    }
}

/// 1 / (1 + e^−x) in double precision.
fn sigmoid_f64(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

fn power<T: Power>(base: T, exponent: T) -> T {
    base.raise(exponent)
}

float_functions!(
    f32,
    |value| value,
    sigmoid = math::sigmoid,
    libm_exp = math::exp,
    libm_exp_m1 = libm::expm1f,
    libm_ln = libm::logf,
    libm_ln_1p = libm::log1pf,
    libm_sin = libm::sinf,
    libm_cos = libm::cosf,
    libm_tan = libm::tanf,
    libm_asin = libm::asinf,
    libm_acos = libm::acosf,
    libm_atan = libm::atanf,
    libm_sinh = libm::sinhf,
    libm_cosh = libm::coshf,
    libm_tanh = math::tanh,
    libm_asinh = libm::asinhf,
    libm_acosh = acosh_f32,
    libm_atanh = libm::atanhf,
    libm_erf = math::erf
);
float_functions!(
    f64,
    f64::from,
    sigmoid = sigmoid_f64,
    libm_exp = libm::exp,
    libm_exp_m1 = libm::expm1,
    libm_ln = libm::log,
    libm_ln_1p = libm::log1p,
    libm_sin = libm::sin,
    libm_cos = libm::cos,
    libm_tan = libm::tan,
    libm_asin = libm::asin,
    libm_acos = libm::acos,
    libm_atan = libm::atan,
    libm_sinh = libm::sinh,
    libm_cosh = libm::cosh,
    libm_tanh = libm::tanh,
    libm_asinh = libm::asinh,
    libm_acosh = acosh_f64,
    libm_atanh = libm::atanh,
    libm_erf = libm::erf
);

macro_rules! half_functions {
    ($($name:ident)*) => {
        impl Float for f16 {
            type Wide = f32;
            fn widen(self) -> f32 { self.to_f32() }
            fn narrow(wide: f32) -> Self { f16::from_f32(wide) }
            fn of(value: f32) -> Self { f16::from_f32(value) }
            fn raised(self, exponent: Self) -> Self { f16::from_f32(Float::raised(self.to_f32(), exponent.to_f32())) }
            $(fn $name(self) -> Self { f16::from_f32(Float::$name(self.to_f32())) })*
        }
    };
}
half_functions!(
    sqrt round_even libm_exp libm_exp_m1 libm_ln libm_ln_1p libm_sin libm_cos libm_tan libm_asin libm_acos libm_atan libm_sinh libm_cosh libm_tanh libm_asinh libm_acosh libm_atanh
    libm_erf sigmoid softplus
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_is_above_everything_whatever_its_sign() {
        for nan in [f32::NAN, -f32::NAN] {
            assert_eq!(nan.order(f32::INFINITY), Ordering::Greater);
            assert!(nan.greater_of(1.0).is_nan() && 1f32.greater_of(nan).is_nan());
            assert!(nan.lesser_of(1.0).is_nan() && 1f32.lesser_of(nan).is_nan());
        }
        assert_eq!((-0.0f32).order(0.0), Ordering::Equal);
    }

    #[test]
    fn acosh_is_not_a_number_below_one() {
        for x in [
            0.5f32,
            -0.5,
            -1.0,
            -2.0,
            -5.9,
            -70.3,
            -4096.0,
            f32::NEG_INFINITY,
        ] {
            assert!(x.libm_acosh().is_nan() && f64::from(x).libm_acosh().is_nan());
        }
        assert_eq!(1f32.libm_acosh(), 0.0);
    }

    #[test]
    fn integers_wrap_and_never_trap() {
        assert_eq!(Number::div(i32::MIN, -1), Some(i32::MIN));
        assert_eq!(Number::div(1u8, 0), None);
        assert_eq!(Number::magnitude(i8::MIN), i8::MIN);
    }
}
