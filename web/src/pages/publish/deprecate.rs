//! Marks a model as deprecated, after a second thought.

use super::once;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::pages::sign::signer::AccountSelect;
use crate::pages::sign::transaction::{report, Failure, Transaction, TransactionLine};
use crate::state::chain::{use_chain, Ready};
use crate::text::{publish as text, sign};
use crate::wallet::dev;
use countersign_shared::chain::Moment;
use countersign_shared::id::ModelId;
use leptos::html;
use leptos::prelude::*;

/// The button, on a development chain; elsewhere the command line does it.
#[component]
pub fn Deprecate(model: ModelId) -> impl IntoView {
    let chain = use_chain();
    let asking = RwSignal::new(false);
    let payer = RwSignal::new(dev::ACCOUNTS[0].to_owned());
    let state = RwSignal::new(Transaction::Idle);
    let settled =
        move || state.with(|state| state.is_busy() || matches!(state, Transaction::Finalised(_)));
    let go = move |_| {
        let Some(ready) = once::begin(chain, state, text::NO_PAYER) else {
            return;
        };
        asking.set(false);
        let payer = payer.get_untracked();
        once::follow(state, async move {
            deprecate(&ready, &payer, model, state).await
        });
    };
    // The question takes the focus, and gives it back to the button that asked it.
    let button = NodeRef::<html::Button>::new();
    let leave = NodeRef::<html::Button>::new();
    let moved = StoredValue::new(false);
    Effect::new(move |_| {
        let shown = if asking.get() {
            leave.get()
        } else {
            button.get()
        };
        if let Some(shown) = shown.filter(|_| moved.get_value()) {
            let _ = shown.focus();
        }
    });
    let ask = move |_| {
        if !settled() {
            moved.set_value(true);
            asking.set(true);
        }
    };
    view! {
        <div class="stack-tight no-print">
            <Show
                when=move || asking.get()
                fallback=move || {
                    view! {
                        <p>
                            <button
                                type="button"
                                class="button"
                                node_ref=button
                                aria-disabled=move || settled().then_some("true")
                                on:click=ask
                            >
                                {text::DEPRECATE}
                            </button>
                        </p>
                    }
                }
            >
                <Notice mark=Mark::Absent head=text::DEPRECATE_ASK text=text::DEPRECATE_NOTE/>
                <p class="actions">
                    <label for="deprecate-payer">{sign::PAYER}</label>
                    <AccountSelect id="deprecate-payer" account=payer on_choice=|| ()/>
                    <button type="button" class="button" on:click=go>{text::DEPRECATE_GO}</button>
                    <button
                        type="button"
                        class="button button-primary"
                        node_ref=leave
                        on:click=move |_| asking.set(false)
                    >
                        {text::DEPRECATE_KEEP}
                    </button>
                </p>
            </Show>
            <TransactionLine id="deprecate-state" state done=text::deprecated/>
        </div>
    }
}

async fn deprecate(
    ready: &Ready,
    payer: &str,
    model: ModelId,
    state: RwSignal<Transaction>,
) -> Result<Moment, Failure> {
    let key = dev::key(payer).map_err(Failure::Wallet)?;
    let deployed = ready.deployed().await.map_err(Failure::Gap)?;
    deployed
        .deprecate(&key, model, report(state))
        .await
        .map_err(Failure::Chain)
}
