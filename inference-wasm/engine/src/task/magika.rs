//! `magika/1`: what kind of file is this? Answers exactly as Magika's Python program 1.0 in its default mode
//! (`PredictionMode.HIGH_CONFIDENCE`); the comments name its functions.
//!
//! Result: an object with `label`, `dl_label` (`undefined` if the model was not asked), `score` (the shortest decimal
//! that reads back as the same float32; `1` if the model was not asked), `overwrite_reason` (`none`, `low_confidence`,
//! `overwrite_map`), `description`, `mime_type`, `group`, `is_text`, and `top`: the model's five best labels with their
//! scores, best first (empty if the model was not asked).

use std::collections::BTreeMap;

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::{Dim, Model, Tensor};
use countersign_shared::json::{Object, Value};
use serde::Deserialize;

use super::{Given, Pipeline, Prepared};

const UNDEFINED: &str = "undefined";
const EMPTY: &str = "empty";
const TEXT: &str = "txt";
const UNKNOWN: &str = "unknown";

/// How many labels `top` names.
const TOP: usize = 5;

/// `ModelConfig`: `config.min.json`.
#[derive(Debug, Deserialize)]
struct Config {
    beg_size: usize,
    mid_size: usize,
    end_size: usize,
    use_inputs_at_offsets: bool,
    medium_confidence_threshold: f64,
    min_file_size_for_dl: usize,
    padding_token: i32,
    block_size: usize,
    target_labels_space: Vec<String>,
    thresholds: BTreeMap<String, f64>,
    overwrite_map: BTreeMap<String, String>,
}

/// `ContentTypeInfo`: an entry of `content_types_kb.min.json`.
#[derive(Debug, Deserialize)]
struct ContentType {
    mime_type: Option<String>,
    group: Option<String>,
    description: Option<String>,
    is_text: bool,
}

/// The loaded configuration.
#[derive(Debug)]
pub(crate) struct Magika {
    config: Config,
    types: BTreeMap<String, ContentType>,
}

fn invalid(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::InvalidModel, message)
}

impl Pipeline for Magika {
    fn prepare(&self, input: &Given) -> Result<Prepared, EngineError> {
        self.features(&input.file)
    }

    fn finish(&self, _input: &Given, outputs: &[Tensor]) -> Result<Vec<u8>, EngineError> {
        self.answer(outputs)
    }
}

impl Magika {
    /// Reads configuration and labels, and checks them against each other and the model.
    pub fn new(config: &[u8], labels: &[u8], model: &Model) -> Result<Self, EngineError> {
        let config: Config = serde_json::from_slice(config)
            .map_err(|error| invalid(format!("Magika's configuration cannot be read: {error}")))?;
        let types: BTreeMap<String, ContentType> = serde_json::from_slice(labels)
            .map_err(|error| invalid(format!("Magika's content types cannot be read: {error}")))?;
        // The asserts of `_extract_features_from_seekable`.
        if config.mid_size != 0 || config.use_inputs_at_offsets {
            return Err(invalid(
                "this version of Magika's features is not supported",
            ));
        }
        if config.beg_size >= config.block_size
            || config.end_size >= config.block_size
            || config.block_size > 1 << 20
        {
            return Err(invalid("Magika's sizes do not fit one another"));
        }
        if config.min_file_size_for_dl == 0 || config.min_file_size_for_dl > config.beg_size {
            return Err(invalid(
                "Magika's least file size does not fit its features",
            ));
        }
        let special = [UNDEFINED, EMPTY, TEXT, UNKNOWN].map(str::to_owned);
        let named = config
            .target_labels_space
            .iter()
            .chain(config.overwrite_map.values())
            .chain(&special);
        for label in named {
            if !types.contains_key(label) {
                return Err(invalid(format!(
                    "Magika's content types do not know the label \"{label}\""
                )));
            }
        }
        check_model(&config, model)?;
        Ok(Self { config, types })
    }

    /// `_get_result_or_features_from_seekable`.
    fn features(&self, file: &[u8]) -> Result<Prepared, EngineError> {
        let config = &self.config;
        if file.is_empty() {
            return self.known(EMPTY);
        }
        if file.len() < config.min_file_size_for_dl {
            return self.known(few_bytes(file));
        }
        let block = config.block_size.min(file.len());
        let (head, tail) = (&file[..block], &file[file.len() - block..]);
        let beginning = strip_start(head);
        if beginning.len() < config.min_file_size_for_dl {
            return self.known(few_bytes(head));
        }
        let beginning = &beginning[..beginning.len().min(config.beg_size)];
        let end = strip_end(tail);
        let end = &end[end.len() - end.len().min(config.end_size)..];
        let mut features = Vec::with_capacity(config.beg_size + config.end_size);
        features.extend(beginning.iter().map(|byte| i32::from(*byte)));
        features.resize(
            config.beg_size + config.end_size - end.len(),
            config.padding_token,
        );
        features.extend(end.iter().map(|byte| i32::from(*byte)));
        Tensor::vector(features)
            .reshaped(vec![1, config.beg_size + config.end_size])
            .map(|tensor| Prepared::Feed(vec![tensor]))
            .ok_or_else(|| {
                EngineError::new(ErrorCode::Internal, "the features have a wrong length")
            })
    }

