//! Downloads that report how far they are, can be aborted, and are hashed on the way.

use js_sys::{Array, Reflect, Uint8Array};
use sha2::{Digest as _, Sha256 as Hasher};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob, ReadableStreamDefaultReader, RequestInit, Response};

use crate::{js::words, Progress, RunError, Sha256, Stage};

/// What is known of a file before it is downloaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Its digest.
    pub sha256: Option<Sha256>,
    /// Its length in bytes. A download stops as soon as it is exceeded.
    pub size: Option<u64>,
}

/// Downloads a file. `progress` is called with bytes done and, where known, in all.
///
/// # Errors
/// [`RunError::Cancelled`] once `signal` is aborted; [`RunError::Download`] if the server does not answer with success;
/// [`RunError::Size`] and [`RunError::Digest`] if the bytes are not the expected ones.
pub async fn download(
    url: &str,
    expected: Expected,
    signal: Option<&AbortSignal>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Blob, RunError> {
    let failed = |thrown: &JsValue| {
        if signal.is_some_and(AbortSignal::aborted) {
            RunError::Cancelled
        } else {
            RunError::Download {
                what: url.to_owned(),
                detail: words(thrown),
            }
        }
    };
    let refused = |detail: String| RunError::Download {
        what: url.to_owned(),
        detail,
    };

    let init = RequestInit::new();
    init.set_signal(signal);
    let window = web_sys::window().ok_or_else(|| refused("there is no page".to_owned()))?;
    let response = JsFuture::from(window.fetch_with_str_and_init(url, &init))
        .await
        .map_err(|e| failed(&e))?;
    let response: Response = response.dyn_into().map_err(|e| failed(&e))?;
    if !response.ok() {
        return Err(refused(format!(
            "the server answered {}",
            response.status()
        )));
    }
    let announced = response
        .headers()
        .get("content-length")
        .ok()
        .flatten()
        .and_then(|text| text.parse().ok());
    // With a content encoding the announced length is not that of the bytes that arrive here.
    let encoded = response
        .headers()
        .get("content-encoding")
        .ok()
        .flatten()
        .is_some();
    let total: Option<u64> = expected.size.or(if encoded { None } else { announced });

    let stream = response
        .body()
        .ok_or_else(|| refused("the answer has no body".to_owned()))?;
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let (parts, mut hasher, mut done) = (Array::new(), Hasher::new(), 0u64);
    let mut buffer = Vec::new();
    loop {
        let step = JsFuture::from(reader.read())
            .await
            .map_err(|e| failed(&e))?;
        if Reflect::get(&step, &"done".into()).is_ok_and(|finished| finished.is_truthy()) {
            break;
        }
        let chunk: Uint8Array = Reflect::get(&step, &"value".into())
            .and_then(|value| value.dyn_into())
            .map_err(|e| failed(&e))?;
        done += u64::from(chunk.length());
        if let Some(size) = expected.size.filter(|size| done > *size) {
            // The rest is of no interest; that nobody waits for the cancellation is all right.
            let _ = reader.cancel();
            return Err(RunError::Size {
                what: url.to_owned(),
                expected: size,
                actual: done,
            });
        }
        if expected.sha256.is_some() {
            buffer.resize(chunk.length() as usize, 0);
            chunk.copy_to(&mut buffer);
            hasher.update(&buffer);
        }
        parts.push(&chunk);
        progress(Progress {
            stage: Stage::Download,
            done,
            total,
        });
    }
    if let Some(size) = expected.size.filter(|size| done != *size) {
        return Err(RunError::Size {
            what: url.to_owned(),
            expected: size,
            actual: done,
        });
    }
    if let Some(digest) = expected.sha256 {
        let actual: Sha256 = hasher.finalize().into();
        if actual != digest {
            return Err(RunError::Digest {
                what: url.to_owned(),
                expected: digest,
                actual,
            });
        }
    }
    Blob::new_with_u8_array_sequence(&parts).map_err(|e| failed(&e))
}
