//! Taking back: one receipt, or a stolen key. The English words are those of the command line program.

use super::en;
use super::language::{language, Language, Text};
use countersign_client::kept::Effect;

pub const REVOKE_HEAD: Text = Text::new("Take it back", "Widerrufen");
pub const REVOKE_LEAD: Text = Text::new("Revoking says, for good, that you no longer stand by this receipt. Everybody who verifies it will see that, and when you said it. The run itself is not undone.", "Ein Widerruf sagt endgültig, dass Sie nicht mehr zu diesem Beleg stehen. Jeder, der ihn prüft, sieht das, und wann Sie es gesagt haben. Der Lauf selbst wird nicht ungeschehen.");
pub const REVOKE: Text = Text::new("Revoke", "Widerrufen");
pub const REVOKE_GO: Text = Text::new("Revoke for good", "Endgültig widerrufen");
pub const KEEP: Text = Text::new("Keep it", "Behalten");
pub const STOLEN: Text = Text::new(
    "Was the key stolen? Disown it",
    "Wurde der Schlüssel gestohlen? Verwerfen Sie ihn",
);

pub const TITLE: Text = Text::new(
    "Disown a stolen key",
    "Einen gestohlenen Schlüssel verwerfen",
);
pub const LEAD: Text = Text::new(
    "For a key that somebody else has, or may have.",
    "Für einen Schlüssel, den jemand anderes hat oder haben könnte.",
);
pub const MEANS_HEAD: Text = Text::new("What it means", "Was das bedeutet");
pub const MEANS: &[Text] = &[
    Text::new(
        "You name a block. Receipts of this key that were anchored before that block stay as they are.",
        "Sie nennen einen Block. Belege dieses Schlüssels, die vor diesem Block verankert wurden, bleiben, wie sie sind.",
    ),
    Text::new(
        "All others count no more: those anchored from that block on, and those that were never anchored, yours among them. Whoever verifies one is told that its signer disowned the key.",
        "Alle anderen gelten nicht mehr: die von diesem Block an verankerten und die nie verankerten, auch Ihre eigenen. Wer einen prüft, erfährt, dass sein Unterzeichner den Schlüssel verworfen hat.",
    ),
    Text::new(
        "It cannot be undone. You can only say it again with an earlier block; a later one changes nothing.",
        "Es lässt sich nicht rückgängig machen. Sie können es nur mit einem früheren Block noch einmal sagen; ein späterer ändert nichts.",
    ),
    Text::new(
        "It holds for this chain and its receipts contract. The key itself goes on to work everywhere else: move what it owns.",
        "Es gilt für diese Kette und ihren Belegvertrag. Der Schlüssel selbst funktioniert überall sonst weiter: Bringen Sie in Sicherheit, was ihm gehört.",
    ),
];
pub const KEY: Text = Text::new("Key", "Schlüssel");
pub const KEY_KEPT: Text = Text::new(
    "Key of a kept receipt",
    "Schlüssel eines aufbewahrten Belegs",
);
pub const KEY_OTHER: Text = Text::new("Another key", "Ein anderer Schlüssel");
pub const KEY_FIELD: Text = Text::new("Address or account", "Adresse oder Konto");
pub const KEY_WRONG: Text = Text::new("This is neither an Ethereum address (0x and 40 digits, capitals as in the wallet) nor a Substrate account. Copy it from the wallet.", "Das ist weder eine Ethereum-Adresse (0x mit 40 Ziffern, Großbuchstaben wie in der Wallet) noch ein Substrate-Konto. Kopieren Sie es aus der Wallet.");
pub const SINCE: Text = Text::new(
    "The first block from which the key was not yours",
    "Der erste Block, von dem an der Schlüssel nicht Ihrer war",
);
pub const SINCE_WRONG: Text = Text::new(
    "Give a block number, digits only.",
    "Geben Sie eine Blocknummer an, nur Ziffern.",
);
pub const TOUCHES: Text = Text::new(
    "Kept receipts of this key",
    "Aufbewahrte Belege dieses Schlüssels",
);
pub const TOUCHES_NONE: Text = Text::new("This browser keeps no receipt of this key. Receipts kept elsewhere are touched all the same.", "Dieser Browser bewahrt keinen Beleg dieses Schlüssels auf. Anderswo aufbewahrte Belege sind ebenso betroffen.");
pub const TOUCHES_LATER: Text = Text::new(
    "Name a block to see what becomes of them.",
    "Nennen Sie einen Block, um zu sehen, was aus ihnen wird.",
);
pub const DISOWN: Text = Text::new("Disown this key", "Diesen Schlüssel verwerfen");
pub const DISOWN_GO: Text = Text::new("Disown for good", "Endgültig verwerfen");
pub const BACK_OUT: Text = Text::new("Do not disown", "Nicht verwerfen");
pub const NO_CHAIN: Text = Text::new("This needs the chain, which cannot be reached now. This page goes on as soon as its node answers.", "Dazu braucht es die Kette, die jetzt nicht erreichbar ist. Diese Seite geht weiter, sobald ihr Knoten antwortet.");

