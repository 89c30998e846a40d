//! Reading what the user gave: files, blobs.

use super::error::BrowserError;
use crate::text::language::Text;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

const ATTEMPT: Text = Text::new("read the file", "die Datei nicht lesen");

/// All bytes of a file. Callers check its size first.
///
/// # Errors
/// Where the file was moved, changed or deleted since it was chosen.
pub async fn bytes(file: &Blob) -> Result<Vec<u8>, BrowserError> {
    let thrown = |value| BrowserError::thrown(ATTEMPT, &value);
    let buffer: ArrayBuffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(thrown)?
        .dyn_into()
        .map_err(thrown)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Bytes as a file that can be handed to the worker.
///
/// # Errors
/// Where the browser has no memory for it.
pub fn blob(bytes: &[u8]) -> Result<Blob, BrowserError> {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).map_err(|thrown| {
        BrowserError::thrown(
            Text::new("keep the file", "die Datei nicht aufbewahren"),
            &thrown,
        )
    })
}
