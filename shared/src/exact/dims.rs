//! Shapes of tensors: rank at most 6, every dim at least 1, at most 2^24 elements.

use super::num::{at, div, narrow, rem};
use super::read::{Reader, Short};
use super::CHUNK_ELEMENTS;
use alloc::vec::Vec;
use core::fmt;
#[cfg(feature = "scale")]
use parity_scale_codec::{Decode, Encode, Input, Output};

/// The most axes of a tensor.
pub const MAX_RANK: usize = 6;
/// The most elements of a tensor.
pub const MAX_ELEMENTS: u32 = 1 << 24;

/// A shape whose element count is known to be in bounds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Dims {
    rank: u8,
    sizes: [u32; MAX_RANK],
    elements: u32,
}

impl fmt::Debug for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sizes()).finish()
    }
}

/// Why sizes are no shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum DimsError {
    /// More than six axes.
    Rank(u32),
    /// An axis of size 0.
    Zero,
    /// More than 2^24 elements.
    Elements,
    /// The bytes end too early.
    Short,
}

impl fmt::Display for DimsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rank(rank) => write!(f, "a tensor has at most 6 axes, not {rank}"),
            Self::Zero => f.write_str("every axis of a tensor has at least one element"),
            Self::Elements => f.write_str("a tensor has at most 2^24 elements"),
            Self::Short => f.write_str("the shape ends too early"),
        }
    }
}

impl core::error::Error for DimsError {}

impl From<Short> for DimsError {
    fn from(Short: Short) -> Self {
        Self::Short
    }
}

/// A position along every axis; only the first `rank` entries count.
pub type Coordinates = [u32; MAX_RANK];

impl Dims {
    /// Checks rank, sizes and their product.
    ///
    /// # Errors
    /// [`DimsError`].
    pub fn new(sizes: &[u32]) -> Result<Self, DimsError> {
        let rank = u8::try_from(sizes.len()).unwrap_or(u8::MAX);
        if sizes.len() > MAX_RANK {
            return Err(DimsError::Rank(narrow(sizes.len())));
        }
        let mut dims = Self {
            rank,
            sizes: [1; MAX_RANK],
            elements: 1,
        };
        for (to, size) in dims.sizes.iter_mut().zip(sizes) {
            if *size == 0 {
                return Err(DimsError::Zero);
            }
            *to = *size;
            dims.elements = dims
                .elements
                .checked_mul(*size)
                .filter(|elements| *elements <= MAX_ELEMENTS)
                .ok_or(DimsError::Elements)?;
        }
        Ok(dims)
    }

    /// Number of axes.
    #[must_use]
    pub fn rank(&self) -> usize {
        usize::from(self.rank)
    }

    /// Sizes, outermost first.
    #[must_use]
    pub fn sizes(&self) -> &[u32] {
        self.sizes.get(..self.rank()).unwrap_or(&[])
    }

    /// The four sizes of a tensor of rank 4.
    #[must_use]
    pub fn four(&self) -> Option<[u32; 4]> {
        self.sizes().try_into().ok()
    }

    /// Number of elements, 1 to 2^24.
    #[must_use]
    pub fn elements(&self) -> u32 {
        self.elements
    }

    /// Number of 256-byte chunks of the elements as f32.
    #[must_use]
    pub fn chunks(&self) -> u32 {
        self.elements.div_ceil(CHUNK_ELEMENTS)
    }

    /// Elements in chunk `index`: 64, fewer in the last; `None` if there is no such chunk.
    #[must_use]
    pub fn chunk_elements(&self, index: u32) -> Option<u32> {
        let before = index.checked_mul(CHUNK_ELEMENTS)?;
        let left = self.elements.checked_sub(before)?;
        (left > 0).then(|| left.min(CHUNK_ELEMENTS))
    }

