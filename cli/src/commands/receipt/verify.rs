//! `countersign verify`: the same verdict, in the same words, as the page's.

use super::{batch, document};
use crate::args::{Global, Verify};
use crate::commands::{files, input};
use crate::exact;
use crate::executor::{Local, Places};
use crate::failure::{Code, Failure};
use crate::outcome::Outcome;
use crate::{progress, setup};
use countersign_client::language::Language;
use countersign_client::transport::native::Http;
use countersign_client::verify::{verify, Access, KnownModel, Report, Request, Verdict};
use countersign_client::{messages, Chain};
use countersign_shared::id::ExactRoot;
use countersign_shared::manifest::Manifest;
use countersign_shared::Software;
use serde_json::{json, Map, Value};
use std::path::Path;

/// Judges one receipt with all that is known of it, or several with a line each.
pub fn run(global: &Global, args: &Verify) -> Result<Outcome, Failure> {
    match args.receipts.as_slice() {
        [only] if !Path::new(only).is_dir() => one(global, args, only),
        several => batch::run(global, args, several),
    }
}

/// What is known of the models without asking a chain.
pub fn known_models(args: &Verify) -> Result<Vec<KnownModel>, Failure> {
    Ok(match (&args.manifest, &args.publisher) {
        (Some(path), Some(publisher)) => {
            let publisher = setup::account(publisher)?;
            let manifest = setup::read(path)?;
            let places = Places::new(&args.engine.files, Some(path));
            let parsed = Manifest::parse(&manifest).ok();
            // The same manifest is one model with an exact program and another without (PROTOCOL 3.2).
            let exact = parsed.and_then(|manifest| exact::program(&places, &manifest).ok());
            let roots = [
                Some(ExactRoot::ZERO),
                exact.map(|program| program.exact_root(&Software)),
            ];
            let known = roots.into_iter().flatten().map(|exact_root| KnownModel {
                publisher,
                manifest: manifest.clone(),
                exact_root,
            });
            known.collect()
        }
        _ => Vec::new(),
    })
}

fn one(global: &Global, args: &Verify, receipt: &str) -> Result<Outcome, Failure> {
    let language = args.language;
    let document = document(receipt)?;
    let proofs = args
        .proof
        .iter()
        .map(|path| setup::read(path))
        .collect::<Result<Vec<_>, _>>()?;
    let earlier = args
        .earlier
        .as_ref()
        .map(|path| setup::read(path))
        .transpose()?;
    let given = match args.input.as_slice() {
        [] => None,
        [only] if args.from.is_some() => args
            .from
            .as_ref()
            .map(|from| files(Path::new(only), from))
            .transpose()?,
        [only] if !only.contains('=') => Some(input(&args.input, true)?),
        many => Some(input(many, false)?),
    };
    let models = known_models(args)?;
    let deployments = global.deployments()?;
    let (engines, list) = global.engines()?;
    let executor = Local::new(&args.engine, list, args.manifest.as_deref());
    let request = Request {
        document: &document,
        proofs: &proofs,
        earlier: earlier.as_deref(),
        input: given.as_ref(),
        models: &models,
        deployments: &deployments,
        engines: &engines,
        now: setup::now(),
    };
    let connection = if global.offline {
        None
    } else {
        Some(pollster::block_on(Chain::connect(Http::new(
            &global.rpc,
            global.timeout,
        ))))
    };
    let access = match &connection {
        None => Access::Offline,
        Some(Ok(chain)) => Access::Connected(chain),
        Some(Err(error)) => Access::Failed(error.clone()),
    };
    let shown = progress::waiting(global, "verifying");
    let report = pollster::block_on(verify(&request, &access, Some(&executor)));
    shown.finish_and_clear();
    Ok(Outcome {
        code: code(report.verdict),
        text: text(&report, args.facts, language),
        json: to_json(&report, language),
    })
}

/// The exit code that tells a verdict.
pub fn code(verdict: Verdict) -> Code {
    match verdict {
        Verdict::Valid => Code::Ok,
        Verdict::Invalid => Code::Invalid,
        Verdict::Unknown => Code::Unknown,
        Verdict::UnsupportedVersion => Code::UnsupportedVersion,
    }
}

fn text(report: &Report, facts: bool, language: Language) -> String {
    // Each column as wide as its longest word.
    let (names, states, labels) = match language {
        Language::English => (12, 8, 26),
        Language::German => (14, 12, 35),
    };
    let mut lines = vec![report.sentence(language), String::new()];
    for row in &report.rows {
        let (name, state) = (
            messages::row_name(row.kind, language),
            messages::state_word(row.state(), language),
        );
        let sentence = row.sentence(language);
        lines.push(format!("{name:<names$} {state:<states$} {sentence}"));
        if facts {
            let shown = row.facts.iter().map(|fact| {
                let label = messages::label(fact.label, language);
                format!("  {label:<labels$} {}", fact.value(language))
            });
            lines.extend(shown);
        }
    }
    if let Some(earlier) = &report.earlier {
        lines.extend([String::new(), messages::earlier(earlier, language)]);
    }
    lines.join("\n")
}

/// A report for programs: sentences and values in a language, everything that is compared in English.
pub fn to_json(report: &Report, language: Language) -> Value {
    const WORDS: Language = Language::English;
    let rows = report.rows.iter().map(|row| {
        let facts: Map<String, Value> = row
            .facts
            .iter()
            .map(|fact| {
                (
                    messages::label(fact.label, WORDS).to_owned(),
                    fact.value(language).into(),
                )
            })
            .collect();
        json!({
            "row": messages::row_name(row.kind, WORDS),
            "state": messages::state_word(row.state(), WORDS),
            "sentence": row.sentence(language),
            "facts": facts,
        })
    });
    json!({
        "verdict": messages::verdict_word(report.verdict, WORDS),
        "sentence": report.sentence(language),
        "receipt": report.ids().map(|(receipt, _)| receipt.to_string()),
        "sealed": report.ids().map(|(_, sealed)| sealed.to_string()),
        "development": report.development,
        "rows": rows.collect::<Vec<_>>(),
        "earlier": report.earlier.as_deref().map(|earlier| to_json(earlier, language)),
    })
}
