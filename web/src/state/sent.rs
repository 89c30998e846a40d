//! What this page has sent, as the first script of the page has noted it (web/public/lockdown.js).
//!
//! The worker that reads the input has no network from its first line on, so the page's own requests are all there are.

use crate::browser::page;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Counted from 1 since the page was opened.
    pub number: u64,
    /// GET or POST.
    pub method: String,
    /// Where to.
    pub url: String,
    /// Bytes in its body.
    pub bytes: u64,
    /// The JSON-RPC method, if a node was asked.
    pub asked: String,
}

/// The requests, newest last.
#[derive(Clone, Copy)]
pub struct Requests(RwSignal<Vec<Sent>>);

impl Requests {
    /// Those after the one of this number.
    pub fn after(self, number: u64) -> Vec<Sent> {
        let newer = |sent: &&Sent| sent.number > number;
        self.0
            .with(|all| all.iter().filter(newer).cloned().collect())
    }

    /// The number of the newest.
    pub fn newest(self) -> u64 {
        self.0
            .try_with_untracked(|all| all.last().map_or(0, |sent| sent.number))
            .unwrap_or(0)
    }
}

/// Whether a request went to the server that this page is from.
pub fn is_own(sent: &Sent) -> bool {
    let origin = page::origin();
    sent.url
        .strip_prefix(&origin)
        .is_some_and(|rest| rest.starts_with('/'))
}

fn read() -> Vec<Sent> {
    let listed = Reflect::get(&js_sys::global(), &JsValue::from_str("countersignSent"))
        .ok()
        .and_then(|list| list.dyn_into::<Function>().ok())
        .and_then(|list| list.call0(&JsValue::UNDEFINED).ok());
    let Some(listed) = listed else {
        return Vec::new();
    };
    let entry = |value: JsValue| {
        let field = |key: &str| Reflect::get(&value, &JsValue::from_str(key)).ok();
        // Counts and sizes, far below 2^53.
        let number = |key: &str| Some(field(key)?.as_f64()?.max(0.0) as u64);
        Some(Sent {
            number: number("number")?,
            method: field("method")?.as_string()?,
            url: field("url")?.as_string()?,
            bytes: number("bytes")?,
            asked: field("asked")?.as_string()?,
        })
    };
    Array::from(&listed).iter().filter_map(entry).collect()
}

/// Puts the list into the context, and follows it.
pub fn provide() {
    let requests = Requests(RwSignal::new(read()));
    provide_context(requests);
    let heard = window_event_listener_untyped("countersign-sent", move |_| {
        let _ = requests.0.try_set(read());
    });
    // For as long as the tab lives.
    core::mem::forget(heard);
}

/// The list, from the context.
pub fn use_requests() -> Requests {
    use_context().unwrap_or_else(|| Requests(RwSignal::new(Vec::new())))
}
