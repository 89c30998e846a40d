//! Run.

use crate::components::page_head::PageHead;
use crate::text::en;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Run() -> impl IntoView {
    view! { <PageHead title=en::RUN_TITLE/> }
}
