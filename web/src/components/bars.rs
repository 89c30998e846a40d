//! Labelled horizontal bars; the table is the chart, so a screen reader reads the same numbers.

use leptos::prelude::*;

/// A bar from 0 to 1.
#[component]
pub fn Bar(
    /// The filled part.
    #[prop(into)]
    part: Signal<f64>,
    /// Whether this is the one that the eye should find.
    #[prop(optional)]
    second: bool,
) -> impl IntoView {
    let width = move || format!("{:.2}%", part.get().clamp(0.0, 1.0) * 100.0);
    view! {
        <svg class="bar" aria-hidden="true" focusable="false">
            <rect class="bar-rest" width="100%" height="100%" rx="2"/>
            <rect class=if second { "bar-second" } else { "bar-done" } width=width height="100%" rx="2"/>
        </svg>
    }
}
