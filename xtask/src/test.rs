//! `cargo xtask test`: everything, from a fresh machine, in one go; `.ci/run` calls this and nothing else.

use crate::exec::{cargo, command, fail, lint, say, shown_step, step, Result};
use crate::stand::{Built, Stand};
use crate::toolchain::{self, wasm_cargo, HOST};
use crate::{apps, exact, models, npm, paths, release, tidy, tools};
use std::path::PathBuf;
use std::process::Command;

/// `cargo xtask test`.
#[derive(clap::Args)]
pub struct Args {
    /// Only these stages, by name
    #[arg(long, value_delimiter = ',', value_parser = ["static", "lint", "unit", "node", "contracts", "verifier", "worker", "browser", "release"])]
    only: Vec<String>,
    /// Of the browser tests only the files whose path contains one of these
    #[arg(long, value_delimiter = ',')]
    spec: Vec<String>,
}

/// Packages whose tests run on the host.
const HOST_PACKAGES: &[&str] = &[
    "countersign-shared",
    "countersign-client",
    "countersign",
    "countersign-onnx",
    "countersign-exact",
    "countersign-quantise",
    "countersign-abi",
    "countersign-engine",
    "countersign-gpu",
    "countersign-messages",
    "countersign-worker",
    "countersign-web",
    "wgpu@0.16.99",
    "xtask",
];
/// The contracts and what they share; each stands alone, with a lock file of its own.
const CONTRACT_PACKAGES: &[&str] = &["common", "registry", "receipts", "disputes"];
/// Packages that become WebAssembly; the others are linted while their tests are compiled.
const WASM_PACKAGES: &[&str] = &[
    "countersign-web",
    "countersign-worker",
    "countersign-gpu",
    "countersign-engine",
];

/// Runs the stages in order; the first failure ends the run and names the command that reproduces it.
pub fn run(args: &Args) -> Result {
    let want = |stage: &str| args.only.is_empty() || args.only.iter().any(|name| name == stage);
    let mut summary = Vec::new();
    let mut stage = |name: &str, work: &mut dyn FnMut(&mut Vec<String>) -> Result| -> Result {
        if !want(name) {
            return Ok(());
        }
        println!("\n== {name}");
        work(&mut summary)
            .inspect_err(|_| println!("\nReproduce this stage: cargo xtask test --only {name}"))
    };
    stage("static", &mut |_| statics())?;
    stage("lint", &mut |_| lint_wasm())?;
    stage("unit", &mut unit)?;
    stage("node", &mut node)?;
    stage("contracts", &mut contracts)?;
    stage("verifier", &mut verifier)?;
    stage("worker", &mut worker)?;
    stage("browser", &mut |summary| browser(summary, &args.spec))?;
    stage("release", &mut |_| release::check_all())?;
    println!("\n== summary");
    let (mut passed, mut failed) = (0, 0);
    for line in &summary {
        println!("{line}");
        passed += number_before(line, " passed");
        failed += number_before(line, " failed");
    }
    println!("{passed} passed, {failed} failed");
    Ok(())
}

fn number_before(line: &str, word: &str) -> u64 {
    line.split(word)
        .next()
        .filter(|_| line.contains(word))
        .and_then(|head| head.rsplit([' ', '\u{1b}', 'm']).next()?.parse().ok())
        .unwrap_or(0)
}

