//! Microphone and camera: asking for one, and letting go of it.

use super::error::BrowserError;
use crate::text::language::Text;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamConstraints, MediaStreamTrack};

/// A stream from a device. Dropped, it lets go of the device, so that the browser's sign for it goes out.
pub struct Stream(MediaStream);

impl Stream {
    /// Asks the user for a device; `attempt` says what for.
    ///
    /// # Errors
    /// Where there is no such device, or the user said no.
    pub async fn ask(attempt: Text, wanted: &MediaStreamConstraints) -> Result<Self, BrowserError> {
        let thrown = |value: JsValue| BrowserError::thrown(attempt, &value);
        let window = web_sys::window()
            .ok_or_else(|| BrowserError::absent(attempt, Text::new("window", "kein Fenster")))?;
        let devices = window.navigator().media_devices().map_err(|_| {
            BrowserError::absent(
                attempt,
                Text::new(
                    "microphone and camera on pages without HTTPS",
                    "weder Mikrofon noch Kamera auf Seiten ohne HTTPS",
                ),
            )
        })?;
        let asked = devices
            .get_user_media_with_constraints(wanted)
            .map_err(thrown)?;
        let stream = JsFuture::from(asked).await.map_err(thrown)?;
        Ok(Self(stream.unchecked_into()))
    }

    /// The stream.
    pub fn get(&self) -> &MediaStream {
        &self.0
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        for track in self.0.get_tracks().iter() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
    }
}
