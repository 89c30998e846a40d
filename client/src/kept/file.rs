//! `countersign/kept/1`: a kept receipt as it lies in the owner's browser and inside a backup. RFC 8785, closed.

use super::{Kept, Notes, Seen};
use core::fmt;
use countersign_shared::chain::Moment;
use countersign_shared::files::{AnchorProof, Bundle, FileError};
use countersign_shared::json::{self, Integer, JsonError, Object, Value};
use countersign_shared::status::Disownment;
use countersign_shared::Software;

const FORMAT: &str = "countersign/kept/1";
const KEYS: [&str; 7] = [
    "bundle",
    "format",
    "kept",
    "notes",
    "seen",
    "sentUntil",
    "tried",
];
/// Longer records are refused unread, in bytes: a bundle of the greatest length and its notes.
const MAX_BYTES: usize = 16 << 20;

/// Why a record cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub enum KeptError {
    /// Longer than any record.
    TooLarge,
    /// Not JSON as it was written.
    Json(JsonError),
    /// Written by a program that knows more than this one.
    Unsupported(String),
    /// A field is not what it must be.
    Field(&'static str),
    /// The bundle or a proof in it cannot be read.
    File(FileError),
    /// An opening is another receipt's.
    OtherReceipt,
}

impl fmt::Display for KeptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("it is longer than any kept receipt"),
            Self::Json(error) => write!(f, "it is damaged: {error}"),
            Self::Unsupported(format) => {
                write!(
                    f,
                    "this program does not know the format {format:?}; a newer one may"
                )
            }
            Self::Field(name) => write!(f, "its field {name} is damaged"),
            Self::File(error) => error.fmt(f),
            Self::OtherReceipt => f.write_str("an opening in it belongs to another receipt"),
        }
    }
}

impl core::error::Error for KeptError {}

impl Kept {
    /// Writes the record.
    #[must_use]
    pub fn to_file(&self) -> String {
        self.to_json().to_canonical()
    }

    pub(super) fn to_json(&self) -> Value {
        let notes = &self.notes;
        let tried = self.tried.iter().map(|proof| proof.to_file().into());
        Value::from([
            ("bundle", self.bundle.to_file(&Software).into()),
            ("format", FORMAT.into()),
            ("kept", number(self.kept)),
            (
                "notes",
                Value::from([
                    ("input", note(&notes.input)),
                    ("model", note(&notes.model)),
                    ("publisher", note(&notes.publisher)),
                    ("result", note(&notes.result)),
                ]),
            ),
            ("seen", self.seen.as_ref().map_or(Value::Null, seen_to_json)),
            (
                "sentUntil",
                self.sent_until.map_or(Value::Null, Value::from),
            ),
            ("tried", Value::Array(tried.collect())),
        ])
    }

    /// Reads a record. Its signature and openings are not verified here.
    ///
    /// # Errors
    /// [`KeptError`].
    pub fn from_file(bytes: &[u8]) -> Result<Self, KeptError> {
        if bytes.len() > MAX_BYTES {
            return Err(KeptError::TooLarge);
        }
        let value = json::parse_canonical(bytes).map_err(KeptError::Json)?;
        Self::from_json(&value)
    }

    pub(super) fn from_json(value: &Value) -> Result<Self, KeptError> {
        let object = value.as_object().ok_or(KeptError::Field("format"))?;
        match object.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            Some(other) if other.starts_with("countersign/kept/") => {
                return Err(KeptError::Unsupported(other.to_owned()))
            }
            _ => return Err(KeptError::Field("format")),
        }
        closed(object, &KEYS, "format")?;
        let bundle = text(object, "bundle")?;
        let bundle = Bundle::from_file(bundle.as_bytes(), &Software).map_err(KeptError::File)?;
        let id = bundle.receipt.id(&Software);
        if bundle.openings.iter().any(|opening| opening.receipt != id) {
            return Err(KeptError::OtherReceipt);
        }
        let tried = object.get("tried").and_then(Value::as_array);
        let tried: Result<Vec<AnchorProof>, KeptError> = tried
            .ok_or(KeptError::Field("tried"))?
            .iter()
            .map(|proof| {
                let proof = proof.as_str().ok_or(KeptError::Field("tried"))?;
                AnchorProof::from_file(proof.as_bytes()).map_err(KeptError::File)
            })
            .collect();
        Ok(Self {
            bundle,
            tried: tried?,
            sent_until: optional(object, "sentUntil", |value| {
                u32::try_from(value.as_u64()?).ok()
            })?,
            seen: optional(object, "seen", seen)?,
            kept: integer(object, "kept").ok_or(KeptError::Field("kept"))?,
            notes: notes(object)?,
        })
    }
}

