//! Verify.

use crate::components::page_head::PageHead;
use crate::text::en;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Verify() -> impl IntoView {
    view! { <PageHead title=en::VERIFY_TITLE/> }
}
