//! Taking something back: read, signed by whoever signed it, tried, sent, and followed until a finalised block says so.

use super::words::ExactWords;
use crate::components::asking::AskingLine;
use crate::components::command::CommandLine;
use crate::pages::sign::signer::{chosen, AccountSelect, Choice, SignerField};
use crate::pages::sign::transaction::{
    again_when_back, report, Failure, Transaction, TransactionLine,
};
use crate::state::chain::{use_chain, Link, Ready};
use crate::state::release::use_release;
use crate::text::language::Text;
use crate::text::{sign as sign_text, withdraw as text};
use crate::wallet::discovery::use_wallets;
use crate::wallet::session::Session;
use crate::wallet::withdrawal::{What, Withdrawal};
use crate::wallet::{dev, WalletError};
use countersign_shared::chain::Moment;
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::signature::Signature;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The words of one of the two ways.
#[derive(Clone, Copy)]
pub struct Labels {
    /// The first button.
    pub begin: Text,
    /// The second one, after which there is no way back.
    pub go: Text,
    /// The way back.
    pub keep: Text,
    /// For tests: `revoke-state`.
    pub state: &'static str,
    /// What stands there when it is done.
    pub done: fn(&str) -> String,
}

/// Asked twice: the button, then what is said, who signs and who pays.
#[component]
pub fn TakeBack(
    withdrawal: Withdrawal,
    /// The receipt of a revocation: what was done is read back by it.
    #[prop(optional_no_strip)]
    receipt: Option<Verified<Receipt>>,
    /// The decoded statement.
    sentence: String,
    labels: Labels,
    /// The line that does the same, for the account that pays.
    command: Callback<Option<String>, String>,
    /// Whether there is nothing left to take back.
    #[prop(into)]
    settled: Signal<bool>,
    /// Whether the review is open or something is under way.
    #[prop(optional)]
    engaged: Option<RwSignal<bool>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let (chain, wallets, release) = (use_chain(), use_wallets(), use_release());
    let state = RwSignal::new(Transaction::Idle);
    let session = Session::new();
    let open = RwSignal::new(false);
    let choice = RwSignal::new(None::<Choice>);
    let own = dev::uri_of(&withdrawal.attester);
    let payer = RwSignal::new(own.unwrap_or(dev::ACCOUNTS[0]).to_owned());
    // A signature is good for ever: it is asked for once, however often the node has to be tried.
    let signature = StoredValue::new(None::<Signature>);
    let receipt = StoredValue::new_local(receipt);
    let pays_itself = move || own.is_some_and(|own| payer.with(|payer| payer == own));
    let under_way = move || {
        session.is_asking()
            || state.with(|state| state.is_busy() || matches!(state, Transaction::Waiting(_)))
    };
    if let Some(engaged) = engaged {
        Effect::new(move |_| engaged.set(open.get() || under_way()));
    }

    let send = move || {
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
                state.set(Transaction::Waiting(sign_text::NO_CHAIN_YET.into()));
                return;
            }
        };
        state.set(Transaction::Trying);
        open.set(false);
        let job = Job {
            withdrawal,
            receipt: receipt.get_value(),
            signature: signature.get_value(),
            payer: payer.get_untracked(),
        };
        spawn_local(async move {
            let _no_reload = release.busy();
            let next = match job.send(&ready, state).await {
                Ok(at) => Transaction::Finalised(at),
                Err(failure) => Transaction::after(&failure),
            };
            let (waits, done) = (
                matches!(next, Transaction::Waiting(_)),
                matches!(next, Transaction::Finalised(_)),
            );
            let _ = state.try_set(next);
            if done {
                let _ = on_done.try_run(());
            }
            if waits {
                // The header learns of the outage now, not at its next look.
                chain.look().await;
            }
        });
    };
    again_when_back(chain, state, send);

    let go = move |_| {
        if state.with_untracked(Transaction::is_busy) {
            return;
        }
        if untrack(pays_itself) || signature.with_value(Option::is_some) {
            send();
            return;
        }
        let Some(wanted) = choice.get_untracked() else {
            return;
        };
        let Some(signer) = chosen(wallets, &wanted, own.unwrap_or_default()) else {
            session.fail(WalletError::Disconnected);
            return;
        };
        let Some(turn) = session.begin() else { return };
        spawn_local(async move {
            let _no_reload = release.busy();
            let answer = withdrawal.sign(&signer, |what| turn.asking(what)).await;
            if let Some(signed) = turn.settle(answer) {
                signature.set_value(Some(signed));
                send();
            }
        });
    };
    let heading = NodeRef::<html::H3>::new();
    let begin = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let keep = move |_| {
        session.stop();
        open.set(false);
        request_animation_frame(move || {
            if let Some(button) = begin.try_get_untracked().flatten() {
                let _ = button.focus();
            }
        });
    };
    let finished = move || state.with(|state| matches!(state, Transaction::Finalised(_)));
    let development = move || {
        chain.link.with(|link| {
            link.ready()
                .is_none_or(|ready| ready.deployment.development)
        })
    };
    let cannot = move || !pays_itself() && choice.with(Option::is_none);
    let sentence = StoredValue::new(sentence);
    // Elsewhere than on a development chain the payer's secret comes from the environment, never from a page.
    let line = Signal::derive(move || command.run(development().then(|| payer.get())));
    view! {
        <div class="stack">
            <Show when=move || !open.get() && !settled.get() && !finished() && !under_way()>
                <div class="actions">
                    <button type="button" class="button" node_ref=begin on:click=move |_| open.set(true)>
                        {labels.begin}
                    </button>
                </div>
            </Show>
            <Show when=move || open.get()>
                <section class="stack takeback" aria-label=text::REVIEW>
                    <h3 tabindex="-1" node_ref=heading>{text::REVIEW}</h3>
                    <p data-testid="withdrawal-sentence">{sentence.get_value()}</p>
                    <ExactWords withdrawal/>
                    <Show when=development fallback=move || view! { <p>{text::NO_PAYER}</p> }>
                        <p class="actions">
                            <label for="withdraw-payer">{text::PAYER}</label>
                            <AccountSelect id="withdraw-payer" account=payer on_choice=|| ()/>
                        </p>
                        <Show
                            when=move || !pays_itself()
                            fallback=move || view! { <p class="small quiet">{text::OWN_PAYER}</p> }
                        >
                            <SignerField
                                development=own.is_some()
                                choice
                                account=RwSignal::new(own.unwrap_or_default().to_owned())
                                busy=Signal::derive(move || session.is_asking())
                                only=withdrawal.attester
                            />
                        </Show>
                        <div class="actions">
                            <button
                                type="button"
                                class="button"
                                disabled=move || cannot() || under_way()
                                on:click=go
                            >
                                {labels.go}
                            </button>
                            <button type="button" class="button button-primary" on:click=keep>{labels.keep}</button>
                        </div>
                        <AskingLine session id="withdraw-status"/>
                    </Show>
                    <CommandLine line id="withdraw-command"/>
                </section>
            </Show>
            <TransactionLine id=labels.state state done=labels.done/>
        </div>
    }
}

