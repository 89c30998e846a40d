//! How a JSON-RPC request reaches a node and what can go wrong on the way.
//!
//! The client itself never opens a socket: a program brings [`native::Http`], a page brings [`web::Fetch`], a test
//! brings recorded answers.

#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "web")]
pub mod web;

use core::fmt;
use serde_json::{json, Value};

/// Carries one JSON-RPC 2.0 call to a node.
///
/// Futures need not be `Send`: a page has one thread and the command line uses one.
#[allow(async_fn_in_trait)]
pub trait Transport {
    /// Calls `method` with positional `params` (a JSON array) and returns the `result` member.
    ///
    /// # Errors
    /// Any [`RpcError`]; an implementation gives up by itself after its time limit.
    async fn call(&self, method: &str, params: Value) -> Result<Value, RpcError>;

    /// Calls several methods at once and returns their results in the order of `calls`. A transport without a way of
    /// its own asks one after the other.
    ///
    /// # Errors
    /// The first of their errors.
    async fn batch(&self, calls: Vec<(&str, Value)>) -> Result<Vec<Value>, RpcError> {
        let mut results = Vec::with_capacity(calls.len());
        for (method, params) in calls {
            results.push(self.call(method, params).await?);
        }
        Ok(results)
    }

    /// Waits `milliseconds` between two looks at the chain.
    async fn pause(&self, milliseconds: u32);

    /// The address that this transport talks to, for messages.
    fn url(&self) -> &str;
}

/// Why a node gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RpcError {
    /// No connection could be made, or it broke.
    Unreachable {
        /// Address that was tried.
        url: String,
        /// What the operating system or the browser said.
        cause: String,
    },
    /// No whole answer within the time limit.
    TimedOut {
        /// Address that was tried.
        url: String,
        /// The limit in seconds.
        seconds: u32,
    },
    /// The server answered with an HTTP error.
    Http {
        /// Address that was tried.
        url: String,
        /// HTTP status code.
        status: u16,
    },
    /// The answer is not a JSON-RPC response, so this is not a Substrate node.
    NotJsonRpc {
        /// Address that was tried.
        url: String,
    },
    /// The node answered with a JSON-RPC error.
    Refused {
        /// The method called.
        method: String,
        /// JSON-RPC error code.
        code: i64,
        /// The node's words, with its `data` when it is text.
        message: String,
    },
    /// The node answered, but not with what the method promises.
    Unexpected {
        /// The method called.
        method: String,
        /// What was expected instead.
        expected: &'static str,
    },
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { url, cause } => write!(
                f,
                "the node at {url} cannot be reached ({cause}); start it, or name another one"
            ),
            Self::TimedOut { url, seconds } => write!(
                f,
                "the node at {url} did not answer within {seconds} seconds; try again, or name another one"
            ),
            Self::Http { url, status } => write!(
                f,
                "the server at {url} answered with HTTP status {status}; check that this is a node's RPC address"
            ),
            Self::NotJsonRpc { url } => write!(
                f,
                "the server at {url} does not speak JSON-RPC; check that this is a node's RPC address"
            ),
            Self::Refused { method, code, message } => {
                write!(f, "the node refused {method}: {message} (code {code})")
            }
            Self::Unexpected { method, expected } => write!(
                f,
                "the node's answer to {method} is not {expected}; it may be of a version this program does not know"
            ),
        }
    }
}

impl core::error::Error for RpcError {}

/// The body of a JSON-RPC 2.0 request.
#[must_use]
pub fn request(method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string()
}

/// The body of a JSON-RPC 2.0 batch; the ids are the positions.
#[must_use]
pub fn batch_request(calls: &[(&str, Value)]) -> String {
    let list = calls.iter().enumerate().map(|(id, (method, params))| {
        json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
    });
    Value::Array(list.collect()).to_string()
}

/// Takes the results out of the response to [`batch_request`], in the order of `methods`; a node may answer in any.
///
/// # Errors
/// As [`response`]; [`RpcError::NotJsonRpc`] too when an answer is missing.
pub fn batch_response(url: &str, methods: &[&str], body: &str) -> Result<Vec<Value>, RpcError> {
    let not_rpc = || RpcError::NotJsonRpc {
        url: url.to_owned(),
    };
    let mut answers = match serde_json::from_str(body).map_err(|_| not_rpc())? {
        Value::Array(answers) => answers,
        // A node that refuses batches answers with one error.
        single => {
            let method = methods.first().copied().unwrap_or_default();
            return Err(result_of(url, method, single).err().unwrap_or_else(not_rpc));
        }
    };
    let mut ordered: Vec<Option<Value>> = vec![None; methods.len()];
    for answer in answers.drain(..) {
        let place = answer
            .get("id")
            .and_then(Value::as_u64)
            .and_then(|id| usize::try_from(id).ok())
            .and_then(|id| ordered.get_mut(id))
            .ok_or_else(not_rpc)?;
        *place = Some(answer);
    }
    let results = methods.iter().zip(ordered);
    results
        .map(|(method, answer)| result_of(url, method, answer.ok_or_else(not_rpc)?))
        .collect()
}

