//! Quantised numbers.

use countersign_abi::EngineError;
use countersign_onnx::{Data, DataType, Tensor};

use super::cast::named_type;
use super::conv::Shapes;
use super::linear::Stacks;
use super::number::{Float, Number};
use crate::call::{compute, one, tensor, unsupported, unsupported_type, Call, Outputs};
use crate::shape::{self, size, strides};

/// Which element of a scale or zero point belongs to which element of the quantised tensor.
enum Spread {
    All,
    Axis {
        length: usize,
        inner: usize,
    },
    Blocks {
        axis: usize,
        size: usize,
        dims: Vec<usize>,
        own: Vec<usize>,
    },
}

impl Spread {
    fn of(call: &Call<'_>, input: &[usize], scale: &[usize]) -> Result<Self, EngineError> {
        let block = size(call.int("block_size", 0))?;
        if scale.iter().product::<usize>() == 1 && block == 0 {
            return Ok(Self::All);
        }
        let axis = shape::axis(call.int("axis", 1), input.len())?;
        if block == 0 {
            if scale != [input[axis]] {
                return Err(compute(format!(
                    "a scale of shape {scale:?} does not fit axis {axis} of {input:?}"
                )));
            }
            return Ok(Self::Axis {
                length: input[axis],
                inner: input[axis + 1..].iter().product(),
            });
        }
        let fits = scale.len() == input.len()
            && (0..input.len()).all(|i| {
                if i == axis {
                    scale[i] == input[i].div_ceil(block)
                } else {
                    scale[i] == input[i]
                }
            });
        if !fits {
            return Err(compute(format!("a scale of shape {scale:?} does not fit blocks of {block} along axis {axis} of {input:?}")));
        }
        Ok(Self::Blocks {
            axis,
            size: block,
            dims: input.to_vec(),
            own: strides(scale),
        })
    }

    fn index(&self, at: usize) -> usize {
        match self {
            Self::All => 0,
            Self::Axis { length, inner } => at / inner % length,
            Self::Blocks {
                axis,
                size,
                dims,
                own,
            } => {
                let mut rest = at;
                let mut index = 0;
                for i in (0..dims.len()).rev() {
                    let position = rest % dims[i];
                    rest /= dims[i];
                    index += if i == *axis {
                        position / size
                    } else {
                        position
                    } * own[i];
                }
                index
            }
        }
    }
}

/// Any float tensor as f64, which holds every narrower float.
fn exact(tensor: &Tensor) -> Result<Vec<f64>, EngineError> {
    for_type!(tensor.dtype(), exact floats, T => {
        Ok(tensor.elements::<T>().unwrap_or_default().iter().map(|x| x.to_f64()).collect())
    })
}

/// The least and the greatest value of a quantised type.
fn range(kind: DataType) -> Result<(f64, f64), EngineError> {
    match kind {
        DataType::U8 => Ok((0.0, 255.0)),
        DataType::I8 => Ok((-128.0, 127.0)),
        DataType::U16 => Ok((0.0, 65535.0)),
        DataType::I16 => Ok((-32768.0, 32767.0)),
        other => Err(unsupported_type(other)),
    }
}

/// Whole numbers within range as elements of a quantised type.
fn quantised(kind: DataType, dims: Vec<usize>, values: impl Iterator<Item = f64>) -> Outputs {
    let (low, high) = range(kind)?;
    for_type!(kind, [U8 I8 U16 I16], T => one(dims, values.map(|x| <T as Number>::from_f64(x.clamp(low, high))).collect::<Vec<T>>()))
}

/// A quotient rounded once to a float type.
fn divide(x: f64, y: f64, kind: DataType) -> f64 {
    match kind {
        DataType::F64 => x / y,
        // The quotient in double, rounded again, is the quotient in single (53 ≥ 2 · 24 + 2 bits), likewise in half.
        DataType::F16 => countersign_onnx::f16::from_f64(x / y).to_f64(),
        _ => f64::from((x / y) as f32),
    }
}

