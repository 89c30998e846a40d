//! `cargo xtask deploy`: the released contracts to any chain with pallet-contracts, by cargo-contract.

use crate::exec::{at, command, fail, say, step, Error, Result};
use crate::tools::CARGO_CONTRACT;
use crate::{apps, paths};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// `cargo xtask deploy`.
#[derive(clap::Args)]
pub struct Args {
    /// The node's WebSocket address, for example ws://127.0.0.1:9944
    #[arg(long)]
    url: String,
    /// The secret of the account that pays, for example //Alice; read from COUNTERSIGN_SURI when absent
    #[arg(long)]
    suri: Option<String>,
    /// The deployment's name in the list
    #[arg(long, default_value = "unnamed")]
    name: String,
    /// Mark it as a development chain, which proves nothing
    #[arg(long)]
    development: bool,
    /// The list that gets the new entry
    #[arg(long, default_value = "deployments.json")]
    deployments: PathBuf,
}

impl Args {
    /// A development chain of the tests: the way that a stranger's chain gets the contracts is the way they get there.
    pub fn for_tests(rpc: &str, deployments: &Path) -> Self {
        Self {
            url: rpc.replacen("http", "ws", 1),
            suri: Some("//Alice".into()),
            name: "local".into(),
            development: true,
            deployments: deployments.to_path_buf(),
        }
    }
}

/// Instantiates registry, receipts and disputes and writes their entry.
pub fn run(args: &Args) -> Result {
    with(args, apps::cli)
}

/// The same with a command line that was built already, or is built when it is needed.
pub fn with(args: &Args, cli: impl Fn() -> Result<PathBuf>) -> Result {
    let Some(suri) = args
        .suri
        .clone()
        .or_else(|| std::env::var("COUNTERSIGN_SURI").ok())
    else {
        return fail(
            "no account to pay with: --suri SECRET, or COUNTERSIGN_SURI in the environment",
        );
    };
    let program = CARGO_CONTRACT.get()?;
    let genesis = genesis(&program, &args.url)?;
    say(
        &format!("deploying to the chain with genesis {genesis}"),
        "30 s",
    );
    let registry = instantiate(&program, "registry", &args.url, &suri, &[])?;
    let receipts = instantiate(
        &program,
        "receipts",
        &args.url,
        &suri,
        &[&genesis, &account_hex(&registry)?],
    )?;
    // Window and clocks as EXACT 6 recommends them; a bond of 10 units.
    let disputes = instantiate(
        &program,
        "disputes",
        &args.url,
        &suri,
        &[
            &genesis,
            &account_hex(&registry)?,
            &account_hex(&receipts)?,
            "14400",
            "7200",
            "10000000000000",
        ],
    )?;
    // The command line looks at what stands on the chain before it writes the entry: code hashes, genesis, registry.
    let mut record = apps::countersign(&cli()?);
    let rpc = args.url.replacen("ws", "http", 1);
    record.args(["chain", "record", "--rpc", &rpc, "--name", &args.name]);
    record.args(["--registry", &registry, "--receipts", &receipts]);
    record.args(["--disputes", &disputes]);
    record
        .arg("--bundles")
        .arg(paths::root().join("releases/contracts"));
    record.arg("--deployments").arg(&args.deployments);
    if args.development {
        record.arg("--development");
    }
    step("record the deployment", &mut record)?;
    println!(
        "registry {registry}\nreceipts {receipts}\ndisputes {disputes}\nwritten to {}",
        args.deployments.display()
    );
    Ok(())
}

fn cargo_contract(program: &Path, subcommand: &str) -> std::process::Command {
    let mut command = command(program);
    command.args(["contract", subcommand]);
    command
}

fn genesis(program: &Path, url: &str) -> Result<String> {
    let mut rpc = cargo_contract(program, "rpc");
    rpc.args(["chain_getBlockHash", "0", "--url", url, "--output-json"]);
    let said = step("read the genesis hash", &mut rpc)?;
    let found = said
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.starts_with("0x") && word.len() == 66);
    found
        .map(str::to_owned)
        .ok_or_else(|| Error::Other(format!("the node's answer holds no genesis hash: {said}")))
}

fn instantiate(program: &Path, name: &str, url: &str, suri: &str, args: &[&str]) -> Result<String> {
    let bundle = paths::root()
        .join("releases/contracts")
        .join(format!("{name}.contract"));
    let mut run = cargo_contract(program, "instantiate");
    // The bundle comes first: `--args` takes every value that follows it.
    run.arg(&bundle)
        .args(["--constructor", "new", "--url", url, "--suri", suri]);
    run.args(["--execute", "--skip-confirm", "--output-json"]);
    // A salt of its own, so that deploying again gives new contracts instead of an error.
    run.args(["--salt", &format!("0x{}", &salt()?)]);
    if !args.is_empty() {
        run.arg("--args").args(args);
    }
    let said = step(&format!("instantiate {name}"), &mut run)?;
    let start = said.find('{').unwrap_or(0);
    let json: Value =
        serde_json::from_str(said.get(start..).unwrap_or_default()).map_err(|error| {
            Error::Other(format!(
                "cargo-contract's answer cannot be read ({error}): {said}"
            ))
        })?;
    match json.get("contract").and_then(Value::as_str) {
        Some(address) => Ok(address.to_owned()),
        None => fail(format!("cargo-contract named no contract: {said}")),
    }
}

fn salt() -> Result<String> {
    let mut bytes = [0u8; 8];
    let path = Path::new("/dev/urandom");
    let mut file = at(path, std::fs::File::open(path))?;
    at(path, std::io::Read::read_exact(&mut file, &mut bytes))?;
    Ok(hex::encode(bytes))
}

/// The AccountId of an SS58 address in hex, the form in which cargo-contract reads a constructor's 32 bytes: one byte of
/// prefix (two for numbers above 63), the account, two bytes of checksum.
fn account_hex(address: &str) -> Result<String> {
    let bytes = bs58::decode(address)
        .into_vec()
        .map_err(|error| Error::Other(format!("{address} is no address: {error}")))?;
    let account = match bytes.len() {
        35 => bytes.get(1..33),
        36 => bytes.get(2..34),
        _ => None,
    };
    match account {
        Some(account) => Ok(format!("0x{}", hex::encode(account))),
        None => fail(format!("{address} is no address of an account")),
    }
}
