//! Fourier transforms and windows. Computed in double precision, by the definition.

use std::f64::consts::PI;

use countersign_abi::EngineError;
use countersign_onnx::{Data, DataType, Element};

use super::cast::{convert, named_type};
use super::number::Number;
use crate::call::{compute, from_data, one, unsupported, Call, Outputs};
use crate::shape::{self, around, size};

/// Cosines and sines of 2πk/n.
fn circle(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .map(|k| 2.0 * PI * k as f64 / n as f64)
        .map(|angle| (libm::cos(angle), libm::sin(angle)))
        .collect()
}

/// The first `bins` values of the transform of `signal`, padded or cut to the circle's length.
fn transform(
    signal: &[(f64, f64)],
    circle: &[(f64, f64)],
    inverse: bool,
    bins: usize,
) -> Vec<(f64, f64)> {
    let n = circle.len();
    (0..bins)
        .map(|bin| {
            let mut sum = (0.0, 0.0);
            for (at, (re, im)) in signal.iter().take(n).enumerate() {
                // Their product may need more than 32 bits.
                let (c, s) = circle[(bin as u64 * at as u64 % n as u64) as usize];
                let s = if inverse { s } else { -s };
                sum = (sum.0 + (re * c - im * s), sum.1 + (re * s + im * c));
            }
            if inverse {
                (sum.0 / n as f64, sum.1 / n as f64)
            } else {
                sum
            }
        })
        .collect()
}

/// DFT-17 (axis as attribute), -20 (as input).
pub(crate) fn dft(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let (inverse, onesided) = (call.flag("inverse", false)?, call.flag("onesided", false)?);
    let axis = match (call.since >= 20, call.optional(2)) {
        (true, Some(_)) => call.int_input(2)?,
        (true, None) => -2,
        (false, _) => call.int("axis", 1),
    };
    let axis = shape::axis(axis, input.rank())?;
    let parts = input.dims().last().copied().unwrap_or(0);
    if axis + 1 == input.rank() || !(1..=2).contains(&parts) {
        return Err(compute(
            "the last dimension must hold real and imaginary part",
        ));
    }
    let (outer, length, inner) = around(&input.dims()[..input.rank() - 1], axis);
    let n = match call.optional(1) {
        Some(_) => size(call.int_input(1)?)?,
        None if inverse && onesided => 2 * length.saturating_sub(1),
        None => length,
    };
    if n == 0 {
        return Err(compute("a transform of length 0"));
    }
    // ONNX's own example of an inverse transform was computed in single precision, and is further from the exact values than
    // its tolerance: until there are better ones we cannot show that ours is right.
    if inverse && !onesided {
        return Err(unsupported("an inverse transform of a whole spectrum"));
    }
    if onesided && !inverse && parts == 2 {
        return Err(unsupported("a one-sided transform of a complex signal"));
    }
    // The circle and one signal.
    call.reserve(&[n.max(length), 4], DataType::F64)?;
    call.steps(n)?;
    let (bins, kept) = match (inverse, onesided) {
        (false, true) => (n / 2 + 1, 2),
        (true, true) => (n, 1),
        _ => (n, 2),
    };
    let mut dims = input.dims().to_vec();
    dims[axis] = bins;
    if let Some(last) = dims.last_mut() {
        *last = kept;
    }
    let count = call.reserve(&dims, DataType::F64)?;
    call.steps(
        outer
            .saturating_mul(inner)
            .saturating_mul(bins)
            .saturating_mul(n),
    )?;
    let circle = circle(n);
    for_type!(input.dtype(), floats, T => {
        let x = call.elements::<T>(0)?;
        let mut out = vec![T::ZERO; count];
        for row in 0..outer {
            for offset in 0..inner {
                let at = |i: usize| ((row * length + i) * inner + offset) * parts;
                let mut signal: Vec<(f64, f64)> = (0..length)
                    .map(|i| (x[at(i)].to_f64(), if parts == 2 { x[at(i) + 1].to_f64() } else { 0.0 }))
                    .collect();
                if inverse && onesided {
                    mirror(&mut signal, n);
                }
                for (bin, (re, im)) in transform(&signal, &circle, inverse, bins).into_iter().enumerate() {
                    let slot = ((row * bins + bin) * inner + offset) * kept;
                    out[slot] = T::from_f64(re);
                    if kept == 2 {
                        out[slot + 1] = T::from_f64(im);
                    }
                }
            }
        }
        one(dims, out)
    })
}

