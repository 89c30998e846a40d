//! `countersign model`.

use super::handover;
use crate::args::{Account, EngineChoice, Global, ModelCommand, ModelFiles};
use crate::exact;
use crate::executor::{Local, Places};
use crate::failure::{Code, Failure};
use crate::outcome::{columns, Outcome};
use crate::setup::{self, deployed};
use countersign_client::deployed::Model;
use countersign_client::language::Language;
use countersign_client::messages;
use countersign_shared::chain::{ModelRecord, Page, MAX_PAGE_ITEMS};
use countersign_shared::id::{ExactRoot, ManifestHash, ModelId};
use countersign_shared::manifest::{Dim, Manifest, TensorInfo};
use countersign_shared::Software;
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

/// Runs a `model` command.
pub fn run(global: &Global, command: &ModelCommand) -> Result<Outcome, Failure> {
    match command {
        ModelCommand::Publish {
            manifest,
            predecessor,
            exact,
            engine,
            account,
        } => {
            let files = exact.then_some(&engine.files);
            publish(global, manifest, predecessor.as_deref(), files, account)
        }
        ModelCommand::Deprecate { model, account } => deprecate(global, model, account),
        ModelCommand::Offer {
            model,
            to,
            nobody: _,
            account,
        } => handover::offer(global, id(model)?, to.as_deref(), account),
        ModelCommand::Accept { model, account } => handover::accept(global, id(model)?, account),
        ModelCommand::List => list(global),
        ModelCommand::Show { model } => show(global, model),
        ModelCommand::Check { model, engine } => check(global, model, engine),
    }
}

/// A manifest and where it came from.
pub struct Found {
    /// The model's id, if it was named by it.
    pub id: Option<ModelId>,
    /// What it is.
    pub manifest: Manifest,
    /// The manifest's bytes.
    pub bytes: Vec<u8>,
    /// The manifest's file, if it was named by one.
    pub path: Option<PathBuf>,
    /// The exact root that the registry names, if the model was named by its id; zero outside the exact profile.
    pub exact_root: Option<ExactRoot>,
}

/// Reads a manifest file, or asks the registry for a model's id.
pub fn find(global: &Global, named: &str) -> Result<Found, Failure> {
    let path = PathBuf::from(named);
    if path.is_file() {
        let (manifest, bytes) = read(&path)?;
        return Ok(Found {
            id: None,
            manifest,
            bytes,
            path: Some(path),
            exact_root: None,
        });
    }
    let model = registered(global, id(named)?)?;
    let bytes = model
        .manifest
        .to_bytes()
        .map_err(|error| Failure::Manifest { path, error })?;
    Ok(Found {
        id: Some(model.id),
        exact_root: model.record.map(|record| record.exact_root),
        manifest: model.manifest,
        bytes,
        path: None,
    })
}

fn id(text: &str) -> Result<ModelId, Failure> {
    text.parse().map_err(|_| Failure::ModelId {
        text: text.to_owned(),
    })
}

fn read(path: &Path) -> Result<(Manifest, Vec<u8>), Failure> {
    let bytes = setup::read(path)?;
    match Manifest::parse(&bytes) {
        Ok(manifest) => Ok((manifest, bytes)),
        Err(error) => Err(Failure::Manifest {
            path: path.to_owned(),
            error,
        }),
    }
}

/// A published model.
pub fn registered(global: &Global, id: ModelId) -> Result<Model, Failure> {
    let (list, chain) = (global.deployments()?, global.chain()?);
    let deployed = deployed(&chain, global.choose(&list, &chain)?)?;
    pollster::block_on(deployed.model(id))?.ok_or(Failure::UnknownModel(id))
}

fn publish(
    global: &Global,
    path: &Path,
    predecessor: Option<&str>,
    exact_files: Option<&ModelFiles>,
    account: &Account,
) -> Result<Outcome, Failure> {
    let (manifest, bytes) = read(path)?;
    let exact_root = match exact_files {
        None => ExactRoot::ZERO,
        Some(files) => {
            let places = Places::new(files, Some(path));
            exact::program(&places, &manifest)?.exact_root(&Software)
        }
    };
    let predecessor = predecessor.map(id).transpose()?;
    let signer = account.key()?;
    let (list, chain) = (global.deployments()?, global.chain()?);
    let deployed = deployed(&chain, global.choose(&list, &chain)?)?;
    let published =
        deployed.publish_once(&signer, &bytes, exact_root, predecessor, global.progress());
    let (model, already) = pollster::block_on(published)?;
    let word = if already {
        "already published"
    } else {
        "published"
    };
    let rows = [
        (word, format!("{} {}", manifest.name, manifest.version)),
        ("model id", model.id.to_string()),
        ("publisher", messages::account(&model.publisher)),
        ("exact root", exact_words(exact_root)),
    ];
    let json = json!({ "model": model.id.to_string(), "publisher": messages::account(&model.publisher), "already": already, "exactRoot": exact_root.to_string() });
    Ok(Outcome::ok(columns(rows), json))
}

