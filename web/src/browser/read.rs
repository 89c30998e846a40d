//! Reading what the user gave: files, blobs.

use super::error::BrowserError;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

const ATTEMPT: &str = "read the file";

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
