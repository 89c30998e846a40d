//! The explorer's words. English.

use super::en;

pub const TITLE: &str = "Explore the chain";
pub const LEAD: &str = "What the contracts hold, read from the node while you look. A list shows what anybody put there: nothing in it is a recommendation.";
pub const NAV: &str = "Explore";
pub const SECTIONS: &str = "Parts of the chain";
pub const SEARCH_LABEL: &str = "Id, account, block number or hash";
pub const SEARCH: &str = "Look up";
pub const READING: &str = "Reading from the chain";
pub const FAILED: &str = "The chain could not be read";
pub const DOWN_WHY: &str =
    "Everything here is read from the chain's node. Check that the node is running.";
pub const BAD_ADDRESS: &str = "This address names nothing";
pub const BAD_ADDRESS_WHY: &str = "An id is 0x and 64 hexadecimal digits, a block is a number, and an account is as wallets show it. Look it up above.";
pub const UNKNOWN: &str = "Unknown on this chain";
pub const NOTHING: &str = "Nothing yet";
pub const NOTHING_WHY: &str = "The list is empty at the newest finalised block.";
pub const DETAILS: &str = "Details";
pub const NEWEST: &str = "Newest";
pub const NEWER: &str = "Newer";
pub const OLDER: &str = "Older";
pub const OLDEST: &str = "Oldest";
pub const PAGES: &str = "Pages";
pub const UNREADABLE: &str = "cannot be read";

pub const OVERVIEW: &str = "Overview";
pub const MODELS: &str = "Models";
pub const MODEL: &str = "Model";
pub const ENGINES: &str = "Engines";
pub const PUBLISHERS: &str = "Publishers";
pub const ANCHORS: &str = "Anchors";
pub const BATCHES: &str = "Batches";
pub const ATTESTED: &str = "Verified receipts";
pub const REVOKED: &str = "Revoked receipts";
pub const DISOWNED: &str = "Disowned keys";
pub const BLOCKS: &str = "Blocks";
pub const BLOCK: &str = "Block";
pub const EVENTS: &str = "Events";
pub const ACCOUNT: &str = "Account";
pub const RECEIPT: &str = "Receipt";
pub const FOUND: &str = "Looked up";

pub const CHAIN: &str = "Chain";
pub const CHAIN_NAME: &str = "Name";
pub const GENESIS: &str = "Genesis hash";
pub const HEAD: &str = "Newest block";
pub const FINALISED: &str = "Finalised block";
pub const REGISTRY: &str = "Registry";
pub const RECEIPTS: &str = "Receipts contract";
pub const CODE: &str = "Code hash";
pub const CODE_SAME: &str = "as this app's list says";
pub const COUNTS: &str = "How many there are";

pub const NUMBER: &str = "No.";
pub const NAME: &str = "Name";
pub const PUBLISHER: &str = "Publisher";
pub const OWNER: &str = "Owner";
pub const OFFERED: &str = "Offered to";
pub const REGISTERED: &str = "Registered";
pub const DEPRECATED: &str = "Deprecated";
pub const NO: &str = "no";
pub const PREDECESSOR: &str = "New version of";
pub const FIRST_VERSION: &str = "no earlier version named";
pub const SUCCESSORS: &str = "Newer versions";
pub const NONE_SEEN: &str = "none among the newest 1,000 models";
pub const EXACT_ROOT: &str = "Exact root";
pub const MANIFEST_HASH: &str = "Manifest hash";
pub const MANIFEST: &str = "Manifest";
pub const DESCRIPTION: &str = "Description";
pub const TASK: &str = "Task";
pub const TOLERANCE: &str = "Fast tolerance";
pub const ORIGIN: &str = "Came from";
pub const FILES: &str = "Files";
pub const ROLE: &str = "For";
pub const SHA256: &str = "SHA-256";
pub const CID: &str = "CIDv1";
pub const SOURCES: &str = "Sources, in turn";
pub const BY_HAND: &str = "only by hand";
pub const MODEL_GONE: &str =
    "The registry holds no model with this id at the newest finalised block.";

pub const ENGINE: &str = "Engine";
pub const ANNOUNCED: &str = "Announced";
pub const RELEASE: &str = "In this app's list";
pub const NOT_RELEASED: &str = "not in the list, never executed here";
pub const HOW_MANY: &str = "Models";
pub const FIRST: &str = "First";
pub const LATEST: &str = "Latest";

pub const SEALED: &str = "Sealed id";
pub const RECEIPT_ID: &str = "Receipt id";
pub const ANCHORED: &str = "Anchored";
pub const ANCHORED_BY: &str = "Anchored by";
pub const VERIFIED: &str = "Verified by the contract";
pub const ATTESTER: &str = "Signer";
pub const LANE: &str = "Lane";
pub const REVOCATION: &str = "Revoked";
pub const KEY: &str = "Signer's key";
pub const KEY_KEPT: &str = "not disowned";
pub const NOT_SINGLY: &str = "not on its own";
pub const NOT_BY_CONTRACT: &str = "no; the contract has not seen its signature";
pub const NOT_REVOKED: &str = "no";
pub const NOT_SAID: &str =
    "unknown: the chain does not say which receipt this sealed id belongs to";
