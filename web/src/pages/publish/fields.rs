//! The fields of the page: what each is called, what is wrong with what stands in it, and where it is kept while one is away.

use super::draft::{self, Hashed, Words};
use crate::text::language::Text;
use crate::text::publish as text;
use countersign_messages::abi::{Dim, ElementType, Port};
use countersign_shared::files::{FieldFault, FileError};
use countersign_shared::id::{FileHash, ModelId};
use countersign_shared::manifest::ManifestError;
use leptos::prelude::window;
use web_sys::Storage;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The model's name.
    Name,
    /// Its version.
    Version,
    /// What it does.
    Description,
    /// Its licence.
    Licence,
    /// Where others get the files.
    Source,
    /// How far a GPU may be off.
    Tolerance,
    /// The model that it replaces.
    Before,
}

impl Field {
    /// As they stand on the page.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Version,
        Self::Description,
        Self::Licence,
        Self::Source,
        Self::Tolerance,
        Self::Before,
    ];

    /// The element's id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Name => "publish-name",
            Self::Version => "publish-version",
            Self::Description => "publish-description",
            Self::Licence => "publish-licence",
            Self::Source => "publish-source",
            Self::Tolerance => "publish-tolerance",
            Self::Before => "publish-before",
        }
    }

    /// What it is called.
    pub const fn label(self) -> Text {
        match self {
            Self::Name => text::NAME,
            Self::Version => text::VERSION,
            Self::Description => text::DESCRIPTION,
            Self::Licence => text::LICENCE,
            Self::Source => text::SOURCE,
            Self::Tolerance => text::TOLERANCE,
            Self::Before => text::BEFORE,
        }
    }

    /// What stands in it.
    pub fn of(self, words: &Words) -> &String {
        match self {
            Self::Name => &words.name,
            Self::Version => &words.version,
            Self::Description => &words.description,
            Self::Licence => &words.licence,
            Self::Source => &words.source,
            Self::Tolerance => &words.tolerance,
            Self::Before => &words.before,
        }
    }

    /// As [`Field::of`], to be written.
    pub fn of_mut(self, words: &mut Words) -> &mut String {
        match self {
            Self::Name => &mut words.name,
            Self::Version => &mut words.version,
            Self::Description => &mut words.description,
            Self::Licence => &mut words.licence,
            Self::Source => &mut words.source,
            Self::Tolerance => &mut words.tolerance,
            Self::Before => &mut words.before,
        }
    }

    /// What is wrong with it: the manifest's own rules, applied to this field among others that are in order.
    pub fn fault(self, words: &Words) -> Option<String> {
        let typed = self.of(words).trim();
        if self == Self::Before {
            return before(words).err();
        }
        if typed.is_empty() && self != Self::Source {
            return Some(text::FAULT_EMPTY.to_string());
        }
        let mut sample = sample();
        typed.clone_into(self.of_mut(&mut sample));
        let port = Port {
            name: "x".to_owned(),
            dtype: ElementType::F32,
            dims: Some(vec![Dim::Fixed(1)]),
        };
        let ports = [port];
        let hashed = Hashed {
            sha256: FileHash::new([1; 32]),
            size: 1,
        };
        let made = draft::described(&sample, &ports, &ports, hashed, Some(hashed)).ok()?;
        let error = made.to_bytes().err()?;
        Some(match (self, &error) {
            (Self::Licence, _) if !is_count(&error) => text::FAULT_LICENCE.to_string(),
            (Self::Source, _) => text::FAULT_SOURCE.to_string(),
            (Self::Tolerance, _) => text::FAULT_TOLERANCE.to_string(),
            _ if is_count(&error) => text::FAULT_LONG.to_string(),
            _ => text::FAULT_CHARACTERS.to_string(),
        })
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Name => "countersign.publish.name",
            Self::Version => "countersign.publish.version",
            Self::Description => "countersign.publish.description",
            Self::Licence => "countersign.publish.licence",
            Self::Source => "countersign.publish.source",
            Self::Tolerance => "countersign.publish.tolerance",
            Self::Before => "countersign.publish.before",
        }
    }
}

/// The model that is replaced, if one is named.
///
/// # Errors
/// A sentence.
pub fn before(words: &Words) -> Result<Option<ModelId>, String> {
    match words.before.trim() {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| text::no_model_id(id)),
    }
}

fn is_count(error: &ManifestError) -> bool {
    matches!(
        error,
        ManifestError::TooLong(_)
            | ManifestError::File(FileError::Field {
                fault: FieldFault::Count,
                ..
            })
    )
}

/// Fields that every rule takes.
fn sample() -> Words {
    let word = || "x".to_owned();
    Words {
        name: word(),
        version: word(),
        description: word(),
        licence: "MIT".to_owned(),
        source: String::new(),
        tolerance: "0".to_owned(),
        before: String::new(),
    }
}

/// What was typed in this tab before, or what a new page begins with.
pub fn restore() -> Words {
    let mut words = Words {
        tolerance: "0.001".to_owned(),
        version: "1".to_owned(),
        ..Words::default()
    };
    if let Some(storage) = storage() {
        for field in Field::ALL {
            if let Ok(Some(kept)) = storage.get_item(field.key()) {
                *field.of_mut(&mut words) = kept;
            }
        }
    }
    words
}

/// Keeps what is typed as long as the tab is there; where storage is switched off, as long as the page is.
pub fn keep(words: &Words) {
    if let Some(storage) = storage() {
        for field in Field::ALL {
            // What does not fit stays on the page all the same.
            let _ = storage.set_item(field.key(), field.of(words));
        }
    }
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::language::tests::in_german;

    fn fault(field: Field, typed: &str) -> Option<String> {
        let mut words = sample();
        typed.clone_into(field.of_mut(&mut words));
        field.fault(&words)
    }

    #[test]
    fn what_is_in_order_has_no_fault() {
        for field in Field::ALL {
            assert_eq!(field.fault(&sample()), None, "{field:?}");
        }
        assert_eq!(fault(Field::Name, " Tables 2 "), None);
        assert_eq!(fault(Field::Source, "https://example.org/a/"), None);
        assert_eq!(
            fault(Field::Before, &format!("0x{}", "ab".repeat(32))),
            None
        );
    }

    #[test]
    fn bad_input_is_named_at_its_field() {
        let empty = Some(text::FAULT_EMPTY.to_string());
        let long = Some(text::FAULT_LONG.to_string());
        let characters = Some(text::FAULT_CHARACTERS.to_string());
        assert_eq!(fault(Field::Name, "  "), empty);
        assert_eq!(fault(Field::Name, &"x".repeat(121)), long);
        assert_eq!(fault(Field::Description, &"x".repeat(2_001)), long);
        assert_eq!(fault(Field::Name, "a\u{202e}b"), characters);
        assert_eq!(
            fault(Field::Licence, "do <what> you want"),
            Some(text::FAULT_LICENCE.to_string())
        );
        assert_eq!(
            fault(Field::Source, "http://example.org"),
            Some(text::FAULT_SOURCE.to_string())
        );
        assert_eq!(
            fault(Field::Tolerance, "a little"),
            Some(text::FAULT_TOLERANCE.to_string())
        );
        assert!(fault(Field::Before, "Magika").is_some());
        assert_ne!(
            in_german(|| fault(Field::Tolerance, "a little")),
            fault(Field::Tolerance, "a little")
        );
    }
}