/// QuantizeLinear-10, -13, -19, -21, -23 and on, to 8 and 16 bits.
pub(crate) fn quantize(call: &mut Call<'_>) -> Outputs {
    let (input, scale) = (call.input(0)?, call.input(1)?);
    let spread = Spread::of(call, input.dims(), scale.dims())?;
    let kind = match (call.optional(2), call.int("output_dtype", 0)) {
        (Some(zero), 0) => zero.dtype(),
        (Some(zero), code) if zero.dtype() as i64 == code => zero.dtype(),
        (Some(_), _) => return Err(compute("output_dtype is not the zero point's type")),
        (None, 0) => DataType::U8,
        (None, code) => named_type(code)?,
    };
    let precision = match call.int("precision", 0) {
        0 if input.dtype() == DataType::I32 => DataType::F32,
        0 => scale.dtype(),
        code => named_type(code)?,
    };
    if !precision.is_float()
        || (input.dtype().is_float()
            && input.dtype() != precision
            && call.int("precision", 0) != 0
            && precision == DataType::F16)
    {
        return Err(unsupported(format!("a division in {precision}")));
    }
    let zeros = zero_points(call, 2, scale.len())?;
    call.reserve(input.dims(), DataType::F64)?;
    let scales = exact(scale)?;
    if let (Spread::All, DataType::F32, Data::F32(x)) = (&spread, precision, input.data()) {
        return quantised_f32(kind, input.dims(), x, scales[0] as f32, zeros[0] as f32);
    }
    let x = match input.data() {
        Data::I32(values) => values.iter().map(|x| f64::from(*x)).collect(),
        _ => exact(input)?,
    };
    if x.iter().any(|x| x.is_nan()) {
        return Err(compute("NaN cannot be quantised"));
    }
    let dims = input.dims().to_vec();
    quantised(
        kind,
        dims,
        x.iter().enumerate().map(|(at, x)| {
            let index = spread.index(at);
            divide(*x, scales[index], precision).round_ties_even() + zeros[index]
        }),
    )
}

/// One scale for all, in single precision: x ÷ scale rounded to even, then the zero point; the same numbers as in double,
/// because a sum that is rounded lies far outside of the range.
fn quantised_f32(kind: DataType, dims: &[usize], x: &[f32], scale: f32, zero: f32) -> Outputs {
    let (low, high) = range(kind)?;
    let (low, high) = (low as f32, high as f32);
    if x.iter().fold(false, |any, x| any | x.is_nan()) || scale == 0.0 || !scale.is_finite() {
        return Err(compute(
            "NaN, or by a scale that is 0 or not finite, cannot be quantised",
        ));
    }
    let value = |x: &f32| {
        let q = (x / scale).round_ties_even() + zero;
        let q = if q < low { low } else { q };
        (if q > high { high } else { q }) as i32
    };
    match kind {
        DataType::U8 => one(dims.to_vec(), x.iter().map(|x| value(x) as u8).collect()),
        DataType::I8 => one(dims.to_vec(), x.iter().map(|x| value(x) as i8).collect()),
        DataType::U16 => one(dims.to_vec(), x.iter().map(|x| value(x) as u16).collect()),
        _ => one(dims.to_vec(), x.iter().map(|x| value(x) as i16).collect()),
    }
}

/// A zero point for every scale; 0 where there is none.
fn zero_points(call: &Call<'_>, index: usize, count: usize) -> Result<Vec<f64>, EngineError> {
    match call.optional_ints(index)? {
        None => Ok(vec![0.0; count]),
        Some(values) if values.len() == count => Ok(values.into_iter().map(|x| x as f64).collect()),
        Some(values) => Err(compute(format!(
            "{} zero points for {count} scales",
            values.len()
        ))),
    }
}

