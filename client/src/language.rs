//! The languages in which verdicts and errors are said.

use core::fmt;

/// A language. What programs read (exit codes, keys, verdict words in JSON) is English in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All, in the order of a choice.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language of a tag such as `de-AT`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let main = tag.split('-').next().unwrap_or_default();
        let mut all = Self::ALL.into_iter();
        all.find(|language| main.eq_ignore_ascii_case(language.tag()))
    }
}

/// What can be said in every language. The English is the `Display` beside the type; the German stands in
/// `messages/de`, one match arm for each variant.
pub trait Say: fmt::Display {
    /// The German, as `Display` gives the English: no capital for its own sake, no full stop where that has none.
    fn german(&self) -> String;

    /// What of the German is English all the same: the words of an engine, a node, a contract's chain or a system.
    /// It stands in [`Say::german`] letter by letter.
    fn foreign(&self) -> Option<String> {
        None
    }

    /// What it says in a language.
    fn say(&self, language: Language) -> String {
        match language {
            Language::English => self.to_string(),
            Language::German => self.german(),
        }
    }
}
