//! A node's life: what it keeps when it stops, what it refuses to start with, whom it lets in.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
};

use serde_json::json;
use support::{command, Node, NEVER};
use tempfile::tempdir;

/// Starts a node that does not start, and returns what it says.
fn refusal(folder: &Path, more: &[&str]) -> String {
    let output = command(Some(folder), NEVER).args(more).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_chain_outlives_its_node() {
    let folder = tempdir().unwrap();
    let node = Node::start(Some(folder.path()), 100);
    let mut rpc = node.connect().await;
    let genesis = rpc.genesis().await;
    rpc.wait_for(2).await;
    let hash = rpc.call("chain_getBlockHash", json!([2])).await;
    let (code, said) = node.stop("-INT");
    assert_eq!(code, Some(0), "{said}");

    let node = Node::start(Some(folder.path()), NEVER);
    let mut rpc = node.connect().await;
    assert!(rpc.height().await >= 2);
    assert_eq!(rpc.genesis().await, genesis);
    assert_eq!(rpc.call("chain_getBlockHash", json!([2])).await, hash);
    let (code, said) = node.stop("-TERM");
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test]
async fn a_chain_outlives_a_node_that_is_killed() {
    let folder = tempdir().unwrap();
    let node = Node::start(Some(folder.path()), 100);
    let mut rpc = node.connect().await;
    let genesis = rpc.genesis().await;
    rpc.wait_for(2).await;
    assert_eq!(node.stop("-KILL").0, None);

    let node = Node::start(Some(folder.path()), 100);
    let mut rpc = node.connect().await;
    assert_eq!(rpc.genesis().await, genesis);
    let height = rpc.height().await;
    rpc.wait_for(height + 2).await;
}

#[tokio::test]
async fn every_chain_has_a_genesis_of_its_own() {
    let (one, other) = (Node::start(None, NEVER), Node::start(None, NEVER));
    let (mut one, mut other) = (one.connect().await, other.connect().await);
    assert_ne!(one.genesis().await, other.genesis().await);
}

#[test]
fn a_second_node_on_the_same_chain_is_refused() {
    let folder = tempdir().unwrap();
    let _node = Node::start(Some(folder.path()), NEVER);
    let said = refusal(folder.path(), &[]);
    let path = folder.path().display();
    assert!(
        said.contains(&format!("another countersign-node is running on {path}")),
        "{said}"
    );
    assert!(said.contains("--base-path"), "{said}");
}

#[test]
fn a_port_that_is_taken_is_refused_before_anything_is_written() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_countersign-node"))
        .arg("--base-path")
        .arg(folder.path())
        .args(["--rpc-port", &port])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{said}"
    );
    assert!(!folder.path().join("chain-spec.json").exists());
}

#[test]
fn blocks_of_an_unknown_or_another_chain_are_refused() {
    let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
    for folder in [&folder, &other] {
        assert_eq!(
            Node::start(Some(folder.path()), NEVER).stop("-TERM").0,
            Some(0)
        );
    }
    let spec = folder.path().join("chain-spec.json");
    std::fs::copy(other.path().join("chain-spec.json"), &spec).unwrap();
    assert!(refusal(folder.path(), &[]).contains("describes another chain"));
    std::fs::write(&spec, "{").unwrap();
    assert!(refusal(folder.path(), &[]).contains("is not a chain specification"));
    std::fs::remove_file(&spec).unwrap();
    assert!(refusal(folder.path(), &[]).contains("chain-spec.json is missing"));
}

#[test]
fn a_folder_must_be_named() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_countersign-node"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr)
        .unwrap()
        .contains("--base-path"));
}

/// What the node answers to a request with these headers: all until it closes the connection.
fn http(port: u16, head: &str, body: &str) -> String {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(
        socket,
        "{head}\r\nHost: localhost:{port}\r\nConnection: close\r\nContent-Length: {length}\r\n\
         Content-Type: application/json\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer.to_lowercase()
}

const QUESTION: &str = r#"{"jsonrpc":"2.0","id":1,"method":"system_chain","params":[]}"#;

#[test]
fn pages_of_this_machine_are_served() {
    let node = Node::start(None, NEVER);
    let answer = http(
        node.port,
        "POST / HTTP/1.1\r\nOrigin: http://127.0.0.1:8080",
        QUESTION,
    );
    assert!(answer.starts_with("http/1.1 200"), "{answer}");
    assert!(
        answer.contains("access-control-allow-origin: http://127.0.0.1:8080"),
        "{answer}"
    );
    assert!(answer.contains("countersign local"), "{answer}");

    let asks = "OPTIONS / HTTP/1.1\r\nOrigin: http://localhost:3000\r\n\
        Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type";
    let answer = http(node.port, asks, "");
    assert!(answer.starts_with("http/1.1 200"), "{answer}");
    assert!(
        answer.contains("access-control-allow-headers: content-type"),
        "{answer}"
    );
}

#[test]
fn pages_of_other_machines_are_refused() {
    let node = Node::start(None, NEVER);
    let answer = http(
        node.port,
        "POST / HTTP/1.1\r\nOrigin: https://evil.example",
        QUESTION,
    );
    assert!(answer.starts_with("http/1.1 403"), "{answer}");
    let upgrade = "GET / HTTP/1.1\r\nOrigin: https://evil.example\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
    let answer = http(node.port, upgrade, "");
    assert!(answer.starts_with("http/1.1 403"), "{answer}");
}
