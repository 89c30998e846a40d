//! `countersign chain`.

use crate::args::{Account, ChainCommand, Global, Terms};
use crate::failure::{Code, Failure};
use crate::outcome::{columns, Outcome};
use crate::setup;
use countersign_client::contracts::{disputes, receipts};
use countersign_client::deploy::{code_hash, Constructor};
use countersign_client::deployed::ChainGap;
use countersign_client::language::Language;
use countersign_client::lists::{Deployment, Deployments};
use countersign_client::messages;
use countersign_client::signer::Signer;
use countersign_client::transport::native::Http;
use countersign_client::Chain;
use countersign_shared::chain as messages_of;
use countersign_shared::disputes::selectors;
use countersign_shared::id::{AccountId, CodeHash};
use serde_json::{json, Value};
use std::path::Path;

/// Runs a `chain` command.
pub fn run(global: &Global, command: &ChainCommand) -> Result<Outcome, Failure> {
    match command {
        ChainCommand::Check => check(global),
        ChainCommand::Deploy {
            bundles,
            terms,
            name,
            development,
            account,
        } => {
            let bundles = Bundles::read(&global.bundles(bundles.as_ref()))?;
            deploy(global, &bundles, terms, name, *development, account)
        }
        ChainCommand::Record {
            registry,
            receipts,
            disputes,
            bundles,
            name,
            development,
        } => {
            let bundles = Bundles::read(&global.bundles(bundles.as_ref()))?;
            let (registry, receipts) = (setup::account(registry)?, setup::account(receipts)?);
            let disputes = disputes.as_deref().map(setup::account).transpose()?;
            let chain = global.chain()?;
            let entry = Deployment {
                name: name.clone(),
                genesis: chain.genesis(),
                receipts,
                registry,
                disputes,
                registry_code: bundles.registry_hash(),
                receipts_code: bundles.receipts_hash(),
                development: *development,
            };
            record(global, &chain, &bundles, entry)
        }
    }
}

/// The released contracts.
struct Bundles {
    registry: Vec<u8>,
    receipts: Vec<u8>,
    disputes: Vec<u8>,
}

impl Bundles {
    fn read(folder: &Path) -> Result<Self, Failure> {
        Ok(Self {
            registry: code(&folder.join("registry.contract"))?,
            receipts: code(&folder.join("receipts.contract"))?,
            disputes: code(&folder.join("disputes.contract"))?,
        })
    }

    fn registry_hash(&self) -> CodeHash {
        code_hash(&self.registry)
    }

    fn receipts_hash(&self) -> CodeHash {
        code_hash(&self.receipts)
    }
}

/// The wasm inside a bundle of cargo-contract; its own hash must be the bundle's.
pub fn code(path: &Path) -> Result<Vec<u8>, Failure> {
    let wrong = || Failure::ContractBundle {
        path: path.to_owned(),
    };
    let bundle: Value = serde_json::from_slice(&setup::read(path)?).map_err(|_| wrong())?;
    let text = |pointer: &str| {
        bundle
            .pointer(pointer)
            .and_then(Value::as_str)
            .ok_or_else(wrong)
    };
    let wasm = hex::decode(text("/source/wasm")?.trim_start_matches("0x")).map_err(|_| wrong())?;
    if code_hash(&wasm).to_string() == text("/source/hash")? {
        Ok(wasm)
    } else {
        Err(wrong())
    }
}

