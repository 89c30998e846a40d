//! Canonical tensors (1.1) and data roots (1.2). No floating point: values are made canonical
//! on their bits.

use crate::crypto::Crypto;
use crate::id::DataRoot;
use crate::number::{quotient, wide};
use alloc::vec::Vec;
use core::fmt;

mod data_root;

pub use data_root::{data_root, DataRootHasher, CHUNK};

/// The ONNX element types that can be committed (`TensorProto.DataType`); strings, sub-byte,
/// complex, 8-bit float and bf16 types are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataType {
    /// IEEE binary32, number 1.
    Float32,
    /// Number 2.
    Uint8,
    /// Number 3.
    Int8,
    /// Number 4.
    Uint16,
    /// Number 5.
    Int16,
    /// Number 6.
    Int32,
    /// Number 7.
    Int64,
    /// One byte, 0 or 1; number 9.
    Bool,
    /// IEEE binary16, number 10.
    Float16,
    /// IEEE binary64, number 11.
    Float64,
    /// Number 12.
    Uint32,
    /// Number 13.
    Uint64,
}

impl DataType {
    /// Every type, in the order of their ONNX numbers.
    pub const ALL: [Self; 12] = [
        Self::Float32,
        Self::Uint8,
        Self::Int8,
        Self::Uint16,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::Bool,
        Self::Float16,
        Self::Float64,
        Self::Uint32,
        Self::Uint64,
    ];

    /// The ONNX number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Float32 => 1,
            Self::Uint8 => 2,
            Self::Int8 => 3,
            Self::Uint16 => 4,
            Self::Int16 => 5,
            Self::Int32 => 6,
            Self::Int64 => 7,
            Self::Bool => 9,
            Self::Float16 => 10,
            Self::Float64 => 11,
            Self::Uint32 => 12,
            Self::Uint64 => 13,
        }
    }

    /// The type of an ONNX number; `None` for the types that are refused.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|dtype| dtype.number() == number)
    }

    /// Bytes per element.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::Uint8 | Self::Int8 | Self::Bool => 1,
            Self::Uint16 | Self::Int16 | Self::Float16 => 2,
            Self::Float32 | Self::Int32 | Self::Uint32 => 4,
            Self::Float64 | Self::Int64 | Self::Uint64 => 8,
        }
    }

    /// The name in manifests and messages, as NumPy calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Float32 => "float32",
            Self::Uint8 => "uint8",
            Self::Int8 => "int8",
            Self::Uint16 => "uint16",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Bool => "bool",
            Self::Float16 => "float16",
            Self::Float64 => "float64",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
        }
    }

    /// The type of a [`DataType::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dtype| dtype.name() == name)
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why bytes are no canonical tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TensorError {
    /// More than 255 dimensions.
    Rank(usize),
    /// The product of the dims, or the byte length, exceeds 64 bits.
    Overflow,
    /// The number of bytes is not dims × element size.
    Length {
        /// Bytes that the header demands.
        expected: u64,
        /// Bytes given.
        found: u64,
    },
    /// A boolean element is neither 0 nor 1.
    NotBool {
        /// Position of the element.
        element: u64,
        /// The byte found there.
        value: u8,
    },
}

impl fmt::Display for TensorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rank(rank) => {
                write!(f, "a tensor of {rank} dimensions; at most 255 are possible")
            }
            Self::Overflow => f.write_str("the product of the tensor's dims exceeds 64 bits"),
            Self::Length { expected, found } => {
                write!(
                    f,
                    "the tensor's dims ask for {expected} bytes, {found} were given"
                )
            }
            Self::NotBool { element, value } => {
                write!(
                    f,
                    "element {element} of a bool tensor is {value}, not 0 or 1"
                )
            }
        }
    }
}

impl core::error::Error for TensorError {}

/// Data type and dims: a canonical tensor without its elements. Its element count and byte
/// length are known to fit 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    dtype: DataType,
    dims: Vec<u64>,
    bytes: u64,
}

impl Header {
    /// Checks rank and size.
    ///
    /// # Errors
    /// [`TensorError::Rank`], [`TensorError::Overflow`].
    pub fn new(dtype: DataType, dims: Vec<u64>) -> Result<Self, TensorError> {
        u8::try_from(dims.len()).map_err(|_| TensorError::Rank(dims.len()))?;
        // Zeros are left out of the overflow check so that the order of the dims is irrelevant.
        let mut size = wide(dtype.size());
        for dim in dims.iter().filter(|dim| **dim != 0) {
            size = size.checked_mul(*dim).ok_or(TensorError::Overflow)?;
        }
        let bytes = if dims.contains(&0) { 0 } else { size };
        Ok(Self { dtype, dims, bytes })
    }

