//! Element by element over one input.

use countersign_onnx::{f16, Data, DataType, Element, Tensor};

use super::number::{Float, Number};
use crate::call::{compute, from_data, one, unsupported, unsupported_type, Call, Outputs};

/// Maps the elements; in place, if this was the input's last use.
fn map<T: Element>(call: &mut Call<'_>, f: impl Fn(T) -> T) -> Outputs {
    let (dims, mut data) = call.take(0)?.into_parts();
    let dtype = data.dtype();
    let elements = T::slice_mut(&mut data).ok_or_else(|| unsupported_type(dtype))?;
    for element in elements.iter_mut() {
        *element = f(*element);
    }
    Ok(vec![from_data(dims, data)?])
}

/// Maps the elements to another type.
fn map_to<T: Element, U: Element>(call: &Call<'_>, f: impl Fn(T) -> U) -> Outputs {
    let elements = call.elements::<T>(0)?;
    call.reserve(call.input(0)?.dims(), U::DTYPE)?;
    one(
        call.input(0)?.dims().to_vec(),
        elements.iter().map(|x| f(*x)).collect(),
    )
}

fn dtype(call: &Call<'_>) -> Result<DataType, countersign_abi::EngineError> {
    Ok(call.input(0)?.dtype())
}

macro_rules! float_unary {
    ($($(#[$doc:meta])* $name:ident = |$x:ident: $t:ident| $body:expr;)*) => { $(
        $(#[$doc])*
        pub(crate) fn $name(call: &mut Call<'_>) -> Outputs {
            for_type!(dtype(call)?, floats, $t => map(call, |$x: $t| $body))
        }
    )* };
}

float_unary! {
    /// Acos-7, -22.
    acos = |x: T| x.libm_acos();
    /// Acosh-9, -22.
    acosh = |x: T| x.libm_acosh();
    /// Asin-7, -22.
    asin = |x: T| x.libm_asin();
    /// Asinh-9, -22.
    asinh = |x: T| x.libm_asinh();
    /// Atan-7, -22.
    atan = |x: T| x.libm_atan();
    /// Atanh-9, -22.
    atanh = |x: T| x.libm_atanh();
    /// Ceil-6, -13.
    ceil = |x: T| x.ceil();
    /// Cos-7, -22.
    cos = |x: T| x.libm_cos();
    /// Cosh-9, -22.
    cosh = |x: T| x.libm_cosh();
    /// Exp-6, -13.
    exp = |x: T| x.libm_exp();
    /// Floor-6, -13.
    floor = |x: T| x.floor();
    /// HardSwish-14, -22: x · max(0, min(1, x / 6 + 0.5)), with the sixth in single precision, as HardSigmoid has it in ONNX's
    /// definition.
    hard_swish = |x: T| x.mul(x.mul(T::of(1.0 / 6.0)).add(T::of(0.5)).lesser_of(T::ONE).greater_of(T::ZERO));
    /// Log-6, -13.
    log = |x: T| x.libm_ln();
    /// Mish-18, -22: x · tanh(softplus(x)).
    mish = |x: T| x.mul(x.softplus().libm_tanh());
    /// Reciprocal-6, -13.
    reciprocal = |x: T| T::ONE.over(x);
    /// Round-11, -22: halves to even.
    round = |x: T| x.round_even();
    /// Sigmoid-6, -13.
    sigmoid = |x: T| x.sigmoid();
    /// Sin-7, -22.
    sin = |x: T| x.libm_sin();
    /// Sinh-9, -22.
    sinh = |x: T| x.libm_sinh();
    /// Softplus-1, -22.
    softplus = |x: T| x.softplus();
    /// Softsign-1, -22: x / (1 + |x|).
    softsign = |x: T| x.over(T::ONE.add(x.magnitude()));
    /// Sqrt-6, -13.
    sqrt = |x: T| x.sqrt();
    /// Tan-7, -22.
    tan = |x: T| x.libm_tan();
    /// Tanh-6, -13.
    tanh = |x: T| x.libm_tanh();
}

/// Erf-9, -13. Integers are refused: ONNX allows them, and does not say what is meant.
pub(crate) fn erf(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, floats, T => map(call, |x: T| x.libm_erf()))
}

/// Abs-6, -13.
pub(crate) fn abs(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => map(call, |x: T| x.magnitude()))
}

/// Neg-6, -13.
pub(crate) fn neg(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => map(call, |x: T| x.neg()))
}

