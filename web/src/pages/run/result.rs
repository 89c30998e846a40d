//! The answer in its task's view, the raw tensors, where the time went.

use crate::browser::save;
use crate::components::answer::AnswerView;
use crate::components::command::RunCommand;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::components::tensors::Tensors;
use crate::pages::own::output::Values;
use crate::state::finished::Finished;
use crate::state::media::engine_only;
use crate::text::words::Words;
use crate::text::{en, run as text};
use countersign_messages::{Device, Timings};
use leptos::prelude::*;
use std::sync::Arc;

/// The result view.
#[component]
pub fn Result(run: Arc<Finished>) -> impl IntoView {
    let outcome = Arc::clone(&run.outcome);
    let answer = run.answer();
    // Without post-processing the tensors are the answer.
    let values = outcome.result.is_none().then(|| outcome.outputs.clone());
    let unread = answer.is_none() && outcome.result.is_some();
    let device = match outcome.device {
        Device::Engine => ("engine", text::ON_ENGINE.to_string()),
        Device::Gpu => ("gpu", text::on_gpu(outcome.adapter.as_deref())),
    };
    let reason: Words = if engine_only(run.model.manifest.task) {
        text::ONLY_ENGINE.into()
    } else {
        Words::device(&outcome.reason)
    };
    let name = run.model.manifest.name.clone();
    let again = Arc::clone(&run);
    view! {
        <section aria-label=text::RESULT class="stack">
            {answer.map(|answer| view! { <AnswerView answer model=name file=run.input_name.clone() media=run.media.clone()/> })}
            {values.map(|tensors| view! { <Values tensors/> })}
            {unread.then(|| view! { <p>{text::NOT_SHOWN}</p> })}
            <p data-testid="device-used" data-device=device.0>
                <strong>{device.1}</strong>
                " "
                {reason.view()}
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
                            <SaveResult json/>
                        }
                    })}
            </details>
            <RunCommand run=again/>
        </section>
    }
}

/// Saves the result's bytes: the run that goes on from it needs exactly these.
#[component]
fn SaveResult(json: Vec<u8>) -> impl IntoView {
    let trouble = RwSignal::new(None::<String>);
    let save = move |_| {
        let saved = save::json(RESULT_NAME, &json);
        trouble.set(saved.err().map(|error| error.to_string()));
    };
    view! {
        <button type="button" class="button" on:click=save>{text::SAVE_RESULT}</button>
        {move || {
            trouble
                .get()
                .map(|reason| view! { <Notice mark=Mark::Invalid head=text::NOT_SAVED text=reason/> })
        }}
    }
}

const RESULT_NAME: &str = "result.json";

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
