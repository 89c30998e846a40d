//! Why a model is outside the exact profile (EXACT 1).

use alloc::string::String;
use core::fmt;

/// The reason codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The ONNX opset is not 13 to 21, or another domain is used.
    Opset,
    /// A tensor that is not f32.
    DataType,
    /// A shape that is not fixed.
    DynamicShape,
    /// An input without a declared interval.
    InputInterval,
    /// Too many inputs or outputs, or a name that cannot be committed.
    Interface,
    /// Too many elements, axes, operands or leaves.
    Size,
    /// An attribute outside the profile.
    Attribute,
    /// Something that must be constant and is not.
    NotConstant,
    /// A value that is not there.
    MissingValue,
    /// An operator outside the profile.
    UnsupportedOperator,
    /// A chain of nodes outside the profile.
    Pattern,
    /// A weight that is not an integer.
    NonIntegerWeight,
    /// A scale that is not 2^-s.
    ScaleNotPowerOfTwo,
    /// An average over a number of elements that is not 2^k.
    AverageNotPowerOfTwo,
    /// A requantisation without both limits.
    MissingClip,
    /// A dot product that may reach 2^24.
    Bound,
    /// A tensor that may reach 2^24, or an index outside of its table.
    Interval,
}

impl Reason {
    /// The code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Opset => "opset",
            Self::DataType => "data-type",
            Self::DynamicShape => "dynamic-shape",
            Self::InputInterval => "input-interval",
            Self::Interface => "interface",
            Self::Size => "size",
            Self::Attribute => "attribute",
            Self::NotConstant => "not-constant",
            Self::MissingValue => "missing-value",
            Self::UnsupportedOperator => "unsupported-operator",
            Self::Pattern => "pattern",
            Self::NonIntegerWeight => "non-integer-weight",
            Self::ScaleNotPowerOfTwo => "scale-not-power-of-two",
            Self::AverageNotPowerOfTwo => "average-not-power-of-two",
            Self::MissingClip => "missing-clip",
            Self::Bound => "bound",
            Self::Interval => "interval",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Where in a program something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The program as a whole.
    Program,
    /// An input.
    Input(u32),
    /// A step.
    Step(u32),
    /// An output.
    Output(u32),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program => f.write_str("the program"),
            Self::Input(input) => write!(f, "input {input}"),
            Self::Step(step) => write!(f, "step {step}"),
            Self::Output(output) => write!(f, "output {output}"),
        }
    }
}

/// A program that is outside the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The reason code.
    pub reason: Reason,
    /// Where.
    pub place: Place,
    /// Bound and value, in words.
    pub detail: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "outside the exact profile ({}), at {}: {}",
            self.reason, self.place, self.detail
        )
    }
}

impl core::error::Error for Refused {}
