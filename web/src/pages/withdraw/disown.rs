//! Disowning a stolen key (PROTOCOL 5.6): which key, from which block, what that does to the receipts kept here.

use super::take_back::{Labels, TakeBack};
use crate::app::Page;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::Mark;
use crate::state::chain::{use_chain, Link};
use crate::state::keep::use_keep;
use crate::text::{command, withdraw as text};
use crate::wallet::dev;
use crate::wallet::withdrawal::{What, Withdrawal};
use countersign_client::messages;
use countersign_shared::chain::Moment;
use countersign_shared::deploy::Deployment;
use countersign_shared::id::{EthAddress, Sr25519Public};
use countersign_shared::{account, hex, Attester, Software};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// The key that a text names: an Ethereum address, its capitals right if it has any, or a Substrate account.
fn key_of(text: &str) -> Option<Attester> {
    let text = text.trim();
    if let Ok((id, _)) = account::decode(text) {
        return Some(Attester::Sr25519(Sr25519Public::new(id.to_bytes())));
    }
    let lower = text.to_ascii_lowercase();
    let address = EthAddress::new(hex::decode_array(&lower).ok()?);
    let written_as = text == lower || text == address.to_eip55(&Software);
    (written_as && !address.is_zero()).then_some(Attester::Secp256k1(address))
}

