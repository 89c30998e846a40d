//! Two ways of resizing, each bit for bit as the program that a model was made with does it (checked against both in
//! `tests/fixtures/pictures/make.py`).

use countersign_abi::EngineError;

use super::{pixels, refuse, Picture};

/// Bits after the point of Pillow's weights (`PRECISION_BITS` of `Resample.c`).
const PILLOW_BITS: u32 = 22;

/// The weights for one position of the result: the first source position, and a weight for it and for each that follows.
struct Weights {
    first: usize,
    weights: Vec<i64>,
}

/// `Image.resize(size, BILINEAR)` of Pillow 13: a triangle as wide as the picture shrinks (`precompute_coeffs`,
/// `normalize_coeffs_8bpc` of `Resample.c`), along rows and then along columns, or the other way round where Pillow does
/// so (`ImagingResampleInner`): rounding between the two shows.
pub(crate) fn pillow_bilinear(
    picture: &Picture,
    width: usize,
    height: usize,
) -> Result<Picture, EngineError> {
    let less = |from: usize, to: usize| from as i64 - to as i64;
    let (narrower, lower) = (less(picture.width, width), less(picture.height, height));
    if lower > 0 && lower > 2 * narrower {
        pillow_across(&pillow_down(picture, height)?, width)
    } else {
        pillow_down(&pillow_across(picture, width)?, height)
    }
}

fn pillow_across(picture: &Picture, width: usize) -> Result<Picture, EngineError> {
    let (height, channels) = (picture.height, picture.channels);
    let mut data = Vec::with_capacity(pixels(width, height)? * channels);
    let columns = pillow_weights(picture.width, width);
    for line in picture.data.chunks_exact(picture.width * channels) {
        for position in &columns {
            for channel in 0..channels {
                let first = position.first * channels + channel;
                let samples = line[first..].iter().step_by(channels);
                data.push(pillow_sum(&position.weights, samples));
            }
        }
    }
    resized(width, height, channels, data)
}

fn pillow_down(picture: &Picture, height: usize) -> Result<Picture, EngineError> {
    let (width, channels) = (picture.width, picture.channels);
    let row = width * channels;
    let mut data = Vec::with_capacity(pixels(width, height)? * channels);
    for position in pillow_weights(picture.height, height) {
        for x in 0..row {
            let samples = picture.data[position.first * row + x..].iter().step_by(row);
            data.push(pillow_sum(&position.weights, samples));
        }
    }
    resized(width, height, channels, data)
}

fn resized(
    width: usize,
    height: usize,
    channels: usize,
    data: Vec<u8>,
) -> Result<Picture, EngineError> {
    Picture::new(width, height, channels, data)
        .ok_or_else(|| refuse("the picture cannot be brought to the model's size"))
}

fn pillow_sum<'a>(weights: &[i64], samples: impl Iterator<Item = &'a u8>) -> u8 {
    let sum: i64 = weights
        .iter()
        .zip(samples)
        .map(|(weight, sample)| weight * i64::from(*sample))
        .sum();
    ((sum + (1 << (PILLOW_BITS - 1))) >> PILLOW_BITS).clamp(0, 255) as u8
}

fn pillow_weights(from: usize, to: usize) -> Vec<Weights> {
    let scale = from as f64 / to as f64;
    let support = scale.max(1.0);
    let step = 1.0 / support;
    (0..to)
        .map(|position| {
            let centre = (position as f64 + 0.5) * scale;
            // Casts truncate and stop at 0, as the C code does.
            let first = (centre - support + 0.5) as usize;
            let end = ((centre + support + 0.5) as usize).min(from);
            let first = first.min(end.saturating_sub(1));
            let raw: Vec<f64> = (first..end)
                .map(|at| {
                    let away = ((at as f64 - centre + 0.5) * step).abs();
                    (1.0 - away).max(0.0)
                })
                .collect();
            let total: f64 = raw.iter().sum();
            let unit = f64::from(1u32 << PILLOW_BITS);
            let weights = raw
                .iter()
                .map(|weight| {
                    let share = if total == 0.0 {
                        *weight
                    } else {
                        weight / total
                    };
                    (0.5 + share * unit) as i64
                })
                .collect();
            Weights { first, weights }
        })
        .collect()
}

