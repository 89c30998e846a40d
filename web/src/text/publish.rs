//! The page on which a model of one's own is published.

use super::en;
use super::language::{language, Language, Text};
use crate::state::sources::Here;
use countersign_client::cost::Cost;
use countersign_client::unit::Unit;

pub const TITLE: Text = Text::new("Publish a model", "Ein Modell veröffentlichen");
pub const LEAD: Text = Text::new("The registry keeps what the model is and the SHA-256 of its files, for good, under your account. The files themselves stay with you.", "Das Register bewahrt endgültig auf, was das Modell ist, und die SHA-256 seiner Dateien, unter Ihrem Konto. Die Dateien selbst bleiben bei Ihnen.");
pub const FIELDS: Text = Text::new("What it is", "Was es ist");
pub const NAME: Text = Text::new("Name", "Name des Modells");
pub const VERSION: Text = Text::new("Version", "Versionsbezeichnung");
pub const DESCRIPTION: Text = Text::new(
    "What it does, in a sentence or two",
    "Was es tut, in ein oder zwei Sätzen",
);
pub const LICENCE: Text = Text::new(
    "Licence, as SPDX writes it: Apache-2.0, MIT, CC-BY-4.0",
    "Lizenz, wie SPDX sie schreibt: Apache-2.0, MIT, CC-BY-4.0",
);
pub const SOURCE: Text = Text::new(
    "Where others get the files",
    "Wo andere die Dateien bekommen",
);
pub const SOURCE_NOTE: Text = Text::new("An https address of a folder that holds the saved files, or nothing: then others give the files to the page themselves. It cannot be changed later.", "Die https-Adresse eines Ordners mit den gespeicherten Dateien, oder nichts: Dann geben andere der Seite die Dateien selbst. Sie kann später nicht geändert werden.");
pub const TOLERANCE: Text = Text::new(
    "How far a GPU's outputs may lie from the engine's",
    "Wie weit die Ausgaben einer GPU von denen der Engine abweichen dürfen",
);
pub const BEFORE: Text = Text::new("The model that this is a new version of, by its id, or nothing. You must own it.", "Das Modell, von dem dies eine neue Version ist, mit seiner Kennung, oder nichts. Es muss Ihnen gehören.");
pub const KNOWN: Text = Text::new("A known answer", "Eine Probeantwort");
pub const KNOWN_NOTE: Text = Text::new("The engine runs the model once on these inputs. Other people's GPUs must give the same before they are trusted with it. Choose inputs that matter: zeros hide much.", "Die Engine führt das Modell einmal mit diesen Eingaben aus. Die GPUs anderer müssen dasselbe ergeben, bevor ihnen das Modell anvertraut wird. Wählen Sie aussagekräftige Eingaben: Nullen verdecken viel.");
pub const MAKE: Text = Text::new("Run it on these inputs", "Mit diesen Eingaben ausführen");
pub const MAKING: Text = Text::new(
    "The engine runs the model",
    "Die Engine führt das Modell aus",
);
pub const MADE: Text = Text::new(
    "The engine's answer is part of what you publish.",
    "Die Antwort der Engine ist Teil dessen, was Sie veröffentlichen.",
);
pub const NOT_MADE: Text = Text::new("There is no known answer", "Es gibt keine Probeantwort");
pub const OPEN_RANK: Text = Text::new("a tensor whose number of dimensions is open cannot be published: give the model fixed ranks and try again", "Ein Tensor mit offener Zahl von Dimensionen kann nicht veröffentlicht werden: Geben Sie dem Modell feste Dimensionen und versuchen Sie es erneut");
pub const DATA: Text = Text::new("only one ONNX file can be published, with its weights inside: save it with onnx.save(model, path, save_as_external_data=False)", "Nur eine einzelne ONNX-Datei mit ihren Gewichten darin kann veröffentlicht werden: Speichern Sie sie mit onnx.save(model, path, save_as_external_data=False)");
pub const CHECKS: Text = Text::new("What is published", "Was veröffentlicht wird");
pub const NOT_YET: Text = Text::new(
    "It cannot be published yet",
    "Es kann noch nicht veröffentlicht werden",
);
pub const MANIFEST: Text = Text::new(
    "The manifest, as the registry will keep it",
    "Das Manifest, so wie das Register es aufbewahrt",
);
pub const SAVE_MANIFEST: Text = Text::new("Save the manifest", "Manifest speichern");
pub const SAVE_KNOWN: Text = Text::new("Save the known answer", "Probeantwort speichern");
pub const PUBLISH: Text = Text::new("Publish", "Veröffentlichen");
pub const PUBLISH_NOTE: Text = Text::new("It is tried without sending first. What was published stays for ever; it can be marked as deprecated, not removed.", "Es wird zuerst ohne Senden erprobt. Was veröffentlicht ist, bleibt für immer; es kann als veraltet gekennzeichnet, aber nicht entfernt werden.");
pub const NO_PAYER: Text = Text::new("On this chain it costs a fee, which this page cannot pay. Use the command line: countersign model publish manifest.json, or model deprecate ID.", "Auf dieser Kette kostet es eine Gebühr, die diese Seite nicht bezahlen kann. Benutzen Sie die Kommandozeile: countersign model publish manifest.json, oder model deprecate KENNUNG.");
pub const COST_ASKING: Text = Text::new(
    "What it will cost is being asked.",
    "Die Kosten werden erfragt.",
);
pub const COST_UNKNOWN: Text = Text::new(
    "What it will cost is not known:",
    "Was es kosten wird, ist nicht bekannt:",
);
pub const FAULT_EMPTY: Text = Text::new(
    "This is needed. Fill it in.",
    "Das wird gebraucht. Füllen Sie es aus.",
);
pub const FAULT_LONG: Text = Text::new(
    "This is too long. Shorten it.",
    "Das ist zu lang. Kürzen Sie es.",
);
pub const FAULT_CHARACTERS: Text = Text::new("This holds characters that do not show or that change how text reads. Type it anew.", "Das enthält Zeichen, die man nicht sieht oder die ändern, wie Text zu lesen ist. Tippen Sie es neu.");
pub const FAULT_LICENCE: Text = Text::new("This is no licence as SPDX writes it: letters, digits, spaces and . - + : ( ) only.", "Das ist keine Lizenz, wie SPDX sie schreibt: nur Buchstaben, Ziffern, Leerzeichen und . - + : ( ).");
pub const FAULT_SOURCE: Text = Text::new("This is no address of a folder that begins with https:// and has at most 255 characters with the files' names.", "Das ist keine Adresse eines Ordners, die mit https:// beginnt und mit den Dateinamen höchstens 255 Zeichen hat.");
pub const FAULT_TOLERANCE: Text = Text::new("This is no number as it is needed here: digits, and at most one point among them, as in 0.001.", "Das ist keine Zahl, wie sie hier gebraucht wird: Ziffern und höchstens ein Punkt dazwischen, wie in 0.001.");
pub const COMMAND: Text = Text::new(
    "The same by the command line, with the saved manifest",
    "Dasselbe mit der Kommandozeile und dem gespeicherten Manifest",
);
pub const OTHER_TASKS: Text = Text::new(
    "Models that read a picture, a sound or a file themselves",
    "Modelle, die selbst ein Bild, einen Ton oder eine Datei lesen",
);
pub const OTHER_TASKS_WHY: Text = Text::new("This page publishes models that take and give tensors. The tasks below also fix how a file becomes the model’s inputs and how its outputs become an answer, with files of their own for it (settings, labels) that the engine has to accept together with the model. A form cannot check that as strictly as the program does, so they are published from a manifest:", "Diese Seite veröffentlicht Modelle, die Tensoren nehmen und geben. Die Aufgaben unten legen auch fest, wie aus einer Datei die Eingaben des Modells werden und wie aus seinen Ausgaben eine Antwort wird, mit eigenen Dateien dafür (Einstellungen, Bezeichnungen), die die Engine zusammen mit dem Modell annehmen muss. Ein Formular kann das nicht so streng prüfen wie das Programm; deshalb werden sie aus einem Manifest veröffentlicht:");
pub const OTHER_TASKS_HOW: Text = Text::new("Write manifest.json beside the files, as those of the sample models are; the first line says what is wrong with it, the second publishes it:", "Schreiben Sie manifest.json neben die Dateien, so wie die der Beispielmodelle; die erste Zeile sagt, was daran falsch ist, die zweite veröffentlicht es:");
pub const OTHER_TASKS_LINES: Text =
    Text::same("countersign model check manifest.json\ncountersign model publish manifest.json");
