//! The page on which receipts are signed, kept, anchored and revoked. English.

use super::{en, run};
use crate::wallet::Asking;
use countersign_shared::Lane;

pub const TITLE: &str = "Sign the receipt";
pub const TITLE_SIGNED: &str = "The receipt";
pub const LEAD: &str = "Read what you are about to sign, then choose who signs. Signing costs nothing and sends nothing anywhere.";
pub const DRAFTING: &str = "Preparing the receipt";
pub const NO_DRAFT: &str = "Nothing can be signed now";
pub const NOTHING: &str = "Nothing to sign yet";
pub const NOTHING_HOW: &str = "A receipt states what a model answered about something. Run a model first; its receipt is then signed here.";
pub const NOTHING_GO: &str = "Choose a model";
pub const NOTHING_KEPT: &str = "See the receipts that this browser keeps";

pub const WHAT_SHOWN: &str = "What the wallet will show";
pub const INPUT_NOTE: &str =
    "A salted number: it fixes what you gave the model and reveals nothing of it.";
pub const NOT_EARLIER: &str = "Not earlier";
pub const NO_BEACON: &str = "No lower bound: the chain was not there to name a recent block.";
pub const WHAT_BEACON: &str = "beacon";
pub const TIME: &str = "Your clock";
pub const CHAIN: &str = "For the chain";
pub const EXACT: &str = "Exact words";
pub const EXACT_NOTE: &str =
    "An Ethereum wallet shows these fields. model to lane stand in its field “data”, one word of 32 bytes each, in this order.";
pub const SUBSTRATE_NOTE: &str =
    "A Polkadot extension or a development account signs this text instead:";

pub const EARLIER_FIRST: &str = "Sign the earlier run first?";
pub const SIGN_EARLIER: &str = "Sign the earlier run first";
pub const SIGN_ALONE: &str = "Sign without a reference";
pub const NEXT: &str = "One more to sign";
pub const NEXT_GO: &str = "Go on";
pub const REFERENCE: &str = "Earlier run";
pub const WHAT_REFERENCE: &str = "earlier receipt";
pub const REFERENCE_NOTE: &str = "The receipt of the run whose result this one used.";

pub const SIGNER: &str = "Signer";
pub const NO_WALLET: &str = "No wallet was found in this browser. Any wallet that speaks EIP-6963 will do, or a Polkadot extension; install one and reload.";
pub const ETHEREUM_NOTE: &str =
    "Signs typed data for chain id 1. No transaction, no fee, no Ethereum server.";
pub const POLKADOT_NOTE: &str = "Signs a text with an sr25519 account.";
pub const DEVELOPMENT: &str = "Development account";
pub const DEVELOPMENT_NOTE: &str =
    "Everybody knows its key. For trying things out on this development chain only.";
pub const ACCOUNT: &str = "Account";
pub const SIGN: &str = "Sign";
pub const NO_OTHER_SIGNER: &str =
    "No wallet is needed: the receipt was signed by a development account.";
pub const NOT_SIGNED: &str = "Not signed";
pub const SILENT: &str =
    "Open the wallet if it shows nothing: it may be locked, or wait in a window behind this one.";
pub const STOP_WAITING: &str = "Stop waiting";
pub const DRAFT_KIND: &str = "Draft";
pub const DRAFT_TITLE: &str = "Not signed yet";

pub const KEEP: &str = "Keep it";
pub const KEEP_NOTE: &str =
    "This browser keeps the receipt with everything that opens it. Save a file too: without the openings nobody, you included, can ever show what it was about.";
pub const KEEPING: &str = "Keeping it in this browser";
pub const KEPT: &str = "Kept in this browser.";
pub const KEPT_ALL: &str = "All receipts";
pub const HOMELESS: &str = "Only this tab has the receipt";
pub const SAVE: &str = "Save file";
pub const COPY_LINK: &str = "Copy link";
pub const VERIFY_IT: &str = "Verify it";
pub const NOT_KEPT: &str = "That did not work";
pub const THE_LINK: &str = "The link, to copy by hand";
pub const OPEN_INPUT: &str = "Open the input";
pub const OPEN_INPUT_NOTE: &str =
    "Needed to repeat the run. Whoever gets the file or link can then check guesses about the input, so leave it closed if the input is easy to guess.";
