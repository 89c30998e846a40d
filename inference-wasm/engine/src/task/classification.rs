//! `image-classification/1`: which of its labels fits a picture? What is done before the model stands in the model's
//! configuration ([`Config`]).
//!
//! Result: `classes` (label and score, best first; the score is a decimal of at most six digits after the point),
//! `width` and `height` of the decoded picture.

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::{Model, Tensor};
use countersign_shared::json::Value;
use serde::Deserialize;

use super::image::{
    check_ports, decimal, decode, jpeg_round_trip, pillow_bilinear, pixels, Picture,
};
use super::{Given, Pipeline, Prepared};

/// The most labels that a model may have.
const MAX_LABELS: usize = 100_000;

/// How a picture becomes the model's input.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Config {
    /// Whether the picture is turned as its EXIF data says.
    upright: bool,
    /// The whole picture is brought to this width and height.
    resize: [usize; 2],
    /// By this way.
    filter: Filter,
    /// Width and height of what is then cut from the middle: the model's input.
    crop: [usize; 2],
    /// Quality of a JPEG through which that goes.
    jpeg: Option<u8>,
    /// The order of the channels.
    channels: Order,
    /// The order of the input's dims.
    layout: Layout,
    /// Samples are 0 to 255; `(sample * scale - mean) / std`, per channel in the order above.
    scale: f32,
    mean: [f32; 3],
    std: [f32; 3],
    /// What the model answers.
    scores: Scores,
}

#[derive(Debug, Deserialize)]
enum Filter {
    /// `PIL.Image.resize` with `BILINEAR`.
    #[serde(rename = "pillow-bilinear")]
    PillowBilinear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    Rgb,
    Bgr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Layout {
    Nchw,
    Nhwc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Scores {
    /// Numbers from 0 to 1.
    Probabilities,
    /// To be brought there by a softmax.
    Logits,
}

/// The loaded configuration.
#[derive(Debug)]
pub(crate) struct Classification {
    config: Config,
    labels: Vec<String>,
}

fn invalid(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::InvalidModel, message)
}

impl Classification {
    /// Reads configuration and labels (a JSON list of names), and checks them against the model.
    pub fn new(config: &[u8], labels: &[u8], model: &Model) -> Result<Self, EngineError> {
        let config: Config = serde_json::from_slice(config)
            .map_err(|error| invalid(format!("the classifier's configuration: {error}")))?;
        let labels: Vec<String> = serde_json::from_slice(labels)
            .map_err(|error| invalid(format!("the classifier's labels: {error}")))?;
        let [width, height] = config.crop;
        let sizes = config.resize[0] >= width && config.resize[1] >= height;
        if !sizes || pixels(config.resize[0], config.resize[1]).is_err() || width * height == 0 {
            return Err(invalid("the classifier's sizes do not fit one another"));
        }
        if config.jpeg.is_some() && (width % 16 != 0 || height % 16 != 0) {
            return Err(invalid(
                "only sizes that are multiples of 16 go through a JPEG",
            ));
        }
        let numbers = [config.scale]
            .into_iter()
            .chain(config.mean)
            .chain(config.std);
        if !numbers.into_iter().all(f32::is_finite) || config.std.contains(&0.0) {
            return Err(invalid(
                "the classifier's numbers are not finite, or it divides by 0",
            ));
        }
        if labels.is_empty() || labels.len() > MAX_LABELS {
            return Err(invalid("the classifier has no labels, or too many"));
        }
        check_ports(
            model,
            &config.dims().map(Some),
            &[Some(1), Some(labels.len())],
        )?;
        Ok(Self { config, labels })
    }

    fn input(&self, picture: Picture) -> Result<Tensor, EngineError> {
        let config = &self.config;
        let rgb = picture.into_rgb();
        let Filter::PillowBilinear = config.filter;
        let small = pillow_bilinear(&rgb, config.resize[0], config.resize[1])?;
        let [width, height] = config.crop;
        let (left, top) = ((small.width - width) / 2, (small.height - height) / 2);
        let failed = || EngineError::new(ErrorCode::Internal, "the picture's sizes do not fit");
        let mut part = small.part(left, top, width, height).ok_or_else(failed)?;
        if let Some(quality) = config.jpeg {
            part = jpeg_round_trip(&part, quality).ok_or_else(failed)?;
        }
        let elements = part.elements(
            config.channels == Order::Bgr,
            config.layout == Layout::Nchw,
            |sample, channel| {
                (f32::from(sample) * config.scale - config.mean[channel]) / config.std[channel]
            },
        );
        Tensor::vector(elements)
            .reshaped(config.dims().to_vec())
            .ok_or_else(failed)
    }

    /// The result for the model's scores.
    fn answer(&self, picture: [usize; 2], outputs: &[Tensor]) -> Result<Vec<u8>, EngineError> {
        let scores = outputs.first().and_then(|tensor| tensor.elements::<f32>());
        let scores = scores.filter(|scores| {
            scores.len() == self.labels.len() && scores.iter().all(|score| score.is_finite())
        });
        let scores = scores.ok_or_else(|| {
            EngineError::new(
                ErrorCode::Compute,
                "the model's scores are not one finite number per label",
            )
        })?;
        let scores = match self.config.scores {
            Scores::Probabilities => scores.iter().map(|score| f64::from(*score)).collect(),
            Scores::Logits => softmax(scores),
        };
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|i, j| scores[*j].total_cmp(&scores[*i]).then(i.cmp(j)));
        let classes: Vec<Value> = order
            .into_iter()
            .map(|index| {
                Value::from([
                    ("label", self.labels[index].as_str().into()),
                    ("score", decimal(scores[index]).into()),
                ])
            })
            .collect();
        let [width, height] = picture.map(|size| size as u32);
        let value = Value::from([
            ("classes", classes.into()),
            ("height", height.into()),
            ("width", width.into()),
        ]);
        Ok(value.to_canonical().into_bytes())
    }
}

impl Config {
    /// The model's input dims, for one picture.
    fn dims(&self) -> [usize; 4] {
        let [width, height] = self.crop;
        match self.layout {
            Layout::Nchw => [1, 3, height, width],
            Layout::Nhwc => [1, height, width, 3],
        }
    }
}

fn softmax(logits: &[f32]) -> Vec<f64> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits
        .iter()
        .map(|logit| libm::exp(f64::from(*logit) - f64::from(most)))
        .collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

impl Pipeline for Classification {
    fn prepare(&self, input: &Given) -> Result<Prepared, EngineError> {
        let picture = decode(&input.file, self.config.upright)?;
        Ok(Prepared::Feed(vec![self.input(picture)?]))
    }

    fn finish(&self, input: &Given, outputs: &[Tensor]) -> Result<Vec<u8>, EngineError> {
        let picture = decode(&input.file, self.config.upright)?;
        self.answer([picture.width, picture.height], outputs)
    }
}
