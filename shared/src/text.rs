//! The texts that sr25519 accounts sign (4.7). Exactly these bytes verify.

use crate::deploy::Deployment;
use crate::id::{Digest, ReceiptId};
use crate::receipt::Run;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// `<Bytes>` ‖ text ‖ `</Bytes>`: what a Substrate wallet makes of a text before signing it.
#[must_use]
pub fn wrap(text: &str) -> Vec<u8> {
    [b"<Bytes>".as_slice(), text.as_bytes(), b"</Bytes>"].concat()
}

/// The text of a receipt.
#[must_use]
pub fn receipt(run: &Run, receipts: &Deployment, digest: &Digest) -> String {
    format!(
        "Countersign receipt 1\nmodel {}\nengine {}\ninput {}\noutput {}\nbeacon {}\nlane {}\n\
         genesis {}\ncontract {}\ndigest {}",
        run.model,
        run.engine,
        run.input,
        run.output,
        run.beacon,
        run.lane,
        receipts.genesis,
        receipts.contract,
        digest,
    )
}

/// The text of a revocation.
#[must_use]
pub fn revocation(receipt: &ReceiptId, receipts: &Deployment) -> String {
    format!(
        "Countersign revocation 1\nreceipt {receipt}\ngenesis {}\ncontract {}",
        receipts.genesis, receipts.contract
    )
}

/// The text that disowns the signer's key from block `since` on.
#[must_use]
pub fn disown(since: u64, receipts: &Deployment) -> String {
    format!(
        "Countersign disown 1\nsince {since}\ngenesis {}\ncontract {}",
        receipts.genesis, receipts.contract
    )
}
