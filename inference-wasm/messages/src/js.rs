//! The messages as JavaScript values: `{ id, head, blobs }`, where `head` is a `Uint8Array` of SCALE bytes.

use countersign_abi::decode_all;
use js_sys::{Array, Object, Reflect, Uint8Array};
use parity_scale_codec::{Decode, Encode};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Blob;

use crate::RunError;

/// A message with the number of the request that it is, or answers.
pub struct Envelope<T> {
    /// The request's number.
    pub id: u32,
    /// The message.
    pub head: T,
    /// What the message refers to.
    pub blobs: Vec<Blob>,
}

/// The JavaScript value of a message. It owns its bytes, so it can be posted as it is.
pub fn encode<T: Encode>(id: u32, head: &T, blobs: &[Blob]) -> Object {
    let value = Object::new();
    let set = |key: &str, item: &JsValue| {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&value, &JsValue::from_str(key), item);
    };
    set("id", &JsValue::from(id));
    set("head", &Uint8Array::from(head.encode().as_slice()));
    set("blobs", &blobs.iter().collect::<Array>());
    value
}

/// The message in a JavaScript value.
///
/// # Errors
/// [`RunError::Protocol`] if it is none.
pub fn decode<T: Decode>(value: &JsValue) -> Result<Envelope<T>, RunError> {
    let get =
        |key: &str| Reflect::get(value, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED);
    let wrong = |what: &str| RunError::Protocol {
        detail: format!("a message without {what}"),
    };
    let id = get("id").as_f64().ok_or_else(|| wrong("a number"))?;
    let head: Uint8Array = get("head").dyn_into().map_err(|_| wrong("a head"))?;
    let blobs: Array = get("blobs")
        .dyn_into()
        .map_err(|_| wrong("its list of blobs"))?;
    let blobs = blobs
        .iter()
        .map(|blob| blob.dyn_into::<Blob>().map_err(|_| wrong("blobs")))
        .collect::<Result<_, _>>()?;
    let head = decode_all(&head.to_vec()).map_err(|error| RunError::Protocol {
        detail: error.to_string(),
    })?;
    Ok(Envelope {
        id: id as u32,
        head,
        blobs,
    })
}

/// What JavaScript threw, in words.
pub fn words(thrown: &JsValue) -> String {
    if let Some(text) = thrown.as_string() {
        return text;
    }
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => String::from(
            js_sys::JSON::stringify(thrown).unwrap_or_else(|_| "an unknown value".into()),
        ),
    }
}
