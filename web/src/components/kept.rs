//! The models that run without the chain, for when it cannot be reached.

use super::id::Id;
use crate::app::Page;
use crate::state::kept;
use crate::text::{en, storage as text};
use countersign_client::messages;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// The list; nothing where none is kept.
#[component]
pub fn KeptModels() -> impl IntoView {
    let found = RwSignal::new(Vec::new());
    spawn_local(async move {
        // Without storage there is no list to show, and the page says already that the chain is away.
        let models = kept::all().await.unwrap_or_default();
        let _ = found.try_set(models);
    });
    let list = move || {
        let whole = found.get().into_iter().filter(|kept| kept.whole);
        whole
            .map(|kept| {
                let manifest = kept.model.manifest;
                view! {
                    <li class="kept-row" data-model=kept.model.id.to_string()>
                        <span class="kept-name">{en::model_name(&manifest.name, &manifest.version)}</span>
                        <span class="kept-by">
                            <span class="quiet">{en::BY}</span>
                            " "
                            <Id what=en::WHAT_PUBLISHER value=messages::account(&kept.model.publisher)/>
                        </span>
                        <span class="kept-size">{en::size(kept.here)}</span>
                        <A href=Page::Run(kept.model.id.to_string()).path() attr:class="button button-primary">
                            {en::run_model(&manifest.name)}
                        </A>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || found.with(|found| found.iter().any(|kept| kept.whole))>
            <section class="stack" aria-labelledby="kept-here">
                <h2 id="kept-here">{text::KEPT_HERE}</h2>
                <p>{text::KEPT_HERE_WHY}</p>
                <ul class="kept">{list}</ul>
            </section>
        </Show>
    }
}
