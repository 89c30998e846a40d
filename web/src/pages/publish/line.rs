//! A field with its label, and below it what is wrong with it.

use super::draft::Words;
use super::fields::Field;
use crate::text::publish as text;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The field.
#[component]
pub fn Line(
    field: Field,
    words: RwSignal<Words>,
    /// Whether somebody tried to publish: then every fault is said.
    #[prop(into)]
    tried: Signal<bool>,
) -> impl IntoView {
    let left = RwSignal::new(false);
    let fault = Memo::new(move |_| {
        let words = words.read();
        let typed = !field.of(&words).trim().is_empty();
        let said = tried.get() || (left.get() && typed);
        field.fault(&words).filter(|_| said)
    });
    let id = field.id();
    let fault_id = format!("{id}-fault");
    let note_id = (field == Field::Source).then(|| format!("{id}-note"));
    let described = {
        let (fault_id, note_id) = (fault_id.clone(), note_id.clone());
        move || {
            let fault = fault.with(Option::is_some).then(|| fault_id.clone());
            let ids: Vec<String> = note_id.clone().into_iter().chain(fault).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    let class = if field == Field::Before {
        "select mono"
    } else {
        "select"
    };
    view! {
        <div class="publish-field">
            <label class="label" for=id>{field.label()}</label>
            <input
                id=id
                class=class
                type="text"
                autocomplete="off"
                aria-invalid=move || fault.with(Option::is_some).then_some("true")
                aria-describedby=described
                prop:value=move || field.of(&words.read()).clone()
                on:input=move |event| words.update(|words| *field.of_mut(words) = event_target_value(&event))
                on:blur=move |_| left.set(true)
            />
            <p id=fault_id class="publish-fault small">{move || fault.get()}</p>
            {note_id.map(|id| view! { <p id=id class="quiet small">{text::SOURCE_NOTE}</p> })}
        </div>
    }
}

/// Puts the focus on the element with this id.
pub fn focus(id: &str) {
    let element = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        // What cannot take it leaves it where it is.
        let _ = element.focus();
    }
}
