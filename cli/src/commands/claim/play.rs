//! An honest player of either side: an asserter's until the claim is final or false, a challenger's until its games are over.

use super::brain::Brain;
use super::contract::contract;
use super::table::{Found, Table};
use crate::args::{Global, Play};
use crate::commands::{input, model, receipt};
use crate::exact;
use crate::executor::Local;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::setup;
use countersign_abi::Input;
use countersign_client::signer::Signer;
use countersign_client::ChainError;
use countersign_shared::commit::{item_salt, side_salt, Side as End};
use countersign_shared::exact::player::Receipt;
use countersign_shared::exact::Program;
use countersign_shared::files::File;
use countersign_shared::id::{ManifestHash, ReceiptId, Salt, Seed};
use countersign_shared::Software;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// `countersign claim play`.
pub fn run(global: &Global, args: &Play) -> Result<Outcome, Failure> {
    let receipt = super::receipt_id(&args.receipt)?;
    let signer = args.account.key()?;
    let chain = global.chain()?;
    let contract = contract(global, &chain, args.disputes.as_deref())?;
    let claim = contract.claim(receipt)?;
    let found = model::find(global, &args.model)?;
    let (_, list) = global.engines()?;
    let local = Local::new(&args.engine, list, found.path.as_deref());
    // A bond is at stake: another model than the claim's is refused before anything is computed with it.
    let model = model::registered(global, claim.claim.subject.model)?;
    let record = model.record.ok_or(Failure::UnknownModel(model.id))?;
    if ManifestHash::of(&found.bytes, &Software) != record.manifest_hash {
        return Err(Failure::Play {
            reason: format!(
                "the claim's model is {}, which has another manifest",
                model.id
            ),
        });
    }
    let program = exact::registered(&local, &found.manifest, record.exact_root)?;
    let Input::Tensors(tensors) = input(&args.input, false)? else {
        return Err(Failure::WrongInput {
            expected: "tensors: --input NAME=FILE.npy for each input",
        });
    };
    let inputs = exact::inputs(&program, &tensors)?;
    let secrets = match (&args.run, claim.asserter == signer.account()) {
        (Some(path), true) => {
            let (input_salts, output_salts) = secrets(path, receipt, &program)?;
            Some(Receipt {
                publisher: model.publisher,
                manifest: record.manifest_hash,
                input_salts,
                output_salts,
            })
        }
        (None, true) => return Err(Failure::NoRun),
        (_, false) => None,
    };
    let folder = args.state.clone();
    let folder = folder.unwrap_or_else(|| setup::cache().join("claims"));
    let brain = Brain::new(Arc::new(program), Arc::new(inputs));
    let table = Table {
        contract: &contract,
        signer: &signer,
        receipt,
        brain: Some(&brain),
        secrets: secrets.as_ref(),
        folder: &folder,
    };
    let mut said = Vec::new();
    // Told at once, because a game can take a day.
    let mut say = |line: String| {
        eprintln!("{line}");
        said.push(line);
    };
    loop {
        let found = match table.look() {
            // A node that restarts is no reason to lose a bond by the clock: what was sent is seen at the next look.
            Err(Failure::Chain(error)) if passing(&error) && !args.once => {
                say(format!("{error}; trying again"));
                Found::Waiting
            }
            found => found?,
        };
        match found {
            Found::Nothing => break,
            Found::Waiting if args.once => break,
            Found::Acted(did) => say(did),
            Found::Waiting => std::thread::sleep(Duration::from_secs(u64::from(args.every))),
        }
    }
    let standing = contract.claim(receipt)?.claim.standing;
    let text = format!("the claim is {}", super::word(standing));
    let json = json!({ "standing": super::word(standing), "did": said });
    Ok(Outcome::ok(text, json))
}

/// Whether a later look can do better: the node was away, or a block did not take what was sent.
pub fn passing(error: &ChainError) -> bool {
    matches!(
        error,
        ChainError::Rpc(_) | ChainError::Expired { .. } | ChainError::NotSeen { .. }
    )
}

/// The salts that only the asserter knows: from the seed of the run's file, or as a bundle shows them that opens every item.
fn secrets(
    path: &Path,
    claimed: ReceiptId,
    program: &Program,
) -> Result<(Vec<Salt>, Vec<Salt>), Failure> {
    let Ok(File::Bundle(bundle)) = File::parse(&setup::read(path)?, &Software) else {
        return Ok(salts(&receipt::sign::read(path)?.seed, program));
    };
    if bundle.receipt.id(&Software) != claimed {
        return Err(Failure::Play {
            reason: format!("{} is the bundle of another receipt", path.display()),
        });
    }
    let of = |end: End, ports: usize| {
        let opening = bundle.openings.iter().find(|opening| opening.side == end);
        let items = opening.map_or(&[][..], |opening| &opening.items);
        if items.len() == ports {
            return Ok(items.iter().map(|item| item.salt).collect());
        }
        Err(Failure::Play {
            reason: format!(
                "{} opens {} of the receipt's {ports} {}; give a bundle that opens all, or the file of `run --save`",
                path.display(),
                items.len(),
                match end {
                    End::Input => "inputs",
                    End::Output => "outputs",
                }
            ),
        })
    };
    let face = &program.interface;
    Ok((
        of(End::Input, face.inputs.len())?,
        of(End::Output, face.outputs.len())?,
    ))
}

/// The salts that a run's seed gives.
fn salts(seed: &Seed, program: &Program) -> (Vec<Salt>, Vec<Salt>) {
    let of = |end: End, names: Vec<&str>| {
        let side = side_salt(seed, end, &Software);
        let salts = (0..).zip(names);
        let salts = salts.map(|(index, name)| item_salt(&side, index, name, &Software));
        salts.collect()
    };
    let face = &program.interface;
    let inputs = face.inputs.iter().map(|port| port.name.as_str());
    let outputs = face.outputs.iter().map(|port| port.name.as_str());
    (
        of(End::Input, inputs.collect()),
        of(End::Output, outputs.collect()),
    )
}
