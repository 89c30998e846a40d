//! Header and footer.

use super::shape::{Mark, Shape};
use crate::app::Page;
use crate::pages::explore::place::Place;
use crate::state::chain::{use_chain, Link};
use crate::text::language::{self, Language};
use crate::text::{en, explore, storage};
use leptos::prelude::*;
use leptos_router::components::A;

/// What this is, where to go, which chain is read.
#[component]
pub fn Header() -> impl IntoView {
    view! {
        <header class="top">
            <div class="top-in">
                <A href=Page::Models.path() attr:class="brand" attr:aria-label=en::HOME>
                    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
                        <path
                            class="mark-paper"
                            d="M7 3.5h18v25l-3-2.2-3 2.2-3-2.2-3 2.2-3-2.2-3 2.2z"
                            stroke-width="1.6"
                            stroke-linejoin="round"
                        />
                        <path class="mark-ink" d="M11 9.5h10M11 13.5h6" stroke-width="1.6" fill="none" stroke-linecap="round"/>
                        <path
                            class="mark-check"
                            d="M11 20.5l3 2.6 7-7.2"
                            stroke-width="2.4"
                            fill="none"
                            stroke-linecap="round"
                            stroke-linejoin="round"
                        />
                    </svg>
                    {en::PRODUCT}
                </A>
                <nav aria-label=en::NAV>
                    <ul class="nav">
                        <li><A href=Page::Models.path() exact=true>{en::NAV_MODELS}</A></li>
                        <li><A href=Page::Try.path()>{en::NAV_TRY}</A></li>
                        <li><A href=Page::Receipts.path()>{en::NAV_RECEIPTS}</A></li>
                        <li><A href=Page::Verify.path()>{en::NAV_VERIFY}</A></li>
                        <li><A href=Page::Explore(Place::Overview).path()>{explore::NAV}</A></li>
                        <li><A href=Page::About.path()>{en::NAV_ABOUT}</A></li>
                    </ul>
                </nav>
                <ChainLine/>
            </div>
        </header>
    }
}

/// Which chain this page reads, in one line.
#[component]
fn ChainLine() -> impl IntoView {
    let chain = use_chain();
    let mark = Signal::derive(move || match chain.link.get() {
        Link::Connecting => Mark::Checking,
        Link::Ready(_) => Mark::Valid,
        Link::Unlisted(_) => Mark::Unknown,
        Link::Down(_) => Mark::Invalid,
    });
    let words = move || match chain.link.get() {
        Link::Connecting => en::CHAIN_CONNECTING.to_string(),
        Link::Ready(ready) => en::chain_ready(
            &ready.deployment.name,
            ready.deployment.development,
            chain.block.get(),
        ),
        Link::Unlisted(_) => en::CHAIN_UNLISTED.to_string(),
        Link::Down(_) => en::CHAIN_DOWN.to_string(),
    };
    view! {
        <p class="chain" data-testid="chain-status">
            <Shape mark/>
            <span>{words}</span>
        </p>
    }
}

/// The quiet end of every page.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="foot">
            <div class="foot-in">
                <p>{en::FOOT_PRIVACY}</p>
                <p class="foot-links">
                    <A href=Page::Storage.path()>{storage::FOOT_LINK}</A>
                    <A href=Page::Files.path()>{storage::FILES_LINK}</A>
                    <span>{en::version(env!("CARGO_PKG_VERSION"))}</span>
                </p>
                <Languages/>
            </div>
        </footer>
    }
}

/// The choice of the language.
#[component]
fn Languages() -> impl IntoView {
    let said = RwSignal::new("");
    let button = move |choice: Language| {
        let choose = move |_| {
            if !language::choose(choice) {
                said.set(en::LANGUAGE_NOT_KEPT.get());
            }
        };
        let current = choice == language::language();
        view! {
            <button
                type="button"
                class="foot-language"
                lang=choice.tag()
                aria-pressed=current.to_string()
                aria-describedby="language-reloads"
                on:click=choose
            >
                {choice.name()}
            </button>
        }
    };
    view! {
        <div class="foot-links no-print" role="group" aria-label=en::LANGUAGE data-testid="languages">
            {Language::ALL.map(button).collect_view()}
            <span id="language-reloads">{en::LANGUAGE_RELOADS}</span>
        </div>
        <p role="status">{move || said.get()}</p>
    }
}
