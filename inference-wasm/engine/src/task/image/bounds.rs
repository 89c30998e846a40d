//! The size at which RapidOCR works on a picture (`resize_image_within_bounds` of its `process_img.py`): detection and
//! recognition must agree about it.

use countersign_abi::EngineError;
use serde::Deserialize;

use super::{cv_linear, refuse, Picture};

/// Bounds of a picture's sides, in pixels.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bounds {
    /// The longer side is at most this.
    pub longest: usize,
    /// The shorter side is at least this.
    pub shortest: usize,
}

/// Python's `int(round(side / 32) * 32)`, halves to even.
pub(crate) fn whole_32(side: usize) -> usize {
    (libm::rint(side as f64 / 32.0) * 32.0) as usize
}

/// A side times a ratio, cut, and brought to a multiple of 32.
pub(crate) fn scaled_32(side: usize, ratio: f64) -> usize {
    whole_32((side as f64 * ratio) as usize)
}

impl Bounds {
    /// Whether the bounds are any.
    pub fn are_possible(&self) -> bool {
        self.shortest >= 1 && self.longest >= 32 && self.longest <= 1 << 14
    }

    /// The picture's size once it is within bounds.
    pub fn size(&self, width: usize, height: usize) -> [usize; 2] {
        let (mut w, mut h) = (width, height);
        if w.max(h) > self.longest {
            let ratio = self.longest as f64 / w.max(h) as f64;
            (w, h) = (scaled_32(w, ratio), scaled_32(h, ratio));
        }
        if w.min(h) > 0 && w.min(h) < self.shortest {
            let ratio = self.shortest as f64 / w.min(h) as f64;
            (w, h) = (scaled_32(w, ratio), scaled_32(h, ratio));
        }
        [w, h]
    }

    /// The picture brought within bounds.
    pub fn fit(&self, picture: Picture) -> Result<Picture, EngineError> {
        let [width, height] = self.size(picture.width, picture.height);
        if width == 0 || height == 0 {
            return Err(refuse(
                "the picture is too narrow for its length: cut out the part with text",
            ));
        }
        cv_linear(&picture, width, height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_program() {
        let bounds = Bounds {
            longest: 2000,
            shortest: 30,
        };
        assert_eq!(bounds.size(640, 480), [640, 480]);
        assert_eq!(bounds.size(4000, 3000), [1984, 1504]);
        assert_eq!(bounds.size(100, 20), [160, 32]);
        assert_eq!(bounds.size(9000, 2), [1984, 0]);
    }
}
