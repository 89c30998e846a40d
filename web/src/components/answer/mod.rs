//! What a model answered, one view a task. The page that ran the model and the page that repeated a run show the same.

mod classes;
mod picture;
mod sound;

use crate::state::answer::Answer;
use crate::state::media::Media;
use crate::text::{answer as text, en};
use classes::{Bars, Magika};
use leptos::prelude::*;
use picture::PictureView;
use sound::SpeechView;

/// The view of an answer.
#[component]
pub fn AnswerView(
    /// What was answered.
    answer: Answer,
    /// By which model.
    model: String,
    /// About which file.
    file: String,
    /// The file as it can be shown.
    #[prop(optional_no_strip)]
    media: Option<Media>,
) -> impl IntoView {
    let says = text::says(&model, &file);
    match answer {
        Answer::Magika {
            label,
            description,
            score,
            overwritten,
            top,
        } => view! { <Magika says label description score overwritten top/> }.into_any(),
        Answer::Classes(classes) => {
            let best = classes.first().map(|best| best.label.clone());
            view! {
                <Says says headline=best.clone().unwrap_or_default() label=best.unwrap_or_default()/>
                <Bars shares=classes/>
            }
            .into_any()
        }
        Answer::Boxes(places) => {
            let headline = text::places(places.places.len());
            view! {
                <Says says headline label=places.places.len().to_string()/>
                <PictureView places media read=false/>
            }
            .into_any()
        }
        Answer::Lines(places) => {
            let headline = text::lines(places.places.len());
            view! {
                <Says says headline label=places.places.len().to_string()/>
                <PictureView places media read=true/>
            }
            .into_any()
        }
        Answer::Speech(speech) => {
            let headline = text::segments(speech.segments.len());
            view! {
                <Says says headline label=speech.segments.len().to_string()/>
                <SpeechView speech media/>
            }
            .into_any()
        }
        Answer::Turn {
            complete,
            score,
            duration,
        } => {
            let headline = if complete {
                text::TURN_COMPLETE
            } else {
                text::TURN_OPEN
            };
            // A committed decimal; what is no number is shown as it stands.
            let part = score.parse::<f64>().map_or(score.clone(), en::percent);
            view! {
                <Says says headline=headline.to_string() label=complete.to_string()/>
                <p>{text::turn_score(&part, &duration)}</p>
            }
            .into_any()
        }
    }
}

/// The sentence that answers: "MODEL answers about FILE: …".
#[component]
fn Says(
    says: String,
    /// The answer in words.
    headline: String,
    /// The answer for tests.
    label: String,
) -> impl IntoView {
    view! {
        <div>
            <p class="quiet">{says}</p>
            <p class="answer" data-testid="answer" data-label=label>{headline}</p>
        </div>
    }
}
