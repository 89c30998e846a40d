//! Taking a picture.

use crate::browser::camera::{self, Camera};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::text::run as text;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Blob;

/// Where the camera is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Off,
    /// The user is asked.
    Asking,
    /// On, and nothing is seen yet.
    On,
    /// What it sees is shown.
    Seeing,
}

/// Takes pictures with the camera.
#[component]
pub fn Photographer(#[prop(into)] on_picture: UnsyncCallback<Blob>) -> impl IntoView {
    let stage = RwSignal::new(Stage::Off);
    let trouble = RwSignal::new(None::<String>);
    let camera = StoredValue::new_local(None::<Camera>);
    let video = NodeRef::<html::Video>::new();
    let off = move || {
        camera.try_update_value(Option::take);
        let _ = stage.try_set(Stage::Off);
    };
    on_cleanup(off);
    let ask = move |_| {
        if stage.get_untracked() != Stage::Off {
            return;
        }
        stage.set(Stage::Asking);
        trouble.set(None);
        spawn_local(async move {
            match Camera::start().await {
                Ok(started) => {
                    // Left meanwhile: the camera is dropped, and goes off.
                    camera.try_update_value(|camera| *camera = Some(started));
                    let _ = stage.try_set(Stage::On);
                }
                Err(error) => {
                    let _ = stage.try_set(Stage::Off);
                    let _ = trouble.try_set(Some(text::no_camera(&error.to_string())));
                }
            }
        });
    };
    Effect::new(move |_| {
        if let Some(video) = video.get() {
            camera.with_value(|camera| {
                if let Some(camera) = camera {
                    camera.show(&video);
                }
            });
        }
    });
    let take = move |_| {
        let Some(video) = video.get_untracked() else {
            return;
        };
        spawn_local(async move {
            match camera::picture(&video).await {
                Ok(picture) => {
                    off();
                    on_picture.run(picture);
                }
                Err(error) => {
                    let _ = trouble.try_set(Some(text::no_camera(&error.to_string())));
                }
            }
        });
    };
    let on = Memo::new(move |_| matches!(stage.get(), Stage::On | Stage::Seeing));
    let finder = move || {
        on.get().then(|| {
            view! {
                <div class="finder">
                    <video
                        class="preview"
                        autoplay
                        playsinline
                        prop:muted=true
                        node_ref=video
                        aria-label=text::FINDER
                        on:loadeddata=move |_| stage.set(Stage::Seeing)
                    ></video>
                    <div class="actions">
                        <button
                            type="button"
                            class="button button-primary"
                            disabled=move || stage.get() != Stage::Seeing
                            on:click=take
                        >
                            {text::TAKE_PICTURE}
                        </button>
                        <button type="button" class="button" on:click=move |_| off()>{text::CLOSE_CAMERA}</button>
                    </div>
                </div>
            }
        })
    };
    view! {
        <button type="button" class="button" disabled=move || stage.get() != Stage::Off on:click=ask>
            {text::USE_CAMERA}
        </button>
        {finder}
        {move || {
            trouble.get().map(|reason| view! { <Notice mark=Mark::Absent head=text::NO_CAMERA text=reason/> })
        }}
    }
}