/// The test runners' own closing lines, for the end of the output.
fn keep(summary: &mut Vec<String>, output: &str) {
    let lines = output.lines().map(str::trim).filter(|line| {
        (line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed"))
            || (line.ends_with(')') && line.contains(" passed ("))
    });
    summary.extend(lines.map(str::to_owned));
}

fn statics() -> Result {
    say("format", "");
    step(
        "cargo fmt",
        command("cargo").args(["fmt", "--all", "--check"]),
    )?;
    for package in CONTRACT_PACKAGES {
        let mut contract = command("cargo");
        contract.current_dir(paths::root().join("contracts").join(package));
        contract
            .env("RUSTUP_TOOLCHAIN", HOST)
            .args(["fmt", "--check"]);
        step(&format!("cargo fmt {package}"), &mut contract)?;
    }
    say("tidy", "");
    tools::fetch_crates()?;
    tidy::run()
}

/// Lints what becomes WebAssembly, as it is compiled for it.
fn lint_wasm() -> Result {
    let wasm = toolchain::wasm()?;
    say(
        "clippy for WebAssembly, warnings are errors",
        "4 min the first time, then 20 s",
    );
    let mut clippy = wasm_cargo(&wasm, "wasm")?;
    clippy.args(["clippy", "--locked", "--target", "wasm32-unknown-unknown"]);
    for package in WASM_PACKAGES {
        clippy.args(["--package", package]);
    }
    step("clippy", clippy.args(["--", "-D", "warnings"])).map(drop)
}

/// The tests of the packages on the host.
fn host_tests() -> Result<Command> {
    let mut test = cargo(HOST, "host")?;
    test.env("COUNTERSIGN_MODELS", paths::models())
        .env("COUNTERSIGN_ENGINE", release::engine()?);
    test.env("COUNTERSIGN_RELEASES", paths::root().join("releases"));
    let features = "countersign-shared/scale,countersign-client/native,countersign-client/mnemonic";
    lint(&mut test).args(["test", "--locked", "--no-fail-fast", "--features", features]);
    for package in HOST_PACKAGES {
        test.args(["--package", package]);
    }
    Ok(test)
}

fn unit(summary: &mut Vec<String>) -> Result {
    models::fetch_all()?;
    say(
        "unit, property and vector tests",
        "8 min the first time, then 1 min",
    );
    keep(summary, &shown_step("cargo test", &mut host_tests()?)?);
    Ok(())
}

/// The command line as its own tests were compiled. Building it alone chooses other features of its dependencies, and
/// compiles most of them once more.
fn tested_cli() -> Result<PathBuf> {
    say(
        "the command line, with the tests of the host",
        "8 min the first time, then seconds",
    );
    step(
        "build the command line",
        host_tests()?.args(["--no-run", "--quiet"]),
    )?;
    Ok(paths::cli_program())
}

fn node(summary: &mut Vec<String>) -> Result {
    apps::node()?;
    say("the node's tests", "1 min");
    let mut test = cargo(HOST, "node")?;
    test.env("COUNTERSIGN_NODE", paths::node_program());
    lint(&mut test).args([
        "test",
        "--locked",
        "--profile",
        "node",
        "--package",
        "countersign-node",
    ]);
    keep(summary, &shown_step("node tests", &mut test)?);
    let mut clients = cargo(HOST, "clients")?;
    clients.env("COUNTERSIGN_NODE", paths::node_program());
    lint(&mut clients).args(["test", "--locked", "--package", "countersign-node-clients"]);
    keep(summary, &shown_step("clients of the node", &mut clients)?);
    Ok(())
}

fn contracts(summary: &mut Vec<String>) -> Result {
    let rust = toolchain::contracts()?;
    say("tests of the contracts", "5 min the first time, then 1 min");
    for package in CONTRACT_PACKAGES {
        let folder = paths::root().join("contracts").join(package);
        let mut test = cargo(&rust.0, "contracts-host")?;
        lint(&mut test)
            .current_dir(&folder)
            .args(["test", "--locked"]);
        keep(summary, &shown_step(&format!("test {package}"), &mut test)?);
    }
    let mut bare = cargo(&rust.0, "contracts-host")?;
    bare.args([
        "check",
        "--locked",
        "--package",
        "countersign-shared",
        "--no-default-features",
        "--features",
        "scale",
    ]);
    step("shared on the contracts' compiler, without std", &mut bare).map(drop)
}

/// The independent verifier: format, types, and its tests on the vectors and on a chain that is made up.
fn verifier(summary: &mut Vec<String>) -> Result {
    let folder = npm::verifier()?;
    say("the independent verifier", "20 s");
    let mut check = command("npm");
    check
        .current_dir(&folder)
        .args(["run", "--silent", "check"]);
    step("check the verifier", &mut check)?;
    let mut test = command("npm");
    test.current_dir(&folder)
        .args(["run", "--silent", "test:tap"]);
    let said = shown_step("verifier tests", &mut test)?;
    summary.push(tap("independent verifier", &said));
    Ok(())
}

/// The closing line of a run of node's own test runner.
fn tap(name: &str, said: &str) -> String {
    let count = |word: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(word));
        line.unwrap_or("no").trim().to_owned()
    };
    format!(
        "{name}: {} passed; {} failed",
        count("# pass"),
        count("# fail")
    )
}

