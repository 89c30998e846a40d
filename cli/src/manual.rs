//! Completions for shells and manual pages, both made of what `args` says.

use crate::args::Cli;
use crate::failure::Failure;
use crate::outcome::Outcome;
use clap::CommandFactory;
use serde_json::json;
use std::path::Path;

/// The script that makes a shell complete commands and flags.
pub fn completions(shell: clap_complete::Shell) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "countersign", &mut script);
    let script = String::from_utf8_lossy(&script).trim_end().to_owned();
    let json = json!({ "shell": shell.to_string(), "script": script });
    Ok(Outcome::ok(script, json))
}

/// Writes `countersign.1`, `countersign-verify.1` and so on into a folder.
pub fn pages(folder: &Path) -> Result<Outcome, Failure> {
    let failed = |error| Failure::Write {
        path: folder.to_owned(),
        error,
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let command = Cli::command().disable_help_subcommand(true);
    clap_mangen::generate_to(command, folder).map_err(failed)?;
    let text = format!(
        "manual pages are in {}, countersign.1 first",
        folder.display()
    );
    let json = json!({ "folder": folder.display().to_string() });
    Ok(Outcome::ok(text, json))
}
