//! SHA-256 of files, by the browser itself. It decides nothing about receipts: the worker hashes what it executes (R2).

use super::error::BrowserError;
use crate::text::language::Text;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// The digest of a file's bytes.
///
/// # Errors
/// Where the file cannot be read or the browser has no hashing.
pub async fn sha256(file: &Blob) -> Result<[u8; 32], BrowserError> {
    const ATTEMPT: Text = Text::new("hash a file", "die Prüfsumme einer Datei nicht berechnen");
    let thrown = |thrown| BrowserError::thrown(ATTEMPT, &thrown);
    let bytes: ArrayBuffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(thrown)?
        .unchecked_into();
    let subtle = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .map(|crypto| crypto.subtle())
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("hashing", "keine Prüfsummen")))?;
    let promise = subtle
        .digest_with_str_and_buffer_source("SHA-256", &bytes)
        .map_err(thrown)?;
    let digest = Uint8Array::new(&JsFuture::from(promise).await.map_err(thrown)?).to_vec();
    digest
        .try_into()
        .map_err(|_| BrowserError::absent(ATTEMPT, Text::new("SHA-256", "kein SHA-256")))
}
