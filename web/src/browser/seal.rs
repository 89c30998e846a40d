//! Encrypting with a passphrase: PBKDF2-HMAC-SHA-256 and AES-256-GCM of the browser's WebCrypto.

use super::error::BrowserError;
use crate::text::language::Text;
use countersign_client::kept::backup::Header;
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

const NO_ENCRYPTION: Text = Text::new(
    "pages without HTTPS have no encryption",
    "Seiten ohne HTTPS haben keine Verschlüsselung",
);
const ATTEMPT: Text = Text::new(
    "encrypt or decrypt the backup",
    "die Sicherung nicht ver- oder entschlüsseln",
);

/// Encrypts; `header` is authenticated with it.
///
/// # Errors
/// Where the browser has no WebCrypto (a page without HTTPS).
pub async fn seal(
    header: &Header,
    passphrase: &str,
    plain: &[u8],
) -> Result<Vec<u8>, BrowserError> {
    let sealed = async {
        let (subtle, key) = key(header, passphrase, "encrypt").await?;
        let how = cipher(header)?;
        bytes(subtle.encrypt_with_object_and_u8_array(&how, &key, plain)?).await
    };
    sealed.await.map_err(thrown)
}

/// Decrypts; `None` where the passphrase is wrong or any bit was altered: the two cannot be told apart.
///
/// # Errors
/// As [`seal`].
pub async fn open(
    header: &Header,
    passphrase: &str,
    sealed: &[u8],
) -> Result<Option<Vec<u8>>, BrowserError> {
    let opened = async {
        let (subtle, key) = key(header, passphrase, "decrypt").await?;
        let how = cipher(header)?;
        Ok(
            bytes(subtle.decrypt_with_object_and_u8_array(&how, &key, sealed)?)
                .await
                .ok(),
        )
    };
    opened.await.map_err(thrown)
}

fn thrown(value: JsValue) -> BrowserError {
    BrowserError::thrown(ATTEMPT, &value)
}

async fn key(
    header: &Header,
    passphrase: &str,
    usage: &str,
) -> Result<(SubtleCrypto, CryptoKey), JsValue> {
    let window = web_sys::window().ok_or("there is no window")?;
    if !window.is_secure_context() {
        return Err(NO_ENCRYPTION.get().into());
    }
    let subtle = window.crypto()?.subtle();
    let secret = Uint8Array::from(passphrase.as_bytes());
    let usages = Array::of1(&"deriveBits".into());
    let secret: CryptoKey =
        JsFuture::from(subtle.import_key_with_str("raw", &secret, "PBKDF2", false, &usages)?)
            .await?
            .dyn_into()?;
    let derivation = object(&[
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", Uint8Array::from(header.salt.as_slice()).into()),
        ("iterations", header.rounds.into()),
    ])?;
    let derived: ArrayBuffer =
        JsFuture::from(subtle.derive_bits_with_object(&derivation, &secret, 256)?)
            .await?
            .dyn_into()?;
    let usages = Array::of1(&usage.into());
    let key = subtle.import_key_with_str("raw", &derived, "AES-GCM", false, &usages)?;
    let key: CryptoKey = JsFuture::from(key).await?.dyn_into()?;
    Ok((subtle, key))
}

fn cipher(header: &Header) -> Result<Object, JsValue> {
    object(&[
        ("name", "AES-GCM".into()),
        ("iv", Uint8Array::from(header.nonce.as_slice()).into()),
        (
            "additionalData",
            Uint8Array::from(header.to_bytes().as_slice()).into(),
        ),
        ("tagLength", 128.into()),
    ])
}

fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &JsValue::from_str(name), value)?;
    }
    Ok(object)
}

async fn bytes(promise: js_sys::Promise) -> Result<Vec<u8>, JsValue> {
    let buffer: ArrayBuffer = JsFuture::from(promise).await?.dyn_into()?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
