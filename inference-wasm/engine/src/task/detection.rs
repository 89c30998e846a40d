//! `text-detection/1`: where is text in a picture? Pre- and post-processing as RapidOCR 3's `TextDetector` and
//! `DBPostProcess` do them; the comments name their functions.
//!
//! Result: `boxes` in reading order (`points`: four whole pixel positions of the decoded picture, clockwise from the
//! top left; `score`), `width` and `height` of the decoded picture.

mod regions;
mod shape;

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::{Model, Tensor};
use countersign_shared::json::{Integer, Value};
use serde::Deserialize;

use self::regions::Mask;
use self::shape::{grown, rows_of, smallest_rectangle};
use super::image::{check_ports, cv_linear, decimal, decode, refuse, scaled_32, Bounds, Picture};
use super::{Given, Pipeline, Prepared};

/// Boxes lower than this are no text; after growing, than two more (`min_size`).
const MIN_SIDE: f64 = 3.0;
/// Boxes whose tops are nearer than this to the one before stand in one line (`_BOX_SORT_Y_THRESHOLD`).
const SAME_LINE: f32 = 10.0;
/// The most pixels that the model is given.
const MAX_INPUT: usize = 8_000_000;

/// Settings, as in RapidOCR's `config.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Config {
    /// Whether the picture is turned as its EXIF data says.
    upright: bool,
    /// `max_side_len`, `min_side_len`.
    bounds: Bounds,
    /// `min_height`: pictures that are not higher get a black margin above and below.
    min_height: usize,
    /// `width_height_ratio`: so do pictures that are wider than this many times their height.
    max_ratio: f64,
    /// `limit_side_len`, of the type `min`: the model's input is not smaller.
    least_side: usize,
    mean: [f64; 3],
    std: [f64; 3],
    /// `thresh`: what counts as text.
    threshold: f32,
    /// `box_thresh`: the least mean of a box.
    box_threshold: f64,
    /// `max_candidates`
    candidates: usize,
    /// `unclip_ratio`
    unclip: f64,
}

/// The loaded configuration.
#[derive(Debug)]
pub(crate) struct Detection {
    config: Config,
}

/// The sizes on the way from the picture to the model.
struct Sizes {
    /// Of the decoded picture.
    original: [usize; 2],
    /// Within bounds.
    bounded: [usize; 2],
    /// Rows of margin above and below.
    margin: usize,
    /// The model's input.
    input: [usize; 2],
}

/// A box on the bounded picture with its margin.
struct Found {
    points: [[f32; 2]; 4],
    score: f64,
}

fn invalid(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::InvalidModel, message)
}

impl Detection {
    /// Reads the configuration, and checks it against the model.
    pub fn new(config: &[u8], model: &Model) -> Result<Self, EngineError> {
        let config: Config = serde_json::from_slice(config)
            .map_err(|error| invalid(format!("the text detector's configuration: {error}")))?;
        let numbers = [config.max_ratio, config.box_threshold, config.unclip];
        let fine = config.bounds.are_possible()
            && (32..=4096).contains(&config.least_side)
            && config.min_height <= 4096
            && numbers.iter().all(|number| (0.0..1e4).contains(number))
            && config.max_ratio >= 1.0
            && (0.0..1.0).contains(&config.threshold)
            && (1..=1000).contains(&config.candidates)
            && config
                .mean
                .iter()
                .chain(&config.std)
                .all(|number| number.is_finite())
            && !config.std.contains(&0.0);
        if !fine {
            return Err(invalid(
                "a number in the text detector's configuration is out of range",
            ));
        }
        let free = [Some(1), Some(3), None, None];
        check_ports(model, &free, &[Some(1), Some(1), None, None])?;
        Ok(Self { config })
    }

