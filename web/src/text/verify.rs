//! The page on which receipts are checked. The verdict's own sentences are `countersign-client`'s.

use super::en;
use super::language::{language, Language, Text};
use countersign_client::messages;
use countersign_client::verify::{Label, RowKind, State};

pub const TITLE: Text = Text::new("Verify a receipt", "Einen Beleg prüfen");
pub const LEAD: Text = Text::new(
    "Everything is checked in this tab. What you open here is not sent anywhere.",
    "Alles wird in diesem Tab geprüft. Was Sie hier öffnen, wird nirgendwohin gesendet.",
);
pub const CHOOSE: Text = Text::new("Choose a receipt", "Beleg wählen");
pub const HINT: Text = Text::new("Or drop everything here at once: receipts, bundles, openings and batch proofs, the files that the model ran on, a picture of a QR code.", "Oder legen Sie alles auf einmal hier ab: Belege, Pakete, Öffnungen und Bündelnachweise, die Dateien, mit denen das Modell lief, ein Bild eines QR-Codes.");
pub const READING: Text = Text::new("Reading the files", "Die Dateien werden gelesen");
pub const PASTE: Text = Text::new(
    "Or paste a link or a receipt",
    "Oder fügen Sie einen Link oder einen Beleg ein",
);
pub const CHECK: Text = Text::new("Check", "Prüfen");
pub const REPEAT: Text = Text::new("Repeat the run", "Den Lauf wiederholen");
pub const REPEAT_NOTE: Text = Text::new("If you have the very file that the model ran on, this tab can run the model again and compare every bit. It needs a receipt of the Replay or Exact lane with its openings.", "Wenn Sie genau die Datei haben, mit der das Modell lief, kann dieser Tab das Modell erneut ausführen und jedes Bit vergleichen. Dazu braucht es einen Beleg der Replay- oder Exakt-Spur mit seinen Öffnungen.");
pub const CHOOSE_INPUT: Text = Text::new("Choose the input", "Eingabe wählen");
pub const INPUT_HINT: Text = Text::new(
    "Or drop it here. It is read in this tab and not sent anywhere.",
    "Oder legen Sie sie hier ab. Sie wird in diesem Tab gelesen und nirgendwohin gesendet.",
);
pub const CHOOSE_INPUTS: Text = Text::new("Choose the inputs", "Eingaben wählen");
pub const INPUTS_HINT: Text = Text::new(
    "Or drop their NPY files here, all at once: each finds its input by what it holds.",
    "Oder legen Sie ihre NPY-Dateien hier ab, alle auf einmal: Jede findet ihre Eingabe durch das, was sie enthält.",
);
pub const TWO_RUNS: Text = Text::new(
    "The run used an earlier run’s result",
    "Der Lauf hat das Ergebnis eines früheren benutzt",
);
pub const TWO_RUNS_NOTE: Text = Text::new("Then the repeated run needs that result’s file too. With the earlier receipt, saved with its opened result, this page also checks that the one was handed over to the other.", "Dann braucht der wiederholte Lauf auch die Datei jenes Ergebnisses. Mit dem früheren Beleg, gespeichert mit geöffnetem Ergebnis, prüft diese Seite auch, dass das eine an das andere weitergegeben wurde.");
pub const CHOOSE_FROM: Text = Text::new("Choose the earlier result", "Früheres Ergebnis wählen");
pub const FROM_HINT: Text = Text::new(
    "Or drop it here: the result file of the earlier run.",
    "Oder legen Sie sie hier ab: die Ergebnisdatei des früheren Laufs.",
);
pub const CHOOSE_EARLIER: Text = Text::new("Choose the earlier receipt", "Früheren Beleg wählen");
pub const EARLIER_HINT: Text = Text::new(
    "Or drop it here. Whether it is still valid has to be checked by itself.",
    "Oder legen Sie ihn hier ab. Ob er noch gültig ist, muss für sich geprüft werden.",
);
pub const EARLIER_GIVEN: Text = Text::new(
    "The earlier receipt was read.",
    "Der frühere Beleg wurde gelesen.",
);
pub const RESULT: Text = Text::new("The opened result", "Das geöffnete Ergebnis");
pub const RESULT_NOTE: Text = Text::new(
    "The repeated run gave it again, bit for bit.",
    "Der wiederholte Lauf hat es erneut ergeben, Bit für Bit.",
);
pub const ANOTHER: Text = Text::new("Check another", "Einen anderen prüfen");
pub const PRINT: Text = Text::new("Print", "Drucken");
pub const TROUBLE: Text = Text::new(
    "The file could not be read",
    "Die Datei konnte nicht gelesen werden",
);

