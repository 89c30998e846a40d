//! The explorer's words.

use super::en;
use super::language::{language, Language, Text};
use countersign_client::explore::Which;

pub const TITLE: Text = Text::new("Explore the chain", "Die Kette erkunden");
pub const LEAD: Text = Text::new("What the contracts hold, read from the node while you look. A list shows what anybody put there: nothing in it is a recommendation.", "Was die Verträge enthalten, vom Knoten gelesen, während Sie schauen. Eine Liste zeigt, was irgendjemand dort abgelegt hat: Nichts darin ist eine Empfehlung.");
pub const NAV: Text = Text::new("Explore", "Erkunden");
pub const SECTIONS: Text = Text::new("Parts of the chain", "Teile der Kette");
pub const SEARCH_LABEL: Text = Text::new(
    "Id, account, block number or hash",
    "Kennung, Konto, Blocknummer oder Hash",
);
pub const SEARCH: Text = Text::new("Look up", "Nachschlagen");
pub const READING: Text = Text::new("Reading from the chain", "Von der Kette wird gelesen");
pub const FAILED: Text = Text::new(
    "The chain could not be read",
    "Die Kette konnte nicht gelesen werden",
);
pub const DOWN_WHY: Text = Text::new(
    "Everything here is read from the chain's node. Check that the node is running.",
    "Alles hier wird vom Knoten der Kette gelesen. Prüfen Sie, ob der Knoten läuft.",
);
pub const BAD_ADDRESS: Text = Text::new("This address names nothing", "Diese Adresse nennt nichts");
pub const BAD_ADDRESS_WHY: Text = Text::new("An id is 0x and 64 hexadecimal digits, a block is a number, and an account is as wallets show it. Look it up above.", "Eine Kennung ist 0x mit 64 hexadezimalen Ziffern, ein Block ist eine Zahl, und ein Konto sieht aus, wie Wallets es zeigen. Schlagen Sie es oben nach.");
pub const UNKNOWN: Text = Text::new("Unknown on this chain", "Auf dieser Kette unbekannt");
pub const NOTHING: Text = Text::new("Nothing yet", "Noch nichts");
pub const NOTHING_WHY: Text = Text::new(
    "The list is empty at the newest finalised block.",
    "Die Liste ist am neuesten endgültigen Block leer.",
);
pub const DETAILS: Text = Text::new("Details", "Einzelheiten");
pub const NEWEST: Text = Text::new("Newest", "Neueste");
pub const NEWER: Text = Text::new("Newer", "Neuere");
pub const OLDER: Text = Text::new("Older", "Ältere");
pub const OLDEST: Text = Text::new("Oldest", "Älteste");
pub const PAGES: Text = Text::new("Pages", "Seiten");
pub const UNREADABLE: Text = Text::new("cannot be read", "nicht lesbar");

pub const OVERVIEW: Text = Text::new("Overview", "Überblick");
pub const MODELS: Text = Text::new("Models", "Modelle");
pub const MODEL: Text = Text::new("Model", "Modell");
pub const ENGINES: Text = Text::same("Engines");
pub const PUBLISHERS: Text = Text::new("Publishers", "Herausgeber");
pub const ANCHORS: Text = Text::new("Anchors", "Anker");
pub const BATCHES: Text = Text::new("Batches", "Bündel");
pub const ATTESTED: Text = Text::new("Verified receipts", "Geprüfte Belege");
pub const REVOKED: Text = Text::new("Revoked receipts", "Widerrufene Belege");
pub const DISOWNED: Text = Text::new("Disowned keys", "Verworfene Schlüssel");
pub const BATCH: Text = Text::new("Batch", "Bündel");
pub const BLOCKS: Text = Text::new("Blocks", "Blöcke");
pub const BLOCK: Text = Text::same("Block");
pub const EVENTS: Text = Text::new("Events", "Ereignisse");
pub const ACCOUNT: Text = Text::new("Account", "Konto");
pub const RECEIPT: Text = Text::new("Receipt", "Beleg");
pub const FOUND: Text = Text::new("Looked up", "Nachgeschlagen");

