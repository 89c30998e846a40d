//! The page for ONNX files of the user's own.

use super::en;
use super::language::{language, Language, Text};

pub const TITLE: Text = Text::new("Try a model of your own", "Ein eigenes Modell ausprobieren");
pub const LEAD: Text = Text::new("Drop an ONNX file, see what it takes and what it gives. It is read in this tab and not sent anywhere.", "Legen Sie eine ONNX-Datei ab und sehen Sie, was sie nimmt und was sie gibt. Sie wird in diesem Tab gelesen und nirgendwohin gesendet.");
pub const CHOOSE: Text = Text::new("Choose an ONNX file", "ONNX-Datei wählen");
pub const HINT: Text = Text::new(
    "Or drop one here, with its external data files if it has any.",
    "Oder legen Sie eine hier ab, mit ihren externen Datendateien, falls sie welche hat.",
);
pub const HINT_ONE: Text = Text::new(
    "Or drop one here. It is read in this tab and not sent anywhere.",
    "Oder legen Sie eine hier ab. Sie wird in diesem Tab gelesen und nirgendwohin gesendet.",
);
pub const LOADING: Text = Text::new("The engine reads the model", "Die Engine liest das Modell");
pub const REFUSED: Text = Text::new(
    "The engine does not take this model",
    "Die Engine nimmt dieses Modell nicht",
);
pub const UNSIGNED: Text = Text::new(
    "Runs on this page cannot be signed",
    "Läufe auf dieser Seite können nicht unterzeichnet werden",
);
pub const UNSIGNED_WHY: Text = Text::new("A receipt names a model that the registry holds, so that others can find the same files. Publish this one first.", "Ein Beleg nennt ein Modell, das im Register steht, damit andere dieselben Dateien finden. Veröffentlichen Sie dieses zuerst.");
pub const PUBLISH: Text = Text::new("Publish a model", "Ein Modell veröffentlichen");
pub const FACTS: Text = Text::new("The model", "Das Modell");
pub const INPUTS: Text = Text::new("Inputs", "Eingaben");
pub const OUTPUTS: Text = Text::new("Outputs", "Ausgaben");
pub const NAME: Text = Text::same("Name");
pub const TYPE: Text = Text::new("Type", "Typ");
pub const SHAPE: Text = Text::new("Shape", "Form");
pub const FEED: Text = Text::new("Fill the inputs", "Die Eingaben füllen");
pub const SOURCE: Text = Text::new("Filled with", "Gefüllt mit");
pub const ZEROS: Text = Text::new("Zeros", "Nullen");
pub const NUMBERS: Text = Text::new("Numbers", "Zahlen");
pub const NPY: Text = Text::new("An NPY file", "Einer NPY-Datei");
pub const PICTURE: Text = Text::new("A picture", "Einem Bild");
pub const NUMBERS_HOW: Text = Text::new(
    "Numbers, with commas or spaces; a single one fills all",
    "Zahlen, durch Kommas oder Leerzeichen getrennt, mit Dezimalpunkt; eine einzige füllt alles",
);
pub const NPY_HOW: Text = Text::new(
    "NPY file, as numpy.save writes it",
    "NPY-Datei, wie numpy.save sie schreibt",
);
pub const PICTURE_HOW: Text = Text::new("Picture", "Bild");
pub const MEAN: Text = Text::new(
    "Mean, taken from each value (0 to 255)",
    "Mittelwert, der von jedem Wert abgezogen wird (0 bis 255)",
);
pub const SCALE: Text = Text::new(
    "Scale, by which the rest is multiplied",
    "Faktor, mit dem der Rest malgenommen wird",
);
pub const BGR: Text = Text::new(
    "Blue first, then green and red",
    "Zuerst Blau, dann Grün und Rot",
);
pub const PICTURE_NOTE: Text = Text::new("The browser decodes the picture and stretches it to the input's width and height. Two browsers may differ by a little.", "Der Browser entschlüsselt das Bild und dehnt es auf Breite und Höhe der Eingabe. Zwei Browser können ein wenig voneinander abweichen.");
pub const SAVE_NPY: Text = Text::new("Save as NPY", "Als NPY speichern");
pub const BEST: Text = Text::new("The highest scores", "Die höchsten Werte");
pub const INDEX: Text = Text::new("Index", "Stelle");
pub const BAR: Text = Text::new("Score as a bar", "Wert als Balken");
pub const VALUE: Text = Text::new("Score", "Wert");

/// What the engine says about the file.
pub fn facts(producer: &str, opset: u32, parameters: u64) -> String {
    let parameters = en::size(parameters);
    match (language(), producer) {
        (Language::English, "") => format!("Opset {opset}, {parameters} of parameters."),
        (Language::English, producer) => {
            format!("Made by {producer}. Opset {opset}, {parameters} of parameters.")
        }
        (Language::German, "") => format!("Opset {opset}, {parameters} Parameter."),
        (Language::German, producer) => {
            format!("Erstellt von {producer}. Opset {opset}, {parameters} Parameter.")
        }
    }
}

/// How many operators are in use.
pub fn operators(count: usize) -> String {
    match (language(), count) {
        (Language::English, 1) => "1 operator".to_owned(),
        (Language::English, count) => format!("{count} operators"),
        (Language::German, 1) => "1 Operator".to_owned(),
        (Language::German, count) => format!("{count} Operatoren"),
    }
}

/// What is wrong with an input.
pub fn input_fault(name: &str, reason: &str) -> String {
    match language() {
        Language::English => format!("Input {name}: {reason}"),
        Language::German => format!("Eingabe {name}: {reason}"),
    }
}

/// The ends of a tensor.
pub fn range(low: f64, high: f64) -> String {
    let (low, high) = (number(low), number(high));
    match language() {
        Language::English => format!("From {low} to {high}"),
        Language::German => format!("Von {low} bis {high}"),
    }
}

/// A number with six digits or so; the values above it stand in full.
pub fn number(value: f64) -> String {
    en::decimal(&with_point(value))
}

fn with_point(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-4..1e6).contains(&size) {
        let text = format!("{value:.6}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{value:.3e}")
    }
}

/// The place of a score.
pub fn index(index: usize) -> String {
    format!("{} {index}", super::answer::NUMBER)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(0.0), "0");
        assert_eq!(number(-1.5), "-1.5");
        assert_eq!(number(100.0), "100");
        assert_eq!(number(2.5e-37), "2.500e-37");
        assert_eq!(number(f64::INFINITY), "inf");
    }
}