/// File names and results may hold code points that are no characters, which no reader of JSON like ours takes: one of
/// them must not make the record, and every backup with it, unreadable.
fn note(text: &str) -> Value {
    text.replace(json::is_noncharacter, "\u{fffd}").into()
}

fn notes(object: &Object) -> Result<Notes, KeptError> {
    let notes = object.get("notes").and_then(Value::as_object);
    let notes = notes.ok_or(KeptError::Field("notes"))?;
    closed(notes, &["input", "model", "publisher", "result"], "notes")?;
    Ok(Notes {
        model: text(notes, "model")?.to_owned(),
        publisher: text(notes, "publisher")?.to_owned(),
        input: text(notes, "input")?.to_owned(),
        result: text(notes, "result")?.to_owned(),
    })
}

fn seen_to_json(seen: &Seen) -> Value {
    let moment = |at: Moment| {
        Value::from([
            ("block", Value::from(at.block)),
            ("seconds", number(at.seconds)),
        ])
    };
    let disowned = |disownment: Disownment| {
        Value::from([
            ("declared", moment(disownment.declared)),
            ("since", Value::from(disownment.since)),
        ])
    };
    Value::from([
        ("anchored", seen.anchored.map_or(Value::Null, moment)),
        ("batch", seen.batch.into()),
        ("block", seen.block.into()),
        ("disowned", seen.disowned.map_or(Value::Null, disowned)),
        ("revoked", seen.revoked.map_or(Value::Null, moment)),
    ])
}

fn seen(value: &Value) -> Option<Seen> {
    let object = value.as_object()?;
    let keys = ["anchored", "batch", "block", "disowned", "revoked"];
    closed(object, &keys, "seen").ok()?;
    Some(Seen {
        block: number32(object, "block")?,
        anchored: optional(object, "anchored", moment).ok()?,
        batch: match object.get("batch")? {
            Value::Bool(batch) => *batch,
            _ => return None,
        },
        revoked: optional(object, "revoked", moment).ok()?,
        disowned: optional(object, "disowned", disownment).ok()?,
    })
}

fn moment(value: &Value) -> Option<Moment> {
    let object = value.as_object()?;
    closed(object, &["block", "seconds"], "seen").ok()?;
    Some(Moment {
        block: number32(object, "block")?,
        seconds: integer(object, "seconds")?,
    })
}

fn disownment(value: &Value) -> Option<Disownment> {
    let object = value.as_object()?;
    closed(object, &["declared", "since"], "seen").ok()?;
    Some(Disownment {
        since: number32(object, "since")?,
        declared: moment(object.get("declared")?)?,
    })
}

pub(super) fn closed(object: &Object, keys: &[&str], field: &'static str) -> Result<(), KeptError> {
    if object.iter().all(|(key, _)| keys.contains(&key)) {
        Ok(())
    } else {
        Err(KeptError::Field(field))
    }
}

fn text<'a>(object: &'a Object, key: &'static str) -> Result<&'a str, KeptError> {
    let text = object.get(key).and_then(Value::as_str);
    text.ok_or(KeptError::Field(key))
}

fn integer(object: &Object, key: &str) -> Option<u64> {
    object.get(key)?.as_u64()
}

fn number32(object: &Object, key: &str) -> Option<u32> {
    u32::try_from(integer(object, key)?).ok()
}

/// `null` is nothing; a value must be readable.
fn optional<T>(
    object: &Object,
    key: &'static str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Option<T>, KeptError> {
    match object.get(key) {
        Some(Value::Null) => Ok(None),
        Some(value) => read(value).map(Some).ok_or(KeptError::Field(key)),
        None => Err(KeptError::Field(key)),
    }
}

/// Times and heights are far below JSON's greatest integer; a greater one is written as `null`, which no reader takes.
fn number(value: u64) -> Value {
    i64::try_from(value)
        .ok()
        .and_then(Integer::new)
        .map_or(Value::Null, Value::Integer)
}
