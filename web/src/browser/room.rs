//! How much the browser lets the app store, and whether it promises to leave it alone.

use super::error::BrowserError;
use crate::text::language::Text;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

/// What the browser says of the app's storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes in use by everything that the app stores.
    pub used: u64,
    /// Bytes that it may use.
    pub most: u64,
    /// Whether the browser asks before it clears them.
    pub lasting: bool,
}

const ATTEMPT: Text = Text::new(
    "say how much it stores",
    "nicht sagen, wie viel er speichert",
);

fn manager() -> Result<StorageManager, BrowserError> {
    let navigator = web_sys::window()
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("page", "keine Seite")))?
        .navigator();
    Reflect::get(&navigator, &JsValue::from_str("storage"))
        .ok()
        .and_then(|manager| manager.dyn_into().ok())
        .ok_or_else(|| {
            BrowserError::absent(
                ATTEMPT,
                Text::new(
                    "account of its storage",
                    "keine Auskunft über seinen Speicher",
                ),
            )
        })
}

/// How it stands now.
///
/// # Errors
/// Where the browser does not tell.
pub async fn look() -> Result<Room, BrowserError> {
    let thrown = |thrown| BrowserError::thrown(ATTEMPT, &thrown);
    let manager = manager()?;
    let estimate: StorageEstimate = JsFuture::from(manager.estimate().map_err(thrown)?)
        .await
        .map_err(thrown)?
        .unchecked_into();
    let lasting = JsFuture::from(manager.persisted().map_err(thrown)?)
        .await
        .map_err(thrown)?;
    // Numbers of bytes, far below 2^53.
    let bytes = |number: Option<f64>| number.unwrap_or(0.0).max(0.0) as u64;
    Ok(Room {
        used: bytes(estimate.get_usage()),
        most: bytes(estimate.get_quota()),
        lasting: lasting.is_truthy(),
    })
}

/// Asks the browser not to clear the files by itself; some browsers ask the user. `true` if it promises.
///
/// # Errors
/// Where the browser cannot be asked.
pub async fn ask() -> Result<bool, BrowserError> {
    let thrown = |thrown| {
        BrowserError::thrown(
            Text::new(
                "promise to keep the files",
                "nicht zusagen, die Dateien zu behalten",
            ),
            &thrown,
        )
    };
    let answer = JsFuture::from(manager()?.persist().map_err(thrown)?)
        .await
        .map_err(thrown)?;
    Ok(answer.is_truthy())
}