    /// `_get_model_outputs_from_features` and `_get_output_label_from_dl_label_and_score`.
    fn answer(&self, outputs: &[Tensor]) -> Result<Vec<u8>, EngineError> {
        let labels = &self.config.target_labels_space;
        let scores = outputs.first().and_then(|tensor| tensor.elements::<f32>());
        let scores = scores
            .filter(|scores| {
                scores.len() == labels.len() && scores.iter().all(|score| !score.is_nan())
            })
            .ok_or_else(|| {
                EngineError::new(
                    ErrorCode::Compute,
                    "the model's scores are not one number per label",
                )
            })?;
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|i, j| {
            scores[*j]
                .partial_cmp(&scores[*i])
                .unwrap_or(std::cmp::Ordering::Equal)
                .then(i.cmp(j))
        });
        let best = order
            .first()
            .copied()
            .ok_or_else(|| invalid("Magika has no labels"))?;
        let (dl_label, score) = (labels[best].as_str(), scores[best]);

        let mut label = self
            .config
            .overwrite_map
            .get(dl_label)
            .map_or(dl_label, String::as_str);
        let mut reason = if label == dl_label {
            "none"
        } else {
            "overwrite_map"
        };
        let threshold = self.config.thresholds.get(dl_label).copied();
        if f64::from(score) < threshold.unwrap_or(self.config.medium_confidence_threshold) {
            label = if self.types.get(label).is_some_and(|kind| kind.is_text) {
                TEXT
            } else {
                UNKNOWN
            };
            reason = if dl_label == label {
                "none"
            } else {
                "low_confidence"
            };
        }
        let top = order.iter().take(TOP).map(|index| {
            object([
                ("label", string(&labels[*index])),
                ("score", string(&scores[*index].to_string())),
            ])
        });
        self.result(label, dl_label, score, reason, top.collect())
    }

    /// `_get_result_from_few_bytes`, and the empty file.
    fn known(&self, label: &str) -> Result<Prepared, EngineError> {
        self.result(label, UNDEFINED, 1.0, "none", Vec::new())
            .map(Prepared::Known)
    }

    fn result(
        &self,
        label: &str,
        dl_label: &str,
        score: f32,
        reason: &str,
        top: Vec<Value>,
    ) -> Result<Vec<u8>, EngineError> {
        let kind = self
            .types
            .get(label)
            .ok_or_else(|| invalid(format!("the label \"{label}\" is unknown")))?;
        // The defaults of `_load_content_types_kb`.
        let mime_type = if kind.is_text {
            "text/plain"
        } else {
            "application/octet-stream"
        };
        let value = object([
            ("label", string(label)),
            ("dl_label", string(dl_label)),
            ("score", string(&score.to_string())),
            ("overwrite_reason", string(reason)),
            (
                "description",
                string(kind.description.as_deref().unwrap_or(label)),
            ),
            (
                "mime_type",
                string(kind.mime_type.as_deref().unwrap_or(mime_type)),
            ),
            ("group", string(kind.group.as_deref().unwrap_or(UNKNOWN))),
            ("is_text", Value::Bool(kind.is_text)),
            ("top", Value::Array(top)),
        ]);
        Ok(value.to_canonical().into_bytes())
    }
}

/// The reference feeds `bytes` and reads `target_label`.
fn check_model(config: &Config, model: &Model) -> Result<(), EngineError> {
    let width = config.beg_size + config.end_size;
    let ([input], [output]) = (&*model.graph.inputs, &*model.graph.outputs) else {
        return Err(invalid("Magika's model has one input and one output"));
    };
    let wide = matches!(input.dims.as_deref(), Some([_, Dim::Fixed(size)]) if *size == width);
    if input.name != "bytes" || !wide || output.name != "target_label" {
        return Err(invalid(format!(
            "this is not Magika's model: it has no input \"bytes\" of {width} numbers"
        )));
    }
    Ok(())
}

/// `_get_label_from_few_bytes`.
fn few_bytes(bytes: &[u8]) -> &'static str {
    if std::str::from_utf8(bytes).is_ok() {
        TEXT
    } else {
        UNKNOWN
    }
}

/// What Python's `bytes.strip` takes off.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

fn strip_start(bytes: &[u8]) -> &[u8] {
    let start = bytes
        .iter()
        .position(|byte| !is_space(*byte))
        .unwrap_or(bytes.len());
    &bytes[start..]
}

fn strip_end(bytes: &[u8]) -> &[u8] {
    let end = bytes
        .iter()
        .rposition(|byte| !is_space(*byte))
        .map_or(0, |last| last + 1);
    &bytes[..end]
}

fn string(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn object<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    let mut object = Object::new();
    for (key, value) in pairs {
        let added = object.insert(key.to_owned(), value);
        debug_assert!(added, "keys are written once, above");
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripping_is_python_s() {
        assert_eq!(strip_start(b" \t\n\r\x0b\x0ca b "), b"a b ");
        assert_eq!(strip_end(b" a b\x1c\n"), b" a b\x1c");
        assert_eq!(strip_start(b"  "), b"");
        assert_eq!(strip_end(b"  "), b"");
    }

    #[test]
    fn few_bytes_are_text_if_they_are_utf_8() {
        assert_eq!(few_bytes("äö".as_bytes()), TEXT);
        assert_eq!(few_bytes(&[0xFF, 0xFE]), UNKNOWN);
        assert_eq!(few_bytes(&[0xED, 0xA0, 0x80]), UNKNOWN);
    }
}
