//! Starts the real node and speaks with it as a client does.

#![allow(dead_code)] // no test program uses all of it

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStderr, ChildStdout, Command, Stdio},
};

use serde_json::{json, Value};
use soketto::{
    connection::{Receiver, Sender},
    handshake::{Client, ServerResponse},
};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

pub mod transaction;

/// An hour: no block is sealed by the timer while a test runs.
pub const NEVER: u64 = 3_600_000;

/// A running node; it is killed if a test ends without stopping it.
pub struct Node {
    child: Child,
    output: BufReader<ChildStdout>,
    errors: ChildStderr,
    pub port: u16,
}

/// The command that starts a node on any free port.
pub fn command(folder: Option<&Path>, block_time_ms: u64) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign-node"));
    command.args([
        "--rpc-port",
        "0",
        "--block-time-ms",
        &block_time_ms.to_string(),
    ]);
    match folder {
        Some(folder) => command.arg("--base-path").arg(folder),
        None => command.arg("--tmp"),
    };
    command
}

impl Node {
    /// Starts a node and waits until it listens.
    pub fn start(folder: Option<&Path>, block_time_ms: u64) -> Self {
        Self::start_with(folder, block_time_ms, &[])
    }

    /// The same, with more options.
    pub fn start_with(folder: Option<&Path>, block_time_ms: u64, more: &[&str]) -> Self {
        let mut child = command(folder, block_time_ms)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut errors = child.stderr.take().unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let Some(port) = line
            .trim()
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
        else {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            panic!("the node did not start: {line}{text}");
        };
        Self {
            child,
            output,
            errors,
            port,
        }
    }

    /// Asks the node to stop, as Ctrl-C does, and returns its exit code and all it has written.
    pub fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill")
            .args([signal, &id])
            .status()
            .unwrap()
            .success());
        let code = self.child.wait().unwrap().code();
        let mut text = String::new();
        self.output.read_to_string(&mut text).unwrap();
        self.errors.read_to_string(&mut text).unwrap();
        (code, text)
    }

    /// A connection to the node.
    pub async fn connect(&self) -> Connection {
        let host = format!("127.0.0.1:{}", self.port);
        let socket = TcpStream::connect(&host).await.unwrap();
        let mut client = Client::new(socket.compat(), &host, "/");
        let answer = client.handshake().await.unwrap();
        assert!(
            matches!(answer, ServerResponse::Accepted { .. }),
            "{answer:?}"
        );
        let (sender, receiver) = client.into_builder().finish();
        Connection {
            sender,
            receiver,
            id: 0,
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A WebSocket on which one question is asked at a time.
pub struct Connection {
    sender: Sender<Compat<TcpStream>>,
    receiver: Receiver<Compat<TcpStream>>,
    id: u64,
}

impl Connection {
    /// Calls a method and returns the whole answer. Notifications that come before it are dropped.
    async fn answer(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        let request =
            json!({ "jsonrpc": "2.0", "id": self.id, "method": method, "params": params });
        self.sender.send_text(request.to_string()).await.unwrap();
        self.sender.flush().await.unwrap();
        loop {
            let message = self.message().await;
            if message["id"] == self.id {
                return message;
            }
        }
    }

    /// Calls a method and returns its result.
    pub async fn call(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// Calls a method that fails, and returns the error.
    pub async fn error(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params).await;
        assert!(answer.get("result").is_none(), "{method}: {answer}");
        answer["error"].take()
    }

    /// The next message that the node sends.
    async fn message(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.receiver.receive_data(&mut bytes).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    /// The next notification of a subscription.
    pub async fn notification(&mut self) -> Value {
        self.message().await["params"]["result"].take()
    }

    /// The number of the best block.
    pub async fn height(&mut self) -> u32 {
        number(&self.call("chain_getHeader", json!([])).await)
    }

    /// The number of the newest final block.
    pub async fn final_height(&mut self) -> u32 {
        let head = self.call("chain_getFinalizedHead", json!([])).await;
        number(&self.call("chain_getHeader", json!([head])).await)
    }

    /// Waits for the block with this number.
    pub async fn wait_for(&mut self, height: u32) {
        self.call("chain_subscribeFinalizedHeads", json!([])).await;
        while number(&self.notification().await) < height {}
    }

    /// The hash of the first block.
    pub async fn genesis(&mut self) -> String {
        self.call("chain_getBlockHash", json!([0]))
            .await
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// The number in a header.
fn number(header: &Value) -> u32 {
    let number = header["number"].as_str().unwrap();
    u32::from_str_radix(number.trim_start_matches("0x"), 16).unwrap()
}
