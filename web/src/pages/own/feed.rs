//! One input of the model: its shape, and where its elements come from.

use crate::browser::{picture, read};
use crate::state::feed::{declared, dims, from_npy, guess, numbers, zeros, FeedError};
use crate::state::pixels::{Layout, Normal};
use crate::text::{command, en, own as text};
use countersign_messages::abi::{Dim, ElementType, NamedTensor, Port};
use countersign_shared::manifest::{self, TensorInfo};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};

/// Where the elements come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Zeros,
    Numbers,
    Npy,
    Picture,
}

impl Source {
    const ALL: [Self; 4] = [Self::Zeros, Self::Numbers, Self::Npy, Self::Picture];

    fn word(self) -> &'static str {
        match self {
            Self::Zeros => text::ZEROS.get(),
            Self::Numbers => text::NUMBERS.get(),
            Self::Npy => text::NPY.get(),
            Self::Picture => text::PICTURE.get(),
        }
    }
}

/// An input and what the user wrote for it.
#[derive(Clone, Copy)]
pub struct Feed {
    port: StoredValue<Port>,
    dims: RwSignal<String>,
    source: RwSignal<Source>,
    numbers: RwSignal<String>,
    file: RwSignal<Option<File>, LocalStorage>,
    mean: RwSignal<String>,
    scale: RwSignal<String>,
    bgr: RwSignal<bool>,
}

impl Feed {
    /// Zeros of the first shape that fits.
    pub fn new(port: &Port) -> Self {
        Self {
            dims: RwSignal::new(guess(port)),
            port: StoredValue::new(port.clone()),
            source: RwSignal::new(Source::Zeros),
            numbers: RwSignal::new(String::new()),
            file: RwSignal::new_local(None),
            mean: RwSignal::new("0".to_owned()),
            scale: RwSignal::new("0.003921569".to_owned()),
            bgr: RwSignal::new(false),
        }
    }

    /// The same for an input as a manifest declares it.
    pub fn of_manifest(info: &TensorInfo) -> Self {
        let dim = |dim: &manifest::Dim| match dim {
            manifest::Dim::Fixed(length) => Dim::Fixed(*length),
            manifest::Dim::Symbol(name) => Dim::Symbol(name.clone()),
        };
        // A manifest has none but the types of the interface.
        let dtype = ElementType::from_code(info.dtype.number()).unwrap_or(ElementType::F32);
        Self::new(&Port {
            name: info.name.clone(),
            dtype,
            dims: Some(info.dims.iter().map(dim).collect()),
        })
    }

    /// The input's name.
    pub fn name(self) -> String {
        self.port.with_value(|port| port.name.clone())
    }

    /// The inputs in words of the command line, where all are filled from NPY files.
    pub fn words(feeds: &[Self]) -> Option<Vec<String>> {
        let file = |feed: &Self| {
            let npy = feed.source.get_untracked() == Source::Npy;
            let name = feed
                .file
                .with_untracked(|file| Some(file.as_ref()?.name()))?;
            npy.then(|| (feed.name(), name))
        };
        let files: Vec<(String, String)> = feeds.iter().map(file).collect::<Option<_>>()?;
        let named = files
            .iter()
            .map(|(name, file)| (name.as_str(), file.as_str()));
        Some(command::tensor_inputs(named))
    }

    /// The tensor.
    ///
    /// # Errors
    /// [`FeedError`].
    pub async fn tensor(self) -> Result<NamedTensor, FeedError> {
        let port = self.port.get_value();
        let browser =
            |error: crate::browser::error::BrowserError| FeedError::Browser(error.to_string());
        let source = self.source.get_untracked();
        let file = || self.file.get_untracked().ok_or(FeedError::NoFile);
        if source == Source::Npy {
            let file = file()?;
            let bytes = read::bytes(&file).await.map_err(browser)?;
            return from_npy(&port, &bytes);
        }
        let shape = dims(&port, &self.dims.get_untracked())?;
        match source {
            Source::Zeros | Source::Npy => zeros(&port, shape),
            Source::Numbers => numbers(&port, shape, &self.numbers.get_untracked()),
            Source::Picture => {
                let layout = Layout::of(&port, &shape)?;
                let normal = Normal::read(
                    &self.mean.get_untracked(),
                    &self.scale.get_untracked(),
                    self.bgr.get_untracked(),
                )?;
                let file = file()?;
                let rgba = picture::rgba(&file, layout.width, layout.height).await;
                Ok(layout.tensor(&port, shape, &rgba.map_err(browser)?, &normal))
            }
        }
    }
}

