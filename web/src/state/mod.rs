//! What outlives a page: where one is, the chain, the worker, the run that can be signed.

pub mod answer;
pub mod chain;
pub mod config;
pub mod draft;
pub mod feed;
pub mod files;
pub mod finished;
pub mod home;
pub mod keep;
pub mod kept;
pub mod media;
pub mod models;
pub mod navigation;
pub mod pixels;
pub mod qr;
pub mod range;
pub mod release;
pub mod replay;
pub mod sent;
pub mod signed;
pub mod sources;
pub mod stages;
pub mod worker;

use leptos::prelude::provide_context;

/// Puts all state into the context of the app.
pub fn provide() {
    provide_context(navigation::Navigation::default());
    chain::provide();
    sent::provide();
    kept::provide();
    release::provide();
    sources::provide();
    worker::provide();
    finished::provide();
    keep::provide();
    signed::provide();
    crate::wallet::discovery::provide();
}
