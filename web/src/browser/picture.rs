//! Pictures as pixels, for models of the user's own and for QR codes. Nothing of this is committed to: the engine decodes what is.

use super::canvas;
use super::error::BrowserError;
use crate::text::language::Text;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap};

const ATTEMPT: Text = Text::new("read the picture", "das Bild nicht lesen");

/// Whether bytes begin as a picture's do that browsers read: PNG, JPEG, GIF, BMP, WebP.
pub fn is_picture(bytes: &[u8]) -> bool {
    let starts: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM"];
    starts.iter().any(|start| bytes.starts_with(start))
        || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
}

/// A picture that the browser has decoded. Its memory is given back when it is dropped.
pub struct Decoded(ImageBitmap);

impl Drop for Decoded {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Decoded {
    /// Decodes a picture.
    ///
    /// # Errors
    /// Where the browser cannot read it.
    pub async fn of(file: &Blob) -> Result<Self, BrowserError> {
        let thrown = |value: JsValue| BrowserError::thrown(ATTEMPT, &value);
        let window = web_sys::window()
            .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("window", "kein Fenster")))?;
        let decoding = window.create_image_bitmap_with_blob(file).map_err(thrown)?;
        let picture = JsFuture::from(decoding).await.map_err(thrown)?;
        Ok(Self(picture.unchecked_into()))
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.0.width(), self.0.height())
    }

    /// Red, green, blue and opacity of each pixel, stretched to `width` × `height`; `smooth` mixes neighbouring pixels.
    ///
    /// # Errors
    /// Where the browser has no canvas of that size.
    pub fn rgba(&self, width: u32, height: u32, smooth: bool) -> Result<Vec<u8>, BrowserError> {
        let thrown = |value: JsValue| BrowserError::thrown(ATTEMPT, &value);
        let (_, context) = canvas::of(ATTEMPT, width, height)?;
        context.set_image_smoothing_enabled(smooth);
        let (wide, high) = (f64::from(width), f64::from(height));
        context
            .draw_image_with_image_bitmap_and_dw_and_dh(&self.0, 0.0, 0.0, wide, high)
            .map_err(thrown)?;
        let pixels = context
            .get_image_data(0.0, 0.0, wide, high)
            .map_err(thrown)?;
        Ok(pixels.data().0)
    }
}

/// The picture's bytes, red, green, blue and opacity of each pixel, stretched to `width` × `height`.
///
/// # Errors
/// Where the browser cannot read the picture.
pub async fn rgba(file: &Blob, width: u32, height: u32) -> Result<Vec<u8>, BrowserError> {
    Decoded::of(file).await?.rgba(width, height, true)
}
