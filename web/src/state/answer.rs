//! Results as the tasks write them (RFC 8785 JSON without floats), read strictly: what is none of the task's is not shown
//! as one. All numbers and texts are those that the receipt commits to.

use countersign_shared::json::{self, Object, Value};
use countersign_shared::manifest::Task;

/// A label and its committed decimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The label.
    pub label: String,
    /// The decimal's text.
    pub score: String,
}

/// A place in a picture, with its text where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Four corners in pixels, clockwise from the top left.
    pub points: [(i64, i64); 4],
    /// The committed decimal.
    pub score: String,
    /// What stands there.
    pub text: Option<String>,
}

/// Places in a picture of `width` × `height` pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// In reading order.
    pub places: Vec<Place>,
    /// Pixels.
    pub width: u64,
    /// Pixels.
    pub height: u64,
}

/// Speech in a sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    /// Seconds.
    pub duration: f64,
    /// The probability of speech in each stretch of 32 ms.
    pub frames: Vec<f64>,
    /// Start and end of each stretch of speech: committed decimals, in seconds.
    pub segments: Vec<(String, String)>,
}

/// What a task answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// `magika/1`.
    Magika {
        /// The kind of file.
        label: String,
        /// The same in words.
        description: String,
        /// The committed decimal.
        score: String,
        /// Whether the rules chose another label than the model.
        overwritten: bool,
        /// What the model itself answered, best first.
        top: Vec<Share>,
    },
    /// `image-classification/1`, best first.
    Classes(Vec<Share>),
    /// `text-detection/1`.
    Boxes(Places),
    /// `text-recognition/1`.
    Lines(Places),
    /// `speech-activity/1`.
    Speech(Speech),
    /// `turn-detection/1`.
    Turn {
        /// Whether the speaker has finished.
        complete: bool,
        /// The committed decimal.
        score: String,
        /// The committed decimal, in seconds.
        duration: String,
    },
}

impl Answer {
    /// Reads a result; `None` if it is none of this task's.
    pub fn read(task: Task, result: &[u8]) -> Option<Self> {
        let value = json::parse(result).ok()?;
        let object = value.as_object()?;
        match task {
            Task::Tensors => None,
            Task::Magika => Some(Self::Magika {
                label: text(object, "label")?,
                description: text(object, "description")?,
                score: text(object, "score")?,
                overwritten: text(object, "overwrite_reason")? != "none",
                top: shares(object, "top")?,
            }),
            Task::ImageClassification => {
                let classes = shares(object, "classes")?;
                (!classes.is_empty()).then_some(Self::Classes(classes))
            }
            Task::TextDetection => places(object, "boxes", false).map(Self::Boxes),
            Task::TextRecognition => places(object, "lines", true).map(Self::Lines),
            Task::SpeechActivity => speech(object).map(Self::Speech),
            Task::TurnDetection => Some(Self::Turn {
                complete: match object.get("complete")? {
                    Value::Bool(complete) => *complete,
                    _ => return None,
                },
                score: text(object, "score")?,
                duration: text(object, "duration")?,
            }),
        }
    }
}

fn text(object: &Object, key: &str) -> Option<String> {
    Some(object.get(key)?.as_str()?.to_owned())
}

fn decimal(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(number.get()),
        _ => None,
    }
}

fn shares(object: &Object, key: &str) -> Option<Vec<Share>> {
    object
        .get(key)?
        .as_array()?
        .iter()
        .map(|entry| {
            let entry = entry.as_object()?;
            Some(Share {
                label: text(entry, "label")?,
                score: text(entry, "score")?,
            })
        })
        .collect()
}

fn side(object: &Object, key: &str) -> Option<u64> {
    let pixels = object.get(key)?.as_u64()?;
    (1..=1_000_000).contains(&pixels).then_some(pixels)
}

