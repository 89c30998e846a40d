//! Sounds: from a file's bytes to one channel of samples.
//!
//! WAV and FLAC are read: both hold the samples themselves, so that decoding is integer arithmetic and the same
//! everywhere. MP3, Ogg Vorbis and AAC are refused by name: their decoders compute with the platform's trigonometry.

mod flac;
pub(super) mod mel;
mod resample;
mod wav;

use countersign_abi::{EngineError, ErrorCode};
use countersign_shared::json::{parse_canonical, Object, Value};
use serde::de::DeserializeOwned;

/// Samples per second that the models for sounds take.
pub(super) const MODEL_RATE: u32 = 16_000;

/// The longest sound in seconds.
const MAX_SECONDS: u64 = 600;
/// The lowest and the highest sample rate in hertz.
const MIN_RATE: u32 = 4_000;
const MAX_RATE: u32 = 192_000;
/// The most moments (samples of one channel) in a file: ten minutes at 96 kHz, 230 MB in memory.
const MAX_MOMENTS: u64 = 57_600_000;
/// The most channels.
const MAX_CHANNELS: u32 = 32;
/// What no sample exceeds. Full scale is 1; files with floats may exceed it, a few hold the numbers of 16-bit integers.
const MAX_SAMPLE: f32 = 65_536.0;

/// A decoded sound: one channel, the mean of the file's.
#[derive(Debug, PartialEq)]
pub(super) struct Sound {
    /// Samples per second.
    rate: u32,
    /// The samples; full scale is 1. At least one; every one finite.
    samples: Vec<f32>,
}

