//! The opened result, in the same view as on the page that ran the model.

use super::checks::{Checks, Given};
use crate::browser::read;
use crate::components::answer::AnswerView;
use crate::state::answer::Answer;
use crate::state::media::Media;
use crate::text::verify as text;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The result; nothing as long as it was not repeated.
#[component]
pub fn OpenedAnswer(checks: Checks, given: RwSignal<Given>) -> impl IntoView {
    let media = RwSignal::new(None::<Media>);
    let repeated = Memo::new(move |_| checks.repeated());
    Effect::new(move |_| {
        media.set(None);
        let (Some(repeated), Some(input)) = (repeated.get(), given.get_untracked().input) else {
            return;
        };
        spawn_local(async move {
            // Without a picture the answer is shown without it.
            if let Ok(data) = read::blob(&input.1) {
                let _ = media.try_set(Media::of(repeated.task, &data).await);
            }
        });
    });
    move || {
        let repeated = repeated.get()?;
        let answer = Answer::read(repeated.task, &repeated.result)?;
        let name = given.with_untracked(|given| Some(given.input.as_ref()?.0.clone()))?;
        Some(view! {
            <section class="stack" aria-label=text::RESULT data-testid="opened-result">
                <h2>{text::RESULT}</h2>
                <p class="quiet">{text::RESULT_NOTE}</p>
                <AnswerView answer model=repeated.model file=name media=media.get()/>
            </section>
        })
    }
}
