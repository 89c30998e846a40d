//! Polkadot extensions, by `window.injectedWeb3`: they show the text of PROTOCOL 4.7 and sign it with sr25519.

use super::{Asking, WalletError};
use crate::browser::error::words;
use countersign_client::messages;
use countersign_shared::deploy::Deployment;
use countersign_shared::id::Sr25519Public;
use countersign_shared::receipt::Statement;
use countersign_shared::signature::Signature;
use countersign_shared::{account, hex, text, Attester, Software};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Window;

/// The name under which this page asks for access.
const ORIGIN: &str = "Countersign";

/// An extension, not asked for anything yet.
#[derive(Clone, PartialEq)]
pub struct Extension {
    /// The key under which it put itself into `injectedWeb3`.
    pub name: String,
    injected: JsValue,
}

/// An account that an extension offers.
struct Account {
    address: String,
    kind: Option<String>,
}

/// The extensions of this browser.
pub fn extensions(window: &Window) -> Vec<Extension> {
    let Some(all) = field(window, "injectedWeb3").and_then(|all| all.dyn_into::<Object>().ok())
    else {
        return Vec::new();
    };
    let entries = Object::entries(&all);
    let found = entries.iter().filter_map(|entry| {
        let entry = Array::from(&entry);
        let (name, injected) = (entry.get(0).as_string()?, entry.get(1));
        field(&injected, "enable")?
            .is_function()
            .then_some(Extension { name, injected })
    });
    found.collect()
}

fn field(object: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(object, &key.into())
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

fn failed(value: &JsValue) -> WalletError {
    WalletError::Failed {
        detail: words(value),
    }
}

/// Extensions have no error codes: what they throw when the user says no is a text.
fn declined_or_failed(asking: Asking) -> impl Fn(JsValue) -> WalletError {
    move |value| {
        let text = words(&value).to_ascii_lowercase();
        if ["cancel", "reject", "denied", "declined", "not allowed"]
            .iter()
            .any(|word| text.contains(word))
        {
            WalletError::Declined(asking)
        } else {
            failed(&value)
        }
    }
}

async fn call(
    object: &JsValue,
    method: &'static str,
    argument: &JsValue,
) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(object, &method.into())?.dyn_into()?;
    JsFuture::from(Promise::resolve(&function.call1(object, argument)?)).await
}

/// Asks for access; the answer has `accounts` and `signer`.
async fn enable(extension: &Extension) -> Result<JsValue, WalletError> {
    call(&extension.injected, "enable", &ORIGIN.into())
        .await
        .map_err(declined_or_failed(Asking::Connect))
}

async fn accounts(enabled: &JsValue) -> Result<Vec<Account>, WalletError> {
    let list = field(enabled, "accounts").ok_or(WalletError::NoAccount)?;
    let answer = call(&list, "get", &JsValue::UNDEFINED)
        .await
        .map_err(|value| failed(&value))?;
    let list = Array::from(&answer);
    let found = list.iter().filter_map(|entry| {
        let text = |key| field(&entry, key).and_then(|value| value.as_string());
        Some(Account {
            address: text("address")?,
            kind: text("type"),
        })
    });
    Ok(found.collect())
}

/// The first account that can sign receipts, or the one that is wanted.
fn choose(
    accounts: &[Account],
    wanted: Option<Sr25519Public>,
) -> Result<(String, Sr25519Public), WalletError> {
    let is_sr25519 = |account: &&Account| account.kind.as_deref().unwrap_or("sr25519") == "sr25519";
    let keys = accounts.iter().filter(is_sr25519).filter_map(|found| {
        let (id, _) = account::decode(&found.address).ok()?;
        Some((found.address.clone(), Sr25519Public::new(id.to_bytes())))
    });
    let keys: Vec<(String, Sr25519Public)> = keys.collect();
    let is_wanted = |key: &&(String, Sr25519Public)| wanted.is_none_or(|wanted| wanted == key.1);
    if let Some(chosen) = keys.iter().find(is_wanted) {
        return Ok(chosen.clone());
    }
    if let (Some((shown, _)), Some(wanted)) = (keys.first(), wanted) {
        return Err(WalletError::OtherAccount {
            wanted: messages::attester(&Attester::Sr25519(wanted)),
            shown: shown.clone(),
        });
    }
    let mut kinds: Vec<&str> = accounts
        .iter()
        .filter_map(|account| account.kind.as_deref())
        .collect();
    kinds.dedup();
    if kinds.is_empty() {
        return Err(WalletError::NoAccount);
    }
    Err(WalletError::AccountTypes {
        kinds: kinds.join(", "),
    })
}

async fn sign_text(
    enabled: &JsValue,
    address: &str,
    message: &str,
) -> Result<Signature, WalletError> {
    let signer = field(enabled, "signer").filter(|signer| field(signer, "signRaw").is_some());
    let signer = signer.ok_or(WalletError::Unsupported { method: "signRaw" })?;
    let request = Object::new();
    // The extension shows the wrapped text; those that find the wrapping there do not add another.
    let data = hex::encode(&text::wrap(message));
    for (key, value) in [("address", address), ("type", "bytes"), ("data", &data)] {
        Reflect::set(&request, &key.into(), &value.into()).map_err(|value| failed(&value))?;
    }
    let answer = call(&signer, "signRaw", &request)
        .await
        .map_err(declined_or_failed(Asking::Sign))?;
    let signature = field(&answer, "signature").and_then(|value| value.as_string());
    let bytes = hex::decode(
        &signature
            .ok_or(WalletError::NoSignature)?
            .to_ascii_lowercase(),
    );
    Ok(Signature::from_substrate_wallet(
        &bytes.map_err(|_| WalletError::NoSignature)?,
    )?)
}

/// Connects and has the receipt's text signed.
///
/// # Errors
/// [`WalletError`].
pub async fn sign_receipt(
    extension: &Extension,
    statement: &Statement,
    deployment: &Deployment,
    asking: impl Fn(Asking),
) -> Result<(Attester, Signature), WalletError> {
    asking(Asking::Connect);
    let enabled = enable(extension).await?;
    let (address, public) = choose(&accounts(&enabled).await?, None)?;
    asking(Asking::Sign);
    let digest = statement.digest(deployment, &Software);
    let message = text::receipt(&statement.run, deployment, &digest);
    let signature = sign_text(&enabled, &address, &message).await?;
    Ok((Attester::Sr25519(public), signature))
}

/// Connects and has a text of PROTOCOL 4.7 signed by this account and no other.
///
/// # Errors
/// [`WalletError`].
pub async fn sign_as(
    extension: &Extension,
    signer: Sr25519Public,
    message: &str,
    asking: impl Fn(Asking),
) -> Result<Signature, WalletError> {
    asking(Asking::Connect);
    let enabled = enable(extension).await?;
    let (address, _) = choose(&accounts(&enabled).await?, Some(signer))?;
    asking(Asking::Sign);
    sign_text(&enabled, &address, message).await
}
