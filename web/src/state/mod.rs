//! What outlives a page: where one is, the chain, the worker, the run that can be signed.

pub mod chain;
pub mod navigation;

use leptos::prelude::provide_context;

/// Puts all state into the context of the app.
pub fn provide() {
    provide_context(navigation::Navigation::default());
    chain::provide();
}
