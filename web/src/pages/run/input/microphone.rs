//! Recording a sound.

use crate::browser::error::BrowserError;
use crate::browser::microphone::{Recording, MOST_SECONDS};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::text::run as text;
use core::time::Duration;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// A recording goes on, or the microphone is asked for, or neither.
type Going = StoredValue<Option<Recording>, LocalStorage>;

/// Records from the microphone.
#[component]
pub fn Recorder(#[prop(into)] on_sound: UnsyncCallback<Vec<u8>>) -> impl IntoView {
    let going: Going = StoredValue::new_local(None);
    let on = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let seconds = RwSignal::new(0_u32);
    let trouble = RwSignal::new(None::<String>);
    let finish = Rc::new(move || {
        let recording = going.try_update_value(Option::take).flatten();
        let _ = on.try_set(false);
        if let Some(recording) = recording {
            on_sound.run(recording.finish());
        }
    });
    let ended = Rc::clone(&finish);
    // Shows the seconds, and ends a recording that nobody ends.
    let watch = set_interval_with_handle(
        move || {
            let now = going.try_with_value(|going| going.as_ref().map(Recording::seconds));
            if let Some(Some(now)) = now {
                let _ = seconds.try_set(now as u32);
                if now >= MOST_SECONDS as f64 {
                    ended();
                }
            }
        },
        Duration::from_millis(250),
    );
    on_cleanup(move || {
        if let Ok(watch) = watch {
            watch.clear();
        }
        going.try_update_value(Option::take);
    });
    let press = move |_| {
        if on.get_untracked() {
            finish();
            return;
        }
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        trouble.set(None);
        seconds.set(0);
        spawn_local(async move {
            let started: Result<Recording, BrowserError> = Recording::start().await;
            let _ = asking.try_set(false);
            match started {
                Ok(recording) => {
                    // Left meanwhile: the recording is dropped, and with it the microphone.
                    going.try_update_value(|going| *going = Some(recording));
                    let _ = on.try_set(true);
                }
                Err(error) => {
                    let _ = trouble.try_set(Some(text::no_microphone(&error.to_string())));
                }
            }
        });
    };
    view! {
        <button type="button" class="button" aria-pressed=move || on.get().to_string() disabled=move || asking.get() on:click=press>
            {move || if on.get() { text::STOP_RECORDING.get() } else { text::RECORD.get() }}
        </button>
        <span class="quiet recorded" role="timer">
            {move || on.get().then(|| text::recorded(seconds.get()))}
        </span>
        {move || {
            trouble
                .get()
                .map(|reason| view! { <Notice mark=Mark::Absent head=text::NO_MICROPHONE text=reason/> })
        }}
    }
}
