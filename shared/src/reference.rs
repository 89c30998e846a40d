//! What `refUID` means (4.1): a run that used the result of an earlier one.

use crate::commit::Side;
use crate::files::Opened;
use crate::item::{Item, Kind, Name};
use crate::receipt::{Receipt, Verified};

/// How far a later receipt's reference to an earlier one was shown to be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The later receipt does not name the earlier one.
    None,
    /// It names it; no openings show what was handed over.
    Claimed,
    /// Openings of both show the same bytes: an output of the earlier run was an input of the
    /// later one.
    Verified,
}

/// Compares the input items opened of `later` with the output items opened of `earlier`.
/// Openings of other receipts are ignored.
#[must_use]
pub fn check(later: &Verified<Receipt>, earlier: &Verified<Receipt>, openings: &[Opened]) -> Link {
    if later.statement.reference() != Some(earlier.id()) {
        return Link::None;
    }
    let shown = |receipt: &Verified<Receipt>, side: Side| {
        let id = receipt.id();
        openings
            .iter()
            .filter(move |opened| opened.receipt() == id && opened.side() == side)
            .flat_map(Opened::items)
    };
    let handed_over = shown(later, Side::Input)
        .any(|input| shown(earlier, Side::Output).any(|output| same(input, output)));
    if handed_over {
        Link::Verified
    } else {
        Link::Claimed
    }
}

/// The input `from` is the earlier `result`, or a tensor equals an output tensor, dims included.
fn same(input: &Item, output: &Item) -> bool {
    let kinds = match (input.kind(), output.kind()) {
        (Kind::File { length: left }, Kind::File { length: right }) => {
            input.name().as_str() == Name::FROM
                && output.name().as_str() == Name::RESULT
                && left == right
        }
        (Kind::Tensor(left), Kind::Tensor(right)) => left == right,
        _ => false,
    };
    kinds && input.data_root() == output.data_root()
}