/// Half of a spectrum completed to the spectrum of a real signal of length `n`.
fn mirror(half: &mut Vec<(f64, f64)>, n: usize) {
    half.resize(n / 2 + 1, (0.0, 0.0));
    half[0].1 = 0.0;
    if n.is_multiple_of(2) {
        half[n / 2].1 = 0.0;
    }
    for bin in half.len()..n {
        let (re, im) = half[n - bin];
        half.push((re, -im));
    }
}

/// STFT-17.
pub(crate) fn stft(call: &mut Call<'_>) -> Outputs {
    let onesided = call.flag("onesided", true)?;
    let [batches, length, parts] = *call.input(0)?.dims() else {
        return Err(compute("a signal of three dimensions is needed"));
    };
    let step = size(call.int_input(1)?)?;
    let window = call.optional(2);
    let frame = match (call.optional(3), window) {
        (Some(_), _) => size(call.int_input(3)?)?,
        (None, Some(window)) => window.len(),
        (None, None) => length,
    };
    if step == 0
        || frame == 0
        || frame > length
        || !(1..=2).contains(&parts)
        || window.is_some_and(|w| w.len() != frame)
    {
        return Err(compute("signal, window and frame do not fit"));
    }
    if onesided && parts == 2 {
        return Err(unsupported("a one-sided transform of a complex signal"));
    }
    let frames = 1 + (length - frame) / step;
    let bins = if onesided { frame / 2 + 1 } else { frame };
    let dims = vec![batches, frames, bins, 2];
    let count = call.reserve(&dims, DataType::F64)?;
    call.steps(
        batches
            .saturating_mul(frames)
            .saturating_mul(bins)
            .saturating_mul(frame),
    )?;
    let circle = circle(frame);
    for_type!(call.input(0)?.dtype(), floats, T => {
        let x = call.elements::<T>(0)?;
        let weights = call.optional(2).map(|_| call.elements::<T>(2)).transpose()?;
        let mut out: Vec<T> = Vec::with_capacity(count);
        for batch in 0..batches {
            for number in 0..frames {
                let signal: Vec<(f64, f64)> = (0..frame)
                    .map(|i| {
                        let at = (batch * length + number * step + i) * parts;
                        let weight = weights.map_or(1.0, |weights| weights[i].to_f64());
                        (x[at].to_f64() * weight, if parts == 2 { x[at + 1].to_f64() * weight } else { 0.0 })
                    })
                    .collect();
                for (re, im) in transform(&signal, &circle, false, bins) {
                    out.extend([T::from_f64(re), T::from_f64(im)]);
                }
            }
        }
        one(dims, out)
    })
}

/// A window function of the position's share of a turn.
fn window(call: &Call<'_>, f: impl Fn(f64) -> f64) -> Outputs {
    let count = size(call.int_input(0)?)?;
    let turn = if call.flag("periodic", true)? {
        count
    } else {
        count.saturating_sub(1)
    };
    if turn == 0 && count > 0 {
        return Err(unsupported("a symmetric window of one element"));
    }
    let kind = named_type(call.int("output_datatype", 1))?;
    if !kind.is_float() {
        return Err(unsupported(format!("a window of {kind}")));
    }
    call.reserve(&[count], DataType::F64)?;
    let values: Vec<f64> = (0..count).map(|i| f(i as f64 / turn as f64)).collect();
    Ok(vec![convert(
        from_data(vec![count], Data::F64(values))?,
        kind,
    )?])
}

/// HannWindow-17.
pub(crate) fn hann(call: &mut Call<'_>) -> Outputs {
    window(call, |share| {
        let s = libm::sin(PI * share);
        s * s
    })
}

/// HammingWindow-17.
pub(crate) fn hamming(call: &mut Call<'_>) -> Outputs {
    let alpha = 25.0 / 46.0;
    window(call, |share| {
        alpha - (1.0 - alpha) * libm::cos(2.0 * PI * share)
    })
}

