//! The Countersign app: a single page, rendered in the browser, without a server of its own.
//!
//! `app` holds the route table, `pages` one module a task, `components` what several pages share (the slip
//! above all), `state` what outlives a page, `wallet` the signers, `text` every word that is shown.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod app;
mod browser;
mod components;
mod pages;
mod state;
mod text;
mod wallet;

fn main() {
    console_error_panic_hook::set_once();
    text::language::settle();
    leptos::mount::mount_to_body(app::App);
}