/// Compares the contracts of every listed deployment on this chain with the list and the released bundles.
fn check(global: &Global) -> Result<Outcome, Failure> {
    let (list, chain) = (global.deployments()?, global.chain()?);
    let bundles = Bundles::read(&global.bundles(None))?;
    let genesis = chain.genesis();
    let here: Vec<&Deployment> = list
        .entries()
        .iter()
        .filter(|entry| entry.genesis == genesis)
        .collect();
    if here.is_empty() {
        return Err(Failure::NoDeployment { genesis });
    }
    let at = pollster::block_on(chain.finalised())?;
    let mut rows = vec![(
        "chain",
        format!("genesis {genesis}, read at block {}", messages::block(&at)),
    )];
    let (mut json, mut all_good) = (Vec::new(), true);
    for entry in here {
        rows.push((
            "deployment",
            messages::deployment(&entry.name, entry.development, Language::English),
        ));
        let disputes = entry.disputes.map(|account| {
            // The list names no hash of it: what is released is what may stand there.
            let released = code_hash(&bundles.disputes);
            ("disputes", account, released, released)
        });
        let contracts = [
            (
                "registry",
                entry.registry,
                entry.registry_code,
                bundles.registry_hash(),
            ),
            (
                "receipts",
                entry.receipts,
                entry.receipts_code,
                bundles.receipts_hash(),
            ),
        ];
        for (name, account, listed, released) in contracts.into_iter().chain(disputes) {
            let found = pollster::block_on(chain.code_hash(account, at))?;
            let good = found == Some(listed) && listed == released;
            all_good &= good;
            let verdict = match found {
                None => "no contract stands there".to_owned(),
                Some(found) if found != listed => {
                    format!("code {found}, but the list says {listed}")
                }
                Some(_) if listed != released => {
                    format!("code {listed} as listed, but the release here is {released}")
                }
                Some(found) => format!("code {found}, as listed and released"),
            };
            rows.push((name, format!("{}: {verdict}", messages::account(&account))));
            json.push(json!({
                "deployment": entry.name,
                "contract": name,
                "account": messages::account(&account),
                "onChain": found.map(|hash| hash.to_string()),
                "listed": listed.to_string(),
                "released": released.to_string(),
                "ok": good,
            }));
        }
    }
    let code = if all_good { Code::Ok } else { Code::Invalid };
    let json = json!({ "genesis": genesis.to_string(), "ok": all_good, "contracts": json });
    Ok(Outcome {
        code,
        text: columns(rows),
        json,
    })
}

/// Instantiates the contracts, unless the list has a deployment on this chain that stands there with the released code;
/// one without a disputes contract gets one.
fn deploy(
    global: &Global,
    bundles: &Bundles,
    terms: &Terms,
    name: &str,
    development: bool,
    account: &Account,
) -> Result<Outcome, Failure> {
    let signer = account.key()?;
    let chain = global.chain()?;
    let list = existing(&global.deployments_path()?)?;
    let released = |entry: &&Deployment| {
        entry.genesis == chain.genesis()
            && (entry.registry_code, entry.receipts_code)
                == (bundles.registry_hash(), bundles.receipts_hash())
    };
    for entry in list.entries().iter().filter(released) {
        if pollster::block_on(chain.deployed(entry)).is_err() {
            continue;
        }
        if entry.disputes.is_some() {
            return Ok(told("already there", entry, &global.deployments_path()?));
        }
        let mut entry = entry.clone();
        entry.disputes = Some(instantiate_disputes(
            global, &chain, &signer, bundles, terms, &entry,
        )?);
        return record(global, &chain, bundles, entry);
    }
    let salt = setup::random()?;
    let new = Constructor::new(messages_of::registry::NEW, &());
    let made = chain.instantiate(&signer, &bundles.registry, &new, &salt, global.progress());
    let (registry, _) = pollster::block_on(made)?;
    let new = Constructor::new(messages_of::receipts::NEW, &(chain.genesis(), registry));
    let made = chain.instantiate(&signer, &bundles.receipts, &new, &salt, global.progress());
    let (receipts, _) = pollster::block_on(made)?;
    let mut entry = Deployment {
        name: name.to_owned(),
        genesis: chain.genesis(),
        receipts,
        registry,
        disputes: None,
        registry_code: bundles.registry_hash(),
        receipts_code: bundles.receipts_hash(),
        development,
    };
    entry.disputes = Some(instantiate_disputes(
        global, &chain, &signer, bundles, terms, &entry,
    )?);
    record(global, &chain, bundles, entry)
}

