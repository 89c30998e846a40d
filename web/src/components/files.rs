//! Where a file is dropped, pasted or chosen.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, FileList, HtmlInputElement};

/// The drop area. A file can be dropped on it, pasted anywhere on the page, or chosen with the button.
#[component]
pub fn DropArea(
    /// The button's words: "Choose a file".
    #[prop(into)]
    choose: &'static str,
    /// What can be given, and what happens to it.
    #[prop(into)]
    hint: &'static str,
    /// Called with each file.
    #[prop(into, optional)]
    on_file: Option<Callback<File>>,
    /// Called once with all files that were given together.
    #[prop(into, optional)]
    on_files: Option<Callback<Vec<File>>>,
    /// Called with text that was pasted or dropped.
    #[prop(into, optional)]
    on_text: Option<Callback<String>>,
    /// Whether several files may be given at once.
    #[prop(optional)]
    multiple: bool,
    /// Whether what is pasted anywhere on the page comes here; of several areas one may take it.
    #[prop(default = true)]
    pasted: bool,
    /// More ways in, below the button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let take = move |files: Option<FileList>| {
        let Some(files) = files else { return };
        let count = if multiple {
            files.length()
        } else {
            files.length().min(1)
        };
        let files: Vec<File> = (0..count).filter_map(|place| files.get(place)).collect();
        if let Some(on_files) = on_files {
            on_files.run(files.clone());
        }
        if let Some(on_file) = on_file {
            files.into_iter().for_each(|file| on_file.run(file));
        }
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        let Some(data) = event.data_transfer() else {
            return;
        };
        let files = data.files();
        if files.as_ref().is_some_and(|files| files.length() > 0) {
            take(files);
        } else if let (Some(on_text), Ok(text)) = (on_text, data.get_data("text/plain")) {
            on_text.run(text);
        }
    };
    let paste = window_event_listener(ev::paste, move |event| {
        let typed_in_field = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA"));
        let Some(data) = event.clipboard_data().filter(|_| pasted && !typed_in_field) else {
            return;
        };
        let files = data.files();
        if files.as_ref().is_some_and(|files| files.length() > 0) {
            event.prevent_default();
            take(files);
        } else if let (Some(on_text), Ok(text)) = (on_text, data.get_data("text/plain")) {
            if !text.trim().is_empty() {
                event.prevent_default();
                on_text.run(text);
            }
        }
    });
    on_cleanup(move || paste.remove());
    let chosen = move |event: ev::Event| {
        let field = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(field) = field {
            take(field.files());
            // So that choosing the same file again is a choice again.
            field.set_value("");
        }
    };
    let open = move |_| {
        if let Some(field) = input.get_untracked() {
            field.click();
        }
    };
    view! {
        <div
            class="drop no-print"
            data-over=move || if over.get() { "true" } else { "false" }
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <div class="actions">
                <button type="button" class="button button-primary" on:click=open>{choose}</button>
                <input type="file" hidden node_ref=input multiple=multiple on:change=chosen/>
                {children.map(|more| more())}
            </div>
            <p class="quiet small">{hint}</p>
        </div>
    }
}