/// The worker's own tests: a page without an interface, in a real browser.
fn worker(summary: &mut Vec<String>) -> Result {
    toolchain::debian_if_missing("chromium", "chromium")?;
    models::fetch_all()?;
    let (dist, page) = (apps::app()?, apps::worker_page()?);
    npm::install(&paths::root().join("e2e"))?;
    say("the worker in a browser", "1 min");
    let mut test = command("node");
    test.env("COUNTERSIGN_ASSETS", dist.join("assets"))
        .env("COUNTERSIGN_PAGE", page)
        .env("COUNTERSIGN_MODELS", paths::models())
        .args(["--test", "--test-concurrency=1", "--test-reporter=tap"])
        .args(
            ["worker", "traps", "fallback"]
                .map(|name| format!("inference-wasm/worker/browser/{name}.test.mjs")),
        );
    let said = shown_step("worker tests", &mut test)?;
    summary.push(tap("worker in a browser", &said));
    summary.push(format!("X1: {}", exact::few()?));
    Ok(())
}

/// How many halves the browser tests are run in, side by side: one leaves half of two cores idle.
const HALVES: usize = 2;

/// The pages, the contracts and the command line from outside, each half of the tests on a chain of its own.
fn browser(summary: &mut Vec<String>, specs: &[String]) -> Result {
    npm::verifier()?;
    let built = Built::with(tested_cli()?)?;
    // A few files are not worth a second chain.
    let halves = if specs.is_empty() { HALVES } else { 1 };
    let stands = (1..=halves).map(|half| Stand::start(&built, &format!("test-chain-{half}")));
    let stands = stands.collect::<Result<Vec<_>>>()?;
    say("type check and browser tests", "25 min");
    let mut check = command("npm");
    step(
        "tsc",
        check
            .current_dir(paths::root().join("e2e"))
            .args(["run", "--silent", "check"]),
    )?;
    let mut projects = vec!["--project=node", "--project=app"];
    match stands.first() {
        // Most of the tests and the least of the time: they would be one of the halves by themselves.
        Some(stand) if specs.is_empty() => {
            let mut vectors = stand.playwright();
            vectors.args(["--project=vectors", "--output=test-results/0"]);
            keep(summary, &shown_step("playwright vectors", &mut vectors)?);
        }
        _ => projects.push("--project=vectors"),
    }
    let run = |half: usize, stand: &Stand| {
        let mut test = stand.playwright();
        test.args(&projects);
        test.arg(format!("--output=test-results/{half}"));
        if halves > 1 {
            test.arg(format!("--shard={half}/{halves}"));
        }
        shown_step(&format!("playwright {half}"), test.args(specs))
    };
    let ended: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (1..)
            .zip(&stands)
            .map(|(half, stand)| scope.spawn(move || run(half, stand)))
            .collect();
        let ended = running.into_iter().map(|half| half.join());
        ended
            .map(|end| end.unwrap_or_else(|_| fail("the browser tests ended early")))
            .collect()
    });
    // Both halves are seen to their end before one that failed ends the run.
    let mut outcome = Ok(());
    for end in ended {
        match end {
            Ok(output) => keep(summary, &output),
            Err(error) => outcome = outcome.and(Err(error)),
        }
    }
    outcome
}
