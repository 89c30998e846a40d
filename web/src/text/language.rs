//! The languages the app speaks, and the type of a text that has all of them.

pub use countersign_client::language::Language;

use core::fmt;
use core::ops::Deref;
use core::sync::atomic::{AtomicU8, Ordering};
use leptos::prelude::*;

/// Where the user's choice is kept.
const KEY: &str = "countersign.language";

/// What was chosen here if it is known, else the first preferred language that the app speaks, else English.
fn of_wishes<'a>(chosen: Option<&str>, preferred: impl Iterator<Item = &'a str>) -> Language {
    let chosen = chosen.and_then(|chosen| {
        let mut all = Language::ALL.into_iter();
        all.find(|language| language.tag() == chosen)
    });
    chosen
        .or_else(|| preferred.filter_map(Language::of_tag).next())
        .unwrap_or(Language::English)
}

/// The language in use. It is set once, before anything is shown.
static NOW: AtomicU8 = AtomicU8::new(0);

/// The language in use.
#[cfg(not(test))]
pub fn language() -> Language {
    match NOW.load(Ordering::Relaxed) {
        0 => Language::English,
        _ => Language::German,
    }
}

#[cfg(test)]
pub use tests::language;

fn set(language: Language) {
    NOW.store(u8::from(language == Language::German), Ordering::Relaxed);
}

/// Settles the language and tells the document, before anything is shown.
pub fn settle() {
    let window = window();
    let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    let preferred: Vec<String> = window
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect();
    let language = of_wishes(kept.as_deref(), preferred.iter().map(String::as_str));
    set(language);
    if let Some(root) = document().document_element() {
        // A document without a language is read in the browser's own: no reason to show nothing.
        let _ = root.set_attribute("lang", language.tag());
    }
}

/// Keeps the choice and loads the page anew in that language; says whether it could be kept.
pub fn choose(language: Language) -> bool {
    let kept = storage().is_some_and(|storage| storage.set_item(KEY, language.tag()).is_ok());
    if kept {
        // A page that does not load anew goes on in its language.
        let _ = window().location().reload();
    }
    kept
}

/// Storage, where the user has not switched it off.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// A text in every language. That each is there, and that none was forgotten, is checked when the app is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    english: &'static str,
    german: &'static str,
}

impl Text {
    /// A text whose versions differ.
    pub const fn new(english: &'static str, german: &'static str) -> Self {
        assert!(
            !is_blank(english) && !is_blank(german),
            "a text is missing in one language"
        );
        assert!(
            !is_same(english.as_bytes(), german.as_bytes()),
            "both versions are the same: Text::same says that this is meant"
        );
        Self { english, german }
    }

    /// A text that is the same in every language: a name, a command.
    pub const fn same(text: &'static str) -> Self {
        assert!(!is_blank(text), "a text is missing");
        Self {
            english: text,
            german: text,
        }
    }

    /// The version in this language.
    pub const fn of(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::German => self.german,
        }
    }

    /// The version in the language in use.
    pub fn get(self) -> &'static str {
        self.of(language())
    }
}

const fn is_blank(text: &str) -> bool {
    text.as_bytes().trim_ascii().is_empty()
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut place = 0;
    while place < one.len() {
        if one[place] != other[place] {
            return false;
        }
        place += 1;
    }
    true
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.get()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl From<Text> for &'static str {
    fn from(text: Text) -> Self {
        text.get()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.get().to_owned()
    }
}

impl From<Text> for Signal<String> {
    fn from(text: Text) -> Self {
        Self::stored(text.into())
    }
}

impl IntoRender for Text {
    type Output = &'static str;

    fn into_render(self) -> Self::Output {
        self.get()
    }
}

impl IntoAttributeValue for Text {
    type Output = &'static str;

    fn into_attribute_value(self) -> Self::Output {
        self.get()
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        static HERE: Cell<Language> = const { Cell::new(Language::English) };
    }

    /// Each test has its own.
    pub fn language() -> Language {
        HERE.get()
    }

    /// What is said in German.
    pub fn in_german<T>(say: impl FnOnce() -> T) -> T {
        HERE.set(Language::German);
        let said = say();
        HERE.set(Language::English);
        said
    }

    #[test]
    fn the_choice_goes_before_the_browser_and_english_is_last() {
        let of = |chosen, preferred: &[&str]| of_wishes(chosen, preferred.iter().copied());
        assert_eq!(of(None, &[]), Language::English);
        assert_eq!(of(None, &["fr-CH", "de-CH", "en"]), Language::German);
        assert_eq!(of(None, &["fr", "en-GB", "de"]), Language::English);
        assert_eq!(of(Some("de"), &["en-US"]), Language::German);
        assert_eq!(of(Some("en"), &["de-DE"]), Language::English);
        assert_eq!(of(Some("xx"), &["de-DE"]), Language::German);
        assert_eq!(of(None, &["den", "DE"]), Language::German);
    }

    #[test]
    fn a_text_is_said_in_the_language_in_use() {
        const TEXT: Text = Text::new("Yes", "Ja");
        assert_eq!(TEXT.to_string(), "Yes");
        assert_eq!(in_german(|| TEXT.to_string()), "Ja");
        assert_eq!(
            Text::same("Countersign").of(Language::German),
            "Countersign"
        );
    }

    #[test]
    #[should_panic(expected = "the same")]
    fn a_text_that_nobody_translated_is_refused() {
        let _ = Text::new("Models", "Models");
    }

    #[test]
    #[should_panic(expected = "missing")]
    fn a_text_without_a_version_is_refused() {
        let _ = Text::new("Models", " ");
    }
}
