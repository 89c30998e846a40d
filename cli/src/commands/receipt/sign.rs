//! `countersign receipt sign`.

use crate::args::{Global, Openings, Sign};
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use crate::record::Record;
use crate::setup::{self, deployed};
use countersign_client::language::Language;
use countersign_client::lists;
use countersign_client::messages;
use countersign_shared::chain::MAX_PAGE_ITEMS;
use countersign_shared::deploy::Deployment;
use countersign_shared::files::{Bundle, Opening};
use countersign_shared::id::{
    BlockHash, EasSalt, EthAddress, ExactRoot, ModelId, ReceiptId, Sr25519Public,
};
use countersign_shared::receipt::{Receipt, Run, Statement};
use countersign_shared::signature::Signature;
use countersign_shared::{text, Attester, Lane, Software};
use serde_json::json;
use std::path::Path;

/// Signs a run record.
pub fn run(global: &Global, args: &Sign) -> Result<Outcome, Failure> {
    let record = read(&args.run)?;
    let list = global.deployments()?;
    let (entry, model, beacon) = if global.offline {
        let entry = global.choose_offline(&list)?;
        (entry, offline_model(&record, args)?, BlockHash::ZERO)
    } else {
        let chain = global.chain()?;
        let entry = global.choose(&list, &chain)?;
        let model = online_model(&chain, entry, &record, args)?;
        let beacon = pollster::block_on(chain.finalised())?;
        (entry, model, BlockHash::new(beacon.hash))
    };
    let deployment = Deployment {
        genesis: entry.genesis,
        contract: entry.receipts,
    };
    let now = setup::now();
    let statement = Statement {
        run: Run {
            model,
            engine: record.engine,
            input: record.input.commitment(),
            output: record.output.commitment(),
            beacon,
            lane: match record.exact {
                Some(_) => Lane::Exact,
                None => Lane::Replay,
            },
        },
        recipient: recipient(args)?,
        time: now,
        expiration: args
            .expires_in
            .map_or(0, |seconds| now.saturating_add(seconds)),
        reference: reference(args)?,
        salt: EasSalt::new(setup::random()?),
    };
    let (attester, signature) = sign(args, &deployment, &statement)?;
    let receipt = Receipt {
        deployment,
        statement,
        attester,
        signature,
    };
    // What does not verify is never handed out (PROTOCOL 7.4).
    let verified = receipt.verify(&Software).map_err(Failure::Unsigned)?;
    let bundle = Bundle {
        receipt,
        openings: openings(args.open, &record, verified.id()),
        anchors: Vec::new(),
    };
    let file = bundle.to_file(&Software);
    let mut rows = vec![
        ("receipt id", verified.id().to_string()),
        ("signed by", messages::attester(&attester)),
        ("model", model.to_string()),
        (
            "deployment",
            messages::deployment(&entry.name, entry.development, Language::English),
        ),
        (
            "opens",
            match args.open {
                Openings::All => {
                    "input and output: whoever gets the bundle and has the input can repeat the run"
                }
                Openings::Output => "the output only",
                Openings::None => "nothing",
            }
            .to_owned(),
        ),
    ];
    let link = args.link.then(|| bundle.to_fragment(&Software));
    if let Some(link) = &link {
        rows.push(("link", format!("APP-ADDRESS/verify{link}")));
    }
    let Some(path) = &args.output else {
        let parsed: Option<serde_json::Value> = serde_json::from_str(&file).ok();
        let json = json!({ "receipt": verified.id().to_string(), "bundle": parsed, "link": link });
        return Ok(Outcome::ok(file, json));
    };
    setup::write(path, file.as_bytes())?;
    rows.push(("written to", path.display().to_string()));
    let json = json!({
        "receipt": verified.id().to_string(),
        "sealed": verified.sealed().to_string(),
        "attester": attester.to_string(),
        "model": model.to_string(),
        "file": path,
        "link": link,
    });
    Ok(Outcome::ok(columns(rows), json))
}

/// Reads and checks a run record.
pub fn read(path: &Path) -> Result<Record, Failure> {
    Record::parse(&setup::read(path)?).map_err(|error| Failure::Record {
        path: path.to_owned(),
        error,
    })
}