pub const UNUSED: Text = Text::new("Not everything was used", "Nicht alles wurde benutzt");
pub const LIST_NOTE: Text = Text::new("Each was checked without repeating its run. Open one to see every check.", "Jeder wurde geprüft, ohne seinen Lauf zu wiederholen. Öffnen Sie einen, um jede Prüfung zu sehen.");
pub const OPEN: Text = Text::new("Open", "Öffnen");
pub const BACK: Text = Text::new("Back to the list", "Zurück zur Liste");
pub const QR_NONE: Text = Text::new("There is no QR code in this picture, or it is too small, blurred or cut off. Use a sharper picture that shows the whole code with some white around it.", "In diesem Bild ist kein QR-Code, oder er ist zu klein, unscharf oder abgeschnitten. Benutzen Sie ein schärferes Bild, das den ganzen Code mit etwas Weiß darum zeigt.");
pub const QR_UNREAD: Text = Text::new("A QR code is in this picture, but it cannot be read. Use a sharper picture, taken straight from the front, or the link itself.", "In diesem Bild ist ein QR-Code, aber er kann nicht gelesen werden. Benutzen Sie ein schärferes Bild, gerade von vorn aufgenommen, oder den Link selbst.");
pub const QR_NOT_TEXT: Text = Text::new(
    "The QR code in this picture holds no text, so it is no link to a receipt.",
    "Der QR-Code in diesem Bild enthält keinen Text, ist also kein Link zu einem Beleg.",
);
pub const QR_OTHER: Text = Text::new(
    "The QR code in this picture is no link to a receipt.",
    "Der QR-Code in diesem Bild ist kein Link zu einem Beleg.",
);

pub const SLIP_KIND: Text = Text::new("Verification", "Prüfung");
pub const SLIP_TITLE: Text = Text::new("The checks", "Was geprüft wird");
pub const BLANK: Text = Text::new(
    "Six checks, each with its reason. They begin as soon as there is a receipt.",
    "Sechs Prüfungen, jede mit ihrer Begründung. Sie beginnen, sobald ein Beleg da ist.",
);
pub const CHECKING: Text = Text::new(
    "Checking. Each line settles by itself.",
    "Wird geprüft. Jede Zeile klärt sich für sich.",
);
pub const SAYS: Text = Text::new("What the receipt says", "Was der Beleg sagt");

/// The name of a row.
pub fn row(kind: RowKind) -> String {
    en::capital(messages::row_name(kind, language()))
}

/// What a row is about, before there is anything to check.
pub fn what(kind: RowKind) -> &'static str {
    const INTEGRITY: Text = Text::new(
        "Is the file whole and unaltered?",
        "Ist die Datei ganz und unverändert?",
    );
    const SIGNER: Text = Text::new(
        "Who signed it, and does the signature fit?",
        "Wer hat ihn unterzeichnet, und passt die Unterschrift?",
    );
    const ANCHOR: Text = Text::new("Does the chain hold it?", "Steht er auf der Kette?");
    const TIME: Text = Text::new(
        "Between which blocks did it come to be?",
        "Zwischen welchen Blöcken ist er entstanden?",
    );
    const REVOCATION: Text = Text::new(
        "Did its signer take it back?",
        "Hat sein Unterzeichner ihn widerrufen?",
    );
    const COMPUTATION: Text = Text::new(
        "Does the model give the same answer again?",
        "Gibt das Modell wieder dieselbe Antwort?",
    );
    match kind {
        RowKind::Integrity => INTEGRITY,
        RowKind::Signer => SIGNER,
        RowKind::Anchor => ANCHOR,
        RowKind::Time => TIME,
        RowKind::Revocation => REVOCATION,
        RowKind::Computation => COMPUTATION,
    }
    .get()
}

/// The word for how a row turned out.
pub fn state(state: State) -> &'static str {
    const OK: Text = Text::new("Holds", "Stimmt");
    const BAD: Text = Text::new("Does not hold", "Stimmt nicht");
    const UNKNOWN: Text = Text::new("Unknown", "Unbekannt");
    const NONE: Text = Text::new("Nothing to check", "Nichts zu prüfen");
    match state {
        State::Ok => OK,
        State::Bad => BAD,
        State::Unknown => UNKNOWN,
        State::None => NONE,
    }
    .get()
}

/// What a fact of the receipt is called.
pub fn label(label: Label) -> &'static str {
    messages::label(label, language())
}

