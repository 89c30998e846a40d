//! Many receipts at once: a line each, a count at the end.
//!
//! Every core judges the next one that nobody took yet; each has its own connection to the node.

use super::document;
use super::verify::{code, known_models, to_json};
use crate::args::{Global, Verify};
use crate::executor::Local;
use crate::failure::{Code, Failure};
use crate::outcome::Outcome;
use crate::{progress, setup};
use countersign_client::language::Language;
use countersign_client::lists::{Deployments, Engines};
use countersign_client::transport::native::Http;
use countersign_client::verify::{
    verify, Access, KnownModel, Report, Request, Row, State, Verdict,
};
use countersign_client::{messages, plain, Chain};
use serde_json::{json, Map, Value};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// What all of them are judged by.
struct Rules<'a> {
    global: &'a Global,
    deployments: Deployments,
    engines: Engines,
    models: Vec<KnownModel>,
    now: u64,
    language: Language,
}

/// What came out for one.
struct Judged {
    code: Code,
    line: String,
    json: Value,
}

/// Judges receipts and folders of receipts.
pub fn run(global: &Global, args: &Verify, receipts: &[String]) -> Result<Outcome, Failure> {
    only_of_one(args)?;
    let names = names(receipts)?;
    let (engines, _) = global.engines()?;
    let rules = Rules {
        global,
        deployments: global.deployments()?,
        engines,
        models: known_models(args)?,
        now: setup::now(),
        language: args.language,
    };
    let judged = judge_all(&rules, &names);
    Ok(told(&judged, rules.language))
}

/// What opens or repeats one receipt says nothing about the others.
fn only_of_one(args: &Verify) -> Result<(), Failure> {
    let given = [
        ("--input", !args.input.is_empty()),
        ("--from", args.from.is_some()),
        ("--proof", !args.proof.is_empty()),
        ("--earlier", args.earlier.is_some()),
        ("--facts", args.facts),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(Failure::OneReceipt { flag }),
        None => Ok(()),
    }
}

/// Everything named, a folder's `.json` files in the order of their names.
fn names(receipts: &[String]) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for receipt in receipts {
        let path = Path::new(receipt);
        if !path.is_dir() {
            names.push(receipt.clone());
            continue;
        }
        let failed = |error| Failure::Read {
            path: path.to_owned(),
            error,
        };
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            let is_json = file
                .extension()
                .is_some_and(|end| end.eq_ignore_ascii_case("json"));
            if is_json && file.is_file() {
                inside.push(file.to_string_lossy().into_owned());
            }
        }
        if inside.is_empty() {
            return Err(Failure::EmptyFolder {
                path: path.to_owned(),
            });
        }
        inside.sort();
        names.extend(inside);
    }
    Ok(names)
}

fn judge_all(rules: &Rules<'_>, names: &[String]) -> Vec<Judged> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let bar = progress::bar(rules.global, "verifying", names.len());
    let mut all: Vec<(usize, Judged)> = std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for _ in 0..threads.min(names.len()) {
            let (send, next, bar) = (send.clone(), &next, &bar);
            scope.spawn(move || {
                let connection = (!rules.global.offline).then(|| {
                    let http = Http::new(&rules.global.rpc, rules.global.timeout);
                    pollster::block_on(Chain::connect(http))
                });
                let access = match &connection {
                    None => Access::Offline,
                    Some(Ok(chain)) => Access::Connected(chain),
                    Some(Err(error)) => Access::Failed(error.clone()),
                };
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(name) = names.get(index) else { break };
                    let judged = judge(rules, name, &access);
                    bar.inc(1);
                    if send.send((index, judged)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        receive.into_iter().collect()
    });
    bar.finish_and_clear();
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, judged)| judged).collect()
}

