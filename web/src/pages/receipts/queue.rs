//! Anchoring what waits: one receipt by itself, several as a batch in one transaction (PROTOCOL 5.4).
//!
//! Proofs are kept before anything is sent, and a receipt counts as anchored only when a read of a finalised block says so.

use crate::browser::clock;
use crate::components::command::CommandLine;
use crate::pages::sign::signer::AccountSelect;
use crate::pages::sign::transaction::{
    again_when_back, report, Failure, Transaction, TransactionLine,
};
use crate::state::chain::{use_chain, ChainState, Link, Ready};
use crate::state::home::Home;
use crate::state::keep::Keep;
use crate::text::{command, en, receipts as text};
use crate::wallet::dev;
use countersign_client::kept::{self, Kept, Standing};
use countersign_client::{ChainError, Expected};
use countersign_shared::chain::Moment;
use countersign_shared::files::AnchorProof;
use countersign_shared::id::SealedId;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// An extrinsic lives for 256 blocks from a block that is finalised by then; more, for the time until it is built.
const LIFETIME: u32 = 256 + 64;

/// The receipts that wait, and the way to anchor all of them.
#[component]
pub fn Queue(keep: Keep) -> impl IntoView {
    let chain = use_chain();
    let waiting = move || -> Vec<Kept> {
        let mut all = keep.all();
        all.retain(|kept| waits(kept, chain));
        all.truncate(kept::MAX_BATCH);
        all
    };
    let payer = RwSignal::new(dev::ACCOUNTS[0].to_owned());
    let state = RwSignal::new(Transaction::Idle);
    let count = Memo::new(move |_| waiting().len());
    let idle = move || state.with(|state| *state == Transaction::Idle);
    let go = move || start(keep, state, payer, untrack(waiting));
    again_when_back(chain, state, go);
    view! {
        <Show when=move || { count.get() > 0 || !idle() }>
            <section class="stack queue" aria-label=text::QUEUE data-testid="queue" data-count=move || count.get().to_string()>
                <h2>{text::QUEUE}</h2>
                <Show when=move || { count.get() > 0 }>
                    <p>{move || text::waiting(count.get())} " " {text::QUEUE_NOTE}</p>
                    <p class="actions">
                        <label for="queue-payer">{text::PAYER}</label>
                        <AccountSelect id="queue-payer" account=payer on_choice=|| ()/>
                        <button
                            type="button"
                            class="button button-primary"
                            disabled=move || state.with(Transaction::is_busy)
                            on:click=move |_| go()
                        >
                            {move || if count.get() == 1 { text::ANCHOR.get() } else { text::ALL.get() }}
                        </button>
                    </p>
                </Show>
                <TransactionLine id="queue-state" state done=text::anchored/>
            </section>
        </Show>
    }
}

/// Whether an anchor on this chain is what it waits for.
fn waits(kept: &Kept, chain: ChainState) -> bool {
    let open = matches!(
        kept.standing(clock::seconds()),
        Standing::Waiting | Standing::Sent { .. }
    );
    open && chain.link.with(|link| Home::of(kept, link)) == Home::Here
}

/// Anchors one kept receipt.
#[component]
pub fn AnchorOne(keep: Keep, sealed: SealedId) -> impl IntoView {
    let payer = RwSignal::new(dev::ACCOUNTS[0].to_owned());
    let state = RwSignal::new(Transaction::Idle);
    let chain = use_chain();
    let open = Memo::new(move |_| keep.of(sealed).is_some_and(|kept| waits(&kept, chain)));
    let go = move || {
        if let Some(kept) = untrack(|| keep.of(sealed)) {
            start(keep, state, payer, vec![kept]);
        }
    };
    again_when_back(chain, state, go);
    let line = Signal::derive(move || {
        let name = keep
            .of(sealed)
            .map(|kept| command::file_name(&kept.id().to_bytes()));
        let (rpc, development) = chain.link.with(|link| {
            let development = link
                .ready()
                .is_none_or(|ready| ready.deployment.development);
            (link.config().map(|config| config.rpc), development)
        });
        let payer = development.then(|| payer.get());
        command::receipt(
            "anchor",
            &name.unwrap_or_default(),
            payer.as_deref(),
            rpc.as_deref(),
        )
    });
    view! {
        <div class="stack-tight">
            <Show when=move || open.get()>
                <p class="actions">
                    <label for="payer">{text::PAYER}</label>
                    <AccountSelect id="payer" account=payer on_choice=|| ()/>
                    <button type="button" class="button" disabled=move || state.with(Transaction::is_busy) on:click=move |_| go()>
                        {text::ANCHOR}
                    </button>
                </p>
                <CommandLine line id="anchor-command"/>
            </Show>
            <TransactionLine id="anchor-state" state done=text::anchored/>
        </div>
    }
}

