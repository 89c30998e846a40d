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
use countersign_shared::id::AccountId;
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

    /// The disputes contract of the deployment, if it lists one; its code must be the released one.
    pub async fn disputes(&self) -> Result<Option<AccountId>, ChainGap> {
        let Some(contract) = self.deployed.entry().disputes else {
            return Ok(None);
        };
        self.chain().released(contract, self.block).await?;
        Ok(Some(contract))
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
    move || match loaded.get() {
        Loaded::Found(found, at) => view! {
            {show(found)}
            <p class="quiet small explore-at">{text::read_at(at)}</p>
        }
        .into_any(),
        Loaded::Failed(why) => nothing(rows, Some(why), start),
        Loaded::Reading => nothing(rows, None, start),
    }
}

/// As [`load`], and reads again at every new finalised block while the page is visible, and when `again` changes. What is
/// shown is built once and changes in place; `news` says what happened, for a live region.
pub fn live<T, F>(
    rows: usize,
    again: RwSignal<u32>,
    read: impl Fn(Rc<Ready>) -> F + Copy + Send + 'static,
    news: impl Fn(&T, &T) -> Option<String> + Copy + Send + 'static,
    show: impl Fn(RwSignal<Option<T>>) -> AnyView + Send + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<(T, Block), ChainGap>> + 'static,
{
    let chain = use_chain();
    let value = RwSignal::new(None::<T>);
    let at = RwSignal::new(0_u32);
    let failed = RwSignal::new_local(None::<Words>);
    let said = RwSignal::new(String::new());
    // One read at a time; what is asked for meanwhile comes next.
    let (reading, late) = (StoredValue::new(false), StoredValue::new(false));
    Effect::new(move |_| {
        again.track();
        chain.block.track();
        let Some(ready) = chain.link.get().ready() else {
            return;
        };
        if reading.get_value() {
            late.set_value(true);
            return;
        }
        reading.set_value(true);
        spawn_local(async move {
            let outcome = read(ready).await;
            // The page may have been left meanwhile.
            let Some(before) = value.try_get_untracked() else {
                return;
            };
            match outcome {
                Ok((found, block)) => {
                    if before.as_ref() != Some(&found) {
                        let words = before.as_ref().and_then(|before| news(before, &found));
                        if let Some(words) = words {
                            said.set(words);
                        }
                        value.set(Some(found));
                    }
                    at.set(block.number);
                    failed.set(None);
                }
                // What was read stays; the header says that the node is away, and the next block is read again.
                Err(_) if before.is_some() => {}
                Err(gap) => failed.set(Some(Words::said(&gap).sentence())),
            }
            reading.set_value(false);
            if late.get_value() {
                late.set_value(false);
                again.update(|again| *again = again.wrapping_add(1));
            }
        });
    });
    let found = Memo::new(move |_| value.with(Option::is_some));
    let retry = move || again.update(|again| *again = again.wrapping_add(1));
    view! {
        <p class="sr-only" role="status" data-testid="explore-news">{move || said.get()}</p>
        {move || {
            if found.get() {
                view! {
                    {show(value)}
                    <p class="quiet small explore-at">{move || text::read_at(at.get())}</p>
                }
                    .into_any()
            } else {
                nothing(rows, failed.get(), retry)
            }
        }}
    }
}

/// What stands there before anything was read: why not, or lines of the final size.
fn nothing(rows: usize, failed: Option<Words>, retry: impl Fn() + Send + 'static) -> AnyView {
    let chain = use_chain();
    match (chain.link.get(), failed) {
        (Link::Down(outage), _) => {
            let why = outage.reason.words().sentence().then(text::DOWN_WHY);
            view! {
                <Notice mark=Mark::Invalid head=en::CHAIN_DOWN text=why>
                    <Again on_press=move || chain.connect()/>
                </Notice>
            }
            .into_any()
        }
        (Link::Unlisted(_), _) => view! {
            <Notice mark=Mark::Unknown head=en::CHAIN_UNLISTED text=en::MODELS_UNLISTED>
                <Again on_press=move || chain.connect()/>
            </Notice>
        }
        .into_any(),
        (_, Some(why)) => view! {
            <Notice mark=Mark::Invalid head=text::FAILED text=why>
                <Again on_press=retry/>
            </Notice>
        }
        .into_any(),
        (_, None) => ghosts(rows).into_any(),
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
