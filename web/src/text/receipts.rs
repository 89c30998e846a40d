//! The pages of the kept receipts. English.

use super::en;
use countersign_client::kept::Standing;
use countersign_client::messages;
use countersign_shared::commit::Side;

pub const TITLE: &str = "Receipts";
pub const LEAD: &str =
    "Every receipt that you sign is kept in this browser, with what opens it. Nothing of it is sent anywhere unless you do it.";
pub const READING: &str = "Reading what this browser keeps";
pub const NO_STORAGE: &str = "This browser keeps nothing";
pub const EMPTY: &str = "No receipts yet";
pub const EMPTY_HOW: &str = "Run a model on something of yours, then sign what it answered. The receipt appears here by itself, and you can hand it to anyone, anchor it on the chain, or take it back.";
pub const EMPTY_GO: &str = "Choose a model";
pub const SEARCH: &str = "Search";
pub const SEARCH_HINT: &str = "Model, signer, id, file or result";
pub const NO_MATCH: &str = "No kept receipt holds all of these words.";
pub const UNREADABLE: &str = "Some records cannot be read";
pub const LIST: &str = "Kept receipts";

pub const QUEUE: &str = "Waiting for an anchor";
pub const QUEUE_NOTE: &str = "One transaction can anchor all of them: it writes one number that fixes them all. Each receipt keeps its own proof, so you can hand out one without the others.";
pub const PAYER: &str = "Paid by";
pub const ALL: &str = "Anchor all in one transaction";
pub const ANCHOR: &str = "Anchor";
pub const NOT_STORED: &str = "Nothing was sent: the batch proofs could not be kept first";
pub const NONE_LEFT: &str =
    "None of these receipts can be anchored here: they are for another chain or contract.";
pub const NO_CHAIN_YET: &str =
    "The chain is not there yet. Nothing was sent; the receipts stay here.";
pub const NO_PAYER: &str =
    "On this chain it costs a fee, which this page cannot pay. Save the file and use the command line: countersign receipt anchor FILE.";

pub const GONE: &str = "This browser does not keep this receipt";
pub const GONE_WHY: &str =
    "It was deleted here, or signed in another browser. If you have its file, the Verify page shows it; if you have a backup, import it.";
pub const BACK: &str = "All receipts";
pub const DETAIL: &str = "The receipt";
pub const KIND: &str = "Kept receipt";
pub const WHAT_RECEIPT: &str = "receipt id";
pub const ROW_STATE: &str = "On the chain";
pub const ROW_READ: &str = "Read at";
pub const ROW_FILE: &str = "Your file";
pub const ROW_FILE_NOTE: &str = "Kept for you alone: the receipt does not name it.";
pub const NEVER_READ: &str = "The chain was not asked yet";
pub const BROKEN: &str = "This receipt does not hold";

pub const SHARE: &str = "Hand it to somebody";
pub const SHARE_NOTE: &str = "Choose what the receiver can see. Everything else stays sealed: they get numbers that fix it and tell nothing of it.";
pub const ITEMS_INPUT: &str = "Input";
pub const ITEMS_OUTPUT: &str = "Output";
pub const SAVE: &str = "Save file";
pub const COPY: &str = "Copy link";
pub const QR: &str = "Show QR code";
pub const QR_HIDE: &str = "Hide QR code";
pub const QR_NAME: &str = "QR code of the link to this receipt";
pub const QR_LONG: &str = "This is too much for a QR code. Open fewer items, or use the file.";
pub const PRINT: &str = "Print";
pub const VERIFY: &str = "See it as the receiver does";
pub const FAILED: &str = "That did not work";
pub const LINK: &str = "The link, to copy by hand";

pub const DELETE: &str = "Delete";
pub const DELETE_HEAD: &str = "Delete it from this browser";
pub const DELETE_NOTE: &str = "Deleting forgets the receipt and what opens it. Without a file or backup of yours nobody can ever show what it was about. It does not revoke it: copies that you gave away stay valid.";
pub const DELETE_SENT: &str =
    "An anchor for it is on its way. If it is part of a batch, its proof is lost too.";
pub const DELETE_GO: &str = "Delete for good";
pub const KEEP: &str = "Keep it";

pub const BACKUP: &str = "Backup";
pub const BACKUP_NOTE: &str = "One file with all receipts and everything that opens them, encrypted with a passphrase. Whoever has both file and passphrase can open everything; without the passphrase nobody can, this page included.";
pub const BACKUP_NAME: &str = "countersign-receipts.backup";
pub const PASSPHRASE: &str = "Passphrase";
pub const PASSPHRASE_AGAIN: &str = "The same again";
pub const PASSPHRASE_OF: &str = "Passphrase of the backup";
pub const OTHER_PASSPHRASE: &str =
    "The two passphrases differ. Nothing was saved; type the same one twice.";
pub const EXPORT: &str = "Save encrypted backup";
pub const SEALING: &str = "Working with the passphrase, which takes a moment";
pub const IMPORT_HEAD: &str = "Import a backup";
pub const IMPORT_CHOOSE: &str = "Choose a backup";
pub const IMPORT_HINT: &str =
    "Or drop it here. What this browser keeps already stays; nothing is kept twice.";
