//! Models.

use crate::components::page_head::PageHead;
use crate::text::en;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Models() -> impl IntoView {
    view! { <PageHead title=en::MODELS_TITLE/> }
}
