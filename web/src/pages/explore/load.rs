//! Reading from the chain with every state that this can have.

use crate::components::again::Again;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::chain::{use_chain, Link, Ready};
use crate::text::words::Words;
use crate::text::{en, explore as text};
use core::future::Future;
use countersign_client::deployed::{ChainGap, Deployed};
use countersign_client::rpc::Block;
use countersign_client::transport::web::Fetch;
use countersign_client::{Chain, ChainError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

#[derive(Clone)]
enum Loaded<T> {
    Reading,
    Found(T, u32),
    Failed(Words),
}

/// The deployment and the finalised block at which everything of one page is read.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The contracts, their code compared with the list.
    pub deployed: Deployed<'a, Fetch>,
    /// The block.
    pub block: Block,
}

impl<'a> At<'a> {
    /// The contracts and the newest finalised block now.
    pub async fn now(ready: &'a Ready) -> Result<Self, ChainGap> {
        let deployed = ready.deployed().await?;
        let block = ready.chain.finalised().await.map_err(ChainGap::Failed)?;
        Ok(Self { deployed, block })
    }

    /// The chain.
    pub fn chain(&self) -> &'a Chain<Fetch> {
        self.deployed.chain()
    }
}

/// Reads once the chain is there and shows what was read; `rows` is how many lines the place will take.
pub fn load<T, F>(
    rows: usize,
    read: impl Fn(Rc<Ready>) -> F + Copy + Send + 'static,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> impl IntoView
where
    T: Clone + 'static,
    F: Future<Output = Result<(T, Block), ChainGap>> + 'static,
{
    let chain = use_chain();
    let loaded = RwSignal::new_local(Loaded::Reading);
    let start = move || {
        let Some(ready) = chain.link.get().ready() else {
            return;
        };
        // A chain that comes back does not take away what was read.
        if matches!(&*loaded.read_untracked(), Loaded::Found(..)) {
            return;
        }
        loaded.set(Loaded::Reading);
        spawn_local(async move {
            let next = match read(ready).await {
                Ok((found, at)) => Loaded::Found(found, at.number),
                Err(gap) => Loaded::Failed(Words::said(&gap).sentence()),
            };
            // The page may have been left meanwhile.
            let _ = loaded.try_set(next);
        });
    };
    Effect::new(move |_| start());
    move || match (loaded.get(), chain.link.get()) {
        (Loaded::Found(found, at), _) => view! {
            {show(found)}
            <p class="quiet small explore-at">{text::read_at(at)}</p>
        }
        .into_any(),
        (_, Link::Down(outage)) => {
            let why = outage.reason.words().sentence().then(text::DOWN_WHY);
            view! {
                <Notice mark=Mark::Invalid head=en::CHAIN_DOWN text=why>
                    <Again on_press=move || chain.connect()/>
                </Notice>
            }
            .into_any()
        }
        (_, Link::Unlisted(_)) => view! {
            <Notice mark=Mark::Unknown head=en::CHAIN_UNLISTED text=en::MODELS_UNLISTED>
                <Again on_press=move || chain.connect()/>
            </Notice>
        }
        .into_any(),
        (Loaded::Failed(why), _) => view! {
            <Notice mark=Mark::Invalid head=text::FAILED text=why>
                <Again on_press=start/>
            </Notice>
        }
        .into_any(),
        (Loaded::Reading, _) => ghosts(rows).into_any(),
    }
}

/// Lines of the final size.
fn ghosts(rows: usize) -> impl IntoView {
    view! {
        <p class="sr-only" role="status">{text::READING}</p>
        <div class="explore-ghosts" aria-hidden="true">
            {(0..rows).map(|_| view! { <span class="ghost"></span> }).collect_view()}
        </div>
    }
}

/// An error of the chain as a gap.
pub fn gap(error: ChainError) -> ChainGap {
    ChainGap::Failed(error)
}
