//! The clipboard.

use super::error::BrowserError;
use crate::text::language::Text;
use wasm_bindgen_futures::JsFuture;

const ATTEMPT: Text = Text::new(
    "copy to the clipboard",
    "nicht in die Zwischenablage kopieren",
);

/// Puts text on the clipboard.
///
/// # Errors
/// Where there is no clipboard (a page without HTTPS) or the user denied it.
pub async fn write(text: &str) -> Result<(), BrowserError> {
    let window = web_sys::window()
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("window", "kein Fenster")))?;
    if !window.is_secure_context() {
        return Err(BrowserError::absent(
            ATTEMPT,
            Text::new(
                "clipboard on pages without HTTPS",
                "keine Zwischenablage auf Seiten ohne HTTPS",
            ),
        ));
    }
    JsFuture::from(window.navigator().clipboard().write_text(text))
        .await
        .map(|_| ())
        .map_err(|thrown| BrowserError::thrown(ATTEMPT, &thrown))
}
