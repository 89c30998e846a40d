//! Sentences of the crates below, which are English whatever the page speaks, together with the page's own words.

use super::en;
use super::language::{language, Language, Text};
use leptos::prelude::*;

/// What a notice says: first what another crate said, then the app's own words; either may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    english: String,
    own: String,
}

impl Words {
    /// A sentence of `shared`, `client` or the engine.
    pub fn english(sentence: impl Into<String>) -> Self {
        Self {
            english: sentence.into(),
            own: String::new(),
        }
    }

    /// The app's words after it.
    pub fn then(self, own: impl Into<String>) -> Self {
        let own = own.into();
        let own = if self.own.is_empty() {
            own
        } else {
            format!("{} {own}", self.own)
        };
        Self { own, ..self }
    }

    /// The first part as a sentence: first letter upper-case, full stop.
    pub fn sentence(mut self) -> Self {
        let first = if self.english.is_empty() {
            &mut self.own
        } else {
            &mut self.english
        };
        *first = en::sentence(first);
        self
    }

    /// To be shown: screen readers change their voice for what is English.
    pub fn view(self) -> impl IntoView {
        let Self { english, own } = self;
        let gap = (!english.is_empty() && !own.is_empty()).then_some(" ");
        let english =
            (!english.is_empty()).then(|| view! { <span lang=foreign()>{english}</span> });
        view! { {english} {gap} {own} }
    }
}

/// The `lang` of an element with a sentence of another crate; none where the page speaks English itself.
pub fn foreign() -> Option<&'static str> {
    (language() != Language::English).then_some(Language::English.tag())
}

impl From<String> for Words {
    fn from(own: String) -> Self {
        Self {
            english: String::new(),
            own,
        }
    }
}

impl From<&str> for Words {
    fn from(own: &str) -> Self {
        own.to_owned().into()
    }
}

impl From<Text> for Words {
    fn from(own: Text) -> Self {
        own.get().into()
    }
}
