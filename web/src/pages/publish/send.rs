//! From the manifest to the registry: tried first, sent, read back from a finalised block.

use super::cost::CostLine;
use super::draft::{KNOWN, MODEL};
use super::once;
use crate::app::Page;
use crate::browser::error::BrowserError;
use crate::components::id::Id;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::pages::explore::place::Place;
use crate::pages::sign::signer::AccountSelect;
use crate::pages::sign::transaction::{report, Failure, Transaction, TransactionLine};
use crate::state::chain::{use_chain, ChainState, Link, Ready};
use crate::state::kept;
use crate::text::{en, publish as text, sign};
use crate::wallet::dev;
use countersign_client::deployed::Model;
use countersign_shared::id::{ExactRoot, ModelId};
use countersign_shared::manifest::Manifest;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use web_sys::Blob;

/// What is to be published, complete.
#[derive(Clone)]
pub struct Ripe {
    /// The manifest's bytes.
    pub manifest: Vec<u8>,
    /// The model this one replaces.
    pub before: Option<ModelId>,
    /// The ONNX file.
    pub model: Blob,
    /// The known answer.
    pub known: Blob,
}

/// What came of it: of the model that was sent, whatever the fields say by now.
#[derive(Clone)]
struct Done {
    id: ModelId,
    name: String,
    trouble: Option<BrowserError>,
}

/// Who pays, the button, the state of the transaction, and what came of it.
#[component]
pub fn Send(
    ripe: Signal<Option<Ripe>, LocalStorage>,
    /// Called when it is pressed and something is missing or wrong.
    #[prop(into)]
    on_refused: Callback<()>,
) -> impl IntoView {
    let payer = RwSignal::new(dev::ACCOUNTS[0].to_owned());
    let state = RwSignal::new(Transaction::Idle);
    let done = RwSignal::new(None::<Done>);
    let chain = use_chain();
    let go = move |_| match ripe.get_untracked() {
        Some(ripe) => start(chain, state, done, payer.get_untracked(), ripe),
        None => on_refused.run(()),
    };
    // What is changed after the end is another model.
    Effect::new(move |_| {
        ripe.track();
        if !state.with_untracked(Transaction::is_busy) {
            state.set(Transaction::Idle);
            done.set(None);
        }
    });
    let blocked =
        move || state.with(|state| state.is_busy() || matches!(state, Transaction::Finalised(_)));
    view! {
        <p class="quiet small">{text::PUBLISH_NOTE}</p>
        <p class="actions">
            <label for="publisher">{sign::PAYER}</label>
            <AccountSelect id="publisher" account=payer on_choice=|| ()/>
            <button type="button" class="button button-primary" disabled=blocked on:click=go>{text::PUBLISH}</button>
        </p>
        <CostLine ripe payer/>
        <TransactionLine id="publish-state" state done=text::published/>
        {move || {
            done.get()
                .map(|Done { id, name, trouble }| {
                    let id = id.to_string();
                    view! {
                        <div class="stack-tight" data-testid="published">
                            <p><strong>{name}</strong></p>
                            <p><Id what=text::WHAT_MODEL value=id.clone()/></p>
                            {match trouble {
                                None => view! { <p class="quiet">{text::KEPT}</p> }.into_any(),
                                Some(error) => {
                                    view! { <Notice mark=Mark::Unknown head=text::NOT_KEPT text=error.to_string()/> }.into_any()
                                }
                            }}
                            <p class="actions">
                                <A href=Page::Run(id.clone()).path() attr:class="button">{text::RUN_IT}</A>
                                <A href=Page::Explore(Place::Model(id)).path()>{text::SEE_IT}</A>
                            </p>
                        </div>
                    }
                })
        }}
    }
}

fn start(
    chain: ChainState,
    state: RwSignal<Transaction>,
    done: RwSignal<Option<Done>>,
    payer: String,
    ripe: Ripe,
) {
    if state.with_untracked(Transaction::is_busy) {
        return;
    }
    let ready = match chain.link.get_untracked() {
        Link::Ready(ready) => ready,
        Link::Down(outage) => return state.set(Transaction::Failed(outage.reason.words())),
        Link::Connecting | Link::Unlisted(_) => {
            return state.set(Transaction::Failed(sign::NO_CHAIN_YET.into()))
        }
    };
    if !ready.deployment.development {
        return state.set(Transaction::Failed(text::NO_PAYER.into()));
    }
    state.set(Transaction::Trying);
    spawn_local(async move {
        let next = match publish(&ready, &payer, &ripe, state).await {
            Ok(model) => {
                let trouble = keep(&model, &ripe).await.err();
                let Manifest { name, version, .. } = &model.manifest;
                let _ = done.try_set(Some(Done {
                    id: model.id,
                    name: en::model_name(name, version),
                    trouble,
                }));
                match &model.record {
                    Some(record) => Transaction::Finalised(record.registered),
                    None => Transaction::Idle,
                }
            }
            Err(failure) => once::failed(state, &failure),
        };
        let _ = state.try_set(next);
    });
}

async fn publish(
    ready: &Ready,
    payer: &str,
    ripe: &Ripe,
    state: RwSignal<Transaction>,
) -> Result<Model, Failure> {
    let key = dev::key(payer).map_err(Failure::Wallet)?;
    let deployed = ready.deployed().await.map_err(Failure::Gap)?;
    let report = report(state);
    let published =
        deployed.publish_once(&key, &ripe.manifest, ExactRoot::ZERO, ripe.before, report);
    let (model, _) = published.await.map_err(Failure::Chain)?;
    Ok(model)
}

/// This browser is the first to hold the files.
async fn keep(model: &Model, ripe: &Ripe) -> Result<(), BrowserError> {
    for file in &model.manifest.files {
        match file.path.as_str() {
            MODEL => kept::keep_file(file.sha256, &ripe.model).await?,
            KNOWN => kept::keep_file(file.sha256, &ripe.known).await?,
            _ => {}
        }
    }
    kept::keep_model(model).await
}
