//! Pages whose code is fetched when they are first visited, so that the first visit fetches only what it shows.
//!
//! The build (`xtask/src/parts.rs`) cuts the app at each `later!`: what only the pages of one part use becomes a file of
//! its own. A new page costs one line in the route table: `view=later!(part, Page)`.

use super::again::Again;
use super::page_head::PageHead;
use crate::text::later as text;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::ChooseView;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use wasm_split_helpers::SplitLoaderError;

/// Makes a page; it can be called as soon as the page's part of the app is here.
pub type Make = fn() -> AnyView;
/// Fetches a part of the app, which the browser compiles once and keeps.
pub type Fetch = fn() -> Pin<Box<dyn Future<Output = Result<Make, SplitLoaderError>>>>;

/// A page of a part of the app that is fetched with the first visit of one of the part's pages.
#[derive(Clone)]
pub struct Later {
    fetch: Fetch,
    made: Arc<OnceLock<Make>>,
}

/// A page for the route table: the name of its part, which becomes a file's name, and its component. Pages that follow
/// one another, such as running and signing, belong into one part: what was shown once then goes on without a network.
#[macro_export]
macro_rules! later {
    ($part:ident, $page:ident) => {{
        // A part and the rest of the app import functions from each other by their names.
        #[allow(unsafe_code)]
        const FETCH: $crate::components::later::Fetch = {
            #[::wasm_split_helpers::wasm_split($part, fallible)]
            fn page(
            ) -> Result<$crate::components::later::Make, ::wasm_split_helpers::SplitLoaderError>
            {
                Ok(|| ::leptos::prelude::IntoAny::into_any($page()))
            }
            || ::std::boxed::Box::pin(page())
        };
        $crate::components::later::Later::new(FETCH)
    }};
}

impl Later {
    /// What [`later!`] calls.
    pub fn new(fetch: Fetch) -> Self {
        Self {
            fetch,
            made: Arc::default(),
        }
    }

    /// Fetches the page's part if it is not here yet; says whether it is now.
    async fn fetched(&self) -> bool {
        if self.made.get().is_none() {
            if let Ok(make) = (self.fetch)().await {
                // Whoever came first has set the same function.
                let _ = self.made.set(make);
            }
        }
        self.made.get().is_some()
    }
}

impl ChooseView for Later {
    // The router keeps the page before on show until this is done, and drops it when the user goes elsewhere.
    async fn preload(&self) {
        let _waiting = use_context::<Waiting>().map(Waiting::wait);
        self.fetched().await;
    }

    async fn choose(self) -> AnyView {
        match self.made.get() {
            Some(make) => make(),
            None => view! { <NotFetched page=self/> }.into_any(),
        }
    }
}

/// How many pages are waited for.
#[derive(Clone, Copy)]
struct Waiting(RwSignal<u32>);

/// A page is waited for, until this is dropped.
struct Wait(RwSignal<u32>);

impl Waiting {
    fn wait(self) -> Wait {
        let _ = self.0.try_update(|count| *count += 1);
        Wait(self.0)
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let _ = self.0.try_update(|count| *count = count.saturating_sub(1));
    }
}

/// Puts the count into the context: before the routes are made.
pub fn provide() {
    provide_context(Waiting(RwSignal::new(0)));
}

/// Says that a page is waited for. It lies over the page, so that nothing moves, and shows itself only after a moment.
#[component]
pub fn FetchingLine() -> impl IntoView {
    let waiting = use_context::<Waiting>();
    let waits = move || waiting.is_some_and(|Waiting(count)| count.get() > 0);
    view! {
        <p role="status" class="fetching no-print" data-testid="fetching">
            {move || waits().then(|| view! { <span>{text::FETCHING}</span> })}
        </p>
    }
}

/// In a page's place when its part of the app could not be fetched.
#[component]
fn NotFetched(page: Later) -> impl IntoView {
    let here = RwSignal::new(false);
    let waiting = use_context::<Waiting>();
    let trying = page.clone();
    let again = move || {
        let page = trying.clone();
        spawn_local(async move {
            let _waiting = waiting.map(Waiting::wait);
            let fetched = page.fetched().await;
            let _ = here.try_set(fetched);
        });
    };
    // The signal is read whether the page is here or not: what is not read is not followed.
    move || match here.get().then(|| page.made.get()).flatten() {
        Some(make) => make(),
        None => view! {
            <div class="stack" data-testid="not-fetched">
                <PageHead title=text::TITLE lead=text::WHY/>
                <p>{text::WHAT_NOW}</p>
                <div class="actions"><Again on_press=again.clone()/></div>
            </div>
        }
        .into_any(),
    }
}
