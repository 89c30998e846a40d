//! What the browser refused.

use crate::text::language::{language, Language, Text};
use core::fmt;
use wasm_bindgen::{JsCast, JsValue};

/// A thrown JavaScript value, with what was being done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserError {
    /// What was attempted, as the end of "could not …"; the German has its own negation.
    pub attempt: Text,
    /// The browser's words.
    pub detail: String,
}

impl BrowserError {
    /// An error from whatever was thrown.
    pub fn thrown(attempt: Text, thrown: &JsValue) -> Self {
        Self {
            attempt,
            detail: words(thrown),
        }
    }

    /// An error for something that this browser does not have.
    pub fn absent(attempt: Text, what: Text) -> Self {
        Self {
            attempt,
            detail: match language() {
                Language::English => format!("this browser has no {what}"),
                Language::German => format!("dieser Browser hat {what}"),
            },
        }
    }
}

impl fmt::Display for BrowserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (attempt, detail) = (self.attempt, self.detail.trim_end_matches('.'));
        match language() {
            Language::English => write!(f, "The browser could not {attempt}: {detail}."),
            Language::German => write!(f, "Der Browser konnte {attempt}: {detail}."),
        }
    }
}

const NO_REASON: Text = Text::new("no reason was given", "es wurde kein Grund genannt");

/// The message of an `Error`, or of anything with a `message`; else the value as text.
pub fn words(thrown: &JsValue) -> String {
    if let Some(error) = thrown.dyn_ref::<js_sys::Error>() {
        return String::from(error.message());
    }
    js_sys::Reflect::get(thrown, &JsValue::from_str("message"))
        .ok()
        .and_then(|message| message.as_string())
        .or_else(|| thrown.as_string())
        .unwrap_or_else(|| NO_REASON.to_string())
}
