//! Tensors of a user's own: from numbers, zeros, an NPY file or a picture.

use core::fmt;
use countersign_client::npy::{self, NpyError};
use countersign_messages::abi::{Dim, ElementType, NamedTensor, Port};

/// More elements than this are not made in the page; the command line takes larger tensors.
pub const MOST_ELEMENTS: u64 = 64 << 20;

/// Why there is no tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedError {
    /// The dims are not numbers with commas.
    Dims(String),
    /// The dims are not those of the model.
    Shape {
        /// What the model wants.
        wanted: String,
        /// What was given.
        found: String,
    },
    /// More than [`MOST_ELEMENTS`].
    TooMany(u64),
    /// What stands there is no number of the type.
    Number(String),
    /// There are too many or too few numbers.
    Count {
        /// What the dims demand.
        wanted: u64,
        /// What was given.
        found: u64,
    },
    /// The NPY file's elements have another type.
    Type {
        /// What the model wants.
        wanted: ElementType,
        /// What the file holds.
        found: ElementType,
    },
    /// The NPY file cannot be read.
    Npy(NpyError),
    /// Nothing was chosen.
    NoFile,
    /// A picture needs four dims, with 1 or 3 channels, and floats or bytes.
    NoPicture,
    /// The mean or the scale is no number, or the scale is 0.
    Scale(String),
    /// The browser's words.
    Browser(String),
}

impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dims(text) => write!(
                f,
                "“{text}” is no list of lengths. Write whole numbers with commas between them, such as 1, 3, 224, 224."
            ),
            Self::Shape { wanted, found } => {
                write!(f, "The model wants the shape {wanted}, this one is {found}.")
            }
            Self::TooMany(count) => write!(
                f,
                "{count} elements are more than this page makes ({MOST_ELEMENTS}). Use the command line: countersign run MODEL.onnx --input NAME=FILE.npy."
            ),
            Self::Number(text) => write!(f, "“{text}” is no number of this type."),
            Self::Count { wanted, found } => write!(
                f,
                "The shape has {wanted} elements, and {found} numbers were given. Give one number for each element, or a single one for all."
            ),
            Self::Type { wanted, found } => {
                write!(f, "The model wants {wanted}, the file holds {found}. Convert it with numpy's astype.")
            }
            Self::Npy(error) => write!(f, "The file cannot be used: {error}."),
            Self::NoFile => f.write_str("Choose a file for this input first."),
            Self::NoPicture => f.write_str(
                "A picture fills only float32 or uint8 inputs with four dims, with 1 or 3 channels and known lengths.",
            ),
            Self::Scale(text) => write!(f, "“{text}” cannot be used here. Write a number, or three with commas; the scale cannot be 0."),
            Self::Browser(text) => f.write_str(text),
        }
    }
}

/// The dims of an input as text, with 1 for every length that is open: a first guess, to be changed.
pub fn guess(port: &Port) -> String {
    let length = |dim: &Dim| match dim {
        Dim::Fixed(length) => length.to_string(),
        Dim::Symbol(_) | Dim::Unknown => "1".to_owned(),
    };
    let dims = port.dims.as_deref().unwrap_or_default();
    dims.iter().map(length).collect::<Vec<_>>().join(", ")
}

/// The dims of an input or output as the model declares them.
pub fn declared(port: &Port) -> String {
    let length = |dim: &Dim| match dim {
        Dim::Fixed(length) => length.to_string(),
        Dim::Symbol(name) => name.clone(),
        Dim::Unknown => "?".to_owned(),
    };
    match &port.dims {
        None => "[…]".to_owned(),
        Some(dims) => {
            let dims: Vec<String> = dims.iter().map(length).collect();
            format!("[{}]", dims.join(" × "))
        }
    }
}

