//! Tensors to what the lowered model is fed with, and back.

use std::fmt;

use countersign_abi::{ElementType, NamedTensor};
use countersign_onnx::{Data, DataType, Tensor};

use crate::lower::{Feed, Fetch};

/// Whole numbers up to this magnitude are exact in f32.
const EXACT: u64 = 1 << 24;

/// Why tensors cannot be fed, or what came out is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedError {
    /// An input that the model takes and nobody gave.
    Missing {
        /// Its name.
        name: String,
    },
    /// An input of another type or other dimensions than the model was lowered for.
    Mismatch {
        /// Its name.
        name: String,
    },
    /// A whole number that f32 does not represent.
    TooLarge {
        /// The input's name.
        name: String,
    },
    /// An output that did not come, or has another number of elements than its dimensions.
    Output {
        /// Its name.
        name: String,
    },
}

impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name } => write!(f, "the input {name} is missing"),
            Self::Mismatch { name } => write!(
                f,
                "the input {name} has another type or shape than the model"
            ),
            Self::TooLarge { name } => write!(f, "the input {name} holds integers beyond 2^24"),
            Self::Output { name } => write!(f, "the output {name} did not come back whole"),
        }
    }
}

impl std::error::Error for FeedError {}

/// Named tensors as the lowering takes them.
///
/// # Errors
/// [`FeedError::Mismatch`] for one whose bytes do not fit its dimensions.
pub fn tensors(given: &[NamedTensor]) -> Result<Vec<(String, Tensor)>, FeedError> {
    given
        .iter()
        .map(|tensor| {
            let wrong = || FeedError::Mismatch {
                name: tensor.name.clone(),
            };
            let dims = tensor.dims.iter().map(|dim| usize::try_from(*dim));
            let dims = dims.collect::<Result<Vec<_>, _>>().map_err(|_| wrong())?;
            let dtype = DataType::from_code(i64::from(tensor.dtype.code())).ok_or_else(wrong)?;
            let data = Data::from_le_bytes(dtype, &tensor.data);
            let fits = Tensor::new(dims, data).ok_or_else(wrong)?;
            Ok((tensor.name.clone(), fits))
        })
        .collect()
}

/// The elements of an input as f32.
///
/// # Errors
/// [`FeedError`] if the tensor is not there, not what the model was lowered for, or not exact in f32.
pub fn elements(feed: &Feed, tensors: &[NamedTensor]) -> Result<Vec<f32>, FeedError> {
    let name = || feed.name.clone();
    let tensor = tensors
        .iter()
        .find(|tensor| tensor.name == feed.name)
        .ok_or_else(|| FeedError::Missing { name: name() })?;
    let same_dims = tensor
        .dims
        .iter()
        .copied()
        .eq(feed.dims.iter().map(|dim| *dim as u64));
    if tensor.dtype.code() != feed.dtype as u8 || !same_dims {
        return Err(FeedError::Mismatch { name: name() });
    }
    let data = Data::from_le_bytes(feed.dtype, &tensor.data);
    let tensor =
        Tensor::new(feed.dims.clone(), data).ok_or_else(|| FeedError::Mismatch { name: name() })?;
    match tensor.data() {
        Data::F32(values) => Ok(values.clone()),
        Data::Bool(values) => Ok(values
            .iter()
            .map(|value| f32::from(u8::from(*value)))
            .collect()),
        _ => {
            let whole = tensor
                .to_i64()
                .ok_or_else(|| FeedError::Mismatch { name: name() })?;
            if whole.iter().any(|value| value.unsigned_abs() > EXACT) {
                return Err(FeedError::TooLarge { name: name() });
            }
            Ok(whole.iter().map(|value| *value as f32).collect())
        }
    }
}

/// An output as a tensor of the model.
///
/// # Errors
/// [`FeedError::Output`] if there are not as many elements as there must be.
pub fn tensor(fetch: &Fetch, elements: &[f32]) -> Result<NamedTensor, FeedError> {
    if elements.len() != fetch.dims.iter().product::<usize>() {
        return Err(FeedError::Output {
            name: fetch.name.clone(),
        });
    }
    Ok(NamedTensor {
        name: fetch.name.clone(),
        dtype: ElementType::F32,
        dims: fetch.dims.iter().map(|dim| *dim as u64).collect(),
        data: elements
            .iter()
            .flat_map(|element| element.to_le_bytes())
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(dtype: DataType) -> Feed {
        Feed {
            name: "x".into(),
            lowered: "i0".into(),
            dtype,
            dims: vec![2],
        }
    }

    fn given(dtype: ElementType, dims: &[u64], data: Vec<u8>) -> Vec<NamedTensor> {
        vec![NamedTensor {
            name: "x".into(),
            dtype,
            dims: dims.to_vec(),
            data,
        }]
    }

    #[test]
    fn integers_are_fed_as_the_same_numbers() {
        let data = [7i32, -1].iter().flat_map(|v| v.to_le_bytes()).collect();
        let tensors = given(ElementType::I32, &[2], data);
        assert_eq!(
            elements(&feed(DataType::I32), &tensors).unwrap(),
            [7.0, -1.0]
        );
    }

    #[test]
    fn integers_beyond_f32_are_refused() {
        let data = [0i64, (1 << 24) + 1]
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect();
        let tensors = given(ElementType::I64, &[2], data);
        let error = elements(&feed(DataType::I64), &tensors).unwrap_err();
        assert_eq!(error, FeedError::TooLarge { name: "x".into() });
    }

    #[test]
    fn another_shape_type_or_length_is_refused() {
        for tensors in [
            given(ElementType::F32, &[1, 2], vec![0; 8]),
            given(ElementType::I32, &[2], vec![0; 8]),
            given(ElementType::F32, &[2], vec![0; 4]),
        ] {
            let error = elements(&feed(DataType::F32), &tensors).unwrap_err();
            assert_eq!(error, FeedError::Mismatch { name: "x".into() });
        }
        let error = elements(&feed(DataType::F32), &[]).unwrap_err();
        assert_eq!(error, FeedError::Missing { name: "x".into() });
    }

    #[test]
    fn an_output_that_is_cut_off_is_no_answer() {
        let fetch = Fetch {
            name: "y".into(),
            lowered: "o0".into(),
            dims: vec![3],
        };
        assert!(tensor(&fetch, &[1.0, 2.0]).is_err());
        assert_eq!(tensor(&fetch, &[1.0, 2.0, 3.0]).unwrap().data.len(), 12);
    }
}