    /// Where element `index` lies, row-major.
    #[must_use]
    pub fn coordinates(&self, index: u32) -> Coordinates {
        let mut coordinates = [0; MAX_RANK];
        let mut rest = index;
        let axes = coordinates.iter_mut().zip(&self.sizes).take(self.rank());
        for (coordinate, size) in axes.rev() {
            *coordinate = rem(rest, *size);
            rest = div(rest, *size);
        }
        coordinates
    }

    /// The element at exactly these coordinates; `None` if one is out of range.
    #[must_use]
    pub fn index(&self, coordinates: &[u32]) -> Option<u32> {
        if coordinates.len() != self.rank() {
            return None;
        }
        let mut index = 0_u32;
        for (coordinate, size) in coordinates.iter().zip(&self.sizes) {
            if coordinate >= size {
                return None;
            }
            index = index.checked_mul(*size)?.checked_add(*coordinate)?;
        }
        Some(index)
    }

    /// The element for coordinates of a larger shape: aligned on the right, a size of 1 repeats.
    /// `None` if an axis is missing or out of range.
    #[must_use]
    pub fn aligned(&self, coordinates: &[u32]) -> Option<u32> {
        let skip = coordinates.len().checked_sub(self.rank())?;
        let mut index = 0_u32;
        for (coordinate, size) in coordinates.iter().skip(skip).zip(&self.sizes) {
            let coordinate = if *size == 1 { 0 } else { *coordinate };
            if coordinate >= *size {
                return None;
            }
            index = index.checked_mul(*size)?.checked_add(coordinate)?;
        }
        Some(index)
    }

    /// Elements between neighbours along `axis`.
    #[must_use]
    pub fn stride(&self, axis: usize) -> u32 {
        let inner = self.sizes().iter().skip(axis.saturating_add(1));
        inner.fold(1_u32, |stride, size| stride.saturating_mul(*size))
    }

    /// Whether the shape repeats to `whole`: aligned on the right, sizes equal or 1.
    #[must_use]
    pub fn repeats_to(&self, whole: &Self) -> bool {
        self.rank() <= whole.rank()
            && self
                .sizes()
                .iter()
                .rev()
                .zip(whole.sizes().iter().rev())
                .all(|(size, of)| *size == 1 || size == of)
    }

    /// `rank u8 ‖ rank × u32`.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(self.rank);
        for size in self.sizes() {
            bytes.extend_from_slice(&size.to_le_bytes());
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DimsError> {
        let rank = reader.u8()?;
        let mut sizes = [0; MAX_RANK];
        let Some(sizes) = sizes.get_mut(..usize::from(rank)) else {
            return Err(DimsError::Rank(u32::from(rank)));
        };
        for size in sizes.iter_mut() {
            *size = reader.u32()?;
        }
        Self::new(sizes)
    }
}

/// Bytes of chunk `index` within the bytes of a whole tensor.
#[must_use]
pub fn chunk_bytes(bytes: &[u8], index: u32) -> Option<&[u8]> {
    bytes.chunks(crate::tensor::CHUNK).nth(at(index))
}

/// As its sizes, so that no decoded shape is out of bounds.
#[cfg(feature = "scale")]
impl Encode for Dims {
    fn size_hint(&self) -> usize {
        self.rank().saturating_mul(4).saturating_add(1)
    }

    fn encode_to<T: Output + ?Sized>(&self, to: &mut T) {
        self.sizes().encode_to(to);
    }
}

#[cfg(feature = "scale")]
impl parity_scale_codec::EncodeLike for Dims {}

#[cfg(feature = "scale")]
impl Decode for Dims {
    fn decode<I: Input>(from: &mut I) -> Result<Self, parity_scale_codec::Error> {
        let sizes = Vec::<u32>::decode(from)?;
        Self::new(&sizes).map_err(|_| "a shape out of bounds".into())
    }
}

#[cfg(feature = "scale")]
impl scale_info::TypeInfo for Dims {
    type Identity = Vec<u32>;

    fn type_info() -> scale_info::Type {
        <Vec<u32> as scale_info::TypeInfo>::type_info()
    }
}