pub const IMPORT: &str = "Import";
pub const WRONG_PASSPHRASE: &str = "The passphrase is wrong, or the file was altered. Nothing was imported; check the passphrase, capitals included.";
pub const BROKEN_BACKUP: &str =
    "A receipt in this backup does not hold: its signature or an opening is wrong. Nothing was imported.";

/// A passphrase that is guessed too soon.
pub fn short_passphrase(least: usize) -> String {
    format!("Use at least {least} characters: several words that you do not use elsewhere. Nothing was saved.")
}

/// What was saved.
pub fn exported(count: usize, name: &str) -> String {
    format!("Saved {} as {name}", shown(count, count))
}

/// What was imported.
pub fn imported(all: usize, new: usize) -> String {
    format!(
        "The backup holds {}; {new} of them new here.",
        shown(all, all)
    )
}

/// How many could not be read.
pub fn unreadable(count: usize) -> String {
    format!(
        "{} in this browser were written by a newer version of this page, or are damaged. They are left as they are.",
        match count {
            1 => "1 record".to_owned(),
            more => format!("{more} records"),
        }
    )
}

/// How many are kept and shown.
pub fn shown(shown: usize, all: usize) -> String {
    match (shown, all) {
        (1, 1) => "1 receipt".to_owned(),
        (shown, all) if shown == all => format!("{all} receipts"),
        (shown, all) => format!("{shown} of {all} receipts"),
    }
}

/// How many wait.
pub fn waiting(count: usize) -> String {
    match count {
        1 => "1 receipt is not on the chain yet.".to_owned(),
        more => format!("{more} receipts are not on the chain yet."),
    }
}

/// One word for a list.
pub fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Unknown => "Unknown",
        Standing::Waiting => "Waiting for an anchor",
        Standing::Sent { .. } => "Anchor sent",
        Standing::Anchored { .. } => "Anchored",
        Standing::Revoked(_) => "Revoked",
        Standing::Disowned(_) => "Key disowned",
        Standing::Expired(_) => "Expired",
    }
}

/// The whole of it.
pub fn standing(standing: Standing) -> String {
    match standing {
        Standing::Unknown => format!("Unknown. {NEVER_READ}."),
        Standing::Waiting => "Not on the chain yet.".to_owned(),
        Standing::Sent { until } => format!(
            "An anchor was sent and is not in a finalised block yet. It may still be taken, up to block {}; anchoring again does no harm.",
            en::count(u64::from(until))
        ),
        Standing::Anchored { at, batch } => {
            let how = if batch { " as part of a batch" } else { "" };
            format!("Anchored{how} in {}.", messages::moment(&at))
        }
        Standing::Revoked(at) => format!("Revoked by its signer in {}.", messages::moment(&at)),
        Standing::Disowned(disownment) => format!(
            "Its signer disowned the key from block {} on.",
            en::count(u64::from(disownment.since))
        ),
        Standing::Expired(at) => format!("It expired on {}.", messages::time(at)),
    }
}

/// The newest block that was read.
pub fn read_at(block: u32) -> String {
    format!("Block {}", en::count(u64::from(block)))
}

/// An item to tick.
pub fn item(name: &str, bytes: u64, file: bool) -> String {
    let kind = if file { "file" } else { "tensor" };
    format!("{name} ({kind}, {})", en::size(bytes))
}

/// What giving an item away means.
pub fn item_note(side: Side) -> &'static str {
    match side {
        Side::Input => "Needed to repeat the run. The receiver can then check guesses about it, so leave it sealed if it is easy to guess.",
        Side::Output => "Lets the receiver compare it with what a repeated run gives.",
    }
}

/// What the receiver will see.
pub fn receiver(opened: &[String], all: usize) -> String {
    let sees = "The receiver sees model, engine, signer and time";
    match (opened.len(), all) {
        (0, _) => format!("{sees}, and no item: they can check signature and anchor, and cannot repeat the run."),
        (opened_count, all) if opened_count == all => {
            format!("{sees}, and can check all items against files of their own: {}.", opened.join(", "))
        }
        _ => format!(
            "{sees}, and can check these items against files of their own: {}. The rest stays sealed.",
            opened.join(", ")
        ),
    }
}

/// How long the link is.
pub fn link_length(characters: usize, long: bool) -> String {
    let length = en::count(characters as u64);
    if long {
        format!("The link has {length} characters. Many programs cut links that long: send the file instead.")
    } else {
        format!("The link has {length} characters.")
    }
}

/// What was saved.
pub fn saved(name: &str) -> String {
    format!("Saved as {name}")
}

/// The end of anchoring.
pub fn anchored(moment: &str) -> String {
    format!("Anchored in {moment}")
}

/// The name of the link to a receipt.
pub fn open(model: &str, input: &str, time: &str) -> String {
    format!("{model}, {input}, {time}")
}