/// Reads dims, and compares them with those of the input.
///
/// # Errors
/// [`FeedError`].
pub fn dims(port: &Port, text: &str) -> Result<Vec<u64>, FeedError> {
    let mut dims = Vec::new();
    if !text.trim().is_empty() {
        for part in text.split([',', '×', 'x']) {
            let length = part.trim().parse::<u64>();
            dims.push(length.map_err(|_| FeedError::Dims(text.to_owned()))?);
        }
    }
    fits(port, &dims)?;
    count(&dims)?;
    Ok(dims)
}

fn fits(port: &Port, dims: &[u64]) -> Result<(), FeedError> {
    let Some(wanted) = &port.dims else {
        return Ok(());
    };
    let same = wanted.len() == dims.len()
        && wanted
            .iter()
            .zip(dims)
            .all(|(wanted, found)| !matches!(wanted, Dim::Fixed(length) if length != found));
    if same {
        return Ok(());
    }
    let found: Vec<String> = dims.iter().map(u64::to_string).collect();
    Err(FeedError::Shape {
        wanted: declared(port),
        found: format!("[{}]", found.join(" × ")),
    })
}

/// How many elements the dims make.
fn count(dims: &[u64]) -> Result<usize, FeedError> {
    let product = dims.iter().try_fold(1_u64, |all, dim| all.checked_mul(*dim));
    match product {
        Some(count) if count <= MOST_ELEMENTS => {
            usize::try_from(count).map_err(|_| FeedError::TooMany(count))
        }
        Some(count) => Err(FeedError::TooMany(count)),
        None => Err(FeedError::TooMany(u64::MAX)),
    }
}

/// A tensor of zeros.
///
/// # Errors
/// [`FeedError::TooMany`].
pub fn zeros(port: &Port, dims: Vec<u64>) -> Result<NamedTensor, FeedError> {
    let data = vec![0; count(&dims)? * port.dtype.size()];
    Ok(tensor(port, dims, data))
}

fn tensor(port: &Port, dims: Vec<u64>, data: Vec<u8>) -> NamedTensor {
    NamedTensor {
        name: port.name.clone(),
        dtype: port.dtype,
        dims,
        data,
    }
}

/// A tensor of numbers apart by commas or spaces; brackets as NumPy prints them do no harm. One number fills all.
///
/// # Errors
/// [`FeedError`].
pub fn numbers(port: &Port, dims: Vec<u64>, text: &str) -> Result<NamedTensor, FeedError> {
    let apart = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '[' | ']');
    let mut data = Vec::new();
    let mut found = 0_u64;
    for word in text.split(apart).filter(|word| !word.is_empty()) {
        found += 1;
        if found > MOST_ELEMENTS {
            return Err(FeedError::TooMany(found));
        }
        element(port.dtype, word, &mut data).ok_or_else(|| FeedError::Number(word.to_owned()))?;
    }
    let wanted = count(&dims)?;
    if found == 1 && wanted > 1 {
        data = data.repeat(wanted);
    } else if found != wanted as u64 {
        let wanted = wanted as u64;
        return Err(FeedError::Count { wanted, found });
    }
    Ok(tensor(port, dims, data))
}

/// One number, little-endian. `None` if the type does not hold it.
fn element(dtype: ElementType, word: &str, data: &mut Vec<u8>) -> Option<()> {
    macro_rules! number {
        ($kind:ty) => {
            data.extend_from_slice(&word.parse::<$kind>().ok()?.to_le_bytes())
        };
    }
    match dtype {
        ElementType::F32 => number!(f32),
        ElementType::F64 => number!(f64),
        ElementType::U8 => number!(u8),
        ElementType::I8 => number!(i8),
        ElementType::U16 => number!(u16),
        ElementType::I16 => number!(i16),
        ElementType::U32 => number!(u32),
        ElementType::I32 => number!(i32),
        ElementType::U64 => number!(u64),
        ElementType::I64 => number!(i64),
        ElementType::Bool => data.push(match word {
            "0" | "false" | "False" => 0,
            "1" | "true" | "True" => 1,
            _ => return None,
        }),
        // Rounding decimals to halves is left to numpy: an NPY file holds exactly what is meant.
        ElementType::F16 => return None,
    }
    Some(())
}

