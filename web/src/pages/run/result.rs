//! The answer: a sentence, labelled bars, the raw tensors, where the time went.

use crate::components::bars::Bar;
use crate::components::tensors::Tensors;
use crate::state::finished::Finished;
use crate::text::{en, run as text};
use countersign_messages::{Device, Timings};
use countersign_shared::json::{self, Object};
use leptos::prelude::*;
use std::sync::Arc;

/// What `magika/1` answers; all texts are those that the receipt commits to.
struct Magika {
    label: String,
    description: String,
    score: String,
    overwritten: bool,
    top: Vec<(String, String)>,
}

impl Magika {
    /// Reads the committed result; `None` if it is none of this task's.
    fn read(result: &[u8]) -> Option<Self> {
        let value = json::parse(result).ok()?;
        let object = value.as_object()?;
        let text = |object: &Object, key| Some(object.get(key)?.as_str()?.to_owned());
        let top = object.get("top")?.as_array()?.iter().map(|entry| {
            let entry = entry.as_object()?;
            Some((text(entry, "label")?, text(entry, "score")?))
        });
        Some(Self {
            label: text(object, "label")?,
            description: text(object, "description")?,
            score: text(object, "score")?,
            overwritten: text(object, "overwrite_reason")? != "none",
            top: top.collect::<Option<_>>()?,
        })
    }
}

/// The result view.
#[component]
pub fn Result(run: Arc<Finished>) -> impl IntoView {
    let outcome = Arc::clone(&run.outcome);
    let answer = outcome.result.as_deref().and_then(Magika::read);
    let device = match outcome.device {
        Device::Engine => ("engine", text::ON_ENGINE.to_owned()),
        Device::Gpu => ("gpu", text::on_gpu(outcome.adapter.as_deref())),
    };
    let name = run.model.manifest.name.clone();
    view! {
        <section aria-label=text::RESULT class="stack">
            {answer.map(|answer| view! { <Answer answer model=name file=run.input_name.clone()/> })}
            <p data-testid="device-used" data-device=device.0>
                <strong>{device.1}</strong>
                " "
                {outcome.reason.to_string()}
            </p>
            <details class="more">
                <summary>{text::TIMES}</summary>
                <Times timings=outcome.timings memory=outcome.memory.engine + outcome.memory.worker + outcome.memory.gpu/>
            </details>
            <details class="more">
                <summary>{text::RAW}</summary>
                <Tensors tensors=outcome.outputs.clone()/>
                {outcome
                    .result
                    .clone()
                    .map(|json| {
                        view! {
                            <h3>{text::RESULT_FILE}</h3>
                            <pre class="code" tabindex="0">{String::from_utf8_lossy(&json).into_owned()}</pre>
                        }
                    })}
            </details>
        </section>
    }
}

#[component]
fn Answer(answer: Magika, model: String, file: String) -> impl IntoView {
    let Magika {
        label,
        description,
        score,
        overwritten,
        top,
    } = answer;
    let bars = if top.is_empty() {
        vec![(label.clone(), score)]
    } else {
        top
    };
    let shown = label.clone();
    view! {
        <div>
            <p class="quiet">{text::says(&model, &file)}</p>
            <p class="answer" data-testid="answer" data-label=label>
                {description}
                " "
                <span class="quiet mono small">{shown}</span>
            </p>
            {overwritten.then(|| view! { <p class="quiet small">{text::OVERWRITTEN}</p> })}
        </div>
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
                {bars
                    .into_iter()
                    .enumerate()
                    .map(|(place, (label, score))| {
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

#[component]
fn Times(timings: Timings, memory: u64) -> impl IntoView {
    let rows = [
        (text::TIME_LOAD, timings.load),
        (text::TIME_SELF_TEST, timings.self_test),
        (text::TIME_PREPARE, timings.prepare),
        (text::TIME_RUN, timings.run),
        (text::TIME_COMMIT, timings.commit),
        (text::TIME_TOTAL, timings.total),
    ];
    view! {
        <table class="data">
            <caption>{text::TIMES_CAPTION}</caption>
            <tbody>
                {rows
                    .map(|(name, time)| {
                        view! {
                            <tr>
                                <th scope="row">{name}</th>
                                <td class="number">{en::milliseconds(time)}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
                <tr>
                    <th scope="row">{text::MEMORY}</th>
                    <td class="number">{en::size(memory)}</td>
                </tr>
            </tbody>
        </table>
    }
}
