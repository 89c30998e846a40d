//! Hands a model over: an offer, or its acceptance, each after a second thought.

use super::once;
use crate::components::command::CommandLine;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::pages::sign::signer::AccountSelect;
use crate::pages::sign::transaction::{report, Failure, Transaction, TransactionLine};
use crate::state::chain::{use_chain, Ready};
use crate::text::language::Text;
use crate::text::{command, handover as text, sign};
use crate::wallet::dev;
use countersign_shared::account as ss58;
use countersign_shared::attester::Attester;
use countersign_shared::chain::Moment;
use countersign_shared::id::{AccountId, ModelId, Sr25519Public};
use leptos::html;
use leptos::prelude::*;

const TO: &str = "handover-to";

/// What is about to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Offer,
    Withdraw,
    Accept,
}

impl Act {
    const fn button(self) -> Text {
        match self {
            Self::Offer => text::OFFER,
            Self::Withdraw => text::WITHDRAW,
            Self::Accept => text::ACCEPT,
        }
    }

    const fn question(self) -> (Text, Text) {
        match self {
            Self::Offer => (text::OFFER_ASK, text::OFFER_NOTE),
            Self::Withdraw => (text::WITHDRAW_ASK, text::WITHDRAW_NOTE),
            Self::Accept => (text::ACCEPT_ASK, text::ACCEPT_NOTE),
        }
    }

    const fn go(self) -> Text {
        match self {
            Self::Offer => text::OFFER_GO,
            other => other.button(),
        }
    }
}

/// The development account that an account is, or the first of them.
fn payer_of(account: AccountId) -> String {
    let attester = Attester::Sr25519(Sr25519Public::new(account.to_bytes()));
    let known = dev::uri_of(&attester);
    known.unwrap_or(dev::ACCOUNTS[0]).to_owned()
}

/// The account that was typed.
fn typed_account(typed: &str) -> Option<AccountId> {
    let typed = typed.trim();
    let account = ss58::decode(typed).map(|(account, _)| account).ok();
    account.or_else(|| typed.parse().ok())
}

/// The panel on a model's page.
#[component]
pub fn Handover(
    model: ModelId,
    owner: AccountId,
    offered: Option<AccountId>,
    /// Reads the page again.
    #[prop(into)]
    again: Callback<()>,
) -> impl IntoView {
    let asking = RwSignal::new(None::<Act>);
    let state = RwSignal::new(Transaction::Idle);
    let settled =
        move || state.with(|state| state.is_busy() || matches!(state, Transaction::Finalised(_)));
    // The question takes the focus, and gives it back to the button that asked it.
    let head = NodeRef::<html::H4>::new();
    let back = StoredValue::new(None::<Act>);
    Effect::new(move |_| {
        if let Some(head) = head.get() {
            let _ = head.focus();
        }
    });
    let button = move |act: Act| {
        let own = NodeRef::<html::Button>::new();
        Effect::new(move |_| {
            if let Some(shown) = own.get().filter(|_| back.get_value() == Some(act)) {
                back.set_value(None);
                let _ = shown.focus();
            }
        });
        let press = move |_| {
            if !settled() {
                state.set(Transaction::Idle);
                asking.set(Some(act));
            }
        };
        view! {
            <button
                type="button"
                class="button"
                node_ref=own
                aria-disabled=move || settled().then_some("true")
                on:click=press
            >
                {act.button()}
            </button>
        }
    };
    let leave = move || {
        back.set_value(asking.get_untracked());
        asking.set(None);
    };
    view! {
        <section class="stack-tight no-print" aria-labelledby="handover" data-testid="handover">
            <h3 id="handover">{text::HEAD}</h3>
            <p>{text::LEAD}</p>
            {move || match asking.get() {
                None => {
                    view! {
                        <p class="actions">
                            {button(Act::Offer)}
                            {offered.map(|_| view! { {button(Act::Accept)} {button(Act::Withdraw)} })}
                        </p>
                    }
                        .into_any()
                }
                Some(act) => {
                    let payer = match (act, offered) {
                        (Act::Accept, Some(to)) => payer_of(to),
                        _ => payer_of(owner),
                    };
                    view! { <Ask act model payer state head on_leave=leave on_sent=move || asking.set(None)/> }.into_any()
                }
            }}
            <TransactionLine id="handover-state" state done=text::done/>
            <Show when=move || state.with(|state| matches!(state, Transaction::Finalised(_)))>
                <p>
                    <button type="button" class="button" on:click=move |_| again.run(())>{text::AGAIN}</button>
                </p>
            </Show>
        </section>
    }
}

