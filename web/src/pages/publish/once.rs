//! A transaction that goes once: after a failure nothing goes again by itself, the user presses again.

use crate::pages::sign::transaction::{Failure, Transaction};
use crate::state::chain::{ChainState, Ready};
use crate::text::language::Text;
use crate::text::sign;
use countersign_shared::chain::Moment;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::rc::Rc;

/// The chain, if a transaction may begin, and then the state says so. Else it says why not: `no_payer` where it would
/// cost a fee.
pub fn begin(chain: ChainState, state: RwSignal<Transaction>, no_payer: Text) -> Option<Rc<Ready>> {
    if state.with_untracked(Transaction::is_busy) {
        return None;
    }
    let Some(ready) = chain.link.get_untracked().ready() else {
        state.set(Transaction::Failed(sign::NO_CHAIN_YET.into()));
        return None;
    };
    if !ready.deployment.development {
        state.set(Transaction::Failed(no_payer.into()));
        return None;
    }
    state.set(Transaction::Trying);
    Some(ready)
}

/// Follows what was sent to its end.
pub fn follow(
    state: RwSignal<Transaction>,
    sent: impl Future<Output = Result<Moment, Failure>> + 'static,
) {
    spawn_local(async move {
        let next = match sent.await {
            Ok(at) => Transaction::Finalised(at),
            Err(failure) => failed(state, &failure),
        };
        let _ = state.try_set(next);
    });
}

/// The state after a failure.
pub fn failed(state: RwSignal<Transaction>, failure: &Failure) -> Transaction {
    let before = state.try_get_untracked().unwrap_or(Transaction::Idle);
    before.once(failure)
}
