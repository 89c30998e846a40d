//! Text for one line of a page or a terminal that may hold names out of a file, or the words of an engine or a node.

use countersign_shared::manifest::hidden;

/// The longest such text, in characters: a name fills no page.
const LONGEST: usize = 600;

/// The text with nothing in it that steers a terminal, begins another line, turns the direction of reading or is not seen,
/// and cut where it is too long.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut letters = text.chars();
    let mut shown: String = letters
        .by_ref()
        .take(LONGEST)
        .map(|letter| if unseen(letter) { '\u{fffd}' } else { letter })
        .collect();
    if letters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// What a manifest's texts must not hold, and the rest of Unicode's invisible characters.
fn unseen(letter: char) -> bool {
    hidden(letter)
        || matches!(letter, '\u{180e}' | '\u{fff0}'..='\u{fff8}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn words_of_every_script_stay_as_they_are() {
        for text in ["", "Größe ⟨x⟩ — 狐 שלום مرحبا 😀", "a b\u{a0}c"] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn what_steers_or_hides_is_shown_as_a_mark() {
        for letter in [
            '\0',
            '\n',
            '\r',
            '\u{1b}',
            '\u{7f}',
            '\u{9b}',
            '\u{ad}',
            '\u{200b}',
            '\u{200f}',
            '\u{2028}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}',
            '\u{feff}',
            '\u{e000}',
            '\u{e0041}',
            '\u{10ffff}',
        ] {
            assert_eq!(plain(&format!("a{letter}b")), "a\u{fffd}b", "{letter:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let (just, long) = ("x".repeat(600), "é".repeat(700));
        assert_eq!(plain(&just), just);
        assert_eq!(plain(&long), format!("{}…", "é".repeat(600)));
    }
}
