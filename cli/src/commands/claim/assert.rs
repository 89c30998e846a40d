//! `countersign claim assert`: a receipt at stake, anchored on its own or in a batch.

use super::contract::contract;
use super::program::recompiled;
use crate::args::{Assert, Global};
use crate::commands::receipt::checked_with_anchors;
use crate::executor::Places;
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use crate::setup;
use countersign_client::contracts::disputes;
use countersign_client::messages;
use countersign_client::signer::Signer;
use countersign_shared::deploy::Deployment;
use countersign_shared::disputes::Assertion;
use countersign_shared::eip712::claim_digest;
use countersign_shared::files::{AnchorProof, BundleError, File};
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::{Attester, Lane, Software};
use serde_json::json;
use std::path::Path;

/// `countersign claim assert`, of a receipt with its batch proof, if one was named.
pub fn run(global: &Global, args: &Assert) -> Result<Outcome, Failure> {
    let signer = args.account.key()?;
    let (receipt, mut proofs) = checked_with_anchors(&args.receipt)?;
    let run = receipt.statement.run;
    if run.lane != Lane::Exact {
        return Err(Failure::OtherLane);
    }
    if let Some(path) = &args.proof {
        proofs = proofs_of(path, &receipt)?;
    }
    let chain = global.chain()?;
    let contract = contract(global, &chain, args.disputes.as_deref())?;
    // Before the bond goes: who does not have the registered program cannot answer a challenge.
    let places = Places::new(&args.files, None);
    recompiled(global, run.model, None, &places)?;
    let deployment = Deployment {
        genesis: contract.setup.genesis,
        contract: contract.account,
    };
    let at = contract.finalised()?;
    let place = chain.batch_place(contract.setup.receipts, &receipt, &proofs, at);
    let batch = pollster::block_on(place)?;
    let authorisation = match (&receipt.attester, &args.key_file) {
        (Attester::Sr25519(_), _) => None,
        (Attester::Secp256k1(_), None) => {
            return Err(Failure::NotTheAttester {
                attester: messages::attester(&receipt.attester),
            })
        }
        (Attester::Secp256k1(_), Some(path)) => {
            let digest = claim_digest(&deployment, &receipt.id(), &signer.account(), &Software);
            let signed = setup::ethereum_key(path)?.sign(&digest);
            Some(signed.ok_or_else(|| Failure::KeyFile {
                path: path.to_owned(),
            })?)
        }
    };
    let assertion = Assertion {
        attester: receipt.attester,
        statement: receipt.statement,
        signature: receipt.signature,
        authorisation,
        batch,
    };
    let message = disputes::assert(&assertion, contract.setup.bond);
    let id = contract.send(&signer, &message)?;
    let rows = [
        ("at stake", id.to_string()),
        ("bond", contract.setup.bond.to_string()),
        ("challenges", format!("for {} blocks", contract.setup.window)),
        (
            "now",
            "keep `countersign claim play` running until the claim is final: who does not answer a challenge loses the bond".to_owned(),
        ),
        (
            "privacy",
            "a dispute publishes single chunks of tensors and the unsalted hashes of inputs and outputs: an input that can be guessed can be confirmed".to_owned(),
        ),
    ];
    let json = json!({ "receipt": id.to_string(), "bond": contract.setup.bond.to_string() });
    Ok(Outcome::ok(columns(rows), json))
}

/// The proofs in an anchor file, or in a bundle of the same receipt; each must lead from the receipt to its root.
fn proofs_of(path: &Path, receipt: &Verified<Receipt>) -> Result<Vec<AnchorProof>, Failure> {
    let proofs = match File::parse(&setup::read(path)?, &Software)? {
        File::Anchor(proof) => vec![proof],
        File::Bundle(bundle) => bundle.anchors,
        File::Receipt(_) | File::Opening(_) => Vec::new(),
    };
    if proofs.is_empty() {
        return Err(Failure::NoProof {
            path: path.to_owned(),
        });
    }
    for (position, proof) in proofs.iter().enumerate() {
        let verified = proof.verify(receipt, &Software);
        verified.map_err(|error| Failure::Bundle(BundleError::Anchor { position, error }))?;
    }
    Ok(proofs)
}
