//! `countersign receipt`.

mod batch;
mod onchain;
mod open;
mod show;
pub(super) mod sign;
pub mod verify;

use crate::args::{Global, ReceiptCommand};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::record::Record;
use crate::setup;
use countersign_shared::files::{AnchorProof, Bundle, BundleError, File};
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::Software;
use std::io::Read;
use std::path::Path;

/// Longest document read from standard input; longer ones are no file of ours (PROTOCOL 4.9).
const MAX_DOCUMENT: u64 = 9 << 20;

/// Runs a `receipt` command.
pub fn run(global: &Global, command: &ReceiptCommand) -> Result<Outcome, Failure> {
    match command {
        ReceiptCommand::Sign(args) => sign::run(global, args),
        ReceiptCommand::Show { receipt } => show::run(receipt),
        ReceiptCommand::Verify(args) => verify::run(global, args),
        ReceiptCommand::Open(args) => open::run(args),
        ReceiptCommand::Anchor {
            receipt,
            attest,
            account,
        } => onchain::anchor(global, receipt, *attest, account),
        ReceiptCommand::Revoke {
            receipt,
            account,
            attester,
        } => onchain::revoke(global, receipt, account, attester),
        ReceiptCommand::Disown {
            since,
            account,
            attester,
        } => onchain::disown(global, *since, account, attester),
    }
}

/// The bytes of a file, of standard input, or of a link.
fn document(named: &str) -> Result<Vec<u8>, Failure> {
    if named == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().take(MAX_DOCUMENT).read_to_end(&mut bytes);
        return match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(Failure::Read {
                path: "standard input".into(),
                error,
            }),
        };
    }
    let is_link = ["#", "http://", "https://"]
        .iter()
        .any(|start| named.starts_with(start));
    if is_link {
        return Ok(named.as_bytes().to_vec());
    }
    let bytes = setup::read_at_most(Path::new(named), MAX_DOCUMENT)?;
    // A file of ours, of a kind that the rules of receipts do not know: it is no newer version.
    if Record::parse(&bytes).is_ok() {
        return Err(Failure::UnsignedRun {
            named: named.to_owned(),
        });
    }
    Ok(bytes)
}

/// A bundle, not yet believed; a receipt alone is a bundle without proofs.
fn bundle(named: &str) -> Result<Bundle, Failure> {
    let bytes = document(named)?;
    let text = core::str::from_utf8(&bytes).unwrap_or_default().trim();
    if ["#", "http://", "https://"]
        .iter()
        .any(|start| text.starts_with(start))
    {
        return Bundle::from_link(text, &Software).map_err(Failure::Link);
    }
    match File::parse(&bytes, &Software)? {
        File::Bundle(bundle) => Ok(bundle),
        File::Receipt(receipt) => Ok(Bundle {
            receipt,
            openings: Vec::new(),
            anchors: Vec::new(),
        }),
        File::Opening(_) | File::Anchor(_) => Err(Failure::NoReceipt),
    }
}

/// The receipt of a bundle, its signature and every proof checked.
pub(super) fn checked(named: &str) -> Result<Verified<Receipt>, Failure> {
    Ok(checked_with_anchors(named)?.0)
}

/// The same, with its places in batches.
pub(super) fn checked_with_anchors(
    named: &str,
) -> Result<(Verified<Receipt>, Vec<AnchorProof>), Failure> {
    let bundle = bundle(named)?;
    let anchors = bundle.anchors.clone();
    let verified = bundle.verify(&Software).map_err(Failure::Bundle)?;
    Ok((*verified.receipt(), anchors))
}

/// The receipt alone, its signature checked.
fn signed(receipt: Receipt) -> Result<Verified<Receipt>, Failure> {
    receipt
        .verify(&Software)
        .map_err(|error| Failure::Bundle(BundleError::Receipt(error)))
}
