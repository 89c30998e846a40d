//! Anchoring: on a development chain a development account pays; elsewhere the command line program does it.

use super::transaction::{again_when_back, report, Failure, Transaction, TransactionLine};
use crate::state::chain::{use_chain, ChainState, Link, Ready};
use crate::state::signed::Signed;
use crate::text::sign as text;
use crate::wallet::dev;
use countersign_shared::chain::Moment;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

type Held = StoredValue<Rc<Signed>, LocalStorage>;

/// Puts the receipt's number on the chain.
#[component]
pub fn Anchor(held: Held, payer: RwSignal<String>) -> impl IntoView {
    let state = RwSignal::new(Transaction::Idle);
    let chain = use_chain();
    let go = move || start(chain, state, held, payer);
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

fn start(chain: ChainState, state: RwSignal<Transaction>, held: Held, payer: RwSignal<String>) {
    if state.with_untracked(Transaction::is_busy) {
        return;
    }
    let ready = match chain.link.get_untracked() {
        Link::Ready(ready) => ready,
        Link::Down(outage) => {
            state.set(Transaction::Waiting(outage.reason.words()));
            return;
        }
        Link::Connecting | Link::Unlisted(_) => {
            state.set(Transaction::Waiting(text::NO_CHAIN_YET.into()));
            return;
        }
    };
    if !ready.deployment.development {
        state.set(Transaction::Failed(text::NO_PAYER.into()));
        return;
    }
    state.set(Transaction::Trying);
    let (signed, payer) = (held.get_value(), payer.get_untracked());
    spawn_local(async move {
        let outcome = anchor(&ready, &signed, &payer, state).await;
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
