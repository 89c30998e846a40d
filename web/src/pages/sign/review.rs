//! What will be signed, who signs it, and the question to the wallet.

use super::signer::{chosen, Choice, SignerField};
use super::words::{ExactWords, PlainWords};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::components::slip::Slip;
use crate::state::draft::Draft;
use crate::state::keep::use_keep;
use crate::state::release::use_release;
use crate::state::signed::{use_receipts, Signed};
use crate::text::sign as text;
use crate::wallet::discovery::use_wallets;
use crate::wallet::{sign_receipt, Asking, WalletError};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How signing stands.
#[derive(Clone, PartialEq)]
enum Signing {
    /// Nobody was asked yet.
    Idle,
    /// The signer is asked for something.
    Asking(Asking),
    /// It did not sign; the run is kept.
    Failed(WalletError),
}

/// The page before there is a signature.
#[component]
pub fn Review(draft: Draft) -> impl IntoView {
    let (receipts, keep) = (use_receipts(), use_keep());
    let choice = RwSignal::new(None::<Choice>);
    let account = RwSignal::new(crate::wallet::dev::ACCOUNTS[0].to_owned());
    let state = RwSignal::new(Signing::Idle);
    let development = draft.listed.development;
    let wallets = use_wallets();
    let asked = StoredValue::new(draft.clone());
    let release = use_release();
    let busy = Signal::derive(move || matches!(*state.read(), Signing::Asking(_)));
    let sign = move |_| {
        let Some(choice) = choice.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        let Some(signer) = chosen(wallets, &choice, &account.get_untracked()) else {
            state.set(Signing::Failed(WalletError::Disconnected));
            return;
        };
        state.set(Signing::Asking(Asking::Connect));
        spawn_local(async move {
            let draft = asked.get_value();
            let _no_reload = release.busy();
            let asking = move |what| {
                let _ = state.try_set(Signing::Asking(what));
            };
            match sign_receipt(&signer, draft.statement, draft.deployment, asking).await {
                Ok(receipt) => {
                    keep.keep(&receipt, &draft.run);
                    receipts.keep(Signed {
                        receipt,
                        run: draft.run,
                        signer,
                    });
                }
                Err(error) => {
                    let _ = state.try_set(Signing::Failed(error));
                }
            }
        });
    };
    let said = move || match &*state.read() {
        Signing::Asking(what) => text::asking(*what),
        Signing::Idle | Signing::Failed(_) => "",
    };
    view! {
        <div class="bench">
            <div class="stack">
                <p>{text::LEAD}</p>
                <SignerField development choice account busy/>
                <div class="actions">
                    <button
                        type="button"
                        class="button button-primary"
                        disabled=move || choice.with(Option::is_none) || busy.get()
                        on:click=sign
                    >
                        {text::SIGN}
                    </button>
                    <p role="status" data-testid="sign-status" class="quiet">{said}</p>
                </div>
                {move || match state.get() {
                    Signing::Failed(error) => {
                        Some(view! { <Notice mark=Mark::Invalid head=text::NOT_SIGNED text=error.to_string()/> })
                    }
                    _ => None,
                }}
            </div>
            <Slip kind=text::DRAFT_KIND title=text::DRAFT_TITLE id="slip-draft">
                <div class="slip-body">
                    <PlainWords draft=draft.clone()/>
                    <ExactWords draft/>
                </div>
            </Slip>
        </div>
    }
}