pub const CHAIN: Text = Text::new("Chain", "Kette");
pub const CHAIN_NAME: Text = Text::same("Name");
pub const GENESIS: Text = Text::new("Genesis hash", "Genesis-Hash");
pub const HEAD: Text = Text::new("Newest block", "Neuester Block");
pub const FINALISED: Text = Text::new("Finalised block", "Endgültiger Block");
pub const REGISTRY: Text = Text::new("Registry", "Register");
pub const RECEIPTS: Text = Text::new("Receipts contract", "Belegvertrag");
pub const CODE: Text = Text::new("Code hash", "Code-Hash");
pub const CODE_SAME: Text = Text::new("as this app's list says", "wie in der Liste dieser App");
pub const COUNTS: Text = Text::new("How many there are", "Wie viele es gibt");

pub const NUMBER: Text = Text::new("No.", "Nr.");
pub const NAME: Text = Text::same("Name");
pub const PUBLISHER: Text = Text::new("Publisher", "Herausgeber");
pub const OWNER: Text = Text::new("Owner", "Eigentümer");
pub const OFFERED: Text = Text::new("Offered to", "Angeboten an");
pub const REGISTERED: Text = Text::new("Registered", "Registriert");
pub const DEPRECATED: Text = Text::new("Deprecated", "Veraltet");
pub const NO: Text = Text::new("no", "nein");
pub const PREDECESSOR: Text = Text::new("New version of", "Neue Version von");
pub const FIRST_VERSION: Text =
    Text::new("no earlier version named", "keine frühere Version genannt");
pub const SUCCESSORS: Text = Text::new("Newer versions", "Neuere Versionen");
pub const NONE_SEEN: Text = Text::new(
    "none among the newest 1,000 models",
    "keine unter den neuesten 1.000 Modellen",
);
pub const VERSIONS: Text = Text::new(
    "This publisher’s models of this name, newest first",
    "Modelle dieses Namens vom selben Herausgeber, neueste zuerst",
);
pub const EXACT_ROOT: Text = Text::new("Exact root", "Exakt-Wurzel");
pub const MANIFEST_HASH: Text = Text::new("Manifest hash", "Manifest-Hash");
pub const MANIFEST: Text = Text::same("Manifest");
pub const DESCRIPTION: Text = Text::new("Description", "Beschreibung");
pub const TASK: Text = Text::new("Task", "Aufgabe");
pub const TOLERANCE: Text = Text::new("Fast tolerance", "Fast-Toleranz");
pub const ORIGIN: Text = Text::new("Came from", "Stammt aus");
pub const FILES: Text = Text::new("Files", "Dateien");
pub const ROLE: Text = Text::new("For", "Für");
pub const SHA256: Text = Text::same("SHA-256");
pub const CID: Text = Text::same("CIDv1");
pub const SOURCES: Text = Text::new("Sources, in turn", "Quellen, der Reihe nach");
pub const BY_HAND: Text = Text::new("only by hand", "nur von Hand");
pub const MODEL_GONE: Text = Text::new(
    "The registry holds no model with this id at the newest finalised block.",
    "Das Register enthält am neuesten endgültigen Block kein Modell mit dieser Kennung.",
);

pub const ENGINE: Text = Text::same("Engine");
pub const ANNOUNCED: Text = Text::new("Announced", "Angekündigt");
pub const RELEASE: Text = Text::new("In this app's list", "In der Liste dieser App");
pub const NOT_RELEASED: Text = Text::new(
    "not in the list, never executed here",
    "nicht in der Liste, wird hier nie ausgeführt",
);
pub const HOW_MANY: Text = Text::new("Models", "Modelle");
pub const FIRST: Text = Text::new("First", "Erstes");
pub const LATEST: Text = Text::new("Latest", "Neuestes");

