//! What this page has sent.

use super::en;
use super::language::{language, Language, Text};

pub const SHOW: Text = Text::new("Every request", "Jede Anfrage");
pub const WHY: Text = Text::new("Requests to this page's own server ask for files of the app and of models. Requests to the chain's node ask for blocks, \
    models and receipts, and carry no more than the question. The worker that reads your file has no network at all.", "Anfragen an den eigenen Server dieser Seite fragen nach Dateien der App und von Modellen. Anfragen an den Knoten der Kette fragen nach Blöcken, Modellen und Belegen und enthalten nur die Frage. Der Worker, der Ihre Datei liest, hat gar kein Netz.");
pub const TO: Text = Text::new("To", "An");
pub const METHOD: Text = Text::new("Method", "Methode");
pub const WHAT: Text = Text::new("What", "Was");
pub const BYTES: Text = Text::new("Sent", "Gesendet");
pub const OWN: Text = Text::new("this page's server", "der Server dieser Seite");
pub const NODE: Text = Text::new("the chain's node", "der Knoten der Kette");
pub const ELSEWHERE: Text = Text::new("somewhere else", "woandershin");

/// How many requests, where to, and with how much in them.
pub fn line(own: usize, node: usize, elsewhere: usize, bytes: u64) -> String {
    let (all, bytes) = (own + node + elsewhere, en::size(bytes));
    match language() {
        Language::English => english(all, own, node, elsewhere, &bytes),
        Language::German => german(all, own, node, elsewhere, &bytes),
    }
}

fn english(all: usize, own: usize, node: usize, elsewhere: usize, bytes: &str) -> String {
    let all = match all {
        0 => return "Since you chose this file, this page has sent nothing.".to_owned(),
        1 => "1 request".to_owned(),
        all => format!("{} requests", en::count(all as u64)),
    };
    let other = match elsewhere {
        0 => "none carried your file".to_owned(),
        _ => format!("{elsewhere} elsewhere, which this app does not do by itself"),
    };
    format!("Since you chose this file, this page has sent {all} with {bytes} in all: {own} to its own server, {node} to the chain's node; {other}.")
}

fn german(all: usize, own: usize, node: usize, elsewhere: usize, bytes: &str) -> String {
    let all = match all {
        0 => {
            return "Seit Sie diese Datei gewählt haben, hat diese Seite nichts gesendet."
                .to_owned()
        }
        1 => "1 Anfrage".to_owned(),
        all => format!("{} Anfragen", en::count(all as u64)),
    };
    let other = match elsewhere {
        0 => "keine enthielt Ihre Datei".to_owned(),
        _ => format!("{elsewhere} woandershin, was diese App nicht von selbst tut"),
    };
    format!("Seit Sie diese Datei gewählt haben, hat diese Seite {all} mit insgesamt {bytes} gesendet: {own} an ihren eigenen Server, {node} an den Knoten der Kette; {other}.")
}

#[cfg(test)]
mod tests {
    use super::line;
    use crate::text::language::tests::in_german;

    #[test]
    fn a_request_elsewhere_is_never_called_harmless() {
        assert!(line(1, 2, 0, 300).contains("none carried your file"));
        assert!(!line(1, 2, 1, 300).contains("none carried your file"));
        assert!(line(0, 0, 0, 0).contains("nothing"));
    }

    #[test]
    fn nor_in_german() {
        in_german(|| {
            assert!(line(1, 2, 0, 300).contains("keine enthielt Ihre Datei"));
            assert!(!line(1, 2, 1, 300).contains("keine enthielt Ihre Datei"));
            assert!(line(0, 0, 0, 0).contains("nichts"));
        });
    }
}
