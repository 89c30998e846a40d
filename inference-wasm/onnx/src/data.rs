//! Tensors in their true types.

use half::f16;
use std::fmt;

/// The element types we compute with. The discriminant is ONNX's `TensorProto.DataType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum DataType {
    /// IEEE 754 binary32.
    F32 = 1,
    /// Unsigned 8-bit integer.
    U8 = 2,
    /// Signed 8-bit integer.
    I8 = 3,
    /// Unsigned 16-bit integer.
    U16 = 4,
    /// Signed 16-bit integer.
    I16 = 5,
    /// Signed 32-bit integer.
    I32 = 6,
    /// Signed 64-bit integer.
    I64 = 7,
    /// Boolean.
    Bool = 9,
    /// IEEE 754 binary16.
    F16 = 10,
    /// IEEE 754 binary64.
    F64 = 11,
    /// Unsigned 32-bit integer.
    U32 = 12,
    /// Unsigned 64-bit integer.
    U64 = 13,
}

impl DataType {
    /// All of them, in the order of their codes.
    pub const ALL: [DataType; 12] = [
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

    /// The type with ONNX's code, if we compute with it.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == code)
    }

    /// ONNX's name of a code, for messages about types that we refuse.
    pub fn name_of_code(code: i64) -> String {
        if let Some(kind) = Self::from_code(code) {
            return kind.name().to_owned();
        }
        match code {
            0 => "undefined".to_owned(),
            8 => "string".to_owned(),
            14 => "complex64".to_owned(),
            15 => "complex128".to_owned(),
            16 => "bfloat16".to_owned(),
            17..=20 | 24 => format!("float8 (type {code})"),
            21 => "uint4".to_owned(),
            22 => "int4".to_owned(),
            23 => "float4e2m1".to_owned(),
            25 => "uint2".to_owned(),
            26 => "int2".to_owned(),
            _ => format!("type {code}"),
        }
    }

    /// NumPy's name.
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

    /// Bytes per element.
    pub const fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 | Self::Bool => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F64 | Self::I64 | Self::U64 => 8,
        }
    }

    /// f16, f32 or f64.
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F16 | Self::F32 | Self::F64)
    }

    /// A signed or unsigned integer; not bool.
    pub const fn is_integer(self) -> bool {
        !self.is_float() && !matches!(self, Self::Bool)
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A Rust type that elements have.
pub trait Element: Copy + PartialEq + Send + Sync + fmt::Debug + 'static {
    /// Its ONNX type.
    const DTYPE: DataType;
    /// Zero, false.
    const ZERO: Self;
    /// The elements, if they are of this type.
    fn slice(data: &Data) -> Option<&[Self]>;
    /// The elements to change, if they are of this type.
    fn slice_mut(data: &mut Data) -> Option<&mut Vec<Self>>;
    /// Elements of this type as [`Data`].
    fn wrap(elements: Vec<Self>) -> Data;
    /// Little-endian bytes to elements. `bytes` holds a whole number of elements; for `bool` any byte but 0 is true.
    fn read(bytes: &[u8]) -> Vec<Self>;
    /// Appends the element's little-endian bytes.
    fn write(self, out: &mut Vec<u8>);
}

