//! `speech-activity/1`: when does somebody speak? Answers as the Python package silero-vad 6.2 does with its defaults; the
//! comments name its functions.
//!
//! Result: `duration` in seconds; `frames`: the probability of speech in every window of 32 ms; `sampleRate`, at which the
//! windows were cut; `segments` with `start` and `end` in seconds, in order, without overlaps.

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::{DataType, Dim, Model, Tensor, ValueInfo};
use countersign_shared::json::{Integer, Value};
use serde::Deserialize;

use super::audio::{
    invalid, milliseconds, object, probability, seconds, settings, threshold, Sound, MODEL_RATE,
};
use super::{Execute, Given, Pipeline, Prepared};

/// What the model carries from window to window: `[2, 1, 128]`.
const STATE: [usize; 3] = [2, 1, 128];

/// `config.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Config {
    /// Samples before a window that are fed with it.
    context: usize,
    /// How long it must be silent for a segment to end.
    min_silence_ms: u32,
    /// Shorter segments are left out.
    min_speech_ms: u32,
    /// Below it a window is silent, once somebody has spoken.
    neg_threshold: String,
    sample_rate: u32,
    /// By how much segments are widened at both ends.
    speech_pad_ms: u32,
    /// From it on a window is speech.
    threshold: String,
    /// Samples of a window.
    window: usize,
}

/// The loaded settings; times in samples.
#[derive(Debug)]
pub(crate) struct Speech {
    context: usize,
    window: usize,
    threshold: f64,
    neg_threshold: f64,
    min_silence: u64,
    min_speech: u64,
    pad: u64,
}

/// A stretch of speech in samples.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Segment {
    start: u64,
    end: u64,
}

impl Pipeline for Speech {
    fn prepare(&self, _input: &Given) -> Result<Prepared, EngineError> {
        Ok(Prepared::Several)
    }

    fn finish(&self, _input: &Given, _outputs: &[Tensor]) -> Result<Vec<u8>, EngineError> {
        Err(EngineError::new(
            ErrorCode::Internal,
            "speech activity is computed window by window",
        ))
    }

    fn run(&self, input: &Given, execute: &mut Execute<'_>) -> Result<Vec<u8>, EngineError> {
        let sound = Sound::decode(&input.file)?;
        let duration = sound.milliseconds();
        let samples = sound.at_model_rate();
        let frames = self.frames(&samples, execute)?;
        let segments = self.segments(&frames, samples.len() as u64);
        let shown = |frame: &f32| probability(*frame, 3);
        let time = |samples| seconds(milliseconds(samples, MODEL_RATE).min(duration));
        let segment = |s: Segment| object([("start", time(s.start)), ("end", time(s.end))]);
        let rate = Integer::new(i64::from(MODEL_RATE)).map(Value::Integer);
        let value = object([
            ("duration", seconds(duration)),
            (
                "frames",
                Value::Array(frames.iter().map(shown).collect::<Result<_, _>>()?),
            ),
            ("sampleRate", rate.unwrap_or(Value::Null)),
            (
                "segments",
                Value::Array(segments.into_iter().map(segment).collect()),
            ),
        ]);
        Ok(value.to_canonical().into_bytes())
    }
}

impl Speech {
    /// Reads the settings and checks that the model is Silero's.
    pub fn new(config: &[u8], model: &Model) -> Result<Self, EngineError> {
        let config: Config = settings(config)?;
        if config.sample_rate != MODEL_RATE {
            return Err(invalid(format!(
                "the settings ask for {} samples per second, this engine gives {MODEL_RATE}",
                config.sample_rate
            )));
        }
        if !(1..=MODEL_RATE as usize).contains(&config.window) || config.context > config.window {
            return Err(invalid(
                "the settings' window and context do not fit one another",
            ));
        }
        let (high, low) = (
            threshold(&config.threshold)?,
            threshold(&config.neg_threshold)?,
        );
        if low > high {
            return Err(invalid("the settings' negThreshold is above the threshold"));
        }
        check_model(model)?;
        let samples = |milliseconds: u32| u64::from(milliseconds) * u64::from(MODEL_RATE) / 1000;
        Ok(Self {
            context: config.context,
            window: config.window,
            threshold: high,
            neg_threshold: low,
            min_silence: samples(config.min_silence_ms),
            min_speech: samples(config.min_speech_ms),
            pad: samples(config.speech_pad_ms),
        })
    }

