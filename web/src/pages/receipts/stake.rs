//! Putting a receipt of the Exact lane at stake: what it means first, the bond after a second thought.

use crate::app::Page;
use crate::browser::clock;
use crate::components::command::CommandLine;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::pages::explore::place::Place;
use crate::pages::sign::transaction::{again_when_back, Failure, Transaction, TransactionLine};
use crate::state::chain::{use_chain, Link, Ready};
use crate::state::keep::Keep;
use crate::state::release::use_release;
use crate::state::worker::{use_worker, Worker};
use crate::text::words::Words;
use crate::text::{command, sign as sign_text, stake as text};
use crate::wallet::dev;
use countersign_client::deployed::{ChainGap, Deployed};
use countersign_client::kept::{Kept, Standing};
use countersign_client::stake::Terms;
use countersign_client::transport::web::Fetch;
use countersign_client::verify::ExecutorError;
use countersign_messages::RunError;
use countersign_shared::attester::Lane;
use countersign_shared::chain::Moment;
use countersign_shared::commit::Side;
use countersign_shared::id::{AccountId, ModelId, SealedId};
use countersign_shared::Attester;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use std::rc::Rc;

/// What the disputes contract was found to say.
#[derive(Clone)]
enum Known {
    Reading,
    NoContract,
    Failed(Words),
    Found(Rc<(AccountId, Terms)>),
}

/// The panel; nothing for a receipt of another lane.
#[component]
pub fn Stake(keep: Keep, sealed: SealedId) -> impl IntoView {
    let exact = move |kept: &Kept| kept.receipt().statement.run.lane == Lane::Exact;
    let kept = keep.of(sealed).filter(exact)?;
    Some(view! { <Panel keep sealed kept/> })
}

#[component]
fn Panel(keep: Keep, sealed: SealedId, kept: Kept) -> impl IntoView {
    let chain = use_chain();
    let known = RwSignal::new_local(Known::Reading);
    let state = RwSignal::new(Transaction::Idle);
    let receipt = kept.id();
    // Read when the page opens, when the node is back, and after a transaction.
    Effect::new(move |_| {
        let done = state.with(|state| matches!(state, Transaction::Finalised(_)));
        let Some(ready) = chain.link.with(Link::ready) else {
            return;
        };
        if done || !matches!(known.get_untracked(), Known::Found(_)) {
            spawn_local(async move {
                let found = match ready.deployment.disputes {
                    None => Known::NoContract,
                    Some(contract) => {
                        let receipts = ready.deployment.receipts;
                        let terms = ready.chain.stake_terms(contract, receipts, receipt).await;
                        terms.map_or_else(
                            |gap| Known::Failed(Words::said(&gap).sentence()),
                            |terms| Known::Found(Rc::new((contract, terms))),
                        )
                    }
                };
                let _ = known.try_set(found);
            });
        }
    });
    let anchored = Memo::new(move |_| {
        keep.of(sealed).is_some_and(|kept| {
            matches!(kept.standing(clock::seconds()), Standing::Anchored { .. })
        })
    });
    let kept = StoredValue::new_local(kept);
    view! {
        <section class="stack" aria-label=text::HEAD data-testid="stake">
            <h2>{text::HEAD}</h2>
            <p>{text::LEAD}</p>
            <p>
                <A href=Page::Lie.path()>{crate::text::claims::WATCH}</A>
            </p>
            {move || match known.get() {
                Known::Reading => view! { <p class="quiet" role="status">{text::READING}</p> }.into_any(),
                Known::NoContract => view! { <p class="quiet">{text::NO_CONTRACT}</p> }.into_any(),
                Known::Failed(why) => {
                    view! { <Notice mark=Mark::Unknown head=text::UNREAD text=why/> }.into_any()
                }
                Known::Found(found) if found.1.claim.is_some() => {
                    view! { <Staked kept=kept.get_value() claim=receipt.to_string()/> }.into_any()
                }
                Known::Found(_) if !anchored.get() => view! { <p>{text::NOT_ANCHORED}</p> }.into_any(),
                Known::Found(found) => view! { <Ask kept=kept.get_value() found state/> }.into_any(),
            }}
            <TransactionLine id="stake-state" state done=text::staked/>
        </section>
    }
}

/// The asserter's own development account.
fn own(kept: &Kept) -> Option<&'static str> {
    dev::uri_of(&kept.receipt().attester)
}

fn rpc() -> Option<String> {
    let link = use_chain().link;
    link.with(|link| link.config().map(|config| config.rpc))
}

fn development() -> bool {
    let link = use_chain().link;
    link.with(|link| {
        link.ready()
            .is_none_or(|ready| ready.deployment.development)
    })
}

