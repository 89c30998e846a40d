//! A line for the command line program that does what the screen just did, to copy.

use crate::browser::clipboard;
use crate::text::command as text;
use leptos::prelude::*;

/// The line with its button.
#[component]
pub fn CommandLine(
    /// The line in full, words quoted for a shell.
    #[prop(into)]
    line: Signal<String>,
    /// For tests.
    id: &'static str,
    /// What stands above it, where it needs no saved file.
    #[prop(into, default = text::LEAD.get())]
    lead: &'static str,
) -> impl IntoView {
    let said = RwSignal::new("");
    let copy = move |_| {
        let line = line.get_untracked();
        leptos::task::spawn_local(async move {
            let done = clipboard::write(&line).await.is_ok();
            let _ = said.try_set(if done {
                text::COPIED.get()
            } else {
                text::BY_HAND.get()
            });
        });
    };
    view! {
        <div class="command">
            <p class="small quiet">{lead}</p>
            <pre class="code" tabindex="0" role="group" aria-label=text::NAME data-testid=id>{move || line.get()}</pre>
            <div class="actions">
                <button type="button" class="button" on:click=copy>{text::COPY}</button>
                <p role="status" class="quiet">{move || said.get()}</p>
            </div>
        </div>
    }
}