pub const DONE: Text = Text::new("Published", "Veröffentlicht");
pub const RUN_IT: Text = Text::new("Run it", "Ausführen");
pub const SEE_IT: Text = Text::new("See it in the explorer", "Beim Erkunden ansehen");
pub const KEPT: Text = Text::new(
    "This browser keeps the files, so that it runs here at once.",
    "Dieser Browser bewahrt die Dateien auf, sodass es hier sofort läuft.",
);
pub const NOT_KEPT: Text = Text::new(
    "The files were not kept here",
    "Die Dateien wurden hier nicht aufbewahrt",
);
pub const WHAT_MODEL: Text = Text::new("model id", "Modellkennung");

pub const DEPRECATE: Text = Text::new("Mark as deprecated", "Als veraltet kennzeichnen");
pub const DEPRECATE_ASK: Text = Text::new(
    "Should nobody use this model any more?",
    "Soll niemand dieses Modell mehr benutzen?",
);
pub const DEPRECATE_NOTE: Text = Text::new("Only its owner can say so, and cannot take it back. The model stays in the registry, and receipts that name it stay as they are.", "Nur sein Eigentümer kann das sagen, und er kann es nicht zurücknehmen. Das Modell bleibt im Register, und Belege, die es nennen, bleiben, wie sie sind.");
pub const DEPRECATE_GO: Text = Text::new(
    "Deprecate it for good",
    "Endgültig als veraltet kennzeichnen",
);
pub const DEPRECATE_KEEP: Text = Text::new("Leave it", "Lassen, wie es ist");

