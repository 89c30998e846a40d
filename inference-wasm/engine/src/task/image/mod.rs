//! Pictures: decoded, turned and resized here and never by the browser, so that a receipt covers the way from the file
//! to the result.
//!
//! Decoding follows Pillow (what the models' own programs read pictures with) in what a picture's samples mean; what
//! the two might read differently is refused: 16-bit grey, CMYK, first frames of a GIF that leave a part empty, files
//! that end early.

mod bmp;
mod bounds;
mod common;
mod formats;
mod jpeg_trip;
mod orientation;
mod png;
mod resize;
mod warp;

use countersign_abi::{EngineError, ErrorCode};

pub(crate) use bounds::{scaled_32, Bounds};
pub(crate) use common::{check_ports, decimal};
pub(crate) use jpeg_trip::jpeg_round_trip;
pub(crate) use resize::{cv_linear, pillow_bilinear};
pub(crate) use warp::crop_quadrilateral;

/// The most pixels that a picture may have.
pub(crate) const MAX_PIXELS: usize = 40_000_000;

/// A decoded picture: rows from the top, samples of a pixel beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// In pixels, at least 1.
    pub width: usize,
    /// In pixels, at least 1.
    pub height: usize,
    /// 1 grey, 2 grey and alpha, 3 red, green, blue, 4 with alpha.
    pub channels: usize,
    /// `height` × `width` × `channels` bytes.
    pub data: Vec<u8>,
}

/// An [`ErrorCode::Input`] in a sentence.
pub(crate) fn refuse(text: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::Input, text)
}

/// Number of pixels, if it is one that is taken.
pub(crate) fn pixels(width: usize, height: usize) -> Result<usize, EngineError> {
    match width.checked_mul(height) {
        Some(0) => Err(refuse("the picture has no pixels")),
        Some(count) if count <= MAX_PIXELS => Ok(count),
        _ => Err(EngineError::new(
            ErrorCode::Limit,
            format!(
                "the picture has {width} × {height} pixels, at most {} million are taken: make it smaller",
                MAX_PIXELS / 1_000_000
            ),
        )),
    }
}

/// Decodes PNG, JPEG, WebP, GIF (the first frame) or BMP, told apart by their first bytes. With `upright` it is turned
/// as its EXIF data says, like `PIL.ImageOps.exif_transpose`.
///
/// # Errors
/// [`ErrorCode::Input`] or [`ErrorCode::Limit`] in a sentence, before memory is taken for what is too large.
pub(crate) fn decode(bytes: &[u8], upright: bool) -> Result<Picture, EngineError> {
    let (picture, exif) = match bytes {
        [0x89, b'P', b'N', b'G', ..] => png::decode(bytes)?,
        [0xFF, 0xD8, 0xFF, ..] => formats::jpeg(bytes)?,
        [b'G', b'I', b'F', b'8', ..] => (formats::gif(bytes)?, None),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => formats::webp(bytes)?,
        [b'B', b'M', ..] => (bmp::decode(bytes)?, None),
        _ => {
            return Err(refuse(
                "this is no picture that the engine reads: use PNG, JPEG, WebP, GIF or BMP",
            ))
        }
    };
    Ok(match exif {
        Some(exif) if upright => picture.turned(orientation::read(&exif)),
        _ => picture,
    })
}

impl Picture {
    /// A picture of `channels` samples per pixel; `None` if there are more or fewer bytes than that.
    pub fn new(width: usize, height: usize, channels: usize, data: Vec<u8>) -> Option<Self> {
        let expected = width.checked_mul(height)?.checked_mul(channels)?;
        (expected == data.len() && expected > 0 && channels <= 4).then_some(Self {
            width,
            height,
            channels,
            data,
        })
    }

    /// As [`new`](Self::new), for decoders.
    fn decoded(
        width: usize,
        height: usize,
        channels: usize,
        data: Vec<u8>,
    ) -> Result<Self, EngineError> {
        Self::new(width, height, channels, data).ok_or_else(|| {
            refuse("the picture is damaged: it holds more or fewer pixels than it says")
        })
    }

