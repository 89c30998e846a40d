//! X1: engine, wonnx, onnxruntime and `shared`'s interpreter give every element the same bits. `cargo xtask exact` calls it.
//!
//! - `exact prepare OUT WHAT…` writes what a browser and onnxruntime are to run: `OUT/NAME.model`, `OUT/NAME.0.inputs`.
//! - `exact judge OUT WHAT…` runs the same on the interpreter and the engine, reads what the others left
//!   (`OUT/NAME.0.outputs`, `OUT/NAME.0.onnxruntime`) and counts. It fails if one bit is wrong, or nothing was right.
//!
//! WHAT is any of `--vectors DIR`, `--models DIR`, `--random FROM COUNT` with `--seed N`, and `--every N`: each Nth random program
//! also with every tensor as an output.
#![allow(clippy::print_stdout, clippy::expect_used)]

mod cases;
mod draft;
mod moves;
mod random;
mod runtimes;
mod sums;
mod tally;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cases::{Case, Failure};
use countersign_abi::Encode;
use tally::Tally;

/// What is to be run.
#[derive(Default)]
struct What {
    vectors: Option<PathBuf>,
    models: Option<PathBuf>,
    random: (u64, u64),
    seed: u64,
    every: u64,
}

impl What {
    fn read(arguments: &[String]) -> Option<Self> {
        let mut what = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut number = || rest.next()?.parse().ok();
            match argument.as_str() {
                "--random" => what.random = (number()?, number()?),
                "--seed" => what.seed = number()?,
                "--every" => what.every = number()?,
                "--vectors" => what.vectors = Some(rest.next()?.into()),
                "--models" => what.models = Some(rest.next()?.into()),
                _ => return None,
            }
        }
        Some(what)
    }

    /// All of it, a case at a time.
    fn each(&self, mut take: impl FnMut(&str, Case) -> Result<(), Failure>) -> Result<(), Failure> {
        if let Some(folder) = &self.vectors {
            for case in cases::vectors(folder)? {
                take("vectors", case)?;
            }
        }
        if let Some(folder) = &self.models {
            for case in cases::models(folder)? {
                take("models", case)?;
            }
        }
        let (from, count) = self.random;
        for number in from..from + count {
            let every = self.every > 0 && number.is_multiple_of(self.every);
            take("random", cases::drawn(self.seed, number, every))?;
        }
        Ok(())
    }
}

fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let usage = "usage: exact prepare|judge OUT [--vectors DIR] [--models DIR] [--random FROM COUNT --seed N --every N]";
    let [verb, out, rest @ ..] = arguments.as_slice() else {
        return Err(usage.into());
    };
    let what = What::read(rest).ok_or(usage)?;
    let out = Path::new(out);
    match verb.as_str() {
        "prepare" => {
            what.each(|_, case| prepare(&case, out))?;
            Ok(ExitCode::SUCCESS)
        }
        "judge" => {
            let mut tally = Tally::default();
            what.each(|group, case| runtimes::judge(&mut tally, group, &case, out))?;
            tally.print();
            Ok(ExitCode::from(u8::from(!tally.is_right())))
        }
        _ => Err(usage.into()),
    }
}

fn prepare(case: &Case, out: &Path) -> Result<(), Failure> {
    for form in &case.forms {
        fs::write(out.join(format!("{}.model", form.name)), &form.onnx)?;
        let inputs = out.join(format!("{}.0.inputs", form.name));
        fs::write(inputs, case.fed().encode())?;
    }
    Ok(())
}