pub const GIVE: Text = Text::new("Give the files yourself", "Die Dateien selbst geben");
pub const GIVE_NOT: Text = Text::new("The file was not taken", "Die Datei wurde nicht angenommen");
pub const GIVE_HOW: Text = Text::new("Where no source answers: choose the model's files here. They are used only if their SHA-256 is the manifest's.", "Wenn keine Quelle antwortet: Wählen Sie die Dateien des Modells hier. Sie werden nur benutzt, wenn ihre SHA-256 die des Manifests ist.");
pub const GIVE_CHOOSE: Text = Text::new("Choose model files", "Modelldateien wählen");
pub const GIVE_HINT: Text = Text::new(
    "Or drop them here. They stay in this browser.",
    "Oder legen Sie sie hier ab. Sie bleiben in diesem Browser.",
);
pub const SOURCES: Text = Text::new("Where the page looks for them, in this order; every byte is hashed while it comes:", "Wo die Seite nach ihnen sucht, in dieser Reihenfolge; jedes Byte wird beim Eintreffen in die Prüfsumme gerechnet:");
pub const NO_SOURCES: Text = Text::new("no source: only by hand", "keine Quelle: nur von Hand");

pub const NOT_ASKED: Text = Text::new("Not asked.", "Nicht gefragt.");
pub const GAVE: Text = Text::new(
    "Gave the file, byte for byte.",
    "Hat die Datei gegeben, Byte für Byte.",
);
pub const STOPPED: Text = Text::new("Stopped by you.", "Von Ihnen abgebrochen.");
pub const OTHER_BYTES: Text = Text::new(
    "Gave other bytes, which were thrown away.",
    "Hat andere Bytes gegeben; sie wurden verworfen.",
);
pub const GAVE_NOTHING: Text = Text::new("Gave nothing.", "Hat nichts gegeben.");

