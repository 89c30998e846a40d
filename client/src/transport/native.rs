//! JSON-RPC over HTTP for programs.

use super::{request, response, RpcError, Transport};
use serde_json::Value;
use std::time::Duration;

/// A node's RPC address, asked by blocking HTTP POST requests.
pub struct Http {
    agent: ureq::Agent,
    url: String,
    seconds: u32,
}

/// Largest answer accepted, in bytes (metadata of big chains is about 2 MB in hexadecimal).
const MAX_ANSWER: u64 = 32 * 1024 * 1024;

impl Http {
    /// A client of the node at `url` (`http://` or `https://`) that gives up each call after `seconds`.
    #[must_use]
    pub fn new(url: &str, seconds: u32) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(u64::from(seconds))))
            .http_status_as_error(true)
            .build();
        Self {
            agent: config.into(),
            url: normalise(url),
            seconds,
        }
    }

    fn error(&self, error: &ureq::Error) -> RpcError {
        let url = self.url.clone();
        match error {
            ureq::Error::Timeout(_) => RpcError::TimedOut {
                url,
                seconds: self.seconds,
            },
            ureq::Error::StatusCode(status) => RpcError::Http {
                url,
                status: *status,
            },
            ureq::Error::BodyExceedsLimit(_) => RpcError::NotJsonRpc { url },
            other => RpcError::Unreachable {
                url,
                cause: other.to_string(),
            },
        }
    }
}

/// `ws://` and `wss://` addresses name the same server as their HTTP forms; a missing scheme is `http://`.
fn normalise(url: &str) -> String {
    let url = url.trim_end_matches('/');
    if let Some(rest) = url.strip_prefix("ws://") {
        return format!("http://{rest}");
    }
    if let Some(rest) = url.strip_prefix("wss://") {
        return format!("https://{rest}");
    }
    if url.contains("://") {
        return url.to_owned();
    }
    format!("http://{url}")
}

impl Transport for Http {
    async fn call(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let mut answer = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .send(request(method, &params))
            .map_err(|error| self.error(&error))?;
        let body = answer
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER)
            .read_to_string()
            .map_err(|error| self.error(&error))?;
        response(&self.url, method, &body)
    }

    async fn pause(&self, milliseconds: u32) {
        std::thread::sleep(Duration::from_millis(u64::from(milliseconds)));
    }

    fn url(&self) -> &str {
        &self.url
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Answers one connection with `answer` and closes it.
    fn serve(answer: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = [0; 1024];
            let _ = stream.read(&mut buffer).unwrap();
            stream.write_all(answer).unwrap();
        });
        url
    }

    fn call(url: &str, seconds: u32) -> Result<Value, RpcError> {
        pollster::block_on(Http::new(url, seconds).call("system_chain", Value::Array(vec![])))
    }

    #[test]
    fn a_node_that_is_down_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        assert!(
            matches!(call(&url, 5), Err(RpcError::Unreachable { url: named, .. }) if named == url)
        );
    }

    #[test]
    fn a_node_that_never_answers_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        assert_eq!(call(&url, 1), Err(RpcError::TimedOut { url, seconds: 1 }));
    }

    #[test]
    fn http_errors_and_web_pages_are_told_apart() {
        let url =
            serve(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        assert_eq!(call(&url, 5), Err(RpcError::Http { url, status: 404 }));
        let url = serve(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>");
        assert_eq!(call(&url, 5), Err(RpcError::NotJsonRpc { url }));
    }

    #[test]
    fn websocket_addresses_are_read_as_http() {
        assert_eq!(normalise("ws://127.0.0.1:9944/"), "http://127.0.0.1:9944");
        assert_eq!(normalise("wss://host"), "https://host");
        assert_eq!(normalise("127.0.0.1:9944"), "http://127.0.0.1:9944");
    }
}
