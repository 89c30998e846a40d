//! `countersign claim`: receipts of the Exact lane at stake (EXACT 5, 6).

mod kept;
mod play;

use super::chain::code as bundle_code;
use super::receipt::checked;
use crate::args::{ClaimCommand, Global};
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use crate::setup;
use countersign_client::chain::Chain;
use countersign_client::contracts::{disputes, Message};
use countersign_client::deploy::code_hash;
use countersign_client::deployed::ChainGap;
use countersign_client::messages;
use countersign_client::rpc::Block;
use countersign_client::signer::{Signer, Sr25519};
use countersign_client::transport::native::Http;
use countersign_shared::chain::MAX_PAGE_ITEMS;
use countersign_shared::deploy::Deployment;
use countersign_shared::disputes::{Assertion, ClaimRecord, DisputesError, DisputesSetup};
use countersign_shared::eip712::claim_digest;
use countersign_shared::exact::claim::Standing;
use countersign_shared::id::{AccountId, ReceiptId};
use countersign_shared::{Attester, Software};
use parity_scale_codec::Decode;
use serde_json::json;

/// Runs a `claim` command.
pub fn run(global: &Global, command: &ClaimCommand) -> Result<Outcome, Failure> {
    match command {
        ClaimCommand::Assert {
            receipt,
            disputes,
            account,
            key_file,
        } => assert(
            global,
            receipt,
            disputes.as_deref(),
            &account.key()?,
            key_file.as_deref(),
        ),
        ClaimCommand::Challenge {
            receipt,
            disputes,
            account,
        } => challenge(global, receipt, disputes.as_deref(), &account.key()?),
        ClaimCommand::Play(args) => play::run(global, args),
        ClaimCommand::List { disputes } => list(global, disputes.as_deref()),
        ClaimCommand::Finalise {
            receipt,
            disputes,
            account,
        } => finalise(global, receipt, disputes.as_deref(), &account.key()?),
        ClaimCommand::Withdraw { disputes, account } => {
            withdraw(global, disputes.as_deref(), &account.key()?)
        }
    }
}

/// A disputes contract on the node's chain.
pub struct Contract<'a> {
    chain: &'a Chain<Http>,
    account: AccountId,
    setup: DisputesSetup,
}

/// The contract that was named, else the deployment's; its code must be the released one, and its setup this chain's.
fn contract<'a>(
    global: &Global,
    chain: &'a Chain<Http>,
    named: Option<&str>,
) -> Result<Contract<'a>, Failure> {
    let account = match named {
        Some(named) => setup::account(named)?,
        None => {
            let list = global.deployments()?;
            let entry = global.choose(&list, chain)?;
            let name = entry.name.clone();
            entry.disputes.ok_or(Failure::NoDisputes { name })?
        }
    };
    let released = code_hash(&bundle_code(
        &global.bundles(None).join("disputes.contract"),
    )?);
    let at = pollster::block_on(chain.finalised())?;
    match pollster::block_on(chain.code_hash(account, at))? {
        None => return Err(ChainGap::NoContract(account).into()),
        Some(found) if found != released => {
            let listed = released;
            return Err(ChainGap::OtherCode { listed, found }.into());
        }
        Some(_) => {}
    }
    let setup = pollster::block_on(chain.read(account, &disputes::deployment(), at))?;
    if setup.genesis != chain.genesis() {
        return Err(Failure::Setup {
            genesis: setup.genesis,
            registry: setup.registry,
        });
    }
    Ok(Contract {
        chain,
        account,
        setup,
    })
}

impl Contract<'_> {
    fn finalised(&self) -> Result<Block, Failure> {
        Ok(pollster::block_on(self.chain.finalised())?)
    }

    fn read<R: Decode>(&self, message: &Message<R>, at: Block) -> Result<R, Failure> {
        Ok(pollster::block_on(self.chain.read(
            self.account,
            message,
            at,
        ))?)
    }

    fn claim(&self, receipt: ReceiptId) -> Result<ClaimRecord, Failure> {
        self.claim_at(receipt, self.finalised()?)
    }

    fn claim_at(&self, receipt: ReceiptId, at: Block) -> Result<ClaimRecord, Failure> {
        let claim = self.read(&disputes::claim(receipt), at)?;
        claim.ok_or(Failure::NoClaim(receipt))
    }

    /// Sends a message and waits until a finalised block holds it.
    fn send<R: Decode>(
        &self,
        signer: &Sr25519,
        message: &Message<Result<R, DisputesError>>,
    ) -> Result<R, Failure> {
        let sent = self.chain.send(signer, self.account, message, |_| {});
        Ok(pollster::block_on(sent)?.answer)
    }
}

