//! What became of each source of a model's files, for whoever wants to see it: the newest attempt counts.

use countersign_messages::RunError;
use countersign_shared::id::FileHash;
use leptos::prelude::*;
use std::collections::HashMap;

/// Where a file came from without asking a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// It was in this tab already.
    Tab,
    /// This browser kept it; its digest was computed again.
    Kept,
}

/// What became of one source.
#[derive(Debug, Clone, PartialEq)]
pub enum Came {
    /// It gave the file, and every byte was right.
    Gave,
    /// It gave other bytes, which were thrown away.
    OtherBytes(RunError),
    /// It gave nothing.
    Nothing(RunError),
    /// The user stopped the download.
    Stopped,
}

impl Came {
    /// What an attempt means for the source.
    pub fn of<T>(outcome: &Result<T, RunError>) -> Self {
        match outcome {
            Ok(_) => Self::Gave,
            Err(RunError::Cancelled) => Self::Stopped,
            Err(error @ (RunError::Digest { .. } | RunError::Size { .. })) => {
                Self::OtherBytes(error.clone())
            }
            Err(error) => Self::Nothing(error.clone()),
        }
    }

    /// A stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Gave => "gave",
            Self::OtherBytes(_) => "other-bytes",
            Self::Nothing(_) => "nothing",
            Self::Stopped => "stopped",
        }
    }
}

/// How one file was looked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sought {
    /// It needed no source.
    pub here: Option<Here>,
    /// The sources that were asked, by their place in the manifest. Those behind the last were not.
    pub asked: Vec<Came>,
}

/// The newest search for each file.
#[derive(Clone, Copy)]
pub struct Searches(RwSignal<HashMap<FileHash, Sought>, LocalStorage>);

impl Searches {
    fn new() -> Self {
        Self(RwSignal::new_local(HashMap::new()))
    }

    /// The file was here.
    pub fn found(self, file: FileHash, here: Here) {
        let sought = Sought {
            here: Some(here),
            asked: Vec::new(),
        };
        let _ = self.0.try_update(|all| all.insert(file, sought));
    }

    /// Its sources are asked from the first one on.
    pub fn begin(self, file: FileHash) {
        let _ = self.0.try_update(|all| all.insert(file, Sought::default()));
    }

    /// What became of the next one.
    pub fn came(self, file: FileHash, came: Came) {
        let _ = self
            .0
            .try_update(|all| all.entry(file).or_default().asked.push(came));
    }

    /// How the file was looked for in this tab; none if it was not.
    pub fn of(self, file: FileHash) -> Option<Sought> {
        self.0.with(|all| all.get(&file).cloned())
    }
}

/// Puts them into the context.
pub fn provide() {
    provide_context(Searches::new());
}

/// The searches from the context.
pub fn use_searches() -> Searches {
    use_context().unwrap_or_else(Searches::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_bytes_are_told_from_no_answer_and_from_the_users_stop() {
        let digest = RunError::Digest {
            what: "x".to_owned(),
            expected: [0; 32],
            actual: [1; 32],
        };
        let silent = RunError::Download {
            what: "x".to_owned(),
            detail: "gone".to_owned(),
        };
        let name = |error: RunError| Came::of::<()>(&Err(error)).name();
        assert_eq!(name(digest), "other-bytes");
        assert_eq!(name(silent), "nothing");
        assert_eq!(name(RunError::Cancelled), "stopped");
        assert_eq!(Came::of(&Ok(())).name(), "gave");
    }
}