pub const IN_BATCH: &str = "In a batch";
pub const IN_BATCH_WHY: &str =
    "unknown from here: a batch shows its root only, and the receipt's holder has the proof";
pub const VERIFY_WAY: &str = "Whether a receipt is valid is checked with its file.";
pub const RECEIPT_GONE: &str = "No anchor, no verification and no revocation on this chain has this id. It may be in a batch, on another chain, or not anchored at all: that makes no receipt invalid. Its file can be checked under Verify.";

pub const ROOT: &str = "Root";
pub const SIZE: &str = "Receipts";
pub const SINCE: &str = "Disowned from";
pub const DECLARED: &str = "Declared";

pub const HASH: &str = "Hash";
pub const TIME: &str = "Time";
pub const NO_TIME: &str = "none";
pub const PREVIOUS: &str = "Previous block";
pub const NEXT: &str = "Next block";
pub const EXTRINSICS: &str = "Transactions";
pub const CALL: &str = "Call";
pub const SENDER: &str = "Sender";
pub const BY_AUTHOR: &str = "block author";
pub const OUTCOME: &str = "Outcome";
pub const SUCCEEDED: &str = "succeeded";
pub const UNSAID: &str = "not said";
pub const NOT_DECODED: &str = "cannot be decoded";
pub const NO_EVENTS: &str = "No event of the contracts.";
pub const NO_EVENTS_WHY: &str =
    "In the blocks below, nobody called the contracts. Older blocks may hold some.";
pub const EVENT: &str = "Event";
pub const ABOUT: &str = "About";
pub const EVENT_UNKNOWN: &str = "an event that this version does not know";
pub const ALL_EVENTS: &str = "Events in all";
pub const FINAL: &str = "Final";
pub const YES: &str = "yes";
pub const NOT_FINAL: &str = "not yet: it may still be replaced";
pub const BLOCK_GONE: &str =
    "The node has no block of this number. Its newest one is shown in the overview.";

pub const BALANCE: &str = "Balance";
pub const RESERVED: &str = "Reserved";
pub const SENT: &str = "Transactions sent";
pub const CONTRACT: &str = "Contract";
pub const NO_CONTRACT: &str = "no";
pub const ACCOUNT_GONE: &str = "The chain holds nothing of this account: no funds, no transactions. It can still have signed receipts.";
pub const ETHEREUM_NOTE: &str =
    "An Ethereum address. It signs receipts and holds nothing on this chain.";
pub const UNIT_NOTE: &str = "in the chain's smallest unit";

pub const SEARCH_EMPTY: &str = "Type what you look for";
pub const SEARCH_EMPTY_WHY: &str = "A model id, a receipt's sealed id or receipt id, an engine's digest, a batch's root, a block's number or hash, an account, or an Ethereum address.";
pub const SEARCH_NOT: &str = "This is no id, number or account";
pub const SEARCH_NOT_WHY: &str = "Ids and hashes are 0x and 64 hexadecimal digits, Ethereum addresses 0x and 40, blocks are numbers, and accounts are as wallets show them. Was a character lost?";
pub const SEARCH_NONE: &str = "Unknown: this chain's contracts and blocks show nothing of it at the newest finalised block. That says nothing against it; it may belong to another chain, stand in a batch, or be the hash of a transaction, by which nothing can be found without an index.";
pub const SEARCH_LIMIT: &str =
    "Engines and batches were looked for among the newest 1,000 of each.";
pub const IS_SEALED: &str = "Anchored receipt (sealed id)";
pub const IS_REVOKED: &str = "Revoked receipt (receipt id)";
pub const IS_BATCH: &str = "Batch (root)";
pub const WHAT: &str = "What it is";

/// Below each page: when its facts were true.
pub fn read_at(block: u32) -> String {
    format!("Read at finalised block {}.", en::count(u64::from(block)))
}

/// Which part of a list is shown: positions count from 1.
pub fn window(start: u32, end: u32, total: u32) -> String {
    let count = |number: u32| en::count(u64::from(number));
    format!(
        "{} to {} of {}, newest first",
        count(start.saturating_add(1)),
        count(end),
        count(total)
    )
}

/// Which blocks were looked through.
pub fn blocks_window(first: u32, last: u32) -> String {
    format!(
        "Blocks {} to {}, newest first",
        en::count(u64::from(first)),
        en::count(u64::from(last))
    )
}

/// How many of the newest models a list of publishers was made from.
pub fn publishers_window(models: usize, total: u32) -> String {
    format!(
        "Made from {} of {} models",
        en::count(models as u64),
        en::count(u64::from(total))
    )
}

/// A block's heading.
pub fn block(number: u32) -> String {
    format!("Block {}", en::count(u64::from(number)))
}

/// The accessible name of a link to an entry.
pub fn details_of(what: &str, id: &str) -> String {
    format!("Details of {what} {id}")
}

/// A disownment in a row.
pub fn disowned(since: u32, declared: &str) -> String {
    format!(
        "disowned from block {} on, said in {declared}",
        en::count(u64::from(since))
    )
}

/// How a transaction failed.
pub fn failed(reason: &str) -> String {
    format!("failed: {reason}")
}
