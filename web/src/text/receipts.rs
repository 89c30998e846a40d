//! The pages of the kept receipts.

use super::en;
use super::language::{language, Language, Text};
use crate::state::home::Home;
use countersign_client::kept::Standing;
use countersign_shared::commit::Side;

pub const TITLE: Text = Text::new("Receipts", "Belege");
pub const LEAD: Text = Text::new("Every receipt that you sign is kept in this browser, with what opens it. Nothing of it is sent anywhere unless you do it.", "Jeder Beleg, den Sie unterzeichnen, bleibt in diesem Browser, mit allem, was ihn öffnet. Nichts davon wird gesendet, außer Sie tun es selbst.");
pub const READING: Text = Text::new(
    "Reading what this browser keeps",
    "Es wird gelesen, was dieser Browser aufbewahrt",
);
pub const NO_STORAGE: Text = Text::new(
    "This browser keeps nothing",
    "Dieser Browser bewahrt nichts auf",
);
pub const EMPTY: Text = Text::new("No receipts yet", "Noch keine Belege");
pub const EMPTY_HOW: Text = Text::new("Run a model on something of yours, then sign what it answered. The receipt appears here by itself, and you can hand it to anyone, anchor it on the chain, or take it back.", "Lassen Sie ein Modell mit etwas Eigenem laufen und unterzeichnen Sie dann, was es geantwortet hat. Der Beleg erscheint hier von selbst; Sie können ihn jedem geben, ihn auf der Kette verankern oder ihn widerrufen.");
pub const EMPTY_GO: Text = Text::new("Choose a model", "Ein Modell wählen");
pub const SEARCH: Text = Text::new("Search", "Suche");
pub const SEARCH_HINT: Text = Text::new(
    "Model, signer, id, file or result",
    "Modell, Unterzeichner, Kennung, Datei oder Ergebnis",
);
pub const NO_MATCH: Text = Text::new(
    "No kept receipt holds all of these words.",
    "Kein aufbewahrter Beleg enthält alle diese Wörter.",
);
pub const UNREADABLE: Text = Text::new(
    "Some records cannot be read",
    "Einige Einträge können nicht gelesen werden",
);
pub const LIST: Text = Text::new("Kept receipts", "Aufbewahrte Belege");

pub const QUEUE: Text = Text::new("Waiting for an anchor", "Warten auf einen Anker");
pub const QUEUE_NOTE: Text = Text::new("One transaction can anchor all of them: it writes one number that fixes them all. Each receipt keeps its own proof, so you can hand out one without the others.", "Eine Transaktion kann alle verankern: Sie schreibt eine Zahl, die sie alle festlegt. Jeder Beleg behält seinen eigenen Nachweis, sodass Sie einen ohne die anderen weitergeben können.");
pub const PAYER: Text = Text::new("Paid by", "Bezahlt von");
pub const ALL: Text = Text::new(
    "Anchor all in one transaction",
    "Alle in einer Transaktion verankern",
);
pub const ANCHOR: Text = Text::new("Anchor", "Verankern");
pub const NOT_STORED: Text = Text::new(
    "Nothing was sent: the batch proofs could not be kept first",
    "Nichts wurde gesendet: Die Bündelnachweise konnten nicht vorher aufbewahrt werden",
);
pub const NONE_LEFT: Text = Text::new("None of these receipts can be anchored here: they are for another chain or contract.", "Keiner dieser Belege kann hier verankert werden: Sie sind für eine andere Kette oder einen anderen Vertrag.");
pub const NO_CHAIN_YET: Text = Text::new(
    "The chain is not there yet. Nothing was sent; the receipts stay here.",
    "Die Kette ist noch nicht da. Nichts wurde gesendet; die Belege bleiben hier.",
);
pub const NO_PAYER: Text = Text::new("On this chain it costs a fee, which this page cannot pay. Save the file and use the command line: countersign receipt anchor FILE.", "Auf dieser Kette kostet es eine Gebühr, die diese Seite nicht bezahlen kann. Speichern Sie die Datei und benutzen Sie die Kommandozeile: countersign receipt anchor DATEI.");

