//! The files that the worker is made of, and how the page gets them.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, Blob};

use super::download::{download, Expected};
use crate::{Progress, RunError, Sha256};

/// One file of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its URL, absolute or relative to the page.
    pub url: String,
    /// Its digest, for modules that execute models.
    pub sha256: Option<Sha256>,
    /// Its length in bytes, where known.
    pub size: Option<u64>,
}

/// The files of the worker, as `/assets/assets.json` lists them:
/// `{engine:{path,sha256,size}, gpu:{js,wasm,sha256}, worker:{js,wasm}}`, and where known `size`, `jsSize` and the worker's `sha256`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The engine; its digest names it in receipts.
    pub engine: Asset,
    /// The worker's glue.
    pub worker_js: Asset,
    /// The worker's module.
    pub worker_wasm: Asset,
    /// The GPU module's glue, part of the worker's script from the start.
    pub gpu_js: Asset,
    /// The GPU module, downloaded when a GPU is first wanted and there is one; its digest names it in receipts.
    pub gpu_wasm: Asset,
}

impl Assets {
    /// Downloads and reads the list.
    ///
    /// # Errors
    /// [`RunError::Download`] if it cannot be had or is not such a list.
    pub async fn fetch(url: &str) -> Result<Self, RunError> {
        let list = download(url, Expected::default(), None, &mut |_| ()).await?;
        let text = wasm_bindgen_futures::JsFuture::from(list.text()).await;
        let text = text
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default();
        Self::parse(&text).ok_or_else(|| RunError::Download {
            what: url.to_owned(),
            detail: "it is not a list of the app's files".to_owned(),
        })
    }

    /// Reads the list from JSON text.
    pub fn parse(text: &str) -> Option<Self> {
        let list = js_sys::JSON::parse(text).ok()?;
        let field = |object: &JsValue, key: &str| {
            Reflect::get(object, &JsValue::from_str(key))
                .ok()
                .filter(|value| !value.is_undefined())
        };
        let asset = |part: &str, path: &str, sha256: &str, size: &str| -> Option<Asset> {
            let part = field(&list, part)?;
            let sha256 = match field(&part, sha256) {
                Some(text) => Some(parse_digest(&text.as_string()?)?),
                None => None,
            };
            // A JavaScript number that is an integer far below 2^53.
            let size = field(&part, size)
                .and_then(|size| size.as_f64())
                .map(|size| size as u64);
            Some(Asset {
                url: field(&part, path)?.as_string()?,
                sha256,
                size,
            })
        };
        Some(Self {
            engine: asset("engine", "path", "sha256", "size")
                .filter(|engine| engine.sha256.is_some())?,
            worker_js: asset("worker", "js", "", "jsSize")?,
            worker_wasm: asset("worker", "wasm", "sha256", "size")?,
            gpu_js: asset("gpu", "js", "", "jsSize")?,
            gpu_wasm: asset("gpu", "wasm", "sha256", "size").filter(|gpu| gpu.sha256.is_some())?,
        })
    }
}

/// Reads `0x` and 64 lower-case digits.
pub fn parse_digest(text: &str) -> Option<Sha256> {
    let digits = text.strip_prefix("0x")?.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(digest)
}

impl Asset {
    /// Downloads the file; bytes that are not the promised ones are an error.
    ///
    /// # Errors
    /// As [`download`].
    pub async fn fetch(
        &self,
        signal: Option<&AbortSignal>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Blob, RunError> {
        let expected = Expected {
            sha256: self.sha256,
            size: self.size,
        };
        download(&self.url, expected, signal, progress).await
    }
}
