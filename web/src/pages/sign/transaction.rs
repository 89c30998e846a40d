//! Where a transaction is on its way, in words that do not say more than is known.

use crate::components::notice::Notice;
use crate::components::shape::{Mark, Shape};
use crate::state::chain::{ChainState, Link};
use crate::text::words::Words;
use crate::text::{en, sign as text, stake};
use countersign_client::deployed::ChainGap;
use countersign_client::submit::Progress;
use countersign_client::ChainError;
use countersign_shared::chain::Moment;
use countersign_shared::receipt::Reason;
use leptos::prelude::*;

/// The states of a transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Transaction {
    /// Not asked for.
    Idle,
    /// The node is away; it goes as soon as the node is back.
    Waiting(Words),
    /// The model's program is compiled again, before a bond is staked on it.
    Recompiling,
    /// Executed without being sent, to see whether it would succeed.
    Trying,
    /// Waiting for the signer.
    Signing,
    /// The node took it.
    Submitted,
    /// In a block that is not final.
    InBlock(u32),
    /// In a finalised block, and read back from it.
    Finalised(Moment),
    /// It was sent, and nobody can say yet what became of it.
    Unknown(Words),
    /// It did not happen.
    Failed(Words),
}

/// What an attempt ends with when it does not succeed.
pub enum Failure {
    /// The chain may not be believed, or cannot be reached.
    Gap(ChainGap),
    /// The chain refused, or cannot be reached.
    Chain(ChainError),
    /// The receipt itself does not hold.
    Receipt(Reason),
    /// Nothing can be staked on the model, and why.
    Model(Words),
    /// The signer did not sign.
    Wallet(crate::wallet::WalletError),
}

impl Transaction {
    /// A stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Waiting(_) => "waiting",
            Self::Recompiling => "recompiling",
            Self::Trying => "trying",
            Self::Signing => "signing",
            Self::Submitted => "submitted",
            Self::InBlock(_) => "in-block",
            Self::Finalised(_) => "finalised",
            Self::Unknown(_) => "unknown",
            Self::Failed(_) => "failed",
        }
    }

    /// Whether something is going on.
    pub const fn is_busy(&self) -> bool {
        matches!(
            self,
            Self::Recompiling | Self::Trying | Self::Signing | Self::Submitted | Self::InBlock(_)
        )
    }

    /// The state for a step of the client.
    pub const fn of(progress: Progress) -> Self {
        match progress {
            Progress::Signing => Self::Signing,
            Progress::Broadcast { .. } => Self::Submitted,
            // The client still reads the effect back from the finalised block.
            Progress::InBlock(block) | Progress::Finalised(block) => Self::InBlock(block.number),
        }
    }

    /// The state after a failure of what is not sent again by itself: unknown once the node had taken it.
    pub fn once(&self, failure: &Failure) -> Self {
        match Self::after(failure) {
            Self::Waiting(reason) if matches!(self, Self::Submitted | Self::InBlock(_)) => {
                Self::Unknown(reason)
            }
            Self::Waiting(reason) => Self::Failed(reason),
            other => other,
        }
    }

    /// The state after a failure. Everything sent here is idempotent, so what failed for want of a node may go again.
    pub fn after(failure: &Failure) -> Self {
        match failure {
            Failure::Chain(ChainError::Rpc(error))
            | Failure::Gap(ChainGap::Failed(ChainError::Rpc(error))) => {
                Self::Waiting(Words::said(error).sentence())
            }
            Failure::Chain(error @ (ChainError::NotSeen { .. } | ChainError::NoEffect { .. })) => {
                Self::Unknown(Words::said(error).sentence())
            }
            Failure::Chain(error) => Self::Failed(Words::said(error).sentence()),
            Failure::Gap(gap) => Self::Failed(Words::said(gap).sentence()),
            Failure::Receipt(reason) => Self::Failed(Words::said(reason).sentence()),
            Failure::Model(why) => Self::Failed(why.clone()),
            Failure::Wallet(error) => Self::Failed(error.to_string().into()),
        }
    }
}

/// Sets the state to each step that the client tells of.
pub fn report(state: RwSignal<Transaction>) -> impl FnMut(Progress) {
    move |progress| {
        let _ = state.try_set(Transaction::of(progress));
    }
}

/// Goes again at the node's next answer, while the state is *waiting*.
pub fn again_when_back(chain: ChainState, state: RwSignal<Transaction>, go: impl Fn() + 'static) {
    Effect::new(move |_| {
        chain.answered.track();
        let back = chain.link.with(|link| matches!(link, Link::Ready(_)));
        if back && state.with_untracked(|state| matches!(state, Transaction::Waiting(_))) {
            go();
        }
    });
}

/// The state in one line that keeps its place.
#[component]
pub fn TransactionLine(
    /// For tests: `anchor-state`, `revoke-state`.
    id: &'static str,
    #[prop(into)] state: Signal<Transaction>,
    /// What stands there when it is done.
    done: fn(&str) -> String,
) -> impl IntoView {
    let mark = Signal::derive(move || match state.get() {
        Transaction::Idle => Mark::Absent,
        Transaction::Finalised(_) => Mark::Valid,
        Transaction::Failed(_) => Mark::Invalid,
        Transaction::Waiting(_) | Transaction::Unknown(_) => Mark::Unknown,
        _ => Mark::Checking,
    });
    let words = move || match state.get() {
        Transaction::Idle => String::new(),
        Transaction::Waiting(_) => text::TX_WAITING.to_string(),
        Transaction::Recompiling => stake::RECOMPILING.to_string(),
        Transaction::Trying => text::TX_TRYING.to_string(),
        Transaction::Signing => text::TX_SIGNING.to_string(),
        Transaction::Submitted => text::TX_SUBMITTED.to_string(),
        Transaction::InBlock(block) => text::in_block(block),
        Transaction::Finalised(at) => done(&en::moment(&at)),
        Transaction::Unknown(_) => text::TX_UNKNOWN.to_string(),
        Transaction::Failed(_) => text::TX_FAILED.to_string(),
    };
    let reason = move || match state.get() {
        Transaction::Waiting(reason)
        | Transaction::Unknown(reason)
        | Transaction::Failed(reason) => Some(reason),
        _ => None,
    };
    view! {
        <div data-testid=id data-state=move || state.get().name()>
            <p class="tx-line" role="status">
                <Show when=move || state.get() != Transaction::Idle>
                    <Shape mark/>
                </Show>
                <span>{words}</span>
            </p>
            {move || {
                let failed = matches!(state.get(), Transaction::Failed(_));
                reason()
                    .map(|why| {
                        if failed {
                            view! { <Notice mark=Mark::Invalid head=text::TX_FAILED text=why/> }.into_any()
                        } else {
                            view! { <p class="small quiet">{why.view()}</p> }.into_any()
                        }
                    })
            }}
        </div>
    }
}