/// One position of the result of `cv_linear`: two source positions and their weights in 2048ths.
struct Pair {
    near: usize,
    far: usize,
    weights: [i64; 2],
}

/// `cv2.resize` with `INTER_LINEAR` of 8-bit samples: weights of 11 bits (`HResizeLinear`, `VResizeLinear` of
/// `resize.cpp`), and the mean of four where both sides are halved exactly.
pub(crate) fn cv_linear(
    picture: &Picture,
    width: usize,
    height: usize,
) -> Result<Picture, EngineError> {
    pixels(width, height)?;
    let (w, h, channels) = (picture.width, picture.height, picture.channels);
    if (w, h) == (width, height) {
        return Ok(picture.clone());
    }
    let line = |y: usize| &picture.data[y * w * channels..(y + 1) * w * channels];
    let mut data = Vec::with_capacity(width * height * channels);
    if (w, h) == (2 * width, 2 * height) {
        for y in 0..height {
            let (upper, lower) = (line(2 * y), line(2 * y + 1));
            for x in 0..width {
                for channel in 0..channels {
                    let at = 2 * x * channels + channel;
                    let sum: u32 = [
                        upper[at],
                        upper[at + channels],
                        lower[at],
                        lower[at + channels],
                    ]
                    .map(u32::from)
                    .iter()
                    .sum();
                    data.push(((sum + 2) >> 2) as u8);
                }
            }
        }
        return resized(width, height, channels, data);
    }
    let columns = cv_pairs(w, width, true);
    let stretched = |y: usize| -> Vec<i64> {
        let source = line(y);
        let mut out = Vec::with_capacity(width * channels);
        for pair in &columns {
            for channel in 0..channels {
                out.push(
                    i64::from(source[pair.near * channels + channel]) * pair.weights[0]
                        + i64::from(source[pair.far * channels + channel]) * pair.weights[1],
                );
            }
        }
        out
    };
    // The last two stretched rows: rows are asked for in ascending order.
    let mut kept: Vec<(usize, Vec<i64>)> = Vec::new();
    for pair in cv_pairs(h, height, false) {
        kept.retain(|(y, _)| *y == pair.near || *y == pair.far);
        for y in [pair.near, pair.far] {
            if !kept.iter().any(|(other, _)| *other == y) {
                kept.push((y, stretched(y)));
            }
        }
        let row = |y: usize| {
            kept.iter()
                .find(|(other, _)| *other == y)
                .map(|(_, row)| row.iter())
                .into_iter()
                .flatten()
        };
        data.extend(row(pair.near).zip(row(pair.far)).map(|(near, far)| {
            let sum =
                ((pair.weights[0] * (near >> 4)) >> 16) + ((pair.weights[1] * (far >> 4)) >> 16);
            ((sum + 2) >> 2).clamp(0, 255) as u8
        }));
    }
    resized(width, height, channels, data)
}

/// With `ends`, positions before the first and after the last sample are that sample alone (columns); else the two are
/// still added with their weights (rows).
fn cv_pairs(from: usize, to: usize, ends: bool) -> Vec<Pair> {
    let scale = 1.0 / (to as f64 / from as f64);
    let last = from - 1;
    (0..to)
        .map(|position| {
            let place = ((position as f64 + 0.5) * scale - 0.5) as f32;
            let mut at = libm::floorf(place);
            let mut part = place - at;
            if ends && (at < 0.0 || at >= last as f32) {
                at = at.clamp(0.0, last as f32);
                part = 0.0;
            }
            let near = (at.max(0.0) as usize).min(last);
            let far = ((at + 1.0).max(0.0) as usize).min(last);
            let weight = |share: f32| libm::rintf(share * 2048.0) as i64;
            Pair {
                near,
                far,
                weights: [weight(1.0 - part), weight(part)],
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_picture_stays_even() {
        let picture = Picture::new(7, 5, 3, vec![201; 105]).unwrap();
        for (width, height) in [(3, 2), (14, 10), (7, 5), (1, 1), (40, 3)] {
            for way in [pillow_bilinear, cv_linear] {
                let out = way(&picture, width, height).unwrap();
                assert_eq!((out.width, out.height), (width, height));
                assert!(out.data.iter().all(|sample| *sample == 201));
            }
        }
    }
}
