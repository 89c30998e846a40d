//! What players say when they have no move, and what they read from earlier moves.

use super::build::PostedNode;
use super::game::Sizes;
use super::loads::Fault;
use super::moves::Move;
use super::num::narrow;
use super::refusal::Refusal;
use super::run::RunError;
use super::tree::child;
use alloc::vec::Vec;
use core::fmt;

/// Why there is no move to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayError {
    /// The program cannot be run on the input.
    Run(RunError),
    /// An element cannot be computed.
    Fault(Fault),
    /// The claim is right as far as the own data show: there is nothing to pick.
    NothingDiffers,
    /// The input is not the receipt's.
    OtherInput(u32),
    /// The state of the game, the earlier moves and the program do not belong together.
    OtherGame,
}

impl fmt::Display for PlayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(error) => error.fmt(f),
            Self::Fault(fault) => fault.fmt(f),
            Self::NothingDiffers => {
                f.write_str("the claim agrees with the own computation: there is nothing to pick")
            }
            Self::OtherInput(input) => write!(f, "input {input} is not the receipt's"),
            Self::OtherGame => f.write_str(
                "the game, its earlier moves and the program do not belong together: read them again",
            ),
        }
    }
}

impl core::error::Error for PlayError {}

impl From<RunError> for PlayError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<Fault> for PlayError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Refusal> for PlayError {
    fn from(_: Refusal) -> Self {
        Self::OtherGame
    }
}

/// The position of the first posted value that is not the own one.
pub(super) fn first_difference<T: PartialEq>(own: &[T], posted: &[T]) -> Result<u32, PlayError> {
    if own.len() != posted.len() {
        return Err(PlayError::OtherGame);
    }
    let mut pairs = own.iter().zip(posted);
    let found = pairs.position(|(own, posted)| own != posted);
    found.map(narrow).ok_or(PlayError::NothingDiffers)
}

/// Every opening of the trace among the game's moves.
pub(super) fn posted(sizes: &Sizes, leaves: u32, earlier: &[Move]) -> Vec<PostedNode> {
    let mut posted: Vec<PostedNode> = Vec::new();
    let (mut first, mut size) = (0, leaves);
    for made in earlier {
        match made {
            Move::OpenTrace(opened) => posted.push(PostedNode {
                first,
                leaves: size,
                children: opened.children.clone(),
            }),
            Move::Pick {
                child: index,
                step: None,
            } => {
                if let Some((start, count)) = child(size, sizes.arity, *index) {
                    first = first.saturating_add(start);
                    size = count;
                }
            }
            Move::Open { children } => posted.push(PostedNode {
                first,
                leaves: size,
                children: children.clone(),
            }),
            _ => break,
        }
    }
    posted
}