pub const GONE: Text = Text::new(
    "This browser does not keep this receipt",
    "Dieser Browser bewahrt diesen Beleg nicht auf",
);
pub const GONE_WHY: Text = Text::new("It was deleted here, or signed in another browser. If you have its file, the Verify page shows it; if you have a backup, import it.", "Er wurde hier gelöscht oder in einem anderen Browser unterzeichnet. Wenn Sie seine Datei haben, zeigt ihn die Seite „Prüfen“; wenn Sie eine Sicherung haben, lesen Sie sie ein.");
pub const BACK: Text = Text::new("All receipts", "Alle Belege");
pub const DETAIL: Text = Text::new("The receipt", "Der Beleg");
pub const KIND: Text = Text::new("Kept receipt", "Aufbewahrter Beleg");
pub const WHAT_RECEIPT: Text = Text::new("receipt id", "Belegkennung");
pub const ROW_STATE: Text = Text::new("On the chain", "Auf der Kette");
pub const ROW_READ: Text = Text::new("Read at", "Gelesen bei");
pub const ROW_FILE: Text = Text::new("Your file", "Ihre Datei");
pub const ROW_FILE_NOTE: Text = Text::new(
    "Kept for you alone: the receipt does not name it.",
    "Nur für Sie aufbewahrt: Der Beleg nennt sie nicht.",
);
pub const NEVER_READ: Text = Text::new(
    "The chain was not asked yet",
    "Die Kette wurde noch nicht gefragt",
);
pub const BROKEN: Text = Text::new("This receipt does not hold", "Dieser Beleg stimmt nicht");

pub const SHARE: Text = Text::new("Hand it to somebody", "Jemandem geben");
pub const SHARE_NOTE: Text = Text::new("Choose what the receiver can see. Everything else stays sealed: they get numbers that fix it and tell nothing of it.", "Wählen Sie, was der Empfänger sehen kann. Alles andere bleibt verschlossen: Er bekommt Zahlen, die es festlegen und nichts davon verraten.");
pub const ITEMS_INPUT: Text = Text::new("Input", "Eingabe");
pub const ITEMS_OUTPUT: Text = Text::new("Output", "Ausgabe");
pub const SAVE: Text = Text::new("Save file", "Datei speichern");
pub const COPY: Text = Text::new("Copy link", "Link kopieren");
pub const QR: Text = Text::new("Show QR code", "QR-Code zeigen");
pub const QR_HIDE: Text = Text::new("Hide QR code", "QR-Code verbergen");
pub const QR_NAME: Text = Text::new(
    "QR code of the link to this receipt",
    "QR-Code des Links zu diesem Beleg",
);
pub const QR_LONG: Text = Text::new(
    "This is too much for a QR code. Open fewer items, or use the file.",
    "Das ist zu viel für einen QR-Code. Öffnen Sie weniger, oder nehmen Sie die Datei.",
);
pub const PRINT: Text = Text::new("Print", "Drucken");
pub const VERIFY: Text = Text::new(
    "See it as the receiver does",
    "Ansehen, wie der Empfänger es sieht",
);
pub const FAILED: Text = Text::new("That did not work", "Das hat nicht geklappt");
pub const LINK: Text = Text::new(
    "The link, to copy by hand",
    "Der Link, um ihn von Hand zu kopieren",
);

pub const DELETE: Text = Text::new("Delete", "Löschen");
pub const DELETE_HEAD: Text =
    Text::new("Delete it from this browser", "Aus diesem Browser löschen");
pub const DELETE_NOTE: Text = Text::new("Deleting forgets the receipt and what opens it. Without a file or backup of yours nobody can ever show what it was about. It does not revoke it: copies that you gave away stay valid.", "Das Löschen vergisst den Beleg und was ihn öffnet. Ohne Datei oder Sicherung von Ihnen kann niemand je zeigen, worum es ging. Es widerruft ihn nicht: Kopien, die Sie weitergegeben haben, bleiben gültig.");
pub const DELETE_SENT: Text = Text::new("An anchor for it is on its way. If it is part of a batch, its proof is lost too.", "Ein Anker für ihn ist unterwegs. Wenn er Teil eines Bündels ist, geht auch sein Nachweis verloren.");
pub const DELETE_GO: Text = Text::new("Delete for good", "Endgültig löschen");
pub const KEEP: Text = Text::new("Keep it", "Behalten");

