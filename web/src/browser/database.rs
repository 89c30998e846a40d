//! One store of texts under text keys in IndexedDB, for all tabs of this origin.
//!
//! Every change reads, decides and writes in one transaction, which the browser runs one after another whatever the tab:
//! so no tab overwrites what another one has just kept. It counts only when the transaction is complete.

use super::error::{words, BrowserError};
use crate::text::language::Text;
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode,
};

const NAME: &str = "countersign";
const VERSION: u32 = 1;
const STORE: &str = "receipts";
const NO_ROOM: Text = Text::new("there is no room for it", "es ist kein Platz dafür");
const READ: Text = Text::new(
    "read the kept receipts",
    "die aufbewahrten Belege nicht lesen",
);
const WRITE: Text = Text::new("keep the receipt", "den Beleg nicht aufbewahren");

/// All records: key and text.
///
/// # Errors
/// Where the browser keeps nothing (private windows, blocked storage).
pub async fn all() -> Result<Vec<(String, String)>, BrowserError> {
    let database = open().await?;
    let outcome = read_all(&database).await;
    database.close();
    outcome.map_err(|thrown| BrowserError::thrown(READ, &thrown))
}

/// Changes one record: `decide` gets what is there and gives what shall be there; `None` deletes.
///
/// # Errors
/// As [`all`], and where there is no room. Nothing was changed then.
pub async fn change(
    key: &str,
    decide: impl FnOnce(Option<String>) -> Option<String>,
) -> Result<(), BrowserError> {
    let database = open().await?;
    let outcome = change_in(&database, key, decide).await;
    database.close();
    outcome.map_err(|thrown| BrowserError::thrown(WRITE, &thrown))
}

/// Asks the browser not to clear the store by itself when the disk is full. It may refuse; nothing depends on it.
pub async fn ask_to_last() {
    let promise = web_sys::window().and_then(|window| window.navigator().storage().persist().ok());
    if let Some(promise) = promise {
        let _ = JsFuture::from(promise).await;
    }
}

async fn read_all(database: &IdbDatabase) -> Result<Vec<(String, String)>, JsValue> {
    let transaction = database.transaction_with_str(STORE)?;
    let store = transaction.object_store(STORE)?;
    // Both are asked in one transaction, so keys and values belong together.
    let (keys, values) = (store.get_all_keys()?, store.get_all()?);
    let keys: Array = done(&keys).await?.dyn_into()?;
    let values: Array = done(&values).await?.dyn_into()?;
    let text = |value: JsValue| value.as_string().unwrap_or_default();
    Ok(keys.iter().map(text).zip(values.iter().map(text)).collect())
}

async fn change_in(
    database: &IdbDatabase,
    key: &str,
    decide: impl FnOnce(Option<String>) -> Option<String>,
) -> Result<(), JsValue> {
    let mode = IdbTransactionMode::Readwrite;
    let transaction = database.transaction_with_str_and_mode(STORE, mode)?;
    let finished = finished(&transaction);
    let store: IdbObjectStore = transaction.object_store(STORE)?;
    let key = JsValue::from_str(key);
    let known = done(&store.get(&key)?).await?.as_string();
    match decide(known) {
        Some(text) => store.put_with_key(&JsValue::from_str(&text), &key)?,
        None => store.delete(&key)?,
    };
    JsFuture::from(finished).await.map(|_| ())
}

async fn open() -> Result<IdbDatabase, BrowserError> {
    const ATTEMPT: Text = Text::new("open its storage", "seinen Speicher nicht öffnen");
    let thrown = |value: JsValue| BrowserError::thrown(ATTEMPT, &value);
    let factory = web_sys::window()
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("window", "kein Fenster")))?
        .indexed_db()
        .map_err(thrown)?
        .ok_or_else(|| BrowserError::absent(ATTEMPT, Text::new("IndexedDB", "kein IndexedDB")))?;
    let request: IdbOpenDbRequest = factory.open_with_u32(NAME, VERSION).map_err(thrown)?;
    let asked = request.clone();
    let upgrade = Closure::once(move || {
        let database = asked
            .result()
            .ok()
            .and_then(|found| found.dyn_into::<IdbDatabase>().ok());
        if let Some(database) = database {
            // A store that cannot be made shows at the first transaction.
            let _ = database.create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let opened = done(&request).await;
    request.set_onupgradeneeded(None);
    opened.map_err(thrown)?.dyn_into().map_err(thrown)
}

/// Waits for a request; its error is what is thrown.
async fn done(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let asked = request.clone();
    let promise = Promise::new(&mut |resolve, reject| {
        let (good, bad) = (asked.clone(), asked.clone());
        let success = Closure::once_into_js(move || {
            let result = good.result().unwrap_or(JsValue::UNDEFINED);
            let _ = resolve.call1(&JsValue::NULL, &result);
        });
        let failure = Closure::once_into_js(move || {
            let reason = bad.error().ok().flatten();
            let _ = reject.call1(&JsValue::NULL, &reason.map_or(JsValue::NULL, JsValue::from));
        });
        asked.set_onsuccess(Some(success.unchecked_ref()));
        asked.set_onerror(Some(failure.unchecked_ref()));
    });
    JsFuture::from(promise).await
}

/// Settles when the transaction is complete, or thrown away (no room left, or the browser is closing).
fn finished(transaction: &IdbTransaction) -> Promise {
    let asked = transaction.clone();
    Promise::new(&mut |resolve, reject| {
        let failed = asked.clone();
        let complete = Closure::once_into_js(move || {
            let _ = resolve.call0(&JsValue::NULL);
        });
        let abort = Closure::once_into_js(move || {
            let reason = failed.error().map_or(JsValue::from_str(&NO_ROOM), |error| {
                JsValue::from_str(&words(&error.into()))
            });
            let _ = reject.call1(&JsValue::NULL, &reason);
        });
        asked.set_oncomplete(Some(complete.unchecked_ref()));
        asked.set_onabort(Some(abort.unchecked_ref()));
    })
}

/// Tells the other tabs, and hears from them, that the store has changed.
#[derive(Clone)]
pub struct Bell(Option<web_sys::BroadcastChannel>);

impl Bell {
    /// Calls `heard` whenever another tab rings. Without this ability of the browser nobody hears anything, and every tab
    /// still reads what is kept when it opens.
    pub fn new(heard: impl Fn() + 'static) -> Self {
        let channel = web_sys::BroadcastChannel::new(NAME).ok();
        if let Some(channel) = &channel {
            let listener = Closure::<dyn Fn()>::new(heard).into_js_value();
            channel.set_onmessage(Some(listener.unchecked_ref()));
        }
        Self(channel)
    }

    /// Rings in the other tabs.
    pub fn ring(&self) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(&JsValue::TRUE);
        }
    }
}
