//! The page about what this browser keeps, and the line about a newer release.

use super::en;
use super::language::{language, Language, Text};

pub const TITLE: Text = Text::new("What this browser keeps", "Was dieser Browser aufbewahrt");
pub const LEAD: Text = Text::new("Models and the app itself are kept on this device, so that they work with the network cut. The files that you run models on are never kept.", "Modelle und die App selbst werden auf diesem Gerät aufbewahrt, sodass sie auch ohne Netz arbeiten. Die Dateien, mit denen Sie Modelle ausführen, werden nie aufbewahrt.");
pub const APP: Text = Text::new("The app", "Die App");
pub const APP_WHOLE: Text = Text::new(
    "Kept whole: page, worker, engine and GPU module. The app opens without a network.",
    "Vollständig aufbewahrt: Seite, Worker, Engine und GPU-Modul. Die App öffnet sich ohne Netz.",
);
pub const APP_FETCHING: Text = Text::new(
    "Being fetched. Until it is here whole, the app needs the network to open.",
    "Wird geholt. Bis sie vollständig hier ist, braucht die App zum Öffnen das Netz.",
);
pub const APP_NOT: Text = Text::new("The app is not kept", "Die App wird nicht aufbewahrt");
pub const APP_NOT_WHY: Text = Text::new(
    "It works as long as there is a network.",
    "Sie arbeitet, solange es ein Netz gibt.",
);
pub const MODELS: Text = Text::new("Models", "Modelle");
pub const READING: Text = Text::new(
    "Looking at what is kept",
    "Es wird nachgesehen, was aufbewahrt ist",
);
pub const NONE: Text = Text::new(
    "No model is kept yet. One is kept when it has been run for the first time.",
    "Noch wird kein Modell aufbewahrt. Eines wird aufbewahrt, wenn es zum ersten Mal gelaufen ist.",
);
pub const SWITCHED_OFF: Text = Text::new("Nothing can be kept", "Nichts kann aufbewahrt werden");
pub const SWITCHED_OFF_WHY: Text = Text::new("Models run all the same, and are downloaded again in each tab. A private window, or a setting that blocks the data of sites, is the usual cause.", "Modelle laufen trotzdem und werden in jedem Tab neu heruntergeladen. Meist liegt es an einem privaten Fenster oder an einer Einstellung, die Daten von Seiten sperrt.");
pub const DELETE: Text = Text::new("Delete", "Löschen");
pub const DELETE_ALL: Text = Text::new("Delete all models", "Alle Modelle löschen");
pub const DELETE_SURE: Text = Text::new("Delete all for good", "Alle endgültig löschen");
pub const DELETE_KEEP: Text = Text::new("Keep them", "Behalten");
pub const DELETED: Text = Text::new("Deleted", "Gelöscht");
pub const NOT_DELETED: Text = Text::new("Not deleted", "Nicht gelöscht");
pub const ROOM: Text = Text::new("Room", "Platz");
pub const ROOM_UNKNOWN: Text = Text::new(
    "The browser does not say how much there is",
    "Der Browser sagt nicht, wie viel es ist",
);
pub const LASTING: Text = Text::new(
    "The browser has promised not to clear these files by itself.",
    "Der Browser hat zugesagt, diese Dateien nicht von selbst zu löschen.",
);
pub const NOT_LASTING: Text = Text::new("The browser may clear these files by itself when the disk is nearly full, or when this page was not visited for some weeks. Nothing that you signed is lost by that: models are downloaded again. You can ask it not to.", "Der Browser kann diese Dateien von selbst löschen, wenn der Datenträger fast voll ist oder wenn diese Seite einige Wochen nicht besucht wurde. Nichts, was Sie unterzeichnet haben, geht dadurch verloren: Modelle werden neu heruntergeladen. Sie können ihn bitten, es nicht zu tun.");
pub const ASK: Text = Text::new(
    "Ask the browser to keep them",
    "Den Browser bitten, sie zu behalten",
);
pub const ASKED_NO: Text = Text::new("The browser did not promise. It decides by its own rules; a bookmark or more visits may change its mind.", "Der Browser hat es nicht zugesagt. Er entscheidet nach eigenen Regeln; ein Lesezeichen oder weitere Besuche können ihn umstimmen.");
pub const NOT_KEPT: Text = Text::new("A file was not kept", "Eine Datei wurde nicht aufbewahrt");
pub const KEPT_HERE: Text = Text::new("Kept on this device", "Auf diesem Gerät aufbewahrt");
pub const KEPT_HERE_WHY: Text = Text::new("These models run without the chain. Whether their owners have deprecated them since is not known until the chain answers.", "Diese Modelle laufen ohne die Kette. Ob ihre Eigentümer sie inzwischen als veraltet gekennzeichnet haben, ist nicht bekannt, bis die Kette antwortet.");
pub const KEPT_RUN: Text = Text::new("Kept on this device; the chain cannot be reached, so whether the model is deprecated is not known.", "Auf diesem Gerät aufbewahrt; die Kette ist nicht erreichbar, deshalb ist nicht bekannt, ob das Modell veraltet ist.");
pub const FOOT_LINK: Text = Text::new("What this browser keeps", "Was dieser Browser aufbewahrt");
pub const FILES_LINK: Text = Text::new("Verify this page", "Diese Seite prüfen");

pub const NEWER: Text = Text::new(
    "A newer version of this app is here",
    "Eine neuere Version dieser App ist da",
);
pub const NEWER_WHY: Text = Text::new("Reloading ends what this tab holds: save a receipt or a result that you still need first.", "Das Neuladen beendet, was dieser Tab enthält: Speichern Sie vorher einen Beleg oder ein Ergebnis, das Sie noch brauchen.");
pub const NEWER_GO: Text = Text::new("Reload", "Neu laden");

/// What a failure to keep means.
pub fn not_kept(reason: &str) -> String {
    const GOES_ON: Text = Text::new(
        "The run goes on; the model is downloaded again the next time. Deleting kept models makes room.",
        "Der Lauf geht weiter; das Modell wird beim nächsten Mal neu heruntergeladen. Aufbewahrte Modelle zu löschen schafft Platz.",
    );
    format!("{reason} {GOES_ON}")
}

/// How much of a model is here.
pub fn here(bytes: u64, whole: bool) -> String {
    let size = en::size(bytes);
    match (language(), whole) {
        (_, true) => size,
        (Language::English, false) => format!("{size}, not complete"),
        (Language::German, false) => format!("{size}, nicht vollständig"),
    }
}

/// How much is in use.
pub fn room(used: u64, most: u64) -> String {
    let (used, most) = (en::size(used), en::size(most));
    match language() {
        Language::English => format!("{used} of {most} in use"),
        Language::German => format!("{used} von {most} belegt"),
    }
}

/// The button that deletes one model.
pub fn delete(name: &str) -> String {
    match language() {
        Language::English => format!("Delete {name}"),
        Language::German => format!("{name} löschen"),
    }
}