/// Why no source was asked.
pub const fn here(here: Here) -> Text {
    match here {
        Here::Tab => Text::new(
            "This tab has it already: no source was asked.",
            "Dieser Tab hat sie schon: Keine Quelle wurde gefragt.",
        ),
        Here::Kept => Text::new(
            "This browser keeps it, and its SHA-256 was computed again: no source was asked.",
            "Dieser Browser bewahrt sie auf, und ihre SHA-256 wurde erneut berechnet: Keine Quelle wurde gefragt.",
        ),
    }
}

/// What became of a file that was given.
pub fn taken(name: &str, path: &str) -> String {
    match language() {
        Language::English => format!("{name} is the model's {path}. It is kept."),
        Language::German => format!("{name} ist {path} des Modells. Die Datei wird aufbewahrt."),
    }
}

/// A file that is none of the model's.
pub fn not_taken(name: &str, digest: &str) -> String {
    match language() {
        Language::English => {
            format!("{name} is none of this model's files: its SHA-256 is {digest}.")
        }
        Language::German => {
            format!("{name} ist keine Datei dieses Modells: Ihre SHA-256 ist {digest}.")
        }
    }
}

/// The state after publishing.
pub fn published(at: &str) -> String {
    format!("{DONE} in {at}.")
}

/// How large the manifest is.
pub fn size(bytes: usize, most: usize) -> String {
    let (bytes, most) = (en::size(bytes as u64), en::size(most as u64));
    match language() {
        Language::English => format!("{bytes} of at most {most}"),
        Language::German => format!("{bytes} von höchstens {most}"),
    }
}

/// The state after deprecating.
pub fn deprecated(at: &str) -> String {
    match language() {
        Language::English => format!("Deprecated in {at}."),
        Language::German => format!("Als veraltet gekennzeichnet in {at}."),
    }
}

/// A file whose length is none of the model's files'.
pub fn no_such_size(name: &str, size: u64, sizes: &str) -> String {
    match language() {
        Language::English => format!("{name} is none of this model's files: it has {size} bytes. They have: {sizes}."),
        Language::German => format!("{name} ist keine Datei dieses Modells: Sie hat {size} Byte. Die des Modells haben: {sizes}."),
    }
}

/// A field that is to name a model and does not.
pub fn no_model_id(typed: &str) -> String {
    match language() {
        Language::English => format!("“{typed}” is no model id. A model id is 0x and 64 digits, as the explorer shows it."),
        Language::German => format!("„{typed}“ ist keine Modellkennung. Eine Modellkennung ist 0x mit 64 Ziffern, wie sie unter „Erkunden“ steht."),
    }
}

pub const NO_SUCH_TYPE: Text = Text::new(
    "its type cannot be committed",
    "sein Typ kann nicht festgelegt werden",
);

/// A type of tensors that no commitment can name.
pub fn not_committed(what: &str) -> String {
    match language() {
        Language::English => format!("{what} cannot be committed"),
        Language::German => format!("{what} kann nicht festgelegt werden"),
    }
}

/// A fault with its field's name.
pub fn at_field(label: &str, fault: &str) -> String {
    let name = label.split([',', ':']).next().unwrap_or(label);
    format!("{}: {fault}", name.trim_end_matches('.'))
}

/// What publishing will cost.
pub fn cost(cost: &Cost, unit: &Unit) -> String {
    let (deposit, fee) = (en::amount(cost.deposit, unit), en::amount(cost.fee, unit));
    match language() {
        Language::English => format!("It will cost a deposit of {deposit}, held as long as the registry keeps the model, which is for good, and a fee of at most {fee}."),
        Language::German => format!("Es wird ein Pfand von {deposit} kosten, das gehalten wird, solange das Register das Modell aufbewahrt, also endgültig, und eine Gebühr von höchstens {fee}."),
    }
}
