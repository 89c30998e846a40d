//! Where the elements that a step reads come from, and why they may be missing.

use super::malformed::Malformed;
use super::num::{at, div, int_of_bits, narrow};
use alloc::vec::Vec;
use core::fmt;

/// Why an element cannot be computed. In the game the proof is refused then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Fault {
    /// The step's shapes or attributes do not belong together.
    Malformed(Malformed),
    /// The output has no such element, or the dot product no such terms.
    Element(u32),
    /// An index outside its operand.
    OutOfRange {
        /// Position among the operands.
        slot: u32,
    },
    /// An element that must be an integer is none.
    NotInteger {
        /// Position among the operands.
        slot: u32,
        /// The element.
        index: u32,
    },
    /// A scale that is not 2^-s with 0 ≤ s ≤ 24.
    Scale {
        /// The element of the scale.
        index: u32,
    },
    /// A sum or product of 2^24 or more in magnitude.
    Limit(i64),
    /// A proof that does not hold an element that is needed.
    Missing {
        /// Position among the operands.
        slot: u32,
        /// The chunk that holds the element.
        chunk: u32,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "the step is malformed: {what}"),
            Self::Element(index) => write!(f, "the step's output has no element or term {index}"),
            Self::OutOfRange { slot } => {
                write!(f, "the step reads outside of its operand {slot}")
            }
            Self::NotInteger { slot, index } => write!(
                f,
                "element {index} of operand {slot} is not an integer below 2^24 in magnitude"
            ),
            Self::Scale { index } => write!(
                f,
                "element {index} of the scale is not 2^-s with s between 0 and 24"
            ),
            Self::Limit(value) => write!(f, "a sum or product of {value} is not below 2^24"),
            Self::Missing { slot, chunk } => {
                write!(f, "the proof lacks chunk {chunk} of operand {slot}")
            }
        }
    }
}

impl core::error::Error for Fault {}

/// Where operands' elements come from: whole tensors, or the chunks of a proof.
pub trait Loads {
    /// The f32 bits of one element, whose index is inside the operand's shape.
    ///
    /// # Errors
    /// [`Fault::Missing`] where there is no such element at hand.
    fn bits(&mut self, slot: usize, index: u32) -> Result<u32, Fault>;

    /// The same element as an integer.
    ///
    /// # Errors
    /// As [`Loads::bits`]; [`Fault::NotInteger`].
    fn int(&mut self, slot: usize, index: u32) -> Result<i32, Fault> {
        int_of_bits(self.bits(slot, index)?).ok_or(Fault::NotInteger {
            slot: narrow(slot),
            index,
        })
    }
}

/// Beyond every canonical integer.
const NONE: i32 = i32::MIN;

/// Whole tensors, one per operand.
pub struct Whole<'a> {
    tensors: Vec<&'a [u32]>,
    /// Their elements as integers, decoded once for any number of loads; [`NONE`] is none.
    integers: Vec<Vec<i32>>,
}

impl<'a> Whole<'a> {
    /// Tensors as f32 bits.
    #[must_use]
    pub fn new(tensors: Vec<&'a [u32]>) -> Self {
        let integer = |bits: &u32| int_of_bits(*bits).unwrap_or(NONE);
        let decode = |tensor: &&[u32]| tensor.iter().map(integer).collect();
        Self {
            integers: tensors.iter().map(decode).collect(),
            tensors,
        }
    }

    fn missing(slot: usize, index: u32) -> Fault {
        Fault::Missing {
            slot: narrow(slot),
            chunk: div(index, super::CHUNK_ELEMENTS),
        }
    }
}

impl Loads for Whole<'_> {
    fn bits(&mut self, slot: usize, index: u32) -> Result<u32, Fault> {
        let tensor = self.tensors.get(slot);
        let bits = tensor.and_then(|tensor| tensor.get(at(index)));
        bits.copied().ok_or_else(|| Self::missing(slot, index))
    }

    fn int(&mut self, slot: usize, index: u32) -> Result<i32, Fault> {
        let tensor = self.integers.get(slot);
        match tensor.and_then(|tensor| tensor.get(at(index))) {
            Some(&NONE) => Err(Fault::NotInteger {
                slot: narrow(slot),
                index,
            }),
            Some(value) => Ok(*value),
            None => Err(Self::missing(slot, index)),
        }
    }
}
