//! Reading what the page points at, and hashing it on the way.

use countersign_messages::{js::words, RunError, Sha256};
use js_sys::{ArrayBuffer, Uint8Array};
use sha2::{Digest as _, Sha256 as Hasher};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Blobs are read in pieces of this many bytes, so that progress can be told.
const PIECE: u64 = 1 << 20;

/// The length of a blob in bytes.
pub(crate) fn size(blob: &Blob) -> u64 {
    // A JavaScript number that is an integer far below 2^53.
    blob.size() as u64
}

/// The bytes of a blob and their SHA-256.
pub(crate) async fn read(
    blob: &Blob,
    what: &str,
    mut progress: impl FnMut(u64, u64),
) -> Result<(Vec<u8>, Sha256), RunError> {
    let unreadable = |detail: String| RunError::Unreadable {
        what: what.to_owned(),
        detail,
    };
    let total = size(blob);
    let capacity = usize::try_from(total).map_err(|_| unreadable("it is too large".to_owned()))?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(capacity)
        .map_err(|_| unreadable(format!("there is no memory for {total} bytes")))?;
    let mut hasher = Hasher::new();
    let mut from = 0;
    while from < total {
        let to = (from + PIECE).min(total);
        let slice = blob
            .slice_with_f64_and_f64(from as f64, to as f64)
            .map_err(|thrown| unreadable(words(&thrown)))?;
        let buffer = JsFuture::from(slice.array_buffer())
            .await
            .map_err(|thrown| unreadable(words(&thrown)))?;
        let piece = Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>());
        let start = bytes.len();
        bytes.resize(start + piece.length() as usize, 0);
        piece.copy_to(&mut bytes[start..]);
        hasher.update(&bytes[start..]);
        if u64::from(piece.length()) != to - from {
            return Err(unreadable("it became shorter while it was read".to_owned()));
        }
        from = to;
        progress(from, total);
    }
    Ok((bytes, hasher.finalize().into()))
}

/// The bytes of a blob that must have this length and digest (R2).
pub(crate) async fn verified(
    blob: &Blob,
    what: &str,
    length: Option<u64>,
    expected: Sha256,
    progress: impl FnMut(u64, u64),
) -> Result<Vec<u8>, RunError> {
    if let Some(length) = length.filter(|length| *length != size(blob)) {
        return Err(RunError::Size {
            what: what.to_owned(),
            expected: length,
            actual: size(blob),
        });
    }
    let (bytes, actual) = read(blob, what, progress).await?;
    if actual == expected {
        Ok(bytes)
    } else {
        Err(RunError::Digest {
            what: what.to_owned(),
            expected,
            actual,
        })
    }
}