pub const BACKUP: Text = Text::new("Backup", "Sicherung");
pub const BACKUP_NOTE: Text = Text::new("One file with all receipts and everything that opens them, encrypted with a passphrase. Whoever has both file and passphrase can open everything; without the passphrase nobody can, this page included.", "Eine Datei mit allen Belegen und allem, was sie öffnet, mit einem Kennwort verschlüsselt. Wer Datei und Kennwort hat, kann alles öffnen; ohne das Kennwort kann es niemand, auch diese Seite nicht.");
pub const BACKUP_NAME: Text = Text::new("countersign-receipts.backup", "countersign-belege.backup");
pub const PASSPHRASE: Text = Text::new("Passphrase", "Kennwort");
pub const PASSPHRASE_AGAIN: Text = Text::new("The same again", "Dasselbe noch einmal");
pub const PASSPHRASE_OF: Text = Text::new("Passphrase of the backup", "Kennwort der Sicherung");
pub const OTHER_PASSPHRASE: Text = Text::new("The two passphrases differ. Nothing was saved; type the same one twice.", "Die beiden Kennwörter sind verschieden. Nichts wurde gespeichert; geben Sie zweimal dasselbe ein.");
pub const EXPORT: Text = Text::new(
    "Save encrypted backup",
    "Verschlüsselte Sicherung speichern",
);
pub const SEALING: Text = Text::new(
    "Working with the passphrase, which takes a moment",
    "Mit dem Kennwort wird gerechnet, das dauert einen Moment",
);
pub const IMPORT_HEAD: Text = Text::new("Import a backup", "Eine Sicherung einlesen");
pub const IMPORT_CHOOSE: Text = Text::new("Choose a backup", "Sicherung wählen");
pub const IMPORT_HINT: Text = Text::new("Or drop it here. What this browser keeps already stays; nothing is kept twice.", "Oder legen Sie sie hier ab. Was dieser Browser schon aufbewahrt, bleibt; nichts wird doppelt aufbewahrt.");
pub const IMPORT: Text = Text::new("Import", "Einlesen");
pub const WRONG_PASSPHRASE: Text = Text::new("The passphrase is wrong, or the file was altered. Nothing was imported; check the passphrase, capitals included.", "Das Kennwort ist falsch, oder die Datei wurde verändert. Nichts wurde eingelesen; prüfen Sie das Kennwort, auch Groß- und Kleinschreibung.");
pub const BROKEN_BACKUP: Text = Text::new("A receipt in this backup does not hold: its signature or an opening is wrong. Nothing was imported.", "Ein Beleg in dieser Sicherung stimmt nicht: Seine Unterschrift oder eine Öffnung ist falsch. Nichts wurde eingelesen.");

/// A passphrase that is guessed too soon.
pub fn short_passphrase(least: usize) -> String {
    match language() {
        Language::English => format!("Use at least {least} characters: several words that you do not use elsewhere. Nothing was saved."),
        Language::German => format!("Nehmen Sie mindestens {least} Zeichen: mehrere Wörter, die Sie sonst nirgends benutzen. Nichts wurde gespeichert."),
    }
}

/// What was saved, and what could not be.
pub fn exported(count: usize, name: &str, left_out: usize) -> String {
    let receipts = shown(count, count);
    let saved = match language() {
        Language::English => format!("Saved {receipts} as {name}"),
        Language::German => format!("{receipts} gespeichert als {name}"),
    };
    let rest = match (language(), left_out) {
        (_, 0) => return saved,
        (Language::English, 1) => {
            "1 record cannot be read by this page and is not in it".to_owned()
        }
        (Language::English, more) => {
            format!("{more} records cannot be read by this page and are not in it")
        }
        (Language::German, 1) => {
            "1 Eintrag ist für diese Seite nicht lesbar und fehlt darin".to_owned()
        }
        (Language::German, more) => {
            format!("{more} Einträge sind für diese Seite nicht lesbar und fehlen darin")
        }
    };
    format!("{saved}. {rest}.")
}

/// What was imported.
pub fn imported(all: usize, new: usize) -> String {
    let receipts = shown(all, all);
    match language() {
        Language::English => format!("The backup holds {receipts}; {new} of them new here."),
        Language::German => format!("Die Sicherung enthält {receipts}; davon sind {new} hier neu."),
    }
}

/// How many could not be read.
pub fn unreadable(count: usize) -> String {
    match (language(), count) {
        (Language::English, 1) => "1 record in this browser was written by a newer version of this page, or is damaged. It is left as it is.".to_owned(),
        (Language::English, more) => format!("{more} records in this browser were written by a newer version of this page, or are damaged. They are left as they are."),
        (Language::German, 1) => "1 Eintrag in diesem Browser wurde von einer neueren Version dieser Seite geschrieben oder ist beschädigt. Er bleibt, wie er ist.".to_owned(),
        (Language::German, more) => format!("{more} Einträge in diesem Browser wurden von einer neueren Version dieser Seite geschrieben oder sind beschädigt. Sie bleiben, wie sie sind."),
    }
}