/// BlackmanWindow-17.
pub(crate) fn blackman(call: &mut Call<'_>) -> Outputs {
    window(call, |share| {
        0.42 - 0.5 * libm::cos(2.0 * PI * share) + 0.08 * libm::cos(4.0 * PI * share)
    })
}

/// TfIdfVectorizer-9, over integers.
pub(crate) fn tf_idf(call: &mut Call<'_>) -> Outputs {
    let pool = call
        .int_list("pool_int64s")
        .ok_or_else(|| unsupported("n-grams of strings"))?;
    let (starts, indexes) = (
        call.int_list("ngram_counts").unwrap_or_default(),
        call.int_list("ngram_indexes").unwrap_or_default(),
    );
    let (least, most) = (
        size(call.int("min_gram_length", 1))?,
        size(call.int("max_gram_length", 1))?,
    );
    let skips = size(call.int("max_skip_count", 0))?;
    let (counted, weighted) = match call.string("mode", "")? {
        "TF" => (true, false),
        "IDF" => (false, true),
        "TFIDF" => (true, true),
        other => return call.unknown_value("mode", other),
    };
    let width = indexes.iter().max().map_or(Ok(0), |max| {
        size(*max)?
            .checked_add(1)
            .ok_or_else(|| compute("an n-gram's index is too large"))
    })?;
    let weights = call.float_list("weights").filter(|_| weighted);
    if weights.is_some_and(|w| w.len() != width || !indexes.iter().copied().eq(0..width as i64)) {
        return Err(unsupported(
            "weights for n-grams that are not numbered in order",
        ));
    }
    let grams = grams(pool, starts, indexes)?;
    let (rows, length, dims) = match *call.input(0)?.dims() {
        [] => (1, 1, vec![width]),
        [length] => (1, length, vec![width]),
        [rows, length] => (rows, length, vec![rows, width]),
        _ => return Err(compute("one or two dimensions are needed")),
    };
    let x = call.ints(0)?;
    let count = call.reserve(&dims, DataType::F32)?;
    call.steps(
        x.len()
            .max(rows)
            .saturating_mul(grams.len())
            .saturating_mul(skips.saturating_add(1)),
    )?;
    let mut out = vec![0f32; count];
    for row in 0..rows {
        let x = &x[row * length..(row + 1) * length];
        for (gram, column) in &grams {
            if gram.len() < least || gram.len() > most {
                continue;
            }
            // A single item has no gaps: it counts once.
            let gaps = if gram.len() == 1 {
                1
            } else {
                // Wider gaps do not fit into the sequence.
                skips.saturating_add(1).min(length)
            };
            for gap in 1..=gaps {
                let reach = (gram.len() - 1).saturating_mul(gap);
                let hits = (0..length.saturating_sub(reach)).filter(|start| {
                    gram.iter()
                        .enumerate()
                        .all(|(i, item)| x[start + i * gap] == *item)
                });
                out[row * width + column] += hits.count() as f32;
            }
        }
        for (column, slot) in out[row * width..(row + 1) * width].iter_mut().enumerate() {
            let base = if counted {
                *slot
            } else {
                f32::from(u8::from(*slot > 0.0))
            };
            *slot = base * weights.map_or(1.0, |weights| weights[column]);
        }
    }
    one(dims, out)
}

/// The n-grams of a pool with their columns.
fn grams<'a>(
    pool: &'a [i64],
    starts: &[i64],
    indexes: &[i64],
) -> Result<Vec<(&'a [i64], usize)>, EngineError> {
    let mut grams: Vec<(&[i64], usize)> = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let end = starts
            .get(index + 1)
            .map_or(Ok(pool.len()), |end| size(*end))?;
        let part = pool
            .get(size(*start)?..end)
            .ok_or_else(|| compute("the n-grams' counts do not fit the pool"))?;
        for gram in part.chunks_exact(index + 1) {
            let column = indexes
                .get(grams.len())
                .ok_or_else(|| compute("an n-gram has no index"))?;
            grams.push((gram, size(*column)?));
        }
    }
    Ok(grams)
}
