//! Giving the user a file.

use super::error::BrowserError;
use crate::text::language::Text;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

const ATTEMPT: Text = Text::new("save the file", "die Datei nicht speichern");

/// Offers JSON as a download called `name`.
///
/// # Errors
/// Where the browser does not make object URLs.
pub fn json(name: &str, bytes: &[u8]) -> Result<(), BrowserError> {
    file(name, bytes, "application/json")
}

/// Offers `bytes` of a media type as a download called `name`.
///
/// # Errors
/// As [`json`].
pub fn file(name: &str, bytes: &[u8], media_type: &str) -> Result<(), BrowserError> {
    let thrown = |value| BrowserError::thrown(ATTEMPT, &value);
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind).map_err(thrown)?;
    self::blob(name, &blob)
}

/// Offers what this tab holds as a download called `name`.
///
/// # Errors
/// As [`json`].
pub fn blob(name: &str, data: &Blob) -> Result<(), BrowserError> {
    let thrown = |value| BrowserError::thrown(ATTEMPT, &value);
    let url = Url::create_object_url_with_blob(data).map_err(thrown)?;
    let link: HtmlAnchorElement = web_sys::window()
        .and_then(|window| window.document())
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("document", "kein Dokument")))?
        .create_element("a")
        .map_err(thrown)?
        .dyn_into()
        .map_err(|_| BrowserError::absent(ATTEMPT, Text::new("links", "keine Links")))?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The click has taken hold of the bytes: the URL is not needed any more.
    Url::revoke_object_url(&url).map_err(thrown)
}
