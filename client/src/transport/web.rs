//! JSON-RPC over the browser's `fetch`. The page's Content-Security-Policy (PROTOCOL 7.1) decides which addresses work.

use super::{batch_request, batch_response, is_too_large, request, response, RpcError, Transport};
use js_sys::{Function, Promise, Reflect};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Request, RequestInit, RequestMode, Response};

/// Most calls in one request, so that a request and its answer stay below what nodes accept.
const CALLS_AT_ONCE: usize = 50;

/// A node's RPC address, asked by `fetch`.
#[derive(Debug, Clone)]
pub struct Fetch {
    url: String,
    seconds: u32,
}

impl Fetch {
    /// A client of the node at `url` (`http://` or `https://`) that gives up each call after `seconds`.
    #[must_use]
    pub fn new(url: &str, seconds: u32) -> Self {
        Self {
            url: url.to_owned(),
            seconds,
        }
    }

    async fn post(&self, body: &str) -> Result<String, JsValue> {
        let headers = Headers::new()?;
        headers.set("content-type", "application/json")?;
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_mode(RequestMode::Cors);
        init.set_headers(headers.as_ref());
        init.set_body(&JsValue::from_str(body));
        init.set_signal(Some(&AbortSignal::timeout_with_f64(
            f64::from(self.seconds) * 1000.0,
        )));
        let request = Request::new_with_str_and_init(&self.url, &init)?;
        let fetch: Function = Reflect::get(&js_sys::global(), &"fetch".into())?.dyn_into()?;
        let promise: Promise = fetch.call1(&JsValue::UNDEFINED, &request)?.dyn_into()?;
        let answer: Response = JsFuture::from(promise).await?.dyn_into()?;
        if !answer.ok() {
            return Err(JsValue::from_f64(f64::from(answer.status())));
        }
        let text = JsFuture::from(answer.text()?).await?;
        text.as_string().ok_or(JsValue::UNDEFINED)
    }

    /// `fetch` rejects with a number (ours: an HTTP status), a `DOMException` named `TimeoutError`, or a `TypeError`.
    fn error(&self, error: &JsValue) -> RpcError {
        let url = self.url.clone();
        if let Some(status) = error.as_f64() {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            return RpcError::Http {
                url,
                status: status as u16,
            };
        }
        let text = |key: &str| {
            Reflect::get(error, &key.into())
                .ok()
                .and_then(|value| value.as_string())
        };
        if text("name").as_deref() == Some("TimeoutError") {
            return RpcError::TimedOut {
                url,
                seconds: self.seconds,
            };
        }
        let cause = text("message").unwrap_or_else(|| "the browser gave no reason".to_owned());
        RpcError::Unreachable { url, cause }
    }
}

impl Transport for Fetch {
    async fn call(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let body = self
            .post(&request(method, &params))
            .await
            .map_err(|error| self.error(&error))?;
        response(&self.url, method, &body)
    }

    async fn batch(&self, calls: Vec<(&str, Value)>) -> Result<Vec<Value>, RpcError> {
        let mut results = Vec::with_capacity(calls.len());
        let mut parts: Vec<_> = calls.chunks(CALLS_AT_ONCE).rev().collect();
        while let Some(part) = parts.pop() {
            let body = self
                .post(&batch_request(part))
                .await
                .map_err(|error| self.error(&error))?;
            let methods: Vec<&str> = part.iter().map(|(method, _)| *method).collect();
            match batch_response(&self.url, &methods, &body) {
                Ok(answers) => results.extend(answers),
                // Full blocks have long answers: what is too much for one answer is asked in halves.
                Err(error) if part.len() > 1 && is_too_large(&error) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(results)
    }

    async fn pause(&self, milliseconds: u32) {
        let promise = Promise::new(&mut |resolve, _reject| {
            // Without a timer there is nothing to wait with: look again at once.
            let waiting = Reflect::get(&js_sys::global(), &"setTimeout".into())
                .and_then(|timer| timer.dyn_into::<Function>())
                .and_then(|timer| timer.call2(&JsValue::UNDEFINED, &resolve, &milliseconds.into()));
            if waiting.is_err() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        });
        let _ = JsFuture::from(promise).await;
    }

    fn url(&self) -> &str {
        &self.url
    }
}
