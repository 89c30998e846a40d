//! Damages the models beside the tests many times over: `mutate FIRST ROUNDS`. Exit status 1 after a panic or too much memory.
#![allow(clippy::print_stdout, dead_code)]

#[path = "../tests/support/attempt.rs"]
mod attempt;
#[path = "../tests/support/mutate.rs"]
mod mutate;
#[path = "../tests/support/packed.rs"]
mod packed;

use std::path::Path;
use std::process::ExitCode;

#[global_allocator]
static COUNTING: attempt::Counting = attempt::Counting;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|n| n.parse::<u64>());
    let (Some(Ok(first)), Some(Ok(rounds))) = (numbers.next(), numbers.next()) else {
        eprintln!("usage: mutate FIRST ROUNDS");
        return ExitCode::from(2);
    };
    std::panic::set_hook(Box::new(|info| {
        eprintln!("panic at {:?}", info.location().map(ToString::to_string));
    }));
    let models = attempt::models(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"));
    let tally = attempt::attempts(&models, first, rounds);
    println!(
        "{} models, {} damaged copies: {} ran, {} refused, {} panics, {} took too much; at most {} bytes",
        models.len(),
        models.len() as u64 * rounds,
        tally.ran,
        tally.refused,
        tally.panics.len(),
        tally.greedy.len(),
        tally.peak
    );
    for line in tally.panics.iter().chain(&tally.greedy).take(50) {
        println!("{line}");
    }
    ExitCode::from(u8::from(
        !tally.panics.is_empty() || !tally.greedy.is_empty(),
    ))
}
