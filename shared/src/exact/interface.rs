//! A program's inputs and outputs (EXACT 2.5).

use super::dims::{Dims, DimsError};
use super::num::{narrow, LIMIT};
use super::read::{Reader, Short};
use crate::id::DataRoot;
use crate::item::{Item, Name, NameError};
use crate::tensor::{DataType, Header, TensorError};
use alloc::vec::Vec;
use core::fmt;

/// The most inputs, and the most outputs.
pub const MAX_PORTS: usize = 8;

/// An input: its values are integers in an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The model's name for it.
    pub name: Name,
    /// Its shape.
    pub dims: Dims,
    /// The least value.
    pub lo: i32,
    /// The greatest value.
    pub hi: i32,
}

/// An output: a leaf of the trace in a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The model's name for it.
    pub name: Name,
    /// Its shape.
    pub dims: Dims,
    /// The leaf that holds its elements.
    pub leaf: u32,
}

/// All inputs and outputs, each in ascending order of their names' bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// 1 to 8 inputs: leaves 0, 1, … of the trace.
    pub inputs: Vec<Input>,
    /// 1 to 8 outputs.
    pub outputs: Vec<Output>,
}

/// Why bytes or ports are no interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum InterfaceError {
    /// Not 1 to 8 inputs or outputs.
    Count(u32),
    /// The bytes end too early.
    Short,
    /// Bytes are left over.
    Trailing,
    /// A name is not UTF-8.
    NameEncoding,
    /// A name is empty or longer than 255 bytes.
    NameLength(u32),
    /// A name holds a control character.
    NameControl,
    /// Names are not in ascending order, or one stands twice.
    Order,
    /// A shape is refused.
    Dims(DimsError),
    /// An interval is empty or reaches 2^24.
    Interval(i32, i32),
}

impl fmt::Display for InterfaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => {
                write!(
                    f,
                    "a program has 1 to 8 inputs and 1 to 8 outputs, not {count}"
                )
            }
            Self::Short => f.write_str("the interface ends too early"),
            Self::Trailing => f.write_str("bytes follow the interface's end"),
            Self::NameEncoding => f.write_str("a name in the interface is not UTF-8"),
            Self::NameLength(length) => write!(
                f,
                "a name in the interface has {length} bytes, where 1 to 255 are allowed"
            ),
            Self::NameControl => f.write_str("a name in the interface holds control characters"),
            Self::Order => f.write_str("the interface's names are not in ascending order"),
            Self::Dims(error) => write!(f, "a shape in the interface is refused: {error}"),
            Self::Interval(lo, hi) => write!(
                f,
                "the interval [{lo}, {hi}] is empty or reaches 2^24 in magnitude"
            ),
        }
    }
}

impl core::error::Error for InterfaceError {}

impl From<Short> for InterfaceError {
    fn from(Short: Short) -> Self {
        Self::Short
    }
}

impl From<DimsError> for InterfaceError {
    fn from(error: DimsError) -> Self {
        Self::Dims(error)
    }
}

impl From<NameError> for InterfaceError {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Length(length) => Self::NameLength(narrow(length)),
            NameError::Control => Self::NameControl,
        }
    }
}

impl Interface {
    /// Checks what the encoding alone does not say: counts, order, intervals.
    ///
    /// # Errors
    /// [`InterfaceError`].
    pub fn new(inputs: Vec<Input>, outputs: Vec<Output>) -> Result<Self, InterfaceError> {
        for count in [inputs.len(), outputs.len()] {
            if count == 0 || count > MAX_PORTS {
                return Err(InterfaceError::Count(narrow(count)));
            }
        }
        ascending(inputs.iter().map(|input| &input.name))?;
        ascending(outputs.iter().map(|output| &output.name))?;
        for Input { lo, hi, .. } in &inputs {
            let bound = |value: i32| i64::from(value.unsigned_abs()) < LIMIT;
            if lo > hi || !bound(*lo) || !bound(*hi) {
                return Err(InterfaceError::Interval(*lo, *hi));
            }
        }
        Ok(Self { inputs, outputs })
    }

    /// The encoding of 2.5.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.push(u8::try_from(self.inputs.len()).unwrap_or(u8::MAX));
        for input in &self.inputs {
            write_name(&input.name, &mut bytes);
            input.dims.write(&mut bytes);
            bytes.extend_from_slice(&input.lo.to_le_bytes());
            bytes.extend_from_slice(&input.hi.to_le_bytes());
        }
        bytes.push(u8::try_from(self.outputs.len()).unwrap_or(u8::MAX));
        for output in &self.outputs {
            write_name(&output.name, &mut bytes);
            output.dims.write(&mut bytes);
            bytes.extend_from_slice(&output.leaf.to_le_bytes());
        }
        bytes
    }

    /// Reads exactly what [`Interface::to_bytes`] writes.
    ///
    /// # Errors
    /// [`InterfaceError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InterfaceError> {
        let mut reader = Reader(bytes);
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for _ in 0..count(&mut reader)? {
            inputs.push(Input {
                name: read_name(&mut reader)?,
                dims: Dims::read(&mut reader)?,
                lo: reader.i32()?,
                hi: reader.i32()?,
            });
        }
        for _ in 0..count(&mut reader)? {
            outputs.push(Output {
                name: read_name(&mut reader)?,
                dims: Dims::read(&mut reader)?,
                leaf: reader.u32()?,
            });
        }
        if !reader.is_empty() {
            return Err(InterfaceError::Trailing);
        }
        Self::new(inputs, outputs)
    }
}

/// The item of a commitment (EXACT 4.2) for a port and the root of its elements.
///
/// # Errors
/// None for shapes within bounds; the header checks them again.
pub fn item(name: &Name, dims: &Dims, root: DataRoot) -> Result<Item, TensorError> {
    let sizes = dims.sizes().iter().map(|size| u64::from(*size)).collect();
    let header = Header::new(DataType::Float32, sizes)?;
    Ok(Item::tensor_of_root(name.clone(), header, root))
}

fn ascending<'a>(names: impl Iterator<Item = &'a Name> + Clone) -> Result<(), InterfaceError> {
    let mut pairs = names.clone().zip(names.skip(1));
    if pairs.all(|(left, right)| left.as_str().as_bytes() < right.as_str().as_bytes()) {
        Ok(())
    } else {
        Err(InterfaceError::Order)
    }
}

fn count(reader: &mut Reader<'_>) -> Result<u8, InterfaceError> {
    let count = reader.u8()?;
    if usize::from(count) > MAX_PORTS {
        return Err(InterfaceError::Count(u32::from(count)));
    }
    Ok(count)
}

fn write_name(name: &Name, bytes: &mut Vec<u8>) {
    // A name has at most 255 bytes.
    bytes.push(u8::try_from(name.as_str().len()).unwrap_or(u8::MAX));
    bytes.extend_from_slice(name.as_str().as_bytes());
}

fn read_name(reader: &mut Reader<'_>) -> Result<Name, InterfaceError> {
    let length = reader.u8()?;
    let bytes = reader.bytes(usize::from(length))?;
    let text = core::str::from_utf8(bytes).map_err(|_| InterfaceError::NameEncoding)?;
    Ok(Name::new(text)?)
}