/// DequantizeLinear-10, -13, -19, -21, -23 and on.
pub(crate) fn dequantize(call: &mut Call<'_>) -> Outputs {
    let (input, scale) = (call.input(0)?, call.input(1)?);
    let spread = Spread::of(call, input.dims(), scale.dims())?;
    let kind = match call.int("output_dtype", 0) {
        0 => scale.dtype(),
        code => named_type(code)?,
    };
    if kind != scale.dtype() {
        return Err(unsupported(format!(
            "a scale of {} for an output of {kind}",
            scale.dtype()
        )));
    }
    let zeros = zero_points(call, 2, scale.len())?;
    if let (Spread::All, [scale]) = (&spread, scale.elements::<f32>().unwrap_or_default()) {
        // Differences of 8 and 16 bits are exact in single precision.
        let (scale, zero, dims) = (*scale, zeros[0] as f32, input.dims().to_vec());
        let value = |x: f32| (x - zero) * scale;
        match input.data() {
            Data::U8(x) => return one(dims, x.iter().map(|x| value(f32::from(*x))).collect()),
            Data::I8(x) => return one(dims, x.iter().map(|x| value(f32::from(*x))).collect()),
            Data::U16(x) => return one(dims, x.iter().map(|x| value(f32::from(*x))).collect()),
            Data::I16(x) => return one(dims, x.iter().map(|x| value(f32::from(*x))).collect()),
            _ => {}
        }
    }
    let (values, scales) = (call.ints(0)?, exact(scale)?);
    for_type!(kind, exact floats, T => {
        type W = <T as Float>::Wide;
        one(input.dims().to_vec(), values.iter().enumerate().map(|(at, x)| {
            let index = spread.index(at);
            T::narrow(W::from_f64(*x as f64 - zeros[index]).mul(W::from_f64(scales[index])))
        }).collect::<Vec<T>>())
    })
}

/// DynamicQuantizeLinear-11.
pub(crate) fn dynamic_quantize(call: &mut Call<'_>) -> Outputs {
    let x = call.elements::<f32>(0)?;
    if x.iter().any(|x| !x.is_finite()) {
        return Err(compute(
            "an infinite or undefined value cannot be quantised",
        ));
    }
    let low = x.iter().fold(0f32, |low, x| low.lesser_of(*x));
    let high = x.iter().fold(0f32, |high, x| high.greater_of(*x));
    let scale = (high - low) / 255.0;
    if scale == 0.0 {
        return Err(unsupported(
            "a tensor of zeros: ONNX does not say what its scale is",
        ));
    }
    let zero = (0.0 - low / scale).clamp(0.0, 255.0).round_ties_even();
    let out = x
        .iter()
        .map(|x| ((x / scale).round_ties_even() + zero).clamp(0.0, 255.0) as u8)
        .collect();
    Ok(vec![
        tensor(call.input(0)?.dims().to_vec(), out)?,
        tensor(Vec::new(), vec![scale])?,
        tensor(Vec::new(), vec![zero as u8])?,
    ])
}

/// Input `index` minus its zero point (input `zero`: one, or one per position of `axis`), as i32.
fn centred(
    call: &Call<'_>,
    index: usize,
    zero: usize,
    axis: Option<usize>,
) -> Result<Vec<i32>, EngineError> {
    let input = call.input(index)?;
    // As 64 bits, then as 32.
    call.reserve(&[input.len(), 2], DataType::I64)?;
    let values: Vec<i32> = call.ints(index)?.into_iter().map(|x| x as i32).collect();
    let zeros: Vec<i32> = match call.optional_ints(zero)? {
        None => return Ok(values),
        Some(zeros) => zeros.into_iter().map(|x| x as i32).collect(),
    };
    if let [zero] = *zeros {
        return Ok(values.into_iter().map(|x| x - zero).collect());
    }
    let axis = axis.filter(|axis| *axis < input.rank() && input.dims()[*axis] == zeros.len());
    let axis = axis.ok_or_else(|| {
        compute(format!(
            "{} zero points do not fit {:?}",
            zeros.len(),
            input.dims()
        ))
    })?;
    let inner: usize = input.dims()[axis + 1..].iter().product();
    Ok(values
        .into_iter()
        .enumerate()
        .map(|(at, x)| x - zeros[at / inner.max(1) % zeros.len()])
        .collect())
}