/// The input that was given.
pub fn input_given(name: &str, size: u64) -> String {
    format!("{name}, {}", en::size(size))
}

/// The file of one input of several, or that it is missing.
pub fn input_file(file: Option<(&str, u64)>) -> String {
    const MISSING: Text = Text::new("Its file is missing.", "Ihre Datei fehlt.");
    match file {
        Some((name, size)) => input_given(name, size),
        None => MISSING.to_string(),
    }
}

/// A tensor that the receipt commits to nowhere.
pub fn no_such_input(file: &str) -> String {
    match language() {
        Language::English => format!("{file} holds none of the tensors that the receipt commits to as its inputs. To have it judged all the same, choose it for an input by name."),
        Language::German => format!("{file} enthält keinen der Tensoren, die der Beleg als Eingaben festlegt. Wenn die Datei trotzdem geprüft werden soll, wählen Sie sie bei einer Eingabe mit Namen."),
    }
}

/// A file that is no tensor; `why` is the reason.
pub fn no_tensor(file: &str, why: &str) -> String {
    match language() {
        Language::English => format!("{file} cannot be used: {why}."),
        Language::German => format!("{file} kann nicht benutzt werden: {why}."),
    }
}

/// A file that is too large.
pub fn too_large(name: &str, size: &str, limit: &str) -> String {
    match language() {
        Language::English => format!("{name} has {size}; this page takes at most {limit}. Choose another file, or use the command line program."),
        Language::German => format!("{name} hat {size}; diese Seite nimmt höchstens {limit}. Wählen Sie eine andere Datei oder benutzen Sie das Programm für die Kommandozeile."),
    }
}

/// A picture with more than one code.
pub fn qr_several(count: usize) -> String {
    match language() {
        Language::English => format!(
            "There are {count} different QR codes in this picture. Cut out the one that is meant."
        ),
        Language::German => format!(
            "In diesem Bild sind {count} verschiedene QR-Codes. Schneiden Sie den gemeinten aus."
        ),
    }
}

/// A file that is neither a receipt nor belongs to one.
pub fn nothing_known(name: &str) -> String {
    match language() {
        Language::English => format!("{name} is no receipt, no proof and no picture. If a model ran on it, drop it together with its receipt."),
        Language::German => format!("{name} ist kein Beleg, kein Nachweis und kein Bild. Wenn ein Modell damit lief, legen Sie die Datei zusammen mit dem Beleg ab."),
    }
}

/// A file beside receipts that none of them is shown to commit to; `why` is what was found in it as a picture.
pub fn not_used(name: &str, why: &str) -> String {
    let said = match language() {
        Language::English => format!("{name}: nothing given here shows that a receipt commits to this file. If the model ran on it, open the receipt and choose it as the input."),
        Language::German => format!("{name}: Nichts hier Gegebenes zeigt, dass ein Beleg diese Datei festlegt. Wenn das Modell damit lief, öffnen Sie den Beleg und wählen Sie sie als Eingabe."),
    };
    match why {
        "" => said,
        why => format!("{said} {why}"),
    }
}

/// A proof among several receipts.
pub fn proof_of_none(name: &str) -> String {
    match language() {
        Language::English => format!("{name}: this proof belongs to none of the receipts."),
        Language::German => format!("{name}: Dieser Nachweis gehört zu keinem der Belege."),
    }
}

/// More files at once than are read.
pub fn too_many(count: usize, most: usize) -> String {
    match language() {
        Language::English => {
            format!("{count} files were given; this page takes at most {most} at once.")
        }
        Language::German => format!(
            "{count} Dateien wurden gegeben; diese Seite nimmt höchstens {most} auf einmal."
        ),
    }
}

/// Files that are too large together.
pub fn too_large_together(limit: &str) -> String {
    match language() {
        Language::English => {
            format!("Together the files are larger than {limit}. Give fewer at once.")
        }
        Language::German => {
            format!("Zusammen sind die Dateien größer als {limit}. Geben Sie weniger auf einmal.")
        }
    }
}

/// The heading of the list.
pub fn receipts(count: usize) -> String {
    match language() {
        Language::English => format!("{count} receipts"),
        Language::German => format!("{count} Belege"),
    }
}

/// How far the list is.
pub fn checked(done: usize, count: usize) -> String {
    match language() {
        Language::English => format!("{done} of {count} checked"),
        Language::German => format!("{done} von {count} geprüft"),
    }
}

/// The button that opens one.
pub fn open(name: &str) -> String {
    match language() {
        Language::English => format!("Open {name}"),
        Language::German => format!("{name} öffnen"),
    }
}