pub const SEALED: Text = Text::new("Sealed id", "Versiegelte Kennung");
pub const RECEIPT_ID: Text = Text::new("Receipt id", "Belegkennung");
pub const ANCHORED: Text = Text::new("Anchored", "Verankert");
pub const ANCHORED_BY: Text = Text::new("Anchored by", "Verankert von");
pub const VERIFIED: Text = Text::new("Verified by the contract", "Vom Vertrag geprüft");
pub const ATTESTER: Text = Text::new("Signer", "Unterzeichner");
pub const LANE: Text = Text::new("Lane", "Spur");
pub const REVOCATION: Text = Text::new("Revoked", "Widerrufen");
pub const KEY: Text = Text::new("Signer's key", "Schlüssel des Unterzeichners");
pub const KEY_KEPT: Text = Text::new("not disowned", "nicht verworfen");
pub const NOT_SINGLY: Text = Text::new("not on its own", "nicht einzeln");
pub const NOT_BY_CONTRACT: Text = Text::new(
    "no; the contract has not seen its signature",
    "nein; der Vertrag hat seine Unterschrift nicht gesehen",
);
pub const NOT_REVOKED: Text = Text::new("no", "nein");
pub const NOT_SAID: Text = Text::new(
    "unknown: the chain does not say which receipt this sealed id belongs to",
    "unbekannt: Die Kette sagt nicht, zu welchem Beleg diese versiegelte Kennung gehört",
);
pub const IN_BATCH: Text = Text::new("In a batch", "In einem Bündel");
pub const IN_BATCH_WHY: Text = Text::new("unknown from here: a batch shows its root only, and the receipt's holder has the proof", "von hier aus unbekannt: Ein Bündel zeigt nur seine Wurzel, und den Nachweis hat, wer den Beleg hat");
pub const VERIFY_WAY: Text = Text::new(
    "Whether a receipt is valid is checked with its file.",
    "Ob ein Beleg gültig ist, wird mit seiner Datei geprüft.",
);
pub const RECEIPT_GONE: Text = Text::new("No anchor, no verification and no revocation on this chain has this id. It may be in a batch, on another chain, or not anchored at all: that makes no receipt invalid. Its file can be checked under Verify.", "Kein Anker, keine Prüfung und kein Widerruf auf dieser Kette hat diese Kennung. Der Beleg kann in einem Bündel stehen, auf einer anderen Kette oder gar nicht verankert sein: Das macht keinen Beleg ungültig. Seine Datei lässt sich unter „Prüfen“ prüfen.");

pub const BATCH_GONE: Text = Text::new("No batch with this root and size is anchored on this chain at the newest finalised block. Without a size, only the newest 1,000 batches are looked through. That makes no receipt invalid: it may be anchored on its own, in another batch, or on another chain.", "Am neuesten endgültigen Block ist auf dieser Kette kein Bündel mit dieser Wurzel und Größe verankert. Ohne Größe werden nur die neuesten 1.000 Bündel durchsucht. Das macht keinen Beleg ungültig: Er kann einzeln, in einem anderen Bündel oder auf einer anderen Kette verankert sein.");
pub const HOLDS: Text = Text::new("What it holds", "Was darin steht");
pub const HOLDS_WHY: Text = Text::new("the chain keeps root and size only; which receipts stand in it, their own proofs show", "die Kette bewahrt nur Wurzel und Größe auf; welche Belege darin stehen, zeigen deren eigene Nachweise");
pub const MEMBER: Text = Text::new(
    "Is a receipt in this batch?",
    "Steht ein Beleg in diesem Bündel?",
);
pub const MEMBER_NOTE: Text = Text::new("Give a receipt with its batch proof: this tab follows the proof from the receipt to its root and compares it with the root above. What you give is not sent anywhere.", "Geben Sie einen Beleg mit seinem Bündelnachweis: Dieser Tab verfolgt den Nachweis vom Beleg bis zu seiner Wurzel und vergleicht sie mit der Wurzel oben. Was Sie hier öffnen, wird nirgendwohin gesendet.");
pub const MEMBER_HINT: Text = Text::new(
    "Or drop a bundle here, or a receipt together with its anchor file, or paste a link.",
    "Oder legen Sie hier ein Paket ab, oder einen Beleg zusammen mit seiner Ankerdatei, oder fügen Sie einen Link ein.",
);
pub const MEMBER_REFUSED: Text = Text::new(
    "This cannot be compared with the batch",
    "Das lässt sich nicht mit dem Bündel vergleichen",
);
pub const MEMBER_SEVERAL: Text = Text::new(
    "These are several receipts. Give one receipt at a time, with its proofs.",
    "Das sind mehrere Belege. Geben Sie jeweils einen Beleg mit seinen Nachweisen.",
);
pub const MEMBER_IN: Text = Text::new("It is in this batch", "Er steht in diesem Bündel");
pub const MEMBER_ELSEWHERE: Text = Text::new(
    "It is not shown to be here",
    "Dass er hier steht, ist nicht gezeigt",
);
pub const MEMBER_ELSEWHERE_WHY: Text = Text::new(
    "Its proof leads to another batch. Nothing speaks against the receipt.",
    "Sein Nachweis führt zu einem anderen Bündel. Das spricht nicht gegen den Beleg.",
);
pub const MEMBER_NO_PROOF: Text = Text::new(
    "It carries no batch proof",
    "Er enthält keinen Bündelnachweis",
);
pub const MEMBER_NO_PROOF_WHY: Text = Text::new("Whether it stands in this batch cannot be said without its proof. Whoever keeps the receipt has it: save the receipt with it, or drop both files together.", "Ob er in diesem Bündel steht, lässt sich ohne seinen Nachweis nicht sagen. Wer den Beleg aufbewahrt, hat ihn: Speichern Sie den Beleg mit ihm, oder legen Sie beide Dateien zusammen ab.");
pub const MEMBER_OTHER_PLACE: Text =
    Text::new("It is for another chain", "Er ist für eine andere Kette");