pub const OPEN_OUTPUT: &str = "Open the result";
pub const OPEN_OUTPUT_NOTE: &str = "Lets others compare the result with what a repeated run gives.";

pub const ON_CHAIN: &str = "On the chain";
pub const ON_CHAIN_NOTE: &str = "Anchoring writes one number to the chain: from then on, anybody can see that the receipt existed by that block.";
pub const PAYER: &str = "Paid by";
pub const ANCHOR: &str = "Anchor";
pub const NO_CHAIN_YET: &str = "The chain is not there yet.";
pub const NO_PAYER: &str =
    "On this chain it costs a fee, which this page cannot pay. Save the file and use the command line: countersign receipt anchor FILE.";

pub const TX_WAITING: &str =
    "Waiting for the node; it goes as soon as the node answers. Keep this tab open.";
pub const TX_TRYING: &str = "Trying it without sending";
pub const TX_SIGNING: &str = "Waiting for the signature";
pub const TX_SUBMITTED: &str = "Sent to the node";
pub const TX_UNKNOWN: &str = "Sent, and not known whether it happened";
pub const TX_FAILED: &str = "It did not happen";

pub const RECEIPT_KIND: &str = "Receipt";
pub const RECEIPT_TITLE: &str = "Signed";
pub const ROW_SIGNER: &str = "Signed by";
pub const RECEIPT_ID: &str = "Receipt id";
pub const SEALED_ID: &str = "Sealed id";
pub const WHAT_ATTESTER: &str = "attester";
pub const WHAT_SEALED: &str = "sealed id";
pub const SLIP_FOOT: &str =
    "Anybody can check this receipt, here or with the command line: countersign verify.";

/// Why the earlier run's receipt comes first.
pub fn earlier_first_why(model: &str, earlier: &str) -> String {
    format!("{model} used what {earlier} found. A receipt can name the one before it, but that run is not signed yet. Without its receipt, this one names none.")
}

/// What is still to be signed.
pub fn next_why(model: &str) -> String {
    format!("The run of {model} used this result. Its receipt can name this one now. Both stay in this tab.")
}

/// What to do when the browser keeps nothing.
pub fn homeless(reason: &str) -> String {
    format!("{reason} Save the file now, with input and result open: when this tab is closed, nothing else has them.")
}

/// The statement as a sentence.
pub fn statement(model: &str, lane: Lane) -> String {
    format!(
        "“{model} gave this output for this input.” {} lane: {}",
        run::lane_name(lane),
        run::lane_note(lane).to_lowercase_first()
    )
}

trait LowercaseFirst {
    fn to_lowercase_first(&self) -> String;
}

impl LowercaseFirst for str {
    fn to_lowercase_first(&self) -> String {
        let mut letters = self.chars();
        let first: String = letters
            .next()
            .map(|letter| letter.to_lowercase().collect())
            .unwrap_or_default();
        format!("{first}{}", letters.as_str())
    }
}

/// What the signer is asked for.
pub fn asking(what: Asking) -> &'static str {
    match what {
        Asking::Connect => "Asking the signer which account",
        Asking::Network => "Asking the wallet to change to chain id 1",
        Asking::Sign => "Waiting for your signature",
    }
}

/// The beacon's block.
pub fn after_block(block: u32) -> String {
    format!("Block {}", en::count(u64::from(block)))
}

/// What was saved.
pub fn saved(name: &str) -> String {
    format!("Saved as {name}")
}

/// In a block that is not final.
pub fn in_block(block: u32) -> String {
    format!(
        "In block {}, waiting until it is final",
        en::count(u64::from(block))
    )
}

/// The end of anchoring.
pub fn anchored(moment: &str) -> String {
    format!("Anchored in {moment}")
}