/// A file that cannot be read spoils its own line only, and no file's name makes another line.
fn judge(rules: &Rules<'_>, name: &str, access: &Access<'_, Http>) -> Judged {
    let shown = &plain(name);
    let document = match document(name) {
        Ok(document) => document,
        Err(failure) => {
            let reason = failure.to_string();
            return Judged {
                code: Code::Other,
                line: begin(
                    unread(rules.language),
                    rules.language,
                    &format!("{shown}: {}", plain(&reason)),
                ),
                json: json!({ "file": name, "error": reason }),
            };
        }
    };
    let request = Request {
        document: &document,
        proofs: &[],
        earlier: None,
        input: None,
        models: &rules.models,
        deployments: &rules.deployments,
        engines: &rules.engines,
        now: rules.now,
    };
    let report = pollster::block_on(verify(&request, access, None::<&Local<'_>>));
    let mut json = Value::Null;
    if rules.global.json {
        json = to_json(&report, rules.language);
        if let Some(fields) = json.as_object_mut() {
            fields.insert("file".to_owned(), name.into());
        }
    }
    Judged {
        code: code(report.verdict),
        line: line(&report, shown, rules.language),
        json,
    }
}

/// The verdict, the file, and of anything but a valid receipt the row that decided it.
fn line(report: &Report, name: &str, language: Language) -> String {
    let word = messages::verdict_word(report.verdict, language);
    let reason = match report.verdict {
        Verdict::Valid => None,
        Verdict::UnsupportedVersion => report.rows.first(),
        Verdict::Invalid => first(report, State::Bad),
        Verdict::Unknown => first(report, State::Unknown),
    };
    match reason {
        None => begin(word, language, name),
        Some(row) => {
            let row_name = messages::row_name(row.kind, language);
            let sentence = row.sentence(language);
            begin(word, language, &format!("{name}: {row_name}: {sentence}"))
        }
    }
}

/// A word in a column of its own, and the rest of the line.
fn begin(word: &str, language: Language, rest: &str) -> String {
    let width = match language {
        Language::English => 8,
        Language::German => 9,
    };
    format!("{word:<width$} {rest}")
}

fn unread(language: Language) -> &'static str {
    match language {
        Language::English => "unread",
        Language::German => "ungelesen",
    }
}

fn first(report: &Report, state: State) -> Option<&Row> {
    report.rows.iter().find(|row| row.state() == state)
}

/// All lines, how many of each verdict, and the exit code of the worst.
fn told(judged: &[Judged], language: Language) -> Outcome {
    let word = |code: Code, language| match code {
        Code::Invalid => messages::verdict_word(Verdict::Invalid, language),
        Code::Unknown => messages::verdict_word(Verdict::Unknown, language),
        Code::UnsupportedVersion => messages::verdict_word(Verdict::UnsupportedVersion, language),
        Code::Ok => messages::verdict_word(Verdict::Valid, language),
        Code::Other | Code::Usage => unread(language),
    };
    let kinds = [
        Code::Invalid,
        Code::Other,
        Code::Unknown,
        Code::UnsupportedVersion,
        Code::Ok,
    ];
    let count = |code: Code| judged.iter().filter(|one| one.code == code).count();
    let found = || kinds.into_iter().filter(|code| count(*code) > 0);
    let worst = found().next().unwrap_or(Code::Ok);
    let counts: Vec<String> = found()
        .map(|code| format!("{} {}", count(code), word(code, language)))
        .collect();
    let mut lines: Vec<&str> = judged.iter().map(|one| one.line.as_str()).collect();
    let receipts = match language {
        Language::English => "receipts",
        Language::German => "Belege",
    };
    let total = format!("{} {receipts}: {}", judged.len(), counts.join(", "));
    lines.push(&total);
    let each: Map<String, Value> = found()
        .map(|code| {
            let word = word(code, Language::English);
            (word.to_owned(), count(code).into())
        })
        .collect();
    let receipts: Vec<Value> = judged.iter().map(|one| one.json.clone()).collect();
    Outcome {
        code: worst,
        text: lines.join("\n"),
        json: json!({ "counts": each, "receipts": receipts }),
    }
}