/// Sign-9, -13: −1, 0 or 1; NaN stays NaN.
#[allow(clippy::absurd_extreme_comparisons)] // false for unsigned types, and the same code for all
pub(crate) fn sign(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => map(call, |x: T| {
        if x > T::ZERO {
            T::ONE
        } else if x < T::ZERO {
            T::ONE.neg()
        } else if x.is_nan() {
            x
        } else {
            T::ZERO
        }
    }))
}

/// Relu-6, -13, -14: max(0, x).
pub(crate) fn relu(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, numbers, T => map(call, |x: T| x.greater_of(T::ZERO)))
}

/// LeakyRelu-6, -16.
pub(crate) fn leaky_relu(call: &mut Call<'_>) -> Outputs {
    let alpha = call.float("alpha", 0.01);
    for_type!(dtype(call)?, floats, T => map(call, |x: T| if x < T::ZERO { x.mul(T::of(alpha)) } else { x }))
}

/// Elu-6, -22.
pub(crate) fn elu(call: &mut Call<'_>) -> Outputs {
    let alpha = call.float("alpha", 1.0);
    for_type!(dtype(call)?, floats, T => map(call, |x: T| {
        if x < T::ZERO { T::of(alpha).mul(x.libm_exp_m1()) } else { x }
    }))
}

/// Celu-12: max(0, x) + min(0, α · (e^(x/α) − 1)).
pub(crate) fn celu(call: &mut Call<'_>) -> Outputs {
    let alpha = call.float("alpha", 1.0);
    for_type!(dtype(call)?, floats, T => map(call, |x: T| {
        let alpha = T::of(alpha);
        x.greater_of(T::ZERO).add(alpha.mul(x.over(alpha).libm_exp_m1()).lesser_of(T::ZERO))
    }))
}

/// Selu-6, -22.
pub(crate) fn selu(call: &mut Call<'_>) -> Outputs {
    let alpha = call.float("alpha", 1.673_263_2);
    let gamma = call.float("gamma", 1.050_701);
    for_type!(dtype(call)?, floats, T => map(call, |x: T| {
        let gamma = T::of(gamma);
        if x > T::ZERO { gamma.mul(x) } else { gamma.mul(T::of(alpha).mul(x.libm_exp_m1())) }
    }))
}

/// ThresholdedRelu-10, -22.
pub(crate) fn thresholded_relu(call: &mut Call<'_>) -> Outputs {
    let alpha = call.float("alpha", 1.0);
    for_type!(dtype(call)?, floats, T => map(call, |x: T| if x > T::of(alpha) { x } else { T::ZERO }))
}

/// HardSigmoid-6, -22.
pub(crate) fn hard_sigmoid(call: &mut Call<'_>) -> Outputs {
    let (alpha, beta) = (call.float("alpha", 0.2), call.float("beta", 0.5));
    for_type!(dtype(call)?, floats, T => map(call, |x: T| {
        T::of(alpha).mul(x).add(T::of(beta)).lesser_of(T::ONE).greater_of(T::ZERO)
    }))
}

/// Shrink-9.
pub(crate) fn shrink(call: &mut Call<'_>) -> Outputs {
    let (bias, lambda) = (call.float("bias", 0.0), call.float("lambd", 0.5));
    if dtype(call)?.is_integer() && (bias.trunc() != bias || lambda.trunc() != lambda) {
        return Err(unsupported(
            "Shrink of integers needs integral bias and lambd",
        ));
    }
    for_type!(dtype(call)?, numbers, T => {
        let (bias, lambda) = (T::from_f64(f64::from(bias)), f64::from(lambda));
        map(call, |x: T| {
            if x.to_f64() < -lambda {
                x.add(bias)
            } else if x.to_f64() > lambda {
                x.sub(bias)
            } else {
                T::ZERO
            }
        })
    })
}

/// Swish-24: x · sigmoid(α · x).
pub(crate) fn swish(call: &mut Call<'_>) -> Outputs {
    let alpha = call.float("alpha", 1.0);
    for_type!(dtype(call)?, floats, T => map(call, |x: T| x.mul(T::of(alpha).mul(x).sigmoid())))
}

/// Gelu-20: exact by erf, or approximated by tanh.
pub(crate) fn gelu(call: &mut Call<'_>) -> Outputs {
    let approximate = match call.string("approximate", "none")? {
        "none" => false,
        "tanh" => true,
        other => return call.unknown_value("approximate", other),
    };
    for_type!(dtype(call)?, floats, T => map(call, |x: T| T::narrow(gelu_of(x.widen(), approximate))))
}

