//! `turn-detection/1`: has the speaker finished? Answers as pipecat's `LocalSmartTurnAnalyzerV3` (pipecat-ai 1.14) does; the
//! comments name its functions.
//!
//! Result: `complete`, whether the score is above the threshold; `duration` of the whole sound in seconds; `score`, the
//! probability that the speaker has finished. The model hears the last eight seconds.

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::{Dim, Model, Tensor};
use countersign_shared::json::Value;
use serde::Deserialize;

use super::audio::mel::{log_mel, BANDS, FFT, HOP};
use super::audio::{invalid, object, probability, seconds, settings, threshold, Sound, MODEL_RATE};
use super::{Given, Pipeline, Prepared};

/// `config.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Config {
    /// Mel bands, samples of a Fourier transform and between two: those of [`log_mel`], no others are computed.
    bands: usize,
    fft: usize,
    hop: usize,
    sample_rate: u32,
    /// How much of the sound's end the model hears.
    seconds: u32,
    /// Above it the speaker has finished.
    threshold: String,
}

/// The loaded settings.
#[derive(Debug)]
pub(crate) struct Turn {
    seconds: u32,
    threshold: f64,
}

impl Pipeline for Turn {
    /// `_predict_endpoint` up to the model.
    fn prepare(&self, input: &Given) -> Result<Prepared, EngineError> {
        let mut sound = Sound::decode(&input.file)?;
        sound.keep_last(self.seconds);
        let heard = sound.at_model_rate();
        // `truncate_audio_to_last_n_seconds`: silence in front of what is shorter.
        let wanted = self.samples();
        let heard = &heard[heard.len().saturating_sub(wanted)..];
        let mut samples = vec![0.0; wanted - heard.len()];
        samples.extend_from_slice(heard);
        Tensor::vector(log_mel(&samples))
            .reshaped(vec![1, BANDS, wanted / HOP])
            .map(|tensor| Prepared::Feed(vec![tensor]))
            .ok_or_else(|| {
                EngineError::new(ErrorCode::Internal, "the features have a wrong length")
            })
    }

    fn finish(&self, input: &Given, outputs: &[Tensor]) -> Result<Vec<u8>, EngineError> {
        let score = match outputs.first().and_then(|output| output.elements::<f32>()) {
            Some([score]) => *score,
            _ => {
                return Err(EngineError::new(
                    ErrorCode::Compute,
                    "the model's answer is not one number",
                ))
            }
        };
        let value = object([
            ("complete", Value::Bool(f64::from(score) > self.threshold)),
            (
                "duration",
                seconds(Sound::decode(&input.file)?.milliseconds()),
            ),
            ("score", probability(score, 6)?),
        ]);
        Ok(value.to_canonical().into_bytes())
    }
}

impl Turn {
    /// Reads the settings and checks that the model takes what they describe.
    pub fn new(config: &[u8], model: &Model) -> Result<Self, EngineError> {
        let config: Config = settings(config)?;
        let features = (config.bands, config.fft, config.hop, config.sample_rate);
        if features != (BANDS, FFT, HOP, MODEL_RATE) {
            return Err(invalid(
                "the settings describe features that this engine does not compute",
            ));
        }
        if !(1..=30).contains(&config.seconds) {
            return Err(invalid("the settings let the model hear 1 to 30 seconds"));
        }
        let turn = Self {
            seconds: config.seconds,
            threshold: threshold(&config.threshold)?,
        };
        let frames = turn.samples() / HOP;
        let ([input], [_]) = (&*model.graph.inputs, &*model.graph.outputs) else {
            return Err(invalid("the model has one input and one output"));
        };
        match input.dims.as_deref() {
            Some([_, Dim::Fixed(BANDS), Dim::Fixed(width)]) if *width == frames => Ok(turn),
            _ => Err(invalid(format!(
                "the model does not take {BANDS} bands of {frames} numbers"
            ))),
        }
    }

    /// The samples that the model hears.
    fn samples(&self) -> usize {
        self.seconds as usize * MODEL_RATE as usize
    }
}
