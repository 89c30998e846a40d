//! Addresses for bytes that this tab holds.

use super::error::BrowserError;
use crate::text::language::Text;
use web_sys::{Blob, Url};

/// A `blob:` address; given back when it is dropped.
#[derive(Debug)]
pub struct ObjectUrl(String);

impl ObjectUrl {
    /// An address for these bytes.
    ///
    /// # Errors
    /// Where the browser does not make object URLs.
    pub fn new(data: &Blob) -> Result<Self, BrowserError> {
        Url::create_object_url_with_blob(data)
            .map(Self)
            .map_err(|thrown| {
                BrowserError::thrown(
                    Text::new("show the file", "die Datei nicht zeigen"),
                    &thrown,
                )
            })
    }

    /// The address.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // An address that cannot be given back only keeps memory until the tab is closed.
        let _ = Url::revoke_object_url(&self.0);
    }
}
