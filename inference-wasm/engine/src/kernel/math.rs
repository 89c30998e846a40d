//! Exponential functions in single precision as polynomials, without branches, so that compilers keep whole vectors of
//! them in registers. Multiplications and additions only, in a fixed order: the same bits everywhere.
//!
//! The tests hold each to the error that stands at it, in units in the last place, against `libm` in double precision.

/// x with bounds; NaN stays NaN.
#[inline(always)]
fn bounded(x: f32, low: f32, high: f32) -> f32 {
    let x = if x < low { low } else { x };
    if x > high {
        high
    } else {
        x
    }
}

/// 2ⁿ for whole n from −126 to 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits(((n + 127) as u32) << 23)
}

/// eˣ, within 1.5 units in the last place; subnormal results within 2 of theirs.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Beyond these bounds the result is 0 or infinite.
    let x = bounded(x, -105.0, 90.0);
    let n = (x * std::f32::consts::LOG2_E).round_ties_even();
    // ln 2 in two parts: the first has so few bits that its product with n is exact.
    let r = x - n * 0.693_359_4;
    let r = r - n * -2.121_944_4e-4;
    let p = 1.987_569_1e-4 * r + 1.398_2e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let e = p * (r * r) + r + 1.0;
    // In two steps, because 2ⁿ itself may be out of range. NaN becomes 0 here, and e is NaN.
    let n = n as i32;
    let half = n >> 1;
    e * power_of_two(half) * power_of_two(n - half)
}

/// tanh x, within 2.5 units in the last place.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let z = x * x;
    let p = -5.704_988_7e-3 * z + 2.063_909e-2;
    let p = p * z - 5.373_971_6e-2;
    let p = p * z + 1.333_144_2e-1;
    let p = p * z - 3.333_328e-1;
    let near = p * z * x + x;
    let magnitude = x.abs();
    let far = 1.0 - 2.0 / (exp(magnitude + magnitude) + 1.0);
    let result = if magnitude > 0.625 { far } else { near };
    // Also the sign of 0.
    result.copysign(x)
}

/// 1 / (1 + e⁻ˣ), within 3 units in the last place.
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    let e = exp(-x.abs());
    let above = if x < 0.0 { e } else { 1.0 };
    above / (1.0 + e)
}

/// The error function, within 2.5 units in the last place.
#[inline(always)]
pub(crate) fn erf(x: f32) -> f32 {
    let s = x * x;
    let p = -5.967_617e-4 * s + 4.991_194_2e-3;
    let p = p * s - 2.676_813_5e-2;
    let p = p * s + 1.128_199_25e-1;
    let p = p * s - 3.761_253_4e-1;
    let p = p * s + 1.283_791_7e-1;
    let near = p * x + x;
    // From 4 on the result rounds to 1.
    let t = bounded(x.abs(), 0.0, 4.0);
    let s = t * t;
    let high = -1.728_534_7e-5 * t + 3.831_97e-4;
    let low = -3.883_964_4e-3 * t + 2.425_462_2e-2;
    let p = high * s + low;
    let p = p * t - 1.067_778_8e-1;
    let p = p * t - 6.348_467e-1;
    let p = p * t - 1.287_175_1e-1;
    let far = 1.0 - exp(p * t - t);
    if t > 0.927_734_4 {
        far.copysign(x)
    } else {
        near
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest distance from the exact value in units in the last place of the float nearest to it.
    fn worst(f: fn(f32) -> f32, exact: fn(f64) -> f64, step: usize) -> (f64, f32) {
        let mut worst = (0.0, 0.0);
        for bits in (0..=u32::MAX).step_by(step) {
            let x = f32::from_bits(bits);
            if !x.is_finite() {
                continue;
            }
            let (found, exact) = (f64::from(f(x)), exact(f64::from(x)));
            let near = exact as f32;
            if !near.is_finite() {
                assert_eq!(found, f64::from(near), "{x}");
                continue;
            }
            let unit = (f64::from(near.abs().max(f32::MIN_POSITIVE)) * f64::from(f32::EPSILON))
                .log2()
                .floor()
                .exp2();
            let apart = (found - exact).abs() / unit;
            if apart > worst.0 {
                worst = (apart, x);
            }
        }
        worst
    }

    #[test]
    fn errors_are_within_what_is_said() {
        for (name, f, exact, bound) in [
            (
                "exp",
                exp as fn(f32) -> f32,
                libm::exp as fn(f64) -> f64,
                1.5,
            ),
            ("tanh", tanh, libm::tanh, 2.5),
            ("sigmoid", sigmoid, |x| 1.0 / (1.0 + libm::exp(-x)), 3.0),
            ("erf", erf, libm::erf, 2.5),
        ] {
            let (found, x) = worst(f, exact, 9973);
            assert!(found <= bound, "{name}({x:e}) is {found} units off");
        }
    }

    #[test]
    fn ends_are_right() {
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(tanh(f32::NEG_INFINITY), -1.0);
        assert_eq!(erf(f32::INFINITY), 1.0);
        assert_eq!(sigmoid(f32::NEG_INFINITY), 0.0);
        assert_eq!(sigmoid(f32::INFINITY), 1.0);
        assert_eq!(tanh(-0.0).to_bits(), (-0.0f32).to_bits());
        assert_eq!(erf(-0.0).to_bits(), (-0.0f32).to_bits());
        for f in [exp, tanh, sigmoid, erf] {
            assert!(f(f32::NAN).is_nan());
        }
    }
}
