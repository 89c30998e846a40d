//! Whisper's log-mel features of eight seconds, as pipecat's `_whisper_features.py` computes them; the comments name its
//! functions. Everything up to the last step is float64 there and here; the Fourier transform is the plain sum.

use std::f64::consts::PI;

/// Samples of a window (`_N_FFT`), between windows (`_HOP_LENGTH`), and filters (`_N_MELS`).
pub(in crate::task) const FFT: usize = 400;
pub(in crate::task) const HOP: usize = 160;
pub(in crate::task) const BANDS: usize = 80;
/// Frequencies of a window's spectrum, 40 Hz apart.
const BINS: usize = FFT / 2 + 1;
/// The least power of a band (`_MEL_FLOOR`).
const FLOOR: f64 = 1e-10;

/// `compute_whisper_log_mel_features` with `do_normalize`: from samples at 16 kHz to [`BANDS`] rows of one number per
/// [`HOP`] samples. There are at least [`FFT`] samples.
pub(in crate::task) fn log_mel(samples: &[f32]) -> Vec<f32> {
    let wave = normalised(samples);
    let frames = wave.len() / HOP;
    let (fourier, filters) = (Fourier::new(), filters());
    let mut log = vec![0.0; BANDS * frames];
    for frame in 0..frames {
        let power = fourier.power(&wave, frame);
        for (band, filter) in filters.iter().enumerate() {
            let sum: f64 = filter.iter().zip(&power).map(|(f, p)| f * p).sum();
            log[band * frames + frame] = libm::log10(sum.max(FLOOR));
        }
    }
    let most = log.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    log.iter()
        .map(|value| ((value.max(most - 8.0) + 4.0) / 4.0) as f32)
        .collect()
}

/// Zero mean and unit variance, in float32.
fn normalised(samples: &[f32]) -> Vec<f64> {
    let count = samples.len() as f64;
    let mean = samples.iter().map(|sample| f64::from(*sample)).sum::<f64>() / count;
    let spread = |sample: &f32| (f64::from(*sample) - mean) * (f64::from(*sample) - mean);
    let variance = (samples.iter().map(spread).sum::<f64>() / count) as f32;
    let divisor = libm::sqrtf(variance + 1e-7);
    let mean = mean as f32;
    samples
        .iter()
        .map(|sample| f64::from((sample - mean) / divisor))
        .collect()
}

/// The tables of the Fourier transform, one row of [`BINS`] for each of the sums' places 0 to [`FFT`]` / 2`.
struct Fourier {
    window: Vec<f64>,
    cosines: Vec<[f64; BINS]>,
    sines: Vec<[f64; BINS]>,
}

impl Fourier {
    fn new() -> Self {
        let turn = |part: usize| 2.0 * PI * part as f64 / FFT as f64;
        let row = |place: usize, of: fn(f64) -> f64| {
            let mut row = [0.0; BINS];
            for (bin, value) in row.iter_mut().enumerate() {
                *value = of(turn(place * bin % FFT));
            }
            row
        };
        Self {
            // `_periodic_hann_window`.
            window: (0..FFT).map(|i| 0.5 - 0.5 * libm::cos(turn(i))).collect(),
            cosines: (0..BINS).map(|place| row(place, libm::cos)).collect(),
            sines: (0..BINS).map(|place| row(place, libm::sin)).collect(),
        }
    }

    /// `_power_spectrogram`: the squared magnitudes of the window around sample `frame · HOP`; the wave is mirrored at
    /// both ends.
    fn power(&self, wave: &[f64], frame: usize) -> [f64; BINS] {
        let mut windowed = [0.0; FFT];
        for (i, (value, factor)) in windowed.iter_mut().zip(&self.window).enumerate() {
            let place = (frame * HOP + i).abs_diff(FFT / 2);
            let mirrored = (2 * (wave.len() - 1)).saturating_sub(place);
            *value = factor * wave.get(place.min(mirrored)).copied().unwrap_or_default();
        }
        let (mut real, mut imaginary) = ([0.0; BINS], [0.0; BINS]);
        for place in 0..BINS {
            // The cosine is the same at `place` and `FFT − place`, the sine the opposite.
            let (here, there) = (windowed[place], windowed[(FFT - place) % FFT]);
            let (even, odd) = if place % (FFT / 2) == 0 {
                (here, 0.0)
            } else {
                (here + there, here - there)
            };
            for (sum, cosine) in real.iter_mut().zip(&self.cosines[place]) {
                *sum += even * cosine;
            }
            for (sum, sine) in imaginary.iter_mut().zip(&self.sines[place]) {
                *sum += odd * sine;
            }
        }
        for (sum, other) in real.iter_mut().zip(&imaginary) {
            *sum = *sum * *sum + other * other;
        }
        real
    }
}

/// `_build_mel_filterbank`: triangles between points that are evenly spaced on Slaney's scale, 0 Hz to 8 kHz, each of
/// the same area.
fn filters() -> Vec<[f64; BINS]> {
    let most = 15.0 + libm::log(8000.0 / 1000.0) * (27.0 / libm::log(6.4));
    let step = most / (BANDS + 1) as f64;
    let points: Vec<f64> = (0..BANDS + 2).map(|i| hertz(i as f64 * step)).collect();
    let triangle = |edges: &[f64]| {
        let mut filter = [0.0; BINS];
        if let [low, middle, high] = edges {
            for (bin, value) in filter.iter_mut().enumerate() {
                let frequency = bin as f64 * (8000.0 / (BINS - 1) as f64);
                let rising = (frequency - low) / (middle - low);
                let falling = (high - frequency) / (high - middle);
                *value = rising.min(falling).max(0.0) * (2.0 / (high - low));
            }
        }
        filter
    };
    points.windows(3).map(triangle).collect()
}

/// `_mel_to_hertz_slaney`.
fn hertz(mel: f64) -> f64 {
    if mel >= 15.0 {
        1000.0 * libm::exp(libm::log(6.4) / 27.0 * (mel - 15.0))
    } else {
        200.0 * mel / 3.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_is_the_fourier_transform() {
        let wave: Vec<f64> = (0..1600)
            .map(|i| f64::from((i * i) % 97) / 97.0 - 0.5)
            .collect();
        let fourier = Fourier::new();
        for frame in [0, 1, 5, 9] {
            let power = fourier.power(&wave, frame);
            for bin in [0, 1, 57, 199, 200] {
                let (mut real, mut imaginary) = (0.0, 0.0);
                for i in 0..FFT {
                    let mut place = (frame * HOP + i) as i64 - 200;
                    place = place.abs();
                    if place > 1599 {
                        place = 3198 - place;
                    }
                    let angle = 2.0 * PI * (bin * i) as f64 / 400.0;
                    let value = wave[place as usize] * fourier.window[i];
                    real += value * libm::cos(angle);
                    imaginary -= value * libm::sin(angle);
                }
                let wanted = real * real + imaginary * imaginary;
                assert!((power[bin] - wanted).abs() < 1e-9, "{frame} {bin}");
            }
        }
    }

    #[test]
    fn silence_is_at_the_floor() {
        let features = log_mel(&[0.0; 3200]);
        assert_eq!(features.len(), BANDS * 20);
        assert!(features.iter().all(|value| *value == -1.5));
    }
}
