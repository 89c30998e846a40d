//! `text-recognition/1`: what is the text in the places that a `text-detection/1` found? Each place is cut out, made
//! upright and read by one execution of the model, as RapidOCR 3's `TextRecognizer` does it (its angle classifier, which
//! turns text that stands on its head, is left out); the comments name its functions.
//!
//! Result: `lines` in the order of the boxes (`points` of the box, `score`, `text`), `width` and `height` of the decoded
//! picture. Places without text, and those read with a mean score below the configuration's, are left out.

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::{Model, Tensor};
use countersign_shared::json::{parse_canonical, Integer, Value};
use serde::Deserialize;

use super::image::{
    check_ports, crop_quadrilateral, cv_linear, decimal, decode, refuse, Bounds, Picture,
};
use super::{Execute, Given, Pipeline, Prepared};

/// The most places that are read.
const MAX_BOXES: usize = 1000;
/// The most characters that a model may know.
const MAX_LABELS: usize = 100_000;
/// The widest input.
const MAX_WIDTH: usize = 48 * 500;

/// Settings, as in RapidOCR's `config.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Config {
    /// Whether the picture is turned as its EXIF data says.
    upright: bool,
    /// `max_side_len`, `min_side_len`: those of the detection.
    bounds: Bounds,
    /// `rec_img_shape`: least width, and height, of the model's input.
    least: [usize; 2],
    /// `rec_batch_num`: so many lines of similar length are filled up to the same width.
    batch: usize,
    /// `text_score`
    min_score: f64,
}

/// The loaded configuration.
#[derive(Debug)]
pub(crate) struct Recognition {
    config: Config,
    /// The characters; before them the model knows the blank, after them the space.
    labels: Vec<String>,
}

/// One box of a detection.
struct Place {
    points: [[u32; 2]; 4],
}

/// What the model read.
struct Line {
    text: String,
    score: f64,
}

fn invalid(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::InvalidModel, message)
}

impl Recognition {
    /// Reads configuration and labels (a JSON list of characters), and checks them against the model.
    pub fn new(config: &[u8], labels: &[u8], model: &Model) -> Result<Self, EngineError> {
        let config: Config = serde_json::from_slice(config)
            .map_err(|error| invalid(format!("the text reader's configuration: {error}")))?;
        let labels: Vec<String> = serde_json::from_slice(labels)
            .map_err(|error| invalid(format!("the text reader's characters: {error}")))?;
        let [width, height] = config.least;
        let fine = config.bounds.are_possible()
            && (1..=MAX_WIDTH).contains(&width)
            && (1..=256).contains(&height)
            && (1..=64).contains(&config.batch)
            && (0.0..=1.0).contains(&config.min_score);
        if !fine {
            return Err(invalid(
                "a number in the text reader's configuration is out of range",
            ));
        }
        if labels.is_empty() || labels.len() > MAX_LABELS {
            return Err(invalid("the text reader has no characters, or too many"));
        }
        check_ports(
            model,
            &[Some(1), Some(3), Some(height), None],
            &[Some(1), None, Some(labels.len() + 2)],
        )?;
        Ok(Self { config, labels })
    }

    /// The width to which each line is filled up: that of the widest in its batch (`TextRecognizer.__call__`).
    fn widths(&self, crops: &[Picture]) -> Vec<usize> {
        let [width, height] = self.config.least;
        let ratio = |crop: &Picture| crop.width as f64 / crop.height as f64;
        let mut order: Vec<usize> = (0..crops.len()).collect();
        order.sort_by(|i, j| ratio(&crops[*i]).total_cmp(&ratio(&crops[*j])));
        let mut widths = vec![0; crops.len()];
        for batch in order.chunks(self.config.batch) {
            let widest = batch
                .iter()
                .map(|index| ratio(&crops[*index]))
                .fold(width as f64 / height as f64, f64::max);
            for index in batch {
                widths[*index] = (height as f64 * widest) as usize;
            }
        }
        widths
    }

    /// `resize_norm_img`
    fn input(&self, crop: &Picture, width: usize) -> Result<Tensor, EngineError> {
        let height = self.config.least[1];
        if width > MAX_WIDTH {
            return Err(refuse(
                "a place of text is more than 500 times as long as it is high",
            ));
        }
        let wanted = libm::ceil(height as f64 * (crop.width as f64 / crop.height as f64));
        let used = (wanted as usize).clamp(1, width);
        let resized = cv_linear(crop, used, height)?;
        let values = resized.elements(true, true, |sample, _| {
            (f32::from(sample) / 255.0 - 0.5) / 0.5
        });
        let mut elements = Vec::with_capacity(3 * height * width);
        for row in values.chunks_exact(used) {
            elements.extend_from_slice(row);
            elements.resize(elements.len() + width - used, 0.0);
        }
        Tensor::vector(elements)
            .reshaped(vec![1, 3, height, width])
            .ok_or_else(|| EngineError::new(ErrorCode::Internal, "a line's sizes do not fit"))
    }

    /// `CTCLabelDecode.decode`: the best character of every step, once where it repeats, without blanks; the mean of
    /// their scores, each rounded to five digits.
    fn read(&self, outputs: &[Tensor]) -> Result<Line, EngineError> {
        let count = self.labels.len() + 2;
        let wrong = || {
            EngineError::new(
                ErrorCode::Compute,
                "the model's answer is not one probability per step and character",
            )
        };
        let steps = outputs
            .first()
            .filter(|tensor| matches!(tensor.dims(), [1, _, last] if *last == count))
            .and_then(|tensor| tensor.elements::<f32>())
            .ok_or_else(wrong)?;
        let (mut text, mut sum, mut read) = (String::new(), 0.0, 0u32);
        let mut before = 0;
        for step in steps.chunks_exact(count) {
            let (mut best, mut score) = (0, f32::NEG_INFINITY);
            for (index, value) in step.iter().enumerate() {
                if !(0.0..=1.001).contains(value) {
                    return Err(wrong());
                }
                if *value > score {
                    (best, score) = (index, *value);
                }
            }
            if best != before && best != 0 {
                text.push_str(self.labels.get(best - 1).map_or(" ", String::as_str));
                sum += round_5(f64::from(score));
                read += 1;
            }
            before = best;
        }
        let score = if read == 0 {
            0.0
        } else {
            round_5(sum / f64::from(read))
        };
        Ok(Line { text, score })
    }
}

