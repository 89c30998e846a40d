//! The runs of this tab, newest first: in memory only, gone with the tab.

use crate::app::Page;
use crate::state::finished::{use_finished, use_history, Finished};
use crate::text::{en, run as text};
use leptos::prelude::*;
use leptos_router::components::A;
use std::sync::Arc;

/// The list, behind one press; nothing before the first run.
#[component]
pub fn History() -> impl IntoView {
    let history = use_history();
    let rows = move || {
        let runs = history.get().into_iter().rev();
        runs.map(|run| view! { <Line run/> }).collect_view()
    };
    view! {
        <Show when=move || history.with(|runs| !runs.is_empty())>
            <details class="more" data-testid="history">
                <summary>{text::HISTORY}</summary>
                <p>{text::HISTORY_NOTE}</p>
                <ul class="kept">{rows}</ul>
            </details>
        </Show>
    }
}

#[component]
fn Line(run: Arc<Finished>) -> impl IntoView {
    let finished = use_finished();
    let manifest = &run.model.manifest;
    let name = en::model_name(&manifest.name, &manifest.version);
    let facts = text::history_facts(&name, run.lane(), run.outcome.timings.total);
    let file = run.input_name.clone();
    let label = text::sign_run(&file);
    view! {
        <li class="kept-row">
            <span class="kept-name file-path">{file}</span>
            <span class="kept-by quiet">{facts}</span>
            <A
                href=Page::Sign.path()
                attr:class="button"
                attr:aria-label=label
                on:click=move |_| finished.set(Some(Arc::clone(&run)))
            >
                {text::SIGN_SHORT}
            </A>
        </li>
    }
}
