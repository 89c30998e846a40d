//! Randomness of the browser's own generator.

use super::error::BrowserError;
use crate::text::language::Text;

const ATTEMPT: Text = Text::new("make random numbers", "keine Zufallszahlen erzeugen");

/// 32 fresh random bytes.
///
/// # Errors
/// Where the browser has no cryptographic generator.
pub fn bytes32() -> Result<[u8; 32], BrowserError> {
    let mut bytes = [0; 32];
    web_sys::window()
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("window", "kein Fenster")))?
        .crypto()
        .map_err(|thrown| BrowserError::thrown(ATTEMPT, &thrown))?
        .get_random_values_with_u8_array(&mut bytes)
        .map_err(|thrown| BrowserError::thrown(ATTEMPT, &thrown))?;
    Ok(bytes)
}
