//! The slip: a narrow sheet with rows, dashed lines where parts can be torn off, and a stamp.

use super::shape::{Mark, Stamp};
use crate::text::en;
use leptos::prelude::*;

/// The sheet.
#[component]
pub fn Slip(
    /// What kind of paper this is: a run, a receipt, a verification. Also its accessible name.
    #[prop(into)]
    kind: &'static str,
    /// Its title line.
    #[prop(into)]
    title: Signal<String>,
    /// The stamp, when there is a verdict to stamp.
    #[prop(into, optional)]
    stamp: Option<Signal<Option<(Mark, String)>>>,
    /// For tests and links.
    #[prop(optional)]
    id: &'static str,
    children: Children,
) -> impl IntoView {
    let stamped = move || {
        stamp.and_then(|s| s.get()).map(|(mark, word)| {
            view! { <Stamp mark word=Signal::stored(word)/> }
        })
    };
    view! {
        <section class="slip-shadow" aria-label=kind data-testid=(!id.is_empty()).then_some(id)>
            <div class="slip">
                <div class="slip-head">
                    <div>
                        <p class="slip-kind">{en::PRODUCT} " · " {kind}</p>
                        <p class="slip-title">{move || title.get()}</p>
                    </div>
                    {stamped}
                </div>
                {children()}
            </div>
        </section>
    }
}

/// A list of rows.
#[component]
pub fn Rows(children: Children) -> impl IntoView {
    view! { <dl class="rows">{children()}</dl> }
}

/// One row: a name and what stands there.
#[component]
pub fn Row(
    /// The name.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="row">
            <dt>{label}</dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// What stands in a row before its value is known; it takes the value's place.
#[component]
pub fn Pending() -> impl IntoView {
    view! { <span class="pending">{en::NOT_YET}</span> }
}

/// The line along which parts are torn off.
#[component]
pub fn Tear() -> impl IntoView {
    view! { <hr class="tear"/> }
}
