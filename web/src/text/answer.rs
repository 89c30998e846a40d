//! What models answered.

use super::en;
use super::language::{language, Language, Text};

pub const OVERWRITTEN: Text = Text::new("The model was not sure enough of its first label, so its rules give a more general one. The bars show what the model itself answered.", "Das Modell war sich seiner ersten Bezeichnung nicht sicher genug, deshalb geben seine Regeln eine allgemeinere. Die Balken zeigen, was das Modell selbst geantwortet hat.");
pub const TOP: Text = Text::new("Top labels", "Beste Bezeichnungen");
pub const LABEL: Text = Text::new("Label", "Bezeichnung");
pub const SHARE: Text = Text::new("Score as a bar", "Wert als Balken");
pub const SCORE: Text = Text::new("Score", "Wert");
pub const NUMBER: Text = Text::new("No.", "Nr.");
pub const TEXT: Text = Text::same("Text");
pub const CORNERS: Text = Text::new(
    "Corners in pixels, from the left and the top",
    "Ecken in Pixeln, von links und von oben",
);
pub const COPY_TEXT: Text = Text::new("Copy the text", "Text kopieren");
pub const PICTURE_FOUND: Text = Text::new(
    "The picture, with the places that hold text outlined. They are listed below.",
    "Das Bild, in dem die Stellen mit Text umrandet sind. Sie sind unten aufgeführt.",
);
pub const PICTURE_READ: Text = Text::new(
    "The picture, with the lines that were read outlined. They are listed below.",
    "Das Bild, in dem die gelesenen Zeilen umrandet sind. Sie sind unten aufgeführt.",
);
pub const SEGMENTS: Text = Text::new("Stretches of speech", "Abschnitte mit Sprache");
pub const START: Text = Text::new("Start", "Anfang");
pub const END: Text = Text::new("End", "Ende");
pub const TURN_COMPLETE: Text = Text::new("The speaker has finished", "Der Sprecher ist fertig");
pub const TURN_OPEN: Text = Text::new(
    "The speaker has not finished",
    "Der Sprecher ist nicht fertig",
);

/// Who answers about what.
pub fn says(model: &str, file: &str) -> String {
    match language() {
        Language::English => format!("{model} answers about {file}:"),
        Language::German => format!("{model} antwortet zu {file}:"),
    }
}

/// The caption of the list of places.
pub fn list_name(read: bool) -> &'static str {
    const LINES: Text = Text::new("Lines in reading order", "Zeilen in Lesereihenfolge");
    const PLACES: Text = Text::new("Places in reading order", "Stellen in Lesereihenfolge");
    if read { LINES } else { PLACES }.get()
}

/// How many places hold text.
pub fn places(count: usize) -> String {
    let number = en::count(count as u64);
    match (language(), count) {
        (Language::English, 0) => "No text in this picture".to_owned(),
        (Language::English, 1) => "Text in 1 place".to_owned(),
        (Language::English, _) => format!("Text in {number} places"),
        (Language::German, 0) => "Kein Text in diesem Bild".to_owned(),
        (Language::German, 1) => "Text an 1 Stelle".to_owned(),
        (Language::German, _) => format!("Text an {number} Stellen"),
    }
}

/// How many lines were read.
pub fn lines(count: usize) -> String {
    let number = en::count(count as u64);
    match (language(), count) {
        (Language::English, 0) => "No line could be read".to_owned(),
        (Language::English, 1) => "1 line of text".to_owned(),
        (Language::English, _) => format!("{number} lines of text"),
        (Language::German, 0) => "Keine Zeile war lesbar".to_owned(),
        (Language::German, 1) => "1 Zeile Text".to_owned(),
        (Language::German, _) => format!("{number} Zeilen Text"),
    }
}

/// How often somebody speaks.
pub fn segments(count: usize) -> String {
    let number = en::count(count as u64);
    match (language(), count) {
        (Language::English, 0) => "Nobody speaks".to_owned(),
        (Language::English, 1) => "Speech in 1 stretch".to_owned(),
        (Language::English, _) => format!("Speech in {number} stretches"),
        (Language::German, 0) => "Niemand spricht".to_owned(),
        (Language::German, 1) => "Sprache in 1 Abschnitt".to_owned(),
        (Language::German, _) => format!("Sprache in {number} Abschnitten"),
    }
}

/// A decimal of seconds.
pub fn seconds(decimal: &str) -> String {
    format!("{} s", en::decimal(decimal))
}

/// How sure a turn detector is.
pub fn turn_score(score: &str, duration: &str) -> String {
    let duration = seconds(duration);
    match language() {
        Language::English => {
            format!("It gives {score} that the turn is complete, after {duration} of sound.")
        }
        Language::German => {
            format!("Es gibt {score} dafür, dass der Redebeitrag abgeschlossen ist, nach {duration} Ton.")
        }
    }
}

/// What the drawing of a sound shows.
pub fn legend(wave: bool) -> &'static str {
    const WAVE: Text = Text::new(
        "Above the sound, below the probability of speech; speech is shaded",
        "Oben der Ton, unten die Wahrscheinlichkeit von Sprache; Sprache ist schattiert",
    );
    const CURVE: Text = Text::new(
        "Probability of speech; speech is shaded",
        "Wahrscheinlichkeit von Sprache; Sprache ist schattiert",
    );
    if wave { WAVE } else { CURVE }.get()
}