/// What is sent.
struct Job {
    withdrawal: Withdrawal,
    receipt: Option<Verified<Receipt>>,
    signature: Option<Signature>,
    payer: String,
}

impl Job {
    async fn send(&self, ready: &Ready, state: RwSignal<Transaction>) -> Result<Moment, Failure> {
        let key = dev::key(&self.payer).map_err(Failure::Wallet)?;
        let deployed = ready.deployed().await.map_err(Failure::Gap)?;
        deployed
            .serves(&self.withdrawal.deployment)
            .map_err(Failure::Gap)?;
        let report = report(state);
        // Whoever pays with the attester's own key needs no second signature (PROTOCOL 5.3).
        let own = dev::uri_of(&self.withdrawal.attester) == Some(self.payer.as_str());
        let signature = self.signature.as_ref().filter(|_| !own);
        match (self.withdrawal.what, &self.receipt) {
            (What::Receipt { .. }, Some(receipt)) => {
                deployed.revoke(&key, receipt, signature, report).await
            }
            (What::Key { since }, _) => {
                let carried = signature.map(|signature| (self.withdrawal.attester, signature));
                let done = deployed.disown(&key, since, carried, report).await;
                done.map(|disowned| disowned.declared)
            }
            (What::Receipt { .. }, None) => return Err(Failure::Wallet(WalletError::NoSignature)),
        }
        .map_err(Failure::Chain)
    }
}
