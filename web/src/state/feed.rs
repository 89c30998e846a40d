//! Tensors of a user's own: from numbers, zeros, an NPY file or a picture.

use crate::text::faults;
use crate::text::language::{language, Language};
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
        if language() == Language::German {
            return f.write_str(&faults::feed(self));
        }
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
    let product = dims
        .iter()
        .try_fold(1_u64, |all, dim| all.checked_mul(*dim));
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

/// A tensor for an input.
pub fn tensor(port: &Port, dims: Vec<u64>, data: Vec<u8>) -> NamedTensor {
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
        assert!(matches!(from_npy(&port, b"no"), Err(FeedError::Npy(_))));
    }
}
