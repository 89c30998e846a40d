//! The release that this tab runs: kept by the service worker for when there is no network (P2), and followed by a newer
//! one only when the user says so.

use crate::browser::error::BrowserError;
use crate::text::language::Text;
use js_sys::Reflect;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Event, EventTarget, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration,
    ServiceWorkerState,
};

const WORKER: &str = "/sw.js";
/// What the service worker waits for (web/public/sw.js).
const TAKE_OVER: &str = "take over";

/// Whether the app's files are kept for when there is no network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Being fetched, or not known yet.
    Fetching,
    /// All of them are here.
    Whole,
    /// They are not, and why.
    Not(BrowserError),
}

/// What is known of this release and the next.
#[derive(Clone, Copy)]
pub struct Release {
    /// Whether this one is kept.
    pub kept: RwSignal<Kept>,
    /// A newer one is here and waits to be let in.
    waiting: RwSignal<Option<ServiceWorker>, LocalStorage>,
    /// Another tab let a newer one in: this tab goes on with the old one until it is reloaded.
    pub overtaken: RwSignal<bool>,
    /// The user asked for the newer one in this tab.
    asked: RwSignal<bool>,
    /// How many runs and signatures are under way.
    busy: RwSignal<u32>,
}

/// Something that a reload would break is under way, until this is dropped.
pub struct Busy(RwSignal<u32>);

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.try_update(|count| *count = count.saturating_sub(1));
    }
}

impl Release {
    fn new() -> Self {
        Self {
            kept: RwSignal::new(Kept::Fetching),
            waiting: RwSignal::new_local(None),
            overtaken: RwSignal::new(false),
            asked: RwSignal::new(false),
            busy: RwSignal::new(0),
        }
    }

    /// Holds off every reload while a run or a signature is under way.
    pub fn busy(self) -> Busy {
        let _ = self.busy.try_update(|count| *count += 1);
        Busy(self.busy)
    }

    /// Whether a newer release may be offered now.
    pub fn offered(self) -> bool {
        self.busy.get() == 0 && (self.waiting.with(Option::is_some) || self.overtaken.get())
    }

    /// Lets the newer release in and loads the page anew. Never in the middle of a run or a signature.
    pub fn reload(self) {
        if self.busy.get_untracked() > 0 {
            return;
        }
        let waiting = self.waiting.get_untracked();
        match waiting {
            Some(worker) if !self.overtaken.get_untracked() => {
                self.asked.set(true);
                // A worker that has gone meanwhile takes over by itself with the next load.
                if worker.post_message(&JsValue::from_str(TAKE_OVER)).is_err() {
                    load_again();
                }
            }
            _ => load_again(),
        }
    }

    /// Another worker has taken over this tab.
    fn taken_over(self) {
        if self.asked.get_untracked() && self.busy.get_untracked() == 0 {
            load_again();
        } else {
            self.overtaken.set(true);
        }
    }

    fn follow(self, container: &ServiceWorkerContainer, registration: &ServiceWorkerRegistration) {
        let first = container.controller().is_none();
        if registration.active().is_some() {
            self.kept.set(Kept::Whole);
        }
        if !first {
            self.waiting.set(registration.waiting());
            listen(container, "controllerchange", move || self.taken_over());
        }
        let watched = registration.clone();
        let watch = move || {
            if let Some(worker) = watched.installing() {
                self.watch(worker);
            }
        };
        watch();
        listen(registration, "updatefound", watch);
    }

    /// Follows a worker that is being installed.
    fn watch(self, worker: ServiceWorker) {
        let state = worker.clone();
        listen(&worker, "statechange", move || match state.state() {
            ServiceWorkerState::Activated => self.kept.set(Kept::Whole),
            ServiceWorkerState::Installed if self.kept.get_untracked() == Kept::Whole => {
                self.waiting.set(Some(state.clone()));
            }
            ServiceWorkerState::Redundant if self.kept.get_untracked() == Kept::Fetching => {
                let what = Text::new("complete copy of the app. There may be no room, or the network was cut", "keine vollständige Kopie der App. Vielleicht fehlt Platz, oder das Netz war unterbrochen");
                self.kept
                    .set(Kept::Not(BrowserError::absent(ATTEMPT, what)));
            }
            _ => {}
        });
    }
}

const ATTEMPT: Text = Text::new(
    "keep the app for when there is no network",
    "die App nicht für Zeiten ohne Netz aufbewahren",
);

/// Listens for as long as the tab lives.
fn listen(target: &EventTarget, event: &str, act: impl Fn() + 'static) {
    let heard = Closure::<dyn Fn(Event)>::new(move |_| act());
    // A target that takes no listeners is none that the browser makes.
    let _ = target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    heard.forget();
}

fn load_again() {
    if let Some(window) = web_sys::window() {
        // The browser may refuse while the user leaves the page anyway.
        let _ = window.location().reload();
    }
}

/// The browser's keeper of service workers; none where storage is switched off or the address is not a secure one.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &JsValue::from_str("serviceWorker"))
        .ok()?
        .dyn_into()
        .ok()
}

async fn start(release: Release) -> Result<(), BrowserError> {
    let container = container().ok_or_else(|| {
        BrowserError::absent(
            ATTEMPT,
            Text::new(
                "service workers, or they are switched off here",
                "keine Service Worker, oder sie sind hier abgeschaltet",
            ),
        )
    })?;
    let registration = JsFuture::from(container.register(WORKER))
        .await
        .map_err(|thrown| BrowserError::thrown(ATTEMPT, &thrown))?;
    release.follow(&container, &registration.unchecked_into());
    Ok(())
}

/// Puts the release into the context, and keeps it.
pub fn provide() {
    let release = Release::new();
    provide_context(release);
    spawn_local(async move {
        if let Err(error) = start(release).await {
            release.kept.set(Kept::Not(error));
        }
    });
}

/// The release, from the context.
pub fn use_release() -> Release {
    use_context().unwrap_or_else(Release::new)
}