fn exact_words(root: ExactRoot) -> String {
    if root.is_zero() {
        "none: its receipts cannot be of the Exact lane".to_owned()
    } else {
        root.to_string()
    }
}

fn deprecate(global: &Global, named: &str, account: &Account) -> Result<Outcome, Failure> {
    let model = registered(global, id(named)?)?;
    let known = model.record.and_then(|record| record.deprecated);
    let at = match known {
        Some(at) => at,
        None => {
            let signer = account.key()?;
            let (list, chain) = (global.deployments()?, global.chain()?);
            let deployed = deployed(&chain, global.choose(&list, &chain)?)?;
            pollster::block_on(deployed.deprecate(&signer, model.id, global.progress()))?
        }
    };
    let word = if known.is_some() {
        "already deprecated"
    } else {
        "deprecated"
    };
    let rows = [
        (word, messages::moment(&at, Language::English)),
        ("model id", model.id.to_string()),
    ];
    let json = json!({ "model": model.id.to_string(), "deprecated": { "block": at.block, "seconds": at.seconds }, "already": known.is_some() });
    Ok(Outcome::ok(columns(rows), json))
}

fn list(global: &Global) -> Result<Outcome, Failure> {
    let (list, chain) = (global.deployments()?, global.chain()?);
    let deployed = deployed(&chain, global.choose(&list, &chain)?)?;
    let at = pollster::block_on(chain.finalised())?;
    let (mut text, mut json, mut start) = (Vec::new(), Vec::new(), 0_u32);
    loop {
        let page: Page<(ModelId, ModelRecord)> =
            pollster::block_on(deployed.models(start, MAX_PAGE_ITEMS, at))?;
        for (id, record) in &page.items {
            let manifest = pollster::block_on(deployed.manifest(*id, record, at))?;
            let name = match &manifest {
                Some(manifest) => format!("{} {}", manifest.name, manifest.version),
                None => "unreadable manifest: not for use".to_owned(),
            };
            let mut rows = vec![
                ("model", name),
                ("id", id.to_string()),
                ("publisher", messages::account(&record.publisher)),
                (
                    "registered",
                    messages::moment(&record.registered, Language::English),
                ),
            ];
            if let Some(deprecated) = &record.deprecated {
                rows.push((
                    "deprecated",
                    messages::moment(deprecated, Language::English),
                ));
            }
            text.push(columns(rows));
            json.push(record_json(*id, record, manifest.as_ref()));
        }
        start = start.saturating_add(u32::try_from(page.items.len()).unwrap_or(u32::MAX));
        if page.items.is_empty() || start >= page.total {
            break;
        }
    }
    if text.is_empty() {
        text.push("no models: publish one with `countersign model publish MANIFEST`".to_owned());
    }
    Ok(Outcome::ok(
        text.join("\n\n"),
        json!({ "readAt": at.number, "models": json }),
    ))
}

fn record_json(id: ModelId, record: &ModelRecord, manifest: Option<&Manifest>) -> Value {
    let moment = |moment: &countersign_shared::chain::Moment| json!({ "block": moment.block, "seconds": moment.seconds });
    json!({
        "id": id.to_string(),
        "name": manifest.map(|manifest| &manifest.name),
        "version": manifest.map(|manifest| &manifest.version),
        "publisher": messages::account(&record.publisher),
        "owner": messages::account(&record.owner),
        "offeredTo": record.offered_to.as_ref().map(messages::account),
        "manifestHash": record.manifest_hash.to_string(),
        "exactRoot": record.exact_root.to_string(),
        "predecessor": record.predecessor.map(|id| id.to_string()),
        "registered": moment(&record.registered),
        "deprecated": record.deprecated.as_ref().map(moment),
    })
}

