//! Finding wallets: EIP-6963 announcements, the older `window.ethereum` where nobody announces, and `injectedWeb3`.

use super::eip1193::Provider;
use super::polkadot::{self, Extension};
use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CustomEvent;

/// An Ethereum wallet that announced itself.
#[derive(Clone, PartialEq)]
pub struct Announced {
    /// Unique in this page view.
    pub uuid: String,
    /// The name that it gives itself: not protected.
    pub name: String,
    /// Its picture, if it is a `data:` image.
    pub icon: Option<String>,
    /// The wallet.
    pub provider: Provider,
}

/// All wallets found so far.
#[derive(Clone, Copy)]
pub struct Wallets {
    /// Ethereum wallets, in the order in which they announced themselves.
    pub ethereum: RwSignal<Vec<Announced>, LocalStorage>,
    /// Polkadot extensions, by name.
    pub polkadot: RwSignal<Vec<Extension>, LocalStorage>,
}

/// Puts the wallets into the context and asks them to announce themselves.
pub fn provide() {
    let wallets = Wallets {
        ethereum: RwSignal::new_local(Vec::new()),
        polkadot: RwSignal::new_local(Vec::new()),
    };
    provide_context(wallets);
    let heard = Closure::<dyn Fn(CustomEvent)>::new(move |event: CustomEvent| {
        if let Some(found) = announced(&event.detail()) {
            wallets.ethereum.update(|known| {
                if !known.iter().any(|other| other.uuid == found.uuid) {
                    known.push(found);
                }
            });
        }
    });
    let window = window();
    // Without this listener there are no announced wallets: the list stays empty and the page says so.
    let _ = window.add_event_listener_with_callback(
        "eip6963:announceProvider",
        heard.as_ref().unchecked_ref(),
    );
    // Wallets announce themselves at any time, so the listener lives as long as the page.
    heard.forget();
    wallets.look();
}

/// The wallets from the context.
pub fn use_wallets() -> Wallets {
    use_context().unwrap_or_else(|| Wallets {
        ethereum: RwSignal::new_local(Vec::new()),
        polkadot: RwSignal::new_local(Vec::new()),
    })
}

impl Wallets {
    /// Asks again; wallets that are known already stay.
    pub fn look(self) {
        let window = window();
        if let Ok(question) = web_sys::Event::new("eip6963:requestProvider") {
            let _ = window.dispatch_event(&question);
        }
        if self.ethereum.with_untracked(Vec::is_empty) {
            let injected = Reflect::get(&window, &"ethereum".into())
                .ok()
                .and_then(Provider::new);
            if let Some(provider) = injected {
                let (uuid, name) = ("window.ethereum".to_owned(), "Browser wallet".to_owned());
                self.ethereum.update(|known| {
                    known.push(Announced {
                        uuid,
                        name,
                        icon: None,
                        provider,
                    })
                });
            }
        }
        self.polkadot.set(polkadot::extensions(&window));
    }
}

/// Reads the announcement `{info: {uuid, name, icon, rdns}, provider}`; `None` if it is none.
fn announced(detail: &JsValue) -> Option<Announced> {
    let field = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).ok();
    let info = field(detail, "info")?;
    let text = |key: &str| field(&info, key).and_then(|value| value.as_string());
    Some(Announced {
        uuid: text("uuid")?,
        name: text("name")?,
        icon: text("icon").filter(|icon| icon.starts_with("data:image/")),
        provider: Provider::new(field(detail, "provider")?)?,
    })
}
