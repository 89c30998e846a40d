//! No such page.

use crate::app::Page;
use crate::components::page_head::PageHead;
use crate::text::en;
use leptos::prelude::*;
use leptos_router::components::A;

/// Says so, and where to go.
#[component]
pub fn Missing() -> impl IntoView {
    view! {
        <div class="stack">
            <PageHead title=en::MISSING_TITLE lead=en::MISSING_TEXT/>
            <p>
                <A href=Page::Models.path()>{en::MISSING_HOME}</A>
            </p>
        </div>
    }
}
