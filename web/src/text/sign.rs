//! The page on which receipts are signed, kept, anchored and revoked.

use super::language::{language, Language, Text};
use super::{en, run};
use crate::wallet::Asking;
use countersign_shared::Lane;

pub const TITLE: Text = Text::new("Sign the receipt", "Den Beleg unterzeichnen");
pub const TITLE_SIGNED: Text = Text::new("The receipt", "Der Beleg");
pub const LEAD: Text = Text::new("Read what you are about to sign, then choose who signs. Signing costs nothing and sends nothing anywhere.", "Lesen Sie, was Sie unterzeichnen werden, und wählen Sie dann, wer unterzeichnet. Das Unterzeichnen kostet nichts und sendet nichts.");
pub const DRAFTING: Text = Text::new("Preparing the receipt", "Der Beleg wird vorbereitet");
pub const NO_DRAFT: Text = Text::new(
    "Nothing can be signed now",
    "Jetzt kann nichts unterzeichnet werden",
);
pub const NOTHING: Text = Text::new("Nothing to sign yet", "Noch nichts zu unterzeichnen");
pub const NOTHING_HOW: Text = Text::new("A receipt states what a model answered about something. Run a model first; its receipt is then signed here.", "Ein Beleg sagt aus, was ein Modell zu etwas geantwortet hat. Führen Sie zuerst ein Modell aus; sein Beleg wird dann hier unterzeichnet.");
pub const NOTHING_GO: Text = Text::new("Choose a model", "Ein Modell wählen");
pub const NOTHING_KEPT: Text = Text::new(
    "See the receipts that this browser keeps",
    "Die Belege ansehen, die dieser Browser aufbewahrt",
);

pub const WHAT_SHOWN: Text = Text::new("What the wallet will show", "Was die Wallet zeigen wird");
pub const INPUT_NOTE: Text = Text::new("A salted number: it fixes what you gave the model and reveals nothing of it.", "Eine Zahl mit Zufall darin: Sie legt fest, was Sie dem Modell gegeben haben, und verrät nichts davon.");
pub const NOT_EARLIER: Text = Text::new("Not earlier", "Nicht früher");
pub const NO_BEACON: Text = Text::new(
    "No lower bound: the chain was not there to name a recent block.",
    "Keine untere Grenze: Die Kette war nicht da, um einen neuen Block zu nennen.",
);
pub const WHAT_BEACON: Text = Text::new("beacon", "Zeitmarke");
pub const TIME: Text = Text::new("Your clock", "Ihre Uhr");
pub const CHAIN: Text = Text::new("For the chain", "Für die Kette");
pub const EXACT: Text = Text::new("Exact words", "Genauer Wortlaut");
pub const EXACT_NOTE: Text = Text::new("An Ethereum wallet shows these fields. model to lane stand in its field “data”, one word of 32 bytes each, in this order.", "Eine Ethereum-Wallet zeigt diese Felder. model bis lane stehen in ihrem Feld „data“, je ein Wort von 32 Byte, in dieser Reihenfolge.");
pub const SUBSTRATE_NOTE: Text = Text::new(
    "A Polkadot extension or a development account signs this text instead:",
    "Eine Polkadot-Erweiterung oder ein Entwicklungskonto unterzeichnet stattdessen diesen Text:",
);

pub const EARLIER_FIRST: Text = Text::new(
    "Sign the earlier run first?",
    "Zuerst den früheren Lauf unterzeichnen?",
);
pub const SIGN_EARLIER: Text = Text::new(
    "Sign the earlier run first",
    "Zuerst den früheren Lauf unterzeichnen",
);
pub const SIGN_ALONE: Text = Text::new("Sign without a reference", "Ohne Verweis unterzeichnen");
pub const NEXT: Text = Text::new("One more to sign", "Noch einer zu unterzeichnen");
pub const NEXT_GO: Text = Text::new("Go on", "Weiter");
pub const REFERENCE: Text = Text::new("Earlier run", "Früherer Lauf");
pub const WHAT_REFERENCE: Text = Text::new("earlier receipt", "früherer Beleg");
pub const REFERENCE_NOTE: Text = Text::new(
    "The receipt of the run whose result this one used.",
    "Der Beleg des Laufs, dessen Ergebnis dieser benutzt hat.",
);