    /// `OnnxWrapper.__call__` on every window: with the end of the window before and the state that the model gave.
    fn frames(&self, samples: &[f32], execute: &mut Execute<'_>) -> Result<Vec<f32>, EngineError> {
        let strange = || EngineError::new(ErrorCode::Compute, "the model's answer is not Silero's");
        let width = self.context + self.window;
        let mut fed = vec![0.0f32; width];
        let mut state = shaped(vec![0.0f32; STATE.iter().product()], &STATE)?;
        let rate = shaped(vec![i64::from(MODEL_RATE)], &[])?;
        let mut frames = Vec::with_capacity(samples.len().div_ceil(self.window));
        for window in samples.chunks(self.window) {
            fed.copy_within(self.window.., 0);
            fed[self.context..].fill(0.0);
            for (place, sample) in fed[self.context..].iter_mut().zip(window) {
                *place = *sample;
            }
            let input = shaped(fed.clone(), &[1, width])?;
            let mut outputs = execute(vec![input, state, rate.clone()])?;
            let next = outputs.pop().ok_or_else(strange)?;
            match outputs.first().and_then(|output| output.elements::<f32>()) {
                Some([frame]) if next.dims() == STATE => frames.push(*frame),
                _ => return Err(strange()),
            }
            state = next;
        }
        Ok(frames)
    }

    /// `get_speech_timestamps_from_probs` without a longest segment.
    fn segments(&self, frames: &[f32], length: u64) -> Vec<Segment> {
        let mut found = Vec::new();
        let (mut start, mut silence) = (None, None);
        for (index, frame) in frames.iter().enumerate() {
            let here = (index as u64) * self.window as u64;
            let speech = f64::from(*frame) >= self.threshold;
            if speech {
                silence = None;
            }
            let Some(begun) = start else {
                start = speech.then_some(here);
                continue;
            };
            if f64::from(*frame) < self.neg_threshold {
                let end = *silence.get_or_insert(here);
                if here - end >= self.min_silence {
                    if end - begun > self.min_speech {
                        found.push(Segment { start: begun, end });
                    }
                    (start, silence) = (None, None);
                }
            }
        }
        if let Some(start) = start.filter(|start| length.saturating_sub(*start) > self.min_speech) {
            found.push(Segment { start, end: length });
        }
        self.widened(found, length)
    }

    /// Its last part: segments are padded, and share a silence that is too short for both.
    fn widened(&self, mut segments: Vec<Segment>, length: u64) -> Vec<Segment> {
        if let Some(first) = segments.first_mut() {
            first.start = first.start.saturating_sub(self.pad);
        }
        for index in 0..segments.len() {
            let here = segments[index];
            let Some(next) = segments.get(index + 1).copied() else {
                segments[index].end = length.min(here.end + self.pad);
                break;
            };
            let silence = next.start.saturating_sub(here.end);
            let (after, before) = if silence < 2 * self.pad {
                (here.end + silence / 2, next.start - silence / 2)
            } else {
                (length.min(here.end + self.pad), next.start - self.pad)
            };
            segments[index].end = after;
            segments[index + 1].start = before;
        }
        segments
    }
}

fn shaped<T: countersign_onnx::Element>(
    values: Vec<T>,
    shape: &[usize],
) -> Result<Tensor, EngineError> {
    Tensor::vector(values)
        .reshaped(shape.to_vec())
        .ok_or_else(|| EngineError::new(ErrorCode::Internal, "a window has a wrong length"))
}

/// The reference feeds `input`, `state` and `sr`, and reads `output` and `stateN`.
fn check_model(model: &Model) -> Result<(), EngineError> {
    let names = |ports: &[ValueInfo]| -> Vec<String> {
        ports.iter().map(|port| port.name.clone()).collect()
    };
    let (inputs, outputs) = (&model.graph.inputs, &model.graph.outputs);
    let named = names(inputs) == ["input", "state", "sr"] && names(outputs) == ["output", "stateN"];
    let state = named
        && matches!(
            inputs[1].dims.as_deref(),
            Some([Dim::Fixed(2), _, Dim::Fixed(128)])
        );
    let types = [
        Some(DataType::F32),
        Some(DataType::F32),
        Some(DataType::I64),
    ];
    if !state || inputs.iter().map(|port| port.dtype).ne(types) {
        return Err(invalid(
            "this is not Silero's model: it does not take \"input\", \"state\" and \"sr\" and give \"output\" and \"stateN\"",
        ));
    }
    Ok(())
}
