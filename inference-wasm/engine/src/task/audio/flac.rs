//! FLAC (RFC 9639), decoded by `claxon`, which checks every frame's sums.

use std::io::Cursor;

use claxon::{FlacReader, FlacReaderOptions};
use countersign_abi::EngineError;

use super::{check, input, Sound};

fn damaged(error: &claxon::Error) -> EngineError {
    input(format!(
        "the FLAC file is damaged or of a kind that is not known here ({error}): save the sound again"
    ))
}

/// Reads a whole file; channels are averaged as they are decoded.
pub(super) fn decode(file: &[u8]) -> Result<Sound, EngineError> {
    let options = FlacReaderOptions {
        metadata_only: false,
        read_vorbis_comment: false,
    };
    let mut reader =
        FlacReader::new_ext(Cursor::new(file), options).map_err(|error| damaged(&error))?;
    let info = reader.streaminfo();
    let (rate, channels) = (info.sample_rate, info.channels);
    check(rate, channels, info.samples)?;
    if !(4..=32).contains(&info.bits_per_sample) {
        return Err(input(
            "the FLAC file has no valid number of bits per sample",
        ));
    }
    let scale = 1.0 / (1u64 << (info.bits_per_sample - 1)) as f64 / f64::from(channels);
    let mut samples = Vec::new();
    let mut blocks = reader.blocks();
    let mut buffer = Vec::new();
    // What follows the announced samples (tags of other programs) is not the sound's.
    while info.samples != Some(samples.len() as u64) {
        let block = match blocks.read_next_or_eof(buffer) {
            Ok(Some(block)) => block,
            Ok(None) => break,
            Err(error) => return Err(damaged(&error)),
        };
        if block.channels() != channels {
            return Err(input("the FLAC file changes its channels on the way"));
        }
        check(
            rate,
            channels,
            Some(samples.len() as u64 + u64::from(block.duration())),
        )?;
        for moment in 0..block.duration() {
            let sum: i64 = (0..channels)
                .map(|channel| i64::from(block.sample(channel, moment)))
                .sum();
            samples.push((sum as f64 * scale) as f32);
        }
        buffer = block.into_buffer();
    }
    match info.samples {
        Some(announced) if announced != samples.len() as u64 => Err(input(format!(
            "the FLAC file announces {announced} samples but holds {}: it is damaged",
            samples.len()
        ))),
        _ => Ok(Sound { rate, samples }),
    }
}