/// The fields of one input.
#[component]
pub fn FeedField(at: usize, feed: Feed) -> impl IntoView {
    let Feed {
        port,
        dims,
        source,
        numbers,
        mean,
        scale,
        bgr,
        ..
    } = feed;
    let (name, kind) = port.with_value(|port| {
        (
            port.name.clone(),
            format!("{} {}", port.dtype, declared(port)),
        )
    });
    let id = move |what: &str| format!("feed-{at}-{what}");
    view! {
        <fieldset class="feed stack-tight" data-testid=format!("feed-{at}")>
            <legend class="label mono">{name} " " <span class="quiet small">{kind}</span></legend>
            <div class="feed-pair">
                <p>
                    <label class="label" for=id("source")>{text::SOURCE}</label>
                    <select
                        id=id("source")
                        class="select"
                        on:change=move |event| {
                            let wanted = event_target_value(&event);
                            let found = Source::ALL.into_iter().find(|source| source.word() == wanted);
                            source.set(found.unwrap_or(Source::Zeros));
                        }
                    >
                        {Source::ALL.map(|source| view! { <option value=source.word()>{source.word()}</option> }).collect_view()}
                    </select>
                </p>
                <Show when=move || source.get() != Source::Npy>
                    <Line id=id("dims") label=text::SHAPE value=dims/>
                </Show>
            </div>
            {move || match source.get() {
                Source::Zeros => ().into_any(),
                Source::Numbers => view! {
                    <label class="label" for=id("numbers")>{text::NUMBERS_HOW}</label>
                    <textarea
                        id=id("numbers")
                        class="select paste-field"
                        rows="3"
                        spellcheck="false"
                        prop:value=move || numbers.get()
                        on:input=move |event| numbers.set(event_target_value(&event))
                    ></textarea>
                }
                .into_any(),
                Source::Npy => view! { <FileLine feed id=id("file") label=text::NPY_HOW/> }.into_any(),
                Source::Picture => view! {
                    <FileLine feed id=id("file") label=text::PICTURE_HOW/>
                    <div class="feed-pair">
                        <Line id=id("mean") label=text::MEAN value=mean/>
                        <Line id=id("scale") label=text::SCALE value=scale/>
                    </div>
                    <label class="radio-head">
                        <input type="checkbox" prop:checked=move || bgr.get() on:change=move |event| bgr.set(event_target_checked(&event))/>
                        <span>{text::BGR}</span>
                    </label>
                    <p class="quiet small">{text::PICTURE_NOTE}</p>
                }
                .into_any(),
            }}
        </fieldset>
    }
}

#[component]
fn Line(id: String, #[prop(into)] label: &'static str, value: RwSignal<String>) -> impl IntoView {
    view! {
        <p>
            <label class="label" for=id.clone()>{label}</label>
            <input
                id=id
                class="select mono"
                type="text"
                autocomplete="off"
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </p>
    }
}

#[component]
fn FileLine(feed: Feed, id: String, #[prop(into)] label: &'static str) -> impl IntoView {
    let chosen = move |event: leptos::ev::Event| {
        let field = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        feed.file.set(field.and_then(|field| field.files()?.get(0)));
    };
    let name = move || {
        feed.file.with(|file| {
            file.as_ref()
                .map(|file| format!("{}, {}", file.name(), en::size(file.size() as u64)))
        })
    };
    view! {
        <p>
            <label class="label" for=id.clone()>{label}</label>
            <input id=id class="select" type="file" on:change=chosen/>
            <span class="sr-only" role="status">{name}</span>
        </p>
    }
}