/// The page.
#[component]
pub fn Disown() -> impl IntoView {
    let (chain, keep) = (use_chain(), use_keep());
    let picked = RwSignal::new(String::new());
    let typed = RwSignal::new(String::new());
    let block = RwSignal::new(String::new());
    let engaged = RwSignal::new(false);
    let newest = RwSignal::new(None::<Moment>);
    let keys = Memo::new(move |_| {
        let mut keys: Vec<String> = Vec::new();
        for kept in keep.all() {
            let key = messages::attester(&kept.receipt().attester);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    });
    let key = Memo::new(move |_| {
        let picked = picked.get();
        if picked.is_empty() {
            key_of(&typed.read())
        } else {
            key_of(&picked)
        }
    });
    let since = Memo::new(move |_| block.read().trim().parse::<u32>().ok());
    // What the node shows now: the blocks that can be named, and the time of saying it.
    Effect::new(move |_| {
        chain.answered.track();
        let Link::Ready(ready) = chain.link.get() else {
            return newest.set(None);
        };
        spawn_local(async move {
            let Ok(at) = ready.chain.finalised().await else {
                return;
            };
            if let Ok(Some(seconds)) = ready.chain.time_of(at).await {
                let _ = newest.try_set(Some(Moment {
                    block: at.number,
                    seconds,
                }));
            }
        });
    });
    // What is said of each receipt rests on a look that is as new as the blocks shown.
    Effect::new(move |_| {
        newest.track();
        if let Some(key) = key.get() {
            spawn_local(keep.look_at(chain, move |kept| kept.receipt().attester == key));
        }
    });
    let place = Memo::new(move |_| {
        chain.link.with(|link| {
            let ready = link.ready()?;
            Some(Deployment {
                genesis: ready.deployment.genesis,
                contract: ready.deployment.receipts,
            })
        })
    });
    let wanted = Memo::new(move |_| {
        Some(Withdrawal {
            attester: key.get()?,
            deployment: place.get()?,
            what: What::Key {
                since: since.get()?,
            },
        })
    });
    let key_wrong = move || {
        let nothing = picked.with(String::is_empty) && typed.with(|typed| typed.trim().is_empty());
        !nothing && key.get().is_none()
    };
    let since_wrong = move || block.with(|block| !block.trim().is_empty()) && since.get().is_none();
    view! {
        <PageHead title=text::TITLE lead=text::LEAD/>
        <div class="stack-wide">
            <section class="stack" aria-label=text::MEANS_HEAD>
                <h2>{text::MEANS_HEAD}</h2>
                <ul class="prose">{text::MEANS.iter().map(|line| view! { <li>{*line}</li> }).collect_view()}</ul>
            </section>
            <fieldset class="stack choice" disabled=move || engaged.get()>
                <legend>{text::KEY}</legend>
                <Show when=move || keys.with(|keys| !keys.is_empty())>
                    <label class="label" for="disown-picked">{text::KEY_KEPT}</label>
                    <select
                        id="disown-picked"
                        class="select"
                        prop:value=move || picked.get()
                        on:change=move |event| picked.set(event_target_value(&event))
                    >
                        <option value="">{text::KEY_OTHER}</option>
                        {move || keys.get().into_iter().map(|key| view! { <option value=key.clone()>{key.clone()}</option> }).collect_view()}
                    </select>
                </Show>
                <Show when=move || picked.with(String::is_empty)>
                    <label class="label" for="disown-key">{text::KEY_FIELD}</label>
                    <input
                        id="disown-key"
                        class="select"
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="disown-key-wrong"
                        aria-invalid=move || key_wrong().to_string()
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                </Show>
                <p id="disown-key-wrong" role="status" class="small">{move || key_wrong().then_some(text::KEY_WRONG.get())}</p>
                <label class="label" for="disown-since">{text::SINCE}</label>
                <input
                    id="disown-since"
                    class="select"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-describedby="disown-since-note"
                    aria-invalid=move || since_wrong().to_string()
                    prop:value=move || block.get()
                    on:input=move |event| block.set(event_target_value(&event))
                />
                <p id="disown-since-note" role="status" class="small quiet">
                    {move || match (since_wrong(), newest.get()) {
                        (true, _) => text::SINCE_WRONG.to_string(),
                        (false, Some(at)) if since.get().is_some_and(|since| since > at.block) => text::in_future(at.block),
                        (false, Some(at)) => text::newest(at.block),
                        (false, None) => String::new(),
                    }}
                </p>
            </fieldset>
            <Touched key since newest/>
            <Show when=move || place.with(Option::is_none)>
                <Notice mark=Mark::Unknown head=text::TITLE text=text::NO_CHAIN/>
            </Show>
            {move || {
                wanted
                    .get()
                    .map(|withdrawal| {
                        let attester = withdrawal.attester;
                        let What::Key { since } = withdrawal.what else { return ().into_any() };
                        let line = Callback::new(move |payer: Option<String>| {
                            let rpc = chain.link.with(|link| link.config().map(|config| config.rpc));
                            let line = command::disown(since, payer.as_deref(), rpc.as_deref());
                            let own = dev::uri_of(&attester);
                            if own.is_some() && own == payer.as_deref() {
                                return line;
                            }
                            command::with_key(&line, matches!(attester, Attester::Secp256k1(_)), own)
                        });
                        let labels = Labels {
                            begin: text::DISOWN,
                            go: text::DISOWN_GO,
                            keep: text::BACK_OUT,
                            state: "disown-state",
                            done: text::disowned,
                        };
                        let sentence = text::disown_sentence(&messages::attester(&attester), since);
                        let on_done = Callback::new(move |()| {
                            spawn_local(keep.look_at(chain, move |kept| kept.receipt().attester == attester));
                        });
                        view! {
                            <TakeBack withdrawal sentence labels command=line settled=Signal::derive(|| false) engaged on_done/>
                        }
                            .into_any()
                    })
            }}
        </div>
    }
}

/// The kept receipts of the key, each with what becomes of it.
#[component]
fn Touched(
    #[prop(into)] key: Signal<Option<Attester>>,
    #[prop(into)] since: Signal<Option<u32>>,
    #[prop(into)] newest: Signal<Option<Moment>>,
) -> impl IntoView {
    let keep = use_keep();
    move || {
        let key = key.get()?;
        let mut touched = keep.all();
        touched.retain(|kept| kept.receipt().attester == key);
        let none = touched.is_empty().then_some(text::TOUCHES_NONE);
        let (since, newest) = (since.get(), newest.get());
        let lines = touched.into_iter().map(|kept| {
            let effect = since
                .zip(newest)
                .map(|(since, at)| text::effect(kept.if_disowned(since, at)));
            let name = format!("{}, {}", kept.notes.model, kept.notes.input);
            view! {
                <li>
                    <A href=Page::Receipt(kept.sealed().to_string()).path()>{name}</A>
                    {effect.map(|effect| format!(": {effect}"))}
                </li>
            }
        });
        let lines: Vec<_> = lines.collect();
        Some(view! {
            <section class="stack" aria-label=text::TOUCHES data-testid="touched">
                <h2>{text::TOUCHES}</h2>
                {none.map(|none| view! { <p>{none}</p> })}
                {(none.is_none() && since.is_none()).then(|| view! { <p class="quiet">{text::TOUCHES_LATER}</p> })}
                <ul class="prose">{lines}</ul>
            </section>
        })
    }
}
