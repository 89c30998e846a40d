//! What a command says when it is done: for people, and with `--json` for programs.

use crate::failure::{Code, Failure};
use serde_json::{json, Value};

/// A command's answer.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code.
    pub code: Code,
    /// For people, lines without the last line feed.
    pub text: String,
    /// For programs: one JSON value.
    pub json: Value,
}

impl Outcome {
    /// The answer of a command that did what it was asked for.
    pub fn ok(text: impl Into<String>, json: Value) -> Self {
        Self {
            code: Code::Ok,
            text: text.into(),
            json,
        }
    }
}

/// Prints an answer or a failure and gives its exit code. A closed pipe is nobody's fault.
pub fn tell(result: Result<Outcome, Failure>, as_json: bool) -> Code {
    use std::io::Write;
    match result {
        Ok(outcome) => {
            let text = if as_json {
                outcome.json.to_string()
            } else {
                outcome.text
            };
            let _ = writeln!(std::io::stdout(), "{text}");
            outcome.code
        }
        Err(failure) => {
            let code = failure.code();
            if as_json {
                let value = json!({ "error": failure.to_string(), "code": code as i32 });
                let _ = writeln!(std::io::stdout(), "{value}");
            } else {
                let _ = writeln!(std::io::stderr(), "error: {failure}");
            }
            code
        }
    }
}

/// Lines of `label  value`, the values in one column.
pub fn columns<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let rows: Vec<(&str, String)> = rows.into_iter().collect();
    let width = rows.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
    let line = |(label, value): &(&str, String)| format!("{label:width$}  {value}");
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
