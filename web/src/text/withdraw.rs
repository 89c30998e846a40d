//! Taking back: one receipt, or a stolen key. English, in the words of the command line program.

use super::en;
use countersign_client::kept::Effect;

pub const REVOKE_HEAD: &str = "Take it back";
pub const REVOKE_LEAD: &str = "Revoking says, for good, that you no longer stand by this receipt. Everybody who verifies it will see that, and when you said it. The run itself is not undone.";
pub const REVOKE: &str = "Revoke";
pub const REVOKE_GO: &str = "Revoke for good";
pub const KEEP: &str = "Keep it";
pub const STOLEN: &str = "Was the key stolen? Disown it";

pub const TITLE: &str = "Disown a stolen key";
pub const LEAD: &str = "For a key that somebody else has, or may have.";
pub const MEANS_HEAD: &str = "What it means";
pub const MEANS: &[&str] = &[
    "You name a block. Receipts of this key that were anchored before that block stay as they are.",
    "All others count no more: those anchored from that block on, and those that were never anchored, yours among them. Whoever verifies one is told that its signer disowned the key.",
    "It cannot be undone. You can only say it again with an earlier block; a later one changes nothing.",
    "It holds for this chain and its receipts contract. The key itself goes on to work everywhere else: move what it owns.",
];
pub const KEY: &str = "Key";
pub const KEY_KEPT: &str = "Key of a kept receipt";
pub const KEY_OTHER: &str = "Another key";
pub const KEY_FIELD: &str = "Address or account";
pub const KEY_WRONG: &str = "This is neither an Ethereum address (0x and 40 digits, capitals as in the wallet) nor a Substrate account. Copy it from the wallet.";
pub const SINCE: &str = "The first block from which the key was not yours";
pub const SINCE_WRONG: &str = "Give a block number, digits only.";
pub const TOUCHES: &str = "Kept receipts of this key";
pub const TOUCHES_NONE: &str =
    "This browser keeps no receipt of this key. Receipts kept elsewhere are touched all the same.";
pub const TOUCHES_LATER: &str = "Name a block to see what becomes of them.";
pub const DISOWN: &str = "Disown this key";
pub const DISOWN_GO: &str = "Disown for good";
pub const BACK_OUT: &str = "Do not disown";
pub const NO_CHAIN: &str = "This needs the chain, which cannot be reached now. This page goes on as soon as its node answers.";

pub const REVIEW: &str = "Read it, then have it signed";
pub const EXACT: &str = "What the wallet will show, word for word";
pub const OWN_PAYER: &str = "The account that pays is the signer itself, so the transaction is its signature: no wallet is asked.";
pub const PAYER: &str = "Paid by";
pub const NO_SIGNER: &str = "No wallet in this browser could hold this key. Open this page where the wallet is, or use the command line.";
pub const NO_PAYER: &str =
    "On this chain it costs a fee, which this page cannot pay. Save the receipt's file and use the command line, with the account that pays in COUNTERSIGN_SURI:";

/// The revocation as a sentence.
pub fn revoke_sentence(model: &str, id: &str) -> String {
    format!("“I take back my receipt for {model}, {id}.”")
}

/// The disownment as a sentence.
pub fn disown_sentence(key: &str, since: u32) -> String {
    let since = en::count(u64::from(since));
    format!("“From block {since} on, {key} is not my key. Only what was anchored before that block counts.”")
}

/// The newest block.
pub fn newest(block: u32) -> String {
    format!("The newest final block is {}.", en::count(u64::from(block)))
}

/// A block that is not there yet.
pub fn in_future(block: u32) -> String {
    format!(
        "There is no such block yet. The newest final block is {}.",
        en::count(u64::from(block))
    )
}

/// What becomes of a receipt.
pub fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Stays => "stays as it is, anchored before that block",
        Effect::Falls => "will count no more",
        Effect::Fallen => "counts no more already",
        Effect::Unknown => "unknown, the chain was not asked lately",
    }
}

/// The end of revoking.
pub fn revoked(moment: &str) -> String {
    format!("Revoked in {moment}")
}

/// The end of disowning.
pub fn disowned(moment: &str) -> String {
    format!("Disowned. The chain has it since {moment}")
}