fn show(global: &Global, named: &str) -> Result<Outcome, Failure> {
    let model = registered(global, id(named)?)?;
    let manifest = &model.manifest;
    let mut rows = vec![
        ("model", format!("{} {}", manifest.name, manifest.version)),
        ("id", model.id.to_string()),
        ("publisher", messages::account(&model.publisher)),
        ("description", manifest.description.clone()),
        ("licence", manifest.licence.clone()),
        ("task", manifest.task.to_string()),
    ];
    if let Some(record) = &model.record {
        rows.push(("owner", messages::account(&record.owner)));
        if let Some(to) = &record.offered_to {
            rows.push(("offered to", messages::account(to)));
        }
        rows.push((
            "registered",
            messages::moment(&record.registered, Language::English),
        ));
        rows.push(("exact root", exact_words(record.exact_root)));
        if let Some(predecessor) = &record.predecessor {
            rows.push(("new version of", predecessor.to_string()));
        }
        if let Some(deprecated) = &record.deprecated {
            rows.push((
                "deprecated",
                messages::moment(deprecated, Language::English),
            ));
        }
    }
    rows.extend(manifest.inputs.iter().map(|input| ("input", tensor(input))));
    rows.extend(
        manifest
            .outputs
            .iter()
            .map(|output| ("output", tensor(output))),
    );
    let file = |file: &countersign_shared::manifest::ModelFile| {
        format!("{} ({} bytes, {})", file.path, file.size, file.sha256)
    };
    rows.extend(manifest.files.iter().map(|entry| ("file", file(entry))));
    let text = columns(rows);
    let stored: Option<Value> = serde_json::from_str(&manifest.to_json().to_canonical()).ok();
    let record = model
        .record
        .as_ref()
        .map(|record| record_json(model.id, record, Some(manifest)));
    Ok(Outcome::ok(
        text,
        json!({ "model": record, "manifest": stored }),
    ))
}

fn tensor(info: &TensorInfo) -> String {
    let dim = |dim: &Dim| match dim {
        Dim::Fixed(length) => length.to_string(),
        Dim::Symbol(name) => name.clone(),
    };
    let dims: Vec<String> = info.dims.iter().map(dim).collect();
    format!("{}  {}[{}]", info.name, info.dtype, dims.join(", "))
}

fn check(global: &Global, named: &str, choice: &EngineChoice) -> Result<Outcome, Failure> {
    let found = find(global, named)?;
    let (engines, list) = global.engines()?;
    let local = Local::new(choice, list, found.path.as_deref());
    let mut rows = vec![("manifest", format!("good, {} bytes", found.bytes.len()))];
    let mut wrong = Vec::new();
    for file in &found.manifest.files {
        match local.places.file(file) {
            Ok(_) => rows.push((
                "file",
                format!("{}: size and SHA-256 are the manifest's", file.path),
            )),
            Err(error) => {
                rows.push(("file", format!("{}: {error}", file.path)));
                wrong.push(error);
            }
        }
    }
    if wrong.is_empty() {
        let entry = local.choose(&engines)?;
        match local
            .request(&found.manifest)
            .and_then(|request| local.load(&entry, &request))
        {
            Ok((_, description)) => {
                rows.push((
                    "engine",
                    format!(
                        "{} {} takes it (opset {})",
                        entry.name, entry.version, description.opset
                    ),
                ));
            }
            Err(error) => {
                rows.push(("engine", error.to_string()));
                wrong.push(error);
            }
        }
    }
    let mut exact_root = None;
    if wrong.is_empty() {
        let program = match found.exact_root.filter(|root| !root.is_zero()) {
            Some(root) => exact::registered(&local.places, &found.manifest, root).map_err(Some),
            // That a model which claims nothing is outside the profile is no fault of it.
            None => exact::program(&local.places, &found.manifest).map_err(|error| {
                rows.push(("exact lane", error.to_string()));
                None
            }),
        };
        match program {
            Ok(program) => {
                let root = program.exact_root(&Software).to_string();
                rows.push(("exact lane", format!("in the profile, exact root {root}")));
                exact_root = Some(root);
            }
            Err(Some(error)) => {
                rows.push(("exact lane", error.to_string()));
                wrong.push(error);
            }
            Err(None) => {}
        }
    }
    let code = if wrong.is_empty() {
        Code::Ok
    } else {
        Code::Invalid
    };
    let problems: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    let json = json!({
        "ok": wrong.is_empty(),
        "manifestHash": ManifestHash::of(&found.bytes, &Software).to_string(),
        "exactRoot": exact_root,
        "problems": problems,
    });
    Ok(Outcome {
        code,
        text: columns(rows),
        json,
    })
}
