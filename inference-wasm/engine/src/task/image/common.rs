//! What the tasks on pictures share on their way to a model and back.

use countersign_abi::{EngineError, ErrorCode};
use countersign_onnx::{DataType, Dim, Model, ValueInfo};

use super::Picture;

/// Checks that a model has one float32 input and one float32 output of these dims; `None` is any size.
pub(crate) fn check_ports(
    model: &Model,
    input: &[Option<usize>],
    output: &[Option<usize>],
) -> Result<(), EngineError> {
    let fits = |port: &ValueInfo, wanted: &[Option<usize>]| {
        port.dtype.is_none_or(|dtype| dtype == DataType::F32)
            && port.dims.as_ref().is_none_or(|dims| {
                dims.len() == wanted.len()
                    && dims.iter().zip(wanted).all(|pair| match pair {
                        (Dim::Fixed(size), Some(wanted)) => size == wanted,
                        // A size that is fixed where the task needs a free one.
                        (Dim::Fixed(_), None) => false,
                        _ => true,
                    })
            })
    };
    match (&*model.graph.inputs, &*model.graph.outputs) {
        ([first], [last]) if fits(first, input) && fits(last, output) => Ok(()),
        _ => Err(EngineError::new(
            ErrorCode::InvalidModel,
            format!(
                "this is no model for the task: it needs one float32 input of the dims {} and one output of the dims {}",
                shown(input),
                shown(output)
            ),
        )),
    }
}

fn shown(dims: &[Option<usize>]) -> String {
    let sizes: Vec<String> = dims
        .iter()
        .map(|size| size.map_or("?".to_owned(), |size| size.to_string()))
        .collect();
    format!("[{}]", sizes.join(", "))
}

/// A finite number as a decimal of at most six digits after the point, without zeros at its end.
pub(crate) fn decimal(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

impl Picture {
    /// The samples of a picture with three channels as numbers, by `number` of a sample and its channel in the new
    /// order: reversed (blue first) or not, channel by channel (planes) or pixel by pixel.
    pub fn elements(
        &self,
        reversed: bool,
        planes: bool,
        number: impl Fn(u8, usize) -> f32,
    ) -> Vec<f32> {
        let source = |channel: usize| if reversed { 2 - channel } else { channel };
        let pixels = || self.data.chunks_exact(3);
        let mut elements = Vec::with_capacity(self.data.len());
        if planes {
            for channel in 0..3 {
                elements.extend(pixels().map(|pixel| number(pixel[source(channel)], channel)));
            }
        } else {
            for pixel in pixels() {
                elements.extend((0..3).map(|channel| number(pixel[source(channel)], channel)));
            }
        }
        elements
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_short_and_have_no_sign_of_zero() {
        let cases = [
            (0.5, "0.5"),
            (1.0, "1"),
            (1e-7, "0"),
            (-1e-9, "0"),
            (0.012_345_64, "0.012346"),
        ];
        for (value, text) in cases {
            assert_eq!(decimal(value), text);
        }
        assert_eq!(decimal(100.0), "100");
    }

    #[test]
    fn samples_are_ordered_as_asked() {
        let picture = Picture::new(2, 1, 3, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let as_is = |sample: u8, _: usize| f32::from(sample);
        assert_eq!(
            picture.elements(true, false, as_is),
            [3., 2., 1., 6., 5., 4.]
        );
        assert_eq!(
            picture.elements(false, true, as_is),
            [1., 4., 2., 5., 3., 6.]
        );
    }
}