/// How many are kept and shown.
pub fn shown(shown: usize, all: usize) -> String {
    match (language(), shown, all) {
        (Language::English, 1, 1) => "1 receipt".to_owned(),
        (Language::English, shown, all) if shown == all => format!("{all} receipts"),
        (Language::English, shown, all) => format!("{shown} of {all} receipts"),
        (Language::German, 1, 1) => "1 Beleg".to_owned(),
        (Language::German, shown, all) if shown == all => format!("{all} Belege"),
        (Language::German, shown, all) => format!("{shown} von {all} Belegen"),
    }
}

/// How many wait.
pub fn waiting(count: usize) -> String {
    match (language(), count) {
        (Language::English, 1) => "1 receipt is not on the chain yet.".to_owned(),
        (Language::English, more) => format!("{more} receipts are not on the chain yet."),
        (Language::German, 1) => "1 Beleg ist noch nicht auf der Kette.".to_owned(),
        (Language::German, more) => format!("{more} Belege sind noch nicht auf der Kette."),
    }
}

/// One word for a list.
pub fn standing_word(standing: Standing) -> &'static str {
    const SENT: Text = Text::new("Anchor sent", "Anker gesendet");
    const ANCHORED: Text = Text::new("Anchored", "Verankert");
    const REVOKED: Text = Text::new("Revoked", "Widerrufen");
    const DISOWNED: Text = Text::new("Key disowned", "Schlüssel verworfen");
    const EXPIRED: Text = Text::new("Expired", "Abgelaufen");
    match standing {
        Standing::Unknown => en::MARK_UNKNOWN,
        Standing::Waiting => QUEUE_WORD,
        Standing::Sent { .. } => SENT,
        Standing::Anchored { .. } => ANCHORED,
        Standing::Revoked(_) => REVOKED,
        Standing::Disowned(_) => DISOWNED,
        Standing::Expired(_) => EXPIRED,
    }
    .get()
}

const QUEUE_WORD: Text = Text::new("Waiting for an anchor", "Wartet auf einen Anker");

/// The word for a receipt that the page's node knows nothing of.
pub const ELSEWHERE: Text = Text::new("Another chain", "Andere Kette");
pub const HOMELESS_WHAT: Text = Text::new(
    "It stays here with everything that opens it. It can be shared and belongs into every backup; whoever reads its chain can check it.",
    "Er bleibt hier, mit allem, was ihn öffnet. Er kann weitergegeben werden und gehört in jede Sicherung; wer seine Kette liest, kann ihn prüfen.",
);

/// Why this page cannot say where a receipt stands.
pub fn home(home: &Home) -> String {
    const UNLISTED: Text = Text::new(
        "It was signed for a chain and contract that are not on this page's list, so this page cannot ask about it.",
        "Er wurde für eine Kette und einen Vertrag unterzeichnet, die nicht auf der Liste dieser Seite stehen, deshalb kann diese Seite nicht nach ihm fragen.",
    );
    match (home, language()) {
        (Home::Unlisted | Home::Here, _) => UNLISTED.to_string(),
        (Home::Elsewhere(name), Language::English) => format!("It was signed for the deployment {name}, which the node of this page does not serve, so this page cannot ask about it."),
        (Home::Elsewhere(name), Language::German) => format!("Er wurde für die Installation {name} unterzeichnet, auf deren Kette der Knoten dieser Seite nicht ist, deshalb kann diese Seite nicht nach ihm fragen."),
    }
}

