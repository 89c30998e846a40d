//! WAV: RIFF with the chunks `fmt ` and `data`; integers of 8, 16, 24 and 32 bits, floats of 32 and 64.
//!
//! Read here because the crate for it, `hound` 3.5, takes no 64-bit floats, loses its place at chunks of odd length, and
//! reads 24 valid bits in containers of 32 from the wrong end: WAVEFORMATEXTENSIBLE aligns them to the top.

use countersign_abi::EngineError;

use super::{check, input, Sound};

/// The kinds of samples.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    U8,
    I16,
    I24,
    I32,
    F32,
    F64,
}

impl Kind {
    const fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// A sample; full scale is 1. `bytes` has [`Kind::bytes`] of them.
    fn read(self, bytes: &[u8]) -> f64 {
        match (self, bytes) {
            (Self::U8, &[a]) => (f64::from(a) - 128.0) / 128.0,
            (Self::I16, &[a, b]) => f64::from(i16::from_le_bytes([a, b])) / 32_768.0,
            (Self::I24, &[a, b, c]) => {
                f64::from(i32::from_le_bytes([0, a, b, c])) / 2_147_483_648.0
            }
            (Self::I32, &[a, b, c, d]) => {
                f64::from(i32::from_le_bytes([a, b, c, d])) / 2_147_483_648.0
            }
            (Self::F32, &[a, b, c, d]) => f64::from(f32::from_le_bytes([a, b, c, d])),
            (Self::F64, bytes) => bytes.try_into().map_or(f64::NAN, f64::from_le_bytes),
            // Refused later, as no number.
            _ => f64::NAN,
        }
    }
}

/// What the chunk `fmt ` says.
struct Format {
    kind: Kind,
    channels: u16,
    rate: u32,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(
        bytes.get(at..at.checked_add(2)?)?.try_into().ok()?,
    ))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

fn short() -> EngineError {
    input("the WAV file is cut off: save the sound again")
}

/// `KSDATAFORMAT_SUBTYPE_…` without the two bytes in front, which hold the format tag.
const SUBTYPE: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

/// `WAVEFORMATEX`, and `WAVEFORMATEXTENSIBLE` where its tag is 0xFFFE.
fn format(chunk: &[u8]) -> Result<Format, EngineError> {
    let mut tag = u16_at(chunk, 0).ok_or_else(short)?;
    let channels = u16_at(chunk, 2).ok_or_else(short)?;
    let rate = u32_at(chunk, 4).ok_or_else(short)?;
    let block = u16_at(chunk, 12).ok_or_else(short)?;
    let bits = u16_at(chunk, 14).ok_or_else(short)?;
    if tag == 0xFFFE {
        tag = u16_at(chunk, 24).ok_or_else(short)?;
        if chunk.get(26..40) != Some(&SUBTYPE[..]) {
            return Err(unknown(tag, bits));
        }
    }
    let kind = match (tag, bits) {
        (1, 8) => Kind::U8,
        (1, 16) => Kind::I16,
        (1, 24) => Kind::I24,
        (1, 32) => Kind::I32,
        (3, 32) => Kind::F32,
        (3, 64) => Kind::F64,
        _ => return Err(unknown(tag, bits)),
    };
    if usize::from(block) != kind.bytes() * usize::from(channels) {
        return Err(input(format!(
            "the WAV file's {channels} channels of {bits} bits do not fill its blocks of {block} bytes: it is damaged"
        )));
    }
    Ok(Format {
        kind,
        channels,
        rate,
    })
}

fn unknown(tag: u16, bits: u16) -> EngineError {
    input(format!(
        "the WAV file holds samples of the format {tag} with {bits} bits: save it as integers of 8, 16, 24 or 32 bits, or as floats of 32 or 64"
    ))
}

/// Reads a whole file; channels are averaged.
pub(super) fn decode(file: &[u8]) -> Result<Sound, EngineError> {
    if file.get(8..12) != Some(b"WAVE") {
        return Err(input("the file is RIFF, but not WAV: choose a sound"));
    }
    let mut found: Option<Format> = None;
    let mut at = 12;
    loop {
        let name = file.get(at..at + 4).ok_or_else(short)?;
        let length = u32_at(file, at + 4).ok_or_else(short)? as usize;
        let start = at + 8;
        let end = start.checked_add(length).ok_or_else(short)?;
        let chunk = file.get(start..end).ok_or_else(short)?;
        match (name, &found) {
            (b"fmt ", None) => found = Some(format(chunk)?),
            (b"fmt ", Some(_)) => return Err(input("the WAV file describes its format twice")),
            (b"data", None) => return Err(input("the WAV file does not describe its format")),
            (b"data", Some(format)) => return samples(format, chunk),
            _ => {}
        }
        // Chunks start at even places.
        at = end.checked_add(length % 2).ok_or_else(short)?;
    }
}

