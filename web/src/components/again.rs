//! The way out of a failure that may pass.

use crate::text::en;
use leptos::prelude::*;

/// Tries again.
#[component]
pub fn Again(on_press: impl Fn() + Send + 'static) -> impl IntoView {
    view! { <button type="button" class="button" on:click=move |_| on_press()>{en::RETRY}</button> }
}