/// The tensor of an NPY file.
///
/// # Errors
/// [`FeedError`].
pub fn from_npy(port: &Port, bytes: &[u8]) -> Result<NamedTensor, FeedError> {
    let tensor = npy::read(&port.name, bytes).map_err(FeedError::Npy)?;
    if tensor.dtype != port.dtype {
        return Err(FeedError::Type {
            wanted: port.dtype,
            found: tensor.dtype,
        });
    }
    fits(port, &tensor.dims)?;
    Ok(tensor)
}

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
                .map(|word| word.trim().parse().ok().filter(|number: &f32| number.is_finite()))
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
            _ => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        };
        tensor(port, dims, data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(dtype: ElementType, dims: &[Dim]) -> Port {
        Port {
            name: "x".to_owned(),
            dtype,
            dims: Some(dims.to_vec()),
        }
    }

    #[test]
    fn numbers_fill_a_tensor() {
        let port = port(ElementType::F32, &[Dim::Symbol("n".into()), Dim::Fixed(2)]);
        assert_eq!(guess(&port), "1, 2");
        let found = dims(&port, "2, 2").unwrap();
        let given = numbers(&port, found.clone(), "[[1 2]\n [3, 4.5]]").unwrap();
        assert_eq!(given.data.len(), 16);
        assert_eq!(given.data[12..], 4.5_f32.to_le_bytes());
        let all = numbers(&port, found.clone(), "7").unwrap();
        assert_eq!(all.data[8..12], 7.0_f32.to_le_bytes());
        assert_eq!(
            numbers(&port, found, "1 2 3"),
            Err(FeedError::Count {
                wanted: 4,
                found: 3
            })
        );
    }

    #[test]
    fn bad_input_is_refused_in_words() {
        let port = port(ElementType::U8, &[Dim::Unknown]);
        assert!(matches!(dims(&port, "a"), Err(FeedError::Dims(_))));
        assert!(matches!(dims(&port, "1, 1"), Err(FeedError::Shape { .. })));
        assert!(matches!(
            dims(&port, "99999999999"),
            Err(FeedError::TooMany(_))
        ));
        assert!(matches!(
            numbers(&port, vec![1], "256"),
            Err(FeedError::Number(_))
        ));
        assert!(matches!(
            from_npy(&port, b"no"),
            Err(FeedError::Npy(_))
        ));
        assert!(Normal::read("0", "0", false).is_err());
        assert!(Normal::read("1,2", "1", false).is_err());
    }

    #[test]
    fn a_picture_becomes_planes_or_pixels() {
        let normal = Normal::read("0", "1", false).unwrap();
        let rgba = [1, 2, 3, 255, 4, 5, 6, 255];
        let floats = |tensor: &NamedTensor| -> Vec<f32> {
            let each = tensor.data.chunks_exact(4);
            each.map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
        };
        let planes = port(ElementType::F32, &[]);
        let layout = Layout::of(&planes, &[1, 3, 1, 2]).unwrap();
        let made = layout.tensor(&planes, vec![1, 3, 1, 2], &rgba, &normal);
        assert_eq!(floats(&made), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        let bytes = port(ElementType::U8, &[]);
        let layout = Layout::of(&bytes, &[1, 2, 1, 3]).unwrap();
        let bgr = Normal { bgr: true, ..normal };
        let made = layout.tensor(&bytes, vec![1, 2, 1, 3], &rgba, &bgr);
        assert_eq!(made.data, [3, 2, 1, 6, 5, 4]);
        assert!(Layout::of(&bytes, &[2, 3, 4, 4]).is_err());
        assert!(Layout::of(&port(ElementType::I64, &[]), &[1, 3, 4, 4]).is_err());
    }
}