/// The whole of it.
pub fn standing(standing: Standing) -> String {
    let block = |number: u32| en::count(u64::from(number));
    match (language(), standing) {
        (Language::English, Standing::Unknown) => format!("Unknown. {NEVER_READ}."),
        (Language::English, Standing::Waiting) => "Not on the chain yet.".to_owned(),
        (Language::English, Standing::Sent { until }) => format!(
            "An anchor was sent and is not in a finalised block yet. It may still be taken, up to block {}; anchoring again does no harm.",
            block(until)
        ),
        (Language::English, Standing::Anchored { at, batch }) => {
            let how = if batch { " as part of a batch" } else { "" };
            format!("Anchored{how} in {}.", en::moment(&at))
        }
        (Language::English, Standing::Revoked(at)) => {
            format!("Revoked by its signer in {}.", en::moment(&at))
        }
        (Language::English, Standing::Disowned(disownment)) => format!(
            "Its signer disowned the key from block {} on.",
            block(disownment.since)
        ),
        (Language::English, Standing::Expired(at)) => format!("It expired on {}.", en::time(at)),
        (Language::German, Standing::Unknown) => format!("Unbekannt. {NEVER_READ}."),
        (Language::German, Standing::Waiting) => "Noch nicht auf der Kette.".to_owned(),
        (Language::German, Standing::Sent { until }) => format!(
            "Ein Anker wurde gesendet und ist noch nicht in einem endgültigen Block. Er kann bis Block {} noch aufgenommen werden; erneutes Verankern schadet nicht.",
            block(until)
        ),
        (Language::German, Standing::Anchored { at, batch }) => {
            let how = if batch { " als Teil eines Bündels" } else { "" };
            format!("Verankert{how} in {}.", en::moment(&at))
        }
        (Language::German, Standing::Revoked(at)) => {
            format!("Von seinem Unterzeichner widerrufen in {}.", en::moment(&at))
        }
        (Language::German, Standing::Disowned(disownment)) => format!(
            "Sein Unterzeichner hat den Schlüssel von Block {} an verworfen.",
            block(disownment.since)
        ),
        (Language::German, Standing::Expired(at)) => {
            format!("Er ist abgelaufen: {}.", en::time(at))
        }
    }
}

/// The newest block that was read.
pub fn read_at(block: u32) -> String {
    // The word is the same in both languages.
    format!("Block {}", en::count(u64::from(block)))
}

/// An item to tick.
pub fn item(name: &str, bytes: u64, file: bool) -> String {
    const FILE: Text = Text::new("file", "Datei");
    const TENSOR: Text = Text::new("tensor", "Tensor");
    let kind = if file { FILE } else { TENSOR };
    format!("{name} ({kind}, {})", en::size(bytes))
}

/// What giving an item away means.
pub fn item_note(side: Side) -> &'static str {
    const INPUT: Text = Text::new(
        "Needed to repeat the run. The receiver can then check guesses about it, so leave it sealed if it is easy to guess.",
        "Nötig, um den Lauf zu wiederholen. Der Empfänger kann dann Vermutungen darüber prüfen; lassen Sie sie verschlossen, wenn sie leicht zu erraten ist.",
    );
    const OUTPUT: Text = Text::new(
        "Lets the receiver compare it with what a repeated run gives.",
        "Damit kann der Empfänger sie mit dem vergleichen, was ein wiederholter Lauf ergibt.",
    );
    match side {
        Side::Input => INPUT,
        Side::Output => OUTPUT,
    }
    .get()
}

/// What the receiver will see.
pub fn receiver(opened: &[String], all: usize) -> String {
    const SEES: Text = Text::new(
        "The receiver sees model, engine, signer and time",
        "Der Empfänger sieht Modell, Engine, Unterzeichner und Zeit",
    );
    let names = opened.join(", ");
    match (language(), opened.len()) {
        (Language::English, 0) => format!("{SEES}, and no item: they can check signature and anchor, and cannot repeat the run."),
        (Language::English, count) if count == all => {
            format!("{SEES}, and can check all items against files of their own: {names}.")
        }
        (Language::English, _) => format!(
            "{SEES}, and can check these items against files of their own: {names}. The rest stays sealed."
        ),
        (Language::German, 0) => format!("{SEES}, aber keinen Inhalt: Er kann Unterschrift und Anker prüfen und den Lauf nicht wiederholen."),
        (Language::German, count) if count == all => {
            format!("{SEES} und kann alle Inhalte an eigenen Dateien prüfen: {names}.")
        }
        (Language::German, _) => format!(
            "{SEES} und kann diese Inhalte an eigenen Dateien prüfen: {names}. Der Rest bleibt verschlossen."
        ),
    }
}

/// How long the link is.
pub fn link_length(characters: usize, long: bool) -> String {
    let length = en::count(characters as u64);
    match (language(), long) {
        (Language::English, true) => format!("The link has {length} characters. Many programs cut links that long: send the file instead."),
        (Language::English, false) => format!("The link has {length} characters."),
        (Language::German, true) => format!("Der Link hat {length} Zeichen. Viele Programme schneiden so lange Links ab: Senden Sie stattdessen die Datei."),
        (Language::German, false) => format!("Der Link hat {length} Zeichen."),
    }
}

/// What was saved.
pub fn saved(name: &str) -> String {
    super::sign::saved(name)
}

/// The end of anchoring.
pub fn anchored(moment: &str) -> String {
    super::sign::anchored(moment)
}

/// The name of the link to a receipt.
pub fn open(model: &str, input: &str, time: &str) -> String {
    format!("{model}, {input}, {time}")
}