fn instantiate_disputes(
    global: &Global,
    chain: &Chain<Http>,
    signer: &impl Signer,
    bundles: &Bundles,
    terms: &Terms,
    entry: &Deployment,
) -> Result<AccountId, Failure> {
    let Terms {
        window,
        clock,
        bond,
    } = *terms;
    let given = (
        entry.genesis,
        entry.registry,
        entry.receipts,
        window,
        clock,
        bond,
    );
    let new = Constructor::new(selectors::NEW, &given);
    let salt = setup::random()?;
    let made = chain.instantiate(signer, &bundles.disputes, &new, &salt, global.progress());
    Ok(pollster::block_on(made)?.0)
}

/// Adds an entry to the list after a look at the chain; an older entry of the same name and chain is replaced.
fn record(
    global: &Global,
    chain: &Chain<Http>,
    bundles: &Bundles,
    entry: Deployment,
) -> Result<Outcome, Failure> {
    let at = pollster::block_on(chain.finalised())?;
    pollster::block_on(chain.deployed(&entry))?;
    let said = pollster::block_on(chain.read(entry.receipts, &receipts::deployment(), at))?;
    if (said.genesis, said.registry) != (entry.genesis, entry.registry) {
        return Err(Failure::Setup {
            genesis: said.genesis,
            registry: said.registry,
        });
    }
    if let Some(account) = entry.disputes {
        let (listed, found) = (
            code_hash(&bundles.disputes),
            pollster::block_on(chain.code_hash(account, at))?,
        );
        match found {
            None => return Err(ChainGap::NoContract(account).into()),
            Some(found) if found != listed => {
                return Err(ChainGap::OtherCode { listed, found }.into())
            }
            Some(_) => {}
        }
        let said = pollster::block_on(chain.read(account, &disputes::deployment(), at))?;
        if (said.genesis, said.registry, said.receipts)
            != (entry.genesis, entry.registry, entry.receipts)
        {
            return Err(Failure::Setup {
                genesis: said.genesis,
                registry: said.registry,
            });
        }
    }
    let path = global.deployments_path()?;
    let mut entries = existing(&path)?.entries().to_vec();
    entries.retain(|old| {
        old.genesis != entry.genesis || (old.name != entry.name && old.receipts != entry.receipts)
    });
    entries.push(entry.clone());
    let list = Deployments::new(entries).map_err(|error| Failure::List {
        path: path.clone(),
        error,
    })?;
    setup::write(&path, list.to_canonical().as_bytes())?;
    Ok(told("written", &entry, &path))
}

/// The list at a path; an empty one if there is no file yet.
fn existing(path: &Path) -> Result<Deployments, Failure> {
    if !path.exists() {
        return Ok(Deployments::default());
    }
    Deployments::parse(&setup::read(path)?).map_err(|error| Failure::List {
        path: path.to_path_buf(),
        error,
    })
}

fn told(word: &'static str, entry: &Deployment, path: &Path) -> Outcome {
    let account = |account: &AccountId| messages::account(account);
    let disputes = entry.disputes.as_ref().map(account);
    let rows = [
        (word, path.display().to_string()),
        (
            "deployment",
            messages::deployment(&entry.name, entry.development, Language::English),
        ),
        ("genesis", entry.genesis.to_string()),
        ("registry", account(&entry.registry)),
        ("receipts", account(&entry.receipts)),
        (
            "disputes",
            disputes.clone().unwrap_or_else(|| "none".to_owned()),
        ),
    ];
    let json = json!({
        "name": entry.name,
        "genesis": entry.genesis.to_string(),
        "registry": account(&entry.registry),
        "receipts": account(&entry.receipts),
        "disputes": disputes,
        "file": path,
        "already": word == "already there",
    });
    Outcome::ok(columns(rows), json)
}