pub const MEMBER_OTHER_PLACE_WHY: Text = Text::new(
    "This receipt was signed for another chain or another receipts contract. A batch of this one is no anchor for it.",
    "Dieser Beleg wurde für eine andere Kette oder einen anderen Belegvertrag unterzeichnet. Ein Bündel von hier ist kein Anker für ihn.",
);
pub const OTHER_BATCHES: Text = Text::new("Its proofs lead to", "Seine Nachweise führen zu");
pub const NO_ATTESTED_SEEN: Text = Text::new(
    "none among the newest 1,000 that the contract verified",
    "keine unter den neuesten 1.000, die der Vertrag geprüft hat",
);

pub const ROOT: Text = Text::new("Root", "Wurzel");
pub const SIZE: Text = Text::new("Receipts", "Belege");
pub const SINCE: Text = Text::new("Disowned from", "Verworfen ab");
pub const DECLARED: Text = Text::new("Declared", "Erklärt");

pub const HASH: Text = Text::same("Hash");
pub const TIME: Text = Text::new("Time", "Zeit");
pub const NO_TIME: Text = Text::new("none", "keine");
pub const PREVIOUS: Text = Text::new("Previous block", "Voriger Block");
pub const NEXT: Text = Text::new("Next block", "Nächster Block");
pub const PARENT: Text = Text::new("Block before", "Block davor");
pub const NO_PARENT: Text = Text::new("none: the first block", "keiner: der erste Block");
pub const EXTRINSIC: Text = Text::new("Transaction", "Transaktion");
pub const BY_BLOCK: Text = Text::new("the block itself", "der Block selbst");
pub const REFUSED: Text = Text::new(
    "failed: the contract refused with",
    "gescheitert: Der Vertrag hat abgelehnt mit",
);
pub const REFUSED_HOW: Text = Text::new(
    "Found by executing the message once more on the block before, without sending it.",
    "Ermittelt, indem die Nachricht auf dem Block davor noch einmal ausgeführt wurde, ohne sie zu senden.",
);
pub const EXTRINSICS: Text = Text::new("Transactions", "Transaktionen");
pub const CALL: Text = Text::new("Call", "Aufruf");
pub const SENDER: Text = Text::new("Sender", "Absender");
pub const BY_AUTHOR: Text = Text::new("block author", "Ersteller des Blocks");
pub const OUTCOME: Text = Text::new("Outcome", "Ausgang");
pub const SUCCEEDED: Text = Text::new("succeeded", "gelungen");
pub const UNSAID: Text = Text::new("not said", "nicht gesagt");
pub const NOT_DECODED: Text = Text::new("cannot be decoded", "nicht entschlüsselbar");
pub const NO_EVENTS: Text = Text::new("No event of the contracts.", "Kein Ereignis der Verträge.");
pub const NO_EVENTS_WHY: Text = Text::new("In the blocks below, nobody called the contracts. Older blocks may hold some.", "In den Blöcken unten hat niemand die Verträge aufgerufen. Ältere Blöcke können welche enthalten.");
pub const EVENT: Text = Text::new("Event", "Ereignis");
pub const ABOUT: Text = Text::new("About", "Betrifft");
pub const EVENT_UNKNOWN: Text = Text::new(
    "an event that this version does not know",
    "ein Ereignis, das diese Version nicht kennt",
);
pub const ALL_EVENTS: Text = Text::new("Events in all", "Ereignisse insgesamt");
pub const FINAL: Text = Text::new("Final", "Endgültig");
pub const YES: Text = Text::new("yes", "ja");
pub const NOT_FINAL: Text = Text::new(
    "not yet: it may still be replaced",
    "noch nicht: Er kann noch ersetzt werden",
);
pub const BLOCK_GONE: Text = Text::new(
    "The node has no block of this number. Its newest one is shown in the overview.",
    "Der Knoten hat keinen Block mit dieser Nummer. Sein neuester steht im Überblick.",
);

