//! Labels as bars; the table is the chart.

use crate::components::bars::Bar;
use crate::state::answer::Share;
use crate::text::{answer as text, en};
use leptos::prelude::*;

/// `magika/1`: the kind of file, and what the model itself answered.
#[component]
pub fn Magika(
    says: String,
    label: String,
    description: String,
    score: String,
    overwritten: bool,
    top: Vec<Share>,
) -> impl IntoView {
    let shares = if top.is_empty() {
        vec![Share {
            label: label.clone(),
            score,
        }]
    } else {
        top
    };
    let shown = label.clone();
    view! {
        <div>
            <p class="quiet">{says}</p>
            <p class="answer" data-testid="answer" data-label=label>
                {description}
                " "
                <span class="quiet mono small">{shown}</span>
            </p>
            {overwritten.then(|| view! { <p class="quiet small">{text::OVERWRITTEN}</p> })}
        </div>
        <Bars shares/>
    }
}

/// Labels with their scores, best first.
#[component]
pub fn Bars(shares: Vec<Share>) -> impl IntoView {
    view! {
        <table class="bars">
            <caption class="sr-only">{text::TOP}</caption>
            <thead class="sr-only">
                <tr>
                    <th scope="col">{text::LABEL}</th>
                    <th scope="col">{text::SHARE}</th>
                    <th scope="col">{text::SCORE}</th>
                </tr>
            </thead>
            <tbody>
                {shares
                    .into_iter()
                    .enumerate()
                    .map(|(place, Share { label, score })| {
                        // A committed decimal; what is no number draws no bar and is still shown.
                        let part = score.parse::<f64>().unwrap_or(0.0);
                        let exact = score.clone();
                        view! {
                            <tr data-score=exact>
                                <th scope="row">{label}</th>
                                <td>
                                    <Bar part=part second=place != 0/>
                                </td>
                                <td class="number" title=score>{en::percent(part)}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}