    fn sizes(&self, picture: &Picture) -> Result<Sizes, EngineError> {
        let config = &self.config;
        let narrow =
            || refuse("the picture is too narrow for its length: cut out the part with text");
        let [width, bounded] = config.bounds.size(picture.width, picture.height);
        if width == 0 || bounded == 0 {
            return Err(narrow());
        }
        // `apply_vertical_padding`, `get_padding_h`
        let wide = width as f64 / bounded as f64 > config.max_ratio;
        let margin = if bounded <= config.min_height || wide {
            let wanted = ((width as f64 / config.max_ratio) as usize).max(config.min_height) * 2;
            wanted.abs_diff(bounded) / 2
        } else {
            0
        };
        let height = bounded + 2 * margin;
        // `DetPreProcess.resize`
        let ratio = (config.least_side as f64 / width.min(height) as f64).max(1.0);
        let input = [scaled_32(width, ratio), scaled_32(height, ratio)];
        if input.contains(&0) || input[0].saturating_mul(input[1]) > MAX_INPUT {
            return Err(narrow());
        }
        Ok(Sizes {
            original: [picture.width, picture.height],
            bounded: [width, bounded],
            margin,
            input,
        })
    }

    fn input(&self, picture: Picture) -> Result<Tensor, EngineError> {
        let sizes = self.sizes(&picture)?;
        let picture = self.config.bounds.fit(picture.into_contrasted())?;
        let row = 3 * picture.width;
        let mut data = vec![0; row * sizes.margin];
        data.extend_from_slice(&picture.data);
        data.resize(data.len() + row * sizes.margin, 0);
        let failed = || EngineError::new(ErrorCode::Internal, "the picture's sizes do not fit");
        let padded = Picture::new(picture.width, picture.height + 2 * sizes.margin, 3, data)
            .ok_or_else(failed)?;
        let [width, height] = sizes.input;
        let (mean, std) = (self.config.mean, self.config.std);
        // The program scales in float32 and normalises in float64.
        let elements =
            cv_linear(&padded, width, height)?.elements(true, true, |sample, channel| {
                let scaled = f32::from(sample) * (1.0f64 / 255.0) as f32;
                ((f64::from(scaled) - mean[channel]) / std[channel]) as f32
            });
        Tensor::vector(elements)
            .reshaped(vec![1, 3, height, width])
            .ok_or_else(failed)
    }

    /// `DBPostProcess`
    fn boxes(&self, map: &[f32], sizes: &Sizes) -> Vec<Found> {
        let config = &self.config;
        let [width, height] = sizes.input;
        let target = [sizes.bounded[0], sizes.bounded[1] + 2 * sizes.margin];
        let mask = Mask::spread(map, width, height, config.threshold);
        let mut found = Vec::new();
        for outline in mask.outlines(config.candidates) {
            let Some(rectangle) = smallest_rectangle(outline).filter(|r| r.short >= MIN_SIDE)
            else {
                continue;
            };
            let points = rectangle.ordered();
            let score = mean_inside(map, width, height, &points);
            if score < config.box_threshold {
                continue;
            }
            let Some(large) = smallest_rectangle(grown(&points, config.unclip))
                .filter(|rectangle| rectangle.short >= MIN_SIDE + 2.0)
            else {
                continue;
            };
            let scaled = large.ordered().map(|[x, y]| {
                let place = |value: f32, from: usize, to: usize| {
                    libm::rintf(value / from as f32 * to as f32).clamp(0.0, to as f32)
                };
                [place(x, width, target[0]), place(y, height, target[1])]
            });
            // `filter_det_res`
            let points = clockwise(scaled)
                .map(|[x, y]| [x.min((target[0] - 1) as f32), y.min((target[1] - 1) as f32)]);
            let side = |a: [f32; 2], b: [f32; 2]| {
                let (x, y) = (a[0] - b[0], a[1] - b[1]);
                libm::sqrtf(x * x + y * y) as i32
            };
            if side(points[0], points[1]) > 3 && side(points[0], points[3]) > 3 {
                found.push(Found { points, score });
            }
        }
        in_reading_order(found)
    }

    fn answer(&self, found: &[Found], sizes: &Sizes) -> Vec<u8> {
        let [width, height] = sizes.original;
        let boxes: Vec<Value> = found
            .iter()
            .map(|found| {
                // `map_boxes_to_original`, and whole pixels.
                let points = found.points.iter().map(|[x, y]| {
                    let place = |value: f64, from: usize, to: usize| {
                        let value = libm::rint(value * (to as f64 / from as f64));
                        Integer::from(value.clamp(0.0, to as f64) as u32)
                    };
                    let x = place(f64::from(*x), sizes.bounded[0], width);
                    let y = place(
                        f64::from(*y) - sizes.margin as f64,
                        sizes.bounded[1],
                        height,
                    );
                    Value::Array(vec![x.into(), y.into()])
                });
                Value::from([
                    ("points", Value::Array(points.collect())),
                    ("score", decimal(found.score).into()),
                ])
            })
            .collect();
        let value = Value::from([
            ("boxes", boxes.into()),
            ("height", (height as u32).into()),
            ("width", (width as u32).into()),
        ]);
        value.to_canonical().into_bytes()
    }
}