fn start(keep: Keep, state: RwSignal<Transaction>, payer: RwSignal<String>, receipts: Vec<Kept>) {
    let chain = use_context::<ChainState>();
    let Some(chain) = chain.filter(|_| !state.with_untracked(Transaction::is_busy)) else {
        return;
    };
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
    let payer = payer.get_untracked();
    spawn_local(async move {
        let next = match send(&ready, chain, keep, &payer, receipts, state).await {
            Ok(at) => Transaction::Finalised(at),
            Err(Unsent::Failure(failure)) => Transaction::after(&failure),
            Err(Unsent::Words(words)) => Transaction::Failed(words.into()),
        };
        let waits = matches!(next, Transaction::Waiting(_));
        let _ = state.try_set(next);
        if waits {
            chain.look().await;
        }
    });
}

enum Unsent {
    Failure(Failure),
    Words(String),
}

impl From<ChainError> for Unsent {
    fn from(error: ChainError) -> Self {
        Self::Failure(Failure::Chain(error))
    }
}

async fn send(
    ready: &Ready,
    chain: ChainState,
    keep: Keep,
    payer: &str,
    receipts: Vec<Kept>,
    state: RwSignal<Transaction>,
) -> Result<Moment, Unsent> {
    let key = dev::key(payer).map_err(|error| Unsent::Failure(Failure::Wallet(error)))?;
    let deployed = ready
        .deployed()
        .await
        .map_err(|gap| Unsent::Failure(Failure::Gap(gap)))?;
    let entry = &ready.deployment;
    // Only what holds, and only what this contract is for.
    let fitting: Vec<(Kept, _)> = receipts
        .into_iter()
        .filter_map(|kept| {
            let receipt = kept.verified().ok()?;
            kept.is_for(entry).then_some((kept, receipt))
        })
        .collect();
    let until = ready
        .chain
        .finalised()
        .await?
        .number
        .saturating_add(LIFETIME);
    let report = report(state);
    let noted: Vec<(SealedId, Option<AnchorProof>)>;
    let outcome = match fitting.as_slice() {
        [] => return Err(Unsent::Words(text::NONE_LEFT.to_string())),
        [(_, only)] => {
            noted = vec![(only.sealed(), None)];
            note(keep, &noted, until).await?;
            deployed.anchor(&key, only, report).await
        }
        several => {
            let all: Vec<&Kept> = several.iter().map(|(kept, _)| kept).collect();
            let Some((batch, proofs)) = kept::batch(&all) else {
                return Err(Unsent::Words(text::NONE_LEFT.to_string()));
            };
            noted = proofs
                .into_iter()
                .map(|(sealed, proof)| (sealed, Some(proof)))
                .collect();
            note(keep, &noted, until).await?;
            deployed.anchor_batch(&key, batch, report).await
        }
    };
    match outcome {
        Ok(at) => {
            // The answer was given when the message was tried: what counts is what a finalised block says now.
            keep.look(chain).await;
            let anchored = noted.iter().all(|(sealed, _)| {
                untrack(|| keep.of(*sealed))
                    .is_some_and(|kept| kept.seen.is_some_and(|seen| seen.anchored.is_some()))
            });
            let expected = Expected::Anchor;
            let first = untrack(|| keep.of(noted.first()?.0)?.seen?.anchored);
            match first.filter(|_| anchored) {
                Some(seen) if noted.len() > 1 => Ok(seen.max(at)),
                Some(seen) => Ok(seen),
                None => Err(ChainError::NoEffect { expected }.into()),
            }
        }
        Err(error) => {
            let uncertain = matches!(
                error,
                ChainError::Rpc(_) | ChainError::NotSeen { .. } | ChainError::NoEffect { .. }
            );
            if !uncertain {
                keep.not_sent(&noted).await;
            }
            Err(error.into())
        }
    }
}

async fn note(
    keep: Keep,
    receipts: &[(SealedId, Option<AnchorProof>)],
    until: u32,
) -> Result<(), Unsent> {
    keep.about_to_send(receipts, until).await.map_err(|error| {
        Unsent::Words(format!(
            "{}. {}",
            text::NOT_STORED,
            en::sentence(&error.to_string())
        ))
    })
}