/// MatMulInteger-10.
pub(crate) fn mat_mul_integer(call: &mut Call<'_>) -> Outputs {
    let (a, b) = (call.input(0)?, call.input(1)?);
    let stacks = Stacks::of(a.dims(), b.dims())?;
    call.reserve(&stacks.dims, DataType::I32)?;
    call.steps(stacks.steps())?;
    let left = centred(call, 0, 2, a.rank().checked_sub(2))?;
    let right = centred(call, 1, 3, b.rank().checked_sub(1))?;
    let out = stacks.multiply(&left, &right);
    one(stacks.dims, out)
}

/// The factor from sums of products to the output's scale, in single precision.
fn factor(call: &Call<'_>, scales: [usize; 3]) -> Result<Vec<f64>, EngineError> {
    let [a, b, y] = scales.map(|index| call.input(index).and_then(exact));
    let (a, b, y) = (a?, b?, y?);
    let ([a], [y]) = (&*a, &*y) else {
        return Err(unsupported("scales per row or column"));
    };
    Ok(b.iter()
        .map(|b| f64::from(*a as f32 * *b as f32 / *y as f32))
        .collect())
}

/// QLinearMatMul-10, -21, with one scale per tensor.
pub(crate) fn qlinear_mat_mul(call: &mut Call<'_>) -> Outputs {
    let (a, b) = (call.input(0)?, call.input(3)?);
    let stacks = Stacks::of(a.dims(), b.dims())?;
    call.reserve(&stacks.dims, DataType::I32)?;
    call.steps(stacks.steps())?;
    let out = stacks.multiply(&centred(call, 0, 2, None)?, &centred(call, 3, 5, None)?);
    let factor = factor(call, [1, 4, 6])?;
    let ([factor], [zero]) = (&*factor, &*call.ints(7)?) else {
        return Err(unsupported("scales per row or column"));
    };
    let kind = call.input(7)?.dtype();
    quantised(
        kind,
        stacks.dims.clone(),
        out.iter()
            .map(|sum| (f64::from(*sum) * factor).round_ties_even() + *zero as f64),
    )
}

/// ConvInteger-10.
pub(crate) fn conv_integer(call: &mut Call<'_>) -> Outputs {
    let shapes = Shapes::of(call, call.input(0)?.dims(), call.input(1)?.dims())?;
    let count = call.reserve(&shapes.dims, DataType::I32)?;
    call.steps(count.saturating_mul(shapes.depth()))?;
    let (image, weights) = (centred(call, 0, 2, None)?, centred(call, 1, 3, Some(0))?);
    let mut out = vec![0i32; count];
    shapes.convolve(&image, &weights, 0, &mut out);
    one(shapes.dims, out)
}

/// QLinearConv-10.
pub(crate) fn qlinear_conv(call: &mut Call<'_>) -> Outputs {
    let shapes = Shapes::of(call, call.input(0)?.dims(), call.input(3)?.dims())?;
    let count = call.reserve(&shapes.dims, DataType::I32)?;
    call.steps(count.saturating_mul(shapes.depth()))?;
    let (image, weights) = (centred(call, 0, 2, None)?, centred(call, 3, 5, Some(0))?);
    let (plane, filters) = (
        shapes.window.output_len().max(1),
        shapes.groups * shapes.filters,
    );
    let mut out = vec![0i32; count];
    if call.optional(8).is_some() {
        let bias = call.elements::<i32>(8)?;
        if bias.len() != filters {
            return Err(compute("the bias does not fit the filters"));
        }
        out.iter_mut()
            .enumerate()
            .for_each(|(at, x)| *x = bias[at / plane % filters]);
    }
    shapes.convolve(&image, &weights, 0, &mut out);
    let factors = factor(call, [1, 4, 6])?;
    let [zero] = *call.ints(7)? else {
        return Err(compute("one zero point is needed for the output"));
    };
    if factors.len() != 1 && factors.len() != filters {
        return Err(compute("a scale is needed for all filters, or for each"));
    }
    let kind = call.input(7)?.dtype();
    quantised(
        kind,
        shapes.dims.clone(),
        out.iter().enumerate().map(|(at, sum)| {
            let factor = factors[if factors.len() == 1 {
                0
            } else {
                at / plane % filters
            }];
            (f64::from(*sum) * factor).round_ties_even() + zero as f64
        }),
    )
}
