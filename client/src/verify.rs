//! The verdict on a receipt (PROTOCOL 4.3, 4.4, 5.5, 5.6 and the lanes), the same for the page and the command line.
//!
//! ```text
//! file or link ── integrity ── signer ──┬── anchor ── time ── revocation      (asks the chain)
//!                                       └── computation                       (asks the executor)
//! ```
//!
//! A row is never better than what was checked: what could not be looked at is *unknown*, not *fine*.

mod batch;
mod chain_facts;
mod computation;
mod document;
mod executor;
mod finding;
mod gather;
mod report;

pub use crate::deployed::{registered, ChainGap, Model};
pub use batch::{membership, Membership};
pub use computation::KnownModel;
pub use executor::{ExactRun, Executor, ExecutorError, OutsideInterval};
pub use finding::{Finding, GivenInput, Lower, Upper};
pub use gather::{Gathered, Part};
pub use report::{Fact, Label, Report, Row, RowKind, State, Told, Verdict};

use crate::chain::Chain;
use crate::error::ChainError;
use crate::lists::{Deployments, Engines};
use crate::transport::Transport;
use chain_facts::ChainFacts;
use countersign_abi::Input;
use countersign_shared::receipt::{Receipt, Verified};
use document::Document;

/// What a verifier has.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// A receipt file, a bundle file, or a link (a whole address or its part from `#` on).
    pub document: &'a [u8],
    /// Opening and anchor files that came apart from the document.
    pub proofs: &'a [Vec<u8>],
    /// The bundle or receipt of the run whose result this one used, if the receipt names one.
    pub earlier: Option<&'a [u8]>,
    /// The input, if the computation shall be repeated.
    pub input: Option<&'a Input>,
    /// Models known without asking a chain.
    pub models: &'a [KnownModel],
    /// Deployments that this verifier trusts.
    pub deployments: &'a Deployments,
    /// Engines that this verifier executes.
    pub engines: &'a Engines,
    /// The verifier's clock: seconds since 1970.
    pub now: u64,
}

/// The verifier's own way to a chain (never one that a receipt names).
#[derive(Debug)]
pub enum Access<'a, T> {
    /// The verifier chose not to ask a chain.
    Offline,
    /// The node could not be reached.
    Failed(ChainError),
    /// A node answers.
    Connected(&'a Chain<T>),
}

/// Judges a receipt.
///
/// Total: whatever the document, the chain or the executor do, there is a report that says so.
pub async fn verify<T: Transport, X: Executor>(
    request: &Request<'_>,
    access: &Access<'_, T>,
    executor: Option<&X>,
) -> Report {
    let mut report = judge(request, access, executor).await;
    let named = report
        .receipt
        .and_then(|receipt| receipt.statement.reference());
    if let (Some(named), Some(document)) = (named, request.earlier) {
        let alone = Request {
            document,
            proofs: &[],
            earlier: None,
            input: None,
            ..*request
        };
        let earlier = judge(&alone, access, None::<&X>).await;
        // Another receipt has no place beside the link; one that does not hold has.
        let is_other = earlier.ids().is_some_and(|(id, _)| id != named);
        report.earlier = (!is_other).then(|| Box::new(earlier));
    }
    report
}

async fn judge<T: Transport, X: Executor>(
    request: &Request<'_>,
    access: &Access<'_, T>,
    executor: Option<&X>,
) -> Report {
    let document = match Document::read(request) {
        Ok(document) => document,
        Err(finding) => return Report::unread(finding),
    };
    let checked = match document.verify() {
        Ok(checked) => checked,
        Err(report) => return *report,
    };
    let facts = ChainFacts::gather(&checked, request, access).await;
    let anchor = facts.anchor();
    let time = facts.time(&checked.receipt, request.now);
    let revocation = facts.revocation(&checked.receipt, request.now);
    let computation =
        computation::judge(&checked, request, access, facts.deployment(), executor).await;
    let development = facts
        .deployment()
        .is_some_and(|deployment| deployment.development);
    Report::complete(
        &checked,
        [anchor, time, revocation, computation],
        development,
    )
}

/// A document of which every part that needs no chain was verified.
#[derive(Debug)]
pub(crate) struct Checked {
    pub receipt: Verified<Receipt>,
    pub openings: Vec<countersign_shared::files::Opened>,
    pub anchors: Vec<countersign_shared::files::AnchorProof>,
    pub integrity: Row,
    pub signer: Row,
}
