//! A chosen file as it can be shown: a picture by an address of this tab, a WAV as its waveform. What a model is fed is
//! never taken from here: the engine decodes the file's bytes itself.

use crate::browser::object_url::ObjectUrl;
use crate::browser::{read, wav};
use countersign_shared::manifest::Task;
use std::sync::Arc;
use web_sys::Blob;

/// How many columns a waveform has.
pub const BINS: usize = 600;
/// A longer sound is drawn from its probabilities alone.
const MOST_SOUND: f64 = 64.0 * 1024.0 * 1024.0;

/// Lowest and highest sample of each column, from -1 to 1.
pub type Wave = Arc<Vec<(f32, f32)>>;

/// What of a file can be shown.
#[derive(Clone)]
pub enum Media {
    /// A picture's address; lives as long as somebody shows it.
    Picture(Arc<ObjectUrl>),
    /// A sound's waveform.
    Sound(Wave),
}

impl Media {
    /// What can be shown of a file that a task takes.
    pub async fn of(task: Task, data: &Blob) -> Option<Self> {
        match kind(task) {
            Kind::Picture => ObjectUrl::new(data).ok().map(Arc::new).map(Self::Picture),
            Kind::Sound if data.size() <= MOST_SOUND => {
                let bytes = read::bytes(data).await.ok()?;
                wav::envelope(&bytes, BINS).map(Arc::new).map(Self::Sound)
            }
            Kind::Sound | Kind::Bytes => None,
        }
    }

    /// The picture's address.
    pub fn url(&self) -> Option<String> {
        match self {
            Self::Picture(url) => Some(url.text().to_owned()),
            Self::Sound(_) => None,
        }
    }

    /// The waveform.
    pub fn wave(&self) -> Option<Wave> {
        match self {
            Self::Sound(wave) => Some(Arc::clone(wave)),
            Self::Picture(_) => None,
        }
    }
}

/// What kind of file a task takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any file.
    Bytes,
    /// A picture.
    Picture,
    /// A sound.
    Sound,
}

/// What kind of file a task takes.
pub const fn kind(task: Task) -> Kind {
    match task {
        Task::ImageClassification | Task::TextDetection | Task::TextRecognition => Kind::Picture,
        Task::SpeechActivity | Task::TurnDetection => Kind::Sound,
        Task::Magika | Task::Tensors => Kind::Bytes,
    }
}

/// Whether a task executes its model several times, which only the engine does (PROTOCOL 2.1).
pub const fn engine_only(task: Task) -> bool {
    matches!(task, Task::TextRecognition | Task::SpeechActivity)
}