fn samples(format: &Format, data: &[u8]) -> Result<Sound, EngineError> {
    let channels = usize::from(format.channels);
    let block = format.kind.bytes() * channels;
    let moments = data.len().checked_div(block).unwrap_or(0);
    check(
        format.rate,
        u32::from(format.channels),
        Some(moments as u64),
    )?;
    if moments * block != data.len() {
        return Err(input("the WAV file ends within a sample: it is damaged"));
    }
    let samples = data
        .chunks_exact(block)
        .map(|moment| {
            let each = moment.chunks_exact(format.kind.bytes());
            let sum: f64 = each.map(|bytes| format.kind.read(bytes)).sum();
            (sum / channels as f64) as f32
        })
        .collect();
    Ok(Sound {
        rate: format.rate,
        samples,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_abi::ErrorCode;

    /// A chunk, padded to an even length.
    fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut chunk = name.to_vec();
        chunk.extend((content.len() as u32).to_le_bytes());
        chunk.extend(content);
        if content.len() % 2 == 1 {
            chunk.push(0);
        }
        chunk
    }

    fn wav(tag: u16, channels: u16, bits: u16, extension: &[u8], data: &[u8]) -> Vec<u8> {
        let block = channels * (bits / 8);
        let mut fmt = Vec::new();
        fmt.extend(tag.to_le_bytes());
        fmt.extend(channels.to_le_bytes());
        fmt.extend(16_000u32.to_le_bytes());
        fmt.extend((16_000 * u32::from(block)).to_le_bytes());
        fmt.extend(block.to_le_bytes());
        fmt.extend(bits.to_le_bytes());
        fmt.extend(extension);
        let mut body = b"WAVE".to_vec();
        body.extend(chunk(b"LIST", b"odd"));
        body.extend(chunk(b"fmt ", &fmt));
        body.extend(chunk(b"data", data));
        chunk(b"RIFF", &body)
    }

    /// 0, 1/2, −1 and −1/4 in every kind of sample.
    #[test]
    fn every_kind_of_sample_means_the_same() {
        let expected = [0.0f32, 0.5, -1.0, -0.25];
        let i32s = [0i32, 1 << 30, i32::MIN, -(1 << 29)];
        let top = |bytes: usize| -> Vec<u8> {
            let each = i32s
                .iter()
                .flat_map(|n| n.to_le_bytes()[4 - bytes..].to_vec());
            each.collect()
        };
        let f32s: Vec<u8> = expected.iter().flat_map(|n| n.to_le_bytes()).collect();
        let f64s: Vec<u8> = expected
            .iter()
            .flat_map(|n| f64::from(*n).to_le_bytes())
            .collect();
        // 24 valid bits in containers of 32, as WAVEFORMATEXTENSIBLE.
        let mut extension = vec![22, 0, 24, 0, 4, 0, 0, 0, 1, 0];
        extension.extend(SUBTYPE);
        let files = [
            wav(1, 1, 8, &[], &[128, 192, 0, 96]),
            wav(1, 1, 16, &[0, 0], &top(2)),
            wav(1, 1, 24, &[], &top(3)),
            wav(1, 1, 32, &[], &top(4)),
            wav(3, 1, 32, &[], &f32s),
            wav(3, 1, 64, &[], &f64s),
            wav(0xFFFE, 1, 32, &extension, &top(4)),
        ];
        for (number, file) in files.iter().enumerate() {
            let sound = decode(file).unwrap();
            assert_eq!(sound.samples, expected, "{number}");
            assert_eq!(sound.rate, 16_000);
        }
        let stereo = decode(&wav(1, 2, 16, &[], &top(2))).unwrap();
        assert_eq!(stereo.samples, [0.25, -0.625]);
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for file in [
            wav(7, 1, 8, &[], &[0; 4]),
            wav(1, 1, 12, &[], &[0; 4]),
            wav(0xFFFE, 1, 16, &[22, 0, 16, 0], &[0; 4]),
            wav(1, 2, 16, &[], &[0; 6]),
            wav(1, 0, 16, &[], &[]),
            wav(1, 1, 16, &[], &[0; 3]),
        ] {
            assert_eq!(decode(&file).unwrap_err().code, ErrorCode::Input);
        }
        let long = wav(1, 1, 16, &[], &vec![0; 2 * 16_000 * 601]);
        assert_eq!(decode(&long).unwrap_err().code, ErrorCode::Limit);
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere_is_refused() {
        let file = wav(1, 1, 16, &[], &[1; 40]);
        for length in 0..file.len() {
            assert!(decode(&file[..length]).is_err(), "{length}");
        }
    }
}
