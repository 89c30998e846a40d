//! Giving a file: dropped, pasted, chosen, an example, or recorded.

use crate::browser::error::BrowserError;
use crate::browser::microphone::{Recording, MOST_SECONDS};
use crate::browser::read;
use crate::components::files::DropArea;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::media::{kind, Kind, Media};
use crate::text::{en, faults, run as text};
use core::time::Duration;
use countersign_messages::page::{download, Expected};
use countersign_messages::{RunError, MAX_INPUT_BYTES};
use countersign_shared::manifest::Task;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use web_sys::{Blob, File};

/// A file that the user gave.
#[derive(Clone)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its bytes, by reference.
    pub data: Blob,
    /// As it can be shown.
    pub media: Option<Media>,
}

impl Chosen {
    /// A file for a task.
    ///
    /// # Errors
    /// [`RunError::InputTooLarge`], as a sentence.
    pub async fn new(task: Task, name: String, data: Blob) -> Result<Self, String> {
        // `size` is a JavaScript number, an integer far below 2^53.
        let size = data.size() as u64;
        if size > MAX_INPUT_BYTES {
            let limit = MAX_INPUT_BYTES;
            return Err(faults::run_error(&RunError::InputTooLarge { size, limit }));
        }
        let media = Media::of(task, &data).await;
        Ok(Self {
            name,
            size,
            data,
            media,
        })
    }
}

/// The file that was chosen, if any.
pub type ChosenFile = RwSignal<Option<Chosen>, LocalStorage>;

/// The example that the app carries for a kind of file: its address and its name.
const fn example(kind: Kind) -> Option<(&'static str, &'static str)> {
    match kind {
        Kind::Bytes => Some(("/examples/thermostat.py", "thermostat.py")),
        Kind::Picture => Some(("/examples/notice.png", "notice.png")),
        Kind::Sound => None,
    }
}

/// The ways to give a file.
#[component]
pub fn InputField(
    task: Task,
    chosen: ChosenFile,
    /// Called with the outcome of each choice: none, or why the file is not taken.
    #[prop(into)]
    on_choice: Callback<Option<String>>,
) -> impl IntoView {
    let of = kind(task);
    let accept = move |name: String, data: Blob| {
        spawn_local(async move {
            // The page may have been left meanwhile.
            match Chosen::new(task, name, data).await {
                Ok(file) => {
                    let _ = chosen.try_set(Some(file));
                    on_choice.try_run(None);
                }
                Err(reason) => {
                    let _ = chosen.try_set(None);
                    on_choice.try_run(Some(reason));
                }
            }
        });
    };
    let take = move |file: File| accept(file.name(), file.into());
    let offer = example(of).map(|(url, name)| {
        let use_example = move |_| {
            spawn_local(async move {
                match download(url, Expected::default(), None, &mut |_| ()).await {
                    Ok(data) => accept(name.to_owned(), data),
                    Err(error) => {
                        on_choice.try_run(Some(faults::run_error(&error)));
                    }
                }
            });
        };
        view! { <button type="button" class="button" on:click=use_example>{text::USE_EXAMPLE}</button> }
    });
    let recorder = (of == Kind::Sound).then(|| {
        let recorded = move |bytes: Vec<u8>| match read::blob(&bytes) {
            Ok(data) => accept(text::RECORDING_NAME.to_string(), data),
            Err(error) => {
                on_choice.try_run(Some(error.to_string()));
            }
        };
        view! { <Recorder on_sound=recorded/> }
    });
    view! {
        <DropArea choose=text::CHOOSE hint=text::hint(of) on_file=take>
            {offer}
            {recorder}
        </DropArea>
        <p class="chosen" role="status" data-testid="chosen">
            {move || {
                chosen.with(|chosen| match chosen {
                    Some(file) => view! {
                        <span class="drop-name">{file.name.clone()}</span>
                        <span class="quiet">{en::size(file.size)}</span>
                    }
                    .into_any(),
                    None => view! { <span class="quiet">{text::NO_FILE}</span> }.into_any(),
                })
            }}
        </p>
        {move || {
            let url = chosen.with(|chosen| chosen.as_ref()?.media.as_ref()?.url())?;
            Some(view! { <img class="preview" src=url alt=text::PREVIEW/> })
        }}
    }
}

/// A recording goes on, or the microphone is asked for, or neither.
type Going = StoredValue<Option<Recording>, LocalStorage>;

/// Records from the microphone.
#[component]
fn Recorder(#[prop(into)] on_sound: UnsyncCallback<Vec<u8>>) -> impl IntoView {
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

/// The earlier run's result, for a model that goes on from one.
#[component]
pub fn EarlierField(from: ChosenFile) -> impl IntoView {
    let take = move |file: File| {
        let size = file.size() as u64;
        from.set(Some(Chosen {
            name: file.name(),
            size,
            data: file.into(),
            media: None,
        }));
    };
    view! {
        <h2>{text::EARLIER}</h2>
        <p>{text::EARLIER_HOW}</p>
        <DropArea choose=text::CHOOSE_EARLIER hint=text::EARLIER_HINT on_file=take pasted=false/>
        <p class="chosen" role="status" data-testid="chosen-earlier">
            {move || from.with(|from| from.as_ref().map(|file| file.name.clone()))}
        </p>
    }
}
