//! The tensors of a run with several inputs: each NPY file finds its input by what it holds, or is chosen for it by name.

use super::checks::Given;
use super::{read_into, still};
use crate::components::files::DropArea;
use crate::text::language::language;
use crate::text::verify as text;
use countersign_client::language::Say;
use countersign_client::npy;
use countersign_messages::MAX_INPUT_BYTES;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};

/// The drop area for all of them, and a line for each by name.
#[component]
pub fn Inputs(given: RwSignal<Given>, trouble: RwSignal<Option<String>>) -> impl IntoView {
    let take = move |files: Vec<File>| {
        trouble.set(None);
        for file in files {
            let name = file.name();
            read_into(file, MAX_INPUT_BYTES, trouble, still(given), move |bytes| {
                let names = given.with_untracked(|given| given.recognised(&bytes));
                if names.is_empty() {
                    trouble.set(Some(why_not(&name, &bytes)));
                    return;
                }
                let bytes = Arc::new(bytes);
                given.update(|given| {
                    for input in names {
                        given.feed(input, &name, &bytes);
                    }
                });
            });
        }
    };
    let names = Memo::new(move |_| given.with(Given::names));
    view! {
        <DropArea choose=text::CHOOSE_INPUTS hint=text::INPUTS_HINT on_files=take multiple=true/>
        <ul class="stack-tight" data-testid="inputs">
            {move || {
                names
                    .get()
                    .into_iter()
                    .enumerate()
                    .map(|(at, name)| view! { <InputLine at name given trouble/> })
                    .collect_view()
            }}
        </ul>
    }
}

/// One input: its name, its file, and the way to choose another.
#[component]
fn InputLine(
    at: usize,
    name: String,
    given: RwSignal<Given>,
    trouble: RwSignal<Option<String>>,
) -> impl IntoView {
    let input = StoredValue::new(name.clone());
    let chosen = move |event: leptos::ev::Event| {
        let field = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(file) = field.and_then(|field| field.files()?.get(0)) else {
            return;
        };
        let name = file.name();
        read_into(file, MAX_INPUT_BYTES, trouble, still(given), move |bytes| {
            // Another tensor than the committed one is the verdict's to judge; what is no tensor is told here.
            if npy::read("", &bytes).is_err() {
                trouble.set(Some(why_not(&name, &bytes)));
                return;
            }
            trouble.set(None);
            given.update(|given| given.feed(input.get_value(), &name, &Arc::new(bytes)));
        });
    };
    let file = move || given.with(|given| text::input_file(given.fed(&input.get_value())));
    let id = format!("input-{at}");
    view! {
        <li>
            <label class="label" for=id.clone()><span class="mono">{name}</span></label>
            <input id=id class="select" type="file" on:change=chosen/>
            <span role="status" class="chosen">{file}</span>
        </li>
    }
}

/// Why a file is not taken: it holds no tensor, or none that the receipt commits to.
fn why_not(name: &str, bytes: &[u8]) -> String {
    match npy::read("", bytes) {
        Ok(_) => text::no_such_input(name),
        Err(error) => text::no_tensor(name, &error.say(language())),
    }
}
