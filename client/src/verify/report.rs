//! The shape of a verdict.

use super::finding::Finding;
use super::Checked;
use crate::language::Language;
use crate::{messages, plain};
use countersign_shared::chain::Moment;
use countersign_shared::id::{ReceiptId, SealedId};
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::reference::Link;

/// The verdict in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that must be known is known and nothing speaks against the receipt.
    Valid,
    /// Something speaks against it.
    Invalid,
    /// Nothing that was looked at speaks against it, but anchor or revocation could not be looked at.
    Unknown,
    /// A file of a version that this program does not know.
    UnsupportedVersion,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// Whether the file is whole and unaltered.
    Integrity,
    /// Who signed.
    Signer,
    /// Whether the chain holds it.
    Anchor,
    /// When it came to be.
    Time,
    /// Whether its signer took it back.
    Revocation,
    /// Whether the run can be repeated with the same outcome.
    Computation,
}

/// How a row turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Checked and good.
    Ok,
    /// Checked and bad.
    Bad,
    /// Not checked, or not to be found out.
    Unknown,
    /// Checked: there is nothing of the kind.
    None,
}

/// What a fact tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// The receipt's id.
    Receipt,
    /// The sealed receipt's id.
    Sealed,
    /// EAS's own uid, for EAS tools.
    EasUid,
    /// The signing account.
    Attester,
    /// The model's id.
    Model,
    /// The model's name and version; never without its publisher.
    ModelName,
    /// The model's publisher.
    Publisher,
    /// When the model was registered.
    Registered,
    /// When the model was deprecated.
    Deprecated,
    /// The engine's digest.
    Engine,
    /// How the run may be checked.
    Lane,
    /// The commitment to the input.
    Input,
    /// The commitment to the output.
    Output,
    /// The one verifier that the receipt is for.
    Recipient,
    /// The signer's own word about the time.
    SignedTime,
    /// When it expires.
    Expires,
    /// The earlier receipt whose result was used, and how far that is shown.
    Reference,
    /// The receipts contract.
    Contract,
    /// The chain's genesis hash.
    Genesis,
    /// The deployment's name.
    Deployment,
    /// The finalised block at which the chain was read.
    ReadAt,
    /// The opened result.
    Result,
}

/// A detail beside a row's sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it tells.
    pub label: Label,
    /// What is told.
    pub told: Told,
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// An id in full, a name, a number: the same in every language.
    Text(String),
    /// Seconds since 1970.
    Time(u64),
    /// A block with its time.
    Moment(Moment),
    /// A deployment.
    Deployment {
        /// Its name.
        name: String,
        /// Whether its chain proves nothing.
        development: bool,
    },
    /// A receipt whose result was used.
    Earlier {
        /// Its id.
        earlier: ReceiptId,
        /// How far that is shown.
        shown: Option<Link>,
    },
}

impl Fact {
    pub(crate) fn new(label: Label, value: impl ToString) -> Self {
        Self::told(label, Told::Text(value.to_string()))
    }

    pub(crate) fn told(label: Label, told: Told) -> Self {
        Self { label, told }
    }

    /// Its value for people; ids in full.
    #[must_use]
    pub fn value(&self, language: Language) -> String {
        match &self.told {
            Told::Text(text) => text.clone(),
            Told::Time(seconds) => messages::time(*seconds, language),
            Told::Moment(moment) => messages::moment(moment, language),
            Told::Deployment { name, development } => {
                messages::deployment(name, *development, language)
            }
            Told::Earlier { earlier, shown } => messages::reference(earlier, *shown, language),
        }
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is about.
    pub kind: RowKind,
    /// What was found; [`Finding::state`] and [`Row::sentence`] tell it.
    pub finding: Finding,
    /// Details.
    pub facts: Vec<Fact>,
}

impl Row {
    pub(crate) fn new(kind: RowKind, finding: Finding, facts: Vec<Fact>) -> Self {
        Self {
            kind,
            finding,
            facts,
        }
    }

    /// How it turned out.
    #[must_use]
    pub fn state(&self) -> State {
        self.finding.state()
    }

    /// The finding in a plain sentence.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        plain(&messages::finding(&self.finding, language))
    }
}

/// A verdict with all that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The verdict.
    pub verdict: Verdict,
    /// Six rows, one of each [`RowKind`], in its order.
    pub rows: Vec<Row>,
    /// The receipt, if its signature holds.
    pub receipt: Option<Verified<Receipt>>,
    /// Whether the chain is a development chain, which proves nothing.
    pub development: bool,
    /// The report on the earlier receipt that this one names, where it was given: its status stands beside the link (4.1).
    pub earlier: Option<Box<Self>>,
}

impl Report {
    /// The verdict in a sentence.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        plain(&messages::verdict(self, language))
    }

    /// The row of a kind.
    #[must_use]
    pub fn row(&self, kind: RowKind) -> Option<&Row> {
        self.rows.iter().find(|row| row.kind == kind)
    }

    /// The ids of a receipt whose signature holds.
    #[must_use]
    pub fn ids(&self) -> Option<(ReceiptId, SealedId)> {
        self.receipt.map(|receipt| (receipt.id(), receipt.sealed()))
    }

    /// The report on a document that could not be read or whose parts do not fit.
    pub(crate) fn unread(finding: Finding) -> Self {
        let verdict = match finding {
            Finding::UnsupportedVersion(_) => Verdict::UnsupportedVersion,
            _ => Verdict::Invalid,
        };
        let mut rows = vec![Row::new(RowKind::Integrity, finding, Vec::new())];
        rows.extend(skipped(&[
            RowKind::Signer,
            RowKind::Anchor,
            RowKind::Time,
            RowKind::Revocation,
            RowKind::Computation,
        ]));
        Self {
            verdict,
            rows,
            receipt: None,
            development: false,
            earlier: None,
        }
    }

    /// The report on a receipt whose signature does not hold.
    pub(crate) fn unsigned(integrity: Row, signer: Row) -> Self {
        let mut rows = vec![integrity, signer];
        rows.extend(skipped(&[
            RowKind::Anchor,
            RowKind::Time,
            RowKind::Revocation,
            RowKind::Computation,
        ]));
        Self {
            verdict: Verdict::Invalid,
            rows,
            receipt: None,
            development: false,
            earlier: None,
        }
    }

    pub(crate) fn complete(checked: &Checked, rest: [Row; 4], development: bool) -> Self {
        let mut rows = vec![checked.integrity.clone(), checked.signer.clone()];
        rows.extend(rest);
        let verdict = judge(&rows);
        Self {
            verdict,
            rows,
            receipt: Some(checked.receipt),
            development,
            earlier: None,
        }
    }
}

/// *Invalid* as soon as one row is bad, else *unknown* while anchor or revocation are, else *valid*.
fn judge(rows: &[Row]) -> Verdict {
    if rows.iter().any(|row| row.state() == State::Bad) {
        return Verdict::Invalid;
    }
    let must_be_known = |row: &&Row| matches!(row.kind, RowKind::Anchor | RowKind::Revocation);
    if rows
        .iter()
        .filter(must_be_known)
        .any(|row| row.state() == State::Unknown)
    {
        return Verdict::Unknown;
    }
    Verdict::Valid
}

fn skipped(kinds: &[RowKind]) -> Vec<Row> {
    kinds
        .iter()
        .map(|kind| Row::new(*kind, Finding::Skipped, Vec::new()))
        .collect()
}
