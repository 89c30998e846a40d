//! The product of two dequantised matrices, from their integers: what `exec::fuse` makes of DequantizeLinear before MatMul.

use countersign_abi::EngineError;
use countersign_onnx::{Data, DataType};

use super::linear::Stacks;
use crate::call::{compute, one, unsupported_type, Call, Outputs};
use crate::kernel::dot;

/// Inputs: left, right, their scales, their zero points; left has one scale, right one or one per column. Sums of integers
/// are exact, and each is multiplied with its two scales in double precision before it is rounded.
pub(crate) fn product(call: &mut Call<'_>) -> Outputs {
    let (a, b) = (call.input(0)?, call.input(1)?);
    let stacks = Stacks::of(a.dims(), b.dims())?;
    let count = call.reserve(&stacks.dims, DataType::F32)?;
    call.steps(stacks.steps())?;
    call.reserve(&[a.len().saturating_add(b.len())], DataType::I32)?;
    let (m, n, k) = (stacks.m, stacks.n, stacks.k);
    let (left, right) = (centred(call, 0, 4, 1)?, centred(call, 1, 5, n)?);
    let (one_scale, scales) = (call.elements::<f32>(2)?, call.elements::<f32>(3)?);
    let ([scale], true) = (one_scale, scales.len() == 1 || scales.len() == n) else {
        return Err(compute("the scales do not fit the matrices"));
    };
    let factors: Vec<f64> = (0..n)
        .map(|column| f64::from(*scale) * f64::from(scales[column % scales.len()]))
        .collect();
    let mut out = vec![0f32; count];
    if count == 0 || k == 0 {
        return one(stacks.dims, out);
    }
    let multiply = |rows: usize, a: &[i16], b: &[i16], out: &mut [f32]| {
        if k > dot::DEPTH {
            return deep([rows, n, k], a, b, &factors, out);
        }
        dot::multiply([rows, n, k], a, b, |row, column, sums| {
            let factors = &factors[column..][..sums.len()];
            let out = &mut out[row * n + column..][..sums.len()];
            for ((out, sum), factor) in out.iter_mut().zip(sums).zip(factors) {
                *out = (f64::from(*sum) * factor) as f32;
            }
        });
    };
    if b.rank() == 2 {
        // One matrix for the whole stack: its rows are the rows of one product.
        multiply(left.len() / k, &left, &right, &mut out);
    } else {
        for ([i, j], out) in stacks.pairs().into_iter().zip(out.chunks_exact_mut(m * n)) {
            multiply(m, &left[i..][..m * k], &right[j..][..k * n], out);
        }
    }
    one(stacks.dims, out)
}

/// The same where 32 bits may not hold a sum.
fn deep([m, n, k]: [usize; 3], a: &[i16], b: &[i16], factors: &[f64], out: &mut [f32]) {
    for (at, out) in out.iter_mut().enumerate().take(m * n) {
        let (row, column) = (at / n, at % n);
        let term = |p: usize| i64::from(a[row * k + p]) * i64::from(b[p * n + column]);
        *out = ((0..k).map(term).sum::<i64>() as f64 * factors[column]) as f32;
    }
}

/// Input `index` minus its zero point: one for all, or one for each of `columns`.
fn centred(
    call: &Call<'_>,
    index: usize,
    zero: usize,
    columns: usize,
) -> Result<Vec<i16>, EngineError> {
    let wide = |data: &Data| -> Result<Vec<i16>, EngineError> {
        match data {
            Data::U8(list) => Ok(list.iter().map(|x| i16::from(*x)).collect()),
            Data::I8(list) => Ok(list.iter().map(|x| i16::from(*x)).collect()),
            other => Err(unsupported_type(other.dtype())),
        }
    };
    let (values, zeros) = (call.input(index)?, call.input(zero)?);
    if values.dtype() != zeros.dtype() {
        return Err(compute("a zero point must have the type of what it shifts"));
    }
    let (mut out, zeros) = (wide(values.data())?, wide(zeros.data())?);
    match *zeros {
        [zero] => out.iter_mut().for_each(|x| *x -= zero),
        _ if zeros.len() == columns => {
            for row in out.chunks_exact_mut(columns.max(1)) {
                row.iter_mut().zip(&zeros).for_each(|(x, zero)| *x -= zero);
            }
        }
        _ => return Err(compute("the zero points do not fit the matrix")),
    }
    Ok(out)
}
