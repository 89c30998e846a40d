//! The parts of a game's state.

use super::proof::Roots;
use super::step::Step;
use crate::merkle::Hash;
use alloc::vec::Vec;

/// An input as the game knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct KnownInput {
    /// Its data root.
    pub root: Hash,
    /// Number of elements.
    pub elements: u32,
    /// The least value allowed.
    pub lo: i32,
    /// The greatest value allowed.
    pub hi: i32,
}

/// What `open_trace` established.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Known {
    /// The trees that operands are in.
    pub roots: Roots,
    /// Root over the steps.
    pub program_root: Hash,
    /// Number of steps.
    pub steps: u32,
    /// The inputs: the trace's first leaves.
    pub inputs: Vec<KnownInput>,
}

/// The step whose output is disputed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Target {
    /// Its leaf in the trace.
    pub leaf: u32,
    /// The step.
    pub step: Step,
}

/// Which tree is being opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Tree {
    /// Data roots of all leaves.
    Trace,
    /// Chunks of the target's output.
    Tensor,
}

/// A node of a tree by the leaves under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Node {
    /// Trace or tensor.
    pub tree: Tree,
    /// The first leaf under it.
    pub first: u32,
    /// Number of leaves under it.
    pub leaves: u32,
}

/// What the asserter's next post must hash to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub enum Expected {
    /// The node itself.
    Node(Hash),
    /// `H(00 ‖ data root)`, where the data root is what the post hashes to: a leaf of the trace.
    TraceLeaf(Hash),
}

/// Terms of one element, with the running values around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Range {
    /// The element of the target's output.
    pub element: u32,
    /// The first term.
    pub from: u32,
    /// The term after the last.
    pub to: u32,
    /// The running value before; `None`: the start value.
    pub begin: Option<i32>,
    /// The claimed running value after.
    pub end: i32,
}
