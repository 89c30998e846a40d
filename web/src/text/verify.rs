//! The page on which receipts are checked. English. The verdict's own sentences are `countersign-client`'s.

use super::en;
use countersign_client::verify::{RowKind, State};

pub const TITLE: &str = "Verify a receipt";
pub const LEAD: &str =
    "Everything is checked in this tab. What you open here is not sent anywhere.";
pub const CHOOSE: &str = "Choose a receipt";
pub const HINT: &str =
    "Or drop it here: a receipt or a bundle, and files with openings or batch proofs.";
pub const PASTE: &str = "Or paste a link or a receipt";
pub const CHECK: &str = "Check";
pub const REPEAT: &str = "Repeat the run";
pub const REPEAT_NOTE: &str =
    "If you have the very file that the model ran on, this tab can run the model again and compare every bit. It needs a receipt of the Replay lane with its openings.";
pub const CHOOSE_INPUT: &str = "Choose the input";
pub const INPUT_HINT: &str = "Or drop it here. It is read in this tab and not sent anywhere.";
pub const TWO_RUNS: &str = "The run used an earlier run’s result";
pub const TWO_RUNS_NOTE: &str = "Then the repeated run needs that result’s file too. With the earlier receipt, saved with its opened result, this page also checks that the one was handed over to the other.";
pub const CHOOSE_FROM: &str = "Choose the earlier result";
pub const FROM_HINT: &str = "Or drop it here: the result file of the earlier run.";
pub const CHOOSE_EARLIER: &str = "Choose the earlier receipt";
pub const EARLIER_HINT: &str =
    "Or drop it here. Whether it is still valid has to be checked by itself.";
pub const EARLIER_GIVEN: &str = "The earlier receipt was read.";
pub const RESULT: &str = "The opened result";
pub const RESULT_NOTE: &str = "The repeated run gave it again, bit for bit.";
pub const ANOTHER: &str = "Check another";
pub const PRINT: &str = "Print";
pub const TROUBLE: &str = "The file could not be read";

pub const SLIP_KIND: &str = "Verification";
pub const SLIP_TITLE: &str = "The checks";
pub const BLANK: &str =
    "Six checks, each with its reason. They begin as soon as there is a receipt.";
pub const CHECKING: &str = "Checking. Each line settles by itself.";
pub const SAYS: &str = "What the receipt says";

/// The name of a row.
pub fn row(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Integrity => "Integrity",
        RowKind::Signer => "Signer",
        RowKind::Anchor => "Anchor",
        RowKind::Time => "Time",
        RowKind::Revocation => "Revocation",
        RowKind::Computation => "Computation",
    }
}

/// What a row is about, before there is anything to check.
pub fn what(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Integrity => "Is the file whole and unaltered?",
        RowKind::Signer => "Who signed it, and does the signature fit?",
        RowKind::Anchor => "Does the chain hold it?",
        RowKind::Time => "Between which blocks did it come to be?",
        RowKind::Revocation => "Did its signer take it back?",
        RowKind::Computation => "Does the model give the same answer again?",
    }
}

/// The word for how a row turned out.
pub fn state(state: State) -> &'static str {
    match state {
        State::Ok => "Holds",
        State::Bad => "Does not hold",
        State::Unknown => "Unknown",
        State::None => "Nothing to check",
    }
}

/// The input that was given.
pub fn input_given(name: &str, size: u64) -> String {
    format!("{name}, {}", en::size(size))
}

/// A file that is too large.
pub fn too_large(name: &str, size: &str, limit: &str) -> String {
    format!("{name} has {size}; this page takes at most {limit}. Choose another file, or use the command line program.")
}
