//! What can be said of a document by itself: that it is whole, and who signed it.

use super::finding::Finding;
use super::report::{Fact, Label, Report, Row, RowKind, Told};
use super::{Checked, Request};
use countersign_shared::files::{
    contradiction, AnchorProof, Bundle, File, FileError, LinkError, Opened, Opening,
};
use countersign_shared::receipt::{Reason, Receipt, Verified};
use countersign_shared::{reference, Software};

/// Parts that were read, not yet believed.
pub(super) struct Document {
    receipt: Receipt,
    openings: Vec<Opening>,
    anchors: Vec<AnchorProof>,
    earlier: Option<Bundle>,
}

impl Document {
    /// Reads the document and the proofs that came apart from it.
    pub fn read(request: &Request<'_>) -> Result<Self, Finding> {
        let Bundle {
            receipt,
            openings,
            anchors,
        } = with_proofs(request.document, request.proofs)?;
        // What is wrong with the earlier receipt is said beside the link, and is no fault of this one.
        let earlier = request.earlier.and_then(|earlier| bundle(earlier).ok());
        Ok(Self {
            receipt,
            openings,
            anchors,
            earlier,
        })
    }

    /// Verifies the receipt and every proof against it; else the finished report.
    pub fn verify(self) -> Result<Checked, Box<Report>> {
        let receipt = match self.receipt.verify(&Software) {
            Ok(receipt) => receipt,
            Err(Reason::Run(error)) => return Err(Report::unread(Finding::Run(error)).into()),
            Err(Reason::Signature(error)) => {
                let intact = Finding::Intact {
                    openings: 0,
                    anchors: 0,
                };
                let integrity = Row::new(RowKind::Integrity, intact, Vec::new());
                let facts = vec![Fact::new(Label::Attester, self.receipt.attester)];
                let signer = Row::new(RowKind::Signer, Finding::Signature(error), facts);
                return Err(Report::unsigned(integrity, signer).into());
            }
        };
        let mut openings = Vec::with_capacity(self.openings.len());
        for opening in self.openings {
            let opened = opening.verify(&receipt, &Software);
            openings.push(opened.map_err(|error| Report::unread(Finding::Opening(error)))?);
        }
        if let Some(side) = contradiction(&openings) {
            return Err(Report::unread(Finding::Ambiguous(side)).into());
        }
        for anchor in &self.anchors {
            let anchored = anchor.verify(&receipt, &Software);
            anchored.map_err(|error| Report::unread(Finding::AnchorProof(error)))?;
        }
        let intact = Finding::Intact {
            openings: openings.len(),
            anchors: self.anchors.len(),
        };
        let mut facts = facts(&receipt);
        facts.extend(link(&receipt, self.earlier, &openings));
        let integrity = Row::new(RowKind::Integrity, intact, facts);
        let signed = Finding::Signed(receipt.attester);
        let signer = Row::new(
            RowKind::Signer,
            signed,
            vec![Fact::new(Label::Attester, receipt.attester)],
        );
        Ok(Checked {
            receipt,
            openings,
            anchors: self.anchors,
            integrity,
            signer,
        })
    }
}

/// Reads a document together with the proofs that came apart from it.
pub(super) fn with_proofs(document: &[u8], proofs: &[Vec<u8>]) -> Result<Bundle, Finding> {
    let mut all = bundle(document)?;
    for proof in proofs {
        match File::parse(proof, &Software).map_err(file_finding)? {
            File::Opening(opening) => all.openings.push(opening),
            File::Anchor(anchor) => all.anchors.push(anchor),
            File::Bundle(more) => {
                all.openings.extend(more.openings);
                all.anchors.extend(more.anchors);
            }
            File::Receipt(_) => {}
        }
    }
    Ok(all)
}

/// Reads a link, a bundle file or a receipt file.
pub(super) fn bundle(document: &[u8]) -> Result<Bundle, Finding> {
    if let Some(link) = as_link(document) {
        return Bundle::from_link(link, &Software).map_err(|error| match error {
            LinkError::File(error) => file_finding(error),
            other => Finding::Link(other),
        });
    }
    match File::parse(document, &Software).map_err(file_finding)? {
        File::Bundle(bundle) => Ok(bundle),
        File::Receipt(receipt) => Ok(Bundle {
            receipt,
            openings: Vec::new(),
            anchors: Vec::new(),
        }),
        File::Opening(_) | File::Anchor(_) => Err(Finding::NoReceipt),
    }
}

/// Whether the document is text that begins as an address or a fragment does.
pub(super) fn as_link(document: &[u8]) -> Option<&str> {
    let text = core::str::from_utf8(document).ok()?.trim();
    let begins = ["#", "http://", "https://"]
        .iter()
        .any(|start| text.starts_with(start));
    begins.then_some(text)
}

fn file_finding(error: FileError) -> Finding {
    match error {
        FileError::UnsupportedVersion(format) => Finding::UnsupportedVersion(format),
        other => Finding::File(other),
    }
}

/// What the receipt states, for the integrity row.
fn facts(receipt: &Verified<Receipt>) -> Vec<Fact> {
    let statement = &receipt.statement;
    let run = &statement.run;
    let mut facts = vec![
        Fact::new(Label::Receipt, receipt.id()),
        Fact::new(Label::Sealed, receipt.sealed()),
        Fact::new(Label::EasUid, statement.eas_uid(&Software)),
        Fact::new(Label::Model, run.model),
        Fact::new(Label::Engine, run.engine),
        Fact::new(Label::Lane, run.lane),
        Fact::new(Label::Input, run.input),
        Fact::new(Label::Output, run.output),
        Fact::new(Label::Genesis, receipt.deployment.genesis),
        Fact::new(Label::Contract, receipt.deployment.contract),
    ];
    if !statement.recipient.is_zero() {
        facts.push(Fact::new(Label::Recipient, statement.recipient));
    }
    facts
}

/// The earlier receipt that this one names, and how far that is shown (PROTOCOL 4.1).
fn link(receipt: &Verified<Receipt>, earlier: Option<Bundle>, openings: &[Opened]) -> Option<Fact> {
    let named = receipt.statement.reference()?;
    let shown = earlier
        .and_then(|bundle| bundle.verify(&Software).ok())
        .map(|earlier| {
            let all: Vec<Opened> = openings
                .iter()
                .cloned()
                .chain(earlier.openings().iter().cloned())
                .collect();
            reference::check(receipt, earlier.receipt(), &all)
        });
    let earlier = named;
    Some(Fact::told(
        Label::Reference,
        Told::Earlier { earlier, shown },
    ))
}
