//! In which way a step's shapes or attributes do not belong together. The sentence is the meaning.

use core::fmt;

/// What is wrong with a step that decodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Malformed {
    /// It is no sum of terms.
    NoSum,
    /// It is a sum of terms.
    Sum,
    /// An operand is missing.
    Operand,
    /// An attribute is missing.
    Attribute,
    /// A matrix product has at least two axes.
    MatrixAxes,
    /// The ranks of a matrix product do not fit one another.
    MatrixRanks,
    /// The matrices differ along the axis that is summed over.
    MatrixTerms,
    /// TransB is neither 0 nor 1.
    TransB,
    /// A convolution's tensors have four axes.
    ConvAxes,
    /// Group is below 1.
    Group,
    /// Channels and groups do not fit.
    Channels,
    /// A pool's tensors have four axes.
    PoolAxes,
    /// A pool keeps batch and channels.
    PoolShape,
    /// Kernel, strides and dilations are at least 1, pads at least 0.
    Window,
    /// Perm names no axis.
    Perm,
    /// A factor is below 1.
    Factor,
    /// Pre is negative.
    Pre,
    /// Padding keeps the rank.
    PadRank,
    /// A pad is negative.
    PadNegative,
    /// There is no such axis.
    Axis,
    /// Joining keeps the rank.
    ConcatRank,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSum => "it is no sum of terms",
            Self::Sum => "it is a sum of terms",
            Self::Operand => "an operand is missing",
            Self::Attribute => "an attribute is missing",
            Self::MatrixAxes => "a matrix product has at least two axes",
            Self::MatrixRanks => "the ranks of a matrix product do not fit one another",
            Self::MatrixTerms => "the matrices differ along the axis that is summed over",
            Self::TransB => "transB is neither 0 nor 1",
            Self::ConvAxes => "a convolution's tensors have four axes",
            Self::Group => "group is below 1",
            Self::Channels => "channels and groups do not fit",
            Self::PoolAxes => "a pool's tensors have four axes",
            Self::PoolShape => "a pool keeps batch and channels",
            Self::Window => "kernel, strides and dilations are at least 1, pads at least 0",
            Self::Perm => "perm names no axis",
            Self::Factor => "a factor is below 1",
            Self::Pre => "pre is negative",
            Self::PadRank => "padding keeps the rank",
            Self::PadNegative => "a pad is negative",
            Self::Axis => "there is no such axis",
            Self::ConcatRank => "joining keeps the rank",
        })
    }
}
