//! Who signs: wallets that are there, and on a development chain the accounts that everybody knows.

use crate::text::{sign as text, withdraw};
use crate::wallet::dev::ACCOUNTS;
use crate::wallet::discovery::{use_wallets, Announced, Wallets};
use crate::wallet::polkadot::Extension;
use crate::wallet::Signer;
use countersign_client::plain;
use countersign_shared::Attester;
use leptos::prelude::*;

/// Which signer is chosen; the wallets themselves are looked up when it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// An Ethereum wallet by its uuid.
    Ethereum(String),
    /// A Polkadot extension by its name.
    Polkadot(String),
    /// The development account of the select.
    Development,
}

/// The radio buttons.
#[component]
pub fn SignerField(
    /// Whether development accounts may be offered.
    development: bool,
    choice: RwSignal<Option<Choice>>,
    account: RwSignal<String>,
    #[prop(into)] busy: Signal<bool>,
    /// The only account that may sign; the development account is its own then.
    #[prop(optional)]
    only: Option<Attester>,
) -> impl IntoView {
    let wallets = use_wallets();
    let fits_ethereum = !matches!(only, Some(Attester::Sr25519(_)));
    let fits_polkadot = !matches!(only, Some(Attester::Secp256k1(_)));
    wallets.look();
    // A choice that is the only one is made; one that has gone is unmade.
    Effect::new(move |_| {
        let mut ethereum = wallets.ethereum.get();
        let mut polkadot = wallets.polkadot.get();
        ethereum.retain(|_| fits_ethereum);
        polkadot.retain(|_| fits_polkadot);
        if choice.with_untracked(Option::is_some) {
            return;
        }
        let first = match (&*ethereum, &*polkadot) {
            ([only], []) => Some(Choice::Ethereum(only.uuid.clone())),
            ([], [only]) => Some(Choice::Polkadot(only.name.clone())),
            ([], []) if development => Some(Choice::Development),
            _ => None,
        };
        if first.is_some() {
            choice.set(first);
        }
    });
    let none = move || {
        (!fits_ethereum || wallets.ethereum.with(Vec::is_empty))
            && (!fits_polkadot || wallets.polkadot.with(Vec::is_empty))
    };
    let no_wallet = match only {
        None => text::NO_WALLET.get(),
        Some(_) if development => text::NO_OTHER_SIGNER.get(),
        Some(_) => withdraw::NO_SIGNER.get(),
    };
    view! {
        <fieldset class="choice" disabled=move || busy.get()>
            <legend>{text::SIGNER}</legend>
            <Show when=none>
                <p class="quiet">{no_wallet}</p>
            </Show>
            {move || {
                wallets
                    .ethereum
                    .get()
                    .into_iter()
                    .filter(|_| fits_ethereum)
                    .map(|Announced { uuid, name, icon, .. }| {
                        let value = Choice::Ethereum(uuid);
                        view! { <Radio choice value name icon note=text::ETHEREUM_NOTE/> }
                    })
                    .collect_view()
            }}
            {move || {
                wallets
                    .polkadot
                    .get()
                    .into_iter()
                    .filter(|_| fits_polkadot)
                    .map(|Extension { name, .. }| {
                        let value = Choice::Polkadot(name.clone());
                        view! { <Radio choice value name icon=None note=text::POLKADOT_NOTE/> }
                    })
                    .collect_view()
            }}
            <Show when=move || development>
                <Radio
                    choice
                    value=Choice::Development
                    name=text::DEVELOPMENT.to_string()
                    icon=None
                    note=text::DEVELOPMENT_NOTE
                />
                <Show
                    when=move || only.is_none()
                    fallback=move || view! { <p class="radio-more mono">{move || account.get()}</p> }
                >
                    <p class="radio-more">
                        <label for="development-account">{text::ACCOUNT}</label>
                        <AccountSelect id="development-account" account on_choice=move || choice.set(Some(Choice::Development))/>
                    </p>
                </Show>
            </Show>
        </fieldset>
    }
}

#[component]
fn Radio(
    choice: RwSignal<Option<Choice>>,
    value: Choice,
    name: String,
    icon: Option<String>,
    #[prop(into)] note: &'static str,
) -> impl IntoView {
    let (here, wanted) = (value.clone(), value);
    view! {
        <div class="radio">
            <label class="radio-head">
                <input
                    type="radio"
                    name="signer"
                    prop:checked=move || choice.get().as_ref() == Some(&here)
                    on:change=move |_| choice.set(Some(wanted.clone()))
                />
                {icon.map(|icon| view! { <img class="radio-icon" src=icon alt=""/> })}
                // What a wallet calls itself is not protected, and still only a name.
                <span>{plain(&name)}</span>
            </label>
            <span class="radio-note small quiet">{note}</span>
        </div>
    }
}

/// The development accounts.
#[component]
pub fn AccountSelect(
    id: &'static str,
    account: RwSignal<String>,
    on_choice: impl Fn() + Send + 'static,
) -> impl IntoView {
    view! {
        <select
            id=id
            class="select"
            prop:value=move || account.get()
            on:change=move |event| {
                account.set(event_target_value(&event));
                on_choice();
            }
        >
            {ACCOUNTS.map(|uri| view! { <option value=uri>{uri}</option> }).collect_view()}
        </select>
    }
}

/// The signer that is chosen, if it is still there.
pub fn chosen(wallets: Wallets, choice: &Choice, account: &str) -> Option<Signer> {
    match choice {
        Choice::Ethereum(uuid) => wallets.ethereum.with_untracked(|known| {
            let wallet = known.iter().find(|wallet| wallet.uuid == *uuid)?;
            Some(Signer::Ethereum(wallet.provider.clone()))
        }),
        Choice::Polkadot(name) => wallets.polkadot.with_untracked(|known| {
            let extension = known.iter().find(|extension| extension.name == *name)?;
            Some(Signer::Polkadot(extension.clone()))
        }),
        Choice::Development => Some(Signer::Development(account.to_owned())),
    }
}
