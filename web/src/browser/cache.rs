//! The browser's cache storage: named shelves of files that outlive the tab, until the user or the browser clears them.

use super::error::BrowserError;
use crate::text::language::Text;
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Cache, CacheStorage, Request, Response};

/// One shelf.
pub struct Shelf(Cache);

fn storage(attempt: Text) -> Result<CacheStorage, BrowserError> {
    // Where storage is switched off the property is missing, or throws when it is read.
    let window = web_sys::window()
        .ok_or_else(|| BrowserError::absent(attempt, Text::new("page", "keine Seite")))?;
    Reflect::get(&window, &JsValue::from_str("caches"))
        .map_err(|thrown| BrowserError::thrown(attempt, &thrown))?
        .dyn_into()
        .map_err(|_| {
            BrowserError::absent(
                attempt,
                Text::new(
                    "storage for files, or it is switched off",
                    "keinen Speicher für Dateien, oder er ist abgeschaltet",
                ),
            )
        })
}

/// Removes a shelf and what stands on it.
///
/// # Errors
/// Where the browser refuses.
pub async fn remove(name: &str) -> Result<(), BrowserError> {
    const ATTEMPT: Text = Text::new("delete the files", "die Dateien nicht löschen");
    JsFuture::from(storage(ATTEMPT)?.delete(name))
        .await
        .map(drop)
        .map_err(|thrown| BrowserError::thrown(ATTEMPT, &thrown))
}

impl Shelf {
    /// The shelf of this name, made if it is not there.
    ///
    /// # Errors
    /// Where storage is switched off.
    pub async fn open(name: &str) -> Result<Self, BrowserError> {
        const ATTEMPT: Text = Text::new("open its storage", "seinen Speicher nicht öffnen");
        let thrown = |thrown| BrowserError::thrown(ATTEMPT, &thrown);
        let opened = JsFuture::from(storage(ATTEMPT)?.open(name))
            .await
            .map_err(thrown)?;
        opened.dyn_into().map(Self).map_err(thrown)
    }

    /// The paths of everything on it.
    ///
    /// # Errors
    /// Where the browser refuses.
    pub async fn paths(&self) -> Result<Vec<String>, BrowserError> {
        let found = JsFuture::from(self.0.keys()).await.map_err(|thrown| {
            BrowserError::thrown(
                Text::new(
                    "look at what it stores",
                    "nicht nachsehen, was er speichert",
                ),
                &thrown,
            )
        })?;
        let path = |request: JsValue| {
            let request: Request = request.dyn_into().ok()?;
            Some(web_sys::Url::new(&request.url()).ok()?.pathname())
        };
        Ok(Array::from(&found).iter().filter_map(path).collect())
    }

    /// What stands at a path.
    ///
    /// # Errors
    /// Where the browser refuses.
    pub async fn get(&self, path: &str) -> Result<Option<Blob>, BrowserError> {
        let thrown = |thrown| {
            BrowserError::thrown(
                Text::new("read a stored file", "eine gespeicherte Datei nicht lesen"),
                &thrown,
            )
        };
        let found = JsFuture::from(self.0.match_with_str(path))
            .await
            .map_err(thrown)?;
        if found.is_undefined() {
            return Ok(None);
        }
        let response: Response = found.dyn_into().map_err(thrown)?;
        let body = JsFuture::from(response.blob().map_err(thrown)?)
            .await
            .map_err(thrown)?;
        body.dyn_into().map(Some).map_err(thrown)
    }

    /// Puts a file at a path, whole or not at all.
    ///
    /// # Errors
    /// Where there is no room, or storage is switched off.
    pub async fn put(&self, path: &str, file: &Blob) -> Result<(), BrowserError> {
        let thrown = |thrown| {
            BrowserError::thrown(
                Text::new(
                    "keep the file for the next time",
                    "die Datei nicht für das nächste Mal aufbewahren",
                ),
                &thrown,
            )
        };
        let response = Response::new_with_opt_blob(Some(file)).map_err(thrown)?;
        JsFuture::from(self.0.put_with_str(path, &response))
            .await
            .map(drop)
            .map_err(thrown)
    }

    /// Removes what stands at a path.
    ///
    /// # Errors
    /// Where the browser refuses.
    pub async fn take_away(&self, path: &str) -> Result<(), BrowserError> {
        JsFuture::from(self.0.delete_with_str(path))
            .await
            .map(drop)
            .map_err(|thrown| {
                BrowserError::thrown(
                    Text::new("delete the file", "die Datei nicht löschen"),
                    &thrown,
                )
            })
    }
}
