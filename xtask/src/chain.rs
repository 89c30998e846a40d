//! The local node as a child process, and what `up` and the tests put on its chain.

use crate::exec::{at, command, fail, step, write, Error, Result};
use crate::{apps, models, paths};
use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A running node; it is stopped when this is dropped.
pub struct Node {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub rpc: String,
}

impl Drop for Node {
    fn drop(&mut self) {
        // SIGTERM first, so that the database is closed properly.
        let _ = command("kill").arg(self.child.id().to_string()).status();
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Node {
    /// Starts the node on its database and waits until it answers.
    pub fn start(program: &Path, base: &Path, port: u16) -> Result<Self> {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return fail(format!("port {port} is in use. Stop what uses it (another `cargo xtask up`?), or choose another: --rpc-port N"));
        }
        at(base, fs::create_dir_all(base))?;
        let log = base.join("node.log");
        let out = at(&log, File::create(&log))?;
        let err = at(&log, out.try_clone())?;
        let mut start = command(program);
        start
            .arg("--base-path")
            .arg(base)
            .args(["--rpc-port", &port.to_string()])
            .stdout(out)
            .stderr(err)
            .stdin(Stdio::null());
        let child = start.spawn().map_err(|error| Error::NotStarted {
            program: program.display().to_string(),
            reason: error.to_string(),
        })?;
        let mut node = Self {
            child,
            rpc: format!("http://127.0.0.1:{port}"),
        };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Ok(Some(status)) = node.child.try_wait() {
                let text = fs::read_to_string(&log).unwrap_or_default();
                let tail: Vec<&str> = text.lines().rev().take(8).collect();
                let tail: Vec<&str> = tail.into_iter().rev().collect();
                return fail(format!(
                    "the node stopped at once ({status}):\n{}\nIf its database is of an older release, start anew: cargo xtask up --fresh",
                    tail.join("\n")
                ));
            }
            if Instant::now() > deadline {
                return fail(format!(
                    "the node does not answer after 30 s. Its log: {}",
                    log.display()
                ));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(node)
    }
}

/// A port of the loopback address that nobody uses at the moment.
pub fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))
        .map_err(|error| Error::Other(error.to_string()))?;
    listener
        .local_addr()
        .map(|address| address.port())
        .map_err(|error| Error::Other(error.to_string()))
}

/// Puts the released contracts on the chain unless they are there, and the sample models; returns the list of deployments.
pub fn furnish(cli: &Path, node: &Node, base: &Path) -> Result<PathBuf> {
    let deployments = base.join("deployments.json");
    let mut deploy = apps::countersign(cli);
    deploy.args([
        "chain",
        "deploy",
        "--development",
        "--rpc",
        &node.rpc,
        "--suri",
        "//Alice",
        // Short enough to see a claim become final on a chain that seals a block every few seconds.
        "--window",
        "100",
        "--clock",
        "50",
        "--bundles",
    ]);
    deploy
        .arg(paths::root().join("releases/contracts"))
        .arg("--deployments")
        .arg(&deployments);
    step("deploy the contracts", &mut deploy)?;
    publish(cli, node, base, &deployments)?;
    Ok(deployments)
}

/// Publishes the sample models under the deployment that the list names.
pub fn publish(cli: &Path, node: &Node, base: &Path, deployments: &Path) -> Result {
    for model in models::fetch_all()? {
        let mut publish = apps::countersign(cli);
        publish
            .args(["model", "publish"])
            .arg(&model.manifest)
            .args(["--rpc", &node.rpc, "--suri", "//Alice", "--deployments"]);
        publish.arg(deployments);
        if model.exact {
            publish.arg("--exact").arg("--models").arg(paths::models());
        }
        let said = step(&format!("publish {}", model.name), &mut publish)?;
        write(
            &base.join(format!("{}.published", model.name)),
            said.as_bytes(),
        )?;
    }
    Ok(())
}
