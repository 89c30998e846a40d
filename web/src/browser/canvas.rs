//! A canvas that is never shown: what is drawn on it is read back.

use super::error::BrowserError;
use crate::text::language::Text;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A canvas of this size, and what draws on it.
///
/// # Errors
/// Where the browser has none; the error says what was attempted.
pub fn of(
    attempt: Text,
    width: u32,
    height: u32,
) -> Result<(HtmlCanvasElement, CanvasRenderingContext2d), BrowserError> {
    let thrown = |value: JsValue| BrowserError::thrown(attempt, &value);
    let absent = |what| BrowserError::absent(attempt, what);
    let canvas: HtmlCanvasElement = web_sys::window()
        .and_then(|window| window.document())
        .ok_or_else(|| absent(Text::new("document", "kein Dokument")))?
        .create_element("canvas")
        .map_err(thrown)?
        .unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas
        .get_context("2d")
        .map_err(thrown)?
        .ok_or_else(|| absent(Text::new("canvas", "keine Zeichenfläche")))?
        .unchecked_into();
    Ok((canvas, context))
}
