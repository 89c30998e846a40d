//! How a list is read: every key is known and stands there once, or the place that is wrong is named.

use core::fmt;
use countersign_shared::hex::HexError;
use countersign_shared::json::{JsonError, Object, Value};
use std::str::FromStr;

/// Why a list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListError {
    /// Not JSON, or not the strict JSON that lists are.
    Json(JsonError),
    /// `format` is another than this program reads.
    Format {
        /// The format that was expected.
        expected: &'static str,
    },
    /// A key is missing, unknown, or holds another type.
    Key {
        /// The key, with the entry's number where there is one: `deployments[0].genesis`.
        key: String,
    },
    /// A value is not hexadecimal of the right length.
    Hex {
        /// As in [`ListError::Key`].
        key: String,
        /// What is wrong with it.
        error: HexError,
    },
    /// Two entries name the same thing.
    Duplicate {
        /// The list.
        list: &'static str,
    },
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "the list cannot be read: {error}"),
            Self::Format { expected } => write!(f, "this is no list of the format {expected}"),
            Self::Key { key } => write!(
                f,
                "the list's key {key} is missing, unknown, or of the wrong type"
            ),
            Self::Hex { key, error } => write!(f, "the list's {key} cannot be read: {error}"),
            Self::Duplicate { list } => write!(f, "two entries of {list} name the same"),
        }
    }
}

impl core::error::Error for ListError {}

/// One object of a list and where it stands, for messages.
pub(super) struct Entry<'a> {
    place: String,
    object: &'a Object,
}

/// Reads the outer object and its list; the entries' own keys are the caller's.
pub(super) fn entries_of<'a>(
    value: &'a Value,
    format: &'static str,
    list: &'static str,
) -> Result<Vec<Entry<'a>>, ListError> {
    let wrong = || ListError::Format { expected: format };
    let object = value.as_object().ok_or_else(wrong)?;
    if object.get("format").and_then(Value::as_str) != Some(format) {
        return Err(wrong());
    }
    let outer = Entry {
        place: String::new(),
        object,
    };
    outer.only(&["format", list])?;
    let items = object
        .get(list)
        .and_then(Value::as_array)
        .ok_or_else(|| outer.wrong(list))?;
    let entry = |(index, item): (usize, &'a Value)| {
        let place = format!("{list}[{index}]");
        let object = item
            .as_object()
            .ok_or_else(|| ListError::Key { key: place.clone() })?;
        Ok(Entry {
            place: format!("{place}."),
            object,
        })
    };
    items.iter().enumerate().map(entry).collect()
}

impl Entry<'_> {
    fn wrong(&self, key: &str) -> ListError {
        ListError::Key {
            key: format!("{}{key}", self.place),
        }
    }

    pub(super) fn only(&self, keys: &[&str]) -> Result<(), ListError> {
        if let Some((key, _)) = self.object.iter().find(|(key, _)| !keys.contains(key)) {
            return Err(self.wrong(key));
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Result<&Value, ListError> {
        self.object.get(key).ok_or_else(|| self.wrong(key))
    }

    pub(super) fn text(&self, key: &str) -> Result<String, ListError> {
        self.get(key)?
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| self.wrong(key))
    }

    pub(super) fn flag(&self, key: &str) -> Result<bool, ListError> {
        match self.get(key)? {
            Value::Bool(flag) => Ok(*flag),
            _ => Err(self.wrong(key)),
        }
    }

    pub(super) fn object(&self, key: &str) -> Result<Entry<'_>, ListError> {
        let object = self.get(key)?.as_object().ok_or_else(|| self.wrong(key))?;
        Ok(Entry {
            place: format!("{}{key}.", self.place),
            object,
        })
    }

    pub(super) fn id<T: FromStr<Err = HexError>>(&self, key: &str) -> Result<T, ListError> {
        let text = self.get(key)?.as_str().ok_or_else(|| self.wrong(key))?;
        text.parse().map_err(|error| ListError::Hex {
            key: format!("{}{key}", self.place),
            error,
        })
    }

    pub(super) fn id_or_null<T: FromStr<Err = HexError>>(
        &self,
        key: &str,
    ) -> Result<Option<T>, ListError> {
        match self.get(key)? {
            Value::Null => Ok(None),
            _ => self.id(key).map(Some),
        }
    }
}

/// Refuses a list of which two entries have one key.
pub(super) fn no_duplicates<T, K: PartialEq>(
    entries: &[T],
    list: &'static str,
    key: impl Fn(&T) -> K,
) -> Result<(), ListError> {
    let doubled = |(index, entry): (usize, &T)| {
        entries
            .iter()
            .skip(index + 1)
            .any(|other| key(other) == key(entry))
    };
    if entries.iter().enumerate().any(doubled) {
        return Err(ListError::Duplicate { list });
    }
    Ok(())
}