    /// Three samples per pixel, as Pillow's `convert("RGB")` makes them: alpha is dropped.
    pub fn into_rgb(self) -> Self {
        let data: Vec<u8> = match self.channels {
            3 => return self,
            1 | 2 => self
                .data
                .chunks_exact(self.channels)
                .flat_map(|pixel| [pixel[0]; 3])
                .collect(),
            _ => self
                .data
                .chunks_exact(4)
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
                .collect(),
        };
        Self {
            channels: 3,
            data,
            ..self
        }
    }

    /// Three samples per pixel, as RapidOCR's `LoadImage.convert_img` makes them: what is transparent is laid on white
    /// if the picture is dark, else on black.
    pub fn into_contrasted(self) -> Self {
        let data: Vec<u8> = match self.channels {
            2 => self
                .data
                .chunks_exact(2)
                .flat_map(|pixel| {
                    // `cvt_two_to_three`: the grey where the mask is set, plus the complement of alpha.
                    let grey = if pixel[1] == 0 { 0 } else { pixel[0] };
                    [grey.saturating_add(!pixel[1]); 3]
                })
                .collect(),
            4 => {
                let (mut sum, mut count) = (0u64, 0u64);
                for pixel in self.data.chunks_exact(4).filter(|pixel| pixel[3] > 0) {
                    // Thousandths of the luminance: whole numbers, so that no order of adding matters.
                    let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(u64::from);
                    sum += 299 * r + 587 * g + 114 * b;
                    count += 1;
                }
                let light = count > 0 && sum >= 128_000 * count;
                let ground: f32 = if light { 0.0 } else { 255.0 };
                let mut data = Vec::with_capacity(self.data.len() / 4 * 3);
                for pixel in self.data.chunks_exact(4) {
                    let alpha = f32::from(pixel[3]) / 255.0;
                    for sample in &pixel[..3] {
                        let blended = f32::from(*sample) * alpha + ground * (1.0 - alpha);
                        data.push(blended as u8);
                    }
                }
                data
            }
            _ => return self.into_rgb(),
        };
        Self {
            channels: 3,
            data,
            ..self
        }
    }

    /// Turned and mirrored by an EXIF orientation; anything but 2 to 8 changes nothing.
    fn turned(self, orientation: u16) -> Self {
        let (w, h) = (self.width, self.height);
        let (width, height) = if orientation >= 5 { (h, w) } else { (w, h) };
        if !(2..=8).contains(&orientation) {
            return self;
        }
        let mut data = Vec::with_capacity(self.data.len());
        for y in 0..height {
            for x in 0..width {
                // Where the pixel at (x, y) stands in the stored picture.
                let (sx, sy) = match orientation {
                    2 => (w - 1 - x, y),
                    3 => (w - 1 - x, h - 1 - y),
                    4 => (x, h - 1 - y),
                    5 => (y, x),
                    6 => (y, h - 1 - x),
                    7 => (w - 1 - y, h - 1 - x),
                    _ => (w - 1 - y, x),
                };
                let at = (sy * w + sx) * self.channels;
                data.extend_from_slice(&self.data[at..at + self.channels]);
            }
        }
        Self {
            width,
            height,
            data,
            ..self
        }
    }

    /// A part, from (`left`, `top`) on; `None` if it is not inside.
    pub fn part(&self, left: usize, top: usize, width: usize, height: usize) -> Option<Self> {
        let inside = left.checked_add(width)? <= self.width
            && top.checked_add(height)? <= self.height
            && width > 0
            && height > 0;
        if !inside {
            return None;
        }
        let mut data = Vec::with_capacity(width * height * self.channels);
        for y in top..top + height {
            let start = (y * self.width + left) * self.channels;
            data.extend_from_slice(&self.data[start..start + width * self.channels]);
        }
        Self::new(width, height, self.channels, data)
    }
}

#[cfg(test)]
mod tests;
