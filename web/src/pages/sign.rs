//! Sign.

use crate::components::page_head::PageHead;
use crate::text::en;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Sign() -> impl IntoView {
    view! { <PageHead title=en::SIGN_TITLE/> }
}
