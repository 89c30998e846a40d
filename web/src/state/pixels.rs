//! A picture's pixels as a tensor of a user's own model.

use super::feed::{tensor, FeedError};
use countersign_messages::abi::{ElementType, NamedTensor, Port};

/// How a picture becomes numbers: `(value - mean) × scale` of each channel's byte.
#[derive(Debug, Clone, PartialEq)]
pub struct Normal {
    /// Of red, green and blue.
    pub mean: [f32; 3],
    /// Of red, green and blue.
    pub scale: [f32; 3],
    /// Blue first.
    pub bgr: bool,
}

impl Normal {
    /// Reads one number for all channels, or three.
    ///
    /// # Errors
    /// [`FeedError::Scale`].
    pub fn read(mean: &str, scale: &str, bgr: bool) -> Result<Self, FeedError> {
        let three = |text: &str| {
            let refuse = || FeedError::Scale(text.to_owned());
            let numbers: Vec<f32> = text
                .split(',')
                .map(|word| {
                    word.trim()
                        .parse()
                        .ok()
                        .filter(|number: &f32| number.is_finite())
                })
                .collect::<Option<_>>()
                .ok_or_else(refuse)?;
            match numbers[..] {
                [one] => Ok([one; 3]),
                [r, g, b] => Ok([r, g, b]),
                _ => Err(refuse()),
            }
        };
        let (mean, factors) = (three(mean)?, three(scale)?);
        if factors.contains(&0.0) {
            return Err(FeedError::Scale(scale.to_owned()));
        }
        Ok(Self {
            mean,
            scale: factors,
            bgr,
        })
    }
}

/// Where the channels stand in a picture's tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    channels: usize,
    channels_first: bool,
}

impl Layout {
    /// The layout that dims mean: N, C, H, W or N, H, W, C with N = 1 and C = 1 or 3.
    ///
    /// # Errors
    /// [`FeedError::NoPicture`].
    pub fn of(port: &Port, dims: &[u64]) -> Result<Self, FeedError> {
        let (height, width, channels, channels_first) = match *dims {
            [1, channels @ (1 | 3), height, width] => (height, width, channels, true),
            [1, height, width, channels @ (1 | 3)] => (height, width, channels, false),
            _ => return Err(FeedError::NoPicture),
        };
        let side = |length: u64| {
            let length = u32::try_from(length).ok()?;
            (1..=8192).contains(&length).then_some(length)
        };
        match (port.dtype, side(width), side(height)) {
            (ElementType::F32 | ElementType::U8, Some(width), Some(height)) => Ok(Self {
                width,
                height,
                channels: channels as usize,
                channels_first,
            }),
            _ => Err(FeedError::NoPicture),
        }
    }

    /// The tensor of a picture that has this layout's width and height; `rgba` are its bytes, row by row.
    pub fn tensor(self, port: &Port, dims: Vec<u64>, rgba: &[u8], normal: &Normal) -> NamedTensor {
        let pixels = self.width as usize * self.height as usize;
        let mut values = vec![0.0_f32; pixels * self.channels];
        for (at, pixel) in rgba.chunks_exact(4).take(pixels).enumerate() {
            for channel in 0..self.channels {
                let from = if normal.bgr { 2 - channel } else { channel };
                let value = match (self.channels, pixel) {
                    // Rec. 601 luma, as most programs make grey.
                    (1, [r, g, b, _]) => {
                        0.299 * f32::from(*r) + 0.587 * f32::from(*g) + 0.114 * f32::from(*b)
                    }
                    _ => f32::from(pixel.get(from).copied().unwrap_or_default()),
                };
                let place = if self.channels_first {
                    channel * pixels + at
                } else {
                    at * self.channels + channel
                };
                let (mean, scale) = (normal.mean[from], normal.scale[from]);
                if let Some(slot) = values.get_mut(place) {
                    *slot = (value - mean) * scale;
                }
            }
        }
        let data = match port.dtype {
            // `as` saturates: what is out of range becomes 0 or 255.
            ElementType::U8 => values.iter().map(|value| value.round() as u8).collect(),
            _ => values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        };
        tensor(port, dims, data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(dtype: ElementType) -> Port {
        Port {
            name: "x".to_owned(),
            dtype,
            dims: None,
        }
    }

    #[test]
    fn bad_input_is_no_scale() {
        assert!(Normal::read("0", "0", false).is_err());
        assert!(Normal::read("1,2", "1", false).is_err());
    }

    #[test]
    fn a_picture_becomes_planes_or_pixels() {
        let normal = Normal::read("0", "1", false).unwrap();
        let rgba = [1, 2, 3, 255, 4, 5, 6, 255];
        let floats = |tensor: &NamedTensor| -> Vec<f32> {
            let each = tensor.data.chunks_exact(4);
            each.map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
                .collect()
        };
        let planes = port(ElementType::F32);
        let layout = Layout::of(&planes, &[1, 3, 1, 2]).unwrap();
        let made = layout.tensor(&planes, vec![1, 3, 1, 2], &rgba, &normal);
        assert_eq!(floats(&made), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        let bytes = port(ElementType::U8);
        let layout = Layout::of(&bytes, &[1, 2, 1, 3]).unwrap();
        let bgr = Normal {
            bgr: true,
            ..normal
        };
        let made = layout.tensor(&bytes, vec![1, 2, 1, 3], &rgba, &bgr);
        assert_eq!(made.data, [3, 2, 1, 6, 5, 4]);
        assert!(Layout::of(&bytes, &[2, 3, 4, 4]).is_err());
        assert!(Layout::of(&port(ElementType::I64), &[1, 3, 4, 4]).is_err());
    }
}
