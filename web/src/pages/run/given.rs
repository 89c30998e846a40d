//! Where the model's files come from, and the way in for files that no source gives (PROTOCOL 7.2).

use crate::browser::digest;
use crate::components::files::DropArea;
use crate::components::notice::Notice;
use crate::components::shape::{Mark, Shape};
use crate::state::sources::{use_searches, Came, Sought};
use crate::state::worker::Worker;
use crate::text::language::Text;
use crate::text::publish as text;
use crate::text::words::Words;
use countersign_client::verify::Model;
use countersign_messages::RunError;
use countersign_shared::id::FileHash;
use countersign_shared::manifest::ModelFile;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

/// What became of a file, in a sentence.
type Said = Result<String, String>;

/// Behind one press: the sources in their order, and the drop area.
#[component]
pub fn GiveFiles(model: Model, worker: StoredValue<Worker, LocalStorage>) -> impl IntoView {
    let said = RwSignal::new(Vec::<Said>::new());
    let searches = use_searches();
    let lines = model.manifest.files.iter().map(|file| {
        let sha256 = file.sha256;
        let sought = Memo::new(move |_| searches.of(sha256));
        let sources: Vec<String> = file
            .sources
            .iter()
            .map(|source| source.as_str().to_owned())
            .collect();
        let here = move || {
            let here = sought.get()?.here?;
            Some(view! { <p class="small quiet" data-source="here">{text::here(here)}</p> })
        };
        let by_hand = sources
            .is_empty()
            .then(|| view! { <li class="small">{text::NO_SOURCES}</li> });
        let sources = sources
            .into_iter()
            .enumerate()
            .map(|(place, source)| view! { <Asked source place sought/> });
        view! {
            <li>
                <span class="mono">{file.path.clone()}</span>
                {here}
                <ol>{by_hand} {sources.collect_view()}</ol>
            </li>
        }
    });
    let lines = lines.collect_view();
    let files = StoredValue::new(model.manifest.files);
    let take = move |file: File| {
        let (worker, files) = (worker.get_value(), files.get_value());
        spawn_local(async move {
            let outcome = accept(&worker, &files, file).await;
            let _ = said.try_update(|said| said.push(outcome));
        });
    };
    view! {
        <details class="more" data-testid="give-files">
            <summary>{text::GIVE}</summary>
            <p>{text::GIVE_HOW}</p>
            <DropArea choose=text::GIVE_CHOOSE hint=text::GIVE_HINT on_file=take multiple=true pasted=false/>
            <div role="status" class="stack-tight">
                {move || {
                    said.get()
                        .into_iter()
                        .map(|said| match said {
                            Ok(kept) => view! { <p>{kept}</p> }.into_any(),
                            Err(why) => view! { <Notice mark=Mark::Invalid head=text::GIVE_NOT text=why/> }.into_any(),
                        })
                        .collect_view()
                }}
            </div>
            <p>{text::SOURCES}</p>
            <ul>{lines}</ul>
        </details>
    }
}

/// One source, and what became of it.
#[component]
fn Asked(source: String, place: usize, sought: Memo<Option<Sought>>) -> impl IntoView {
    let came = move || {
        let sought = sought.get()?;
        Some(sought.asked.get(place).cloned())
    };
    let name = move || match came() {
        Some(Some(came)) => came.name(),
        Some(None) => "not-asked",
        None => "",
    };
    let (mark, words) = (
        Signal::derive(move || match came() {
            Some(Some(Came::Gave)) => Mark::Valid,
            Some(Some(Came::OtherBytes(_))) => Mark::Invalid,
            Some(Some(Came::Nothing(_))) => Mark::Unknown,
            _ => Mark::Absent,
        }),
        move || match came() {
            None => ().into_any(),
            Some(None) => text::NOT_ASKED.into_any(),
            Some(Some(Came::Gave)) => text::GAVE.into_any(),
            Some(Some(Came::Stopped)) => text::STOPPED.into_any(),
            Some(Some(Came::OtherBytes(error))) => told(text::OTHER_BYTES, &error),
            Some(Some(Came::Nothing(error))) => told(text::GAVE_NOTHING, &error),
        },
    );
    view! {
        <li class="source" data-source=name>
            <span class="mono small file-path">{source}</span>
            <Show when=move || came().is_some()>
                <span class="tx-line small"><Shape mark/> <span>{words}</span></span>
            </Show>
        </li>
    }
}

/// The page's word, then the download's own sentence.
fn told(word: Text, error: &RunError) -> AnyView {
    let why = Words::run(error).sentence().view();
    view! { {word} " " <span>{why}</span> }.into_any()
}

/// Takes a file that is one of the model's, by its bytes and not by its name.
async fn accept(worker: &Worker, files: &[ModelFile], file: File) -> Said {
    let name = file.name();
    let size = file.size() as u64;
    // Nothing is read of a file that cannot be one of them.
    if files.iter().all(|wanted| wanted.size != size) {
        let sizes = files
            .iter()
            .map(|file| format!("{}: {}", file.path, file.size));
        return Err(text::no_such_size(
            &name,
            size,
            &sizes.collect::<Vec<_>>().join(", "),
        ));
    }
    let sha256 = digest::sha256(&file)
        .await
        .map_err(|error| error.to_string())?;
    let sha256 = FileHash::new(sha256);
    let wanted = |wanted: &&ModelFile| wanted.sha256 == sha256 && wanted.size == size;
    let Some(found) = files.iter().find(wanted) else {
        return Err(text::not_taken(&name, &sha256.to_string()));
    };
    worker.give_file(sha256, file.into()).await;
    Ok(text::taken(&name, &found.path))
}