pub const BALANCE: Text = Text::new("Balance", "Guthaben");
pub const RESERVED: Text = Text::new("Reserved", "Hinterlegt");
pub const SENT: Text = Text::new("Transactions sent", "Gesendete Transaktionen");
pub const CONTRACT: Text = Text::new("Contract", "Vertrag");
pub const NO_CONTRACT: Text = Text::new("no", "nein");
pub const ACCOUNT_GONE: Text = Text::new("The chain holds nothing of this account: no funds, no transactions. It can still have signed receipts.", "Die Kette enthält nichts von diesem Konto: kein Guthaben, keine Transaktionen. Es kann trotzdem Belege unterzeichnet haben.");
pub const ETHEREUM_NOTE: Text = Text::new(
    "An Ethereum address. It signs receipts and holds nothing on this chain.",
    "Eine Ethereum-Adresse. Sie unterzeichnet Belege und hält nichts auf dieser Kette.",
);
pub const SEARCH_EMPTY: Text = Text::new("Type what you look for", "Geben Sie ein, was Sie suchen");
pub const SEARCH_EMPTY_WHY: Text = Text::new("A model id, a receipt's sealed id or receipt id, an engine's digest, a batch's root, a block's number or hash, an account, or an Ethereum address.", "Eine Modellkennung, die versiegelte Kennung oder Belegkennung eines Belegs, die Prüfsumme einer Engine, die Wurzel eines Bündels, Nummer oder Hash eines Blocks, ein Konto oder eine Ethereum-Adresse.");
pub const SEARCH_NOT: Text = Text::new(
    "This is no id, number or account",
    "Das ist keine Kennung, keine Zahl und kein Konto",
);
pub const SEARCH_NOT_WHY: Text = Text::new("Ids and hashes are 0x and 64 hexadecimal digits, Ethereum addresses 0x and 40, blocks are numbers, and accounts are as wallets show them. Was a character lost?", "Kennungen und Hashes sind 0x mit 64 hexadezimalen Ziffern, Ethereum-Adressen 0x mit 40, Blöcke sind Zahlen, und Konten sehen aus, wie Wallets sie zeigen. Ging ein Zeichen verloren?");
pub const SEARCH_NONE: Text = Text::new("Unknown: this chain's contracts and blocks show nothing of it at the newest finalised block. That says nothing against it; it may belong to another chain, stand in a batch, or be the hash of a transaction, by which nothing can be found without an index.", "Unbekannt: Die Verträge und Blöcke dieser Kette zeigen am neuesten endgültigen Block nichts davon. Das spricht nicht dagegen; es kann zu einer anderen Kette gehören, in einem Bündel stehen oder der Hash einer Transaktion sein, nach dem sich ohne Verzeichnis nichts finden lässt.");
pub const SEARCH_LIMIT: Text = Text::new(
    "Engines and batches were looked for among the newest 1,000 of each.",
    "Engines und Bündel wurden unter den jeweils neuesten 1.000 gesucht.",
);
pub const IS_SEALED: Text = Text::new(
    "Anchored receipt (sealed id)",
    "Verankerter Beleg (versiegelte Kennung)",
);
pub const IS_REVOKED: Text = Text::new(
    "Revoked receipt (receipt id)",
    "Widerrufener Beleg (Belegkennung)",
);
pub const IS_BATCH: Text = Text::new("Batch (root)", "Bündel (Wurzel)");
pub const WHAT: Text = Text::new("What it is", "Was es ist");