/// What it means, who signs, and the two ways on.
#[component]
fn Ask(
    act: Act,
    model: ModelId,
    payer: String,
    state: RwSignal<Transaction>,
    head: NodeRef<html::H4>,
    on_leave: impl Fn() + Copy + 'static,
    on_sent: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let chain = use_chain();
    let payer = RwSignal::new(payer);
    let to = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let account = Memo::new(move |_| typed_account(&to.read()));
    let fault = move || tried.get() && act == Act::Offer && account.get().is_none();
    let development = move || {
        let link = chain.link.get().ready();
        link.is_none_or(|ready| ready.deployment.development)
    };
    let line = Signal::derive(move || {
        let rpc = chain
            .link
            .with(|link| link.config().map(|config| config.rpc));
        let payer = development().then(|| payer.get());
        let (payer, rpc, id) = (payer.as_deref(), rpc.as_deref(), model.to_string());
        match act {
            Act::Offer => {
                let typed = to.get();
                let typed = Some(typed.trim()).filter(|typed| !typed.is_empty());
                command::offer(&id, typed.or(Some("ACCOUNT")), payer, rpc)
            }
            Act::Withdraw => command::offer(&id, None, payer, rpc),
            Act::Accept => command::accept(&id, payer, rpc),
        }
    });
    let go = move |_| {
        let to = account.get_untracked();
        if act == Act::Offer && to.is_none() {
            tried.set(true);
            super::line::focus(TO);
            return;
        }
        let Some(ready) = once::begin(chain, state, text::NO_PAYER) else {
            return;
        };
        let payer = payer.get_untracked();
        on_sent();
        once::follow(state, async move {
            send(&ready, &payer, act, model, to, state).await
        });
    };
    let (question, note) = act.question();
    let field = (act == Act::Offer).then(|| {
        view! {
            <div class="publish-field">
                <label class="label" for=TO>{text::TO}</label>
                <input
                    id=TO
                    class="select mono"
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=move || fault().then_some("true")
                    aria-describedby="handover-to-fault"
                    prop:value=move || to.get()
                    on:input=move |event| to.set(event_target_value(&event))
                />
                <p id="handover-to-fault" class="publish-fault small">
                    {move || if fault() { text::TO_FAULT.get() } else { "" }}
                </p>
            </div>
        }
    });
    view! {
        <div class="stack-tight takeback">
            <h4 tabindex="-1" node_ref=head>{question}</h4>
            <p>{note}</p>
            {field}
            <Show
                when=development
                fallback=|| view! { <Notice mark=Mark::Absent head=text::HEAD text=text::NO_PAYER/> }
            >
                <p class="quiet small">{text::TRIED}</p>
                <p class="actions">
                    <label for="handover-payer">{sign::PAYER}</label>
                    <AccountSelect id="handover-payer" account=payer on_choice=|| ()/>
                    <button type="button" class="button" on:click=go>{act.go()}</button>
                </p>
            </Show>
            <p class="actions">
                <button type="button" class="button button-primary" on:click=move |_| on_leave()>{text::LEAVE}</button>
            </p>
            <CommandLine line id="handover-command" lead=text::COMMAND/>
        </div>
    }
}

async fn send(
    ready: &Ready,
    payer: &str,
    act: Act,
    model: ModelId,
    to: Option<AccountId>,
    state: RwSignal<Transaction>,
) -> Result<Moment, Failure> {
    let key = dev::key(payer).map_err(Failure::Wallet)?;
    let deployed = ready.deployed().await.map_err(Failure::Gap)?;
    let report = report(state);
    let sent = match act {
        Act::Offer => deployed.offer(&key, model, to, report).await,
        Act::Withdraw => deployed.offer(&key, model, None, report).await,
        Act::Accept => deployed.accept(&key, model, report).await,
    };
    sent.map_err(Failure::Chain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_as_wallets_show_it_or_not_at_all() {
        let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
        assert!(typed_account(&format!(" {alice} ")).is_some());
        assert_eq!(
            payer_of(typed_account(alice).unwrap_or(AccountId::ZERO)),
            "//Alice"
        );
        assert_eq!(payer_of(AccountId::ZERO), dev::ACCOUNTS[0]);
        let other = alice.replace('Q', "q");
        for nothing in ["", "Alice", "0x12", other.as_str()] {
            assert_eq!(typed_account(nothing), None, "{nothing}");
        }
    }
}