pub const REVIEW: Text = Text::new(
    "Read it, then have it signed",
    "Lesen Sie es, dann lassen Sie es unterzeichnen",
);
pub const EXACT: Text = Text::new(
    "What the wallet will show, word for word",
    "Was die Wallet zeigen wird, Wort für Wort",
);
pub const OWN_PAYER: Text = Text::new("The account that pays is the signer itself, so the transaction is its signature: no wallet is asked.", "Das zahlende Konto ist selbst der Unterzeichner, also ist die Transaktion seine Unterschrift: Es wird keine Wallet gefragt.");
pub const PAYER: Text = Text::new("Paid by", "Bezahlt von");
pub const NO_SIGNER: Text = Text::new("No wallet in this browser could hold this key. Open this page where the wallet is, or use the command line.", "Keine Wallet in diesem Browser könnte diesen Schlüssel haben. Öffnen Sie diese Seite dort, wo die Wallet ist, oder benutzen Sie die Kommandozeile.");
pub const NO_PAYER: Text = Text::new("On this chain it costs a fee, which this page cannot pay. Save the receipt's file and use the command line, with the account that pays in COUNTERSIGN_SURI:", "Auf dieser Kette kostet es eine Gebühr, die diese Seite nicht bezahlen kann. Speichern Sie die Datei des Belegs und benutzen Sie die Kommandozeile, mit dem zahlenden Konto in COUNTERSIGN_SURI:");

/// The revocation as a sentence.
pub fn revoke_sentence(model: &str, id: &str) -> String {
    match language() {
        Language::English => format!("“I take back my receipt for {model}, {id}.”"),
        Language::German => format!("„Ich widerrufe meinen Beleg für {model}, {id}.“"),
    }
}

/// The disownment as a sentence.
pub fn disown_sentence(key: &str, since: u32) -> String {
    let since = en::count(u64::from(since));
    match language() {
        Language::English => format!("“From block {since} on, {key} is not my key. Only what was anchored before that block counts.”"),
        Language::German => format!("„Von Block {since} an ist {key} nicht mein Schlüssel. Nur was vor diesem Block verankert wurde, gilt.“"),
    }
}

/// The newest block.
pub fn newest(block: u32) -> String {
    let block = en::count(u64::from(block));
    match language() {
        Language::English => format!("The newest final block is {block}."),
        Language::German => format!("Der neueste endgültige Block ist {block}."),
    }
}

/// A block that is not there yet.
pub fn in_future(block: u32) -> String {
    const NOT_YET: Text = Text::new(
        "There is no such block yet.",
        "Diesen Block gibt es noch nicht.",
    );
    format!("{NOT_YET} {}", newest(block))
}

/// What becomes of a receipt.
pub fn effect(effect: Effect) -> &'static str {
    const STAYS: Text = Text::new(
        "stays as it is, anchored before that block",
        "bleibt, wie er ist: vor diesem Block verankert",
    );
    const FALLS: Text = Text::new("will count no more", "wird nicht mehr gelten");
    const FALLEN: Text = Text::new("counts no more already", "gilt schon nicht mehr");
    const UNKNOWN: Text = Text::new(
        "unknown, the chain was not asked lately",
        "unbekannt, die Kette wurde in letzter Zeit nicht gefragt",
    );
    match effect {
        Effect::Stays => STAYS,
        Effect::Falls => FALLS,
        Effect::Fallen => FALLEN,
        Effect::Unknown => UNKNOWN,
    }
    .get()
}

/// The end of revoking.
pub fn revoked(moment: &str) -> String {
    match language() {
        Language::English => format!("Revoked in {moment}"),
        Language::German => format!("Widerrufen in {moment}"),
    }
}

/// The end of disowning.
pub fn disowned(moment: &str) -> String {
    match language() {
        Language::English => format!("Disowned. The chain has it since {moment}"),
        Language::German => format!("Verworfen. Auf der Kette seit {moment}"),
    }
}
