//! An honest player of either side: an asserter's until the claim is final or false, a challenger's until its games are over.

use super::kept::Kept;
use super::{contract, Contract};
use crate::args::{Global, Play};
use crate::commands::{input, model, receipt};
use crate::exact;
use crate::executor::Local;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::setup;
use countersign_abi::Input;
use countersign_client::contracts::disputes;
use countersign_client::signer::{Signer, Sr25519};
use countersign_client::ChainError;
use countersign_shared::commit::{item_salt, side_salt, Side as End};
use countersign_shared::disputes::{ClaimRecord, GameRecord};
use countersign_shared::exact::claim::Standing;
use countersign_shared::exact::player::{PlayError, Player, Receipt};
use countersign_shared::exact::run::honest;
use countersign_shared::exact::{Program, Side, Sizes};
use countersign_shared::id::{ManifestHash, ReceiptId, Salt, Seed};
use countersign_shared::Software;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that a player knows.
struct Table<'a> {
    contract: Contract<'a>,
    signer: Sr25519,
    receipt: ReceiptId,
    program: &'a Program,
    inputs: &'a [Vec<u32>],
    /// What the asserter's first move shows; a challenger has none.
    secrets: Option<Receipt>,
    folder: PathBuf,
    said: Vec<String>,
}

/// What there was to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// A transaction was sent.
    Acted,
    /// The other side is to move, or the window to challenge is open.
    Waiting,
    /// There will be nothing to do any more.
    Nothing,
}

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
            let (input_salts, output_salts) = salts(&receipt::sign::read(path)?.seed, &program);
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
    let mut table = Table {
        contract,
        signer,
        receipt,
        program: &program,
        inputs: &inputs,
        secrets,
        folder: folder.unwrap_or_else(|| setup::cache().join("claims")),
        said: Vec::new(),
    };
    loop {
        let found = match table.look() {
            // A node that restarts is no reason to lose a bond by the clock: what was sent is seen at the next look.
            Err(Failure::Chain(
                error @ (ChainError::Rpc(_)
                | ChainError::Expired { .. }
                | ChainError::NotSeen { .. }),
            )) if !args.once => {
                table.say(format!("{error}; trying again"));
                Found::Waiting
            }
            found => found?,
        };
        match found {
            Found::Nothing => break,
            Found::Waiting if args.once => break,
            Found::Acted => {}
            Found::Waiting => std::thread::sleep(Duration::from_secs(u64::from(args.every))),
        }
    }
    let standing = table.contract.claim(receipt)?.claim.standing;
    let text = format!("the claim is {}", super::word(standing));
    let json = json!({ "standing": super::word(standing), "did": table.said });
    Ok(Outcome::ok(text, json))
}

/// The salts that only the asserter knows.
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

impl Table<'_> {
    /// Told at once, because a game can take a day.
    fn say(&mut self, line: String) {
        eprintln!("{line}");
        self.said.push(line);
    }

    /// An asserter answers challenges as long as there can be any, then closes the claim.
    fn defend(&mut self, claim: &ClaimRecord, block: u32) -> Result<Found, Failure> {
        if claim.asserter != self.signer.account() || claim.claim.standing != Standing::Open {
            return Ok(Found::Nothing);
        }
        let age = block.saturating_sub(claim.claim.start);
        if claim.claim.open_games > 0 || age <= self.contract.setup.window {
            return Ok(Found::Waiting);
        }
        self.contract
            .send(&self.signer, &disputes::finalise(self.receipt))?;
        self.say("nobody refuted the claim in time".to_owned());
        Ok(Found::Acted)
    }

    /// Looks at every game, and does what is to be done in the first that waits for this account.
    fn look(&mut self) -> Result<Found, Failure> {
        let at = self.contract.finalised()?;
        let claim = self.contract.claim_at(self.receipt, at)?;
        let own = self.signer.account();
        let mut found = Found::Nothing;
        for number in 0..claim.games {
            let Some(record) = self
                .contract
                .read(&disputes::game(self.receipt, number), at)?
            else {
                continue;
            };
            let side = match (claim.asserter == own, record.challenger == own) {
                (true, _) => Side::Asserter,
                (false, true) => Side::Challenger,
                (false, false) => continue,
            };
            if record.contest.settled {
                continue;
            }
            if claim.claim.standing == Standing::False {
                if side == Side::Challenger {
                    self.contract
                        .send(&self.signer, &disputes::settle(self.receipt, number))?;
                    self.say(format!(
                        "game {number}: stopped by another challenger's win; the bond is back"
                    ));
                    return Ok(Found::Acted);
                }
                continue;
            }
            if self.act(number, &record, side, at.number)? {
                return Ok(Found::Acted);
            }
            found = Found::Waiting;
        }
        match found {
            Found::Nothing => self.defend(&claim, at.number),
            found => Ok(found),
        }
    }

    /// A move, or a late opponent's end. Whether anything was sent.
    fn act(
        &mut self,
        number: u32,
        record: &GameRecord,
        side: Side,
        block: u32,
    ) -> Result<bool, Failure> {
        let game = &record.contest.game;
        if game.phase.side() != Some(side) {
            let late = block.saturating_sub(game.last) > game.clock(side.other());
            if late {
                self.contract
                    .send(&self.signer, &disputes::timeout(self.receipt, number))?;
                self.say(format!(
                    "game {number}: the other side let its clock run out"
                ));
            }
            return Ok(late);
        }
        let player = Player::new(self.program, self.inputs, &honest, &Software);
        let made = match (side, &self.secrets) {
            (Side::Asserter, Some(secrets)) => player.assert(&Sizes::EXACT, secrets, game),
            (Side::Asserter, None) => return Err(Failure::NoRun),
            (Side::Challenger, _) => {
                let mut kept =
                    Kept::open(&self.folder, &self.contract.account, &self.receipt, number)?;
                let earlier = kept.earlier(game)?;
                let made = player.challenge(&Sizes::EXACT, game, &earlier);
                if let Ok(Some(made)) = &made {
                    kept.note(game.turn, made)?;
                }
                made
            }
        };
        let made = match made {
            Ok(Some(made)) => made,
            Ok(None) => return Ok(false),
            Err(PlayError::NothingDiffers) => return Err(Failure::NoCase),
            Err(error) => {
                return Err(Failure::Play {
                    reason: error.to_string(),
                })
            }
        };
        let sent = self.contract.send(
            &self.signer,
            &disputes::play(self.receipt, number, game.turn, &made),
        )?;
        let end = match sent.winner {
            Some(winner) if winner == side => ", and won",
            Some(_) => ", and lost",
            None => "",
        };
        let (turn, name) = (game.turn, made.name());
        self.say(format!("game {number}, turn {turn}: {name}{end}"));
        Ok(true)
    }
}