macro_rules! elements {
    ($(($variant:ident, $type:ty, $zero:expr)),*) => {
        /// The elements of a tensor, row-major.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Data { $(
            #[doc = concat!("Elements of type `", stringify!($type), "`.")]
            $variant(Vec<$type>),
        )* }

        impl Data {
            /// The element type.
            pub fn dtype(&self) -> DataType {
                match self { $(Self::$variant(_) => DataType::$variant,)* }
            }
            /// The number of elements.
            pub fn len(&self) -> usize {
                match self { $(Self::$variant(v) => v.len(),)* }
            }
            /// Whether there are no elements.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }
            /// `len` zeros (or false) of a type.
            pub fn zeros(dtype: DataType, len: usize) -> Self {
                match dtype { $(DataType::$variant => Self::$variant(vec![$zero; len]),)* }
            }
            /// Little-endian bytes to elements; a remainder of less than an element is ignored.
            pub fn from_le_bytes(dtype: DataType, bytes: &[u8]) -> Self {
                match dtype { $(DataType::$variant => Self::$variant(<$type as Element>::read(bytes)),)* }
            }
            /// The elements' bits as unsigned integers of their size, for operators that only move elements.
            /// `None` if `B` has another size.
            pub fn bits<B: Bits>(&self) -> Option<&[B]> {
                if self.dtype().size() != std::mem::size_of::<B>() {
                    return None;
                }
                match self { $(Self::$variant(v) => bytemuck::try_cast_slice(v).ok(),)* }
            }
            /// The elements as little-endian bytes.
            pub fn to_le_bytes(&self) -> Vec<u8> {
                if let Some(bytes) = self.in_memory() {
                    return bytes.to_vec();
                }
                let mut out = Vec::with_capacity(self.len() * self.dtype().size());
                match self { $(Self::$variant(v) => v.iter().for_each(|x| x.write(&mut out)),)* }
                out
            }
        }

        $(impl Element for $type {
            const DTYPE: DataType = DataType::$variant;
            const ZERO: Self = $zero;
            fn slice(data: &Data) -> Option<&[Self]> {
                match data { Data::$variant(v) => Some(v), _ => None }
            }
            fn slice_mut(data: &mut Data) -> Option<&mut Vec<Self>> {
                match data { Data::$variant(v) => Some(v), _ => None }
            }
            fn wrap(elements: Vec<Self>) -> Data {
                Data::$variant(elements)
            }
            fn read(bytes: &[u8]) -> Vec<Self> {
                bytes.chunks_exact(DataType::$variant.size()).map(<$type as Bytes>::from_chunk).collect()
            }
            fn write(self, out: &mut Vec<u8>) {
                Bytes::to_chunk(self, out);
            }
        })*
    };
}

elements!(
    (F32, f32, 0.0),
    (U8, u8, 0),
    (I8, i8, 0),
    (U16, u16, 0),
    (I16, i16, 0),
    (I32, i32, 0),
    (I64, i64, 0),
    (Bool, bool, false),
    (F16, f16, f16::ZERO),
    (F64, f64, 0.0),
    (U32, u32, 0),
    (U64, u64, 0)
);

/// Unsigned integers that carry the bits of an element.
pub trait Bits: Element + bytemuck::Pod {}
impl Bits for u8 {}
impl Bits for u16 {}
impl Bits for u32 {}
impl Bits for u64 {}

impl Data {
    /// Elements of a type from their bits; for bool every bit pattern but 0 is true. `None` if `B` has another size.
    pub fn from_bits<B: Bits>(dtype: DataType, bits: Vec<B>) -> Option<Self> {
        if dtype.size() != std::mem::size_of::<B>() {
            return None;
        }
        Some(match dtype {
            DataType::Bool => Self::Bool(bits.iter().map(|b| *b != B::ZERO).collect()),
            DataType::U8 => Self::U8(cast_to(bits)?),
            DataType::I8 => Self::I8(cast_to(bits)?),
            DataType::U16 => Self::U16(cast_to(bits)?),
            DataType::I16 => Self::I16(cast_to(bits)?),
            DataType::F16 => Self::F16(cast_to(bits)?),
            DataType::U32 => Self::U32(cast_to(bits)?),
            DataType::I32 => Self::I32(cast_to(bits)?),
            DataType::F32 => Self::F32(cast_to(bits)?),
            DataType::U64 => Self::U64(cast_to(bits)?),
            DataType::I64 => Self::I64(cast_to(bits)?),
            DataType::F64 => Self::F64(cast_to(bits)?),
        })
    }
}

impl Data {
    /// The elements' bytes, where they lie in memory as they are written.
    fn in_memory(&self) -> Option<&[u8]> {
        if cfg!(target_endian = "big") {
            return None;
        }
        match self.dtype().size() {
            1 => self.bits::<u8>(),
            2 => self.bits::<u16>().map(bytemuck::cast_slice),
            4 => self.bits::<u32>().map(bytemuck::cast_slice),
            _ => self.bits::<u64>().map(bytemuck::cast_slice),
        }
    }
}

fn cast_to<B: Bits, T: bytemuck::Pod>(bits: Vec<B>) -> Option<Vec<T>> {
    bytemuck::allocation::try_cast_vec(bits).ok()
}

