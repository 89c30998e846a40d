//! Pictures as pixels, for models of the user's own. Nothing of this is committed to: the engine decodes what is.

use super::error::BrowserError;
use crate::text::language::Text;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

const ATTEMPT: Text = Text::new("read the picture", "das Bild nicht lesen");

/// The picture's bytes, red, green, blue and opacity of each pixel, stretched to `width` × `height`.
///
/// # Errors
/// Where the browser cannot read the picture.
pub async fn rgba(file: &Blob, width: u32, height: u32) -> Result<Vec<u8>, BrowserError> {
    let thrown = |value: JsValue| BrowserError::thrown(ATTEMPT, &value);
    let window = web_sys::window()
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("window", "kein Fenster")))?;
    let decoding = window.create_image_bitmap_with_blob(file).map_err(thrown)?;
    let picture: ImageBitmap = JsFuture::from(decoding)
        .await
        .map_err(thrown)?
        .unchecked_into();
    let canvas: HtmlCanvasElement = window
        .document()
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("document", "kein Dokument")))?
        .create_element("canvas")
        .map_err(thrown)?
        .unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas
        .get_context("2d")
        .map_err(thrown)?
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("canvas", "keine Zeichenfläche")))?
        .unchecked_into();
    let (wide, high) = (f64::from(width), f64::from(height));
    context
        .draw_image_with_image_bitmap_and_dw_and_dh(&picture, 0.0, 0.0, wide, high)
        .map_err(thrown)?;
    picture.close();
    let pixels = context
        .get_image_data(0.0, 0.0, wide, high)
        .map_err(thrown)?;
    Ok(pixels.data().0)
}
