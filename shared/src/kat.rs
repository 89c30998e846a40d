//! Known answers (3.1, files of role `kat`): inputs of a model with the outputs that they must give, within the manifest's
//! `fastTolerance`. Whoever runs the model on a device that is not the engine compares first.
//!
//! `"countersign/kat/1" 00 ‖ u8 number of inputs ‖ u8 number of outputs ‖ tensors`, inputs first, each
//! `u16le(len name) ‖ name ‖ canonical tensor (1.1)`. The names are the model's; none occurs twice on a side, and there is at
//! least one on each. Nothing may follow.

use crate::item::{Name, NameError};
use crate::tensor::{DataType, Header, Tensor, TensorError};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The first bytes of a file of known answers.
pub const MAGIC: &[u8] = b"countersign/kat/1\0";

/// A model's inputs and the outputs that they must give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAnswer {
    /// Under the model's names.
    pub inputs: Vec<(Name, Tensor)>,
    /// Under the model's names.
    pub outputs: Vec<(Name, Tensor)>,
}

/// Why bytes are no known answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KatError {
    /// They begin otherwise: another kind or version of file.
    Format,
    /// They end too early.
    Short,
    /// Bytes follow the end.
    Trailing,
    /// There is no input or no output, or more than 255.
    Count,
    /// A name is not UTF-8.
    NameEncoding,
    /// A name breaks a rule of names.
    Name(NameError),
    /// A name occurs twice.
    Twice,
    /// An element type that cannot be committed.
    DataType(u8),
    /// A tensor breaks a rule of tensors.
    Tensor(TensorError),
    /// A tensor that is not canonical (1.1).
    NotCanonical,
}

impl fmt::Display for KatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format => f.write_str("it does not begin with countersign/kat/1"),
            Self::Short => f.write_str("it ends too early"),
            Self::Trailing => f.write_str("bytes follow its end"),
            Self::Count => f.write_str("it needs 1 to 255 inputs and outputs"),
            Self::NameEncoding => f.write_str("a name is not UTF-8"),
            Self::Name(error) => write!(f, "{error}"),
            Self::Twice => f.write_str("a name occurs twice"),
            Self::DataType(number) => write!(f, "ONNX data type {number} cannot be committed"),
            Self::Tensor(error) => write!(f, "{error}"),
            Self::NotCanonical => f.write_str("a tensor is not canonical"),
        }
    }
}

impl core::error::Error for KatError {}