fn gelu_of<T: Float>(x: T, approximate: bool) -> T {
    let half = T::of(0.5).mul(x);
    let inner = if approximate {
        let cube = x.mul(x).mul(x);
        // In single precision, as ONNX's definition has them.
        T::of(std::f32::consts::FRAC_2_PI)
            .sqrt()
            .mul(x.add(T::of(0.044_715).mul(cube)))
            .libm_tanh()
    } else {
        x.mul(T::from_f64(std::f64::consts::FRAC_1_SQRT_2))
            .libm_erf()
    };
    half.mul(T::ONE.add(inner))
}

/// Not-1.
pub(crate) fn not(call: &mut Call<'_>) -> Outputs {
    map(call, |x: bool| !x)
}

/// BitwiseNot-18.
pub(crate) fn bitwise_not(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, integers, T => map(call, |x: T| !x))
}

/// IsNaN-9, -13, -20.
pub(crate) fn is_nan(call: &mut Call<'_>) -> Outputs {
    for_type!(dtype(call)?, floats, T => map_to(call, |x: T| x.is_nan()))
}

/// IsInf-10, -20.
pub(crate) fn is_inf(call: &mut Call<'_>) -> Outputs {
    let positive = call.flag("detect_positive", true)?;
    let negative = call.flag("detect_negative", true)?;
    for_type!(dtype(call)?, floats, T => map_to(call, |x: T| {
        x.is_infinite() && if x > T::ZERO { positive } else { negative }
    }))
}

/// Identity-1, -13, -14 and on, for tensors.
pub(crate) fn identity(call: &mut Call<'_>) -> Outputs {
    Ok(vec![call.take(0)?])
}

/// Clip-6 (bounds as attributes) and Clip-11, -12, -13 (bounds as inputs). With min above max every element becomes max.
pub(crate) fn clip(call: &mut Call<'_>) -> Outputs {
    let kind = dtype(call)?;
    if call.since < 11 {
        let (low, high) = (
            call.float("min", f32::NEG_INFINITY),
            call.float("max", f32::INFINITY),
        );
        return for_type!(kind, floats, T => map(call, |x: T| x.greater_of(T::of(low)).lesser_of(T::of(high))));
    }
    for_type!(kind, numbers, T => {
        let low = bound::<T>(call, 1)?.unwrap_or(T::LOWEST);
        let high = bound::<T>(call, 2)?.unwrap_or(T::HIGHEST);
        map(call, |x: T| x.greater_of(low).lesser_of(high))
    })
}

fn bound<T: Number>(
    call: &Call<'_>,
    index: usize,
) -> Result<Option<T>, countersign_abi::EngineError> {
    match call.optional(index) {
        None => Ok(None),
        Some(_) => match call.elements::<T>(index)? {
            [value] => Ok(Some(*value)),
            other => Err(compute(format!(
                "a bound must be one element, not {}",
                other.len()
            ))),
        },
    }
}

/// Dropout-7, -10, -12, -13, -22 in inference: the input, and a mask of true. Training is random, hence refused.
pub(crate) fn dropout(call: &mut Call<'_>) -> Outputs {
    if call.since >= 12 {
        if let Some(mode) = call.optional(2) {
            let training = mode
                .elements::<bool>()
                .and_then(<[bool]>::first)
                .copied()
                .unwrap_or(false);
            let ratio = match call.optional(1) {
                None => 0.5,
                Some(ratio) => scalar_f64(ratio)?,
            };
            if training && ratio != 0.0 {
                return Err(unsupported("Dropout in training mode is random"));
            }
        }
    }
    let input = call.take(0)?;
    if call.wanted() < 2 {
        return Ok(vec![input]);
    }
    // Before opset 10 the mask had the input's type.
    let mask = if call.since < 10 {
        return Err(unsupported("the mask of Dropout before opset 10"));
    } else {
        from_data(input.dims().to_vec(), Data::Bool(vec![true; input.len()]))?
    };
    Ok(vec![input, mask])
}

/// The one element of a float tensor.
pub(crate) fn scalar_f64(tensor: &Tensor) -> Result<f64, countersign_abi::EngineError> {
    let value = match tensor.data() {
        Data::F16(v) => v.first().map(|x| f16::to_f64(*x)),
        Data::F32(v) => v.first().map(|x| f64::from(*x)),
        Data::F64(v) => v.first().copied(),
        _ => return Err(unsupported_type(tensor.dtype())),
    };
    value
        .filter(|_| tensor.len() == 1)
        .ok_or_else(|| compute("one element is needed"))
}