pub const SIGNER: Text = Text::new("Signer", "Unterzeichner");
pub const NO_WALLET: Text = Text::new("No wallet was found in this browser. Any wallet that speaks EIP-6963 will do, or a Polkadot extension; install one and reload.", "In diesem Browser wurde keine Wallet gefunden. Jede Wallet, die EIP-6963 spricht, ist geeignet, oder eine Polkadot-Erweiterung; installieren Sie eine und laden Sie neu.");
pub const ETHEREUM_NOTE: Text = Text::new("Signs typed data for chain id 1. No transaction, no fee, no Ethereum server.", "Unterzeichnet strukturierte Daten für die Ketten-ID 1. Keine Transaktion, keine Gebühr, kein Ethereum-Server.");
pub const POLKADOT_NOTE: Text = Text::new(
    "Signs a text with an sr25519 account.",
    "Unterzeichnet einen Text mit einem sr25519-Konto.",
);
pub const DEVELOPMENT: Text = Text::new("Development account", "Entwicklungskonto");
pub const DEVELOPMENT_NOTE: Text = Text::new(
    "Everybody knows its key. For trying things out on this development chain only.",
    "Jeder kennt seinen Schlüssel. Nur zum Ausprobieren auf dieser Entwicklungskette.",
);
pub const ACCOUNT: Text = Text::new("Account", "Konto");
pub const SIGN: Text = Text::new("Sign", "Unterzeichnen");
pub const NO_OTHER_SIGNER: Text = Text::new(
    "No wallet is needed: the receipt was signed by a development account.",
    "Es braucht keine Wallet: Der Beleg wurde von einem Entwicklungskonto unterzeichnet.",
);
pub const NOT_SIGNED: Text = Text::new("Not signed", "Nicht unterzeichnet");
pub const SILENT: Text = Text::new("Open the wallet if it shows nothing: it may be locked, or wait in a window behind this one.", "Öffnen Sie die Wallet, wenn sie nichts zeigt: Sie ist vielleicht gesperrt oder wartet in einem Fenster hinter diesem.");
pub const STOP_WAITING: Text = Text::new("Stop waiting", "Nicht länger warten");
pub const DRAFT_KIND: Text = Text::new("Draft", "Entwurf");
pub const DRAFT_TITLE: Text = Text::new("Not signed yet", "Noch nicht unterzeichnet");

pub const KEEP: Text = Text::new("Keep it", "Behalten");
pub const KEEP_NOTE: Text = Text::new("This browser keeps the receipt with everything that opens it. Save a file too: without the openings nobody, you included, can ever show what it was about.", "Dieser Browser bewahrt den Beleg mit allem auf, was ihn öffnet. Speichern Sie auch eine Datei: Ohne die Öffnungen kann niemand, auch Sie nicht, je zeigen, worum es ging.");
pub const KEEPING: Text = Text::new(
    "Keeping it in this browser",
    "Wird in diesem Browser aufbewahrt",
);
pub const KEPT: Text = Text::new("Kept in this browser.", "In diesem Browser aufbewahrt.");
pub const KEPT_ALL: Text = Text::new("All receipts", "Alle Belege");
pub const HOMELESS: Text = Text::new(
    "Only this tab has the receipt",
    "Nur dieser Tab hat den Beleg",
);
pub const SAVE: Text = Text::new("Save file", "Datei speichern");
pub const COPY_LINK: Text = Text::new("Copy link", "Link kopieren");
pub const VERIFY_IT: Text = Text::new("Verify it", "Prüfen");
pub const NOT_KEPT: Text = Text::new("That did not work", "Das hat nicht geklappt");
pub const THE_LINK: Text = Text::new(
    "The link, to copy by hand",
    "Der Link, um ihn von Hand zu kopieren",
);
pub const OPEN_INPUT: Text = Text::new("Open the input", "Die Eingabe öffnen");
pub const OPEN_INPUT_NOTE: Text = Text::new("Needed to repeat the run. Whoever gets the file or link can then check guesses about the input, so leave it closed if the input is easy to guess.", "Nötig, um den Lauf zu wiederholen. Wer die Datei oder den Link bekommt, kann dann Vermutungen über die Eingabe prüfen; lassen Sie sie verschlossen, wenn sie leicht zu erraten ist.");
pub const OPEN_OUTPUT: Text = Text::new("Open the result", "Das Ergebnis öffnen");
pub const OPEN_OUTPUT_NOTE: Text = Text::new(
    "Lets others compare the result with what a repeated run gives.",
    "Damit können andere das Ergebnis mit dem vergleichen, was ein wiederholter Lauf ergibt.",
);

pub const ON_CHAIN: Text = Text::new("On the chain", "Auf der Kette");
pub const ON_CHAIN_NOTE: Text = Text::new("Anchoring writes one number to the chain: from then on, anybody can see that the receipt existed by that block.", "Das Verankern schreibt eine Zahl auf die Kette: Von da an kann jeder sehen, dass es den Beleg zu diesem Block gab.");
pub const PAYER: Text = Text::new("Paid by", "Bezahlt von");
pub const ANCHOR: Text = Text::new("Anchor", "Verankern");
pub const NO_CHAIN_YET: Text = Text::new(
    "The chain is not there yet.",
    "Die Kette ist noch nicht da.",
);
pub const NO_PAYER: Text = Text::new("On this chain it costs a fee, which this page cannot pay. Save the file and use the command line: countersign receipt anchor FILE.", "Auf dieser Kette kostet es eine Gebühr, die diese Seite nicht bezahlen kann. Speichern Sie die Datei und benutzen Sie die Kommandozeile: countersign receipt anchor DATEI.");