impl KnownAnswer {
    /// Reads a file.
    ///
    /// # Errors
    /// [`KatError`]; no memory is taken that the bytes themselves do not have.
    pub fn parse(bytes: &[u8]) -> Result<Self, KatError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(KatError::Format)?;
        let mut reader = Reader(rest);
        let &[inputs, outputs] = reader.take(2)? else {
            return Err(KatError::Short);
        };
        if inputs == 0 || outputs == 0 {
            return Err(KatError::Count);
        }
        let answer = Self {
            inputs: reader.side(inputs)?,
            outputs: reader.side(outputs)?,
        };
        if reader.0.is_empty() {
            Ok(answer)
        } else {
            Err(KatError::Trailing)
        }
    }

    /// The file.
    ///
    /// # Errors
    /// [`KatError`] if [`KnownAnswer::parse`] would not take it back.
    pub fn to_bytes(&self) -> Result<Vec<u8>, KatError> {
        let mut bytes = Vec::from(MAGIC);
        for side in [&self.inputs, &self.outputs] {
            bytes.push(u8::try_from(side.len()).map_err(|_| KatError::Count)?);
        }
        for (name, tensor) in self.inputs.iter().chain(&self.outputs) {
            let name = name.as_str().as_bytes();
            let length = u16::try_from(name.len()).map_err(|_| KatError::Count)?;
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(name);
            bytes.extend_from_slice(&tensor.to_bytes());
        }
        Self::parse(&bytes).map(|_| bytes)
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], KatError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(KatError::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], KatError> {
        self.take(N)?.try_into().map_err(|_| KatError::Short)
    }

    fn side(&mut self, count: u8) -> Result<Vec<(Name, Tensor)>, KatError> {
        let mut side: Vec<(Name, Tensor)> = Vec::new();
        for _ in 0..count {
            let length = usize::from(u16::from_le_bytes(self.array()?));
            let name = String::from_utf8(self.take(length)?.to_vec());
            let name = Name::new(name.map_err(|_| KatError::NameEncoding)?);
            let name = name.map_err(KatError::Name)?;
            if side.iter().any(|(other, _)| *other == name) {
                return Err(KatError::Twice);
            }
            let tensor = self.tensor()?;
            side.push((name, tensor));
        }
        Ok(side)
    }

    fn tensor(&mut self) -> Result<Tensor, KatError> {
        let [number, rank] = self.array()?;
        let dtype = DataType::from_number(number).ok_or(KatError::DataType(number))?;
        let mut dims = Vec::new();
        for _ in 0..rank {
            dims.push(u64::from_le_bytes(self.array()?));
        }
        let header = Header::new(dtype, dims).map_err(KatError::Tensor)?;
        let length = usize::try_from(header.byte_len()).map_err(|_| KatError::Short)?;
        let data = self.take(length)?;
        let tensor = Tensor::new(dtype, header.dims().to_vec(), data.to_vec());
        let tensor = tensor.map_err(KatError::Tensor)?;
        if tensor.data() == data {
            Ok(tensor)
        } else {
            Err(KatError::NotCanonical)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn named(name: &str, values: &[f32]) -> (Name, Tensor) {
        let data = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let dims = Vec::from([u64::try_from(values.len()).unwrap_or(0)]);
        let tensor = Tensor::new(DataType::Float32, dims, data).unwrap();
        (Name::new(name).unwrap(), tensor)
    }

    fn answer() -> KnownAnswer {
        KnownAnswer {
            inputs: Vec::from([named("x", &[1.0, -2.5])]),
            outputs: Vec::from([named("y", &[0.5]), named("z", &[])]),
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let bytes = answer().to_bytes().unwrap();
        assert_eq!(KnownAnswer::parse(&bytes), Ok(answer()));
        // The layout itself: magic, two counts, then "x" as f32 of one dimension of two elements.
        let begin = [MAGIC, &[1, 2, 1, 0, b'x', 1, 1, 2, 0]].concat();
        assert!(bytes.starts_with(&begin));
    }

    #[test]
    fn every_cut_and_addition_is_refused() {
        let bytes = answer().to_bytes().unwrap();
        for end in 0..bytes.len() {
            assert!(
                KnownAnswer::parse(bytes.get(..end).unwrap()).is_err(),
                "{end}"
            );
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(KnownAnswer::parse(&longer), Err(KatError::Trailing));
    }

    #[test]
    fn no_bytes_take_memory_they_do_not_have() {
        // One input of 2^60 elements.
        let mut bytes = [MAGIC, &[1, 1, 1, 0, b'x', 2, 1]].concat();
        bytes.extend_from_slice(&(1_u64 << 60).to_le_bytes());
        assert_eq!(KnownAnswer::parse(&bytes), Err(KatError::Short));
    }

    #[test]
    fn sides_without_tensors_and_names_that_occur_twice_are_refused() {
        let empty = KnownAnswer {
            outputs: Vec::new(),
            ..answer()
        };
        assert_eq!(empty.to_bytes(), Err(KatError::Count));
        let twice = KnownAnswer {
            outputs: Vec::from([named("y", &[0.5]), named("y", &[0.5])]),
            ..answer()
        };
        assert_eq!(twice.to_bytes(), Err(KatError::Twice));
        assert_eq!(
            KnownAnswer::parse(b"countersign/kat/2\0"),
            Err(KatError::Format)
        );
    }

    #[test]
    fn values_that_are_not_canonical_are_refused() {
        let mut bytes = answer().to_bytes().unwrap();
        let at = MAGIC.len() + 2 + 3 + 2 + 8;
        let zero = (-0.0_f32).to_le_bytes();
        bytes.get_mut(at..at + 4).unwrap().copy_from_slice(&zero);
        assert_eq!(KnownAnswer::parse(&bytes), Err(KatError::NotCanonical));
    }
}
