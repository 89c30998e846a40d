//! Steps of a program and their encoding (EXACT 2.4).

use super::dims::{Dims, DimsError};
use super::num::narrow;
use super::read::{Reader, Short};
use alloc::vec::Vec;
use core::fmt;

/// The most bytes of an encoded step.
pub const MAX_STEP_BYTES: usize = 1024;
const INITIALISER: u32 = 1 << 31;

/// The operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Op {
    /// x, w and perhaps a bias; group, sh, sw, ph, pw, dh, dw.
    Conv = 1,
    /// a, b and perhaps a bias; transB.
    MatMul = 2,
    /// p, q.
    Add = 3,
    /// p, q.
    Mul = 4,
    /// x; kh, kw, sh, sw, ph, pw, dh, dw.
    SumPool = 5,
    /// x; as [`Op::SumPool`].
    MaxPool = 6,
    /// x; lo, hi.
    Clip = 7,
    /// x and perhaps a scale; pre, lo, hi.
    Requant = 8,
    /// x; begin per axis, value.
    Pad = 9,
    /// 1 to 32 operands; axis.
    Concat = 10,
    /// x; perm.
    Transpose = 11,
    /// x; factor per axis.
    Upsample = 12,
    /// x, table.
    Lut = 13,
}

impl Op {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 13] = [
        Self::Conv,
        Self::MatMul,
        Self::Add,
        Self::Mul,
        Self::SumPool,
        Self::MaxPool,
        Self::Clip,
        Self::Requant,
        Self::Pad,
        Self::Concat,
        Self::Transpose,
        Self::Upsample,
        Self::Lut,
    ];

    /// The operator of a number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|op| *op as u8 == number)
    }

    /// Fewest and most operands.
    #[must_use]
    pub fn operands(self) -> (usize, usize) {
        match self {
            Self::Conv | Self::MatMul => (2, 3),
            Self::Add | Self::Mul | Self::Lut => (2, 2),
            Self::Requant => (1, 2),
            Self::Concat => (1, 32),
            _ => (1, 1),
        }
    }

    /// The number of attributes, for an output of this rank.
    #[must_use]
    pub fn attributes(self, rank: usize) -> usize {
        match self {
            Self::Conv => 7,
            Self::MatMul | Self::Concat => 1,
            Self::Add | Self::Mul | Self::Lut => 0,
            Self::SumPool | Self::MaxPool => 8,
            Self::Clip => 2,
            Self::Requant => 3,
            Self::Pad => rank.saturating_add(1),
            Self::Transpose | Self::Upsample => rank,
        }
    }
}

/// Where an operand's elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Reference {
    /// A leaf of the trace: an input, or an earlier step's output.
    Leaf(u32),
    /// An initialiser, by its number.
    Initialiser(u32),
}

/// What a step reads: elements, and the shape it reads them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Operand {
    /// The elements.
    pub reference: Reference,
    /// The shape.
    pub dims: Dims,
}

/// One operation of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Step {
    /// What it computes.
    pub op: Op,
    /// What it reads.
    pub operands: Vec<Operand>,
    /// The shape of its output.
    pub dims: Dims,
    /// Numbers whose meaning the operator gives.
    pub attributes: Vec<i32>,
}

/// Why bytes are no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum StepError {
    /// More than 1024 bytes.
    Long(u32),
    /// The bytes end too early.
    Short,
    /// Bytes are left over.
    Trailing(u32),
    /// No operator has this number.
    Operator(u8),
    /// The operator does not take so many operands.
    Operands(Op, u8),
    /// The operator does not take so many attributes at this rank.
    Attributes(Op, u8),
    /// An operand of the trace that is not computed yet.
    Forward {
        /// The leaf named.
        reference: u32,
        /// The step's own leaf.
        own: u32,
    },
    /// A shape is refused.
    Dims(DimsError),
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Long(bytes) => write!(f, "a step has at most 1024 bytes, not {bytes}"),
            Self::Short => f.write_str("the step ends too early"),
            Self::Trailing(bytes) => write!(f, "{bytes} bytes follow the step's end"),
            Self::Operator(number) => write!(f, "no operator has the number {number}"),
            Self::Operands(op, count) => write!(f, "{op:?} does not take {count} operands"),
            Self::Attributes(op, count) => write!(f, "{op:?} does not take {count} attributes"),
            Self::Forward { reference, own } => write!(
                f,
                "the step at leaf {own} reads leaf {reference}, which is not computed before it"
            ),
            Self::Dims(error) => write!(f, "the step's shape is refused: {error}"),
        }
    }
}

impl core::error::Error for StepError {}

impl From<DimsError> for StepError {
    fn from(error: DimsError) -> Self {
        Self::Dims(error)
    }
}

impl From<Short> for StepError {
    fn from(Short: Short) -> Self {
        Self::Short
    }
}

impl Reference {
    /// Bit 31 set: an initialiser.
    #[must_use]
    pub fn to_u32(self) -> u32 {
        match self {
            Self::Leaf(leaf) => leaf,
            Self::Initialiser(number) => number | INITIALISER,
        }
    }

    /// The meaning of an encoded reference.
    #[must_use]
    pub fn from_u32(bits: u32) -> Self {
        if bits & INITIALISER == 0 {
            Self::Leaf(bits)
        } else {
            Self::Initialiser(bits ^ INITIALISER)
        }
    }
}

impl Step {
    /// The encoding of 2.4. Counts that a byte cannot hold are cut, so such steps decode to an error.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = u8::try_from(self.operands.len()).unwrap_or(u8::MAX);
        let mut bytes = Vec::from([self.op as u8, count]);
        for operand in &self.operands {
            bytes.extend_from_slice(&operand.reference.to_u32().to_le_bytes());
            operand.dims.write(&mut bytes);
        }
        self.dims.write(&mut bytes);
        bytes.push(u8::try_from(self.attributes.len()).unwrap_or(u8::MAX));
        for attribute in &self.attributes {
            bytes.extend_from_slice(&attribute.to_le_bytes());
        }
        bytes
    }

    /// Reads exactly what [`Step::to_bytes`] writes, for the step at trace leaf `own`.
    ///
    /// # Errors
    /// [`StepError`].
    pub fn from_bytes(bytes: &[u8], own: u32) -> Result<Self, StepError> {
        if bytes.len() > MAX_STEP_BYTES {
            return Err(StepError::Long(narrow(bytes.len())));
        }
        let mut reader = Reader(bytes);
        let number = reader.u8()?;
        let op = Op::from_number(number).ok_or(StepError::Operator(number))?;
        let count = reader.u8()?;
        let (fewest, most) = op.operands();
        if !(fewest..=most).contains(&usize::from(count)) {
            return Err(StepError::Operands(op, count));
        }
        let mut operands = Vec::new();
        for _ in 0..count {
            let reference = Reference::from_u32(reader.u32()?);
            if let Reference::Leaf(reference) = reference {
                if reference >= own {
                    return Err(StepError::Forward { reference, own });
                }
            }
            let dims = Dims::read(&mut reader)?;
            operands.push(Operand { reference, dims });
        }
        let dims = Dims::read(&mut reader)?;
        let count = reader.u8()?;
        if usize::from(count) != op.attributes(dims.rank()) {
            return Err(StepError::Attributes(op, count));
        }
        let mut attributes = Vec::new();
        for _ in 0..count {
            attributes.push(reader.i32()?);
        }
        if !reader.is_empty() {
            return Err(StepError::Trailing(narrow(reader.0.len())));
        }
        Ok(Self {
            op,
            operands,
            dims,
            attributes,
        })
    }
}