/// One element from and to its bytes.
trait Bytes {
    fn from_chunk(chunk: &[u8]) -> Self;
    fn to_chunk(self, out: &mut Vec<u8>);
}

macro_rules! le_bytes {
    ($($type:ty),*) => { $(impl Bytes for $type {
        fn from_chunk(chunk: &[u8]) -> Self {
            let mut bytes = [0; std::mem::size_of::<$type>()];
            bytes.copy_from_slice(chunk);
            Self::from_le_bytes(bytes)
        }
        fn to_chunk(self, out: &mut Vec<u8>) {
            out.extend_from_slice(&self.to_le_bytes());
        }
    })* };
}
le_bytes!(f32, u8, i8, u16, i16, i32, i64, f16, f64, u32, u64);

impl Bytes for bool {
    fn from_chunk(chunk: &[u8]) -> Self {
        chunk.first().is_some_and(|byte| *byte != 0)
    }
    fn to_chunk(self, out: &mut Vec<u8>) {
        out.push(u8::from(self));
    }
}

/// A tensor: dimensions, and as many elements as they say.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    dims: Vec<usize>,
    data: Data,
}

impl Tensor {
    /// A tensor of these dimensions, if there are as many elements as they say.
    pub fn new(dims: Vec<usize>, data: Data) -> Option<Self> {
        (element_count(&dims) == Some(data.len())).then_some(Self { dims, data })
    }

    /// A tensor of rank 0.
    pub fn scalar<T: Element>(value: T) -> Self {
        Self {
            dims: Vec::new(),
            data: T::wrap(vec![value]),
        }
    }

    /// A tensor of rank 1.
    pub fn vector<T: Element>(values: Vec<T>) -> Self {
        Self {
            dims: vec![values.len()],
            data: T::wrap(values),
        }
    }

    /// The dimensions.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The number of dimensions.
    pub fn rank(&self) -> usize {
        self.dims.len()
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The element type.
    pub fn dtype(&self) -> DataType {
        self.data.dtype()
    }

    /// The elements.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// The elements, if they are of type `T`.
    pub fn elements<T: Element>(&self) -> Option<&[T]> {
        T::slice(&self.data)
    }

    /// Bytes of the elements.
    pub fn byte_len(&self) -> usize {
        self.len() * self.dtype().size()
    }

    /// Dimensions and elements.
    pub fn into_parts(self) -> (Vec<usize>, Data) {
        (self.dims, self.data)
    }

    /// The same elements in other dimensions, if those hold as many.
    pub fn reshaped(self, dims: Vec<usize>) -> Option<Self> {
        Self::new(dims, self.data)
    }

    /// The elements of an integer tensor as `i64`; `None` for floats, bool, and `u64` above `i64::MAX`.
    pub fn to_i64(&self) -> Option<Vec<i64>> {
        Some(match &self.data {
            Data::I64(v) => v.clone(),
            Data::I32(v) => v.iter().map(|x| i64::from(*x)).collect(),
            Data::I16(v) => v.iter().map(|x| i64::from(*x)).collect(),
            Data::I8(v) => v.iter().map(|x| i64::from(*x)).collect(),
            Data::U8(v) => v.iter().map(|x| i64::from(*x)).collect(),
            Data::U16(v) => v.iter().map(|x| i64::from(*x)).collect(),
            Data::U32(v) => v.iter().map(|x| i64::from(*x)).collect(),
            Data::U64(v) => v
                .iter()
                .map(|x| i64::try_from(*x).ok())
                .collect::<Option<_>>()?,
            Data::Bool(_) | Data::F16(_) | Data::F32(_) | Data::F64(_) => return None,
        })
    }
}

/// The largest product of the other dimensions of a tensor without elements: loops over them end.
const MOST_AROUND_NOTHING: usize = 1 << 24;

/// The product of the dimensions, if it fits; of a tensor without elements the others' product must be small, too.
pub fn element_count(dims: &[usize]) -> Option<usize> {
    if dims.contains(&0) {
        let others = dims.iter().filter(|dim| **dim != 0);
        return others
            .copied()
            .try_fold(1usize, usize::checked_mul)
            .filter(|product| *product <= MOST_AROUND_NOTHING)
            .map(|_| 0);
    }
    dims.iter()
        .try_fold(1usize, |count, dim| count.checked_mul(*dim))
}
