//! Verdict marks: each has a colour, a shape and a word, so that none of them has to be seen.

use crate::text::en;
use leptos::prelude::*;

/// How one statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing to check yet.
    Blank,
    /// Not settled yet.
    Checking,
    /// Holds.
    Valid,
    /// Does not hold.
    Invalid,
    /// Cannot be said from here.
    Unknown,
    /// Written in a version that this app does not read.
    Unsupported,
    /// Was not asked for, or does not apply.
    Absent,
}

impl Mark {
    /// The class that gives the colour (style/slip.css).
    pub const fn class(self) -> &'static str {
        match self {
            Self::Blank => "v-blank",
            Self::Checking => "v-checking",
            Self::Valid => "v-valid",
            Self::Invalid => "v-invalid",
            Self::Unknown => "v-unknown",
            Self::Unsupported => "v-unsupported",
            Self::Absent => "v-absent",
        }
    }

    /// A stable name, for tests and style sheets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Checking => "checking",
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unknown => "unknown",
            Self::Unsupported => "unsupported version",
            Self::Absent => "none",
        }
    }

    /// The word beside the shape.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blank => "",
            Self::Checking => en::MARK_CHECKING.get(),
            Self::Valid => en::MARK_VALID.get(),
            Self::Invalid => en::MARK_INVALID.get(),
            Self::Unknown => en::MARK_UNKNOWN.get(),
            Self::Unsupported => en::MARK_UNSUPPORTED.get(),
            Self::Absent => en::MARK_ABSENT.get(),
        }
    }

    /// The outline and the sign in it, in a 20 by 20 box.
    const fn strokes(self) -> (&'static str, &'static str) {
        match self {
            Self::Blank => ("M10 2a8 8 0 1 1 0 16a8 8 0 1 1 0-16z", ""),
            Self::Checking => ("M10 2.5a7.5 7.5 0 0 1 7.5 7.5", ""),
            Self::Valid => (
                "M10 2a8 8 0 1 1 0 16a8 8 0 1 1 0-16z",
                "M6.5 10.3l2.4 2.4 4.7-5.2",
            ),
            Self::Invalid => (
                "M6.7 2h6.6L18 6.7v6.6L13.3 18H6.7L2 13.3V6.7z",
                "M7 7l6 6M13 7l-6 6",
            ),
            Self::Unknown => (
                "M10 1.6l8.4 8.4-8.4 8.4L1.6 10z",
                "M8 8.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1M10 13.6v.1",
            ),
            Self::Unsupported => ("M3 3h14v14H3z", "M10 14V6.4M6.8 9.4L10 6.2l3.2 3.2"),
            Self::Absent => ("M10 2a8 8 0 1 1 0 16a8 8 0 1 1 0-16z", "M6.5 10h7"),
        }
    }
}

/// The shape alone; the word stands beside it in the text.
#[component]
pub fn Shape(#[prop(into)] mark: Signal<Mark>) -> impl IntoView {
    view! {
        <svg
            class=move || format!("shape {}", mark.get().class())
            viewBox="0 0 20 20"
            aria-hidden="true"
            focusable="false"
        >
            <path
                class=move || if mark.get() == Mark::Checking { "shape-turn" } else { "" }
                d=move || mark.get().strokes().0
            />
            <path d=move || mark.get().strokes().1/>
        </svg>
    }
}

/// The stamp on a slip.
#[component]
pub fn Stamp(
    /// What it says.
    #[prop(into)]
    mark: Signal<Mark>,
    /// The word, where it is not the mark's own.
    #[prop(into, optional)]
    word: Option<Signal<String>>,
) -> impl IntoView {
    let text = move || word.map_or_else(|| mark.get().word().to_owned(), |w| w.get());
    view! {
        <span class=move || format!("stamp {}", mark.get().class()) data-testid="stamp" data-verdict=move || mark.get().name()>
            <Shape mark/>
            <span>{text}</span>
        </span>
    }
}
