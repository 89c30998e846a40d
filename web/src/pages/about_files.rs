//! The files that this browser runs, hashed here, beside the list that the build made.

use crate::components::again::Again;
use crate::components::id::Id;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::{Mark, Shape};
use crate::state::files::{self, Compared, Found, Listed};
use crate::text::files as text;
use crate::text::words::Words;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is known of the list.
#[derive(Clone)]
enum Shown {
    Reading,
    Read(Listed),
    Failed(Words),
}

/// The page.
#[component]
pub fn AboutFiles() -> impl IntoView {
    let shown = RwSignal::new(Shown::Reading);
    let read = move || {
        shown.set(Shown::Reading);
        spawn_local(async move {
            let next = match files::compare().await {
                Ok(listed) => Shown::Read(listed),
                Err(error) => Shown::Failed(Words::run(&error).sentence().then(text::FAILED_WHY)),
            };
            // The page may have been left meanwhile.
            let _ = shown.try_set(next);
        });
    };
    read();
    let body = move || match shown.get() {
        Shown::Reading => view! { <p role="status" class="quiet">{text::READING}</p> }.into_any(),
        Shown::Failed(why) => view! {
            <Notice mark=Mark::Unknown head=text::FAILED text=why>
                <Again on_press=read/>
            </Notice>
        }
        .into_any(),
        Shown::Read(listed) => view! { <Table listed/> }.into_any(),
    };
    view! {
        <PageHead title=text::TITLE.to_string() lead=text::LEAD/>
        <div class="stack-wide">
            <div class="stack">{body}</div>
            <section class="stack prose" aria-labelledby="outside">
                <h2 id="outside">{text::HOW}</h2>
                <p>{text::HOW_TEXT}</p>
                <pre class="code" tabindex="0">{text::HOW_LINE}</pre>
            </section>
            <section class="stack prose" aria-labelledby="how-far">
                <h2 id="how-far">{text::PROVES}</h2>
                {text::PROVES_TEXT.iter().map(|paragraph| view! { <p>{paragraph.get()}</p> }).collect_view()}
            </section>
        </div>
    }
}

#[component]
fn Table(listed: Listed) -> impl IntoView {
    let all = listed.files.len();
    let same = listed
        .files
        .iter()
        .filter(|file| file.found.is_listed(&file.listed))
        .count();
    let mark = if same == all {
        Mark::Valid
    } else {
        Mark::Invalid
    };
    view! {
        <p>
            {text::RELEASE} " "
            <Id what=text::WHAT_RELEASE value=listed.release/>
        </p>
        <p role="status" data-testid="files-agree" data-verdict=mark.name()>
            <Shape mark/>
            " "
            {text::agree(same, all)}
        </p>
        <div class="scroll" tabindex="0" role="region" aria-label=text::TITLE>
            <table class="data">
                <thead>
                    <tr>
                        <th scope="col">{text::FILE}</th>
                        <th scope="col">{text::HERE}</th>
                        <th scope="col">{text::STATE}</th>
                    </tr>
                </thead>
                <tbody>{listed.files.into_iter().map(|file| view! { <Line file/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Line(file: Compared) -> impl IntoView {
    let (mark, word, digest) = match file.found {
        Found::Digest(digest) if digest == file.listed => (Mark::Valid, text::SAME, Some(digest)),
        Found::Digest(digest) => (Mark::Invalid, text::DIFFERENT, Some(digest)),
        Found::Unread => (Mark::Unknown, text::UNREAD, None),
    };
    let path = file.path.clone();
    view! {
        <tr data-file=file.path>
            <th scope="row" class="file-path">{path}</th>
            <td>{digest.map(|digest| view! { <Id what=text::WHAT_DIGEST value=digest/> })}</td>
            <td>
                <Shape mark/>
                " "
                {word}
            </td>
        </tr>
    }
}