pub const TX_WAITING: Text = Text::new("Waiting for the node; it goes as soon as the node answers. Keep this tab open.", "Wartet auf den Knoten; es geht weiter, sobald der Knoten antwortet. Lassen Sie diesen Tab offen.");
pub const TX_TRYING: Text = Text::new("Trying it without sending", "Wird ohne Senden erprobt");
pub const TX_SIGNING: Text = Text::new("Waiting for the signature", "Wartet auf die Unterschrift");
pub const TX_SUBMITTED: Text = Text::new("Sent to the node", "An den Knoten gesendet");
pub const TX_UNKNOWN: Text = Text::new(
    "Sent, and not known whether it happened",
    "Gesendet, und nicht bekannt, ob es geschehen ist",
);
pub const TX_FAILED: Text = Text::new("It did not happen", "Es ist nicht geschehen");

pub const RECEIPT_KIND: Text = Text::new("Receipt", "Beleg");
pub const RECEIPT_TITLE: Text = Text::new("Signed", "Unterzeichnet");
pub const ROW_SIGNER: Text = Text::new("Signed by", "Unterzeichnet von");
pub const RECEIPT_ID: Text = Text::new("Receipt id", "Belegkennung");
pub const SEALED_ID: Text = Text::new("Sealed id", "Versiegelte Kennung");
pub const WHAT_ATTESTER: Text = Text::new("attester", "Unterzeichner");
pub const WHAT_SEALED: Text = Text::new("sealed id", "versiegelte Kennung");
pub const SLIP_FOOT: Text = Text::new(
    "Anybody can check this receipt, here or with the command line: countersign verify.",
    "Jeder kann diesen Beleg prüfen, hier oder mit der Kommandozeile: countersign verify.",
);

/// Why the earlier run's receipt comes first.
pub fn earlier_first_why(model: &str, earlier: &str) -> String {
    match language() {
        Language::English => format!("{model} used what {earlier} found. A receipt can name the one before it, but that run is not signed yet. Without its receipt, this one names none."),
        Language::German => format!("{model} hat benutzt, was {earlier} gefunden hat. Ein Beleg kann den vor ihm nennen, aber jener Lauf ist noch nicht unterzeichnet. Ohne seinen Beleg nennt dieser keinen."),
    }
}

/// What is still to be signed.
pub fn next_why(model: &str) -> String {
    match language() {
        Language::English => format!("The run of {model} used this result. Its receipt can name this one now. Both stay in this tab."),
        Language::German => format!("Der Lauf von {model} hat dieses Ergebnis benutzt. Sein Beleg kann jetzt diesen nennen. Beide bleiben in diesem Tab."),
    }
}

/// What to do when the browser keeps nothing.
pub fn homeless(reason: &str) -> String {
    const SAVE_NOW: Text = Text::new(
        "Save the file now, with input and result open: when this tab is closed, nothing else has them.",
        "Speichern Sie die Datei jetzt, mit geöffneter Eingabe und geöffnetem Ergebnis: Wenn dieser Tab geschlossen wird, hat nichts anderes sie.",
    );
    format!("{reason} {SAVE_NOW}")
}

/// The statement as a sentence.
pub fn statement(model: &str, lane: Lane) -> String {
    let (name, note) = (run::lane_name(lane), run::lane_note(lane));
    match language() {
        Language::English => format!(
            "“{model} gave this output for this input.” {name} lane: {}",
            lowercase_first(note)
        ),
        Language::German => {
            format!("„{model} hat zu dieser Eingabe diese Ausgabe gegeben.“ Spur {name}: {note}")
        }
    }
}

fn lowercase_first(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .map(|letter| letter.to_lowercase().collect())
        .unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

/// What the signer is asked for.
pub fn asking(what: Asking) -> &'static str {
    const CONNECT: Text = Text::new(
        "Asking the signer which account",
        "Der Unterzeichner wird nach dem Konto gefragt",
    );
    const NETWORK: Text = Text::new(
        "Asking the wallet to change to chain id 1",
        "Die Wallet wird gebeten, zur Ketten-ID 1 zu wechseln",
    );
    const SIGNATURE: Text = Text::new("Waiting for your signature", "Wartet auf Ihre Unterschrift");
    match what {
        Asking::Connect => CONNECT,
        Asking::Network => NETWORK,
        Asking::Sign => SIGNATURE,
    }
    .get()
}

/// The beacon's block.
pub fn after_block(block: u32) -> String {
    // The word is the same in both languages.
    format!("Block {}", en::count(u64::from(block)))
}

/// What was saved.
pub fn saved(name: &str) -> String {
    match language() {
        Language::English => format!("Saved as {name}"),
        Language::German => format!("Gespeichert als {name}"),
    }
}

/// In a block that is not final.
pub fn in_block(block: u32) -> String {
    let block = en::count(u64::from(block));
    match language() {
        Language::English => format!("In block {block}, waiting until it is final"),
        Language::German => format!("In Block {block}, wartet, bis er endgültig ist"),
    }
}

/// The end of anchoring.
pub fn anchored(moment: &str) -> String {
    match language() {
        Language::English => format!("Anchored in {moment}"),
        Language::German => format!("Verankert in {moment}"),
    }
}