/// What it means, asked twice.
#[component]
fn Ask(kept: Kept, found: Rc<(AccountId, Terms)>, state: RwSignal<Transaction>) -> impl IntoView {
    let (chain, release) = (use_chain(), use_release());
    let worker = StoredValue::new_local(use_worker());
    let open = RwSignal::new(false);
    let payer = own(&kept).filter(|_| development());
    let setup = &found.1.setup;
    let means = text::means(setup.bond, &chain.unit(), setup.window, setup.clock);
    let means = StoredValue::new(means);
    let name = command::file_name(&kept.id().to_bytes());
    let ethereum = matches!(kept.receipt().attester, Attester::Secp256k1(_));
    let line = command::stake(&name, ethereum, payer, rpc().as_deref());
    let line = StoredValue::new(line);
    let job = StoredValue::new_local((kept, found));
    let busy =
        move || state.with(|state| state.is_busy() || matches!(state, Transaction::Waiting(_)));
    let send = move || {
        let Some(payer) = payer.filter(|_| !state.with_untracked(Transaction::is_busy)) else {
            return;
        };
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
        state.set(Transaction::Recompiling);
        open.set(false);
        let ((kept, found), worker) = (job.get_value(), worker.get_value());
        spawn_local(async move {
            let _no_reload = release.busy();
            let next = match stake(&ready, &kept, &found, (payer, &worker), state).await {
                Ok(at) => Transaction::Finalised(at),
                // A second stake on a receipt is refused by the contract, so that it may go again.
                Err(failure) => Transaction::after(&failure),
            };
            let _ = state.try_set(next);
        });
    };
    again_when_back(chain, state, send);
    let heading = NodeRef::<html::H3>::new();
    let begin = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let keep = move |_| {
        open.set(false);
        request_animation_frame(move || {
            if let Some(button) = begin.try_get_untracked().flatten() {
                let _ = button.focus();
            }
        });
    };
    view! {
        <Show when=move || !open.get() && !busy()>
            <div class="actions">
                <button type="button" class="button" node_ref=begin on:click=move |_| open.set(true)>{text::BEGIN}</button>
            </div>
        </Show>
        <Show when=move || open.get()>
            <section class="stack takeback" aria-label=text::REVIEW>
                <h3 tabindex="-1" node_ref=heading>{text::REVIEW}</h3>
                <ul>
                    {means.get_value().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
                </ul>
                <p class="small quiet">{crate::text::claims::RELEASED}</p>
                <Show when=move || payer.is_some() fallback=|| view! { <p>{text::BY_COMMAND}</p> }>
                    <div class="actions">
                        <button type="button" class="button" disabled=busy on:click=move |_| send()>{text::GO}</button>
                        <button type="button" class="button button-primary" on:click=keep>{text::KEEP}</button>
                    </div>
                </Show>
                <CommandLine line=Signal::derive(move || line.get_value()) id="stake-command"/>
            </section>
        </Show>
    }
}

/// What is to be done while it is at stake.
#[component]
fn Staked(kept: Kept, claim: String) -> impl IntoView {
    let name = command::file_name(&kept.id().to_bytes());
    let inputs: Vec<String> = kept
        .bundle
        .openings
        .iter()
        .filter(|opening| opening.side == Side::Input)
        .flat_map(|opening| &opening.items)
        .map(|item| item.item.name().as_str().to_owned())
        .collect();
    let model = kept.receipt().statement.run.model.to_string();
    let payer = own(&kept).filter(|_| development());
    let line = command::play((&claim, &model), &inputs, &name, payer, rpc().as_deref());
    let line = StoredValue::new(line);
    view! {
        <p>
            <A href=Page::Explore(Place::Claim(claim)).path()>{text::SEE}</A>
        </p>
        <p>{text::DEFEND}</p>
        <CommandLine line=Signal::derive(move || line.get_value()) id="play-command"/>
    }
}

async fn stake(
    ready: &Ready,
    kept: &Kept,
    (contract, terms): &(AccountId, Terms),
    (payer, worker): (&str, &Worker),
    state: RwSignal<Transaction>,
) -> Result<Moment, Failure> {
    let key = dev::key(payer).map_err(Failure::Wallet)?;
    let deployed = ready.deployed().await.map_err(Failure::Gap)?;
    recompile(&deployed, kept.receipt().statement.run.model, worker).await?;
    let _ = state.try_set(Transaction::Trying);
    let receipts = deployed.entry().receipts;
    let receipt = kept.verified().map_err(Failure::Receipt)?;
    let at = ready.chain.finalised().await.map_err(Failure::Chain)?;
    let place = ready
        .chain
        .batch_place(receipts, &receipt, &kept.bundle.anchors, at);
    let batch = place.await.map_err(|gap| match gap {
        ChainGap::Failed(error) => Failure::Chain(error),
        gap => Failure::Gap(gap),
    })?;
    let report = |progress| {
        let _ = state.try_set(Transaction::of(progress));
    };
    ready
        .chain
        .stake(&key, *contract, terms, (&receipt, batch), report)
        .await
        .map_err(Failure::Chain)
}

/// Refuses a model whose file does not compile to the registered program (EXACT 2.6): whoever published another one knows what the
/// receipt's owner cannot answer.
async fn recompile(
    deployed: &Deployed<'_, Fetch>,
    id: ModelId,
    worker: &Worker,
) -> Result<(), Failure> {
    let refused = |why: Words| Failure::Model(why.then(text::NOT_STAKED));
    let model = deployed.model(id).await.map_err(Failure::Chain)?;
    let registered = model.and_then(|model| Some((model.record.as_ref()?.exact_root, model)));
    let (root, model) = registered.ok_or_else(|| refused(text::UNKNOWN_MODEL.into()))?;
    if root.is_zero() {
        let why = Words::said(&ExecutorError::NoExactRoot).sentence();
        return Err(refused(why));
    }
    let told = |error: RunError| refused(Words::run(&error));
    let loaded = worker.load(&model, |_, _| ()).await.map_err(told)?;
    let same = loaded.handle.recompile(*root.as_bytes()).await;
    same.map_err(told)
}
