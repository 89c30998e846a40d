//! An honest player of either side: an asserter's until the claim is final or false, a challenger's until its games are over.

use super::brain::Brain;
use super::contract::contract;
use super::program::recompiled;
use super::table::{Found, Table};
use crate::args::{Global, Play};
use crate::commands::{input, model, receipt};
use crate::exact;
use crate::executor::Places;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::setup;
use countersign_abi::Input;
use countersign_client::contracts::ContractCallError;
use countersign_client::signer::Signer;
use countersign_client::ChainError;
use countersign_shared::commit::{item_salt, side_salt, Side as End};
use countersign_shared::exact::claim::Standing;
use countersign_shared::exact::player::{PlayError, Receipt};
use countersign_shared::exact::{Game, Moment, Program, Side, Sizes, Subject};
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
    let places = Places::new(&args.engine.files, found.path.as_deref());
    // A bond is at stake: another model than the claim's is refused before anything is computed with it.
    let given = Some(ManifestHash::of(&found.bytes, &Software));
    let model = recompiled(global, claim.claim.subject.model, given, &places)?;
    let program = model.program;
    let Input::Tensors(tensors) = input(&args.input, false)? else {
        return Err(Failure::WrongInput {
            expected: "tensors: --input NAME=FILE.npy for each input",
        });
    };
    let inputs = exact::inputs(&program, &tensors)?;
    let given = exact::inputs_as_given(&program, &tensors)?;
    let secrets = match (&args.run, claim.asserter == signer.account()) {
        (Some(path), true) => {
            let (input_salts, output_salts) = secrets(path, receipt, &program)?;
            Some(Receipt {
                publisher: model.publisher,
                manifest: model.manifest,
                input_salts,
                output_salts,
            })
        }
        (None, true) => return Err(Failure::NoRun),
        (_, false) => None,
    };
    let folder = args.state.clone();
    let folder = folder.unwrap_or_else(|| setup::cache().join("claims"));
    let program = Arc::new(program);
    let given = (given != inputs).then(|| Brain::new(Arc::clone(&program), Arc::new(given)));
    let brain = Brain::new(program, Arc::new(inputs));
    if let (Some(secrets), Standing::Open) = (&secrets, claim.claim.standing) {
        opens(&brain, secrets, &claim.claim.subject)?;
    }
    let table = Table {
        contract: &contract,
        signer: &signer,
        receipt,
        brain: Some(&brain),
        given: given.as_ref(),
        secrets: secrets.as_ref(),
        folder: &folder,
    };
    let mut said: Vec<String> = Vec::new();
    // Told at once, because a game can take a day; trouble that stays is told once.
    let mut say = |line: String| {
        if said.last() != Some(&line) {
            eprintln!("{line}");
            said.push(line);
        }
    };
    loop {
        let found = match table.look() {
            Err(Failure::Chain(error)) if !args.once && later(&error) => {
                say(format!("{error}; trying again"));
                Found::Waiting
            }
            Ok(Found::Stuck(error)) if args.once => return Err(error),
            Ok(Found::Stuck(error)) => {
                say(error.to_string());
                Found::Waiting
            }
            found => found?,
        };
        match found {
            Found::Nothing => break,
            Found::Acted(did) => did.into_iter().for_each(&mut say),
            Found::Waiting | Found::Stuck(_) if args.once => break,
            Found::Waiting | Found::Stuck(_) => {
                std::thread::sleep(Duration::from_secs(u64::from(args.every)));
            }
        }
    }
    let standing = contract.claim(receipt)?.claim.standing;
    let text = format!("the claim is {}", super::word(standing));
    let json = json!({ "standing": super::word(standing), "did": said });
    Ok(Outcome::ok(text, json))
}

/// An asserter that cannot open its own receipt would find out when it is challenged, and lose by its clock: so the first move is tried
/// before there is a game.
fn opens(brain: &Brain, secrets: &Receipt, subject: &Subject) -> Result<(), Failure> {
    let other = |reason: String| Failure::Play { reason };
    let mut game = Game::new(0, 1);
    let made = brain.assert(secrets, &game)?;
    let made = made.map_err(|error| other(error.to_string()))?;
    let made = made.ok_or_else(|| other(PlayError::OtherGame.to_string()))?;
    let by = Moment {
        side: Side::Asserter,
        turn: 0,
        block: 0,
    };
    let opened = game.play(&Sizes::EXACT, subject, by, &made, &Software);
    opened.map_err(|refusal| other(refusal.to_string()))
}

/// Whether a player goes on: a node that restarts, or a chain that has gone on since the finalised block (anybody may call time, settle
/// and close), is no reason to leave the other games and lose a bond by the clock. What was sent is seen at the next look.
fn later(error: &ChainError) -> bool {
    passing(error)
        || matches!(
            error,
            ChainError::Failed { .. }
                | ChainError::Contract(
                    ContractCallError::Refused { .. } | ContractCallError::Dispatch { .. }
                )
        )
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
