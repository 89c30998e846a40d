//! The outputs of a run of one's own: shape, range, first values, the best of a list of scores, and the file.

use crate::browser::save;
use crate::components::bars::Bar;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::components::tensors::Tensors;
use crate::state::range::{best, range};
use crate::text::words::Words;
use crate::text::{own as text, run as run_text};
use countersign_client::npy;
use countersign_messages::abi::NamedTensor;
use countersign_messages::{Device, RunOutcome};
use leptos::prelude::*;
use std::sync::Arc;

/// How many of a list of scores are shown.
const TOP: usize = 5;

/// All outputs.
#[component]
pub fn Outputs(outcome: Arc<RunOutcome>) -> impl IntoView {
    let device = match outcome.device {
        Device::Engine => ("engine", run_text::ON_ENGINE.to_string()),
        Device::Gpu => ("gpu", run_text::on_gpu(outcome.adapter.as_deref())),
    };
    view! {
        <section class="stack" aria-label=run_text::RESULT data-testid="own-outputs">
            <h2>{text::OUTPUTS}</h2>
            <p data-testid="device-used" data-device=device.0>
                <strong>{device.1}</strong>
                " "
                {Words::device(&outcome.reason).view()}
                " "
                {run_text::finished_in(outcome.timings.total)}
                "."
            </p>
            <Values tensors=outcome.outputs.clone()/>
        </section>
    }
}

/// Every output by itself.
#[component]
pub fn Values(tensors: Vec<NamedTensor>) -> impl IntoView {
    tensors
        .into_iter()
        .map(|tensor| view! { <Output tensor/> })
        .collect_view()
}

#[component]
fn Output(tensor: NamedTensor) -> impl IntoView {
    let trouble = RwSignal::new(None::<String>);
    let file = npy::write(&tensor);
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let name: String = tensor
        .name
        .chars()
        .map(|letter| if plain(letter) { letter } else { '_' })
        .collect();
    let save = move |_| {
        let saved = save::file(&format!("{name}.npy"), &file, "application/octet-stream");
        trouble.set(saved.err().map(|error| error.to_string()));
    };
    let ends = range(&tensor).map(|(low, high)| text::range(low, high));
    let scores = best(&tensor, TOP);
    view! {
        <div class="stack-tight">
            <Tensors tensors=vec![tensor]/>
            {ends.map(|ends| view! { <p class="quiet">{ends}</p> })}
            {scores.map(|scores| view! { <Best scores/> })}
            <button type="button" class="button" on:click=save>{text::SAVE_NPY}</button>
            {move || {
                trouble
                    .get()
                    .map(|reason| view! { <Notice mark=Mark::Invalid head=run_text::NOT_SAVED text=reason/> })
            }}
        </div>
    }
}

/// The best of a list of scores; bars from the lowest shown to the highest where they are no probabilities.
#[component]
fn Best(scores: Vec<(usize, f64)>) -> impl IntoView {
    let probabilities = scores.iter().all(|(_, score)| (0.0..=1.0).contains(score));
    let high = scores.first().map_or(1.0, |(_, score)| *score);
    let low = scores.last().map_or(0.0, |(_, score)| *score);
    let part = move |score: f64| {
        if probabilities {
            score
        } else if high > low {
            (score - low) / (high - low)
        } else {
            1.0
        }
    };
    view! {
        <table class="bars">
            <caption class="sr-only">{text::BEST}</caption>
            <thead class="sr-only">
                <tr>
                    <th scope="col">{text::INDEX}</th>
                    <th scope="col">{text::BAR}</th>
                    <th scope="col">{text::VALUE}</th>
                </tr>
            </thead>
            <tbody>
                {scores
                    .into_iter()
                    .enumerate()
                    .map(|(place, (index, score))| {
                        view! {
                            <tr>
                                <th scope="row">{text::index(index)}</th>
                                <td>
                                    <Bar part=part(score) second=place != 0/>
                                </td>
                                <td class="number">{text::number(score)}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}
