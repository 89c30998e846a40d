//! Why a move is refused (EXACT 6). A refused move changes nothing.

use super::interface::InterfaceError;
use super::loads::Fault;
use super::names::{MoveName, PhaseName};
use super::proof::ProofError;
use super::step::StepError;
use core::fmt;

/// What is wrong with a move, or with a call on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Refusal {
    /// The game is over.
    Over,
    /// The other side is to move.
    NotYourTurn,
    /// The move answers another state of the game.
    Turn {
        /// The game's turn number.
        expected: u32,
        /// The move's.
        found: u32,
    },
    /// The block is before the last move's.
    Past,
    /// The clock of the side that moves has run out.
    TooLate,
    /// The side that is to move still has time.
    InTime,
    /// The move does not belong to the phase.
    Phase {
        /// What the game waits for.
        phase: PhaseName,
        /// The move made.
        made: MoveName,
    },
    /// The ModelId does not follow from what was given.
    Model,
    /// The interface does not decode.
    Interface(InterfaceError),
    /// More than 4096 leaves.
    Leaves(u32),
    /// Not one opening for each input or output.
    Ports {
        /// Inputs or outputs of the interface.
        expected: u32,
        /// Openings given.
        found: u32,
    },
    /// The inputs do not make the receipt's commitment.
    InputCommitment,
    /// The outputs do not make the receipt's commitment.
    OutputCommitment,
    /// An output names a leaf that the trace lacks.
    OutputLeaf(u32),
    /// The path of an input or output does not lead to a child of the trace.
    PortPath(u32),
    /// Not exactly the children that the opening has.
    Children {
        /// As many as the opening has.
        expected: u32,
        /// Given.
        found: u32,
    },
    /// The children fold to something else.
    Fold,
    /// There is no such child.
    Child(u32),
    /// A child that is a leaf of the trace needs its step.
    StepMissing,
    /// Only a child that is a leaf of the trace has a step.
    StepUnwanted,
    /// The leaf is an input: its root stands in the receipt.
    InputLeaf(u32),
    /// The step is not the program's at that position.
    StepPath,
    /// The step does not decode.
    Step(StepError),
    /// There is no such input.
    Input(u32),
    /// The input has no such chunk.
    InputChunk(u32),
    /// The chunk has another length.
    ChunkLength {
        /// Bytes that it has.
        expected: u32,
        /// Bytes given.
        found: u32,
    },
    /// The chunk hashes to something else.
    ChunkHash,
    /// The chunk has no such element.
    Element(u32),
    /// An element of the chunk is not a canonical integer.
    NotInteger(u32),
    /// The element is an integer in its interval: the claim is right.
    InputRight,
    /// The step's elements are proved at once, not by sums.
    NoSums,
    /// The step's elements are proved by sums.
    SumsFirst,
    /// Not exactly the running values that the range has.
    Values {
        /// As many as the range has.
        expected: u32,
        /// Given.
        found: u32,
    },
    /// The last running value is not the claimed one.
    LastValue {
        /// The claimed value.
        expected: i32,
        /// The last one given.
        found: i32,
    },
    /// There is no such segment.
    Segment(u32),
    /// The segment is short enough to be proved.
    SegmentShort,
    /// The segment is too long to be proved: pick it.
    SegmentLong,
    /// The element cannot be computed.
    Fault(Fault),
    /// The proof is refused.
    Proof(ProofError),
    /// The proof shows the claimed value.
    ClaimRight(i32),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Over => f.write_str("the game is over"),
            Self::NotYourTurn => f.write_str("the other side is to move"),
            Self::Turn { expected, found } => write!(
                f,
                "the move answers turn {found}, the game is at turn {expected}: look at it again"
            ),
            Self::Past => f.write_str("the block is earlier than the last move"),
            Self::TooLate => f.write_str("the clock of the side to move has run out"),
            Self::InTime => f.write_str("the side to move still has time"),
            Self::Phase { phase, made } => {
                write!(f, "{made} is no move in the phase {phase}")
            }
            Self::Model => {
                f.write_str("publisher, manifest and program do not make the receipt's model")
            }
            Self::Interface(error) => error.fmt(f),
            Self::Leaves(leaves) => {
                write!(f, "a trace has 1 to 4096 leaves, not {leaves}")
            }
            Self::Ports { expected, found } => write!(
                f,
                "the interface has {expected} inputs or outputs, {found} were opened"
            ),
            Self::InputCommitment => {
                f.write_str("the inputs do not make the receipt's input commitment")
            }
            Self::OutputCommitment => {
                f.write_str("the outputs do not make the receipt's output commitment")
            }
            Self::OutputLeaf(leaf) => {
                write!(
                    f,
                    "an output is at leaf {leaf}, which the trace does not have"
                )
            }
            Self::PortPath(leaf) => {
                write!(
                    f,
                    "the path of leaf {leaf} does not lead to a child of the trace"
                )
            }
            Self::Children { expected, found } => {
                write!(f, "the opening has {expected} children, not {found}")
            }
            Self::Fold => f.write_str("the children do not fold to the node"),
            Self::Child(child) => write!(f, "the opening has no child {child}"),
            Self::StepMissing => {
                f.write_str("the child is a leaf of the trace: its step must come with the pick")
            }
            Self::StepUnwanted => {
                f.write_str("a step belongs only to a child that is a leaf of the trace")
            }
            Self::InputLeaf(leaf) => {
                write!(f, "leaf {leaf} is an input, whose root is in the receipt")
            }
            Self::StepPath => f.write_str("the step is not the program's at this leaf"),
            Self::Step(error) => error.fmt(f),
            Self::Input(input) => write!(f, "the program has no input {input}"),
            Self::InputChunk(index) => write!(f, "the input has no chunk {index}"),
            Self::ChunkLength { expected, found } => {
                write!(f, "the chunk has {expected} bytes, not {found}")
            }
            Self::ChunkHash => f.write_str("the chunk is not the one that was committed to"),
            Self::Element(element) => write!(f, "the chunk has no element {element}"),
            Self::NotInteger(element) => write!(
                f,
                "element {element} of the chunk is not an integer below 2^24 in magnitude"
            ),
            Self::InputRight => {
                f.write_str("the element is an integer within the input's interval")
            }
            Self::NoSums => f.write_str("elements of this step are proved without sums"),
            Self::SumsFirst => f.write_str("the element has too many terms: pick it first"),
            Self::Values { expected, found } => {
                write!(f, "the range has {expected} running values, not {found}")
            }
            Self::LastValue { expected, found } => write!(
                f,
                "the last running value is {found}, not the claimed {expected}"
            ),
            Self::Segment(segment) => write!(f, "there is no segment {segment}"),
            Self::SegmentShort => f.write_str("the segment is short: prove it"),
            Self::SegmentLong => f.write_str("the segment is too long to prove: pick it"),
            Self::Fault(fault) => fault.fmt(f),
            Self::Proof(error) => error.fmt(f),
            Self::ClaimRight(value) => {
                write!(f, "the proof shows the claimed value {value}")
            }
        }
    }
}

impl core::error::Error for Refusal {}

impl From<InterfaceError> for Refusal {
    fn from(error: InterfaceError) -> Self {
        Self::Interface(error)
    }
}

impl From<StepError> for Refusal {
    fn from(error: StepError) -> Self {
        Self::Step(error)
    }
}

impl From<ProofError> for Refusal {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}

impl From<Fault> for Refusal {
    fn from(error: Fault) -> Self {
        Self::Fault(error)
    }
}
