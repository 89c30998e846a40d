//! Giving a file: dropped, pasted, chosen, an example, recorded, or taken with the camera.

mod camera;
mod microphone;

use crate::browser::{read, save};
use crate::components::files::DropArea;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::media::{kind, Kind, Media};
use crate::text::{en, faults, run as text};
use camera::Photographer;
use countersign_messages::page::{download, Expected};
use countersign_messages::{RunError, MAX_INPUT_BYTES};
use countersign_shared::manifest::Task;
use leptos::prelude::*;
use leptos::task::spawn_local;
use microphone::Recorder;
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
    /// Whether it was made here, and is nowhere else.
    pub made_here: bool,
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
            made_here: false,
        })
    }
}

/// The file that was chosen, if any.
pub type ChosenFile = RwSignal<Option<Chosen>, LocalStorage>;

/// The example that the app carries for a kind of file: its address and its name.
const fn example(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Bytes => ("/examples/thermostat.py", "thermostat.py"),
        Kind::Picture => ("/examples/notice.png", "notice.png"),
        Kind::Sound => ("/examples/question.wav", "question.wav"),
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
    let give = move |name: String, data: Blob, made_here: bool| {
        spawn_local(async move {
            // The page may have been left meanwhile.
            match Chosen::new(task, name, data).await {
                Ok(file) => {
                    let _ = chosen.try_set(Some(Chosen { made_here, ..file }));
                    on_choice.try_run(None);
                }
                Err(reason) => {
                    let _ = chosen.try_set(None);
                    on_choice.try_run(Some(reason));
                }
            }
        });
    };
    let take = move |file: File| give(file.name(), file.into(), false);
    let use_example = move |_| {
        let (url, name) = example(of);
        spawn_local(async move {
            match download(url, Expected::default(), None, &mut |_| ()).await {
                Ok(data) => give(name.to_owned(), data, false),
                Err(error) => {
                    on_choice.try_run(Some(error.to_string()));
                }
            }
        });
    };
    let camera = (of == Kind::Picture).then(|| {
        let taken = move |data: Blob| give(text::PHOTO_NAME.to_string(), data, true);
        view! { <Photographer on_picture=taken/> }
    });
    let recorder = (of == Kind::Sound).then(|| {
        let recorded = move |bytes: Vec<u8>| match read::blob(&bytes) {
            Ok(data) => give(text::RECORDING_NAME.to_string(), data, true),
            Err(error) => {
                on_choice.try_run(Some(error.to_string()));
            }
        };
        view! { <Recorder on_sound=recorded/> }
    });
    view! {
        <DropArea choose=text::CHOOSE hint=text::hint(of) on_file=take>
            <button type="button" class="button" on:click=use_example>{text::USE_EXAMPLE}</button>
            {recorder}
            {camera}
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
        {move || {
            let made = chosen.with(|chosen| chosen.as_ref().is_some_and(|file| file.made_here));
            made.then(|| view! { <Keep chosen/> })
        }}
    }
}

/// Saves what was made here: without it nobody can repeat the run.
#[component]
fn Keep(chosen: ChosenFile) -> impl IntoView {
    let trouble = RwSignal::new(None::<String>);
    let press = move |_| {
        let saved = chosen.with_untracked(|chosen| {
            let file = chosen.as_ref()?;
            save::blob(&file.name, &file.data).err()
        });
        trouble.set(saved.map(|error| error.to_string()));
    };
    view! {
        <p class="quiet">
            {text::MADE_HERE} " "
            <button type="button" class="button" on:click=press>{text::SAVE_MADE}</button>
        </p>
        {move || {
            trouble.get().map(|reason| view! { <Notice mark=Mark::Absent head=text::NOT_SAVED_FILE text=reason/> })
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
            made_here: false,
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
