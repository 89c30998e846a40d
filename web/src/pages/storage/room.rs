//! How much room there is, and whether the browser leaves the files alone.

use crate::browser::room::{self, Room};
use crate::components::bars::Bar;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::text::storage as text;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Room in use, and the question to the browser.
#[component]
pub fn RoomView(
    /// Counts the changes of what is kept.
    changed: RwSignal<u32>,
) -> impl IntoView {
    let known = RwSignal::new(None::<Result<Room, String>>);
    let refused = RwSignal::new(None::<String>);
    let look = move || {
        spawn_local(async move {
            let found = room::look().await.map_err(|error| error.to_string());
            let _ = known.try_set(Some(found));
        });
    };
    Effect::new(move |_| {
        changed.track();
        look();
    });
    let ask = move |_| {
        spawn_local(async move {
            let reason = match room::ask().await {
                Ok(true) => None,
                Ok(false) => Some(text::ASKED_NO.to_string()),
                Err(error) => Some(error.to_string()),
            };
            let _ = refused.try_set(reason);
            look();
        });
    };
    move || match known.get() {
        None => view! { <p class="quiet">{text::READING}</p> }.into_any(),
        Some(Err(reason)) => {
            view! { <Notice mark=Mark::Absent head=text::ROOM_UNKNOWN text=reason/> }.into_any()
        }
        Some(Ok(room)) => {
            // A ratio for the eye; a browser that names no limit shows an empty bar.
            let part = if room.most == 0 {
                0.0
            } else {
                room.used as f64 / room.most as f64
            };
            let lasting = room.lasting;
            view! {
                <p data-testid="room">{text::room(room.used, room.most)}</p>
                <Bar part=Signal::stored(part)/>
                <p data-testid="lasting">{if lasting { text::LASTING } else { text::NOT_LASTING }}</p>
                <Show when=move || !lasting>
                    <p class="actions">
                        <button type="button" class="button" on:click=ask>{text::ASK}</button>
                    </p>
                </Show>
                <p role="status">{move || refused.get()}</p>
            }
            .into_any()
        }
    }
}
