//! stub
use leptos::prelude::*;
#[component]
pub fn Try() -> impl IntoView {}
