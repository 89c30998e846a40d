//! The page that lists the files that this browser runs.

use super::language::{language, Language, Text};

pub const TITLE: Text = Text::new("Verify this page", "Diese Seite prüfen");
pub const LEAD: Text = Text::new("The SHA-256 of every file that this browser runs, beside the list that the release's build has made.", "Die SHA-256 jeder Datei, die dieser Browser ausführt, neben der Liste, die beim Bau der Ausgabe gemacht wurde.");
pub const RELEASE: Text = Text::new("Release", "Ausgabe");
pub const WHAT_RELEASE: Text = Text::new("release", "Ausgabe");
pub const WHAT_DIGEST: Text = Text::new("file hash", "Prüfsumme der Datei");
pub const READING: Text = Text::new(
    "Hashing the files",
    "Die Prüfsummen der Dateien werden berechnet",
);
pub const FAILED: Text = Text::new(
    "The list could not be read",
    "Die Liste konnte nicht gelesen werden",
);
pub const FAILED_WHY: Text = Text::new("This app may have been served without a list of its files. Its build makes one: cargo xtask build app.", "Diese App wurde vielleicht ohne Liste ihrer Dateien ausgeliefert. Ihr Bau macht eine: cargo xtask build app.");
pub const FILE: Text = Text::new("File", "Datei");
pub const HERE: Text = Text::new("As this browser has it", "Wie dieser Browser sie hat");
pub const STATE: Text = Text::new("Compared with the list", "Verglichen mit der Liste");
pub const SAME: Text = Text::new("the same", "dieselbe");
pub const DIFFERENT: Text = Text::new("not the file on the list", "nicht die Datei auf der Liste");
pub const UNREAD: Text = Text::new("could not be read", "nicht lesbar");
pub const HOW: Text = Text::new("Compare from outside", "Von außen vergleichen");
pub const HOW_LINE: Text = Text::same("cargo xtask build app\ncargo xtask files");
pub const HOW_TEXT: Text = Text::new("Build the app from its source, and print the same list on your own machine. The last lines name the release and the service worker, and the first can be given to sha256sum --check in a folder with the files that you have downloaded with another program.", "Bauen Sie die App aus ihrem Quelltext und geben Sie dieselbe Liste auf Ihrem eigenen Gerät aus. Die letzten Zeilen nennen die Ausgabe und den Service Worker, und die ersten lassen sich sha256sum --check geben, in einem Ordner mit den Dateien, die Sie mit einem anderen Programm heruntergeladen haben.");
pub const PROVES: Text = Text::new(
    "What this proves, and what not",
    "Was das beweist und was nicht",
);
pub const PROVES_TEXT: &[Text] = &[
    Text::new(
        "If a file was damaged on the way, or this browser has kept an old one, it shows here.",
        "Wenn eine Datei unterwegs beschädigt wurde oder dieser Browser eine alte behalten hat, zeigt es sich hier.",
    ),
    Text::new(
        "It does not prove that the page is honest. A page made to deceive would show the right numbers as easily as the wrong ones: it would be checking itself. \
         Nor does its list prove it: whoever changes the files can change the list.",
        "Es beweist nicht, dass die Seite ehrlich ist. Eine Seite, die täuschen soll, würde die richtigen Zahlen so leicht zeigen wie die falschen: Sie würde sich selbst prüfen. \
         Auch ihre Liste beweist es nicht: Wer die Dateien ändert, kann die Liste ändern.",
    ),
    Text::new(
        "What convinces is a comparison from outside: the release's name above against the one that somebody you trust has published or that your own build prints, and the files as another program downloads them against that list.",
        "Was überzeugt, ist ein Vergleich von außen: der Name der Ausgabe oben mit dem, den jemand veröffentlicht hat, dem Sie vertrauen, oder den Ihr eigener Bau ausgibt, und die Dateien, wie ein anderes Programm sie herunterlädt, mit jener Liste.",
    ),
    Text::new(
        "The engine and the GPU module are checked once more before each use, against the digests that receipts name.",
        "Die Engine und das GPU-Modul werden vor jeder Benutzung noch einmal geprüft, gegen die Prüfsummen, die Belege nennen.",
    ),
];

/// How many files agree.
pub fn agree(same: usize, all: usize) -> String {
    match language() {
        Language::English => format!("{same} of {all} files are those on the list."),
        Language::German => format!("{same} von {all} Dateien sind die auf der Liste."),
    }
}
