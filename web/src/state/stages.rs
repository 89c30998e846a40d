//! The stages of a run, as the page shows them: a fixed list, so that nothing jumps.

use super::worker::Part;
use countersign_messages::{Progress, Stage};

/// A stage of the page's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Worker and engine.
    Engine,
    /// The model's files.
    Model,
    /// The GPU module, the model on the GPU, the self-test.
    Gpu,
    /// Pre-processing and the model itself.
    Run,
    /// Result and commitments.
    Commit,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 5] = [
        Self::Engine,
        Self::Model,
        Self::Gpu,
        Self::Run,
        Self::Commit,
    ];

    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Model => "model",
            Self::Gpu => "gpu",
            Self::Run => "run",
            Self::Commit => "commit",
        }
    }
}

/// How a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Waiting,
    /// Under way.
    Active(Progress),
    /// Done; with the bytes that were fetched for it, if any.
    Done(u64),
    /// Not needed.
    Skipped,
    /// It failed, or was cancelled.
    Failed,
}

impl StepState {
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Active(_) => "active",
            Self::Done(_) => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// All stages of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stages([StepState; 5]);

impl Default for Stages {
    fn default() -> Self {
        Self([StepState::Waiting; 5])
    }
}

impl Stages {
    /// How a stage stands.
    pub fn get(&self, step: Step) -> StepState {
        Step::ALL
            .iter()
            .zip(self.0)
            .find(|(other, _)| **other == step)
            .map_or(StepState::Waiting, |(_, state)| state)
    }

    /// The stage that is under way.
    pub fn active(&self) -> Option<(Step, Progress)> {
        Step::ALL
            .iter()
            .zip(self.0)
            .find_map(|(step, state)| match state {
                StepState::Active(progress) => Some((*step, progress)),
                _ => None,
            })
    }

    /// Notes progress while worker and model are loaded.
    pub fn loading(&mut self, part: Part, progress: Progress) {
        self.advance(
            match part {
                Part::Engine => Step::Engine,
                Part::Model => Step::Model,
            },
            progress,
        );
    }

    /// Notes progress during the run itself, for which the worker may fetch the GPU module.
    pub fn running(&mut self, progress: Progress) {
        let step = match progress.stage {
            Stage::Download
            | Stage::Verify
            | Stage::Compile
            | Stage::Load
            | Stage::GpuLoad
            | Stage::SelfTest => Step::Gpu,
            Stage::Prepare | Stage::Run => Step::Run,
            Stage::Commit => Step::Commit,
        };
        self.advance(step, progress);
    }

    /// Makes `step` the active one: what came before is done, or was not needed.
    fn advance(&mut self, step: Step, progress: Progress) {
        for (other, state) in Step::ALL.iter().zip(&mut self.0) {
            if *other == step {
                *state = StepState::Active(progress);
                return;
            }
            *state = match *state {
                StepState::Waiting => StepState::Skipped,
                StepState::Active(before) => StepState::Done(before.total.unwrap_or(before.done)),
                settled => settled,
            };
        }
    }

    /// Everything is done.
    pub fn finish(&mut self) {
        for state in &mut self.0 {
            *state = match *state {
                StepState::Waiting => StepState::Skipped,
                StepState::Active(before) => StepState::Done(before.total.unwrap_or(before.done)),
                settled => settled,
            };
        }
        // These two always take place, even too fast to be reported.
        for (step, state) in Step::ALL.iter().zip(&mut self.0) {
            if matches!(step, Step::Run | Step::Commit) {
                *state = StepState::Done(0);
            }
        }
    }

    /// What was under way failed.
    pub fn fail(&mut self) {
        for state in &mut self.0 {
            if matches!(state, StepState::Active(_)) {
                *state = StepState::Failed;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_before_the_active_one_are_done_or_skipped() {
        let mut stages = Stages::default();
        stages.loading(Part::Engine, Progress::bytes(Stage::Download, 5, 10));
        stages.running(Progress::stage(Stage::Run));
        assert_eq!(stages.get(Step::Engine), StepState::Done(10));
        assert_eq!(stages.get(Step::Model), StepState::Skipped);
        assert_eq!(stages.get(Step::Gpu), StepState::Skipped);
        assert_eq!(
            stages.get(Step::Run),
            StepState::Active(Progress::stage(Stage::Run))
        );
        assert_eq!(stages.get(Step::Commit), StepState::Waiting);
    }

    #[test]
    fn a_finished_run_has_run_and_committed() {
        let mut stages = Stages::default();
        stages.finish();
        assert_eq!(stages.get(Step::Gpu), StepState::Skipped);
        assert_eq!(stages.get(Step::Commit), StepState::Done(0));
    }

    #[test]
    fn only_what_was_under_way_fails() {
        let mut stages = Stages::default();
        stages.loading(Part::Model, Progress::stage(Stage::Load));
        stages.fail();
        assert_eq!(stages.get(Step::Model), StepState::Failed);
        assert_eq!(stages.get(Step::Run), StepState::Waiting);
    }
}
