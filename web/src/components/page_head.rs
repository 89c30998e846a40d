//! A page's heading: names the tab and takes the focus after a navigation, so that a screen reader says where one is.

use crate::state::navigation::Navigation;
use crate::text::en;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The one `h1` of a page.
#[component]
pub fn PageHead(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// One sentence below it.
    #[prop(into, optional)]
    lead: Option<String>,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    let navigation = expect_navigation();
    Effect::new(move |_| document().set_title(&en::tab_title(&title.get())));
    Effect::new(move |_| {
        if let Some(h1) = heading.get() {
            if navigation.is_later_page() {
                // A heading that has left the document again cannot take the focus: nothing to do then.
                let _ = h1.focus();
            }
        }
    });
    view! {
        <div class="no-print">
            <h1 tabindex="-1" node_ref=heading>{move || title.get()}</h1>
            {lead.map(|text| view! { <p class="lead">{text}</p> })}
        </div>
    }
}

/// Puts the focus on the page's heading, when what the page is about has changed under it.
pub fn focus_heading() {
    let heading = document().query_selector("h1").ok().flatten();
    if let Some(heading) =
        heading.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = heading.focus();
    }
}

/// The navigation state that `state::provide` put into the context.
fn expect_navigation() -> Navigation {
    use_context::<Navigation>().unwrap_or_default()
}