fn recipient(args: &Sign) -> Result<EthAddress, Failure> {
    let Some(text) = &args.recipient else {
        return Ok(EthAddress::ZERO);
    };
    EthAddress::parse_eip55(text, &Software).map_err(|error| Failure::Address {
        text: text.clone(),
        error,
    })
}

fn reference(args: &Sign) -> Result<ReceiptId, Failure> {
    let Some(text) = &args.reference else {
        return Ok(ReceiptId::ZERO);
    };
    text.parse().map_err(|error| Failure::Id {
        text: text.clone(),
        error,
    })
}

/// Without a chain the publisher must be known: by the run, or by the flag.
fn offline_model(record: &Record, args: &Sign) -> Result<ModelId, Failure> {
    match (&args.publisher, record.model) {
        (Some(publisher), _) => {
            let publisher = setup::account(publisher)?;
            Ok(ModelId::compute(
                &publisher,
                &record.manifest,
                &record.exact.unwrap_or(ExactRoot::ZERO),
                &Software,
            ))
        }
        (None, Some(model)) => Ok(model),
        (None, None) => Err(Failure::Unpublished {
            manifest: record.manifest.to_string(),
        }),
    }
}

/// The registered model of the record's manifest; several publishers are never chosen between.
fn online_model(
    chain: &countersign_client::Chain<countersign_client::transport::native::Http>,
    entry: &lists::Deployment,
    record: &Record,
    args: &Sign,
) -> Result<ModelId, Failure> {
    let deployed = deployed(chain, entry)?;
    if args.publisher.is_some() || record.model.is_some() {
        let model = offline_model(record, args)?;
        let known = pollster::block_on(deployed.model(model))?;
        return known
            .map(|model| model.id)
            .ok_or(Failure::UnknownModel(model));
    }
    let at = pollster::block_on(chain.finalised())?;
    let (mut start, mut found) = (0_u32, Vec::new());
    loop {
        let page = pollster::block_on(deployed.models(start, MAX_PAGE_ITEMS, at))?;
        let fits = page
            .items
            .iter()
            .filter(|(_, model)| model.manifest_hash == record.manifest)
            .filter(|(_, model)| record.exact.is_none_or(|root| root == model.exact_root));
        found.extend(fits.map(|(id, model)| (*id, model.publisher)));
        start = start.saturating_add(u32::try_from(page.items.len()).unwrap_or(u32::MAX));
        if page.items.is_empty() || start >= page.total {
            break;
        }
    }
    match found.as_slice() {
        [(id, _)] => Ok(*id),
        [] => Err(Failure::Unpublished {
            manifest: record.manifest.to_string(),
        }),
        many => Err(Failure::ManyPublishers {
            publishers: many.iter().map(|(_, publisher)| *publisher).collect(),
        }),
    }
}

/// With the Ethereum key if one is given, else with the sr25519 account.
fn sign(
    args: &Sign,
    deployment: &Deployment,
    statement: &Statement,
) -> Result<(Attester, Signature), Failure> {
    let digest = statement.digest(deployment, &Software);
    if let Some(path) = &args.key_file {
        let key = setup::ethereum_key(path)?;
        let wrong = || Failure::KeyFile { path: path.clone() };
        let address = key.address().ok_or_else(wrong)?;
        let signature = key.sign(&digest).ok_or_else(wrong)?;
        return Ok((Attester::Secp256k1(address), signature));
    }
    let key = args.account.key()?;
    let message = text::wrap(&text::receipt(&statement.run, deployment, &digest));
    let attester = Attester::Sr25519(Sr25519Public::new(key.public()));
    Ok((attester, Signature::Sr25519(key.sign_bytes(&message))))
}

fn openings(wanted: Openings, record: &Record, receipt: ReceiptId) -> Vec<Opening> {
    let sides = match wanted {
        Openings::All => vec![&record.input, &record.output],
        Openings::Output => vec![&record.output],
        Openings::None => Vec::new(),
    };
    sides
        .into_iter()
        .filter_map(|side| Opening::complete(receipt, side, &Software))
        .collect()
}
