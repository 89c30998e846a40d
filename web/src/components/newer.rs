//! A newer release waits. It is offered, never forced, and not while a run or a signature is under way.

use crate::state::release::use_release;
use crate::text::storage as text;
use leptos::prelude::*;

/// The line, while there is something to offer.
#[component]
pub fn Newer() -> impl IntoView {
    let release = use_release();
    view! {
        <div role="status" class="no-print" data-testid="newer">
            <Show when=move || release.offered()>
                <div class="newer">
                    <p>
                        <strong>{text::NEWER}</strong>
                        ". "
                        {text::NEWER_WHY}
                    </p>
                    <button type="button" class="button" on:click=move |_| release.reload()>{text::NEWER_GO}</button>
                </div>
            </Show>
        </div>
    }
}
