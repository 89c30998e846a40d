//! Tensors as they cross the interface.

use alloc::{string::String, vec::Vec};
use core::fmt;
use parity_scale_codec::{Decode, Encode};

/// The element types that may cross the interface: those of a canonical tensor (PROTOCOL 1.1).
/// The index is ONNX's `TensorProto.DataType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
pub enum ElementType {
    /// IEEE 754 binary32.
    #[codec(index = 1)]
    F32 = 1,
    /// Unsigned 8-bit integer.
    #[codec(index = 2)]
    U8 = 2,
    /// Signed 8-bit integer.
    #[codec(index = 3)]
    I8 = 3,
    /// Unsigned 16-bit integer.
    #[codec(index = 4)]
    U16 = 4,
    /// Signed 16-bit integer.
    #[codec(index = 5)]
    I16 = 5,
    /// Signed 32-bit integer.
    #[codec(index = 6)]
    I32 = 6,
    /// Signed 64-bit integer.
    #[codec(index = 7)]
    I64 = 7,
    /// One byte, 0 or 1.
    #[codec(index = 9)]
    Bool = 9,
    /// IEEE 754 binary16.
    #[codec(index = 10)]
    F16 = 10,
    /// IEEE 754 binary64.
    #[codec(index = 11)]
    F64 = 11,
    /// Unsigned 32-bit integer.
    #[codec(index = 12)]
    U32 = 12,
    /// Unsigned 64-bit integer.
    #[codec(index = 13)]
    U64 = 13,
}

impl ElementType {
    /// All of them, in the order of their codes.
    pub const ALL: [ElementType; 12] = [
        Self::F32,
        Self::U8,
        Self::I8,
        Self::U16,
        Self::I16,
        Self::I32,
        Self::I64,
        Self::Bool,
        Self::F16,
        Self::F64,
        Self::U32,
        Self::U64,
    ];

    /// ONNX's code of the type (`TensorProto.DataType`).
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The type with ONNX's code, if it is one of the twelve.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Bytes per element.
    pub const fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 | Self::Bool => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F64 | Self::I64 | Self::U64 => 8,
        }
    }

    /// The name that manifests and messages use (`float32`, `int64`, `bool`, …): NumPy's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::U8 => "uint8",
            Self::I8 => "int8",
            Self::U16 => "uint16",
            Self::I16 => "int16",
            Self::I32 => "int32",
            Self::I64 => "int64",
            Self::Bool => "bool",
            Self::F16 => "float16",
            Self::F64 => "float64",
            Self::U32 => "uint32",
            Self::U64 => "uint64",
        }
    }

    /// The type with this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A tensor with its name. `data` holds the elements in row-major order, little-endian, `product(dims) × dtype.size()` bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NamedTensor {
    /// The model's name for it, UTF-8.
    pub name: String,
    /// The element type.
    pub dtype: ElementType,
    /// The dimensions; none for a scalar.
    pub dims: Vec<u64>,
    /// The elements.
    pub data: Vec<u8>,
}