impl Sound {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ErrorCode::Input`] for a file that is no whole WAV or FLAC, [`ErrorCode::Limit`] for a sound that is too long.
    pub fn decode(file: &[u8]) -> Result<Self, EngineError> {
        let sound = match file {
            [b'R', b'I', b'F', b'F', ..] => wav::decode(file),
            [b'f', b'L', b'a', b'C', ..] => flac::decode(file),
            _ => Err(other_format(file)),
        }?;
        if sound.samples.is_empty() {
            return Err(input("the sound is empty: record or choose another"));
        }
        let fits = |sample: &f32| sample.abs() <= MAX_SAMPLE;
        if !sound.samples.iter().all(fits) {
            return Err(input(
                "the file holds samples that are no sound (not a number, infinite, or far beyond full scale): save it again as 16-bit WAV or as FLAC",
            ));
        }
        Ok(sound)
    }

    /// The sound's length in milliseconds, rounded to the nearest.
    pub fn milliseconds(&self) -> u64 {
        milliseconds(self.samples.len() as u64, self.rate)
    }

    /// Keeps the last `seconds` of it.
    pub fn keep_last(&mut self, seconds: u32) {
        let most = usize::try_from(u64::from(self.rate) * u64::from(seconds)).unwrap_or(usize::MAX);
        let surplus = self.samples.len().saturating_sub(most);
        self.samples.drain(..surplus);
    }

    /// The samples at 16 kHz.
    pub fn at_model_rate(self) -> Vec<f32> {
        resample::to_model_rate(self.samples, self.rate)
    }
}

/// How long so many samples last in milliseconds, rounded to the nearest.
pub(super) fn milliseconds(samples: u64, rate: u32) -> u64 {
    let rate = u64::from(rate.max(1));
    (samples.saturating_mul(2000).saturating_add(rate)) / (2 * rate)
}

/// Milliseconds as seconds, as in `1.200`.
pub(super) fn seconds(milliseconds: u64) -> Value {
    Value::String(format!(
        "{}.{:03}",
        milliseconds / 1000,
        milliseconds % 1000
    ))
}

/// A model's probability as a decimal with so many digits after the point.
///
/// # Errors
/// [`ErrorCode::Compute`] if it is none.
pub(super) fn probability(number: f32, digits: usize) -> Result<Value, EngineError> {
    if !(0.0..=1.0).contains(&number) {
        return Err(EngineError::new(
            ErrorCode::Compute,
            format!("the model's answer {number} is not a probability"),
        ));
    }
    // Adding 0 makes −0 to 0.
    Ok(Value::String(format!("{:.digits$}", number + 0.0)))
}

/// An object of pairs with distinct keys.
pub(super) fn object<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    let mut object = Object::new();
    for (key, value) in pairs {
        let added = object.insert(key.to_owned(), value);
        debug_assert!(added, "keys are written once, by the caller");
    }
    Value::Object(object)
}

/// Reads the settings of a task: RFC 8785 JSON without unknown keys.
pub(super) fn settings<T: DeserializeOwned>(config: &[u8]) -> Result<T, EngineError> {
    parse_canonical(config)
        .map_err(|error| invalid(format!("the settings are not RFC 8785 JSON: {error}")))?;
    serde_json::from_slice(config)
        .map_err(|error| invalid(format!("the settings cannot be read: {error}")))
}

/// A threshold in the settings: a decimal between 0 and 1.
pub(super) fn threshold(text: &str) -> Result<f64, EngineError> {
    let digits = text.strip_prefix("0.").unwrap_or_default();
    let plain = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<f64>() {
        Ok(number) if plain && number > 0.0 => Ok(number),
        _ => Err(invalid(format!(
            "the settings' threshold \"{text}\" is not a decimal between 0 and 1"
        ))),
    }
}

/// A fault of the model's files.
pub(super) fn invalid(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::InvalidModel, message)
}

fn input(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::Input, message)
}

/// What is wrong with a file that is neither WAV nor FLAC.
fn other_format(file: &[u8]) -> EngineError {
    let found = match file {
        [] => "is empty",
        [b'I', b'D', b'3', ..] | [0xFF, 0xE2..=0xFF, ..] => "seems to be MP3 or AAC",
        [b'O', b'g', b'g', b'S', ..] => "is Ogg",
        [b'R', b'F', b'6', b'4', ..] => "is RF64",
        [0x1A, 0x45, 0xDF, 0xA3, ..] => "is Matroska or WebM",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "is MP4 or M4A",
        _ => "is no sound that is known here",
    };
    input(format!(
        "the file {found}: save the sound as WAV or FLAC, which are decoded alike on every machine"
    ))
}

/// Checks what a file says of itself before memory is taken; `moments` where it says how many there are.
fn check(rate: u32, channels: u32, moments: Option<u64>) -> Result<(), EngineError> {
    if !(MIN_RATE..=MAX_RATE).contains(&rate) {
        return Err(input(format!(
            "the sound has {rate} samples per second; {MIN_RATE} to {MAX_RATE} are taken"
        )));
    }
    if !(1..=MAX_CHANNELS).contains(&channels) {
        return Err(input(format!(
            "the sound has {channels} channels; 1 to {MAX_CHANNELS} are taken"
        )));
    }
    let most = MAX_MOMENTS.min(MAX_SECONDS * u64::from(rate));
    if moments.is_some_and(|moments| moments > most) {
        return Err(EngineError::new(
            ErrorCode::Limit,
            format!(
                "the sound is longer than {} seconds at {rate} samples per second: cut it",
                most / u64::from(rate)
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_are_not_decoded_are_named() {
        for (file, word) in [
            (&b""[..], "empty"),
            (b"ID3\x04", "MP3"),
            (b"\xFF\xFB\x90\x64", "MP3"),
            (b"OggS\0\x02", "Ogg"),
            (b"\x1A\x45\xDF\xA3", "WebM"),
            (b"\0\0\0\x20ftypM4A ", "M4A"),
            (b"hello", "no sound"),
        ] {
            let error = Sound::decode(file).unwrap_err();
            assert_eq!(error.code, ErrorCode::Input);
            assert!(error.message.contains(word), "{}", error.message);
        }
    }

    #[test]
    fn lengths_are_rounded_to_the_nearest_millisecond() {
        assert_eq!(milliseconds(16_000, 16_000), 1000);
        assert_eq!(milliseconds(8, 16_000), 1);
        assert_eq!(milliseconds(7, 16_000), 0);
        assert_eq!(seconds(1_200), Value::String("1.200".into()));
    }

    #[test]
    fn only_plain_decimals_are_thresholds() {
        assert_eq!(threshold("0.35").unwrap(), 0.35);
        for text in [
            "0", "1", "0.", "0.0", "0.5e-1", "-0.5", "+0.5", ".5", "0.+5", "inf",
        ] {
            assert!(threshold(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        assert_eq!(
            probability(0.0125, 3).unwrap(),
            Value::String("0.013".into())
        );
        assert_eq!(probability(-0.0, 3).unwrap(), Value::String("0.000".into()));
        for number in [f32::NAN, -0.1, 1.1, f32::INFINITY] {
            assert_eq!(probability(number, 3).unwrap_err().code, ErrorCode::Compute);
        }
    }
}
