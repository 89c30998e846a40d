//! Resampling to 16 kHz: a windowed sinc (Hann, 6 zero crossings to each side, 0.99 of the lower Nyquist frequency),
//! which is `torchaudio.transforms.Resample` with its defaults, by which `silero_vad.read_audio` resamples.
//!
//! The coefficients come from `libm`, the sums are in one fixed order: the same bits everywhere.

use std::f64::consts::PI;

use super::MODEL_RATE;

/// Zero crossings of the sinc to each side (`lowpass_filter_width`).
const CROSSINGS: f64 = 6.0;
/// The cut-off as a part of the lower Nyquist frequency (`rolloff`).
const ROLLOFF: f64 = 0.99;

/// The samples at 16 kHz: `ceil(length · 16000 / rate)` of them. `rate` is not 0.
pub(super) fn to_model_rate(samples: Vec<f32>, rate: u32) -> Vec<f32> {
    if rate == MODEL_RATE {
        return samples;
    }
    let common = gcd(rate, MODEL_RATE);
    let (from, to) = ((rate / common) as usize, (MODEL_RATE / common) as usize);
    let base = from.min(to) as f64 * ROLLOFF;
    let width = libm::ceil(CROSSINGS * from as f64 / base) as usize;
    let count = (samples.len() as u64 * to as u64).div_ceil(from as u64) as usize;
    let taps = 2 * width + 2;
    // One filter for each place of an output sample between two input samples.
    let phases = to.min(count);
    let mut filters = Vec::with_capacity(phases * taps);
    for phase in 0..phases {
        let middle = phase * from / to;
        filters.extend((0..taps).map(|tap| {
            let place = (middle + tap) as f64 - width as f64;
            coefficient((place / from as f64 - phase as f64 / to as f64) * base) * base
                / from as f64
        }));
    }
    let mut resampled = Vec::with_capacity(count);
    for index in 0..count {
        let (block, phase) = (index / to, index % to);
        // The place of tap `width`; taps beyond either end meet silence.
        let middle = block * from + phase * from / to;
        let filter = &filters[phase * taps..(phase + 1) * taps];
        let first = middle.saturating_sub(width);
        let skipped = (first + width).saturating_sub(middle).min(taps);
        let heard = samples.get(first..).unwrap_or_default();
        let sum: f64 = filter[skipped..]
            .iter()
            .zip(heard)
            .map(|(factor, sample)| factor * f64::from(*sample))
            .sum();
        resampled.push(sum as f32);
    }
    resampled
}

/// The windowed sinc at `t`, in zero crossings.
fn coefficient(t: f64) -> f64 {
    if t.abs() >= CROSSINGS {
        return 0.0;
    }
    let window = libm::cos(t * PI / CROSSINGS / 2.0);
    let angle = t * PI;
    let sinc = if angle == 0.0 {
        1.0
    } else {
        libm::sin(angle) / angle
    };
    sinc * window * window
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 {
        a
    } else {
        gcd(b, a % b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(frequency: f64, rate: u32, length: usize) -> Vec<f32> {
        (0..length)
            .map(|i| libm::sin(2.0 * PI * frequency * i as f64 / f64::from(rate)) as f32)
            .collect()
    }

    fn power(samples: &[f32]) -> f32 {
        samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32
    }

    #[test]
    fn a_tone_stays_the_same_tone() {
        for rate in [8_000, 11_025, 22_050, 44_100, 48_000, 47_999, 96_000] {
            let resampled = to_model_rate(tone(1000.0, rate, rate as usize / 2), rate);
            let wanted = tone(1000.0, MODEL_RATE, resampled.len());
            assert!(resampled.len().abs_diff(8_000) <= 1, "{rate}");
            // Beyond the edges, where the tone starts and ends.
            let most = (200..7_800)
                .map(|i| (resampled[i] - wanted[i]).abs())
                .fold(0.0, f32::max);
            assert!(most < 0.01, "{rate}: {most}");
        }
    }

    #[test]
    fn what_16_khz_cannot_hold_is_gone() {
        for (rate, frequency) in [(44_100, 12_000.0), (48_000, 12_000.0), (96_000, 30_000.0)] {
            let resampled = to_model_rate(tone(frequency, rate, rate as usize / 2), rate);
            // 50 dB below the tone's power of 1/2.
            assert!(power(&resampled[200..7_800]) < 0.5e-5, "{rate}");
        }
    }

    #[test]
    fn the_shortest_sounds_have_a_length() {
        for rate in [4_000, 8_000, 16_000, 44_100, 191_999, 192_000] {
            for length in 1..20 {
                let resampled = to_model_rate(vec![0.5; length], rate);
                let wanted = (length as u64 * 16_000).div_ceil(u64::from(rate));
                assert_eq!(resampled.len() as u64, wanted, "{rate}");
            }
        }
    }
}