fn receipt_id(text: &str) -> Result<ReceiptId, Failure> {
    text.parse().map_err(|error| Failure::Id {
        text: text.to_owned(),
        error,
    })
}

/// A claim's standing in EXACT 5.6's words.
fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "open",
        Standing::Final => "final",
        Standing::False => "false",
    }
}

fn assert(
    global: &Global,
    named: &str,
    at: Option<&str>,
    signer: &Sr25519,
    key_file: Option<&std::path::Path>,
) -> Result<Outcome, Failure> {
    let receipt = checked(named)?;
    let chain = global.chain()?;
    let contract = contract(global, &chain, at)?;
    let deployment = Deployment {
        genesis: contract.setup.genesis,
        contract: contract.account,
    };
    let authorisation = match (&receipt.attester, key_file) {
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
        batch: None,
    };
    let message = disputes::assert(&assertion, contract.setup.bond);
    let id = contract.send(signer, &message)?;
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

fn challenge(
    global: &Global,
    named: &str,
    at: Option<&str>,
    signer: &Sr25519,
) -> Result<Outcome, Failure> {
    let receipt = receipt_id(named)?;
    let chain = global.chain()?;
    let contract = contract(global, &chain, at)?;
    let message = disputes::challenge(receipt, contract.setup.bond);
    let game = contract.send(signer, &message)?;
    let text = format!(
        "game {game} on {receipt} is open; answer with `countersign claim play`: each side has {} blocks for all its moves",
        contract.setup.clock
    );
    Ok(Outcome::ok(
        text,
        json!({ "receipt": receipt.to_string(), "game": game }),
    ))
}

fn list(global: &Global, at: Option<&str>) -> Result<Outcome, Failure> {
    let chain = global.chain()?;
    let contract = contract(global, &chain, at)?;
    let block = contract.finalised()?;
    let (mut text, mut list, mut start) = (Vec::new(), Vec::new(), 0_u32);
    loop {
        let page = contract.read(&disputes::claims(start, MAX_PAGE_ITEMS), block)?;
        for (id, record) in &page.items {
            let claim = record.claim;
            let rows = [
                ("receipt", id.to_string()),
                ("standing", word(claim.standing).to_owned()),
                ("asserted by", messages::account(&record.asserter)),
                ("since", messages::moment(&record.asserted)),
                (
                    "games",
                    format!("{} of {} open", claim.open_games, record.games),
                ),
            ];
            text.push(columns(rows));
            list.push(json!({
                "receipt": id.to_string(),
                "standing": word(claim.standing),
                "asserter": messages::account(&record.asserter),
                "games": record.games,
                "openGames": claim.open_games,
            }));
        }
        start = start.saturating_add(u32::try_from(page.items.len()).unwrap_or(u32::MAX));
        if page.items.is_empty() || start >= page.total {
            break;
        }
    }
    if text.is_empty() {
        text.push("nothing is at stake".to_owned());
    }
    Ok(Outcome::ok(text.join("\n\n"), json!({ "claims": list })))
}

fn finalise(
    global: &Global,
    named: &str,
    at: Option<&str>,
    signer: &Sr25519,
) -> Result<Outcome, Failure> {
    let receipt = receipt_id(named)?;
    let chain = global.chain()?;
    let contract = contract(global, &chain, at)?;
    contract.send(signer, &disputes::finalise(receipt))?;
    let text = format!("{receipt} is final: nobody refuted it in time");
    Ok(Outcome::ok(
        text,
        json!({ "receipt": receipt.to_string(), "standing": "final" }),
    ))
}

fn withdraw(global: &Global, at: Option<&str>, signer: &Sr25519) -> Result<Outcome, Failure> {
    let chain = global.chain()?;
    let contract = contract(global, &chain, at)?;
    let amount = contract.send(signer, &disputes::withdraw())?;
    Ok(Outcome::ok(
        format!("{amount} of the chain's smallest unit withdrawn"),
        json!({ "withdrawn": amount.to_string() }),
    ))
}
