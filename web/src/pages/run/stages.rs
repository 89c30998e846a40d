//! The stages of a run, each in its place from the start.

use super::bench::Phase;
use crate::browser::clock;
use crate::components::bars::Bar;
use crate::components::shape::{Mark, Shape};
use crate::state::stages::{Stages, Step, StepState};
use crate::text::{en, run as text};
use countersign_messages::DeviceChoice;
use leptos::prelude::*;

/// The list, and the sentence that a screen reader hears.
#[component]
pub fn StageList(
    stages: RwSignal<Stages>,
    phase: RwSignal<Phase>,
    device: RwSignal<DeviceChoice>,
) -> impl IntoView {
    // Says each stage once, not each byte.
    let said = Memo::new(move |_| match &*phase.read() {
        Phase::Idle => String::new(),
        Phase::Running => stages.get().active().map_or_else(
            || text::STARTING.to_string(),
            |(_, now)| text::stage(now.stage),
        ),
        Phase::Done(run) => text::finished_in(run.outcome.timings.total),
        Phase::Failed(_) => text::FAILED.to_string(),
        Phase::Cancelled => text::CANCELLED.to_string(),
    });
    view! {
        <div>
            <p class="stage-said" role="status" data-testid="run-status">{move || said.get()}</p>
            <ol class="stages" aria-label=text::PROGRESS>
                {Step::ALL
                    .map(|step| {
                        let state = Memo::new(move |_| stages.get().get(step));
                        view! { <Item step state device/> }
                    })
                    .collect_view()}
            </ol>
        </div>
    }
}

#[component]
fn Item(step: Step, state: Memo<StepState>, device: RwSignal<DeviceChoice>) -> impl IntoView {
    let mark = Signal::derive(move || match state.get() {
        StepState::Waiting => Mark::Blank,
        StepState::Skipped => Mark::Absent,
        StepState::Active(_) => Mark::Checking,
        StepState::Done(_) => Mark::Valid,
        StepState::Failed => Mark::Invalid,
    });
    // When the first bytes were seen, and how many: what is left is told from the pace since then.
    let began = StoredValue::new(None::<(f64, u64)>);
    let left = move |done: u64, total: u64| {
        let now = clock::milliseconds();
        let Some((start, first)) = began.get_value().filter(|(_, first)| *first <= done) else {
            began.set_value(Some((now, done)));
            return None;
        };
        seconds_left(now - start, done - first, total.saturating_sub(done))
    };
    let amount = move || match state.get() {
        StepState::Waiting if step == Step::Gpu && device.get() == DeviceChoice::Engine => {
            text::NOT_NEEDED.to_string()
        }
        StepState::Waiting => String::new(),
        StepState::Skipped => text::NOT_NEEDED.to_string(),
        StepState::Active(progress) => match progress.total {
            Some(total) if total > 0 => text::of(progress.done, total, left(progress.done, total)),
            _ => text::stage(progress.stage),
        },
        StepState::Done(0) => text::DONE.to_string(),
        StepState::Done(bytes) => en::size(bytes),
        StepState::Failed => text::STOPPED.to_string(),
    };
    let part = Signal::derive(move || match state.get() {
        StepState::Waiting | StepState::Skipped | StepState::Failed => 0.0,
        StepState::Active(progress) => progress.fraction().unwrap_or(0.0),
        StepState::Done(_) => 1.0,
    });
    view! {
        <li class="stage" data-testid=format!("stage-{}", step.name()) data-state=move || state.get().name()>
            <Shape mark/>
            <span>{text::step(step)}</span>
            <span class="stage-amount">{amount}</span>
            <Bar part/>
        </li>
    }
}

/// Whole seconds that `rest` bytes take at the pace of `done` bytes in `elapsed` milliseconds; none before a second has
/// passed, when the pace says nothing yet.
fn seconds_left(elapsed: f64, done: u64, rest: u64) -> Option<u64> {
    if elapsed < 1_000.0 || done == 0 {
        return None;
    }
    // Both are far below 2^53, and the quotient saturates.
    Some((elapsed / 1_000.0 * rest as f64 / done as f64).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::seconds_left;

    #[test]
    fn the_time_left_follows_from_the_pace() {
        assert_eq!(seconds_left(2_000.0, 10, 30), Some(6));
        assert_eq!(seconds_left(999.0, 10, 30), None);
        assert_eq!(seconds_left(5_000.0, 0, 30), None);
        assert_eq!(seconds_left(5_000.0, 10, 0), Some(0));
    }
}