/// `box_score_fast`: the mean of the map inside a box and on its edges.
fn mean_inside(map: &[f32], width: usize, height: usize, points: &[[f32; 2]; 4]) -> f64 {
    let bound = |value: f32, size: usize| value.clamp(0.0, (size - 1) as f32) as i32;
    let least = |axis: usize| {
        points
            .iter()
            .map(|point| point[axis])
            .fold(f32::INFINITY, f32::min)
    };
    let most = |axis: usize| {
        points
            .iter()
            .map(|point| point[axis])
            .fold(f32::NEG_INFINITY, f32::max)
    };
    let (left, right) = (
        bound(libm::floorf(least(0)), width),
        bound(libm::ceilf(most(0)), width),
    );
    let (top, bottom) = (
        bound(libm::floorf(least(1)), height),
        bound(libm::ceilf(most(1)), height),
    );
    // Cut to whole pixels within the box's own frame.
    let polygon = points.map(|[x, y]| {
        [
            (x - left as f32) as i32 + left,
            (y - top as f32) as i32 + top,
        ]
    });
    let (first, rows) = rows_of(&polygon);
    let (mut sum, mut count) = (0.0f64, 0u64);
    for (y, [from, to]) in (first..).zip(rows) {
        if y < top || y > bottom {
            continue;
        }
        for x in from.max(left)..=to.min(right) {
            sum += f64::from(map[y as usize * width + x as usize]);
            count += 1;
        }
    }
    if count == 0 {
        0.0
    } else {
        sum / count as f64
    }
}

/// `order_points_clockwise`
fn clockwise(mut points: [[f32; 2]; 4]) -> [[f32; 2]; 4] {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let [mut a, mut b, mut c, mut d] = points;
    if b[1] < a[1] {
        (a, b) = (b, a);
    }
    if d[1] < c[1] {
        (c, d) = (d, c);
    }
    [a, c, d, b]
}

/// `sorted_boxes`: lines from the top, in a line from the left.
fn in_reading_order(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| a.points[0][1].total_cmp(&b.points[0][1]));
    let mut line = 0;
    let mut before = None;
    let mut keyed: Vec<(usize, Found)> = Vec::with_capacity(found.len());
    for found in found {
        let top = found.points[0][1];
        if before.is_some_and(|before: f32| top - before >= SAME_LINE) {
            line += 1;
        }
        before = Some(top);
        keyed.push((line, found));
    }
    keyed.sort_by(|(i, a), (j, b)| i.cmp(j).then(a.points[0][0].total_cmp(&b.points[0][0])));
    keyed.into_iter().map(|(_, found)| found).collect()
}

impl Pipeline for Detection {
    fn prepare(&self, input: &Given) -> Result<Prepared, EngineError> {
        let picture = decode(&input.file, self.config.upright)?;
        Ok(Prepared::Feed(vec![self.input(picture)?]))
    }

    fn finish(&self, input: &Given, outputs: &[Tensor]) -> Result<Vec<u8>, EngineError> {
        let picture = decode(&input.file, self.config.upright)?;
        let sizes = self.sizes(&picture)?;
        let [width, height] = sizes.input;
        let map = outputs
            .first()
            .filter(|tensor| tensor.dims() == [1, 1, height, width])
            .and_then(|tensor| tensor.elements::<f32>())
            .filter(|map| map.iter().all(|value| (0.0..=1.0).contains(value)));
        let map = map.ok_or_else(|| {
            EngineError::new(
                ErrorCode::Compute,
                "the model's answer is not one probability per pixel of its input",
            )
        })?;
        Ok(self.answer(&self.boxes(map, &sizes), &sizes))
    }
}
