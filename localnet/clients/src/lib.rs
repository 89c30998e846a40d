//! Starts the local node for the tests in `tests/`, in which other people's clients talk to it.
//!
//! `@polkadot/api` and cargo-contract do so in `e2e/tests/node`.

use std::{
    env, io,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// A running node with a chain of its own; it ends when this is dropped.
pub struct Node {
    child: Child,
    /// `ws://127.0.0.1:PORT`
    pub url: String,
}

impl Node {
    /// Starts the node that `COUNTERSIGN_NODE` names, on a free port, and waits until it listens.
    ///
    /// # Errors
    /// If the variable is missing, or the program cannot be started or ends before it listens.
    pub fn start() -> io::Result<Self> {
        let program = env::var_os("COUNTERSIGN_NODE")
            .ok_or_else(|| io::Error::other("COUNTERSIGN_NODE must name the node's program"))?;
        let child = Command::new(program)
            .args(["--tmp", "--rpc-port", "0"])
            .stdout(Stdio::piped())
            .spawn()?;
        // From here on the node ends with this value, whatever fails.
        let mut node = Self {
            child,
            url: String::new(),
        };
        let mut line = String::new();
        if let Some(output) = node.child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let url = line
            .split(' ')
            .map(str::trim)
            .find(|word| word.starts_with("ws://"));
        match url {
            Some(url) => node.url = url.to_owned(),
            None => return Err(io::Error::other(format!("the node did not start: {line}"))),
        }
        Ok(node)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
