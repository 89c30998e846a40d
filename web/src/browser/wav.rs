//! WAV files (RIFF): the waveform of one for drawing, and the making of one from the microphone's samples.

/// Lowest and highest sample of each of `bins` columns, the mean of all channels, from -1 to 1. `None` for what is no
/// WAV with 8, 16, 24 or 32 bit integers or 32 bit floats.
pub fn envelope(bytes: &[u8], bins: usize) -> Option<Vec<(f32, f32)>> {
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"WAVE" {
        return None;
    }
    let (mut format, mut data, mut rest) = (None, None, bytes.get(12..)?);
    while let (Some(name), Some(size)) = (rest.get(..4), rest.get(4..8)) {
        let size = u32::from_le_bytes(size.try_into().ok()?) as usize;
        let body = rest.get(8..)?;
        // A recorder that was cut off leaves a wrong length: what is there is drawn.
        let chunk = body.get(..size).unwrap_or(body);
        match name {
            b"fmt " => format = Some(Format::read(chunk)?),
            b"data" => data = Some(chunk),
            _ => {}
        }
        rest = body
            .get(size.saturating_add(size & 1)..)
            .unwrap_or_default();
    }
    let (format, data) = (format?, data?);
    let frame = format.channels * format.width;
    let frames = data.len() / frame;
    if frames == 0 || bins == 0 {
        return None;
    }
    let columns = (0..bins).map(|bin| {
        // In u64, since 600 × 2^31 does not fit 32 bits.
        let edge = |bin: usize| (bin as u64 * frames as u64 / bins as u64) as usize;
        let from = edge(bin).min(frames - 1);
        let to = edge(bin + 1).clamp(from + 1, frames);
        let samples = data.get(from * frame..to * frame).unwrap_or_default();
        samples
            .chunks_exact(frame)
            .map(|samples| {
                let sum: f32 = samples
                    .chunks_exact(format.width)
                    .map(|sample| format.sample(sample))
                    .sum();
                sum / format.channels as f32
            })
            .fold((1.0_f32, -1.0_f32), |(low, high), sample| {
                (low.min(sample), high.max(sample))
            })
    });
    Some(columns.collect())
}

struct Format {
    float: bool,
    channels: usize,
    /// Bytes per sample.
    width: usize,
}

impl Format {
    fn read(chunk: &[u8]) -> Option<Self> {
        let short = |at: usize| {
            let bytes = chunk.get(at..at + 2)?;
            Some(u16::from_le_bytes(bytes.try_into().ok()?))
        };
        // WAVE_FORMAT_EXTENSIBLE names the format in the first two bytes of its GUID.
        let code = match short(0)? {
            0xfffe => short(24)?,
            code => code,
        };
        let (channels, bits) = (usize::from(short(2)?), short(14)?);
        let float = match (code, bits) {
            (1, 8 | 16 | 24 | 32) => false,
            (3, 32) => true,
            _ => return None,
        };
        (1..=64).contains(&channels).then_some(Self {
            float,
            channels,
            width: usize::from(bits / 8),
        })
    }

    /// One little-endian sample, from -1 to 1.
    fn sample(&self, bytes: &[u8]) -> f32 {
        let value = match (self.float, bytes) {
            (true, [a, b, c, d]) => f32::from_le_bytes([*a, *b, *c, *d]),
            (false, [a]) => (f32::from(*a) - 128.0) / 128.0,
            (false, [a, b]) => f32::from(i16::from_le_bytes([*a, *b])) / 32_768.0,
            (false, [a, b, c]) => i32::from_le_bytes([0, *a, *b, *c]) as f32 / 2_147_483_648.0,
            (false, [a, b, c, d]) => i32::from_le_bytes([*a, *b, *c, *d]) as f32 / 2_147_483_648.0,
            _ => 0.0,
        };
        if value.is_finite() {
            value.clamp(-1.0, 1.0)
        } else {
            0.0
        }
    }
}

/// A WAV file with one channel of 16 bit integers. `samples` are from -1 to 1, `rate` in Hz.
pub fn pcm16(samples: &[f32], rate: u32) -> Vec<u8> {
    let length = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX - 36);
    let mut bytes = Vec::with_capacity(44 + samples.len() * 2);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + length).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&16u32.to_le_bytes());
    bytes.extend_from_slice(&1u16.to_le_bytes());
    bytes.extend_from_slice(&1u16.to_le_bytes());
    bytes.extend_from_slice(&rate.to_le_bytes());
    bytes.extend_from_slice(&rate.wrapping_mul(2).to_le_bytes());
    bytes.extend_from_slice(&2u16.to_le_bytes());
    bytes.extend_from_slice(&16u16.to_le_bytes());
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&length.to_le_bytes());
    for sample in samples {
        // `as` saturates, and makes NaN 0.
        let value = (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16;
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_can_be_drawn() {
        let bytes = pcm16(&[0.0, 0.5, -0.5, 1.0, f32::NAN, -2.0], 16_000);
        assert_eq!(bytes.len(), 44 + 12);
        let drawn = envelope(&bytes, 3).unwrap();
        assert!((drawn[0].1 - 0.5).abs() < 1e-3 && drawn[0].0.abs() < 1e-3);
        assert!(drawn[1].1 > 0.99 && (drawn[1].0 + 0.5).abs() < 1e-3);
        assert!(drawn[2].0 < -0.99);
        assert_eq!(envelope(&bytes, 600).unwrap().len(), 600);
    }

    #[test]
    fn bad_input_is_not_drawn() {
        let good = pcm16(&[0.1; 8], 16_000);
        for cut in 0..good.len() {
            // Whatever is cut off: no panic, and nothing is drawn of a file without samples.
            let drawn = envelope(&good[..cut], 10);
            assert!(drawn.is_none() || cut > 44);
        }
        assert!(envelope(b"RIFF\xff\xff\xff\xffWAVEdata\xff\xff\xff\xff", 10).is_none());
    }
}