/// Below each page: when its facts were true.
pub fn read_at(block: u32) -> String {
    let block = en::count(u64::from(block));
    match language() {
        Language::English => format!("Read at finalised block {block}."),
        Language::German => format!("Gelesen am endgültigen Block {block}."),
    }
}

/// Which part of a list is shown: positions count from 1.
pub fn window(start: u32, end: u32, total: u32) -> String {
    let count = |number: u32| en::count(u64::from(number));
    let (first, last, total) = (count(start.saturating_add(1)), count(end), count(total));
    match language() {
        Language::English => format!("{first} to {last} of {total}, newest first"),
        Language::German => format!("{first} bis {last} von {total}, neueste zuerst"),
    }
}

/// Which blocks were looked through.
pub fn blocks_window(first: u32, last: u32) -> String {
    let (first, last) = (en::count(u64::from(first)), en::count(u64::from(last)));
    match language() {
        Language::English => format!("Blocks {first} to {last}, newest first"),
        Language::German => format!("Blöcke {first} bis {last}, neueste zuerst"),
    }
}

/// How many of the newest models a list of publishers was made from.
pub fn publishers_window(models: usize, total: u32) -> String {
    let (models, total) = (en::count(models as u64), en::count(u64::from(total)));
    match language() {
        Language::English => format!("Made from {models} of {total} models"),
        Language::German => format!("Ermittelt aus {models} von {total} Modellen"),
    }
}

/// A block's heading.
pub fn block(number: u32) -> String {
    format!("{BLOCK} {}", en::count(u64::from(number)))
}

/// The accessible name of a link to an entry.
pub fn details_of(what: &str, id: &str) -> String {
    match language() {
        Language::English => format!("Details of {what} {id}"),
        Language::German => format!("Einzelheiten zu {what} {id}"),
    }
}

/// A disownment in a row.
pub fn disowned(since: u32, declared: &str) -> String {
    let since = en::count(u64::from(since));
    match language() {
        Language::English => format!("disowned from block {since} on, said in {declared}"),
        Language::German => format!("verworfen von Block {since} an, erklärt in {declared}"),
    }
}

/// A contract of the deployment.
pub const fn contract(which: Which) -> Text {
    match which {
        Which::Registry => REGISTRY,
        Which::Receipts => RECEIPTS,
        Which::Disputes => super::claims::CONTRACT,
    }
}

/// Where a receipt stands in a batch: people count from 1.
pub fn member_in(index: u64) -> String {
    let place = en::count(index.saturating_add(1));
    match language() {
        Language::English => format!("Its signature holds, and its proof leads from it, as number {place}, to the root and size above. So it existed when the batch was anchored."),
        Language::German => format!("Seine Unterschrift stimmt, und sein Nachweis führt von ihm, als Nummer {place}, zu Wurzel und Größe oben. Also gab es ihn, als das Bündel verankert wurde."),
    }
}

/// How a transaction failed.
pub fn failed(reason: &str) -> String {
    match language() {
        Language::English => format!("failed: {reason}"),
        Language::German => format!("gescheitert: {reason}"),
    }
}

/// One version of a model in the list of all.
pub fn version_line(version: &str, this: bool, deprecated: bool) -> String {
    const THIS: Text = Text::new("this one", "dieses");
    const OLD: Text = Text::new("deprecated", "veraltet");
    let marks = [(this, THIS), (deprecated, OLD)];
    let said = marks
        .iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, text)| text.get());
    core::iter::once(version)
        .chain(said)
        .collect::<Vec<_>>()
        .join(", ")
}