/// Whether a node refused a batch for its size: jsonrpsee's codes for too many calls and for too long an answer.
#[must_use]
pub const fn is_too_large(error: &RpcError) -> bool {
    matches!(
        error,
        RpcError::Refused {
            code: -32010 | -32011,
            ..
        }
    )
}

/// Takes the result out of a JSON-RPC 2.0 response.
///
/// # Errors
/// [`RpcError::NotJsonRpc`] when `body` is no such response, [`RpcError::Refused`] when it carries an error.
pub fn response(url: &str, method: &str, body: &str) -> Result<Value, RpcError> {
    let not_rpc = || RpcError::NotJsonRpc {
        url: url.to_owned(),
    };
    result_of(
        url,
        method,
        serde_json::from_str(body).map_err(|_| not_rpc())?,
    )
}

fn result_of(url: &str, method: &str, mut answer: Value) -> Result<Value, RpcError> {
    let not_rpc = || RpcError::NotJsonRpc {
        url: url.to_owned(),
    };
    let members = answer.as_object_mut().ok_or_else(not_rpc)?;
    if let Some(error) = members.get("error") {
        let text = error
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or("no reason given");
        let message = match error.get("data").and_then(Value::as_str) {
            Some(data) => format!("{text}: {data}"),
            None => text.to_owned(),
        };
        let code = error.get("code").and_then(Value::as_i64).unwrap_or(0);
        return Err(RpcError::Refused {
            method: method.to_owned(),
            code,
            message,
        });
    }
    members.remove("result").ok_or_else(not_rpc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_refused_for_its_size_is_told_from_other_refusals() {
        let refused = |code: i64| {
            let body = format!(
                r#"{{"jsonrpc":"2.0","id":null,"error":{{"code":{code},"message":"The batch response was too large"}}}}"#
            );
            is_too_large(&batch_response("u", &["a", "b"], &body).unwrap_err())
        };
        assert!(refused(-32011) && refused(-32010));
        assert!(!refused(-32005) && !refused(-32601));
    }

    #[test]
    fn response_gives_the_result_even_when_it_is_null() {
        assert_eq!(
            response("u", "m", r#"{"jsonrpc":"2.0","id":1,"result":null}"#),
            Ok(Value::Null)
        );
    }

    #[test]
    fn response_keeps_the_nodes_words() {
        let body = r#"{"jsonrpc":"2.0","id":1,"error":{"code":1010,"message":"Invalid","data":"bad nonce"}}"#;
        let error = response("u", "m", body).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the node refused m: Invalid: bad nonce (code 1010)"
        );
    }

    #[test]
    fn a_batch_is_put_into_the_order_of_its_calls() {
        let body =
            r#"[{"jsonrpc":"2.0","id":1,"result":"b"},{"jsonrpc":"2.0","id":0,"result":null}]"#;
        let results = batch_response("u", &["a", "b"], body).unwrap();
        assert_eq!(results, [Value::Null, Value::from("b")]);
    }

    #[test]
    fn a_batch_with_a_missing_strange_or_failed_answer_gives_no_results() {
        let one = r#"{"jsonrpc":"2.0","id":0,"result":1}"#;
        let strange = r#"{"jsonrpc":"2.0","id":7,"result":1}"#;
        for body in [
            format!("[{one}]"),
            format!("[{one},{strange}]"),
            one.to_owned(),
        ] {
            assert!(batch_response("u", &["a", "b"], &body).is_err(), "{body}");
        }
        let failed = format!(
            r#"[{one},{{"jsonrpc":"2.0","id":1,"error":{{"code":-32005,"message":"too large"}}}}]"#
        );
        let error = batch_response("u", &["a", "b"], &failed).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the node refused b: too large (code -32005)"
        );
    }

    #[test]
    fn a_web_page_is_not_taken_for_a_node() {
        for body in ["<html>", "[]", "{}", "3"] {
            assert_eq!(
                response("u", "m", body),
                Err(RpcError::NotJsonRpc { url: "u".into() })
            );
        }
    }
}
