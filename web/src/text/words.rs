//! Sentences of the crates below together with the page's own words, and what of them is English whatever the page
//! speaks: an engine's, a node's, a browser's own words.

use super::en;
use super::faults;
use super::language::{language, Language, Text};
use countersign_client::language::Say;
use countersign_messages::{Reason, RunError};
use leptos::prelude::*;

/// What a notice says: parts in order, each in the page's language or in English.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    text: String,
    english: bool,
}

impl Words {
    /// An error of `shared` or `client`.
    pub fn said(error: &impl Say) -> Self {
        Self::split(error.say(language()), error.foreign())
    }

    /// What the worker says.
    pub fn run(error: &RunError) -> Self {
        match language() {
            Language::English => error.to_string().into(),
            Language::German => Self::split(faults::run(error), faults::foreign(error)),
        }
    }

    /// Why a run happened where it did.
    pub fn device(reason: &Reason) -> Self {
        match language() {
            Language::English => reason.to_string().into(),
            Language::German => Self::split(faults::device(reason), faults::device_foreign(reason)),
        }
    }

    /// What is English whatever the page speaks.
    pub fn english(said: String) -> Self {
        Self::split(said.clone(), Some(said))
    }

    /// `said`, in which `foreign` stands letter by letter and is English.
    pub fn split(said: String, foreign: Option<String>) -> Self {
        let found = foreign
            .as_deref()
            .filter(|_| language() != Language::English)
            .filter(|foreign| !foreign.is_empty())
            .and_then(|foreign| Some((said.split_once(foreign)?, foreign)));
        let Some(((before, after), foreign)) = found else {
            return said.into();
        };
        let part = |text: &str, english| Part {
            text: text.to_owned(),
            english,
        };
        Self {
            parts: vec![part(before, false), part(foreign, true), part(after, false)],
        }
    }

    /// The app's words after it.
    pub fn then(mut self, own: impl Into<String>) -> Self {
        let gap = if self.parts.is_empty() { "" } else { " " };
        self.parts.push(Part {
            text: format!("{gap}{}", own.into()),
            english: false,
        });
        self
    }

    /// As a sentence: first letter upper-case, full stop.
    pub fn sentence(mut self) -> Self {
        self.parts.retain(|part| !part.text.is_empty());
        if let Some(first) = self.parts.first_mut() {
            first.text = en::capital(&first.text);
        }
        if let Some(last) = self.parts.last_mut() {
            last.text.push_str(en::full_stop(&last.text));
        }
        self
    }

    /// To be shown: screen readers change their voice for what is English.
    pub fn view(self) -> impl IntoView {
        let part = |part: Part| {
            if part.english {
                view! { <span lang=Language::English.tag()>{part.text}</span> }.into_any()
            } else {
                part.text.into_any()
            }
        };
        self.parts.into_iter().map(part).collect_view()
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        let english = false;
        Self {
            parts: vec![Part { text, english }],
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::language::tests::in_german;
    use countersign_client::RpcError;

    fn unreachable() -> RpcError {
        RpcError::Unreachable {
            url: "http://node".to_owned(),
            cause: "Failed to fetch".to_owned(),
        }
    }

    #[test]
    fn in_english_nothing_is_foreign() {
        let words = Words::said(&unreachable()).sentence();
        assert_eq!(
            words,
            "The node at http://node cannot be reached (Failed to fetch); start it, or name another one.".into()
        );
    }

    #[test]
    fn in_german_the_browsers_own_words_are_marked() {
        in_german(|| {
            let words = Words::said(&unreachable()).sentence().then("Und nun?");
            let english: Vec<&str> = words
                .parts
                .iter()
                .filter(|part| part.english)
                .map(|part| part.text.as_str())
                .collect();
            assert_eq!(english, ["Failed to fetch"]);
            let all: String = words.parts.iter().map(|part| part.text.as_str()).collect();
            assert_eq!(
                all,
                "Der Knoten bei http://node ist nicht erreichbar (Failed to fetch); starten Sie ihn oder nennen Sie einen anderen. Und nun?"
            );
        });
    }
}
