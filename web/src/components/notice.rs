//! A message about something that went wrong: what, why, and what to do now.

use super::shape::{Mark, Shape};
use crate::text::words::Words;
use leptos::prelude::*;

/// The message; `children` are the ways out (a button, a link).
#[component]
pub fn Notice(
    /// Its colour and shape.
    mark: Mark,
    /// What happened.
    #[prop(into)]
    head: String,
    /// Why, and what to do.
    #[prop(into)]
    text: Words,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let class = match mark {
        Mark::Invalid => "notice notice-invalid",
        _ => "notice",
    };
    let role = if matches!(mark, Mark::Invalid | Mark::Unknown) {
        "alert"
    } else {
        "status"
    };
    view! {
        <div class=class role=role>
            <p class="notice-head">
                <Shape mark/>
                <span>{head}</span>
            </p>
            <p>{text.view()}</p>
            {children.map(|ways| view! { <div class="actions">{ways()}</div> })}
        </div>
    }
}
