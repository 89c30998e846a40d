//! One module per group of commands.

pub mod chain;
pub mod claim;
mod handover;
pub mod model;
pub mod quantise;
pub mod receipt;
pub mod run;

use crate::executor::MAX_INPUT;
use crate::failure::Failure;
use crate::npy;
use crate::setup;
use countersign_abi::{Input, NamedFile, NamedTensor};
use countersign_shared::item::Name;
use std::path::{Path, PathBuf};

/// A file, and beside it the result of an earlier run, which some tasks take too.
pub fn files(file: &Path, from: &Path) -> Result<Input, Failure> {
    let named = |name: &str, path: &Path| -> Result<NamedFile, Failure> {
        Ok(NamedFile {
            name: name.to_owned(),
            data: setup::read_at_most(path, MAX_INPUT)?,
        })
    };
    Ok(Input::Files(vec![
        named(Name::FILE, file)?,
        named(Name::FROM, from)?,
    ]))
}

/// The files behind `--input NAME=FILE.npy`, or one whole file.
pub fn input(flags: &[String], takes_file: bool) -> Result<Input, Failure> {
    if takes_file {
        let [file] = flags else {
            return Err(Failure::WrongInput {
                expected: "one file as its input",
            });
        };
        return Ok(Input::File(setup::read_at_most(
            &PathBuf::from(file),
            MAX_INPUT,
        )?));
    }
    let tensor = |flag: &String| -> Result<NamedTensor, Failure> {
        let named = flag
            .split_once('=')
            .filter(|(name, file)| !name.is_empty() && !file.is_empty());
        let (name, file) = named.ok_or_else(|| Failure::InputFlag { text: flag.clone() })?;
        npy_file(name, Path::new(file))
    };
    Ok(Input::Tensors(
        flags.iter().map(tensor).collect::<Result<_, _>>()?,
    ))
}

/// The tensor of an NPY file.
pub fn npy_file(name: &str, path: &Path) -> Result<NamedTensor, Failure> {
    let bytes = setup::read_at_most(path, MAX_INPUT)?;
    npy::read(name, &bytes).map_err(|error| Failure::Npy {
        path: path.to_owned(),
        error,
    })
}
