//! The names of phases and moves (EXACT 6), for refusals and events: a contract's answers hold no texts.

use core::fmt;

/// What a game waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum PhaseName {
    /// The asserter opens the trace.
    Trace,
    /// The challenger picks a child.
    Pick,
    /// The asserter opens a node.
    Open,
    /// The asserter reveals a chunk.
    Reveal,
    /// The challenger names an element.
    Element,
    /// The asserter posts running values.
    Sums,
    /// The challenger names a segment.
    Segment,
    /// The game is over.
    Over,
}

impl PhaseName {
    /// The name in EXACT.md.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Pick => "pick",
            Self::Open => "open",
            Self::Reveal => "reveal",
            Self::Element => "element",
            Self::Sums => "sums",
            Self::Segment => "segment",
            Self::Over => "over",
        }
    }
}

impl fmt::Display for PhaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// A kind of move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum MoveName {
    /// `open_trace`.
    OpenTrace,
    /// `pick`.
    Pick,
    /// `prove_input`.
    ProveInput,
    /// `open`.
    Open,
    /// `reveal`.
    Reveal,
    /// `pick_element`.
    PickElement,
    /// `open_sums`.
    OpenSums,
    /// `pick_segment`.
    PickSegment,
    /// `prove`.
    Prove,
}

impl MoveName {
    /// The name in EXACT.md.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::OpenTrace => "open_trace",
            Self::Pick => "pick",
            Self::ProveInput => "prove_input",
            Self::Open => "open",
            Self::Reveal => "reveal",
            Self::PickElement => "pick_element",
            Self::OpenSums => "open_sums",
            Self::PickSegment => "pick_segment",
            Self::Prove => "prove",
        }
    }
}

impl fmt::Display for MoveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