fn round_5(value: f64) -> f64 {
    libm::rint(value * 1e5) / 1e5
}

/// The boxes of a `text-detection/1`, which must be of a picture of this size.
fn places(from: &[u8], picture: &Picture) -> Result<Vec<Place>, EngineError> {
    let wrong = |what: &str| {
        refuse(format!(
            "the earlier result is not one of text-detection/1: {what}"
        ))
    };
    let value = parse_canonical(from).map_err(|error| wrong(&error.to_string()))?;
    let object = value
        .as_object()
        .filter(|object| object.len() == 3)
        .ok_or_else(|| wrong("it is no object with boxes, height and width"))?;
    let size = |key: &str| object.get(key).and_then(whole);
    let (Some(width), Some(height)) = (size("width"), size("height")) else {
        return Err(wrong("it has no width and height"));
    };
    if (width as usize, height as usize) != (picture.width, picture.height) {
        return Err(refuse(format!(
            "the earlier result is of a picture with {width} × {height} pixels, this one has {} × {}: give the same file",
            picture.width, picture.height
        )));
    }
    let boxes = object
        .get("boxes")
        .and_then(Value::as_array)
        .ok_or_else(|| wrong("it has no list of boxes"))?;
    if boxes.len() > MAX_BOXES {
        return Err(EngineError::new(
            ErrorCode::Limit,
            format!(
                "the earlier result has {} boxes, at most {MAX_BOXES} are read",
                boxes.len()
            ),
        ));
    }
    boxes
        .iter()
        .map(|entry| {
            place(entry, width, height)
                .ok_or_else(|| wrong("a box is not four points inside the picture and a score"))
        })
        .collect()
}

fn whole(value: &Value) -> Option<u32> {
    match value {
        Value::Integer(value) => u32::try_from(value.get()).ok(),
        _ => None,
    }
}

fn place(entry: &Value, width: u32, height: u32) -> Option<Place> {
    let object = entry.as_object().filter(|object| object.len() == 2)?;
    object.get("score")?.as_str()?;
    let mut points = [[0; 2]; 4];
    let given = object.get("points")?.as_array()?;
    if given.len() != 4 {
        return None;
    }
    for (point, given) in points.iter_mut().zip(given) {
        let [x, y] = given.as_array()? else {
            return None;
        };
        *point = [whole(x)?, whole(y)?];
        if point[0] > width || point[1] > height {
            return None;
        }
    }
    Some(Place { points })
}

fn answer(lines: Vec<(Place, Line)>, width: usize, height: usize) -> Vec<u8> {
    let lines: Vec<Value> = lines
        .into_iter()
        .map(|(place, line)| {
            let points = place
                .points
                .map(|point| Value::Array(point.map(|value| Integer::from(value).into()).to_vec()));
            Value::from([
                ("points", Value::Array(points.to_vec())),
                ("score", decimal(line.score).into()),
                ("text", line.text.into()),
            ])
        })
        .collect();
    let value = Value::from([
        ("height", (height as u32).into()),
        ("lines", lines.into()),
        ("width", (width as u32).into()),
    ]);
    value.to_canonical().into_bytes()
}

impl Pipeline for Recognition {
    fn takes_result(&self) -> bool {
        true
    }

    fn prepare(&self, input: &Given) -> Result<Prepared, EngineError> {
        let picture = decode(&input.file, self.config.upright)?;
        let from = input.from.as_deref().unwrap_or_default();
        let places = places(from, &picture)?;
        Ok(if places.is_empty() {
            Prepared::Known(answer(Vec::new(), picture.width, picture.height))
        } else {
            Prepared::Several
        })
    }

    fn finish(&self, _input: &Given, _outputs: &[Tensor]) -> Result<Vec<u8>, EngineError> {
        Err(EngineError::new(
            ErrorCode::Internal,
            "this task executes its model once per line",
        ))
    }

    fn run(&self, input: &Given, execute: &mut Execute<'_>) -> Result<Vec<u8>, EngineError> {
        let picture = decode(&input.file, self.config.upright)?;
        let places = places(input.from.as_deref().unwrap_or_default(), &picture)?;
        let (width, height) = (picture.width, picture.height);
        let bounded = self.config.bounds.fit(picture.into_contrasted())?;
        let scale = [
            bounded.width as f64 / width as f64,
            bounded.height as f64 / height as f64,
        ];
        let crops = places
            .iter()
            .map(|place| {
                let corner = |point: [u32; 2]| {
                    [0, 1].map(|axis| (f64::from(point[axis]) * scale[axis]) as f32)
                };
                crop_quadrilateral(&bounded, place.points.map(corner))
            })
            .collect::<Result<Vec<_>, _>>()?;
        drop(bounded);
        let widths = self.widths(&crops);
        let mut lines = Vec::new();
        for ((place, crop), width) in places.into_iter().zip(crops).zip(widths) {
            let line = self.read(&execute(vec![self.input(&crop, width)?])?)?;
            if !line.text.trim().is_empty() && line.score >= self.config.min_score {
                lines.push((place, line));
            }
        }
        Ok(answer(lines, width, height))
    }
}