    /// Element type.
    #[must_use]
    pub fn dtype(&self) -> DataType {
        self.dtype
    }

    /// Dims, outermost first.
    #[must_use]
    pub fn dims(&self) -> &[u64] {
        &self.dims
    }

    /// Bytes of all elements.
    #[must_use]
    pub fn byte_len(&self) -> u64 {
        self.bytes
    }

    /// Number of elements.
    #[must_use]
    pub fn elements(&self) -> u64 {
        quotient(self.bytes, wide(self.dtype.size()))
    }

    /// `u8` type, `u8` rank, `u64le` dims.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let rank = u8::try_from(self.dims.len()).unwrap_or(u8::MAX);
        let mut bytes = Vec::from([self.dtype.number(), rank]);
        for dim in &self.dims {
            bytes.extend_from_slice(&dim.to_le_bytes());
        }
        bytes
    }
}

/// A canonical tensor (1.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Tensor {
    header: Header,
    data: Vec<u8>,
}

impl Tensor {
    /// Takes row-major little-endian elements and makes them canonical.
    ///
    /// # Errors
    /// [`TensorError`] if length and dims disagree or a boolean is neither 0 nor 1.
    pub fn new(dtype: DataType, dims: Vec<u64>, mut data: Vec<u8>) -> Result<Self, TensorError> {
        let header = Header::new(dtype, dims)?;
        let found = wide(data.len());
        if found != header.bytes {
            return Err(TensorError::Length {
                expected: header.bytes,
                found,
            });
        }
        canonicalise(dtype, &mut data)?;
        Ok(Self { header, data })
    }

    /// Type and dims.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Element type.
    #[must_use]
    pub fn dtype(&self) -> DataType {
        self.header.dtype
    }

    /// Dims, outermost first.
    #[must_use]
    pub fn dims(&self) -> &[u64] {
        &self.header.dims
    }

    /// The canonical elements.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The canonical elements, owned.
    #[must_use]
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }

    /// Header, then elements: the encoding of 1.1.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.header.to_bytes();
        bytes.extend_from_slice(&self.data);
        bytes
    }

    /// The data root of the elements (1.2).
    #[must_use]
    pub fn data_root(&self, crypto: &impl Crypto) -> DataRoot {
        data_root(crypto, &self.data)
    }
}

impl fmt::Debug for Tensor {
    /// Without the elements: they are the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tensor")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

/// Makes little-endian elements canonical in place: −0 becomes +0, every NaN the canonical one
/// (f16 `0x7E00`, f32 `0x7FC00000`, f64 `0x7FF8000000000000`). Bytes of a last, incomplete
/// element are left alone.
///
/// # Errors
/// [`TensorError::NotBool`].
pub fn canonicalise(dtype: DataType, data: &mut [u8]) -> Result<(), TensorError> {
    match dtype {
        DataType::Float16 => floats::<2>(data, 0x7c00, 0x7e00),
        DataType::Float32 => floats::<4>(data, 0x7f80_0000, 0x7fc0_0000),
        DataType::Float64 => floats::<8>(data, 0x7ff0_0000_0000_0000, 0x7ff8_0000_0000_0000),
        DataType::Bool => {
            for (element, value) in (0_u64..).zip(data.iter()) {
                if *value > 1 {
                    return Err(TensorError::NotBool {
                        element,
                        value: *value,
                    });
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// `infinity`: all exponent bits set, sign and fraction clear; `nan`: the canonical NaN.
fn floats<const N: usize>(data: &mut [u8], infinity: u64, nan: u64) {
    for element in data.chunks_exact_mut(N) {
        let bits = element
            .iter()
            .rev()
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        // All bits but the sign: one more doubling of the fraction's range than `infinity`.
        let mask = u64::MAX
            >> (64_usize
                .saturating_sub(N.saturating_mul(8))
                .saturating_add(1));
        let magnitude = bits & mask;
        let canonical = if magnitude > infinity {
            nan
        } else if magnitude == 0 {
            0
        } else {
            continue;
        };
        for (to, from) in element.iter_mut().zip(canonical.to_le_bytes()) {
            *to = from;
        }
    }
}
