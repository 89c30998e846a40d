//! Anchoring and revoking: on a development chain a development account pays; elsewhere the command line program does it.

use super::transaction::{Failure, Transaction, TransactionLine};
use crate::state::chain::{use_chain, ChainState, Link, Ready};
use crate::state::signed::Signed;
use crate::text::sign as text;
use crate::wallet::dev;
use crate::wallet::sign_revocation;
use countersign_client::signer::Sr25519;
use countersign_shared::chain::Moment;
use countersign_shared::Attester;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

type Held = StoredValue<Rc<Signed>, LocalStorage>;

/// Puts the receipt's number on the chain.
#[component]
pub fn Anchor(held: Held, payer: RwSignal<String>) -> impl IntoView {
    let state = RwSignal::new(Transaction::Idle);
    let chain = use_chain();
    let go = move || start(chain, state, held, payer, Kind::Anchor);
    again_when_back(chain, state, go);
    let settled =
        move || state.with(|state| state.is_busy() || matches!(state, Transaction::Finalised(_)));
    view! {
        <div class="stack-tight">
            <button type="button" class="button" disabled=settled on:click=move |_| go()>{text::ANCHOR}</button>
            <TransactionLine id="anchor-state" state done=text::anchored/>
        </div>
    }
}

/// Takes the receipt back, after a second thought.
#[component]
pub fn Revoke(held: Held, payer: RwSignal<String>) -> impl IntoView {
    let state = RwSignal::new(Transaction::Idle);
    let asking = RwSignal::new(false);
    let chain = use_chain();
    let go = move || {
        asking.set(false);
        start(chain, state, held, payer, Kind::Revoke);
    };
    let settled =
        move || state.with(|state| state.is_busy() || matches!(state, Transaction::Finalised(_)));
    view! {
        <div class="stack-tight">
            <Show
                when=move || asking.get()
                fallback=move || {
                    view! {
                        <button type="button" class="button" disabled=settled on:click=move |_| asking.set(true)>
                            {text::REVOKE}
                        </button>
                    }
                }
            >
                <p>{text::REVOKE_NOTE}</p>
                <div class="actions">
                    <button type="button" class="button" on:click=move |_| go()>{text::REVOKE_GO}</button>
                    <button type="button" class="button button-primary" on:click=move |_| asking.set(false)>
                        {text::REVOKE_KEEP}
                    </button>
                </div>
            </Show>
            <TransactionLine id="revoke-state" state done=text::revoked/>
        </div>
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Anchor,
    Revoke,
}

fn start(
    chain: ChainState,
    state: RwSignal<Transaction>,
    held: Held,
    payer: RwSignal<String>,
    kind: Kind,
) {
    if state.with_untracked(Transaction::is_busy) {
        return;
    }
    let ready = match chain.link.get_untracked() {
        Link::Ready(ready) => ready,
        Link::Down(outage) => {
            state.set(Transaction::Waiting(outage.reason.to_string()));
            return;
        }
        Link::Connecting | Link::Unlisted(_) => {
            state.set(Transaction::Waiting(text::NO_CHAIN_YET.to_owned()));
            return;
        }
    };
    if !ready.deployment.development {
        state.set(Transaction::Failed(text::NO_PAYER.to_owned()));
        return;
    }
    state.set(Transaction::Trying);
    let (signed, payer) = (held.get_value(), payer.get_untracked());
    spawn_local(async move {
        let outcome = match kind {
            Kind::Anchor => anchor(&ready, &signed, &payer, state).await,
            Kind::Revoke => revoke(&ready, &signed, &payer, state).await,
        };
        let next = match &outcome {
            Ok(at) => Transaction::Finalised(*at),
            Err(failure) => Transaction::after(failure),
        };
        let waits = matches!(next, Transaction::Waiting(_));
        let _ = state.try_set(next);
        if waits {
            // The header learns of the outage now, not at its next look.
            chain.look().await;
        }
    });
}

async fn anchor(
    ready: &Ready,
    signed: &Signed,
    payer: &str,
    state: RwSignal<Transaction>,
) -> Result<Moment, Failure> {
    let key = dev::key(payer).map_err(Failure::Wallet)?;
    let deployed = ready.deployed().await.map_err(Failure::Gap)?;
    deployed
        .anchor(&key, &signed.receipt, report(state))
        .await
        .map_err(Failure::Chain)
}

async fn revoke(
    ready: &Ready,
    signed: &Signed,
    payer: &str,
    state: RwSignal<Transaction>,
) -> Result<Moment, Failure> {
    let key: Sr25519 = dev::key(payer).map_err(Failure::Wallet)?;
    let deployed = ready.deployed().await.map_err(Failure::Gap)?;
    // Whoever pays with the attester's own key needs no second signature (PROTOCOL 5.3).
    let own = matches!(signed.receipt.attester, Attester::Sr25519(public) if public.to_bytes() == key.public());
    let signature = if own {
        None
    } else {
        let _ = state.try_set(Transaction::Signing);
        Some(
            sign_revocation(&signed.signer, &signed.receipt, |_| ())
                .await
                .map_err(Failure::Wallet)?,
        )
    };
    deployed
        .revoke(&key, &signed.receipt, signature.as_ref(), report(state))
        .await
        .map_err(Failure::Chain)
}

fn report(state: RwSignal<Transaction>) -> impl FnMut(countersign_client::submit::Progress) {
    move |progress| {
        let _ = state.try_set(Transaction::of(progress));
    }
}

/// Goes again at the node's next answer, while the state is *waiting*.
fn again_when_back(chain: ChainState, state: RwSignal<Transaction>, go: impl Fn() + 'static) {
    Effect::new(move |_| {
        chain.answered.track();
        let back = chain.link.with(|link| matches!(link, Link::Ready(_)));
        if back && state.with_untracked(|state| matches!(state, Transaction::Waiting(_))) {
            go();
        }
    });
}