fn places(object: &Object, key: &str, read: bool) -> Option<Places> {
    let places = object
        .get(key)?
        .as_array()?
        .iter()
        .map(|entry| {
            let entry = entry.as_object()?;
            let points = entry.get("points")?.as_array()?;
            let corner = |place: usize| {
                let point = points.get(place)?.as_array()?;
                match point {
                    [x, y] => Some((integer(x)?, integer(y)?)),
                    _ => None,
                }
            };
            if points.len() != 4 {
                return None;
            }
            Some(Place {
                points: [corner(0)?, corner(1)?, corner(2)?, corner(3)?],
                score: text(entry, "score")?,
                text: if read {
                    Some(text(entry, "text")?)
                } else {
                    None
                },
            })
        })
        .collect::<Option<_>>()?;
    Some(Places {
        places,
        width: side(object, "width")?,
        height: side(object, "height")?,
    })
}

fn speech(object: &Object) -> Option<Speech> {
    let frames = object.get("frames")?.as_array()?.iter();
    let segments = object.get("segments")?.as_array()?.iter();
    Some(Speech {
        duration: decimal(&text(object, "duration")?)?,
        frames: frames
            .map(|frame| decimal(frame.as_str()?))
            .collect::<Option<_>>()?,
        segments: segments
            .map(|segment| {
                let segment = segment.as_object()?;
                let (start, end) = (text(segment, "start")?, text(segment, "end")?);
                (decimal(&start)? <= decimal(&end)?).then_some((start, end))
            })
            .collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tasks_result_is_read() {
        let boxes = br#"{"boxes":[{"points":[[1,2],[30,2],[30,12],[1,12]],"score":"0.93"}],"height":20,"width":40}"#;
        let Some(Answer::Boxes(found)) = Answer::read(Task::TextDetection, boxes) else {
            panic!()
        };
        assert_eq!((found.width, found.height), (40, 20));
        assert_eq!(found.places[0].points[2], (30, 12));
        let lines = br#"{"height":20,"lines":[{"points":[[1,2],[30,2],[30,12],[1,12]],"score":"0.98","text":"Total"}],"width":40}"#;
        let Some(Answer::Lines(found)) = Answer::read(Task::TextRecognition, lines) else {
            panic!()
        };
        assert_eq!(found.places[0].text.as_deref(), Some("Total"));
        let speech = br#"{"duration":"3.210","frames":["0.012","0.9"],"sampleRate":16000,"segments":[{"end":"1.200","start":"0.500"}]}"#;
        let Some(Answer::Speech(found)) = Answer::read(Task::SpeechActivity, speech) else {
            panic!()
        };
        assert_eq!(found.segments, [("0.500".to_owned(), "1.200".to_owned())]);
        let turn = br#"{"complete":true,"duration":"2.310","score":"0.973"}"#;
        assert!(matches!(
            Answer::read(Task::TurnDetection, turn),
            Some(Answer::Turn { complete: true, .. })
        ));
        let classes = br#"{"classes":[{"label":"nsfw","score":"0.012345"}],"height":1,"width":1}"#;
        assert!(matches!(
            Answer::read(Task::ImageClassification, classes),
            Some(Answer::Classes(_))
        ));
    }

    #[test]
    fn bad_input_is_not_shown_as_a_result() {
        for (task, result) in [
            (
                Task::TextDetection,
                &br#"{"boxes":[{"points":[[1,2]],"score":"1"}],"height":2,"width":4}"#[..],
            ),
            (Task::TextDetection, br#"{"boxes":[],"height":0,"width":4}"#),
            (
                Task::TurnDetection,
                br#"{"complete":"true","duration":"1","score":"1"}"#,
            ),
            (
                Task::SpeechActivity,
                br#"{"duration":"NaN","frames":[],"segments":[]}"#,
            ),
            (
                Task::SpeechActivity,
                br#"{"duration":"1","frames":[],"segments":[{"end":"0.1","start":"0.5"}]}"#,
            ),
            (
                Task::ImageClassification,
                br#"{"classes":[],"height":1,"width":1}"#,
            ),
            (Task::Magika, b"not json"),
        ] {
            assert_eq!(Answer::read(task, result), None);
        }
    }
}
