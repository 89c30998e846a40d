//! The camera: a live picture, and one frame of it as a PNG file, which loses nothing of what the camera gave.

use super::canvas;
use super::devices::Stream;
use super::error::BrowserError;
use crate::text::language::Text;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlVideoElement, MediaStreamConstraints};

const ATTEMPT: Text = Text::new("use the camera", "die Kamera nicht benutzen");

/// A camera that is on. Dropped, it goes off.
pub struct Camera(Stream);

impl Camera {
    /// Asks the user for a camera.
    ///
    /// # Errors
    /// Where there is none, or the user said no.
    pub async fn start() -> Result<Self, BrowserError> {
        let wanted = MediaStreamConstraints::new();
        wanted.set_video(&JsValue::TRUE);
        Stream::ask(ATTEMPT, &wanted).await.map(Self)
    }

    /// Shows what the camera sees.
    pub fn show(&self, on: &HtmlVideoElement) {
        on.set_src_object(Some(self.0.get()));
    }
}

/// What is seen now, at the camera's own size, as a PNG file.
///
/// # Errors
/// Where nothing is seen yet, or the browser makes no picture of it.
pub async fn picture(seen: &HtmlVideoElement) -> Result<Blob, BrowserError> {
    let thrown = |value: JsValue| BrowserError::thrown(ATTEMPT, &value);
    let absent = |what| BrowserError::absent(ATTEMPT, what);
    let (width, height) = (seen.video_width(), seen.video_height());
    if width == 0 || height == 0 {
        return Err(absent(Text::new("picture yet", "noch kein Bild")));
    }
    let (canvas, context) = canvas::of(ATTEMPT, width, height)?;
    context
        .draw_image_with_html_video_element(seen, 0.0, 0.0)
        .map_err(thrown)?;
    let made = Promise::new(&mut |resolve, reject| {
        if let Err(error) = canvas.to_blob(&resolve) {
            // A promise that cannot be refused is one that nobody waits for.
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    let file = JsFuture::from(made).await.map_err(thrown)?;
    file.dyn_into().map_err(|_| {
        absent(Text::new(
            "memory for the picture",
            "kein Speicher für das Bild",
        ))
    })
}
