//! What the browser refused.

use core::fmt;
use wasm_bindgen::{JsCast, JsValue};

/// A thrown JavaScript value, with what was being done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserError {
    /// What was attempted, as the end of "could not …".
    pub attempt: &'static str,
    /// The browser's words.
    pub detail: String,
}

impl BrowserError {
    /// An error from whatever was thrown.
    pub fn thrown(attempt: &'static str, thrown: &JsValue) -> Self {
        Self {
            attempt,
            detail: words(thrown),
        }
    }

    /// An error for something that this browser does not have.
    pub fn absent(attempt: &'static str, what: &str) -> Self {
        Self {
            attempt,
            detail: format!("this browser has no {what}"),
        }
    }
}

impl fmt::Display for BrowserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "The browser could not {}: {}.",
            self.attempt,
            self.detail.trim_end_matches('.')
        )
    }
}

/// The message of an `Error`, or of anything with a `message`; else the value as text.
pub fn words(thrown: &JsValue) -> String {
    if let Some(error) = thrown.dyn_ref::<js_sys::Error>() {
        return String::from(error.message());
    }
    js_sys::Reflect::get(thrown, &JsValue::from_str("message"))
        .ok()
        .and_then(|message| message.as_string())
        .or_else(|| thrown.as_string())
        .unwrap_or_else(|| "no reason was given".to_owned())
}
